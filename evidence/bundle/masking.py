"""What is to be covered in the copy for the other party: rules over text, and nothing about files or pages.

A rule is a pattern (identity numbers, telephone numbers, bank cards), a value of the estate's own register (names,
telephones and homes of other accounts), or one the clerk named. What belongs to the two parties stays. In doubt more is
covered: a wrong cover is seen and lifted (``keep``), a missing one is a person's data in a stranger's hands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache

from evidence.bundle.masknumbers import spelled_identities, spelled_mobiles, western
from evidence.bundle.scripts import TO_SIMPLIFIED


class MaskKind(StrEnum):
    """What was covered; the values are those of ``data/masking.json`` (docs/formats.md §5.9)."""

    ID_NUMBER = "id-number"
    MOBILE = "mobile"
    LANDLINE = "landline"
    BANK_CARD = "bank-card"
    NAME = "name"
    ROOM = "room"
    LISTED = "listed"
    AREA = "area"
    DIGEST = "digest"
    UNREADABLE = "unreadable"
    UNSEARCHED = "unsearched"
    PAGE = "page"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Hit:
    """One place to cover: characters ``start`` up to ``end`` of the text that was searched."""

    kind: MaskKind
    start: int
    end: int


_SCRIPTS = str.maketrans(TO_SIMPLIFIED)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－_~～", "-"))
_NARROW = str.maketrans({**dict.fromkeys("_~", "-"), **dict.fromkeys(map(chr, (*range(32), 127)), " ")})
# Digits with what people put between them. Not the point: that is an amount or a date.
_RUN = re.compile(r"[0-9]+[Xx]?(?:[ \-()+/]{1,3}[0-9]+[Xx]?)*")
_GROUP = re.compile(r"[0-9]+[Xx]?")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_MOBILE = re.compile(r"(?:0086|86)?0?1[3-9][0-9]{9}")
_AREA_CODE = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})")
_OLD_ID = re.compile(r"[1-9][0-9]{5}([0-9]{2})([0-9]{2})([0-9]{2})[0-9]{3}")
_CARD = re.compile(r"[3-69][0-9]{15,18}")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MOST_GROUPS = 18
# Digests are printed so long at least, and hardly one has fewer letters. A word shorter than a whole digest that
# begins or ends with a telephone number is rather what somebody is called by a messenger: 13800138000abcde.
_DIGEST, _LETTERS, _WHOLE_DIGEST = 16, 4, 32
_DOTS = frozenset("·•・‧")
_DOTTED = re.compile(r"(?<![0-9])(1[3-9][0-9])\.([0-9]{4})\.([0-9]{4})(?![0-9])")


@dataclass(frozen=True)
class Rules:
    """What to cover. ``numbers`` are telephones as digits; ``keep`` goes before everything else.

    All are compared without blanks, middle dots, width, case and script. Names of one character are passed over:
    they would cover half the text.
    """

    names: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, list[str]]:
        fields = ("names", "rooms", "numbers", "listed", "digests", "keep")
        return {name: sorted(getattr(self, name)) for name in fields}

    @classmethod
    def from_json(cls, found: Mapping[str, Iterable[str]]) -> Rules:
        return cls(**{name: frozenset(values) for name, values in found.items()})

    @cached_property
    def _words(self) -> dict[str, list[tuple[str, MaskKind]]]:
        """What is looked for as it is, by its first two characters, longest first."""
        words: dict[str, list[tuple[str, MaskKind]]] = {}
        for kind, values in (
            (MaskKind.LISTED, self.listed),
            (MaskKind.NAME, self.names),
            (MaskKind.ROOM, self.rooms),
            (MaskKind.DIGEST, self.digests),
        ):
            for value in sorted({plain(value) for value in values}):
                if len(value) >= 2:
                    words.setdefault(value[:2], []).append((value, kind))
        for found in words.values():
            found.sort(key=lambda item: -len(item[0]))
        return words

    @cached_property
    def _kept(self) -> Rules:
        return Rules(listed=self.keep)

    @cached_property
    def _numbers(self) -> frozenset[str]:
        return frozenset(re.sub(r"[^0-9]", "", number) for number in self.numbers) - {""}

    @cached_property
    def _kept_numbers(self) -> frozenset[str]:
        return frozenset(re.sub(r"[^0-9X]", "", plain(value).upper()) for value in self.keep) - {""}


def plain(text: str) -> str:
    """``text`` without blanks, middle dots, differences of width, case and script (張 as 张)."""
    return re.sub(r"[\s·•・‧]+", "", unicodedata.normalize("NFKC", text)).casefold().translate(_SCRIPTS)


def same(kind: MaskKind, found: str) -> str:
    """``found`` as it is compared with another finding of ``kind``, however either is written."""
    if kind in (MaskKind.MOBILE, MaskKind.LANDLINE, MaskKind.BANK_CARD, MaskKind.ID_NUMBER):
        digits = re.sub(r"[^0-9X]", "", western(plain(found)).upper())
        return digits[-11:] if kind is MaskKind.MOBILE else digits
    return plain(found)


def find(text: str, rules: Rules) -> list[Hit]:
    """Every place of ``text`` to cover, in order, none overlapping another."""
    folded, at = _folded(text)
    found = [*_numbers_in(folded, rules), *_words_in(folded, rules)]
    kept = list(_words_in(folded, rules._kept)) if rules.keep else []
    found = [hit for hit in found if not any(k.start <= hit.start and hit.end <= k.end for k in kept)]
    found.sort(key=lambda hit: (hit.start, -hit.end))
    chosen: list[Hit] = []
    for hit in found:
        if chosen and hit.start < chosen[-1].end:
            if hit.end > chosen[-1].end:
                chosen[-1] = Hit(chosen[-1].kind, chosen[-1].start, hit.end)
        else:
            chosen.append(hit)
    return [Hit(hit.kind, at[hit.start], at[hit.end - 1] + 1) for hit in chosen]


def masked(text: str, rules: Rules) -> str:
    """``text`` with each covered character as ``＊``, or ``*`` where it is narrow; blanks stay."""
    shown = list(text)
    for hit in find(text, rules):
        for i in range(hit.start, hit.end):
            if not shown[i].isspace():
                shown[i] = "*" if shown[i].isascii() else "＊"
    return "".join(shown)


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """``text`` in one width and case with every blank as a space, and where each of its characters came from."""
    if text.isascii():
        return _DOTTED.sub(r"\1-\2-\3", text.lower().translate(_NARROW)), range(len(text))
    parts = [_fold(char) for char in text]
    at = [i for i, part in enumerate(parts) for _ in part]
    return _DOTTED.sub(r"\1-\2-\3", "".join(parts)), at


@lru_cache(maxsize=1 << 15)
def _fold(char: str) -> str:
    if unicodedata.category(char) in ("Cf", "Mn"):
        return ""
    wide = unicodedata.normalize("NFKC", char) if char > "~" else char
    folded = wide.translate(_DASHES).casefold()
    return "".join(" " if one.isspace() or unicodedata.category(one) == "Cc" else one for one in folded)


# --- words


def _words_in(folded: str, rules: Rules) -> Iterator[Hit]:
    """Names, homes and listed values, wherever blanks may stand inside them."""
    words = rules._words
    if not words:
        return
    tight = [i for i, char in enumerate(folded) if char != " " and char not in _DOTS]
    text = "".join(folded[i] for i in tight).translate(_SCRIPTS)
    place = 0
    while place < len(text) - 1:
        for value, kind in words.get(text[place : place + 2], ()):
            if text.startswith(value, place):
                start, end = tight[place], tight[place + len(value) - 1] + 1
                if kind is MaskKind.DIGEST or _whole(folded, start, end):
                    yield Hit(kind, start, end)
                    break
        place += 1


def _whole(folded: str, start: int, end: int) -> bool:
    """Not part of a longer number: 1栋2单元30 is not in 1栋2单元301, nor 1栋 in 11栋."""
    cut_before = start > 0 and folded[start].isdigit() and folded[start - 1].isdigit()
    cut_after = end < len(folded) and folded[end - 1].isdigit() and folded[end].isdigit()
    return not (cut_before or cut_after)


# --- numbers


def _numbers_in(folded: str, rules: Rules) -> Iterator[Hit]:
    yield from _spelled(folded, rules)
    for run in _RUN.finditer(folded):
        groups = [(run.start() + g.start(), g[0].upper()) for g in _GROUP.finditer(run[0])]
        taken = 0
        while taken < len(groups):
            for last in range(min(len(groups), taken + _MOST_GROUPS), taken, -1):
                parts = [text for _, text in groups[taken:last]]
                kind = _kind_of(parts, rules)
                if kind is None and parts[-1].endswith("X"):
                    # No check character but the next word's beginning: 13800138000xiaoli.
                    parts[-1] = parts[-1][:-1]
                    kind = _kind_of(parts, rules)
                start, end = groups[taken][0], groups[last - 1][0] + len(parts[-1])
                whole = "".join(parts)
                # No digest has a day and a check character that fit, in eighteen digits of its own.
                if kind is not None and (_is_id_number(whole) or not _in_digest(folded, start, end)):
                    if not rules._kept_numbers & {whole, whole[-11:] if kind is MaskKind.MOBILE else whole}:
                        yield Hit(kind, start, end)
                    taken = last
                    break
            else:
                taken += 1


def _spelled(folded: str, rules: Rules) -> Iterator[Hit]:
    for start, end, digits in spelled_mobiles(folded):
        if digits not in rules._kept_numbers:
            yield Hit(MaskKind.MOBILE, start, end)
    for start, end, text in spelled_identities(folded):
        if _is_id_number(text) and text not in rules._kept_numbers:
            yield Hit(MaskKind.ID_NUMBER, start, end)


def _kind_of(parts: list[str], rules: Rules) -> MaskKind | None:
    """What the groups of digits ``parts`` are when read as one number; ``None`` for an ordinary one."""
    whole = "".join(parts)
    if "X" in whole[:-1]:
        return None
    if _is_id_number(whole):
        return MaskKind.ID_NUMBER
    if "X" in whole:
        return None
    few = len(parts) <= 3 or all(len(part) == 1 for part in parts)
    if few and _MOBILE.fullmatch(whole):
        return MaskKind.MOBILE
    if len(parts) == 1 and (old := _OLD_ID.fullmatch(whole)) and _is_day(f"19{old[1]}", old[2], old[3]):
        return MaskKind.ID_NUMBER
    if _CARD.fullmatch(whole) and _is_card(parts, whole):
        return MaskKind.BANK_CARD
    if _is_landline(parts, whole):
        return MaskKind.LANDLINE
    if whole in rules._numbers and len(whole) >= 5:
        return MaskKind.MOBILE if len(whole) == 11 else MaskKind.LANDLINE
    return None


def _is_id_number(text: str) -> bool:
    """公民身份号码 of eighteen places (GB 11643-1999): a day that exists and the right check character."""
    if (
        len(text) != 18
        or not text[:17].isdigit()
        or text[0] == "0"
        or not _is_day(text[6:10], text[10:12], text[12:14])
    ):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _ID_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == text[17]


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        return 1880 <= date(int(year), int(month), int(day)).year <= 2100
    except ValueError:
        return False


def _is_card(parts: list[str], whole: str) -> bool:
    """A card's number: written in one, or in fours; its check digit is that of ISO/IEC 7812."""
    if len(parts) > 1 and not all(len(part) == 4 for part in parts[:-1]):
        return False
    total = 0
    for i, digit in enumerate(reversed(whole)):
        value = int(digit) * (1 + i % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_landline(parts: list[str], whole: str) -> bool:
    """An area code with seven or eight digits after it, written in one, in two, or the number in halves."""
    code = _AREA_CODE.match(whole)
    if code is None or len(whole) - len(code[0]) not in (7, 8):
        return False
    return len(parts) == 1 or (parts[0] == code[0] and len(parts) <= 3)


def _in_digest(folded: str, start: int, end: int) -> bool:
    """Whether the digits stand inside a long hexadecimal word, as digests are printed."""
    first, last = start, end
    while start > 0 and folded[start - 1].isascii() and folded[start - 1].isalnum():
        start -= 1
    while end < len(folded) and folded[end].isascii() and folded[end].isalnum():
        end += 1
    token = folded[start:end]
    letters = sum(char.isalpha() for char in token)
    if len(token) < _WHOLE_DIGEST and (start == first or end == last):
        return False
    return len(token) >= _DIGEST and letters >= _LETTERS and bool(_HEX.fullmatch(token))


@dataclass(slots=True)
class Tally:
    """What was covered, counted by exhibit, page and kind."""

    counts: dict[tuple[int, int, MaskKind], int] = field(default_factory=dict)

    def add(self, exhibit: int, page: int, kind: MaskKind, count: int = 1) -> None:
        key = (exhibit, page, kind)
        self.counts[key] = self.counts.get(key, 0) + count

    def rows(self) -> list[tuple[int, int, MaskKind, int]]:
        return [(*key, count) for key, count in sorted(self.counts.items())]
