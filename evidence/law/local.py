"""Local rules on what must come before a suit, as data with a ``verified`` flag (``packs/JURISDICTION-local.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from evidence.errors import fail
from evidence.law.packs import JURISDICTIONS
from evidence.law.statutes import place_name

__all__ = ["LocalRule", "load_local_rules", "rules_for"]


@dataclass(frozen=True, slots=True)
class LocalRule:
    """What one local instrument asks for. ``demands`` 0: it says nothing about demands."""

    key: str
    names: tuple[str, ...]
    instrument: Mapping[str, str]
    article: str
    since: date | None
    demands: int
    written: bool
    notice: bool
    committee: str
    verified: bool
    source: str

    def in_words(self, locale: str) -> str:
        """《福建省物业管理条例》第四十八条. Local instruments keep their Chinese names in English, too."""
        number, _, paragraph = self.article.rstrip(")").partition("(")
        script = locale if locale in self.instrument else "zh"
        if not number:  # what an office found out in its own words
            return self.instrument[script]
        return f"《{self.instrument[script]}》" + place_name(number, paragraph or None, None, script)


def rules_for(place: str, on: date, rules: tuple[LocalRule, ...]) -> tuple[LocalRule, ...]:
    """Every rule whose place is named in ``place`` and that is in force on ``on``."""
    return tuple(
        rule
        for rule in rules
        if any(name in place for name in rule.names) and (rule.since is None or rule.since <= on)
    )


@cache
def load_local_rules(jurisdiction: str) -> tuple[LocalRule, ...]:
    """The local rules of a jurisdiction, none where its pack has no such file."""
    if jurisdiction not in JURISDICTIONS:
        raise fail("law.unknown-jurisdiction", given=jurisdiction, known=", ".join(JURISDICTIONS))
    path = files("evidence.law").joinpath("packs", f"{jurisdiction}-local.toml")
    if not path.is_file():
        return ()
    return tuple(
        LocalRule(
            row["key"],
            tuple(row["names"]),
            row["instrument"],
            row["article"],
            row.get("since"),
            row.get("demands", 0),
            row.get("written", False),
            row.get("notice", False),
            row.get("committee", ""),
            row["verified"],
            row["source"],
        )
        for row in tomllib.loads(path.read_text("utf-8"))["places"]
    )
