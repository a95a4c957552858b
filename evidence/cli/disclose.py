"""``evidence disclose``: what opens a letter's facts to whoever holds it."""

from __future__ import annotations

from pathlib import Path

import click

from evidence.cli._app import App, n_
from evidence.errors import fail


@click.command(
    help=n_(
        "Write the file by which whoever holds LETTER can check what it states: premises, periods, amounts.\n\n"
        "Give it to the letter's addressee alone; with it, the code on the letter tells all. Check both together: evidence "
        "verify LETTER.pdf FILE.\n\nExample: evidence disclose 2-2026-0001 facts.json"
    )
)
@click.argument("letter", metavar="LETTER")
@click.argument("target", metavar="FILE", required=False, type=click.Path(path_type=Path))
@click.option(
    "--only",
    multiple=True,
    metavar="NAME",
    help=n_("Open this fact alone: premises, addressee, period, total …; may be given several times."),
)
@click.pass_obj
def disclose(app: App, letter: str, target: Path | None, only: tuple[str, ...]) -> None:
    data = app.workspace().disclose(letter, only)
    target = target or Path(f"{letter}.facts.json")
    try:
        with target.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise fail("general.output-exists", path=str(target)) from None
    except OSError as error:
        raise fail("general.output-not-writable", path=str(target), reason=error.strerror or "") from error
    app.out(app.t(n_("Facts of {letter}: {path}"), letter=letter, path=str(target)))
    app.finish([{"letter": letter, "path": str(target)}])
