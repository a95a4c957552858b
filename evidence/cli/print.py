"""``evidence print RUN``: the letters of a run for the printer, in the order of the round."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence.cli._app import App, n_
from evidence.cli._lines import lines_option
from evidence.cli._words import channel_choice
from evidence.model.delivery import Channel

if TYPE_CHECKING:
    from evidence.workspace.printing import Sides


@click.command(
    help=n_(
        "Print the letters of RUN (its id, its folder, or last) into one PDF in the order of the round: building, unit, "
        "floor, room. The round sheet comes first; each letter begins on a fresh sheet, with its receipt slip behind it. "
        "The letters on record are not touched.\n\n"
        "Example: evidence print last --labels 99.1x38.1 --mailing"
    )
)
@click.argument("run")
@click.option(
    "--only",
    multiple=True,
    metavar="WHAT",
    help=n_("Only these: a letter's number, a home, a building, or places in the round (12-40)."),
)
@click.option(
    "--from", "start", default="", metavar="WHAT", help=n_("Begin with this letter, home or place.")
)
@click.option("--duplex/--simplex", default=True, help=n_("On both sides of the paper, or on one."))
@click.option("--slips/--no-slips", default=True, help=n_("With or without receipt slips."))
@click.option(
    "--sign-sheet",
    is_flag=True,
    help=n_("A round sheet that recipients sign as well, every unit on sheets of its own."),
)
@click.option(
    "--labels", default="", metavar="SIZE", help=n_("Labels for envelopes and waybills, such as 99.1x38.1.")
)
@click.option(
    "--label-start",
    type=int,
    default=1,
    show_default=True,
    help=n_("First free label of a sheet used before."),
)
@click.option("--mailing", is_flag=True, help=n_("The list for the post office as CSV and XLSX."))
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help=n_("Another folder for the files.")
)
@click.option("--plan", is_flag=True, help=n_("Show pages and paper; write nothing."))
@click.option(
    "--converter",
    type=click.Choice(["auto", "builtin", "libreoffice"]),
    help=n_("What turns Word files into PDF; auto takes LibreOffice where it is installed."),
)
@click.option("--record", type=channel_choice(), help=n_("Record each letter as prepared, to go this way."))
@click.option("--server", "servers", multiple=True, help=n_("Who prepared them, for --record."))
@lines_option
@click.pass_obj
def print_(
    app: App,
    run: str,
    only: tuple[str, ...],
    start: str,
    duplex: bool,
    slips: bool,
    sign_sheet: bool,
    labels: str,
    label_start: int,
    mailing: bool,
    out: Path | None,
    plan: bool,
    converter: str | None,
    record: str | None,
    servers: tuple[str, ...],
) -> None:
    from evidence.cli._running import Counting

    with Counting(app, app.t(n_("Laying out the print file")), "letters") as counting:
        done = app.workspace().print_run(
            run,
            counting.count,
            only=only,
            start=start,
            duplex=duplex,
            slips=slips,
            sign=sign_sheet,
            labels=labels,
            label_start=label_start,
            mailing=mailing,
            out=out,
            plan_only=plan,
            converter=converter,
            record=Channel(record) if record else None,
            servers=servers,
        )
    rows = [(str(due.place), due.home.label, due.number, str(due.pages)) for due in done.letters]
    if plan:
        heads = (app.t(n_("No.")), app.t(n_("Home")), app.t(n_("Letter")), app.t(n_("Pages")))
        app.table(heads, rows, right=(0, 3))
    for file in done.files:
        words = n_("There already, the same: {path}") if file.unchanged else n_("Written: {path}")
        app.out(app.t(words, path=str(file.path)))
    _tell_paper(app, done.sides, len(done.letters))
    if done.recorded:
        app.out(app.t(n_("{n} letters recorded as prepared."), n=done.recorded))
    app.finish(
        [
            {"place": due.place, "home": due.home.label, "letter": due.number, "pages": due.pages}
            for due in done.letters
        ],
        counts={
            "letters": len(done.letters),
            "pages": done.sides.pages,
            "blank": done.sides.blank,
            "sheets": done.sides.sheets,
            "label_sheets": done.sides.label_sheets,
            "recorded": done.recorded,
        },
        warnings=done.warnings,
        extra={
            "run": done.run,
            "files": [
                {"path": str(f.path), "pages": f.pages, "sha256": f.sha256, "unchanged": f.unchanged}
                for f in done.files
            ],
        },
    )


def _tell_paper(app: App, sides: Sides, letters: int) -> None:
    app.out(
        app.t(
            n_("{letters} letters: {pages} pages with {blank} blank sides, {sheets} sheets of paper."),
            letters=letters,
            pages=sides.pages,
            blank=sides.blank,
            sheets=sides.sheets,
        )
    )
    if sides.label_sheets:
        app.out(app.t(n_("{n} sheets of labels."), n=sides.label_sheets))
