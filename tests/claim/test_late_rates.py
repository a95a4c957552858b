"""Rates as dated data: what is shipped, where it ends, and what an office may add."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from claim_material import codes

from evidence.errors import EvidenceError
from evidence.law.rates import RateAddition, RatePack, RateTable, load_rates

# The one-year LPR as the reference note lists it (docs/law-cn.md), and whether its value was seen in a source.
HISTORY = [
    ("2019-08-20", "4.25", True), ("2019-09-20", "4.20", False), ("2019-11-20", "4.15", False),
    ("2020-02-20", "4.05", False), ("2020-04-20", "3.85", True), ("2021-12-20", "3.80", False),
    ("2022-01-20", "3.70", True), ("2022-08-22", "3.65", False), ("2023-06-20", "3.55", False),
    ("2023-08-21", "3.45", False), ("2024-07-22", "3.35", False), ("2024-10-21", "3.10", False),
    ("2025-05-20", "3.00", False),
]  # fmt: skip


def lpr() -> RateTable:
    return load_rates("cn").reference


def addition(since: str, percent: str, checked: str | None = None, **more: bool) -> RateAddition:
    first = date.fromisoformat(since)
    until = date.fromisoformat(checked) if checked else first
    return RateAddition("lpr-1y", first, Decimal(percent), "样本公告", until, **more)


def faults(pack: RatePack, *additions: RateAddition) -> list[str]:
    with pytest.raises(EvidenceError) as caught:
        pack.with_added(additions)
    return codes(caught.value.problems)


def test_the_table_is_the_published_history_with_a_flag_and_a_source_for_each_row() -> None:
    rows = [(row.since.isoformat(), f"{row.percent}", row.verified) for row in lpr().rows]
    assert rows == HISTORY
    assert all(row.source for row in lpr().rows)


def test_a_rate_holds_from_its_day_until_the_next() -> None:
    assert lpr().on(date(2019, 9, 19)).percent == Decimal("4.25")
    assert lpr().on(date(2019, 9, 20)).percent == Decimal("4.20")
    cuts = lpr().within(date(2024, 7, 1), date(2024, 11, 1))
    assert [(a.isoformat(), b.isoformat(), str(r.percent)) for a, b, r in cuts] == [
        ("2024-07-01", "2024-07-21", "3.45"),
        ("2024-07-22", "2024-10-20", "3.35"),
        ("2024-10-21", "2024-11-01", "3.10"),
    ]


def test_past_its_last_known_day_there_is_no_rate() -> None:
    assert lpr().on(date(2025, 5, 20)).percent == Decimal("3.00")
    for day in (date(2025, 5, 21), date(2026, 11, 21)):
        with pytest.raises(EvidenceError) as caught:
            lpr().on(day)
        assert codes(caught.value.problems) == ["claim.rate-after"]
        assert caught.value.problems[0].params["day"] == "2025-05-20"
    with pytest.raises(EvidenceError, match=r"claim\.rate-before"):
        lpr().on(date(2019, 8, 19))
    with pytest.raises(EvidenceError, match=r"claim\.rate-after"):
        lpr().within(date(2025, 5, 1), date(2025, 5, 21))


def test_an_added_rate_reaches_to_the_day_it_was_looked_up_and_no_further() -> None:
    pack = load_rates("cn").with_added([addition("2025-06-20", "3.00", "2025-07-03")])
    assert pack.reference.known_until == date(2025, 7, 3)
    row = pack.reference.on(date(2025, 7, 3))
    assert (row.added, row.source, row.percent) == (True, "样本公告", Decimal("3.00"))
    assert pack.reference.on(date(2025, 6, 19)).percent == Decimal("3.00")  # one publication apart: no gap
    with pytest.raises(EvidenceError, match=r"claim\.rate-after"):
        pack.reference.on(date(2025, 7, 4))
    assert load_rates("cn").reference.known_until == date(2025, 5, 20)  # the pack itself is untouched


def test_a_gap_in_which_a_rate_may_have_been_published_is_refused_unless_the_office_says_otherwise() -> None:
    assert faults(load_rates("cn"), addition("2026-11-20", "3.00")) == ["claim.rate-gap"]
    pack = load_rates("cn").with_added([addition("2026-11-20", "3.00", "2026-11-21", unchanged_before=True)])
    assert pack.reference.on(date(2026, 1, 1)).percent == Decimal("3.00")
    monthly = [addition(f"2025-{m:02d}-20", "3.00") for m in (6, 7, 8)]
    assert load_rates("cn").with_added(monthly).reference.known_until == date(2025, 8, 20)
    assert load_rates("cn").with_added(reversed(monthly)) == load_rates("cn").with_added(monthly)


def test_slips_and_contradictions_are_refused_together() -> None:
    wrong = [
        addition("2025-06-20", "0.03"),  # a fraction for per cent
        addition("2025-06-20", "300"),
        addition("2025-06-20", "3.00", "2025-06-01"),  # looked up before it was published
        addition("2020-04-20", "3.80"),  # a verified row
        addition("2024-09-01", "3.30"),  # inside the table, another value than stands there
        RateAddition("shibor", date(2025, 6, 20), Decimal("2"), "样本", date(2025, 6, 20)),
    ]
    assert sorted(faults(load_rates("cn"), *wrong)) == [
        "claim.rate-checked-early",
        "claim.rate-conflict",
        "claim.rate-conflict",
        "claim.rate-implausible-percent",
        "claim.rate-implausible-percent",
        "claim.rate-series",
    ]


def test_an_office_may_correct_a_row_nobody_had_verified() -> None:
    new = RateAddition(
        "lpr-1y", date(2024, 10, 21), Decimal("3.15"), "样本", date(2024, 10, 22), verified=True
    )
    row = load_rates("cn").with_added([new]).reference.on(date(2024, 12, 1))
    assert (row.percent, row.verified, row.added) == (Decimal("3.15"), True, True)


def test_no_pack_no_rates() -> None:
    with pytest.raises(EvidenceError, match=r"claim\.no-rates"):
        load_rates("hk")


def test_a_rate_fixed_by_statute_has_no_last_day() -> None:
    """The format carries a jurisdiction whose rate is in its code (five per cent), without new code."""
    from evidence.law.rates import parse_rates

    pack = parse_rates("""
        jurisdiction = "tw"
        checked_on = 2026-11-21
        [late_charge]
        series = "statutory"
        year_days = 365
        loss_factor_low = "1"
        loss_factor_high = "1"
        loss_basis = "civil-code:233"
        loss_verified = true
        reference_factor = "1"
        reference_basis = "civil-code:203"
        reference_verified = true
        strong_factor = "3.2"
        strong_basis = "civil-code:205"
        strong_verified = true
        implausible_year = "3.65"
        [series.statutory]
        name.zh-Hant = "法定利率"
        longest_gap_days = 0
        lowest = "1"
        highest = "20"
        [[series.statutory.rows]]
        since = 1930-05-05
        percent = "5"
        verified = true
        source = "sample"
    """)
    assert pack.reference.on(date(2026, 11, 21) + timedelta(days=9999)).percent == 5
