"""Whatever an owner is called comes back: from the DOCX, and from the PDF where there is a glyph for it.

Texts are made by hypothesis, many to a letter and many letters to a conversion. From the PDF they are read by
/ActualText where there is one; blanks are left out, since on a page they are distances.
"""

from __future__ import annotations

import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from letter_samples import LOCALES, charge, context
from sized_samples import template

from evidence.errors import EvidenceError
from evidence.letters import fonts
from evidence.letters.convert import Converter, open_converter, page_text
from evidence.letters.convert.words import missing_words
from evidence.letters.engine import document_text
from evidence.letters.fonts import Shelf, open_shelf
from evidence.model.account import Account, Debtor, Premises
from evidence.model.letter import LetterKind
from evidence.model.period import Period

sys.path.insert(0, str(Path(__file__).parents[1] / "convert"))
from font_maker import make_font
from pdf_words import words_of

CREATED = datetime(2026, 11, 21, tzinfo=UTC)
RARE = "\ufa11\ufa10\ufa19\uf90a\U00020bb7\U00020000\U0002a6b2\U0002f800\u2f00"
"""Characters the shipped fonts lack: compatibility forms, extension B, a radical. A test font has them."""

MARKUP = (
    "&",
    "<b>",
    "&amp;",
    "&lt;",
    "&#65;",
    "]]>",
    "{{ x }}",
    "{% if %}",
    "{#",
    "'",
    '"',
    "</w:t>",
    "\\n",
    "$1",
)
CONFUSABLE = "•‧·～〜｀‵-‒–"
"""Some of them are drawn by one glyph of the shipped fonts, so that only /ActualText tells which was meant."""

SAME = str.maketrans({"\u2011": "-"})
"""A hyphen that does not break is a hyphen on paper; LibreOffice writes it as one."""

printable = st.text(
    st.characters(exclude_categories=("C", "Z"), include_characters=" "), min_size=1, max_size=12
)
"""Any Unicode text without controls, direction marks and unassigned characters."""


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_system_folders", lambda: ())


def rendered(owner: str, room: str, estate: str, remark: str, kind: LetterKind, locale: str) -> Any:
    """A letter with the texts in the places of a ledger that letters print; the charge's item takes the remark."""
    home = Account(
        Premises(estate, "", "", room),
        Debtor(owner),
        (charge(Period.months(2025, 1, 2025, 3), item=remark),),
        "CNY",
    )
    made = context(kind, locale, account=home)
    return template(kind.value, locale).render(made.values, made.must_appear)


