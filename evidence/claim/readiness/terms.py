"""Time and promises: limitation (R19, R20) and instalment agreements (R37 to R39)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from evidence.claim.limitation import FeeTerm, Interruption, Limitation, report
from evidence.claim.limitation_labels import lapse_told
from evidence.claim.readiness.facts import GRADE_ORDER, CaseFacts, FeePeriod, LateTreatment, LimitationWaiver
from evidence.claim.readiness.marks import Mark, fail, good, listed, n_, unknown, warn
from evidence.claim.readiness.pack import RulePack
from evidence.model.delivery import Grade
from evidence.model.money import Money

_TRANSITION_BASIS = "practice:two-to-three-years"


def limitation(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R19. Which periods have lapsed or soon will. A lapsed claim is still heard, so this never fails."""
    if facts.periods is None or facts.interruptions is None:
        return
    terms = [FeeTerm(fee.item, fee.period, fee.due) for fee in facts.periods]
    found = report(terms, facts.interruptions, on, pack.calendar, joint_debtors=facts.joint_debtors)
    seen = [event.reference for event in facts.interruptions if event.reference]
    basis = [_TRANSITION_BASIS] if any(one.unverified for one in found.every) else []
    assumed = [one.term.key for one in found.every if one.due_assumed]
    if assumed:
        yield unknown(
            "due-unknown",
            n_("The last day to pay is not recorded for {periods}, so limitation is an estimate."),
            n_("Record the due date, or the contract's clause on it."),
            subjects=assumed,
            seen=seen,
            periods=listed(assumed),
            record="due",
        )
    if found.expired:
        expired = [one.term.key for one in found.expired]
        yield warn(
            "expired",
            n_(
                "Limitation has run out for {periods} (the first on {day}); the owner may refuse to pay them."
            ),
            n_("Claim them knowingly, or have the owner agree to pay in writing; a receipt is not enough."),
            subjects=expired,
            seen=seen,
            basis=basis,
            periods=listed(expired),
            day=found.expired[0].last_day.isoformat(),
        )
    days = pack.number("lapse_warning_days")
    soon = [one for one in found.running if one.days_left(on) < days]
    if soon:
        yield warn(
            "soon",
            n_("Limitation runs out within {days} days for {periods}, first on {day}."),
            n_("File, or serve a demand with good proof, before that day."),
            subjects=[one.term.key for one in soon],
            seen=seen,
            basis=basis,
            days=days,
            periods=listed(one.term.key for one in soon),
            day=soon[0].work_to(on).isoformat(),
        )
    yield from _ends_well(found.first_lapse, on, seen, basis)


def _ends_well(
    first: Limitation | None, on: date, seen: Sequence[str], basis: Sequence[str]
) -> Iterator[Mark]:
    if first is None:
        yield good("nothing-runs", n_("No limitation is running."), seen=seen)
    elif first.unpublished is None:
        message, days = lapse_told(first, on)
        yield good("runs", message, seen=seen, basis=basis, **days)
    else:
        yield good(
            "runs",
            n_("The first limitation runs out on {day}; the holiday list for {year} is not published."),
            seen=seen,
            basis=basis,
            day=first.work_to(on).isoformat(),
            year=first.unpublished,
        )


