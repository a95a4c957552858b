"""The one source of the present time and of fresh randomness, so that tests can put theirs in its place.

Issue and journal times come from here alone; ``--as-of`` sets the date of calculation and of the law, never
the time of issue (design decision 10). A journal written under an injected source is marked TEST for ever.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def _system_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Source:
    """``now`` gives an aware datetime in whole seconds; ``random`` gives n unpredictable bytes."""

    now: Callable[[], datetime] = _system_now
    random: Callable[[int], bytes] = secrets.token_bytes
    is_test: bool = False


def system_source() -> Source:
    """The machine's own clock and randomness, or the test source named by the environment.

    ``EVIDENCE_TEST_NOW`` (ISO time with zone) and ``EVIDENCE_TEST_SEED`` make command-line runs repeatable to
    the byte; whatever they write says TEST.
    """
    now, seed = os.environ.get("EVIDENCE_TEST_NOW"), os.environ.get("EVIDENCE_TEST_SEED")
    if not now and not seed:
        return Source()
    return fixed_source(now or "2026-11-21T10:00:00+08:00", seed or "")


def fixed_source(now: str, seed: str = "") -> Source:
    """A source that stands still and whose "randomness" is a stream derived from ``seed``; for tests."""
    import hashlib

    moment = datetime.fromisoformat(now)
    if moment.tzinfo is None:
        raise ValueError("a test clock needs a zone")
    count = 0

    def random(n: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(f"{seed}:{count}".encode()).digest(n)

    return Source(lambda: moment, random, is_test=True)
