"""Late charge of a fee period: the worked examples, the three figures, the warnings, the sentence."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from claim_material import FLOATING, account, charge, cny, codes, fen, month, paid, payment, rules
from hypothesis import given
from hypothesis import strategies as st

from evidence.claim.account_replay import LedgerPaid, replay
from evidence.claim.claim_sentence import claim_sentence, method_text
from evidence.claim.late_charge import ClaimBasis, Gap, LateLine, LateRules, LateTerms, late_line
from evidence.claim.late_statement import RULE_OF, LateStatement, late_statement
from evidence.claim.rate_text import LateRate, Per
from evidence.errors import EvidenceError, spec_of
from evidence.law.rates import RateAddition, load_rates
from evidence.model.account import Charge
from evidence.model.events import AccountEvents, Part, Target, Waiver


def statement(
    *charges: Charge, as_of: date, late: LateRules, events: AccountEvents | None = None
) -> LateStatement:
    result = replay(
        account(*charges), events or AccountEvents(), as_of, late=late, ledger_paid=LedgerPaid.BEFORE_EVENTS
    )
    return late_statement(result.positions, as_of, late, "CNY")


def only(*charges: Charge, as_of: date, late: LateRules, events: AccountEvents | None = None) -> LateLine:
    (line,) = statement(*charges, as_of=as_of, late=late, events=events).lines
    return line


def test_the_anchor_168_days_in_one_rate_and_split_where_the_rate_changed() -> None:
    """168 days at 3 % = 22.76; 20 days at 3 % and 148 at 2 % = 16.08, on the same principal.

    The anchor does not print its principal; every principal that gives the first figure and the second lies
    between 1,648.15 and 1,648.65, and all of them are tried.
    """
    due = date(2025, 1, 15)
    flat = rules("年利率3%")
    table = load_rates("cn").reference
    rows = (
        table.rows[0].__class__(date(2024, 1, 1), Decimal("3"), "样本", True),
        table.rows[0].__class__(due + timedelta(days=21), Decimal("2"), "样本", True),
    )
    pack = load_rates("cn")
    changing = type(table)(table.key, table.name, rows, date(2026, 1, 1), 35, Decimal("0.5"), Decimal("15"))
    pack = type(pack)(pack.jurisdiction, pack.checked_on, {table.key: changing}, pack.late_charge)
    split = rules("LPR", rates=pack, mode=FLOATING)
    for amount in range(164815, 164866):
        debt = charge(2025, 1, fen(amount).plain, due=due)
        one = only(debt, as_of=due + timedelta(days=168), late=flat)
        two = only(debt, as_of=due + timedelta(days=168), late=split)
        assert one.days == two.days == 168
        assert one.contract.amount == cny("22.76")
        assert two.contract.amount == cny("16.08")
        assert [(s.days, s.percent) for s in two.contract.segments] == [(20, 3), (148, 2)]


def test_days_run_from_the_day_after_the_due_date_to_the_day_of_calculation_included() -> None:
    debt = charge(2024, 1, "1000.00", due=date(2024, 1, 31))
    late = rules("日万分之五")
    assert statement(debt, as_of=date(2024, 1, 31), late=late).lines == ()
    first = only(debt, as_of=date(2024, 2, 1), late=late)
    assert (first.days, first.contract.amount) == (1, cny("0.50"))
    leap = only(debt, as_of=date(2024, 3, 1), late=late)
    assert (leap.days, leap.contract.amount) == (30, cny("15.00"))  # 2024-02-29 is a day like any other


def test_a_daily_rate_and_its_yearly_form_give_the_same_figure() -> None:
    debt = charge(2023, 1, "1409.50")
    for day in (date(2023, 5, 1), date(2024, 2, 29), date(2026, 11, 21)):
        daily, yearly = (only(debt, as_of=day, late=rules(c)) for c in ("日万分之五", "年利率18.25%"))
        assert daily.contract.amount == yearly.contract.amount


def test_a_payment_bears_on_its_own_day_and_relieves_the_next() -> None:
    debt = charge(2024, 1, "1000.00", due=date(2024, 1, 31))
    events = paid(payment("P1", date(2024, 2, 10), "400.00"))
    line = only(debt, as_of=date(2024, 2, 20), late=rules("日万分之五"), events=events)
    rows = [(s.first.day, s.last.day, s.days, s.base.plain, s.unrounded) for s in line.contract.segments]
    assert rows == [(1, 10, 10, "1000.00", "5.000000"), (11, 20, 10, "600.00", "3.000000")]
    assert line.contract.amount == cny("8.00")
    assert line.contract.segments[0].formula == "1000.00 × 10 × 0.05%"


def test_what_is_paid_in_full_too_late_still_bears_what_had_accrued() -> None:
    debt = charge(2024, 1, "1000.00", due=date(2024, 1, 31))
    events = paid(payment("P1", date(2024, 2, 10), "1000.00"))
    line = only(debt, as_of=date(2026, 1, 1), late=rules("日万分之五"), events=events)
    assert (line.days, line.principal.plain, line.contract.amount) == (10, "0.00", cny("5.00"))
    sentence = claim_sentence(line, date(2026, 1, 1), rules("日万分之五"))
    assert sentence is not None and not sentence.open_ended
    assert (
        sentence.text("zh")
        == "以1,000.00元为基数，自2024年2月1日起至2024年2月10日止，按日万分之五计算的违约金5.00元"
    )
    on_time = paid(payment("P1", date(2024, 1, 31), "1000.00"))
    assert statement(debt, as_of=date(2026, 1, 1), late=rules("日万分之五"), events=on_time).lines == ()


def test_the_three_figures_of_a_line() -> None:
    debt = charge(2024, 1, "1000.00", due=date(2024, 1, 31))  # LPR on 2024-02-01: 3.45 %
    line = only(debt, as_of=date(2025, 1, 30), late=rules("日万分之五"))
    assert line.days == 365
    assert line.contract.amount == cny("182.50")  # 18.25 %
    assert line.reference.amount == cny("44.85")  # 3.45 % × 1.3 = 4.485 %
    assert line.claimed.amount == line.contract.amount
    own = LateRate(Decimal("0.0001"), Per.DAY)
    line = only(debt, as_of=date(2025, 1, 30), late=rules("日万分之五", claimed=ClaimBasis.OWN, own_rate=own))
    assert (line.contract.amount, line.claimed.amount) == (cny("182.50"), cny("36.50"))
    line = only(debt, as_of=date(2025, 1, 30), late=rules("日万分之五", claimed=ClaimBasis.NONE))
    assert (line.contract.amount, line.outstanding) == (cny("182.50"), cny("0"))


def test_without_a_clause_the_loss_is_claimed_by_lpr_of_the_day_of_breach() -> None:
    debt = charge(2024, 1, "1000.00", due=date(2024, 1, 31))
    line = only(debt, as_of=date(2025, 1, 30), late=rules())
    assert line.contract.gap is Gap.NO_CLAUSE
    assert line.claimed.amount == cny("44.85")
    high = only(debt, as_of=date(2025, 1, 30), late=rules(claim_factor=Decimal("1.5")))
    assert high.claimed.amount == cny("51.75")  # 3.45 % × 1.5


def test_floating_follows_the_table_fixed_keeps_the_day_of_breach() -> None:
    debt = charge(2024, 6, "10000.00", due=date(2024, 6, 30))
    fixed = only(debt, as_of=date(2024, 12, 31), late=rules())
    floating = only(debt, as_of=date(2024, 12, 31), late=rules(mode=FLOATING))
    assert [(s.days, s.note) for s in fixed.claimed.segments] == [(184, "3.45% × 1.3")]
    assert [(s.days, s.note) for s in floating.claimed.segments] == [
        (21, "3.45% × 1.3"),
        (91, "3.35% × 1.3"),
        (72, "3.1% × 1.3"),
    ]
    by_hand = 10000 * Fraction(13, 10) * Fraction(21 * 345 + 91 * 335 + 72 * 310, 10000 * 365)
    assert floating.claimed.amount is not None
    assert floating.claimed.amount.amount == Decimal(round(by_hand * 100)) / 100 == Decimal("213.88")


def test_past_the_table_only_what_rests_on_it_is_missing() -> None:
    """Nothing after 2025-05-20 is verified: the line at 1.3 × LPR says so, the contract's figure stands."""
    early, lately = charge(2025, 4, "1000.00"), charge(2025, 5, "1000.00", due=date(2025, 6, 15))
    by_contract = statement(early, lately, as_of=date(2026, 11, 21), late=rules("日万分之五"))
    first, second = by_contract.lines
    assert first.reference.amount is not None  # in breach on 2025-04-16, when LPR was known
    assert (second.reference.amount, second.reference.gap) == (None, Gap.RATE_ENDED)
    assert second.reference.day == date(2025, 5, 20)
    assert by_contract.reference is None  # never a part posing as the whole
    assert by_contract.reference_until == date(2025, 5, 20)
    assert by_contract.claimed == cny("554.50")  # 585 and 524 days of 0.50
    assert "claim.late-rate-ended" in codes(by_contract.warnings)
    assert all(spec_of(code).exit == 0 for code in codes(by_contract.warnings))

    by_lpr = statement(early, lately, as_of=date(2026, 11, 21), late=rules())
    assert by_lpr.claimed is None
    blocked = [p for p in by_lpr.warnings if spec_of(p.code).exit]
    assert codes(blocked) == ["claim.late-claim-rests-on-rate"]
    assert blocked[0].params["periods"] == "2025-05/2025-05"

    added = RateAddition(
        "lpr-1y", date(2025, 6, 16), Decimal("3.00"), "样本", date(2026, 11, 21), unchanged_before=True
    )
    pack = load_rates("cn").with_added([added])
    assert statement(early, lately, as_of=date(2026, 11, 21), late=rules(rates=pack)).claimed is not None
    floating = statement(early, as_of=date(2026, 11, 21), late=rules("日万分之五", mode=FLOATING))
    assert floating.lines[0].reference.gap is Gap.RATE_ENDED


