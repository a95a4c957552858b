"""Accounts replayed from events: what each event does, and bad data that ends in a name and never in a figure."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from claim_material import HOME, ID, account, charge, cny, codes, month, paid, payment, rules
from hypothesis import given
from hypothesis import strategies as st

from evidence.claim.account_replay import LedgerPaid, Replay, balance_problems, replay
from evidence.claim.allocation import AllocationTerms
from evidence.claim.checks import estate_problems
from evidence.claim.late_charge import LateRules, LateTerms
from evidence.claim.late_statement import late_statement
from evidence.claim.minor import of_minor, to_minor
from evidence.claim.rate_text import LateRate, Per
from evidence.claim.trace import late_json, replay_json
from evidence.errors import EvidenceError
from evidence.law.rates import load_rates
from evidence.model.account import Account, Charge, Debtor
from evidence.model.events import (
    AccountEvents,
    Correction,
    Cost,
    Designation,
    Hold,
    HoldReason,
    Part,
    Target,
    Waiver,
    by_account,
)
from evidence.model.period import Period

AS_OF = date(2024, 6, 30)
JAN, FEB, MAR = charge(2024, 1, "100.00"), charge(2024, 2, "100.00"), charge(2024, 3, "100.00")


def run(*charges: Charge, events: AccountEvents, as_of: date = AS_OF, **more: object) -> Replay:
    more.setdefault("ledger_paid", LedgerPaid.BEFORE_EVENTS)
    result = replay(account(*charges), events, as_of, **more)  # type: ignore[arg-type]
    assert balance_problems(result) == ()
    return result


def outstanding(result: Replay) -> list[str]:
    return [position.outstanding.plain for position in result.positions]


def parts(result: Replay, payment_id: str) -> list[tuple[str, str, str, str]]:
    return [
        (
            part.charge.period.iso[:7] if part.charge else "",
            part.part.value if part.part else "surplus",
            part.amount.plain,
            part.rule.value,
        )
        for part in result.parts_of(payment_id)
    ]


def test_payments_extinguish_the_oldest_first_and_the_trace_says_why() -> None:
    result = run(JAN, FEB, MAR, events=paid(payment("P1", date(2024, 4, 1), "150.00")))
    assert outstanding(result) == ["0.00", "50.00", "100.00"]
    assert parts(result, "P1") == [
        ("2024-01", "principal", "100.00", "earlier"),
        ("2024-02", "principal", "50.00", "earlier"),
    ]
    assert result.principal == cny("150.00")


def test_a_designation_in_the_payment_or_recorded_apart_is_followed() -> None:
    inside = paid(payment("P1", date(2024, 4, 1), "80.00", month(2024, 3), words="三月物业费"))
    assert outstanding(run(JAN, FEB, MAR, events=inside)) == ["100.00", "100.00", "20.00"]
    apart = AccountEvents(
        payments=(payment("P1", date(2024, 4, 1), "80.00"),),
        designations=(Designation((month(2024, 3),), date(2024, 4, 1), "三月", account=ID, payment="P1"),),
    )
    assert outstanding(run(JAN, FEB, MAR, events=apart)) == ["100.00", "100.00", "20.00"]


def test_a_designation_after_payment_binds_only_if_the_creditor_agreed() -> None:
    later = Designation((month(2024, 3),), date(2024, 5, 1), account=ID, payment="P1")
    events = AccountEvents((payment("P1", date(2024, 4, 1), "80.00"),), designations=(later,))
    result = run(JAN, FEB, MAR, events=events)
    assert outstanding(result) == ["20.00", "100.00", "100.00"]
    assert codes(result.notices) == ["claim.designation-late"]
    agreed = replace(events, designations=(replace(later, agreed=True),))
    assert outstanding(run(JAN, FEB, MAR, events=agreed)) == ["100.00", "100.00", "20.00"]


def test_a_designation_for_what_is_settled_is_told_and_the_payment_goes_on_by_law() -> None:
    first = payment("P1", date(2024, 4, 1), "100.00")
    again = payment("P2", date(2024, 5, 1), "30.00", month(2024, 1), words="一月物业费")
    result = run(JAN, FEB, events=paid(first, again))
    assert outstanding(result) == ["0.00", "70.00"]
    assert codes(result.notices) == ["claim.designation-settled"]


def test_what_exceeds_every_charge_is_the_owners_credit() -> None:
    result = run(JAN, events=paid(payment("P1", date(2024, 4, 1), "130.00")))
    assert (outstanding(result), result.surplus.plain) == (["0.00"], "30.00")


def test_events_after_the_day_are_not_yet_known() -> None:
    events = paid(payment("P1", date(2024, 4, 1), "100.00"), payment("P2", date(2024, 7, 1), "100.00"))
    assert outstanding(run(JAN, FEB, events=events)) == ["0.00", "100.00"]
    assert outstanding(run(JAN, FEB, events=events, as_of=date(2024, 7, 1))) == ["0.00", "0.00"]


def test_a_waiver_bears_from_its_day_a_correction_from_the_first() -> None:
    late = rules("日万分之五")
    waiver = Waiver("W1", ID, date(2024, 3, 1), month(2024, 1), cny("40.00"))
    correction = Correction("C1", ID, date(2024, 3, 1), month(2024, 1), cny("-40.00"))
    waived = run(JAN, events=AccountEvents(waivers=(waiver,)))
    corrected = run(JAN, events=AccountEvents(corrections=(correction,)))
    assert outstanding(waived) == outstanding(corrected) == ["60.00"]
    assert (waived.positions[0].billed.plain, corrected.positions[0].billed.plain) == ("100.00", "60.00")
    (before,), (after,) = (
        late_statement(result.positions, AS_OF, late, "CNY").lines for result in (waived, corrected)
    )
    assert [s.base.plain for s in before.contract.segments] == ["100.00", "60.00"]
    assert [s.base.plain for s in after.contract.segments] == ["60.00"]


def test_a_correction_moves_what_had_been_paid_too_much_to_the_next_debt() -> None:
    correction = Correction("C1", ID, date(2024, 6, 1), month(2024, 1), cny("-40.00"))
    events = AccountEvents((payment("P1", date(2024, 4, 1), "100.00"),), corrections=(correction,))
    assert outstanding(run(JAN, FEB, events=events)) == ["0.00", "60.00"]


def test_a_hold_reserves_its_part_and_the_rest_goes_on() -> None:
    hold = Hold(
        "H1", ID, (Target(),), HoldReason.AMOUNT_DISPUTED, date(2024, 5, 1), date(2024, 12, 31), cny("30.00")
    )
    result = run(JAN, FEB, MAR, events=AccountEvents(holds=(hold,)))
    assert [p.held.plain for p in result.positions] == ["10.00", "10.00", "10.00"]
    assert (result.principal.plain, result.held.plain) == ("300.00", "30.00")
    rest = result.positions[0].without_held()
    (line,) = late_statement([rest], AS_OF, rules("日万分之五"), "CNY").lines
    assert (rest.outstanding.plain, line.base.plain) == ("90.00", "90.00")
    over = run(JAN, FEB, MAR, events=AccountEvents(holds=(hold,)), as_of=date(2025, 1, 1))
    assert over.held.plain == "0.00"  # expired: all of it is demanded again


def test_a_hold_on_one_period_holds_no_more_than_is_open() -> None:
    hold = Hold("H1", ID, (month(2024, 2),), HoldReason.SERVICE_COMPLAINT, date(2024, 5, 1))
    events = AccountEvents((payment("P1", date(2024, 4, 1), "150.00"),), holds=(hold,))
    assert [p.held.plain for p in run(JAN, FEB, MAR, events=events).positions] == ["0.00", "50.00", "0.00"]


def test_costs_are_paid_first_and_stand_beside_the_principal() -> None:
    events = AccountEvents(
        payments=(payment("P1", date(2024, 4, 1), "110.00"),),
        costs=(
            Cost("K1", ID, date(2024, 3, 20), cny("25.00"), "EMS"),
            Cost("K2", ID, date(2024, 5, 1), cny("9.00")),
        ),
    )
    result = run(JAN, FEB, events=events)
    assert (result.costs.plain, result.costs_paid.plain) == ("34.00", "25.00")
    assert outstanding(result) == ["15.00", "100.00"]


def test_late_charge_as_interest_takes_its_share_of_each_payment() -> None:
    terms, late = AllocationTerms(late_charge_is_interest=True), rules("日千分之一")
    events = paid(payment("P1", date(2024, 1, 25), "50.00"), payment("P2", date(2024, 2, 4), "60.00"))
    result = run(JAN, events=events, as_of=date(2024, 2, 14), terms=terms, late=late)
    assert parts(result, "P1") == [
        ("2024-01", "late-charge", "1.00", "only-debt"),  # ten days on 100.00
        ("2024-01", "principal", "49.00", "only-debt"),
    ]
    assert parts(result, "P2") == [
        ("2024-01", "late-charge", "0.51", "covers-all"),  # ten days on 51.00
        ("2024-01", "principal", "51.00", "covers-all"),
        ("", "surplus", "8.49", "surplus"),
    ]
    found = late_statement(result.positions, result.as_of, late, "CNY")
    assert (found.lines[0].claimed.amount, found.claimed) == (cny("1.51"), cny("0"))


def test_the_heavier_rate_is_paid_first() -> None:
    late = LateRules(
        LateTerms(LateRate(Decimal("0.0001"), Per.DAY)),
        load_rates("cn"),
        {"停车费": LateTerms(LateRate(Decimal("0.0005"), Per.DAY))},
    )
    parking = charge(2024, 3, "100.00", item="停车费")
    result = run(JAN, parking, events=paid(payment("P1", date(2024, 4, 1), "60.00")), late=late)
    assert parts(result, "P1") == [("2024-03", "principal", "60.00", "burden")]


def test_the_less_secured_is_paid_first() -> None:
    result = run(
        JAN,
        FEB,
        events=paid(payment("P1", date(2024, 4, 1), "60.00")),
        securities={month(2024, 1): cny("500.00")},
    )
    assert parts(result, "P1") == [("2024-02", "principal", "60.00", "security")]


def test_the_order_of_import_decides_nothing() -> None:
    charges = [JAN, FEB, MAR, charge(2024, 3, "55.55", item="停车费")]
    payments = [
        payment("P3", date(2024, 3, 1), "33.33"),
        payment("P1", date(2024, 4, 1), "44.44"),
        payment("P2", date(2024, 4, 1), "155.56"),
    ]
    results = {
        (tuple(outstanding(result)), tuple(result.allocations))
        for order in itertools.permutations(payments)
        for several in itertools.permutations(charges)
        for result in [run(*several, events=paid(*order))]
    }
    assert len(results) == 1


def test_the_paid_column_counts_once() -> None:
    """The ledger booked 100 and 50; the payments file explains them, or it does not."""
    charges = (charge(2024, 1, "100.00", paid="100.00"), charge(2024, 2, "100.00", paid="50.00"))
    owner = account(*charges)
    without = replay(owner, AccountEvents(), AS_OF)
    assert outstanding(without) == ["0.00", "50.00"]
    assert codes(without.notices) == ["claim.paid-undated"]

    explained = paid(payment("P1", date(2024, 4, 1), "150.00"))
    assert outstanding(replay(owner, explained, AS_OF)) == ["0.00", "50.00"]
    assert replay(owner, explained, AS_OF).notices == ()

    on_top = replay(
        owner, paid(payment("P2", date(2024, 5, 1), "20.00")), AS_OF, ledger_paid=LedgerPaid.BEFORE_EVENTS
    )
    assert outstanding(on_top) == ["0.00", "30.00"]


@pytest.mark.parametrize(
    ("amount", "code"),
    [("149.99", "claim.payments-missing"), ("150.01", "claim.payments-not-booked")],
)
def test_payments_that_do_not_explain_the_paid_column_make_no_figure(amount: str, code: str) -> None:
    owner = account(charge(2024, 1, "100.00", paid="100.00"), charge(2024, 2, "100.00", paid="50.00"))
    assert fault(owner, paid(payment("P1", date(2024, 4, 1), amount))) == [code]


def test_payments_after_the_ledgers_day_need_not_be_in_it() -> None:
    owner = account(charge(2024, 1, "100.00", paid="100.00"), charge(2024, 2, "100.00"))
    events = paid(payment("P1", date(2024, 4, 1), "100.00"), payment("P2", date(2024, 5, 5), "40.00"))
    assert fault(owner, events) == ["claim.payments-not-booked"]
    result = replay(owner, events, AS_OF, ledger_as_of=date(2024, 4, 30))
    assert outstanding(result) == ["0.00", "60.00"]


def test_a_booking_other_than_the_law_allocates_is_said() -> None:
    owner = account(charge(2024, 1, "100.00"), charge(2024, 2, "100.00", paid="100.00"))
    result = replay(owner, paid(payment("P1", date(2024, 4, 1), "100.00")), AS_OF)
    assert outstanding(result) == ["0.00", "100.00"]
    assert codes(result.notices) == ["claim.allocation-differs"]


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=12
    )
)
def test_designated_payments_and_undated_ones_stay_on_the_rows_the_ledger_has_them_on(
    rows: list[tuple[int, int, int]],
) -> None:
    """Of each row (still owed, designated to it, paid nobody knows when): whatever their order and size."""
    charges, payments = [], []
    for number, (owed, dated, undated) in enumerate(rows):
        billed, booked = of_minor(owed + dated + undated, "CNY"), of_minor(dated + undated, "CNY")
        due = charge(2023, number + 1, billed.plain, paid=booked.plain)
        charges.append(due)
        if dated:
            amount = of_minor(dated, "CNY").plain
            target = Target(due.item, due.period)
            payments.append(payment(f"P{number}", date(2024, 6, 20 - number), amount, target))
    older = of_minor(sum(undated for _, _, undated in rows), "CNY")
    result = replay(account(*charges), paid(*payments), date(2024, 6, 30), older=older)
    for position, (owed, dated, undated) in zip(result.positions, rows, strict=True):
        assert to_minor(position.outstanding) == owed
        if payments:  # without any, the whole column is undated
            assert to_minor(position.undated) == undated
            assert to_minor(position.paid) == dated + undated
    assert "claim.allocation-differs" not in codes(result.notices)


def fault(owner: Account, events: AccountEvents, **more: object) -> list[str]:
    with pytest.raises(EvidenceError) as caught:
        replay(owner, events, AS_OF, **more)  # type: ignore[arg-type]
    return codes(caught.value.problems)


OLD = {"ledger_paid": LedgerPaid.BEFORE_EVENTS}


def test_a_payment_before_any_charge() -> None:
    owner = account(JAN)
    early = payment("P1", date(2023, 12, 31), "50.00")
    assert fault(owner, paid(early), **OLD) == ["claim.payment-before-charge"]
    said = payment("P1", date(2023, 12, 31), "50.00", month(2024, 1), words="预付一月")
    assert outstanding(run(JAN, events=paid(said))) == ["50.00"]  # in advance, and said so


def test_two_owners_for_one_room_and_period() -> None:
    first, second = account(JAN, FEB), account(FEB, MAR, name="样本业主乙")
    (problem,) = estate_problems([first, second])
    assert (problem.code, problem.params["period"]) == ("claim.two-owners", "2024-02/2024-02")
    after = account(MAR, name="样本业主乙")
    assert estate_problems([first, after]) == ()  # sold in between
    elsewhere = Account(replace(HOME, room="302"), Debtor("样本业主乙"), (FEB,), "CNY")
    assert estate_problems([first, elsewhere]) == ()


def test_overlapping_periods() -> None:
    quarter = Charge(
        "物业费", Period.months(2024, 1, 2024, 3), cny("300.00"), cny("0"), JAN.origin, date(2024, 3, 31)
    )
    assert fault(account(MAR, quarter), AccountEvents()) == ["claim.periods-overlap"]
    assert outstanding(run(replace(quarter, item="停车费"), MAR, events=AccountEvents())) == [
        "100.00",
        "300.00",
    ]


def test_a_period_before_the_contract() -> None:
    owner = account(JAN, FEB)
    assert fault(owner, AccountEvents(), contract_from=date(2024, 2, 1)) == ["claim.period-before-contract"]
    assert fault(owner, AccountEvents(), contract_from=date(2024, 1, 2)) == ["claim.period-before-contract"]
    assert replay(owner, AccountEvents(), AS_OF, contract_from=date(2024, 1, 1)).principal == cny("200.00")


def test_zero_area() -> None:
    assert fault(account(charge(2024, 1, "100.00", area="0")), AccountEvents()) == ["claim.area-zero"]
    assert fault(account(charge(2024, 1, "100.00", area="-8.5")), AccountEvents()) == ["claim.area-zero"]
    assert run(charge(2024, 1, "100.00", area="89.5"), events=AccountEvents()).principal == cny("100.00")


def test_a_rate_of_one_half() -> None:
    slip = LateRules(LateTerms(LateRate(Decimal("0.5"), Per.DAY)), load_rates("cn"))
    assert fault(account(JAN), AccountEvents(), late=slip) == ["claim.rate-implausible"]


def test_every_other_fault_of_events_by_its_name() -> None:
    owner = account(JAN, FEB)
    one = payment("P1", date(2024, 4, 1), "50.00")
    cases: list[tuple[AccountEvents, list[str]]] = [
        (paid(one, one), ["claim.event-twice"]),
        (paid(replace(one, account="2栋101")), ["claim.event-foreign"]),
        (paid(replace(one, amount=cny("0"))), ["claim.event-amount"]),
        (paid(replace(one, amount=cny("1.005"))), ["claim.event-amount"]),
        (paid(payment("P1", date(2024, 4, 1), "50.00", Target("车位费"))), ["claim.target-unclear"]),
        (AccountEvents(waivers=(Waiver("W", ID, AS_OF, Target(), cny("1.00")),)), ["claim.target-unclear"]),
        (
            AccountEvents(waivers=(Waiver("W", ID, AS_OF, month(2024, 1), cny("100.01")),)),
            ["claim.waiver-exceeds"],
        ),
        (
            AccountEvents(corrections=(Correction("C", ID, AS_OF, month(2024, 1), cny("-100.01")),)),
            ["claim.correction-below-zero"],
        ),
        (
            AccountEvents(waivers=(Waiver("W", ID, AS_OF, Target(), None, Part.LATE_CHARGE),)),
            ["claim.late-not-known", "claim.late-not-known"],
        ),
        (
            AccountEvents(designations=(Designation((Target(),), AS_OF, account=ID, payment="P9"),)),
            ["claim.designation-payment"],
        ),
        (
            AccountEvents(
                (payment("P1", date(2024, 4, 1), "50.00", month(2024, 1)),),
                designations=(Designation((Target(),), AS_OF, account=ID, payment="P1"),),
            ),
            ["claim.designation-twice"],
        ),
    ]
    for events, expected in cases:
        assert fault(owner, events, **OLD) == expected
    assert fault(account(charge(2024, 1, "10.005")), AccountEvents()) == ["claim.amount-not-usable"]
    assert fault(account(charge(2024, 1, "-1.00")), AccountEvents()) == ["claim.amount-not-usable"]


def test_all_faults_come_at_once() -> None:
    owner = account(charge(2024, 1, "100.00", area="0"), charge(2024, 1, "50.00"))
    events = paid(payment("P1", date(2023, 1, 1), "1.00"), payment("P1", date(2023, 1, 1), "0"))
    assert sorted(fault(owner, events, contract_from=date(2024, 2, 1))) == [
        "claim.area-zero",
        "claim.event-amount",
        "claim.event-twice",
        "claim.payment-before-charge",
        "claim.payment-before-charge",
        "claim.period-before-contract",
        "claim.period-before-contract",
        "claim.periods-overlap",
    ]


def test_lpr_that_is_not_known_stops_a_payment_of_interest() -> None:
    terms = AllocationTerms(late_charge_is_interest=True)
    lately = charge(2025, 7, "100.00")
    with pytest.raises(EvidenceError, match=r"claim\.late-not-known"):
        replay(
            account(lately),
            paid(payment("P1", date(2025, 9, 1), "50.00")),
            date(2025, 10, 1),
            terms=terms,
            late=rules(),
            ledger_paid=LedgerPaid.BEFORE_EVENTS,
        )


def test_events_of_an_estate_are_grouped_by_account() -> None:
    one, other = payment("P1", AS_OF, "1.00"), replace(payment("P2", AS_OF, "2.00"), account="2栋101")
    waiver = Waiver("W1", ID, AS_OF, Target())
    assert by_account([one, waiver, other]) == {
        ID: AccountEvents(payments=(one,), waivers=(waiver,)),
        "2栋101": AccountEvents(payments=(other,)),
    }


def test_a_figure_changed_afterwards_does_not_balance() -> None:
    result = run(JAN, FEB, events=paid(payment("P1", date(2024, 4, 1), "150.00")))
    first, second = result.positions
    wrong = replace(result, positions=(first, replace(second, outstanding=cny("50.01"))))
    assert codes(balance_problems(wrong)) == ["claim.unbalanced"]
    lost = replace(result, allocations=result.allocations[:1])
    assert codes(balance_problems(lost)) == ["claim.unbalanced"]
    assert codes(balance_problems(replace(result, surplus=cny("0.01")))) == ["claim.unbalanced"]


def test_the_trace_as_json_holds_every_figure_as_text() -> None:
    late = rules("日万分之五")
    result = run(JAN, FEB, events=paid(payment("P1", date(2024, 4, 1), "150.00")))
    data, lines = replay_json(result), late_json(late_statement(result.positions, AS_OF, late, "CNY"))
    assert data["principal"] == "50.00"
    assert data["allocations"][1] == {  # type: ignore[index]
        "payment": "P1",
        "received_on": "2024-04-01",
        "item": "物业费",
        "period": "2024-02/2024-02",
        "part": "principal",
        "amount": "50.00",
        "rule": "only-debt",
    }
    assert lines["claimed"] == "8.40"  # 3.85 + 2.30 + 2.25
    first = lines["lines"][0]["contract"]["segments"][0]  # type: ignore[index]
    assert (first["formula"], first["unrounded"]) == ("100.00 × 77 × 0.05%", "3.850000")
