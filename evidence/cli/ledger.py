"""``evidence import``: ledgers in."""

from __future__ import annotations

from pathlib import Path

import click

from evidence.cli._app import App, n_
from evidence.errors import ExitCode
from evidence.model.money import Money


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
