"""The reader: what it takes, every reason it refuses for, and that nothing makes it stumble."""

from __future__ import annotations

import io

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stamp_material import GOLDEN, KEY, LETTER, SHARED, changed, claims_for, pdf

from evidence.errors import EvidenceError
from evidence.stamp.pdfread import MAX_DICTIONARY, MAX_PAGES, read_source
from evidence.stamp.pdfsyntax import MAX_NESTING, Reference
from evidence.stamp.stamp import stamp

GOOD = pdf()


def reason(data: bytes) -> str:
    with pytest.raises(EvidenceError) as error:
        read_source(data)
    (problem,) = error.value.problems
    assert problem.code == "stamp.unsupported-pdf"
    return str(problem.params["reason"])


def test_a_letter_is_read_with_what_its_pages_inherit() -> None:
    source = read_source(GOOD)
    first, second = source.pages
    assert source.size == 9
    assert GOOD[source.startxref :].startswith(b"xref\n")
    assert source.trailer == b"<</Size 9/Root 1 0 R>>"
    assert (first.number, second.number) == (3, 7)
    assert first.dictionary == LETTER[3]
    assert first.resources == second.resources == LETTER[6]
    assert first.fonts == LETTER[8]
    assert first.streams == (Reference(4, 0),)
    assert second.streams == (Reference(4, 0), Reference(4, 0))


def test_own_resources_go_before_inherited_ones_and_none_is_an_empty_dictionary() -> None:
    own = changed(o3=b"<</Type/Page/Parent 2 0 R/Resources<</A(x)>>>>")
    assert read_source(own).pages[0].resources == b"<</A(x)>>"
    assert read_source(own).pages[0].fonts is None
    assert read_source(own).pages[0].streams == ()
    without = changed(o2=LETTER[2].replace(b"/Resources 6 0 R", b""))
    assert read_source(without).pages[0].resources == b"<<>>"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            b"<</Type/Page/Parent 2 0 R/X(a)b(c\\)>>)/Contents 4 0 R>>".replace(b"b(", b"/B("), id="strings"
        ),
        pytest.param(
            b"<</Type/Page/Parent 2 0 R/X((nested (deep)) \\( >>)/Contents 4 0 R>>", id="parentheses"
        ),
        pytest.param(b"<</Type/Page/Parent 2 0 R/X<48 65>/Contents 4 0 R>>", id="hexadecimal string"),
        pytest.param(
            b"<</Type/Page/Parent 2 0 R/X[1 -2.5 +.5 true null/N<</Contents 9>>]/Contents 4 0 R>>",
            id="inside",
        ),
        pytest.param(b"<</Type/Page%>>\n/Parent 2 0 R/#43ontents 4 0 R>>", id="comment and escaped key"),
        pytest.param(b"\r\n<<\0/Type\f/Page/Parent\t2\r0\nR/Contents 4 0 R>>", id="all white space"),
    ],
)
def test_a_page_dictionary_may_be_written_in_any_way(body: bytes) -> None:
    page = read_source(changed(o3=body)).pages[0]
    assert page.dictionary == body.strip()
    assert page.streams == (Reference(4, 0),)


PAGE = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R%b>>"
CATALOGUE = b"<</Type/Catalog/Pages 2 0 R%b>>"
BOX = b"[0 0 595.28 841.89]"
XREF_STREAM = GOOD.replace(b"xref\n0 9", b"8 0 obj\n<</Type/XRef>>", 1)