def test_before_the_first_lpr_there_is_no_reference_figure() -> None:
    old = charge(2019, 7, "1000.00")
    line = only(old, as_of=date(2020, 1, 1), late=rules("日万分之五"))
    assert (line.reference.gap, line.reference.day) == (Gap.RATE_NOT_BEGUN, date(2019, 8, 20))
    warnings = statement(old, as_of=date(2020, 1, 1), late=rules("日万分之五")).warnings
    assert codes(warnings) == ["claim.late-reference-unknown", "claim.late-rate-not-begun"]


def test_a_clause_that_caps_at_the_principal() -> None:
    debt = charge(2020, 1, "1000.00")
    free = only(debt, as_of=date(2026, 11, 21), late=rules("日千分之三"))
    capped_rules = rules("日千分之三", cap_at_principal=True)
    capped = only(debt, as_of=date(2026, 11, 21), late=capped_rules)
    assert free.contract.amount is not None and free.contract.amount.amount > 7000
    assert (capped.contract.amount, capped.contract.capped) == (cny("1000.00"), True)
    assert not capped.reference.capped
    sentence = claim_sentence(capped, date(2026, 11, 21), capped_rules)
    assert sentence is not None
    assert sentence.text("zh").endswith(
        "按日千分之三计算、以不超过欠付本金为限的违约金1,000.00元（已达欠付本金的数额）"
    )


