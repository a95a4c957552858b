"""Made-up letters (样本): what a template is previewed with, and what it is checked against.

Everything goes through the same functions as a real letter, so a sample has exactly the variables a letter has.
:func:`sample` gives one set of data a kind in three sizes; :func:`situations` the cases a letter can be in (with and
without a late charge, holds, waivers, other charges …), because a field may be required in one and absent in another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from evidence.claim.account_replay import LedgerPaid, replay
from evidence.claim.late_statement import late_statement
from evidence.claim.late_terms import LateRules, LateTerms
from evidence.claim.plan import equal_plan
from evidence.claim.rate_text import parse_rate
from evidence.claim.statement import Claim, claim_from
from evidence.law import load_law
from evidence.law.rates import load_rates
from evidence.letters.agreement import SPEAKS, SignedAgreement
from evidence.letters.checking.annex_samples import annex_sample
from evidence.letters.checking.sample_words import WORDS
from evidence.letters.context import (
    Binding,
    CatalogueRow,
    CoverPage,
    LateCharge,
    LetterContext,
    PriorDemand,
    build_context,
    catalogue_context,
    cover_context,
)
from evidence.letters.labels import labels_for
from evidence.letters.notices import About, Corrected, Notice, Settled
from evidence.letters.numbers import firm_number
from evidence.letters.properties import document_properties
from evidence.letters.signer import Signer
from evidence.model.account import Account, Charge, Debtor, Premises
from evidence.model.events import AccountEvents, Correction, Hold, HoldReason, Target, Waiver
from evidence.model.letter import CLAIMING, NOTICES, SERIES, LegalEffect, LetterKind, LetterNumber
from evidence.model.money import Money
from evidence.model.office import BankAccount, Contract, Creditor, LawFirm, Office
from evidence.model.period import Period, chinese_date
from evidence.model.problem import Place

__all__ = ["ANNEXES", "BUNDLE", "NAMES", "SIZES", "Sample", "sample", "situations"]

BUNDLE = ("cover", "catalogue")
ANNEXES = ("fee-statement", "late-charge")
PAPERS = ("receipt",)
UNSTAMPED = (*BUNDLE, *ANNEXES, *PAPERS)
NAMES: tuple[str, ...] = (*(kind.value for kind in LetterKind), *UNSTAMPED)
"""Every template a pack holds, by the name it goes by on the command line."""
SIZES = ("plain", "long", "extreme")

AS_OF, PAY_BY = date(2026, 11, 21), date(2026, 12, 11)
CREATED = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
_ID = "00" * 16


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of a made-up letter and the texts that have to stand in it."""

    values: Mapping[str, Any]
    must_appear: tuple[str, ...] = ()


def _yuan(text: str) -> Money:
    return Money.of(text, "CNY")


def _office(locale: str, *, late: bool, full: bool) -> Office:
    """``late``: the contract has a clause on late charge; ``full``: what may be left out is filled in, too."""
    w = WORDS[locale]
    return Office(
        jurisdiction="cn",
        locale=locale,
        creditor=Creditor(
            w["company"],
            "91310000MA1FL00000",
            w["address"],
            "021-00000000",
            w["contact"],
            w["hours"] if full else "",
        ),
        bank=BankAccount(w["company"], w["bank"], "6222000000000000", w["ways"] if full else ""),
        contract=Contract(
            w["contract"],
            "2019-06-01",
            "第六条" if locale == "zh" else "第六條",
            "第七条" if locale == "zh" else "第七條",
            ("第十二条" if locale == "zh" else "第十二條") if late else "",
            w["rate"] if late else "",
            w["price"],
            w["estate"],
        ),
        law_firm=LawFirm(
            w["firm"], "", w["mark"], w["firm_address"], "021-11111111", w["lawyer"], "13101202000000000"
        ),
    )


def _quarters(locale: str, count: int, billed: str = "788.34") -> tuple[Charge, ...]:
    """``count`` quarters from 2019 on, each due on the tenth of its first month."""
    made = []
    for index in range(count):
        year, first = 2019 + index // 4, 3 * (index % 4) + 1
        period, due = Period.months(year, first, year, first + 2), date(year, first, 10)
        made.append(_charge(WORDS[locale]["fee"], period, billed, due))
    return tuple(made)


