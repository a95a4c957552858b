"""What a rule says: marks, each with a stable code, its reason in words, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from evidence.model.problem import Problem


class Outcome(StrEnum):
    """The answer of a rule; ``UNKNOWN`` where something it needs was never recorded or is not yet examined."""

    PASS = "pass"
    WARN = "warn"
    UNKNOWN = "unknown"
    FAIL = "fail"


SEVERITY = {Outcome.PASS: 0, Outcome.WARN: 1, Outcome.UNKNOWN: 2, Outcome.FAIL: 3}
"""The gravest mark gives a finding its outcome. Unknown outranks a warning: it may hide a failure."""

Params = Mapping[str, str | int]


def n_(message: str) -> str:
    """Marks a message id for the catalogues; words are made at the edge."""
    return message


@dataclass(frozen=True, slots=True)
class Mark:
    """One observation of a rule.

    ``code`` is stable within its rule (``contract-gap``); ``message`` and ``todo`` are message ids with
    ``params`` as their placeholders; ``subjects`` are the things it is about (keys of fee periods, numbers of
    letters), ``seen`` the evidence it looked at, ``problems`` faults of a value in the words of the error table,
    ``basis`` what this mark rests on beyond the basis of its rule (a local rule), ``record`` the entry of
    :data:`~evidence.claim.readiness.howto.HOW` that says where a user writes down what is missing.
    """

    outcome: Outcome
    code: str
    message: str
    params: Params = field(default_factory=dict)
    todo: str = ""
    subjects: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    basis: tuple[str, ...] = ()
    record: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's answer: the gravest of its marks, all of which are kept.

    ``basis`` are citation keys and practice keys, ``unverified`` those of them whose wording, number or date
    nobody has checked against a public copy; ``seen`` is the evidence looked at; ``blocks`` the commands that a
    failure stops.
    """

    rule: str
    outcome: Outcome
    marks: tuple[Mark, ...]
    basis: tuple[str, ...]
    unverified: tuple[str, ...]
    seen: tuple[str, ...]
    blocks: tuple[str, ...]

    @property
    def verified(self) -> bool:
        """Whether everything this finding rests on has been checked against a public text."""
        return not self.unverified


def good(
    code: str, message: str, *, seen: Iterable[str] = (), basis: Iterable[str] = (), **params: str | int
) -> Mark:
    """Nothing against it."""
    return Mark(Outcome.PASS, code, message, params, seen=tuple(seen), basis=tuple(basis))


class Say(Protocol):
    """Makes a mark that needs somebody to act: code, message, what to do."""

    def __call__(
        self,
        code: str,
        message: str,
        todo: str,
        *,
        subjects: Iterable[str] = (),
        seen: Iterable[str] = (),
        problems: Iterable[Problem] = (),
        basis: Iterable[str] = (),
        record: str = "",
        **params: str | int,
    ) -> Mark: ...


def _say(outcome: Outcome) -> Say:
    def say(
        code: str,
        message: str,
        todo: str,
        *,
        subjects: Iterable[str] = (),
        seen: Iterable[str] = (),
        problems: Iterable[Problem] = (),
        basis: Iterable[str] = (),
        record: str = "",
        **params: str | int,
    ) -> Mark:
        return Mark(
            outcome,
            code,
            message,
            params,
            todo,
            tuple(subjects),
            tuple(seen),
            tuple(problems),
            tuple(basis),
            record,
        )

    return say


warn = _say(Outcome.WARN)
"""A lawyer should look at it."""
fail = _say(Outcome.FAIL)
"""As it stands a court would send the case back, or the claim would fall."""
unknown = _say(Outcome.UNKNOWN)
"""Something the rule needs was never recorded."""


_SHOWN = 6


def listed(things: Iterable[str]) -> str:
    """Names in a sentence, the first six and how many more; a :class:`Mark` keeps all of them in ``subjects``."""
    every = list(things)
    more = f" … +{len(every) - _SHOWN}" if len(every) > _SHOWN else ""
    return ", ".join(every[:_SHOWN]) + more
