"""Digests against published values; commitments against the sentence in docs/formats.md."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from evidence.stamp import digests
from evidence.stamp.digests import Digests, commitment, digest_bytes, digest_each, digest_file


def test_both_digests_of_abc_are_the_published_ones() -> None:
    both = digest_bytes(b"abc")
    # FIPS 180-4 example; GB/T 32905-2016, A.1
    assert both.sha256.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert both.sm3.hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_a_file_read_in_pieces_has_the_digests_of_its_bytes(tmp_path: Path) -> None:
    data = bytes(range(256)) * 12_345  # three pieces of a megabyte
    path = tmp_path / "样本.bin"
    path.write_bytes(data)
    assert digest_file(path) == digest_bytes(data)


def test_a_commitment_is_the_hash_of_label_salt_and_both_digests() -> None:
    both = digest_bytes(b"letter")
    salt = b"\x05" * 32
    assert commitment(salt, both) == hashlib.sha256(
        b"evidence/commit/v1\n" + salt + hashlib.sha256(b"letter").digest() + both.sm3
    ).digest()  # fmt: skip
    assert commitment(b"\x06" * 32, both) != commitment(salt, both)


def test_a_short_salt_or_digest_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="salt"):
        commitment(b"short", digest_bytes(b""))
    with pytest.raises(ValueError, match="32 bytes"):
        Digests(b"\0" * 31, b"\0" * 32)


def test_many_files_are_digested_in_order() -> None:
    files = [bytes([number]) * 5_000 for number in range(20)]
    assert digest_each(files) == [digest_bytes(file) for file in files]


def test_a_system_without_sm3_gives_the_same_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "_system_has_sm3", lambda: False)
    assert (
        digest_bytes(b"abc").sm3.hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