def interruption_proof(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R20. No period rests on an interruption that only its maker can prove."""
    if facts.periods is None or facts.interruptions is None:
        return
    weak = [fee.key for fee in facts.periods if _only_weak(fee, facts.interruptions)]
    seen = [event.reference for event in facts.interruptions if event.reference]
    if weak:
        yield warn(
            "weak",
            n_(
                "Every interruption of limitation for {periods} is proved with grade D or not at all, and is not counted."
            ),
            n_("Serve a demand with better proof, or have the owner sign an acknowledgement."),
            subjects=weak,
            seen=seen,
            periods=listed(weak),
        )
    yield good("proved", n_("No interruption stands on weak proof alone."), seen=seen)


def _only_weak(fee: FeePeriod, events: Sequence[Interruption]) -> bool:
    grades = [GRADE_ORDER[event.grade] for event in events if fee.key in event.covers]
    return bool(grades) and max(grades) < GRADE_ORDER[Grade.C]


def instalments_sum(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R37. Instalments sum to the agreed total, and the late charge is not passed over in silence."""
    for agreement in facts.agreements or ():
        agreed, parts = agreement.total, agreement.instalments
        if agreed is None or parts is None:
            yield unknown(
                "sum-unknown",
                n_("The total or the instalments of agreement {number} are not recorded."),
                n_("Read the agreement and record it."),
                subjects=[agreement.number],
                number=agreement.number,
                record="agreements",
            )
        elif (total := Money.total(parts, agreed.currency)) != agreed:
            yield fail(
                "sum",
                n_("The instalments of agreement {number} sum to {sum}, the agreement says {total}."),
                n_("Have a corrected agreement signed."),
                subjects=[agreement.number],
                number=agreement.number,
                sum=total.plain,
                total=agreed.plain,
            )
        if agreement.late_charge is None:
            yield unknown(
                "late-unknown",
                n_("What agreement {number} says of the late charge is not recorded."),
                n_("Read the agreement and record it."),
                subjects=[agreement.number],
                number=agreement.number,
                record="agreements",
            )
        elif agreement.late_charge is LateTreatment.SILENT:
            yield warn(
                "late-silent",
                n_("Agreement {number} says nothing of the late charge."),
                n_("Agree in writing whether it is kept, waived or restated."),
                subjects=[agreement.number],
                number=agreement.number,
                record="agreements",
            )
    yield good(
        "sums", n_("Instalments and late charge are settled, or there is no agreement."), seen=_numbers(facts)
    )


def acceleration(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R38. The rest falls due by an express clause that is not harsher than the law's own measure."""
    share = pack.figures["acceleration_share"].value
    missed, days = pack.number("acceleration_missed"), pack.number("acceleration_days")
    for agreement in facts.agreements or ():
        clause = agreement.acceleration
        harsh = clause is not None and (
            (clause.share is None and clause.missed is None)
            or (clause.share is not None and clause.share < share)
            or (clause.missed is not None and clause.missed < missed)
        )
        if clause is None and not agreement.acceleration_known:
            yield unknown(
                "clause-unknown",
                n_("Whether agreement {number} makes the rest fall due at once is not recorded."),
                n_("Read the agreement and record it."),
                subjects=[agreement.number],
                number=agreement.number,
                record="agreements",
            )
        elif clause is None:
            yield warn(
                "no-clause",
                n_("Agreement {number} has no clause that makes the rest fall due at once."),
                n_("Agree on one, or claim each instalment as it falls due."),
                subjects=[agreement.number],
                number=agreement.number,
                record="agreements",
            )
        elif harsh:
            yield warn(
                "harsh",
                n_(
                    "By agreement {number} the rest falls due below one fifth unpaid or {missed} missed instalments."
                ),
                n_("Do not rely on the clause below that measure: it may be void."),
                subjects=[agreement.number],
                number=agreement.number,
                missed=missed,
            )
        elif clause.demand_days is None or clause.demand_days < days:
            yield warn(
                "no-demand",
                n_(
                    "Agreement {number} asks for no demand of at least {days} days before the rest falls due."
                ),
                n_("Demand in writing and wait that long all the same."),
                subjects=[agreement.number],
                number=agreement.number,
                days=days,
                record="agreements",
            )
    yield good(
        "measured", n_("The clause keeps to the measure, or there is no agreement."), seen=_numbers(facts)
    )


def limitation_waiver(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R39. Limitation may be given up once it has run out, never in advance."""
    for agreement in facts.agreements or ():
        if agreement.waiver is None:
            yield unknown(
                "waiver-unknown",
                n_("What agreement {number} says of limitation is not recorded."),
                n_("Read the agreement and record it."),
                subjects=[agreement.number],
                number=agreement.number,
                record="agreements",
            )
        elif agreement.waiver is LimitationWaiver.ADVANCE:
            yield fail(
                "advance",
                n_("Agreement {number} gives up limitation in advance, which is void."),
                n_("Strike the clause; a defence can be given up only for periods that have lapsed."),
                subjects=[agreement.number],
                number=agreement.number,
            )
    yield good("allowed", n_("No agreement gives up limitation in advance."), seen=_numbers(facts))


def _numbers(facts: CaseFacts) -> list[str]:
    return [agreement.number for agreement in facts.agreements or ()]
