"""Recording what happened to a letter: one event, checked whole, with all its faults at once.

Two kinds of findings come out. *Problems* keep the event from being recorded: a time before the letter
existed, a file that is no proof. *Warnings* let it be recorded as it happened but say what it is not: a guard
signed, so nothing arrived in law; the photo was already used for another letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import zip_longest
from typing import TypeVar

from evidence.clock import CHINA
from evidence.delivery.channels import (
    ACCEPTED,
    NEEDS_CARRIER_PROOF,
    ProofKind,
    Relation,
    assess,
    kind_of,
    may_sign,
)
from evidence.delivery.files import MAX_PROOFS, check_file, proof_of
from evidence.delivery.signing import Owners, believed
from evidence.errors import EvidenceError, Place, Problem
from evidence.model.delivery import Channel, DeliveryEvent, Grade, Outcome, Proof, ProofRole
from evidence.model.letter import LetterNumber

__all__ = ["MAX_TEXT", "best_arrival", "is_older", "make_event", "timeline"]

MAX_TEXT = 2000
"""Longest text field, in characters."""

_PHOTO_TOLERANCE = timedelta(days=1)
"""How far a camera's time may stand from the stated one before a warning: its zone is often unknown."""

_STRENGTH = {Grade.A: 0, Grade.B: 1, Grade.C: 2, Grade.D: 3}
_NOT_YET = frozenset({Outcome.PREPARED, Outcome.WITHDRAWN})
_BY_HAND = frozenset({Channel.HAND, Channel.COHABITANT, Channel.LEFT})
_Word = TypeVar("_Word", bound=StrEnum)


def make_event(
    *,
    letter: str,
    issued_at: datetime,
    channel: str,
    outcome: str,
    at: str | datetime,
    now: datetime,
    proofs: Sequence[tuple[str, bytes]] = (),
    place: str = "",
    tracking: str = "",
    servers: Sequence[str] = (),
    signer: str = "",
    relation: str = "",
    witness_name: str = "",
    note: str = "",
    reason: str = "",
    sent_to: str = "",
    roles: Sequence[str] = (),
    used_elsewhere: Mapping[str, str] | None = None,
    sent_elsewhere: Mapping[str, str] | None = None,
    owners: Owners | None = None,
) -> tuple[DeliveryEvent, tuple[Problem, ...]]:
    """The event and its warnings.

    ``letter`` is the number's key, ``issued_at`` when it was issued, ``now`` the clock's present time (all
    times aware). ``proofs`` are file names and bytes; ``roles`` says of each, by position, what it shows (empty and
    missing ones say nothing). ``used_elsewhere`` maps the SHA-256 in hex of proofs already on record to the letter they
    were recorded for, ``sent_elsewhere`` does so with waybill numbers. Times are cut to whole seconds. A relation of the
    signer that cannot be true of ``owners`` is left out of the event, with a warning; without ``owners`` nothing is
    compared.

    Raises :class:`EvidenceError` with all problems, and ``ValueError`` for a ``letter`` that is no key.
    """
    number = LetterNumber.parse(letter).key
    problems: list[Problem] = []
    way = _word(Channel, channel, "delivery.channel-unknown", problems)
    end = _word(Outcome, outcome, "delivery.outcome-unknown", problems)
    kin = _word(Relation, relation, "delivery.relation-unknown", problems) if relation else None
    moment = _time(at, problems)
    if moment is not None:
        problems += _check_time(moment, issued_at, now, to_the_minute=_without_seconds(at))
    texts = {"place": place, "tracking": tracking, "signer": signer, "witness": witness_name, "note": note}
    texts |= {"reason": reason, "sent_to": sent_to}
    texts |= {f"server {i}": text for i, text in enumerate(servers, 1)}
    problems += _check_texts(texts)
    tracking, signer, witness_name = tracking.strip(), signer.strip(), witness_name.strip()
    kept = _check_proofs(proofs, _roles(roles, problems), problems)
    if way is not None:
        problems += _check_kinds(way, tracking, kept)
        if way in NEEDS_CARRIER_PROOF and end not in _NOT_YET and not tracking and not proofs:
            problems.append(
                Problem("delivery.tracking-needed", Place(part="tracking"), {"channel": way.value})
            )
        if way is Channel.COHABITANT and kin not in (None, Relation.COHABITING_ADULT, Relation.MINOR):
            params = {"relation": relation, "channel": way.value}
            problems.append(Problem("delivery.relation-contradicts", Place(part="relation"), params))
    if problems or way is None or end is None or moment is None:
        raise EvidenceError(problems)
    doubt: Problem | None = None
    if owners is not None:
        kin, doubt = believed(signer, kin, owners)
    event = DeliveryEvent(
        letter=number,
        channel=way,
        outcome=end,
        at=moment,
        recorded_at=now.replace(microsecond=0),
        place=place.strip(),
        tracking=tracking,
        servers=tuple(name.strip() for name in servers if name.strip()),
        signer=signer,
        relation=kin.value if kin else "",
        witness_name=witness_name,
        note=note.strip(),
        proofs=tuple(kept),
        reason=reason.strip(),
        sent_to=sent_to.strip(),
    )
    warnings = _warnings(event, issued_at, used_elsewhere or {}, sent_elsewhere or {})
    return event, (*((doubt,) if doubt else ()), *warnings)


