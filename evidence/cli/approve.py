"""``evidence approve LETTER``: a named lawyer answers for a draft, and the letter is made of it."""

from __future__ import annotations

import click

from evidence.cli._app import App, n_
from evidence.cli._gate import in_words, override_options, overrides_of


@click.command(
    help=n_(
        "Record that a lawyer approves the draft LETTER of a lawyer letter, and make the letter of it.\n\n"
        "The lawyer must be the one the draft names. The letter says what the draft said, without the mark, under a "
        "number of its own; where it would say something else today, make a new draft. Readiness rules are examined "
        "again; what was overridden for the draft need not be overridden once more.\n\n"
        "Example: evidence approve 3-2026-0001 --lawyer NAME --licence NUMBER"
    )
)
@click.argument("letter")
@click.option("--lawyer", required=True, help=n_("Name of the lawyer, as in the draft."))
@click.option("--licence", required=True, help=n_("Number of the lawyer's licence, as in the draft."))
@click.option("--note", default="", help=n_("Anything else worth keeping."))
@click.option(
    "--converter",
    type=click.Choice(["auto", "builtin", "libreoffice"]),
    help=n_("What turns Word files into PDF; auto takes LibreOffice where it is installed."),
)
@override_options
@click.pass_obj
def approve(
    app: App,
    letter: str,
    lawyer: str,
    licence: str,
    note: str,
    converter: str | None,
    overrides: tuple[str, ...],
    reasons: tuple[str, ...],
) -> None:
    workspace, against = app.workspace(), overrides_of(app, overrides, reasons)
    from evidence.cli._running import Running

    # A run that was cut off is finished first, and may be long.
    with (
        in_words(app, on=workspace.today()),
        Running(app, before=n_("Comparing the draft with today")) as running,
    ):
        result = workspace.approve(
            letter,
            lawyer=lawyer,
            licence=licence,
            note=note,
            converter=converter,
            overrides=against,
            watch=running.watch,
        )
    folder = workspace.root / "letters" / result.folder
    if result.already_approved:
        app.out(app.t(n_("This draft was approved before; nothing changed.")))
    app.out(
        app.t(
            n_("Letter {number} takes the place of draft {draft}, in {folder}"),
            number=result.number.key,
            draft=result.draft.key,
            folder=str(folder),
        )
    )
    app.finish(
        [
            {
                "draft": result.draft.key,
                "number": result.number.key,
                "account": result.account,
                "folder": result.folder,
                "journal_index": result.journal_index,
                "already_approved": result.already_approved,
            }
        ],
        counts={"issued": 0 if result.already_approved else 1},
        warnings=result.warnings,
    )
