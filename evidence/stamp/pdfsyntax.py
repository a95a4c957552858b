"""Just enough of PDF's grammar to find the bytes of one value inside a dictionary (ISO 32000-1, 7.2 and 7.3).

Nothing is built from what is read: a value is a :class:`Span` of the file, so that what is put into the stamp
is the source's own bytes. Whatever is not understood is refused (``stamp.unsupported-pdf``); each byte is
looked at a bounded number of times.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from evidence.errors import EvidenceError, fail

__all__ = [
    "Reference",
    "Span",
    "array_items",
    "dictionary",
    "integer",
    "name",
    "number",
    "reference",
    "skip",
    "unsupported",
]

MAX_NESTING = 32  # dictionaries and arrays inside each other; real page dictionaries have fewer than 8

# Possessive throughout: these never give back what they took, so that no input makes them slow.
_WHITE = rb"[\0\t\n\f\r ]"
_BLANK = rb"(?:%b++|%%[^\r\n]*+)*+" % _WHITE
_NAME_PART = rb"(?:[^\0\t\n\f\r ()<>\[\]{}/%#]++|#[0-9A-Fa-f]{2})*+"
_SPACE = re.compile(_BLANK)
_NAME = re.compile(rb"/(%b)" % _NAME_PART)
_NUMBER = re.compile(rb"[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)")
_REFERENCE = re.compile(rb"([0-9]{1,10})%b++([0-9]{1,5})%b++R" % (_WHITE, _WHITE))
_KEYWORD = re.compile(rb"true|false|null")
_HEX_STRING = re.compile(rb"<[0-9A-Fa-f\0\t\n\f\r ]*+>")
_STRING_PART = re.compile(rb"(?:[^()\\]|\\.)*+([()])", re.DOTALL)
_TOKEN_END = re.compile(rb"[\0\t\n\f\r ()<>\[\]{}/%]|\Z")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_SCALARS = (_NAME, _REFERENCE, _NUMBER, _KEYWORD)
_SCALAR = rb"((?:/%b|[0-9]{1,10}%b++[0-9]{1,5}%b++R|%b|%b)(?=%b))" % (
    _NAME_PART,
    _WHITE,
    _WHITE,
    _NUMBER.pattern,
    _KEYWORD.pattern,
    _TOKEN_END.pattern,
)
_PAIR = re.compile(_NAME.pattern + rb"(?=%b)" % _TOKEN_END.pattern + _BLANK + _SCALAR + _BLANK)
"""A key and its value, where that is one of :data:`_SCALARS`, as nearly all are: the same as step by step, at one go."""
_ITEM = re.compile(_SCALAR + _BLANK)


class Span(NamedTuple):
    """The bytes of one value: from its first to behind its last. Hundreds are made for a letter: a tuple is made fast."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reference:
    number: int
    generation: int

    def __bytes__(self) -> bytes:
        return b"%d %d R" % (self.number, self.generation)


def unsupported(reason: str, detail: str = "") -> EvidenceError:
    """The refusal, with one of the reasons of docs/formats.md, section 3.2, and where or what it was."""
    return fail("stamp.unsupported-pdf", reason=reason, detail=detail or "-")


def skip(data: bytes, pos: int) -> int:
    """Behind white space and comments."""
    match = _SPACE.match(data, pos)
    assert match is not None  # it matches the empty string
    return match.end()


def value_span(data: bytes, pos: int, depth: int = 0) -> Span:
    """The value that begins at ``pos`` exactly."""
    if depth > MAX_NESTING:
        raise unsupported("limit", f"nesting at byte {pos}")
    if data.startswith(b"<<", pos):
        return Span(pos, _pairs(data, pos, depth)[1])
    if data.startswith(b"[", pos):
        return Span(pos, _items(data, pos, depth)[1])
    return Span(pos, _scalar_end(data, pos))


