"""Who sues whom, on which contract, for which home: R01 to R07, and R40."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from evidence.claim.readiness.facts import CaseFacts, PaperForm, Person, ServiceContract, Termination
from evidence.claim.readiness.marks import Mark, fail, good, listed, n_, unknown, warn
from evidence.claim.readiness.pack import RulePack
from evidence.law.identity import check_citizen_number, check_uscc
from evidence.model.period import Period
from evidence.model.problem import Problem

_DAY = timedelta(days=1)
_Span = tuple[date, date]
_CONTRACTS = "B2"  # of the filing pack
_COPIES = frozenset({"复印件", "複印件"})


def plaintiff(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R01. The plaintiff is a property service provider that exists and shows it."""
    if facts.creditor_name is not None and not facts.creditor_name.strip():
        yield fail(
            "no-name",
            n_("The plaintiff has no name."),
            n_("Enter the provider's full name as in its business licence."),
            record="creditor_name",
        )
    if facts.creditor_uscc is not None and (faults := check_uscc(facts.creditor_uscc)):
        yield fail(
            "uscc",
            n_("The plaintiff's unified social credit code does not pass its own checks."),
            n_("Copy the code from the business licence again."),
            problems=faults,
            record="creditor_uscc",
        )
    if facts.licence_on_file is False:
        yield fail(
            "no-licence",
            n_("The business licence is not on file."),
            n_("Add a copy of the business licence with the company's seal."),
            record="licence_on_file",
        )
    yield good(
        "sound", n_("Name, code and licence of the plaintiff are in order."), seen=[facts.creditor_name or ""]
    )


