"""A page keeps the fonts it shows and no other, told the short way or by qpdf: a joined file names all on each page."""

from __future__ import annotations

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Pdf

from evidence.letters.convert.normalise import _drop_unused


def page(content: bytes, **others: pikepdf.Object) -> Pdf:
    pdf = Pdf.new()
    added = pdf.add_blank_page()
    fonts = {f"/F{number}": Dictionary(Type=Name.Font) for number in (1, 2, 3)}
    added.obj.Resources = Dictionary(Font=Dictionary(fonts), **others)
    added.obj.Contents = pdf.make_stream(content)
    return pdf


@pytest.mark.parametrize(
    ("content", "left"),
    [
        (b"BT /F1 9 Tf<01>Tj ET BT /F3 9 Tf<01>Tj ET", {"/F1", "/F3"}),
        (b"0 0 m 5 5 l S", set()),
        (b"BT /F1 9 Tf (/F2 9 Tf) Tj ET", {"/F1"}),
        (b"BT /F1 9 Tf<01>Tj ET % /F2 9 Tf", {"/F1"}),
        (b"BT /F#32 9 Tf<01>Tj ET", {"/F2"}),
        (b"BT /F9 9 Tf<01>Tj ET", {"/F1", "/F2", "/F3"}),  # a name of nothing here: qpdf leaves all as it is
    ],
)
def test_fonts_a_page_does_not_show_are_taken_off(content: bytes, left: set[str]) -> None:
    short, by_qpdf = page(content), page(content)
    _drop_unused(short.pages[0])
    by_qpdf.remove_unreferenced_resources()

    assert {str(key) for key in short.pages[0].obj.Resources.Font} == left
    assert short.pages[0].obj.Resources == by_qpdf.pages[0].obj.Resources


def test_a_usual_page_is_not_read_by_qpdf(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = page(b"q BT 7.5 8 Td /F1 9 Tf[<01>-3<02>]TJ ET Q")
    monkeypatch.delattr(pikepdf.Page, "remove_unreferenced_resources")
    _drop_unused(pdf.pages[0])

    assert {str(key) for key in pdf.pages[0].obj.Resources.Font} == {"/F1"}


def test_no_order_of_the_resources_makes_qpdf_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(pikepdf.Page, "remove_unreferenced_resources")
    pdf = page(b"BT 7.5 8 Td /F1 9 Tf<01>Tj ET", ProcSet=pikepdf.Array([Name.PDF]))
    for one in (
        pdf.pages[0].obj.Resources,
        Dictionary(dict(sorted(pdf.pages[0].obj.Resources.items(), reverse=True))),
    ):
        pdf.pages[0].obj.Resources = one
        _drop_unused(pdf.pages[0])

    assert {str(key) for key in pdf.pages[0].obj.Resources.Font} == {"/F1"}
