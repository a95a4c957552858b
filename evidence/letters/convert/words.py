"""Whether a PDF says all that its letter does, read fast enough to look at each letter: only the words in the order they
were drawn (:mod:`.shown`). Blanks are left out, for where they stand is an extractor's guess.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from lxml import etree
from pikepdf import Pdf

from evidence.letters.convert._package import DOCUMENT, parse, w
from evidence.letters.convert.pages import page_text
from evidence.letters.convert.shown import Reader

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
        body = parse(package.read(DOCUMENT)).find(w("body"))
    if body is None:
        return []
    _drop_boxes(body)
    said = Counter(_bare(_text(row)) for row in body.iter(w("tr")))
    gone = [row for row, times in said.items() if any(map(str.isdigit, row)) and drawn.count(row) < times]
    if not gone:
        return []
    digits = Counter(filter(str.isdigit, _text(body)))
    return gone if digits - Counter(filter(str.isdigit, drawn)) else []


def _text(part: etree._Element) -> str:
    return "".join(map(str, part.itertext(w("t"), with_tail=False)))


def _drop_boxes(body: etree._Element) -> None:
    """Take out what stands in text boxes: a Word file says it twice, for old and new readers."""
    for box in list(body.iter(w("txbxContent"))):
        box.clear()


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
