"""``evidence case``: what a ledger does not know."""

from __future__ import annotations

from pathlib import Path

import click

from evidence.cli._app import App, n_
from evidence.model.case import SHAPES, CaseEvent, CaseKind


@click.group(
    help=n_(
        "The case file: owners, title, addresses, contracts, price documents, payments, waivers, holds, complaints, "
        "promises, contacts."
    )
)
def case() -> None:
    pass


@case.command(
    help=n_(
        "Show what is recorded for ACCOUNT and for the whole estate; without ACCOUNT everything.\n\n"
        "Example: evidence case show 1栋2单元301"
    )
)
@click.argument("account", required=False)
@click.pass_obj
def show(app: App, account: str | None) -> None:
    events = app.workspace().case_events(account)
    app.table(
        [app.t(n_("Entry")), app.t(n_("Account")), app.t(n_("Kind")), app.t(n_("Content"))],
        [
            (
                str(event.journal_index),
                event.account or "—",
                event.kind.value,
                ", ".join(f"{name}={value}" for name, value in event.data.items()),
            )
            for event in events
        ],
    )
    app.finish([_json(event) for event in events], counts={"events": len(events)})


@case.command(
    help=n_(
        "Record one piece of KIND for ACCOUNT (or - for the whole estate), given as FIELD=VALUE. Without fields the "
        "fields of the kind are listed.\n\n"
        "Example: evidence case set 1栋2单元301 owner name=张三 id_number=11010519491231002X"
    )
)
@click.argument("account")
@click.argument("kind", type=click.Choice([kind.value for kind in CaseKind]))
@click.argument("fields", metavar="FIELD=VALUE...", nargs=-1)
@click.pass_obj
def set(app: App, account: str, kind: str, fields: tuple[str, ...]) -> None:  # noqa: A001 - the command's name
    _record(app, account, kind, fields)


@case.command(
    help=n_(
        "Record something that happened: a payment, waiver, hold, complaint, promise or contact. The same as set; "
        "two words because people look for both.\n\n"
        "Example: evidence case event 1栋2单元301 payment amount=500 received_on=2026-09-01"
    )
)
@click.argument("account")
@click.argument("kind", type=click.Choice([kind.value for kind in CaseKind]))
@click.argument("fields", metavar="FIELD=VALUE...", nargs=-1)
@click.pass_obj
def event(app: App, account: str, kind: str, fields: tuple[str, ...]) -> None:
    _record(app, account, kind, fields)


@case.command(
    "import",
    help=n_(
        "Record everything in spreadsheets or CSV files: a sheet for each kind, or a column kind; columns are the "
        "kind's fields and account.\n\nExample: evidence case import case.xlsx"
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_obj
def import_(app: App, files: tuple[Path, ...]) -> None:
    recorded = app.workspace().import_case(files)
    app.out(app.t(n_("{n} pieces recorded."), n=len(recorded)))
    app.finish([_json(piece) for piece in recorded], counts={"recorded": len(recorded)})


def _record(app: App, account: str, kind: str, fields: tuple[str, ...]) -> None:
    shape = SHAPES[CaseKind(kind)]
    if not fields:
        app.table(
            [app.t(n_("Field")), app.t(n_("Type")), app.t(n_("Needed"))],
            [
                (f.name, " | ".join(f.choices) or f.type.value, "*" if f.required else "")
                for f in shape.fields
            ],
        )
        app.finish([{"field": f.name, "type": f.type.value, "required": f.required} for f in shape.fields])
        return
    wrong = [text for text in fields if "=" not in text]
    if wrong:
        raise click.UsageError(app.t(n_("{text} is not FIELD=VALUE."), text=wrong[0]))
    data = dict(text.split("=", 1) for text in fields)
    recorded = app.workspace().record_case(CaseKind(kind), "" if account == "-" else account, data)
    for piece in recorded:
        app.out(app.t(n_("Recorded as entry {index}."), index=piece.journal_index))
    if not recorded:
        app.out(app.t(n_("That was recorded before; nothing changed.")))
    app.finish([_json(piece) for piece in recorded], counts={"recorded": len(recorded)})


def _json(piece: CaseEvent) -> dict[str, object]:
    return {
        "entry": piece.journal_index,
        "account": piece.account,
        "kind": piece.kind.value,
        "data": dict(piece.data),
        "recorded_at": piece.recorded_at,
    }
