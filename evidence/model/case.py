"""The case file: what a ledger does not know and a court asks for, as recorded events.

Every piece is an event of a kind with named fields; nothing is overwritten. For kinds that state how things are
(``title``, ``contract`` …) the events with the same ``subject`` are one state, each field as it was recorded last; for
kinds that tell what happened (``payment``, ``contact`` …) every event stands by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from evidence.model.case_kinds import ABSENT, REASONS, SHAPES, CaseField, CaseKind, CaseShape, FieldType
from evidence.model.problem import Place, Problem

__all__ = [
    "ABSENT",
    "CLEARED",
    "REASONS",
    "SHAPES",
    "CaseEvent",
    "CaseField",
    "CaseKind",
    "CaseShape",
    "FieldType",
    "check_fields",
    "latest",
    "standing",
]

CLEARED = "-"
"""Written for a field of a lasting kind: what was recorded there before no longer holds."""


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One recorded piece. ``account`` is empty for what concerns the whole estate; ``data`` holds checked texts."""

    kind: CaseKind
    account: str
    data: Mapping[str, str]
    recorded_at: str = ""
    journal_index: int = -1
    origin: Place = field(default_factory=Place)

    @property
    def subject(self) -> tuple[str, ...]:
        shape = SHAPES[self.kind]
        return tuple(self.data.get(field_.name, "") for field_ in shape.fields if field_.subject)

    def text(self, name: str) -> str:
        return self.data.get(name, "")

    def date(self, name: str) -> date | None:
        value = self.data.get(name, "")
        return date.fromisoformat(value) if value else None

    def decimal(self, name: str) -> Decimal | None:
        value = self.data.get(name, "")
        return Decimal(value) if value else None

    def flag(self, name: str) -> bool | None:
        """``None`` where nothing was recorded: unknown is not no."""
        value = self.data.get(name, "")
        return None if not value else value == "true"

    @property
    def takes_back(self) -> int | None:
        """The journal index of the entry a ``cancel`` takes back or ends; ``None`` for every other kind."""
        return int(Decimal(self.text("entry"))) if self.kind is CaseKind.CANCEL else None


def check_fields(
    kind: CaseKind, data: Mapping[str, str], where: Place
) -> tuple[dict[str, str], list[Problem]]:
    """``data`` in its stored form, and every fault of it: unknown or missing field, value of the wrong type."""
    shape = SHAPES[kind]
    known = ", ".join(field.name for field in shape.fields)
    clean: dict[str, str] = {}
    problems = []
    for name, raw in data.items():
        field = shape.field(name)
        if field is None:
            problems.append(
                Problem("case.unknown-field", where, {"kind": kind.value, "field": name, "known": known})
            )
            continue
        value = raw.strip()
        if not value:
            continue
        if value == CLEARED and shape.lasting and not field.required:
            clean[name] = ""
            continue
        stored = _stored(field, value)
        if stored is None:
            expected = " | ".join(field.choices) if field.choices else _EXPECTED[field.type]
            problems.append(
                Problem(
                    "case.bad-value",
                    where,
                    {"kind": kind.value, "field": name, "value": value, "expected": expected},
                )
            )
            continue
        clean[name] = stored
    for field in shape.fields:
        if (
            field.required
            and field.name not in clean
            and not any(p.params.get("field") == field.name for p in problems)
        ):
            problems.append(Problem("case.missing-field", where, {"kind": kind.value, "field": field.name}))
    return clean, problems


_EXPECTED = {
    FieldType.DATE: "YYYY-MM-DD",
    FieldType.MONEY: "1234.50",
    FieldType.NUMBER: "123",
    FieldType.BOOL: "true | false",
    FieldType.TEXT: "text",
}
_YES, _NO = {"true", "yes", "1", "是", "有"}, {"false", "no", "0", "否", "无", "無"}


def _stored(field: CaseField, value: str) -> str | None:
    """The one spelling a value is kept in, or ``None`` where it is not of its type."""
    if field.choices:
        return value if value in field.choices else None
    if field.type is FieldType.BOOL:
        return "true" if value.lower() in _YES else "false" if value.lower() in _NO else None
    if field.type is FieldType.DATE:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            return None
    if field.type in (FieldType.MONEY, FieldType.NUMBER):
        try:
            number = Decimal(value)
        except InvalidOperation:
            return None
        if not number.is_finite() or (field.type is FieldType.MONEY and number != round(number, 2)):
            return None
        return f"{number:f}"
    return value


def standing(events: Iterable[CaseEvent]) -> tuple[CaseEvent, ...]:
    """``events`` in their order without those that one among them took back.

    A hold or pause that was ended on a day stays, its last day the eve of it. The ``cancel`` pieces stay too: they tell
    what happened.
    """
    every = tuple(events)
    cancels = [event for event in every if event.kind is CaseKind.CANCEL]
    taken = {index: event for event in cancels if (index := event.takes_back) is not None}
    if not taken:
        return every
    return tuple(
        left for event in every if (left := _left(event, taken.get(event.journal_index))) is not None
    )


def _left(event: CaseEvent, by: CaseEvent | None) -> CaseEvent | None:
    """What is left of ``event`` after ``by``."""
    if by is None:
        return event
    ended = by.date("on")
    if ended is None:
        return None
    eve = ended - timedelta(days=1)
    since, until = event.date("from"), event.date("until")
    if since is not None and eve < since:
        return None
    last = eve if until is None else min(eve, until)
    return replace(event, data={**event.data, "until": last.isoformat()})


def latest(events: tuple[CaseEvent, ...] | list[CaseEvent], kind: CaseKind) -> list[CaseEvent]:
    """What stands of a kind: every event, or for a lasting kind one for each subject.

    That one is the latest, with the fields it leaves out as they were recorded before: who adds the day a contract
    ended need not repeat who signed it.
    """
    chosen = [event for event in events if event.kind is kind]
    if not SHAPES[kind].lasting:
        return chosen
    by_subject: dict[tuple[str, ...], CaseEvent] = {}
    for event in chosen:
        key = (event.account, *event.subject)
        earlier = by_subject.pop(key, None)
        by_subject[key] = event if earlier is None else replace(event, data={**earlier.data, **event.data})
    return list(by_subject.values())
