"""``evidence issue KIND``: write, stamp and journal letters."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence.cli._app import App, n_
from evidence.cli._gate import in_words, override_options, overrides_of, worded
from evidence.cli._lines import lines_option
from evidence.errors import ExitCode, Problem
from evidence.model.letter import NOTICES, LetterKind
from evidence.model.office import PlanTerms

if TYPE_CHECKING:
    from evidence.claim.ladder import Waiting
    from evidence.workspace import Workspace
    from evidence.workspace.issue import IssueResult
    from evidence.workspace.notices import NoticeRequest


@click.command(
    help=n_(
        "Write, stamp and journal letters of one KIND for every owner who is due, or for the accounts named.\n\n"
        "KIND is reminder, demand, lawyer-letter or instalment-agreement, or a notice that demands nothing: "
        "complaint-reply, settlement, correction or bill-notice. Running it twice makes nothing new; "
        "an interrupted run is finished first. Ctrl-C lets the letters at hand be finished and recorded; the same command "
        "goes on with the rest. A second Ctrl-C ends at once.\n\nExample: evidence issue demand --account 1栋2单元301"
    )
)
@click.argument("kind", type=click.Choice([kind.value for kind in LetterKind]))
@click.option(
    "--account", "accounts", multiple=True, help=n_("Only this account; may be given several times.")
)
@click.option(
    "--due", is_flag=True, help=n_("All accounts that are due (what happens when no account is named).")
)
@click.option("--building", help=n_("Only accounts of this building, as the ledger names it."))
@click.option("--plan", is_flag=True, help=n_("Only show which letters would be made."))
@click.option(
    "--locale", type=click.Choice(["zh", "zh-Hant"]), help=n_("Script of the letters; else the workspace's.")
)
@click.option(
    "--converter",
    type=click.Choice(["auto", "builtin", "libreoffice"]),
    help=n_("What turns Word files into PDF; auto takes LibreOffice where it is installed."),
)
@click.option(
    "--abandon",
    is_flag=True,
    help=n_(
        "Give up an interrupted run of this kind that cannot be finished; its unused numbers are voided."
    ),
)
@click.option(
    "--instalments",
    type=click.IntRange(2, 60),
    help=n_("Number of instalments of this agreement; else the policy's."),
)
@click.option(
    "--amount", help=n_("Amount of each instalment of this agreement; the last one takes the rest.")
)
@click.option("--dates", help=n_("Days on which the instalments fall due, as 2026-12-31,2027-01-31."))
@click.option(
    "--late",
    type=click.Choice(["kept", "waived", "restated"]),
    help=n_(
        "What this agreement says becomes of the late charge: kept, waived if it is performed, or restated as a sum "
        "that is paid in the instalments."
    ),
)
@click.option(
    "--about",
    type=int,
    help=n_("Entry of the case file that a complaint-reply answers; case show lists them."),
)
@click.option(
    "--text",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=n_(
        "File with your own words, UTF-8, a paragraph a line: the answer, or what was wrong and what is right."
    ),
)
@click.option("--corrects", default="", help=n_("Number of the letter that a correction corrects."))
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help=n_("First day of the periods that a settlement confirms."),
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help=n_("Last day of the periods that a settlement confirms."),
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    envvar="EVIDENCE_JOBS",
    help=n_(
        "Processes that make letters side by side; else one for each processor, at most 8. Up to 500 letters are made in "
        "this process, whatever is said here."
    ),
)
@click.option(
    "--cluster",
    envvar="EVIDENCE_CLUSTER",
    metavar="ADDRESS",
    help=n_(
        "Have the letters made by the workers of this Dask scheduler, tcp://HOST:8786 or tls://HOST:8786; numbers, "
        "signatures and the journal stay here."
    ),
)
@override_options
@lines_option
@click.pass_obj
def issue(
    app: App,
    kind: str,
    accounts: tuple[str, ...],
    due: bool,
    building: str | None,
    plan: bool,
    locale: str | None,
    converter: str | None,
    instalments: int | None,
    amount: str | None,
    dates: str | None,
    late: str | None,
    abandon: bool,
    overrides: tuple[str, ...],
    reasons: tuple[str, ...],
    about: int | None,
    text: Path | None,
    corrects: str,
    since: datetime | None,
    until: datetime | None,
    jobs: int | None,
    cluster: str | None,
) -> None:
    if jobs and cluster:
        raise click.UsageError(app.t(n_("--jobs and --cluster exclude each other.")))
    if accounts and due:
        raise click.UsageError(app.t(n_("--account and --due exclude each other.")))
    against = overrides_of(app, overrides, reasons)
    if against and kind != LetterKind.LAWYER_LETTER:
        raise click.UsageError(
            app.t(n_("Only a lawyer letter passes readiness rules; {kind} takes no --override."), kind=kind)
        )
    workspace = app.workspace()
    if abandon:
        numbers = [number.key for number in workspace.abandon(LetterKind(kind))]
        app.out(app.t(n_("{n} numbers voided: {numbers}"), n=len(numbers), numbers=", ".join(numbers) or "—"))
        app.finish(
            [{"number": number, "state": "voided"} for number in numbers], counts={"voided": len(numbers)}
        )
        return
    from evidence.cli._running import Running
    from evidence.workspace.executors import Hands, default_jobs

    notice = _notice(app, kind, about, text, corrects, since, until)
    with in_words(app), Running(app) as running:
        result = workspace.issue(
            LetterKind(kind),
            as_of=app.as_of,
            accounts=accounts or None,
            locale=locale,
            converter=converter,
            plan_only=plan,
            instalments=instalments,
            plan_terms=_plan_terms(app, workspace, kind, instalments, amount, dates, late),
            building=building,
            overrides=against,
            notice=notice,
            hands=Hands(jobs or default_jobs(), cluster or ""),
            watch=running.watch,
        )
    skipped = worded(app, result.skipped)
    if plan:
        app.table(
            [app.t(n_("Number")), app.t(n_("Account")), app.t(n_("Owner")), app.t(n_("Total"))],
            [(p.number.key, p.account, p.debtor, grouped(p.total)) for p in result.planned],
            right=(3,),
        )
        app.out(app.t(n_("{n} letters would be made; nothing was written."), n=len(result.planned)))
    else:
        _tell(app, workspace, result)
    _tell_waiting(app, result)
    app.finish(
        [
            {
                "number": p.number.key,
                "account": p.account,
                "debtor": p.debtor,
                "total": p.total,
                "draft": draft,
            }
            for p, draft in (
                ((planned, kind == LetterKind.LAWYER_LETTER) for planned in result.planned)
                if plan
                else ((letter, letter.draft) for letter in result.letters)
            )
        ],
        counts={
            "issued": len(result.letters),
            "planned": len(result.planned),
            "skipped": len(result.skipped),
        },
        warnings=result.warnings,
        errors=[*skipped, *([Problem("workspace.run-finished-only")] if result.stopped else [])],
        code=_code(result),
        extra={
            "run": result.run,
            "folder": result.folder,
            "converter": result.converter,
            "waiting": [_waiting(app, waiting) for waiting in result.waiting],
        },
    )


def _code(result: IssueResult) -> ExitCode:
    if result.stopped:
        return ExitCode.INTERRUPTED
    return ExitCode.PARTIAL if result.skipped else ExitCode.DONE


def _plan_terms(
    app: App,
    workspace: Workspace,
    kind: str,
    instalments: int | None,
    amount: str | None,
    dates: str | None,
    late: str | None,
) -> PlanTerms | None:
    """The terms of this agreement alone, on top of those of ``evidence.toml``; ``None`` where none is given."""
    from evidence.workspace.config import plan_faults

    if amount is None and dates is None and late is None:
        if instalments is None or not workspace.office.plan.amount:
            return None
    elif kind != LetterKind.INSTALMENT_AGREEMENT:
        raise click.UsageError(app.t(n_("--amount, --dates and --late belong to an instalment agreement.")))
    if sum(given is not None for given in (instalments, amount, dates)) > 1:
        raise click.UsageError(app.t(n_("--instalments, --amount and --dates exclude each other.")))
    usual = workspace.office.plan
    counted = instalments is not None or dates is not None
    terms = PlanTerms(amount or ("" if counted else usual.amount), dates or "", late or usual.late)
    for day in (dates or "").split(","):
        if dates and not _is_day(day):
            raise click.UsageError(
                app.t(
                    n_("--dates: {given} is no date; write days as 2026-12-31,2027-01-31."),
                    given=day.strip() or "—",
                )
            )
    for option, expected in plan_faults(terms):
        raise click.UsageError(
            app.t(n_("{option}: expected {expected}."), option=f"--{option}", expected=expected)
        )
    return terms


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def _notice(
    app: App,
    kind: str,
    about: int | None,
    text: Path | None,
    corrects: str,
    since: datetime | None,
    until: datetime | None,
) -> NoticeRequest | None:
    """What a notice is about; ``None`` for other letters, which take none of its options."""
    from evidence.workspace.deliveries import read_file
    from evidence.workspace.notices import NoticeRequest

    given = {"--about": about, "--text": text, "--corrects": corrects, "--since": since, "--until": until}
    for option, value in given.items():
        if value and kind not in _TAKEN_BY[option]:
            raise click.UsageError(app.t(n_("{kind} takes no {option}."), kind=kind, option=option))
    if kind not in NOTICES:
        return None
    try:
        words = read_file(text).decode("utf-8-sig") if text else ""
    except UnicodeDecodeError:
        raise click.UsageError(app.t(n_("{file} is no text in UTF-8."), file=str(text))) from None
    return NoticeRequest(
        about, words, corrects, since.date() if since else None, until.date() if until else None
    )


_REPLY, _CORRECTION, _SETTLEMENT = LetterKind.COMPLAINT_REPLY, LetterKind.CORRECTION, LetterKind.SETTLEMENT
_TAKEN_BY = {
    "--about": (_REPLY,),
    "--text": (_REPLY, _CORRECTION),
    "--corrects": (_CORRECTION,),
    "--since": (_SETTLEMENT,),
    "--until": (_SETTLEMENT,),
}


def _waiting(app: App, waiting: Waiting) -> dict[str, object]:
    """Why an account gets no letter for now, and from when it may."""
    day = waiting.earliest_on.isoformat() if waiting.earliest_on else None
    reason = app.problem_json(waiting.reason)
    return {
        "account": waiting.reason.where.part,
        "from": day,
        "code": reason["code"],
        "message": reason["message"],
    }


_ISSUED = (
    n_("Letter {number} issued, in {folder}"),
    n_("{n} letters issued, {first} to {last}, in {folder}"),
    n_("{n} letters issued, numbered from {first} to {last} with gaps, in {folder}"),
)
_DRAFTED = (
    n_(
        "Draft {number} of a lawyer letter made, in {folder}; it is no letter before evidence approve {number}."
    ),
    n_(
        "{n} drafts of lawyer letters made, {first} to {last}, in {folder}; each is no letter before evidence approve."
    ),
    n_(
        "{n} drafts of lawyer letters made, numbered from {first} to {last} with gaps, in {folder}; each is no letter "
        "before evidence approve."
    ),
)


def _tell(app: App, workspace: Workspace, result: IssueResult) -> None:
    if result.resumed:
        app.out(app.t(n_("An interrupted run was finished first.")))
    for (folder, draft), letters in groupby(result.letters, key=lambda letter: (letter.folder, letter.draft)):
        made = [letter.number for letter in letters]
        numbers = [number.key for number in made]
        where = str(workspace.root / "letters" / folder)
        one, many, gaps = _DRAFTED if draft else _ISSUED
        if len(numbers) == 1:
            app.out(app.t(one, number=numbers[0], folder=where))
            continue
        whole = made[-1].seq - made[0].seq + 1 == len(made)
        app.out(
            app.t(
                many if whole else gaps,
                n=len(numbers),
                first=numbers[0],
                last=numbers[-1],
                folder=where,
            )
        )
    _tell_messages(app, workspace, result)
    if result.restored:
        app.out(app.t(n_("{n} missing copies were written again from the store."), n=result.restored))
    if not (result.letters or result.skipped or result.warnings or result.stopped):
        if result.overdue:
            app.out(app.t(n_("Nothing new to issue: every owner who is due has this letter already.")))
        else:
            app.out(app.t(n_("Nothing is overdue on {day}."), day=app.as_of.isoformat()))


def grouped(total: str) -> str:
    """A sum as every table prints it: ``9,584.33``; what is no sum stays as it is."""
    try:
        return f"{Decimal(total):,}"
    except InvalidOperation:
        return total


def _tell_messages(app: App, workspace: Workspace, result: IssueResult) -> None:
    """How many texts for SMS or WeChat lie beside the letters, and as how many short messages each is billed."""
    from evidence.letters.messages import Message

    counts = [
        Message(path.read_text("utf-8").removesuffix("\n")).segments
        for folder in sorted({letter.folder for letter in result.letters})
        for path in sorted((workspace.root / "letters" / folder).glob("*.txt"))
    ]
    if counts:
        least, most = min(counts), max(counts)
        app.out(
            app.t(
                n_(
                    "Beside them {n} texts for SMS or WeChat, {segments} short messages each (up to 70 characters one, "
                    "else 67 each)."
                ),
                n=len(counts),
                segments=str(most) if least == most else f"{least}–{most}",
            )
        )


def _tell_waiting(app: App, result: IssueResult) -> None:
    """How many accounts wait; with -v each with its reason and the day from which it need not."""
    if result.waiting:
        app.out(app.t(n_("{n} accounts wait for their turn; -v says what for."), n=len(result.waiting)))
    if app.verbose:
        for waiting in result.waiting:
            told = _waiting(app, waiting)
            app.out(f"  {told['message']}" + (f" ({told['from']} →)" if told["from"] else ""))
