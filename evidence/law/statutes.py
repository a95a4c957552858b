"""Which text of which statute was in force on which day, as data (``packs/JURISDICTION-statutes.toml``).

A *citation key* names a place in a statute: ``civil-code:944(2)`` is 《民法典》第九百四十四条第二款,
``civil-procedure:122[1]`` is 第一百二十二条第一项. :func:`place_name` puts it into words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from evidence.errors import fail
from evidence.law.packs import JURISDICTIONS

__all__ = [
    "Edition",
    "Move",
    "Statute",
    "StatuteTable",
    "Topic",
    "load_statutes",
    "place_name",
    "plain_title",
    "statutes_from",
]

_DIGITS = "零一二三四五六七八九"
_KEY = re.compile(
    r"(?P<statute>[a-z0-9-]+)(?::(?P<article>\d+)(?:\((?P<paragraph>\d+)\))?(?:\[(?P<item>\d+)\])?)?"
)


@dataclass(frozen=True, slots=True)
class Edition:
    """One text of a statute and the days it was in force, both included (``until`` ``None``: still).

    ``verified`` says that the text was compared with a public copy; ``doubtful`` lists what of this row rests
    on memory. ``amended`` is the year printed in a title such as （2023年修正）, ``articles`` how many there are.
    """

    since: date
    until: date | None
    verified: bool
    doubtful: tuple[str, ...]
    source: str
    amended: int | None = None
    articles: int | None = None

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Move:
    """Since ``since`` the content of ``article`` stands elsewhere: at ``now``, or where ``topic`` is regulated."""

    article: int
    since: date
    now: str
    topic: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Statute:
    key: str
    name: Mapping[str, str]
    aliases: tuple[str, ...]
    number: str
    replaced_by: str
    editions: tuple[Edition, ...]
    moved: tuple[Move, ...]

    def edition_on(self, day: date) -> Edition | None:
        """The text in force on ``day``."""
        return next((edition for edition in self.editions if edition.holds_on(day)), None)


@dataclass(frozen=True, slots=True)
class TopicRow:
    cite: str
    since: date
    until: date | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """A matter and where it was regulated, by day; ``verified`` of a row is about this mapping."""

    key: str
    name: Mapping[str, str]
    rows: tuple[TopicRow, ...]


@dataclass(frozen=True, slots=True)
class StatuteTable:
    jurisdiction: str
    checked_on: date
    statutes: Mapping[str, Statute]
    topics: Mapping[str, Topic]
    by_name: Mapping[str, tuple[str, ...]]
    short_names: re.Pattern[str]
    """``by_name`` maps every plain title and alias to the statutes that bear it; ``short_names`` finds one in a text."""

    def regulated(self, topic: str, on: date) -> TopicRow | None:
        """Where ``topic`` is regulated on ``on``; ``None`` where nothing is on file for that day."""
        for row in self.topics[topic].rows:
            if row.since <= on and (row.until is None or on <= row.until):
                return row
        return None

    def new_place(self, move: Move, on: date) -> str:
        """The citation key of what moved, on a day."""
        row = self.regulated(move.topic, on) if move.topic else None
        return row.cite if row else move.now

    def is_verified(self, cite: str, on: date) -> bool:
        """Whether the text of ``cite`` in force on ``on`` was compared with a public copy."""
        edition = self.statutes[cite.partition(":")[0]].edition_on(on)
        return edition is not None and edition.verified

    def in_words(self, cite: str, locale: str) -> str:
        """``civil-code:944(2)`` → 《中华人民共和国民法典》第九百四十四条第二款; in English ``Civil Code art. 944(2)``."""
        found = _KEY.fullmatch(cite)
        if found is None:
            raise ValueError(f"not a citation key: {cite!r}")
        name = self.statutes[found["statute"]].name[locale]
        if locale == "en":
            place = f" art. {found['article']}" if found["article"] else ""
            return name + place + "".join(f"({part})" for part in (found["paragraph"], found["item"]) if part)
        return f"《{nested(name)}》" + place_name(found["article"], found["paragraph"], found["item"], locale)


def plain_title(title: str) -> str:
    """A title without what varies from writer to writer: inner quotation marks, the state's and the court's name."""
    bare = re.sub(r"[《》〈〉<>\s]", "", title)
    return re.sub(r"中华人民共和国|中華人民共和國|最高人民法院", "", bare)


def nested(name: str) -> str:
    """A title as it stands inside 《》: inner 《》 become 〈〉."""
    return name.replace("《", "〈").replace("》", "〉")


def place_name(article: str | None, paragraph: str | None, item: str | None, locale: str) -> str:
    """第九百四十四条第二款第一项, in the script of ``locale``; empty without an article."""
    if not article:
        return ""
    words = f"第{chinese_number(int(article))}{'條' if locale == 'zh-Hant' else '条'}"
    if paragraph:
        words += f"第{chinese_number(int(paragraph))}款"
    if item:
        words += (
            f"第{chinese_number(int(item))}项" if locale != "zh-Hant" else f"第{chinese_number(int(item))}項"
        )
    return words


def chinese_number(value: int) -> str:
    """1 to 9999 as articles are counted: 944 → 九百四十四, 1033 → 一千零三十三, 12 → 十二."""
    if not 0 < value < 10_000:
        raise ValueError(f"no article number: {value}")
    text, gap = "", False
    for digit, unit in zip(f"{value:04d}", ("千", "百", "十", ""), strict=True):
        if digit == "0":
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[int(digit)] + unit
        gap = False
    return text[1:] if text.startswith("一十") else text


@cache
def load_statutes(jurisdiction: str) -> StatuteTable:
    """The table of a jurisdiction; raises ``law.unknown-jurisdiction`` where there is none."""
    path = files("evidence.law").joinpath("packs", f"{jurisdiction}-statutes.toml")
    if jurisdiction not in JURISDICTIONS or not path.is_file():
        raise fail("law.unknown-jurisdiction", given=jurisdiction, known="cn")
    return statutes_from(path.read_text("utf-8"))


def statutes_from(text: str) -> StatuteTable:
    """A table from the TOML of a pack (the form is described in ``packs/cn-statutes.toml``)."""
    raw = tomllib.loads(text)
    statutes = {key: _statute(key, row) for key, row in raw["statutes"].items()}
    topics = {
        key: Topic(
            key,
            row["name"],
            tuple(TopicRow(c["cite"], c["from"], c.get("until"), c["verified"]) for c in row["cites"]),
        )
        for key, row in raw.get("topics", {}).items()
    }
    names: dict[str, dict[str, None]] = {}
    for statute in statutes.values():
        for name in (statute.name["zh"], statute.name["zh-Hant"], *statute.aliases):
            names.setdefault(plain_title(name), {})[statute.key] = None
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return StatuteTable(
        raw["jurisdiction"],
        raw["checked_on"],
        statutes,
        topics,
        {name: tuple(keys) for name, keys in names.items()},
        re.compile("|".join(map(re.escape, longest_first))),
    )


def _statute(key: str, row: Mapping[str, Any]) -> Statute:
    editions = tuple(
        Edition(
            e["from"],
            e.get("until"),
            e["verified"],
            tuple(e.get("doubtful", ())),
            e["source"],
            e.get("amended"),
            e.get("articles"),
        )
        for e in row["editions"]
    )
    moved = tuple(
        Move(m["article"], m["since"], m.get("now", ""), m.get("topic", ""), m["verified"])
        for m in row.get("moved", ())
    )
    return Statute(
        key,
        row["name"],
        tuple(row.get("aliases", ())),
        row.get("number", ""),
        row.get("replaced_by", ""),
        editions,
        moved,
    )
