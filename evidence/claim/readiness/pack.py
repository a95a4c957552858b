"""A jurisdiction's readiness rules as data: legal basis, figures. The words nobody may send are the lint's."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from evidence.errors import fail
from evidence.law.calendar import Calendar, load_calendar
from evidence.law.lint import LintPack, load_lint
from evidence.law.local import LocalRule, load_local_rules
from evidence.law.statutes import StatuteTable, load_statutes

__all__ = ["Figure", "Practice", "Region", "RuleData", "RulePack", "load_rules"]


class Region(StrEnum):
    """How courts of the place treat a missing demand: as a precondition of suit, or not. Strict is the default."""

    STRICT = "strict"
    LENIENT = "lenient"


@dataclass(frozen=True, slots=True)
class RuleData:
    """``later`` names what the rule examines that is made later (``bundle``); it answers unknown until then."""

    basis: tuple[str, ...]
    blocks: tuple[str, ...]
    later: str = ""


@dataclass(frozen=True, slots=True)
class Practice:
    """Something courts do or writers say; never law. ``verified``: the source was read and says so."""

    text: Mapping[str, str]
    verified: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A number a rule uses. ``kind``: ``law``, ``inference`` from law, or ``policy``."""

    value: Decimal
    kind: str
    basis: str


@dataclass(frozen=True, slots=True)
class RulePack:
    jurisdiction: str
    region: Region
    rules: Mapping[str, RuleData]
    practice: Mapping[str, Practice]
    figures: Mapping[str, Figure]
    lint: LintPack
    local: tuple[LocalRule, ...]
    statutes: StatuteTable
    calendar: Calendar

    def number(self, figure: str) -> int:
        """A figure that counts something."""
        return int(self.figures[figure].value)

    def is_verified(self, basis: str, on: date) -> bool:
        """Whether a basis has been checked on ``on``: a statute's text, a local rule's, or what a practice rests on."""
        kind, _, key = basis.partition(":")
        if kind == "practice":
            return self.practice[key].verified
        if kind == "local":
            return next(rule.verified for rule in self.local if rule.key == key)
        return self.statutes.is_verified(basis, on)

    def in_words(self, basis: str, lang: str) -> str:
        """A basis as it is printed, in the user's language."""
        kind, _, key = basis.partition(":")
        if kind == "practice":
            return self.practice[key].text[lang]
        if kind == "local":
            return next(rule.in_words(lang) for rule in self.local if rule.key == key)
        return self.statutes.in_words(basis, lang)


def load_rules(jurisdiction: str, region: str = "strict") -> RulePack:
    """The rules of ``jurisdiction`` for courts of ``region`` (``strict`` or ``lenient``).

    Raises ``readiness.no-rules`` for a jurisdiction whose pack has none, ``readiness.region`` for another word.
    """
    try:
        chosen = Region(region)
    except ValueError:
        raise fail("readiness.region", given=region, known=", ".join(Region)) from None
    return replace(_load(jurisdiction), region=chosen)


@cache
def _load(jurisdiction: str) -> RulePack:
    path = files("evidence.law").joinpath("packs", f"{jurisdiction}-rules.toml")
    # The name of a jurisdiction is one of a few words, so a path cannot be made of it.
    if not jurisdiction.isalpha() or not path.is_file():
        raise fail("readiness.no-rules", jurisdiction=jurisdiction)
    raw = tomllib.loads(path.read_text("utf-8"))
    lint = load_lint(jurisdiction)
    return RulePack(
        jurisdiction,
        Region.STRICT,
        {
            key: RuleData(tuple(row["basis"]), tuple(row["blocks"]), row.get("later", ""))
            for key, row in raw["rules"].items()
        },
        # Marks of R24 name what the lint rests on, so its entries are known here too.
        {key: Practice(row.text, row.verified) for key, row in lint.practice.items()}
        | {key: Practice(row["text"], row["verified"]) for key, row in raw["practice"].items()},
        {
            key: Figure(Decimal(row["value"]), row["kind"], row["basis"])
            for key, row in raw["figures"].items()
        },
        lint,
        load_local_rules(jurisdiction),
        load_statutes(jurisdiction),
        load_calendar(jurisdiction),
    )
