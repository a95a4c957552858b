"""What long work tells while it goes on, and how it is asked to stop.

Work calls :attr:`Watch.tell` after each piece that is on record, and looks at :attr:`Watch.stop` before it begins the
next: what is under way is finished and recorded, the rest is left for the same command to go on with. Neither changes a
byte of what is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event

from evidence.errors import Problem

__all__ = ["Count", "Progress", "Settled", "Stage", "Watch", "uncounted"]

Count = Callable[[int, int], None]
"""Hears how many of how many things are done, where work is one thing that is done whole or not at all."""


def uncounted(_done: int, _total: int) -> None:
    """Nobody counts."""


class Stage(StrEnum):
    """Where the work stands. ``CONNECTING``: those who are to make letters are asked for, and nothing is begun yet.
    ``PLANNED``: a new run is fixed, with its numbers; ``RESUMED``: one cut off before goes on;
    ``MAKING``: letter after letter; ``CLOSING``: all are on record, their readable copies are being completed."""

    CONNECTING = "connecting"
    PLANNED = "planned"
    RESUMED = "resumed"
    MAKING = "making"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Settled:
    """One letter on record: issued, or refused for ``problems`` and its number voided."""

    number: str
    account: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one run has come. ``done`` of ``total`` letters are settled, by this call and those before; ``made`` and
    ``refused`` count this call's. ``settled`` names those settled since the event before. ``run`` is its id, ``kind`` the
    kind of its letters."""

    done: int
    total: int
    made: int = 0
    refused: int = 0
    stage: Stage = Stage.MAKING
    run: str = ""
    kind: str = ""
    settled: tuple[Settled, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on: ``tell`` hears of each event, in the thread that does the work; ``stop`` asks for the end."""

    tell: Callable[[Progress], None] = lambda _: None
    stop: Event = field(default_factory=Event)
