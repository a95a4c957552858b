"""``evidence journal``: look at the record and re-derive it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from evidence.cli._app import App, n_
from evidence.errors import fail


@click.group(help=n_("The append-only record: what it holds, and whether it still adds up."))
def journal() -> None:
    pass


@journal.command(
    help=n_("Print the latest checkpoint (size and root, signed).\n\nExample: evidence journal show")
)
@click.pass_obj
def show(app: App) -> None:
    head = app.workspace().checkpoint()
    app.out(head.rstrip("\n"))
    app.finish([{"checkpoint": head}])


@journal.command(
    help=n_("Re-derive every hash and compare with what is stored.\n\nExample: evidence journal check")
)
@click.pass_obj
def check(app: App) -> None:
    entries, problems = app.workspace().check_journal()
    if not problems:
        app.out(app.t(n_("{n} entries, all as they were written."), n=entries))
    app.finish(counts={"entries": entries, "problems": len(problems)}, errors=problems)


@journal.command(
    help=n_(
        "Write the whole journal to FILE: every entry and the signed checkpoint over them.\n\n"
        "Whoever holds a letter can hold it against the journal: evidence verify LETTER.pdf FILE. It names no person: "
        "the entries hold digests alone.\n\nExample: evidence journal export journal.txt"
    )
)
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.pass_obj
def export(app: App, target: Path) -> None:
    length = _written(target, app.workspace().export_journal())
    app.out(app.t(n_("Journal: {path}"), path=str(target)))
    app.finish([{"path": str(target), "bytes": length}])


@journal.command(
    help=n_(
        "Write what proves that the journal records the issue of LETTER, into FOLDER.\n\n"
        "The entry, its proof, and that the journal has only grown since the letter was issued. Check all together: "
        "evidence verify LETTER.pdf FOLDER/*.\n\nExample: evidence journal proof 2-2026-0001 proof"
    )
)
@click.argument("letter", metavar="LETTER")
@click.argument("target", metavar="FOLDER", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def proof(app: App, letter: str, target: Path | None) -> None:
    made = app.workspace().prove_letter(letter)
    folder = target or Path()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or ""
        raise fail("general.output-not-writable", path=str(folder), reason=reason) from error
    name = made.number.key
    files = {f"{name}.entry.json": made.entry, f"{name}.proof": made.proof}
    if made.growth:
        files[f"{name}.consistency-{made.known}.proof"] = made.growth
    for title, data in files.items():
        _written(folder / title, [data])
        app.out(app.t(n_("Proof of {letter}: {path}"), letter=name, path=str(folder / title)))
    app.finish([{"letter": name, "path": str(folder / title)} for title in files])


def _written(target: Path, parts: Iterable[bytes]) -> int:
    """Write a new file, and tell its length in bytes; ``general.output-exists``, ``general.output-not-writable``."""
    length = 0
    try:
        with target.open("xb") as file:
            for part in parts:
                length += file.write(part)
    except FileExistsError:
        raise fail("general.output-exists", path=str(target)) from None
    except OSError as error:
        raise fail("general.output-not-writable", path=str(target), reason=error.strerror or "") from error
    return length
