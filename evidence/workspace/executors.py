"""Who makes the letters of a run: threads of this process, processes of this machine, or a cluster.

Each is a :class:`Crew` over a ``concurrent.futures.Executor`` and runs the same function. Chunks are given in the order
of the plan and their outcomes taken in that order, with few under way at a time, so that memory stays flat. A chunk lost
with its worker is given out again; nothing of it was on record.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection
from types import FrameType
from typing import Self

from evidence.errors import fail
from evidence.forks import cores
from evidence.letters.convert.base import WORKERS
from evidence.workspace.batches import Chunk, Outcome, Workroom, close_rooms, make, work

__all__ = ["AHEAD", "Crew", "Hands", "Processes", "Threads", "default_jobs"]

AHEAD = 2
"""Chunks that threads of this process make at a time: one is laid out while another is written or cut apart."""
MOST_JOBS = 8
"""Processes by default at most: more make letters faster than one coordinator signs and records them (docs/scale.md)."""
_LINGER_S = 10
TRIES = 3
"""Times in a row that chunks are given out again after a worker was lost. It may be the chunk that kills it."""


@dataclass(frozen=True, slots=True)
class Hands:
    """Who is to make letters: ``jobs`` processes of this machine, or the workers of the Dask scheduler at ``cluster``.

    With ``jobs`` of ``None`` this process makes them, as its converter likes to work; so it does where they are few.
    A program that asks for more jobs is imported by each of them, as :mod:`multiprocessing` has it: what it does when it
    is started has to stand under ``if __name__ == "__main__":``. No byte depends on any of this.
    """

    jobs: int | None = None
    cluster: str = ""

    @property
    def own_workers(self) -> int:
        """How many programs the converter of this process may run."""
        return WORKERS if self.jobs is None else min(self.jobs, WORKERS)


def default_jobs() -> int:
    """As many processes as there are processors to use, within reason."""
    return min(cores(), MOST_JOBS)


@dataclass(slots=True)
class _Job:
    chunk: Chunk
    future: Future[Outcome]

    @property
    def is_done(self) -> bool:
        """Whether its outcome is here, good or bad, and not lost with whoever was at it."""
        done = self.future.done() and not self.future.cancelled()
        return done and not isinstance(self.future.exception(), BrokenExecutor)


class Crew(ABC):
    """An executor that makes chunks, first come, first taken. Close it, or use it in ``with``."""

    ahead: int
    """Chunks under way that keep everybody busy while the coordinator prepares and records others."""

    def __init__(self) -> None:
        self._jobs: deque[_Job] = deque()
        self._lost = 0

    def give(self, chunk: Chunk) -> None:
        """Have ``chunk`` made."""
        self._jobs.append(_Job(chunk, self._begin(chunk)))

    def take(self) -> Outcome:
        """What became of the chunk given longest ago. Raises what stopped it, and ``workspace.workers-lost``."""
        while True:
            try:
                outcome = self._wait(self._jobs[0].future)
            except BrokenExecutor as error:
                self._do_again(error)
                continue
            self._lost = 0
            self._jobs.popleft()
            return outcome

    def withdraw(self) -> int:
        """Take back what need not be waited for, the latest first; how many chunks. Nothing is given after it."""
        count = 0
        while self._jobs and self._jobs[-1].future.cancel():
            self._jobs.pop()
            count += 1
        return count

    def close(self) -> None:
        """Wait for what is being made and let everybody go."""
        for job in self._jobs:
            job.future.cancel()
        self._jobs.clear()
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def _submit(self, chunk: Chunk) -> Future[Outcome]: ...

    @abstractmethod
    def _end(self) -> None: ...

    @abstractmethod
    def _renew(self) -> None:
        """Others take the place of those lost."""

    def _wait(self, future: Future[Outcome]) -> Outcome:
        return future.result()

    def _begin(self, chunk: Chunk) -> Future[Outcome]:
        try:
            return self._submit(chunk)
        except BrokenExecutor as error:  # seen when its turn to be taken comes
            broken: Future[Outcome] = Future()
            broken.set_exception(error)
            return broken

    def _do_again(self, error: BrokenExecutor) -> None:
        self._lost += 1
        if self._lost > TRIES:
            raise fail("workspace.workers-lost", times=self._lost) from error
        self._renew()
        for job in self._jobs:
            if not job.is_done:
                job.future = self._begin(job.chunk)


class Threads(Crew):
    """Two threads of this process, with the converter it has open."""

    ahead = AHEAD

    def __init__(self, room: Workroom) -> None:
        super().__init__()
        self._room = room
        self._pool: Executor = ThreadPoolExecutor(AHEAD, "letters")

    def _submit(self, chunk: Chunk) -> Future[Outcome]:
        return self._pool.submit(make, chunk, self._room)

    def _renew(self) -> None:
        """Threads are not lost."""

    def _end(self) -> None:
        self._pool.shutdown(cancel_futures=True)


class Processes(Crew):
    """Processes of this machine. They end with this one, however it ends."""

    def __init__(self, jobs: int) -> None:
        super().__init__()
        self.ahead = jobs + AHEAD
        self._count = jobs
        self._is_over = False
        self._heard, self._leash = multiprocessing.Pipe(duplex=False)
        self._pool = self._start()

    def withdraw(self) -> int:
        """All but what is made already, up to the first that is not: workers can be sent away from theirs."""
        made = [job.is_done for job in self._jobs]
        count = len(made) - (made.index(False) if False in made else len(made))
        for _ in range(count):
            self._jobs.pop().future.cancel()
        self._is_over = self._is_over or count > 0
        return count

    def _start(self) -> ProcessPoolExecutor:
        # Not forked: this process has threads by now, and the converter's may hold a lock.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._count, context, _begin_worker, (self._heard,))

    def _submit(self, chunk: Chunk) -> Future[Outcome]:
        with _unheard():  # submitting starts processes
            return self._pool.submit(work, chunk)

    def _renew(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = self._start()

    def _end(self) -> None:
        if self._is_over:
            self._leash.close()  # nobody waits for what they are at
        self._pool.shutdown(cancel_futures=True)
        self._leash.close()
        self._heard.close()


@contextmanager
def _unheard() -> Iterator[None]:
    """Processes started meanwhile never hear Ctrl-C or a terminal that is closed, which reach every process there.

    What is to be done about them the coordinator decides. They inherit this from the thread that starts them.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_worker(leash: connection.Connection) -> None:
    """The beginning of a worker's life: it is to end with its parent, or when that lets go of the ``leash``, and to take
    its converter with it."""
    signal.signal(signal.SIGTERM, _end_worker)
    threading.Thread(target=_watch_parent, args=(leash,), daemon=True).start()


def _watch_parent(leash: connection.Connection) -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None, "a worker is somebody's child"
    connection.wait([parent.sentinel, leash])
    # In the main thread, so that it begins nothing more with the letters it is at.
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_LINGER_S)
    os._exit(1)


def _end_worker(_number: int = 0, _frame: FrameType | None = None) -> None:
    try:
        close_rooms()
    finally:
        os._exit(1)
