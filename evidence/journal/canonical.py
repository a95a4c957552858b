"""Canonical JSON (RFC 8785), written and read strictly: one value has exactly one spelling.

Our subset has no floating-point numbers: amounts are texts, and integers stay within ±(2⁵³ − 1), beyond which
a reader in another language may silently see a different number (RFC 7493 §2.2). Digests and signatures are
taken over these bytes, so a reader that tolerated a second spelling would tolerate a second digest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NoReturn

from evidence.errors import Place, fail

__all__ = ["MAX_DEPTH", "MAX_INTEGER", "Json", "dumps", "loads"]

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]
"""What canonical JSON can hold. :func:`loads` gives plain ``list`` and ``dict``."""

MAX_INTEGER = 2**53 - 1
"""Largest integer every JSON reader keeps exactly (RFC 7493 §2.2)."""

MAX_DEPTH = 32
"""Deepest nesting written or read; our own documents use four levels."""


def dumps(value: Json) -> bytes:
    """The one canonical spelling of ``value``, UTF-8.

    ``ValueError`` for what the subset excludes (floats, large integers, lone surrogates, keys that are no
    texts, deep nesting): such a value is a fault of the caller, never of somebody's input.
    """
    text = json.dumps(_ordered(value, MAX_DEPTH), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")  # UnicodeEncodeError, a ValueError, for a lone surrogate


def loads(data: bytes, where: Place | None = None) -> Json:
    """The value of canonical ``data``.

    Raises ``journal.json-encoding``, ``-syntax``, ``-duplicate``, ``-number``, ``-depth``, or
    ``-not-canonical`` where the bytes are good JSON in another spelling.
    """
    place = where or Place()

    def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        result: dict[str, Json] = {}
        for key, value in pairs:
            if key in result:
                raise fail("journal.json-duplicate", place, key=ascii(key)[:80])
            result[key] = value
        return result

    def integer(digits: str) -> int:
        # The length first: int() of a million digits is work an attacker gets for nothing.
        if len(digits) > len(str(-MAX_INTEGER)) or abs(int(digits)) > MAX_INTEGER:
            raise fail("journal.json-number", place, number=digits[:40])
        return int(digits)

    def refuse(number: str) -> NoReturn:
        raise fail("journal.json-number", place, number=number[:40])

    try:
        value: Json = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=unique,
            parse_int=integer,
            parse_float=refuse,
            parse_constant=refuse,
        )
    except UnicodeDecodeError as error:
        raise fail("journal.json-encoding", place, position=error.start) from error
    except json.JSONDecodeError as error:
        raise fail("journal.json-syntax", place, position=error.pos) from error
    except RecursionError as error:
        raise fail("journal.json-depth", place, limit=MAX_DEPTH) from error
    try:
        canonical = dumps(value)
    except UnicodeEncodeError as error:
        raise fail("journal.json-encoding", place, position=error.start) from error
    except ValueError as error:  # all that is left: nested deeper than we write
        raise fail("journal.json-depth", place, limit=MAX_DEPTH) from error
    if canonical != data:
        raise fail("journal.json-not-canonical", place, position=_first_difference(canonical, data))
    return value


def _ordered(value: Json, depth: int) -> Json:
    """``value`` with the keys of every object in the order of RFC 8785 §3.2.3, once it is in the subset."""
    if depth < 0:
        raise ValueError(f"nested deeper than {MAX_DEPTH}")
    match value:
        case None | bool() | str():
            return value
        case int():
            if abs(value) > MAX_INTEGER:
                raise ValueError(f"integer beyond ±(2**53 - 1): {value}")
            return value
        case Mapping():
            if not all(isinstance(key, str) for key in value):
                raise ValueError("object keys are texts")
            # By UTF-16 code units: beyond the basic plane that is another order than by code points.
            keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
            return {key: _ordered(value[key], depth - 1) for key in keys}
        case list() | tuple():
            return [_ordered(item, depth - 1) for item in value]
        case _:
            raise ValueError(f"not in canonical JSON: {type(value).__name__}")


def _first_difference(left: bytes, right: bytes) -> int:
    """Offset of the first byte in which two different texts differ."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(left), len(right)))
