"""Interest rates the office has looked up itself, beside the table that ships."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from evidence.clock import CHINA
from evidence.errors import EvidenceError
from evidence.law.rates import RateAddition, RatePack, load_rates
from evidence.model.case import CaseEvent, CaseKind, check_fields, latest
from evidence.model.problem import Place
from evidence.workspace.casefile import events, record
from evidence.workspace.core import Desk


def office_rates(desk: Desk, pieces: Iterable[CaseEvent]) -> RatePack:
    """The shipped rates and those recorded here. A rate is known to hold until the day it was recorded."""
    return load_rates(desk.office.jurisdiction).with_added(
        _addition(piece) for piece in latest(list(pieces), CaseKind.RATE)
    )


def _addition(piece: CaseEvent) -> RateAddition:
    since = piece.date("since")
    assert since is not None  # a required field
    return RateAddition(
        series=piece.text("series"),
        since=since,
        percent=piece.decimal("percent") or Decimal(0),
        source=piece.text("source"),
        checked_on=datetime.fromisoformat(piece.recorded_at).astimezone(CHINA).date(),
        unchanged_before=bool(piece.flag("unchanged_before")),
        origin=piece.origin,
    )


def add_rate(
    desk: Desk, series: str, since: date, percent: str, source: str, *, unchanged_before: bool
) -> tuple[CaseEvent, ...]:
    """Record a published rate; refused, with every fault, where the table with it would not hold together."""
    data = {
        "series": series,
        "since": since.isoformat(),
        "percent": percent,
        "source": source,
        "unchanged_before": "true" if unchanged_before else "false",
    }
    clean, problems = check_fields(CaseKind.RATE, data, Place())
    if problems:
        raise EvidenceError(problems)
    trial = CaseEvent(CaseKind.RATE, "", clean, desk.source.now().isoformat())
    with desk.reading() as connection:
        office_rates(desk, [*events(connection, ""), trial])
    return record(desk, [(CaseKind.RATE, "", data, Place())])