def timeline(events: Iterable[DeliveryEvent]) -> tuple[DeliveryEvent, ...]:
    """Events in the order they happened; those of the same time in the order they were recorded."""
    return tuple(sorted(events, key=lambda event: (event.at, event.recorded_at)))


def best_arrival(events: Iterable[DeliveryEvent]) -> tuple[DeliveryEvent, Grade] | None:
    """The event that best proves the arrival of *one* letter, the earliest of equals; ``None`` without proof.

    What was withdrawn before it arrived takes no effect (民法典 141): arrivals after a withdrawal do
    not count.
    """
    best: tuple[DeliveryEvent, Grade] | None = None
    for event in timeline(events):
        if event.outcome is Outcome.WITHDRAWN:
            break
        grade = assess(event).grade
        if grade is not Grade.NONE and (best is None or _STRENGTH[grade] < _STRENGTH[best[1]]):
            best = event, grade
    return best


# What only the letter's own page states, and no clerk says of a file.
_OF_THE_PAGE = (ProofRole.RECEIPT, ProofRole.DEVICE_RECEIPT)


def _word(
    words: type[_Word], text: str, code: str, problems: list[Problem], *, never: Sequence[_Word] = ()
) -> _Word | None:
    """The word meant, ``None`` and a problem for one that is none or in ``never``."""
    known = [word for word in words if word not in never]
    if text in known:
        return words(text)
    names = ", ".join(word.value for word in known)
    problems.append(Problem(code, Place(), {"given": _plain(text), "known": names}))
    return None


def _time(at: str | datetime, problems: list[Problem]) -> datetime | None:
    if isinstance(at, datetime):
        moment = at
    else:
        try:
            moment = datetime.fromisoformat(at.strip())
        except ValueError:
            problems.append(Problem("delivery.time-unreadable", Place(part="at"), {"given": _plain(at)}))
            return None
    if moment.utcoffset() is None:
        problems.append(Problem("delivery.time-zone", Place(part="at"), {"given": moment.isoformat()}))
        return None
    return moment.replace(microsecond=0)


def _check_time(
    moment: datetime, issued_at: datetime, now: datetime, *, to_the_minute: bool
) -> Iterator[Problem]:
    """``to_the_minute``: the time was given without seconds, and the minute of issue is not before the issue."""
    shown = {"at": _china(moment)}
    first = issued_at.replace(second=0) if to_the_minute else issued_at
    if moment > now:
        yield Problem("delivery.time-future", Place(part="at"), shown | {"now": _china(now)})
    if moment < first.replace(microsecond=0):
        yield Problem("delivery.time-before-letter", Place(part="at"), shown | {"issued": _china(issued_at)})


def _without_seconds(at: str | datetime) -> bool:
    """Whether a time was written to the minute only, as ``date -Iminutes`` does."""
    return isinstance(at, str) and re.search(r"[T ]\d{2}:?\d{2}:\d{2}", at.strip()[:19]) is None


def _china(moment: datetime) -> str:
    try:
        return moment.astimezone(CHINA).isoformat(timespec="seconds")
    except OverflowError:  # the first day of the calendar has no yesterday to be told in another zone
        return moment.isoformat(timespec="seconds")


def _plain(text: str) -> str:
    """Foreign text made safe to print: cut, and without what a terminal or UTF-8 cannot take."""
    return "".join(c if c.isprintable() and not "\ud800" <= c <= "\udfff" else "?" for c in text[:80])


