"""A delivery event as canonical JSON: the bytes the journal commits to (docs/formats.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from evidence.errors import fail
from evidence.journal.canonical import Json, dumps, loads
from evidence.model.delivery import Channel, DeliveryEvent, Outcome, Proof, ProofRole

__all__ = ["VERSION", "event_from_json", "event_json"]

VERSION = 2
"""The newest form. An event that needs nothing of it is written as version 1, as it always was."""

_TEXTS = ("letter", "place", "tracking", "signer", "relation", "witness_name", "note")
_LATER_TEXTS = ("reason", "sent_to")
_PROOF_TEXTS = ("name", "media_type", "sha256", "sm3", "taken_at")
_KEYS = {
    1: {field.name for field in fields(DeliveryEvent)} - set(_LATER_TEXTS) | {"v"},
    2: {field.name for field in fields(DeliveryEvent)} | {"v"},
}
_PROOF_KEYS = {1: {*_PROOF_TEXTS, "size"}, 2: {*_PROOF_TEXTS, "size", "role"}}


def event_json(event: DeliveryEvent) -> bytes:
    """The canonical bytes of ``event``; times keep the zone they were stated in."""
    later = event.reason or event.sent_to or any(proof.role for proof in event.proofs)
    version = 2 if later else 1
    data: dict[str, Json] = {name: getattr(event, name) for name in _TEXTS}
    data |= {
        "v": version,
        "channel": event.channel.value,
        "outcome": event.outcome.value,
        "at": event.at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "servers": list(event.servers),
        "proofs": [_proof_json(proof, version) for proof in event.proofs],
    }
    if version > 1:
        data |= {name: getattr(event, name) for name in _LATER_TEXTS}
    return dumps(data)


def _proof_json(proof: Proof, version: int) -> dict[str, Json]:
    data: dict[str, Json] = {name: getattr(proof, name) for name in _PROOF_TEXTS}
    data["size"] = proof.size
    if version > 1:
        data["role"] = proof.role.value if proof.role else ""
    return data


def event_from_json(data: bytes) -> DeliveryEvent:
    """Inverse of :func:`event_json`, which gives the same bytes again, whatever the version.

    Raises the codes of :func:`~evidence.journal.canonical.loads`, and ``delivery.event-form``.
    """
    value = loads(data)
    if (
        isinstance(value, dict)
        and type(version := value.get("v")) is int
        and value.keys() == _KEYS.get(version)
    ):
        try:
            event = _event(value, version)
        except (KeyError, TypeError, ValueError):
            event = None
        if event is not None and event_json(event) == data:
            return event
    raise fail("delivery.event-form")


def _event(value: Mapping[str, Json], version: int) -> DeliveryEvent:
    servers, proofs = value["servers"], value["proofs"]
    if not isinstance(servers, list) or not isinstance(proofs, list):
        raise TypeError("servers and proofs are lists")
    letter, place, tracking, signer, relation, witness_name, note = (_text(value[name]) for name in _TEXTS)
    reason, sent_to = (_text(value[name]) if version > 1 else "" for name in _LATER_TEXTS)
    return DeliveryEvent(
        letter=letter,
        channel=Channel(_text(value["channel"])),
        outcome=Outcome(_text(value["outcome"])),
        at=_time(value["at"]),
        recorded_at=_time(value["recorded_at"]),
        place=place,
        tracking=tracking,
        servers=tuple(map(_text, servers)),
        signer=signer,
        relation=relation,
        witness_name=witness_name,
        note=note,
        proofs=tuple(_proof(proof, version) for proof in proofs),
        reason=reason,
        sent_to=sent_to,
    )


def _proof(value: Json, version: int) -> Proof:
    if not isinstance(value, dict) or value.keys() != _PROOF_KEYS[version] or type(value["size"]) is not int:
        raise TypeError("not a proof")
    name, media_type, sha256, sm3, taken_at = (_text(value[key]) for key in _PROOF_TEXTS)
    role = _text(value["role"]) if version > 1 else ""
    return Proof(name, media_type, value["size"], sha256, sm3, taken_at, ProofRole(role) if role else None)


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _time(value: Json) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.utcoffset() is None:
        raise ValueError("a time without a zone")
    return moment