def test_a_cap_is_claimed_before_it_is_reached() -> None:
    late = rules("日万分之一", cap_at_principal=True)
    line = only(charge(2026, 1, "1000.00"), as_of=date(2026, 2, 1), late=late)
    sentence = claim_sentence(line, date(2026, 2, 1), late)
    assert sentence is not None
    assert sentence.open_ended
    assert "至实际清偿之日止，按日万分之一计算、以不超过欠付本金为限的违约金（暂计至" in sentence.text("zh")
    assert "至實際清償之日止，按日萬分之一計算、以不超過欠付本金為限的違約金（暫計至" in sentence.text(
        "zh-Hant"
    )
    assert "每一收费期间的违约金以不超过该期欠付本金为限" in method_text(late, "zh")
    assert "为限" not in method_text(rules("日万分之一"), "zh")


WARNED = [
    # clause, more terms, warnings in order
    ("年利率4%", {}, []),  # 4 % against 3.45 % × 1.3 = 4.485 %
    ("年利率5%", {}, ["claim.late-above-reference"]),
    ("年利率14%", {}, ["claim.late-far-above-reference"]),  # four times 3.45 % is 13.8 %
    ("日千分之三", {}, ["claim.late-far-above-reference", "claim.late-above-principal"]),
    ("LPR的1.3倍", {}, []),
    ("LPR的1.5倍", {}, ["claim.late-above-reference"]),
    (None, {}, []),
    (None, {"claim_factor": Decimal("1.6")}, ["claim.late-factor-beyond"]),
    (None, {"claimed": ClaimBasis.CONTRACT}, ["claim.late-no-clause"]),
    ("日万分之五", {"claimed": ClaimBasis.OWN, "own_rate": LateRate(Decimal("0.04"), Per.YEAR)}, []),
    (
        "年利率3%",
        {"claimed": ClaimBasis.OWN, "own_rate": LateRate(Decimal("0.04"), Per.YEAR)},
        ["claim.late-own-above-contract"],
    ),
]


