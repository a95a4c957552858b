"""One account of the tiny estate with everything on file: every rule a case file can answer passes.

``PIECES`` are what was recorded, each with the rules that rest on it; tests leave one out, or put another in its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import casefile
from casefile import ACCOUNT, OWNER

from evidence.clock import Source, fixed_source
from evidence.errors import Place
from evidence.model.case import CaseKind
from evidence.workspace import Workspace
from evidence.workspace.casefile import record

FILED = "2026-12-20T10:00:00+08:00"
"""The demand's time ran out on 11 December."""

CONTRACT = {
    "name": "合同（样本）", "type": "early", "from": "2020-01-01", "until": "2027-12-31", "signed_by": "developer",
    "copy": "original", "arbitration_clause": "false", "late_rate": "日万分之一", "late_cap_principal": "true",
}  # fmt: skip
OWNED = {"name": OWNER, "id_number": "11010519491231002X", "limited_capacity": "false"}
PRICE = {
    "item": "物业费",
    "price": "2.41",
    "from": "2020-01-01",
    "document": "合同第六条",
    "publicity": "true",
}
LINE = {"item": "物业费", "quantity": "50", "price": "2.41"}
TITLE = {"owner": OWNER, "from": "2020-05-01", "proof": "登记簿（样本）"}
RATE = {
    "series": "lpr-1y", "since": "2026-11-20", "percent": "3.00", "source": "样本", "unchanged_before": "true",
}  # fmt: skip
AGREEMENT = {
    "letter": "纸-1", "signed_on": "2026-12-12", "late": "kept", "total": "220.50", "instalments": "110.25 110.25",
    "share": "0.2", "missed": "2", "demand_days": "15", "limitation": "none", "guardian": "true",
}  # fmt: skip


def none(of: str) -> tuple[str, dict[str, str]]:
    return "none", {"of": of, "on": "2026-12-01"}


Piece = tuple[str, str, dict[str, str], str]
"""Account or nothing, kind, fields, and the rules that rest on the piece."""

PIECES: tuple[Piece, ...] = (
    ("", "licence", {"on_file": "true"}, "R01"),
    ("", "contract", CONTRACT, "R02 R03 R36"),
    ("", *none("termination"), "R02"),
    (ACCOUNT, "owner", OWNED, "R04 R40"),
    (ACCOUNT, "title", TITLE, "R05"),
    (ACCOUNT, *none("lease"), "R06"),
    (ACCOUNT, "handover", {"on": "2020-06-01"}, "R07"),
    ("", "price", PRICE, "R08"),
    (ACCOUNT, "line", LINE, "R08 R09"),
    ("", "local", {"region": "样州市"}, "R17"),
    ("", *none("local-rule"), "R17"),
    ("", *none("public-notice"), "R17"),
    ("", "committee", {"exists": "true", "urged_on": "2026-10-01"}, "R18"),
    (ACCOUNT, "late", {"claimed": "none"}, "R21 R22 R23 R35"),
    ("", "rate", RATE, "R22"),
    (ACCOUNT, "contact", {"at": "2026-12-01 10:00", "channel": "call"}, "R25"),
    (ACCOUNT, *none("posting"), "R26"),
    ("", "service", {"year": "2026", "records": "12"}, "R27"),
    (ACCOUNT, *none("complaint"), "R27"),
    (ACCOUNT, "filing", {"track": "simplified", "copies": "2"}, "R32 R35 R36"),
    (ACCOUNT, "whereabouts", {"known": "true"}, "R36"),
    (ACCOUNT, *none("dispute"), "R36"),
    (ACCOUNT, *none("agreement"), "R37 R38 R39 R40"),
    ("", *none("agent"), "R33"),
)  # fmt: skip


def filing(seed: str = "filing") -> Source:
    return fixed_source(FILED, seed)


def put(made: Workspace, pieces: Iterable[tuple[str, str, dict[str, str]]]) -> None:
    """Record pieces, all in one go."""
    rows = [(CaseKind(kind), account, data, Place()) for account, kind, data in pieces]
    record(made._desk, rows)


def complete(folder: Path, checkout: Path) -> Path:
    """A served workspace; nothing of ``PIECES`` is recorded yet."""
    return casefile.served(folder, checkout)
