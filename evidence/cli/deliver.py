"""``evidence deliver``: how and when a letter went, with its proofs; a carrier's table; a stack of scanned slips."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from evidence.cli._app import App, n_
from evidence.cli._gaps import gap_json, tell_gaps
from evidence.cli._words import channel_choice, outcome_choice, relation_word, role_choice
from evidence.errors import ExitCode
from evidence.model.delivery import Channel, Outcome

if TYPE_CHECKING:
    from evidence.workspace.scans import ScannedPage, ScanResult

_Function = TypeVar("_Function", bound=Callable[..., Any])


class _Deliver(click.Group):
    """``evidence deliver LETTER …`` is ``evidence deliver record LETTER …``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = [word for word in args if not word.startswith("-")]
        if args and not set(args) & {"--help", "-h"} and (not named or named[0] not in self.commands):
            args = ["record", *args]
        return super().parse_args(ctx, args)


class ProofParam(click.ParamType[Any]):
    """A file, or what it shows and the file: ``slip=FILE``, ``回执=FILE``."""

    name = "proof"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from evidence.delivery.labels import role_word

        if isinstance(value, tuple):
            return value
        role, found, path = str(value).partition("=")
        if not found or Path(str(value)).exists():
            return Path(str(value)), ""
        return Path(path), role_word(role)


@click.group(
    cls=_Deliver,
    help=n_(
        "Record a delivery event of a letter with its proofs: evidence deliver LETTER (its number, such as 2-2026-0001) is "
        "evidence deliver record LETTER. What a court will still ask for is told after each.\n\n"
        "Example: evidence deliver 2-2026-0001 --channel ems --outcome delivered --at 2026-11-25T10:30+08:00 "
        "--tracking 1234567890123 --proof slip=return.jpg"
    ),
)
def deliver() -> None:
    pass


@deliver.command(
    help=n_(
        "Record a delivery event of LETTER (its number, such as 2-2026-0001) with its proofs. Say what a proof shows "
        "(slip=FILE): a photo of a door is no signature.\n\n"
        "Example: evidence deliver record 2-2026-0001 --channel ems --outcome delivered --at 2026-11-25T10:30+08:00 "
        "--tracking 1234567890123 --proof slip=return.jpg --proof tracking=page.pdf"
    )
)
@click.argument("letter")
@click.option("--channel", type=channel_choice(), required=True, help=n_("How it went."))
@click.option("--outcome", type=outcome_choice(), required=True, help=n_("What happened."))
@click.option(
    "--at", "at", required=True, metavar="TIME", help=n_("When, with zone: 2026-11-25T10:30+08:00.")
)
@click.option("--place", default="", help=n_("Where, in words."))
@click.option(
    "--to",
    "sent_to",
    default="",
    metavar="ADDRESS",
    help=n_("The address, number or account it was sent to."),
)
@click.option("--tracking", default="", help=n_("Waybill number."))
@click.option(
    "--server", "servers", multiple=True, help=n_("Who delivered it; two people for delivery by hand.")
)
@click.option("--signer", default="", help=n_("Who signed for it."))
@click.option(
    "--relation",
    default="",
    help=n_("The signer's relation to the owner: self, cohabiting-adult, authorised, …"),
)
@click.option("--reason", default="", help=n_("Why it was refused, left or came back."))
@click.option("--witness", default="", help=n_("Name of a witness who saw it."))
@click.option("--note", default="", help=n_("Anything else worth keeping."))
@click.option(
    "--proof",
    "proofs",
    multiple=True,
    metavar="[KIND=]FILE",
    type=ProofParam(),
    help=n_(
        "Photo, slip or tracking page; may be given several times. KIND says what it shows: slip, stub, contents, "
        "tracking, carrier, envelope, scene, message, device, reply, deed, authority."
    ),
)
@click.pass_obj
def record(
    app: App,
    letter: str,
    channel: str,
    outcome: str,
    at: str,
    place: str,
    sent_to: str,
    tracking: str,
    servers: tuple[str, ...],
    signer: str,
    relation: str,
    reason: str,
    witness: str,
    note: str,
    proofs: tuple[tuple[Path, str], ...],
) -> None:
    from evidence.delivery import channel_label, grade_label, outcome_label, witness_label

    workspace = app.workspace()
    result = workspace.deliver(
        letter,
        channel=Channel(channel),
        outcome=Outcome(outcome),
        at=at,
        place=place,
        sent_to=sent_to,
        tracking=tracking,
        servers=servers,
        signer=signer,
        relation=relation_word(relation),
        reason=reason,
        witness_name=witness,
        note=note,
        proofs=proofs,
    )
    app.out(
        app.t(
            n_("Recorded for {letter}: {channel}, {outcome}; proof grade {grade}, witness {witness}."),
            letter=letter,
            channel=channel_label(result.event.channel, app.lang),
            outcome=outcome_label(result.event.outcome, app.lang),
            grade=grade_label(result.grade, app.lang),
            witness=witness_label(result.witness, app.lang),
        )
    )
    if result.already_known:
        app.out(app.t(n_("This event was recorded before; nothing changed.")))
    (left,) = workspace.delivery_gaps([result.event.letter])
    attempts = [one for one in left.attempts if one.channel is result.event.channel]
    tell_gaps(app, attempts)
    app.finish(
        [
            {
                "letter": result.event.letter,
                "channel": channel,
                "outcome": outcome,
                "at": result.event.at.isoformat(),
                "grade": result.grade.value,
                "witness": result.witness.value,
                "proofs": [
                    {"name": p.name, "sha256": p.sha256, "shows": p.role.value if p.role else None}
                    for p in result.event.proofs
                ],
                "journal_index": result.journal_index,
                "already_known": result.already_known,
                "missing": [gap_json(app, gap) for one in attempts for gap in one.gaps],
            }
        ],
        counts={"recorded": 0 if result.already_known else 1},
        warnings=result.warnings,
    )


