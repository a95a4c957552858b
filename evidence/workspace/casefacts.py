"""What the case file says, in the terms of the readiness rules: from recorded pieces to facts.

Nothing is guessed. A question nobody answered stays ``None``; an empty answer is given only where a recorded
piece says so. That there is no tenant, no complaint, no second contract is not concluded from silence, since a
rule would pass on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from evidence.claim.readiness.facts import (
    Complaint,
    Contact,
    ContactWay,
    ContractSigner,
    Occupier,
    PaperForm,
    Person,
    PriceDocument,
    Procedure,
    SentText,
    ServiceContract,
    Termination,
    Title,
    Track,
)
from evidence.claim.segments import sounds_like_company
from evidence.clock import CHINA
from evidence.law.local import LocalRule
from evidence.model.account import Debtor
from evidence.model.case import CaseEvent, CaseKind, latest
from evidence.model.money import Money

# How people write that a number is a citizen's (居民身份证) or a company's code; any other paper carries no check.
_CITIZEN = frozenset(
    {"", "citizen", "居民身份证", "居民身份證", "身份证", "身份證", "公民身份号码", "公民身份號碼"}
)
_COMPANY = frozenset({"uscc", "统一社会信用代码", "統一社會信用代碼"})
# Where an owner can be found, best first; phones and accounts are no addresses.
_ADDRESSES = ("household", "contract", "premises")
_DISPUTES = frozenset({"service-complaint", "amount-disputed"})


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The pieces that count for one account: its own, and those of the whole estate.

    What stands for the estate counts for an account only where it can (a contract, a price, a licence): titles,
    owners and tenants are the account's own.
    """

    account: str
    pieces: tuple[CaseEvent, ...]

    def every(self, kind: CaseKind) -> list[CaseEvent]:
        """Pieces of ``kind``; the account's own replace the estate's of the same subject."""
        chosen = latest(self.pieces, kind)
        own = {piece.subject for piece in chosen if piece.account and piece.subject}
        return [piece for piece in chosen if piece.account or piece.subject not in own]

    def own(self, kind: CaseKind) -> list[CaseEvent]:
        """Pieces of ``kind`` recorded for this very account."""
        return [piece for piece in latest(self.pieces, kind) if piece.account]

    def none(self, what: str) -> bool:
        """Whether somebody asked for it and found that there is none; a recorded piece speaks louder."""
        return any(piece.text("of") == what for piece in latest(self.pieces, CaseKind.NONE))

    def one(self, kind: CaseKind) -> CaseEvent | None:
        """The piece that counts of a kind of which there is one: the account's own, else the estate's."""
        return next(iter(sorted(latest(self.pieces, kind), key=lambda piece: not piece.account)), None)


def case_facts(
    file: CaseFile, debtor: Debtor, on: date, currency: str = "CNY", law: str = "cn"
) -> dict[str, Any]:
    """The fields of :class:`~evidence.claim.readiness.CaseFacts` that the case file answers on ``on``.

    ``law`` is the jurisdiction, by whose words the name of an organisation is known.

    What it says together with letters and figures (agreements, slips, postings, the court fee) is
    :mod:`evidence.workspace.casepapers`.
    """
    licence, committee, place = (
        file.one(kind) for kind in (CaseKind.LICENCE, CaseKind.COMMITTEE, CaseKind.LOCAL)
    )
    handover = file.one(CaseKind.HANDOVER)
    whereabouts, filing = file.one(CaseKind.WHEREABOUTS), file.one(CaseKind.FILING)
    copies = filing.decimal("copies") if filing else None
    notice = place.date("public_notice_on") if place else None
    exists = committee.flag("exists") if committee else None
    urged = committee.date("urged_on") if committee else None
    return {
        "place": place.text("region") if place else None,
        "local_rules_known": True if file.none("local-rule") or local_rules(file) else None,
        "arbitration_clause": _arbitration(file.every(CaseKind.CONTRACT), place),
        "public_notices": (notice,) if notice else _none(file, "public-notice"),
        "licence_on_file": licence.flag("on_file") if licence else None,
        "committee_exists": exists,
        # Where there is no committee none can urge; where there is one, silence does not say that it has not.
        "committee_urged_on": (urged,) if urged else () if exists is False else _none(file, "urging"),
        "delivered_on": handover.date("on") if handover else None,
        "whereabouts_known": whereabouts.flag("known") if whereabouts else None,
        **_contracts(file, on),
        **_owners(file, debtor, law),
        "prices": _prices(file.every(CaseKind.PRICE)) or _none(file, "price"),
        "titles": _titles(file.own(CaseKind.TITLE)),
        "occupiers": _occupiers(file.own(CaseKind.LEASE)) or _none(file, "lease"),
        "service_records": _service(file.every(CaseKind.SERVICE)),
        "complaints": _complaints(file.every(CaseKind.COMPLAINT)) or _none(file, "complaint"),
        "contacts": _contacts(file),
        "disputed": True
        if any(_disputes(hold, on) for hold in file.own(CaseKind.HOLD))
        else False
        if file.none("dispute")
        else None,
        "procedure": _procedure(filing, currency),
        "copies": None if copies is None else int(copies),
    }


