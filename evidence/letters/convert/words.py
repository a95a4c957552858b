"""What a PDF of a letter says, read fast enough to look at each letter: only its words in the order they were drawn.

Read as the standard asks (ISO 32000-2, 14.9.4): /ActualText where a span has it, else /ToUnicode. Blanks are left out,
for where they stand is an extractor's guess. For the PDFs the converters make; not a reader for any PDF.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import pikepdf
from lxml import etree
from pikepdf import Name, Pdf

from evidence.letters.convert._package import DOCUMENT, parse, w
from evidence.letters.convert.pages import page_text, to_unicode

_TOKEN = re.compile(rb"<<|>>|<([0-9A-Fa-f\s]*)>|(\()|/([^\s/<>\[\]()]+)|([A-Za-z'\"][A-Za-z0-9*'\"]*)")
_PAREN = re.compile(rb"\\.|[()]", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPED = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\n": b"",
    b"\r": b"",
    b"\r\n": b"",
}
_SHOWS = {b"Tj", b"TJ", b"'", b'"'}
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
    said = Counter(_bare("".join(piece.text or "" for piece in _printed(row))) for row in body.iter(w("tr")))
    gone = [row for row, times in said.items() if any(map(str.isdigit, row)) and drawn.count(row) < times]
    if not gone:
        return []
    digits = Counter(char for piece in _printed(body) for char in piece.text or "" if char.isdigit())
    return gone if digits - Counter(filter(str.isdigit, drawn)) else []


def _printed(part: etree._Element) -> Iterator[etree._Element]:
    """The texts of a part but those in boxes, which a Word file says twice, for old and new readers."""
    return (piece for piece in part.iter(w("t")) if next(piece.iterancestors(w("txbxContent")), None) is None)


def _unsaid(wanted: Mapping[str, str], pages: Sequence[str]) -> tuple[str, ...]:
    whole = "".join(pages)
    return tuple(text for text, bare in wanted.items() if bare not in whole and not _parted(bare, pages))


def drawn_words(pdf: bytes) -> list[str]:
    """Each page's words in drawing order, without blanks."""
    fonts: dict[tuple[int, int], _Font] = {}
    with Pdf.open(io.BytesIO(pdf)) as document:
        pages = ("".join(_drawn(page.obj, page.obj["/Resources"], fonts)) for page in document.pages)
        return [_bare(words) for words in pages]


def _parted(text: str, pages: Sequence[str]) -> bool:
    return any(
        text[:cut] in first and text[cut:] in second
        for first, second in pairwise(pages)
        for cut in range(1, len(text))
    )


class _Font:
    """What the codes of a font stand for."""

    def __init__(self, font: pikepdf.Object) -> None:
        self.width = 2 if font.get("/Subtype") == Name.Type0 else 1
        self.text = to_unicode(font["/ToUnicode"].read_bytes()) if "/ToUnicode" in font else {}

    def words(self, shown: bytes) -> Iterator[str]:
        for at in range(0, len(shown) - self.width + 1, self.width):
            yield self.text.get(int.from_bytes(shown[at : at + self.width], "big"), "\ufffd")


def _drawn(
    content: pikepdf.Object, resources: pikepdf.Object, fonts: dict[tuple[int, int], _Font]
) -> Iterator[str]:
    font: _Font | None = None
    spans: list[bool] = []  # of the marked-content sequences that are open: has it a text of its own?
    strings: list[bytes] = []
    names: list[str] = []
    data, at = _stream(content), 0
    while token := _TOKEN.search(data, at):
        at = token.end()
        digits, opened, name, operator = token.groups()
        if digits is not None:
            strings.append(bytes.fromhex(digits.decode("ascii")))
        elif opened is not None:
            end = _closing(data, at)
            strings.append(_ESCAPE.sub(_unescaped, data[at : end - 1]))
            at = end
        elif name is not None:
            names.append("/" + name.decode("latin-1"))
        elif operator is not None:
            if operator in _SHOWS:
                if font is not None and not any(spans):
                    for shown in strings:
                        yield from font.words(shown)
            elif operator == b"Tf":
                found = resources["/Font"][names[-1]]
                key = found.objgen
                if key not in fonts or key == (0, 0):
                    fonts[key] = _Font(found)
                font = fonts[key]
            elif operator in (b"BDC", b"BMC"):
                text = _own_text(names, strings, resources) if operator == b"BDC" else None
                if text is not None and not any(spans):
                    yield text
                spans.append(text is not None)
            elif operator == b"EMC" and spans:
                spans.pop()
            elif operator == b"Do":
                form = resources["/XObject"][names[-1]]
                if form.get("/Subtype") == Name.Form:
                    yield from _drawn(form, form.get("/Resources", resources), fonts)
            strings, names = [], []


def _stream(content: pikepdf.Object) -> bytes:
    """The operators of a page or form."""
    if "/Contents" not in content:
        return content.read_bytes() if isinstance(content, pikepdf.Stream) else b""
    parts = content["/Contents"]
    return (
        b"\n".join(p.read_bytes() for p in parts) if isinstance(parts, pikepdf.Array) else parts.read_bytes()
    )


def _closing(data: bytes, at: int) -> int:
    """Behind the parenthesis that ends the string begun before ``at``; pairs inside it need no backslash."""
    depth = 1
    while depth and (found := _PAREN.search(data, at)):
        depth += {b"(": 1, b")": -1}.get(found.group(), 0)
        at = found.end()
    return at


def _own_text(names: list[str], strings: list[bytes], resources: pikepdf.Object) -> str | None:
    """The /ActualText of a marked-content sequence, written beside it or among the resources."""
    if "/ActualText" in names:
        return str(pikepdf.String(strings[0])) if strings else ""
    if len(names) == 2 and "/Properties" in resources and names[1] in resources["/Properties"]:
        properties = resources["/Properties"][names[1]]
        return str(properties["/ActualText"]) if "/ActualText" in properties else None
    return None


def _unescaped(match: re.Match[bytes]) -> bytes:
    found = match.group(1)
    return (
        bytes([int(found, 8) & 0xFF])
        if found[:1].isdigit() and found[:1] < b"8"
        else _ESCAPED.get(found, found)
    )
