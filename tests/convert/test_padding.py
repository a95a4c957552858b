"""The length of a letter stands in its QR code, so it must not tell amounts apart."""

from __future__ import annotations

import io

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.letters.convert.normalise import LENGTH_STEP, padded


def a_pdf(text: str) -> bytes:
    pdf = pikepdf.Pdf.new()
    pdf.add_blank_page(page_size=(595.28, 841.89))
    pdf.pages[0].obj.Contents = pdf.make_stream(text.encode())
    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)
    return out.getvalue()


@given(st.integers(0, 3 * LENGTH_STEP))
def test_every_length_becomes_a_multiple_and_the_file_stays_sound(extra: int) -> None:
    data = padded(a_pdf("x" * extra))
    assert len(data) % LENGTH_STEP == 0
    with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.pages[0].Contents.read_bytes() == b"x" * extra


@pytest.mark.parametrize("amount", ["600.00", "607.00", "1234.56", "1234.57", "9999.99"])
def test_letters_that_differ_in_their_amount_have_one_length(amount: str) -> None:
    assert len(padded(a_pdf(f"owes {amount}"))) == LENGTH_STEP
