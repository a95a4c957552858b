"""Three accounts for the annexes (样本): a short one with everything in it, one of 30 charges, an extreme one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from letter_samples import office, yuan

from evidence.claim.account_replay import LedgerPaid, replay
from evidence.claim.claim_sentence import ClaimSentence, claim_sentence
from evidence.claim.late_statement import LateStatement, late_statement
from evidence.claim.late_terms import LateRules, LateTerms
from evidence.claim.positions import Replay
from evidence.claim.rate_text import parse_rate
from evidence.law import load_law
from evidence.law.rates import load_rates
from evidence.letters.annex_late import late_charge_context
from evidence.letters.annexes import AnnexContext, AnnexKind, AnnexSource, fee_statement_context
from evidence.letters.engine import compile_template
from evidence.letters.packs import find_pack
from evidence.model.account import Account, Charge, Debtor, Premises
from evidence.model.events import (
    AccountEvents,
    Correction,
    Designation,
    Hold,
    HoldReason,
    Payment,
    Target,
    Waiver,
)
from evidence.model.money import Money
from evidence.model.office import Contract
from evidence.model.period import Period
from evidence.model.problem import Place
from evidence.resources import templates_dir

AS_OF = date(2025, 5, 20)  # the last day the shipped table of reference rates reaches
SOURCE = AnnexSource(3, date(2025, 4, 30), 17, "0123456789abcdef" * 4, "evidence-kit 样本版")
LOCALES = ("zh", "zh-Hant")
HOME = "1栋2单元301室"
CREATED = datetime(2025, 5, 20, 2, 0, tzinfo=UTC)
OFFICE = office(
    contract=Contract(
        "前期物业服务合同", "2019-06-01", "第六条", "第七条", "第十二条", price="每月每平方米2.80元"
    )
)


@dataclass(frozen=True)
class Made:
    """The parts of a statement that annexes read, put together without a workspace."""

    replay: Replay
    events: AccountEvents
    rules: LateRules | None
    late: LateStatement | None

    @property
    def demanded(self) -> Money:
        return self.replay.principal - self.replay.held

    @property
    def total(self) -> Money | None:
        if self.late is None:
            return self.demanded
        return None if self.late.claimed is None else self.demanded + self.late.claimed

    @property
    def sentences(self) -> tuple[ClaimSentence, ...]:
        if self.late is None or self.rules is None:
            return ()
        found = (claim_sentence(line, self.replay.as_of, self.rules) for line in self.late.lines)
        return tuple(sentence for sentence in found if sentence is not None)


def made(
    *charges: Charge,
    events: AccountEvents | None = None,
    clause: str | None = "日万分之五",
    as_of: date = AS_OF,
    name: str = "张样本",
    home: Premises | None = None,
    ledger_paid: LedgerPaid = LedgerPaid.BEFORE_EVENTS,
    **terms: Any,
) -> Made:
    """The calculation of an account; ``clause`` ``None`` gives no late charge at all."""
    account = Account(home or Premises("样本花园", "1栋", "2单元", "301室"), Debtor(name), charges, "CNY")
    events = events or AccountEvents()
    rules = None
    if clause is not None:
        rules = LateRules(LateTerms(parse_rate(clause) if clause else None, **terms), load_rates("cn"))
    result = replay(account, events, as_of, late=rules, ledger_paid=ledger_paid)
    late = None
    if rules is not None:
        late = late_statement([p.without_held() for p in result.positions], as_of, rules, "CNY")
    return Made(result, events, rules, late)


def month(year: int, number: int, billed: str = "262.78", paid: str = "0", item: str = "物业费") -> Charge:
    """A month's fee of 93.85 ㎡ at 2.80, due on its 15th."""
    period = Period.months(year, number, year, number)
    row = (year - 2020) * 12 + number + 1
    place = Place("样本台账.xlsx", "1栋", row)
    due = date(year, number, 15)
    return Charge(item, period, yuan(billed), yuan(paid), place, due, Decimal("93.85"), Decimal("2.80"))


