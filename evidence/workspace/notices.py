"""Notices: what each is about, for whom it can be written, and its content as the case stood when it was planned.

A reply answers a recorded complaint or hold, a settlement confirms that nothing is owed for the periods asked for, a
correction names the letter that was wrong, a bill tells what falls due soon. All are made in runs like other letters.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from xml.etree import ElementTree  # nosec B405 # reads letters of the own store alone

from sqlalchemy import Connection, select

from evidence.claim.positions import Position
from evidence.claim.statement import Claim, ClaimLine
from evidence.claim.words import WordsError, rmb_words
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.journal.canonical import Json, dumps
from evidence.letters.fonts import Shelf, open_shelf, suggest_font
from evidence.letters.late import RESERVE
from evidence.letters.notices import About, Corrected, Notice, Settled
from evidence.model.account import Account
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.delivery import Outcome
from evidence.model.events import HoldReason
from evidence.model.letter import SERIES, LetterKind, LetterNumber
from evidence.model.money import Money
from evidence.workspace import schema
from evidence.workspace.casefile import events as case_events
from evidence.workspace.cases import each_account, require_accounts, require_building, require_snapshot
from evidence.workspace.claims import AccountClaim, Claims, distinct
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import events_of, find_letter
from evidence.workspace.selection import PlannedLetter, Selection, next_seq

_OPEN_TO_ALL = (LetterKind.BILL_NOTICE,)
_TO_ONE = (LetterKind.COMPLAINT_REPLY, LetterKind.CORRECTION)
_ANSWERED = (CaseKind.COMPLAINT, CaseKind.HOLD)


@dataclass(frozen=True, slots=True)
class NoticeRequest:
    """What somebody asked for. ``about``: the entry of the case file that is answered; ``corrects``: a letter's number;
    ``text``: the office's own words; ``since`` and ``until``: the first and last day of the periods that are settled.
    """

    about: int | None = None
    text: str = ""
    corrects: str = ""
    since: date | None = None
    until: date | None = None


def check_request(kind: LetterKind, request: NoticeRequest, accounts: Sequence[str] | None) -> None:
    """Raises everything that is missing for a notice of this kind."""
    problems = []
    if kind not in _OPEN_TO_ALL and not accounts:
        problems.append(Problem("workspace.notice-account", Place(), {"kind": kind.value}))
    if kind in _TO_ONE and accounts and len(accounts) > 1:
        problems.append(Problem("workspace.notice-account", Place(), {"kind": kind.value}))
    if kind in _TO_ONE and not request.text.strip():
        problems.append(Problem("workspace.notice-text", Place(part="--text"), {"kind": kind.value}))
    if kind is LetterKind.COMPLAINT_REPLY and request.about is None:
        problems.append(Problem("workspace.notice-about", Place(part="--about"), {"entry": "—"}))
    if kind is LetterKind.CORRECTION and not request.corrects:
        problems.append(Problem("workspace.notice-corrects", Place(part="--corrects"), {"letter": "—"}))
    if problems:
        raise EvidenceError(problems)


def select_notices(
    desk: Desk,
    kind: LetterKind,
    as_of: date,
    accounts: Sequence[str] | None,
    locale: str,
    request: NoticeRequest,
    building: str | None = None,
) -> tuple[Selection, str]:
    """For whom a notice is made, and what it is about as the run keeps it.

    The same notice is not made twice. Raises for what cannot be answered, corrected or confirmed for an account that was
    named: ``workspace.notice-about``, ``workspace.notice-corrects``, ``workspace.not-settled``,
    ``workspace.nothing-falls-due``.
    """
    shelf = open_shelf(locale)
    year = desk.source.now().astimezone(CHINA).year
    planned: list[PlannedLetter] = []
    skipped: list[Problem] = []
    refused: list[Problem] = []
    seen = 0
    with desk.reading() as connection:
        inside = None
        if building is not None:
            inside = require_building(connection, require_snapshot(connection), building)
        items, runs = schema.PLAN_ITEMS, schema.RUNS
        query = (
            select(items.c.account, items.c.claim_digest)
            .join(runs, items.c.run == runs.c.id)
            .where(runs.c.kind == kind.value, items.c.state == "issued")
        )
        made = {(row.account, row.claim_digest) for row in connection.execute(query)}
        first_seq = next_seq(connection, kind, year)
        claims = Claims(desk, connection, as_of)
        chosen: Iterable[tuple[Account, str]] = (
            require_accounts(connection, accounts).values()
            if accounts
            else each_account(connection, require_snapshot(connection))
        )
        owners = list({account.id: (account, person) for account, person in chosen}.values())
        details = _details(connection, desk, kind, as_of, request, owners if accounts else [])
        for account, _ in owners:
            if inside is not None and account.premises.building not in inside:
                continue
            try:
                content, claim = content_of(kind, details, claims.of(account))
            except EvidenceError as error:
                skipped.extend(error.problems)
                continue
            if reasons := list(_refusals(kind, account, content, claim, claims)):
                if accounts:
                    refused += reasons
                continue
            seen += 1
            digest = hashlib.sha256(f"{details}:{claim.digest}".encode()).hexdigest()
            if kind is LetterKind.BILL_NOTICE:
                digest = claim.digest  # the day on which it was told does not make it another bill
            if (account.id, digest) in made:
                continue
            if problems := list(_unprintable(account, content, claim, locale, shelf)):
                skipped += problems
                continue
            number = LetterNumber(SERIES[kind], year, first_seq + len(planned))
            planned.append(PlannedLetter(account.id, account.debtor.name, number, claim.total.plain, digest))
    if refused:
        raise EvidenceError(refused)
    return Selection(tuple(planned), distinct(skipped), (), (), seen), details


def content_of(kind: LetterKind, details: str, found: AccountClaim) -> tuple[Notice, Claim]:
    """What a notice of ``details`` says to one owner, and the claim whose lines and sum stand for it on record.

    Only a bill has lines; the others ask for nothing, so that their sum is nothing.
    """
    data = json.loads(details)
    claim, zero = found.claim, Money.zero(found.account.currency)
    bare = Claim(claim.account, claim.as_of, (), zero, zero)
    text = tuple(data["text"])
    if kind is LetterKind.COMPLAINT_REPLY:
        about = data["about"]
        reason = HoldReason(about["reason"]) if about["reason"] else None
        held = tuple(part for part in claim.reserved if reason is None or reason in part.reasons)
        told = About(date.fromisoformat(about["on"]), about["matter"], reason)
        return Notice(text, about=told), replace(bare, reserved=held)
    if kind is LetterKind.CORRECTION:
        wrong = data["corrects"]
        withdrawn = date.fromisoformat(wrong["withdrawn_on"]) if wrong["withdrawn_on"] else None
        issued = date.fromisoformat(wrong["issued_on"])
        return Notice(
            text, corrects=Corrected(wrong["key"], wrong["number"], wrong["title"], issued, withdrawn)
        ), bare
    positions = sorted(found.replay.positions, key=lambda p: (p.charge.oldest_day, p.charge.period.start))
    since, until = (date.fromisoformat(data[name]) if data[name] else None for name in ("since", "until"))
    if kind is LetterKind.SETTLEMENT:
        settled = tuple(
            Settled(p.charge.item, p.charge.period, p.billed, p.waived, p.paid)
            for p in positions
            if (since is None or p.charge.period.start >= since)
            and (until is None or p.charge.period.end <= until)
            and p.billed.amount > 0
        )
        reserved = found.clause is not None and data["late"] == RESERVE
        return Notice(settled=settled, principal_only=reserved), bare
    assert until is not None
    lines = tuple(
        _bill_line(p)
        for p in positions
        if p.outstanding and not p.is_overdue(claim.as_of) and p.charge.oldest_day <= until
    )
    total = Money.total((line.outstanding for line in lines), claim.total.currency)
    return Notice(), replace(bare, lines=lines, total=total)


def _bill_line(position: Position) -> ClaimLine:
    charge = position.charge
    return ClaimLine(
        charge.item,
        charge.period,
        charge.due,
        position.billed,
        position.paid,
        position.outstanding,
        charge.origin,
        position.waived,
        Money.zero(position.billed.currency),
    )


def _details(
    connection: Connection,
    desk: Desk,
    kind: LetterKind,
    as_of: date,
    request: NoticeRequest,
    owners: Sequence[tuple[Account, str]],
) -> str:
    """What the notices of a run are about, as canonical JSON: whatever is recorded later, they say this."""
    until = request.until
    if kind is LetterKind.BILL_NOTICE:
        until = as_of + timedelta(days=desk.office.policy.bill_notice_days)
    data: dict[str, Json] = {
        "about": _about(connection, owners[0][0], request.about)
        if kind is LetterKind.COMPLAINT_REPLY
        else None,
        "corrects": (
            _corrected(connection, desk, owners[0], request.corrects)
            if kind is LetterKind.CORRECTION
            else None
        ),
        "late": desk.office.policy.late_charge,
        "since": request.since.isoformat() if request.since else "",
        "text": [line.strip() for line in request.text.splitlines() if line.strip()],
        "until": until.isoformat() if until else "",
    }
    return dumps(data).decode()


def _about(connection: Connection, account: Account, entry: int | None) -> dict[str, Json]:
    """The complaint or hold recorded as ``entry`` of the account's own case file."""
    found: CaseEvent | None = next(
        (
            e
            for e in case_events(connection, account.id, kinds=_ANSWERED)
            if e.journal_index == entry and e.account
        ),
        None,
    )
    if found is None:
        raise fail("workspace.notice-about", Place(part=account.id), entry=str(entry))
    complaint = found.kind is CaseKind.COMPLAINT
    return {
        "on": found.text("received_on" if complaint else "from"),
        "matter": found.text("matter"),
        "reason": "" if complaint else found.text("reason"),
    }


