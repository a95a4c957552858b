"""What is known of a case, for the readiness rules.

Everywhere ``None`` means "nobody said" and makes the rules that need it answer unknown. "There is none" is said
with an empty tuple: ``complaints=()`` is an office that has looked and found no complaint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from evidence.claim.limitation import Interruption, period_key
from evidence.claim.readiness.filed import Agent, Filed
from evidence.claim.statement import Claim
from evidence.model.delivery import Channel, Grade, Outcome
from evidence.model.money import Money
from evidence.model.period import Period

GRADE_ORDER = {Grade.A: 4, Grade.B: 3, Grade.C: 2, Grade.D: 1, Grade.NONE: 0}


@dataclass(frozen=True, slots=True)
class FeePeriod:
    """One claimed line. ``quantity`` is what the price is multiplied by: the area, or 1 for a flat fee.

    ``paid`` includes what was waived and what is held; ``corrected`` is what corrections of the ledger added to the
    line (or took off). ``months`` may be left out where the period is whole months.
    """

    item: str
    period: Period
    claimed: Money
    due: date | None = None
    paid: Money | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    months: Decimal | None = None
    corrected: Money | None = None

    @property
    def key(self) -> str:
        """``物业费 2024-01/2024-03``, as in :class:`~evidence.claim.limitation.FeeTerm`."""
        return period_key(self.item, self.period)

    @property
    def month_count(self) -> Decimal | None:
        if self.months is not None:
            return self.months
        return Decimal(self.period.month_count) if self.period.is_whole_months else None


def fee_periods(claim: Claim) -> tuple[FeePeriod, ...]:
    """The claimed lines with area and price as the ledger has them."""
    charges = {(c.item, c.period, c.origin): c for c in claim.account.charges}
    found = []
    for line in claim.lines:
        charge = charges.get((line.item, line.period, line.origin))
        found.append(
            FeePeriod(
                line.item,
                line.period,
                line.outstanding,
                line.due,
                line.paid + line.waived + line.held,
                charge.area if charge else None,
                charge.unit_price if charge else None,
                corrected=line.billed - charge.billed if charge else None,
            )
        )
    return tuple(found)


class ContractSigner(StrEnum):
    """Who signed for the owners' side (民法典 939): the developer (前期), the committee, the owner."""

    DEVELOPER = "developer"
    COMMITTEE = "committee"
    OWNER = "owner"


class PaperForm(StrEnum):
    ORIGINAL = "original"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class ServiceContract:
    """A property service contract. ``end`` ``None`` is one without a term."""

    name: str
    start: date
    end: date | None
    signed_by: ContractSigner | None = None
    form: PaperForm | None = None


@dataclass(frozen=True, slots=True)
class Termination:
    """The service contract ended on ``on``; ``handed_over_on`` when successors took over (``None``: not yet).

    ``refused_to_leave``: the provider did not leave when it had to (民法典 949).
    """

    on: date
    handed_over_on: date | None = None
    refused_to_leave: bool | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A defendant. Empty fields are not known. A number of another paper (passport) has ``id_type`` other than
    ``citizen`` and carries no check. ``organisation``: a company or the like, by its code or by its name."""

    name: str
    id_type: str = "citizen"
    id_number: str = ""
    birth: date | None = None
    address: str = ""
    uscc: str = ""
    organisation: bool = False


@dataclass(frozen=True, slots=True)
class Title:
    """Who was registered as owner, from ``since`` to ``until`` (``None``: still)."""

    owner: str
    since: date
    until: date | None = None
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Occupier:
    """A tenant or other user; ``promised_to_pay`` the fee, ``joined`` as a defendant."""

    name: str
    promised_to_pay: bool | None = None
    joined: bool | None = None


@dataclass(frozen=True, slots=True)
class PriceDocument:
    """What the price of an item rests on; ``published`` says that a posting of it on site is proved."""

    name: str
    item: str
    unit_price: Decimal
    start: date
    end: date | None = None
    published: bool | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A recorded arrival of a demand and the grade of its proof.

    ``relation`` is the signer seen from the debtor, in the words of the delivery room; ``item_name`` what the
    courier's slip says is inside (``None``: not looked at). ``back``: mail that was refused or returned, of
    which a court judges whether it arrived.
    """

    grade: Grade
    on: date
    channel: Channel
    relation: str = ""
    item_name: str | None = None
    proof: str = ""
    back: Outcome | None = None

    @property
    def interrupts(self) -> bool:
        """Whether limitation is counted anew from it, on the safe side.

        Mail that came back may have arrived in law ((2020)最高法民再253号: from the registered address), but nobody
        should work to a day that rests on it; one that was refused was held to have arrived where its slip named the
        letter.
        """
        return self.back is None or (self.back is Outcome.REFUSED and bool(self.item_name))


@dataclass(frozen=True, slots=True)
class Demand:
    """A letter that was sent and what it says, as read from the issued text.

    ``formal`` is a letter that demands (a courtesy note does not). ``covers`` are the keys of the fee periods it
    lists. ``withdrawn`` is one taken back before it arrived; ``withdrawn_late`` one taken back when it had, which
    changes nothing (民法典 141). Missing parts are ``None`` or ``False``: the text was read and they are not in it.
    """

    number: str
    formal: bool
    covers: frozenset[str]
    amount: Money | None = None
    deadline: date | None = None
    payee: bool = False
    written: bool = True
    arrivals: tuple[Arrival, ...] = ()
    withdrawn: bool = False
    withdrawn_late: bool = False

    @property
    def counts(self) -> bool:
        return self.formal and not self.withdrawn

    @property
    def best_arrival(self) -> Arrival | None:
        """The arrival with the strongest proof, the earliest of equals; ``None`` where nothing proves one."""
        proved = [a for a in self.arrivals if a.grade is not Grade.NONE]
        return min(proved, key=lambda a: (-GRADE_ORDER[a.grade], a.on), default=None)

    @property
    def interruption(self) -> Arrival | None:
        """The best of the arrivals from which limitation is counted anew."""
        return replace(self, arrivals=tuple(a for a in self.arrivals if a.interrupts)).best_arrival


