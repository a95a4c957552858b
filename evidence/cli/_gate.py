"""What ``issue lawyer-letter``, ``approve`` and ``bundle`` share at the gate: overrides as typed, and refusals in the user's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from evidence.cli._app import App, n_
from evidence.errors import EvidenceError, Problem

if TYPE_CHECKING:
    from evidence.workspace.readiness import Readiness

Command = Callable[..., Any]


def override_options(command: Command) -> Command:
    """``--override RULE`` and ``--reason TEXT``, both to be given several times."""
    rule = click.option(
        "--override",
        "overrides",
        metavar="RULE",
        multiple=True,
        help=n_(
            "Go on although readiness rule RULE (R01 to R42) fails; needs --reason, and is journaled. May be given "
            "several times."
        ),
    )
    reason = click.option(
        "--reason",
        "reasons",
        metavar="TEXT",
        multiple=True,
        help=n_("Why: one reason for all overrides, or one for each in their order."),
    )
    return rule(reason(command))


def overrides_of(app: App, rules: Sequence[str], reasons: Sequence[str]) -> dict[str, str]:
    """Rules to reasons. An override without any reason goes on and is refused by name, like an empty one."""
    if reasons and not rules:
        raise click.UsageError(app.t(n_("--reason goes with --override.")))
    if len(reasons) > 1 and len(reasons) != len(rules):
        raise click.UsageError(
            app.t(n_("Give one --reason for all overrides, or one for each in their order."))
        )
    given = list(reasons) or [""]
    if len(given) == 1:
        given *= len(rules)
    return {rule.upper(): reason for rule, reason in zip(rules, given, strict=True)}


@contextmanager
def in_words(app: App, on: date | None = None) -> Iterator[None]:
    """Refusals of the gate leave this block in the user's language. ``on``: the day judged, where it is not --as-of."""
    try:
        yield
    except EvidenceError as error:
        raise EvidenceError(worded(app, error.problems, on, getattr(error, "found", None))) from None


def worded(
    app: App, problems: Sequence[Problem], on: date | None = None, known: Readiness | None = None
) -> list[Problem]:
    """``readiness.blocked`` with its reasons and what to do in the user's language; all other problems as they are.

    ``known`` are the findings they come from, where whoever refused has handed them over; others are looked up.
    """
    from evidence.claim.readiness import blocked_problem

    @cache
    def found(account: str, command: str) -> Any:
        workspace = app.workspace()
        # An evidence file is judged on the day it is made, whatever --as-of says.
        return workspace.ready(account, workspace.today() if command == "bundle" else on or app.as_of)

    told = []
    for problem in problems:
        if problem.code == "readiness.blocked" and app.lang != "en":
            account, command = str(problem.params["account"]), str(problem.params["command"])
            judged = known or found(account, command)
            finding = next(one for one in judged.findings if one.rule == problem.params["rule"])
            again = blocked_problem(finding, str(problem.params["command"]), account, judged.pack, app.lang)
            problem = replace(problem, params=again.params)
        told.append(problem)
    return told
