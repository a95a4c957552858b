"""The words a page of a PDF shows, in the order drawn. For the PDFs the converters make; not a reader for any PDF.

Read as the standard asks (ISO 32000-2, 14.9.4): /ActualText where a span has it, else /ToUnicode.

LibreOffice shows all text in one form, which a single pattern takes in (:func:`_in_one_form`); any other stream is read
token by token (:meth:`Reader._by_tokens`). Both say the same of the streams both can read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

import pikepdf
from pikepdf import Name

from evidence.letters.convert.pages import to_unicode

_KERNING = re.compile(rb">[-+.0-9\s]*+<")
"""What stands between two strings of an array."""
_FORM = re.compile(
    rb"/([^\s/<>\[\](){}%]++)\s++[-+.0-9]++\s++Tf\s*+\[?[-+.0-9\s]*+<([0-9A-Fa-f]*+)>[-+.0-9\s]*+\]?\s*+T[jJ]"
)
"""Font, then a string in digits, or an array whose strings are one without the kerning."""
_OF_OTHER_FORMS = (b"(", b"<<", b"%", b"'", b'"', b"BDC", b"BMC", b"BI", b"Do")
"""Strings as they are, comments, spans, pictures: where one of these may stand, the stream is read by tokens."""

_NUMBERS_AND_PATHS = rb"(?:[-+.0-9\s]++|(?!EMC)[A-Za-z][A-Za-z0-9*]*+)*+"
_TOKEN = re.compile(
    rb"<<|>>|<([0-9A-Fa-f\s]*)>|(\()|/([^\s/<>\[\]()]+)|([A-Za-z'\"][A-Za-z0-9*'\"]*+)" + _NUMBERS_AND_PATHS
)
"""String in digits, begin of a string as it is, name, operator. What follows an operator up to the next string or name is
passed over: operators without either show nothing, and only EMC means something."""
_PAREN = re.compile(rb"\\.|[()]", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ODD_ESCAPE = re.compile(rb"\\(?:[^0-7nrtbf()\\]|[4-7][0-7][0-7])", re.DOTALL)
"""What Python does not read in a string of its own as PDF does."""
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


class _Codes(dict[int, str]):
    """What the codes of a font stand for; the replacement character for those it does not say."""

    def __missing__(self, code: int) -> str:
        return "\ufffd"


@lru_cache(maxsize=64)
def _codes(cmap: bytes) -> _Codes:
    """Kept, because the letters of a joined file share their fonts."""
    return _Codes(to_unicode(cmap))


class _Font:
    """A font as far as words are concerned."""

    def __init__(self, font: pikepdf.Object) -> None:
        self.width = 2 if font.get("/Subtype") == Name.Type0 else 1
        self.text = _codes(font["/ToUnicode"].read_bytes()) if "/ToUnicode" in font else _Codes()

    def words(self, shown: bytes) -> str:
        codes = shown if self.width == 1 else map(int.__add__, map((256).__mul__, shown[::2]), shown[1::2])
        return "".join(map(self.text.__getitem__, codes))


class Reader:
    """Reads the pages of one document; its fonts are read once."""

    def __init__(self) -> None:
        self._fonts: dict[tuple[int, int], _Font] = {}

    def words(self, content: pikepdf.Object, resources: pikepdf.Object) -> str:
        """What the page or form ``content`` says."""
        data = _stream(content)
        shown = _in_one_form(data)
        if shown is None:
            return "".join(self._by_tokens(data, resources))
        fonts = {name: self._font(resources, name) for name in {name for name, _ in shown}}
        return "".join([fonts[name].words(string) for name, string in shown])

    def _by_tokens(self, data: bytes, resources: pikepdf.Object) -> Iterator[str]:
        font: _Font | None = None
        spans: list[bool] = []  # of the marked-content sequences that are open: has it a text of its own?
        strings: list[bytes] = []
        names: list[bytes] = []
        at = 0
        while token := _TOKEN.search(data, at):
            at = token.end()
            digits, opened, name, operator = token.groups()
            if digits is not None:
                strings.append(bytes.fromhex(digits.decode("ascii")))
            elif opened is not None:
                end = _closing(data, at)
                strings.append(_unescaped(data[at : end - 1]))
                at = end
            elif name is not None:
                names.append(name)
            elif operator is not None:
                if operator in _SHOWS:
                    if font is not None and not any(spans):
                        yield from map(font.words, strings)
                elif operator == b"Tf":
                    font = self._font(resources, names[-1])
                elif operator in (b"BDC", b"BMC"):
                    text = _own_text(names, strings, resources) if operator == b"BDC" else None
                    if text is not None and not any(spans):
                        yield text
                    spans.append(text is not None)
                elif operator == b"EMC" and spans:
                    spans.pop()
                elif operator == b"Do":
                    yield self._form(resources, names[-1])
                strings, names = [], []

    def _font(self, resources: pikepdf.Object, name: bytes) -> _Font:
        found = resources["/Font"][_key(name)]
        key = found.objgen
        if key not in self._fonts or key == (0, 0):
            self._fonts[key] = _Font(found)
        return self._fonts[key]

    def _form(self, resources: pikepdf.Object, name: bytes) -> str:
        form = resources["/XObject"][_key(name)]
        if form.get("/Subtype") != Name.Form:
            return ""
        return self.words(form, form.get("/Resources", resources))


def _key(name: bytes) -> str:
    return "/" + name.decode("latin-1")


def _stream(content: pikepdf.Object) -> bytes:
    """The operators of a page or form."""
    if "/Contents" not in content:
        return content.read_bytes() if isinstance(content, pikepdf.Stream) else b""
    parts = content["/Contents"]
    return (
        b"\n".join(p.read_bytes() for p in parts) if isinstance(parts, pikepdf.Array) else parts.read_bytes()
    )


def _in_one_form(data: bytes) -> list[tuple[bytes, bytes]] | None:
    """Fonts and what is shown in them, where every text of a stream is in the one form; else ``None``."""
    if any(mark in data for mark in _OF_OTHER_FORMS):
        return None
    found = _FORM.findall(_KERNING.sub(b"", data))
    if not len(found) == data.count(b"Tf") == data.count(b"Tj") + data.count(b"TJ"):
        return None
    return [
        (name, bytes.fromhex(b"".join([digits for _, digits in run]).decode("ascii")))
        for name, run in groupby(found, itemgetter(0))
    ]


def _closing(data: bytes, at: int) -> int:
    """Behind the parenthesis that ends the string begun before ``at``; pairs inside it need no backslash."""
    depth = 1
    while depth and (found := _PAREN.search(data, at)):
        depth += {b"(": 1, b")": -1}.get(found.group(), 0)
        at = found.end()
    return at


def _own_text(names: list[bytes], strings: list[bytes], resources: pikepdf.Object) -> str | None:
    """The /ActualText of a marked-content sequence, written beside it or among the resources."""
    if b"ActualText" in names:
        return _as_text(strings[0]) if strings else ""
    if len(names) == 2 and "/Properties" in resources and _key(names[1]) in resources["/Properties"]:
        properties = resources["/Properties"][_key(names[1])]
        return str(properties["/ActualText"]) if "/ActualText" in properties else None
    return None


def _as_text(string: bytes) -> str:
    return str(pikepdf.String(string))


def _unescaped(inner: bytes) -> bytes:
    if b"\\" not in inner:
        return inner
    if _ODD_ESCAPE.search(inner):
        return _ESCAPE.sub(_escaped, inner)
    inner = inner.replace(b"\\(", b"\\050").replace(b"\\)", b"\\051")
    return inner.decode("unicode_escape").encode("latin-1")


def _escaped(match: re.Match[bytes]) -> bytes:
    found = match.group(1)
    return (
        bytes([int(found, 8) & 0xFF])
        if found[:1].isdigit() and found[:1] < b"8"
        else _ESCAPED.get(found, found)
    )
