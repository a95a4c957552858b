"""A delivery event as canonical JSON: the bytes the journal commits to (docs/formats.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime

from evidence.errors import fail
from evidence.journal.canonical import Json, dumps, loads
from evidence.model.delivery import Channel, DeliveryEvent, Outcome, Proof

__all__ = ["VERSION", "event_from_json", "event_json"]

VERSION = 1

_TEXTS = ("letter", "place", "tracking", "signer", "relation", "witness_name", "note")
_PROOF_TEXTS = ("name", "media_type", "sha256", "sm3", "taken_at")
_KEYS = {field.name for field in fields(DeliveryEvent)} | {"v"}
_PROOF_KEYS = {field.name for field in fields(Proof)}


def event_json(event: DeliveryEvent) -> bytes:
    """The canonical bytes of ``event``; times keep the zone they were stated in."""
    data: dict[str, Json] = {name: getattr(event, name) for name in _TEXTS}
    data |= {
        "v": VERSION,
        "channel": event.channel.value,
        "outcome": event.outcome.value,
        "at": event.at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "servers": list(event.servers),
        "proofs": [asdict(proof) for proof in event.proofs],
    }
    return dumps(data)


def event_from_json(data: bytes) -> DeliveryEvent:
    """Inverse of :func:`event_json`, which gives the same bytes again.

    Raises the codes of :func:`~evidence.journal.canonical.loads`, and ``delivery.event-form``.
    """
    value = loads(data)
    if (
        isinstance(value, dict)
        and value.keys() == _KEYS
        and type(value["v"]) is int
        and value["v"] == VERSION
    ):
        try:
            event = _event(value)
        except (KeyError, TypeError, ValueError):
            event = None
        if event is not None and event_json(event) == data:
            return event
    raise fail("delivery.event-form")


def _event(value: Mapping[str, Json]) -> DeliveryEvent:
    servers, proofs = value["servers"], value["proofs"]
    if not isinstance(servers, list) or not isinstance(proofs, list):
        raise TypeError("servers and proofs are lists")
    letter, place, tracking, signer, relation, witness_name, note = (_text(value[name]) for name in _TEXTS)
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
        proofs=tuple(map(_proof, proofs)),
    )


def _proof(value: Json) -> Proof:
    if not isinstance(value, dict) or value.keys() != _PROOF_KEYS or type(value["size"]) is not int:
        raise TypeError("not a proof")
    name, media_type, sha256, sm3, taken_at = (_text(value[key]) for key in _PROOF_TEXTS)
    return Proof(name, media_type, value["size"], sha256, sm3, taken_at)


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _time(value: Json) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.utcoffset() is None:
        raise ValueError("a time without a zone")
    return moment
