"""What a court will ask of a letter's way, and what of it is missing: attempt by attempt, from the law pack's lists.

Pure: what lies outside the events (whose number it is, what the slip says, who else has the waybill) is handed in.
A gap is no verdict on the grade: it names what the other side will say is not there.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from evidence.clock import CHINA
from evidence.delivery.channels import NEEDS_CARRIER_PROOF, assess, may_sign
from evidence.delivery.labels import channel_label
from evidence.delivery.record import is_older, timeline
from evidence.law.service import Ask, ServicePack
from evidence.model.delivery import Channel, DeliveryEvent, Grade, Outcome, Proof

__all__ = ["Attempt", "Beside", "Gap", "attempts", "same_number"]

_NOT_YET = frozenset({Outcome.PREPARED, Outcome.WITHDRAWN})
_BLANKS = re.compile(r"[\s\-()（）]")


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside one letter's events.

    ``tracking_elsewhere``: waybills on record for letters to other owners. ``proofs_elsewhere``: SHA-256 of files that
    are proof of another letter too. ``slip_named``: whether the slip with a waybill number names what is inside.
    ``addresses``: by kind (mobile, wechat, email) the owner's numbers and accounts of which a proof is on file.
    ``issued_at``: when the letter was made.
    """

    tracking_elsewhere: frozenset[str] = frozenset()
    proofs_elsewhere: frozenset[str] = frozenset()
    slip_named: Callable[[str], bool] = field(default=lambda tracking: False)
    addresses: Mapping[str, frozenset[str]] = field(default_factory=dict)
    issued_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing. ``remind_on``: by when to have it; ``lost_on``: from when it cannot be had.

    ``about`` are the files in whose stead it is asked for, each with what it says of itself.
    """

    ask: Ask
    remind_on: date | None = None
    lost_on: date | None = None
    about: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        return self.ask.key

    def words(self, lang: str) -> str:
        text = self.ask.words[lang]
        if not self.about:
            return text
        if lang == "en":
            return f"{text}: {', '.join(f'{name} ({said})' for name, said in self.about)}"
        return f"{text}：{'、'.join(f'{name}（{said}）' for name, said in self.about)}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was recorded of one way of one letter (of one waybill, where there is one), and what it lacks."""

    channel: Channel
    tracking: str
    events: tuple[DeliveryEvent, ...]
    outcome: Outcome | None
    grade: Grade
    gaps: tuple[Gap, ...]

    def label(self, lang: str) -> str:
        """How it went, and under which number: ``邮政特快专递（EMS） 1234567890123``."""
        return f"{channel_label(self.channel, lang)} {self.tracking}".rstrip()

    @property
    def required(self) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps if gap.ask.required)


def attempts(
    events: Iterable[DeliveryEvent], pack: ServicePack, beside: Beside | None = None
) -> tuple[Attempt, ...]:
    """The attempts on one letter in the order they began; what was only prepared is none."""
    groups: dict[tuple[Channel, str], list[DeliveryEvent]] = {}
    for event in timeline(events):
        if event.outcome not in _NOT_YET:
            groups.setdefault(_attempt_of(event, groups), []).append(event)
    known = beside or Beside()
    return tuple(_attempt(channel, tuple(group), pack, known) for (channel, _), group in groups.items())


def same_number(text: str) -> str:
    """A telephone number, account or address as two are compared: without blanks, dashes and brackets, small letters."""
    return _BLANKS.sub("", text).casefold().removeprefix("+86")


def _attempt_of(event: DeliveryEvent, groups: Mapping[tuple[Channel, str], object]) -> tuple[Channel, str]:
    """An event without a waybill belongs to the channel's only attempt, where there is one alone."""
    if event.channel not in NEEDS_CARRIER_PROOF:
        return event.channel, ""
    same = [key for key in groups if key[0] is event.channel]
    if not event.tracking and len(same) == 1:
        return same[0]
    return event.channel, event.tracking


