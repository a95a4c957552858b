"""A few building blocks of WordprocessingML, and a ZIP writer whose output never changes for the same input.

Only what the shipped templates need: paragraphs in named styles, bold runs, fixed tables, one header. No theme,
no numbering part, no fields: numbers in the text are literal, page numbers and the QR code come from the stamp.
Lengths are millimetres in descriptions and twips (1/20 pt) in the file.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.sax.saxutils import escape

LOCALES = ("zh", "zh-Hant")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class T(NamedTuple):
    """A text in both scripts, side by side; one argument where the characters are the same in both."""

    zh: str
    hant: str = ""

    def of(self, locale: str) -> str:
        return self.hant or self.zh if locale == "zh-Hant" else self.zh


def twips(mm: float) -> int:
    return round(mm * 1440 / 25.4)


@dataclass(frozen=True)
class Style:
    """A paragraph style, without an outline level: the builtin converter drops indented paragraphs that have one.

    ``face`` names a role of :class:`Look`; ``line`` is an exact line height in points.

    ``first`` is the first-line indent in characters; ``right`` an indent from the right in millimetres.
    """

    id: str
    name: T
    face: str
    size: float
    line: float
    bold: bool = False
    align: str = "both"
    first: int = 0
    right: float = 0
    before: float = 0
    after: float = 0
    keep_next: bool = False
    colour: str = ""
    rule: bool = False

    def xml(self, look: Look, locale: str) -> str:
        borders = '<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="2" w:color="000000"/></w:pBdr>'
        indent = f' w:firstLineChars="{self.first * 100}" w:firstLine="{round(self.first * self.size * 20)}"'
        return (
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{self.id}">'
            f'<w:name w:val="{escape(self.name.of(locale))}"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>'
            + ("<w:keepNext/>" if self.keep_next else "")
            + (borders if self.rule else "")
            + f'<w:spacing w:before="{round(self.before * 20)}" w:after="{round(self.after * 20)}"'
            f' w:line="{round(self.line * 20)}" w:lineRule="exact"/>'
            + f'<w:ind w:right="{twips(self.right)}"{indent if self.first else ""}/>'
            + f'<w:jc w:val="{self.align}"/></w:pPr><w:rPr>{fonts(look.face(self.face, locale))}'
            + ("<w:b/>" if self.bold else "")
            + (f'<w:color w:val="{self.colour}"/>' if self.colour else "")
            + f'<w:sz w:val="{round(self.size * 2)}"/><w:szCs w:val="{round(self.size * 2)}"/></w:rPr></w:style>'
        )


@dataclass(frozen=True)
class Look:
    """Which font family plays which role, per locale, and the page's margins in millimetres (T, B, L, R).

    ``landscape`` is A4 lying on its side, for sheets of many columns that carry no stamp.
    """

    faces: dict[str, T]
    margins: tuple[float, float, float, float]
    landscape: bool = False

    def face(self, role: str, locale: str) -> str:
        return self.faces[role].of(locale)

    @property
    def width(self) -> float:
        return (297 if self.landscape else 210) - self.margins[2] - self.margins[3]


def fonts(family: str) -> str:
    """The same family for every script of a run, so that digits and characters share a baseline."""
    return (
        f'<w:rFonts w:ascii="{family}" w:hAnsi="{family}" w:eastAsia="{family}" w:cs="{family}"'
        ' w:hint="eastAsia"/>'
    )


@dataclass(frozen=True)
class P:
    """A paragraph; ``**`` in its text switches bold on and off. ``keep`` holds it on the page of the next one.
    ``new_page`` begins a page (said here and not in a style, where the builtin converter overlooks it)."""

    style: str
    text: T
    keep: bool = False
    new_page: bool = False

    def xml(self, locale: str) -> str:
        runs = "".join(
            f"<w:r>{'<w:rPr><w:b/></w:rPr>' if odd else ''}"
            f'<w:t xml:space="preserve">{escape(piece)}</w:t></w:r>'
            for odd, piece in (
                (index % 2, piece) for index, piece in enumerate(self.text.of(locale).split("**"))
            )
            if piece
        )
        keep = "<w:keepNext/>" if self.keep else ""
        page = "<w:pageBreakBefore/>" if self.new_page else ""
        return f'<w:p><w:pPr><w:pStyle w:val="{self.style}"/>{keep}{page}</w:pPr>{runs}</w:p>'


@dataclass(frozen=True)
class Cell:
    """``paragraphs`` of one cell over ``span`` columns; ``box`` "" (as the table), "none", "dashed", or "caption": no
    lines but the one below."""

    paragraphs: tuple[P, ...]
    span: int = 1
    box: str = ""
    valign: str = "center"


@dataclass(frozen=True)
class Row:
    """``height`` in millimetres, exact if ``exact``; a ``header`` row is repeated on each page; one that may ``split``
    goes on where the next page begins."""

    cells: tuple[Cell, ...]
    height: float = 0
    exact: bool = False
    header: bool = False
    split: bool = False


_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")


@dataclass(frozen=True)
class Table:
    """Fixed column ``widths`` in millimetres. ``lines`` are "all", "none", or "horizontal": the builtin
    converter leaves gaps in the vertical lines of rows of three and more lines, so such tables have none."""

    widths: tuple[float, ...]
    rows: tuple[Row, ...]
    lines: str = "all"
    align: str = "left"
    padding: float = 1.0
    air: float = 0.0

    def xml(self, locale: str) -> str:
        drawn = {"all": _EDGES, "horizontal": ("top", "bottom", "insideH"), "none": ()}[self.lines]
        edges = "".join(
            f'<w:{edge} w:val="{"single" if edge in drawn else "nil"}" w:sz="4" w:space="0" w:color="000000"/>'
            for edge in _EDGES
        )
        margins = "".join(
            f'<w:{side} w:w="{twips(size)}" w:type="dxa"/>'
            for side, size in (
                ("top", self.air),
                ("left", self.padding),
                ("bottom", self.air),
                ("right", self.padding),
            )
        )
        grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in self.widths)
        return (
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(map(twips, self.widths))}" w:type="dxa"/><w:jc w:val="{self.align}"/>'
            f"<w:tblBorders>{edges}</w:tblBorders>"
            f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(self._row(row, locale) for row in self.rows)}</w:tbl>"
        )

    def _row(self, row: Row, locale: str) -> str:
        rule = "exact" if row.exact else "atLeast"
        height = f'<w:trHeight w:val="{twips(row.height)}" w:hRule="{rule}"/>' if row.height else ""
        head = "<w:tblHeader/>" if row.header else ""
        cells, column = "", 0
        for cell in row.cells:
            width = sum(map(twips, self.widths[column : column + cell.span]))
            column += cell.span
            cells += self._cell(cell, width, locale)
        whole = "" if row.split else "<w:cantSplit/>"
        properties = f"<w:trPr>{whole}{height}{head}</w:trPr>" if whole or height or head else ""
        return f"<w:tr>{properties}{cells}</w:tr>"

    @staticmethod
    def _cell(cell: Cell, width: int, locale: str) -> str:
        span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
        borders = ""
        if cell.box:
            kind = "nil" if cell.box in ("none", "caption") else cell.box
            edges = ("top", "left", "right") if cell.box == "caption" else ("top", "left", "bottom", "right")
            sides = "".join(
                f'<w:{edge} w:val="{kind}" w:sz="6" w:space="0" w:color="7F7F7F"/>' for edge in edges
            )
            borders = f"<w:tcBorders>{sides}</w:tcBorders>"
        inner = "".join(paragraph.xml(locale) for paragraph in cell.paragraphs)
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{borders}'
            f'<w:vAlign w:val="{cell.valign}"/></w:tcPr>{inner}</w:tc>'
        )


Block = P | Table


def when(condition: str, *blocks: Block, otherwise: Sequence[Block] = ()) -> tuple[Block, ...]:
    """``blocks`` printed only where ``condition`` holds, ``otherwise`` elsewhere (whole paragraphs and tables)."""
    middle = (P("Body", T("{%p else %}")), *otherwise) if otherwise else ()
    return (P("Body", T(f"{{%p if {condition} %}}")), *blocks, *middle, P("Body", T("{%p endif %}")))


def choose(*branches: tuple[str, Block]) -> tuple[Block, ...]:
    """The block of the first condition that holds; the condition "" stands last and always does."""
    blocks: list[Block] = []
    for position, (condition, block) in enumerate(branches):
        word = f"elif {condition}" if position else f"if {condition}"
        blocks += [P("Body", T(f"{{%p {word if condition else 'else'} %}}")), block]
    return (*blocks, P("Body", T("{%p endif %}")))


def each(name: str, items: str, *blocks: Block) -> tuple[Block, ...]:
    """``blocks`` once for every ``name`` in ``items``."""
    return (P("Body", T(f"{{%p for {name} in {items} %}}")), *blocks, P("Body", T("{%p endfor %}")))


def each_row(columns: int, name: str, items: str, *rows: Row) -> tuple[Row, ...]:
    """Table ``rows`` once for every ``name`` in ``items``."""
    start = Row((Cell((P("TableText", T(f"{{%tr for {name} in {items} %}}")),), columns),))
    end = Row((Cell((P("TableText", T("{%tr endfor %}")),), columns),))
    return (start, *rows, end)


def when_row(columns: int, condition: str, *rows: Row) -> tuple[Row, ...]:
    """Table ``rows`` printed only where ``condition`` holds."""
    start = Row((Cell((P("TableText", T(f"{{%tr if {condition} %}}")),), columns),))
    end = Row((Cell((P("TableText", T("{%tr endif %}")),), columns),))
    return (start, *rows, end)


@dataclass(frozen=True)
class Document:
    """One template: what stands in it, in which look, with an optional line in the header of each page."""

    blocks: tuple[Block, ...]
    look: Look
    styles: tuple[Style, ...]
    header: P | None = field(default=None)

    def to_bytes(self, locale: str) -> bytes:
        """The DOCX of ``locale``: the same bytes on every machine and day."""
        parts = {
            "[Content_Types].xml": self._content_types(),
            "_rels/.rels": _relations(
                ("officeDocument", f"{R}/officeDocument", "word/document.xml"),
                ("core", f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ),
            "docProps/core.xml": _CORE,
            "word/document.xml": self._document(locale),
            "word/styles.xml": self._styles(locale),
            "word/settings.xml": self._settings(locale),
            "word/_rels/document.xml.rels": _relations(
                ("styles", f"{R}/styles", "styles.xml"),
                ("settings", f"{R}/settings", "settings.xml"),
                *([("header", f"{R}/header", "header1.xml")] if self.header else []),
            ),
        }
        if self.header:
            parts["word/header1.xml"] = f"{XML}<w:hdr {W}>{self.header.xml(locale)}</w:hdr>"
        return _zip(parts)

    def _document(self, locale: str) -> str:
        top, bottom, left, right = (twips(side) for side in self.look.margins)
        body = "".join(block.xml(locale) for block in self.blocks)
        paper = (
            'w:w="16838" w:h="11906" w:orient="landscape"'
            if self.look.landscape
            else 'w:w="11906" w:h="16838"'
        )
        header = f'<w:headerReference xmlns:r="{R}" w:type="default" r:id="header"/>' if self.header else ""
        return (
            f"{XML}<w:document {W}><w:body>{body}<w:sectPr>{header}"
            f'<w:pgSz {paper}/><w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}"'
            f' w:left="{left}" w:header="{twips(16)}" w:footer="{twips(8)}" w:gutter="0"/>'
            "</w:sectPr></w:body></w:document>"
        )

    def _styles(self, locale: str) -> str:
        tag = "zh-TW" if locale == "zh-Hant" else "zh-CN"
        family = fonts(self.look.face("body", locale))
        return (
            f"{XML}<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>{family}"
            f'<w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="en-US" w:eastAsia="{tag}" w:bidi="ar-SA"/>'
            "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
            '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
            '<w:pPr><w:widowControl/><w:kinsoku/><w:overflowPunct/><w:autoSpaceDE w:val="0"/>'
            '<w:autoSpaceDN w:val="0"/></w:pPr></w:style>'
            '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
            '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
            + "".join(style.xml(self.look, locale) for style in self.styles)
            + "</w:styles>"
        )

    def _settings(self, locale: str) -> str:
        tag = "zh-TW" if locale == "zh-Hant" else "zh-CN"
        return (
            f'{XML}<w:settings {W}><w:defaultTabStop w:val="420"/>'
            '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting'
            ' w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
            f'<w:themeFontLang w:val="en-US" w:eastAsia="{tag}"/></w:settings>'
        )

    def _content_types(self) -> str:
        overrides = {
            "word/document.xml": f"{TYPES}.document.main+xml",
            "word/styles.xml": f"{TYPES}.styles+xml",
            "word/settings.xml": f"{TYPES}.settings+xml",
            **({"word/header1.xml": f"{TYPES}.header+xml"} if self.header else {}),
            "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        }
        return (
            f'{XML}<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            + "".join(f'<Override PartName="/{n}" ContentType="{t}"/>' for n, t in overrides.items())
            + "</Types>"
        )


_CORE = (
    f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{{ doc.title }}</dc:title><dc:identifier>{{ doc.identifier }}</dc:identifier>"
    "<dc:language>{{ doc.language }}</dc:language>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{{ doc.created }}</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{{ doc.created }}</dcterms:modified>'
    "</cp:coreProperties>"
)


def _relations(*rows: tuple[str, str, str]) -> str:
    inner = "".join(f'<Relationship Id="{i}" Type="{kind}" Target="{target}"/>' for i, kind, target in rows)
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def _zip(parts: dict[str, str]) -> bytes:
    """Members in the order given, stored whole: deflate output differs between zlib builds."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, text.encode("utf-8"))
    return buffer.getvalue()


def concat(parts: Iterable[Sequence[Block]]) -> tuple[Block, ...]:
    return tuple(block for part in parts for block in part)
