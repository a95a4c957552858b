"""Who may sign for a letter, and what a court asks of each way of delivery: dated data (``JURISDICTION-service.toml``).

No statute lists what has to be shown of a private letter's way. What is asked here is drawn from the rule on demands
(时效规定 8), from court service as a yardstick (民事诉讼法 87–95) and from what courts took; every line names its
source and whether that was read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from evidence.errors import fail
from evidence.law.packs import JURISDICTIONS

__all__ = ["Ask", "ServicePack", "SignerRule", "load_service", "signer_rule"]

_FIELDS = frozenset({"place", "tracking", "sent_to", "reason", "witness_name", "signer"})
_KINDS = frozenset({"field", "servers", "signer", "proof", "step", "unique", "slip", "address", "time"})


@dataclass(frozen=True, slots=True)
class SignerRule:
    """Whose signature is the addressee's, by relation, on days from ``since`` to ``until`` (``None``: still)."""

    basis: str
    since: date
    until: date | None
    natural: frozenset[str]
    organisation: frozenset[str]
    verified: bool
    source: str

    @property
    def eligible(self) -> frozenset[str]:
        """Of either kind of addressee: a relation says by itself which of them it can be of."""
        return self.natural | self.organisation


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked of an attempt on one of ``channels``; any one of ``needs`` satisfies it (see the pack's head).

    ``outcomes`` and ``relations`` empty: whatever they are. ``within_days`` counts from posting; after
    ``lost_after_months`` it cannot be had any more.
    """

    key: str
    channels: frozenset[str]
    needs: tuple[str, ...]
    required: bool
    words: Mapping[str, str]
    basis: str
    verified: bool
    source: str
    outcomes: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()
    unnamed: bool = False
    within_days: int | None = None
    lost_after_months: int | None = None


@dataclass(frozen=True, slots=True)
class ServicePack:
    """``closes``: by channel, the outcomes that end an attempt."""

    signers: tuple[SignerRule, ...]
    asks: tuple[Ask, ...]
    closes: Mapping[str, frozenset[str]]


@cache
def load_service(jurisdiction: str) -> ServicePack:
    """The data of a jurisdiction, empty where its pack has no such file; ``law.unknown-jurisdiction`` for others."""
    if jurisdiction not in JURISDICTIONS:
        raise fail("law.unknown-jurisdiction", given=jurisdiction, known=", ".join(JURISDICTIONS))
    path = files("evidence.law").joinpath("packs", f"{jurisdiction}-service.toml")
    if not path.is_file():
        return ServicePack((), (), {})
    data = tomllib.loads(path.read_text("utf-8"))
    return ServicePack(
        tuple(_signers(row) for row in data["signers"]),
        tuple(_ask(row) for row in data.get("asks", ())),
        {channel: frozenset(outcomes) for channel, outcomes in data.get("closes", {}).items()},
    )


def signer_rule(jurisdiction: str, on: date) -> SignerRule | None:
    """The rule in force on a day; ``None`` where the pack has none for it, and then nobody's signature counts."""
    rules = load_service(jurisdiction).signers
    return next((r for r in rules if r.since <= on and (r.until is None or on <= r.until)), None)


def _signers(row: Mapping[str, Any]) -> SignerRule:
    return SignerRule(
        row["basis"],
        row["since"],
        row.get("until"),
        frozenset(row["natural"]),
        frozenset(row["organisation"]),
        row["verified"],
        row["source"],
    )


def _ask(row: Mapping[str, Any]) -> Ask:
    for need in row["needs"]:
        kind, _, what = need.partition(":")
        if kind not in _KINDS or not what or (kind == "field" and what not in _FIELDS):
            raise ValueError(f"{row['key']}: no need is called {need!r}")
    return Ask(
        key=row["key"],
        channels=frozenset(row["channels"]),
        needs=tuple(row["needs"]),
        required={"required": True, "advised": False}[row["level"]],
        words=row["words"],
        basis=row["basis"],
        verified=row["verified"],
        source=row["source"],
        outcomes=frozenset(row.get("outcomes", ())),
        relations=frozenset(row.get("relations", ())),
        unnamed=row.get("unnamed", False),
        within_days=row.get("within_days"),
        lost_after_months=row.get("lost_after_months"),
    )
