"""The words for channels, outcomes, grades, witnesses and signers in the user's language.

Message ids stand here, translations in the room's catalogues. In Chinese they are the terms of 民事诉讼法
87–95 where that has one: letters and the court's catalogue print them.
"""

from __future__ import annotations

from collections.abc import Mapping

from evidence.delivery.channels import Relation
from evidence.i18n import LANGUAGES, translate
from evidence.model.delivery import Channel, Grade, Outcome, ProofRole, Witness

__all__ = [
    "LABELS",
    "channel_label",
    "grade_label",
    "outcome_label",
    "relation_label",
    "role_label",
    "role_word",
    "witness_label",
    "word_label",
]

_CHANNELS: Mapping[Channel, str] = {
    Channel.HAND: "personal delivery",
    Channel.COHABITANT: "receipt by a cohabiting adult relative",
    Channel.LEFT: "leaving at the home",
    Channel.EMS: "EMS express mail",
    Channel.COURIER: "private courier",
    Channel.SMS: "text message",
    Channel.WECHAT: "WeChat",
    Channel.EMAIL: "e-mail",
    Channel.POSTED: "posting on site",
    Channel.NOTARY: "delivery through a notary",
    Channel.PRESERVED: "delivery recorded by a notary",
    Channel.QR: "opening by QR code",
}
_OUTCOMES: Mapping[Outcome, str] = {
    Outcome.PREPARED: "prepared",
    Outcome.SENT: "sent",
    Outcome.IN_TRANSIT: "in transit",
    Outcome.DELIVERED: "delivered",
    Outcome.REFUSED: "refused",
    Outcome.RETURNED: "returned",
    Outcome.UNREACHABLE: "not reached",
    Outcome.WITHDRAWN: "withdrawn",
}
_GRADES: Mapping[Grade, str] = {
    Grade.A: "A: signed by someone entitled to, or certified by a notary",
    Grade.B: "B: on record with the carrier as delivered, refused or returned",
    Grade.C: "C: somebody besides the sender can confirm it",
    Grade.D: "D: supporting proof only",
    Grade.NONE: "no proof of arrival",
}
_WITNESSES: Mapping[Witness, str] = {
    Witness.CARRIER: "the carrier",
    Witness.RECIPIENT_PAPER: "the recipient's signature on paper",
    Witness.RECIPIENT_DEVICE: "a key said to be of the recipient's device; the sender could have made it",
    Witness.PROVIDER: "the provider of the message service",
    Witness.NOTARY: "a notary",
    Witness.THIRD_PERSON: "a third person",
    Witness.NOBODY: "nobody but the sender",
}
_RELATIONS: Mapping[Relation, str] = {
    Relation.SELF: "the owner in person",
    Relation.COHABITING_ADULT: "a cohabiting adult relative",
    Relation.AUTHORISED: "a person authorised by the owner",
    Relation.ORGANISATION: "the organisation's head or mail room",
    Relation.GUARD: "a guard",
    Relation.FRONT_DESK: "the front desk",
    Relation.NEIGHBOUR: "a neighbour",
    Relation.MINOR: "a minor",
    Relation.LOCKER: "a parcel locker or pick-up point",
    Relation.OTHER: "somebody else",
}
_ROLES: Mapping[ProofRole, str] = {
    ProofRole.SLIP: "signed receipt",
    ProofRole.STUB: "sender's copy of the waybill",
    ProofRole.CONTENTS: "what was put into the envelope",
    ProofRole.TRACKING: "tracking page",
    ProofRole.CARRIER: "statement of the carrier or provider",
    ProofRole.ENVELOPE: "returned envelope",
    ProofRole.SCENE: "photo or video of the place",
    ProofRole.MESSAGE: "message in its thread",
    ProofRole.DEVICE: "phone or mailbox it is kept on",
    ProofRole.REPLY: "answer of the recipient",
    ProofRole.DEED: "notarial deed",
    ProofRole.AUTHORITY: "authority of the signer",
    ProofRole.RECEIPT: "statement on the letter's page",
    ProofRole.DEVICE_RECEIPT: "statement signed on the recipient's device",
}
# What clerks write beside the labels.
_SHORT_ROLES: Mapping[str, str] = {
    **dict.fromkeys(("回执", "回執", "送达回执", "送達回執", "回单", "回單"), ProofRole.SLIP.value),
    **dict.fromkeys(("存根", "详情单", "詳情單"), ProofRole.STUB.value),
    **dict.fromkeys(("封装", "封裝"), ProofRole.CONTENTS.value),
    **dict.fromkeys(("查询页", "查詢頁"), ProofRole.TRACKING.value),
    **dict.fromkeys(("现场", "現場", "照片", "录像", "錄像"), ProofRole.SCENE.value),
    **dict.fromkeys(("消息", "截图", "截圖"), ProofRole.MESSAGE.value),
    **dict.fromkeys(("授权", "授權"), ProofRole.AUTHORITY.value),
}

LABELS: tuple[str, ...] = (
    *_CHANNELS.values(),
    *_OUTCOMES.values(),
    *_GRADES.values(),
    *_WITNESSES.values(),
    *_RELATIONS.values(),
    *_ROLES.values(),
)
"""Every message id of this module."""


def channel_label(channel: Channel, lang: str) -> str:
    """How a letter went: ``直接送达``."""
    return translate(_CHANNELS[channel], lang)


def outcome_label(outcome: Outcome, lang: str) -> str:
    """What came of it: ``拒收``."""
    return translate(_OUTCOMES[outcome], lang)


def grade_label(grade: Grade, lang: str) -> str:
    """How strong the proof is, in a few words."""
    return translate(_GRADES[grade], lang)


def witness_label(witness: Witness, lang: str) -> str:
    """Who besides the sender saw it."""
    return translate(_WITNESSES[witness], lang)


def relation_label(relation: str, lang: str) -> str:
    """Who signed; empty for the empty relation. ``ValueError`` for an unknown one."""
    return translate(_RELATIONS[Relation(relation)], lang) if relation else ""


def role_label(role: ProofRole, lang: str) -> str:
    """What a proof shows: ``送达回执``."""
    return translate(_ROLES[role], lang)


def word_label(word: str, lang: str) -> str:
    """What a relation or a kind of proof is called; ``ValueError`` for a word that is neither."""
    return relation_label(word, lang) if word in tuple(Relation) else role_label(ProofRole(word), lang)


def role_word(text: str) -> str:
    """The machine word for what a proof shows, also from its label in any language; other text as it is."""
    word = text.strip()
    known = {role_label(role, lang): role.value for role in ProofRole for lang in LANGUAGES}
    return {**known, **_SHORT_ROLES}.get(word, word)
