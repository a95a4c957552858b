"""A seeded part of ``bench/zipbytes.py``: no byte of an evidence file's zip is changed, taken out or added unnoticed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from builder import sample_case, write_zip


@pytest.fixture(scope="module")
def zipbytes(from_bench: Callable[[str], ModuleType]) -> ModuleType:
    return from_bench("zipbytes")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_zip(tmp_path_factory.mktemp("zip") / "b.zip", sample_case().files()).read_bytes()


def test_every_part_of_the_zip_is_known(zipbytes: ModuleType, whole: bytes) -> None:
    of = zipbytes.parts(whole)
    assert sorted(of) == list(range(len(whole)))
    assert set(of.values()) == {"header", "name", "content", "directory", "end record"}


def test_a_byte_changed_taken_out_or_added_anywhere_is_found(
    zipbytes: ModuleType, whole: bytes, tmp_path: Path
) -> None:
    """Some positions of each part, the first and last of each among them."""
    rng = random.Random(3)
    parts: dict[str, list[int]] = {}
    for at, part in zipbytes.parts(whole).items():
        parts.setdefault(part, []).append(at)
    positions = sorted(
        {at for of in parts.values() for at in (min(of), max(of), *rng.sample(of, min(20, len(of))))}
    )
    target = tmp_path / "b.zip"
    target.write_bytes(whole)
    assert not zipbytes.is_found(target) and not zipbytes.is_found_whole(target)
    missed = []
    for number, one in enumerate(zipbytes.alterations(whole, positions, rng)):
        target.write_bytes(one.data)
        by = zipbytes.is_found_whole if number % 20 == 0 else zipbytes.is_found
        if not by(target):
            missed.append((one.kind, one.part, one.at))
    assert missed == []


def test_what_zip_tools_pass_over_is_found(zipbytes: ModuleType, whole: bytes, tmp_path: Path) -> None:
    for one in zipbytes.extras(whole):
        (tmp_path / "b.zip").write_bytes(one.data)
        assert zipbytes.is_found(tmp_path / "b.zip"), one.kind
        assert zipbytes.is_found_whole(tmp_path / "b.zip"), one.kind
