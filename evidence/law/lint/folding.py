"""Text as patterns see it, and the way back to where it stood.

Folding keeps letters, digits and Chinese characters, and two kinds of stops; everything a writer may put between
two characters of a word is dropped: blanks, line ends, dots, stars, dashes, quotation marks, brackets, the
enumeration comma 、, zero-width and combining characters. Compatibility forms become ordinary ones (NFKC), and
Traditional and variant characters the Simplified ones of the pack's table.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate

STOP = "。"
COMMA = "，"
_STOPS = frozenset("。.．｡！!？?；;")
_COMMAS = frozenset("，,﹐､：:︰")
# Between digits and Latin letters a full stop is a decimal point or part of an address; between Chinese
# characters it is as often a trick (停.水) as a stop. So only the Chinese full stop ends a sentence.
_DROPPED = frozenset(".．､")
# 停，水，停，电: single characters parted by the same sign are a word spelled out.
_SPELLED = re.compile("(?<![一-鿿])[一-鿿](?:，[一-鿿](?![一-鿿])){2,}")


class Folding(dict[int, str]):
    """A table for :meth:`str.translate` that works out each character the first time it is met."""

    def __init__(self, variants: Mapping[str, str]) -> None:
        super().__init__()
        self._variants = variants

    def __missing__(self, code: int) -> str:
        self[code] = folded = "".join(map(self._one, unicodedata.normalize("NFKC", chr(code))))
        return folded

    def _one(self, char: str) -> str:
        if char in _DROPPED:
            return ""
        if char in _STOPS:
            return STOP
        if char in _COMMAS:
            return COMMA
        if not char.isalnum():
            return ""
        return self._variants.get(char, char).lower()

    def plain(self, text: str) -> str:
        """The folded text."""
        folded = text.translate(self)
        return _SPELLED.sub(lambda run: run[0].replace(COMMA, ""), folded) if COMMA in folded else folded

    def offsets(self, text: str) -> Offsets:
        """Where in ``text`` each character of :meth:`plain` comes from."""
        return Offsets(self, text)


class Offsets:
    """Maps a span of the folded text to the span of the text it was folded from."""

    def __init__(self, folding: Folding, text: str) -> None:
        lengths = [len(folding[ord(char)]) for char in text]
        folded = text.translate(folding)
        for run in _SPELLED.finditer(folded):
            # Take the commas out of the lengths of the characters they came from.
            ends = list(accumulate(lengths))
            for at in range(run.start(), run.end()):
                if folded[at] == COMMA:
                    lengths[bisect_right(ends, at)] -= 1
        self._ends = list(accumulate(lengths))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """``start`` and ``end`` in the text, without what was dropped on either side."""
        return bisect_right(self._ends, start), bisect_right(self._ends, end - 1) + 1
