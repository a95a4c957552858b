"""Work on many things alike, shared out over the cores of the machine by :func:`os.fork`.

What was read before is shared as it stands (a fork copies nothing that is only read). Where forking is not safe, or not
worth it, the same function does all of it here. This module knows no format and belongs to no room.
"""

from __future__ import annotations

import gc
import io
import multiprocessing
import os
import pickle  # nosec B403 # between this process and its own forks
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise
from multiprocessing.connection import Connection as Pipe
from operator import attrgetter
from typing import Any, TypeVar

__all__ = ["cores", "forked", "may_fork"]

Item = TypeVar("Item")
Row = TypeVar("Row")
Work = Callable[[Sequence[Item]], Sequence[Row]]


def cores() -> int:
    """The processors this process may use; 1 where the system does not tell, and where forking is not safe.

    Only Linux is: elsewhere the system's own libraries run threads that do not survive a fork.
    """
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def may_fork() -> bool:
    """Whether this process has no thread but one: a lock that another holds would never be let go in a copy."""
    return cores() > 1 and threading.active_count() == 1


def forked(items: Sequence[Item], work: Work[Item, Row], processes: int) -> list[Row]:
    """The rows ``work`` makes of ``items``, in their order, by so many processes at once, of which this is the first.

    ``work`` may touch no open connection. Its rows must survive pickling. A share whose process comes to nothing is done
    here instead: an error of ``work`` is raised as if there had been no other process.
    """
    with _no_collection():
        return _forked(items, work, processes)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without looks for cycles: rows have none, and each look would go through all that was read before."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _forked(items: Sequence[Item], work: Work[Item, Row], processes: int) -> list[Row]:
    bounds = [len(items) * n // processes for n in range(processes + 1)]
    shares = [items[start:end] for start, end in pairwise(bounds)]
    context = multiprocessing.get_context("fork")
    with ExitStack() as stack:
        others: list[Pipe] = []
        for share in shares[1:]:
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_send, args=(theirs, work, share), daemon=True)
            process.start()
            theirs.close()
            stack.callback(ours.close)
            stack.callback(process.join)
            stack.callback(process.terminate)  # of what is over, and of what an error here leaves running
            others.append(ours)
        rows = list(work(shares[0]))
        for share, pipe in zip(shares[1:], others, strict=True):
            try:
                rows += pipe.recv()
            except EOFError:
                rows += work(share)
    return rows


def _send(pipe: Pipe, work: Work[Item, Row], share: Sequence[Item]) -> None:
    """The life of another process. It says nothing of what goes wrong: whoever waits for it sees that it is gone."""
    try:
        pipe.send_bytes(_packed(work(share)))
    except BaseException:  # Ctrl-C reaches every process of the terminal
        os._exit(1)
    os._exit(0)  # nothing of the process this is a copy of may be closed or flushed a second time


class _Packer(pickle.Pickler):
    """Dataclasses by the values of their fields, which takes a third of the time that their own way takes."""

    def reducer_override(self, thing: Any) -> Any:
        of: type = type(thing)
        values = _values_of(of)
        return NotImplemented if values is None else (of, values(thing))


@cache
def _values_of(of: Any) -> Callable[[Any], tuple[Any, ...]] | None:
    """Reads what to call ``of`` with to get its like; ``None`` for what is no plain dataclass."""
    if not is_dataclass(of) or of.__reduce__ is not object.__reduce__:
        return None
    given = fields(of)
    if len(given) < 2 or not all(field.init and not field.kw_only for field in given):
        return None
    return attrgetter(*(field.name for field in given))


def _packed(rows: object) -> bytes:
    buffer = io.BytesIO()
    _Packer(buffer, pickle.HIGHEST_PROTOCOL).dump(rows)
    return buffer.getvalue()
