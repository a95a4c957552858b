"""``evidence key …`` as a clerk types it: what it prints, in which language, and how it leaves."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

import casefile
import pytest
from speaking import Command, in_a_shell, told

from evidence.stamp.keys import SigningKey, is_locked
from evidence.workspace import keyfiles, keyring

SECRET = "样本口令 共有十二个字以上"


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


@pytest.fixture
def locked(office: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office whose key is encrypted; the passphrase is not in the environment any more."""
    monkeypatch.setenv("EVIDENCE_KEY_PASSPHRASE", SECRET)
    assert command("-C", office, "key", "protect").code == 0
    monkeypatch.delenv("EVIDENCE_KEY_PASSPHRASE")
    return office


def fingerprint(command: Command, office: Path) -> str:
    return str(command("-C", office, "--json", "key", "show").json["results"][0]["fingerprint"])


# --- show


@pytest.mark.parametrize(
    ("lang", "head", "kept"),
    [
        ("en", "Key fingerprint: ", "The private key lies in a file without a passphrase"),
        ("zh", "公钥指纹：", "私钥存放在没有口令的文件里"),
        ("zh-Hant", "公鑰指紋：", "私鑰存放在沒有口令的文件裡"),
    ],
)
def test_show_says_the_fingerprint_in_digits_and_words(
    lang: str, head: str, kept: str, office: Path, command: Command
) -> None:
    answer = command("-C", office, "--lang", lang, "key", "show")
    assert answer.code == 0
    lines = answer.out.splitlines()
    digits = next(line for line in lines if line.startswith(head)).removeprefix(head)
    assert [len(group) for group in digits.split(" ")] == [4] * 16
    assert len(next(line for line in lines[1:]).split(" ")) >= 24
    assert kept in answer.out


def test_show_writes_the_key_set_and_the_page_and_never_over_another_file(
    office: Path, command: Command, tmp_path: Path
) -> None:
    keys, page = tmp_path / "keys.jwks", tmp_path / "key.pdf"
    assert command("-C", office, "key", "show", "--jwks", keys, "--page", page).code == 0
    (row,) = json.loads(keys.read_text())["keys"]
    assert (row["kty"], row["evidence_status"]) == ("OKP", "current")
    assert page.read_bytes().startswith(b"%PDF-")
    for option, path in (("--jwks", keys), ("--page", page)):
        before = path.read_bytes()
        told(
            command, 7, "general.output-exists", {"en": str(path), "zh": str(path)}, "-C", office, "key", "show",
            option, path,
        )  # fmt: skip
        assert path.read_bytes() == before
    letter = next((office / "letters").rglob("*_2-2026-0001.pdf"))
    assert command("verify", letter, "--trust", keys).code == 0


@pytest.mark.parametrize("lang", ["zh", "zh-Hant"])
def test_the_page_of_a_test_office_says_so(lang: str, office: Path, command: Command, tmp_path: Path) -> None:
    from pypdf import PdfReader

    path = tmp_path / f"{lang}.pdf"
    assert command("-C", office, "--lang", lang, "key", "show", "--page", path).code == 0
    pages = PdfReader(path).pages
    assert len(pages) == 1
    text = pages[0].extract_text()
    assert {"zh": "测试：仅供试用", "zh-Hant": "測試：僅供試用"}[lang] in text


# --- protect


