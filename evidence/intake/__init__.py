"""Ledgers as property systems and clerks export them → accounts, with every fault of the file by its cell."""

from __future__ import annotations

from evidence.intake.annotate import annotate
from evidence.intake.headers import FIELDS
from evidence.intake.read import read_ledger

__all__ = ["FIELDS", "annotate", "read_ledger"]
