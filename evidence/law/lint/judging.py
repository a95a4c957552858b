"""Hits of the rules in a text, and what speaks against one.

A match counts unless

* it is denied: 不得, 禁止, 从未… stands before it in the same clause and nothing breaks the tie
  (不得以停水方式催交; but 不得再拖，否则停水), or a bare 不, 未 directly before it; what follows a denied match in
  the same sentence is denied with it (不会停水、停电，限制门禁);
* it is condemned: 停水停电催费属于违法行为;
* its sentence is about something else, as the rule's exceptions describe (管道检修期间停水).

Everything is looked up within bounds around a match, so a text takes time proportional to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import add

from evidence.errors import EvidenceError, Place, Problem
from evidence.law.lint.folding import COMMA, STOP
from evidence.law.lint.pack import LintPack, LintRule, Severity
from evidence.law.lint.patterns import Pattern

MOST_HITS = 100
"""Of one rule in one text; nobody reads more, and a hostile text must not make a list as long as itself."""

_REACH = 120  # how far the sentence around a match is looked at, either way
_LEAD = 60  # how much of the sentence before it says what a sentence is about (不交费？那就爬楼吧。)
_CLAUSE = 40  # how far before a match a denial may stand
_CHAIN = 14  # how far a denial carries from one match to the next
_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"\{[%#].*?[%#]\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Hit:
    """What a text may not say. ``span`` are offsets into the text as given, ``text`` what stands there.

    ``basis`` are citation keys in force on the day of the text; ``instead`` says by language (``zh``,
    ``zh-Hant``, ``en``) how to put it.
    """

    rule: str
    group: str
    span: tuple[int, int]
    text: str
    basis: tuple[str, ...]
    instead: Mapping[str, str]
    severity: Severity

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.BLOCK


def lint_text(text: str, on: date, pack: LintPack) -> tuple[Hit, ...]:
    """Everything in ``text``, dated ``on``, that ``pack`` objects to, in the order of the text.

    Parts of one thing that follow each other (停水停电) are one hit; of a rule at most :data:`MOST_HITS`. A warning
    inside something that blocks is left out.
    """
    plain = pack.folding.plain(text)
    present = _present(plain, pack)
    matches = sorted(_matches(plain, present, pack), key=lambda match: (match[0], -match[1]))
    if not matches:
        return ()
    kept = _without_covered(_without_fallbacks(_joined(_counting(plain, matches, pack))))
    if not kept:
        return ()
    offsets = pack.folding.offsets(text)
    hits = []
    for start, end, rule in kept:
        first, last = offsets.span(start, end)
        basis = pack.basis(rule, on)
        hits.append(
            Hit(rule.id, rule.group, (first, last), text[first:last], basis, rule.instead, rule.severity)
        )
    return tuple(hits)


def lint_template(text: str, on: date, pack: LintPack) -> tuple[Hit, ...]:
    """As :func:`lint_text` for the words of a template: its tags are blanked, offsets stay those of ``text``."""

    def blank(match: re.Match[str]) -> str:
        return " " * len(match[0])

    # A value may be anything, so nothing is read across it as one word.
    valueless = _VALUE.sub(lambda match: COMMA + " " * (len(match[0]) - 1), _TAG.sub(blank, text))
    hits = lint_text(valueless, on, pack)
    return tuple(
        Hit(h.rule, h.group, h.span, text[slice(*h.span)], h.basis, h.instead, h.severity) for h in hits
    )


def problems_of(hits: Sequence[Hit], where: Place, lang: str, pack: LintPack) -> tuple[Problem, ...]:
    """Hits as problems in words of ``lang``: ``law.forbidden-words`` (exit 9) or ``law.doubtful-words``."""
    return tuple(
        Problem(
            "law.forbidden-words" if hit.blocks else "law.doubtful-words",
            where,
            {
                "rule": hit.rule,
                "words": " ".join(hit.text.split())[:60],
                "basis": "；".join(pack.in_words(cite, lang) for cite in hit.basis) or "—",
                "instead": hit.instead[lang],
            },
        )
        for hit in hits
    )


def refuse(hits: Sequence[Hit], where: Place, lang: str, pack: LintPack) -> None:
    """Raise ``law.forbidden-words`` (exit 9), one problem a hit, where any of ``hits`` blocks."""
    blocking = [hit for hit in hits if hit.blocks]
    if blocking:
        raise EvidenceError(problems_of(blocking, where, lang, pack))


Match = tuple[int, int, LintRule, bool, bool]
"""Start, end, rule, whether a denial stands within, whether it counts only within a frame."""


def _present(plain: str, pack: LintPack) -> frozenset[str]:
    """The words of the vocabulary that occur. Most of a pack is ruled out by this alone.

    Looked up by their first two characters: the pairs of a letter are few beside the words of a pack.
    """
    index = pack.vocabulary
    heads = index.keys() & {*plain, *map(add, plain, plain[1:])}
    return frozenset(
        word for head in heads for word in index[head] if len(word) == len(head) or word in plain
    )


def _matches(plain: str, present: frozenset[str], pack: LintPack) -> Iterator[Match]:
    places = _Places(plain, present)
    for rule, patterns in _possible(pack, present):
        count = 0
        for pattern in patterns:
            for match in _found(pattern, places):
                denial = pack.denial.always if pattern.negative else pack.denial.inner
                inner = denial.search(match[0]) is not None
                yield match.start(), match.end(), rule, inner, pattern.framed
                count += 1
                if count >= 4 * MOST_HITS:
                    break


@lru_cache(maxsize=128)
def _possible(pack: LintPack, present: frozenset[str]) -> tuple[tuple[LintRule, tuple[Pattern, ...]], ...]:
    """The patterns that can match where ``present`` are the words there are: in most letters of a template the same."""
    rules = (
        (rule, tuple(pattern for pattern in rule.patterns if not _lacks(pattern, present)))
        for rule in pack.rules
    )
    return tuple((rule, patterns) for rule, patterns in rules if patterns)


def _lacks(pattern: Pattern, present: frozenset[str]) -> bool:
    return any(map(present.isdisjoint, pattern.needs))


class _Places:
    """Where the words a pattern cannot do without stand in a text; looked up once for all patterns."""

    def __init__(self, plain: str, present: frozenset[str]) -> None:
        self.plain, self.present = plain, present
        self._of_word: dict[str, list[int]] = {}
        self._of_any: dict[frozenset[str], list[int]] = {}

    def of_word(self, word: str) -> list[int]:
        if word not in self._of_word:
            self._of_word[word] = found = []
            at = self.plain.find(word)
            while at >= 0:
                found.append(at)
                at = self.plain.find(word, at + 1)
        return self._of_word[word]

    def of_any(self, words: frozenset[str]) -> list[int]:
        if words not in self._of_any:
            self._of_any[words] = sorted(at for word in words & self.present for at in self.of_word(word))
        return self._of_any[words]


def _found(pattern: Pattern, places: _Places) -> Iterator[re.Match[str]]:
    """The matches of ``pattern``, looked for only around the rarest of the words it cannot do without."""
    end = 0
    for first, last in _windows(min(map(places.of_any, pattern.needs), key=len), pattern.reach):
        for match in pattern.regex.finditer(places.plain, max(first, end), last):
            end = match.end()
            yield match


def _windows(places: Sequence[int], reach: int) -> Iterator[tuple[int, int]]:
    """Stretches of ``reach`` to either side of ``places``, and one to look ahead; those that touch are one."""
    first = last = -1
    for at in places:
        if first >= 0 and at - reach > last:
            yield first, last
            first = -1
        if first < 0:
            first = max(0, at - reach)
        last = at + reach + 1
    if first >= 0:
        yield first, last


def _counting(plain: str, matches: Sequence[Match], pack: LintPack) -> Iterator[tuple[int, int, LintRule]]:
    """The matches that count. ``matches`` are in order of place."""
    denied_until = -1
    for start, end, rule, inner, framed in matches:
        if rule.deniable:
            carried = (
                denied_until >= 0
                and start - denied_until <= _CHAIN
                and _ties(plain[denied_until:start], pack, over_comma=True)
            )
            if inner or carried or _denied(plain, start, pack):
                denied_until = max(denied_until, end)
                continue
            if pack.denial.condemned.match(plain, end):
                continue
        sentence = _sentence(plain, start, end)
        if framed:
            wider = _with_lead(plain, start, sentence)
            if not any(pack.contexts[key].holds_in(wider) for key in rule.frames):
                continue
        if rule.needs and not any(pack.contexts[key].holds_in(sentence) for key in rule.needs):
            continue
        if any(pack.contexts[key].holds_in(sentence) for key in rule.excepts):
            continue
        yield start, end, rule


def _denied(plain: str, start: int, pack: LintPack) -> bool:
    before = plain[max(0, start - _CLAUSE) : start]
    clause = before[max(before.rfind(STOP), before.rfind(COMMA)) + 1 :]
    if weak := pack.denial.weak.search(clause):
        ahead = clause[: weak.start()]
        if pack.denial.condition.search(ahead):
            return False
        # 逾期不缴停水 threatens, 逾期不影响供水 does not: after a day that passed only the strong words deny.
        return not pack.denial.lapsed.search(ahead) or bool(
            pack.denial.strong.match(plain, start - len(clause) + weak.start())
        )
    for match in pack.denial.strong.finditer(clause):
        if pack.denial.condition.search(clause[: match.start()]):
            continue
        if _ties(clause[match.end() :], pack):
            return True
    return False


def _ties(between: str, pack: LintPack, *, over_comma: bool = False) -> bool:
    """Whether a denial reaches over what stands between it and a match."""
    if STOP in between or (COMMA in between and not over_comma):
        return False
    return not pack.denial.broken_by.search(between)


def _sentence(plain: str, start: int, end: int) -> str:
    first = plain.rfind(STOP, max(0, start - _REACH), start) + 1 or max(0, start - _REACH)
    last = plain.find(STOP, end, end + _REACH)
    return plain[first : last if last >= 0 else end + _REACH]


def _with_lead(plain: str, start: int, sentence: str) -> str:
    """``sentence``, around ``start``, with the end of the one before it."""
    first = plain.rfind(STOP, max(0, start - _REACH), start)
    return sentence if first < 0 else plain[max(0, first - _LEAD) : first] + sentence


def _joined(
    found: Iterator[tuple[int, int, LintRule]],
) -> list[tuple[int, int, LintRule]]:
    """Overlapping or adjoining matches of one rule as one, in order of place."""
    joined: dict[str, list[tuple[int, int, LintRule]]] = {}
    for start, end, rule in found:
        rows = joined.setdefault(rule.id, [])
        if rows and start <= rows[-1][1] + 1:
            rows[-1] = (rows[-1][0], max(rows[-1][1], end), rule)
        elif len(rows) < MOST_HITS:
            rows.append((start, end, rule))
    return sorted((row for rows in joined.values() for row in rows), key=lambda row: (row[0], row[1]))


def _without_fallbacks(rows: list[tuple[int, int, LintRule]]) -> list[tuple[int, int, LintRule]]:
    """Without matches of rules that speak only where no other does, wherever one that blocks overlaps them."""
    said = [
        (start, end) for start, end, rule in rows if rule.severity is Severity.BLOCK and not rule.fallback
    ]
    kept = []
    at = 0
    for start, end, rule in rows:  # both in order of place
        if rule.fallback:
            while at < len(said) and said[at][1] <= start:
                at += 1
            if at < len(said) and said[at][0] < end:
                continue
        kept.append((start, end, rule))
    return kept


def _without_covered(rows: list[tuple[int, int, LintRule]]) -> list[tuple[int, int, LintRule]]:
    """Without warnings that lie within a blocking match."""
    kept = []
    covered = -1
    for start, end, rule in sorted(rows, key=lambda row: (row[0], row[2].severity, -row[1])):
        if rule.severity is Severity.BLOCK:
            covered = max(covered, end)
        elif end <= covered:
            continue
        kept.append((start, end, rule))
    return kept
