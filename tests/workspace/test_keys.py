"""The office's key: locked, changed, lost, stolen, kept elsewhere; and what a checker then says of its letters."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import casefile
import pytest

from evidence.errors import EvidenceError
from evidence.model.letter import LetterKind
from evidence.model.report import Question, Report, Status, Verdict
from evidence.stamp.keys import SigningKey, is_locked
from evidence.verify import parse_trust, verify_paths
from evidence.workspace import Workspace, keyfiles, keyring

SECRET = "四个 词 一句 口令 样本"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    return casefile.served(tmp_path_factory.mktemp("keys"), checkout)


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "office")


def opened(office: Path, secret: str = "", seed: str = "later") -> Workspace:
    return Workspace.open(office, source=casefile.later(seed), passphrase=lambda: secret)


def codes(report: Report, question: Question = Question.BY_WHOM) -> list[str]:
    (subject,) = report.subjects
    return [s.code for answer in subject.answers if answer.question is question for s in answer.statements]


def verdict(report: Report) -> Verdict:
    (subject,) = report.subjects
    return next(answer.verdict for answer in subject.answers if answer.question is Question.BY_WHOM)


def letter_of(office: Path) -> Path:
    return next((office / "letters").rglob("*_2-2026-0001.pdf"))


def key_set(workspace: Workspace, folder: Path) -> Path:
    path = folder / "keys.jwks"
    path.write_text(json.dumps(workspace.key_set()))
    return path


# --- a passphrase


def test_a_locked_key_is_asked_for_only_when_it_signs(office: Path) -> None:
    with opened(office) as workspace:
        workspace.protect_key(SECRET)
    assert is_locked(office / "keys" / "signing.pem")
    with opened(office) as workspace:
        assert len(workspace.status()) == 4
        assert workspace.check_journal()[1] == ()
        for run in (workspace.rotate_key, lambda: casefile.bundle(workspace)):
            with pytest.raises(EvidenceError) as caught:
                run()
            assert caught.value.problems[0].code == "stamp.key-locked"
    with opened(office, SECRET) as workspace:
        assert workspace.bundle(
            casefile.ACCOUNT, converter="builtin", overrides={"R04": "样本", "R16": "样本"}
        )


def test_a_wrong_passphrase_and_a_short_one(office: Path) -> None:
    with opened(office) as workspace:
        for secret, code in (("", "stamp.passphrase-missing"), ("short", "stamp.passphrase-short")):
            with pytest.raises(EvidenceError) as caught:
                workspace.protect_key(secret)
            assert caught.value.problems[0].code == code
        workspace.protect_key(SECRET)
    with opened(office, SECRET + "x") as workspace, pytest.raises(EvidenceError) as caught:
        workspace.rotate_key()
    assert caught.value.problems[0].code == "stamp.key-locked"


def test_openssl_reads_the_encrypted_file(office: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    with opened(office) as workspace:
        workspace.protect_key("plain ascii words")
    command = [
        "openssl",
        "pkey",
        "-in",
        str(office / "keys" / "signing.pem"),
        "-passin",
        "pass:plain ascii words",
    ]
    told = subprocess.run([*command, "-noout", "-text"], capture_output=True, text=True, check=True).stdout
    assert "ED25519" in told.upper()


def test_a_backup_is_encrypted_lies_elsewhere_and_is_never_written_over(office: Path, tmp_path: Path) -> None:
    with opened(office) as workspace:
        workspace.backup_key(tmp_path / "copy.pem", SECRET)
        assert SigningKey.load(tmp_path / "copy.pem", SECRET).public.base32 == workspace.public_key
        for target, code in (
            (tmp_path / "copy.pem", "general.output-exists"),
            (office / "keys" / "copy.pem", "workspace.backup-inside"),
        ):
            with pytest.raises(EvidenceError) as caught:
                workspace.backup_key(target, SECRET)
            assert caught.value.problems[0].code == code


# --- a change of key


def test_after_a_rotation_old_letters_and_the_bundle_verify_by_either_key(
    office: Path, tmp_path: Path
) -> None:
    shutil.copy(office / "keys" / "signing.pub", tmp_path / "old.pub")
    with opened(office) as workspace:
        workspace.rotate_key()
        assert workspace.check_journal()[1] == ()
        bundle = casefile.bundle(workspace)
        both = key_set(workspace, tmp_path)
    for anchor in (tmp_path / "old.pub", office / "keys" / "signing.pub", both):
        report = verify_paths([bundle.zip_path], trust=parse_trust([anchor]))
        assert report.ok, [fact for fact in report.facts if fact.status is Status.FAIL]
        assert codes(report) == ["who-named", "who-key-rotated"]
    report = verify_paths([letter_of(office)], trust=parse_trust([both]))
    assert (report.ok, codes(report)) == (True, ["who-named"])


def test_letters_after_a_rotation_are_of_the_new_key(office: Path) -> None:
    with opened(office) as workspace:
        workspace.rotate_key()
        result = workspace.issue(LetterKind.REMINDER, converter="builtin", accounts=[casefile.ACCOUNT])
        (number,) = result.issued
        letter = next((office / "letters").rglob(f"*_{number.key}.pdf"))
        report = verify_paths([letter], trust=parse_trust([office / "keys" / "signing.pub"]))
        assert (report.ok, codes(report)) == (True, ["who-named"])
        assert verify_paths([casefile.bundle(workspace).zip_path]).ok
        assert workspace.check_journal()[1] == ()


@pytest.mark.parametrize(
    ("reason", "alone", "shown"),
    [
        ("lost", ["who-named", "who-was-lost"], Verdict.SHOWN),
        ("stolen", ["who-was-stolen"], Verdict.OPEN),
    ],
)
def test_a_key_reported_lost_or_stolen(
    reason: str, alone: list[str], shown: Verdict, office: Path, tmp_path: Path
) -> None:
    shutil.copy(office / "keys" / "signing.pub", tmp_path / "old.pub")
    (office / "keys" / "signing.pem").unlink()  # whoever lost it does not have it
    with Workspace.revoke_key(office, reason, source=casefile.later()) as workspace:
        assert workspace.check_journal()[1] == ()
        bundle, keys = casefile.bundle(workspace), key_set(workspace, tmp_path)
        assert [key.status for key in workspace.keys()] == ["current", reason]  # noqa: SIM118
    report = verify_paths([letter_of(office)], trust=parse_trust([keys]))
    assert (report.ok, codes(report), verdict(report)) == (True, alone, shown)
    report = verify_paths([bundle.zip_path], trust=parse_trust([keys]))
    assert (report.ok, codes(report)) == (True, ["who-named", f"who-key-{reason}"])
    # The old key did not sign the new one: whoever believes the old one is told, and nothing is shown.
    report = verify_paths([bundle.zip_path], trust=parse_trust([tmp_path / "old.pub"]))
    assert (codes(report), verdict(report)) == ([f"who-named-{reason}", f"who-key-{reason}"], Verdict.OPEN)


def test_a_letter_of_the_stolen_key_made_after_the_report_is_in_no_bundle(
    office: Path, tmp_path: Path
) -> None:
    """The thief keeps a copy of the workspace and goes on signing; the office's journal does not have it."""
    thief = shutil.copytree(office, tmp_path / "thief")
    with Workspace.revoke_key(office, "stolen", source=casefile.later()) as workspace:
        bundle = casefile.bundle(workspace)
    with opened(thief) as workspace:
        result = workspace.issue(LetterKind.REMINDER, converter="builtin", accounts=[casefile.ACCOUNT])
        forged = next((thief / "letters").rglob(f"*_{result.issued[0].key}.pdf"))
        theirs = casefile.bundle(workspace)
    report = verify_paths([bundle.zip_path, theirs.zip_path])
    assert {fact.reason for fact in report.facts if fact.status is Status.FAIL} == {"bundle-fork"}
    alone = verify_paths([forged], trust=parse_trust([office / "keys" / "signing.pub"]))
    assert codes(alone) == ["who-other"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_while_the_key_changes_the_workspace_has_the_key_of_its_journal(
    moment: str, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the transaction nothing has changed; after it the change is finished at the next opening."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with opened(office) as workspace, monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        if moment == "before":
            patch.setattr(keyring, "change_indexes", die)
        else:
            patch.setattr(keyring, "finish_change", die)
        workspace.rotate_key()
    assert (office / "keys" / keyfiles.NEXT_FILE).exists()
    with opened(office, seed="afterwards") as workspace:
        assert len(workspace.keys()) == (1 if moment == "before" else 2)
        assert workspace.keys()[0].public.base32 == workspace.public_key
        workspace.rotate_key()
        assert workspace.check_journal()[1] == ()
    assert not (office / "keys" / keyfiles.NEXT_FILE).exists()


def test_the_other_checker_leaves_changed_keys_to_the_toolkit(office: Path, tmp_path: Path) -> None:
    shutil.copy(office / "keys" / "signing.pub", tmp_path / "old.pub")
    with opened(office) as workspace:
        workspace.rotate_key()
        bundle = casefile.bundle(workspace)
    program = [sys.executable, "-I", "verify.py", ".", "--json", "--key", str(tmp_path / "old.pub")]
    done = subprocess.run(program, cwd=bundle.folder, capture_output=True, text=True, check=False)
    facts = [fact for row in json.loads(done.stdout)["subjects"] for fact in row["facts"]]
    assert not [fact for fact in facts if fact["status"] == "fail"]
    open_ids = {fact["id"] for fact in facts if fact["status"] == "not-checked"}
    assert {"journal.by", "letter.office", "bundle.trust", "journal.keys"} <= open_ids


# --- the public half


def test_the_fingerprint_in_words_says_what_the_digits_say(office: Path) -> None:
    from mnemonic import Mnemonic

    with opened(office) as workspace:
        for lang, book in (
            ("en", "english"),
            ("zh", "chinese_simplified"),
            ("zh-Hant", "chinese_traditional"),
        ):
            words = workspace.fingerprint_words(lang)
            assert len(words) == 24
            digits = workspace.fingerprint.replace(" ", "")
            assert Mnemonic(book).to_entropy(list(words)) == bytearray.fromhex(digits)


def test_the_page_to_print_holds_digits_words_and_key(office: Path) -> None:
    import io

    from pypdf import PdfReader

    with opened(office) as workspace:
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(workspace.key_page("zh"))).pages)
        told = text.replace("\n", " ").replace(" ", "")
        assert workspace.fingerprint.replace(" ", "") in told
        assert workspace.public_key in told
        assert "".join(workspace.fingerprint_words("zh")) in told
        assert "".join(workspace.fingerprint_words("en")) in told


@pytest.mark.parametrize(
    "change",
    [
        {"x": "AAAA"},
        {"kid": "0" * 16},
        {"evidence_status": "fine"},
        {"evidence_status": "stolen"},
        {"crv": "X25519"},
    ],
    ids="-".join,
)
def test_a_key_set_that_departs_from_its_form_is_refused(
    change: dict[str, str], office: Path, tmp_path: Path
) -> None:
    with opened(office) as workspace:
        value = workspace.key_set()
    value["keys"][0].update(change)  # type: ignore[index]
    path = tmp_path / "bad.jwks"
    path.write_text(json.dumps(value))
    with pytest.raises(EvidenceError) as caught:
        parse_trust([path])
    assert caught.value.problems[0].code == "verify.trust-unreadable"
