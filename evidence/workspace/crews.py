"""Who is asked to make the letters of a run, and how much is given to each at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from evidence.errors import Problem
from evidence.letters.convert import Converter
from evidence.letters.convert.base import WORKERS
from evidence.workspace.exchange import Direct, Exchange, shared_by
from evidence.workspace.executors import Crew, Hands, Processes, Threads
from evidence.workspace.making import Item, Workshop

__all__ = ["SMALL", "a_piece", "crew_for", "require", "warnings_of"]

SMALL = 500
"""Letters that this process makes by itself: starting others and what they read first takes as long as a hundred letters
for each, and a converter's own processes keep two cores busy as it is."""
_ROUNDS = 3
"""Pieces that each worker gets at least, where there are enough, so that no long last one is waited for."""


@contextmanager
def crew_for(
    hands: Hands, workshop: Workshop, converter: Converter, items: Sequence[Item]
) -> Iterator[tuple[Crew, Exchange, int]]:
    """Who makes the letters of ``items``, the way these come and go, and how many batches are a good piece of work."""
    if hands.cluster:
        from evidence.workspace.cluster import open_cluster

        area = shared_by(workshop.desk.store)
        with open_cluster(hands.cluster, workshop.basis, workshop.template.data, area) as (cluster, exchange):
            yield cluster, exchange, a_piece(converter, items, cluster.threads)
    elif hands.jobs is None or hands.jobs < 2 or len(items) <= SMALL:
        with Threads(workshop.room(converter)) as threads:
            # A batch for each of its programs: what is counted moves, and whoever presses Ctrl-C waits for no more.
            yield threads, Direct(), min(converter.batches_at_once, WORKERS)
    else:
        with Processes(hands.jobs) as processes:
            yield processes, Direct(), a_piece(converter, items, hands.jobs)


def require(hands: Hands) -> None:
    """Raises what keeps them from coming, before numbers are given to letters that nobody makes."""
    if hands.cluster:
        from evidence.workspace import cluster

        cluster.require(hands.cluster)


def warnings_of(hands: Hands) -> tuple[Problem, ...]:
    """What whoever asked for them should know."""
    if not hands.cluster:
        return ()
    from evidence.workspace.cluster import in_the_open

    return in_the_open(hands.cluster)


def a_piece(converter: Converter, items: Sequence[Item], workers: int) -> int:
    """As the converter, alone, likes it, but less where some workers would else get nothing."""
    batches = len({item.batch for item in items})
    return max(1, min(converter.batches_at_once // WORKERS, batches // (_ROUNDS * workers)))