def _none(file: CaseFile, what: str) -> tuple[()] | None:
    """An empty answer where somebody gave one, else nothing known."""
    return () if file.none(what) else None


def local_rules(file: CaseFile) -> tuple[LocalRule, ...]:
    """What the place asks for before suit, as somebody of this office found out: never counted as verified."""
    place = file.one(CaseKind.LOCAL)
    if place is None or not place.text("rule"):
        return ()
    words = place.text("rule")
    return (
        LocalRule(
            key="office",
            names=(place.text("region"),),
            instrument={"zh": words},
            article="",
            since=None,
            demands=int(place.decimal("demands") or 0),
            written=place.flag("written") is True,
            notice=place.flag("notice") is True,
            committee="",
            verified=False,
            source=f"#{place.journal_index}",
        ),
    )


def _arbitration(contracts: Sequence[CaseEvent], place: CaseEvent | None) -> bool | None:
    """Whether disputes go to arbitration: by the contracts, else as recorded with the place."""
    flags = [contract.flag("arbitration_clause") for contract in contracts]
    if True in flags:
        return True
    if flags and None not in flags:
        return False
    return place.flag("arbitration_clause") if place else None


_TRACKS = {
    "payment-order": Track.PAYMENT_ORDER,
    "small-claims": Track.SMALL,
    "simplified": Track.SUMMARY,
    "ordinary": Track.ORDINARY,
    "arbitration": Track.ARBITRATION,
}


def _procedure(filing: CaseEvent | None, currency: str) -> Procedure | None:
    if filing is None or not filing.text("track"):
        return None
    limit = filing.text("limit")
    return Procedure(_TRACKS[filing.text("track")], Money.of(limit, currency) if limit else None)


def _contracts(file: CaseFile, on: date) -> dict[str, Any]:
    """Contracts, whether service went on after their term (民法典 948), and how they ended (949, 950).

    Of a term that has not run out nobody needs to say what came after it. That a contract was not terminated is
    known only where it is recorded whether service goes on.
    """
    events = file.every(CaseKind.CONTRACT)
    if not events:
        if not file.none("contract"):
            return {}
        return {"contracts": (), "service_continued": False, "terminations": ()}
    continued = [
        event.flag("service_continued") for event in events if (end := event.date("until")) and end < on
    ]
    mixed = True in continued and False in continued
    contracts = [
        ServiceContract(
            event.text("name"),
            event.date("from") or date.max,
            # One went on and another did not: the one that did is carried as the longer contract it became.
            _until_next(event, events) if mixed and event.flag("service_continued") else event.date("until"),
            ContractSigner(signer) if (signer := event.text("signed_by")) else None,
            PaperForm(form) if (form := event.text("copy")) else None,
        )
        for event in events
    ]
    ended = tuple(_termination(event) for event in events if event.date("terminated_on"))
    told = file.none("termination") or all(
        event.date("terminated_on") or event.flag("service_continued") is not None for event in events
    )
    return {
        "contracts": tuple(contracts),
        "service_continued": None if None in continued else False not in continued,
        "terminations": ended if told else None,
    }


def _until_next(contract: CaseEvent, every: Sequence[CaseEvent]) -> date | None:
    """The last day of a contract that went on after its term: the day before the next one begins, if one does."""
    start, until = contract.date("from"), contract.date("until")
    later = [day for other in every if start and (day := other.date("from")) and day > start]
    if not later or until is None:
        return None
    return max(until, min(later) - timedelta(days=1))


def _termination(event: CaseEvent) -> Termination:
    """How a contract ended. Whoever handed over has left, unless it is recorded that they would not."""
    handed_over, refused = event.date("handed_over_on"), event.flag("refused_to_leave")
    if refused is None and handed_over:
        refused = False
    return Termination(event.date("terminated_on") or date.max, handed_over, refused)


