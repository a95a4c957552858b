"""An evidence file encrypted for the way: to a public key, or by a passphrase that is never on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.bundle.transport import LEAST, encrypt, lock_for
from evidence.cli._transport import _first_line
from evidence.errors import EvidenceError
from evidence.verify import verify_paths

pyrage = pytest.importorskip("pyrage", reason="pyrage is not installed")

ZIP = b"PK\x05\x06" + bytes(18)
SSH = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN alice@host"


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    path = tmp_path / "1栋101-20261125-v1.zip"
    path.write_bytes(ZIP)
    return path


def codes(error: pytest.ExceptionInfo[EvidenceError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def test_to_a_public_key_it_opens_for_its_owner_alone(zipped: Path) -> None:
    owner, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    made = encrypt(zipped, lock_for([str(owner.to_public())]))
    assert made.name == "1栋101-20261125-v1.zip.age"
    assert pyrage.decrypt(made.read_bytes(), [owner]) == ZIP
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(made.read_bytes(), [other])
    assert zipped.read_bytes() == ZIP, "the plain zip stays the one that is checked"
    assert sorted(path.name for path in zipped.parent.iterdir()) == [zipped.name, made.name]


def test_several_receivers_may_stand_in_a_file(zipped: Path, tmp_path: Path) -> None:
    judge, clerk = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    keys = tmp_path / "keys.txt"
    keys.write_text(f"# 样本\n{judge.to_public()}\n\n{clerk.to_public()}\n{SSH}\n")
    sealed = encrypt(zipped, lock_for([str(keys)])).read_bytes()
    assert pyrage.decrypt(sealed, [judge]) == pyrage.decrypt(sealed, [clerk]) == ZIP


def test_by_a_passphrase_from_a_file(zipped: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("样本 口令 共十二 个字符以上\nsecond line\n")
    phrase = _first_line(secret)
    assert phrase == "样本 口令 共十二 个字符以上"
    made = encrypt(zipped, lock_for(passphrase=phrase))
    # To open it again takes as long as to make it, which is what scrypt is for.
    assert made.read_bytes().startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert ZIP not in made.read_bytes()


def test_every_key_that_is_none_is_named_before_anything_is_made(tmp_path: Path) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text("age1broken\n# fine\nAGE-SECRET-KEY-1XYZ\n")
    with pytest.raises(EvidenceError) as caught:
        lock_for(["age1nonsense", str(keys), "nobody"])
    assert codes(caught) == ["bundle.recipient"] * 4
    assert [problem.where.part for problem in caught.value.problems] == ["", "1", "3", ""]


def test_a_short_passphrase_and_an_unreadable_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError) as caught:
        lock_for(passphrase="x" * (LEAST - 1))
    assert codes(caught) == ["bundle.passphrase-short"]
    for content in (b"", b"\xff\xfe"):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(EvidenceError) as caught:
            _first_line(tmp_path / "file")
        assert codes(caught) == ["bundle.passphrase-file"]


def test_verify_says_what_to_do_with_an_encrypted_file(zipped: Path) -> None:
    made = encrypt(zipped, lock_for([str(pyrage.x25519.Identity.generate().to_public())]))
    with pytest.raises(EvidenceError) as caught:
        verify_paths([made])
    assert codes(caught) == ["verify.encrypted"]