def about(year: int, number: int) -> Target:
    return Target("物业费", Period.months(year, number, year, number))


def short() -> Made:
    """Six months: a payment by the order of the law, one the owner designated, a correction, a waiver, a hold."""
    home = HOME
    place = Place(part="#12")
    events = AccountEvents(
        payments=(
            Payment("000012", home, date(2025, 2, 20), yuan("300.00"), origin=place),
            Payment(
                "000014",
                home,
                date(2025, 3, 20),
                yuan("100.00"),
                Designation((about(2025, 3),), date(2025, 3, 20), "3月物业费"),
                place,
            ),
        ),
        waivers=(
            Waiver(
                "000015", home, date(2025, 4, 1), about(2025, 2), yuan("30.00"), reason="停梯补偿（样本）"
            ),
        ),
        corrections=(
            Correction("000016", home, date(2025, 4, 2), about(2025, 1), yuan("-20.50"), "面积更正（样本）"),
        ),
        holds=(
            Hold(
                "000018",
                home,
                (about(2025, 4),),
                HoldReason.SERVICE_COMPLAINT,
                date(2025, 5, 1),
                amount=yuan("60.00"),
            ),
        ),
    )
    charges = [month(2024, 12, paid="262.78"), *(month(2025, n) for n in (1, 2, 3, 4)), month(2025, 6)]
    return made(*charges, events=events)


def long() -> Made:
    """Thirty months by the reference rate of each day, with a payment that changes the base of one."""
    charges = [month(2022 + index // 12, index % 12 + 1) for index in range(30)]
    events = AccountEvents(payments=(Payment("000021", HOME, date(2023, 8, 1), yuan("400.00")),))
    return made(*charges, events=events, clause="LPR的1.3倍")


def extreme() -> Made:
    """A long name, long items, nine-digit sums, a period of two years, a charge without a due date, a capped charge."""
    place = Place("样本台账.xlsx", "地下车库及商铺（样本）", 7)
    charges = (
        Charge(
            "地下车库车位管理服务费（含充电设施）",
            Period(date(2022, 7, 15), date(2024, 7, 14)),
            yuan("123456789.01"),
            yuan("23456789.01"),
            place,
            date(2022, 7, 31),
        ),
        Charge(
            "公摊水电费",
            Period.months(2024, 1, 2024, 12),
            yuan("9999999.99"),
            yuan("0"),
            Place("样本台账.xlsx", "商铺", 8),
        ),
        Charge(
            "物业费",
            Period.months(2023, 1, 2023, 12),
            yuan("0.01"),
            yuan("0"),
            Place("样本台账.xlsx", "商铺", 9),
            date(2023, 1, 1),
        ),
    )
    return made(
        *charges,
        clause="日千分之三",
        as_of=date(2026, 3, 31),
        name="买买提·艾合买提江·样本、欧阳样本（共有）",
        home=Premises("样本国际中心广场（二期）", "A座", "", "地下二层B2-0001至B2-0188号车位"),
        cap_at_principal=True,
    )


ACCOUNTS = {"short": short, "long": long, "extreme": extreme}


def context(kind: AnnexKind, calculation: Made, locale: str = "zh", **changes: Any) -> AnnexContext:
    build = fee_statement_context if kind is AnnexKind.FEE_STATEMENT else late_charge_context
    arguments: dict[str, Any] = {
        "source": SOURCE,
        "office": OFFICE,
        "made_on": calculation.replay.as_of,
        "law": load_law("cn").texts(calculation.replay.as_of, locale),
        "locale": locale,
        "doc_created": CREATED,
        "doc_identifier": "00" * 16,
    }
    return build(calculation, **{**arguments, **changes})


def render(kind: AnnexKind, calculation: Made, locale: str = "zh", **changes: Any) -> bytes:
    """The annex as DOCX."""
    path = find_pack(templates_dir(), "cn", locale).annexes[kind.value]
    found = context(kind, calculation, locale, **changes)
    return compile_template(path.read_bytes(), path.name).render(found.values, found.must_appear).docx
