"""The package: names, manifests, seal, and a zip whose every byte is determined."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import time
import unicodedata
import zipfile
from base64 import b64encode
from datetime import date
from pathlib import Path

import pytest

from evidence.bundle.bag import (
    SEAL,
    Content,
    bag_files,
    check_paths,
    consistency_text,
    files_of,
    intact,
    manifest,
    safe_name,
    seal_list,
    with_tag_manifest,
    write_folder,
    write_zip,
)
from evidence.errors import EvidenceError
from evidence.stamp.digests import digest_bytes


def bag(folder: Path) -> dict[str, Content]:
    """A bag as a bundle has it, one file of it on the disk."""
    original = folder / "stored"
    original.write_bytes(b"\xff\xd8\xffphoto")
    files = bag_files(
        {
            "data/bundle.pdf": b"%PDF-1.7 ...",
            "data/originals/exhibits/001-合同.pdf": b"contract",
            "data/originals/exhibits/002-photo.jpg": original,
            "data/empty": b"",
        },
        made_on=date(2026, 11, 21),
        identifier="1栋1单元101-20261121-v1",
        organisation="样本物业公司",
        tool="evidence-kit test",
    )
    files = {**files, "keys/office.pub": b"KEY\n", "README.txt": "说明\n".encode()}
    sealed = {**files, SEAL: b"{}", "journal/000000.json": b"{}", "journal/000000.proof": b"proof"}
    return with_tag_manifest(sealed)


def independent_check(folder: Path) -> list[str]:
    """RFC 8493 in ten lines, sharing nothing with the writer: what is missing, extra or altered."""
    faults = [] if (folder / "bagit.txt").read_text().startswith("BagIt-Version: 1.0\n") else ["bagit.txt"]
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    for name, covered in (
        ("manifest-sha256.txt", {p for p in present if p.startswith("data/")}),
        (
            "tagmanifest-sha256.txt",
            {p for p in present if not p.startswith("data/")} - {"tagmanifest-sha256.txt"},
        ),
    ):
        lines = [line.split("  ", 1) for line in (folder / name).read_text("utf-8").splitlines()]
        faults += sorted(covered ^ {path for _, path in lines})
        faults += [
            p for h, p in lines if p in present and hashlib.sha256((folder / p).read_bytes()).hexdigest() != h
        ]
    payload = [p for p in present if p.startswith("data/")]
    oxum = f"Payload-Oxum: {sum((folder / p).stat().st_size for p in payload)}.{len(payload)}\n"
    return faults + ([] if oxum in (folder / "bag-info.txt").read_text("utf-8") else ["bag-info.txt"])


def test_a_bag_holds_by_an_independent_check(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", bag(tmp_path))
    assert independent_check(tmp_path / "out") == []
    (tmp_path / "out" / "data" / "empty").write_bytes(b"x")
    (tmp_path / "out" / "stray.txt").write_bytes(b"x")
    assert independent_check(tmp_path / "out") == ["data/empty", "stray.txt", "bag-info.txt"]


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="sha256sum is not installed")
def test_the_readers_own_tool_checks_the_manifest_as_the_readme_says(tmp_path: Path) -> None:
    hundred = safe_name("打了50%折 (1).jpg")
    write_folder(tmp_path / "out", {**bag(tmp_path), **bag_files(
        {f"data/originals/{hundred}": b"photo"}, made_on=date(2026, 1, 1), identifier="x", organisation="x", tool="x"
    )})  # fmt: skip
    command = ["sha256sum", "--strict", "-c", "manifest-sha256.txt"]
    told = subprocess.run(command, cwd=tmp_path / "out", check=True, capture_output=True, text=True)
    assert told.stdout == f"data/originals/{hundred}: OK\n"


def test_line_ends_and_per_cent_signs_in_a_manifest_are_escaped_as_bagit_says() -> None:
    assert manifest({"data/a%b\nc\r": b""}).decode().endswith("  data/a%25b%0Ac%0D\n")


def test_the_seal_covers_all_but_proofs_tag_manifest_and_itself(tmp_path: Path) -> None:
    files = bag(tmp_path)
    sealed = {file.path: file for file in seal_list(files)}
    unsealed = {SEAL, "tagmanifest-sha256.txt", "journal/000000.json", "journal/000000.proof"}
    assert set(sealed) == set(files) - unsealed
    assert list(sealed) == sorted(sealed)
    photo = sealed["data/originals/exhibits/002-photo.jpg"]
    expected = digest_bytes(b"\xff\xd8\xffphoto")
    assert (photo.size, photo.sha256, photo.sm3) == (8, expected.sha256.hex(), expected.sm3.hex())


def test_two_writings_in_two_places_and_zones_give_one_zip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for name, zone in (("a", "UTC"), ("b/c", "America/New_York")):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        folder = tmp_path / name
        folder.mkdir(parents=True)
        os.utime(tmp_path / "stored", (10**9, 10**9)) if (tmp_path / "stored").exists() else None
        files = bag(tmp_path)
        write_zip(folder / "out.zip", dict(sorted(files.items(), reverse=name != "a")))
        made.append((folder / "out.zip").read_bytes())
    monkeypatch.undo()
    time.tzset()
    assert made[0] == made[1]


def test_the_zip_is_canonical_field_by_field(tmp_path: Path) -> None:
    files = bag(tmp_path)
    write_zip(tmp_path / "out.zip", files)
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        members = archive.infolist()
        assert archive.comment == b""
        assert archive.testzip() is None
        assert [m.filename for m in members] == sorted(files)
        for member in members:
            assert member.compress_type == zipfile.ZIP_STORED
            assert member.date_time == (1980, 1, 1, 0, 0, 0)
            assert (member.create_system, member.external_attr) == (3, 0o100644 << 16)
            assert (member.extra, member.comment) == (b"", b"")
            assert member.flag_bits == (0 if member.filename.isascii() else 0x800)


@pytest.mark.parametrize("write", [write_folder, write_zip])
def test_a_write_that_fails_leaves_nothing_behind(write: object, tmp_path: Path) -> None:
    assert callable(write)
    (tmp_path / "bundles").mkdir()
    gone = tmp_path / "gone"
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "bundles" / "out", {"a": b"a", "b": gone})
    assert list((tmp_path / "bundles").iterdir()) == []


def test_a_folder_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", {"a": b"old"})
    with pytest.raises(OSError, match="not empty"):
        write_folder(tmp_path / "out", {"a": b"new"})
    assert (tmp_path / "out" / "a").read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("1栋1单元101", "1栋1单元101"),
        ("a/b\\c:d*e?f\"g<h>i|j%k", "a_b_c_d_e_f_g_h_i_j_k"),
        ("..", "_"),
        ("", "_"),
        (" .hidden. ", "hidden"),
        ("行\n\x00\x7f\x85尾", "行____尾"),
        ("e\u0301", "é"),
        ("照片\u202egpj.exe", "照片_gpj.exe"),  # shown as 照片exe.jpg otherwise
        ("半\udcff个.jpg", "半_个.jpg"),
        ("长" * 80 + ".jpeg", "长" * 55 + ".jpeg"),
        ("x" * 80, "x" * 60),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("COM1.2026.jpg", "_COM1.2026.jpg"),
        ("console.txt", "console.txt"),
    ],
)  # fmt: skip
def test_names_any_system_can_hold(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_no_name_outgrows_a_file_system() -> None:
    name = safe_name("𠮷" * 70 + ".jpg")
    assert len(name.encode()) <= 180
    assert name.endswith("𠮷.jpg")


@pytest.mark.parametrize(
    "paths",
    [
        ["data/合同.pdf", "data/../x"],
        ["/etc/passwd"],
        ["data\\x"],
        ["data/Photo.jpg", "data/photo.JPG"],
        ["data/STRASSE", "data/straße"],
        ["data/é", "data/" + unicodedata.normalize("NFD", "é")],
    ],
)
def test_names_two_systems_read_in_two_ways_are_refused(paths: list[str]) -> None:
    with pytest.raises(EvidenceError) as caught:
        check_paths(dict.fromkeys(paths, b""))
    (problem,) = caught.value.problems
    assert problem.code == "bundle.path"
    assert problem.params["path"] == paths[-1]


def test_the_readme_at_the_root_names_only_what_is_there(tmp_path: Path) -> None:
    from evidence.bundle.readme import readme

    for locale in ("zh", "zh-Hant"):
        text = readme(locale, fingerprint="0000 1111", identity="X-v1", made_on=date(2026, 11, 25))
        assert "X-v1" in text
        assert "0000 1111" in text
        named = set(re.findall(r"^  ([a-z]\S*)", text, re.MULTILINE))
        assert named == {
            "data/bundle.pdf", "data/catalogue.docx", "data/originals/", "data/disclosure.json",
            "journal/", "keys/office.pub", "seal.json", "verify.html", "verify.py",
        }  # fmt: skip


@pytest.mark.parametrize("locale", ["zh", "zh-Hant"])
def test_the_readme_explains_what_a_clerk_will_meet(locale: str) -> None:
    from evidence.bundle.readme import readme

    text = readme(locale, fingerprint="0000 1111", identity="X-v1", made_on=date(2026, 11, 25))
    for part in ("evidence-kit", "Python", "certutil -hashfile 文件 SHA256", "sha256sum -c", "8"):
        assert part in text
    for grade in "ABCD":
        assert re.search(rf"^    {grade}[级級]：", text, re.MULTILINE)
    assert "盐值：" in text or "鹽值：" in text
    own, file, independent = (text.index(word) for word in (
        ("证据的日期", "文件包的日期：2026年11月25日", "独立的时间") if locale == "zh"
        else ("證據的日期", "文件包的日期：2026年11月25日", "獨立的時間")
    ))  # fmt: skip
    assert own < file < independent, "three dates, three lines"
    strange = {c for c in text if "一" <= c <= "鿿" and not c.encode("big5", "ignore")}
    assert locale == "zh" or not strange, strange
    assert "://" not in text, "no address is made up"


def test_a_consistency_proof_is_written_as_the_formats_say() -> None:
    text = consistency_text(6, [bytes(32), b"\xff" * 32])
    lines = [b64encode(bytes(32)).decode(), b64encode(b"\xff" * 32).decode()]
    assert text.decode() == f"evidence/consistency@v1\nold 6\n{lines[0]}\n{lines[1]}\n"


def test_a_bundle_that_was_touched_is_not_intact(tmp_path: Path) -> None:
    files = bag(tmp_path)
    listed = [{"path": f.path, "sha256": f.sha256} for f in seal_list(files)]
    seal = json.dumps({"files": listed}).encode()
    seal_sha256 = digest_bytes(seal).sha256.hex()
    sealed = {path: content for path, content in files.items() if path != "tagmanifest-sha256.txt"}
    write_folder(tmp_path / "out", with_tag_manifest({**sealed, SEAL: seal}))
    found = intact(tmp_path / "out", seal_sha256)
    assert found == {f.path: f.sha256 for f in seal_list(files)}
    assert intact(tmp_path / "out", "00" * 32) is None
    for path in sorted(files_of(tmp_path / "out")):
        copy = shutil.copytree(tmp_path / "out", tmp_path / "copy")
        (copy / path).write_bytes((copy / path).read_bytes() + b"x")
        assert intact(copy, seal_sha256) is None, path
        (copy / path).unlink()
        assert intact(copy, seal_sha256) is None, path
        shutil.rmtree(copy)
    (tmp_path / "out" / "data" / "stray").write_bytes(b"")
    assert intact(tmp_path / "out", seal_sha256) is None


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_the_list_of_sm3_is_what_openssl_computes_and_bagit_py_takes_the_bag_as_valid(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", bag(tmp_path))
    rows = [
        line.split("  ", 1) for line in (tmp_path / "out/manifest-sm3.txt").read_text("utf-8").splitlines()
    ]
    assert [path for _, path in rows] == [
        "data/bundle.pdf",
        "data/empty",
        "data/originals/exhibits/001-合同.pdf",
        "data/originals/exhibits/002-photo.jpg",
    ]
    command = ["openssl", "dgst", "-sm3", "-r", *(path for _, path in rows)]
    told = subprocess.run(command, cwd=tmp_path / "out", check=True, capture_output=True, text=True).stdout
    assert [line.split(" ", 1)[0] for line in told.splitlines()] == [digest for digest, _ in rows]
    reference = pytest.importorskip("bagit", reason="bagit (the reference program) is not installed")
    found = reference.Bag(str(tmp_path / "out"))
    found.validate()
    assert found.algorithms == ["sha256"], "SM3 is not one of its algorithms, which is no fault of the bag"


def test_the_page_names_the_volumes_that_are_there() -> None:
    from evidence.bundle.readme import readme

    def told(locale: str, volumes: int) -> str:
        day = date(2026, 11, 25)
        return readme(locale, fingerprint="0000", identity="X-v1", made_on=day, volumes=volumes)

    assert "打开 data/bundle.pdf 即可" in told("zh", 1)
    two = told("zh", 2)
    assert "打开 data/volume-1.pdf、data/volume-2.pdf（共2册） 即可" in two
    assert "data/bundle.pdf" not in two
    assert "打開 data/volume-1.pdf 至 data/volume-12.pdf（共12冊） 即可" in told("zh-Hant", 12)
