"""Backup, wipe, restore: the same answers as before; a damaged backup is refused by the name of what is damaged."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import casefile
import estate
import pytest
import webcase
from bucket import Bucket
from speaking import Command

from evidence import verify
from evidence.errors import EvidenceError, ExitCode
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace, backups
from evidence.workspace.health import examine
from evidence.workspace.places import Places
from evidence.workspace.receipts import Said


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """An office with letters, a delivery and exhibits, and its backup without private keys."""
    root = casefile.served(tmp_path_factory.mktemp("made"), checkout)
    with Workspace.open(root, source=casefile.later()) as office:
        office.backup(root.parent / "kept.zip", with_keys=False)
    return root


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "office"))


def answers(root: Path) -> tuple[object, ...]:
    """What the checkers say of every letter, and the workspace of itself."""
    letters = sorted((root / "letters").rglob("*.pdf"))
    report = verify.verify_paths(letters, trust=verify.parse_trust([str(root / "keys" / "signing.pub")]))
    with Workspace.open(root, source=casefile.later("look")) as office:
        exported = b"".join(office.export_journal())
        state = (office.checkpoint(), office.check_journal(), office.status(), office.case_events(), exported)
    return (
        len(letters),
        report.ok,
        verify.render_text(report, "zh", details=True),
        state,
        estate.files(root / "store"),
    )


def test_after_wipe_and_restore_everything_answers_as_before(
    office: Path, command: Command, tmp_path: Path
) -> None:
    before = answers(office)
    files = {
        name: digest
        for name, digest in estate.files(office).items()
        if name.startswith(("letters/", "keys/s"))
    }
    backed = command("-C", office, "--lang", "zh", "backup", "kept.zip", "--with-keys")
    assert backed.code == 0, backed
    assert "可以您的名义签发" in backed.out
    assert Path("kept.zip").stat().st_mode & 0o777 == 0o600
    shutil.rmtree(office)
    restored = command("--json", "restore", "kept.zip", office)
    assert restored.code == 0, restored
    assert answers(office) == before
    assert {name: estate.files(office)[name] for name in files} == files
    assert (office / "keys" / "signing.pem").stat().st_mode & 0o777 == 0o600
    assert command("-C", office, "issue", "demand", "--converter", "builtin").code == 0


def test_private_keys_only_where_asked_for(
    made: Path, office: Path, command: Command, tmp_path: Path
) -> None:
    secrets = {"keys/signing.pem", "keys/fold.key", "keys/web.key", "keys/firm.p12", "keys/private.txt"}
    with Workspace.open(office, source=casefile.later()) as workspace:
        workspace.fold_codes(["2-2026-0001"])
    (office / "keys" / "web.key").write_text("x", "ascii")
    (office / "keys" / "firm.p12").write_bytes(b"x")
    (office / "keys" / "private.txt").write_text("-----BEGIN PRIVATE KEY-----", "ascii")
    (office / "keys" / "tsa-ca.pem").write_text("-----BEGIN CERTIFICATE-----", "ascii")
    neither = command("-C", office, "--lang", "zh", "backup", "none.zip")
    assert (neither.code, Path("none.zip").exists()) == (2, False)
    assert "--without-keys" in neither.err
    for word, inside in (("--with-keys", secrets), ("--without-keys", set())):
        assert command("-C", office, "backup", f"b{word}.zip", word).code == 0
        names = set(zipfile.ZipFile(f"b{word}.zip").namelist())
        assert names & secrets == inside
        assert {"keys/signing.pub", "keys/persons.db", "keys/tsa-ca.pem"} <= names
    restored = command("--lang", "zh", "restore", made.parent / "kept.zip", "again")
    assert "私钥不在本备份中" in restored.out
    assert "again/keys/signing.pem" in restored.out
    # What the drill of every quarter does (docs/office.zh.md), without the key.
    drill = (
        ["journal", "check"],
        ["status"],
        ["verify", *_letters("again"), "--trust", "again/keys/signing.pub"],
    )
    for words in drill:
        assert command("-C", "again", *words).code == 0, words
    away = [row for row in examine(Path("again"), casefile.later(), "zh") if row.part == "签名密钥"]
    assert [(row.ok, row.needed) for row in away] == [(False, True)]
    shutil.copy(made / "keys" / "signing.pem", "again/keys/signing.pem")
    assert "签名密钥" not in {row.part for row in examine(Path("again"), casefile.later(), "zh")}
    assert command("-C", "again", "issue", "demand", "--converter", "builtin").code == 0


def _letters(root: str) -> list[Path]:
    return sorted(Path(root, "letters").rglob("*.pdf"))


def test_work_of_others_meanwhile_is_in_it_whole_or_not_at_all(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the keys are packed somebody issues letters; somebody else wants to erase a person and has to wait."""
    packed, before = backups._pack_keys, answers(office)

    def meanwhile(*arguments: object, **options: object) -> None:
        with Workspace.open(office, source=casefile.later("other")) as other:
            other.issue(LetterKind.REMINDER, accounts=[estate.OWNERS[1][0]], converter="builtin")
            for forbidden in (lambda: other.erase(casefile.ACCOUNT), other.rotate_key):
                with pytest.raises(EvidenceError) as caught:
                    forbidden()
                assert caught.value.problems[0].code == "workspace.backup-running"
        packed(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(backups, "_pack_keys", meanwhile)
    with Workspace.open(office, source=casefile.later()) as workspace:
        workspace.backup(tmp_path / "kept.zip", with_keys=True)
        assert workspace.erase(casefile.ACCOUNT).letters > 0, "once it is done"
    Workspace.restore(tmp_path / "kept.zip", tmp_path / "again")
    with Workspace.open(tmp_path / "again", source=casefile.later()) as restored:
        assert restored.check_journal()[1] == ()
        assert restored.checkpoint() == before[3][0]  # type: ignore[index]


@pytest.mark.parametrize("where", ["_pack_keys", "_pack_folder", "_sync_folder"])
def test_an_interrupted_backup_leaves_nothing(
    where: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(backups, where, cut_off)
    with Workspace.open(made, source=casefile.later()) as workspace, pytest.raises(KeyboardInterrupt):
        workspace.backup(tmp_path / "kept.zip", with_keys=False)
    # Cut off after it has its name it is whole.
    assert [path.name for path in tmp_path.iterdir()] == (["kept.zip"] if where == "_sync_folder" else [])


def test_a_file_that_is_there_or_lies_in_the_workspace_is_refused(made: Path, tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_bytes(b"mine")
    with Workspace.open(made, source=casefile.later()) as workspace:
        for path, code in (
            (tmp_path / "there.zip", "general.output-exists"),
            (made / "letters" / "x.zip", "workspace.backup-inside"),
            (tmp_path / "nowhere" / "x.zip", "general.output-not-writable"),
        ):
            with pytest.raises(EvidenceError) as caught:
                workspace.backup(path, with_keys=False)
            assert caught.value.problems[0].code == code
    assert (tmp_path / "there.zip").read_bytes() == b"mine"


def test_a_damaged_store_is_backed_up_as_far_as_it_goes_and_told(office: Path, command: Command) -> None:
    lost, changed = sorted(path for path in (office / "store").glob("??/*"))[:2]
    lost.unlink()
    changed.chmod(0o644)
    changed.write_bytes(b"another")
    spoken = command("-C", office, "--json", "backup", "kept.zip", "--with-keys")
    assert spoken.code == 4, spoken
    assert {error["code"] for error in spoken.json["errors"]} == {
        "workspace.store-missing",
        "workspace.store-damaged",
    }
    restored = command("--json", "restore", "kept.zip", "again")
    assert restored.code == 0, restored
    assert restored.json["results"][0]["missing"] == sorted([lost.name, changed.name])


def test_a_name_that_no_restore_takes_is_told_when_the_backup_is_made(office: Path, command: Command) -> None:
    (office / "letters" / "样本\\a.pdf").write_bytes(b"x")
    (office / "letters" / b"\xff.pdf".decode(errors="surrogateescape")).write_bytes(b"x")
    spoken = command("-C", office, "--json", "backup", "kept.zip", "--without-keys")
    assert spoken.code == 4, spoken
    assert [error["code"] for error in spoken.json["errors"]] == ["backup.name-unfit"] * 2
    assert command("restore", "kept.zip", "again").code == 0
    assert "样本\\a.pdf" not in {path.name for path in Path("again/letters").iterdir()}


def refused(path: Path, folder: Path) -> tuple[str, ExitCode]:
    with pytest.raises(EvidenceError) as caught:
        Workspace.restore(path, folder)
    assert [entry.name for entry in folder.parent.iterdir() if entry.name != path.name] == []
    return caught.value.problems[0].code, caught.value.exit_code


def test_whatever_byte_is_damaged_it_is_refused_and_nothing_is_left(made: Path, tmp_path: Path) -> None:
    whole = (made.parent / "kept.zip").read_bytes()
    path, folder = tmp_path / "kept.zip", tmp_path / "again"
    for at in range(70, len(whole) - 30, len(whole) // 16):
        damaged = bytearray(whole)
        damaged[at] ^= 0x20
        path.write_bytes(damaged)
        assert refused(path, folder)[0] in ("backup.damaged", "backup.unreadable"), at
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert refused(path, folder) == ("backup.unreadable", ExitCode.INPUT), length


def rewritten(
    made: Path, target: Path, change: Callable[[dict[str, bytes], dict[str, object]], None]
) -> Path:
    """The backup with its members, or its list, changed by somebody who knows the format."""
    with zipfile.ZipFile(made.parent / "kept.zip") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(members, manifest)
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in {**members, "manifest.json": json.dumps(manifest).encode()}.items():
            archive.writestr(name, data)
    return target


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda m, s: m.pop(next(name for name in m if name.startswith("store/"))), "backup.damaged"),
        (lambda m, s: m.update({"stray": b"x"}), "backup.damaged"),
        (lambda m, s: (m.update({OUT: b""}), s["files"].update({OUT: [E, 0]})), "backup.damaged"),
        (lambda m, s: (m.update({"/x": b""}), s["files"].update({"/x": [E, 0]})), "backup.damaged"),
        (lambda m, s: s["copies"].update({"../x": next(iter(s["copies"].values()))}), "backup.damaged"),
        (lambda m, s: s["copies"].update({"letters/x": E}), "backup.damaged"),
        (lambda m, s: s["journal"].update(size=1), "backup.damaged"),
        (lambda m, s: s["journal"].update(checkpoint="x"), "backup.damaged"),
        (lambda m, s: s.update(format=2), "backup.format"),
        (lambda m, s: s.pop("files"), "backup.damaged"),
    ],
    ids=["lacks", "stray", "outside", "absolute", "copy-outside", "copy-of-none", "size", "checkpoint", "format", "list"],
)  # fmt: skip
def test_one_that_was_made_up_is_refused(
    change: Callable[[dict[str, bytes], dict[str, object]], None], code: str, made: Path, tmp_path: Path
) -> None:
    assert refused(rewritten(made, tmp_path / "kept.zip", change), tmp_path / "again")[0] == code


OUT = "folder/../../x"
E = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # of nothing


def test_a_checkpoint_kept_elsewhere_must_be_continued(made: Path, office: Path, command: Command) -> None:
    kept = made.parent / "kept.zip"
    with Workspace.open(office, source=casefile.later()) as workspace:
        Path("now.txt").write_text(workspace.checkpoint(), "utf-8")
        workspace.issue(LetterKind.REMINDER, accounts=[estate.OWNERS[1][0]], converter="builtin")
        Path("later.txt").write_text(workspace.checkpoint(), "utf-8")
    assert command("restore", kept, "fits", "--checkpoint", "now.txt").code == 0
    too_old = command("restore", kept, "old", "--checkpoint", "later.txt")
    assert (too_old.code, Path("old").exists()) == (8, False)
    assert "[journal.head-contradicted]" in too_old.err


@pytest.fixture
def whole(tmp_path: Path, checkout: Path) -> Path:
    """An office with everything that can be verified: letters, a delivery, what an owner confirmed on the page, an
    evidence file with it, a proof out of the journal and the journal itself."""
    root = webcase.office(tmp_path, checkout)
    with Workspace.open(root, source=casefile.later()) as office:
        casefile.serve(office, tmp_path)
        with office.letter_page() as page:
            letter = page.find(webcase.token_of(root))
            assert letter is not None
            code = office.fold_codes([webcase.NUMBER])[webcase.NUMBER]
            page.enter(letter, "fold", code, device="phone", once="in").result()
            page.say(letter, Said("received", "yes", method="fold", name="样人", relation="self")).result()
        casefile.bundle(office)
        (root / "journal.txt").write_bytes(b"".join(office.export_journal()))
        proved = office.prove_letter(webcase.NUMBER)
        for name, data in (("entry.json", proved.entry), ("proof", proved.proof)):
            (root / f"{webcase.NUMBER}.{name}").write_bytes(data)
    return root


def answers_in_json(root: Path, command: Command) -> dict[str, object]:
    """All that programs are told, to the letter."""
    letters, room = sorted((root / "letters").rglob("*.pdf")), casefile.ACCOUNT
    bundles = sorted(path for path in (root / "bundles").iterdir() if not path.name.startswith("."))
    papers = [root / "journal.txt", *sorted(root.glob("2-2026-*"))]
    assert (len(letters), len(bundles), len(papers)) == (4, 2, 3)
    lines: list[list[object]] = [
        ["verify", path, "--trust", root / "keys" / "signing.pub"] for path in bundles
    ]
    lines += [["verify", *letters, *papers, "--trust", root / "keys" / "signing.pub"]]
    lines += [["-C", root, *words] for words in (
        ["journal", "check"], ["journal", "show"], ["status"], ["statement", room], ["ready", room],
        ["case", "show", room], ["key", "show"], ["staff", "list"],
    )]  # fmt: skip
    told: dict[str, object] = {}
    for line in lines:
        spoken = command("--json", *line)
        told[" ".join(map(str, line))] = spoken.code, spoken.json
    with Workspace.open(root, source=casefile.later("look")) as office:
        told["journal"] = b"".join(office.export_journal())
        with office.letter_page() as page:
            told["receipts"] = page.receipts()
    assert all(spoken[0] == 0 for spoken in told.values() if isinstance(spoken, tuple)), told
    return told


def test_from_servers_it_comes_back_into_a_folder_and_goes_to_others_with_the_same_answers(
    whole: Path, database: Callable[[], str], bucket: Bucket, command: Command, tmp_path: Path
) -> None:
    Workspace.move(whole, Places(database(), bucket.files, bucket.endpoint), source=casefile.later())
    before = answers_in_json(whole, command)
    assert before["receipts"]
    with Workspace.open(whole, source=casefile.later()) as workspace:
        workspace.backup(tmp_path / "kept.zip", with_keys=True)
    shutil.rmtree(whole)
    bucket.fail(503)  # nothing is fetched from where it was
    Workspace.restore(tmp_path / "kept.zip", whole)
    assert answers_in_json(whole, command) == before
    bucket.work()
    there = Places(database(), f"{bucket.files}-again", bucket.endpoint)
    Workspace.move(whole, there, source=casefile.later())
    assert answers_in_json(whole, command) == before
