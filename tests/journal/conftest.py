"""A journal under a key that everybody knows; every name here is made up (样本)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from evidence.journal import Journal, entries, kid_of, open_engine, origin_of, writing

JOURNAL_ID = "sample"
ORIGIN = origin_of(JOURNAL_ID, test=True)
AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Key:
    """What the journal is given of a key: a callable, and the raw public half."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def kid(self) -> str:
        return kid_of(self.public)

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data)


def key_from(seed: int) -> Key:
    return Key(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


KEY, OTHER_KEY = key_from(1), key_from(2)


def opening(key: Key = KEY, at: datetime = AT) -> bytes:
    return entries.journal_opened(
        at=at,
        by=key.kid,
        journal=JOURNAL_ID,
        key=key.public,
        jurisdiction="cn",
        tool="evidence-kit 0",
        test=True,
    )


def line(number: int, *, at: datetime = AT, key: Key = KEY) -> bytes:
    """The ``number``-th of any number of different entries."""
    return entries.run_completed(at=at, by=key.kid, run=f"r{number}", issued=number, voided=0)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty journal in a file."""
    made = open_engine(tmp_path / "office.db")
    with writing(made) as conn:
        Journal(conn)
    yield made
    made.dispose()


def fill(engine: Engine, count: int) -> Journal:
    """``count`` entries, the opening one first."""
    journal = Journal(engine)
    with writing(engine) as conn:
        journal.append(conn, [opening(), *(line(i) for i in range(1, count))][:count])
    return journal