def _corrected(
    connection: Connection, desk: Desk, owner: tuple[Account, str], letter: str
) -> dict[str, Json]:
    """The letter that was wrong, one of those to the account's present owner."""
    number, account, person, issued_at = find_letter(connection, letter)
    if (account, person) != (owner[0].id, owner[1]):
        raise fail("workspace.notice-corrects", Place(part=owner[0].id), letter=letter)
    table = schema.LETTERS
    row = connection.execute(select(table).where(table.c.number == number.key)).one()
    withdrawn = [
        event for event, _ in events_of(connection, number.key) if event.outcome is Outcome.WITHDRAWN
    ]
    return {
        "key": number.key,
        "number": row.printed_number,
        "title": title_of_docx(desk.store.get(row.docx_sha256), row.printed_number),
        "issued_on": _day(issued_at),
        "withdrawn_on": _day(withdrawn[0].at) if withdrawn else "",
    }


def _refusals(
    kind: LetterKind, account: Account, content: Notice, claim: Claim, claims: Claims
) -> Iterator[Problem]:
    """Why this account gets no such notice; told only where it was named."""
    where = Place(part=account.id)
    if kind is LetterKind.BILL_NOTICE and not claim.lines:
        params = {"account": account.id, "day": claim.as_of.isoformat()}
        yield Problem("workspace.nothing-falls-due", where, params)
    if kind is not LetterKind.SETTLEMENT:
        return
    found = claims.of(account)
    stated = {(line.item, line.period) for line in content.settled}
    if not stated:
        yield Problem("workspace.nothing-billed", where, {"account": account.id})
    for position in found.replay.positions:
        charge = position.charge
        if (charge.item, charge.period) in stated and position.outstanding:
            params = {
                "account": account.id,
                "period": f"{charge.item} {charge.period.iso}",
                "amount": position.outstanding.plain,
            }
            yield Problem("workspace.not-settled", where, params)
    late = found.claim.late_claimed
    if late:
        params = {"account": account.id, "period": "late charge", "amount": late.plain}
        yield Problem("workspace.not-settled", where, params)


