"""Keys and values taken in at one go are those that are found step by step, and the same texts are refused."""

from __future__ import annotations

import re
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st

from evidence.errors import EvidenceError
from evidence.stamp import pdfsyntax
from evidence.stamp.pdfsyntax import MAX_NESTING, Span

PIECES = st.sampled_from(
    b"<< >> [ ] /A /B#20c /D#z / 1 -2.5 .5 12345678901 7 0 R 7 0 RG true nullx (a(b)) (\\) <0aF> <g> %x\n \n".split(b" ")
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).flatmap(
    lambda pieces: st.sampled_from([b" ".join(pieces), b"".join(pieces), b"%y\n".join(pieces)])
)


def found(text: bytes) -> object:
    """The parts of a dictionary and of an array, or why there are none."""
    said: list[object] = []
    for whole, read in (
        (b"<<" + text + b">>", pdfsyntax.dictionary),
        (b"[" + text + b"]", pdfsyntax.array_items),
    ):
        try:
            said.append(read(whole, Span(0, len(whole))))
        except EvidenceError as error:
            said.append(error.problems)
    return said


@settings(max_examples=200, deadline=None)
@given(TEXTS)
@example(b"/A 1/B[7 0 R/C]/D<</E(x)>>/F 7 0 R%\n/G/H")
@example(b"/A" + b"[" * MAX_NESTING + b"1" + b"]" * MAX_NESTING)
@example(b"/A" + b"[" * (MAX_NESTING - 1) + b"1" + b"]" * (MAX_NESTING - 1))
def test_at_one_go_as_step_by_step(text: bytes) -> None:
    never = re.compile(rb"(?!)")
    with patch.object(pdfsyntax, "_PAIR", never), patch.object(pdfsyntax, "_ITEM", never):
        step_by_step = found(text)

    assert found(text) == step_by_step


def test_a_dictionary_of_the_usual_kind_is_taken_at_one_go() -> None:
    raw = b"<</Type/Page /Parent 3 0 R/MediaBox [0 0 595.3 841.9]>>"
    with patch.object(pdfsyntax, "_scalar_end", side_effect=AssertionError):
        entries = pdfsyntax.dictionary(raw, Span(0, len(raw)))

    assert {key: raw[slice(*span)] for key, span in entries.items()} == {
        b"Type": b"/Page",
        b"Parent": b"3 0 R",
        b"MediaBox": b"[0 0 595.3 841.9]",
    }
