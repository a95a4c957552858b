"""``evidence init``: make a workspace."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from evidence.cli._app import App, n_
from evidence.cli._places import place_options
from evidence.law.packs import JURISDICTIONS
from evidence.workspace.config import LOCALES


@click.command(
    help=n_(
        "Make a workspace in DIR: configuration to fill in, signing key, empty journal.\n\n"
        "Example: evidence init office --jurisdiction cn --locale zh"
    )
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--jurisdiction",
    type=click.Choice(JURISDICTIONS),
    help=n_("Whose law applies; never guessed from the script."),
)
@click.option("--locale", type=click.Choice(LOCALES), help=n_("Script of the letters."))
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=n_("A filled-in evidence.toml to start from."),
)
@place_options
@click.pass_obj
def init(
    app: App,
    /,
    folder: Path,
    jurisdiction: str | None,
    locale: str | None,
    config: Path | None,
    **places: str | None,
) -> None:
    from evidence.workspace import Workspace
    from evidence.workspace.places import given

    if config is None and (jurisdiction is None or locale is None):
        if not sys.stdin.isatty():
            missing = "--jurisdiction" if jurisdiction is None else "--locale"
            raise click.UsageError(
                app.t(n_("{option} is needed (there is no terminal to ask)."), option=missing)
            )
        jurisdiction = jurisdiction or click.prompt(
            app.t(n_("Jurisdiction")), type=click.Choice(JURISDICTIONS)
        )
        locale = locale or click.prompt(app.t(n_("Script")), type=click.Choice(LOCALES))
    workspace = Workspace.init(
        folder,
        jurisdiction=jurisdiction,
        locale=locale,
        config=config,
        places=given(places),
        source=app.source,
    )
    app.out(app.t(n_("Workspace made: {path}"), path=str(workspace.root)))
    app.out(app.t(n_("Key fingerprint: {fingerprint}"), fingerprint=workspace.fingerprint))
    app.out(
        app.t(
            n_("Next: fill in {path}, then `evidence import LEDGER`."),
            path=str(workspace.root / "evidence.toml"),
        )
    )
    app.finish([{"workspace": str(workspace.root), "fingerprint": workspace.fingerprint}])
    workspace.close()
