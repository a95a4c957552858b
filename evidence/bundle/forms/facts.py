"""A case as the court's forms ask about it: what is on file, ready to be put into words.

Everything may be unknown: an empty text, ``None``. Amounts are those of the claim and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from evidence.bundle.rows import Standing
from evidence.model.delivery import Channel, Grade, Outcome
from evidence.model.money import Money
from evidence.model.period import Period

__all__ = [
    "AgentFact",
    "ContractFact",
    "CourtFact",
    "DefendantFact",
    "DeliveryFact",
    "DemandFact",
    "ExhibitFact",
    "Figures",
    "FormFacts",
    "LateFact",
    "LineFact",
    "PlaintiffFact",
    "PreservationFact",
    "PriceFact",
    "ServingFact",
]


@dataclass(frozen=True, slots=True)
class PlaintiffFact:
    """The property service provider. ``type``, ``ownership`` and ``stake`` are choices of the form."""

    name: str = ""
    address: str = ""
    registered_at: str = ""
    representative: str = ""
    position: str = ""
    id_number: str = ""
    phone: str = ""
    uscc: str = ""
    type: str = ""
    ownership: str = ""
    stake: str = ""


@dataclass(frozen=True, slots=True)
class AgentFact:
    """Who appears for the plaintiff. ``relation``: lawyer, legal-worker, staff; ``authority``: general, special."""

    name: str
    relation: str = ""
    unit: str = ""
    position: str = ""
    phone: str = ""
    authority: str = ""
    id_number: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class DefendantFact:
    """An owner, a person or an organisation (``company``); gender and ethnicity only as recorded."""

    name: str
    company: bool = False
    gender: str = ""
    birth: date | None = None
    ethnicity: str = ""
    employer: str = ""
    position: str = ""
    phone: str = ""
    household: str = ""
    residence: str = ""
    id_type: str = ""
    id_number: str = ""


@dataclass(frozen=True, slots=True)
class CourtFact:
    """What the client decided about the suit; ``None`` and "" where nobody has."""

    name: str = ""
    costs: bool | None = None
    requests: str = ""
    agreed: bool | None = None
    clause: str = ""
    preserved: bool | None = None
    preserved_by: str = ""
    preserved_on: date | None = None
    preserved_case: str = ""
    facts: str = ""
    mediation: str = ""
    mediation_known: bool | None = None


@dataclass(frozen=True, slots=True)
class ContractFact:
    """``signed_by`` developer, committee or owner; ``signed_name`` is that party's name; ``late`` the agreed rate,
    ``late_capped`` whether the clause keeps the late charge below the principal."""

    name: str
    number: str = ""
    signed_on: str = ""
    signed_at: str = ""
    signed_by: str = ""
    signed_name: str = ""
    since: date | None = None
    until: date | None = None
    late: str = ""
    late_capped: bool = False


@dataclass(frozen=True, slots=True)
class PriceFact:
    """An agreed price as recorded: ``text`` is what is said of it, with unit and source; ``property_fee`` as in
    :class:`LineFact`."""

    item: str
    price: str
    unit: str = ""
    since: date | None = None
    document: str = ""
    property_fee: bool = True


@dataclass(frozen=True, slots=True)
class LineFact:
    """One claimed fee line. billed − waived − paid − held = outstanding.

    ``property_fee`` where the item is 物业费; ``factors`` as multiplied out (area × price × months), or empty.
    """

    item: str
    period: Period
    billed: Money
    waived: Money
    paid: Money
    held: Money
    outstanding: Money
    property_fee: bool = True
    factors: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class LateFact:
    """The late charge of one line as claimed: the sentence it is claimed in, without full stop.

    ``property_fee`` as in :class:`LineFact`: the form's places for late charge are those of the property fee alone.
    ``runs``: it runs on until payment; ``limited``: it is claimed with the contract's cap.
    """

    text: str
    amount: Money
    item: str
    period: Period
    property_fee: bool = True
    runs: bool = True
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """What is claimed as of ``day``. ``principal`` and ``total`` are the claim's own sums, to which the lines add up.

    ``late_claimed``: whether a late charge is claimed, ``None`` where nobody has decided. ``late`` is its sum up to
    ``day``, less ``credited``.
    """

    day: date
    principal: Money
    total: Money
    lines: tuple[LineFact, ...]
    late_claimed: bool | None = None
    late: Money | None = None
    credited: Money | None = None
    late_lines: tuple[LateFact, ...] = ()
    late_method: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryFact:
    """One way a letter went: by hand, or under one waybill. ``relation`` is who signed, as recorded of the event.

    ``exhibits`` are the numbers of its own proofs in the catalogue.
    """

    on: date
    channel: Channel
    outcome: Outcome
    grade: Grade
    tracking: str = ""
    signer: str = ""
    relation: str = ""
    exhibits: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DemandFact:
    """A letter that asked for payment, and how far it got.

    ``deliveries`` in the order they happened: all that are proven, else the first that took it out of the house; none
    where it never left. ``exhibits`` are the numbers of the letter and its delivery record in the catalogue.
    """

    title: str
    number: str
    reached: Standing
    deliveries: tuple[DeliveryFact, ...]
    pay_by: date | None = None
    exhibits: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ServingFact:
    """Where the court is to serve the plaintiff."""

    address: str = ""
    postcode: str = ""
    recipient: str = ""
    phone: str = ""
    electronic: bool | None = None
    mobile: str = ""
    wechat: str = ""
    fax: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class PreservationFact:
    property: str
    amount: str = ""
    reason: str = ""
    guarantee: str = ""


@dataclass(frozen=True, slots=True)
class ExhibitFact:
    """One row of the catalogue; ``number`` and ``pages`` (a count) are 0 outside an evidence file."""

    number: int
    name: str
    source: str
    original: str
    sha256: str
    pages: int = 0


@dataclass(frozen=True, slots=True)
class FormFacts:
    """The whole case. ``agents`` ``None``: nobody said whether there is one. ``law`` are places in statutes, in words.

    ``area`` in square metres as a text; ``clauses`` of the contract by what they are about (``fee``, ``due``, ``late``);
    ``page_count`` of the evidence file, 0 without one.
    """

    plaintiff: PlaintiffFact
    defendants: tuple[DefendantFact, ...]
    figures: Figures
    place: str = ""
    home: str = ""
    area: str = ""
    owners: tuple[str, ...] = ()
    agents: tuple[AgentFact, ...] | None = None
    court: CourtFact = CourtFact()
    contracts: tuple[ContractFact, ...] = ()
    prices: tuple[PriceFact, ...] = ()
    price_text: str = ""
    clauses: Mapping[str, str] = field(default_factory=dict)
    law: tuple[str, ...] = ()
    demands: tuple[DemandFact, ...] = ()
    serving: ServingFact = ServingFact()
    preservations: tuple[PreservationFact, ...] = ()
    firm: str = ""
    exhibits: tuple[ExhibitFact, ...] = ()
    page_count: int = 0
    tool: str = ""
    fingerprint: str = ""
    track: str = ""
    total_words: str = ""