@deliver.command(
    "import",
    help=n_(
        "Record what a carrier reports (.xlsx, .xls, .ods, .csv): each row to its letter, by the letter's number or the "
        "waybill, its columns under whatever names carriers give them. Rows of other mail are told and left. Reading a "
        "table again records nothing twice.\n\nExample: evidence deliver import ems-results.xlsx --channel ems"
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--channel", type=channel_choice(), help=n_("How letters went of which the table does not say it.")
)
@click.option("--plan", is_flag=True, help=n_("Show what would be recorded; write nothing."))
@click.option("--skip-invalid", is_flag=True, help=n_("Record the clean rows and report the rest."))
@click.option("--encoding", help=n_("Encoding of CSV files where it cannot be told: utf-8, gb18030, big5."))
@click.pass_obj
def import_(
    app: App,
    files: tuple[Path, ...],
    channel: str | None,
    plan: bool,
    skip_invalid: bool,
    encoding: str | None,
) -> None:
    from evidence.delivery import channel_label, outcome_label

    result = app.workspace().import_deliveries(
        files,
        channel=Channel(channel) if channel else None,
        plan=plan,
        skip_invalid=skip_invalid,
        encoding=encoding,
    )
    if plan:
        app.table(
            [
                app.t(n_("Letter")),
                app.t(n_("Account")),
                app.t(n_("Waybill")),
                app.t(n_("Result")),
                app.t(n_("Time")),
            ],
            [
                (
                    one.printed,
                    one.account,
                    one.step.tracking,
                    f"{channel_label(Channel(one.step.channel), app.lang)} "
                    f"{outcome_label(Outcome(one.step.outcome), app.lang)}"
                    + (f" ({app.t(n_('recorded before'))})" if one.is_known else ""),
                    str(one.step.at)[: len("2026-11-25 10:30:00")],
                )
                for one in result.planned
            ],
        )
    recorded = [one for one in result.results if not one.already_known]
    words = n_(
        "{rows} rows read: {n} events recorded, {known} recorded before, {left} rows belong to no letter."
    )
    if plan:
        words = n_(
            "{rows} rows read: {n} events would be recorded, {known} recorded before, {left} rows belong to no letter."
        )
    app.out(
        app.t(
            words,
            rows=result.rows_read,
            n=len(result.planned) - result.known if plan else len(recorded),
            known=result.known,
            left=len(result.unmatched),
        )
    )
    warnings = [warning for one in result.results for warning in one.warnings]
    app.finish(
        [
            {
                "letter": one.step.letter,
                "account": one.account,
                "channel": str(one.step.channel),
                "outcome": str(one.step.outcome),
                "at": str(one.step.at),
                "tracking": one.step.tracking,
                "already_known": one.is_known,
                "where": one.step.where.to_json(),
            }
            for one in result.planned
        ],
        counts={
            "rows": result.rows_read,
            "recorded": len(recorded),
            "known": result.known,
            "unmatched": len(result.unmatched),
            "faulty": len(result.faults),
        },
        warnings=(*result.notices, *warnings),
        errors=(*result.faults, *result.unmatched),
        code=ExitCode.PARTIAL if result.faults or result.unmatched else ExitCode.DONE,
    )


@deliver.command(
    help=n_(
        "File scanned or photographed slips (folders of pictures, PDFs from a scanner) to their letters by the code on "
        "each. A scan says nothing about who signed: --list writes a list to fill in, and --results reads it back and "
        "records what it says. Without one each slip is recorded as come back, and proves no arrival. Pages that cannot "
        "be read, or show two letters, are listed and filed to none.\n\n"
        "Example: evidence deliver scan slips.pdf --plan --list slips.xlsx"
    ),
)
@click.argument("paths", metavar="FOLDER|PDF...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--plan", is_flag=True, help=n_("Show what belongs to which letter; record nothing."))
@click.option(
    "--list",
    "list_",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=n_("Write the list to fill in (.xlsx, .csv)."),
)
@click.option(
    "--results",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=n_("The list, filled in: record what it says."),
)
@click.option(
    "--channel",
    type=channel_choice(),
    default="hand",
    help=n_("How letters went of which the list does not say it."),
)
@click.option(
    "--proof-kind",
    "role",
    type=role_choice(),
    default="slip",
    help=n_("What the pages show where the list does not say it."),
)
@click.pass_obj
def scan(
    app: App,
    paths: tuple[Path, ...],
    plan: bool,
    list_: Path | None,
    results: Path | None,
    channel: str,
    role: str,
) -> None:
    from evidence.workspace.sliplist import write_slip_list

    workspace = app.workspace()
    result = workspace.scan_slips(paths, results=results, channel=Channel(channel), role=role, plan=plan)
    if list_ is not None:
        write_slip_list(list_, result.pages, workspace.office.locale)
        app.out(app.t(n_("The list to fill in: {path}"), path=str(list_)))
    _tell_scan(app, result, plan=plan)
    recorded = [one for one in result.recorded if not one.already_known]
    grades = {one.event.letter: one.grade.value for one in result.recorded}
    app.finish(
        [
            {
                "file": page.file,
                "page": page.page or None,
                "state": page.state.value,
                "codes": list(page.codes),
                "letter": page.letter or None,
                "account": page.account or None,
                "sha256": page.sha256,
                "already_filed": page.filed,
                "grade": grades.get(page.letter),
            }
            for page in result.pages
        ],
        counts={
            "pages": len(result.pages),
            "filed": sum(bool(page.letter) for page in result.pages),
            "recorded": len(recorded),
            "unread": len(result.unread),
            "waiting": result.waiting,
        },
        warnings=[warning for one in result.recorded for warning in one.warnings],
        errors=result.unread,
        code=ExitCode.PARTIAL if result.unread else ExitCode.DONE,
    )


def _tell_scan(app: App, result: ScanResult, *, plan: bool) -> None:
    if plan:
        app.table(
            [
                app.t(n_("File")),
                app.t(n_("Page")),
                app.t(n_("Short code")),
                app.t(n_("Letter")),
                app.t(n_("Account")),
            ],
            [
                (
                    page.file,
                    str(page.page or "—"),
                    ", ".join(page.codes) or "—",
                    _letter(app, page),
                    page.account or "—",
                )
                for page in result.pages
            ],
        )
    app.out(
        app.t(
            n_("{pages} pages: {filed} belong to a letter, {unread} to none; {recorded} events recorded."),
            pages=len(result.pages),
            filed=sum(bool(page.letter) for page in result.pages),
            unread=len(result.unread),
            recorded=sum(not one.already_known for one in result.recorded),
        )
    )
    if result.waiting:
        app.out(app.t(n_("{n} letters wait for their result in the list."), n=result.waiting))


def _letter(app: App, page: ScannedPage) -> str:
    if not page.letter:
        return "—"
    return page.printed + (f" ({app.t(n_('recorded before'))})" if page.filed else "")


def _paper_options(*, script: str) -> Callable[[_Function], _Function]:
    """Where a paper about deliveries is written, in which script, and by which converter."""

    def add(function: _Function) -> _Function:
        for option in (
            click.option(
                "--converter",
                type=click.Choice(["auto", "builtin", "libreoffice"]),
                help=n_("What turns Word files into PDF; auto takes LibreOffice where it is installed."),
            ),
            click.option("--locale", type=click.Choice(["zh", "zh-Hant"]), help=script),
            click.option(
                "--out",
                type=click.Path(file_okay=False, path_type=Path),
                help=n_("Another folder for the files than reports/ in the workspace."),
            ),
        ):
            function = option(function)
        return function

    return add


@deliver.command(
    help=n_(
        "The delivery report of ACCOUNT as Word and PDF: every recorded attempt on every letter to its present owner, with "
        "proofs, grades, witnesses and what is missing.\n\nExample: evidence deliver report 1栋2单元301"
    )
)
@click.argument("account")
@_paper_options(script=n_("Script of the report; else the workspace's."))
@click.pass_obj
def report(app: App, account: str, out: Path | None, locale: str | None, converter: str | None) -> None:
    done = app.workspace().delivery_report(account, out, locale=locale, converter=converter)
    for path in (done.docx, done.pdf):
        app.out(app.t(n_("Written: {path}"), path=str(path)))
    words = n_("{letters} letters, {steps} steps on record, {missing} required things missing.")
    app.out(app.t(words, letters=done.letters, steps=done.steps, missing=done.missing))
    counts = {"letters": done.letters, "steps": done.steps, "missing": done.missing}
    app.finish([{"account": done.account, "docx": str(done.docx), "pdf": str(done.pdf)}], counts=counts)


_BLANKS = {
    "copies": n_("number of copies"),
    "address": n_("address it was served at"),
    "time": n_("time of arrival"),
    "signer": n_("name of the signer"),
    "signature": n_("signature (no signed slip on file)"),
    "relation": n_("relation of the signer"),
    "id-last-four": n_("last four characters of the signer's ID"),
    "two-servers": n_("two servers"),
    "staff-numbers": n_("staff numbers of the servers"),
    "reason": n_("reason it was not taken"),
    "witness": n_("name of a witness"),
    "witness-unit": n_("organisation of the witness"),
    "proofs": n_("any photo, video or paper"),
    "time-taken": n_("when photo or video was taken"),
}


@deliver.command(
    help=n_(
        "The receipt of LETTER (its number, such as 2-2026-0001) as Word and PDF, filled from its delivery records, one sheet "
        "for each attempt. What is not on record stays blank and is listed; no signature is ever filled in.\n\n"
        "Example: evidence deliver receipt 2-2026-0001"
    )
)
@click.argument("letter")
@_paper_options(script=n_("Script of the receipt; else the letter's."))
@click.pass_obj
def receipt(app: App, letter: str, out: Path | None, locale: str | None, converter: str | None) -> None:
    from evidence.delivery import channel_label

    done = app.workspace().delivery_receipt(letter, out, locale=locale, converter=converter)
    for path in (done.docx, done.pdf):
        app.out(app.t(n_("Written: {path}"), path=str(path)))
    for sheet in done.sheets:
        app.out(
            app.t(
                n_("{channel}: left blank, as nothing is on record: {fields}"),
                channel=" ".join(filter(None, (channel_label(sheet.channel, app.lang), sheet.tracking))),
                fields=app.t(n_(", ")).join(app.t(_BLANKS[blank]) for blank in sheet.blanks),
            )
        )
    sheets = [
        {"channel": sheet.channel.value, "tracking": sheet.tracking, "blanks": [*sheet.blanks]}
        for sheet in done.sheets
    ]
    app.finish(
        [
            {
                "letter": done.letter,
                "account": done.account,
                "docx": str(done.docx),
                "pdf": str(done.pdf),
                "sheets": sheets,
            }
        ],
        counts={"sheets": len(sheets), "blanks": sum(len(sheet.blanks) for sheet in done.sheets)},
    )
