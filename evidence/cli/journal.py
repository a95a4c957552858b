"""``evidence journal``: look at the record and re-derive it."""

from __future__ import annotations

import click

from evidence.cli._app import App, n_


@click.group(help=n_("The append-only record: what it holds, and whether it still adds up."))
def journal() -> None:
    pass


@journal.command(
    help=n_("Print the latest checkpoint (size and root, signed).\n\nExample: evidence journal show")
)
@click.pass_obj
def show(app: App) -> None:
    head = app.workspace().checkpoint()
    app.out(head.rstrip("\n"))
    app.finish([{"checkpoint": head}])


@journal.command(
    help=n_("Re-derive every hash and compare with what is stored.\n\nExample: evidence journal check")
)
@click.pass_obj
def check(app: App) -> None:
    entries, problems = app.workspace().check_journal()
    if not problems:
        app.out(app.t(n_("{n} entries, all as they were written."), n=entries))
    app.finish(counts={"entries": entries, "problems": len(problems)}, errors=problems)