@pytest.mark.parametrize(("clause", "terms", "expected"), WARNED)
def test_warnings_r21_and_r22(clause: str | None, terms: dict[str, object], expected: list[str]) -> None:
    debt = charge(2024, 1, "1000.00", due=date(2024, 1, 31))
    found = statement(debt, as_of=date(2025, 1, 30), late=rules(clause, **terms))
    assert [c for c in codes(found.warnings) if RULE_OF[c] != "R23"] == expected


def test_every_warning_belongs_to_a_rule_and_unverified_rows_are_named() -> None:
    debt = charge(2022, 2, "1000.00", due=date(2022, 2, 28))  # 3.70, seen in a source
    assert codes(statement(debt, as_of=date(2022, 4, 1), late=rules()).warnings) == []
    other = charge(2022, 9, "1000.00", due=date(2022, 9, 30))  # 3.65, from knowledge
    (warning,) = statement(other, as_of=date(2022, 12, 1), late=rules()).warnings
    assert (warning.code, RULE_OF[warning.code]) == ("claim.late-rate-unverified", "R23")
    assert warning.params["days"] == "2022-08-22"


def test_a_charge_without_due_date_bears_nothing_and_is_said() -> None:
    debt = charge(2024, 1, "1000.00")
    without = type(debt)(debt.item, debt.period, debt.billed, debt.paid, debt.origin)
    found = statement(without, as_of=date(2026, 1, 1), late=rules("日万分之五"))
    assert found.lines == ()
    assert codes(found.warnings) == ["claim.late-due-unknown"]


