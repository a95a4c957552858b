"""Canonical JSON (RFC 8785 without floating-point numbers), read strictly.

A text is canonical when writing what was read gives the same bytes again. Repeated keys, floats, integers
that a double cannot hold, lone surrogates, and too deep nesting are refused before that comparison.
"""

from __future__ import annotations

import json
import re
from typing import NoReturn, TypeAlias

from evidence.verify.limits import ENTRY_BYTES, JSON_BYTES, JSON_DEPTH, JSON_INTEGER, JSON_VALUES
from evidence.verify.refused import Refused

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


def parse_json(data: bytes) -> Json:
    """Any JSON text without repeated keys and floats; :class:`Refused` otherwise."""
    if len(data) > JSON_BYTES:
        raise Refused("json-long", limit=JSON_BYTES)
    # Each value costs many times its bytes in memory; commas inside of texts count as well, which is no harm.
    limit = JSON_VALUES if len(data) > ENTRY_BYTES else JSON_VALUES // 20
    if data.count(b",") > limit:
        raise Refused("json-values", limit=limit)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("json-form") from None
    _check_depth(text)
    try:
        value: Json = json.loads(
            text,
            parse_int=_integer,
            parse_float=_no_number,
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError):
        raise Refused("json-form") from None
    return value


def parse_canonical(data: bytes) -> Json:
    """A canonical JSON text; :class:`Refused` (``json-canonical``) where the bytes are another spelling."""
    value = parse_json(data)
    if encode(value) != data:
        raise Refused("json-canonical")
    return value


def encode(value: Json) -> bytes:
    """The canonical bytes of ``value``; :class:`Refused` for lone surrogates."""
    try:
        return _write(value).encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("json-form") from None


def _check_depth(text: str) -> None:
    """Refuse deep nesting before the recursive parser meets it; brackets inside strings do not count."""
    depth = 0
    for token in _BRACKETS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > JSON_DEPTH:
            raise Refused("json-deep", limit=JSON_DEPTH)


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > JSON_INTEGER:
        raise Refused("json-number")
    return int(text)


def _no_number(_text: str) -> NoReturn:
    raise Refused("json-number")


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Refused("json-repeated")
    return result


def _write(value: Json) -> str:
    if isinstance(value, dict):
        # RFC 8785 sorts by UTF-16 code units, which differs from code points beyond the basic plane.
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_write(key)}:{_write(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_write, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
