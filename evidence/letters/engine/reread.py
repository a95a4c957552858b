"""Every letter is read back from the markup just written: strictly, and each stretch of markup once.

A rendered part is markup that the template wrote, with texts in it. Between two texts stands one of a few hundred
stretches (``</w:t></w:r></w:p></w:tc><w:tc>…<w:t>``), the same in every letter and in every row of a table. The first
time a stretch is seen the strict parser reads it, between tags for what it closes and opens; kept is what it closes,
what it opens, and how it parts the texts on its two sides. The next letter is sound if its stretches are known ones and
fit together, its texts are escaped, and one element holds it all: what a parser would find, in a quarter of its time.
(That its characters may stand in XML is certain before: ``values.py`` vets the data.)

What does not fit is not judged here: :meth:`Reader.text` then returns ``None``, and a parser looks at the whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from evidence.letters.engine.package import strict_parser
from evidence.letters.engine.text import BREAKS, NOTES, SPACE, STRUCK, TEXT_BOX, T, W

MOST = 2_000
"""Stretches kept for one part: a template has some hundred."""

_TEXT = re.compile('<w:t( xml:space="preserve")?>([^<]*)</w:t>')
_TAG = re.compile(r"<(/?)([^\s/<>]+)[^<>]*?(/?)>")
# What parts texts or prints; a w:tab with attributes is a tab stop.
_MARK = re.compile(r"<w:(p)[ />]|<w:(tc)[ >]|<w:(tr)[ >]|<w:(tab)/>|<w:(noBreakHyphen)/>|<w:(br|cr)[ /]")
_PRINTED = {"tab": "\t", "noBreakHyphen": "\u2011", "br": "\n", "cr": "\n"}
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "#34": '"', "#39": "'"}
_REFERENCE = re.compile(f"&({'|'.join(_NAMED)});")
_STRAY = re.compile(f">|&(?!(?:{'|'.join(_NAMED)});)")


@dataclass(frozen=True, slots=True)
class _Stretch:
    """``closes`` innermost first, ``opens`` outermost first; ``says`` is what stands between the texts."""

    closes: tuple[str, ...]
    opens: tuple[str, ...]
    says: str


class Reader:
    """The words of one part of a template, letter after letter. Made by :func:`reader_of`."""

    def __init__(self, declared: str) -> None:
        self._declared = declared
        self._known: dict[tuple[str, bool, bool], _Stretch] = {}

    def text(self, xml: str) -> str | None:
        """What :func:`~evidence.letters.engine.text.part_text` reads in ``xml``; ``None`` where that is not certain."""
        pieces = _TEXT.split(xml)  # stretch, blanks kept or not, text, stretch, …
        said: list[str] = []
        stack: list[str] = []
        last = len(pieces) - 1
        for index in range(0, last + 1, 3):
            place = (pieces[index], index == 0, index == last)
            stretch = self._known.get(place) or self._learnt(*place)
            if stretch is None:
                return None
            for name in stretch.closes:
                if not stack or stack.pop() != name:
                    return None
            if not stack and 0 < index < last:
                return None
            stack += stretch.opens
            said.append(stretch.says)
            if index < last:
                said.append(pieces[index + 2] if pieces[index + 1] else pieces[index + 2].strip(" "))
        if stack:
            return None
        text = "".join(said)
        if ("&" in text or ">" in text) and _STRAY.search(text):
            return None
        # The first paragraph is parted from nothing.
        return _REFERENCE.sub(lambda reference: _NAMED[reference[1]], text).removeprefix("\n")

    def _learnt(self, markup: str, first: bool, last: bool) -> _Stretch | None:
        """A stretch not seen there before; ``None`` where it is no sound XML, or leaves a cell without paragraph."""
        closes: list[str] = []
        opens: list[str] = []
        for end, name, empty in _TAG.findall(markup):
            if not end:
                opens += [] if empty else [name]
            elif not opens:
                closes.append(name)
            elif opens.pop() != name:
                return None
        before = "".join(f"<{name}>" for name in reversed(closes))
        after = "".join(f"</{name}>" for name in reversed(opens))
        if last:  # with the first or last stretch, what the parser reads is one element and nothing beside it
            before = before.replace(">", f" {self._declared}>", 1)
        elif not first:
            before, after = f"<all {self._declared}>{before}", f"{after}</all>"
        try:
            etree.fromstring(f"{before}{markup}{after}", strict_parser())
        except etree.XMLSyntaxError:
            return None
        paragraphs = markup.count("</w:p></w:tc>") + markup.count("<w:p/></w:tc>")
        if paragraphs != markup.count("</w:tc>") or _TAG.sub("", markup).strip():
            return None
        if len(self._known) >= MOST:
            self._known.clear()
        stretch = self._known[markup, first, last] = _Stretch(tuple(closes), tuple(opens), _between(markup))
        return stretch


def _between(markup: str) -> str:
    """The marks of a stretch as text. It begins in a paragraph, or before the first one."""
    said: list[str] = []
    gap, first = (
        "\n",
        False,
    )  # what parts the next paragraph from the text before it; is the next cell the row's first
    for found in _MARK.finditer(markup):
        mark = found[found.lastindex or 0]
        if mark == "p":
            said.append(gap)
            gap = "\n"
        elif mark == "tr":
            first = True
        elif mark == "tc":
            gap = gap if first else "\t"
            first = False
        else:
            said.append(_PRINTED[mark])
    return "".join(said)


def reader_of(root: etree._Element) -> Reader | None:
    """A reader for what the part ``root`` is rendered to.

    ``None`` where words stand elsewhere than in the paragraphs of the page (text boxes, notes, text struck out), or ``w``
    is not Word's prefix, as it is in all files of Word and WPS.
    """
    texts = list(root.iter(T))
    plain = (
        next(root.iter(TEXT_BOX, *NOTES, *STRUCK), None) is None
        and all(element.prefix == "w" for element in root.iter(f"{W}*"))
        and all(text.items() in ([], [(SPACE, "preserve")]) for text in texts)
        and not any(BREAKS.search(text.text or "") for text in texts)
    )
    return Reader(_declarations(root.nsmap)) if plain else None


def _declarations(prefixes: Mapping[str | None, str]) -> str:
    return " ".join(
        f'xmlns:{prefix}="{uri}"' if prefix else f'xmlns="{uri}"' for prefix, uri in prefixes.items()
    )
