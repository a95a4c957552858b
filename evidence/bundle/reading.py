"""What can be read in files that are no pages: the lines of texts, web pages and Word files, the rows of tables."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import python_calamine
from lxml import etree, html

from evidence.bundle.media import decoded

MAX_TEXT = 64 * 1024 * 1024
"""Bytes of a text, or of the unpacked text of a Word file, that are read: more is no exhibit but a bomb."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BLOCKS = frozenset({
    "article", "br", "dd", "div", "dt", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "ol", "p",
    "section", "table", "tr", "ul",
})  # fmt: skip
_SILENT = frozenset({"head", "noscript", "script", "style", "template"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook or the one table of a CSV file; ``hidden`` where its author hid it."""

    name: str
    rows: Sequence[Sequence[str]]
    hidden: bool = False


def text_lines(data: bytes) -> list[str]:
    """The lines of a text; ``ValueError`` for what is none or too long."""
    if len(data) > MAX_TEXT:
        raise ValueError("text too long")
    text = decoded(data)
    if text is None:
        raise ValueError("no text")
    return [_clean(line) for line in text.splitlines()]


def html_lines(data: bytes) -> list[str]:
    """What a web page says, block by block, without its scripts; pictures and links are not fetched."""
    if len(data) > MAX_TEXT:
        raise ValueError("page too long")
    root = html.document_fromstring(decoded(data) or "")
    lines = [""]
    for kind, text in _said(root):
        if kind == "break":
            if lines[-1].strip():
                lines.append("")
        else:
            lines[-1] += re.sub(r"\s+", " ", text)
    return [_clean(line.strip()) for line in lines if line.strip()]


def docx_lines(data: bytes) -> list[str]:
    """The paragraphs of a Word file, cells of a table row beside each other; not what was deleted."""
    root = etree.fromstring(_part(data, "word/document.xml"), _parser())
    lines: list[str] = []
    body = root.find(f"{_W}body")
    for block in body if body is not None else ():
        if block.tag == f"{_W}tbl":
            for row in block.iter(f"{_W}tr"):
                cells = [
                    " ".join(filter(None, map(_paragraph, cell.iter(f"{_W}p"))))
                    for cell in row.findall(f"{_W}tc")
                ]
                lines.append(" | ".join(cells))
        else:
            for paragraph in block.iter(f"{_W}p"):
                lines += _paragraph(paragraph).split("\n")
    return [_clean(line) for line in lines]


def csv_rows(name: str, data: bytes) -> list[Sheet]:
    """The one table of a CSV file, its delimiter found among comma, semicolon and tab."""
    if len(data) > MAX_TEXT:
        raise ValueError("table too long")
    text = decoded(data)
    if text is None:
        raise ValueError("no text")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = [[_clean(cell) for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    return [Sheet(name, rows)]


def workbook_rows(data: bytes) -> list[Sheet]:
    """The sheets of a workbook with their values as text; formulas show the value that was saved with them."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    hidden = {
        one.name for one in book.sheets_metadata if one.visible != python_calamine.SheetVisibleEnum.Visible
    }
    sheets = []
    for name in book.sheet_names:
        rows = [[_cell(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
        while rows and not any(rows[-1]):
            rows.pop()
        if rows:
            sheets.append(Sheet(name, rows, name in hidden))
    return sheets


def _cell(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).replace("T", " ").removesuffix(" 00:00:00")
    return "" if value is None else _clean(str(value))


def _clean(line: str) -> str:
    return _UNSEEN.sub("", line.replace("\t", "    ")).rstrip()


def _part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(name) as part:
        content = part.read(MAX_TEXT + 1)
    if len(content) > MAX_TEXT:
        raise ValueError("part too long")
    return content


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _paragraph(paragraph: etree._Element) -> str:
    text = ""
    for node in paragraph.iter():
        if node.tag == f"{_W}t":
            text += node.text or ""
        elif node.tag == f"{_W}tab":
            text += "    "
        elif node.tag in (f"{_W}br", f"{_W}cr"):
            text += "\n"
    return text


def _said(node: etree._Element) -> Iterator[tuple[str, str]]:
    if not isinstance(node.tag, str) or node.tag in _SILENT:
        return
    block = node.tag in _BLOCKS
    if block:
        yield "break", ""
    if node.text:
        yield "text", node.text
    if node.tag == "img" and node.get("alt"):
        yield "text", f"[{node.get('alt')}]"
    for child in node:
        yield from _said(child)
        if child.tail:
            yield "text", child.tail
    if block:
        yield "break", ""
    elif node.tag in ("td", "th"):
        yield "text", "    "
