"""The kinds of pieces a case file holds, each with its fields: one table that recording, import and help all read.

What a kind feeds is told in ``docs/case.zh.md``; a user's own words for kinds, fields and choices are in
:mod:`evidence.workspace.casewords`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


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
    ANSWER = "answer"
    PROMISE = "promise"
    CONTACT = "contact"
    LOCAL = "local"
    RATE = "rate"
    LATE = "late"
    LINE = "line"
    COST = "cost"
    AGREEMENT = "agreement"
    WHEREABOUTS = "whereabouts"
    SLIP = "slip"
    POSTING = "posting"
    FILING = "filing"
    COURT = "court"
    PLAINTIFF = "plaintiff"
    AGENT = "agent"
    SERVING = "serving"
    PRESERVATION = "preservation"
    APPROVAL = "approval"
    PAUSE = "pause"
    NONE = "none"
    CANCEL = "cancel"
    OVERRIDE = "override"


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
_TEXT = FieldType.TEXT
REASONS = ("forgot", "service-complaint", "hardship", "amount-disputed", "refuses")
GRADES = ("A", "B", "C", "D")
ANSWERS = ("recorded", "accepted", "declined", "settled")
"""What became of an owner's statement: recorded as a piece of another kind, agreed with, declined, or settled."""
ABSENT = (
    "contract",
    "termination",
    "price",
    "lease",
    "public-notice",
    "urging",
    "local-rule",
    "contact",
    "message",
    "posting",
    "complaint",
    "dispute",
    "agreement",
    "agent",
    "jurisdiction",
)
"""What somebody can have asked for and found that there is none; silence never says so."""
PLAINTIFF_TYPES = (
    "limited",
    "joint-stock",
    "listed",
    "enterprise",
    "institution",
    "society",
    "foundation",
    "social-service",
    "state-organ",
    "rural-collective",
    "cooperative",
    "self-governing",
    "sole-proprietor",
    "partnership",
    "professional",
)
"""类型 of the element form, in its order."""

