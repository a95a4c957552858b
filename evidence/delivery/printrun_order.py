"""The order of the clerk's round: building, unit, floor, room, as people walk it (1栋, 2栋, 10栋; 3层, 3A层, 5层).

A ledger gives building, unit and room; the floor is in the room's number: ``1203`` is on floor 12, ``3A01`` on floor 3A
(a fourth floor not called so), ``B101`` and ``地下室`` below ground. Where a room does not tell its floor, as in a row of
shops, it stands in the natural order of its name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from evidence.model.account import Premises, folded, natural_key

__all__ = ["Floor", "RoundKey", "floor_of", "floor_of_home", "parts_of", "round_key"]

Natural = tuple[tuple[int, int, str], ...]
RoundKey = tuple[tuple[bool, tuple[Natural, Natural, int, int, str, Natural]], str]

_CHINESE = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2}
_NUMERAL = r"\d{1,3}|[一二三四五六七八九十]{1,3}"
# Below ground: B1, -1, 负一层, 地下二层, 地下室.
_CELLAR = re.compile(rf"(?:b|-|负|負|地下)({_NUMERAL})?(?:f|层|層|楼|樓|室)?", re.IGNORECASE)
# 12层03室, 12楼A, 3AF-02, F12
_SAID = re.compile(rf"(?:({_NUMERAL})([a-c])?(?:f|层|層|楼|樓)|f(\d{{1,3}}))", re.IGNORECASE)
_GROUND = re.compile(r"(?:首层|首層|底层|底層|gf?(?=\d|-|$))", re.IGNORECASE)
# 301, 1203A: the last two digits are the door. 3A01: floor 3A.
_NUMBER = re.compile(r"(\d{1,3})(\d{2})(?!\d)")
# A home that the ledger's reader left whole: 1栋2单元3A01, 10栋地下室, 3幢-商铺2.
_WHOLE = re.compile(
    r"(?P<building>.*?(?:号楼|號樓|栋|棟|幢|座|#楼?))?-?(?P<unit>[^-]*?(?:单元|單元|门|門|梯))?-?(?P<room>.+)"
)
_LETTERED = re.compile(r"(\d{1,3})([a-c])-?(\d{2})(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Floor:
    """``number`` counts from the ground floor, 1; below ground from -1. ``suffix`` tells 3A from 3."""

    number: int
    suffix: str = ""

    @property
    def label(self) -> str:
        """``3A``, ``B1``: as lifts show it."""
        return f"B{-self.number}" if self.number < 0 else f"{self.number}{self.suffix}"


def floor_of(room: str) -> Floor | None:
    """The floor that a room's number or name tells; ``None`` where it tells none."""
    text = folded(room)
    if found := _CELLAR.match(text):
        if found[1]:
            return Floor(-_cellar(found[1]))
        return Floor(-1) if text.startswith("地下") else None
    if _GROUND.match(text):
        return Floor(1)
    if found := _SAID.match(text):
        return Floor(_value(found[1] or found[3]), (found[2] or "").upper())
    if found := _LETTERED.match(text):
        return Floor(int(found[1]), found[2].upper())
    if (found := _NUMBER.match(text)) and int(found[1]):  # 056 is a number, on no floor 0
        return Floor(int(found[1]))
    return None


def floor_of_home(home: Premises) -> Floor | None:
    """The floor of a home: what its room tells, or what a ledger names in place of a building (地下一层, 056).

    ``B1`` with a number beneath it may be a floor of parking places or the first building of a zone B: it tells none.
    """
    building, unit, room = parts_of(home)
    named = folded(building)
    if not unit and _CELLAR.fullmatch(named) and (floor := floor_of(named)):
        return None if named[0] in "bB" else floor
    return floor_of(room)


def round_key(home: Premises) -> RoundKey:
    """Sorts homes in the order of the round; two homes are alike only where they are the same account."""
    building, unit, room = parts_of(home)
    floor = floor_of_home(home)
    if floor is None:
        # A bare number of one or two digits (villas: 5, 12) comes before the floors, a name (商铺, 车位) after them.
        floor = Floor(0 if re.match(r"\d", unicodedata.normalize("NFKC", room)) else 10_000)
    keys = [natural_key(unicodedata.normalize("NFKC", part)) for part in (building, unit, room)]
    # B2 lies below B1: the numbers below ground are negative, so that the round goes upwards throughout.
    order = (keys[0], keys[1], floor.number, len(floor.suffix), floor.suffix, keys[2])
    # What belongs to no building (a shop on the street, a parking place) ends the round.
    return (not building and not unit, order), home.account_id


def parts_of(home: Premises) -> tuple[str, str, str]:
    """Building, unit and room; of a home that was left whole as a room, as far as its words tell."""
    if home.building or home.unit:
        return home.building, home.unit, home.room
    found = _WHOLE.fullmatch(home.room)
    if found is None or not (found["building"] or found["unit"]):
        return "", "", home.room
    return found["building"] or "", found["unit"] or "", found["room"]


def _cellar(text: str) -> int:
    """The floor below ground: B1 and B2 as they say, B101 by its first digit."""
    value = _value(text)
    return value // 100 if value >= 100 else value


def _value(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _CHINESE[text[-1]]
    return (_CHINESE[tens] if tens else 1) * 10 + (_CHINESE[ones] if ones else 0)