def test_protect_needs_a_passphrase_of_some_length(
    office: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(
        command,
        2,
        "stamp.passphrase-missing",
        {"en": "no terminal", "zh": "没有可供输入的终端"},
        "-C",
        office,
        "key",
        "protect",
    )
    monkeypatch.setenv("EVIDENCE_KEY_PASSPHRASE", "short")
    told(
        command,
        2,
        "stamp.passphrase-short",
        {"en": "fewer than 12", "zh": "12"},
        "-C",
        office,
        "key",
        "protect",
    )
    assert not is_locked(office / "keys" / "signing.pem")


def test_protect_encrypts_in_place_and_may_change_the_passphrase(
    locked: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_locked(locked / "keys" / "signing.pem")
    before = fingerprint(command, locked)
    assert command("-C", locked, "--json", "key", "show").json["results"][0]["kept"] == "encrypted-file"
    # Changing it takes the old one, which is asked for where there is a terminal.
    assert command("-C", locked, "key", "protect").code in (2, 9)
    assert fingerprint(command, locked) == before


def test_what_signs_stops_without_the_passphrase_and_with_a_wrong_one(
    locked: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = command("-C", locked, "--json", "journal", "check").json
    for secret in ("", "not the right one at all"):
        if secret:
            monkeypatch.setenv("EVIDENCE_KEY_PASSPHRASE", secret)
        told(command, 9, "stamp.key-locked", {"en": "encrypted", "zh": "加密"}, "-C", locked, "key", "rotate")
        assert command("-C", locked, "status").code == 0
    assert command("-C", locked, "--json", "journal", "check").json["counts"] == entries["counts"]


# --- rotate, revoke


def test_rotate_tells_both_fingerprints_and_the_earlier_key_verifies_on(
    office: Path, command: Command, tmp_path: Path
) -> None:
    before = fingerprint(command, office)
    answer = command("-C", office, "--lang", "zh", "key", "rotate")
    after = fingerprint(command, office)
    assert (answer.code, before != after) == (0, True)
    assert f"旧密钥：{before}" in answer.out
    assert after in answer.out
    shown = command("-C", office, "--json", "key", "show").json["results"][0]["keys"]
    assert [key["status"] for key in shown] == ["current", "rotated"]
    letter = next((office / "letters").rglob("*_2-2026-0001.pdf"))
    assert command("verify", letter, "--trust", before).code == 0
    assert command("verify", letter, "--trust", after).code == 8
    assert command("-C", office, "journal", "check").code == 0


def test_rotate_keeps_an_encrypted_key_encrypted_by_the_same_passphrase(
    locked: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVIDENCE_KEY_PASSPHRASE", SECRET)
    assert command("-C", locked, "key", "rotate").code == 0
    assert SigningKey.load(locked / "keys" / "signing.pem", SECRET).public.fingerprint == fingerprint(
        command, locked
    )


@pytest.mark.parametrize("moment", ["change_indexes", "finish_change"])
def test_an_interrupted_rotation_is_told_and_the_next_command_goes_on(
    moment: str, office: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = fingerprint(command, office)
    with monkeypatch.context() as patch:
        patch.setattr(keyring, moment, interrupt)
        answer = command("-C", office, "key", "rotate")
    assert (answer.code, "Traceback" in answer.err) == (130, False)
    assert (office / "keys" / keyfiles.NEXT_FILE).exists()
    assert (fingerprint(command, office) == before) is (moment == "change_indexes")
    assert command("-C", office, "journal", "check").code == 0
    monkeypatch.setenv("EVIDENCE_TEST_SEED", "afterwards")
    assert command("-C", office, "key", "rotate").code == 0
    assert not list((office / "keys").glob("next*"))


def test_revoke_takes_no_key_asks_first_and_wants_a_reason(office: Path, command: Command) -> None:
    before = fingerprint(command, office)
    (office / "keys" / "signing.pem").unlink()
    assert command("-C", office, "key", "revoke").code == 2
    assert command("-C", office, "key", "revoke", "--reason", "borrowed", "--yes").code == 2
    answer = in_a_shell("-C", office, "key", "revoke", "--reason", "lost", cwd=office.parent,
                        EVIDENCE_TEST_NOW=casefile.LATER)  # fmt: skip
    assert answer.code in (1, 130)  # nobody there to say yes
    assert not (office / "keys" / "signing.pem").exists()
    answer = command("-C", office, "--lang", "zh-Hant", "key", "revoke", "--reason", "lost", "--yes")
    assert (answer.code, before in answer.out) == (0, True)
    shown = command("-C", office, "--json", "key", "show").json["results"][0]["keys"]
    assert [key["status"] for key in shown] == ["current", "lost"]
    assert command("-C", office, "journal", "check").code == 0


# --- backup


def test_backup_is_encrypted_elsewhere_and_can_be_put_back(
    office: Path, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "usb" / "office.pem"
    copy.parent.mkdir()
    told(
        command,
        2,
        "stamp.passphrase-missing",
        {"en": "passphrase", "zh": "口令"},
        "-C",
        office,
        "key",
        "backup",
        copy,
    )
    monkeypatch.setenv("EVIDENCE_KEY_PASSPHRASE", SECRET)
    answer = command("-C", office, "--lang", "zh", "key", "backup", copy)
    assert (answer.code, str(copy) in answer.out) == (0, True)
    assert copy.stat().st_mode & 0o077 == 0
    told(
        command, 7, "general.output-exists", {"en": "office.pem", "zh": "office.pem"}, "-C", office, "key", "backup",
        copy,
    )  # fmt: skip
    inside = office / "copy.pem"
    refused = command("-C", office, "key", "backup", inside)
    assert (refused.code != 0, "[workspace.backup-inside]" in refused.err, inside.exists()) == (
        True,
        True,
        False,
    )
    shutil.copy(copy, office / "keys" / "signing.pem")
    assert command("-C", office, "key", "rotate").code == 0


def test_another_office_s_backup_does_not_take_its_place(
    office: Path, command: Command, tmp_path: Path
) -> None:
    other = SigningKey.from_seed(b"\x09" * 32)
    (office / "keys" / "signing.pem").unlink()
    other.save(office / "keys" / "signing.pem")
    answer = command("-C", office, "status")
    assert (answer.code != 0, "[workspace.key-mismatch]" in answer.err) == (True, True)


# --- at a terminal


def at_a_terminal(office: Path, *words: str, types: list[tuple[str, str]]) -> tuple[int, str]:
    """The command with a terminal of its own, each answer typed after its question has come."""
    outside, inside = os.openpty()
    environment = {**os.environ, "EVIDENCE_TEST_NOW": casefile.LATER}
    command = ["setsid", "--ctty", sys.executable, "-m", "evidence", "-C", str(office), *words]
    process = subprocess.Popen(
        command, stdin=inside, stdout=inside, stderr=inside, env=environment, cwd=office.parent
    )
    os.close(inside)
    shown, waiting = b"", list(types)
    while True:
        if not select.select([outside], [], [], 60)[0]:
            process.kill()
            pytest.fail(f"it waits for something else: {shown.decode()}")
        try:
            piece = os.read(outside, 4096)
        except OSError:  # the terminal closes with its last process
            break
        if not piece:
            break
        shown += piece
        if waiting and waiting[0][0].encode() in shown:
            os.write(outside, f"{waiting.pop(0)[1]}\n".encode())
            shown += b"|"
            if waiting:
                shown = shown.replace(waiting[0][0].encode(), b"")
    os.close(outside)
    return process.wait(timeout=60), shown.decode()


@pytest.mark.skipif(shutil.which("setsid") is None, reason="setsid is not installed")
def test_at_a_terminal_the_passphrase_is_asked_for_twice_and_never_shown(office: Path) -> None:
    code, shown = at_a_terminal(
        office,
        "--lang",
        "en",
        "key",
        "protect",
        types=[("New passphrase", SECRET), ("Repeat for confirmation", SECRET)],
    )
    assert (code, SECRET in shown) == (0, False), shown
    assert SigningKey.load(office / "keys" / "signing.pem", SECRET)
    code, shown = at_a_terminal(
        office, "--lang", "en", "key", "rotate", types=[("Passphrase of the", SECRET)]
    )
    assert (code, SECRET in shown) == (0, False), shown
