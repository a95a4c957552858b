"""The whole error table, put together from the modules of the rooms."""

from __future__ import annotations

from importlib import import_module

from evidence.errors._spec import ErrorSpec, table

ROOMS = (
    "general",
    "law",
    "claim",
    "intake",
    "letters",
    "template",
    "convert",
    "stamp",
    "journal",
    "delivery",
    "bundle",
    "verify",
    "readiness",
    "workspace",
    "backup",
    "case",
    "printing",
    "web",
)

TABLE: dict[str, ErrorSpec] = table(
    *(row for room in ROOMS for row in import_module(f"evidence.errors.{room}").ROWS)
)
