"""What a court's forms are filled with: the claim, the case file, the letters and their deliveries, ``evidence.toml``.

Read only. What none of them says stays unknown: no gender from the number of an identity card, no court from an address,
no agent from the law firm's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from evidence.bundle.compose import CatalogueRow
from evidence.bundle.exhibits import Exhibit
from evidence.bundle.forms.facts import (
    ContractFact,
    CourtFact,
    DefendantFact,
    DeliveryFact,
    DemandFact,
    ExhibitFact,
    Figures,
    FormFacts,
    LateFact,
    LineFact,
    PlaintiffFact,
    PreservationFact,
    PriceFact,
    ServingFact,
)
from evidence.bundle.rows import effective, standing
from evidence.claim.claim_sentence import claim_sentence, method_text
from evidence.claim.rate_text import LprRate, plain
from evidence.claim.readiness.facts import fee_periods
from evidence.claim.words import WordsError, rmb_words
from evidence.delivery import best_arrival
from evidence.law.statutes import load_statutes
from evidence.letters.charges import ChargeMix, mix_of
from evidence.model.account import Account
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.delivery import Channel, DeliveryEvent, Grade, Outcome
from evidence.model.letter import LetterKind
from evidence.model.money import Money
from evidence.model.office import Office
from evidence.model.period import chinese_date
from evidence.workspace.arrivals import SentLetter, day_of, sent_letters
from evidence.workspace.casefacts import CaseFile, is_citizen_number, is_company_number
from evidence.workspace.casefile import events
from evidence.workspace.casepapers import agents_on_file, with_factors
from evidence.workspace.core import Desk
from evidence.workspace.notices import title_of_docx
from evidence.workspace.statements import Statement

_ASKING = frozenset({LetterKind.REMINDER.value, LetterKind.DEMAND.value, LetterKind.LAWYER_LETTER.value})
_CITIZEN = {"zh": "居民身份证", "zh-Hant": "居民身份證"}
_PLACES = ("household", "contract", "premises")


def form_facts(
    desk: Desk,
    connection: Connection,
    account: Account,
    person: str,
    made: Statement,
    *,
    locale: str,
    rows: Sequence[CatalogueRow] = (),
    pages: int = 0,
    shown: Sequence[Exhibit] = (),
) -> FormFacts:
    """Everything known of the account's case on the day of ``made``, its statement.

    ``rows`` and ``pages`` are those of the evidence file the forms go with; without one, ``shown`` are its exhibits.
    """
    from evidence import __version__

    office, day = desk.office, made.replay.as_of
    file = CaseFile(account.id, events(connection, account.id))
    contracts = _contracts(file, office, made)
    sent = sent_letters(connection, (account.id, person)).get((account.id, person), ())
    figures = _figures(made, file, office.jurisdiction, locale)
    owners = tuple(piece.text("name") for piece in file.own(CaseKind.OWNER))
    filing = file.one(CaseKind.FILING)
    clauses = {
        "fee": office.contract.fee_clause,
        "due": office.contract.due_clause,
        "late": office.contract.late_clause if figures.late_claimed else "",
    }
    return FormFacts(
        plaintiff=_plaintiff(file, office),
        defendants=_defendants(file, account, locale),
        figures=figures,
        place=_place(office, account),
        home=account.premises.label,
        area=_area(made, file, office.jurisdiction),
        owners=owners,
        agents=agents_on_file(file, office, day),
        court=_court(file),
        contracts=contracts,
        prices=_prices(file, figures, office.jurisdiction),
        price_text=office.contract.price,
        clauses=clauses,
        law=_law(figures, file, office.jurisdiction, day, locale),
        demands=tuple(
            _demand(desk, letter.until(day), rows)
            for letter in sent
            if letter.row.kind in _ASKING and letter.issued_on <= day and letter.until(day).way
        ),
        serving=_serving(file),
        preservations=tuple(
            PreservationFact(
                piece.text("property"),
                Money.of(amount, account.currency).grouped if (amount := piece.text("amount")) else "",
                piece.text("reason"),
                piece.text("guarantee"),
            )
            for piece in file.every(CaseKind.PRESERVATION)
        ),
        firm=office.law_firm.name if office.law_firm else "",
        exhibits=_exhibits(rows, shown),
        page_count=pages,
        tool=f"evidence-kit {__version__}",
        fingerprint=desk.signer.public.fingerprint,
        track=filing.text("track") if filing else "",
        total_words=_in_words(figures.total, locale),
    )


def _in_words(amount: Money, locale: str) -> str:
    try:
        return rmb_words(amount, locale)
    except WordsError:
        return ""


# ── the claim ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _figures(made: Statement, file: CaseFile, jurisdiction: str, locale: str) -> Figures:
    """The sums a letter of that day claims, and the lines they come from.

    A late charge that letters only reserve, or that cannot be figured, is for somebody to decide.
    """
    found, claim, day = made.found, made.claim, made.replay.as_of
    factors = with_factors(fee_periods(claim), file)
    lines = []
    for line, fee in zip(claim.lines, factors, strict=True):
        own = mix_of([line.item], jurisdiction) is ChargeMix.PROPERTY_FEE
        months = fee.month_count
        product = (
            None
            if fee.quantity is None or fee.unit_price is None or months is None
            else Money(fee.quantity * fee.unit_price * months, line.billed.currency).rounded()
        )
        shown = None
        if own and product == line.billed:
            assert fee.quantity is not None
            assert fee.unit_price is not None
            assert months is not None
            shown = (plain(fee.quantity), _price(fee.unit_price), plain(months))
        lines.append(
            LineFact(
                line.item,
                line.period,
                line.billed,
                line.waived,
                line.paid,
                line.held,
                line.outstanding,
                own,
                shown,
            )
        )
    base = Figures(day, claim.total, claim.total, tuple(lines))
    if found.late_policy == "none":
        return Figures(day, claim.total, claim.total, tuple(lines), late_claimed=False)
    late = claim.late
    if late is None or late.claimed is None:
        return base
    sentences = [s for line in late.lines if (s := claim_sentence(line, day, late.rules)) is not None]
    credited = made.credited
    return Figures(
        day,
        claim.total,
        claim.grand_total - credited,
        tuple(lines),
        late_claimed=True,
        late=late.claimed - credited,
        credited=credited,
        late_lines=tuple(
            LateFact(
                one.text(locale),
                one.amount,
                one.item,
                one.period,
                mix_of([one.item], jurisdiction) is ChargeMix.PROPERTY_FEE,
                one.open_ended,
                one.limited,
            )
            for one in sentences
        ),
        late_method=method_text(
            late.rules, locale, reference=any(isinstance(one.rate, LprRate) for one in sentences)
        ),
    )


def _area(made: Statement, file: CaseFile, jurisdiction: str) -> str:
    """The area the property fee is reckoned by, where all periods have the same."""
    fees = with_factors(fee_periods(made.claim), file)
    found: set[Decimal | None] = {
        fee.quantity for fee in fees if mix_of([fee.item], jurisdiction) is ChargeMix.PROPERTY_FEE
    }
    area = found.pop() if len(found) == 1 else None
    return plain(area) if area is not None else ""


def _law(figures: Figures, file: CaseFile, jurisdiction: str, day: date, locale: str) -> tuple[str, ...]:
    """What the claim rests on, in words; only what somebody compared with a public copy. A statute is named once."""
    cites = ["civil-code:509(1)", "civil-code:577", "civil-code:579"]
    if figures.late_claimed:
        cites.append("civil-code:585(1)")
    if any(line.property_fee for line in figures.lines):
        signers = {piece.text("signed_by") for piece in file.every(CaseKind.CONTRACT)}
        bound = signers & {"developer", "committee"}
        cites += [*(["civil-code:939"] if bound else []), "civil-code:944"]
    table = load_statutes(jurisdiction)
    found: list[str] = []
    named = ""
    for cite in cites:
        if table.is_verified(cite, day):
            words = table.in_words(cite, locale)
            title = words[: words.rindex("》") + 1]
            found.append(words.removeprefix(title) if title == named else words)
            named = title
    return tuple(found)


# ── the parties ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _text(piece: CaseEvent | None, name: str) -> str:
    return piece.text(name) if piece else ""


def _plaintiff(file: CaseFile, office: Office) -> PlaintiffFact:
    piece, own = file.one(CaseKind.PLAINTIFF), office.creditor
    return PlaintiffFact(
        own.name,
        _text(piece, "address") or own.address,
        _text(piece, "registered_at"),
        own.legal_representative,
        _text(piece, "position"),
        _text(piece, "id_number"),
        own.phone,
        own.uscc,
        _text(piece, "type"),
        _text(piece, "ownership"),
        _text(piece, "stake"),
    )


def _defendants(file: CaseFile, account: Account, locale: str) -> tuple[DefendantFact, ...]:
    """The owners on file; where none is, whom the ledger names, of whom nothing else is known."""
    owners = file.own(CaseKind.OWNER)
    found = {piece.text("channel"): piece.text("value") for piece in file.own(CaseKind.ADDRESS)}
    debtor = account.debtor
    if not owners:
        return (DefendantFact(debtor.name, phone=debtor.phone, household=found.get("household", "")),)
    defendants = []
    for owner in owners:
        kind, name = owner.text("id_type"), owner.text("name")
        company = is_company_number(kind)
        address = next((found[place] for place in _PLACES if place in found), "")
        if kind and is_citizen_number(kind):
            kind = _CITIZEN[locale]
        defendants.append(
            DefendantFact(
                name,
                company,
                owner.text("gender"),
                owner.date("birth"),
                owner.text("ethnicity"),
                owner.text("employer"),
                owner.text("position"),
                owner.text("phone") or (debtor.phone if name == debtor.name else ""),
                address if company else found.get("household", ""),
                owner.text("residence"),
                kind,
                owner.text("id_number"),
            )
        )
    return tuple(defendants)


# ── contract and premises ───────────────────────────────────────────────────────────────────────────────────────────


def _titled(name: str) -> str:
    bare = name.strip().removeprefix("《").removesuffix("》")
    return f"《{bare}》" if bare else ""


def _contracts(file: CaseFile, office: Office, made: Statement) -> tuple[ContractFact, ...]:
    """The contracts on file; what they do not say of themselves, ``evidence.toml`` says of the one it names."""
    own = office.contract
    pieces = file.every(CaseKind.CONTRACT)
    if not pieces:
        if not own.name:
            return ()
        return (ContractFact(_titled(own.name), signed_on=own.signed_on, late=own.late_rate),)
    found = []
    for piece in pieces:
        name, signed = _titled(piece.text("name")), piece.date("signed_on")
        same = name == _titled(own.name)
        found.append(
            ContractFact(
                name,
                piece.text("number"),
                chinese_date(signed) if signed else own.signed_on if same else "",
                piece.text("signed_at"),
                piece.text("signed_by"),
                piece.text("signed_name"),
                piece.date("from"),
                piece.date("until"),
                piece.text("late_rate") or (own.late_rate if same else ""),
                piece.flag("late_cap_principal") or False,
            )
        )
    return tuple(found)


def _prices(file: CaseFile, figures: Figures, jurisdiction: str) -> tuple[PriceFact, ...]:
    items = {line.item for line in figures.lines}
    return tuple(
        PriceFact(
            piece.text("item"),
            _price(piece.decimal("price")),
            # The form's sentence says 元 itself; clerks write 元/平方米·月.
            piece.text("unit").removeprefix("元/").removeprefix("元／"),
            piece.date("from"),
            piece.text("document"),
            mix_of([piece.text("item")], jurisdiction) is ChargeMix.PROPERTY_FEE,
        )
        for piece in file.every(CaseKind.PRICE)
        if piece.text("item") in items
    )


def _price(price: Decimal | None) -> str:
    """With two decimals at least, as amounts are written."""
    if price is None:
        return ""
    rounded = price.quantize(Decimal("0.01"))
    return str(rounded) if rounded == price else plain(price)


def _place(office: Office, account: Account) -> str:
    """Where the home is; nothing where the estate's address is not on file."""
    own = office.contract
    if not own.estate_address:
        return ""
    estate = account.premises.estate or own.estate
    return own.estate_address + ("" if estate in own.estate_address else estate) + account.premises.label


