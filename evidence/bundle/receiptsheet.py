"""The receipt (送达回执) of one recorded attempt, field by field as on a court's 送达回证: what is on record, no more.

Fields after 民事诉讼法 87–89 and 时效规定 8. What is not on record stays blank and is named in ``blanks``; what this way
of serving does not ask for is struck through, so that a blank always means the same. A signature is never filled in:
where the signed slip is on file the field points to it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from evidence.bundle.rows import result_text
from evidence.clock import CHINA
from evidence.delivery import assess, channel_label, outcome_label, relation_label
from evidence.delivery.channels import ProofKind, Relation, kind_of
from evidence.delivery.labels import role_label
from evidence.model.delivery import Channel, DeliveryEvent, Grade, Outcome, Proof, ProofRole
from evidence.model.period import chinese_date

__all__ = ["Blank", "ProofLine", "ReceiptSheet", "receipt_sheet"]

STRUCK = "／"
EMPTY = "\u3000" * 8
"""Room to write in, where more stands in the same line."""
_BY_HAND = frozenset({Channel.HAND, Channel.COHABITANT, Channel.LEFT})
_ON_SITE = _BY_HAND | {Channel.POSTED}
_HANDED_OVER = frozenset(
    {Channel.HAND, Channel.COHABITANT, Channel.EMS, Channel.COURIER, Channel.NOTARY, Channel.PRESERVED}
)
_CARRIERS = frozenset({Channel.EMS, Channel.COURIER})
_ENDS = (Outcome.DELIVERED, Outcome.REFUSED, Outcome.RETURNED)
_NOT_TAKEN = frozenset({Outcome.REFUSED, Outcome.RETURNED, Outcome.UNREACHABLE})
_GRADES = list(Grade)


class Blank(StrEnum):
    """A field that applies and of which nothing is on record."""

    COPIES = "copies"
    ADDRESS = "address"
    TIME = "time"
    SIGNER = "signer"
    SIGNATURE = "signature"
    RELATION = "relation"
    ID_LAST = "id-last-four"
    SERVERS = "two-servers"
    STAFF = "staff-numbers"
    REASON = "reason"
    WITNESS = "witness"
    WITNESS_UNIT = "witness-unit"
    PROOFS = "proofs"
    TAKEN = "time-taken"


@dataclass(frozen=True, slots=True)
class ProofLine:
    label: str
    name: str
    taken: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """The fields of one sheet in the words of its script."""

    address: str
    channel: str
    time: str
    signer: str
    signature: str
    relation: str
    id_last: str
    servers: tuple[str, ...]
    refusal: str
    witness: str
    witness_unit: str
    proofs: tuple[ProofLine, ...]
    remarks: str
    blanks: tuple[Blank, ...]


@dataclass(frozen=True, slots=True)
class _Words:
    tracking: str
    shown: str
    proof: str
    at: str
    step: str
    server: str
    witness: str
    place: str
    servers: str
    reason: str
    note: str
    stop: str


_WORDS = {
    "zh": _Words(
        tracking="{channel}，单号：{number}",
        shown="见凭证：{names}",
        proof="凭证{number}",
        at="{day}{hour}时{minute}分",
        step="{at}登记为{result}",
        server="{name}　　签名：　　　　　　　　工号：",
        witness="{name}　　签名：",
        place="地点：{text}",
        servers="送达人：{text}",
        reason="事由：{text}",
        note="备注：{text}",
        stop="；",
    ),
    "zh-Hant": _Words(
        tracking="{channel}，單號：{number}",
        shown="見憑證：{names}",
        proof="憑證{number}",
        at="{day}{hour}時{minute}分",
        step="{at}登記為{result}",
        server="{name}　　簽名：　　　　　　　　工號：",
        witness="{name}　　簽名：",
        place="地點：{text}",
        servers="送達人：{text}",
        reason="事由：{text}",
        note="備註：{text}",
        stop="；",
    ),
}


def receipt_sheet(
    events: Sequence[DeliveryEvent], locale: str, *, late: Collection[DeliveryEvent] = ()
) -> ReceiptSheet:
    """The sheet of one attempt from its ``events`` in the order they happened, at least one.

    ``late`` are those that came after the letter was withdrawn. Who signed, who served, the time and the witness are
    those of one event, the one that proves most: those of two visits are never put together.
    """
    words = _WORDS[locale]
    main = _main(events, late)
    way = main.channel
    taken = main.outcome not in _NOT_TAKEN
    handed = way in _HANDED_OVER and taken
    witnessed = way is Channel.LEFT or (way in _BY_HAND and main.outcome is Outcome.REFUSED)
    asked = witnessed or bool(main.witness_name)
    for_another = bool(main.relation) and main.relation != Relation.SELF.value
    arrived = main.outcome is Outcome.DELIVERED
    slips = "、".join(proof.name for e in events for proof in e.proofs if _is_signed(proof, way))
    proofs = _proofs(events, words, locale)
    number = next((e.tracking for e in (main, *events) if e.tracking), "")
    channel = channel_label(way, locale)
    fields = _Fields([Blank.COPIES])
    witness = fields.told(main.witness_name, Blank.WITNESS, applies=witnessed)
    sheet = ReceiptSheet(
        address=fields.told(_address(main, events), Blank.ADDRESS),
        channel=words.tracking.format(channel=channel, number=number) if number else channel,
        time=fields.told(_moment(main, words) if arrived else "", Blank.TIME, applies=taken),
        signer=fields.told(main.signer, Blank.SIGNER, applies=handed),
        signature=fields.told(
            words.shown.format(names=slips) if slips and handed else "", Blank.SIGNATURE, applies=handed
        ),
        relation=fields.told(relation_label(main.relation, locale), Blank.RELATION, applies=handed),
        id_last=fields.told("", Blank.ID_LAST, applies=handed and for_another),
        servers=_servers(main, fields, words),
        refusal=_refusal(main, fields, words, locale),
        witness=words.witness.format(name=witness or EMPTY) if asked else STRUCK,
        witness_unit=fields.told("", Blank.WITNESS_UNIT, applies=asked),
        proofs=proofs,
        remarks=words.stop.join(_step(e, e is main, e in late, words, locale) for e in events),
        blanks=(),
    )
    if not proofs:
        fields.blanks.append(Blank.PROOFS)
    if any(not one.taken for one in proofs):
        fields.blanks.append(Blank.TAKEN)
    return replace(sheet, blanks=tuple(fields.blanks))


@dataclass(slots=True)
class _Fields:
    """Collects the blanks while fields are told."""

    blanks: list[Blank]

    def told(self, text: str, blank: Blank, *, applies: bool = True) -> str:
        """``text``; nothing where it should be on record and is not; the stroke where nobody asks for it."""
        if not text and applies:
            self.blanks.append(blank)
        return text or ("" if applies else STRUCK)


def _main(events: Sequence[DeliveryEvent], late: Collection[DeliveryEvent]) -> DeliveryEvent:
    """The event the sheet is about: the best proven end, arrivals before refusals; else the latest step."""
    ends = [event for event in events if event.outcome in _ENDS]
    before = [event for event in ends if event not in late]

    def rank(event: DeliveryEvent) -> tuple[int, int]:
        return _GRADES.index(assess(event).grade), _ENDS.index(event.outcome)

    return min(before or ends, key=rank, default=events[-1])


def _address(main: DeliveryEvent, events: Sequence[DeliveryEvent]) -> str:
    """Where it was served. One item in the post is one journey, and its address was told when it was posted."""
    if main.channel in _ON_SITE:
        return main.place or main.sent_to
    return next((e.sent_to for e in (main, *events) if e.sent_to), "") or main.place


def _moment(event: DeliveryEvent, words: _Words) -> str:
    at = event.at.astimezone(CHINA)
    return words.at.format(day=chinese_date(at.date()), hour=f"{at:%H}", minute=f"{at:%M}")


def _is_signed(proof: Proof, channel: Channel) -> bool:
    """Whether somebody who saw it said that a signature is on it; a file alone does not tell."""
    return proof.role is ProofRole.SLIP or (proof.role is ProofRole.CARRIER and channel in _CARRIERS)


def _servers(main: DeliveryEvent, fields: _Fields, words: _Words) -> tuple[str, ...]:
    """A line for each to sign, at least two on site, where two should have come; letters by post the carrier brings.

    Staff numbers are never on record.
    """
    names = list(main.servers)
    if main.channel in _ON_SITE:
        if len(names) < 2:
            fields.blanks.append(Blank.SERVERS)
            names += [EMPTY] * (2 - len(names))
        fields.blanks.append(Blank.STAFF)
    return tuple(words.server.format(name=name) for name in names) or (STRUCK,)


def _refusal(main: DeliveryEvent, fields: _Fields, words: _Words, locale: str) -> str:
    left = main.channel is Channel.LEFT
    if main.outcome not in _NOT_TAKEN and not left:
        return STRUCK
    what = (
        channel_label(main.channel, locale)
        if main.outcome not in _NOT_TAKEN
        else outcome_label(main.outcome, locale)
    )
    reason = fields.told(main.reason, Blank.REASON) or EMPTY
    return f"{what}，{_moment(main, words)}：{reason}"


def _proofs(events: Sequence[DeliveryEvent], words: _Words, locale: str) -> tuple[ProofLine, ...]:
    """Every file of the attempt; of papers nobody asks when they were taken."""
    lines: list[ProofLine] = []
    for proof in (proof for event in events for proof in event.proofs):
        name = f"{proof.name}（{role_label(proof.role, locale)}）" if proof.role else proof.name
        paper = kind_of(proof.media_type) is ProofKind.DOCUMENT
        taken = proof.taken_at or (STRUCK if paper else "")
        lines.append(ProofLine(words.proof.format(number=len(lines) + 1), name, taken, proof.sha256))
    return tuple(lines)


def _step(event: DeliveryEvent, is_main: bool, late: bool, words: _Words, locale: str) -> str:
    """One step in a line; who served where is told of those the fields above are not about."""
    told = words.step.format(at=_moment(event, words), result=result_text(event, late, locale))
    more = [(words.note, " ".join(event.note.split()))]
    if not is_main:
        servers = "、".join(event.servers)
        more = [(words.servers, servers), (words.place, event.place), (words.reason, event.reason), *more]
    inner = "，".join(form.format(text=text) for form, text in more if text)
    return f"{told}（{inner}）" if inner else told
