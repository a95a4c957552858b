"""Which home a row means: ``1栋2单元301``, ``1-2-301``, ``A座1203``, or the same in two or three columns.

Words are kept as written; only the cut into building, unit and room is made here. What the patterns do not
cover (shops ``S-12``, parking ``B1-056``, Taiwan's ``5樓之2``) stays whole as the room: a label that somebody
recognises beats a wrong cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from evidence.intake.cells import Refusal, Value, fold, is_blank, raw, refuse_fault, said, squeeze
from evidence.model.account import Premises

# Words that say the same thing of a building. 栋 and 座 may stand side by side in one estate, so they differ.
_CLASSES = {
    **dict.fromkeys(("栋", "棟", "幢"), "栋"),
    **dict.fromkeys(("号楼", "號樓", "#楼", "#樓", "#", "楼", "樓", "号院", "號院"), "楼"),
    **dict.fromkeys(("单元", "單元", "门", "門", "梯"), "单元"),
    "座": "座",
}
_BUILDING = r"(?:号楼|號樓|#楼|#樓|号院|號院|栋|棟|幢|座|#|楼|樓)"
_UNIT = r"(?:单元|單元|门|門|梯)"
_ROOM = r"(?:室|号房|號房|房|号|號|户|戶)"
_ORDINAL = r"(?:[0-9]{1,3}[A-Z]?|[A-Z][0-9]{0,2}|[一二三四五六七八九十甲乙丙丁]{1,3})"
# The leading [^0-9A-Z]* keeps a phase or an estate (一期3栋) inside the building: two phases are two homes.
_WORDED = re.compile(
    rf"(?P<building>[^0-9A-Z]*{_ORDINAL}{_BUILDING})-?"
    rf"(?:(?P<unit>{_ORDINAL}{_UNIT}|[0-9]{{1,2}}(?=-))-?)?"
    rf"(?P<room>[A-Z]?[0-9]{{1,4}}[A-Z]?{_ROOM}?)"
)
_HYPHENS = re.compile(
    r"(?P<building>[0-9]{1,3}|[A-Z](?=-[0-9]{3}|-[0-9A-Z]{1,2}-))-"
    r"(?:(?P<unit>[0-9]{1,2}|[A-Z])-)?(?P<room>[0-9]{2,4}[A-Z]?)"
)
_UNIT_ROOM = re.compile(
    rf"(?P<unit>{_ORDINAL}{_UNIT}|[0-9]{{1,2}}(?=-))-?(?P<room>[0-9]{{2,4}}[A-Z]?{_ROOM}?)"
)
_BARE = re.compile(rf"[0-9]{{1,4}}[A-Z]?{_ROOM}?")
_MONTHS = "(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
_EXCEL_DATE = re.compile(rf"[0-9]{{1,2}}月[0-9]{{1,2}}日|[0-9]{{1,2}}-{_MONTHS}|{_MONTHS}-[0-9]{{1,2}}")


@dataclass(frozen=True, slots=True)
class Home:
    """A home as one row names it. ``numbers`` and ``words`` tell whether two spellings mean the same home."""

    premises: Premises
    account: str
    numbers: tuple[str, str, str]
    words: tuple[str, str]

    def is_same(self, other: Home) -> bool:
        """``1-2-301`` and ``1栋2单元301室`` are one home; ``1栋301`` and ``1座301`` are not."""
        mine = (self.premises.estate, *self.words)
        theirs = (other.premises.estate, *other.words)
        return self.numbers == other.numbers and all(
            one == two or not one or not two for one, two in zip(mine, theirs, strict=True)
        )


def part_text(value: Value) -> str:
    """One cell of building, unit or room as text without blanks, its width kept.

    Raises :class:`Refusal` ``intake.room-is-date`` for what Excel made of 1-12 (12 January), and
    ``intake.room-unreadable`` for other things no room is called.
    """
    refuse_fault(value)
    if isinstance(value, date | time | timedelta):
        raise Refusal("intake.room-is-date", raw=raw(value))
    if isinstance(value, bool) or (isinstance(value, float) and not (value.is_integer() and value >= 0)):
        raise Refusal("intake.room-unreadable", raw=raw(value))
    text = said(value).replace(" ", "")
    narrow = fold(text).upper()
    if _EXCEL_DATE.fullmatch(narrow):
        raise Refusal("intake.room-is-date", raw=raw(value))
    if re.fullmatch(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+", narrow):
        raise Refusal("intake.room-unreadable", raw=raw(value))
    return text[:-2] if re.fullmatch(r"[0-9]+\.0", narrow) else text


@lru_cache(maxsize=4096, typed=True)  # the rows of one home stand together
def read_home(
    room: Value,
    *,
    building: Value = "",
    unit: Value = "",
    estate: Value = "",
    phase: Value = "",
    has_building_column: bool = False,
) -> Home:
    """The home of one row from its cells.

    Raises :class:`Refusal`: ``intake.room-missing``, ``intake.room-incomplete`` (a bare 301 in a sheet whose
    building column is blank here), ``intake.room-contradicts`` (the room cell names another building or unit
    than its column), or as :func:`part_text`. ``part`` in its params names the cell at fault.
    """
    texts = {}
    for name, value in (("building", building), ("unit", unit), ("room", room), ("phase", phase)):
        try:
            texts[name] = "" if is_blank(value) else part_text(value)
        except Refusal as refusal:
            raise Refusal(refusal.code, **{**refusal.params, "part": name}) from None
    if not texts["room"]:
        raise Refusal("intake.room-missing")
    try:
        estate_text = said(estate)
    except Refusal as refusal:
        raise Refusal(refusal.code, **{**refusal.params, "part": "estate"}) from None
    cut = _cut(texts["room"], has_building=bool(texts["building"]))
    if estate_text and cut["building"].startswith(estate_text):
        cut["building"] = cut["building"][len(estate_text) :]
    for name in ("building", "unit"):
        told = texts[name]
        if told and cut[name] and _number(told) != _number(cut[name]):
            raise Refusal("intake.room-contradicts", raw=raw(room), other=told)
    chosen = {name: texts[name] or cut[name] for name in ("building", "unit")}
    if has_building_column and not chosen["building"] and _BARE.fullmatch(fold(cut["room"]).upper()):
        raise Refusal("intake.room-incomplete", raw=raw(room))
    where = texts["phase"] + chosen["building"]
    premises = Premises(estate_text, where, chosen["unit"], cut["room"])
    return Home(
        premises,
        premises.account_id,
        (_number(where), _number(premises.unit), re.sub(rf"{_ROOM}$", "", squeeze(premises.room).upper())),
        (_class(where), _class(premises.unit)),
    )


def _cut(text: str, *, has_building: bool) -> dict[str, str]:
    """Building, unit and room inside one text. The patterns see it narrow; the cut keeps its width."""
    narrow = squeeze(text).upper()
    shapes = (_WORDED, _UNIT_ROOM) if has_building else (_WORDED, _HYPHENS, _UNIT_ROOM)
    if has_building and text.count("-") == 2:
        shapes = (_HYPHENS, *shapes)  # 1-2-301 beside a building column repeats the building
    if len(narrow) == len(text):
        for shape in shapes:
            if match := shape.fullmatch(narrow):
                groups = match.groupdict()
                return {
                    name: text[slice(*match.span(name))] if groups.get(name) else ""
                    for name in ("building", "unit", "room")
                }
    return {"building": "", "unit": "", "room": text}


def _split_word(text: str) -> tuple[str, str]:
    narrow = squeeze(text).upper()
    if match := re.fullmatch(rf"(.*?)({_BUILDING}|{_UNIT})-?", narrow):
        return match[1], match[2]
    return narrow, ""


def _number(part: str) -> str:
    """``01栋`` → ``1``, ``一期3栋`` → ``一期3``: the part without its word and without leading zeros."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", _split_word(part)[0])


def _class(part: str) -> str:
    word = _split_word(part)[1]
    return _CLASSES.get(word, word)
