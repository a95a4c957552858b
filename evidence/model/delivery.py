"""What happened to a letter after it was printed, and what proves it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    HAND = "hand"
    COHABITANT = "cohabitant"
    LEFT = "left"
    EMS = "ems"
    COURIER = "courier"
    SMS = "sms"
    WECHAT = "wechat"
    EMAIL = "email"
    POSTED = "posted"
    NOTARY = "notary"
    QR = "qr"


class Outcome(StrEnum):
    PREPARED = "prepared"
    SENT = "sent"
    IN_TRANSIT = "in-transit"
    DELIVERED = "delivered"
    REFUSED = "refused"
    RETURNED = "returned"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"


class Grade(StrEnum):
    """How strong a proof of arrival is, A strongest; NONE where nothing but the sender's word stands."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    NONE = "none"


class Witness(StrEnum):
    """Who besides the sender saw the delivery (design decision 13)."""

    CARRIER = "carrier"
    RECIPIENT_PAPER = "recipient-paper"
    RECIPIENT_DEVICE = "recipient-device"
    PROVIDER = "provider"
    NOTARY = "notary"
    THIRD_PERSON = "third-person"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Proof:
    """A file kept untouched in the store: a photo, a slip, a tracking page."""

    name: str
    media_type: str
    size: int
    sha256: str
    sm3: str
    taken_at: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """One step of one letter's way to the owner. ``at`` carries its zone; ``recorded_at`` is the clock's."""

    letter: str
    channel: Channel
    outcome: Outcome
    at: datetime
    recorded_at: datetime
    place: str = ""
    tracking: str = ""
    servers: tuple[str, ...] = ()
    signer: str = ""
    relation: str = ""
    witness_name: str = ""
    note: str = ""
    proofs: tuple[Proof, ...] = field(default=())