def _owners(file: CaseFile, debtor: Debtor, law: str) -> dict[str, Any]:
    """The owners recorded; where none is, the debtor as the ledger names them, who is then known by that only."""
    owners = file.own(CaseKind.OWNER)
    addresses = {event.text("channel"): event.text("value") for event in file.own(CaseKind.ADDRESS)}
    address = next((addresses[channel] for channel in _ADDRESSES if channel in addresses), debtor.address)
    if not owners:
        company = sounds_like_company(debtor.name, law)
        return {"defendants": (Person(debtor.name, address=address, organisation=company),)}
    limited = [owner.flag("limited_capacity") for owner in owners]
    names = tuple(owner.text("name") for owner in owners)
    return {
        "defendants": tuple(_person(owner, address, law) for owner in owners),
        "limited_capacity": True if True in limited else None if None in limited else False,
        "joint_debtors": names if len(names) > 1 else (),
    }


def is_citizen_number(id_type: str) -> bool:
    """Whether a number of this kind is a citizen's; so is one of which nothing else is said."""
    return id_type.strip().lower() in _CITIZEN


def is_company_number(id_type: str) -> bool:
    """Whether a number of this kind is a company's code."""
    return id_type.strip().lower() in _COMPANY


def _person(owner: CaseEvent, address: str, law: str) -> Person:
    kind = owner.text("id_type").strip().lower()
    number = owner.text("id_number")
    company = is_company_number(kind)
    return Person(
        owner.text("name"),
        "citizen" if kind in _CITIZEN else kind,
        "" if company else number,
        owner.date("birth"),
        address,
        number if company else "",
        company or (not number and sounds_like_company(owner.text("name"), law)),
    )


def _prices(events: Sequence[CaseEvent]) -> tuple[PriceDocument, ...] | None:
    return (
        tuple(
            PriceDocument(
                event.text("document"),
                event.text("item"),
                price,
                start,
                event.date("until"),
                event.flag("publicity"),
            )
            for event in events
            if (price := event.decimal("price")) is not None and (start := event.date("from"))
        )
        or None
    )


def _titles(events: Sequence[CaseEvent]) -> tuple[Title, ...] | None:
    return (
        tuple(
            Title(event.text("owner"), since, event.date("until"), event.text("proof"))
            for event in events
            if (since := event.date("from"))
        )
        or None
    )


def _occupiers(events: Sequence[CaseEvent]) -> tuple[Occupier, ...] | None:
    return (
        tuple(
            Occupier(event.text("tenant"), event.flag("pays_fee"), event.flag("joined")) for event in events
        )
        or None
    )


def _service(events: Sequence[CaseEvent]) -> dict[int, int] | None:
    """How many records of service there are of each year."""
    counted: dict[int, int] = {}
    for event in events:
        year, records = event.decimal("year"), event.decimal("records")
        if year is not None and records is not None:
            counted[int(year)] = int(records)
    return counted or None


def _complaints(events: Sequence[CaseEvent]) -> tuple[Complaint, ...] | None:
    """Complaints; one recorded again, with the same day and matter, stands as it was recorded last."""
    found = {
        (received, event.text("matter")): Complaint(event.text("matter"), received, event.flag("resolved"))
        for event in events
        if (received := event.date("received_on"))
    }
    return tuple(found.values()) or None


def _contacts(file: CaseFile) -> tuple[Contact, ...] | None:
    """Contacts with their hour in China. With one of which no hour is recorded none of them can be judged."""
    events = file.own(CaseKind.CONTACT)
    if not events:
        return _none(file, "contact")
    found = []
    for event in events:
        at = contact_time(event)
        if at is None:
            return None
        refused = event.flag("refused_in_writing") is True
        found.append(Contact(at, ContactWay(event.text("channel")), refused))
    return tuple(found)


def contact_time(event: CaseEvent) -> datetime | None:
    """When a contact was: with its zone, the hour of China where it names none; ``None`` without an hour."""
    text = event.text("at").strip()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if ":" not in text:
        return None
    return at.replace(tzinfo=CHINA) if at.tzinfo is None else at


def said(events: Iterable[CaseEvent]) -> tuple[SentText, ...]:
    """Messages and letters whose words were recorded with the contact."""
    return tuple(
        SentText(f"contact-{event.journal_index}", event.text("said"), at.astimezone(CHINA).date(), sent=True)
        for event in events
        if event.kind is CaseKind.CONTACT
        and event.text("channel") in ("message", "letter")
        and event.text("said")
        and (at := contact_time(event))
    )


def _disputes(hold: CaseEvent, on: date) -> bool:
    since, until = hold.date("from"), hold.date("until")
    begun = since is not None and since <= on
    return hold.text("reason") in _DISPUTES and begun and (until is None or until >= on)
