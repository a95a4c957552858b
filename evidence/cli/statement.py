"""``evidence statement``: one owner's claim, figure by figure, for a judge with a pocket calculator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence.cli._app import App, n_

if TYPE_CHECKING:
    from evidence.claim.late_charge import Figure
    from evidence.model.events import Target
    from evidence.model.money import Money
    from evidence.model.period import Period
    from evidence.workspace.statements import Statement


@click.command(
    help=n_(
        "State what ACCOUNT owes and why: each charge with its row in the ledger, where every payment went and by which "
        "rule, and the late charge where a clause on file gives a rate; with --annex as papers for a court.\n\n"
        "Example: evidence statement 1栋2单元301"
    )
)
@click.argument("account")
@click.option(
    "--ledger-paid",
    type=click.Choice(["in-events", "before-events"]),
    default="in-events",
    help=n_(
        "How the ledger's paid column stands to the payments in the case file: it adds them up and must agree, or it "
        "holds older ones and they come on top."
    ),
)
@click.option(
    "--annex",
    type=click.Path(path_type=Path, file_okay=False),
    help=n_("Write fee statement and late-charge calculation as Word and PDF files into this folder."),
)
@click.option(
    "--full",
    is_flag=True,
    help=n_(
        "With --annex: also what 1.3 × LPR would give and which rates nobody has compared, for the office and not for a "
        "court."
    ),
)
@click.option(
    "--locale",
    type=click.Choice(["zh", "zh-Hant"]),
    help=n_("Script of the annexes; else the workspace's."),
)
@click.option(
    "--converter",
    type=click.Choice(["auto", "builtin", "libreoffice"]),
    help=n_("What turns Word files into PDF; auto takes LibreOffice where it is installed."),
)
@click.pass_obj
def statement(
    app: App,
    account: str,
    ledger_paid: str,
    annex: Path | None,
    full: bool,
    locale: str | None,
    converter: str | None,
) -> None:
    from evidence.workspace.statements import LedgerPaid

    workspace, paid = app.workspace(), LedgerPaid(ledger_paid)
    made = workspace.statement(account, app.as_of, ledger_paid=paid)
    written = (
        workspace.annexes(
            account, annex, app.as_of, ledger_paid=paid, full=full, locale=locale, converter=converter
        )
        if annex is not None
        else ()
    )
    if not app.json:
        _show(app, made)
        for one in written:
            app.out(
                app.t(n_("{title}: {docx}, {pdf}"), title=one.title, docx=str(one.docx), pdf=str(one.pdf))
            )
    files = [
        {"kind": one.kind.value, "title": one.title, "docx": str(one.docx), "pdf": str(one.pdf)}
        for one in written
    ]
    replay = made.replay
    app.finish(
        [{**made.to_json(), "annexes": files}],
        counts={
            "charges": len(replay.positions),
            "overdue": len(replay.overdue),
            "payments": len({part.payment for part in replay.allocations}),
        },
        warnings=made.warnings,
    )


def _show(app: App, made: Statement) -> None:
    replay = made.replay
    app.out(
        app.t(
            n_("Account {account}, {debtor}: statement as of {day}, from ledger {snapshot}."),
            account=replay.account.id,
            debtor=replay.account.debtor.name,
            day=replay.as_of.isoformat(),
            snapshot=made.snapshot,
        )
    )
    _charges(app, made)
    _changes(app, made)
    _payments(app, made)
    _principal(app, made)
    _expired(app, made)
    if made.late is None:
        app.out()
        app.out(app.t(n_("No clause on file gives a rate of late charge: principal only.")))
    else:
        _late(app, made)
    app.out()
    app.out(_letters_say(app, made))


def _letters_say(app: App, made: Statement) -> str:
    """What letters of this day do about the late charge. A reminder never states one."""
    if not made.claim.lines:
        return app.t(n_("Nothing is demanded on this day, so that no letter is written."))
    if made.letters_state_late:
        if made.claim.late_claimed is None:
            return app.t(
                n_("No demand or lawyer letter is written until the late charge claimed can be figured.")
            )
        return app.t(n_("Demands and lawyer letters of this day state the late charge beside the principal."))
    if made.found.states_late and made.found.paper is not None and made.late is not None:
        return app.t(
            n_("Letters claim no late charge on what an instalment agreement covers until it has failed.")
        )
    if made.found.late_policy == "none":
        return app.t(n_("Letters claim principal only and say nothing of a late charge."))
    return app.t(n_("Letters claim principal only and reserve the right to a late charge."))


def _charges(app: App, made: Statement) -> None:
    """What was billed, what became of it, and where it stands in the ledger."""
    from evidence.model.money import Money

    replay = made.replay
    currency, rows = replay.account.currency, []
    for position in replay.positions:
        if not position.outstanding:
            state = app.t(n_("settled"))
        elif not position.is_overdue(replay.as_of):
            state = app.t(n_("not yet due"))
        else:
            state = app.t(n_("overdue"))
        due = position.charge.due
        rows.append(
            (
                position.charge.item,
                _months(position.charge.period),
                due.isoformat() if due else f"{position.charge.period.end.isoformat()}*",
                position.billed.grouped,
                position.waived.grouped,
                position.paid.grouped,
                position.outstanding.grouped,
                state,
                str(position.charge.origin),
            )
        )
    sums = [
        Money.total((getattr(p, name) for p in replay.positions), currency).grouped
        for name in ("billed", "waived", "paid", "outstanding")
    ]
    app.out()
    app.table(
        [
            app.t(n_("Item")),
            app.t(n_("Period")),
            app.t(n_("Due")),
            app.t(n_("Billed")),
            app.t(n_("Waived")),
            app.t(n_("Paid")),
            app.t(n_("Owed")),
            app.t(n_("State")),
            app.t(n_("Ledger row")),
        ],
        [*rows, (app.t(n_("Total")), "", "", *sums, "", "")],
        right=(3, 4, 5, 6),
    )
    app.out(app.t(n_("Billed − waived − paid = owed, on every line and in sum.")))
    if any(position.charge.due is None for position in replay.positions):
        app.out(app.t(n_("* The ledger names no due date; the end of the period is shown.")))


def _entry(event: str) -> str:
    """``000012`` → ``#12``, the entry as `case show` numbers it."""
    return f"#{event.lstrip('0')}" if event.isdecimal() else event


