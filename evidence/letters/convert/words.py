"""Whether a PDF says all that its letter does, read fast enough to look at each letter: only the words in the order they
were drawn (:mod:`.shown`). Blanks are left out, for where they stand is an extractor's guess.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from lxml import etree
from pikepdf import Pdf

from evidence.letters.convert._package import DOCUMENT, W, parse, w
from evidence.letters.convert.pages import page_text
from evidence.letters.convert.shown import Reader

_WORDS = re.compile(rb'<w:t(?: xml:space="preserve")?>([^<]*)</w:t>')
_NOT_PLAIN = (b"txbxContent", b"&", b"<!", b"<w:tr ")
_BREAKLESS = str.maketrans({"\u2011": "-"})  # a hyphen that does not break is a hyphen on paper


def missing_words(pdf: bytes, wanted: Iterable[str], docx: bytes | None = None) -> tuple[str, ...]:
    """Those of ``wanted`` that the pages do not say, blanks and kinds of hyphen aside, and lost rows of ``docx``.

    A text may go on over the page, with the lines at the head and foot of both between its halves. What is not found
    is looked for once more as a reader that knows no /ActualText copies it.
    """
    bare = {text: _bare(text) for text in wanted}
    drawn = drawn_words(pdf)
    lost = _unsaid(bare, drawn)
    if lost:
        lost = _unsaid({text: bare[text] for text in lost}, [_bare(page) for page in page_text(pdf)])
    return (*lost, *_missing_rows(docx, "".join(drawn))) if docx is not None else lost


def _bare(text: str) -> str:
    return "".join(text.split()).translate(_BREAKLESS)


def _missing_rows(docx: bytes, drawn: str) -> list[str]:
    """Rows of tables said less often than the Word file says them: a period stands in more than one table.

    Only where digits are missing as well: a row that goes on over the page, or whose cells are drawn in another order, is
    there all the same.
    """
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        document = package.read(DOCUMENT)
    rows, whole = _plain_rows(document) or _rows(document)
    said = Counter(map(_bare, rows))
    gone = [row for row, times in said.items() if any(map(str.isdigit, row)) and drawn.count(row) < times]
    if not gone:
        return []
    digits = Counter(filter(str.isdigit, whole))
    return gone if digits - Counter(filter(str.isdigit, drawn)) else []


def _rows(document: bytes) -> tuple[list[str], str]:
    """The words of each row of a Word file's text, and of all of it, without those in boxes, which are said twice there,
    for old and new readers."""
    root = parse(document)
    for box in list(root.iter(w("txbxContent"))):
        box.clear()
    return [_text(row) for row in root.iter(w("tr"))], _text(root)


def _text(part: etree._Element) -> str:
    return "".join(map(str, part.itertext(w("t"), with_tail=False)))


def _plain_rows(document: bytes) -> tuple[list[str], str] | None:
    """The same without building a tree: of what our own engine writes, where no table stands in another and no text
    needs to be decoded, as in nearly all letters; else ``None``."""
    if not document.count(W.encode()) == document.count(f'xmlns:w="{W}"'.encode()) == 1:
        return None
    texts = document.count(b"<w:t>") + document.count(b'<w:t xml:space="preserve">')
    if any(mark in document for mark in _NOT_PLAIN) or texts != document.count(b"</w:t>"):
        return None
    before, *rows = document.split(b"<w:tr>")
    if b"</w:tr>" in before or any(row.count(b"</w:tr>") != 1 for row in rows):
        return None
    return [_said(row[: row.index(b"</w:tr>")]) for row in rows], _said(document)


def _said(markup: bytes) -> str:
    return b"".join(_WORDS.findall(markup)).decode()


def _unsaid(wanted: Mapping[str, str], pages: Sequence[str]) -> tuple[str, ...]:
    whole = "".join(pages)
    return tuple(text for text, bare in wanted.items() if bare not in whole and not _parted(bare, pages))


def drawn_words(pdf: bytes) -> list[str]:
    """Each page's words in drawing order, without blanks."""
    reader = Reader()
    with Pdf.open(io.BytesIO(pdf)) as document:
        return [_bare(reader.words(page.obj, page.obj["/Resources"])) for page in document.pages]


def _parted(text: str, pages: Sequence[str]) -> bool:
    return any(
        text[:cut] in first and text[cut:] in second
        for first, second in pairwise(pages)
        for cut in range(1, len(text))
    )
