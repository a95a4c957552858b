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
    PRESERVED = "preserved"
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
    """Who besides the sender saw the delivery (design decision 13).

    ``RECIPIENT_DEVICE`` is a claim: a key presented in a browser, which the sender could have made.
    """

    CARRIER = "carrier"
    RECIPIENT_PAPER = "recipient-paper"
    RECIPIENT_DEVICE = "recipient-device"
    PROVIDER = "provider"
    NOTARY = "notary"
    THIRD_PERSON = "third-person"
    NOBODY = "nobody"


class ProofRole(StrEnum):
    """What a file shows, as the clerk who has seen it says; no program can tell a signed slip from a door.

    ``SLIP`` the signed receipt, the carrier's too; ``STUB`` the sender's copy of a waybill; ``CONTENTS`` what was put
    into the envelope; ``TRACKING`` the carrier's page; ``CARRIER`` a statement or record of carrier or provider;
    ``ENVELOPE`` what came back unopened, with its note; ``SCENE`` the place and what was done there; ``MESSAGE`` a
    message in its thread; ``DEVICE`` the telephone or mailbox it is kept on; ``REPLY`` an answer of the recipient;
    ``DEED`` a notary's; ``AUTHORITY`` why somebody may sign for the owner. Two come from the letter's own page and are
    never said by a clerk: ``RECEIPT`` what was stated there, ``DEVICE_RECEIPT`` the same signed by a key made on the
    recipient's device.
    """

    SLIP = "slip"
    STUB = "stub"
    CONTENTS = "contents"
    TRACKING = "tracking"
    CARRIER = "carrier"
    ENVELOPE = "envelope"
    SCENE = "scene"
    MESSAGE = "message"
    DEVICE = "device"
    REPLY = "reply"
    DEED = "deed"
    AUTHORITY = "authority"
    RECEIPT = "receipt"
    DEVICE_RECEIPT = "device-receipt"


@dataclass(frozen=True, slots=True)
class Proof:
    """A file kept untouched in the store: a photo, a slip, a tracking page; ``role`` is ``None`` where nobody said."""

    name: str
    media_type: str
    size: int
    sha256: str
    sm3: str
    taken_at: str = ""
    role: ProofRole | None = None


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """One step of one letter's way to the owner. ``at`` carries its zone; ``recorded_at`` is the clock's.

    ``reason``: why it was refused, left or came back. ``sent_to``: the address, number or account it went to.
    """

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
    reason: str = ""
    sent_to: str = ""
