"""The case file: what a ledger does not know and a court asks for, as recorded events.

Every piece is an event of a kind with named fields; nothing is overwritten. For kinds that state how things are
(``title``, ``contract`` …) the latest event with the same ``subject`` counts; for kinds that tell what happened
(``payment``, ``contact`` …) all of them do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from evidence.model.problem import Place, Problem


class CaseKind(StrEnum):
    PAYMENT = "payment"
    DESIGNATION = "designation"
    WAIVER = "waiver"
    CORRECTION = "correction"
    HOLD = "hold"
    OWNER = "owner"
    TITLE = "title"
    HANDOVER = "handover"
    LEASE = "lease"
    ADDRESS = "address"
    CONTRACT = "contract"
    PRICE = "price"
    LICENCE = "licence"
    COMMITTEE = "committee"
    SERVICE = "service"
    COMPLAINT = "complaint"
    PROMISE = "promise"
    CONTACT = "contact"
    LOCAL = "local"
    RATE = "rate"


class FieldType(StrEnum):
    TEXT = "text"
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    BOOL = "bool"


@dataclass(frozen=True, slots=True)
class CaseField:
    """One field of a kind; ``choices`` where only some words are meant, ``subject`` where it tells events apart."""

    name: str
    type: FieldType = FieldType.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    subject: bool = False


@dataclass(frozen=True, slots=True)
class CaseShape:
    """A kind's fields; ``lasting`` kinds state how things are, the latest of each subject counts."""

    fields: tuple[CaseField, ...]
    lasting: bool = False

    def field(self, name: str) -> CaseField | None:
        return next((field for field in self.fields if field.name == name), None)


def _f(
    name: str, kind: FieldType = FieldType.TEXT, *choices: str, need: bool = False, subject: bool = False
) -> CaseField:
    return CaseField(name, kind, need, choices, subject)


_DATE, _MONEY, _NUMBER, _BOOL = FieldType.DATE, FieldType.MONEY, FieldType.NUMBER, FieldType.BOOL
REASONS = ("forgot", "service-complaint", "hardship", "amount-disputed", "refuses")