def contract_cover(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R02. Every claimed day lies in a contract, in its continuation (948) or before the hand-over (950)."""
    if facts.periods is None or facts.contracts is None or facts.terminations is None:
        return
    seen = [contract.name for contract in facts.contracts]
    gaps, after, unsure = [], [], []
    for fee in facts.periods:
        # What is not known is taken at its best here: only a certain gap is a failure.
        spans = _spans(facts.contracts, facts.terminations, continued=facts.service_continued is not False)
        if any(t.refused_to_leave and fee.period.end > t.on for t in facts.terminations):
            after.append(fee.key)
        elif not _covered(fee.period, spans):
            gaps.append(fee.key)
        elif any(t.refused_to_leave is None and fee.period.end > t.on for t in facts.terminations):
            unsure.append(fee.key)
    if after:
        yield fail(
            "stayed-on",
            n_("The contract had ended and the provider did not leave: no fee may be claimed for {periods}."),
            n_("Take these periods out of the claim."),
            subjects=after,
            seen=seen,
            periods=listed(after),
        )
    if gaps:
        yield fail(
            "contract-gap",
            n_("No contract covers the whole of {periods}."),
            n_(
                "Add the contract of that time, or show that service went on after its end or until the hand-over."
            ),
            subjects=gaps,
            seen=seen,
            periods=listed(gaps),
            record="contracts",
        )
    if unsure:
        yield unknown(
            "left-or-not",
            n_("The contract ended; whether the provider left when it had to is not recorded ({periods})."),
            n_("Record the hand-over."),
            subjects=unsure,
            seen=seen,
            periods=listed(unsure),
            record="terminations",
        )
    yield good("covered", n_("A contract covers every claimed period."), seen=seen)


def _spans(
    contracts: Sequence[ServiceContract], ends: Sequence[Termination], *, continued: bool
) -> list[_Span]:
    spans = []
    for contract in contracts:
        over = min((t.on for t in ends if t.on >= contract.start), default=date.max)
        spans.append((contract.start, min(contract.end or date.max, over)))
        if contract.end is not None and continued and contract.end < over:
            spans.append((contract.end + _DAY, over))  # 民法典 948: the old contract goes on without a term
    # 民法典 950: until somebody takes over, service and fee go on.
    spans += [(t.on, t.handed_over_on or date.max) for t in ends if not t.refused_to_leave]
    return spans


def _covered(period: Period, spans: Sequence[_Span]) -> bool:
    """Whether every day of ``period`` lies in one of the spans."""
    day = period.start
    for start, end in sorted(spans):
        if start > day:
            break
        if end >= day:
            if end >= period.end:
                return True
            day = end + _DAY
    return False


def contract_signed(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R03. Who signed each contract for the owners, and whether the original is there."""
    if facts.contracts is None:
        return
    seen = [contract.name for contract in facts.contracts]
    if not facts.contracts:
        yield fail(
            "no-contract",
            n_("There is no property service contract on file."),
            n_("Add the contract signed by the developer, the owners' committee or the owner."),
            record="contracts",
        )
        return
    for contract in facts.contracts:
        if contract.signed_by is None:
            yield unknown(
                "signer-unknown",
                n_("Who signed {contract} for the owners is not recorded."),
                n_("Record whether the developer, the owners' committee or the owner signed."),
                subjects=[contract.name],
                seen=seen,
                contract=contract.name,
                record="contracts",
            )
        if contract.form is None:
            yield unknown(
                "form-unknown",
                n_("Whether the original of {contract} is at hand is not recorded."),
                n_("Record whether it is an original or a copy."),
                subjects=[contract.name],
                seen=seen,
                contract=contract.name,
                record="contracts",
            )
        if contract.form is PaperForm.COPY:
            yield warn(
                "copy-only",
                n_("Only a copy of {contract} is at hand."),
                n_("Find the original; a copy that cannot be compared with it proves nothing by itself."),
                subjects=[contract.name],
                seen=seen,
                basis=["civil-procedure:73"],
                contract=contract.name,
            )
    has_original = any(contract.form is PaperForm.ORIGINAL for contract in facts.contracts)
    if has_original and (copies := _copied(facts)):
        yield warn(
            "exhibit-copy",
            n_(
                "The contract is on file as an original, yet its exhibits are registered as copies: {exhibits}."
            ),
            n_(
                "Say which of the two is right: in the case file, or by the exhibit's number in the register (after #)."
            ),
            subjects=copies,
            seen=seen,
            basis=["civil-procedure:73"],
            exhibits=listed(copies),
        )
    yield good("signed", n_("Every contract is signed, and its original is at hand."), seen=seen)


def _copied(facts: CaseFacts) -> list[str]:
    """The exhibits that are the contract, where all of them are noted as copies; before the file is made none."""
    papers = [
        one
        for one in (facts.filed.exhibits if facts.filed else ())
        if one.group == _CONTRACTS and "合同" in one.name
    ]
    if not all(one.original in _COPIES for one in papers):
        return []
    return [one.shown for one in papers]


def defendant(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R04. Each defendant can be told from everybody else."""
    if facts.defendants is None:
        return
    if not facts.defendants:
        yield fail(
            "none",
            n_("No defendant is named."),
            n_("Name the owner or owners."),
            record="defendants",
        )
    for person in facts.defendants:
        if not _distinguishable(person):
            yield fail(
                "name-only",
                n_("{name} is known by name only: a court could not tell who is meant."),
                n_("Add the unified social credit code, or the address of the organisation's domicile.")
                if person.organisation
                else n_("Add the ID number, or the day of birth and an address."),
                subjects=[person.name],
                name=person.name,
                record="organisations" if person.organisation else "defendants",
            )
        faults: list[Problem] = []
        if person.id_number and person.id_type == "citizen":
            faults += check_citizen_number(person.id_number, on, birth=person.birth)
        if person.uscc:
            faults += check_uscc(person.uscc)
        if faults:
            yield warn(
                "number-check",
                n_("The number recorded for {name} does not pass its own checks."),
                n_("Copy the number from the paper again."),
                subjects=[person.name],
                problems=faults,
                name=person.name,
                record="defendants",
            )
    yield good("clear", n_("Every defendant can be told from others."))


def _distinguishable(person: Person) -> bool:
    found = person.organisation or person.birth  # of an organisation name and domicile tell (登记立案规定 6)
    known = bool(person.id_number or person.uscc or (found and person.address.strip()))
    return bool(person.name.strip()) and known


def owner_then(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R05. The defendants owned the home in every claimed period."""
    if facts.periods is None or facts.titles is None:
        return
    spans = [(title.since, title.until or date.max) for title in facts.titles]
    seen = [title.proof for title in facts.titles]
    outside = [fee.key for fee in facts.periods if not _covered(fee.period, spans)]
    if outside:
        yield fail(
            "not-owner",
            n_("The defendants were not registered as owners during the whole of {periods}."),
            n_("Claim these periods from whoever owned the home then, or add the register's entry."),
            subjects=outside,
            seen=seen,
            periods=listed(outside),
            record="titles",
        )
    yield good("owners", n_("The defendants owned the home in every claimed period."), seen=seen)


def occupier_joined(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R06. A user who promised to pay the fee is a defendant, too: the owner is jointly liable."""
    if facts.occupiers is None:
        return
    for person in facts.occupiers:
        if person.promised_to_pay is None or (person.promised_to_pay and person.joined is None):
            yield unknown(
                "promise-unknown",
                n_("Whether {name} promised to pay the fee and is joined is not recorded."),
                n_("Look into the lease and record it."),
                subjects=[person.name],
                name=person.name,
                record="occupiers",
            )
        elif person.promised_to_pay and not person.joined:
            yield warn(
                "not-joined",
                n_("{name} promised to pay the fee and is not a defendant; the owner is jointly liable."),
                n_("Consider joining them."),
                subjects=[person.name],
                name=person.name,
                record="occupiers",
            )
    yield good("joined", n_("No user of the home who promised to pay is left out."))


def delivered_home(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R07. Before the home was handed to its buyer the developer pays."""
    if facts.periods is None or facts.delivered_on is None:
        return
    early = [fee.key for fee in facts.periods if fee.period.start < facts.delivered_on]
    if early:
        yield fail(
            "before-delivery",
            n_("The home was handed over on {day}; for {periods} the developer pays."),
            n_("Take these periods out, or claim them from the developer."),
            subjects=early,
            day=facts.delivered_on.isoformat(),
            periods=listed(early),
            record="delivered_on",
        )
    yield good("delivered", n_("The home had been handed over before the first claimed period."))


def capacity(facts: CaseFacts, pack: RulePack, on: date) -> Iterator[Mark]:
    """R40. Who cannot fully understand what they sign signs through a guardian."""
    if not facts.limited_capacity or facts.agreements is None:
        yield good(
            "capable", n_("Nothing suggests that an agreement was signed by somebody without capacity.")
        )
        return
    for agreement in facts.agreements:
        if agreement.signed_by_guardian is None:
            yield unknown(
                "guardian-unknown",
                n_("The owner's capacity is limited; who signed agreement {number} is not recorded."),
                n_("Record whether the guardian signed."),
                subjects=[agreement.number],
                number=agreement.number,
                record="agreements",
            )
        elif not agreement.signed_by_guardian:
            yield warn(
                "self-signed",
                n_("The owner's capacity is limited and the owner signed agreement {number} alone."),
                n_("Have the guardian sign or ratify it."),
                subjects=[agreement.number],
                number=agreement.number,
            )
    yield good("guardian", n_("The guardian signed."), seen=[a.number for a in facts.agreements])
