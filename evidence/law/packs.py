"""Reading a jurisdiction pack: currency, statutes with their range in force, sentences that cite them.

A letter never contains an article number of its own: it asks for a sentence by key, and the pack gives the
wording in the letter's script if every statute it cites is in force on the letter's date and marked verified.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from evidence.errors import EvidenceError, Place, Problem, fail

JURISDICTIONS = ("cn", "tw", "hk")


@dataclass(frozen=True, slots=True)
class Citation:
    """A statute's article: ``in_force`` is the first day, ``until`` the last (``None``: still in force)."""

    key: str
    name: Mapping[str, str]
    in_force: date
    until: date | None
    source: str
    verified: bool

    def holds_on(self, day: date) -> bool:
        return self.in_force <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A finished sentence for letters, by locale, with the articles it rests on (``statute`` or ``statute:art``)."""

    key: str
    text: Mapping[str, str]
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LawPack:
    jurisdiction: str
    currency: str
    letters: bool
    checked_on: date
    statutes: Mapping[str, Citation]
    sentences: Mapping[str, Sentence]

    def texts(self, on: date, locale: str) -> dict[str, str]:
        """Every sentence in ``locale`` whose law holds on ``on``.

        Raises ``law.not-in-force`` naming each sentence that cites what was not in force that day or what
        nobody has verified: a letter must not be written with a hole in its legal basis.
        """
        problems = []
        texts = {}
        for sentence in self.sentences.values():
            for cite in sentence.cites:
                statute = self.statutes[cite.partition(":")[0]]
                if not statute.holds_on(on) or not statute.verified:
                    problems.append(
                        Problem(
                            "law.not-in-force",
                            Place(part=sentence.key),
                            {"statute": statute.name.get(locale, cite), "day": on.isoformat()},
                        )
                    )
            texts[sentence.key] = sentence.text[locale]
        if problems:
            raise EvidenceError(problems)
        return texts


@cache
def load_law(jurisdiction: str) -> LawPack:
    """The pack of ``cn``, ``tw`` or ``hk``; raises ``law.unknown-jurisdiction`` for anything else."""
    if jurisdiction not in JURISDICTIONS:
        raise fail("law.unknown-jurisdiction", given=jurisdiction, known=", ".join(JURISDICTIONS))
    raw = tomllib.loads(files("evidence.law").joinpath("packs", f"{jurisdiction}.toml").read_text("utf-8"))
    statutes = {
        key: Citation(
            key, row["name"], row["in_force"], row.get("until"), row["source"], row.get("verified", False)
        )
        for key, row in raw.get("statutes", {}).items()
    }
    sentences = {
        key: Sentence(key, row["text"], tuple(row.get("cites", ())))
        for key, row in raw.get("sentences", {}).items()
    }
    return LawPack(
        raw["jurisdiction"], raw["currency"], raw["letters"], raw["checked_on"], statutes, sentences
    )