def _months(period: Period) -> str:
    """A period as a reader takes it in: one month is named once."""
    first, _, last = period.iso.partition("/")
    return first if first == last else period.iso


def _about(target: Target) -> str:
    return " ".join(part for part in (target.item, _months(target.period) if target.period else "") if part)


def _changes(app: App, made: Statement) -> None:
    """Corrections and waivers, which the columns billed and waived contain; holds."""
    day = made.replay.as_of
    rows = [
        (_entry(c.id), app.t(n_("correction")), c.recorded_on, _about(c.target), c.change.grouped, c.reason)
        for c in made.events.corrections
    ]
    rows += [
        (
            _entry(w.id),
            app.t(n_("waiver")),
            w.made_on,
            _about(w.target),
            w.amount.grouped if w.amount else "",
            w.reason,
        )
        for w in made.events.waivers
        if w.made_on <= day
    ]
    if made.replay.held:
        from evidence.claim.labels import label

        rows += [
            (
                _entry(h.id),
                app.t(n_("hold")),
                h.since,
                ", ".join(filter(None, map(_about, h.targets))),
                h.amount.grouped if h.amount else "",
                label(h.reason, app.lang),
            )
            for h in made.events.holds
            if h.in_force(day)
        ]
    if not rows:
        return
    app.out()
    app.table(
        [
            app.t(n_("Entry")),
            app.t(n_("Kind")),
            app.t(n_("Day")),
            app.t(n_("Concerns")),
            app.t(n_("Amount")),
            app.t(n_("Reason")),
        ],
        [(row[0], row[1], row[2].isoformat(), *row[3:]) for row in rows],
        right=(4,),
    )


def _payments(app: App, made: Statement) -> None:
    """Every part of every payment with the rule that decided where it went."""
    from evidence.claim.labels import label

    parts = made.replay.allocations
    app.out()
    if not parts:
        app.out(app.t(n_("No payment is on file; the ledger's paid column is taken as it stands.")))
        return
    app.table(
        [
            app.t(n_("Entry")),
            app.t(n_("Received")),
            app.t(n_("Amount")),
            app.t(n_("Goes to")),
            app.t(n_("Item")),
            app.t(n_("Period")),
            app.t(n_("Rule")),
        ],
        [
            (
                _entry(part.payment),
                part.received_on.isoformat(),
                part.amount.grouped,
                label(part.part, app.lang) if part.part else app.t(n_("credit")),
                part.charge.item if part.charge else "",
                _months(part.charge.period) if part.charge else "",
                label(part.rule, app.lang),
            )
            for part in parts
        ],
        right=(2,),
    )


def _sum(app: App, made: Statement, word: str, amount: Money) -> None:
    """``Overdue principal: 220.50 CNY (人民币贰佰贰拾元伍角)``."""
    words = made.in_words(amount)
    app.out(f"{word}: {amount.grouped} {amount.currency}" + (f" ({words})" if words else ""))


def _principal(app: App, made: Statement) -> None:
    replay = made.replay
    app.out()
    _sum(app, made, app.t(n_("Overdue principal")), replay.principal)
    if replay.held:
        _sum(app, made, app.t(n_("Held, not demanded for now")), replay.held)
    if made.deferred and made.found.paper is not None:
        word = app.t(n_("Not due under agreement {letter}"), letter=made.found.paper.letter)
        _sum(app, made, word, made.deferred)
    if replay.held or made.deferred:
        _sum(app, made, app.t(n_("Principal demanded")), made.demanded)
    if replay.not_yet_due:
        _sum(app, made, app.t(n_("Not yet due, not claimed")), replay.not_yet_due)
    if replay.surplus:
        _sum(app, made, app.t(n_("The owner's credit")), replay.surplus)


