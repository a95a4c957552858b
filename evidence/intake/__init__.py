"""Ledgers and lists of payments as property systems, banks and clerks export them, with every fault by its cell."""

from __future__ import annotations

from evidence.intake.annotate import annotate
from evidence.intake.headers import FIELDS
from evidence.intake.payments import read_payments
from evidence.intake.read import read_ledger
from evidence.intake.results import read_results

__all__ = ["FIELDS", "annotate", "read_ledger", "read_payments", "read_results"]