# ── the suit ────────────────────────────────────────────────────────────────────────────────────────────────────────


def defendants_of(connection: Connection, account: Account, locale: str) -> tuple[DefendantFact, ...]:
    """Who is sued: the owners on file, else whom the ledger names."""
    return _defendants(CaseFile(account.id, events(connection, account.id)), account, locale)


def court_name(connection: Connection, account: str) -> str:
    """The court the case goes to, as recorded; empty where nobody has."""
    return _text(CaseFile(account, events(connection, account)).one(CaseKind.COURT), "name")


def _court(file: CaseFile) -> CourtFact:
    piece = file.one(CaseKind.COURT)
    clause = _text(piece, "clause")
    arbitration = any(contract.flag("arbitration_clause") for contract in file.every(CaseKind.CONTRACT))
    agreed = True if clause or arbitration else False if file.none("jurisdiction") else None
    if piece is None:
        return CourtFact(agreed=agreed)
    return CourtFact(
        piece.text("name"),
        piece.flag("costs"),
        piece.text("requests"),
        agreed,
        clause,
        piece.flag("preserved"),
        piece.text("preserved_by"),
        piece.date("preserved_on"),
        piece.text("preserved_case"),
        piece.text("facts"),
        piece.text("mediation"),
        piece.flag("mediation_known"),
    )


