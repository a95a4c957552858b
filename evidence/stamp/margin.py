"""Free margin on a page as it is displayed: a grid of rows as bit masks, and the best place for a rectangle.

All is in points of the paper, the origin at the lower left corner of what is shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Grid", "Room"]

_CELL = 2.0  # points
_MOST_CELLS = 700  # on the longer side
_ALIKE = 10.0  # points of distance from a corner that make no difference


@dataclass(frozen=True, slots=True)
class Room:
    """What is looked for: size, least distance from the edges, and how far from the nearest edge it may stand."""

    width: float
    height: float
    edge: float
    reach: float


class Grid:
    """Which cells of a page are painted."""

    def __init__(self, width: float, height: float) -> None:
        self._cell = max(_CELL, max(width, height) / _MOST_CELLS)
        self._width, self._height = width, height
        self._columns = max(1, math.floor(width / self._cell))
        self._rows = [0] * max(1, math.floor(height / self._cell))

    def occupy(self, left: float, bottom: float, right: float, top: float) -> None:
        """Mark a rectangle as painted, wherever it reaches into the page."""
        first, last = (
            max(0, math.floor(left / self._cell)),
            min(self._columns - 1, math.floor(right / self._cell)),
        )
        if first > last:
            return
        mask = ((1 << (last - first + 1)) - 1) << first
        low = max(0, math.floor(bottom / self._cell))
        for row in range(low, min(len(self._rows) - 1, math.floor(top / self._cell)) + 1):
            self._rows[row] |= mask

    def corner(self, room: Room) -> tuple[float, float] | None:
        """Lower left corner of the free place nearest to a corner of the page; right before left, top before bottom."""
        best: tuple[int, int, int, float, float] | None = None
        for x, y in self._outermost(room):
            sides = (x, self._width - x - room.width)
            ends = (y, self._height - y - room.height)
            if min(*sides, *ends) > room.reach:
                continue
            # Within some points the corners are alike, and the order of corners decides.
            away = round((min(sides) + min(ends)) / _ALIKE)
            found = (away, int(sides[0] < sides[1]), int(ends[0] < ends[1]), x, y)
            if best is None or found[:3] < best[:3]:
                best = found
        return (best[3], best[4]) if best is not None else None

    def strip(self, room: Room) -> tuple[float, float] | None:
        """Lower left corner of the free place nearest to the foot or, failing that, the head of the page."""
        best: tuple[float, int, float, float] | None = None
        for x, y in self._outermost(room):
            foot, head = y, self._height - y - room.height
            if min(foot, head) > room.reach:
                continue
            found = (min(foot, head), int(head < foot), x, y)
            if best is None or found < best:
                best = found
        return (best[2], best[3]) if best is not None else None

    def _outermost(self, room: Room) -> Iterator[tuple[float, float]]:
        """Of each row where the room fits, the leftmost and the rightmost free place."""
        wide, high = math.ceil(room.width / self._cell), math.ceil(room.height / self._cell)
        edge = math.ceil(room.edge / self._cell)
        usable = self._columns - 2 * edge
        if usable < wide:
            return
        inside = ((1 << usable) - 1) << edge
        for row in range(edge, len(self._rows) - edge - high + 1):
            painted = 0
            for mask in self._rows[row : row + high]:
                painted |= mask
                if painted & inside == inside:
                    break
            starts = _runs_of(inside & ~painted, wide)
            if starts:
                leftmost = (starts & -starts).bit_length() - 1
                rightmost = starts.bit_length() - 1
                yield leftmost * self._cell, row * self._cell
                yield rightmost * self._cell, row * self._cell


def _runs_of(free: int, length: int) -> int:
    """The bits at which ``length`` set bits begin."""
    have = 1
    while have < length and free:
        step = min(have, length - have)
        free &= free >> step
        have += step
    return free
