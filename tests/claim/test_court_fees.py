"""The court's arithmetic: 诉讼费用交纳办法 13 to 16, one half at most, a third for a payment order, the track."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from claim_material import cny, codes
from hypothesis import given
from hypothesis import strategies as st

from evidence.claim.court_fees import (
    CaseFacts,
    Fit,
    Track,
    WageFigure,
    by_tariff,
    case_fee,
    enforcement_fee,
    payment_order_fee,
    preservation_fee,
    tracks,
)
from evidence.claim.trace import fee_json
from evidence.errors import EvidenceError
from evidence.law.fees import fees_on, parse_fees
from evidence.model.money import Money

TODAY = date(2026, 11, 21)
CN = fees_on("cn", TODAY)

# claim → case fee: the test values of the reference note
VECTORS = [
    ("10000", "50.00"), ("13479", "136.98"), ("50000", "1050.00"), ("100000", "2300.00"),
    ("200000", "4300.00"), ("500000", "8800.00"), ("1000000", "13800.00"), ("5000000", "46800.00"),
    ("20000000", "141800.00"),
]  # fmt: skip
# the same by the quick formula of each band: F(x) = rate × x + constant
FORMULAS = [
    ("10000", "100000", "0.025", -200), ("100000", "200000", "0.02", 300), ("200000", "500000", "0.015", 1300),
    ("500000", "1000000", "0.01", 3800), ("1000000", "2000000", "0.009", 4800), ("2000000", "5000000", "0.008", 6800),
    ("5000000", "10000000", "0.007", 11800), ("10000000", "20000000", "0.006", 21800),
    ("20000000", "900000000", "0.005", 41800),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "fee"), VECTORS)
def test_the_values_of_the_reference_note(claim: str, fee: str) -> None:
    assert case_fee(cny(claim), CN).amount.plain == fee


@pytest.mark.parametrize(("above", "up_to", "rate", "constant"), FORMULAS)
def test_every_band_agrees_with_its_quick_formula(above: str, up_to: str, rate: str, constant: int) -> None:
    for claim in (
        Decimal(above),
        Decimal(above) + Decimal("0.01"),
        Decimal("0.37") * Decimal(up_to),
        Decimal(up_to),
    ):
        if Decimal(above) <= claim <= Decimal(up_to):
            assert case_fee(Money(claim, "CNY"), CN).exact == Fraction(rate) * Fraction(claim) + constant


def test_up_to_ten_thousand_it_is_fifty() -> None:
    assert [case_fee(cny(x), CN).amount.plain for x in ("0.01", "9999.99", "10000")] == ["50.00"] * 3
    assert case_fee(cny("10000.40"), CN).amount.plain == "50.01"


@given(st.integers(1, 10**11))
def test_more_is_never_cheaper_and_the_bands_add_up(fen: int) -> None:
    claim = Money(Decimal(fen).scaleb(-2), "CNY")
    fee = case_fee(claim, CN)
    assert fee.exact == sum(line.fee for line in fee.lines)
    assert sum(line.part for line in fee.lines) == claim.amount
    assert case_fee(claim + cny("0.01"), CN).exact >= fee.exact


def test_half_and_only_once() -> None:
    claim = cny("13479")
    assert case_fee(claim, CN, ["simplified"]).amount.plain == "68.49"  # half of 136.975, not of 136.98
    both = case_fee(claim, CN, ["simplified", "withdrawn", "mediated", "small-claim"])
    assert both.amount.plain == "68.49"
    assert both.bases == (
        "court-fees:13",
        "court-fees:15",
        "court-fees:16",
        "procedure-interpretation:206",
    )
    with pytest.raises(EvidenceError, match=r"claim\.fee-ground"):
        case_fee(claim, CN, ["poverty"])


def test_a_payment_order_costs_a_third() -> None:
    assert payment_order_fee(cny("13479"), CN).amount.plain == "45.66"  # 136.975 / 3
    assert payment_order_fee(cny("10000"), CN).amount.plain == "16.67"


@pytest.mark.parametrize(
    ("value", "fee"),
    [
        ("1000", "30.00"),
        ("10000", "120.00"),
        ("100000", "1020.00"),
        ("896000", "5000.00"),
        ("9000000", "5000.00"),
    ],
)
def test_preservation_by_its_bands_and_cap(value: str, fee: str) -> None:
    """14(二): 30; 1 % from 1,000 to 100,000; 0.5 % above; 5,000 at most."""
    assert preservation_fee(cny(value), CN).amount.plain == fee


@pytest.mark.parametrize(
    ("value", "fee"),
    [("10000", "50.00"), ("500000", "7400.00"), ("5000000", "52400.00"), ("10000000", "77400.00"),
     ("20000000", "87400.00")],
)  # fmt: skip
def test_enforcement_by_its_bands(value: str, fee: str) -> None:
    """14(一): 50; 1.5 % to 500,000; 1 % to 5 million; 0.5 % to 10 million; 0.1 % above."""
    assert enforcement_fee(cny(value), CN).amount.plain == fee


def test_no_fee_for_nothing_and_no_schedule_before_the_first() -> None:
    for amount in ("0", "-1"):
        with pytest.raises(EvidenceError, match=r"claim\.fee-amount"):
            case_fee(cny(amount), CN)
    with pytest.raises(EvidenceError, match=r"claim\.no-fee-schedule"):
        fees_on("cn", date(2007, 3, 31))
    with pytest.raises(EvidenceError, match=r"claim\.no-fee-schedule"):
        fees_on("hk", TODAY)


def test_another_jurisdiction_is_data_only() -> None:
    """The format carries a tariff by full ten thousands, as courts in Taiwan reckon since 2025."""
    (schedule,) = parse_fees("""
        [[schedules]]
        in_force = 2025-01-01
        statute = "sample"
        source = "sample"
        verified = false
        [schedules.case]
        basis = "sample:77-13"
        unit = "10000"
        bands = [
          { up_to = "100000", fixed = "1500" }, { up_to = "1000000", rate = "0.013" },
          { up_to = "10000000", rate = "0.0117" }, { up_to = "100000000", rate = "0.0088" },
          { up_to = "1000000000", rate = "0.0077" }, { rate = "0.0066" },
        ]
    """)
    values = {
        "632679": "8520.00",
        "1000000": "13200.00",
        "10000000": "118500.00",
        "100000000": "910500.00",
        "1000000000": "7840500.00",
    }
    for claim, fee in values.items():
        assert by_tariff(Money.of(claim, "TWD"), schedule.case).amount.plain == fee
    with pytest.raises(EvidenceError, match=r"claim\.fee-not-known"):
        payment_order_fee(Money.of("1000", "TWD"), schedule)


OPEN = CaseFacts(False, True, False, False, True)
WAGE = WageFigure("样本省", 2025, cny("103622"), "样本")


def fits(claim: str, facts: CaseFacts, wage: WageFigure | None = WAGE) -> dict[Track, Fit]:
    return {option.track: option.fit for option in tracks(cny(claim), CN, facts, wage)}


def test_the_track_by_amount_and_facts() -> None:
    yes, no, unknown = Fit.YES, Fit.NO, Fit.UNKNOWN
    assert fits("51811", OPEN) == {
        Track.PAYMENT_ORDER: yes,
        Track.SMALL_CLAIM: yes,
        Track.SMALL_CLAIM_AGREED: yes,
        Track.SIMPLIFIED: yes,
        Track.ORDINARY: yes,
    }
    assert fits("51811.01", OPEN)[Track.SMALL_CLAIM] is no  # half the wage is 51,811
    assert fits("207244", OPEN)[Track.SMALL_CLAIM_AGREED] is yes
    assert fits("207244.01", OPEN)[Track.SMALL_CLAIM_AGREED] is no
    assert fits("1000", OPEN, None)[Track.SMALL_CLAIM] is unknown  # no wage is shipped
    assert fits("1000", CaseFacts())[Track.PAYMENT_ORDER] is unknown
    missing = fits("1000", CaseFacts(False, True, True, False, True))
    assert missing[Track.ORDINARY] is yes and set(missing.values()) == {yes, no}
    assert [track for track, fit in missing.items() if fit is yes] == [Track.ORDINARY]
    assert set(fits("1000", CaseFacts(False, True, False, True, True)).values()) == {no}


def test_why_a_track_is_closed_or_unknown_is_said() -> None:
    def reasons(claim: str, facts: CaseFacts, wage: WageFigure | None) -> list[str]:
        return codes(tracks(cny(claim), CN, facts, wage)[1].reasons)

    assert reasons("60000", OPEN, WAGE) == ["claim.track-above-limit"]
    assert reasons("60000", OPEN, None) == ["claim.track-wage"]
    arbitration = CaseFacts(False, True, False, True, True)
    assert reasons("1000", arbitration, WAGE) == ["claim.track-arbitration"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (CaseFacts(True, True, False, False, True), "claim.track-disputed"),
        (CaseFacts(False, False, False, False, True), "claim.track-not-serviceable"),
        (CaseFacts(False, True, False, False, False), "claim.track-late-undocumented"),
        (CaseFacts(False, True, True, False, True), "claim.track-missing"),
    ],
)
def test_what_stands_against_a_payment_order_is_named(facts: CaseFacts, code: str) -> None:
    order = tracks(cny("1000"), CN, facts, WAGE)[0]
    assert (order.track, order.fit, codes(order.reasons)) == (Track.PAYMENT_ORDER, Fit.NO, [code])


def test_fees_of_the_tracks() -> None:
    fees = {o.track: o.fee.amount.plain for o in tracks(cny("50000"), CN, OPEN, WAGE) if o.fee}
    assert fees == {
        Track.PAYMENT_ORDER: "350.00",
        Track.SMALL_CLAIM: "525.00",
        Track.SMALL_CLAIM_AGREED: "525.00",
        Track.SIMPLIFIED: "525.00",
        Track.ORDINARY: "1050.00",
    }


def test_a_fee_can_be_followed_in_json() -> None:
    data = fee_json(case_fee(cny("13479"), CN))
    assert data["bands"] == [
        {"above": "0", "up_to": "10000", "part": "10000", "rate": "0", "fee": "50"},
        {"above": "10000", "up_to": "100000", "part": "3479", "rate": "0.025", "fee": "3479/40"},
    ]