def _charge(item: str, period: Period, billed: str, due: date | None = None) -> Charge:
    place = Place(file="样本.xlsx", sheet="样本", row=2)
    return Charge(item, period, _yuan(billed), _yuan("0"), place, due, Decimal("93.85"))


def _account(locale: str, charges: tuple[Charge, ...], *, extreme: bool = False) -> Account:
    w = WORDS[locale]
    home = Premises(w["estate"], w["building"], w["unit"], w["room"])
    if extreme:
        home = Premises(w["long_estate"], "A座", "", w["long_room"])
    return Account(home, Debtor(w["long_owner" if extreme else "owner"], "13900000000"), charges, "CNY")


def _claim(home: Account, rate: str | None, *events: Any) -> Claim:
    made = AccountEvents(
        waivers=tuple(e for e in events if isinstance(e, Waiver)),
        corrections=tuple(e for e in events if isinstance(e, Correction)),
        holds=tuple(e for e in events if isinstance(e, Hold)),
    )
    rules = LateRules(LateTerms(parse_rate(rate or "日万分之五")), load_rates("cn"))
    done = replay(home, made, AS_OF, late=rules, ledger_paid=LedgerPaid.BEFORE_EVENTS)
    late = late_statement((p.without_held() for p in done.positions), AS_OF, rules, "CNY")
    return claim_from(done, made.holds, late if rate else None)


def _about(charge: Charge) -> Target:
    return Target(charge.item, charge.period)


def _everything(home: Account, held: int) -> tuple[Any, ...]:
    """A waiver, a correction, and ``held`` periods that are not demanded for now."""
    account, charges = home.id, home.charges
    reasons = (HoldReason.AMOUNT_DISPUTED, HoldReason.SERVICE_COMPLAINT, HoldReason.HARDSHIP)
    since = date(2026, 1, 1)
    return (
        Waiver("样本-1", account, since, _about(charges[0]), _yuan("88.34")),
        Correction("样本-2", account, since, _about(charges[1]), _yuan("-50.00")),
        Hold("样本-3", account, (_about(charges[2]),), reasons[0], since, amount=_yuan("200")),
        *(
            Hold(f"样本-{4 + n}", account, (_about(charge),), reasons[n % 3], since)
            for n, charge in enumerate(charges[3 : 2 + held])
        ),
    )


def _letter(kind: LetterKind, locale: str, home: Account, claim: Claim, **changes: Any) -> Sample:
    w = WORDS[locale]
    office = changes.pop("office", None) or _office(locale, late=claim.late is not None, full=True)
    number = LetterNumber(SERIES[kind], 2026, 1)
    arguments: dict[str, Any] = {
        "office": office,
        "account": home,
        "claim": claim,
        "number": w["number"],
        "firm_number": firm_number(number, office, locale).replace("1", w["number"], 1),
        "issued_on": AS_OF,
        "pay_by": PAY_BY,
        "law": load_law("cn").texts(AS_OF, locale),
        "plan": equal_plan(claim.total, 3, date(2026, 12, 31))
        if kind is LetterKind.INSTALMENT_AGREEMENT
        else (),
        "history": (),
        "draft": kind is LetterKind.LAWYER_LETTER,
        "locale": locale,
        "doc_created": CREATED,
        "doc_identifier": _ID,
        "effect": LegalEffect.DEMAND if kind is LetterKind.REMINDER else None,
        **changes,
    }
    made: LetterContext = build_context(kind, **arguments)
    return Sample(made.values, made.must_appear)


def _history(locale: str) -> tuple[PriorDemand, ...]:
    w = WORDS[locale]
    return (
        PriorDemand(w["prior"], date(2026, 9, 1), date(2026, 9, 5), "EMS"),
        PriorDemand(w["prior"], date(2026, 10, 8), None, w["sms"]),
    )


def _agreements(locale: str) -> tuple[SignedAgreement, SignedAgreement]:
    """One under which an instalment is missing, one whose rest has fallen due."""
    plan = equal_plan(_yuan("3000"), 3, date(2026, 9, 30))
    number, signed_on = WORDS[locale]["number"], date(2026, 9, 1)
    due = ((plan[0], _yuan("600")), (plan[1], plan[1].amount))
    return (
        SignedAgreement(number, signed_on, due, plan[2].amount, days=15),
        SignedAgreement(
            number, signed_on, due, _yuan("2600"), accelerated_on=date(2026, 11, 20), revives=True
        ),
    )


