"""What a template sees: plain strings, booleans, lists and dictionaries, in the words of one locale.

Nothing about the claim is computed here: figures come from :class:`~evidence.claim.statement.Claim`,
sentences about the law from the dated law pack. Names, addresses and rooms pass through as written.
The variables are listed in ``docs/templates.md``; a test holds that page and this module together.

Besides the values a letter carries ``must_appear``, the texts that have to stand in the rendered letter (the
engine checks), and ``facts``, the statements sealed into the token, the same for every locale.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from evidence.claim.plan import Instalment
from evidence.claim.statement import Claim
from evidence.claim.words import WordsError, rmb_words
from evidence.errors import EvidenceError, Place, Problem
from evidence.letters.agreement import SPEAKS, SignedAgreement, agreement_must_appear, agreement_values
from evidence.letters.bundle_pages import CatalogueRow, CoverPage, catalogue_context, cover_context
from evidence.letters.charges import mix_of
from evidence.letters.figures import figures
from evidence.letters.labels import Labels, labels_for, title_of
from evidence.letters.late import NONE, claims_late, late_facts, late_values
from evidence.letters.notices import (
    Notice,
    mix_of_notice,
    notice_facts,
    notice_must_appear,
    notice_values,
)
from evidence.letters.packs import load_pack
from evidence.letters.periods import spans
from evidence.letters.properties import document_properties
from evidence.letters.requirements import Barred, Binding, in_place_of, law_keys, required_fields
from evidence.letters.reserved import reserved_facts, reserved_values
from evidence.letters.signer import Signer
from evidence.letters.tones import Tone
from evidence.model.account import Account
from evidence.model.letter import NOTICES, Fact, LegalEffect, LetterKind
from evidence.model.money import Money
from evidence.model.office import Office
from evidence.model.period import Period, chinese_date
from evidence.resources import templates_dir

__all__ = [
    "Binding",
    "CatalogueRow",
    "CoverPage",
    "LateCharge",
    "LetterContext",
    "Notice",
    "PriorDemand",
    "SignedAgreement",
    "Values",
    "build_context",
    "catalogue_context",
    "cover_context",
    "law_keys",
    "required_fields",
    "service_address",
]

Values = dict[str, Any]


class LateCharge(StrEnum):
    """What an instalment agreement says about late charge (违约金); it is never silent (买卖合同解释 18)."""

    RESERVED = "reserved"
    WAIVED_ON_PERFORMANCE = "waived-on-performance"
    RESTATED = "restated"  # agreed as a sum to the day of the letter and paid in the instalments


@dataclass(frozen=True, slots=True)
class PriorDemand:
    """An earlier written demand, for the facts of a lawyer letter; ``channel_label`` in the letter's locale.

    ``delivered_on`` is ``None`` where arrival is not proven, and then only the sending is stated.
    """

    number: str
    issued_on: date
    delivered_on: date | None
    channel_label: str


@dataclass(frozen=True, slots=True)
class LetterContext:
    values: Values
    must_appear: tuple[str, ...]
    facts: tuple[Fact, ...]


def build_context(
    kind: LetterKind,
    *,
    office: Office,
    account: Account,
    claim: Claim,
    number: str,
    firm_number: str,
    issued_on: date,
    pay_by: date,
    law: Mapping[str, str],
    plan: tuple[Instalment, ...],
    history: tuple[PriorDemand, ...],
    draft: bool,
    locale: str,
    doc_created: datetime,
    doc_identifier: str,
    effect: LegalEffect | None = None,
    late_charge: LateCharge = LateCharge.RESERVED,
    late_policy: str = "reserve",
    notice: Notice | None = None,
    tone: Tone | None = None,
    signed: SignedAgreement | None = None,
    barred: Collection[tuple[str, Period]] = (),
    binding: Binding = Binding.UNKNOWN,
    signer: Signer | None = None,
) -> LetterContext:
    """Everything the template of ``kind`` prints for one account.

    ``number`` and ``firm_number`` are printed forms. ``effect`` is the pack's, and gives a reminder its
    formal sentence where it is ``demand``. ``late_policy`` is the office's ``late_charge``:
    ``reserve``, ``claim`` (the letter states ``claim.late``) or ``none``. ``notice`` is what a notice is about; most
    of the other arguments mean nothing to one. ``signed`` is the instalment agreement the owner signed. ``barred`` are
    the items and periods whose limitation has run out. ``binding`` is whom the contract on file binds,
    ``signer`` who signs an agreement for the owner, and tells whether a company is addressed. ``tone`` is that of the
    owner's reason; without it the shipped plain one.
    Raises, with every problem at once: ``letters.office-incomplete``, ``letters.law-key-missing``,
    ``letters.nothing-owed``, ``letters.amount-unwritable``, ``letters.late-unknown``,
    ``letters.late-not-restated``, ``letters.plan-missing``, ``letters.plan-differs``.
    """
    if kind in NOTICES:
        return _notice_context(
            kind,
            notice or Notice(),
            office=office,
            account=account,
            claim=claim,
            number=number,
            issued_on=issued_on,
            law=law,
            locale=locale,
            doc_created=doc_created,
            doc_identifier=doc_identifier,
            signer=signer or Signer(),
        )
    formal = kind in (LetterKind.DEMAND, LetterKind.LAWYER_LETTER)
    formal = formal or (kind is LetterKind.REMINDER and effect is LegalEffect.DEMAND)
    mix = mix_of((line.item for line in claim.lines), office.jurisdiction)
    late_clause, spoken = bool(office.contract.late_clause), late_policy != NONE
    needed = law_keys(kind, formal=formal, late_clause=late_clause, mix=mix, late_spoken_of=spoken)
    agreement = kind is LetterKind.INSTALMENT_AGREEMENT
    listed = [(line.item, line.period) for line in claim.lines if (line.item, line.period) in barred]
    expired = Barred.NONE
    if listed if agreement else barred:  # a demand also claims what late charge is left of a period
        expired = Barred.ALL if len(listed) == len(claim.lines) else Barred.PART
    other = in_place_of(barred=expired, binds_all=binding is Binding.ALL)
    needed = tuple(other.get(key, key) for key in needed)
    law = {**law, **{key: law.get(place, "") for key, place in other.items()}}
    _refuse(kind, office, account, claim, plan, law, needed, late_policy, late_charge)
    labels = labels_for(locale)
    you = _addressed(labels, signer or Signer())
    late = late_values(kind, claim, late_policy, locale)
    title, words = title_of(kind, mix, locale), labels.charges[mix]
    values: Values = {
        "doc": document_properties(f"{title} {number}", doc_identifier, labels.language, doc_created),
        "title": title,
        "kind": kind.value,
        "draft": draft,
        "formal": formal,
        "number": number,
        "firm_number": firm_number,
        "issued_on": chinese_date(issued_on),
        "as_of": chinese_date(claim.as_of),
        "pay_by": chinese_date(pay_by),
        "you": you,
        "law": _law(law, words.short, late, {labels.household: you, "{barred}": "、".join(spans(listed))}),
        "charges": {**asdict(words), "property_fee": mix.has_property_fee, "other": mix.has_other},
        "creditor": asdict(office.creditor),
        "bank": {**asdict(office.bank), "other_ways": _one_line(office.bank.other_ways)},
        "contract": {
            **_contract(office, account),
            "binds_all": binding is Binding.ALL,
            "signed_by_owner": binding is Binding.OWNER,
        },
        **({"agreement": agreement_values(signed)} if kind in SPEAKS else {}),
        **({"signer": asdict(signer or Signer()), "barred": list(spans(listed))} if agreement else {}),
        "firm": asdict(office.law_firm) if office.law_firm else {},
        "debtor": _debtor(office, account),
        "premises": _premises(office, account, claim),
        "remittance_note": f"{account.premises.label} {account.debtor.name}",
        **figures(claim, late.pop("columns"), locale),
        **reserved_values(claim, locale),
        "tone": _tone(tone or plain_tone(locale), {labels.household: you}),
        "service_facts": _lines(office.service.facts),
        "late": late,
        "plan": [
            {
                "number": str(part.number),
                "due": chinese_date(part.due),
                "amount": part.amount.grouped,
                "balance": part.balance.grouped,
            }
            for part in plan
        ],
        "plan_count": str(len(plan)),
        "late_charge_waived": late_charge is LateCharge.WAIVED_ON_PERFORMANCE,
        "late_charge_restated": late_charge is LateCharge.RESTATED,
        "history": [
            {
                "number": prior.number,
                "issued_on": chinese_date(prior.issued_on),
                "delivered_on": chinese_date(prior.delivered_on) if prior.delivered_on else "",
                "channel": prior.channel_label,
            }
            for prior in history
        ],
    }
    facts = _facts(kind, values, claim, plan, pay_by, late_policy)
    return LetterContext(values, _must_appear(kind, values, formal), facts)


def _notice_context(
    kind: LetterKind,
    notice: Notice,
    *,
    office: Office,
    account: Account,
    claim: Claim,
    number: str,
    issued_on: date,
    law: Mapping[str, str],
    locale: str,
    doc_created: datetime,
    doc_identifier: str,
    signer: Signer,
) -> LetterContext:
    """A notice demands nothing: it needs no claim, no law but the one that applies, and no deadline.

    Raises with every problem: ``letters.office-incomplete``, ``letters.law-key-missing``, ``letters.notice-empty``.
    """
    problems = list(required_fields(kind, office))
    problems += [
        Problem("letters.law-key-missing", Place(part=key), {"key": key, "kind": kind.value})
        for key in ("applicable_law",)
        if not law.get(key)
    ]
    content = {
        LetterKind.COMPLAINT_REPLY: notice.about and notice.text,
        LetterKind.CORRECTION: notice.corrects and notice.text,
        LetterKind.SETTLEMENT: notice.settled,
        LetterKind.BILL_NOTICE: claim.lines,
    }
    if not content[kind]:
        params = {"account": account.id, "kind": kind.value}
        problems.append(Problem("letters.notice-empty", Place(part=account.id), params))
    if problems:
        raise EvidenceError(problems)
    labels = labels_for(locale)
    mix = mix_of_notice(kind, notice, claim, office.jurisdiction)
    title, words = title_of(kind, mix, locale), labels.charges[mix]
    values: Values = {
        "doc": document_properties(f"{title} {number}", doc_identifier, labels.language, doc_created),
        "title": title,
        "kind": kind.value,
        "number": number,
        "issued_on": chinese_date(issued_on),
        "as_of": chinese_date(claim.as_of),
        "you": _addressed(labels, signer),
        "law": _law(law, words.short, {"claimed": False}, {}),
        "charges": {**asdict(words), "property_fee": mix.has_property_fee, "other": mix.has_other},
        "creditor": asdict(office.creditor),
        "bank": {**asdict(office.bank), "other_ways": _one_line(office.bank.other_ways)},
        "contract": _contract(office, account),
        "debtor": _debtor(office, account),
        "premises": _premises(office, account, claim),
        "remittance_note": f"{account.premises.label} {account.debtor.name}",
        **reserved_values(claim, locale),
        **notice_values(kind, notice, claim, locale),
    }
    wanted = [number, values["debtor"]["name"], values["premises"]["full"], values["law"]["applicable_law"]]
    wanted += notice_must_appear(kind, values)
    facts = (
        Fact("premises", values["premises"]["full"]),
        Fact("addressee", values["debtor"]["name"]),
        *notice_facts(kind, notice, claim),
    )
    return LetterContext(values, tuple(dict.fromkeys(text for text in wanted if text)), facts)


def _refuse(
    kind: LetterKind,
    office: Office,
    account: Account,
    claim: Claim,
    plan: tuple[Instalment, ...],
    law: Mapping[str, str],
    needed: tuple[str, ...],
    late_policy: str,
    late_charge: LateCharge,
) -> None:
    """Raises with everything that stands against writing this letter."""
    problems = list(required_fields(kind, office))
    problems += [
        Problem("letters.law-key-missing", Place(part=key), {"key": key, "kind": kind.value})
        for key in needed
        if not law.get(key)
    ]
    if not claim.lines:
        problems.append(Problem("letters.nothing-owed", Place(), {"account": account.id}))
    late = claims_late(kind, claim, late_policy)
    if late and claim.late_claimed is None:
        problems.append(Problem("letters.late-unknown", Place(), {"account": account.id}))
    for total in (claim.total, claim.grand_total) if late else (claim.total,):
        try:
            rmb_words(total)
        except WordsError:
            params = {"account": account.id, "total": f"{total.amount} {total.currency}"}
            problems.append(Problem("letters.amount-unwritable", Place(), params))
            break
    if kind is LetterKind.INSTALMENT_AGREEMENT:
        planned = Money.total((part.amount for part in plan), claim.total.currency)
        agreed = claim.total
        if late_charge is LateCharge.RESTATED:
            if late:
                agreed = claim.grand_total
            else:
                problems.append(Problem("letters.late-not-restated", Place(), {"account": account.id}))
        if not plan:
            problems.append(Problem("letters.plan-missing", Place(), {"account": account.id}))
        elif planned != agreed:
            figures = {"account": account.id, "planned": planned.plain, "total": agreed.plain}
            problems.append(Problem("letters.plan-differs", Place(), figures))
    if problems:
        raise EvidenceError(problems)


def _law(
    law: Mapping[str, str], short: str, late: Mapping[str, Any], places: Mapping[str, str]
) -> dict[str, str]:
    """The sentences with what the letter calls the sums it lists, and with what stands in other ``places`` of them.

    A late charge that is stated is demanded too: the sentence on the effect of the letter (``…_effect``) names it,
    since its limitation runs apart from that of the principal.
    """
    both = f"{short}及{late['word']}" if late["claimed"] else short
    return {
        key: _filled(sentence, {"{charges}": both if "_effect" in key else short, **places})
        for key, sentence in law.items()
    }


def _filled(text: str, places: Mapping[str, str]) -> str:
    for mark, words in places.items():
        text = text.replace(mark, words)
    return text


def _addressed(labels: Labels, signer: Signer) -> str:
    """How a letter speaks to its reader: a company is no household."""
    return labels.organisation if signer.company else labels.household


def _contract(office: Office, account: Account) -> Values:
    """The contract as configured; ``title`` has its 书名号 once, an ISO date becomes a Chinese one."""
    contract = office.contract
    try:
        signed_on = chinese_date(date.fromisoformat(contract.signed_on))
    except ValueError:
        signed_on = contract.signed_on
    return {
        **asdict(contract),
        "title": f"《{contract.name.strip().removeprefix('《').removesuffix('》')}》",
        "signed_on": signed_on,
        "estate": contract.estate or account.premises.estate,
    }


def _debtor(office: Office, account: Account) -> Values:
    """The addressee; ``service_address`` is the given postal address, else that of the home itself."""
    debtor = account.debtor
    return {
        "name": debtor.name,
        "phone": debtor.phone,
        "address": debtor.address,
        "service_address": service_address(office, account),
    }


def service_address(office: Office, account: Account) -> str:
    """Where a letter goes: the given postal address, else that of the home itself."""
    estate = account.premises.estate or office.contract.estate
    home = f"{office.contract.estate_address}{estate}{account.premises.label}"
    return account.debtor.address or home


def _premises(office: Office, account: Account, claim: Claim) -> Values:
    """The home. ``area`` lists the areas of the claimed charges, nothing where the ledger has none."""
    claimed = {(line.item, line.period) for line in claim.lines}
    areas: dict[Decimal, None] = {}  # a set in ledger order
    for charge in account.charges:
        if (charge.item, charge.period) in claimed and charge.area is not None:
            areas[charge.area] = None
    estate = account.premises.estate or office.contract.estate
    return {
        "estate": estate,
        "label": account.premises.label,
        "full": f"{estate}{account.premises.label}",
        "area": "、".join(f"{area:f}" for area in areas),
    }


@cache
def plain_tone(locale: str) -> Tone:
    """The shipped pack's tone for owners of whom no reason is on file."""
    return load_pack(templates_dir() / locale).tones.choose(())