def _serving(file: CaseFile) -> ServingFact:
    piece = file.one(CaseKind.SERVING)
    if piece is None:
        return ServingFact()
    return ServingFact(
        piece.text("address"),
        piece.text("postcode"),
        piece.text("recipient"),
        piece.text("phone"),
        piece.flag("electronic"),
        piece.text("mobile"),
        piece.text("wechat"),
        piece.text("fax"),
        piece.text("email"),
    )


def _demand(desk: Desk, letter: SentLetter, rows: Sequence[CatalogueRow]) -> DemandFact:
    """A letter with its deliveries; ``rows`` are those of the evidence file."""
    printed, pay_by = str(letter.row.printed_number), letter.facts.get("pay_by")
    ours = [row for row in rows if printed in row.exhibit.name]
    proofs = {proof.sha256 for event in letter.way for proof in event.proofs}
    return DemandFact(
        title_of_docx(desk.store.get(str(letter.row.docx_sha256)), printed),
        printed,
        standing(letter.way),
        delivery_facts(letter.way, ours),
        date.fromisoformat(pay_by) if pay_by else None,
        tuple(row.number for row in ours if row.exhibit.sha256 not in proofs),
    )


def delivery_facts(events: Sequence[DeliveryEvent], rows: Sequence[CatalogueRow]) -> tuple[DeliveryFact, ...]:
    """Every delivery of one letter that has a proof, else the first that took it out of the house.

    ``rows`` are the letter's in the catalogue; each delivery gets the numbers of its own proofs.
    """
    ways = [_delivery(way, rows) for way in _ways(events)]
    return tuple(way for way in ways if way.grade is not Grade.NONE) or tuple(ways[:1])


