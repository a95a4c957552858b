"""Bags of anybody's, held against BagIt itself: the public conformance suite, the reference program, and altered bags.

The suite is the Library of Congress'. What it decides is decided here in the same way on every system: the bags it keeps
for Linux or Windows alone name files outside of the bag, which are refused wherever they are read.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from builder import sample_case
from builder import write_folder as write_bundle

from evidence.model.report import Question, Report, Status, Subject, SubjectKind, Verdict
from evidence.verify import parse_trust, render_text, verify_paths
from evidence.verify.bagit import PlainBag, check_plain_bag
from evidence.verify.files import FolderFiles

SUITE = Path(__file__).parents[2].parent / "shared" / "vectors" / "bagit-conformance-suite"
needs_suite = pytest.mark.skipif(
    not SUITE.is_dir(), reason="the conformance suite is not beside the checkout"
)

#: What is wrong with each bag of the suite that must not pass: every reason, with the file it is found in.
INVALID = {
    "v0.97/invalid/baginfo-missing-encoding": {("bagit-declaration", "bagit.txt"), ("bagit-changed", "bagit.txt")},
    "v0.97/invalid/bom-in-bagit.txt": {("bagit-declaration", "bagit.txt")},
    "v0.97/invalid/corrupt-data-file": {("bagit-changed", "data/bare-filename"), ("bag-oxum", "bag-info.txt")},
    "v0.97/invalid/corrupt-tag-file": {
        ("bagit-changed", "bag-info.txt"), ("bagit-changed", "bagit.txt"), ("bagit-changed", "manifest-md5.txt"),
    },
    "v0.97/invalid/extra-file-in-bag": {("file-extra", "data/bar"), ("bag-oxum", "bag-info.txt")},
    "v0.97/invalid/invalid-version-number": {("bagit-declaration", "bagit.txt"), ("bagit-changed", "bagit.txt")},
    "v0.97/invalid/missing-baginfo": {("file-missing", "bag-info.txt")},
    "v0.97/invalid/missing-bagit.txt": {("file-missing", "bagit.txt")},
    "v0.97/invalid/out-of-scope-file-paths-using-dot-notation": {("bagit-outside", "manifest-md5.txt")},
    "v0.97/invalid/out-of-scope-file-paths-using-dot-notation-for-fetch": {("bagit-outside", "fetch.txt")},
    "v0.97/invalid/same-filename-listed-twice-with-different-hashes": {("manifest-repeated", "manifest-sha256.txt")},
    "v1.0/invalid/bagit-with-invalid-whitespace": {("bagit-declaration", "bagit.txt")},
    "v1.0/invalid/notAllManifestsListAllFiles": {("file-extra", "data/missingFromManifest.txt")},
    # Its bagit.txt was changed after the lists were written, too.
    "v1.0/invalid/same-filename-listed-twice-with-different-hashes": {
        ("manifest-repeated", "manifest-sha256.txt"), ("bagit-changed", "bagit.txt"),
    },
    "v1.0/invalid/same-filename-listed-twice-with-the-same-hash": {
        ("manifest-repeated", "manifest-sha256.txt"), ("bagit-changed", "bagit.txt"),
    },
}  # fmt: skip
#: What a reader is told of the bags that pass with a warning.
WARNING = {
    "duplicate-file-with-different-case": "path-collides",
    "made-with-md5sum-tools": "bagit-star",
    "relative-path": "bagit-dot",
    "same-filename-listed-twice-with-different-normalization": "bagit-composition",
    "same-filename-listed-twice-with-the-same-hash": "bagit-twice",
    "special-system-files": "bagit-system-file",
}


def check(folder: Path, *, fast: bool = False) -> PlainBag:
    return check_plain_bag(FolderFiles(folder), folder.name, fast=fast)


def failing(bag: PlainBag) -> set[tuple[str, str]]:
    return {(fact.reason, fact.where.part) for fact in bag.facts if fact.status is Status.FAIL}


def noted(bag: PlainBag) -> set[str]:
    return {fact.reason for fact in bag.facts if fact.status is Status.UNKNOWN}


def suite(*kinds: str) -> Sequence[Path]:
    return sorted(path for kind in kinds for path in SUITE.glob(f"v*/{kind}/*") if path.is_dir())


@needs_suite
def test_every_valid_bag_of_the_suite_passes() -> None:
    folders = suite("valid")
    assert len(folders) == 27
    assert {folder.name: failing(check(folder)) for folder in folders if failing(check(folder))} == {}


@needs_suite
def test_every_invalid_bag_of_the_suite_fails_for_its_reason_and_each_bad_file_is_named() -> None:
    folders = suite("invalid")
    assert {str(folder.relative_to(SUITE)): failing(check(folder)) for folder in folders} == INVALID


@needs_suite
@pytest.mark.parametrize("system", ["linux", "windows"])
def test_paths_out_of_the_bag_are_refused_on_every_system(system: str) -> None:
    folders = suite(f"{system}-only")
    assert len(folders) == 6
    for folder in folders:
        lists = "fetch.txt" if folder.name.endswith("-for-fetch") else "manifest-md5.txt"
        assert failing(check(folder)) == {("bagit-outside", lists)}, folder.name


@needs_suite
def test_every_bag_of_the_suite_with_a_warning_passes_with_it(tmp_path: Path) -> None:
    folders = suite("warning")
    assert {folder.name for folder in folders} == set(WARNING)
    for folder in folders:
        copy = shutil.copytree(folder, tmp_path / folder.name)
        copy.chmod(0o755)
        (copy / "data").chmod(0o755)
        if (
            folder.name == "special-system-files"
        ):  # a copy of the suite may have lost the hidden one of its two
            (copy / "data" / ".DS_Store").touch()
        bag = check(copy)
        assert failing(bag) == set(), folder.name
        assert WARNING[folder.name] in noted(bag), folder.name


@needs_suite
def test_nothing_of_the_suite_is_called_valid_by_sizes_alone() -> None:
    """And what is visible without reading ``data/`` fails as it does in full."""
    for folder in suite("valid", "invalid", "warning", "linux-only", "windows-only"):
        bag = check(folder, fast=True)
        assert not bag.is_checked, folder.name
        assert failing(bag) <= failing(check(folder)), folder.name


# Bags of our own making.


def plain_bag(
    folder: Path, files: dict[str, bytes], *, algorithm: str = "sha512", version: str = "1.0"
) -> Path:
    """A small bag with a complete tag manifest."""

    def listed(paths: dict[str, bytes]) -> bytes:
        rows = (
            f"{hashlib.new(algorithm, data).hexdigest()}  {path}\n" for path, data in sorted(paths.items())
        )
        return "".join(rows).encode()

    payload = {f"data/{path}": data for path, data in files.items()}
    tags = {
        "bagit.txt": f"BagIt-Version: {version}\nTag-File-Character-Encoding: UTF-8\n".encode(),
        "bag-info.txt": f"Payload-Oxum: {sum(map(len, files.values()))}.{len(files)}\n".encode(),
        f"manifest-{algorithm}.txt": listed(payload),
    }
    return write_bundle(folder, {**payload, **tags, f"tagmanifest-{algorithm}.txt": listed(tags)})


FILES = {"a.txt": b"one", "b/合同.pdf": b"two", "c.jpg": b"three"}


def subject(report: Report) -> Subject:
    (only,) = report.subjects
    return only


def test_a_bag_of_somebody_else_is_told_as_what_it_is(tmp_path: Path) -> None:
    report = verify_paths([plain_bag(tmp_path / "bag", FILES)])
    assert report.ok
    found = subject(report)
    assert found.kind is SubjectKind.BAG
    assert {answer.question: answer.verdict for answer in found.answers} == {
        Question.SAME_BYTES: Verdict.CLAIMED,
        Question.SINCE_WHEN: Verdict.OPEN,
        Question.HOW_DELIVERED: Verdict.OPEN,
        Question.BY_WHOM: Verdict.OPEN,
    }
    text = render_text(report, "en")
    assert (
        "All 3 files under data/ (11 bytes) have the digests listed in the bag itself (sha512; BagIt 1.0)"
        in text
    )
    assert "Nobody has signed these lists" in text


def test_who_names_a_key_is_not_content_with_a_plain_bag(tmp_path: Path) -> None:
    report = verify_paths([plain_bag(tmp_path / "bag", FILES)], trust=parse_trust(["ab" * 32]))
    assert not report.ok
    assert [fact.id for fact in report.failures] == ["bagit.trust"]


@pytest.mark.parametrize("lang", ["zh", "zh-Hant"])
def test_the_report_is_in_the_readers_language(tmp_path: Path, lang: str) -> None:
    bag = plain_bag(tmp_path / "bag", FILES)
    (bag / "data" / "a.txt").write_bytes(b"ONE")
    text = render_text(verify_paths([bag]), lang)
    assert "data/a.txt" in text
    assert "清单" in text or "清單" in text


def test_every_bad_file_is_named(tmp_path: Path) -> None:
    bag = plain_bag(tmp_path / "bag", FILES)
    (bag / "data" / "a.txt").write_bytes(b"ONE")
    (bag / "data" / "c.jpg").unlink()
    (bag / "data" / "d.txt").write_bytes(b"stray")
    (bag / "bag-info.txt").write_text("Payload-Oxum: 12.3\nno label\n")
    assert failing(check(bag)) == {
        ("bagit-changed", "data/a.txt"),
        ("file-missing", "data/c.jpg"),
        ("file-extra", "data/d.txt"),
        ("bagit-changed", "bag-info.txt"),
        ("bag-info-form", "bag-info.txt"),
        ("bag-oxum", "bag-info.txt"),
    }


def test_a_change_that_keeps_sizes_is_never_called_valid_by_the_fast_way(tmp_path: Path) -> None:
    bag = plain_bag(tmp_path / "bag", FILES)
    (bag / "data" / "a.txt").write_bytes(b"ONE")
    fast = verify_paths([bag], fast=True)
    assert fast.failures == ()
    assert not fast.ok
    assert subject(fast).answer(Question.SAME_BYTES).verdict is Verdict.OPEN
    assert "NOT CHECKED" in render_text(fast, "en")
    assert {fact.where.part for fact in verify_paths([bag]).failures} == {"data/a.txt"}


def test_the_fast_way_says_as_little_of_an_evidence_file(tmp_path: Path) -> None:
    bundle = write_bundle(tmp_path / "bundle", sample_case().files())
    fast = verify_paths([bundle], fast=True)
    assert not fast.ok
    assert subject(fast).kind is SubjectKind.BUNDLE
    assert subject(fast).answer(Question.SAME_BYTES).verdict is Verdict.OPEN
    assert verify_paths([bundle]).ok


@pytest.mark.parametrize(
    "taken", [["seal.json"], ["seal.json", "keys/office.pub"], ["keys/office.pub", "data/disclosure.json"]]
)
def test_an_evidence_file_does_not_become_a_plain_bag_by_taking_a_part_away(
    tmp_path: Path, taken: list[str]
) -> None:
    files = sample_case().files()
    for path in taken:
        del files[path]
    report = verify_paths([write_bundle(tmp_path / "bundle", files)])
    assert subject(report).kind is SubjectKind.BUNDLE
    assert not report.ok


def test_a_bag_without_a_digest_that_can_be_computed_is_not_checked(tmp_path: Path) -> None:
    bag = plain_bag(tmp_path / "bag", FILES)
    for name in ("manifest", "tagmanifest"):
        (bag / f"{name}-sha512.txt").rename(bag / f"{name}-tiger192.txt")
    found = check(bag)
    assert not found.is_checked
    assert "bagit-algorithm" in noted(found)
    assert not verify_paths([bag]).ok


def test_a_file_on_no_tag_list_is_named_as_one_whose_change_nobody_notices(tmp_path: Path) -> None:
    bag = plain_bag(tmp_path / "bag", FILES)
    (bag / "notes.txt").write_bytes(b"x")
    found = check(bag)
    assert failing(found) == set()
    assert [fact.where.part for fact in found.facts if fact.reason == "bagit-uncovered"] == ["notes.txt"]


def test_a_zip_of_a_bag_is_checked_like_its_folder(tmp_path: Path) -> None:
    bag = plain_bag(tmp_path / "bag", FILES)
    with zipfile.ZipFile(tmp_path / "bag.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in bag.rglob("*"):
            archive.write(path, f"bag/{path.relative_to(bag)}")
    assert verify_paths([tmp_path / "bag.zip"]).ok
    (bag / "data" / "a.txt").write_bytes(b"ONE")
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        for path in bag.rglob("*"):
            archive.write(path, path.relative_to(bag))
    assert [fact.reason for fact in verify_paths([tmp_path / "bad.zip"]).failures] == ["bagit-changed"]


def test_a_per_cent_sign_in_a_name_is_read_as_each_version_writes_it(tmp_path: Path) -> None:
    older = plain_bag(tmp_path / "older", {"50%25.txt": b"x"}, version="0.97")
    assert failing(check(older)) == set(), "it stood for itself"
    final = plain_bag(tmp_path / "final", {"50%.txt": b"x"})
    assert failing(check(final)) == set()
    named = plain_bag(tmp_path / "named", {"50%25.txt": b"x"})
    assert failing(check(named)) == {("file-missing", "data/50%.txt"), ("file-extra", "data/50%25.txt")}


Change = Callable[[Path], object]


def _flip(path: str) -> Change:
    def change(folder: Path) -> None:
        data = bytearray((folder / path).read_bytes())
        data[len(data) // 2] ^= 1
        (folder / path).write_bytes(data)

    return change


@pytest.fixture(scope="module")
def reference() -> object:
    return pytest.importorskip("bagit", reason="bagit (the reference program) is not installed")


def _agrees(reference: object, folder: Path) -> bool:
    """Whether the reference program calls the bag valid; the same call as ``bagit.py --validate``."""
    try:
        reference.Bag(str(folder)).validate()  # type: ignore[attr-defined]
    except reference.BagError:  # type: ignore[attr-defined]
        return False
    return True


def test_the_reference_program_and_ours_agree_on_an_evidence_file_and_on_each_way_to_alter_it(
    reference: object, tmp_path: Path
) -> None:
    """Of an evidence file ours asks for more: whatever the reference refuses, it refuses."""
    whole = write_bundle(tmp_path / "whole", sample_case().files())
    assert _agrees(reference, whole)
    assert failing(check(whole)) == set()
    assert verify_paths([whole]).ok
    ways: dict[str, Change] = {
        "payload": _flip("data/bundle.pdf"),
        "seal": _flip("seal.json"),
        "list": _flip("manifest-sha256.txt"),
        "declaration": _flip("bagit.txt"),
        "missing": lambda folder: (folder / "data/disclosure.json").unlink(),
        "extra": lambda folder: (folder / "data/stray").write_bytes(b"x"),
    }
    for name, change in ways.items():
        copy = shutil.copytree(whole, tmp_path / name)
        change(copy)
        assert not _agrees(reference, copy), name
        assert failing(check(copy)), name
        assert not verify_paths([copy]).ok, name
