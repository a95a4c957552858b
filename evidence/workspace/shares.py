"""Work on a whole estate, shared out over the cores of the machine: each process opens the database for itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Engine

from evidence.forks import cores, forked, may_fork

__all__ = ["cores", "shared_out"]

LEAST = 1_000
"""How many accounts are worth a process of their own: a tenth of a second's work, for two hundredths to start one."""

Row = TypeVar("Row")


def shared_out(
    engine: Engine, accounts: Sequence[str], work: Callable[[Sequence[str]], Sequence[Row]], processes: int
) -> list[Row]:
    """The rows ``work`` makes of ``accounts``, in their order, by up to ``processes`` processes at once.

    ``work`` opens its own connection of ``engine``; none may be open when this is called. See
    :func:`evidence.forks.forked`.
    """
    count = min(processes, len(accounts) // LEAST)
    if count < 2 or not may_fork():
        return list(work(accounts))
    # SQLite forbids carrying an open database into another process, and a socket cannot be read by two.
    engine.dispose()
    return forked(accounts, work, count)