def _expired(app: App, made: Statement) -> None:
    """The periods whose limitation has run out, apart; they stand among the charges and in every sum as well."""
    if not made.expired:
        return
    app.out()
    app.out(app.t(n_("Limitation has run out; still owed and claimed, but the owner may refuse to pay:")))
    app.table(
        [
            app.t(n_("Item")),
            app.t(n_("Period")),
            app.t(n_("Due")),
            app.t(n_("Last day")),
            app.t(n_("Owed")),
        ],
        [
            (
                one.term.item,
                _months(one.term.period),
                one.term.starts.isoformat() + ("*" if one.due_assumed else ""),
                one.last_day.isoformat(),
                owed.grouped,
            )
            for one, owed in made.expired
        ],
        right=(4,),
    )


def _settled(app: App, made: Statement) -> str:
    """Why nothing is claimed of the late charge of what an agreement took over; empty where it is claimed."""
    from evidence.claim.plan import LateChoice

    paper = made.found.paper
    if paper is None or not made.found.late_settled:
        return ""
    if paper.plan.late.choice is LateChoice.RESTATED:
        return app.t(
            n_(
                "Agreement {letter} turned the late charge into a sum that its instalments pay: no more is claimed."
            ),
            letter=paper.letter,
        )
    return app.t(
        n_("Agreement {letter} waives the late charge so long as it is performed: nothing is claimed of it."),
        letter=paper.letter,
    )


def _figure(app: App, figure: Figure) -> str:
    from evidence.claim.labels import label
    from evidence.claim.late_charge import Gap

    if figure.amount is not None:
        return figure.amount.grouped
    if figure.gap is Gap.RATE_ENDED and figure.day:
        return app.t(n_("not available after {day}"), day=figure.day.isoformat())
    if figure.gap is Gap.RATE_NOT_BEGUN and figure.day:
        return app.t(n_("not available before {day}"), day=figure.day.isoformat())
    return label(figure.gap, app.lang) if figure.gap else "—"


def _late(app: App, made: Statement) -> None:
    """The three figures beside each other, then the segments they are made of, then the sentences claimed."""
    from evidence.claim.claim_sentence import limit_words, rate_words

    late, clause = made.late, made.clause
    assert late is not None
    assert clause is not None
    app.out()
    app.out(
        app.t(
            n_("Late charge: {rate} ({source})"),
            rate=rate_words(clause.rate, made.locale) + (limit_words(made.locale) if clause.capped else ""),
            source=clause.source,
        )
    )
    sums = [total.grouped if total is not None else "—" for total in (late.contract, late.reference)]
    last = late.claimed.grouped if late.claimed is not None else "—"
    contract, reference, claimed = (
        app.t(n_("By the contract")),
        app.t(n_("1.3 × LPR")),
        app.t(n_("Claimed")),
    )
    app.table(
        [
            app.t(n_("Item")),
            app.t(n_("Period")),
            app.t(n_("From")),
            app.t(n_("To")),
            app.t(n_("Days")),
            contract,
            reference,
            claimed,
        ],
        [
            *(
                (
                    line.charge.item,
                    _months(line.charge.period),
                    line.start.isoformat(),
                    line.last.isoformat(),
                    str(line.days),
                    _figure(app, line.contract),
                    _figure(app, line.reference),
                    _figure(app, line.claimed) if line.outstanding is None else line.outstanding.grouped,
                )
                for line in late.lines
            ),
            (app.t(n_("Total")), "", "", "", "", *sums, last),
        ],
        right=(4, 5, 6, 7),
    )
    app.out()
    app.table(
        [
            app.t(n_("Figure")),
            app.t(n_("Period")),
            app.t(n_("From")),
            app.t(n_("To")),
            app.t(n_("Base × days × rate")),
            app.t(n_("= before rounding")),
        ],
        [
            (
                name,
                _months(line.charge.period),
                segment.first.isoformat(),
                segment.last.isoformat(),
                segment.formula + (f" ({segment.note})" if segment.note else ""),
                segment.unrounded,
            )
            for line in late.lines
            for name, figure in ((contract, line.contract), (reference, line.reference))
            for segment in figure.segments
        ],
        right=(5,),
    )
    app.out(made.method)
    if reason := _settled(app, made):
        app.out(reason)
    if made.replay.held:
        app.out(app.t(n_("What is held is not demanded and bears no late charge here.")))
    app.out()
    for sentence in made.sentences:
        app.out(f"{sentence.item} {_months(sentence.period)}: {sentence.text(made.locale)}")
    if late.claimed is not None:
        _sum(app, made, app.t(n_("Late charge claimed")), late.claimed)
    if made.credited:
        _sum(app, made, app.t(n_("Less the owner's credit")), made.credited)
    if (total := made.total) is not None:
        _sum(app, made, app.t(n_("Principal and late charge")), total)
    else:
        app.out(app.t(n_("The late charge claimed cannot be figured; no total is given.")))