def _attempt(
    channel: Channel, events: tuple[DeliveryEvent, ...], pack: ServicePack, beside: Beside
) -> Attempt:
    closes = pack.closes.get(channel.value, frozenset())
    ends = [event for event in events if event.outcome.value in closes]
    order = list(Grade)
    best = min((assess(event).grade for event in events), key=order.index)
    end = min(ends, key=lambda event: order.index(assess(event).grade), default=None)
    seen = _Seen(events, ends, beside)
    first = next((e for e in events if e.outcome is Outcome.SENT), events[0]).at.astimezone(CHINA).date()
    gaps = tuple(
        replace(_gap(ask, first), about=tuple(seen.about(ask)))
        for ask in pack.asks
        if channel.value in ask.channels and _is_asked(ask, end) and not seen.has(ask)
    )
    return Attempt(
        channel,
        next((e.tracking for e in events if e.tracking), ""),
        events,
        end.outcome if end else None,
        best,
        gaps,
    )


def _is_asked(ask: Ask, end: DeliveryEvent | None) -> bool:
    if ask.outcomes and (end is None or end.outcome.value not in ask.outcomes):
        return False
    return not ask.relations or (end is not None and end.relation in ask.relations)


def _gap(ask: Ask, first: date) -> Gap:
    remind = None if ask.within_days is None else first + timedelta(days=ask.within_days)
    lost = None if ask.lost_after_months is None else _months_later(first, ask.lost_after_months)
    return Gap(ask, remind, lost)


def _months_later(day: date, months: int) -> date:
    """The corresponding day, or the last of a month that has none (民法典 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What an attempt has, asked by the words of the pack."""

    events: Sequence[DeliveryEvent]
    ends: Sequence[DeliveryEvent]
    beside: Beside

    def has(self, ask: Ask) -> bool:
        if ask.unnamed and any(proof.role is None for event in self.ends for proof in event.proofs):
            return True
        return any(self._meets(*need.split(":", 1)) for need in ask.needs)

    def about(self, ask: Ask) -> Iterator[tuple[str, str]]:
        """The files that are not what ``ask`` is for, each with the time it gives itself."""
        if "time:after-letter" in ask.needs:
            told = ((proof.name, proof.taken_at[:16].replace("T", " ")) for proof in self._older())
            yield from dict.fromkeys(told)

    def _older(self) -> Iterator[Proof]:
        issued_at = self.beside.issued_at
        for event in self.events:
            for proof in event.proofs:
                if issued_at is not None and is_older(proof, event, issued_at):
                    yield proof

    def _meets(self, kind: str, what: str) -> bool:
        match kind:
            case "field":
                return any(getattr(event, what) for event in self.events)
            case "servers":
                return any(len(event.servers) >= int(what) for event in self.events)
            case "signer":
                return any(e.signer and e.relation and may_sign(e) for e in self.ends)
            case "proof":
                return any(proof.role == what for event in self.events for proof in event.proofs)
            case "step":
                return bool(self.ends) if what == "closed" else any(e.outcome == what for e in self.events)
            case "unique":
                return not any(self._shared(what))
            case "time":
                return not any(True for _ in self._older())
            case "slip":
                return any(self.beside.slip_named(number) for number in {e.tracking for e in self.events})
            case _:
                return self._is_owners(what)

    def _shared(self, what: str) -> Iterator[bool]:
        for event in self.events:
            if what == "tracking":
                yield event.tracking in self.beside.tracking_elsewhere
            else:
                yield from (proof.sha256 in self.beside.proofs_elsewhere for proof in event.proofs)

    def _is_owners(self, kind: str) -> bool:
        """Whether what it was sent to is proven to be the owner's; where nobody said, whether anything of the kind is."""
        proven = {same_number(value) for value in self.beside.addresses.get(kind, ())}
        sent = {same_number(event.sent_to) for event in self.events if event.sent_to}
        return bool(proven and (not sent or sent & proven))
