"""A fictional case in which every examined rule passes; tests change one thing at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from evidence.claim.limitation import Interruption, InterruptionKind
from evidence.claim.readiness import CaseFacts
from evidence.claim.readiness.facts import (
    Acceleration,
    Agreement,
    Arrival,
    Complaint,
    Contact,
    ContactWay,
    ContractSigner,
    CourtFee,
    Demand,
    FeePeriod,
    LateBasis,
    LateCharge,
    LateTreatment,
    LimitationWaiver,
    Occupier,
    PaperForm,
    Person,
    Posting,
    PriceDocument,
    Procedure,
    SentText,
    ServiceContract,
    Title,
    Track,
)
from evidence.claim.readiness.filed import Agent, Filed, FiledExhibit, FiledForm, FiledOriginal, FiledStamp
from evidence.clock import CHINA
from evidence.model.delivery import Channel, Grade
from evidence.model.money import Money
from evidence.model.period import Period

TODAY = date(2026, 11, 21)
Y2024, Y2025 = Period.months(2024, 1, 2024, 12), Period.months(2025, 1, 2025, 12)
KEYS = ("物业费 2024-01/2024-12", "物业费 2025-01/2025-12")


def cny(text: str) -> Money:
    return Money.of(text, "CNY")


def fee(period: Period, due: date | None, **changes: object) -> FeePeriod:
    """100 m² at 2.50 a month for a year."""
    line = FeePeriod("物业费", period, cny("3000.00"), due, cny("0.00"), Decimal(100), Decimal("2.50"))
    return replace(line, **changes)  # type: ignore[arg-type]


FEES = (fee(Y2024, date(2025, 1, 15)), fee(Y2025, date(2026, 1, 15)))
ARRIVAL = Arrival(Grade.A, date(2026, 9, 2), Channel.EMS, "self", "催交通知书（2-2026-0001）", "exhibit-7")
DEMAND = Demand(
    "2-2026-0001",
    formal=True,
    covers=frozenset(KEYS),
    amount=cny("6000.00"),
    deadline=date(2026, 9, 20),
    payee=True,
    arrivals=(ARRIVAL,),
)
SECOND = replace(
    DEMAND,
    number="2-2026-0009",
    deadline=date(2026, 10, 20),
    arrivals=(replace(ARRIVAL, on=date(2026, 10, 1), proof="exhibit-8"),),
)
LATE = LateCharge(LateBasis.CONTRACT, "第十二条", Decimal("3.65"), cny("200.00"), date(2026, 11, 20))
CONTRACT = ServiceContract(
    "前期物业服务合同（样本）",
    date(2020, 6, 1),
    date(2024, 12, 31),
    ContractSigner.DEVELOPER,
    PaperForm.ORIGINAL,
)
PRICE = PriceDocument("收费标准（样本）", "物业费", Decimal("2.50"), date(2020, 6, 1), None, published=True)
COMPANY = Person("样本有限公司", organisation=True)
OWNER = Person("张三（样本）", "citizen", "11010519491231002X", date(1949, 12, 31))
AGREEMENT = Agreement(
    "4-2026-0001",
    cny("6000.00"),
    (cny("2000.00"), cny("2000.00"), cny("2000.00")),
    LateTreatment.KEPT,
    Acceleration(Decimal("0.2"), 2, 15),
    LimitationWaiver.NONE,
    signed_by_guardian=True,
)
TEXT = SentText(
    "2-2026-0001",
    "根据《中华人民共和国民法典》第九百四十四条，请于2026年9月20日前支付。逾期将依法提起诉讼。",
    date(2026, 9, 1),
    sent=True,
)
CALL = Contact(datetime(2026, 11, 20, 10, 0, tzinfo=CHINA), ContactWay.CALL)
POSTING = Posting("公告（样本）", date(2026, 9, 1), names_owner=False, shows_debt=True)
INTERRUPTION = Interruption(
    InterruptionKind.DEMAND, date(2026, 9, 2), Grade.A, frozenset(KEYS), "2-2026-0001"
)

AGENT = Agent("样律师", "lawyer", "special", licence="00000202600000001")
SPECIAL = "一、代为承认、放弃、变更诉讼请求；二、进行和解；三、提起反诉或者上诉。"
FILED = Filed(
    made_on=TODAY,
    originals=(FiledOriginal("data/originals/letters/2-2026-0001.pdf", "ab" * 32, "ab" * 32),),
    exhibits=(
        FiledExhibit(
            1,
            "催交通知书",
            "原告签发",
            "已经催告",
            "3-4",
            "原件",
            "2026-09-01",
            digital=True,
            carrier="原告的电脑",
        ),
    ),
    bound=4,
    counted=4,
    stamps=(FiledStamp("tsa", holds=True),),
    forms=(
        FiledForm("民事起诉状", is_complaint=True),
        FiledForm("授权委托书（特别授权）", "样律师", text=SPECIAL),
    ),
    stated=cny("6200.00"),
    claimed=cny("6200.00"),
)

FACTS = CaseFacts(
    place="福建省样州市",
    local_rules_known=True,
    periods=FEES,
    claimed_total=cny("6000.00"),
    late_charge=LATE,
    lpr_percent=Decimal("3.00"),
    lpr_through=date(2026, 12, 31),
    creditor_name="样州和风物业服务有限公司（样本）",
    creditor_uscc="91990000YANGBEN05N",
    licence_on_file=True,
    contracts=(CONTRACT,),
    service_continued=True,
    terminations=(),
    prices=(PRICE,),
    defendants=(OWNER,),
    titles=(Title("张三（样本）", date(2021, 1, 1), None, "exhibit-2"),),
    occupiers=(Occupier("李四（样本）", promised_to_pay=True, joined=True),),
    delivered_on=date(2020, 12, 1),
    limited_capacity=True,
    whereabouts_known=True,
    demands=(DEMAND, SECOND),
    public_notices=(date(2026, 10, 25),),
    committee_exists=True,
    committee_urged_on=(date(2026, 8, 1),),
    interruptions=(INTERRUPTION,),
    texts=(TEXT,),
    contacts=(CALL,),
    postings=(POSTING,),
    service_records={2024: 12, 2025: 12},
    complaints=(Complaint("投诉1（样本）", date(2025, 3, 3), resolved=True),),
    agreements=(AGREEMENT,),
    arbitration_clause=False,
    disputed=False,
    procedure=Procedure(Track.SMALL, cny("50000.00")),
    court_fee=CourtFee(cny("6200.00"), cny("25.00"), halved=1),
    copies=2,
    agents=(AGENT,),
    filed=FILED,
)
