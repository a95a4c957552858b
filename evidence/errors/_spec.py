"""The shape of one row of the error table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command line; a stable interface."""

    DONE = 0
    FAULT = 1
    USAGE = 2
    INPUT = 3
    PARTIAL = 4
    TEMPLATE = 5
    MISSING = 6
    OUTPUT = 7
    VERIFY = 8
    BLOCKED = 9
    NETWORK = 10
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class ErrorSpec:
    """``message`` says what happened, ``hint`` what to do next, ``explain`` the long form.

    All three are English message ids with ``{placeholders}`` filled from ``Problem.params``; ``message``
    and ``hint`` are required, ``explain`` adds background (why the rule is there, its source).
    """

    code: str
    exit: ExitCode
    message: str
    hint: str
    explain: str = ""


def table(*rows: ErrorSpec) -> dict[str, ErrorSpec]:
    """Rows by code; ``ValueError`` when a code is declared twice."""
    by_code = {row.code: row for row in rows}
    if len(by_code) != len(rows):
        raise ValueError("a code is declared twice")
    return by_code
