"""``evidence bundle ACCOUNT``: the dated evidence file of one owner."""

from __future__ import annotations

import click

from evidence.cli._app import App, n_
from evidence.cli._gate import in_words, override_options, overrides_of
from evidence.errors import ExitCode, spec_of


@click.command(
    help=n_(
        "Make the dated evidence file of ACCOUNT: cover, catalogue, exhibits with continuous page numbers, "
        "manifest and journal proofs, as a folder and a zip under bundles/. A readiness rule that fails stops it (see "
        "evidence ready).\n\nExample: evidence bundle 1栋2单元301"
    )
)
@click.argument("account")
@click.option(
    "--locale",
    type=click.Choice(["zh", "zh-Hant"]),
    help=n_("Script of cover and catalogue; else the workspace's."),
)
@click.option(
    "--converter",
    type=click.Choice(["auto", "builtin", "libreoffice"]),
    help=n_("What turns Word files into PDF; auto takes LibreOffice where it is installed."),
)
@override_options
@click.pass_obj
def bundle(
    app: App,
    account: str,
    locale: str | None,
    converter: str | None,
    overrides: tuple[str, ...],
    reasons: tuple[str, ...],
) -> None:
    against = overrides_of(app, overrides, reasons)
    with in_words(app):
        result = app.workspace().bundle(account, locale=locale, converter=converter, overrides=against)
    app.out(app.t(n_("Evidence file: {path}"), path=str(result.folder)))
    app.out(app.t(n_("As one file: {path}"), path=str(result.zip_path)))
    app.out(app.t(n_("{exhibits} exhibits, {pages} pages."), exhibits=result.exhibits, pages=result.pages))
    app.finish(
        [
            {
                "bundle": result.id,
                "account": account,
                "folder": str(result.folder),
                "zip": str(result.zip_path),
                "exhibits": result.exhibits,
                "pages": result.pages,
                "seal_sha256": result.seal_sha256,
                "journal_index": result.journal_index,
            }
        ],
        counts={"bundles": 1, "exhibits": result.exhibits, "pages": result.pages},
        warnings=result.warnings,
        # A page that only stands for an exhibit is something the court will not see.
        code=max((spec_of(problem.code).exit for problem in result.warnings), default=ExitCode.DONE),
    )
