"""Every way this toolkit says no: one base error, one table of codes, one exit code each.

::

    EvidenceError                 problems with code, place, cause and next step
      (no subclasses: the code, not the class, says what happened)

A code is ``room.what`` (``ledger.header-unknown``) and is stable within a major version. Each code's message,
hint and long explanation stand once, in English, in the module of its room beside this file; the
catalogues in ``evidence/locale`` carry zh and zh-Hant. ``evidence explain CODE`` prints the long form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evidence.errors._spec import ErrorSpec, ExitCode
from evidence.model.problem import Place, Problem

__all__ = ["ErrorSpec", "EvidenceError", "ExitCode", "Place", "Problem", "fail", "spec_of", "specs"]


def specs() -> Mapping[str, ErrorSpec]:
    """The whole table, code to spec."""
    from evidence.errors._table import TABLE

    return TABLE


def spec_of(code: str) -> ErrorSpec:
    """The spec of one code; ``KeyError`` for a code nobody declared."""
    return specs()[code]


class EvidenceError(Exception):
    """Work was refused or failed; carries every problem found, not the first.

    The exit code is that of the first problem. Words are made at the edge, in the user's language.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        if not self.problems:
            raise ValueError("an error without a problem says nothing")
        super().__init__("; ".join(f"{p.code} {p.where} {dict(p.params)}" for p in self.problems))

    @property
    def exit_code(self) -> ExitCode:
        return spec_of(self.problems[0].code).exit

    def __reduce__(self) -> tuple[type[EvidenceError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)  # so that it crosses a process pool whole


def fail(code: str, where: Place | None = None, /, **params: str | int) -> EvidenceError:
    """An error with one problem: ``raise fail("workspace.missing", Place(file=...), path=...)``."""
    return EvidenceError([Problem(code, where or Place(), params)])
