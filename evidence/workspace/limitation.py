"""Limitation of an account's fee periods (诉讼时效), by the letters that arrived and what the case file says.

A list of a whole estate gets the first day and a count from what was read for the claims anyway; the statement of one
account gets the whole report, as readiness rules R19 and R20 judge it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from evidence.claim.limitation import (
    FeeTerm,
    Interruption,
    Lapses,
    Limitation,
    LimitationReport,
    lapses,
    report,
    terms_of,
)
from evidence.claim.readiness.facts import fee_periods
from evidence.errors import EvidenceError
from evidence.law.calendar import Calendar, load_calendar
from evidence.model.case import CaseKind
from evidence.workspace.arrivals import SentLetter, demand_of, interrupted_by, sent_letters
from evidence.workspace.casefacts import CaseFile
from evidence.workspace.casefile import events
from evidence.workspace.claims import AccountClaim, Claims
from evidence.workspace.core import Desk

_SHORTEST = 2
"""Years: no period was shorter (民法通则 135)."""


def limitation_calendar(desk: Desk) -> Calendar | None:
    """The calendar that periods of limitation are counted by; ``None`` where the jurisdiction has none yet."""
    try:
        return load_calendar(desk.office.jurisdiction)
    except EvidenceError:
        return None


def lapses_of(found: AccountClaim, claims: Claims, sent: Sequence[SentLetter], calendar: Calendar) -> Lapses:
    """What lapses first and how much has, after what is known to have interrupted it.

    What a co-owner did is left out of account, which never makes a day later.
    """
    interrupted: Sequence[Interruption] = ()
    letters = _known(sent, found)
    # Without letters only pieces that name their periods can interrupt anything.
    if letters or claims.names_periods(found.account.id):
        file = CaseFile(found.account.id, claims.pieces(found.account.id))
        interrupted = _interruptions(found, file, letters)
    return lapses(found.terms, interrupted, found.as_of, calendar)


def limitation_report(
    connection: Connection, found: AccountClaim, person: str, calendar: Calendar
) -> LimitationReport:
    """Every overdue fee period of an account whose owner is ``person``, those that have run out apart."""
    account = found.account
    file = CaseFile(account.id, events(connection, account.id))
    owner = (account.id, person)
    letters = _known(sent_letters(connection, owner).get(owner, ()), found)
    owners = [event.text("name") for event in file.own(CaseKind.OWNER)]
    interrupted = _interruptions(found, file, letters)
    return report(found.terms, interrupted, found.as_of, calendar, joint_debtors=owners)


def barred_periods(
    connection: Connection,
    claims: Claims,
    found: AccountClaim,
    person: str,
    calendar: Calendar,
    day: date,
    *,
    before: int | None = None,
) -> tuple[Limitation, ...]:
    """The periods a letter of ``day`` lists although their limitation has run out by what is on file.

    Those of which only the late charge is left are among them. ``before`` leaves out letters and deliveries
    journaled at that index or later, as ``claims`` does pieces.
    """
    late = found.claim.late.lines if found.claim.late is not None else ()
    left = (FeeTerm(line.charge.item, line.charge.period, line.charge.due) for line in late)
    terms = tuple(dict.fromkeys((*terms_of(found.claim), *left)))
    if all(term.starts.year > day.year - _SHORTEST for term in terms):
        return ()  # nothing can have run out: no letters need be read
    owner = (found.account.id, person)
    sent = sent_letters(connection, owner, before=before).get(owner, ())
    letters = [letter.until(day) for letter in sent if letter.issued_on <= day]
    file = CaseFile(found.account.id, claims.pieces(found.account.id))
    return report(terms, _interruptions(found, file, letters), day, calendar).expired


def _known(sent: Sequence[SentLetter], found: AccountClaim) -> list[SentLetter]:
    """The letters as they stood on the claim's day."""
    return [letter.until(found.as_of) for letter in sent if letter.issued_on <= found.as_of]


def _interruptions(
    found: AccountClaim, file: CaseFile, letters: Sequence[SentLetter]
) -> tuple[Interruption, ...]:
    sealed = {name: letter.facts for letter in letters for name in letter.names}
    demands = (demand_of(letter, file) for letter in letters)
    # Only a piece that names its periods is compared with them.
    named = any(piece.text("period") for piece in file.pieces)
    return interrupted_by(demands, file, fee_periods(found.principal) if named else (), sealed)
