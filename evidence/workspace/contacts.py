"""Contacts of one owner: may they be called or visited at a time, and what recorded contacts did not keep to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from evidence.claim.contacts import QuietDays, contact_problems, next_allowed, recorded_problems
from evidence.claim.readiness.facts import Contact, ContactWay
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.model.case import CaseEvent, CaseKind
from evidence.workspace.casefacts import contact_time
from evidence.workspace.casefile import events, record
from evidence.workspace.cases import require_account
from evidence.workspace.core import Desk
from evidence.workspace.ladder import ladder_pack, quiet_days


def plan_contact(desk: Desk, account_id: str, at: str, channel: str) -> datetime:
    """The time of a planned contact, with its zone, where nothing stands against it.

    ``at`` is ISO 8601, China's time where it names no zone; ``channel`` call, visit, message or letter. Raises every
    reason against it and, last, the next allowed time (``claim.contact-next``), unless the owner refused all contact;
    ``workspace.contact-time`` and ``workspace.contact-channel`` for what cannot be read.
    """
    moment = contact_time(CaseEvent(CaseKind.CONTACT, account_id, {"at": at}))
    if moment is None:
        raise fail("workspace.contact-time", Place(part="at"), given=at)
    if channel not in tuple(ContactWay):
        known = ", ".join(ContactWay)
        raise fail("workspace.contact-channel", Place(part="channel"), given=channel, known=known)
    way, pack = ContactWay(channel), ladder_pack(desk)
    with desk.reading() as connection:
        account, _ = require_account(connection, account_id)
        log, quiet = _recorded(connection, account.id)
    if pack is None:
        return moment
    problems = contact_problems(moment, way, log, pack.contacts, pack.calendar, quiet)
    if not problems:
        return moment
    free = next_allowed(moment, way, log, pack.contacts, pack.calendar, quiet)
    if free is not None:
        shown = free.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        problems = (*problems, Problem("claim.contact-next", params={"at": shown}))
    raise EvidenceError(problems)


def record_contact(
    desk: Desk,
    account: str,
    at: str,
    channel: str,
    *,
    person: str = "",
    said: str = "",
    refused: bool = False,
    promise_by: str = "",
    promise_amount: str = "",
    proof: str = "",
) -> tuple[CaseEvent, ...]:
    """Record a contact that took place, and the promise to pay made in it, both or neither.

    A promise is a piece of its own: it is what may have interrupted limitation (民法典 195(二)), where it can be shown.
    Raises every fault of both at once.
    """
    told = {"at": at, "channel": channel, "person": person, "said": said}
    told["refused_in_writing"] = "true" if refused else ""
    pieces = [(CaseKind.CONTACT, account, _given(told), Place())]
    if promise_by:
        moment = contact_time(CaseEvent(CaseKind.CONTACT, account, {"at": at}))
        made_on = moment.astimezone(CHINA).date().isoformat() if moment else ""
        promise = {"made_on": made_on, "due": promise_by, "amount": promise_amount, "proof": proof}
        pieces.append((CaseKind.PROMISE, account, _given(promise), Place()))
    return record(desk, pieces)


def _given(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def contact_warnings(desk: Desk, recorded: Iterable[CaseEvent]) -> tuple[Problem, ...]:
    """What contacts just recorded did not keep to. They took place: the file says so, and the clerk is told."""
    pack, found = ladder_pack(desk), []
    contacts = [piece for piece in recorded if piece.kind is CaseKind.CONTACT and piece.account]
    if pack is None or not contacts:
        return ()
    with desk.reading() as connection:
        for piece in contacts:
            log, quiet = _recorded(connection, piece.account, leave_out=piece.journal_index)
            contact = _contact(piece)
            if contact is None:
                continue
            place = Place(part=f"{piece.account} #{piece.journal_index}")
            problems = recorded_problems(contact, log, pack.contacts, pack.calendar, quiet)
            found += [Problem(problem.code, place, problem.params) for problem in problems]
    return tuple(found)


def _recorded(
    connection: Connection, account: str, leave_out: int | None = None
) -> tuple[tuple[Contact, ...], tuple[QuietDays, ...]]:
    """The contacts on file with an hour, and the days on which this owner is left in peace."""
    pieces = events(connection, account, kinds=(CaseKind.CONTACT, CaseKind.PAUSE))
    own = [piece for piece in pieces if piece.account and piece.journal_index != leave_out]
    contacts = (_contact(piece) for piece in own if piece.kind is CaseKind.CONTACT)
    return tuple(contact for contact in contacts if contact), quiet_days(own)


def _contact(piece: CaseEvent) -> Contact | None:
    at = contact_time(piece)
    if at is None:
        return None
    return Contact(at, ContactWay(piece.text("channel")), piece.flag("refused_in_writing") is True)