@pytest.mark.parametrize(
    ("wanted", "data"),
    [
        ("header", b""),
        ("header", b"\n" + GOOD),
        ("header", GOOD.replace(b"%PDF-1.4", b"%PDF-2.0")),
        ("header", GOOD.replace(b"%PDF-1.4", b"%PDF-1.x")),
        ("limit", b"%PDF-1.4\n" + bytes(64 << 20)),
        ("limit", changed(o3=PAGE % (b"/X" + b"[" * 40 + b"]" * 40))),
        ("limit", changed(o3=PAGE % (b"/X(" + b"x" * MAX_DICTIONARY + b")"))),
        ("limit", changed(o6=b"<</X(" + b"x" * MAX_DICTIONARY + b")>>")),
        ("limit", GOOD.replace(b"xref\n0 9", b"xref\n0 900000")),
        ("stamped", changed(o3=PAGE % b"%EV-STAMP\n")),
        ("stamped", changed(o8=b"<</EVF 5 0 R>>")),
        ("signed", changed(o3=PAGE % b"/X/ByteRange")),
        ("signed", changed(o1=b"<</Type/Catalog/Pages 2 0 R/Perms<<>>>>")),
        ("signed", changed(o1=b"<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3>>>>")),
        ("encrypted", pdf(trailer=b"/Encrypt 5 0 R")),
        ("hybrid", pdf(trailer=b"/XRefStm 9")),
        ("several-revisions", pdf(trailer=b"/Prev 9")),
        ("tail", GOOD[:-3]),
        ("tail", GOOD + b"x"),
        ("tail", GOOD.replace(b"\nstartxref", b"\n(more) startxref")),
        ("tail", GOOD.replace(b"startxref", b"startxrex")),
        ("xref-stream", XREF_STREAM),
        ("xref", GOOD.replace(b"xref\n0 9", b"xxxx\n0 9", 1)),
        ("xref", GOOD.replace(b"xref\n0 9", b"xref\n0 8", 1)),
        ("xref", GOOD.replace(b"65535 f \n", b"65535 f  \n")),
        ("xref", GOOD.replace(b"/Size 9", b"/Size 8")),
        ("xref", GOOD.replace(b"/Size 9", b"/Size /9")),
        ("xref", GOOD.replace(b"trailer", b"3 1\n0000000009 00000 n \ntrailer")),
        ("object", changed(o6=b"<</Font 99 0 R>>")),
        ("object", changed(o6=b"<</Font 8 1 R>>")),
        ("object", changed(o6=b"5 0 R")),
        ("object", changed(o8=LETTER[4])),
        ("object", GOOD.replace(b"3 0 obj", b"9 0 obj")),
        ("object", GOOD.replace(b"5 0 obj", b"5_0 obj")),  # a font, which the reader itself never opens
        ("object", GOOD.replace(b" 00000 n", b" 00001 n", 1)),
        ("syntax", changed(o3=b"<</Type/Page/Parent 2 0 R/X(>>")),
        ("syntax", changed(o3=PAGE % b"/X<4G>")),
        ("syntax", changed(o3=PAGE % b"/X")),
        ("syntax", changed(o3=PAGE % b"/X 12abc")),
        ("syntax", changed(o3=PAGE % b"/X#4")),
        ("syntax", changed(o3=PAGE % b"" + b" more")),
        ("syntax", GOOD.replace(b"trailer\n<<", b"trailer\n[<")),
        ("duplicate-key", changed(o3=PAGE % b"/Contents 4 0 R")),
        ("duplicate-key", changed(o3=PAGE % b"/#43ontents 4 0 R")),
        ("duplicate-key", pdf(trailer=b"/Root 1 0 R")),
        ("page-tree", changed(o1=b"<</Type/Catalog>>")),
        ("page-tree", changed(o1=b"<</Pages 2 0 R>>")),
        ("page-tree", changed(o3=PAGE % b"/Kids[7 0 R]")),
        ("page-tree", changed(o1=b"<</Type/Catalog/Pages 3 0 R>>")),
        ("page-tree", changed(o2=b"<</Type/Pages/Count 0/Kids[]>>")),
        ("page-tree", changed(o2=LETTER[2].replace(b"Count 2", b"Count 3"))),
        ("page-tree", changed(o2=LETTER[2].replace(b"7 0 R", b"3 0 R"))),
        ("page-tree", changed(o2=LETTER[2].replace(b"7 0 R", b"2 0 R"))),
        ("page-tree", changed(o2=LETTER[2].replace(b"7 0 R", b"<<>>"))),
        ("page-tree", changed(o2=LETTER[2] [:-2] + b"/Parent 2 0 R>>")),
        ("page-tree", changed(o3=LETTER[3].replace(b"2 0 R", b"1 0 R"))),
        ("page-tree", changed(o3=LETTER[3].replace(b"/Page/", b"/Template/"))),
        ("page-tree", changed(o3=LETTER[4])),
        ("page-size", changed(o3=PAGE % b"/MediaBox[0 0 612 792]")),
        ("page-size", changed(o3=PAGE % b"/MediaBox[0 0 841.89 595.28]")),
        ("page-size", changed(o3=PAGE % b"/MediaBox[1 1 596 842]")),
        ("page-size", changed(o3=PAGE % b"/MediaBox[0 0 595.28]")),
        ("page-size", changed(o3=PAGE % b"/MediaBox/A4")),
        ("page-size", changed(o2=LETTER[2].replace(b"/MediaBox" + BOX, b""))),
        ("cropped", changed(o3=PAGE % b"/CropBox[0 0 595.28 800]")),
        ("cropped", changed(o3=PAGE % b"/UserUnit 2")),
        ("rotated", changed(o3=PAGE % b"/Rotate 90")),
        ("rotated", changed(o3=PAGE % b"/Rotate -90")),
        ("contents", changed(o3=b"<</Type/Page/Parent 2 0 R/Contents null>>")),
        ("contents", changed(o3=b"<</Type/Page/Parent 2 0 R/Contents[4 0 R 5 0 R]>>")),
        ("contents", changed(o3=b"<</Type/Page/Parent 2 0 R/Contents 5 0 R>>")),
        ("resources", changed(o6=b"[]")),
        ("resources", changed(o6=b"<</Font[]>>")),
        ("annotations", changed(o3=PAGE % b"/Annots[<</Subtype/Stamp/Rect[0 0 595 842]/AP<</N 4 0 R>>>>]")),
        ("annotations", changed(o7=LETTER[7][:-2] + b"/Annots[]>>")),  # the last page, and none in it
        ("annotations", changed(o3=PAGE % b"/#41nnots null")),
        ("form", changed(o1=CATALOGUE % b"/AcroForm<</SigFlags 0>>")),
        ("layers", changed(o1=CATALOGUE % b"/OCProperties<</OCGs[]/D<<>>>>")),
        ("actions", changed(o1=CATALOGUE % b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>")),
        ("actions", changed(o1=CATALOGUE % b"/OpenAction 8 0 R", o8=b"<</S/Named/N/Print>>")),
        ("actions", changed(o1=CATALOGUE % b"/OpenAction null")),
        ("actions", changed(o1=CATALOGUE % b"/AA<</WP<<>>>>")),
        ("actions", changed(o3=PAGE % b"/AA<</O<<>>>>")),
        ("actions", changed(o1=CATALOGUE % b"/Names 8 0 R", o8=b"<</JavaScript<<>>>>")),
        ("attachments", changed(o1=CATALOGUE % b"/Names<</EmbeddedFiles<<>>>>")),
    ],
)  # fmt: skip
def test_each_reason_of_refusal_has_its_file(wanted: str, data: bytes) -> None:
    assert reason(data) == wanted


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(changed(o3=PAGE % (b"/CropBox" + BOX)), id="a crop box that crops nothing"),
        pytest.param(changed(o3=PAGE % b"/UserUnit 1/Rotate 0"), id="defaults spelled out"),
        pytest.param(changed(o3=PAGE % b"/MediaBox[0 0 595 842]"), id="A4 in whole points"),
        pytest.param(
            changed(o1=CATALOGUE % b"/Metadata 4 0 R/StructTreeRoot<<>>/Outlines<<>>/Names<</Dests<<>>>>"),
            id="what cannot change a page",
        ),
        pytest.param(
            changed(o1=CATALOGUE % b"/OpenAction 9 0 R", o9=b"[3 0 R/XYZ null null 0]"), id="where to open"
        ),
        pytest.param(GOOD.rstrip(b"\n"), id="no line end at the end"),
        pytest.param(GOOD.replace(b" \n", b"\r\n"), id="table lines that end in CR LF"),
        pytest.param(
            changed(o3=PAGE % (b"/X" + b"[" * (MAX_NESTING - 1) + b"]" * (MAX_NESTING - 1))), id="deep"
        ),
    ],
)
def test_harmless_variants_are_taken(data: bytes) -> None:
    assert len(read_source(data).pages) == 2


