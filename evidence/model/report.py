"""What a check found: facts, four answers that are never merged into one, and what is not shown.

Plain data in three layers: :class:`Fact` (what was compared, and how it came out), :class:`Answer` (what
follows from the facts for the reader's question), :class:`Statement` (one sentence, mapped to the facts it
rests on). ``evidence.verify.words`` turns them into text; ``to_json`` gives them with codes only, never
translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from evidence.model.problem import Place, Problem

Params = Mapping[str, str | int]

SCHEMA_VERSION = 1


class Status(StrEnum):
    """How one comparison came out. ``UNKNOWN``: tried, but left open; ``NOT_CHECKED``: not tried."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_CHECKED = "not-checked"


class Question(StrEnum):
    """The four questions of a reader, in the order in which a report answers them."""

    SAME_BYTES = "same-bytes"
    SINCE_WHEN = "since-when"
    HOW_DELIVERED = "how-delivered"
    BY_WHOM = "by-whom"


class Verdict(StrEnum):
    """What the facts give for one question.

    ``SHOWN``: follows from the checks. ``CLAIMED``: the sender says so and nobody else does. ``OPEN``: this
    file cannot answer it. ``REFUTED``: a check failed on which the answer would rest.
    """

    SHOWN = "shown"
    CLAIMED = "claimed"
    OPEN = "open"
    REFUTED = "refuted"


class SubjectKind(StrEnum):
    """What kind of thing was checked."""

    LETTER = "letter"
    BUNDLE = "bundle"
    QR = "qr"
    JOURNAL = "journal"
    PROOF = "proof"
    BAG = "bag"


@dataclass(frozen=True, slots=True)
class Fact:
    """One comparison. ``id`` is stable (``letter.signature``); ``reason``, a code, says why it failed."""

    id: str
    status: Status
    where: Place = field(default_factory=Place)
    params: Params = field(default_factory=dict)
    reason: str = ""

    def to_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "status": self.status.value,
            "where": self.where.to_json(),
            "reason": self.reason,
            "params": dict(self.params),
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the report, by code, and the ids of the facts it rests on."""

    code: str
    params: Params = field(default_factory=dict)
    facts: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        return {"code": self.code, "params": dict(self.params), "facts": list(self.facts)}


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one of the four questions about one subject."""

    question: Question
    verdict: Verdict
    statements: tuple[Statement, ...]

    def to_json(self) -> dict[str, object]:
        return {
            "question": self.question.value,
            "verdict": self.verdict.value,
            "statements": [statement.to_json() for statement in self.statements],
        }


@dataclass(frozen=True, slots=True)
class Subject:
    """One checked thing: its facts, its four answers, and the box of what is not shown.

    ``is_test`` says that it was made under an injected clock or key and is worth nothing outside a test.
    ``is_checked`` is false where not even a signature could be checked (a QR text without a key).
    """

    name: str
    kind: SubjectKind
    facts: tuple[Fact, ...]
    answers: tuple[Answer, ...]
    not_shown: tuple[Statement, ...]
    is_test: bool = False
    is_checked: bool = True

    @property
    def failures(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.status is Status.FAIL)

    @property
    def ok(self) -> bool:
        """No check failed, and a signature was among the checks."""
        return self.is_checked and not self.failures

    def answer(self, question: Question) -> Answer:
        """The answer to ``question``; every subject has all four."""
        return next(answer for answer in self.answers if answer.question is question)

    def to_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "kind": self.kind.value,
            "ok": self.ok,
            "test": self.is_test,
            "answers": [answer.to_json() for answer in self.answers],
            "not_shown": [statement.to_json() for statement in self.not_shown],
            "facts": [fact.to_json() for fact in self.facts],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one check of any number of things.

    ``problems`` names the arguments that are no evidence files at all; they never count as checked.
    """

    subjects: tuple[Subject, ...]
    problems: tuple[Problem, ...] = ()
    lang: str = "en"

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(fact for subject in self.subjects for fact in subject.facts)

    @property
    def failures(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.status is Status.FAIL)

    @property
    def ok(self) -> bool:
        """Every argument was an evidence file and stood every check: exit 0. Otherwise 8."""
        return bool(self.subjects) and not self.problems and all(subject.ok for subject in self.subjects)

    def to_json(self) -> dict[str, object]:
        return {
            "schema_version": SCHEMA_VERSION,
            "ok": self.ok,
            "subjects": [subject.to_json() for subject in self.subjects],
            "problems": [
                {"code": problem.code, "where": problem.where.to_json(), "params": dict(problem.params)}
                for problem in self.problems
            ],
        }