def _check_texts(texts: Mapping[str, str]) -> Iterator[Problem]:
    for field, text in texts.items():
        # Cc: control characters; Cs: halves of characters, from file names and terminals in another encoding.
        bad = [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
        if bad:
            yield Problem("delivery.text-unreadable", Place(part=field), {"field": field})
        if len(text) > MAX_TEXT:
            yield Problem("delivery.text-long", Place(part=field), {"field": field, "limit": MAX_TEXT})


def _roles(roles: Sequence[str], problems: list[Problem]) -> list[ProofRole | None]:
    return [
        _word(ProofRole, role, "delivery.role-unknown", problems, never=_OF_THE_PAGE)
        if role.strip()
        else None
        for role in roles
    ]


def _check_proofs(
    files: Sequence[tuple[str, bytes]], roles: Sequence[ProofRole | None], problems: list[Problem]
) -> list[Proof]:
    if len(files) > MAX_PROOFS:
        problems.append(Problem("delivery.proofs-many", Place(), {"count": len(files), "limit": MAX_PROOFS}))
        return []
    kept: list[Proof] = []
    for (given, data), role in zip_longest(files, roles[: len(files)]):
        name = _plain(given)
        if name != given or not given or "/" in given or "\\" in given:
            problems.append(Problem("delivery.proof-name", Place(file=name), {"name": name}))
        faults = list(check_file(name, data))
        problems += faults
        if faults:
            continue
        proof = replace(proof_of(name, data), role=role)
        twin = next((other.name for other in kept if other.sha256 == proof.sha256), None)
        if twin is not None:
            problems.append(Problem("delivery.proof-twice", Place(file=name), {"name": name, "other": twin}))
        kept.append(proof)
    return kept


def _check_kinds(channel: Channel, tracking: str, proofs: Sequence[Proof]) -> Iterator[Problem]:
    if tracking and ProofKind.TRACKING not in ACCEPTED[channel]:
        yield Problem("delivery.tracking-unfit", Place(part="tracking"), {"channel": channel.value})
    for proof in proofs:
        if kind_of(proof.media_type) not in ACCEPTED[channel]:
            params = {"name": proof.name, "type": proof.media_type, "channel": channel.value}
            yield Problem("delivery.proof-unfit", Place(file=proof.name), params)


def _warnings(
    event: DeliveryEvent,
    issued_at: datetime,
    used_elsewhere: Mapping[str, str],
    sent_elsewhere: Mapping[str, str],
) -> Iterator[Problem]:
    if not may_sign(event):
        yield Problem("delivery.signer-not-eligible", Place(part="relation"), {"relation": event.relation})
    for proof in event.proofs:
        place = Place(file=proof.name)
        other = used_elsewhere.get(proof.sha256)
        if other is not None and other != event.letter:
            yield Problem("delivery.proof-reused", place, {"name": proof.name, "letter": other})
        if is_older(proof, event, issued_at):
            params = {"name": proof.name, "taken": proof.taken_at, "issued": _china(issued_at)}
            yield Problem("delivery.photo-older", place, params)
        elif proof.taken_at and abs(_taken(proof.taken_at, event.at) - event.at) > _PHOTO_TOLERANCE:
            params = {"name": proof.name, "taken": proof.taken_at, "at": event.at.isoformat()}
            yield Problem("delivery.photo-time", place, params)
    if event.channel in NEEDS_CARRIER_PROOF and (twice := sent_elsewhere.get(event.tracking)):
        params = {"tracking": event.tracking, "letter": twice}
        yield Problem("delivery.tracking-reused", Place(part="tracking"), params)
    if event.channel in NEEDS_CARRIER_PROOF and event.outcome in (Outcome.REFUSED, Outcome.RETURNED):
        yield Problem("delivery.back-doubtful", Place(part="outcome"), {"reason": event.reason or "–"})
    if event.tracking and not event.proofs and event.channel in NEEDS_CARRIER_PROOF:
        yield Problem("delivery.keep-tracking-page", Place(part="tracking"), {"tracking": event.tracking})
    if event.outcome is Outcome.DELIVERED and not event.proofs and not event.tracking:
        yield Problem("delivery.no-proof", Place(), {})
    if event.channel in _BY_HAND and event.outcome is not Outcome.PREPARED and len(event.servers) < 2:
        yield Problem("delivery.one-server", Place(part="servers"), {"count": len(event.servers)})


def is_older(proof: Proof, event: DeliveryEvent, issued_at: datetime) -> bool:
    """Whether a picture says of itself that it was taken before the letter was issued."""
    before = issued_at.replace(second=0, microsecond=0)
    return bool(proof.taken_at) and _taken(proof.taken_at, event.at) < before


def _taken(taken_at: str, at: datetime) -> datetime:
    """A camera's time; where it named no zone, in that of the event."""
    taken = datetime.fromisoformat(taken_at)
    return taken if taken.tzinfo else taken.replace(tzinfo=at.tzinfo)
