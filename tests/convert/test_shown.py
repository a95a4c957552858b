"""What a page shows is read the same in the short way, in the long way, and by qpdf's own reader."""

from __future__ import annotations

import pikepdf
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Dictionary, Name, Pdf

from evidence.letters.convert import shown

CMAP = b"""1 begincodespacerange <00> <FF> endcodespacerange
3 beginbfchar <01> <6837> <02> <672C> <03> <D83CDF1F> endbfchar
2 beginbfrange <20> <7E> <0020> <A0> <A2> <4E00> endbfrange"""
TEXTS = {
    1: "样",
    2: "本",
    3: "🌟",
    **{code: chr(code) for code in range(0x20, 0x7F)},
    0xA0: "一",
    0xA1: "丁",
    0xA2: "丂",
}


def page(content: bytes) -> Pdf:
    """One page with two fonts, of codes of one byte and of two."""
    pdf = Pdf.new()
    added = pdf.add_blank_page()
    fonts = {
        name: Dictionary(
            Type=Name.Font, Subtype=Name(kind), ToUnicode=pdf.make_stream(CMAP), Of=pdf.make_indirect(name)
        )
        for name, kind in (("/F1", "/TrueType"), ("/F2", "/Type0"))
    }
    added.obj.Resources = Dictionary(Font=Dictionary({k: pdf.make_indirect(v) for k, v in fonts.items()}))
    added.obj.Contents = pdf.make_stream(content)
    return pdf


def words(pdf: Pdf) -> str:
    one = pdf.pages[0].obj
    return shown.Reader().words(one, one.Resources)


def by_tokens(pdf: Pdf) -> str:
    one = pdf.pages[0].obj
    return "".join(shown.Reader()._by_tokens(one.Contents.read_bytes(), one.Resources))


def by_qpdf(pdf: Pdf) -> str:
    """The same by an independent reader of content streams."""
    said, width, own = [], 1, 0
    for operands, operator in pikepdf.parse_content_stream(pdf.pages[0]):
        if str(operator) == "Tf":
            width = 2 if operands[0] == "/F2" else 1
        elif str(operator) == "BDC":
            said += [] if own else [str(operands[1].ActualText)]
            own += 1
        elif str(operator) == "EMC":
            own -= 1
        elif str(operator) in ("Tj", "TJ", "'") and not own:
            for piece in operands[0] if str(operator) == "TJ" else operands:
                if isinstance(piece, pikepdf.String):
                    raw = bytes(piece)
                    codes = (
                        int.from_bytes(raw[i : i + width], "big")
                        for i in range(0, len(raw) - width + 1, width)
                    )
                    said += [TEXTS.get(code, "\ufffd") for code in codes]
    return "".join(said)


CODES = st.binary(max_size=6).map(lambda raw: raw[: len(raw) // 2 * 2])  # whole codes of either font
DIGITS = st.builds(lambda raw, upper: f"<{raw.hex().upper() if upper else raw.hex()}>", CODES, st.booleans())
OCTAL = CODES.map(lambda raw: "(" + "".join(f"\\{byte:03o}" for byte in raw) + ")")
AS_IT_IS = st.sampled_from(
    [
        r"(\(A\))",
        "((A) (B))",
        r"(\\n)",
        r"(\n\t\b\f\r)",
        r"(\1\02\0033)",
        "(A\\\nB)",
        r"(\q)",
        "(Tj TJ /F1 9 Tf)",
    ]
)
FONT = st.sampled_from(["/F1 9 Tf", "/F2 10.5 Tf"])


def kerned(strings: list[str]) -> str:
    return "[" + "".join(f"{one}{-13 - at}" for at, one in enumerate(strings)) + "]TJ"


ONE_FORM = st.builds(
    lambda font, show: f"q 0 0 0 rg\nBT\n79.5 716.189 Td {font}{show}\nET\nQ",
    FONT,
    st.one_of(DIGITS.map(lambda d: f"{d}Tj"), st.lists(DIGITS, min_size=1, max_size=4).map(kerned)),
)
OTHERS = st.one_of(
    ONE_FORM,
    st.builds(lambda font, text: f"BT {font} {text} Tj ET", FONT, st.one_of(OCTAL, AS_IT_IS)),
    st.builds(lambda font, text, more: f"BT {font}[{text}-7{more}]TJ ET", FONT, OCTAL, st.one_of(DIGITS, AS_IT_IS)),
    st.builds(lambda form, text: f"/Span <</ActualText {text}>> BDC {form} EMC", ONE_FORM, st.one_of(DIGITS, AS_IT_IS)),
    st.just("0 0 m 4 5 l h f [3 1] 0 d 0.5 w"),
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.lists(ONE_FORM, min_size=1, max_size=8))
def test_the_one_form_is_read_as_token_by_token(forms: list[str]) -> None:
    one = page(content := "\n".join(forms).encode())

    assert shown._in_one_form(content) is not None
    assert words(one) == by_tokens(one) == by_qpdf(one)


@settings(max_examples=50, deadline=None)
@given(st.lists(OTHERS, min_size=1, max_size=8))
def test_other_forms_are_read_as_qpdf_reads_them(forms: list[str]) -> None:
    one = page("\n".join(forms).encode())

    assert words(one) == by_qpdf(one)


def test_words_in_the_one_form() -> None:
    one = page(b"BT 1 2 Td /F1 16 Tf<0102>Tj ET BT 1 2 Td /F1 16 Tf[<03>-13<41>5<A0FF>]TJ ET")

    assert words(one) == "样本🌟A一\ufffd"
