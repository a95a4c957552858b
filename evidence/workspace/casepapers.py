"""What the case file says about papers and figures that are known from elsewhere: letters, fee lines, the court fee.

The claim, the letters and their deliveries come from their own rooms; here recorded pieces are laid beside them. As in
:mod:`evidence.workspace.casefacts` nothing is guessed: an agreement that nobody recorded as signed is none, a promise
that names no period interrupts none, a paper without a recorded grade proves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

from evidence.bundle.forms.facts import AgentFact
from evidence.claim.court_fees import Fee, case_fee, payment_order_fee
from evidence.claim.limitation import Interruption, InterruptionKind
from evidence.claim.readiness.facts import (
    Acceleration,
    Agreement,
    CourtFee,
    FeePeriod,
    LateBasis,
    LateCharge,
    LateTreatment,
    LimitationWaiver,
    Posting,
    Procedure,
    Track,
)
from evidence.errors import EvidenceError, Place, Problem
from evidence.intake.cells import Refusal
from evidence.intake.periods import parse_period
from evidence.law.fees import fees_on
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.delivery import Grade
from evidence.model.events import Target
from evidence.model.money import Money
from evidence.model.office import Office
from evidence.workspace.casefacts import CaseFile

Facts = Mapping[str, str]
"""A letter's sealed facts, name to value."""

_HALVED = {Track.SMALL: ("small-claim", "simplified"), Track.SUMMARY: ("simplified",), Track.ORDINARY: ()}


def target_of(event: CaseEvent) -> Target:
    """Which fee lines a piece is about; raises ``workspace.case-period`` for a period nobody can read."""
    text = event.text("period")
    try:
        found = parse_period(text.replace("/", "至")) if text else None
    except Refusal:
        found = None
    if text and found is None:
        params: dict[str, str | int] = {"entry": event.journal_index, "period": text}
        raise EvidenceError([Problem("workspace.case-period", Place(part=f"#{event.journal_index}"), params)])
    return Target(event.text("item"), found[0] if found else None)


# ── fee lines ───────────────────────────────────────────────────────────────────────────────────────────────────────


def with_factors(periods: Iterable[FeePeriod], file: CaseFile) -> tuple[FeePeriod, ...]:
    """Fee lines with what they are worked out from, where the ledger has the amount only.

    Of several pieces that fit, the one that names the period goes first, then the account's own.
    """
    pieces = sorted(
        file.every(CaseKind.LINE), key=lambda piece: (not piece.text("period"), not piece.account)
    )
    targets = [(target_of(piece), piece) for piece in pieces]
    found = []
    for fee in periods:
        fits = (piece for target, piece in targets if target.covers(fee.item, fee.period))
        piece = next(fits, None) if fee.quantity is None or fee.unit_price is None else None
        found.append(
            fee
            if piece is None
            else replace(
                fee,
                quantity=piece.decimal("quantity"),
                unit_price=piece.decimal("price"),
                months=piece.decimal("months"),
            )
        )
    return tuple(found)


# ── letters ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def slip_contents(file: CaseFile, names: Collection[str], tracking: str) -> str | None:
    """What the courier's slip of a letter says is inside; ``None`` where nobody recorded having read it.

    ``names`` are the letter's number as stored and as printed. A piece that names no tracking number is about every
    slip of the letter.
    """
    slips = [slip for slip in file.own(CaseKind.SLIP) if slip.text("letter") in names]
    for number in (tracking, ""):
        for slip in slips:
            if slip.text("tracking") == number:
                return (slip.text("contents") or "✓") if slip.flag("named") else ""
    return None


def postings(
    file: CaseFile, letters: Sequence[tuple[Collection[str], Posting]]
) -> tuple[Posting, ...] | None:
    """What was put up: letters by their delivery, and what was recorded, which says what can be read there."""
    own = {piece.text("name"): _posting(piece) for piece in file.every(CaseKind.POSTING)}
    found = []
    for names, posting in letters:
        told = next((own.pop(name) for name in names if name in own), None)
        found.append(replace(told, name=posting.name, on=posting.on) if told else posting)
    found += own.values()
    if found:
        return tuple(found)
    return () if file.none("posting") else None


def _posting(piece: CaseEvent) -> Posting:
    on = piece.date("on") or date.max
    return Posting(piece.text("name"), on, piece.flag("names_owner"), piece.flag("shows_debt"))


def agreements(file: CaseFile, letters: Mapping[str, Facts], currency: str) -> tuple[Agreement, ...] | None:
    """Agreements recorded as signed; total and instalments from the letter issued under that number, if one was."""
    pieces = file.own(CaseKind.AGREEMENT)
    if not pieces:
        return () if file.none("agreement") else None
    return tuple(_agreement(piece, letters.get(piece.text("letter"), {}), currency) for piece in pieces)


def _agreement(piece: CaseEvent, letter: Facts, currency: str) -> Agreement:
    late, waiver = piece.text("late"), piece.text("limitation")
    share, missed, days = (piece.decimal(name) for name in ("share", "missed", "demand_days"))
    accelerates = piece.flag("accelerates")
    if accelerates is None and (share is not None or missed is not None):
        accelerates = True
    clause = Acceleration(share, _whole(missed), _whole(days)) if accelerates else None
    total = piece.text("total") or letter.get("total", "").rpartition(" ")[2]
    agreed = Money.of(total, currency) if total else None
    parts, stated = _instalments(piece, letter, currency), letter.get("late.total", "").rpartition(" ")[2]
    if agreed is not None and parts and stated and not piece.text("total"):
        both = agreed + Money.of(stated, currency)
        # The letter's total is the principal; a late charge that was restated comes on top.
        if Money.total(parts, currency) == both:
            agreed, late = both, late or LateTreatment.RESTATED.value
    return Agreement(
        piece.text("letter"),
        agreed,
        parts,
        LateTreatment(late) if late else None,
        clause,
        LimitationWaiver(waiver) if waiver else None,
        piece.flag("guardian"),
        acceleration_known=accelerates is not None,
    )


