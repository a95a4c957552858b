"""What each account owes on a day: the ledger's snapshot and the case file, replayed. The one source of figures.

Letters, status, readiness, evidence files and statements all ask here, so that no two of them can differ. The case
file is read once for the whole estate; an account nothing was recorded for costs little more than its ledger rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sqlalchemy import Connection

from evidence.claim.account_replay import LedgerPaid, Replay, reckon
from evidence.claim.account_replay import replay as replay_account
from evidence.claim.allocation import AllocationTerms
from evidence.claim.bills import Bill, bills_of
from evidence.claim.checks import account_problems
from evidence.claim.ladder_policy import find_ladder
from evidence.claim.late_charge import Figure, Gap, LateRules
from evidence.claim.late_statement import LateStatement, LateSums, late_statement
from evidence.claim.late_terms import LateTerms
from evidence.claim.limitation import FeeTerm, period_key, terms_of_bills
from evidence.claim.minor import of_minor
from evidence.claim.plan import LateChoice
from evidence.claim.plan_claim import claim_under_plan
from evidence.claim.plan_progress import PlanStanding, PlanState
from evidence.claim.positions import BOOKED_OTHERWISE
from evidence.claim.rate_text import LprRate, plain
from evidence.claim.statement import Claim, claim_from, claim_of
from evidence.claim.tally import Tally
from evidence.errors import EvidenceError, ExitCode, Place, Problem, spec_of
from evidence.law.rates import RatePack
from evidence.model.account import Account, Charge
from evidence.model.case import CaseEvent, CaseKind, latest, standing
from evidence.model.delivery import Grade
from evidence.model.events import AccountEvents, Cost, Part
from evidence.model.letter import LetterKind
from evidence.model.money import Money
from evidence.model.office import Office
from evidence.workspace.booked import LedgerHistory, ledger_day
from evidence.workspace.casefile import events as case_events
from evidence.workspace.cases import currency_of, require_snapshot
from evidence.workspace.caseterms import (
    LateClause,
    account_events,
    chosen_rules,
    contract_began,
    entry_name,
    entry_place,
    late_clause,
    outside,
)
from evidence.workspace.core import Desk
from evidence.workspace.plans import PlanPaper, signed_plans
from evidence.workspace.rates import office_rates

NO_EVENTS = AccountEvents()
# A restated late charge is paid after the principal, as the agreement says; in a replay it stands where costs would,
# of which the case file gives it none.
_RESTATED_LAST = AllocationTerms(parts=(Part.LATE_CHARGE, Part.PRINCIPAL, Part.COSTS))
# What moves a balance; what decides a late charge or interrupts limitation is read too.
_MOVING = frozenset(
    {CaseKind.PAYMENT, CaseKind.DESIGNATION, CaseKind.WAIVER, CaseKind.CORRECTION, CaseKind.HOLD}
)
_READ = (
    *sorted(_MOVING),
    CaseKind.CONTRACT,
    CaseKind.RATE,
    CaseKind.AGREEMENT,
    CaseKind.PROMISE,
    CaseKind.LATE,
    CaseKind.SLIP,  # whether a refused letter's slip named it
)


@dataclass(frozen=True, slots=True)
class _Late:
    """The clause of an estate or account, its rules, and what is to be said about them.

    ``states``: the case file says whether a late charge is claimed, whatever the policy does.
    """

    clause: LateClause | None
    rules: LateRules | None
    notes: tuple[Problem, ...]
    sums: LateSums | None = None
    states: bool | None = None


@dataclass(frozen=True)
class AccountClaim:
    """One account as of a day, from the snapshot and the case file.

    ``events`` are the case file's. ``clause`` and ``rules`` ``None``: no clause on file gives a rate; ``notes`` say
    why where there is one. ``ledger_paid`` is how the ledger's paid column was read. ``late_policy`` is the
    office's ``late_charge``, or what the case file says in its place. ``paper`` is the instalment agreement the owner
    signed. What is not asked for is not reckoned.
    """

    account: Account
    as_of: date
    events: AccountEvents
    clause: LateClause | None
    rules: LateRules | None
    ledger_paid: LedgerPaid
    late_policy: str
    notes: tuple[Problem, ...]
    tally: Tally | None = None
    paper: PlanPaper | None = None
    sums: LateSums | None = None

    @property
    def states_late(self) -> bool:
        """Whether letters are to claim a late charge."""
        return self.late_policy == "claim"

    @cached_property
    def replay(self) -> Replay:
        """The account's positions and where every payment went."""
        if self.tally is not None:
            return self.tally.replay()
        return replay_account(self.account, self.events, self.as_of, late=self.rules)

    @cached_property
    def claim(self) -> Claim:
        """What a letter of that day says; ``late`` is there only where the office's letters claim one."""
        late = self.late if self._claims_late else None
        return replace(self.principal, late=late) if late is not None and late.lines else self.principal

    @cached_property
    def principal(self) -> Claim:
        """The claim but for its late charge: a list of a whole estate needs no more.

        Of what a signed plan took over, only the instalments that are due are claimed.
        """
        claim = self.ledger_claim if self.tally is None else claim_from(self.tally, self.events.holds)
        if self.paper is None or self.plan_standing is None:
            return claim
        return claim_under_plan(claim, self.paper.stated.keys(), self.plan_standing)

    @property
    def late_claimed(self) -> Money | None:
        """The sum ``claim.late_claimed``, without the lines it is made of."""
        if not self._claims_late or self.clause is None or self.sums is None:
            return None
        covers = None if self.clause.covers_all else self.clause.covers
        if self.tally is not None:
            return self.sums.of(*self.tally.late_lines(covers))
        owed = self._owed if covers is None else [bill for bill in self._owed if covers(bill.charge)]
        return self.sums.of((), owed)

    @cached_property
    def plan_standing(self) -> PlanStanding | None:
        """Where the signed plan stands; ``None`` without one."""
        if self.paper is None:
            return None
        return self.paper.standing(self.replay, self.events.payments, self.as_of)

    @property
    def _claims_late(self) -> bool:
        """Not under a signed plan until it has failed: the late charge may have been given up or turned into a sum."""
        if not self.states_late or self.paper is None or self.plan_standing is None:
            return self.states_late
        failed = self.plan_standing.state is PlanState.ACCELERATED
        return failed and self.paper.plan.late.choice is not LateChoice.RESTATED

    @cached_property
    def late(self) -> LateStatement | None:
        """The late charge of what is demanded, whether or not letters claim it; ``None`` without a rate."""
        if self.clause is None or self.rules is None:
            return None
        covered = [p.without_held() for p in self.replay.positions if self.clause.covers(p.charge)]
        made = late_statement(covered, self.as_of, self.rules, self.account.currency)
        if not (settled := self.late_settled):
            return made
        nothing = Figure(Money.zero(made.currency), gap=Gap.NOT_CLAIMED)
        lines = (
            replace(line, claimed=nothing)
            if period_key(line.charge.item, line.charge.period) in settled
            else line
            for line in made.lines
        )
        return replace(made, lines=tuple(lines))

    @property
    def late_settled(self) -> frozenset[str]:
        """The fee periods of which no late charge is claimed because the signed agreement waives it, or turned it into
        a sum that its instalments pay."""
        if self.paper is None or self.plan_standing is None:
            return frozenset()
        choice = self.paper.plan.late.choice
        waived = choice is LateChoice.WAIVED and not self.plan_standing.late_charge_revives
        return frozenset(self.paper.stated) if waived or choice is LateChoice.RESTATED else frozenset()

    @cached_property
    def _owed(self) -> list[Bill]:
        """What the ledger has left to pay, oldest first."""
        return [bill for bill in bills_of(self.account.charges).by_age if bill.rest]

    @cached_property
    def ledger_claim(self) -> Claim:
        """What the ledger alone claims: the claim of an account without events or plan."""
        return claim_of(self.account, self.as_of)

    @property
    def terms(self) -> tuple[FeeTerm, ...]:
        """The overdue fee periods, held ones too: limitation runs on whatever is not demanded."""
        if self.tally is None:
            return terms_of_bills(bill for bill in self._owed if bill.due < self.as_of)
        return terms_of_bills(self.tally.overdue_bills)

    @property
    def outstanding(self) -> Money:
        """All principal owed: what is claimed, held, and not yet due."""
        if self.tally is None:
            return of_minor(sum([bill.rest for bill in self._owed]), self.account.currency)
        return self.tally.outstanding

    @property
    def oldest(self) -> Charge | None:
        """The charge owed for the longest time."""
        if self.tally is None:
            return self._owed[0].charge if self._owed else None
        return self.tally.oldest

    @property
    def blocks(self) -> tuple[Problem, ...]:
        """Why no letter may state this claim: a late charge that cannot be figured, or that nothing carries."""
        if self.claim.late is None:
            return ()
        return tuple(
            _placed(problem, self.account.id)
            for problem in self.claim.late.warnings
            if spec_of(problem.code).exit is not ExitCode.DONE
        )

    @property
    def booked_otherwise(self) -> tuple[Problem, ...]:
        """That the ledger books payments on other periods than the claim, which no letter shows."""
        notices = self.tally.notices if self.tally else ()
        return tuple(notice for notice in notices if notice.code == BOOKED_OTHERWISE)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What whoever signs should look at; faults were raised instead."""
        late = self.late
        about_late = () if late is None else (*late.warnings, *self._outside())
        return (*self.replay.notices, *self.notes, *about_late)

    def _outside(self) -> tuple[Problem, ...]:
        assert self.clause is not None  # asked only where there is a late charge
        periods = outside(self.clause, self.replay.positions, self.as_of)
        if not periods:
            return ()
        params: dict[str, str | int] = {
            "count": len(periods),
            "source": self.clause.source,
            "periods": ", ".join(dict.fromkeys(period.iso for period in periods)),
        }
        return (Problem("workspace.late-outside-contract", params=params),)


class Claims:
    """The claims of an estate on ``as_of``: :meth:`of` reckons one account of it.

    ``before`` reads only what was journaled below that index, ``snapshot`` another ledger than the latest and
    ``office`` another configuration than today's: a run that is resumed must see what it was planned with. ``only``
    reads no entries but of that account, or of these; ``unrecorded`` are pieces to count as if they stood in the file.
    ``ledger_paid`` says how the ledger's paid column stands to the payments on file; payments that all came in after
    the ledger was imported are on top of it whatever it says.
    """

    def __init__(
        self,
        desk: Desk,
        connection: Connection,
        as_of: date,
        *,
        before: int | None = None,
        snapshot: int | None = None,
        office: Office | None = None,
        only: str | Collection[str] | None = None,
        ledger_paid: LedgerPaid = LedgerPaid.IN_EVENTS,
        unrecorded: Sequence[CaseEvent] = (),
    ) -> None:
        self.as_of, self.office = as_of, office or desk.office
        self.snapshot = require_snapshot(connection) if snapshot is None else snapshot
        self._currency = currency_of(connection, self.snapshot)
        self._ledger_paid = ledger_paid
        self._ledger_day = ledger_day(connection, self.snapshot)
        self._estate: list[CaseEvent] = []
        self._own: dict[str, list[CaseEvent]] = {}
        entries = case_events(connection, only, kinds=_READ, before=before, cancelled=bool(unrecorded))
        for event in standing((*entries, *unrecorded)) if unrecorded else entries:
            (self._own.setdefault(event.account, []) if event.account else self._estate).append(event)
        self._estate_began = contract_began(self._estate)
        day = self._ledger_day.isoformat()
        paying = {
            account
            for account, own in self._own.items()
            if any(e.kind is CaseKind.PAYMENT and e.text("received_on") <= day for e in own)
        }
        self._history = LedgerHistory(connection, paying, self.snapshot - 1)
        ladder = find_ladder(self.office.jurisdiction, self.office.ladder)
        grades = ladder.grades(LetterKind.DEMAND) if ladder else frozenset({Grade.A, Grade.B})
        self._plans = signed_plans(
            connection, (e for own in self._own.values() for e in own), grades=grades, before=before
        )
        self._rates: RatePack | EvidenceError
        try:
            self._rates = office_rates(desk, self._estate)
        except EvidenceError as error:  # no table of rates for this law: a figure nobody could compare
            self._rates = error
        self._common: _Late | EvidenceError | None = None

    @property
    def rates(self) -> RatePack | None:
        """The shipped rates and those recorded here; ``None`` where the jurisdiction has no table."""
        return None if isinstance(self._rates, EvidenceError) else self._rates

    def pieces(self, account: str) -> tuple[CaseEvent, ...]:
        """What was read for one account: all that moves its balance or interrupts limitation; contracts; rates."""
        return (*self._estate, *self._own.get(account, ()))

    def names_periods(self, account: str) -> bool:
        """Whether a piece for this very account names fee periods."""
        return any("period" in event.data for event in self._own.get(account, ()))

    def of(self, account: Account) -> AccountClaim:
        """The claim of one account.

        Raises every fault of the account, each at the account's name: those of
        :func:`~evidence.claim.account_replay.replay`, ``workspace.case-period``, ``claim.unbalanced``; and the
        refusals of a clause whose rate cannot be read, at the entry or key it stands in.
        """
        name = account.id
        own = self._own.get(name, ())
        # Payments say nothing of contracts and late charge, and of most accounts nothing else is on file.
        telling = () if all(event.kind is CaseKind.PAYMENT for event in own) else own
        late = self._late(name, telling)
        try:
            happened = NO_EVENTS
            if (own and not telling) or any(event.kind in _MOVING for event in telling):
                happened = account_events(own, name, account.currency)
            return self._claim(account, happened, late, self._plans.get(name), self._began(telling))
        except EvidenceError as error:
            raise EvidenceError(_placed(problem, name) for problem in error.problems) from None

    def _claim(
        self,
        account: Account,
        happened: AccountEvents,
        late: _Late,
        paper: PlanPaper | None,
        began: date | None,
    ) -> AccountClaim:
        result, ledger_paid, terms = None, self._ledger_paid, None
        # One signed by whoever owned the home before binds nobody here.
        paper = paper if paper and paper.addressee == account.debtor.name else None
        if happened is NO_EVENTS:
            # Without events the replay is the ledger: its bad data are looked for, the rest waits till it is asked.
            problems: Sequence[Problem] = account_problems(account, happened, contract_from=began)
        else:
            if happened.payments and min(p.received_on for p in happened.payments) > self._ledger_day:
                ledger_paid = LedgerPaid.BEFORE_EVENTS
            booked = self._history.of(account, happened, self._ledger_day)
            if paper is not None and paper.plan.late.choice is LateChoice.RESTATED:
                restated = Cost(paper.letter, account.id, paper.plan.made_on, paper.plan.late.amount)
                happened, terms = replace(happened, costs=(restated,)), _RESTATED_LAST
            result = reckon(
                booked.account,
                happened,
                self.as_of,
                terms=terms,
                late=late.rules,
                ledger_paid=ledger_paid,
                ledger_as_of=booked.day,
                older=booked.older,
                contract_from=began,
            )
            if terms is not None:
                result.parts[:] = [
                    paid._replace(part=Part.RESTATED) if paid.part is Part.COSTS else paid
                    for paid in result.parts
                ]
            problems = result.problems()
        if problems:
            raise EvidenceError(problems)
        late_policy = self.office.policy.late_charge
        if late.states is not None:
            late_policy = "claim" if late.states else "none"
        return AccountClaim(
            account,
            self.as_of,
            happened,
            late.clause,
            late.rules,
            ledger_paid,
            late_policy,
            late.notes,
            result,
            paper,
            late.sums,
        )

    def _began(self, own: Sequence[CaseEvent]) -> date | None:
        """The first day of the first contract on file; what is billed before it has no basis there."""
        if any(event.kind is CaseKind.CONTRACT for event in own):
            return contract_began([*self._estate, *own])
        return self._estate_began

    @cached_property
    def _estate_chosen(self) -> CaseEvent | None:
        return _chosen(self._estate)

    def _late(self, account: str, own: Sequence[CaseEvent]) -> _Late:
        """The late charge's terms, and how it is to be claimed where the case file says so."""
        late, chosen = self._agreed(account, own), _chosen(own) or self._estate_chosen
        if chosen is None:
            return late
        late = replace(late, states=chosen.text("claimed") != "none")
        if late.rules is None and chosen.text("claimed") == "reference":
            late = self._without_clause(late, chosen)
        if late.rules is None or chosen.text("claimed") not in ("reference", "own"):
            return late
        rules = chosen_rules(late.rules, chosen)
        if problems := rules.problems():
            raise EvidenceError(replace(problem, where=entry_place(chosen)) for problem in problems)
        return replace(late, rules=rules, sums=LateSums(self.as_of, rules, self._currency))

    def _without_clause(self, late: _Late, chosen: CaseEvent) -> _Late:
        """The loss by the published rate where nothing was agreed; unchanged where this law has no such table."""
        if isinstance(self._rates, EvidenceError):
            return late
        factor = chosen.decimal("factor") or self._rates.late_charge.loss_factor_low
        place = LateClause(LprRate(factor, f"LPR × {plain(factor)}"), entry_place(chosen).part)
        return replace(late, clause=place, rules=LateRules(LateTerms(), self._rates))

    def _agreed(self, account: str, own: Sequence[CaseEvent]) -> _Late:
        """The account's own contract, or what is common to the estate."""
        if any(event.kind is CaseKind.CONTRACT and event.text("late_rate") for event in own):
            return self._terms(account, [*self._estate, *own])
        if self._common is None:
            try:
                self._common = self._terms("", self._estate)
            except EvidenceError as error:
                self._common = error
        if isinstance(self._common, EvidenceError):
            raise EvidenceError(self._common.problems)
        return self._common

    def _terms(self, account: str, entries: Sequence[CaseEvent]) -> _Late:
        clause, notes = late_clause(entries, account, self.office.contract)
        if clause is None:
            return _Late(None, None, notes)
        if isinstance(self._rates, EvidenceError):
            return _Late(None, None, (*notes, *self._rates.problems))
        rules = clause.rules(self._rates)
        if problems := rules.problems():
            raise EvidenceError(_at_clause(problem, clause) for problem in problems)
        return _Late(clause, rules, notes, LateSums(self.as_of, rules, self._currency))


def _chosen(events: Sequence[CaseEvent]) -> CaseEvent | None:
    """How the late charge is to be claimed: the entry that counts."""
    found = latest(list(events), CaseKind.LATE) if events else ()
    return found[-1] if found else None


def distinct(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, in the order met: what is common to an estate is found with every account of it."""
    found: dict[tuple[str, Place, tuple[tuple[str, str | int], ...]], Problem] = {}
    for problem in problems:
        found.setdefault((problem.code, problem.where, tuple(sorted(problem.params.items()))), problem)
    return tuple(found.values())


def _placed(problem: Problem, account: str) -> Problem:
    """A fault with its account's name before its place in a file or in the journal."""
    where = problem.where
    if "event" in problem.params:
        named = entry_name(str(problem.params["event"]))
        problem = replace(problem, params={**problem.params, "event": named})
    if account in where.part:
        return problem
    return replace(problem, where=replace(where, part=f"{account} {where.part}".strip()))


def _at_clause(problem: Problem, clause: LateClause) -> Problem:
    return problem if problem.where != Place() else replace(problem, where=Place(part=clause.source))
