"""``evidence erase``: a person's data destroyed, the journal intact."""

from __future__ import annotations

import click

from evidence.cli._app import App, n_


@click.command(
    help=n_(
        "Destroy the data of PERSON (an account, or a person's code): letters, proofs, exhibits, case file, and the key that "
        "opens what the journal holds. The journal stays whole and records that it was done. Cannot be undone.\n\n"
        "Not reached: letters and evidence files already handed out, ledger files that name others too, your backups.\n\n"
        "Example: evidence erase 1栋2单元301"
    )
)
@click.argument("person", metavar="PERSON")
@click.option("--yes", is_flag=True, help=n_("Do not ask whether this is meant."))
@click.pass_obj
def erase(app: App, person: str, yes: bool) -> None:
    workspace = app.workspace()
    if not yes:
        click.confirm(
            app.t(n_("Destroy all data of {person}? This cannot be undone."), person=person),
            abort=True,
            err=True,
        )
    done = workspace.erase(person)
    app.out(
        app.t(
            n_("Erased: {account}, {letters} letters, {files} files (entry {index})."),
            account=done.account,
            letters=done.letters,
            files=done.files,
            index=done.index,
        )
    )
    row = {
        "account": done.account,
        "person": done.person,
        "letters": done.letters,
        "files": done.files,
        "index": done.index,
    }
    app.finish([row], counts={"erased": 1}, warnings=done.warnings)
