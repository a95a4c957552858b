"""Letters read in a process of its own, with limits of time and memory (:mod:`evidence.limited`).

A letter's reader is plain Python and bounded by ``limits``; that a hostile PDF could still keep it busy, or make it grow,
then costs that process its life and the letter its checks, and nothing else. Letters go over in batches, since a process
takes longer to start than a hundred letters take to check.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any

from evidence.limited import Limits, OverLimits, answer, ask
from evidence.model.problem import Place
from evidence.model.report import Fact, Status
from evidence.verify.keys import PublicKey
from evidence.verify.letter import FACT_IDS, Letter, check_letter
from evidence.verify.limits import (
    CHILD_ANSWER_BYTES,
    CHILD_CPU_SECONDS,
    CHILD_MEMORY_BYTES,
    CHILD_WALL_SECONDS,
)
from evidence.verify.refused import Refused, failed, not_checked
from evidence.verify.token import parse_qr_text

#: Letters of one batch, and bytes of it.
BATCH, BATCH_BYTES = 64, 32 * 1024 * 1024
_LIMITS = Limits(CHILD_WALL_SECONDS, CHILD_CPU_SECONDS, CHILD_MEMORY_BYTES, BATCH * CHILD_ANSWER_BYTES // 8)
_LENGTH = struct.Struct(">Q")
_MODULE = "evidence.verify.letterchild"


def check_letters(letters: Sequence[tuple[str, bytes]]) -> list[Letter]:
    """Each letter as :func:`~evidence.verify.letter.check_letter` has it, by its file's name.

    One whose reading takes more than it may is a letter of which nothing could be checked (``over-limits``). Where a
    system has no such limits (Windows), letters are read here.
    """
    if find_spec("resource") is None:
        return [check_letter(data, Place(file=name)) for name, data in letters]
    found: list[Letter] = []
    for batch in _batches(letters):
        try:
            found += _asked(batch)
        except OverLimits:
            found += [_alone(letter) for letter in batch]
    return found


def _batches(letters: Sequence[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    batch: list[tuple[str, bytes]] = []
    size = 0
    for letter in letters:
        if batch and (len(batch) >= BATCH or size + len(letter[1]) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(letter)
        size += len(letter[1])
    if batch:
        yield batch


def _alone(letter: tuple[str, bytes]) -> Letter:
    try:
        return _asked([letter])[0]
    except OverLimits:
        where = Place(file=letter[0])
        rest = [not_checked(fact_id, where, "earlier-failure") for fact_id in FACT_IDS[1:]]
        return Letter((failed(FACT_IDS[0], where, "over-limits"), *rest))


def _asked(batch: Sequence[tuple[str, bytes]]) -> list[Letter]:
    data = b"".join(_LENGTH.pack(len(letter)) + letter for _, letter in batch)
    answered = ask(_MODULE, [], data, _LIMITS)
    try:
        found = [_read(name, row) for (name, _), row in zip(batch, answered, strict=True)]
    except (ValueError, TypeError, KeyError, Refused):
        raise OverLimits("limits") from None
    return found


def _read(name: str, row: Any) -> Letter:
    """A letter from what the process said of it. The token is read again: its text is short and its reader strict."""
    facts = tuple(
        Fact(str(i), Status(status), Place(file=name, part=str(part)), dict(params), str(reason))
        for i, status, part, params, reason in row["facts"]
    )
    key = PublicKey(bytes.fromhex(row["key"])) if row["key"] else None
    qr_text = str(row["qr"])
    token = parse_qr_text(qr_text) if row["token"] else None
    return Letter(facts, token, key, None if row["pages"] is None else int(row["pages"]), qr_text)


def _told(letter: Letter) -> dict[str, object]:
    return {
        "facts": [
            (fact.id, fact.status.value, fact.where.part, dict(fact.params), fact.reason)
            for fact in letter.facts
        ],
        "key": letter.key.raw.hex() if letter.key is not None else "",
        "pages": letter.pages,
        "qr": letter.qr_text,
        "token": letter.token is not None,
    }


def _compute(data: bytes) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    at = 0
    while at < len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        rows.append(_told(check_letter(data[at : at + length], Place())))
        at += length
    return rows


if __name__ == "__main__":
    answer(_LIMITS, _compute)
