"""Court fee schedules as dated data: cumulative bands, what halves a fee, and the limits of small claims."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from evidence.errors import fail


@dataclass(frozen=True, slots=True)
class Band:
    """The part of a sum up to ``up_to`` (``None``: without end): a ``fixed`` fee, or a ``rate`` of that part."""

    up_to: Decimal | None
    rate: Decimal
    fixed: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Tariff:
    """Bands in rising order. ``unit``: the sum is first rounded up to a multiple of it; ``cap``: never above."""

    basis: str
    bands: tuple[Band, ...]
    cap: Decimal | None = None
    unit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FeeSchedule:
    """What a court charges between two days, in the currency of the jurisdiction.

    ``payment_order`` is the share of the case fee as a fraction (1, 3). ``halving`` maps each ground to the
    article it rests on; ``halved_once`` says that two grounds do not halve twice. Small-claim shares are of
    the average wage, which is not law but data of a place and a year.
    """

    in_force: date
    until: date | None
    statute: str
    source: str
    verified: bool
    case: Tariff
    enforcement: Tariff | None
    preservation: Tariff | None
    payment_order: tuple[int, int] | None
    payment_order_basis: str
    halving: Mapping[str, str]
    halved_once: bool
    halving_basis: str
    small_claim_mandatory: Decimal | None
    small_claim_agreed: Decimal | None
    small_claim_basis: str


def _tariff(raw: Mapping[str, object] | None) -> Tariff | None:
    if raw is None:
        return None
    bands = []
    rows = raw["bands"]
    assert isinstance(rows, list)
    for row in rows:
        up_to, fixed = row.get("up_to"), row.get("fixed")
        bands.append(
            Band(
                None if up_to is None else Decimal(up_to),
                Decimal(row.get("rate", 0)),
                None if fixed is None else Decimal(fixed),
            )
        )
    limits = [band.up_to for band in bands]
    finite = [limit for limit in limits if limit is not None]
    if not bands or limits[-1] is not None or finite != sorted(set(finite)) or len(finite) != len(bands) - 1:
        raise ValueError("bands must rise, and only the last one has no end")
    cap, unit = raw.get("cap"), raw.get("unit")
    return Tariff(
        str(raw["basis"]),
        tuple(bands),
        None if cap is None else Decimal(str(cap)),
        None if unit is None else Decimal(str(unit)),
    )


def parse_fees(text: str) -> tuple[FeeSchedule, ...]:
    """All schedules of a pack, oldest first; ``KeyError`` or ``ValueError`` for one that is not as it should be."""
    schedules = []
    for raw in tomllib.loads(text)["schedules"]:
        case = _tariff(raw["case"])
        assert case is not None
        order, halving, small = (raw.get(key, {}) for key in ("payment_order", "halving", "small_claim"))
        schedules.append(
            FeeSchedule(
                in_force=raw["in_force"],
                until=raw.get("until"),
                statute=raw["statute"],
                source=raw["source"],
                verified=raw["verified"],
                case=case,
                enforcement=_tariff(raw.get("enforcement")),
                preservation=_tariff(raw.get("preservation")),
                payment_order=(order["share_numerator"], order["share_denominator"]) if order else None,
                payment_order_basis=order.get("basis", ""),
                halving=halving.get("grounds", {}),
                halved_once=halving.get("once", True),
                halving_basis=halving.get("basis", ""),
                small_claim_mandatory=Decimal(small["mandatory_share"]) if small else None,
                small_claim_agreed=Decimal(small["agreed_share"]) if small else None,
                small_claim_basis=small.get("basis", ""),
            )
        )
    return tuple(sorted(schedules, key=lambda schedule: schedule.in_force))


@cache
def _load(jurisdiction: str) -> tuple[FeeSchedule, ...]:
    path = files("evidence.law").joinpath("packs", f"{jurisdiction}-court-fees.toml")
    return parse_fees(path.read_text("utf-8")) if path.is_file() else ()


def fees_on(jurisdiction: str, day: date) -> FeeSchedule:
    """The schedule in force on ``day``. Raises ``claim.no-fee-schedule``, also for days before the first one."""
    for schedule in reversed(_load(jurisdiction)):
        if schedule.in_force <= day and (schedule.until is None or day <= schedule.until):
            return schedule
    raise fail("claim.no-fee-schedule", jurisdiction=jurisdiction, day=day.isoformat())
