"""Bad data ends in a named finding, with the place and in words, and in no figure: the kinds of the table, one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest
from claim_material import ID, account, charge, cny, month, paid, payment, rules

from evidence.claim.account_replay import LedgerPaid, replay
from evidence.claim.checks import estate_problems
from evidence.claim.late_charge import LateRules, LateTerms
from evidence.claim.rate_text import LateRate, Per, parse_rate
from evidence.errors import EvidenceError, Problem, spec_of
from evidence.i18n import translate
from evidence.law.rates import load_rates
from evidence.model.account import Account, Charge
from evidence.model.events import AccountEvents
from evidence.model.period import Period

AS_OF = date(2024, 6, 30)
JAN, FEB, MAR = charge(2024, 1, "100.00"), charge(2024, 2, "100.00"), charge(2024, 3, "100.00")
QUARTER = Charge(
    "物业费", Period.months(2024, 1, 2024, 3), cny("300.00"), cny("0"), JAN.origin, date(2024, 3, 31)
)
HALF = LateRules(LateTerms(LateRate(Decimal("0.5"), Per.DAY)), load_rates("cn"))


@dataclass(frozen=True)
class Bad:
    """A fault, its name, what its message must contain, and the same case put right (which gives a figure)."""

    kind: str
    make: Callable[[], object]
    code: str
    says: tuple[str, ...]
    right: Callable[[], object]


def reckon(owner: Account, events: AccountEvents | None = None, **more: object) -> object:
    result = replay(owner, events or AccountEvents(), AS_OF, ledger_paid=LedgerPaid.BEFORE_EVENTS, **more)  # type: ignore[arg-type]
    return result.principal


def of_estate(*accounts: Account) -> object:
    if problems := estate_problems(accounts):
        raise EvidenceError(problems)
    return [reckon(one) for one in accounts]


KINDS = [
    Bad(
        "payment before any charge",
        lambda: reckon(account(JAN), paid(payment("P1", date(2023, 12, 31), "50.00"))),
        "claim.payment-before-charge",
        (ID, "P1", "2023-12-31", "2024-01-01"),
        lambda: reckon(account(JAN), paid(payment("P1", date(2024, 1, 1), "50.00"))),
    ),
    Bad(
        "payment before any charge, but for what the debtor named",
        lambda: reckon(
            account(JAN),
            paid(
                payment("P1", date(2023, 12, 31), "50.00", month(2024, 1)),
                payment("P2", date(2023, 12, 31), "50.00"),
            ),
        ),
        "claim.payment-before-charge",
        (ID, "P2"),
        lambda: reckon(account(JAN), paid(payment("P1", date(2023, 12, 31), "50.00", month(2024, 1)))),
    ),
    Bad(
        "two owners for one room and period",
        lambda: of_estate(account(JAN, FEB), account(FEB, MAR, name="样本业主乙")),
        "claim.two-owners",
        (ID, "样本业主", "样本业主乙", "2024-02"),
        lambda: of_estate(account(JAN, FEB), account(MAR, name="样本业主乙")),
    ),
    Bad(
        "two owners, one of a quarter and one of a month inside it",
        lambda: of_estate(account(QUARTER), account(FEB, name="样本业主乙")),
        "claim.two-owners",
        (ID, "2024-02"),
        lambda: of_estate(account(QUARTER), account(charge(2024, 4, "1.00"), name="样本业主乙")),
    ),
    Bad(
        "overlapping periods",
        lambda: reckon(account(MAR, QUARTER)),
        "claim.periods-overlap",
        (ID, "物业费", "2024-01/2024-03", "2024-03/2024-03"),
        lambda: reckon(account(MAR, replace(QUARTER, item="停车费"))),
    ),
    Bad(
        "the same period billed twice",
        lambda: reckon(account(JAN, JAN)),
        "claim.periods-overlap",
        (ID, "2024-01/2024-01"),
        lambda: reckon(account(JAN, FEB)),
    ),
    Bad(
        "period before the contract",
        lambda: reckon(account(JAN, FEB), contract_from=date(2024, 1, 2)),
        "claim.period-before-contract",
        (ID, "2024-01", "2024-01-02"),
        lambda: reckon(account(JAN, FEB), contract_from=date(2024, 1, 1)),
    ),
    Bad(
        "zero area",
        lambda: reckon(account(charge(2024, 1, "100.00", area="0"))),
        "claim.area-zero",
        (ID, "2024-01", "0"),
        lambda: reckon(account(charge(2024, 1, "100.00", area="89.5"))),
    ),
    Bad(
        "rate of 0.5 taken for 0.5 % a day",
        lambda: reckon(account(JAN), late=HALF),
        "claim.rate-implausible",
        ("50 % / day",),
        lambda: reckon(account(JAN), late=rules("日万分之五")),
    ),
    Bad(
        "rate written as a bare 0.5",
        lambda: parse_rate("0.5"),
        "claim.rate-bare",
        ("0.5",),
        lambda: parse_rate("日0.05%"),
    ),
]


@pytest.mark.parametrize("bad", KINDS, ids=lambda bad: bad.kind)
def test_bad_data_ends_in_its_name_and_in_no_figure(bad: Bad) -> None:
    with pytest.raises(EvidenceError) as caught:
        bad.make()
    problem, *others = caught.value.problems
    assert (problem.code, others) == (bad.code, [])
    shown = " ".join([str(value) for value in problem.params.values()])
    for word in bad.says:
        assert word in shown, (word, shown)
    assert spec_of(bad.code).exit != 0
    assert bad.right() is not None  # and it is this datum that was wrong


def described(problem: Problem, lang: str) -> str:
    return translate(spec_of(problem.code).message, lang, **problem.params)


@pytest.mark.parametrize("bad", KINDS, ids=lambda bad: bad.kind)
@pytest.mark.parametrize("lang", ["en", "zh", "zh-Hant"])
def test_the_finding_is_told_in_words_with_its_figures(bad: Bad, lang: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        bad.make()
    words = described(caught.value.problems[0], lang)
    assert "{" not in words
    if ID in bad.says:
        assert ID in words


def test_two_faults_at_once_are_both_named() -> None:
    owner = account(charge(2024, 1, "100.00", area="0"), replace(QUARTER, area=Decimal(0)))
    early = paid(payment("P1", date(2023, 12, 31), "50.00"))
    with pytest.raises(EvidenceError) as caught:
        reckon(owner, early, late=HALF, contract_from=date(2024, 2, 1))
    assert {problem.code for problem in caught.value.problems} == {
        "claim.area-zero",
        "claim.periods-overlap",
        "claim.period-before-contract",
        "claim.payment-before-charge",
        "claim.rate-implausible",
    }


def test_a_payment_for_a_time_that_is_not_billed_is_left_aside_and_said() -> None:
    """No fault: the debtor may pay ahead. It settles nothing here, and the notice says for which time it was."""
    ahead = paid(payment("P1", date(2024, 4, 1), "50.00", month(2024, 9)))
    result = replay(account(JAN), ahead, AS_OF, ledger_paid=LedgerPaid.BEFORE_EVENTS)
    assert (result.principal, result.surplus) == (cny("100.00"), cny("0"))
    (notice,) = result.notices
    assert (notice.code, notice.params["period"]) == ("claim.payment-aside", "2024-09/2024-09")
    assert spec_of(notice.code).exit == 0
