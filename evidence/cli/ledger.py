"""``evidence import``: ledgers and payments in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence.cli._app import App, n_
from evidence.errors import EvidenceError, ExitCode
from evidence.model.money import Money

if TYPE_CHECKING:
    from evidence.workspace.imports import ImportResult


@click.command(
    "import",
    help=n_(
        "Read ledgers (.xlsx, .xls, .ods, .csv) into the workspace as one snapshot, and lists of payments into the case "
        "file; all of it or nothing. A newer ledger is compared with the one before, and a payment it lost is an "
        "error.\n\n"
        "Example: evidence import arrears.xlsx --payments bank.xlsx"
    ),
)
@click.argument("ledgers", metavar="[LEDGER]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--payments",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help=n_("A list of payments (bank export, cashier's list); may be repeated, and stand without a ledger."),
)
@click.option("--check", is_flag=True, help=n_("Only read and report; write nothing."))
@click.option(
    "--skip-invalid", is_flag=True, help=n_("Import the clean rows and write an annotated copy of the rest.")
)
@click.option("--encoding", help=n_("Encoding of CSV files where it cannot be told: utf-8, gb18030, big5."))
@click.option("--annotated", type=click.Path(path_type=Path), help=n_("Where to write the annotated copy."))
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help=n_("The last day whose payments the ledger's paid column counts; without it the day of import."),
)
@click.option(
    "--accept-lost",
    metavar="REASON",
    help=n_("Import a ledger that lost payments all the same; the reason is kept in the journal."),
)
@click.option(
    "--after-ledger", is_flag=True, help=n_("Of the payments, take only those later than the ledger.")
)
@click.option(
    "--no-designation",
    is_flag=True,
    help=n_(
        "Item and period of the payments were filled in here, not said by the payer: keep them as a note."
    ),
)
@click.pass_obj
def import_(
    app: App,
    ledgers: tuple[Path, ...],
    payments: tuple[Path, ...],
    check: bool,
    skip_invalid: bool,
    encoding: str | None,
    annotated: Path | None,
    until: datetime | None,
    accept_lost: str | None,
    after_ledger: bool,
    no_designation: bool,
) -> None:
    if not ledgers and not payments:
        raise click.UsageError(app.t(n_("Name a ledger, or payments with --payments FILE.")))
    if accept_lost is not None and not accept_lost.strip():
        raise click.UsageError(app.t(n_("--accept-lost needs a reason.")))
    if until and not ledgers:
        raise click.UsageError(app.t(n_("--until belongs to a ledger; none is named.")))
    try:
        result = app.workspace().import_files(
            ledgers,
            payments,
            skip_invalid=skip_invalid,
            check=check,
            encoding=encoding,
            annotated=annotated,
            lang=app.lang,
            until=until.date() if until else None,
            accept_lost=(accept_lost or "").strip(),
            after_ledger=after_ledger,
            designated=not no_designation,
        )
    except EvidenceError as error:
        if app.json or all(problem.where.row is None for problem in error.problems):
            raise
        app.complain(error.problems)
        _tell_refusal(app, len(error.problems), annotated)
        raise click.exceptions.Exit(int(error.exit_code)) from None
    ledger = result.ledger
    total = Money.total((a.outstanding for a in ledger.accounts), ledger.currency)
    owing = [a for a in ledger.accounts if a.outstanding]
    if ledgers:
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
    _tell_changes(app, result)
    _tell_payments(app, result, check=check)
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
                "changes": dict(result.changes.counts) if result.changes else None,
                "lost_accepted": len(result.accepted),
                "payments": _payments_json(result),
            }
        ],
        counts={
            "rows": ledger.rows_read,
            "accounts": len(ledger.accounts),
            "owing": len(owing),
            "skipped": len(result.faults),
        },
        warnings=result.warnings,
        errors=result.faults,
        code=ExitCode.PARTIAL if result.faults else ExitCode.DONE,
    )


def _tell_refusal(app: App, faults: int, annotated: Path | None) -> None:
    """How many faults there are, and where they stand marked in a copy, or how to get one."""
    if annotated is None:
        words = n_(
            "{n} faults; nothing was imported. --annotated FILE.xlsx writes a copy with every faulty cell marked."
        )
        app.say(app.t(words, n=faults))
    else:
        words = n_("{n} faults; nothing was imported. They are marked in {path}.")
        app.say(app.t(words, n=faults, path=str(annotated)))


def _tell_changes(app: App, result: ImportResult) -> None:
    """What is new against the ledger before, in one line; `diff` has the rest."""
    if result.changes is None:
        return
    counts = result.changes.counts
    app.out(
        app.t(
            n_(
                "Against ledger {old}: {new} new in arrears, {paid} paid, {escalated} owe more, {corrected} corrected, "
                "{vanished} vanished, {lost} payments lost."
            ),
            old=result.changes.old,
            lost=counts["payment-lost"],
            **{name: counts[name] for name in ("new", "paid", "escalated", "corrected", "vanished")},
        )
    )


def _tell_payments(app: App, result: ImportResult, *, check: bool) -> None:
    if (payments := result.payments) is None:
        return
    text = (
        n_("Payments: {rows} rows read, {recorded} would be recorded, {known} known before.")
        if check
        else n_("Payments: {rows} rows read, {recorded} recorded, {known} known before.")
    )
    numbers = {"rows": payments.rows_read, "recorded": len(payments.recorded), "known": payments.known}
    app.out(app.t(text, **numbers))
    if payments.older:
        app.out(
            app.t(
                n_(
                    "{n} payments up to {day}, to which the ledger is taken to count, were left out; if it was exported "
                    "earlier, import it with its own last day: --until DATE."
                ),
                n=payments.older,
                day=payments.ledger_day.isoformat(),
            )
        )


def _payments_json(result: ImportResult) -> dict[str, object] | None:
    if (payments := result.payments) is None:
        return None
    return {
        "rows": payments.rows_read,
        "known": payments.known,
        "left_out": payments.older,
        "recorded": [
            {
                "entry": piece.journal_index if piece.journal_index >= 0 else None,
                "account": piece.account,
                "data": dict(piece.data),
                "where": piece.origin.to_json(),
            }
            for piece in payments.recorded
        ],
    }
