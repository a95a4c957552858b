"""The rules of a jurisdiction as data (``packs/JURISDICTION-lint.toml``), checked as they are read.

A file with any fault is refused whole, with all its faults: a rule that silently never matches would be worse
than none. How to change a rule is in ``docs/lint.zh.md``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.law.lint.folding import Folding
from evidence.law.lint.patterns import Pattern, PatternError, Words, alternatives, compile_pattern, words_of
from evidence.law.packs import JURISDICTIONS
from evidence.law.statutes import StatuteTable, load_statutes

LANGUAGES = ("zh", "zh-Hant", "en")
_HAN = re.compile("[㐀-鿿]")
_SOURCE_KEYS = {
    "id",
    "group",
    "severity",
    "title",
    "basis",
    "patterns",
    "framed",
    "frames",
    "except",
    "needs",
    "denial",
    "fallback",
    "instead",
}


class Severity(StrEnum):
    """``BLOCK``: the text must not go out. ``WARN``: somebody should look at it first."""

    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Ground:
    """A citation key (or ``practice:KEY``) and the days on which it is the one to name."""

    cite: str
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Context:
    """What the sentence around a match talks about. It counts when ``near`` is found there and ``unless`` is not."""

    near: re.Pattern[str]
    unless: re.Pattern[str] | None

    def holds_in(self, sentence: str) -> bool:
        return bool(self.near.search(sentence)) and not (self.unless and self.unless.search(sentence))


@dataclass(frozen=True, slots=True)
class LintRule:
    """``needs`` are contexts one of which must hold for the rule to count, ``excepts`` those that excuse a match,
    ``frames`` those one of which must hold in the sentence or the one before for its framed patterns.
    ``deniable``: whether 不会… before a match excuses it; ``fallback``: whether it says nothing where another rule says
    what is wrong. ``instead`` is the wording to use, by language."""

    id: str
    group: str
    severity: Severity
    title: Mapping[str, str]
    grounds: tuple[Ground, ...]
    patterns: tuple[Pattern, ...]
    excepts: tuple[str, ...]
    needs: tuple[str, ...]
    frames: tuple[str, ...]
    deniable: bool
    fallback: bool
    instead: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Denial:
    """The words by which a sentence says that something is not done (see ``judging``)."""

    strong: re.Pattern[str]
    inner: re.Pattern[str]
    always: re.Pattern[str]
    weak: re.Pattern[str]
    broken_by: re.Pattern[str]
    condition: re.Pattern[str]
    lapsed: re.Pattern[str]
    condemned: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Practice:
    """Something courts do or writers say; never law. ``verified``: the source was read and says so."""

    text: Mapping[str, str]
    verified: bool


@dataclass(frozen=True, slots=True, eq=False)
class LintPack:
    """``vocabulary``: every word a pattern cannot do without, by its first two characters. A pack equals itself alone."""

    jurisdiction: str
    checked_on: date
    rules: tuple[LintRule, ...]
    contexts: Mapping[str, Context]
    denial: Denial
    practice: Mapping[str, Practice]
    folding: Folding
    vocabulary: Mapping[str, tuple[str, ...]]
    statutes: StatuteTable

    def basis(self, rule: LintRule, on: date) -> tuple[str, ...]:
        """What ``rule`` rests on, as far as it was in force on ``on``."""
        return tuple(g.cite for g in rule.grounds if g.holds_on(on) and self._in_force(g.cite, on))

    def _in_force(self, cite: str, on: date) -> bool:
        kind, _, _ = cite.partition(":")
        return kind == "practice" or self.statutes.statutes[kind].edition_on(on) is not None

    def is_verified(self, cite: str, on: date) -> bool:
        """Whether somebody has compared the source of ``cite`` with what is said of it."""
        kind, _, key = cite.partition(":")
        return self.practice[key].verified if kind == "practice" else self.statutes.is_verified(cite, on)

    def in_words(self, cite: str, lang: str) -> str:
        """A basis as it is printed."""
        kind, _, key = cite.partition(":")
        return self.practice[key].text[lang] if kind == "practice" else self.statutes.in_words(cite, lang)


@cache
def load_lint(jurisdiction: str) -> LintPack:
    """The rules of a jurisdiction; raises ``law.unknown-jurisdiction`` where there are none."""
    path = files("evidence.law").joinpath("packs", f"{jurisdiction}-lint.toml")
    if jurisdiction not in JURISDICTIONS or not path.is_file():
        raise fail("law.unknown-jurisdiction", given=jurisdiction, known="cn")
    return lint_from(path.read_text("utf-8"), load_statutes(jurisdiction), path.name)


def lint_from(text: str, statutes: StatuteTable, name: str = "lint.toml") -> LintPack:
    """Rules from the TOML of a pack. Raises ``law.lint-pack``, one problem for each fault in it."""
    return _Reader(tomllib.loads(text), statutes, name).pack()


class _Reader:
    """Collects every fault of one file."""

    def __init__(self, raw: dict[str, Any], statutes: StatuteTable, name: str) -> None:
        self.raw, self.statutes, self.name = raw, statutes, name
        self.problems: list[Problem] = []
        groups = raw["fold"]["characters"].split()
        self.variants = {form: group[0] for group in groups for form in group[1:]}
        self.simplified = {group[0] for group in groups}
        self.sets: Words = {key: self.folded(value) for key, value in raw["words"].items()}
        self.used: set[str] = set()

    def fault(self, part: str, reason: str) -> None:
        self.problems.append(Problem("law.lint-pack", Place(file=self.name, part=part), {"reason": reason}))

    def folded(self, words: list[str]) -> tuple[str, ...]:
        """Patterns may be written in either script; inside there is one."""
        return tuple("".join(self.variants.get(char, char) for char in word) for word in words)

    def pack(self) -> LintPack:
        practice = {
            key: Practice(self.spoken(row["text"], f"practice.{key}"), row["verified"])
            for key, row in self.raw["practice"].items()
        }
        contexts = {key: self.context(key, row) for key, row in self.raw["contexts"].items()}
        rules = [self.rule(row, contexts, practice) for row in self.raw["rules"]]
        denial = self.denial(self.raw["denial"])
        ids = [rule.id for rule in rules]
        for double in sorted({one for one in ids if ids.count(one) > 1}):
            self.fault(double, "two rules have this id")
        # Every Simplified character that Big5 lacks has another form in Traditional texts: it must be in the table.
        for char in sorted({char for word in self.used for char in _HAN.findall(word)}):
            if not _in_big5(char) and char not in self.simplified:
                self.fault("fold", f"{char}: its Traditional form is missing")
        if self.problems:
            raise EvidenceError(self.problems)
        vocabulary: dict[str, tuple[str, ...]] = {}
        for word in sorted({word for r in rules for p in r.patterns for need in p.needs for word in need}):
            vocabulary[word[:2]] = (*vocabulary.get(word[:2], ()), word)
        return LintPack(
            self.raw["jurisdiction"],
            self.raw["checked_on"],
            tuple(rules),
            contexts,
            denial,
            practice,
            Folding(self.variants),
            vocabulary,
            self.statutes,
        )

    def rule(
        self, row: dict[str, Any], contexts: Mapping[str, Context], practice: Mapping[str, Practice]
    ) -> LintRule:
        part = row.get("id", "rules")
        for key in sorted(row.keys() - _SOURCE_KEYS):
            self.fault(part, f"unknown key {key!r}")
        frames = row.get("frames", ("frame",)) if row.get("framed") else ()
        for key in (*row.get("except", ()), *row.get("needs", ()), *frames):
            if key not in contexts:
                self.fault(part, f"no context is called {key!r}")
        grounds = tuple(
            Ground(one) if isinstance(one, str) else Ground(one["cite"], one.get("from"), one.get("until"))
            for one in row["basis"]
        )
        if not grounds:
            self.fault(part, "a rule rests on something")
        for ground in grounds:
            kind, _, key = ground.cite.partition(":")
            if (key not in practice) if kind == "practice" else (kind not in self.statutes.statutes):
                self.fault(part, f"{ground.cite!r} is in no table")
        return LintRule(
            row["id"],
            row["group"],
            Severity(row["severity"]),
            self.spoken(row["title"], part),
            grounds,
            (
                *self.patterns(row["patterns"], part),
                *self.patterns(row.get("framed", []), part, framed=True),
            ),
            tuple(row.get("except", ())),
            tuple(row.get("needs", ())),
            tuple(frames),
            row.get("denial", True),
            row.get("fallback", False),
            self.spoken(row["instead"], part),
        )

    def patterns(self, sources: list[str], part: str, *, framed: bool = False) -> list[Pattern]:
        found = []
        for source in self.folded(sources):
            try:
                pattern = compile_pattern(source, self.sets, framed=framed)
            except PatternError as error:
                self.fault(part, f"{source}: {error}")
                continue
            self.used.update(word for need in pattern.needs for word in need)
            found.append(pattern)
        return found

    def regex(self, sources: list[str], part: str) -> str:
        """Patterns as one alternation."""
        return "|".join(pattern.expression for pattern in self.patterns(sources, part))

    def context(self, key: str, row: dict[str, list[str]]) -> Context:
        unless = row.get("unless")
        return Context(
            re.compile(self.regex(row["near"], key)),
            re.compile(self.regex(unless, key)) if unless else None,
        )

    def denial(self, row: dict[str, list[str]]) -> Denial:
        def any_of(key: str) -> str:
            words = [word for entry in self.folded(row[key]) for word in words_of(entry, self.sets)]
            self.used.update(words)
            return alternatives(words)

        return Denial(
            strong=re.compile(any_of("strong")),
            inner=re.compile(f"{any_of('strong')}|{any_of('inner')}"),
            always=re.compile(any_of("always")),
            weak=re.compile(f"{any_of('weak')}{any_of('fillers')}{{0,4}}$"),
            broken_by=re.compile(any_of("broken_by")),
            condition=re.compile(f"{any_of('condition')}[^。，]{{0,4}}$"),
            lapsed=re.compile(f"{any_of('lapsed')}[^。，]{{0,4}}$"),
            condemned=re.compile(
                f"[^。，]{{0,14}}?{any_of('verdict_by')}[^。，]{{0,3}}?{any_of('verdict')}"
                f"|[^。，并且]{{0,10}}?{any_of('outright')}"
            ),
        )

    def spoken(self, texts: dict[str, str], part: str) -> Mapping[str, str]:
        for lang in LANGUAGES:
            if not texts.get(lang):
                self.fault(part, f"nothing is said in {lang}")
        return texts


def _in_big5(char: str) -> bool:
    try:
        char.encode("big5")
    except UnicodeEncodeError:
        return False
    return True
