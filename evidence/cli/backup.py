"""``evidence backup`` and ``evidence restore``: a whole workspace in one file, and back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from evidence.cli._app import App, n_
from evidence.cli._lines import lines_option
from evidence.errors import ExitCode


@click.command(
    help=n_(
        "Write everything into the new FILE: records, journal, every file of the store, letters, bundles, configuration.\n\n"
        "Others may work meanwhile: what the file holds is one moment's state. Say whether the office's private keys go "
        "into it. With them, whoever has the file can sign in your name; without them, you need the key's own backup "
        "(evidence key backup) to go on working after a restore. Either way it holds all personal data, unencrypted: keep "
        "it as you keep the office.\n\nExample: evidence backup /media/usb/office.zip --without-keys"
    )
)
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--with-keys/--without-keys",
    default=None,
    help=n_("Whether the private keys go into the file; there is no default."),
)
@lines_option
@click.pass_obj
def backup(app: App, target: Path, with_keys: bool | None) -> None:
    if with_keys is None:
        if not sys.stdin.isatty():
            words = n_("Say --with-keys or --without-keys: whether the file may sign in your name.")
            raise click.UsageError(app.t(words))
        with_keys = click.confirm(
            app.t(n_("Put the private keys into the file? Whoever has it can then sign in your name.")),
            err=True,
        )
    from evidence.cli._running import Counting

    workspace = app.workspace()
    key_kept = workspace.key_kept()
    with Counting(app, app.t(n_("Packing the files")), "files") as counting:
        done = workspace.backup(target, with_keys=with_keys, count=counting.count)
    app.out(
        app.t(
            n_("Backup: {path} ({files} files; journal of {size} entries, root {root})"),
            path=str(target),
            files=done.files,
            size=done.size,
            root=done.root.hex(),
        )
    )
    if key_kept == "device":
        app.out(app.t(n_("The signing key is in a device and in no backup.")))
    elif with_keys:
        app.out(app.t(n_("The private keys are in it: whoever has this file can sign in your name.")))
    else:
        app.out(app.t(n_("The private keys are not in it: keep the key's own backup (evidence key backup).")))
    app.out(
        app.t(
            n_(
                "It holds all personal data, unencrypted, also of persons erased later: set a date to delete it."
            )
        )
    )
    row = {
        "path": str(target),
        "files": done.files,
        "size": done.size,
        "root": done.root.hex(),
        "with_keys": done.with_keys,
    }
    code = ExitCode.PARTIAL if done.problems else ExitCode.DONE
    app.finish([row], counts={"files": done.files}, errors=done.problems, code=code)


@click.command(
    help=n_(
        "Make the workspace of the backup FILE anew in DIR, a new or empty folder.\n\n"
        "Every part is compared with the backup's list, the journal is derived anew and compared with its last checkpoint; "
        "a damaged backup is refused and nothing is left behind. With --checkpoint also with one you kept elsewhere, such "
        "as a printed or timestamped one. Database and files come to lie in the folder; evidence migrate moves them.\n\n"
        "Example: evidence restore /media/usb/office.zip office"
    )
)
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--checkpoint",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=n_("A checkpoint of this journal, kept elsewhere, which the restored one must continue."),
)
@lines_option
@click.pass_obj
def restore(app: App, source: Path, folder: Path, checkpoint: Path | None) -> None:
    from evidence.cli._running import Counting
    from evidence.workspace import Workspace

    note = checkpoint.read_text("utf-8", "replace") if checkpoint else ""
    with Counting(app, app.t(n_("Unpacking and comparing the files")), "files") as counting:
        done = Workspace.restore(source, folder, checkpoint=note, count=counting.count)
    app.out(
        app.t(
            n_(
                "Restored: {path} ({files} files; journal of {size} entries, root {root}, as its last checkpoint says)"
            ),
            path=str(folder),
            files=done.files,
            size=done.size,
            root=done.root.hex(),
        )
    )
    if done.missing:
        words = n_("{n} files were missing when the backup was made, the first {file}.")
        app.say(app.t(words, n=len(done.missing), file=done.missing[0]))
    if not done.with_keys:
        app.out(
            app.t(
                n_(
                    "The private keys are not in this backup. Reading and checking work without; before anything is "
                    "changed, put the key back as {path} (the copy that evidence key backup made)."
                ),
                path=str(folder / "keys" / "signing.pem"),
            )
        )
    row = {
        "path": str(folder),
        "files": done.files,
        "size": done.size,
        "root": done.root.hex(),
        "with_keys": done.with_keys,
        "missing": list(done.missing),
    }
    app.finish([row], counts={"files": done.files})
