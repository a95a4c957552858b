"""What counts as proof that a letter arrived, channel by channel, as tables.

Sources: 诉讼时效规定 (法释〔2008〕11号, as amended 2020) art. 8, which says when a demand has arrived and
who may sign for a person; 民法典 137(2), arrival; the cases on EMS, couriers, SMS and WeChat. They grade
the *proof*, not the event: what a clerk types but cannot show has grade ``NONE``.

Two rules stand above the tables. Where nobody but the sender saw it, a proof is never better than D (design
decision 13): a screenshot of one's own phone, a photo of a door. And a paper signed by somebody who may not
sign for the owner (a guard, the front desk, a neighbour, a child) proves no arrival at all.

Kinds of proof are told apart as far as files tell them: a photo of a signed slip and one of a door are both
photos. Where the clerk says which it is, a photo of a door no longer stands for a signature; where nobody says, the
signer named beside it and the carrier's number make the difference. The table also stands in docs/formats.md §4, by
which the checker grades every event again with code of its own. Who may sign is data of the law pack.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from evidence.clock import CHINA
from evidence.law.service import signer_rule
from evidence.model.delivery import Channel, DeliveryEvent, Grade, Outcome, ProofRole, Witness

__all__ = [
    "ACCEPTED",
    "NEEDS_CARRIER_PROOF",
    "RULES",
    "Assessment",
    "ProofKind",
    "Relation",
    "Rule",
    "assess",
    "kind_of",
    "kinds_of",
    "may_sign",
]


class ProofKind(StrEnum):
    """What a proof is, as its bytes tell; ``TRACKING`` is the number a carrier or provider gave."""

    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"
    TRACKING = "tracking"


class Relation(StrEnum):
    """Who signed, seen from the debtor."""

    SELF = "self"
    COHABITING_ADULT = "cohabiting-adult"
    AUTHORISED = "authorised"
    ORGANISATION = "organisation"
    GUARD = "guard"
    FRONT_DESK = "front-desk"
    NEIGHBOUR = "neighbour"
    MINOR = "minor"
    LOCKER = "locker"
    OTHER = "other"


_FILES = frozenset({ProofKind.PHOTO, ProofKind.VIDEO, ProofKind.DOCUMENT})
_PAPER = frozenset({ProofKind.PHOTO, ProofKind.DOCUMENT})
_NUMBER = frozenset({ProofKind.TRACKING})

ACCEPTED: dict[Channel, frozenset[ProofKind]] = {
    Channel.HAND: _FILES,
    Channel.COHABITANT: _FILES,
    Channel.LEFT: _FILES,
    Channel.EMS: _FILES | _NUMBER,
    Channel.COURIER: _FILES | _NUMBER,
    Channel.SMS: _FILES | _NUMBER,
    Channel.WECHAT: _FILES,
    Channel.EMAIL: _FILES | _NUMBER,
    Channel.POSTED: _FILES,
    Channel.NOTARY: _FILES,
    Channel.PRESERVED: _FILES | _NUMBER,
    Channel.QR: _PAPER | _NUMBER,
}
"""Which kinds of proof a channel can have."""

NEEDS_CARRIER_PROOF = frozenset({Channel.EMS, Channel.COURIER})
"""Channels whose events are recorded only with a tracking number or a file."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When an event has a grade: ``needs`` names sets of kinds of which at least one each must be there.

    A proof whose role was said counts only where that is one of ``roles``; with ``named`` one without a role does not
    count either. ``signed`` asks for a named signer with a
    relation, ``confirmed`` for a named witness.
    """

    grade: Grade
    witness: Witness
    channels: frozenset[Channel]
    outcomes: frozenset[Outcome]
    needs: tuple[frozenset[ProofKind], ...]
    roles: frozenset[ProofRole] = frozenset()
    signed: bool = False
    confirmed: bool = False
    named: bool = False

    def fits(self, event: DeliveryEvent) -> bool:
        shown = [
            p.media_type for p in event.proofs if p.role in self.roles or (p.role is None and not self.named)
        ]
        kinds = kinds_of(shown, event.tracking)
        return (
            event.channel in self.channels
            and event.outcome in self.outcomes
            and all(kinds & choice for choice in self.needs)
            and (not self.signed or bool(event.signer and event.relation))
            and (not self.confirmed or bool(event.witness_name))
        )


@dataclass(frozen=True, slots=True)
class Assessment:
    """How strong the proof of arrival is, and who besides the sender saw it."""

    grade: Grade
    witness: Witness


_EMS, _COURIER = frozenset({Channel.EMS}), frozenset({Channel.COURIER})
_NOTARISED = frozenset({Channel.NOTARY, Channel.PRESERVED})
_PERSONAL = frozenset({Channel.HAND, Channel.COHABITANT})
_ON_SITE = _PERSONAL | {Channel.LEFT}
_MESSAGES = frozenset({Channel.SMS, Channel.EMAIL})
_PAGE = frozenset({Channel.QR})
_DONE = frozenset({Outcome.DELIVERED})
_BACK = frozenset({Outcome.REFUSED, Outcome.RETURNED})
_TRIED = frozenset({Outcome.DELIVERED, Outcome.REFUSED})
_GONE_OUT = frozenset({Outcome.SENT, Outcome.DELIVERED})

_SLIP = frozenset({ProofRole.SLIP})
_DEED = frozenset({ProofRole.DEED})
_SIGNED = frozenset({ProofRole.SLIP, ProofRole.CARRIER})
_BROUGHT = _SIGNED | {ProofRole.TRACKING, ProofRole.ENVELOPE}
_SHOWN = frozenset({ProofRole.SLIP, ProofRole.SCENE})
_RECORD = frozenset({ProofRole.MESSAGE, ProofRole.CARRIER})
_THREAD = _RECORD | {ProofRole.REPLY}
_DEVICE = frozenset({ProofRole.DEVICE_RECEIPT})
_STATED = _DEVICE | {ProofRole.RECEIPT}

RULES: tuple[Rule, ...] = (
    # Signed by somebody who may, on paper that is shown; or certified.
    Rule(Grade.A, Witness.NOTARY, _NOTARISED, _DONE, (_PAPER,), _DEED),
    Rule(Grade.A, Witness.RECIPIENT_PAPER, _PERSONAL, _DONE, (_PAPER,), _SLIP, signed=True),
    Rule(Grade.A, Witness.CARRIER, _EMS, _DONE, (_PAPER, _NUMBER), _SIGNED, signed=True),
    # The post's own record that it was brought to the address: taken, refused or sent back.
    Rule(Grade.B, Witness.NOTARY, _NOTARISED, _BACK, (_PAPER,), _DEED),
    Rule(Grade.B, Witness.CARRIER, _EMS, _DONE | _BACK, (_PAPER, _NUMBER), _BROUGHT),
    # A private courier is one step weaker throughout: courts have refused its word ((2015)民申字第134号).
    Rule(Grade.B, Witness.CARRIER, _COURIER, _DONE, (_PAPER, _NUMBER), _SIGNED, signed=True),
    Rule(Grade.C, Witness.CARRIER, _COURIER, _DONE | _BACK, (_PAPER, _NUMBER), _BROUGHT),
    # A number that can still be queried (邮政法 art. 49: one year from posting), nothing on file yet.
    Rule(Grade.C, Witness.CARRIER, _EMS, _DONE | _BACK, (_NUMBER,)),
    Rule(Grade.D, Witness.CARRIER, _COURIER, _DONE | _BACK, (_NUMBER,)),
    # Somebody stood by and can say so.
    Rule(Grade.C, Witness.THIRD_PERSON, _ON_SITE, _TRIED, (_FILES,), _SHOWN, confirmed=True),
    # The provider's number of the message, and the message itself.
    Rule(Grade.C, Witness.PROVIDER, _MESSAGES, _GONE_OUT, (_FILES, _NUMBER), _RECORD),
    # On the letter's page, by a code that the provider carried to the owner's telephone; then by a key of the
    # recipient's own.
    Rule(Grade.C, Witness.PROVIDER, _PAGE, _DONE, (_PAPER, _NUMBER), _STATED, named=True),
    Rule(Grade.D, Witness.RECIPIENT_DEVICE, _PAGE, _DONE, (_PAPER,), _DEVICE, named=True),
    # Nothing but what the sender made: supporting evidence.
    Rule(Grade.D, Witness.NOBODY, _ON_SITE, _TRIED, (_FILES,), _SHOWN),
    Rule(Grade.D, Witness.NOBODY, _EMS | _COURIER, _DONE | _BACK, (_FILES,), _BROUGHT),
    Rule(Grade.D, Witness.NOBODY, _MESSAGES | {Channel.WECHAT}, _GONE_OUT, (_FILES,), _THREAD),
    Rule(Grade.D, Witness.NOBODY, frozenset({Channel.POSTED}), _GONE_OUT, (_FILES,), _SHOWN - _SLIP),
    Rule(Grade.D, Witness.NOBODY, _PAGE, _DONE, (_FILES,), _RECORD | _STATED),
)
"""The first rule that fits decides; where none does there is no proof of arrival."""

_NO_PROOF = Assessment(Grade.NONE, Witness.NOBODY)


def kind_of(media_type: str) -> ProofKind:
    """The kind of a proof file, by the type its bytes have."""
    family = media_type.partition("/")[0]
    return {"image": ProofKind.PHOTO, "video": ProofKind.VIDEO}.get(family, ProofKind.DOCUMENT)


def kinds_of(media_types: Sequence[str], tracking: str) -> frozenset[ProofKind]:
    """Every kind of proof an event has."""
    return frozenset(map(kind_of, media_types)) | (_NUMBER if tracking else frozenset())


def may_sign(event: DeliveryEvent, jurisdiction: str = "cn") -> bool:
    """Whether the relation stated is one of those who may sign, by the rule of the event's day; true where none is."""
    if not event.relation:
        return True
    rule = signer_rule(jurisdiction, event.at.astimezone(CHINA).date())
    return rule is not None and event.relation in rule.eligible


def assess(event: DeliveryEvent, jurisdiction: str = "cn") -> Assessment:
    """Grade and witness of one event; ``NONE`` and ``NOBODY`` where it proves no arrival."""
    if not may_sign(event, jurisdiction):
        return _NO_PROOF
    found = next((rule for rule in RULES if rule.fits(event)), None)
    return Assessment(found.grade, found.witness) if found else _NO_PROOF
