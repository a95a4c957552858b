"""``evidence sign``: a copy of a letter with a signature by certificate, and everything that keeps it from being made."""

from __future__ import annotations

import shutil
from pathlib import Path

import certificates
import pytest
from speaking import Command, told

pytest.importorskip("pyhanko", reason="pyhanko is not installed")


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVIDENCE_CERTIFICATE_PASSPHRASE", certificates.SECRET)
    return certificates.p12(tmp_path / "office.p12", last=2027)


def test_the_copy_is_the_letter_and_one_signature(
    office: Path, held: Path, command: Command, tmp_path: Path
) -> None:
    letter = next((office / "letters").rglob("*_2-2026-0001.pdf"))
    before = command("-C", office, "--json", "journal", "check").json["counts"]
    answer = command("-C", office, "--lang", "zh", "sign", "2-2026-0001", "--certificate", held)
    assert answer.code == 0, answer
    made = tmp_path / "2-2026-0001.signed.pdf"
    assert made.read_bytes().startswith(letter.read_bytes())
    assert "签名副本" in answer.out
    verified = command("--lang", "zh", "verify", made, "--trust", office / "keys" / "signing.pub")
    assert verified.code == 0, verified
    assert "另有证书签名" in verified.out
    assert command("-C", office, "--json", "journal", "check").json["counts"] == before
    # A second time there is a file already.
    assert command("-C", office, "sign", "2-2026-0001", "--certificate", held).code == 7


def test_a_name_in_a_certificate_is_never_printed_as_it_is(
    office: Path, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name may hold a line of its own, or turn the text: it would speak for the program."""
    monkeypatch.setenv("EVIDENCE_CERTIFICATE_PASSPHRASE", certificates.SECRET)
    held = certificates.p12(tmp_path / "odd.p12", last=2027, name="样本\nWHO: shown\u202e\x1b[31m")
    answer = command("-C", office, "--lang", "en", "sign", "2-2026-0001", "--certificate", held)
    assert answer.code == 0, answer
    assert not {"\u202e", "\x1b"} & set(answer.out)
    (line,) = (line for line in answer.out.splitlines() if "WHO: shown" in line)
    assert line.startswith("In the name of")
    assert "says it was issued by" in line
    assert "not checked" in line


@pytest.mark.parametrize("what", ["missing", "damaged", "passphrase"])
def test_a_file_that_cannot_be_opened(
    what: str, office: Path, held: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "stamp.certificate-unreadable"
    if what == "missing":
        held.unlink()
        code = "stamp.certificate-missing"
    elif what == "damaged":
        held.write_bytes(held.read_bytes()[:200])
    else:
        monkeypatch.setenv("EVIDENCE_CERTIFICATE_PASSPHRASE", "wrong")
    words = {"en": str(held), "zh": str(held)}
    told(command, 3, code, words, "-C", office, "sign", "2-2026-0001", "--certificate", held)


def test_a_certificate_of_yesterday_and_a_letter_nobody_issued(
    office: Path, command: Command, tmp_path: Path, held: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command_line = ("-C", office, "sign", "2-2026-0001", "--certificate", held)
    monkeypatch.setenv("EVIDENCE_TEST_NOW", "2029-01-01T10:00:00+08:00")
    told(command, 9, "stamp.certificate-expired", {"en": "2027-01-01", "zh": "2027-01-01"}, *command_line)
    unknown = command("-C", office, "sign", "2-2026-0099", "--certificate", held)
    assert "[workspace.unknown-letter]" in unknown.err


def test_a_withdrawn_letter_is_not_signed(office: Path, held: Path, command: Command, tmp_path: Path) -> None:
    assert command("-C", office, "withdraw", "2-2026-0004", "--reason", "样本：面积有误").code == 0
    told(
        command, 9, "workspace.certify-withdrawn", {"en": "withdrawn", "zh": "已撤回"}, "-C", office, "sign",
        "2-2026-0004", "--certificate", held,
    )  # fmt: skip
    assert not list(tmp_path.glob("*.signed.pdf"))


def test_no_option_takes_the_passphrase(command: Command) -> None:
    assert "--pass" not in command("sign", "--help").out
