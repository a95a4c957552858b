"""Damaged and hostile PDFs: refused by name, by stamper and checker alike, without repair and within bounds."""

from __future__ import annotations

import re
import zlib

import pytest
from foreign_material import CATALOGUE, EXTRA, SHAPES, later, packed, page, stamped, stream
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stamp_material import pdf

from evidence.errors import EvidenceError
from evidence.model.problem import Place
from evidence.model.report import Status
from evidence.stamp.child import inspect_pdf, looked_over
from evidence.stamp.pdfany import MAX_PAGES, read_any
from evidence.verify.exhibitpdf import parse_exhibit
from evidence.verify.letter import check_letter
from evidence.verify.refused import Refused

PLAIN = SHAPES["plain"]


def reason(source: bytes) -> str:
    """Why the stamper refuses; the checker must refuse the same file under its own names."""
    with pytest.raises(EvidenceError) as error:
        stamped(source, EXTRA)
    (problem,) = error.value.problems
    assert problem.code == "stamp.unsupported-pdf"
    return str(problem.params["reason"])


def with_prev(value: int) -> bytes:
    return pdf(page(), trailer=b"/Prev %d" % value)


def tree(**bodies: bytes) -> bytes:
    return pdf({**page(), **{int(name[1:]): body for name, body in bodies.items()}})


def _with_pack(data: bytes) -> bytes:
    whole = packed(page())
    start = whole.index(b"/Type/ObjStm")
    begin = whole.index(b"stream\n", start) + 7
    end = whole.index(b"\nendstream", begin)
    before = whole[:begin].replace(
        b"<</Length %d/Type/ObjStm" % (end - begin), b"<</Length %d/Type/ObjStm" % len(data)
    )
    moved = len(before) + len(data) - end
    table = whole[end:]
    at = int(whole[whole.rindex(b"startxref") + 9 :].split()[0])
    return before + data + table.replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + moved))