@cache
def situations(name: str, locale: str) -> tuple[Sample, ...]:
    """The cases a template of ``name`` has to do justice to. The result is shared: do not change it."""
    w = WORDS[locale]
    if name in NOTICES:
        return notice_samples(LetterKind(name), locale)
    if name == "late-charge":
        return (sample(name, locale), Sample(*_annex(name, locale, "plain", full=True)))
    if name not in CLAIMING:
        return (sample(name, locale),)
    kind = LetterKind(name)
    four, eight = _quarters(locale, 4), _quarters(locale, 8)
    home, many = _account(locale, four), _account(locale, eight)
    water = _charge(w["water"], Period.months(2025, 1, 2025, 3), "33.30")
    parking = _charge(w["parking"], Period.months(2025, 1, 2025, 12), "3600.00", date(2025, 1, 31))
    one, both = _account(locale, four[:1]), _account(locale, (*four, parking))
    other = _account(locale, (water,))
    courtesy = {"effect": LegalEffect.REMINDER} if kind is LetterKind.REMINDER else {}
    held = _claim(many, "日万分之五", *_everything(many, 2))
    return (
        _letter(kind, locale, home, _claim(home, None), office=_office(locale, late=False, full=False)),
        _letter(kind, locale, home, _claim(home, "日万分之五"), late_policy="claim", history=_history(locale)),
        _letter(kind, locale, one, _claim(one, "日万分之五"), late_policy="claim", draft=False),
        _letter(kind, locale, many, replace(held, credit=_yuan("66.60")), late_policy="claim"),
        _letter(
            kind, locale, many, _claim(many, None, *_everything(many, 6)), late_policy="reserve",
            office=_office(locale, late=True, full=True), late_charge=LateCharge.WAIVED_ON_PERFORMANCE,
        ),
        _letter(kind, locale, other, _claim(other, None), late_policy="none", **courtesy),
        _letter(kind, locale, both, _claim(both, None), late_policy="reserve", **courtesy),
        *(
            _restated(locale, of)
            for of in (one, home, many)
            if kind is LetterKind.INSTALMENT_AGREEMENT
        ),
        *(
            _letter(kind, locale, home, _claim(home, None), signer=Signer(company, w["number"]))
            for company in (True, False)
            if kind is LetterKind.INSTALMENT_AGREEMENT
        ),
        *(
            _letter(kind, locale, home, _claim(home, None), barred=_some(home, upto))
            for upto in (2, len(four))
            if kind is LetterKind.INSTALMENT_AGREEMENT
        ),
        *(
            _letter(kind, locale, home, _claim(home, None), signed=signed, barred=_some(home), binding=binding)
            for signed, binding in zip(_agreements(locale), (Binding.ALL, Binding.OWNER), strict=True)
            if kind in SPEAKS
        ),
    )  # fmt: skip


def _some(home: Account, upto: int = 1) -> tuple[tuple[str, Period], ...]:
    """The first periods of an account, as if limitation had run out for them."""
    return tuple((charge.item, charge.period) for charge in home.charges[:upto])


def _restated(locale: str, home: Account) -> Sample:
    """An agreement that turns the late charge into a sum, which the instalments pay with the principal."""
    claim = _claim(home, "日万分之五")
    return _letter(
        LetterKind.INSTALMENT_AGREEMENT, locale, home, claim, late_policy="claim", late_charge=LateCharge.RESTATED,
        plan=equal_plan(claim.grand_total, 3, date(2026, 12, 31)),
    )  # fmt: skip


def _annex(
    name: str, locale: str, size: str, *, full: bool = False
) -> tuple[dict[str, Any], tuple[str, ...]]:
    return annex_sample(name, locale, size, _office(locale, late=True, full=True), WORDS[locale], full=full)