def test_too_many_pages_are_refused() -> None:
    count = MAX_PAGES * 2 + 1
    objects = {1: LETTER[1], 2: b"<</Type/Pages/Count %d/MediaBox%b/Kids[%b]>>" % (
        count, BOX, b" ".join(b"%d 0 R" % (3 + i) for i in range(count))
    )}  # fmt: skip
    objects |= {3 + i: b"<</Type/Page/Parent 2 0 R>>" for i in range(count)}
    assert reason(pdf(objects)) == "limit"


def test_a_deep_page_tree_is_refused() -> None:
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    for number in range(2, 60):
        parent = b"" if number == 2 else b"/Parent %d 0 R" % (number - 1)
        objects[number] = b"<</Type/Pages/Count 1%b/Kids[%d 0 R]>>" % (parent, number + 1)
    objects[60] = b"<</Type/Page/Parent 59 0 R/MediaBox%b>>" % BOX
    assert reason(pdf(objects)) == "page-tree"


FOREIGN = sorted((SHARED / "vectors").glob("pdf-*/**/*.pdf"))
STAMPABLE = {
    "002-trivial-libre-office-writer.pdf", "inline-image.pdf", "google-doc-document.pdf",
    "habibi-oneline-cmap.pdf", "habibi.pdf", "output_with_metadata_pymupdf.pdf",
}  # fmt: skip
REFUSED = {
    "annotation-and-visible-change.pdf": "signed",
    "hide.pdf": "signed",
    "replace.pdf": "signed",
    "modified_after_signature.pdf": "signed",
    "pdf-byterange-overlap.pdf": "signed",
    "pdf-spoofing-attack.pdf": "signed",
    "siwa.pdf": "signed",
    "retrieved-modified_after_signature.pdf": "xref",
    "minimal-document.pdf": "xref-stream",
    "pdflatex-image.pdf": "xref-stream",
    "pdflatex-4-pages.pdf": "xref-stream",
    "pdflatex-outline.pdf": "xref-stream",
    "pdflatex-forms.pdf": "xref-stream",
    "multicolumn.pdf": "xref-stream",
    "libreoffice-writer-password.pdf": "encrypted",
    "GeoTopo-komprimiert.pdf": "several-revisions",
    "unreadablemetadata.pdf": "several-revisions",
    "grayscale-image.pdf": "xref",
    "habibi-rotated.pdf": "rotated",
    "crazyones-pdfa.pdf": "page-size",
    "cmyk-image.pdf": "page-size",
    "imagemagick-ASCII85Decode.pdf": "page-size",
    "imagemagick-CCITTFaxDecode.pdf": "page-size",
    "imagemagick-images.pdf": "page-size",
    "imagemagick-lzw.pdf": "page-size",
    "with-attachment.pdf": "attachments",
    "annotated_pdf.pdf": "annotations",
    "pdfkit.pdf": "annotations",
    "base64image.pdf": "layers",
    "libre-office-link.pdf": "annotations",
    "mistitled_outlines_example.pdf": "actions",
    "reportlab-overlay.pdf": "form",
    "libreoffice-form.pdf": "form",
}