def _unprintable(
    account: Account, content: Notice, claim: Claim, locale: str, shelf: Shelf
) -> Iterator[Problem]:
    """A character no font has, a sum that cannot be put into words."""
    texts = [account.debtor.name, account.premises.label, account.premises.estate, *content.text]
    texts += [line.item for line in claim.lines] + [line.item for line in content.settled]
    texts += [content.about.matter] if content.about else []
    for char in shelf.missing("".join(texts)):
        params = {
            "characters": char,
            "code": f"U+{ord(char):04X}",
            "font": suggest_font(char),
            "account": account.id,
        }
        yield Problem("convert.glyph-missing", Place(part=account.id), params)
    try:
        rmb_words(claim.total, locale)
    except WordsError:
        about: dict[str, str | int] = {"account": account.id, "amount": claim.total.plain}
        yield Problem("workspace.amount-too-large", Place(part=account.id), about)


def title_of_docx(docx: bytes, number: str) -> str:
    """The title a letter was issued under: its Word file says “title number” in its properties.

    Titles follow what is owed and the script of the letter; worded anew, it would name a paper nobody ever received.
    """
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        core = ElementTree.fromstring(package.read("docProps/core.xml"))  # nosec B314 # written by this program
    return (core.findtext("{http://purl.org/dc/elements/1.1/}title") or "").removesuffix(number).strip()


def _day(moment: datetime) -> str:
    return moment.astimezone(CHINA).date().isoformat()
