"""Which page of which volume everything is on: arithmetic alone, before a page is written.

Pages are counted from 1 through all volumes, covers, catalogues and blank sides included. An exhibit is never split;
one that is over the limit by itself gets a volume of its own, and is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Front", "Item", "Limits", "Plan", "Slot", "plan"]


@dataclass(frozen=True, slots=True)
class Item:
    """What an exhibit brings: its pages, those before it (a divider), and how many bytes it can take at most."""

    pages: int
    before: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Front:
    """What stands before a volume's exhibits: pages of its cover and its catalogue, and their bytes."""

    cover: int = 1
    catalogue: int = 1
    size: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """Most pages and most bytes of a volume; 0 for none. ``duplex``: all begins on a front side."""

    pages: int = 0
    size: int = 0
    duplex: bool = False

    def even(self, pages: int) -> int:
        """Pages with the blank side that printing on both sides needs."""
        return pages + pages % 2 if self.duplex else pages


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an exhibit stands: ``volume`` from 0, ``first`` and ``last`` page from 1 through all volumes."""

    volume: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The volumes, as the exhibits each holds (from 0), with first page and number of pages, and every exhibit's slot."""

    volumes: tuple[tuple[int, ...], ...]
    firsts: tuple[int, ...]
    lengths: tuple[int, ...]
    slots: tuple[Slot, ...]
    over: tuple[int, ...]

    @property
    def pages(self) -> int:
        return sum(self.lengths)


def split(
    items: Sequence[Item], fronts: Sequence[Front], limits: Limits
) -> tuple[list[list[int]], list[int]]:
    """Exhibits by volume, in order, and those that are over a limit by themselves.

    ``fronts`` are those of the volumes as far as they are known; the last stands for all that follow.
    """
    volumes: list[list[int]] = [[]]
    over: list[int] = []
    pages, size = _front(fronts, 0, limits)
    for index, item in enumerate(items):
        more = limits.even(item.before) + limits.even(item.pages)
        full = (limits.pages and pages + more > limits.pages) or (
            limits.size and size + item.size > limits.size
        )
        if full and volumes[-1]:
            volumes.append([])
            pages, size = _front(fronts, len(volumes) - 1, limits)
            full = (limits.pages and pages + more > limits.pages) or (
                limits.size and size + item.size > limits.size
            )
        if full:
            over.append(index)
        volumes[-1].append(index)
        pages, size = pages + more, size + item.size
    return volumes, over


def _front(fronts: Sequence[Front], volume: int, limits: Limits) -> tuple[int, int]:
    front = fronts[min(volume, len(fronts) - 1)]
    return limits.even(front.cover) + limits.even(front.catalogue), front.size


def plan(items: Sequence[Item], fronts: Sequence[Front], limits: Limits) -> Plan:
    """Where everything stands, if the volumes' fronts are as long as ``fronts`` says."""
    volumes, over = split(items, fronts, limits)
    slots: list[Slot] = []
    firsts, lengths, page = [], [], 1
    for number, held in enumerate(volumes):
        firsts.append(page)
        page += _front(fronts, number, limits)[0]
        for index in held:
            page += limits.even(items[index].before)
            slots.append(Slot(number, page, page + items[index].pages - 1))
            page += limits.even(items[index].pages)
        lengths.append(page - firsts[-1])
    return Plan(
        tuple(tuple(held) for held in volumes), tuple(firsts), tuple(lengths), tuple(slots), tuple(over)
    )
