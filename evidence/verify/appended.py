"""What an update after the stamp is about, as far as its own words tell: a hint beside the finding, never a
judgement.

Whatever follows the stamp is a failure, and stays one. But a reader wants to know whether somebody saved a remark
or drew a box over a page. The objects of the update are compared, key by key, with the last of the same number
before it; what stands in packed object streams is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from evidence.verify.limits import APPENDED_OBJECTS, APPENDED_PARSED_BYTES
from evidence.verify.pdf import Kind, Value, parse_value
from evidence.verify.refused import Refused

_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,10})[\x00\t\n\x0c\r ]+[0-9]{1,5}[\x00\t\n\x0c\r ]+obj(?![A-Za-z])")
_TRAILER = re.compile(rb"(?<![A-Za-z])trailer(?![A-Za-z])")
#: Keys that change with every saving, or are bookkeeping.
_NOISE = frozenset(
    (b"Length", b"Filter", b"DecodeParms", b"Size", b"Prev", b"ID", b"W", b"Index", b"ModDate", b"Type")
)
_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9]{0,31}\Z")
#: Names told at most; an update that touches more is told by the first of them.
_TOLD = 16


def touched_parts(data: bytes, end: int) -> list[str]:
    """Keys of PDF dictionaries that the bytes of ``data`` from ``end`` on change, and types of what they add, sorted.

    ``Contents``: what a page shows; ``Annots``: notes over it; ``Kids``: which pages there are; ``Info``,
    ``Metadata``: what is said of the file. Empty where the bytes are no update, or none that can be read.
    """
    before: dict[int, int] = {}
    after: dict[int, int] = {}
    for found in _OBJECT.finditer(data):
        (before if found.start() < end else after)[int(found[1])] = found.end()
    parts: set[bytes] = set()
    budget = APPENDED_PARSED_BYTES
    for number in sorted(after)[:APPENDED_OBJECTS]:
        new = _dictionary(data, after[number])
        old = _dictionary(data, before[number]) if number in before else None
        parts |= _differing(data, new, old) if number in before else _kind(new)
        budget -= sum(value.end - value.start for value in (new, old) if value is not None)
        if budget < 0:
            break
    parts |= _trailers(data, end)
    told = sorted(name.decode("ascii") for name in parts - _NOISE if _NAME.match(name))
    return told[:_TOLD]


def _dictionary(data: bytes, at: int) -> Value | None:
    try:
        value = parse_value(data, at)
    except Refused:
        return None
    return value if value.kind is Kind.DICTIONARY else None


def _raw(data: bytes, value: Value) -> dict[bytes, bytes]:
    return {key: b"".join(data[item.start : item.end].split()) for key, item in value.entries}


def _differing(data: bytes, new: Value | None, old: Value | None) -> set[bytes]:
    """Keys of either dictionary whose value is not, but for white space, the other's."""
    if new is None or old is None:
        return set()
    ours, theirs = _raw(data, new), _raw(data, old)
    return {key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)}


def _kind(new: Value | None) -> set[bytes]:
    """The type and subtype of an object that is new."""
    names = [] if new is None else [item for key, item in new.entries if key in (b"Type", b"Subtype")]
    return {item.name for item in names if item.kind is Kind.NAME} - {b"XRef", b"ObjStm"}


def _trailers(data: bytes, end: int) -> set[bytes]:
    """Keys of the update's trailers that the last trailer before it has not, or has otherwise."""
    old = {
        key: value for trailer in _each_trailer(data, 0, end) for key, value in _raw(data, trailer).items()
    }
    parts: set[bytes] = set()
    for trailer in _each_trailer(data, end, len(data)):
        new = _raw(data, trailer)
        parts |= {key for key, value in new.items() if old.get(key) != value}
    return parts


def _each_trailer(data: bytes, start: int, end: int) -> Iterator[Value]:
    for count, found in enumerate(_TRAILER.finditer(data, start, end)):
        if count >= APPENDED_OBJECTS:
            return
        if (value := _dictionary(data, found.end())) is not None:
            yield value