class LateBasis(StrEnum):
    NONE = "none"
    CONTRACT = "contract"
    LPR = "lpr"


@dataclass(frozen=True, slots=True)
class LateCharge:
    """The late charge as claimed. ``annual_percent`` is simple interest a year; ``through`` the last day counted.

    ``clause`` is the contract's clause on late payment: ``""`` where the contract was read and has none.
    """

    basis: LateBasis
    clause: str | None = None
    annual_percent: Decimal | None = None
    amount: Money | None = None
    through: date | None = None


@dataclass(frozen=True, slots=True)
class SentText:
    """The text of a letter or message; ``sent`` is ``False`` for a draft."""

    name: str
    text: str
    dated: date
    sent: bool


class ContactWay(StrEnum):
    CALL = "call"
    MESSAGE = "message"
    VISIT = "visit"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact with the owner; ``at`` carries its zone. ``refused``: the owner then refused further ones in
    writing. Legal papers (demands, lawyer letters) are ``LETTER`` and not capped."""

    at: datetime
    way: ContactWay
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Posting:
    """Something posted on site or in a group; what can be read on it."""

    name: str
    on: date
    names_owner: bool | None = None
    shows_debt: bool | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint about service or amount; ``resolved`` when it was answered and closed."""

    name: str
    on: date
    resolved: bool | None = None


class LateTreatment(StrEnum):
    """What an instalment agreement says of the late charge (买卖合同解释 18(3))."""

    SILENT = "silent"
    KEPT = "kept"
    WAIVED = "waived"
    RESTATED = "restated"


class LimitationWaiver(StrEnum):
    """What an agreement says of limitation: nothing, a defence given up that had accrued, or one in advance."""

    NONE = "none"
    ACCRUED = "accrued"
    ADVANCE = "advance"


@dataclass(frozen=True, slots=True)
class Acceleration:
    """When the rest falls due: an unpaid ``share`` of the whole, a number of ``missed`` instalments, and the
    days of a written demand in between. ``None`` where the clause does not say."""

    share: Decimal | None = None
    missed: int | None = None
    demand_days: int | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """An instalment agreement that was signed.

    ``acceleration`` ``None`` is an agreement without such a clause, if ``acceleration_known``.
    """

    number: str
    total: Money | None
    instalments: tuple[Money, ...] | None
    late_charge: LateTreatment | None = None
    acceleration: Acceleration | None = None
    waiver: LimitationWaiver | None = None
    signed_by_guardian: bool | None = None
    acceleration_known: bool = True


class Track(StrEnum):
    ORDINARY = "ordinary"
    SUMMARY = "summary"
    SMALL = "small"
    PAYMENT_ORDER = "payment-order"
    ARBITRATION = "arbitration"


@dataclass(frozen=True, slots=True)
class Procedure:
    """The way chosen. ``limit`` is the province's current ceiling for small claims, which the office fills in."""

    track: Track
    limit: Money | None = None


@dataclass(frozen=True, slots=True)
class CourtFee:
    """The fee as stated in the file: ``base`` it was computed on, how many times it was ``halved``.

    ``expected`` is what the regulation gives for this base and way; ``None`` where nobody has worked it out.
    """

    base: Money
    amount: Money
    halved: int = 0
    expected: Money | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything the rules may ask about one account. Every field is optional; ``None`` is unknown."""

    # claim
    place: str | None = None
    local_rules_known: bool | None = None
    periods: tuple[FeePeriod, ...] | None = None
    claimed_total: Money | None = None
    late_charge: LateCharge | None = None
    lpr_percent: Decimal | None = None
    lpr_through: date | None = None
    # plaintiff and contract
    creditor_name: str | None = None
    creditor_uscc: str | None = None
    licence_on_file: bool | None = None
    contracts: tuple[ServiceContract, ...] | None = None
    service_continued: bool | None = None
    terminations: tuple[Termination, ...] | None = None
    prices: tuple[PriceDocument, ...] | None = None
    # defendants and home
    defendants: tuple[Person, ...] | None = None
    titles: tuple[Title, ...] | None = None
    occupiers: tuple[Occupier, ...] | None = None
    delivered_on: date | None = None
    limited_capacity: bool | None = None
    whereabouts_known: bool | None = None
    # demands and contacts
    demands: tuple[Demand, ...] | None = None
    public_notices: tuple[date, ...] | None = None
    committee_exists: bool | None = None
    committee_urged_on: tuple[date, ...] | None = None
    interruptions: tuple[Interruption, ...] | None = None
    joint_debtors: tuple[str, ...] = ()
    texts: tuple[SentText, ...] | None = None
    contacts: tuple[Contact, ...] | None = None
    postings: tuple[Posting, ...] | None = None
    # service
    service_records: Mapping[int, int] | None = None
    complaints: tuple[Complaint, ...] | None = None
    # agreements and filing
    agreements: tuple[Agreement, ...] | None = None
    arbitration_clause: bool | None = None
    disputed: bool | None = None
    procedure: Procedure | None = None
    court_fee: CourtFee | None = None
    copies: int | None = None
    agents: tuple[Agent, ...] | None = None
    filed: Filed | None = None
    """The evidence file, made and not yet sealed; looked at only when one is made."""
