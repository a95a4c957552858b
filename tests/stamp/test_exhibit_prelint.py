"""What the lint says of a PDF before it is stamped: one small file for each code, and silence on plain ones."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pikepdf
import pytest
from foreign_material import SHAPES, later, locked, packed, page, pages, scan, signed, stream
from stamp_material import GOLDEN, pdf

from evidence.stamp.child import LIMITS, inspect_pdf, looked_over
from evidence.stamp.prelint import CODES, Finding
from evidence.stamp.prewords import WORDS

EMBEDDED = (
    b"<</Type/Font/Subtype/TrueType/BaseFont/X/FontDescriptor<</FontFile2 9 0 R>>/FirstChar 32/Widths[%b]>>"
    % (b"500 " * 95)
)
BASE = {**page(), 5: EMBEDDED, 9: stream(b"a font")}
COVER = b"BT /F1 12 Tf 72 700 Td (CNY 1,000.00) Tj ET "


def note(subtype: bytes, extra: bytes = b"") -> bytes:
    return b"/Annots[<</Type/Annot/Subtype/%b/Rect[60 690 200 715]%b>>]" % (subtype, extra)


def own(content: bytes = b"", page_keys: bytes = b"", catalogue: bytes = b"") -> bytes:
    objects = dict(BASE)
    if content:
        objects[4] = stream(content)
    objects[3] = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R%b>>" % page_keys
    objects[1] = b"<</Type/Catalog/Pages 2 0 R%b>>" % catalogue
    return pdf(objects)


LAYER = b"/OCProperties<</OCGs[6 0 R]/D<</OFF[%b]>>>>"
FIELD = b"/AcroForm<</Fields[<</FT/Tx/T(a)>>]>>"
CASES: dict[str, tuple[bytes, set[str]]] = {
    "nothing to say": (own(), set()),
    "an object stream": (packed(BASE), set()),
    "white paint over a sum": (own(COVER + b"1 g 70 695 120 20 re f"), {"overlay"}),
    "white paint under a sum": (own(b"1 g 70 695 120 20 re f 0 g " + COVER), set()),
    "white paint by a colour space": (own(COVER + b"/DeviceRGB cs 1 1 1 sc 70 695 120 20 re f"), {"overlay"}),
    "a black bar over a sum": (own(COVER + b"0 g 70 695 120 20 re f"), {"overlay"}),
    "a rule under a sum": (own(COVER + b"0 g 70 698 120 1 re f"), set()),
    "a shade beside a sum": (own(COVER + b"0.9 g 300 695 120 20 re f"), set()),
    "a picture over a sum": (own(COVER + b"q 130 0 0 30 70 690 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"), {"overlay"}),
    "a note over text": (own(page_keys=note(b"FreeText")), {"annotation-over", "annotations"}),
    "a hidden note over text": (own(page_keys=note(b"FreeText", b"/F 2")), set()),
    "a highlighted text": (own(page_keys=note(b"Highlight")), {"annotations"}),
    "a link": (own(page_keys=note(b"Link")), set()),
    "a layer": (own(catalogue=LAYER % b""), {"layers"}),
    "a layer that is off": (own(catalogue=LAYER % b"6 0 R"), {"layers", "hidden-layer"}),
    "a script on opening": (own(catalogue=b"/OpenAction<</S/JavaScript/JS(1)>>"), {"script"}),
    "a script behind another action": (own(page_keys=b"/AA<</O<</S/Named/Next<</S/JavaScript/JS(1)>>>>>>"), {"script"}),
    "a program to start": (own(page_keys=note(b"Link", b"/A<</S/Launch/F(x.exe)>>")), {"action"}),
    "a page to open at": (own(catalogue=b"/OpenAction[3 0 R/Fit]"), set()),
    "a form": (own(catalogue=FIELD), {"form"}),
    "an empty form": (own(catalogue=b"/AcroForm<</Fields[]>>"), set()),
    "a file pinned to a page": (
        own(page_keys=note(b"FileAttachment")),
        {"embedded-file", "annotations", "annotation-over"},
    ),
    "a font that is not there": (pdf(page()), {"font-not-embedded"}),
    "invisible text": (own(b"BT 3 Tr /F1 12 Tf 72 700 Td (x) Tj ET"), {"hidden-text"}),
    "text beside the page": (own(b"BT /F1 12 Tf 900 700 Td (x) Tj ET"), {"cropped-text"}),
    "saved twice, other words": (
        later(own(), {4: stream(b"BT /F1 12 Tf 72 700 Td (other) Tj ET")}),
        {"revisions", "revisions-content"},
    ),
    "saved twice, other title": (later(own(), {7: b"<</Title(x)>>"}, b"/Info 7 0 R"), {"revisions"}),
    "a page taken out": (pdf({**BASE, 6: b"<</Type/Page/Parent 2 0 R>>"}), {"orphan-page"}),
    "two tables of parts": (packed(BASE, hybrid=True), {"hybrid"}),
    "a content that stops": (own(b"BT (x"), {"repaired", "unread-page"}),
    "a scan": (scan(), set()),
}  # fmt: skip


def codes(data: bytes) -> set[str]:
    return {finding.code for finding in looked_over(data, 5).findings}


@pytest.mark.parametrize("name", CASES)
def test_each_case_is_told_and_nothing_else(name: str) -> None:
    data, expected = CASES[name]
    assert codes(data) == expected


def test_an_attached_file_is_told() -> None:
    opened = pikepdf.open(io.BytesIO(own()))
    opened.attachments["list.txt"] = b"sample"
    out = io.BytesIO()
    opened.save(out)
    assert codes(out.getvalue()) == {"embedded-file"}


def test_signatures_are_told_with_what_they_leave_out() -> None:
    found = {finding.code: dict(finding.params) for finding in looked_over(signed(), 5).findings}
    assert found["signature"] == {"count": 1}
    assert found["signature-odd"] == {"count": 1}  # its range is no signature's
    assert found["signature-partial"]["count"] == len(signed()) - 70


def test_encryption_is_told_and_a_password_too() -> None:
    assert "encrypted" in codes(locked(6, True))
    (finding,) = looked_over(locked(6, True, user="secret"), 5).findings
    assert (finding.code, dict(finding.params)) == ("encrypted", {"method": "password"})


def test_damage_that_programs_repair_is_told() -> None:
    data = own().replace(b"startxref\n", b"startxref\n9")
    assert {"repaired", "unreadable"} <= codes(data)
    assert codes(b"%PDF-1.4 nothing") == {"unreadable"}


def test_findings_name_their_pages() -> None:
    objects = {number: body for number, body in BASE.items() if number != 3}
    objects[2] = BASE[2].replace(b"/Count 1/Kids[3 0 R]", b"/Count 2/Kids[3 0 R 6 0 R]")
    objects[3] = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>"
    objects[6] = b"<</Type/Page/Parent 2 0 R/Contents 7 0 R>>"
    objects[7] = stream(COVER + b"1 g 70 695 120 20 re f")
    assert looked_over(pdf(objects), 5).findings == (Finding("overlay", (2,), (("count", 1),)),)


@pytest.mark.parametrize("name", ["lo-1", "lo-3", "o2p-1", "o2p-3"])
def test_our_own_letters_give_no_finding(name: str) -> None:
    assert codes((GOLDEN / f"{name}.pdf").read_bytes()) == set()


def test_every_code_has_its_words_and_they_take_the_parameters() -> None:
    assert set(WORDS) == set(CODES)
    seen: set[str] = set()
    for data in [
        *(data for data, _ in CASES.values()),
        *SHAPES.values(),
        signed(),
        locked(3, False),
        pages(2),
    ]:
        for finding in looked_over(data, 5).findings:
            text = WORDS[finding.code].format(**dict(finding.params))
            assert not re.search(r"[{}]", text)
            seen.add(finding.code)
    assert set(CODES) - seen <= {"embedded-file", "repaired", "unreadable", "signature-partial"}


def test_a_process_that_dies_is_a_finding_and_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evidence.stamp.child.LIMITS", replace(LIMITS, wall_seconds=0.001))
    inspection = inspect_pdf(own(), 5)
    assert [finding.code for finding in inspection.findings] == ["unreadable"]
    assert inspection.extra
