"""``evidence redact``: the copy of an evidence file for the other party."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence.cli._app import App, n_
from evidence.errors import ExitCode, spec_of

if TYPE_CHECKING:
    from evidence.bundle.maskreasons import Reason
    from evidence.model.problem import Problem
    from evidence.workspace.redaction import Redacted

_KINDS = {
    "id-number": n_("identity numbers"),
    "mobile": n_("mobile numbers"),
    "landline": n_("telephone numbers"),
    "bank-card": n_("card numbers"),
    "name": n_("names of other owners"),
    "room": n_("homes of other owners"),
    "listed": n_("what you named"),
    "area": n_("places you named"),
    "digest": n_("digests that could be tried out"),
    "unreadable": n_("what could not be read or redrawn"),
    "unsearched": n_("what no program can search"),
    "page": n_("pages taken out whole"),
    "asked": n_("kept back as you asked"),
}


@click.command(
    help=n_(
        "Make the copy of ACCOUNT's latest evidence file for the other party: identity, telephone and card numbers, and the "
        "names, telephones and homes of other owners are covered. A page with something to cover is redrawn as a picture; a "
        "file that holds any stays back. The two parties' own data stay. Pages and numbers are those of the court's copy. "
        "What was covered is listed in data/masking.pdf, never the value.\n\n"
        "Pictures are searched where tesseract is installed; look at them in any case.\n\n"
        "Example: evidence redact 1栋2单元301 --mask 浙A12345 --area 12:20,40,60,15"
    )
)
@click.argument("account")
@click.option(
    "--mask",
    "texts",
    multiple=True,
    help=n_("Cover this text as well, such as a licence plate (repeatable)."),
)
@click.option(
    "--mask-list",
    "lists",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=n_("Cover each line of this text file as well (repeatable)."),
)
@click.option("--keep", "kept", multiple=True, help=n_("Leave this text as it is (repeatable)."))
@click.option(
    "--area",
    "areas",
    multiple=True,
    metavar="PAGE:LEFT,TOP,WIDTH,HEIGHT",
    help=n_("Cover a place on a page, in millimetres from its upper left corner (repeatable)."),
)
@click.option(
    "--withhold",
    "numbers",
    multiple=True,
    type=int,
    help=n_(
        "Keep back the file of this exhibit, by its number in the catalogue; its pages stay (repeatable)."
    ),
)
@click.option(
    "--release",
    "released",
    multiple=True,
    type=int,
    help=n_(
        "Let the file of this exhibit go along though no program can search it, such as a recording that you listened to "
        "(repeatable)."
    ),
)
@click.option(
    "--read-pictures/--no-read-pictures",
    default=True,
    show_default=True,
    help=n_("Search pictures by tesseract where it is installed."),
)
@click.option(
    "--locale", type=click.Choice(["zh", "zh-Hant"]), help=n_("Script of the sheet; else the workspace's.")
)
@click.pass_obj
def redact(
    app: App,
    account: str,
    texts: tuple[str, ...],
    lists: tuple[Path, ...],
    kept: tuple[str, ...],
    areas: tuple[str, ...],
    numbers: tuple[int, ...],
    released: tuple[int, ...],
    read_pictures: bool,
    locale: str | None,
) -> None:
    named = [*texts]
    for path in lists:
        named += _lines(app, path)
    places: dict[int, list[tuple[float, float, float, float]]] = {}
    for text in areas:
        page, box = _area(app, text)
        places.setdefault(page, []).append(box)
    done = app.workspace().redact(
        account,
        cover=named,
        keep=kept,
        areas=places,
        withhold=numbers,
        release=released,
        read_pictures=read_pictures,
        locale=locale,
    )
    app.out(app.t(n_("Copy for the other party: {path}"), path=str(done.folder)))
    app.out(app.t(n_("As one file: {path}"), path=str(done.zip_path)))
    for kind, count in _totals(done).items():
        app.out(f"  {app.t(_KINDS[kind])}: {count}")
    for name in done.withheld:
        app.out(app.t(n_("Kept back: {path}"), path=name))
        for reason in done.reasons.get(name, ()):
            app.out(f"    {_why(app, reason)}")
    warnings = [_in_words(app, problem) for problem in done.warnings]
    app.finish(
        [_as_json(done, account)],
        counts={"masked": sum(_totals(done).values()), "withheld": len(done.withheld), "pages": done.pages},
        warnings=warnings,
        code=max((spec_of(problem.code).exit for problem in done.warnings), default=ExitCode.DONE),
    )


def _why(app: App, reason: Reason) -> str:
    """``mobile numbers: 2, page 11``."""
    told = f"{app.t(_KINDS[reason.kind.value])}: {reason.count}"
    if reason.kind.value == "asked":
        return app.t(_KINDS["asked"])
    if reason.page:
        return f"{told} · {app.t(n_('page {page}'), page=reason.page)}"
    if reason.file_page:
        return f"{told} · {app.t(n_('page {page} of the file itself'), page=reason.file_page)}"
    return f"{told} · {app.t(n_('in its name, text or properties'))}"


def _in_words(app: App, problem: Problem) -> Problem:
    """The kinds of a warning in the reader's language."""
    if "kinds" not in problem.params:
        return problem
    kinds = str(problem.params["kinds"]).split(", ")
    words = ", ".join(app.t(_KINDS[kind]) for kind in kinds)
    return replace(problem, params={**problem.params, "kinds": words})


def _totals(done: Redacted) -> dict[str, int]:
    totals: dict[str, int] = {}
    for _, _, kind, count in done.masked:
        totals[kind.value] = totals.get(kind.value, 0) + count
    return totals


def _as_json(done: Redacted, account: str) -> dict[str, object]:
    return {
        "account": account,
        "copy": done.id,
        "bundle": done.bundle,
        "folder": str(done.folder),
        "zip": str(done.zip_path),
        "pages": done.pages,
        "masked": [
            {"exhibit": exhibit, "page": page, "kind": kind.value, "count": count}
            for exhibit, page, kind, count in done.masked
        ],
        "withheld": list(done.withheld),
        "reasons": [
            {"path": path, **reason.to_json()} for path, why in done.reasons.items() for reason in why
        ],
        "unsearched": [{"exhibit": exhibit, "page": page} for exhibit, page in done.unsearched],
        "seal_sha256": done.seal_sha256,
        "journal_index": done.journal_index,
    }


def _lines(app: App, path: Path) -> list[str]:
    from evidence.bundle.media import decoded
    from evidence.workspace.deliveries import read_file

    text = decoded(read_file(path))
    if text is None:
        raise click.BadParameter(app.t(n_("{file} is no text file."), file=path.name))
    return [line.strip() for line in text.splitlines() if line.strip()]


def _area(app: App, text: str) -> tuple[int, tuple[float, float, float, float]]:
    page, _, rest = text.partition(":")
    try:
        number, (left, top, width, height) = int(page), [float(part) for part in rest.split(",")]
    except ValueError:
        raise click.BadParameter(
            app.t(
                n_("{given} is no place: PAGE:LEFT,TOP,WIDTH,HEIGHT in millimetres, such as 12:20,40,60,15."),
                given=text,
            )
        ) from None
    return number, (left, top, width, height)