def test_a_rate_of_one_half_that_must_be_half_a_per_cent_makes_no_figure() -> None:
    slip = LateRules(LateTerms(LateRate(Decimal("0.5"), Per.DAY)), load_rates("cn"))
    with pytest.raises(EvidenceError) as caught:
        statement(charge(2024, 1, "1000.00"), as_of=date(2025, 1, 1), late=slip)
    assert codes(caught.value.problems) == ["claim.rate-implausible"]


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (LateTerms(claimed=ClaimBasis.OWN), "claim.rate-own-missing"),
        (LateTerms(LateRate(Decimal("0.0005000000001"), Per.DAY)), "claim.rate-not-exact"),
    ],
)
def test_terms_nobody_can_reckon_with(terms: LateTerms, code: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        statement(charge(2024, 1, "1000.00"), as_of=date(2025, 1, 1), late=LateRules(terms, load_rates("cn")))
    assert codes(caught.value.problems) == [code]


def test_items_may_have_clauses_of_their_own() -> None:
    late = LateRules(
        LateTerms(LateRate(Decimal("0.0005"), Per.DAY)),
        load_rates("cn"),
        {"停车费": LateTerms(LateRate(Decimal("0.0001"), Per.DAY))},
    )
    fee, parking = charge(2024, 1, "1000.00"), charge(2024, 1, "1000.00", item="停车费")
    found = statement(fee, parking, as_of=date(2024, 1, 25), late=late)
    assert {line.charge.item: line.contract.amount for line in found.lines} == {
        "物业费": cny("5.00"),
        "停车费": cny("1.00"),
    }


def test_waived_late_charge_is_taken_off_what_is_claimed() -> None:
    debt = charge(2024, 1, "1000.00", due=date(2024, 1, 31))
    late = rules("日万分之五")
    all_so_far = Waiver("W1", account().id, date(2024, 2, 10), Target(), None, Part.LATE_CHARGE)
    line = only(debt, as_of=date(2024, 2, 20), late=late, events=AccountEvents(waivers=(all_so_far,)))
    assert (line.contract.amount, line.waived, line.outstanding) == (cny("10.00"), cny("5.00"), cny("5.00"))


def test_the_sentence_of_the_claim_in_both_scripts() -> None:
    debt = charge(2024, 1, "1409.50", due=date(2024, 1, 31))
    late = rules("日万分之五")
    line = only(debt, as_of=date(2026, 11, 21), late=late)
    sentence = claim_sentence(line, date(2026, 11, 21), late)
    assert sentence is not None
    assert sentence.text("zh") == (
        "以1,409.50元为基数，自2024年2月1日起至实际清偿之日止，按日万分之五计算的违约金（暂计至2026年11月21日为722.37元）"
    )
    assert sentence.text("zh-Hant") == (
        "以1,409.50元為基數，自2024年2月1日起至實際清償之日止，按日萬分之五計算的違約金（暫計至2026年11月21日為722.37元）"
    )
    by_lpr = only(debt, as_of=date(2025, 1, 30), late=rules())
    text = claim_sentence(by_lpr, date(2025, 1, 30), rules())
    assert text is not None and not text.is_penalty
    assert text.text("zh") == (
        "以1,409.50元为基数，自2024年2月1日起至实际清偿之日止，按2024年2月1日一年期贷款市场报价利率（LPR）3.45%的1.3倍"
        "（年利率4.485%）计算的逾期付款损失（暂计至2025年1月30日为63.22元）"
    )


def test_after_a_part_payment_what_accrued_before_is_a_fixed_sum_and_the_rest_runs() -> None:
    debt = charge(2024, 1, "1000.00", due=date(2024, 1, 31))
    late = rules("日万分之五")
    events = paid(payment("P1", date(2024, 2, 10), "400.00"))
    line = only(debt, as_of=date(2024, 2, 20), late=late, events=events)
    sentence = claim_sentence(line, date(2024, 2, 20), late)
    assert sentence is not None
    assert (sentence.base, sentence.runs_from, sentence.fixed) == (
        cny("600.00"),
        date(2024, 2, 11),
        cny("5.00"),
    )
    assert sentence.text("zh") == (
        "以600.00元为基数，自2024年2月11日起至实际清偿之日止，按日万分之五计算的违约金"
        "（暂计至2024年2月20日为8.00元，其中2024年2月11日之前已发生5.00元）"
    )


@pytest.mark.parametrize("how", ["payment", "waiver"])
def test_what_falls_on_the_day_of_calculation_leaves_the_charge_so_far_a_fixed_sum(how: str) -> None:
    """700.00 bore charge on all 311 days; the 200.00 still open have borne none yet."""
    debt, day = charge(2025, 12, "700.00", due=date(2026, 1, 15)), date(2026, 11, 22)
    late = rules("日万分之三")
    waiver = Waiver("W1", account().id, day, month(2025, 12), cny("500.00"))
    events = paid(payment("P1", day, "500.00")) if how == "payment" else AccountEvents(waivers=(waiver,))
    sentence = claim_sentence(only(debt, as_of=day, late=late, events=events), day, late)
    assert sentence is not None
    assert sentence.text("zh") == (
        "以200.00元为基数，自2026年11月23日起至实际清偿之日止，按日万分之三计算的违约金"
        "（暂计至2026年11月22日为65.31元，其中2026年11月23日之前已发生65.31元）"
    )


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40_000)), max_size=4),
    st.sampled_from(["日万分之三", "年利率6%"]),
)
def test_the_sentence_can_be_checked_with_a_calculator(payments: list[tuple[int, int]], clause: str) -> None:
    """amount = what had accrued + base × days from the day named; the last of the payments is on the very day."""
    debt, day = charge(2025, 12, "700.00", due=date(2026, 1, 15)), date(2026, 3, 16)
    late = rules(clause)
    events = paid(*[payment(f"P{i}", day - timedelta(n), fen(a).plain) for i, (n, a) in enumerate(payments)])
    line = only(debt, as_of=day, late=late, events=events)
    sentence = claim_sentence(line, day, late)
    if sentence is None or not sentence.open_ended:
        return
    year = Fraction(3, 10_000) * 365 if clause.startswith("日") else Fraction(6, 100)
    running = Fraction(sentence.base.amount) * ((day - sentence.runs_from).days + 1) * year / 365
    assert abs(Fraction(sentence.fixed.amount) + running - Fraction(sentence.amount.amount)) <= Fraction(
        1, 100
    )


