"""Numbers in spellings that a run of digits is not: unusual signs between the digits, and Chinese digits.

All functions take text as :mod:`evidence.bundle.masking` folds it: one width, one case, blanks as spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Chinese digits, also as they are said (幺) and as they stand on cheques.
_HAN = "〇零○一幺壹二贰貳三叁參四肆五伍六陆陸七柒八捌九玖"
_VALUES = "0001112223334455666778899"
_TO_DIGITS = str.maketrans(_HAN, _VALUES)
_ANY = f"[0-9{_HAN}]"
_FIRST, _SECOND = "[1一幺壹]", f"[3-9{_HAN[_VALUES.index('3') :]}]"
_SIGN = r"[ \-()+/.,、·•・‧:;|*_]{1,3}"
_PAUSE = r"[ \-.,、·:]{0,2}"
# A row that goes on is a table: 135,1234,5678,22 may be a home and two readings of its meter.
_BEFORE = rf"(?<!{_ANY})(?<![0-9][,.:;|*/])"
_AFTER = rf"(?!{_ANY})(?![,.:;|*/][0-9])"
_GROUPED = re.compile(
    rf"{_BEFORE}(?:{_FIRST}{_SECOND}{_ANY}{_SIGN}{_ANY}{{4}}{_SIGN}{_ANY}{{4}}"
    r"|1[3-9][0-9]{5}[.,、·:|*][0-9]{4}"
    rf"|1[3-9][0-9][、·*][0-9]{{8}}){_AFTER}"
)
_SPOKEN = re.compile(rf"(?<!{_ANY}){_FIRST}{_PAUSE}{_SECOND}(?:{_PAUSE}{_ANY}){{9}}(?!{_ANY})")
_IDENTITY = re.compile(rf"(?<!{_ANY}){_ANY}{{17}}[0-9x{_HAN}](?!{_ANY})")
_MOSTLY = 6


def western(text: str) -> str:
    """``text`` with its Chinese digits as 0 to 9."""
    return text.translate(_TO_DIGITS)


def spelled_mobiles(folded: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and digits of mobile numbers in other spellings: 138,1234,5678, 1381234.5678, 一三八一二三四五六七八."""
    for pattern in (_GROUPED, _SPOKEN):
        for found in pattern.finditer(folded):
            if pattern is _GROUPED or _is_spoken(found[0]):
                yield found.start(), found.end(), re.sub("[^0-9]", "", western(found[0]))


def spelled_identities(folded: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and characters of what may be an identity number in Chinese digits; its check digit is not looked at."""
    for found in _IDENTITY.finditer(folded):
        if not found[0][:17].isascii():
            yield found.start(), found.end(), western(found[0]).upper()


def _is_spoken(text: str) -> bool:
    """Chinese digits for the most part; or some among others, with nothing between."""
    chinese = sum(char in _HAN for char in text)
    return chinese >= _MOSTLY or (chinese > 0 and len(text) == 11)