@pytest.mark.shared
@pytest.mark.skipif(not FOREIGN, reason="the PDF samples are not beside this checkout")
@pytest.mark.parametrize("name", sorted(STAMPABLE | set(REFUSED)))
def test_every_sample_and_attack_is_stamped_or_refused_by_name(name: str) -> None:
    (path,) = [path for path in FOREIGN if path.name == name]
    data = path.read_bytes()
    if name in REFUSED:
        assert reason(data) == REFUSED[name]
        return
    stamped = stamp(data, claims_for(data), KEY)
    assert stamped.startswith(data)
    with pikepdf.open(io.BytesIO(data)) as before, pikepdf.open(io.BytesIO(stamped)) as after:
        assert len(before.pages) == len(after.pages)


@pytest.mark.shared
@pytest.mark.skipif(not FOREIGN, reason="the PDF samples are not beside this checkout")
def test_no_sample_is_forgotten() -> None:
    assert {path.name for path in FOREIGN} == STAMPABLE | set(REFUSED)


PUNCTUATION = [
    b"<<",
    b">>",
    b"[",
    b"]",
    b"(",
    b")",
    b"/",
    b"%",
    b"\\",
    b"#",
    b"\r",
    b" 0 R",
    b"-1",
    b"99999999999",
]
WORDS = [b"/Contents", b"/Resources", b"/Font", b"/Kids", b"/Prev 0", b"obj", b"endobj", b"stream", b"null"]
edits = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 12),
        st.one_of(st.binary(max_size=4), st.sampled_from(PUNCTUATION + WORDS)),
    ),
    min_size=1,
    max_size=4,
)


def mutated(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for place, cut, piece in changes:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + cut :]
    return data


@settings(max_examples=600, deadline=None)
@given(edits, st.booleans())
def test_a_damaged_file_is_stamped_soundly_or_refused(
    changes: list[tuple[float, int, bytes]], same_size: bool
) -> None:
    """Edits that keep the length leave the table true, and so reach deeper than those that shift it."""
    if same_size:
        changes = [(place, len(piece), piece) for place, _, piece in changes]
    data = mutated(GOOD, changes)
    try:
        pages = len(read_source(data).pages)
    except EvidenceError as error:
        assert [problem.code for problem in error.problems] == ["stamp.unsupported-pdf"]
        return
    stamped = stamp(data, claims_for(data), KEY)
    assert stamped.startswith(data + b"\n%EV-STAMP 1 EV1:")
    with pikepdf.open(io.BytesIO(stamped)) as opened:
        assert len(opened.pages) == pages
        for page in opened.pages:
            assert "/EVF" in page.obj.Resources.Font
            assert page.obj.Contents[-1].read_bytes().startswith(b"Q\n/Artifact BMC\n")


@settings(max_examples=150, deadline=None)
@given(edits)
def test_a_damaged_letter_of_the_converter_is_read_or_refused(
    changes: list[tuple[float, int, bytes]],
) -> None:
    data = mutated(
        (GOLDEN / "lo-1.pdf").read_bytes(), [(place, len(piece), piece) for place, _, piece in changes]
    )
    try:
        read_source(data)
    except EvidenceError as error:
        assert [problem.code for problem in error.problems] == ["stamp.unsupported-pdf"]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_rubbish_between_header_and_end_is_refused(rubbish: bytes) -> None:
    try:
        read_source(b"%PDF-1.4\n" + rubbish + b"\nstartxref\n9\n%%EOF\n")
    except EvidenceError as error:
        assert [problem.code for problem in error.problems] == ["stamp.unsupported-pdf"]
    else:
        pytest.fail("rubbish was read as a letter")
