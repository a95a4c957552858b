"""What is wrong with how a template is built and laid out: fonts, text boxes, page numbers, places of the stamp.

Lengths in the file are twips (1/20 pt, 1440 to the inch). The places of the stamp are those of ``docs/formats.md``:
on page 1 a box 160–200 mm from the left and 10–54 mm from the top, on each page a strip 11–18 mm above the bottom edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from evidence.errors import Place, Problem
from evidence.letters.checking.paragraphs import Paragraph, own_pieces
from evidence.letters.convert import open_converter, text_in_stamp_areas
from evidence.letters.engine.policy import Package, field_codes
from evidence.letters.engine.prepare import TAG
from evidence.letters.engine.tags import Spot
from evidence.letters.engine.text import BR, CR, TAB, P, R, T, W, part_text

STRIP_TOP_MM = 18.0
_A4_MM = (210.0, 297.0)
_PAGE_FIELDS = {"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION"}
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TEXT_BOX = f"{W}txbxContent"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Faces that Word falls back to for East Asian text and that lack Chinese forms or characters.
_FOREIGN = (
    "ms mincho",
    "ｍｓ 明朝",
    "ms gothic",
    "ｍｓ ゴシック",
    "yu mincho",
    "yu gothic",
    "游明朝",
    "游ゴシック",
    "batang",
    "malgun gothic",
)
# Of a theme without an East Asian face of its own, by the language of the document.
_SCRIPTS = {"zh-CN": "Hans", "zh-SG": "Hans", "zh-TW": "Hant", "zh-HK": "Hant", "zh-MO": "Hant"}


def structure(package: Package, paragraphs: Sequence[Paragraph]) -> tuple[list[Problem], list[Problem]]:
    """(faults, notes) of how the template is built."""
    faults: list[Problem] = []
    notes: list[Problem] = []
    fonts = _Fonts.of(package)
    for paragraph in paragraphs:
        if (family := fonts.unfit(paragraph.element)) is not None:
            faults.append(paragraph.spot().problem("template.east-asian-font", found=family or "–"))
        boxes = (box for box in paragraph.element.iter(_TEXT_BOX) if not _within(box, _FALLBACK))
        if any(next(box.iterancestors(P)) is paragraph.element for box in boxes):
            faults.append(paragraph.spot().problem("template.text-box"))
        for spot, unmendable in _splits(paragraph):
            if unmendable:
                faults.append(spot.problem("template.tag-split"))
            else:
                notes.append(spot.problem("template.tag-looks"))
        for element, code in field_codes(paragraph.element):
            if next(element.iterancestors(P)) is not paragraph.element:
                continue
            if code.partition(" ")[0].upper() in _PAGE_FIELDS:
                faults.append(paragraph.spot().problem("template.page-number", found=f"{{ {code} }}"))
            else:
                notes.append(paragraph.spot().problem("template.field-code", found=f"{{ {code} }}"))
        if paragraph.element.find(f"{W}pPr/{W}numPr") is not None:
            notes.append(paragraph.spot().problem("template.numbering"))
        if next(paragraph.element.iter(f"{_DRAWING}blip"), None) is not None:
            notes.append(paragraph.spot().problem("template.picture"))
    if any(kind.endswith("wordprocessingml.comments+xml") for kind in package.types.values()):
        notes.append(_general(package, "template.comments"))
    return faults, notes


def page_setup(package: Package) -> list[Problem]:
    """Paper, and margins or footers that reach into the strip of the stamp."""
    problems = []
    body = package.trees["word/document.xml"]
    for section in body.iter(f"{W}sectPr"):
        size, margin = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
        width, height = (_mm(size, side) for side in ("w", "h"))
        if None not in (width, height) and any(
            abs(found - wanted) > 1 for found, wanted in zip((width, height), _A4_MM, strict=True) if found
        ):
            problems.append(_general(package, "template.page-size", found=f"{width:.0f} × {height:.0f}"))
        bottom, footer = _mm(margin, "bottom"), _mm(margin, "footer")
        if bottom is not None and bottom < STRIP_TOP_MM:
            problems.append(_general(package, "template.bottom-margin", found=f"{bottom:.0f}"))
        if footer is not None and footer < STRIP_TOP_MM:
            for part, tree in package.trees.items():
                if part.startswith("word/footer") and (words := part_text(tree).strip()):
                    problems.append(
                        Problem(
                            "template.stamp-area",
                            Place(file=package.name, part=f"{part} ¶1"),
                            {"name": package.name, "page": "–", "found": words[:40]},
                        )
                    )
    return problems


def stamp_areas(docx: bytes, name: str, locale: str, created: datetime) -> list[Problem]:
    """Words of a made-up letter that lie where the stamp goes, found by making its PDF."""
    with open_converter("builtin", locale, prefer_installed=False) as converter:
        [[pdf]] = converter.convert_batches([[docx]], created=created, nonces=[[bytes(16)]])
    found: dict[int, str] = {}
    for spot in text_in_stamp_areas(pdf):
        found[spot.page] = found.get(spot.page, "") + spot.text
    return [
        Problem("template.stamp-area", Place(file=name), {"name": name, "page": page, "found": text[:40]})
        for page, text in sorted(found.items())
    ]


def _general(package: Package, code: str, **params: str) -> Problem:
    return Problem(code, Place(file=package.name), {"name": package.name, **params})


def _within(element: etree._Element, tag: str) -> bool:
    return next(element.iterancestors(tag), None) is not None


def _mm(element: etree._Element | None, side: str) -> float | None:
    try:
        return None if element is None else int(element.get(f"{W}{side}", "")) * 25.4 / 1440
    except ValueError:
        return None


def _splits(paragraph: Paragraph) -> Iterator[tuple[Spot, bool]]:
    """Tags split over runs: ``True`` where the pieces lie in different containers (a link, a content control), so
    that they cannot be joined; ``False`` where they look different, so that the first piece decides."""
    pieces = list(own_pieces(paragraph.element))
    owners: list[etree._Element] = []
    for piece in pieces:
        owners += [piece] * (len(piece.text or "") if piece.tag == T else 1)
    for match in TAG.finditer(paragraph.text):
        texts = dict.fromkeys(owners[match.start() : match.end()])
        runs = [run for text in texts if (run := text.getparent()) is not None]
        if len({id(run.getparent()) for run in runs}) > 1 or any(text.tag in (TAB, BR, CR) for text in texts):
            yield paragraph.spot(*match.span()), True
        elif len({_look(run) for run in runs}) > 1:
            yield paragraph.spot(*match.span()), False


def _look(run: etree._Element) -> bytes:
    look = run.find(f"{W}rPr")
    return b"" if look is None else etree.tostring(look, method="c14n")


@dataclass(frozen=True)
class _Fonts:
    """Which face Word takes for East Asian text: run, character style, paragraph style, defaults of the document."""

    styles: Mapping[str, etree._Element]
    default: etree._Element | None
    normal: str
    theme: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package) -> _Fonts:
        root = package.trees.get("word/styles.xml")
        if root is None:
            return cls({}, None, "")
        styles = {style.get(f"{W}styleId", ""): style for style in root.iter(f"{W}style")}
        normal = next(
            (
                key
                for key, style in styles.items()
                if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on")
            ),
            "",
        )
        default = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}rFonts")
        return cls(styles, default, normal, _theme_faces(package))

    def unfit(self, paragraph: etree._Element) -> str | None:
        """The face of the first run with words that has none for Chinese; empty where it names none at all."""
        for run in paragraph.iter(R):
            if next(run.iterancestors(P)) is not paragraph or not any(
                (t.text or "").strip() for t in run.iter(T)
            ):
                continue
            face = self._face(run, paragraph)
            if not face or face.casefold() in _FOREIGN:
                return face
        return None

    def _face(self, run: etree._Element, paragraph: etree._Element) -> str:
        own = run.find(f"{W}rPr/{W}rFonts")
        character = run.find(f"{W}rPr/{W}rStyle")
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        chain = [own]
        chain += self._chain("" if character is None else character.get(f"{W}val", ""))
        chain += self._chain(self.normal if style is None else style.get(f"{W}val", ""))
        for fonts in (*chain, self.default):
            if fonts is None:
                continue
            if theme := fonts.get(f"{W}eastAsiaTheme"):
                return self.theme.get(theme[:5], "")
            if face := fonts.get(f"{W}eastAsia"):
                return face
        return ""

    def _chain(self, style: str) -> list[etree._Element | None]:
        found: list[etree._Element | None] = []
        seen: set[str] = set()
        while style in self.styles and style not in seen:
            seen.add(style)
            found.append(self.styles[style].find(f"{W}rPr/{W}rFonts"))
            based = self.styles[style].find(f"{W}basedOn")
            style = "" if based is None else based.get(f"{W}val", "")
        return found


def _theme_faces(package: Package) -> dict[str, str]:
    """East Asian faces of the theme by ``major`` and ``minor``."""
    root = next((tree for part, tree in package.trees.items() if part.startswith("word/theme/")), None)
    if root is None:
        return {}
    settings = package.trees.get("word/settings.xml")
    lang = None if settings is None else settings.find(f"{W}themeFontLang")
    script = _SCRIPTS.get("" if lang is None else lang.get(f"{W}eastAsia", ""), "Jpan")
    faces = {}
    for role in ("major", "minor"):
        fonts = next(root.iter(f"{_DRAWING}{role}Font"), None)
        if fonts is None:
            continue
        own = fonts.find(f"{_DRAWING}ea")
        by_script = {f.get("script"): f.get("typeface", "") for f in fonts.iter(f"{_DRAWING}font")}
        faces[role] = ("" if own is None else own.get("typeface", "")) or by_script.get(script, "")
    return faces
