"""All rules over one case: findings, and which of them stop a command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from evidence.claim.readiness.facts import CaseFacts
from evidence.claim.readiness.marks import SEVERITY, Finding, Mark, Outcome, n_, unknown
from evidence.claim.readiness.pack import RulePack
from evidence.claim.readiness.table import RULES, Rule
from evidence.claim.readiness.words import finding_words, rule_title
from evidence.model.problem import Place, Problem


def evaluate(facts: CaseFacts, pack: RulePack, on: date) -> tuple[Finding, ...]:
    """The finding of every rule of the pack on ``on`` (the day of filing, +08:00), in order of the rules."""
    return tuple(_find(rule, facts, pack, on) for rule in RULES if rule.id in pack.rules)


def _find(rule: Rule, facts: CaseFacts, pack: RulePack, on: date) -> Finding:
    data = pack.rules[rule.id]
    marks = [_missing(name) for name in rule.inputs if getattr(facts, name) is None]
    marks += rule.check(facts, pack, on)
    if any(mark.outcome is not Outcome.PASS for mark in marks):
        marks = [mark for mark in marks if mark.outcome is not Outcome.PASS]
    outcome = max((mark.outcome for mark in marks), key=SEVERITY.__getitem__)
    basis = dict.fromkeys((*data.basis, *(cite for mark in marks for cite in mark.basis)))
    return Finding(
        rule.id,
        outcome,
        tuple(marks),
        tuple(basis),
        tuple(cite for cite in basis if not pack.is_verified(cite, on)),
        tuple(dict.fromkeys(name for mark in marks for name in mark.seen if name)),
        data.blocks,
    )


def _missing(name: str) -> Mark:
    if name == "filed":
        return unknown(
            "not-examined",
            n_("Examined on the evidence file itself, before it is sealed."),
            "",
            subjects=[name],
            record=name,
        )
    return unknown(
        "missing-input",
        n_("Not recorded: {input}."),
        "",
        subjects=[name],
        input=name,
        record=name,
    )


def blocking(
    findings: Iterable[Finding],
    command: str,
    overrides: Mapping[str, str] | None = None,
    *,
    pack: RulePack | None = None,
    account: str = "ACCOUNT",
) -> tuple[Problem, ...]:
    """What stops ``command`` (``lawyer-letter`` or ``bundle``): its failing rules without an override.

    ``overrides`` maps rule ids to the reason a person gave; each use has to be journaled by the caller. An
    override without a reason, or of a rule nobody knows, is a problem of its own. With ``pack`` each problem says in
    English why the rule fails and what to do, naming ``account``; the edge words it anew in the user's language.
    """
    given = dict(overrides or {})
    known = {rule.id for rule in RULES}
    problems = [
        Problem("readiness.override-unknown", Place(part=rule), {"rule": rule})
        for rule in given
        if rule not in known
    ]
    problems += [
        Problem("readiness.override-reason", Place(part=rule), {"rule": rule})
        for rule, reason in given.items()
        if rule in known and not reason.strip()
    ]
    problems += [
        blocked_problem(finding, command, account, pack)
        for finding in findings
        if finding.outcome is Outcome.FAIL and command in finding.blocks and finding.rule not in given
    ]
    return tuple(problems)


def _one_line(todo: Iterable[str], lang: str) -> str:
    """Several things to do in one line: advice ends in its own full stop, a command is set off from what follows."""
    blank, then = (" ", "; ") if lang == "en" else ("", "；")
    line = ""
    for part in (part for told in todo for part in told.split("\n")):
        line += part if not line else (blank if line[-1] in ".。" else then) + part
    return line


def blocked_problem(
    finding: Finding, command: str, account: str, pack: RulePack | None, lang: str = "en"
) -> Problem:
    """``readiness.blocked`` for one failing rule, with its reasons and what to do in ``lang``."""
    title, reason, todo = rule_title(finding.rule, lang), "", ""
    if pack is not None:
        words = finding_words(finding, pack, lang, account)
        failing = [i for i, mark in enumerate(finding.marks) if mark.outcome is Outcome.FAIL]
        between = " " if lang == "en" else ""  # Chinese sentences follow each other without a blank
        reason = between.join(words.reasons[i] for i in failing)
        todo = _one_line(words.todo, lang)
    return Problem(
        "readiness.blocked",
        Place(part=account),
        {
            "rule": finding.rule,
            "title": title,
            "command": command,
            "account": account,
            "reason": reason,
            "todo": todo,
        },
    )
