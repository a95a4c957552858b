"""``evidence migrate``: bring a workspace of an earlier version to this one, or move it to another place."""

from __future__ import annotations

import click

from evidence.cli._app import App, n_
from evidence.cli._lines import lines_option
from evidence.cli._places import place_options


@click.command(
    help=n_(
        "Bring the database of a workspace made by an earlier version to this one: all of it or nothing.\n\n"
        "A copy of the database is kept beside it first; remove it once all is well. Entries, store and letters stay as "
        "they are.\n\n"
        "With --database or --files the workspace moves: to PostgreSQL and back (--database sqlite), to a server of files "
        "and back (--files folder). Everything is copied, the journal re-derived and compared, then evidence.toml is "
        "changed; the old copies stay, out of use, until you delete them.\n\n"
        "Example: evidence migrate --database postgresql+psycopg://evidence@db.example/office"
    )
)
@place_options
@lines_option
@click.pass_obj
def migrate(app: App, /, **places: str | None) -> None:
    if any(places.values()):
        _move(app, places)
        return
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


def _move(app: App, options: dict[str, str | None]) -> None:
    from evidence.cli._running import Counting
    from evidence.errors import EvidenceError, Place, Problem
    from evidence.workspace import Workspace
    from evidence.workspace.config import FILE_NAME, load_places
    from evidence.workspace.places import faults, given

    root = app.root()
    places = given(options, load_places(root / FILE_NAME))
    assert places is not None
    wrong = list(faults({key: getattr(places, key) for key in ("database", "files", "endpoint", "region")}))
    if wrong:
        raise EvidenceError(
            [
                Problem(
                    "workspace.config-value", Place(part=key), {"key": f"store.{key}", "expected": expected}
                )
                for key, expected in wrong
            ]
        )
    with Counting(app, app.t(n_("Copying the files")), "files") as counting:
        moved = Workspace.move(
            root, places, source=app.source, wait=app.wait, waiting=app.waiting, count=counting.count
        )
    root_hash = moved.root.hex()
    words = n_(
        "Moved: {rows} rows and {files} files; the journal has {size} entries and the root {root}, as before."
    )
    app.out(app.t(words, rows=moved.rows, files=moved.files, size=moved.size, root=root_hash))
    for name in moved.left:
        app.out(app.t(n_("Out of use, to be deleted when all is well: {path}"), path=name))
    if moved.shared:
        words = n_(
            "Out of use here, yet not to be deleted as it is: {path} holds files as well that this workspace does not name, "
            "another's perhaps."
        )
        app.out(app.t(words, path=moved.shared))
    row = {
        "rows": moved.rows,
        "files": moved.files,
        "size": moved.size,
        "root": root_hash,
        "left": list(moved.left),
        "shared": moved.shared,
    }
    app.finish([row], counts={"rows": moved.rows, "files": moved.files})
