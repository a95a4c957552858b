"""Rates an office records count until the day they were recorded, and only where nothing may be missing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import estate
import pytest

from evidence.errors import EvidenceError


def test_a_recorded_rate_counts_until_the_day_it_was_recorded(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout) as made:
        assert made.rates().reference.known_until == date(2025, 5, 20)
        with pytest.raises(EvidenceError) as caught:
            made.add_rate("lpr-1y", date(2026, 11, 20), "3.00", "样本公告")
        assert caught.value.problems[0].code == "claim.rate-gap"
        (piece,) = made.add_rate("lpr-1y", date(2026, 11, 20), "3.00", "样本公告", unchanged_before=True)
        assert piece.journal_index > 0
        table = made.rates().reference
        assert table.known_until == date(2026, 11, 21)  # the clock of the estate
        assert (table.rows[-1].since, str(table.rows[-1].percent)) == (date(2026, 11, 20), "3.00")
        assert made.add_rate("lpr-1y", date(2026, 11, 20), "3.00", "样本公告", unchanged_before=True) == ()


@pytest.mark.parametrize(
    ("series", "percent"), [("lpr-1y", "300"), ("nobody-knows", "3.00"), ("lpr-1y", "three")]
)
def test_what_cannot_be_a_rate_is_refused_and_nothing_recorded(
    series: str, percent: str, tmp_path: Path, checkout: Path
) -> None:
    with estate.workspace(tmp_path, checkout) as made:
        with pytest.raises(EvidenceError):
            made.add_rate(series, date(2025, 6, 20), percent, "样本公告", unchanged_before=True)
        assert made.case_events() == ()