def _tone(tone: Tone, places: Mapping[str, str]) -> Values:
    return {
        "hint": tone.hint,
        "opening": [_filled(text, places) for text in tone.opening],
        "help": [_filled(text, places) for text in tone.help],
        "demand": [_filled(text, places) for text in tone.demand],
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _one_line(text: str) -> str:
    return "；".join(line.strip() for line in text.splitlines() if line.strip())


def _must_appear(kind: LetterKind, values: Values, formal: bool) -> tuple[str, ...]:
    """What the rendered letter has to show, once each, in the order of the letter.

    A courtesy note needs its number, addressee and law only. Whatever counts as a demand shows every period
    with its balance, the sum in figures and words, the deadline and the account to pay to, because some
    courts dismiss a claim for the periods that no demand named; and with them what it leaves out for now, and
    the late charge where it states one.
    """
    wanted = [
        values["number"],
        values["debtor"]["name"],
        values["premises"]["full"],
        values["law"]["applicable_law"],
    ]
    agreement = kind is LetterKind.INSTALMENT_AGREEMENT
    if formal or agreement:
        for line in values["lines"]:
            wanted += [*line["period_lines"], line["outstanding"]]
        wanted += [values["total"], values["total_words"], values["bank"]["payee"], values["bank"]["number"]]
        wanted += [part["amount"] for part in values["reserved"]]
        if values["late"]["claimed"]:
            wanted += [values["late"]["total"], values["late"]["grand_total"]]
    if formal:
        wanted.append(values["pay_by"])
    if kind in SPEAKS:
        wanted += agreement_must_appear(values["agreement"])
    for part in values["plan"] if agreement else ():
        wanted += [part["due"], part["amount"]]
    wanted += values["barred"] if agreement else []
    if kind is LetterKind.LAWYER_LETTER:
        wanted += [
            values["firm"]["name"],
            values["firm_number"],
            values["firm"]["lawyer"],
            values["firm"]["licence"],
        ]
    return tuple(dict.fromkeys(text for text in wanted if text))


def _facts(
    kind: LetterKind,
    values: Values,
    claim: Claim,
    plan: tuple[Instalment, ...],
    pay_by: date,
    late_policy: str,
) -> tuple[Fact, ...]:
    """The letter's statements in machine form, equal for every locale; a disclosure file opens them singly.

    An agreement has no day by which to pay the whole; its instalments stand there instead.
    """
    currency = claim.total.currency
    facts = [Fact("premises", values["premises"]["full"]), Fact("addressee", values["debtor"]["name"])]
    facts += [
        Fact(f"period.{position}", f"{line.period.iso} {line.item} {currency} {line.outstanding.plain}")
        for position, line in enumerate(claim.lines, start=1)
    ]
    facts.append(Fact("total", f"{currency} {claim.total.plain}"))
    facts += late_facts(kind, claim, late_policy)
    facts += reserved_facts(claim)
    if kind is LetterKind.INSTALMENT_AGREEMENT:
        facts += [
            Fact(f"instalment.{part.number}", f"{part.due.isoformat()} {currency} {part.amount.plain}")
            for part in plan
        ]
    else:
        facts.append(Fact("pay_by", pay_by.isoformat()))
    return tuple(facts)
