"""Findings in the user's language, and as JSON."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from datetime import date
from typing import Any

from evidence.claim.readiness.howto import commands
from evidence.claim.readiness.marks import Finding, Mark, Outcome, n_
from evidence.claim.readiness.pack import RulePack
from evidence.claim.readiness.table import RULES
from evidence.i18n import describe, translate
from evidence.model.period import Period, chinese_date

_TITLES = {rule.id: rule.title for rule in RULES}

_OUTCOMES = {
    Outcome.PASS: n_("pass"),
    Outcome.WARN: n_("warning"),
    Outcome.UNKNOWN: n_("unknown"),
    Outcome.FAIL: n_("fail"),
}

INPUTS = {
    "place": n_("the place of the estate"),
    "local_rules_known": n_("what the place asks for before suit"),
    "periods": n_("the claimed periods"),
    "claimed_total": n_("the total claimed"),
    "late_charge": n_("whether and how a late charge is claimed"),
    "lpr_percent": n_("the LPR"),
    "lpr_through": n_("the day up to which the LPR is known"),
    "creditor_name": n_("the provider's name"),
    "creditor_uscc": n_("the provider's unified social credit code"),
    "licence_on_file": n_("whether the business licence is on file"),
    "contracts": n_("the property service contracts"),
    "service_continued": n_("whether service went on after the contract's term"),
    "terminations": n_("whether and when the contract was ended"),
    "prices": n_("the price documents"),
    "defendants": n_("the defendants"),
    "titles": n_("the dates of ownership"),
    "occupiers": n_("tenants and other users"),
    "delivered_on": n_("the day the home was handed over"),
    "limited_capacity": n_("whether the owner's capacity is limited"),
    "whereabouts_known": n_("whether the owner's whereabouts are known"),
    "demands": n_("the demands sent"),
    "public_notices": n_("notices on site"),
    "committee_exists": n_("whether there is an owners' committee"),
    "committee_urged_on": n_("whether the owners' committee has urged payment"),
    "interruptions": n_("what interrupted limitation"),
    "texts": n_("the texts of letters and messages"),
    "contacts": n_("the record of contacts"),
    "postings": n_("what was posted"),
    "service_records": n_("the records of service"),
    "complaints": n_("the complaints"),
    "agreements": n_("instalment agreements"),
    "arbitration_clause": n_("whether the contract has an arbitration clause"),
    "disputed": n_("whether the owner disputes the claim"),
    "procedure": n_("the way chosen"),
    "court_fee": n_("the court fee"),
    "copies": n_("the number of sets"),
    "agents": n_("who acts for the plaintiff"),
    "filed": n_("the evidence file"),
}
"""The inputs of the rules, as users know them."""


RELATIONS = {
    "guard": n_("a guard"),
    "front-desk": n_("the front desk"),
    "neighbour": n_("a neighbour"),
    "minor": n_("a minor"),
    "locker": n_("a parcel locker or pick-up point"),
    "other": n_("somebody else"),
}
"""Who signed without being entitled to, in the words of the delivery room."""


@dataclass(frozen=True, slots=True)
class Words:
    """A finding in words. ``reasons`` and ``todo`` in the order of the marks; ``notes`` say what is not verified."""

    title: str
    outcome: str
    reasons: tuple[str, ...]
    todo: tuple[str, ...]
    basis: tuple[str, ...]
    notes: tuple[str, ...]


def rule_title(rule: str, lang: str) -> str:
    return translate(_TITLES[rule], lang)


def finding_words(finding: Finding, pack: RulePack, lang: str, account: str = "ACCOUNT") -> Words:
    """``lang`` is ``en``, ``zh`` or ``zh-Hant``; ``account`` is named in the commands that say what to do."""
    notes = [
        translate(
            n_("Not verified against a public text: {basis}. Have a lawyer check it before relying on it."),
            lang,
            basis=pack.in_words(cite, lang),
        )
        for cite in finding.unverified
    ]
    return Words(
        rule_title(finding.rule, lang),
        translate(_OUTCOMES[finding.outcome], lang),
        tuple(_reason(mark, pack, lang) for mark in finding.marks),
        tuple(dict.fromkeys(filter(None, (_todo(mark, pack, lang, account) for mark in finding.marks)))),
        tuple(pack.in_words(cite, lang) for cite in finding.basis),
        tuple(notes),
    )


def _todo(mark: Mark, pack: RulePack, lang: str, account: str) -> str:
    """What to do, and the command that records what is missing."""
    parts = [_fill(mark.todo, mark, pack, lang)] if mark.todo else []
    if mark.record:
        given, none = commands(mark.record, _typed(account))
        parts.append(translate(n_("Record it: {command}"), lang, command=" · ".join(given)))
        if none:
            parts.append(translate(n_("Asked, and there is none: {command}"), lang, command=none))
    return "\n".join(parts)


def _typed(account: str) -> str:
    """An account as it is typed: quoted only where a shell would stumble, which Chinese does not make it."""
    return account if re.fullmatch(r"[\w@%+=:,./-]+", account) else shlex.quote(account)


def _reason(mark: Mark, pack: RulePack, lang: str) -> str:
    faults = [describe(problem, lang)[0] for problem in mark.problems]
    return " ".join((_fill(mark.message, mark, pack, lang), *faults))


def _fill(message: str, mark: Mark, pack: RulePack, lang: str) -> str:
    params = dict(mark.params)
    if "input" in params:
        params["input"] = translate(INPUTS[str(params["input"])], lang)
    if "who" in params:
        params["who"] = ", ".join(
            translate(RELATIONS.get(word, word), lang) for word in str(params["who"]).split(", ")
        )
    if params.get("instead"):
        params["instead"] = pack.in_words(str(params["instead"]), lang)
    if lang != "en":
        params |= {name: _in_chinese(params[name]) for name in _LISTS if name in params}
        params |= {name: _in_chinese(params[name]) for name in _DAYS if name in params}
    return translate(message, lang, **params)


_LISTS = (
    "periods",
    "letters",
    "years",
    "words",
    "times",
    "who",
    "files",
    "exhibits",
    "authorities",
    "fields",
    "places",
)
_DAYS = ("day", "last", "since", "through", "known")
_MONTHS = re.compile(r"\b(\d{4})-(\d\d)/(\d{4})-(\d\d)(?!-)")
_SPAN = re.compile(r"\b(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)\b")
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def _in_chinese(value: str | int) -> str | int:
    """Machine forms inside a list of names as Chinese prints them: 2024年1月至2024年3月, 2026年11月21日, 、."""
    if isinstance(value, int):
        return value
    text = _MONTHS.sub(lambda m: Period.months(*map(int, m.groups())).chinese, value)
    text = _SPAN.sub(lambda m: Period(date.fromisoformat(m[1]), date.fromisoformat(m[2])).chinese, text)
    text = _DAY.sub(lambda m: chinese_date(date.fromisoformat(m[0])), text)
    return text.replace(", ", "、")


def _commands(mark: Mark, account: str) -> list[str]:
    given, none = commands(mark.record, _typed(account)) if mark.record else ((), "")
    return [*given, none] if none else [*given]


def finding_json(finding: Finding, pack: RulePack, lang: str, account: str = "ACCOUNT") -> dict[str, Any]:
    """The object of one rule in ``evidence ready --json``; keys, rule ids and codes are stable, texts are not.

    ``reasons`` hold what each mark says: ``code`` is stable within its rule, ``subjects`` are keys of fee periods,
    numbers of letters or names of inputs, ``commands`` record what is missing (the last of them may say that there
    is none).
    """
    words = finding_words(finding, pack, lang, account)
    return {
        "rule": finding.rule,
        "title": words.title,
        "outcome": finding.outcome.value,
        "verified": finding.verified,
        "basis": [
            {
                "cite": cite,
                "text": text,
                "verified": cite not in finding.unverified,
                "law": not cite.startswith("practice:"),
            }
            for cite, text in zip(finding.basis, words.basis, strict=True)
        ],
        "reasons": [
            {
                "code": mark.code,
                "outcome": mark.outcome.value,
                "text": reason,
                "todo": _fill(mark.todo, mark, pack, lang) if mark.todo else "",
                "subjects": list(mark.subjects),
                "commands": _commands(mark, account),
            }
            for mark, reason in zip(finding.marks, words.reasons, strict=True)
        ],
        "evidence": list(finding.seen),
        "blocks": list(finding.blocks),
    }
