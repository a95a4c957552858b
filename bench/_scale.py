"""What ten million households would take: costs of one letter, the machines, and a simulation of their queue.

Nothing is measured here and nothing drawn but the spread of chunks, from a seed: the same costs give the same figures.
The model is the product's own loop (:mod:`evidence.workspace.making`): a coordinator prepares chunks of letters, at
most so many ahead of its workers, finishes them in the order of the plan and records them; workers serve chunks first
come, first served; several coordinators may share the workers. An estate is one run and one journal, and a coordinator
does its estates one after another. Seconds everywhere.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

SEED = 8


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of one letter by where they fall; a letter stands for a household that gets one.

    ``before`` (import, plan) and ``after`` (copies looked at, texts beside them, print file) fall to the coordinator
    alone, ``prepare``, ``finish`` and ``record`` while workers ``make``. ``wait`` is one per run: the timestamp.
    ``spread`` is the deviation of a chunk's time, as a share of it.
    """

    before: float
    prepare: float
    make: float
    finish: float
    record: float
    after: float
    wait: float = 0.0
    spread: float = 0.0

    @property
    def coordinator(self) -> float:
        """A letter's share of the loop: what bounds a run however many workers there are."""
        return self.prepare + self.finish + self.record

    @property
    def feeds(self) -> float:
        """How many workers one coordinator keeps busy."""
        return self.make / self.coordinator

    @property
    def alone(self) -> float:
        """All that only the coordinator of a run can do."""
        return self.before + self.coordinator + self.after


@dataclass(frozen=True, slots=True)
class Setting:
    """``chunk`` letters travel together; so many chunks more than workers are under way for a coordinator."""

    workers: int
    coordinators: int = 1
    chunk: int = 25
    ahead: int = 3

    @property
    def under_way(self) -> int:
        """Chunks of one coordinator given out and not yet taken, at most."""
        return math.ceil(self.workers / self.coordinators) + self.ahead


@dataclass(frozen=True, slots=True)
class Outcome:
    """How long all of it took, and which share of the time workers and coordinators were at work."""

    letters: int
    seconds: float
    workers_busy: float
    coordinators_busy: float

    @property
    def rate(self) -> float:
        return self.letters / self.seconds

    def time_of(self, letters: int) -> float:
        """Seconds for so many letters at this rate."""
        return letters / self.rate


class _Coordinator:
    """One estate after another, each a plan, its chunks in order, and its end."""

    def __init__(
        self, costs: Costs, setting: Setting, estates: int, letters: int, dice: random.Random
    ) -> None:
        self.costs, self.dice = costs, dice
        self.sizes = [min(setting.chunk, letters - at) for at in range(0, letters, setting.chunk)]
        self.ahead = setting.under_way
        self.estates, self.letters = estates, letters
        self.busy = 0.0
        self.prepared = self.finished = len(self.sizes)  # the estate before the first is done
        self.ends: list[float] = []

    def next_step(self, now: float) -> tuple[float, bool] | None:
        """When the step begun now is over, and whether a chunk is ready for the workers then."""
        costs, total = self.costs, len(self.sizes)
        if self.finished == total:
            if not self.estates:
                return None
            self.estates -= 1
            self.prepared = self.finished = 0
            self.ends.clear()
            return self._work(now, costs.before * self.letters), False
        if self.prepared < total and self.prepared - self.finished < self.ahead:
            size = self.sizes[self.prepared]
            self.prepared += 1
            return self._work(now, costs.prepare * size), True
        size, came = self.sizes[self.finished], self.ends[self.finished]
        self.finished += 1
        over = self._work(max(now, came), (costs.finish + costs.record) * size)
        if self.finished == total:
            over = self._work(over, costs.after * self.letters) + costs.wait
        return over, False

    def drawn(self) -> float:
        """Seconds of a worker for the chunk just prepared."""
        cost = self.costs.make * self.sizes[self.prepared - 1]
        spread = self.costs.spread
        if not spread:
            return cost
        # Log-normal with mean one: times are positive, and the long ones are far out.
        sigma = math.sqrt(math.log(1 + spread * spread))
        return cost * self.dice.lognormvariate(-sigma * sigma / 2, sigma)

    def _work(self, now: float, seconds: float) -> float:
        self.busy += seconds
        return now + seconds


def simulate(costs: Costs, setting: Setting, *, estates: int, letters: int, seed: int = SEED) -> Outcome:
    """``estates`` of so many ``letters`` each, dealt out to the coordinators; ends when the last is done.

    Events are taken in the order of their time, so that workers shared by several coordinators are given chunks in the
    order in which these became ready.
    """
    dice = random.Random(seed)
    share = [estates // setting.coordinators] * setting.coordinators
    for at in range(estates % setting.coordinators):
        share[at] += 1
    offices = [_Coordinator(costs, setting, count, letters, dice) for count in share]
    free = [0.0] * setting.workers  # when each worker is
    events = [(0.0, number, False) for number in range(len(offices))]
    end = worked = 0.0
    while events:
        now, number, is_ready = heapq.heappop(events)
        office = offices[number]
        end = max(end, now)
        if is_ready:
            seconds = office.drawn()
            done = max(now, free[0]) + seconds
            heapq.heapreplace(free, done)
            office.ends.append(done)
            worked += seconds
        if step := office.next_step(now):
            heapq.heappush(events, (step[0], number, step[1]))
    busy = sum(office.busy for office in offices)
    return Outcome(
        estates * letters, end, worked / (end * setting.workers), busy / (end * setting.coordinators)
    )


def closed_form(costs: Costs, setting: Setting, *, estates: int, letters: int) -> float:
    """Seconds by hand, without spread: no queue of these stages can be faster.

    Of an estate the coordinator's own work, or the workers' share with what cannot overlap: the first chunk has to be
    prepared, the last recorded. Estates follow each other.
    """
    first, last = min(setting.chunk, letters), letters % setting.chunk or min(setting.chunk, letters)
    workers = setting.workers / setting.coordinators
    inner = max(
        costs.coordinator * letters,
        costs.prepare * first + costs.make * letters / workers + (costs.finish + costs.record) * last,
    )
    each = (costs.before + costs.after) * letters + inner + costs.wait
    return each * math.ceil(estates / setting.coordinators)


def coordinators_for(costs: Costs, workers: int) -> int:
    """How many coordinators keep so many shared workers busy, plan and print file counted in."""
    return max(1, math.ceil(workers * costs.alone / costs.make))


def without_spread(costs: Costs) -> Costs:
    return replace(costs, spread=0.0)


def proof_bytes(measured: Sequence[tuple[int, int]], entries: int) -> int:
    """Longest proof among so many entries: each doubling adds one hash, 32 bytes in base64 and a line's end.

    ``measured`` are (entries, bytes); the largest tree is what is drawn out. An index and a size with more digits are
    longer by those.
    """
    known, length = max(measured)
    hashes = math.ceil(math.log2(entries)) - math.ceil(math.log2(known))
    digits = len(str(entries - 1)) - len(str(known - 1)) + len(str(entries)) - len(str(known))
    return length + 45 * hashes + digits
