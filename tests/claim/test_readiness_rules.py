"""Each rule: one case that passes, cases that do not, and one change at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from readiness_material import (
    AGENT,
    AGREEMENT,
    ARRIVAL,
    CALL,
    COMPANY,
    CONTRACT,
    DEMAND,
    FACTS,
    FEES,
    FILED,
    INTERRUPTION,
    KEYS,
    LATE,
    OWNER,
    POSTING,
    PRICE,
    SECOND,
    TEXT,
    TODAY,
    Y2024,
    cny,
    fee,
)

from evidence.claim.readiness import RULES, CaseFacts, Finding, Outcome, evaluate, finding_words, load_rules
from evidence.claim.readiness.demands import MAY_SIGN
from evidence.claim.readiness.facts import (
    Acceleration,
    Complaint,
    Contact,
    ContactWay,
    CourtFee,
    LateBasis,
    LateTreatment,
    LimitationWaiver,
    Occupier,
    PaperForm,
    Procedure,
    Termination,
    Title,
    Track,
)
from evidence.claim.readiness.filed import Agent, Exposed
from evidence.clock import CHINA
from evidence.law.service import signer_rule
from evidence.model.delivery import Channel, Grade
from evidence.model.period import Period

CN = load_rules("cn")
LATER = {"R28", "R29", "R30", "R31", "R34", "R42"}
P, W, U, F = Outcome.PASS, Outcome.WARN, Outcome.UNKNOWN, Outcome.FAIL


UNPRICED = replace(FEES[1], unit_price=None)
"""A line of a ledger without unit prices."""


def found(rule: str, facts: CaseFacts, *, on: date = TODAY, region: str = "strict") -> Finding:
    return next(one for one in evaluate(facts, load_rules("cn", region), on) if one.rule == rule)


def test_the_whole_case_passes() -> None:
    outcomes = {one.rule: one.outcome for one in evaluate(FACTS, CN, TODAY)}
    assert {rule for rule, outcome in outcomes.items() if outcome is not P} == set()
    assert list(outcomes) == [f"R{n:02d}" for n in range(1, 43)]


def test_before_a_file_is_made_its_own_rules_are_not_examined() -> None:
    outcomes = {one.rule: one.outcome for one in evaluate(replace(FACTS, filed=None), CN, TODAY)}
    assert {rule for rule, outcome in outcomes.items() if outcome is not P} == LATER
    assert {outcomes[rule] for rule in LATER} == {U}
    assert {rule for rule, data in CN.rules.items() if data.later} == LATER


def sent(text: str, **changes: Any) -> tuple[Any, ...]:
    return (replace(TEXT, text=text, **changes),)


def demands(**changes: Any) -> tuple[Any, ...]:
    return (replace(DEMAND, **changes), replace(SECOND, **changes))


def arrived(**changes: Any) -> tuple[Any, ...]:
    return demands(arrivals=(replace(ARRIVAL, **changes),))


def agreement(**changes: Any) -> tuple[Any, ...]:
    return (replace(AGREEMENT, **changes),)


def call(*days: str, way: ContactWay = ContactWay.CALL, refused: bool = False) -> tuple[Contact, ...]:
    return tuple(Contact(datetime.fromisoformat(day).replace(tzinfo=CHINA), way, refused) for day in days)


LINE = FILED.exhibits[0]


def filed(**changes: Any) -> dict[str, Any]:
    return {"filed": replace(FILED, **changes)}


# rule, outcome, code of the mark, what is changed
CASES: list[tuple[str, Outcome, str, dict[str, Any]]] = [
    ("R01", F, "no-name", {"creditor_name": " "}),
    ("R01", F, "uscc", {"creditor_uscc": "91990000YANGBEN05M"}),
    ("R01", F, "no-licence", {"licence_on_file": False}),
    ("R02", F, "contract-gap", {"service_continued": False}),
    ("R02", F, "contract-gap", {"contracts": (replace(CONTRACT, start=date(2024, 1, 2)),)}),
    ("R02", F, "contract-gap", {"contracts": ()}),
    (
        "R02",
        F,
        "stayed-on",
        {"terminations": (Termination(date(2025, 6, 30), date(2025, 7, 31), refused_to_leave=True),)},
    ),
    (
        "R02",
        F,
        "contract-gap",  # fee claimed after somebody else took over
        {"terminations": (Termination(date(2025, 6, 30), date(2025, 7, 31), refused_to_leave=False),)},
    ),
    (
        "R02",
        P,
        "covered",
        {"terminations": (Termination(date(2025, 6, 30), None, refused_to_leave=False),)},
    ),  # 950
    ("R02", U, "left-or-not", {"terminations": (Termination(date(2025, 6, 30), None, None),)}),
    ("R03", F, "no-contract", {"contracts": ()}),
    ("R03", W, "copy-only", {"contracts": (replace(CONTRACT, form=PaperForm.COPY),)}),
    (
        "R03",
        W,
        "exhibit-copy",
        filed(exhibits=(replace(LINE, name="物业服务合同", group="B2", original="复印件"),)),
    ),
    ("R03", U, "signer-unknown", {"contracts": (replace(CONTRACT, signed_by=None),)}),
    ("R03", U, "form-unknown", {"contracts": (replace(CONTRACT, form=None),)}),
    ("R04", F, "none", {"defendants": ()}),
    ("R04", F, "name-only", {"defendants": (replace(OWNER, id_number="", address=""),)}),
    ("R04", P, "clear", {"defendants": (replace(OWNER, id_number="", address="样州市示例区虚构路1号"),)}),
    ("R04", F, "name-only", {"defendants": (COMPANY,)}),
    ("R04", P, "clear", {"defendants": (replace(COMPANY, address="样州市示例区"),)}),
    ("R04", W, "number-check", {"defendants": (replace(OWNER, id_number="110105194912310020"),)}),
    ("R04", W, "number-check", {"defendants": (replace(OWNER, birth=date(1950, 1, 1)),)}),
    ("R04", P, "clear", {"defendants": (replace(OWNER, id_type="passport", id_number="E0000000"),)}),
    ("R05", F, "not-owner", {"titles": (Title("张三（样本）", date(2024, 1, 2)),)}),
    ("R05", F, "not-owner", {"titles": (Title("张三（样本）", date(2021, 1, 1), date(2025, 12, 30)),)}),
    (
        "R05",
        P,
        "owners",  # two owners one after the other, both sued
        {
            "titles": (
                Title("王五（样本）", date(2021, 1, 1), date(2024, 6, 30)),
                Title("张三（样本）", date(2024, 7, 1)),
            )
        },
    ),
    ("R06", W, "not-joined", {"occupiers": (Occupier("李四（样本）", True, False),)}),
    ("R06", U, "promise-unknown", {"occupiers": (Occupier("李四（样本）"),)}),
    ("R06", P, "joined", {"occupiers": ()}),
    ("R07", F, "before-delivery", {"delivered_on": date(2024, 1, 2)}),
    ("R07", P, "delivered", {"delivered_on": date(2024, 1, 1)}),
    ("R08", F, "no-document", {"prices": (replace(PRICE, end=date(2025, 12, 30)),)}),
    ("R08", F, "above-document", {"prices": (replace(PRICE, unit_price=Decimal("2.49")),)}),
    ("R08", W, "not-published", {"prices": (replace(PRICE, published=False),)}),
    ("R08", U, "publicity-unknown", {"prices": (replace(PRICE, published=None),)}),
    # The ledger has no unit price: the document's stands in only where it gives the very sum that was billed.
    ("R08", P, "documented", {"periods": (FEES[0], UNPRICED)}),
    ("R08", F, "above-document", {"periods": (FEES[0], replace(UNPRICED, claimed=cny("3000.02")))}),
    ("R08", U, "price-unknown", {"periods": (FEES[0], replace(UNPRICED, claimed=cny("2999.98")))}),
    ("R08", U, "price-unknown", {"periods": (FEES[0], replace(UNPRICED, quantity=None))}),
    ("R09", P, "adds-up", {"periods": (FEES[0], UNPRICED)}),
    (
        "R09",
        P,
        "adds-up",
        {
            "periods": (FEES[0], replace(UNPRICED, paid=cny("500"), claimed=cny("2500"))),
            "claimed_total": cny("5500"),
        },
    ),
    (
        "R09",
        U,
        "document-differs",
        {"periods": (FEES[0], replace(UNPRICED, claimed=cny("3000.02"))), "claimed_total": cny("6000.02")},
    ),
    (
        "R09",
        U,
        "document-differs",
        {"periods": (FEES[0], replace(UNPRICED, claimed=cny("2999.98"))), "claimed_total": cny("5999.98")},
    ),
    ("R09", U, "line-unknown", {"periods": (FEES[0], UNPRICED), "prices": None}),
    ("R09", U, "line-unknown", {"periods": (FEES[0], UNPRICED), "prices": (replace(PRICE, item="停车费"),)}),
    # A price that the ledger does have is never replaced by one that happens to fit.
    ("R09", F, "line", {"periods": (FEES[0], replace(FEES[1], unit_price=Decimal("2.40")))}),
    ("R09", F, "line", {"periods": (FEES[0], replace(FEES[1], paid=cny("0.02")))}),
    (
        "R09",
        P,
        "adds-up",
        {"periods": (FEES[0], replace(FEES[1], paid=cny("0.01")))},
    ),  # a fen a line is rounding
    ("R09", F, "total", {"claimed_total": cny("6000.01")}),
    ("R09", F, "nothing", {"periods": (), "claimed_total": cny("0")}),
    ("R09", U, "line-unknown", {"periods": (FEES[0], replace(FEES[1], quantity=None))}),
    ("R09", U, "line-unknown", {"periods": (FEES[0], replace(FEES[1], paid=None))}),
    ("R10", F, "overlap", {"periods": (*FEES, fee(Period.months(2025, 12, 2026, 1), date(2026, 2, 15)))}),
    ("R10", P, "distinct", {"periods": (*FEES, replace(fee(Y2024, None), item="停车费"))}),  # another item
    ("R11", F, "not-demanded", {"demands": demands(covers=frozenset(KEYS[:1]))}),
    ("R11", F, "not-demanded", {"demands": demands(formal=False)}),  # a courtesy note is none
    ("R11", F, "not-demanded", {"demands": demands(withdrawn=True)}),
    ("R11", F, "not-demanded", {"demands": demands(written=False)}),
    ("R11", F, "not-demanded", {"demands": ()}),
    ("R12", F, "incomplete", {"demands": demands(amount=None)}),
    ("R12", F, "incomplete", {"demands": demands(deadline=None)}),
    ("R12", F, "incomplete", {"demands": demands(payee=False)}),
    ("R12", U, "no-demand", {"demands": ()}),
    ("R13", F, "no-proof", {"demands": arrived(grade=Grade.NONE)}),
    ("R13", W, "weak-proof", {"demands": arrived(grade=Grade.D)}),
    ("R13", W, "weak-proof", {"demands": arrived(grade=Grade.C)}),
    ("R13", P, "proved", {"demands": arrived(grade=Grade.B)}),
    ("R13", U, "no-demand", {"demands": ()}),
    ("R13", W, "withdrawn-late", {"demands": demands(withdrawn_late=True)}),  # it stands, and confuses
    ("R14", W, "no-item-name", {"demands": arrived(item_name="")}),
    ("R14", U, "slip-not-read", {"demands": arrived(item_name=None)}),
    ("R14", P, "named", {"demands": arrived(channel=Channel.HAND, item_name=None)}),
    ("R15", F, "not-eligible", {"demands": arrived(relation="guard", grade=Grade.NONE)}),
    (
        "R15",
        W,
        "not-eligible",
        {"demands": demands(arrivals=(replace(ARRIVAL, relation="guard", grade=Grade.NONE), ARRIVAL))},
    ),
    ("R15", P, "eligible", {"demands": arrived(relation="cohabiting-adult")}),
    ("R16", F, "still-running", {"demands": demands(deadline=TODAY)}),  # on the last day it still runs
    ("R16", P, "over", {"demands": demands(deadline=date(2026, 11, 20))}),
    ("R16", W, "short", {"demands": demands(deadline=date(2026, 9, 8), arrivals=(ARRIVAL,))}),
    ("R16", P, "over", {"demands": demands(deadline=date(2026, 9, 9), arrivals=(ARRIVAL,))}),
    ("R16", U, "not-begun", {"demands": demands(arrivals=())}),
    ("R17", F, "local-demands", {"demands": (DEMAND,)}),
    ("R17", F, "local-notice", {"public_notices": ()}),
    ("R17", U, "missing-input", {"local_rules_known": None}),
    ("R17", P, "local", {"place": "样省样市"}),  # somebody asked, and the place asks for nothing
    ("R17", W, "local-demands", {"place": "浙江省样州市", "demands": ()}),  # an unverified rule only warns
    ("R17", P, "local", {"place": "浙江省杭州市", "public_notices": ()}),
    ("R18", W, "not-urged", {"committee_urged_on": ()}),
    ("R18", P, "urged", {"committee_exists": False, "committee_urged_on": ()}),
    (
        "R19",
        W,
        "expired",
        {"periods": (fee(Y2024, date(2021, 1, 15)), FEES[1]), "interruptions": ()},
    ),
    ("R19", W, "soon", {"periods": (fee(Y2024, date(2024, 1, 10)), FEES[1]), "interruptions": ()}),
    ("R19", U, "due-unknown", {"periods": (fee(Y2024, None), FEES[1])}),
    ("R20", W, "weak", {"interruptions": (replace(INTERRUPTION, grade=Grade.D),)}),
    ("R20", P, "proved", {"interruptions": (replace(INTERRUPTION, grade=Grade.D), INTERRUPTION)}),
    ("R20", P, "proved", {"interruptions": ()}),
    ("R21", F, "no-clause", {"late_charge": replace(LATE, clause="")}),
    ("R21", U, "clause-unknown", {"late_charge": replace(LATE, clause=None)}),
    ("R21", P, "clause", {"late_charge": replace(LATE, basis=LateBasis.LPR, clause="")}),
    ("R21", P, "clause", {"late_charge": replace(LATE, basis=LateBasis.NONE, clause="")}),
    ("R22", W, "above-ceiling", {"late_charge": replace(LATE, annual_percent=Decimal("3.91"))}),
    ("R22", P, "level", {"late_charge": replace(LATE, annual_percent=Decimal("3.9"))}),  # 1.3 × 3.0 itself
    ("R22", W, "above-strong", {"late_charge": replace(LATE, annual_percent=Decimal("18.25"))}),
    ("R22", W, "above-principal", {"late_charge": replace(LATE, amount=cny("6000.01"))}),
    ("R22", U, "level-unknown", {"late_charge": replace(LATE, annual_percent=None)}),
    ("R22", U, "level-unknown", {"late_charge": replace(LATE, amount=None)}),
    ("R23", W, "past-table", {"lpr_through": date(2026, 11, 19)}),  # by contract: only the reference line
    (
        "R23",
        F,
        "past-table",
        {"lpr_through": date(2026, 11, 19), "late_charge": replace(LATE, basis=LateBasis.LPR)},
    ),
    ("R23", P, "fresh", {"lpr_through": date(2026, 11, 20)}),
    ("R23", U, "day-unknown", {"late_charge": replace(LATE, through=None)}),
    ("R24", W, "banned-supplies", {"texts": sent("逾期将停水停电。")}),  # gone out: the lawyer has to know
    ("R24", F, "banned-supplies", {"texts": sent("逾期将停止供水。", sent=False)}),
    ("R25", W, "hours", {"contacts": call("2026-11-20T08:59")}),
    ("R25", W, "festival", {"contacts": call("2026-10-01T10:00")}),
    ("R25", W, "calls", {"contacts": call("2026-11-20T10:00", "2026-11-20T15:00")}),
    (
        "R25",
        W,
        "messages",
        {
            "contacts": call(
                "2026-11-20T10:00", "2026-11-20T11:00", "2026-11-20T12:00", way=ContactWay.MESSAGE
            )
        },
    ),
    (
        "R25",
        W,
        "week",
        {"contacts": call("2026-11-14T10:00", "2026-11-16T10:00", "2026-11-18T10:00", "2026-11-20T10:00")},
    ),
    (
        "R25",
        P,
        "within",
        {"contacts": call("2026-11-13T10:00", "2026-11-16T10:00", "2026-11-18T10:00", "2026-11-20T10:00")},
    ),
    ("R25", W, "after-refusal", {"contacts": (*call("2026-11-18T10:00", refused=True), CALL)}),
    (
        "R25",
        P,
        "within",  # legal papers go on after a refusal
        {
            "contacts": (
                *call("2026-11-18T10:00", refused=True),
                *call("2026-11-20T10:00", way=ContactWay.LETTER),
            )
        },
    ),
    ("R26", W, "named", {"postings": (replace(POSTING, names_owner=True),)}),
    ("R26", U, "not-looked-at", {"postings": (replace(POSTING, names_owner=None),)}),
    ("R26", P, "unnamed", {"postings": (replace(POSTING, names_owner=None, shows_debt=False),)}),
    ("R27", W, "no-records", {"service_records": {2024: 12}}),
    ("R27", W, "complaint-open", {"complaints": (Complaint("投诉1（样本）", date(2025, 3, 3), False),)}),
    ("R27", U, "complaint-unknown", {"complaints": (Complaint("投诉1（样本）", date(2025, 3, 3)),)}),
    ("R32", F, "too-few", {"copies": 1}),
    ("R32", F, "too-few", {"defendants": (OWNER, replace(OWNER, name="李四（样本）"))}),
    ("R35", F, "halved-twice", {"court_fee": CourtFee(cny("6200.00"), cny("12.50"), 2)}),
    ("R35", F, "base", {"court_fee": CourtFee(cny("6000.00"), cny("25.00"), 1)}),  # late charge left out
    ("R35", U, "late-unknown", {"late_charge": replace(LATE, amount=None)}),
    ("R36", F, "arbitration-clause", {"arbitration_clause": True}),
    ("R36", P, "open", {"arbitration_clause": True, "procedure": Procedure(Track.ARBITRATION)}),
    ("R36", F, "no-arbitration-clause", {"procedure": Procedure(Track.ARBITRATION)}),
    ("R36", F, "small-missing", {"whereabouts_known": False}),
    ("R36", W, "small-disputed", {"disputed": True}),
    ("R36", W, "above-limit", {"claimed_total": cny("50000.01")}),
    ("R36", U, "limit-unknown", {"procedure": Procedure(Track.SMALL)}),
    ("R36", W, "disputed", {"procedure": Procedure(Track.PAYMENT_ORDER), "disputed": True}),
    ("R36", W, "not-servable", {"procedure": Procedure(Track.PAYMENT_ORDER), "whereabouts_known": False}),
    ("R36", P, "open", {"procedure": Procedure(Track.PAYMENT_ORDER)}),
    ("R37", F, "sum", {"agreements": agreement(instalments=(cny("2000.00"), cny("3999.99")))}),
    ("R37", W, "late-silent", {"agreements": agreement(late_charge=LateTreatment.SILENT)}),
    ("R37", U, "late-unknown", {"agreements": agreement(late_charge=None)}),
    ("R37", P, "sums", {"agreements": ()}),
    ("R38", W, "no-clause", {"agreements": agreement(acceleration=None)}),
    ("R38", W, "harsh", {"agreements": agreement(acceleration=Acceleration(Decimal("0.19"), 2, 15))}),
    ("R38", W, "harsh", {"agreements": agreement(acceleration=Acceleration(None, 1, 15))}),  # one missed
    ("R38", W, "harsh", {"agreements": agreement(acceleration=Acceleration(None, None, 15))}),  # a day late
    ("R38", W, "no-demand", {"agreements": agreement(acceleration=Acceleration(None, 2, 14))}),
    ("R38", W, "no-demand", {"agreements": agreement(acceleration=Acceleration(None, 2, None))}),
    ("R39", F, "advance", {"agreements": agreement(waiver=LimitationWaiver.ADVANCE)}),
    ("R39", P, "allowed", {"agreements": agreement(waiver=LimitationWaiver.ACCRUED)}),
    ("R39", U, "waiver-unknown", {"agreements": agreement(waiver=None)}),
    ("R40", W, "self-signed", {"agreements": agreement(signed_by_guardian=False)}),
    ("R40", U, "guardian-unknown", {"agreements": agreement(signed_by_guardian=None)}),
    ("R40", P, "capable", {"limited_capacity": False}),
    ("R41", F, "no-longer", {"texts": sent("根据《中华人民共和国合同法》第一百零七条")}),
    ("R41", F, "moved", {"texts": sent("根据《物业管理条例》第六十五条")}),
    ("R41", F, "no-such-article", {"texts": sent("根据物业服务纠纷司法解释第六条")}),
    ("R41", P, "in-force", {"texts": sent("根据物业服务纠纷司法解释第六条", dated=date(2020, 6, 1))}),
    ("R41", W, "unknown", {"texts": sent("根据《样本市物业管理条例》第五条")}),
    ("R41", W, "unverified", {"texts": sent("根据《物业服务收费管理办法》第十五条")}),
    ("R28", F, "missing", filed(originals=(replace(FILED.originals[0], found=""),))),
    ("R28", F, "changed", filed(originals=(replace(FILED.originals[0], found="cd" * 32),))),
    ("R29", W, "no-carrier", filed(exhibits=(replace(LINE, carrier=" "),))),
    ("R29", P, "not-electronic", filed(exhibits=(replace(LINE, digital=False, carrier=""),))),
    ("R30", F, "broken", filed(stamps=(replace(FILED.stamps[0], holds=False),))),
    ("R30", W, "none", filed(stamps=())),
    ("R30", W, "only-test", filed(stamps=(replace(FILED.stamps[0], test=True),))),
    ("R31", F, "no-name", filed(exhibits=(replace(LINE, name=""),))),
    ("R31", F, "no-source", filed(exhibits=(replace(LINE, source=" "),))),
    ("R31", F, "no-proves", filed(exhibits=(replace(LINE, proves=""),))),
    ("R31", F, "no-pages", filed(exhibits=(replace(LINE, pages=""),))),
    ("R31", F, "no-original", filed(exhibits=(replace(LINE, original=""),))),
    ("R31", F, "empty", filed(exhibits=())),
    ("R31", F, "pages", filed(bound=5)),
    ("R31", W, "stands-in", filed(exhibits=(replace(LINE, stands_in=True),))),
    ("R31", W, "dated-ahead", filed(exhibits=(replace(LINE, dated="2026-11-22"),))),
    ("R33", U, "authority-unknown", {"agents": (replace(AGENT, authority=""),)}),
    ("R33", W, "full-power", {"agents": (replace(AGENT, authority="full"),)}),
    ("R33", W, "no-licence", {"agents": (replace(AGENT, licence=""),)}),
    ("R33", W, "no-identity", {"agents": (Agent("样本员甲", "staff", "general"),)}),
    ("R33", P, "no-agent", {"agents": ()}),
    (
        "R33",
        F,
        "special-words",
        {"agents": (AGENT,), **filed(forms=(FILED.forms[0], replace(FILED.forms[1], text="全权代理")))},
    ),
    ("R34", W, "no-forms", filed(forms=None)),
    ("R34", W, "no-complaint", filed(forms=FILED.forms[1:])),
    ("R34", F, "blank", filed(forms=(replace(FILED.forms[0], missing=("民族",)),))),
    ("R34", W, "blank-beside", filed(forms=(FILED.forms[0], replace(FILED.forms[1], missing=("执业证号",))))),
    ("R34", F, "sum", filed(stated=cny("6000.00"))),
    ("R42", F, "exposed", filed(exposed=(Exposed("证据目录 1", "identity"),))),
]


@pytest.mark.parametrize(("rule", "outcome", "code", "changes"), CASES)
def test_a_rule_answers_to_its_own_input(
    rule: str, outcome: Outcome, code: str, changes: dict[str, Any]
) -> None:
    finding = found(rule, replace(FACTS, **changes))
    assert finding.outcome is outcome
    assert code in [mark.code for mark in finding.marks]
    if outcome is not P:
        assert all(mark.todo or mark.record for mark in finding.marks)


@pytest.mark.parametrize(("rule", "outcome", "code", "changes"), CASES)
def test_what_a_rule_does_not_read_does_not_move_it(
    rule: str, outcome: Outcome, code: str, changes: dict[str, Any]
) -> None:
    before = {one.rule: one for one in evaluate(FACTS, CN, TODAY)}
    after = {one.rule: one for one in evaluate(replace(FACTS, **changes), CN, TODAY)}
    for other in RULES:
        if not {*other.inputs, *other.helped_by} & set(changes):
            assert after[other.id] == before[other.id], other.id


def test_every_examined_rule_has_a_failing_case() -> None:
    assert {rule.id for rule in RULES} == {rule for rule, outcome, _, _ in CASES if outcome in (F, W)}


def test_a_lenient_region_warns_where_a_strict_one_fails() -> None:
    bare = replace(FACTS, demands=())
    assert found("R11", bare, region="strict").outcome is F
    assert found("R11", bare, region="lenient").outcome is W


def test_who_may_sign_is_the_delivery_rooms_word() -> None:
    rule = signer_rule("cn", date(2026, 11, 25))
    assert rule is not None
    assert rule.eligible == MAY_SIGN


@pytest.mark.parametrize(
    "text",
    [
        "逾期将停水停电", "逾期將停電", "将限制您的门禁和电梯", "禁用門禁", "将取消您的停车资格", "关闭道闸",
        "将公布欠费业主名单", "张榜公示", "在业主群内通报", "我们会通知您的单位", "告知您的邻居",
        "将影响您的个人征信", "列入失信被执行人名单", "将上征信", "不交就拘留", "涉嫌犯罪", "最后通牒",
    ],
)  # fmt: skip
def test_what_nobody_may_send(text: str) -> None:
    assert found("R24", replace(FACTS, texts=sent(text))).outcome is W


@pytest.mark.parametrize(
    "text",
    [
        "逾期仍未支付的，我司将依法向人民法院提起诉讼、申请支付令或者申请仲裁。",
        "我司不会停水停电，也不得以停水停电等方式催费。",
        "物业服务人不得采取停止供电、供水、供热、供燃气等方式催交物业费。",
        "如有困难，请与我们联系，可申请分期。",
        "请到我司服务中心交费，停车位费用另计。",
        "本通知构成对上列各期物业费的催告。",
    ],
)
def test_what_a_letter_may_well_say(text: str) -> None:
    assert found("R24", replace(FACTS, texts=sent(text))).outcome is P


def test_whoever_has_to_wait_is_told_until_when() -> None:
    """Saturday 21 November 2026 is moved to Monday (民法典 203); the period that has to wait longest decides."""
    facts = replace(FACTS, demands=demands(deadline=date(2026, 11, 21)))
    for day, outcome in ((22, F), (23, F), (24, P)):
        assert found("R16", facts, on=date(2026, 11, day)).outcome is outcome
    (mark,) = found("R16", facts, on=date(2026, 11, 22)).marks
    assert (mark.params["day"], mark.params["since"]) == ("2026-11-23", "2026-11-24")
    first = replace(DEMAND, deadline=date(2026, 11, 21), covers=frozenset(KEYS[:1]))
    second = replace(DEMAND, deadline=date(2026, 11, 27), covers=frozenset(KEYS[1:]))
    both = replace(FACTS, demands=(first, second))
    words = finding_words(found("R16", both, on=date(2026, 11, 21)), CN, "zh")
    assert "最后一日为2026年11月27日" in words.reasons[0]
    assert words.todo[0] == "请等到2026年11月28日。"
