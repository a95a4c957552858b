"""Canonical JSON: one value, one spelling (RFC 8785 without floating-point numbers)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import EvidenceError
from evidence.journal.canonical import MAX_DEPTH, MAX_INTEGER, dumps, loads

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def code_of(data: bytes) -> str:
    with pytest.raises(EvidenceError) as caught:
        loads(data)
    return caught.value.problems[0].code.removeprefix("journal.json-")


def test_keys_are_sorted_by_utf16_code_units() -> None:
    # RFC 8785 §3.2.3: U+1F600 is D83D DE00 in UTF-16, hence before U+FB33, though its code point is larger.
    value = {"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "😀": 5, "\u0080": 6, "ö": 7}
    assert dumps(value).decode() == '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}'


def test_texts_are_escaped_no_more_than_necessary() -> None:
    # RFC 8785 §3.2.2.2
    assert dumps("€$\x0f\nA'B\"\\/\b\t\f\r\x7f\u2028").decode() == (
        '"€$\\u000f\\nA\'B\\"\\\\/\\b\\t\\f\\r\x7f\u2028"'
    )


def test_the_rest_of_the_subset() -> None:
    assert dumps({"b": [True, False, None, -1, 0, MAX_INTEGER], "a": {}}) == (
        b'{"a":{},"b":[true,false,null,-1,0,9007199254740991]}'
    )


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        MAX_INTEGER + 1,
        -MAX_INTEGER - 1,
        {1: "a"},
        "\ud800",
        {"\ud800": 1},
        {"a": {1, 2}},
        b"a",
    ],
    ids=repr,
)
def test_what_is_not_in_the_subset_is_not_written(value: object) -> None:
    with pytest.raises(ValueError):
        dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a":1,"a":2}', "duplicate"),
        (b'{"a":1,"\\u0061":2}', "duplicate"),
        (b"1.5", "number"),
        (b"1e2", "number"),
        (b"-0.0", "number"),
        (b"NaN", "number"),
        (b"-Infinity", "number"),
        (b"9007199254740992", "number"),
        (b"1" * 100_000, "number"),
        (b"-0", "not-canonical"),
        (b"[1, 2]", "not-canonical"),
        (b"[1,2]\n", "not-canonical"),
        (b'{"b":1,"a":2}', "not-canonical"),
        (b'"\\u20ac"', "not-canonical"),
        (b'"\\/"', "not-canonical"),
        (b'"\\u000F"', "not-canonical"),
        (b"", "syntax"),
        (b"01", "syntax"),
        (b"[1,]", "syntax"),
        (b"nul", "syntax"),
        (b'"\n"', "syntax"),
        (b"\xef\xbb\xbf1", "syntax"),
        (b'"\xff"', "encoding"),
        (b'"\\ud800"', "encoding"),
        (b"[" * 100_000, "depth"),
        (b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2), "depth"),
    ],
)
def test_another_spelling_is_refused_by_name(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_the_deepest_nesting_that_is_written_is_read() -> None:
    data = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert dumps(loads(data)) == data


@given(VALUES)
def test_what_is_written_is_read_back(value: object) -> None:
    data = dumps(value)  # type: ignore[arg-type]
    assert loads(data) == value
    assert json.loads(data) == value


@given(st.binary(max_size=40))
def test_bytes_either_are_canonical_or_are_refused(data: bytes) -> None:
    try:
        value = loads(data)
    except EvidenceError:
        return
    assert dumps(value) == data
