"""``evidence migrate``: bring a workspace of an earlier version to this one."""

from __future__ import annotations

import click

from evidence.cli._app import App, n_


@click.command(
    help=n_(
        "Bring the database of a workspace made by an earlier version to this one: all of it or nothing.\n\n"
        "A copy of the database is kept beside it first; remove it once all is well. Entries, store and letters stay as "
        "they are.\n\nExample: evidence migrate"
    )
)
@click.pass_obj
def migrate(app: App) -> None:
    from evidence.workspace import Workspace

    done = Workspace.migrate(app.root())
    if done.before == done.after:
        app.out(
            app.t(
                n_("Nothing to do: the workspace is of this version (layout {version})."), version=done.after
            )
        )
    else:
        app.out(
            app.t(
                n_("The workspace is now of this version (layout {before} → {version})."),
                before=done.before,
                version=done.after,
            )
        )
    if done.backup is not None:
        app.out(app.t(n_("The database as it was: {path}"), path=str(done.backup)))
    row = {"before": done.before, "after": done.after, "backup": str(done.backup or "")}
    app.finish([row], counts={"migrated": int(done.before != done.after)})