SHAPES: Mapping[CaseKind, CaseShape] = {
    CaseKind.PAYMENT: CaseShape(
        (
            _f("amount", _MONEY, need=True),
            _f("received_on", _DATE, need=True),
            _f("item"),
            _f("period"),
            _f("reference"),
            _f("proof"),
            _f("grade", _TEXT, *GRADES),
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
            _f("gender", _TEXT, "male", "female"),
            _f("ethnicity"),
            _f("employer"),
            _f("position"),
            _f("residence"),
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
            _f("refused_to_leave", _BOOL),
            _f("arbitration_clause", _BOOL),
            _f("late_rate"),
            _f("late_cap_principal", _BOOL),
            _f("late_from"),
            _f("number"),
            _f("signed_on", _DATE),
            _f("signed_at"),
            _f("signed_name"),
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
    # What the office answered to a statement on a letter's page; ``entry`` is the statement's entry in the journal.
    CaseKind.ANSWER: CaseShape(
        (
            _f("entry", _NUMBER, need=True, subject=True),
            _f("on", _DATE, need=True),
            _f("result", _TEXT, *ANSWERS, need=True),
            _f("note"),
            _f("proof"),
        ),
        lasting=True,
    ),
    CaseKind.PROMISE: CaseShape(
        (
            _f("made_on", _DATE, need=True),
            _f("amount", _MONEY),
            _f("due", _DATE, need=True),
            _f("item"),
            _f("period"),
            _f("proof"),
            _f("grade", _TEXT, *GRADES),
        )
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
        (
            _f("region", need=True),
            _f("arbitration_clause", _BOOL),
            _f("public_notice_on", _DATE),
            _f("rule"),
            _f("demands", _NUMBER),
            _f("written", _BOOL),
            _f("notice", _BOOL),
        ),
        lasting=True,
    ),
    # How the late charge is claimed in this case, where it is not as the policy says.
    CaseKind.LATE: CaseShape(
        (
            _f("claimed", _TEXT, "contract", "reference", "own", "none", need=True),
            _f("rate"),
            _f("factor", _NUMBER),
            _f("reason"),
        ),
        lasting=True,
    ),
    # What a fee line is worked out from, where the ledger has the amount only.
    CaseKind.LINE: CaseShape(
        (
            _f("item", need=True, subject=True),
            _f("period", subject=True),
            _f("quantity", _NUMBER, need=True),
            _f("price", _NUMBER, need=True),
            _f("months", _NUMBER),
            _f("proof"),
        ),
        lasting=True,
    ),
    CaseKind.COST: CaseShape(
        (
            _f("amount", _MONEY, need=True),
            _f("incurred_on", _DATE, need=True),
            _f("reason", need=True),
            _f("proof"),
        )
    ),
    # An agreement that was signed; ``letter`` is its number, whoever wrote it.
    CaseKind.AGREEMENT: CaseShape(
        (
            _f("letter", need=True, subject=True),
            _f("signed_on", _DATE, need=True),
            _f("late", _TEXT, "waived", "kept", "restated", "silent"),
            _f("total", _MONEY),
            _f("instalments"),
            _f("accelerates", _BOOL),
            _f("share", _NUMBER),
            _f("missed", _NUMBER),
            _f("demand_days", _NUMBER),
            _f("limitation", _TEXT, "none", "accrued", "advance"),
            _f("guardian", _BOOL),
            _f("grade", _TEXT, *GRADES),
            _f("proof"),
        ),
        lasting=True,
    ),
    CaseKind.WHEREABOUTS: CaseShape(
        (_f("known", _BOOL, need=True), _f("since", _DATE), _f("proof")), lasting=True
    ),
    # What a courier's slip says is inside; ``named=false`` is a slip that was read and says nothing.
    CaseKind.SLIP: CaseShape(
        (
            _f("letter", need=True, subject=True),
            _f("tracking", subject=True),
            _f("named", _BOOL, need=True),
            _f("contents"),
            _f("proof"),
        ),
        lasting=True,
    ),
    # Something put up on site or in a group, and what can be read on it; ``name`` is the letter's number for a letter.
    CaseKind.POSTING: CaseShape(
        (
            _f("name", need=True, subject=True),
            _f("on", _DATE, need=True),
            _f("names_owner", _BOOL),
            _f("shows_debt", _BOOL),
            _f("proof"),
        ),
        lasting=True,
    ),
    # How it is to be filed. ``limit`` is the province's ceiling for small claims of the year, ``fee`` what is stated.
    CaseKind.FILING: CaseShape(
        (
            _f(
                "track",
                _TEXT,
                "payment-order",
                "small-claims",
                "simplified",
                "ordinary",
                "arbitration",
            ),
            _f("limit", _MONEY),
            _f("copies", _NUMBER),
            _f("fee_base", _MONEY),
            _f("fee", _MONEY),
            _f("halved", _NUMBER),
        ),
        lasting=True,
    ),
    # What the client decided about the suit, as the court's forms ask; ``clause`` is what was agreed about the court.
    CaseKind.COURT: CaseShape(
        (
            _f("name"),
            _f("costs", _BOOL),
            _f("requests"),
            _f("clause"),
            _f("preserved", _BOOL),
            _f("preserved_by"),
            _f("preserved_on", _DATE),
            _f("preserved_case"),
            _f("facts"),
            _f("mediation", _TEXT, "yes", "no", "undecided"),
            _f("mediation_known", _BOOL),
        ),
        lasting=True,
    ),
    # Who sues, where evidence.toml does not say it. ``type`` and ``ownership`` are the choices of the element form.
    CaseKind.PLAINTIFF: CaseShape(
        (
            _f("address"),
            _f("registered_at"),
            _f("position"),
            _f("id_number"),
            _f("type", _TEXT, *PLAINTIFF_TYPES),
            _f("ownership", _TEXT, "state", "private", "other"),
            _f("stake", _TEXT, "controlling", "holding"),
        ),
        lasting=True,
    ),
    # Who appears for the plaintiff (民诉法 61, 62; 解释 88).
    CaseKind.AGENT: CaseShape(
        (
            _f("name", need=True, subject=True),
            _f("relation", _TEXT, "lawyer", "legal-worker", "staff"),
            _f("authority", _TEXT, "general", "special"),
            _f("unit"),
            _f("position"),
            _f("phone"),
            _f("id_number"),
            _f("licence"),
            _f("until", _DATE),
        ),
        lasting=True,
    ),
    # Where the court is to serve the plaintiff (送达地址确认书).
    CaseKind.SERVING: CaseShape(
        (
            _f("address"),
            _f("postcode"),
            _f("recipient"),
            _f("phone"),
            _f("electronic", _BOOL),
            _f("mobile"),
            _f("wechat"),
            _f("fax"),
            _f("email"),
        ),
        lasting=True,
    ),
    # What the court is asked to secure. Without a piece nothing is applied for.
    CaseKind.PRESERVATION: CaseShape(
        (_f("property", need=True, subject=True), _f("amount", _MONEY), _f("reason"), _f("guarantee")),
        lasting=True,
    ),
    CaseKind.APPROVAL: CaseShape(
        (
            _f("letter", need=True, subject=True),
            _f("by", need=True),
            _f("licence"),
            _f("on", _DATE, need=True),
            _f("proof"),
            _f("note"),
        ),
        lasting=True,
    ),
    # Days on which nobody is contacted: a bereavement, an illness. An account's own; the calendar knows the festivals.
    CaseKind.PAUSE: CaseShape(
        (_f("from", _DATE, need=True), _f("until", _DATE, need=True), _f("reason", need=True))
    ),
    # Takes back entry number ``entry`` of the journal; with ``on`` a hold or pause ends, and is not in force that day.
    CaseKind.CANCEL: CaseShape((_f("entry", _NUMBER, need=True), _f("reason", need=True), _f("on", _DATE))),
    # Somebody went on against a failing rule; written by the gate alone.
    CaseKind.OVERRIDE: CaseShape((_f("rule", need=True), _f("command", need=True), _f("reason", need=True))),
    # Asked for, and there is none.
    CaseKind.NONE: CaseShape(
        (_f("of", _TEXT, *ABSENT, need=True, subject=True), _f("on", _DATE, need=True), _f("by")),
        lasting=True,
    ),
}