SHAPES: Mapping[CaseKind, CaseShape] = {
    CaseKind.PAYMENT: CaseShape(
        (
            _f("amount", _MONEY, need=True),
            _f("received_on", _DATE, need=True),
            _f("item"),
            _f("period"),
            _f("reference"),
            _f("note"),
        )
    ),
    CaseKind.DESIGNATION: CaseShape(
        (_f("payment", need=True), _f("item"), _f("period", need=True), _f("on", _DATE))
    ),
    CaseKind.WAIVER: CaseShape(
        (
            _f("amount", _MONEY, need=True),
            _f("item"),
            _f("period", need=True),
            _f("on", _DATE, need=True),
            _f("reason", need=True),
        )
    ),
    CaseKind.CORRECTION: CaseShape(
        (
            _f("amount", _MONEY, need=True),
            _f("item"),
            _f("period", need=True),
            _f("on", _DATE, need=True),
            _f("reason", need=True),
        )
    ),
    CaseKind.HOLD: CaseShape(
        (
            _f("reason", FieldType.TEXT, *REASONS, need=True),
            _f("amount", _MONEY),
            _f("item"),
            _f("period"),
            _f("from", _DATE, need=True),
            _f("until", _DATE),
            _f("evidence"),
            _f("note"),
        )
    ),
    CaseKind.OWNER: CaseShape(
        (
            _f("name", need=True, subject=True),
            _f("id_type"),
            _f("id_number"),
            _f("birth", _DATE),
            _f("phone"),
            _f("share"),
            _f("limited_capacity", _BOOL),
            _f("guardian"),
        ),
        lasting=True,
    ),
    CaseKind.TITLE: CaseShape(
        (_f("owner", need=True, subject=True), _f("from", _DATE, need=True), _f("until", _DATE), _f("proof")),
        lasting=True,
    ),
    CaseKind.HANDOVER: CaseShape((_f("on", _DATE, need=True), _f("proof")), lasting=True),
    CaseKind.LEASE: CaseShape(
        (
            _f("tenant", need=True, subject=True),
            _f("from", _DATE),
            _f("until", _DATE),
            _f("pays_fee", _BOOL),
            _f("joined", _BOOL),
        ),
        lasting=True,
    ),
    CaseKind.ADDRESS: CaseShape(
        (
            _f(
                "channel",
                FieldType.TEXT,
                "contract",
                "premises",
                "household",
                "mobile",
                "wechat",
                "email",
                need=True,
                subject=True,
            ),
            _f("value", need=True),
            _f("from", _DATE),
            _f("proof"),
        ),
        lasting=True,
    ),
    CaseKind.CONTRACT: CaseShape(
        (
            _f("name", need=True, subject=True),
            _f("type", FieldType.TEXT, "early", "owners", "individual", need=True),
            _f("from", _DATE, need=True),
            _f("until", _DATE),
            _f("signed_by", FieldType.TEXT, "developer", "committee", "owner"),
            _f("copy", FieldType.TEXT, "original", "copy"),
            _f("service_continued", _BOOL),
            _f("terminated_on", _DATE),
            _f("handed_over_on", _DATE),
            _f("late_rate"),
            _f("late_cap_principal", _BOOL),
            _f("late_from"),
        ),
        lasting=True,
    ),
    CaseKind.PRICE: CaseShape(
        (
            _f("item", need=True, subject=True),
            _f("price", _NUMBER, need=True),
            _f("unit"),
            _f("from", _DATE, need=True, subject=True),
            _f("until", _DATE),
            _f("document", need=True),
            _f("publicity", _BOOL),
        ),
        lasting=True,
    ),
    CaseKind.LICENCE: CaseShape((_f("on_file", _BOOL, need=True), _f("proof")), lasting=True),
    CaseKind.COMMITTEE: CaseShape(
        (_f("exists", _BOOL, need=True), _f("urged_on", _DATE), _f("proof")), lasting=True
    ),
    CaseKind.SERVICE: CaseShape(
        (_f("year", _NUMBER, need=True, subject=True), _f("records", _NUMBER, need=True), _f("proof")),
        lasting=True,
    ),
    CaseKind.COMPLAINT: CaseShape(
        (
            _f("received_on", _DATE, need=True),
            _f("matter", need=True),
            _f("answered_on", _DATE),
            _f("resolved", _BOOL),
            _f("proof"),
        )
    ),
    CaseKind.PROMISE: CaseShape(
        (_f("made_on", _DATE, need=True), _f("amount", _MONEY), _f("due", _DATE, need=True), _f("proof"))
    ),
    CaseKind.CONTACT: CaseShape(
        (
            _f("at", need=True),
            _f("channel", FieldType.TEXT, "call", "visit", "message", "letter", need=True),
            _f("person"),
            _f("said"),
            _f("refused_in_writing", _BOOL),
        )
    ),
    CaseKind.RATE: CaseShape(
        (
            _f("series", need=True, subject=True),
            _f("since", _DATE, need=True, subject=True),
            _f("percent", _NUMBER, need=True),
            _f("source", need=True),
            _f("unchanged_before", _BOOL),
        ),
        lasting=True,
    ),
    CaseKind.LOCAL: CaseShape(
        (_f("region", need=True), _f("arbitration_clause", _BOOL), _f("public_notice_on", _DATE)),
        lasting=True,
    ),
}


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
        stored = _stored(field, value)
        if stored is None:
            expected = " | ".join(field.choices) if field.choices else _EXPECTED[field.type]
            problems.append(
                Problem("case.bad-value", where, {"field": name, "value": value, "expected": expected})
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


def latest(events: tuple[CaseEvent, ...] | list[CaseEvent], kind: CaseKind) -> list[CaseEvent]:
    """The events of a kind that count: all of them, or for a lasting kind the last of each subject."""
    chosen = [event for event in events if event.kind is kind]
    if not SHAPES[kind].lasting:
        return chosen
    by_subject: dict[tuple[str, ...], CaseEvent] = {}
    for event in chosen:
        by_subject[(event.account, *event.subject)] = event
    return list(by_subject.values())
