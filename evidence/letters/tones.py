"""How a letter speaks to an owner, by the reason on file for not paying: data of the template pack, never code.

A tone adds paragraphs and changes one sentence. It takes nothing away: period, sum, deadline, law and the way to object
stand in the template, whatever the tone. Reasons are those of the holds in force (:class:`HoldReason`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

from evidence.model.events import HoldReason

PLAIN = "plain"
KEYS = ("hint", "opening", "help", "demand")


@dataclass(frozen=True, slots=True)
class Tone:
    """``hint``: the sentence of a reminder that leads to the figures. ``opening`` and ``help``: paragraphs of a reminder
    after the greeting and after the offer of help. ``demand``: paragraphs of a demand beside the way to object."""

    name: str
    hint: str
    opening: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    demand: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join((self.hint, *self.opening, *self.help, *self.demand))


def tone_of(name: str, row: Mapping[str, str]) -> Tone:
    """A tone as a pack writes it: a paragraph a line."""
    lines = {key: tuple(line.strip() for line in row[key].splitlines() if line.strip()) for key in KEYS}
    return Tone(name, "".join(lines["hint"]), lines["opening"], lines["help"], lines["demand"])


@dataclass(frozen=True, slots=True)
class Tones:
    """The tones of a pack by name, and the tone of each reason: of several reasons the one named first decides."""

    known: Mapping[str, Tone]
    reasons: Mapping[HoldReason, str]

    def choose(self, reasons: Iterable[HoldReason]) -> Tone:
        on_file = set(reasons)
        name = next((tone for reason, tone in self.reasons.items() if reason in on_file), PLAIN)
        return self.known[name]

    def to_json(self) -> str:
        """The tones whole, for a run to keep; :func:`tones_from` reads them back."""
        known = {name: asdict(tone) for name, tone in self.known.items()}
        reasons = {reason.value: name for reason, name in self.reasons.items()}
        return json.dumps({"known": known, "reasons": reasons}, ensure_ascii=False)

    @property
    def text(self) -> str:
        """Everything a tone may say."""
        return "\n".join(tone.text for tone in self.known.values())


def tones_from(text: str) -> Tones:
    """Inverse of :meth:`Tones.to_json`."""
    data = json.loads(text)
    known = {
        name: Tone(name, row["hint"], tuple(row["opening"]), tuple(row["help"]), tuple(row["demand"]))
        for name, row in data["known"].items()
    }
    reasons = {HoldReason(reason): name for reason, name in data["reasons"].items()}
    return Tones(MappingProxyType(known), MappingProxyType(reasons))


NO_TONES = Tones(MappingProxyType({PLAIN: Tone(PLAIN, "")}), MappingProxyType({}))