def dictionary(data: bytes, span: Span, reason: str = "syntax") -> dict[bytes, Span]:
    """The top-level keys of the dictionary at ``span``, decoded and without slash, with their values.

    Refused for ``reason`` where there is no dictionary, and for a key that stands twice: readers differ in
    which of the two they take.
    """
    if not data.startswith(b"<<", span.start):
        raise unsupported(reason, f"no dictionary at byte {span.start}")
    entries: dict[bytes, Span] = {}
    for key, value in _pairs(data, span.start, 0)[0]:
        if key in entries:
            raise unsupported("duplicate-key", f"/{key.decode('latin-1')} at byte {value.start}")
        entries[key] = value
    return entries


def array_items(data: bytes, span: Span, reason: str = "syntax") -> list[Span]:
    """The values in the array at ``span``; refused for ``reason`` where there is no array."""
    if not data.startswith(b"[", span.start):
        raise unsupported(reason, f"no array at byte {span.start}")
    return _items(data, span.start, 0)[0]


def reference(data: bytes, span: Span) -> Reference | None:
    """The value as a reference, or None where it is something else."""
    match = _REFERENCE.fullmatch(data, span.start, span.end)
    return Reference(int(match[1]), int(match[2])) if match else None


def name(data: bytes, span: Span) -> bytes | None:
    """The value as a name, decoded and without slash."""
    match = _NAME.fullmatch(data, span.start, span.end)
    return _decoded(match[1]) if match else None


def number(data: bytes, span: Span) -> float | None:
    """The value as a number."""
    short = span.end - span.start <= 40
    return (
        float(data[span.start : span.end])
        if short and _NUMBER.fullmatch(data, span.start, span.end)
        else None
    )


def integer(data: bytes, span: Span) -> int | None:
    """The value as an integer without sign."""
    text = data[span.start : span.end]
    return int(text) if len(text) <= 10 and text.isdigit() else None


def _pairs(data: bytes, pos: int, depth: int) -> tuple[list[tuple[bytes, Span]], int]:
    """Keys and values of the dictionary whose ``<<`` is at ``pos``, and the place behind its ``>>``."""
    pairs: list[tuple[bytes, Span]] = []
    at = skip(data, pos + 2)
    while not data.startswith(b">>", at):
        if depth < MAX_NESTING and (pair := _PAIR.match(data, at)):
            pairs.append((_decoded(pair[1]), Span(*pair.span(2))))
            at = pair.end()
            continue
        key = _NAME.match(data, at)
        if key is None or not _TOKEN_END.match(data, key.end()):
            raise unsupported("syntax", f"no key at byte {at}")
        value = value_span(data, skip(data, key.end()), depth + 1)
        pairs.append((_decoded(key[1]), value))
        at = skip(data, value.end)
    return pairs, at + 2


def _items(data: bytes, pos: int, depth: int) -> tuple[list[Span], int]:
    """Values of the array whose ``[`` is at ``pos``, and the place behind its ``]``."""
    items: list[Span] = []
    at = skip(data, pos + 1)
    while not data.startswith(b"]", at):
        if depth < MAX_NESTING and (item := _ITEM.match(data, at)):
            items.append(Span(*item.span(1)))
            at = item.end()
            continue
        items.append(value_span(data, at, depth + 1))
        at = skip(data, items[-1].end)
    return items, at + 1


def _scalar_end(data: bytes, pos: int) -> int:
    if data.startswith(b"(", pos):
        return _string_end(data, pos)
    if data.startswith(b"<", pos):
        match = _HEX_STRING.match(data, pos)
        if match is None:
            raise unsupported("syntax", f"hexadecimal string at byte {pos}")
        return match.end()
    for pattern in _SCALARS:
        match = pattern.match(data, pos)
        if match is not None and _TOKEN_END.match(data, match.end()):
            return match.end()
    raise unsupported("syntax", f"no value at byte {pos}")


def _string_end(data: bytes, pos: int) -> int:
    """Behind the parenthesis that closes the string at ``pos``; pairs inside need no backslash."""
    depth, at = 1, pos + 1
    while depth:
        match = _STRING_PART.match(data, at)
        if match is None:
            raise unsupported("syntax", f"string without end at byte {pos}")
        depth += 1 if match[1] == b"(" else -1
        at = match.end()
    return at


def _decoded(raw: bytes) -> bytes:
    return _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), raw) if b"#" in raw else raw
