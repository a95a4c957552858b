"""Which timestamp authorities an office accepts, as a file it can date, sign off and hand out (docs/time.zh.md).

The office holds its own timestamps against it (``evidence anchor``), and whoever verifies may name the same file
(``verify --trust-tsa``). It is read strictly: what nobody knows is an error, since a misspelt condition would accept what
it was meant to refuse.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from evidence.errors import EvidenceError, Place, Problem, fail

__all__ = ["AcceptedAuthority", "parse_time_policy"]

HASHES = ("sha256", "sha384", "sha512", "sm3")
_TOP, _KEYS = ("version", "authority"), ("name", "ca", "certificates", "policies", "hashes", "since", "until")
_OID = r"[0-2](\.(0|[1-9][0-9]{0,18})){1,30}"
_DIGEST = r"[0-9a-f]{64}"


@dataclass(frozen=True, slots=True)
class AcceptedAuthority:
    """One authority and on what terms; an empty condition accepts anything.

    ``ca`` is the file of its CA certificate, from the policy's folder; ``certificates`` are SHA-256 of those it
    may sign with; ``since`` and ``until`` are days (UTC) that a timestamp may state, both included.
    """

    name: str
    ca: str
    certificates: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def objection(self, *, certificate: str, policy: str, algorithm: str, at: datetime) -> str:
        """The first condition that a timestamp does not meet, by its key in the file; empty where it meets all."""
        if self.certificates and certificate not in self.certificates:
            return "certificates"
        if self.policies and policy not in self.policies:
            return "policies"
        if self.hashes and algorithm not in self.hashes:
            return "hashes"
        if self.since is not None and at.date() < self.since:
            return "since"
        return "until" if self.until is not None and at.date() > self.until else ""


def parse_time_policy(text: str, file: str) -> tuple[AcceptedAuthority, ...]:
    """The authorities of a policy file; ``verify.tsa-policy`` with *all* faults."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise fail("verify.tsa-policy", Place(file=file), key="TOML", expected=str(error)) from None
    faults = [*_unknown(raw, _TOP, "")]
    if raw.get("version") != 1:
        faults.append(("version", "1"))
    rows = raw.get("authority")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        faults.append(("authority", "[[authority]]"))
        rows = []
    for number, row in enumerate(rows, 1):
        faults += [(f"authority.{number}.{key}", expected) for key, expected in _faults(row)]
    if faults:
        raise EvidenceError(
            Problem("verify.tsa-policy", Place(file=file, part=key), {"key": key, "expected": expected})
            for key, expected in faults
        )
    return tuple(_authority(row) for row in rows)


def _unknown(given: Mapping[str, Any], known: tuple[str, ...], prefix: str) -> Iterator[tuple[str, str]]:
    for key in given:
        if key not in known:
            yield prefix + key, " | ".join(known)


def _faults(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _unknown(row, _KEYS, "")
    for key in ("name", "ca"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            yield key, '"text"'
    for key, form, shown in (
        ("certificates", _DIGEST, '["64 hexadecimal digits", …]'),
        ("policies", _OID, '["1.2.3.4", …]'),
        ("hashes", "|".join(HASHES), f"[{' | '.join(HASHES)}]"),
    ):
        given = row.get(key, [])
        fits = isinstance(given, list) and all(
            isinstance(one, str) and re.fullmatch(form, one) for one in given
        )
        if not fits or (key in row and not given):  # an empty list would read as "none" and mean "any"
            yield key, shown
    days = [row[key] for key in ("since", "until") if key in row]
    for key in ("since", "until"):
        if key in row and type(row[key]) is not date:
            yield key, "2026-01-01"
    if len(days) == 2 and all(type(day) is date for day in days) and days[0] > days[1]:
        yield "until", f">= {days[0]}"


def _authority(row: Mapping[str, Any]) -> AcceptedAuthority:
    lists = {key: tuple(row.get(key, ())) for key in ("certificates", "policies", "hashes")}
    return AcceptedAuthority(
        row["name"].strip(), row["ca"], **lists, since=row.get("since"), until=row.get("until")
    )
