"""Links of a template do not reach the letter: the stamp takes no page with annotations on it."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from evidence.errors import EvidenceError
from evidence.letters.convert.normalise import normalise
from evidence.stamp.stamp import source_pages


def letter(*notes: Name) -> bytes:
    """The canonical form of a page with annotations of these kinds."""
    pdf = Pdf.new()
    pdf.add_blank_page(page_size=(595.276, 841.89))
    pdf.pages[0].obj.Annots = pdf.make_indirect(
        Array([pdf.make_indirect(Dictionary(Subtype=kind, Rect=[0, 0, 9, 9])) for kind in notes])
    )
    return normalise(pdf, created=datetime(2026, 11, 21, 2, 0, tzinfo=UTC), nonce=bytes(16))


@pytest.mark.parametrize("notes", [(), (Name.Link,), (Name.Link, Name.Link)])
def test_links_are_taken_off_and_the_letter_can_be_stamped(notes: tuple[Name, ...]) -> None:
    made = letter(*notes)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert "/Annots" not in pdf.pages[0].obj
    assert source_pages(made) == 1


def test_what_would_take_something_off_the_page_stays_and_is_refused() -> None:
    with pytest.raises(EvidenceError) as refused:
        source_pages(letter(Name.Link, Name.Stamp))
    assert refused.value.problems[0].params["reason"] == "annotations"