def _instalments(piece: CaseEvent, letter: Facts, currency: str) -> tuple[Money, ...] | None:
    """``500 500 200.50`` as recorded, else the issued letter's: ``instalment.1`` is ``2026-11-20 CNY 500.00``."""
    words = piece.text("instalments").replace("；", " ").replace(";", " ").replace("、", " ").split()
    if not words:
        words = [value.rpartition(" ")[2] for name, value in letter.items() if name.startswith("instalment.")]
    try:
        return tuple(Money.of(word, currency) for word in words) or None
    except InvalidOperation:
        return None


def _whole(number: Decimal | None) -> int | None:
    return None if number is None else int(number)


# ── limitation ──────────────────────────────────────────────────────────────────────────────────────────────────────


def interruptions(
    file: CaseFile, periods: Sequence[FeePeriod], letters: Mapping[str, Facts]
) -> Iterator[Interruption]:
    """Promises, payments and signed agreements that name their periods (民法典 195, 时效规定 14).

    Without a recorded grade they are shown and not counted.
    """
    for kind, day, what in (
        (CaseKind.PROMISE, "made_on", InterruptionKind.ACKNOWLEDGEMENT),
        (CaseKind.PAYMENT, "received_on", InterruptionKind.PART_PAYMENT),
    ):
        for piece in file.own(kind):
            target = target_of(piece)
            covers = {fee.key for fee in periods if target.period and target.covers(fee.item, fee.period)}
            if on := piece.date(day):
                yield from _interruption(what, on, piece, covers, f"#{piece.journal_index}")
    for piece in file.own(CaseKind.AGREEMENT):
        number = piece.text("letter")
        covers = set(covered(letters.get(number, {})))
        if on := piece.date("signed_on"):
            yield from _interruption(InterruptionKind.INSTALMENT_PLAN, on, piece, covers, number)


def _interruption(
    kind: InterruptionKind, on: date, piece: CaseEvent, covers: Collection[str], reference: str
) -> Iterator[Interruption]:
    if covers:
        grade = Grade(piece.text("grade")) if piece.text("grade") else Grade.NONE
        yield Interruption(kind, on, grade, frozenset(covers), reference)


def covered(letter: Facts) -> Iterator[str]:
    """The keys of the fee periods a letter lists: ``period.1`` is ``2024-01/2024-03 物业费 CNY 12.00``."""
    for name, value in letter.items():
        if name.startswith("period."):
            period, _, rest = value.partition(" ")
            yield f"{rest.rsplit(' ', 2)[0]} {period}"


# ── the court fee ───────────────────────────────────────────────────────────────────────────────────────────────────


def court_fee(
    file: CaseFile, procedure: Procedure | None, total: Money, late: LateCharge | None, law: str, on: date
) -> CourtFee | None:
    """The fee as recorded, beside what the regulation gives for the way chosen; the latter alone if none is recorded.

    ``None`` where neither is known: no way chosen, a late charge nobody has worked out, no schedule of that law.
    """
    filing = file.one(CaseKind.FILING)
    base = filing.text("fee_base") if filing else ""
    if filing and base and filing.text("fee"):
        stated = Money.of(base, total.currency)
        halved = _whole(filing.decimal("halved"))
        by_rule = _by_regulation(stated, procedure, law, on)
        amount = Money.of(filing.text("fee"), total.currency)
        halvings = halved if halved is not None else int(bool(by_rule and by_rule.halved))
        return CourtFee(stated, amount, halvings, by_rule.amount if by_rule else None)
    claimed = total
    if late is None:
        return None
    if late.basis is not LateBasis.NONE:
        if late.amount is None:
            return None
        claimed = total + late.amount
    fee = _by_regulation(claimed, procedure, law, on)
    return None if fee is None else CourtFee(claimed, fee.amount, int(fee.halved), fee.amount)


def _by_regulation(claim: Money, procedure: Procedure | None, law: str, on: date) -> Fee | None:
    if procedure is None or procedure.track is Track.ARBITRATION:
        return None
    try:
        schedule = fees_on(law, on)
        if procedure.track is Track.PAYMENT_ORDER:
            return payment_order_fee(claim, schedule)
        return case_fee(claim, schedule, _HALVED[procedure.track])
    except EvidenceError:
        return None


def agents_on_file(file: CaseFile, office: Office, day: date) -> tuple[AgentFact, ...] | None:
    """Who is on file as agent on ``day``; a lawyer whom ``evidence.toml`` knows has the firm's name, number and phone."""
    firm = office.law_firm
    found = []
    for piece in file.every(CaseKind.AGENT):
        until = piece.date("until")
        if until is not None and until < day:
            continue
        name, relation = piece.text("name"), piece.text("relation")
        known = firm is not None and relation == "lawyer" and firm.lawyer == name
        found.append(
            AgentFact(
                name,
                relation,
                piece.text("unit") or (firm.name if firm and known else ""),
                piece.text("position"),
                piece.text("phone") or (firm.phone if firm and known else ""),
                piece.text("authority"),
                piece.text("id_number"),
                piece.text("licence") or (firm.licence if firm and known else ""),
            )
        )
    if found:
        return tuple(found)
    return () if file.none("agent") else None