@cache
def sample(name: str, locale: str, size: str = "plain") -> Sample:
    """Made-up data for a template of ``name``: ``plain``, ``long`` (30 periods) or ``extreme`` (long names, large sums).

    The result is shared: do not change it. ``KeyError`` for a name, locale or size there is none of.
    """
    if size not in SIZES:
        raise KeyError(size)
    if name in ANNEXES:
        return Sample(*_annex(name, locale, size))
    if name in BUNDLE:
        return _bundle(name, locale, {"plain": 3, "long": 30, "extreme": 120}[size])
    if name in PAPERS:
        return _receipt(locale, {"plain": 1, "long": 30, "extreme": 3}[size], extreme=size == "extreme")
    kind, w = LetterKind(name), WORDS[locale]
    if kind in NOTICES:
        return notice_samples(kind, locale)[SIZES.index(size)]
    charges = _quarters(locale, {"plain": 4, "long": 30, "extreme": 8}[size])
    if size == "extreme":
        large = _charge(
            w["long_fee"], Period(date(2022, 7, 15), date(2024, 7, 14)), "23456789.01", date(2022, 7, 31)
        )
        charges = (large, *charges)
    home = _account(locale, charges, extreme=size == "extreme")
    events = _everything(home, 6) if size == "extreme" else ()
    claim = _claim(home, None if size == "plain" else "日万分之五", *events)
    policy = "reserve" if size == "plain" else "claim"
    return _letter(kind, locale, home, claim, late_policy=policy, history=_history(locale))


def notice_samples(kind: LetterKind, locale: str) -> tuple[Sample, ...]:
    """Notices in the three sizes; together they hold every case a template of ``kind`` has to do justice to."""
    w, found = WORDS[locale], []
    for size, count in (("plain", 2), ("long", 30), ("extreme", 8)):
        charges, extreme = _quarters(locale, count), size == "extreme"
        if extreme:
            large = _charge(
                w["long_fee"], Period(date(2022, 7, 15), date(2024, 7, 14)), "23456789.01", date(2022, 7, 31)
            )
            water = _charge(w["water"], Period.months(2025, 1, 2025, 3), "33.30")
            charges = (large, *charges, water)
        home = _account(locale, charges, extreme=extreme)
        claim = _claim(home, None, *(_everything(home, 6) if extreme else ()))
        notice = Notice(
            text=(w["proves"],) * {"plain": 1, "long": 12, "extreme": 3}[size],
            about=About(
                date(2026, 10, 8),
                "" if extreme else w["proves"],
                HoldReason.SERVICE_COMPLAINT if extreme else None,
            ),
            corrects=Corrected(
                "2-2026-0001", w["prior"], w["exhibit"], date(2026, 9, 1), date(2026, 10, 8) if extreme else None
            ),
            settled=tuple(
                Settled(c.item, c.period, c.billed, _yuan("0.01") if extreme else _yuan("0"),
                        c.billed - _yuan("0.01") if extreme else c.billed)
                for c in charges
            ),
            principal_only=extreme,
        )  # fmt: skip
        found.append(_letter(kind, locale, home, claim, notice=notice))
    return tuple(found)


def _receipt(locale: str, count: int, *, extreme: bool) -> Sample:
    """Receipt slips, as ``workspace/slips.py`` fills them."""
    w = WORDS[locale]
    home = _account(locale, _quarters(locale, 1), extreme=extreme)
    slip = {
        "title": w["exhibit"],
        "number": w["number"],
        "code": w["number"],
        "pages": "2",
        "cause": w["cause"],
        "name": home.debtor.name,
        "premises": f"{home.premises.estate}{home.premises.label}",
        "address": w["address"],
        "sender": w["company"],
        "issued_on": chinese_date(AS_OF),
    }
    language = labels_for(locale).language
    values = {
        "doc": document_properties(w["number"], _ID, language, CREATED),
        "law": load_law("cn").texts(AS_OF, locale),
        "slips": [slip] * count,
    }
    return Sample(values, (w["number"], home.debtor.name))


def _bundle(name: str, locale: str, count: int) -> Sample:
    w, texts = WORDS[locale], load_law("cn").texts(AS_OF, locale)
    page = CoverPage(
        w["cause"], w["company"], w["owner"], w["court"], w["volume"], count, 3 * count, w["number"], AS_OF
    )
    if name == "cover":
        return Sample(cover_context(page, law=texts, locale=locale, doc_created=CREATED, doc_identifier=_ID))
    rows = tuple(
        CatalogueRow(
            n,
            w["exhibit"],
            w["evidence"],
            w["from"],
            w["proves"],
            f"{3 * n - 2}—{3 * n}",
            n % 2 == 1,
            "ab" * 32,
        )
        for n in range(1, count + 1)
    )
    return Sample(
        catalogue_context(page, rows, law=texts, locale=locale, doc_created=CREATED, doc_identifier=_ID)
    )
