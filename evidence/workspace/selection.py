"""Which letters are due: who owes, who has been told so already, and who cannot be told yet."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, select

from evidence.claim.ladder import Waiting
from evidence.claim.ladder_policy import steps_of
from evidence.claim.limitation import Limitation
from evidence.claim.plan import LateChoice
from evidence.claim.plan_progress import late_due
from evidence.claim.rate_text import ContractRate
from evidence.claim.statement import Claim, balance_problems
from evidence.claim.words import WordsError, rmb_words
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.law.identity import check_uscc
from evidence.letters.context import required_fields
from evidence.letters.fonts import Shelf, open_shelf, suggest_font
from evidence.letters.late import STATES_LATE, claims_late
from evidence.letters.packs import Pack
from evidence.model.account import Account
from evidence.model.letter import SERIES, LegalEffect, LetterKind, LetterNumber
from evidence.model.money import Money
from evidence.model.office import Office, PlanTerms
from evidence.workspace import schema
from evidence.workspace.cases import each_account, require_accounts, require_building, require_snapshot
from evidence.workspace.caseterms import two_sources
from evidence.workspace.claims import AccountClaim, Claims, distinct
from evidence.workspace.core import Desk
from evidence.workspace.drafts import open_drafts, open_offers
from evidence.workspace.gate import Gate, Passage
from evidence.workspace.instalments import agreed_upon, schedule
from evidence.workspace.ladder import Ladders
from evidence.workspace.limitation import barred_periods, limitation_calendar
from evidence.workspace.templates import pack_for

_DATE = re.compile(r"[0-9]{4}(年[0-9]{1,2}月[0-9]{1,2}日|-[0-9]{2}-[0-9]{2})")


# What a statement says of a late charge that courts lower on request (R22); a run says it once.
_LATE_HIGH = frozenset({"claim.late-above-principal", "claim.late-far-above-reference"})


@dataclass(frozen=True, slots=True)
class PlannedLetter:
    """One letter a run will make, before anything is written.

    ``total`` is principal alone; ``late`` the late charge it states beside it, empty where it states none.
    """

    account: str
    debtor: str
    number: LetterNumber
    total: str
    claim_digest: str
    late: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """Whom a run writes to. ``skipped`` cannot be written to until something is mended; ``waiting`` need not be yet.

    ``warnings`` concern the whole run, ``passages`` are what the gate said of those who are written to. ``overdue``
    counts the accounts with something overdue.
    """

    planned: tuple[PlannedLetter, ...]
    skipped: tuple[Problem, ...]
    waiting: tuple[Waiting, ...]
    warnings: tuple[Problem, ...]
    overdue: int
    passages: tuple[Passage, ...] = ()


def check_office(desk: Desk, kind: LetterKind, locale: str, accounts: Sequence[str] | None) -> Pack:
    """Everything that must be known before any letter of this kind; all that is missing at once."""
    if not desk.law.letters:
        raise fail("law.no-letters", jurisdiction=desk.law.jurisdiction)
    if kind is LetterKind.LAWYER_LETTER and desk.office.law_firm is None:
        raise fail("workspace.no-law-firm")
    if kind is LetterKind.INSTALMENT_AGREEMENT and not accounts:
        raise fail("workspace.agreement-needs-account")
    pack = pack_for(desk, desk.office.jurisdiction, locale, [kind.value])
    problems = required_fields(kind, desk.office) or office_problems(desk.office)
    if problems:
        raise EvidenceError(problems)
    return pack


def office_problems(office: Office) -> tuple[Problem, ...]:
    """What is filled in but cannot stand in a letter: codes, dates, and who receives the money."""
    problems = list(check_uscc(office.creditor.uscc, Place(file="evidence.toml", part="creditor.uscc")))
    if office.law_firm and office.law_firm.uscc:
        problems += check_uscc(office.law_firm.uscc, Place(file="evidence.toml", part="law_firm.uscc"))
    signed = office.contract.signed_on
    if signed and not _DATE.fullmatch("".join(signed.split())):
        where = Place(file="evidence.toml", part="contract.signed_on")
        problems.append(Problem("workspace.bad-date", where, {"key": "contract.signed_on", "value": signed}))
    if office.bank.payee.strip() != office.creditor.name.strip() and not office.bank.payee_note:
        where = Place(file="evidence.toml", part="bank.payee")
        params = {"creditor": office.creditor.name, "payee": office.bank.payee}
        problems.append(Problem("workspace.payee-differs", where, params))
    return tuple(problems)


def select_due(
    desk: Desk,
    kind: LetterKind,
    as_of: date,
    accounts: Sequence[str] | None,
    locale: str,
    *,
    building: str | None = None,
    gate: Gate | None = None,
    effect: LegalEffect = LegalEffect.DEMAND,
) -> Selection:
    """Due and not yet served: never "today is day n", so that a missed week is caught up.

    The ladder says who is due (:mod:`evidence.claim.ladder`); an account that was named gets its letter also before
    its turn, with a warning. ``building`` leaves out all other buildings; ``effect`` is what the pack gives the letter in
    law, and decides only what is said of it.
    An account that cannot be reckoned is left out with its faults, also where it was named. Raises
    ``workspace.nothing-owed`` or ``workspace.late-only`` for every account named of which there is nothing to demand,
    the faults of an agreement's terms by which nobody can pay, ``workspace.agreement-unsigned`` where another agreement
    lies there to be signed, and ``readiness.blocked`` for every failing rule
    where the ``gate`` stops an account that was named, or leaves nobody to write to.
    """
    shelf = open_shelf(locale)
    today = desk.source.now().astimezone(CHINA).date()
    year = today.year
    planned: list[PlannedLetter] = []
    skipped: list[Problem] = []
    waiting: list[Waiting] = []
    warnings: list[Problem] = []
    idle: list[Problem] = []
    unplanned: list[Problem] = []
    blocked: list[Problem] = []
    passages: list[Passage] = []
    rateless: list[str] = []
    high: list[str] = []
    clauses: list[tuple[str, ContractRate]] = []
    overdue = 0
    with desk.reading() as connection:
        inside = None
        if building is not None:
            inside = require_building(connection, require_snapshot(connection), building)
        table = schema.LETTERS
        items = schema.PLAN_ITEMS
        letters = (
            select(table.c.account, items.c.claim_digest)
            .join(items, items.c.number == table.c.number)
            .where(
                table.c.kind == kind.value,
                table.c.effect != LegalEffect.NONE.value,
                items.c.state == "issued",
            )
        )
        served = {(row.account, row.claim_digest) for row in connection.execute(letters)}
        drafts = open_drafts(connection) if kind is LetterKind.LAWYER_LETTER else {}
        first_seq = next_seq(connection, kind, year)
        claims, calendar = Claims(desk, connection, as_of), limitation_calendar(desk)
        # The letter is made today, whatever day its figures are reckoned for; only a look ahead asks for later.
        ladders = Ladders(desk, connection, max(as_of, today))
        chosen: Iterable[tuple[Account, str]]
        if accounts:
            # Two names may mean one account.
            chosen = {
                found[0].id: found for found in require_accounts(connection, accounts).values()
            }.values()
        else:
            chosen = each_account(connection, require_snapshot(connection))
        offers = (
            open_offers(connection, [account.id for account, _ in chosen])
            if kind is LetterKind.INSTALMENT_AGREEMENT
            else {}
        )
        for account, person in chosen:
            if inside is not None and account.premises.building not in inside:
                continue
            try:
                found = claims.of(account)
            except EvidenceError as error:
                overdue += 1
                skipped.extend(error.problems)
                continue
            if kind is LetterKind.INSTALMENT_AGREEMENT:
                found = agreed_upon(desk.office, found)
            claim = found.claim
            if not claim.lines and not claim.reserved:
                idle.append(_idle(found))
                continue
            overdue += 1
            turn = ladders.waiting(kind, found, person)
            if reason := _waits(desk, kind, found):
                waiting.append(turn or Waiting(reason))
                if accounts:
                    warnings.append(waiting[-1].reason)
                continue
            digest = _terms_digest(desk, kind, claim)
            if draft := drafts.get((account.id, digest)):
                params = {"account": account.id, "letter": draft}
                waiting.append(Waiting(Problem("workspace.draft-waits", Place(part=account.id), params)))
                if accounts:
                    warnings.append(waiting[-1].reason)
                continue
            made = (account.id, digest) in served
            if turn is not None and (made or not accounts):
                waiting.append(turn)
                continue
            if made and (ladders.pack is None or not steps_of(kind)):
                continue
            if turn is not None:
                warnings += [_early(kind, account), turn.reason]
            if found.states_late and kind in STATES_LATE:
                warnings.extend(found.notes)
                if found.clause is None and not found.notes:
                    rateless.append(account.id)
                if found.clause is not None:
                    clauses.append((found.clause.source, found.clause.rate))
            states_late = claims_late(kind, claim, found.late_policy)
            no_plan = _plan_problems(desk, claim, today) if kind is LetterKind.INSTALMENT_AGREEMENT else ()
            if offer := offers.get((account.id, person)):
                params = {"account": account.id, "letter": offer}
                no_plan = (*no_plan, Problem("workspace.agreement-unsigned", Place(part=account.id), params))
            unplanned.extend(no_plan)
            problems = [
                *_owner_problems(account, claim, locale, shelf),
                *(found.blocks if states_late else ()),
                *no_plan,
            ]
            if problems:
                skipped.extend(problems)
                continue
            if gate is not None:
                passage = gate.check(connection, claims, account, person)
                warnings.extend(passage.warnings)
                if passage.blocked:
                    blocked.extend(passage.blocked)
                    continue
                passages.append(passage)
            if calendar is not None:
                expired = barred_periods(connection, claims, found, person, calendar, today)
                warnings.extend(_barred(account, expired, effect))
            number = LetterNumber(SERIES[kind], year, first_seq + len(planned))
            late = claim.late_claimed.plain if states_late and claim.late_claimed else ""
            warnings.extend(found.booked_otherwise)
            if states_late and claim.late and _LATE_HIGH & {p.code for p in claim.late.warnings}:
                high.append(account.id)
            planned.append(
                PlannedLetter(account.id, account.debtor.name, number, claim.total.plain, digest, late)
            )
    for code, whom in (("workspace.late-without-rate", rateless), ("workspace.late-high", high)):
        if whom:
            warnings.append(Problem(code, params={"count": len(whom), "account": whom[0]}))
    warnings.extend(two_sources(clauses, desk.office.contract))
    if accounts and idle:
        raise EvidenceError(idle)
    if unplanned and not planned:  # the terms asked for suit nobody, or another paper lies there to be signed
        raise EvidenceError(distinct(skipped))
    if blocked and (accounts or not planned):
        raise EvidenceError([*blocked, *distinct(skipped)])
    return Selection(
        tuple(planned),
        (*distinct(skipped), *blocked),
        tuple(waiting),
        distinct(warnings),
        overdue,
        tuple(passages),
    )


def _idle(found: AccountClaim) -> Problem:
    """Why there is nothing to demand: nothing is owed, or only a late charge, which no letter demands by itself."""
    about: dict[str, str | int] = {"account": found.account.id}
    left, paper, standing = found.late_claimed, found.paper, found.plan_standing
    if paper is not None and standing is not None and paper.plan.late.choice is LateChoice.RESTATED:
        left = late_due(paper.plan, standing)
    if left:
        return Problem("workspace.late-only", Place(part=found.account.id), {**about, "amount": left.plain})
    return Problem("workspace.nothing-owed", Place(), {**about, "day": found.as_of.isoformat()})


def _waits(desk: Desk, kind: LetterKind, found: AccountClaim) -> Problem | None:
    """Why nobody writes to this owner for now: everything is held, or it is too little to dun for."""
    claim, where = found.claim, Place(part=found.account.id)
    about = {"account": found.account.id}
    if not claim.lines:
        held = Money.total((part.amount for part in claim.reserved), claim.total.currency)
        return Problem("workspace.all-held", where, {**about, "amount": held.plain})
    least = Decimal(desk.office.policy.min_amount)
    # An agreement is the owner's wish, not a dun.
    if kind is not LetterKind.INSTALMENT_AGREEMENT and claim.total.amount < least:
        amounts = {"amount": claim.total.plain, "least": Money(least, claim.total.currency).plain}
        return Problem("workspace.below-minimum", where, {**about, **amounts})
    return None


_BARRED = {
    LegalEffect.AGREEMENT: "claim.barred-agreed",
    LegalEffect.OFFER: "claim.barred-agreed",
    LegalEffect.REMINDER: "claim.barred-reminded",
}


def _barred(account: Account, expired: Sequence[Limitation], effect: LegalEffect) -> Iterable[Problem]:
    """That the letter lists periods the owner may refuse to pay, each with its last day, and what it says of them."""
    if expired:
        periods = ", ".join(f"{one.term.item} {one.term.period.iso} ({one.last_day})" for one in expired)
        params: dict[str, str | int] = {"account": account.id, "count": len(expired), "periods": periods}
        yield Problem(_BARRED.get(effect, "claim.barred-listed"), Place(part=account.id), params)


def _early(kind: LetterKind, account: Account) -> Problem:
    """That a letter goes out before its turn: the account was named, and the clerk may know why."""
    return Problem("claim.ladder-early", Place(part=account.id), {"account": account.id, "kind": kind.value})


def _terms_digest(desk: Desk, kind: LetterKind, claim: Claim) -> str:
    """What a letter says, to see whether it was said before: the claim, and for an agreement its terms too."""
    if kind is not LetterKind.INSTALMENT_AGREEMENT:
        return claim.digest
    plan = desk.office.plan
    terms = [claim.digest, str(desk.office.policy.instalments)]
    if plan != PlanTerms():
        terms += [plan.amount, plan.dates, plan.late]
    return hashlib.sha256(":".join(terms).encode()).hexdigest()


def _plan_problems(desk: Desk, claim: Claim, today: date) -> tuple[Problem, ...]:
    """Why the terms asked for give no schedule for this claim."""
    try:
        schedule(desk.office, claim, today)
    except EvidenceError as error:
        where = Place(part=claim.account.id)
        return tuple(replace(problem, where=where) for problem in error.problems)
    return ()


def _owner_problems(account: Account, claim: Claim, locale: str, shelf: Shelf) -> list[Problem]:
    """Why this owner alone gets no letter: an account that does not balance, a character no font has."""
    problems = list(balance_problems(claim))
    where = Place(part=account.id)
    texts = [account.debtor.name, account.debtor.address, account.premises.label, account.premises.estate]
    texts += [line.item for line in claim.lines]
    for char in shelf.missing("".join(texts)):
        problems.append(
            Problem(
                "convert.glyph-missing",
                where,
                {
                    "characters": char,
                    "code": f"U+{ord(char):04X}",
                    "font": suggest_font(char),
                    "account": account.id,
                },
            )
        )
    try:
        rmb_words(claim.total, locale)
    except WordsError:
        params: dict[str, str | int] = {"account": account.id, "amount": claim.total.plain}
        problems.append(Problem("workspace.amount-too-large", where, params))
    return problems


def next_seq(connection: Connection, kind: LetterKind, year: int) -> int:
    """The next number of the series: one after the highest ever reserved, voided ones included."""
    prefix = f"{SERIES[kind]}-{year}-"
    numbers = connection.execute(
        select(schema.PLAN_ITEMS.c.number).where(schema.PLAN_ITEMS.c.number.startswith(prefix))
    ).scalars()
    return max((LetterNumber.parse(number).seq for number in numbers), default=0) + 1
