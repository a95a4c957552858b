"""``evidence status``: who owes what, how far each owner's letters have come, and what follows when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from evidence.cli._app import App, n_
from evidence.cli._words import segment_choice
from evidence.errors import ExitCode
from evidence.model.delivery import Grade, Outcome
from evidence.model.money import Money

if TYPE_CHECKING:
    from evidence.workspace.status import LetterState, StatusRow

STEPS = {
    "reminder": n_("reminder"),
    "demand": n_("demand"),
    "second-demand": n_("second demand"),
    "lawyer-letter": n_("lawyer letter"),
    "court": n_("court"),
}
_PAPERS = {
    "draft": n_("draft, not approved"),
    "superseded": "",  # the letter made of it stands beside it
    "offered": n_("not signed"),
    "signed": n_("signed"),
}
_PLANS = {
    "done": n_("plan done"),
    "kept": n_("plan kept"),
    "late": n_("plan late"),
    "default": n_("plan in default"),
    "demanded": n_("plan demanded"),
    "accelerated": n_("plan failed, all due"),
}


@click.command(
    help=n_(
        "List the owners with arrears: amount, oldest due date, the day limitation first bars a period, letters sent, "
        "the step reached, the next one and from when. Below: what owners stated on their letters' pages and nobody answered, "
        "and runs of letters that are not finished. "
        "-v says what each waits for. --gaps lists instead, letter by letter, what a court will ask about its delivery and is "
        "not on record.\n\nExample: evidence --json status"
    )
)
@click.option(
    "--segment",
    type=segment_choice(),
    help=n_("Only owners with this payment history, or of this kind."),
)
@click.option("--building", help=n_("Only this building, as the ledger names it."))
@click.option(
    "--gaps",
    is_flag=True,
    help=n_("What is missing to prove the delivery of each letter, and by when to have it."),
)
@click.pass_obj
def status(app: App, segment: str | None, building: str | None, gaps: bool) -> None:
    from evidence.cli._gaps import show_gaps
    from evidence.cli._replies import replies_json, tell_replies
    from evidence.workspace.claims import distinct

    if gaps:
        if segment is not None:
            raise click.UsageError(app.t(n_("--gaps lists letters; it does not go with --segment.")))
        show_gaps(app, app.workspace().delivery_gaps(building=building))
        return

    workspace = app.workspace()
    rows = [
        row for row in workspace.status(app.as_of, building=building) if segment is None or _is(row, segment)
    ]
    waiting = workspace.unanswered(building=building)
    if segment is not None:
        waiting = [one for one in waiting if any(row.account == one.account for row in rows)]
    faults = distinct(problem for row in rows for problem in row.faults)
    if rows:
        _table(app, rows)
    else:
        app.out(app.t(n_("Nobody owes anything.")))
    tell_replies(app, waiting)
    app.finish(
        [_json(app, row) for row in rows],
        counts={
            "accounts": len(rows),
            "faulty": sum(bool(row.faults) for row in rows),
            "unanswered": len(waiting),
        },
        extra={"unanswered": replies_json(waiting)},
        warnings=[run.problem() for run in workspace.open_runs()],
        errors=faults,
        code=ExitCode.PARTIAL if faults else ExitCode.DONE,
    )


def _is(row: StatusRow, segment: str) -> bool:
    return row.segment is not None and segment in (row.segment.history.value, row.segment.kind.value)


def _table(app: App, rows: list[StatusRow]) -> None:
    headers = [
        app.t(n_("Account")),
        app.t(n_("Owner")),
        app.t(n_("Outstanding")),
        app.t(n_("Overdue")),
        app.t(n_("Oldest due")),
        app.t(n_("Lapses on")),
        app.t(n_("Letters")),
    ]
    ladder = any(row.step is not None for row in rows)
    if ladder:
        headers += [app.t(n_("Step reached")), app.t(n_("Next step")), app.t(n_("Earliest"))]
    app.table(
        headers,
        [
            (
                row.account,
                row.debtor,
                _amount(row.outstanding),
                _amount(row.overdue),
                (row.oldest_due.isoformat() if row.oldest_due else "—") + ("*" if row.due_is_assumed else ""),
                _lapses(app, row),
                ", ".join(state for letter in row.letters if (state := _state(app, letter))),
                *(_steps(app, row) if ladder else ()),
            )
            for row in rows
        ],
        right=(2, 3),
    )
    owed = [row.outstanding for row in rows if row.outstanding is not None]
    currency = rows[0].currency
    total = Money.total(owed, currency)
    app.out(
        app.t(n_("{n} owners owe {total} {currency}."), n=len(owed), total=total.grouped, currency=currency)
    )
    if any(row.due_is_assumed for row in rows):
        app.out(app.t(n_("* The ledger names no due date; the end of the period is shown.")))
    if any(row.expired for row in rows):
        app.out(
            app.t(
                n_(
                    "Limitation of expired periods has run out; they are still owed. See evidence statement ACCOUNT."
                )
            )
        )
    if app.verbose:
        for row in rows:
            if row.step is not None and row.step.waiting is not None:
                app.out(f"  {app.problem_json(row.step.waiting)['message']}")


def _lapses(app: App, row: StatusRow) -> str:
    """The day the first period lapses, and how many have: ``2029-02-15, 2 expired``."""
    parts = [row.lapses_on.isoformat()] if row.lapses_on else []
    if row.expired:
        parts.append(app.t(n_("{n} expired"), n=row.expired))
    return ", ".join(parts) or "—"


def _steps(app: App, row: StatusRow) -> tuple[str, str, str]:
    """Step reached (a plan beside it), next step, and from when: a day, or what has to happen first."""
    step = row.step
    if step is None:
        return "—", "—", "—"
    reached = app.t(STEPS[step.reached.value]) if step.reached else "—"
    if row.plan is not None:
        reached += f" ({app.t(_PLANS[row.plan.state.value])})"
    following = app.t(STEPS[step.next.value]) if step.next else "—"
    if step.next is None and step.waiting is not None and step.waiting.code == "workspace.all-held":
        following = app.t(n_("— (on hold)"))
    if step.waiting is None:
        since = app.t(n_("now")) if step.next else "—"
    else:
        since = step.earliest_on.isoformat() if step.earliest_on else app.t(n_("waits"))
    return reached, following, since


def _json(app: App, row: StatusRow) -> dict[str, Any]:
    step, segment, plan = row.step, row.segment, row.plan
    return {
        "account": row.account,
        "premises": row.premises,
        "building": row.building,
        "debtor": row.debtor,
        "outstanding": row.outstanding.plain if row.outstanding is not None else None,
        "overdue": row.overdue.plain if row.overdue is not None else None,
        "held": row.held.plain if row.held is not None else None,
        "late_charge": row.late.plain if row.late is not None else None,
        "currency": row.currency,
        "oldest_due": row.oldest_due.isoformat() if row.oldest_due else None,
        "due_is_assumed": row.due_is_assumed,
        "lapses_on": row.lapses_on.isoformat() if row.lapses_on else None,
        "expired": row.expired,
        "letters": [
            {
                "number": letter.number,
                "grade": letter.grade.value,
                "events": letter.events,
                "paper": letter.paper.value if letter.paper else None,
            }
            for letter in row.letters
        ],
        "step_reached": step.reached.value if step and step.reached else None,
        "step_reached_on": step.arrived_on.isoformat() if step and step.arrived_on else None,
        "next_step": step.next.value if step and step.next else None,
        "next_step_from": step.earliest_on.isoformat() if step and step.earliest_on else None,
        "waiting_for": app.problem_json(step.waiting) if step and step.waiting else None,
        "segment": {
            "history": segment.history.value,
            "kind": segment.kind.value,
            "tone": segment.advice.tone,
            "channels": list(segment.advice.channels),
        }
        if segment
        else None,
        "plan": {
            "letter": row.plan_letter,
            "state": plan.state.value,
            "overdue": plan.overdue.plain,
            "rest": plan.rest.plain,
            "next_due": plan.next_due.due.isoformat() if plan.next_due else None,
            "demand_ends": plan.demand_ends.isoformat() if plan.demand_ends else None,
        }
        if plan
        else None,
    }


def _amount(amount: Money | None) -> str:
    """A figure, or a dash where the account cannot be reckoned."""
    return amount.grouped if amount is not None else "—"


def _state(app: App, letter: LetterState) -> str:
    """A letter's number and how well its arrival is proven, and whether somebody took it back.

    Nothing of a draft for which the approved letter stands; a paper that waits for a signature says so.
    """
    if letter.withdrawn:
        if letter.grade is Grade.NONE:
            return f"{letter.number} {app.t(n_('withdrawn'))}"
        return (
            f"{letter.number} {app.t(n_('arrived ({grade}); withdrawn too late'), grade=letter.grade.value)}"
        )
    if letter.paper is not None and letter.paper.value in _PAPERS:
        waits = _PAPERS[letter.paper.value]
        return f"{letter.number} {app.t(waits)}" if waits else ""
    if letter.grade is not Grade.NONE:
        words = n_("arrived ({grade})")
        if letter.grade is Grade.D:
            words = n_("supported only ({grade}), arrival not proven")
        elif letter.back is Outcome.REFUSED:
            words = n_("refused ({grade}), arrival for the court to judge")
        elif letter.back is Outcome.RETURNED:
            words = n_("returned ({grade}), arrival for the court to judge")
        return f"{letter.number} {app.t(words, grade=letter.grade.value)}"
    if letter.events:
        return f"{letter.number} {app.t(n_('sent, arrival not proven'))}"
    return f"{letter.number} {app.t(n_('not delivered'))}"