REFUSED = {
    "no PDF": (b"hello", "header"),
    "nothing but a header": (b"%PDF-1.7\n", "tail"),
    "cut in the middle": (PLAIN[: len(PLAIN) // 2], "tail"),
    "cut before the table's offset": (PLAIN[: PLAIN.rindex(b"startxref")], "tail"),
    "table's offset beyond the end": (PLAIN.replace(b"startxref\n", b"startxref\n9"), "xref"),
    "table's offset into a stream": (PLAIN[: PLAIN.rindex(b"startxref")] + b"startxref\n120\n%%EOF", "xref"),
    "an earlier table far away": (with_prev(10**9), "xref"),
    "an earlier table at no number": (pdf(page(), trailer=b"/Prev/x"), "xref"),
    "a table of a billion entries": (PLAIN.replace(b"xref\n0 6\n", b"xref\n0 999999999\n"), "limit"),
    "an entry cut short": (PLAIN.replace(b" 65535 f \n", b" 65535 f \nx", 1), "xref"),
    "an entry that points elsewhere": (PLAIN.replace(b"%010d" % PLAIN.index(b"3 0 obj"), b"%010d" % 20), "object"),
    "a size beyond all bounds": (PLAIN.replace(b"/Size 6", b"/Size 99999999"), "limit"),
    "a key twice": (tree(o3=b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Contents 5 0 R>>"), "duplicate-key"),
    "a tree that turns back": (tree(o3=b"<</Type/Pages/Parent 2 0 R/Count 1/Kids[2 0 R]>>"), "page-tree"),
    "a page twice": (tree(o2=b"<</Type/Pages/Count 2/Kids[3 0 R 3 0 R]>>"), "page-tree"),
    "a page that is no reference": (tree(o2=b"<</Type/Pages/Count 1/Kids[<</Type/Page>>]>>"), "page-tree"),
    "a missing page": (tree(o2=b"<</Type/Pages/Count 1/Kids[99 0 R]>>"), "object"),
    "a page that is a stream": (tree(o2=b"<</Type/Pages/Count 1/Kids[4 0 R]>>"), "page-tree"),
    "no pages": (tree(o2=b"<</Type/Pages/Count 0/Kids[]>>"), "page-tree"),
    "a wrong count": (tree(o2=b"<</Type/Pages/Count 7/Kids[3 0 R]>>"), "page-tree"),
    "a root that is none": (tree(o1=b"[1 2 3]"), "page-tree"),
    "a reference to a reference": (tree(o2=b"6 0 R", o6=b"6 0 R"), "page-tree"),
    "brackets without end": (tree(o3=b"<</Type/Page/X" + b"[" * 100_000), "limit"),
    "dictionaries inside each other": (tree(o3=b"<</A" * 5_000 + b" 1" + b">>" * 5_000), "limit"),
    "an unknown handler": (pdf(page(), trailer=b"/Encrypt<</Filter/Other>>"), "encryption"),
    "encrypted with nonsense": (
        pdf(page(), trailer=b"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -1/O(x)/U(y)>>"),
        "encryption",
    ),
    "an unknown filter of the tables": (packed(page()).replace(b"[/FlateDecode]", b"[/LZWDecode  ]"), "filter"),
    "tables that are no zlib": (packed(page()).replace(b"\nstream\nx", b"\nstream\ny"), "filter"),
    "a stream longer than it says": (
        re.sub(rb"Length [0-9]([0-9]+/Type/XRef)", rb"Length 9\1", packed(page())),
        "stream"),
    "a bomb in an object stream": (_with_pack(zlib.compress(bytes(100 << 20), 9)), "limit"),
}  # fmt: skip
_itself = with_prev(1000)
REFUSED["an earlier table that is itself"] = (with_prev(_itself.rindex(b"xref\n0 ")), "xref")


def each_other() -> bytes:
    """A second table whose /Prev is the first, whose /Prev is the second."""
    first = pdf(page(), trailer=b"/Prev 00000")
    both = later(first, {5: b"<</Type/Font>>"})
    start = int(both[both.rindex(b"startxref") + 9 :].split()[0])
    return both.replace(b"/Prev 00000", b"/Prev %05d" % start)


REFUSED["two tables that lead to each other"] = (each_other(), "xref")


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_damaged_is_refused_by_name_by_both_readers(name: str) -> None:
    source, expected = REFUSED[name]
    assert reason(source) == expected
    with pytest.raises(Refused):
        parse_exhibit(source)


def test_too_many_pages_are_refused() -> None:
    kids = b" ".join(b"%d 0 R" % number for number in range(10, 12 + MAX_PAGES))
    objects = {1: CATALOGUE, 2: b"<</Type/Pages/Count %d/Kids[%b]>>" % (MAX_PAGES + 2, kids)}
    objects |= dict.fromkeys(range(10, 12 + MAX_PAGES), b"<</Type/Page/Parent 2 0 R>>")
    assert reason(pdf(objects)) == "limit"


def test_a_chain_of_many_layers_is_read_and_an_endless_one_refused() -> None:
    source = PLAIN
    for _ in range(100):
        source = later(source, {5: b"<</Type/Font>>"})
    assert len(read_any(source).sections) == 101
    assert len(parse_exhibit(source).pages) == 1
    for _ in range(200):
        source = later(source, {5: b"<</Type/Font>>"})
    assert reason(source) == "xref"


def test_an_object_stream_inside_an_object_stream_is_refused() -> None:
    source = packed({**page(), 6: b"<</Type/ObjStm/N 1/First 4>>"})
    document = read_any(source)
    entries = dict(document.entries)
    entries[3] = (2, 6, 0)
    document.entries = entries
    with pytest.raises(EvidenceError) as error:
        document.object(document.pages[0].where)
    assert error.value.problems[0].params["reason"] == "object"


HEAVY = {
    "a form that paints itself": {
        4: stream(b"/X Do"),
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 595 842]/Resources<</XObject<</X 6 0 R>>>>>>",
        6: stream(b"/X Do /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"),
    },
    "two hundred thousand operators": {4: stream(b"q Q " * 100_000)},
    "ten thousand open states": {4: stream(b"q " * 10_000)},
    "numbers without bounds": {4: stream(b"1" * 400 + b" 0 0 1 0 0 cm 0 0 9 9 re f 1e999 w")},
    "an image of a terapixel": {
        4: stream(b"595 0 0 842 0 0 cm /I Do"),
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 595 842]/Resources<</XObject<</I 6 0 R>>>>>>",
        6: stream(b"x", b"/Subtype/Image/Width 1000000/Height 1000000/ColorSpace/DeviceGray/BitsPerComponent 8"),
    },
    "a page of a light year": {3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 99999999999 99999999999]>>"},
    "a page turned by a degree": {3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Rotate 1>>"},
    "a unit of nothing": {3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/UserUnit 0>>"},
}  # fmt: skip


@pytest.mark.parametrize("name", HEAVY)
def test_pages_that_cannot_be_followed_get_their_mark_on_an_extra_page(name: str) -> None:
    source = pdf({**page(), **HEAVY[name]})
    inspection = inspect_pdf(source, 5)
    assert inspection.extra
    letter = check_letter(stamped(source, inspection).pdf, Place(file="exhibit.pdf"))
    assert not [fact for fact in letter.facts if fact.status is Status.FAIL]


BASES = [SHAPES[name] for name in ("plain", "object streams", "hybrid", "signed", "saved twice", "full page")]


@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_is_mutated_both_readers_refuse_or_agree_to_the_byte(data: st.DataObject) -> None:
    source = bytearray(data.draw(st.sampled_from(BASES)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source) - 1))
        match data.draw(st.integers(0, 4)):
            case 0:
                source[at] = data.draw(st.integers(0, 255))
            case 1:
                del source[at : at + data.draw(st.integers(1, 40))]
            case 2:
                source[at:at] = data.draw(
                    st.sampled_from([b"<<", b"[", b"(", b"/Prev 9 ", b" 0 R", b"%", b"99999999999"])
                )
            case 3:
                source[at : at + 1] = b"%d" % data.draw(st.integers(0, 10**12))
            case _:
                other = data.draw(st.integers(0, len(source)))
                source[at:at] = source[min(at, other) : max(at, other)][:200]
        if not source:
            source = bytearray(b"%")
    try:
        # Read first: the other reader repairs, which may take long without the limits of its process.
        read_any(bytes(source))
        made = stamped(bytes(source), looked_over(bytes(source), 5))
    except EvidenceError as error:
        assert {problem.code for problem in error.problems} == {"stamp.unsupported-pdf"}
        return
    letter = check_letter(made.pdf, Place(file="exhibit.pdf"))
    assert not [(fact.id, fact.reason) for fact in letter.facts if fact.status is Status.FAIL]