# -- DOCX ------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    owner=printable, room=printable, estate=printable, remark=printable,
    kind=st.sampled_from([LetterKind.REMINDER, LetterKind.DEMAND]), locale=st.sampled_from(LOCALES),
)  # fmt: skip
def test_any_printable_text_comes_back_from_the_docx(
    owner: str, room: str, estate: str, remark: str, kind: LetterKind, locale: str
) -> None:
    letter = rendered(owner, room, estate, remark, kind, locale)
    text = document_text(letter.docx)
    assert text == letter.text
    assert f"{estate}{room}" in text
    for said in (owner, room, remark):
        assert said in text


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.sampled_from((*MARKUP, *RARE, *CONFUSABLE, "于", "样本")), min_size=1, max_size=6))
def test_markup_and_rare_characters_come_back_from_the_docx(pieces: list[str]) -> None:
    said = "".join(pieces)
    assert said in document_text(rendered(said, said, said, said, LetterKind.DEMAND, "zh").docx)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.characters(categories=["Cc"])
    | st.sampled_from("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2069")
)
def test_controls_and_direction_marks_that_got_past_the_import_stop_at_the_letter(character: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        rendered(f"样{character}本", "301", "样本苑", "物业费", LetterKind.DEMAND, "zh")
    assert {problem.code for problem in caught.value.problems} == {"letters.control-character"}
    assert all(f"U+{ord(character):04X}" in str(p.params["character"]) for p in caught.value.problems)


# -- PDF -------------------------------------------------------------------------------------------------------

LIBREOFFICE = pytest.param(
    "libreoffice",
    marks=[
        pytest.mark.libreoffice,
        pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
    ],
)


@pytest.fixture(scope="module")
def extra(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fonts")
    make_font(folder / "rare.ttf", "Sample Rare", RARE)
    return folder


@pytest.fixture(scope="module")
def converter(request: pytest.FixtureRequest, extra: Path) -> Iterator[Converter]:
    with (
        pytest.MonkeyPatch.context() as patch,
        open_converter(_bare(request.param, patch), "zh", [extra]) as opened,
    ):
        yield opened


def _bare(name: str, patch: pytest.MonkeyPatch) -> str:
    patch.setattr(fonts, "_system_folders", lambda: ())
    return name


@pytest.fixture(scope="module")
def shelf(extra: Path) -> Shelf:
    with pytest.MonkeyPatch.context() as patch:
        _bare("", patch)
        return open_shelf("zh", [extra])


def left_to_right(text: str) -> bool:
    """Whether the order of drawing is that of reading: on the page right-to-left words stand in their own order."""
    return not {unicodedata.bidirectional(char) for char in text} & {"R", "AL", "AN"}


def texts(shelf: Shelf) -> list[str]:
    """Texts for one conversion: those known to be hard, each character that shares its glyph, and made-up ones."""
    covered = sorted(map(chr, fonts._coverage(shelf.serif.faces[0].path, 0)))
    made = st.text(alphabet=st.sampled_from([*covered, *RARE]), min_size=2, max_size=24)
    found: list[str] = []

    @settings(deadline=None, max_examples=25, database=None, derandomize=True)
    @given(made, st.lists(st.sampled_from((*MARKUP, *CONFUSABLE, *RARE)), min_size=3, max_size=5))
    def collect(one: str, hard: list[str]) -> None:
        found.extend((one, "样".join(hard)))

    collect()
    hard = [
        *MARKUP,
        *RARE,
        *CONFUSABLE,
        RARE,
        CONFUSABLE,
        "e\u0301",
        "葛\U000e0100城",
        "于范游余岳丑涂里后干",
    ]
    kept = (re.sub(r"[\s\xad\u200b]+", "", text) for text in (*hard, *found))
    return [text for text in dict.fromkeys(kept) if text.isprintable() and text and left_to_right(text)]


@pytest.mark.parametrize("converter", ["builtin", LIBREOFFICE], indirect=True)
def test_what_has_a_glyph_comes_back_from_the_pdf(converter: Converter, shelf: Shelf) -> None:
    said = [text for text in texts(shelf) if not shelf.missing(text)]
    if converter.name == "builtin":  # which refuses those forms, see below
        said = [text for text in said if not any(unicodedata.normalize("NFC", c) != c for c in text)]
    assert len(said) > 60
    docs, groups = [], [said[start : start + 4] for start in range(0, len(said), 4)]
    for group in groups:
        owner, room, estate, remark = (*group, "样", "样", "样")[:4]
        docs.append(rendered(owner, room, estate, remark, LetterKind.REMINDER, "zh").docx)
    pdfs = converter.convert(docs, created=CREATED, nonces=[bytes(16)] * len(docs))
    lost = {}
    for group, pdf in zip(groups, pdfs, strict=True):
        page, plain = "".join(words_of(pdf)), "".join("".join(page_text(pdf)).split())
        for text in group:
            if not any(text.translate(SAME) in read.translate(SAME) for read in (page, plain)):
                lost[text] = page
        # What an issue looks at in every letter finds them, too, and misses what is not there.
        assert missing_words(pdf, [*group, "样丁"]) == ("样丁",)
    assert lost == {}


@pytest.mark.parametrize("converter", ["builtin", LIBREOFFICE], indirect=True)
def test_what_has_no_glyph_is_refused_by_name(converter: Converter) -> None:
    docs = [
        rendered(owner, "301", "样本苑", "物业费", LetterKind.REMINDER, "zh").docx
        for owner in ("张样本", "\U00020001样本", "👨样\ue000本")
    ]
    with pytest.raises(EvidenceError) as caught:
        converter.convert(docs, created=CREATED, nonces=[bytes(16)] * len(docs))
    assert [(p.code, p.where.row, p.params["code"]) for p in caught.value.problems] == [
        ("convert.glyph-missing", 2, "U+20001"),
        ("convert.glyph-missing", 3, "U+1F468"),
        ("convert.glyph-missing", 3, "U+E000"),
    ]


@pytest.mark.parametrize("converter", ["builtin"], indirect=True)
def test_a_form_that_the_builtin_engine_would_change_is_refused_by_name(converter: Converter) -> None:
    """U+FA19 would be printed as U+795E, and read back as that; \ufa11 (U+FA11) has no other form and stays."""
    docs = [
        rendered(owner, "301", "样本苑", "物业费", LetterKind.REMINDER, "zh").docx
        for owner in ("样\ufa11本", "样\ufa19本", "样\U0002f800本")
    ]
    with pytest.raises(EvidenceError) as caught:
        converter.convert(docs, created=CREATED, nonces=[bytes(16)] * len(docs))
    assert [(p.code, p.where.row, p.params["code"], p.params["other"]) for p in caught.value.problems] == [
        ("convert.character-changed", 2, "U+FA19", "U+795E"),
        ("convert.character-changed", 3, "U+2F800", "U+4E3D"),
    ]
