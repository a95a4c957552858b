"""Keys: from injected randomness, on disk for their owner only, and as text for people."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence.clock import fixed_source
from evidence.errors import EvidenceError, ExitCode
from evidence.stamp.keys import PublicKey, SigningKey, parse_fingerprint


def codes(error: pytest.ExceptionInfo[EvidenceError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


@pytest.fixture
def open_umask() -> Iterator[None]:
    old = os.umask(0)
    yield
    os.umask(old)


def test_a_key_and_its_signatures_are_those_of_rfc_8032() -> None:
    # RFC 8032, section 7.1, test 2
    key = SigningKey.from_seed(
        bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    )
    assert key.public.raw.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = key.sign(b"\x72")
    assert signature.hex().startswith("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da")
    assert key.public.verifies(signature, b"\x72")
    assert not key.public.verifies(signature, b"\x73")


def test_the_same_randomness_makes_the_same_key() -> None:
    def make(seed: str) -> SigningKey:
        return SigningKey.generate(fixed_source("2026-11-21T10:00:00+08:00", seed).random)

    assert make("a").public == make("a").public != make("b").public


def test_a_saved_key_loads_again_and_is_for_its_owner_alone(tmp_path: Path, open_umask: None) -> None:
    key = SigningKey.from_seed(b"\x07" * 32)
    path = tmp_path / "signing.pem"
    key.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600  # although the umask would allow all
    assert path.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert SigningKey.load(path).public == key.public


def test_a_key_file_is_born_private(
    tmp_path: Path, open_umask: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = []
    real = os.open

    def watching(path: Path, flags: int, mode: int = 0o777) -> int:
        descriptor = real(path, flags, mode)
        modes.append((stat.S_IMODE(os.fstat(descriptor).st_mode), bool(flags & os.O_EXCL)))
        return descriptor

    monkeypatch.setattr(os, "open", watching)
    SigningKey.from_seed(b"\x07" * 32).save(tmp_path / "signing.pem")
    assert modes == [(0o600, True)]


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "signing.pem"
    path.write_text("precious")
    with pytest.raises(EvidenceError) as error:
        SigningKey.from_seed(b"\x07" * 32).save(path)
    assert codes(error) == ["general.output-exists"]
    assert path.read_text() == "precious"


def test_a_full_disk_leaves_no_half_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EvidenceError) as error:
        SigningKey.from_seed(b"\x07" * 32).save(tmp_path / "signing.pem")
    assert codes(error) == ["general.output-not-writable"]
    assert not (tmp_path / "signing.pem").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_others_can_reach_is_not_used(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "signing.pem"
    SigningKey.from_seed(b"\x07" * 32).save(path)
    path.chmod(mode)
    with pytest.raises(EvidenceError) as error:
        SigningKey.load(path)
    assert codes(error) == ["stamp.key-permissions"]
    assert error.value.exit_code == ExitCode.USAGE


@pytest.mark.parametrize("content", [b"", b"not a key", b"x" * 20_000])
def test_what_is_no_key_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "signing.pem"
    path.touch(0o600)
    path.write_bytes(content)
    with pytest.raises(EvidenceError) as error:
        SigningKey.load(path)
    assert codes(error) == ["stamp.key-unreadable"]


def test_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    path = tmp_path / "signing.pem"
    path.touch(0o600)
    other = X25519PrivateKey.from_private_bytes(b"\x01" * 32)
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(EvidenceError) as error:
        SigningKey.load(path)
    assert codes(error) == ["stamp.key-unreadable"]


def test_a_missing_key_is_missing(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError) as error:
        SigningKey.load(tmp_path / "signing.pem")
    assert codes(error) == ["stamp.key-missing"]


def test_the_repr_of_a_key_keeps_its_secret() -> None:
    assert "Private" not in repr(SigningKey.from_seed(b"\x07" * 32))


def test_a_public_key_has_one_text_and_comes_back_from_it() -> None:
    public = SigningKey.from_seed(b"\x07" * 32).public
    assert len(public.to_text()) == 53
    assert public.to_text().endswith("\n")
    assert PublicKey.parse(public.to_text()) == public
    assert PublicKey.parse(f"  {public.to_text().lower()}\n") == public


@pytest.mark.parametrize("text", ["", "A", "A" * 51, "A" * 51 + "B", "A" * 52 + "=", "0" * 52, "密" * 52])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError) as error:
        PublicKey.parse(text)
    assert codes(error) == ["stamp.public-key-invalid"]


def test_a_fingerprint_is_the_hash_in_groups_of_four_and_the_kid_its_beginning() -> None:
    public = SigningKey.from_seed(b"\x07" * 32).public
    digest = hashlib.sha256(public.raw).digest()
    assert public.fingerprint.replace(" ", "") == digest.hex()
    assert {len(group) for group in public.fingerprint.split(" ")} == {4}
    assert public.kid == digest[:8]
    assert parse_fingerprint(public.fingerprint.upper()) == digest
    for wrong in ("", public.fingerprint[:-1], public.fingerprint + " 00", "zz" * 32):
        with pytest.raises(EvidenceError):
            parse_fingerprint(wrong)