def _ways(events: Sequence[DeliveryEvent]) -> list[list[DeliveryEvent]]:
    """The events that took a letter out of the house, by waybill where they have one; none after a withdrawal."""
    found: dict[tuple[Channel, str, int], list[DeliveryEvent]] = {}
    for n, (event, late) in enumerate(effective(events)):
        if not late and event.outcome not in (Outcome.PREPARED, Outcome.WITHDRAWN):
            key = (event.channel, event.tracking, 0 if event.tracking else n)
            found.setdefault(key, []).append(event)
    return list(found.values())


def _delivery(events: Sequence[DeliveryEvent], rows: Sequence[CatalogueRow]) -> DeliveryFact:
    """One delivery as it is told: by the event that proves it best, else by its first, with the proofs of all."""
    best = best_arrival(events)
    event = best[0] if best else events[0]
    proofs = {proof.sha256 for one in events for proof in one.proofs}
    return DeliveryFact(
        day_of(event.at),
        event.channel,
        event.outcome,
        best[1] if best else Grade.NONE,
        event.tracking,
        event.signer,
        event.relation,
        tuple(row.number for row in rows if row.exhibit.sha256 in proofs),
    )


def _exhibits(rows: Sequence[CatalogueRow], shown: Sequence[Exhibit]) -> tuple[ExhibitFact, ...]:
    if rows:
        return tuple(
            ExhibitFact(
                row.number,
                row.exhibit.name,
                row.exhibit.source,
                row.exhibit.original,
                row.exhibit.sha256,
                row.last - row.first + 1,
            )
            for row in rows
        )
    return tuple(ExhibitFact(0, one.name, one.source, one.original, one.sha256) for one in shown)
