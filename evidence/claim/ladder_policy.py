"""The ladder's policy: which steps there are, what each waits for, and how an office changes that.

Data with a default that works untouched (``law/packs/JURISDICTION-ladder.toml``). It is policy, not law: 民法典 944
speaks of a reasonable period and counts no days, and names neither reminder nor lawyer letter.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from evidence.model.delivery import Grade
from evidence.model.letter import LetterKind

__all__ = [
    "KIND_OF",
    "Fault",
    "LadderPolicy",
    "Mode",
    "Step",
    "find_ladder",
    "ladder_faults",
    "policy_data",
    "steps_of",
]


class Mode(StrEnum):
    """``REQUIRED``: the next step waits for it. ``OPTIONAL``: it may be taken, and holds up what follows only while
    the time it gave is running. ``OFF``: it does not exist."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Step(StrEnum):
    """The steps in their order. ``COURT`` is the end: what follows is the evidence file, not a letter."""

    REMINDER = "reminder"
    DEMAND = "demand"
    SECOND_DEMAND = "second-demand"
    LAWYER_LETTER = "lawyer-letter"
    COURT = "court"

    @property
    def rank(self) -> int:
        return _RANK[self]


_RANK = {step: rank for rank, step in enumerate(Step)}

KIND_OF: Mapping[Step, LetterKind] = {
    Step.REMINDER: LetterKind.REMINDER,
    Step.DEMAND: LetterKind.DEMAND,
    Step.SECOND_DEMAND: LetterKind.DEMAND,
    Step.LAWYER_LETTER: LetterKind.LAWYER_LETTER,
}
"""The letter each step is taken with."""


def steps_of(kind: LetterKind) -> tuple[Step, ...]:
    """The steps a kind of letter can be, in order; none for an agreement, which stands beside the ladder."""
    return tuple(step for step, letter in KIND_OF.items() if letter is kind)


@dataclass(frozen=True, slots=True)
class LadderPolicy:
    """One office's ladder. Days are calendar days; a last day that is a rest day moves (民法典 203).

    ``…_after_days``: how long a fee must be overdue before it alone is a reason to write. ``…_days``: the time after
    proved arrival before the next step, unless the letter states a later day. ``…_grade``: the weakest proof that
    counts as arrival. ``min_interval_days``: between a letter that went out and the next one.
    """

    reminder: Mode
    second_demand: Mode
    lawyer_letter: Mode
    reminder_after_days: int
    demand_after_days: int
    reminder_days: int
    demand_days: int
    lawyer_letter_days: int
    reminder_grade: Grade
    demand_grade: Grade
    lawyer_letter_grade: Grade
    min_interval_days: int

    def mode(self, step: Step) -> Mode:
        if step is Step.REMINDER:
            return self.reminder
        if step is Step.SECOND_DEMAND:
            return self.second_demand
        return self.lawyer_letter if step is Step.LAWYER_LETTER else Mode.REQUIRED

    def days(self, kind: LetterKind) -> int:
        """Days given after arrival of a letter of ``kind``."""
        if kind is LetterKind.REMINDER:
            return self.reminder_days
        return self.lawyer_letter_days if kind is LetterKind.LAWYER_LETTER else self.demand_days

    def grades(self, kind: LetterKind) -> frozenset[Grade]:
        """The proofs by which a letter of ``kind`` counts as arrived."""
        if kind is LetterKind.REMINDER:
            weakest = self.reminder_grade
        else:
            weakest = self.lawyer_letter_grade if kind is LetterKind.LAWYER_LETTER else self.demand_grade
        return _AT_LEAST[weakest]

    def after_days(self, step: Step) -> int:
        return self.reminder_after_days if step is Step.REMINDER else self.demand_after_days


_GRADES = (Grade.A, Grade.B, Grade.C, Grade.D)
_AT_LEAST = {grade: frozenset(_GRADES[: place + 1]) for place, grade in enumerate(_GRADES)}
_RANGES: Mapping[str, tuple[int, int]] = {
    "reminder_after_days": (0, 365),
    "demand_after_days": (0, 365),
    "reminder_days": (0, 180),
    "demand_days": (1, 180),  # rule R16 warns below 7
    "lawyer_letter_days": (1, 180),
    "min_interval_days": (0, 180),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A key of a policy table that cannot be used. ``expected`` is empty for a key nobody knows."""

    key: str
    expected: str
    near: str = ""
    known: str = ""


@cache
def policy_data(jurisdiction: str) -> Mapping[str, Any] | None:
    """A jurisdiction's policy as written in its pack; ``None`` where it has none yet."""
    path = files("evidence.law").joinpath("packs", f"{jurisdiction}-ladder.toml")
    # The name of a jurisdiction is one of a few words, so a path cannot be made of it.
    if not jurisdiction.isalpha() or not path.is_file():
        return None
    return tomllib.loads(path.read_text("utf-8"))


def find_ladder(jurisdiction: str, overrides: Mapping[str, Any] | None = None) -> LadderPolicy | None:
    """The ladder of a jurisdiction with an office's changes; ``None`` where the jurisdiction has none yet.

    Raises ``ValueError`` for changes that :func:`ladder_faults` finds fault with: they are checked when read.
    """
    data = policy_data(jurisdiction)
    if data is None:
        return None
    changes = {_name(key): value for key, value in (overrides or {}).items()}
    if faults := ladder_faults(changes):
        raise ValueError(f"not a ladder: {', '.join(fault.key for fault in faults)}")
    return LadderPolicy(**{key: _typed(key, value) for key, value in {**data["ladder"], **changes}.items()})


def ladder_faults(given: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Everything wrong with a ``[ladder]`` table, in its order: unknown keys with the nearest known one, values."""
    known = tuple(field.name for field in fields(LadderPolicy))
    return table_faults(given, known, _expected)


def table_faults(given: Mapping[str, Any], known: tuple[str, ...], expected: Any) -> tuple[Fault, ...]:
    """All faults of a table whose keys are ``known``; ``expected(key, value)`` says what a wrong value should be."""
    faults = []
    for key, value in given.items():
        if _name(key) not in known:
            near = difflib.get_close_matches(_name(key), known, n=1, cutoff=0.5)
            faults.append(Fault(key, "", near[0] if near else "", ", ".join(known)))
        elif wanted := expected(_name(key), value):
            faults.append(Fault(key, wanted))
    return tuple(faults)


def _name(key: str) -> str:
    return key.replace("-", "_")


def _expected(key: str, value: Any) -> str:
    """What a value should have been; empty for one that is right."""
    if key in _RANGES:
        low, high = _RANGES[key]
        return "" if type(value) is int and low <= value <= high else f"{low}–{high}"
    words = [grade.value for grade in _GRADES] if key.endswith("_grade") else [mode.value for mode in Mode]
    return "" if value in words else " | ".join(words)


def _typed(key: str, value: Any) -> Any:
    if key in _RANGES:
        return value
    return Grade(value) if key.endswith("_grade") else Mode(value)
