"""``evidence case``: what a ledger does not know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from evidence.cli._app import App, n_
from evidence.cli._contact import contact, plan_contact
from evidence.i18n import translate
from evidence.model.case import SHAPES, CaseEvent, CaseKind


class _Kinds(click.Choice[str]):
    """The kinds, also in a clerk's words: 业主 as well as owner."""

    def __init__(self) -> None:
        super().__init__([kind.value for kind in CaseKind if kind is not CaseKind.OVERRIDE])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from evidence.workspace.casewords import kinds_by_word

        found = kinds_by_word().get(str(value).strip())
        return super().convert(found.value if found else value, param, ctx)

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        from evidence.workspace.casewords import kind_label

        app = ctx.find_object(App) if ctx else None
        lang = app.lang if app else "en"
        known = ", ".join(kind_label(CaseKind(word), lang) for word in self.choices)
        return translate(
            n_("{given} is no kind of the case file. Kinds: {known}."), lang, given=value, known=known
        )


@click.group(
    help=n_(
        "The case file: owners, title, addresses, contracts, price documents, payments, waivers, holds, complaints, "
        "promises, contacts, agreements, filing; and what was looked for and is not there (none)."
    )
)
def case() -> None:
    pass


@case.command(
    help=n_(
        "Show what is recorded for ACCOUNT and for the whole estate; without ACCOUNT everything. What was taken back "
        "is marked.\n\n"
        "Example: evidence case show 1栋2单元301"
    )
)
@click.argument("account", required=False)
@click.pass_obj
def show(app: App, account: str | None) -> None:
    from evidence.workspace.casewords import field_label, kind_label, value_label

    events = app.workspace().case_events(account, cancelled=True)
    # The latest word on an entry counts: a hold that was ended may still be taken back altogether.
    taken = {index: event for event in events if (index := event.takes_back) is not None}
    app.table(
        [app.t(n_("Entry")), app.t(n_("Account")), app.t(n_("Kind")), app.t(n_("Content"))],
        [
            (
                str(event.journal_index),
                event.account or "—",
                kind_label(event.kind, app.lang),
                ", ".join(
                    f"{field_label(event.kind, name, app.lang)}={value_label(event.kind, name, value, app.lang)}"
                    for name, value in _in_order(event)
                )
                + _mark(app, taken.get(event.journal_index)),
            )
            for event in events
        ],
    )
    app.finish(
        [{**_json(event), **_taken(taken.get(event.journal_index))} for event in events],
        counts={"events": len(events)},
    )


def _mark(app: App, by: CaseEvent | None) -> str:
    """What follows an entry that was taken back or ended."""
    if by is None:
        return ""
    if day := by.text("on"):
        return " " + app.t(n_("[ended on {day} by entry {index}]"), day=day, index=by.journal_index)
    return " " + app.t(n_("[taken back by entry {index}]"), index=by.journal_index)


def _taken(by: CaseEvent | None) -> dict[str, object]:
    return {
        "cancelled_by": by.journal_index if by else None,
        "ended_on": (by.text("on") or None) if by else None,
    }


@case.command(
    help=n_(
        "Record one piece of KIND for ACCOUNT (or - for the whole estate), given as FIELD=VALUE. Without fields the "
        "fields of the kind are listed. Kinds, fields and choices may be in Chinese words, as case show prints them. For "
        "what states how things are (owner, contract …) later fields add to earlier ones; FIELD=- takes one back. An "
        "entry that is wrong is taken back by cancel, which names its number; a hold ends by cancel with on=DATE.\n\n"
        "Example: evidence case set 1栋2单元301 owner name=张三 id_number=11010519491231002X"
    )
)
@click.argument("account")
@click.argument("kind", metavar="KIND", type=_Kinds())
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
@click.argument("kind", metavar="KIND", type=_Kinds())
@click.argument("fields", metavar="FIELD=VALUE...", nargs=-1)
@click.pass_obj
def event(app: App, account: str, kind: str, fields: tuple[str, ...]) -> None:
    _record(app, account, kind, fields)


@case.command(
    "import",
    help=n_(
        "Record everything in spreadsheets or CSV files: a sheet for each kind, or a column kind; columns are the "
        "kind's fields and account; rows without account concern the whole estate. Everything may be in Chinese "
        "words (业主, 证件号码, 复印件).\n\nExample: evidence case import case.xlsx"
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_obj
def import_(app: App, files: tuple[Path, ...]) -> None:
    recorded = app.workspace().import_case(files)
    app.out(app.t(n_("{n} pieces recorded."), n=len(recorded)))
    app.finish(
        [_json(piece) for piece in recorded],
        counts={"recorded": len(recorded)},
        warnings=app.workspace().import_warnings(recorded),
    )


case.add_command(plan_contact)
case.add_command(contact)


def _record(app: App, account: str, kind: str, fields: tuple[str, ...]) -> None:
    if not fields:
        _list_fields(app, CaseKind(kind))
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
    app.finish(
        [_json(piece) for piece in recorded],
        counts={"recorded": len(recorded)},
        warnings=app.workspace().record_warnings(recorded),
    )


def _in_order(event: CaseEvent) -> list[tuple[str, str]]:
    """Fields and values as the kind has them, whatever order they were given in."""
    return [(f.name, event.data[f.name]) for f in SHAPES[event.kind].fields if f.name in event.data]


def _list_fields(app: App, kind: CaseKind) -> None:
    from evidence.workspace.casespeech import type_label
    from evidence.workspace.casewords import field_label, value_label

    fields = SHAPES[kind].fields
    app.table(
        [app.t(n_("Field")), app.t(n_("In words")), app.t(n_("Type")), app.t(n_("Needed"))],
        [
            (
                f.name,
                field_label(kind, f.name, app.lang if app.lang != "en" else "zh"),
                " | ".join(
                    choice if app.lang == "en" else f"{choice} {value_label(kind, f.name, choice, app.lang)}"
                    for choice in f.choices
                )
                or type_label(f.type, app.lang),
                "*" if f.required else "",
            )
            for f in fields
        ],
    )
    app.finish(
        [
            {"field": f.name, "type": f.type.value, "required": f.required, "choices": list(f.choices)}
            for f in fields
        ],
        counts={"fields": len(fields)},
    )


def _json(piece: CaseEvent) -> dict[str, object]:
    return {
        "entry": piece.journal_index,
        "account": piece.account,
        "kind": piece.kind.value,
        "data": dict(piece.data),
        "recorded_at": piece.recorded_at,
    }