def test_no_wording_of_ours_says_滞纳金() -> None:
    for locale in ("zh", "zh-Hant"):
        for late in (rules("日万分之五"), rules(), rules(mode=FLOATING)):
            text = method_text(late, locale)
            assert "滞纳金" not in text and "滯納金" not in text
            assert "365日" in text
    assert method_text(rules(), "zh").startswith("逾期付款损失按单利计算")


days = st.integers(1, 1500)


@given(st.integers(1, 10**7), days, days, st.sampled_from(["日万分之五", "年利率6%", "日千分之三", "LPR"]))
def test_splitting_the_days_anywhere_changes_nothing_but_the_rounding(
    amount: int, before: int, after: int, clause: str
) -> None:
    """Exactly equal before rounding; each line that is printed may differ by half a fen."""
    start = date(2020, 1, 1)
    late = rules(clause, mode=FLOATING)

    def part(due: date, until: date) -> tuple[Fraction, int]:
        line = only(charge(2020, 1, fen(amount).plain, due=due), as_of=until, late=late)
        assert line.contract.amount is not None
        exact = sum((s.exact for s in line.contract.segments), Fraction(0))
        return exact, int(line.contract.amount.amount * 100)

    middle = start + timedelta(days=before)
    end = min(middle + timedelta(days=after), date(2025, 5, 20))
    if end <= middle:
        return
    (whole, printed), (first, one), (second, two) = part(start, end), part(start, middle), part(middle, end)
    assert whole == first + second
    assert abs(printed - one - two) <= 1


@given(st.integers(2, 10**7), st.data(), days)
def test_splitting_the_principal_changes_nothing_but_the_rounding(
    amount: int, data: st.DataObject, length: int
) -> None:
    piece = data.draw(st.integers(1, amount - 1))
    end = date(2020, 1, 15) + timedelta(days=length)
    late = rules("日万分之五")

    def of(value: int) -> int:
        figure = only(charge(2020, 1, fen(value).plain), as_of=end, late=late).contract.amount
        assert figure is not None
        return int(figure.amount * 100)

    assert abs(of(amount) - of(piece) - of(amount - piece)) <= 1


def test_a_line_is_the_same_with_and_without_its_trace() -> None:
    debt = charge(2024, 1, "1409.50")
    position = replay(account(debt), AccountEvents(), date(2025, 1, 1)).positions[0]
    bare = late_line(position, date(2025, 1, 1), rules("日万分之五"), trace=False)
    traced = late_line(position, date(2025, 1, 1), rules("日万分之五"))
    assert bare is not None and traced is not None
    assert bare.contract.amount == traced.contract.amount
    assert (len(bare.contract.segments), len(traced.contract.segments)) == (0, 1)
