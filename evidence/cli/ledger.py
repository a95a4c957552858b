"""``evidence import`` and ``evidence status``: ledgers in, who owes what out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence.cli._app import App, n_
from evidence.errors import ExitCode
from evidence.model.delivery import Grade
from evidence.model.money import Money

if TYPE_CHECKING:
    from evidence.workspace.status import LetterState


@click.command(
    "import",
    help=n_(
        "Read one or more ledgers (.xlsx, .xls, .ods, .csv) into the workspace as one snapshot.\n\n"
        "Example: evidence import arrears.xlsx"
    ),
)
@click.argument("ledgers", metavar="LEDGER...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help=n_("Only read and report; write nothing."))
@click.option(
    "--skip-invalid", is_flag=True, help=n_("Import the clean rows and write an annotated copy of the rest.")
)
@click.option("--encoding", help=n_("Encoding of CSV files where it cannot be told: utf-8, gb18030, big5."))
@click.option("--annotated", type=click.Path(path_type=Path), help=n_("Where to write the annotated copy."))
@click.pass_obj
def import_(
    app: App,
    ledgers: tuple[Path, ...],
    check: bool,
    skip_invalid: bool,
    encoding: str | None,
    annotated: Path | None,
) -> None:
    workspace = app.workspace()
    result = workspace.import_ledger(
        ledgers, skip_invalid=skip_invalid, check=check, encoding=encoding, annotated=annotated, lang=app.lang
    )
    ledger = result.ledger
    total = Money.total((a.outstanding for a in ledger.accounts), ledger.currency)
    owing = [a for a in ledger.accounts if a.outstanding]
    app.out(
        app.t(
            n_(
                "Read {rows} rows: {accounts} accounts, {owing} with arrears, {total} {currency} outstanding."
            ),
            rows=ledger.rows_read,
            accounts=len(ledger.accounts),
            owing=len(owing),
            total=total.grouped,
            currency=ledger.currency,
        )
    )
    if result.already_known:
        app.out(app.t(n_("This ledger was imported before; nothing changed.")))
    if result.annotated:
        app.out(app.t(n_("Rows left out are marked in {path}."), path=str(result.annotated)))
    app.finish(
        [
            {
                "snapshot": result.snapshot,
                "currency": ledger.currency,
                "outstanding": total.plain,
                "annotated": str(result.annotated) if result.annotated else None,
                "already_known": result.already_known,
            }
        ],
        counts={
            "rows": ledger.rows_read,
            "accounts": len(ledger.accounts),
            "owing": len(owing),
            "skipped": len(ledger.problems),
        },
        warnings=ledger.notices,
        errors=ledger.problems,
        code=ExitCode.PARTIAL if ledger.problems else ExitCode.DONE,
    )


@click.command(
    help=n_(
        "List the owners with arrears: amount, oldest due date, letters sent.\n\nExample: evidence --json status"
    )
)
@click.pass_obj
def status(app: App) -> None:
    from evidence.workspace.claims import distinct

    rows = app.workspace().status(app.as_of)
    faults = distinct(problem for row in rows for problem in row.faults)
    if rows:
        currency = rows[0].currency
        owed = [row.outstanding for row in rows if row.outstanding is not None]
        total = Money.total(owed, currency)
        app.table(
            [
                app.t(n_("Account")),
                app.t(n_("Owner")),
                app.t(n_("Outstanding")),
                app.t(n_("Overdue")),
                app.t(n_("Oldest due")),
                app.t(n_("Letters")),
            ],
            [
                (
                    row.account,
                    row.debtor,
                    _amount(row.outstanding),
                    _amount(row.overdue),
                    (row.oldest_due.isoformat() if row.oldest_due else "—")
                    + ("*" if row.due_is_assumed else ""),
                    ", ".join(_state(app, letter) for letter in row.letters),
                )
                for row in rows
            ],
            right=(2, 3),
        )
        app.out(
            app.t(
                n_("{n} owners owe {total} {currency}."), n=len(owed), total=total.grouped, currency=currency
            )
        )
        if any(row.due_is_assumed for row in rows):
            app.out(app.t(n_("* The ledger names no due date; the end of the period is shown.")))
    else:
        app.out(app.t(n_("Nobody owes anything.")))
    app.finish(
        [
            {
                "account": row.account,
                "premises": row.premises,
                "debtor": row.debtor,
                "outstanding": row.outstanding.plain if row.outstanding is not None else None,
                "overdue": row.overdue.plain if row.overdue is not None else None,
                "held": row.held.plain if row.held is not None else None,
                "late_charge": None,
                "currency": row.currency,
                "oldest_due": row.oldest_due.isoformat() if row.oldest_due else None,
                "due_is_assumed": row.due_is_assumed,
                "letters": [
                    {"number": letter.number, "grade": letter.grade.value, "events": letter.events}
                    for letter in row.letters
                ],
            }
            for row in rows
        ],
        counts={"accounts": len(rows), "faulty": sum(bool(row.faults) for row in rows)},
        errors=faults,
        code=ExitCode.PARTIAL if faults else ExitCode.DONE,
    )


def _amount(amount: Money | None) -> str:
    """A figure, or a dash where the account cannot be reckoned."""
    return amount.grouped if amount is not None else "—"


def _state(app: App, letter: LetterState) -> str:
    """A letter's number and how well its arrival is proven."""
    if letter.grade is not Grade.NONE:
        return f"{letter.number} {app.t(n_('arrived ({grade})'), grade=letter.grade.value)}"
    if letter.events:
        return f"{letter.number} {app.t(n_('sent, arrival not proven'))}"
    return f"{letter.number} {app.t(n_('not delivered'))}"
