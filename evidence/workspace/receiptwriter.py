"""Receipts of many readers at once, each durable before its reader is told.

One thread writes. What came in while it was busy goes into its next transaction: the disk is asked to keep something once
for all of them, not once for each. A receipt that fails is undone alone, to its savepoint, and the others stand.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from evidence.errors import fail
from evidence.stamp.keys import Signer
from evidence.workspace import schema
from evidence.workspace.core import Desk, open_desk
from evidence.workspace.keyring import passphrase_from_environment

__all__ = ["ReceiptWriter", "present_signer"]

MOST = 256
"""Receipts in one transaction: it is short, so that a command of the clerk's never waits long for its turn."""
FEW = 6
"""Files that are made durable one by one; for more, the whole disk is asked once (docs/benchmarks.md)."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Connection], Any]
    files: Sequence[bytes]
    done: Future[Any]


class ReceiptWriter:
    """The one thread of a server that writes to the workspace. Use as a context manager, or call :meth:`close`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="receipts", daemon=True)
        self._thread.start()

    def __enter__(self) -> ReceiptWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, work: Callable[[Connection], _T], files: Sequence[bytes] = ()) -> Future[_T]:
        """What ``work`` gives, once it is committed; ``files`` lie in the store before it is called.

        The future raises what ``work`` raised, or what kept the whole transaction from being committed.
        """
        if self._closed:
            raise RuntimeError("the writer is closed")
        done: Future[_T] = Future()
        self._waiting.put(_Job(work, files, done))
        return done

    def close(self) -> None:
        """Write what is waiting, and stop."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
            self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            jobs, is_last = [first], False
            while len(jobs) < MOST and not self._waiting.empty():
                job = self._waiting.get()
                if job is None:
                    is_last = True
                    break
                jobs.append(job)
            self._write(jobs)
            if is_last:
                return

    def _write(self, jobs: Sequence[_Job]) -> None:
        results: list[tuple[_Job, Any, BaseException | None]] = []
        try:
            files = [data for job in jobs for data in job.files]
            if len(files) > FEW:
                self._desk.store.put_beside(files)
            else:
                for data in files:
                    self._desk.store.put(data)
            with self._desk.writing() as connection:
                present_signer(self._desk, connection)
                before = self._desk.journal.size(connection)
                for job in jobs:
                    try:
                        with connection.begin_nested():
                            results.append((job, job.work(connection), None))
                    except Exception as error:  # told to whoever asked for this one
                        results.append((job, None, error))
                if self._desk.journal.size(connection) > before:
                    self._desk.checkpoint(connection)
        except Exception as error:  # nothing was committed: everybody is told
            for job in jobs:
                job.done.set_exception(error)
            return
        for job, result, fault in results:
            if fault is None:
                job.done.set_result(result)
            else:
                job.done.set_exception(fault)


def present_signer(desk: Desk, connection: Connection) -> Signer:
    """The key in use at this moment, which a command may have changed since the server opened the workspace.

    ``workspace.key-mismatch`` while the change is not finished.
    """
    table = schema.META
    named = str(connection.execute(select(table.c.value).where(table.c.key == "key")).scalar_one())
    if desk.signer.public.base32 != named:
        again = open_desk(desk.root, desk.source, passphrase_from_environment)
        again.close()
        desk.signer = again.signer
        if desk.signer.public.base32 != named:
            raise fail("workspace.key-mismatch", path=str(desk.root / "keys"))
    return desk.signer
