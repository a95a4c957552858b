"""Signals that ask a command to end: Ctrl-C, SIGTERM, a terminal that is closed.

Most commands do one thing whole or not at all; for them each of these is a :class:`KeyboardInterrupt`, and what they
began is undone on the way out. A run of letters is different (:func:`stoppable`): the first asks it to finish and record
the letters at hand, the second ends the process at once, as losing power would, but takes its children with it.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

__all__ = ["descendants", "end_descendants", "interrupting", "stoppable"]

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_GRACE_S = 1.0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def interrupting() -> Iterator[None]:
    """SIGTERM and SIGHUP are what Ctrl-C is, unless whoever started the command had them ignored (``nohup``)."""
    with _handled({number: _interrupt for number in SIGNALS if number != signal.SIGINT}):
        yield


@contextmanager
def stoppable(
    stop: threading.Event,
    is_under_way: Callable[[], bool],
    tell: Callable[[], None],
    last: Callable[[], None],
) -> Iterator[None]:
    """While work goes on that can be gone on with: the first signal sets ``stop`` and ``tell`` says so, the second ends.

    Before the work ``is_under_way`` there is nothing to finish, and the first raises. ``last`` says the last word of a
    process that ends at once.
    """

    def handle(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            _end_at_once(last)
        if not is_under_way():
            raise KeyboardInterrupt
        stop.set()
        tell()

    with _handled(dict.fromkeys(SIGNALS, handle)):
        yield


_Handler = Callable[[int, FrameType | None], None]


@contextmanager
def _handled(handlers: dict[signal.Signals, _Handler]) -> Iterator[None]:
    """Python hears signals in its first thread alone; what is ignored stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = {}
    for number, handler in handlers.items():
        if signal.getsignal(number) not in (signal.SIG_IGN, None):
            former[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, handler_before in former.items():
            signal.signal(number, handler_before)


def _end_at_once(last: Callable[[], None]) -> None:
    """Leave without waiting for anything: what is not on record by now is made again by the next call.

    Converters run in sessions of their own, out of reach of the terminal, and would go on for nobody. Working folders hold
    letters: they go with the process, while threads that wait for a converter stay where they are.
    """
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    _let_workers_go()
    end_descendants()
    warnings.simplefilter("ignore")  # multiprocessing's, about helpers of its own that ended with the others
    with suppress(OSError, RuntimeError):  # stderr is gone, or the signal came in the middle of writing to it
        last()
    atexit._run_exitfuncs()
    end_descendants()  # what a thread started meanwhile
    os._exit(130)


def _let_workers_go() -> None:
    """Ask worker processes of our own to end, which takes their converters and working folders away."""
    if "multiprocessing" not in sys.modules:
        return
    import multiprocessing

    workers = multiprocessing.active_children()
    for worker in workers:
        worker.terminate()
    end = time.monotonic() + _GRACE_S
    for worker in workers:
        worker.join(max(0.0, end - time.monotonic()))


def end_descendants() -> None:
    """Kill every process that this one started, and what those started, wherever their terminal and session are.

    First they are halted, so that none starts another while they are counted.
    """
    halted: set[int] = set()
    while found := set(descendants(os.getpid())) - halted:
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGSTOP)
        halted |= found
    for pid in halted:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def descendants(pid: int) -> list[int]:
    """The processes below ``pid``, parents before their children."""
    parents = _parents()
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def _parents() -> dict[int, int]:
    """Every process and its parent; empty where the system does not say."""
    if Path("/proc/self/stat").exists():
        parents = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                with suppress(OSError):
                    # The name before may hold anything, brackets and blanks too.
                    stat = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                    parents[int(folder.name)] = int(stat[1])
        return parents
    import subprocess

    try:
        listed = subprocess.run(  # nosec B603 B607 # no shell; as POSIX has it
            ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, timeout=5, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return {}
    return {int(pid): int(parent) for pid, parent in (line.split() for line in listed.splitlines())}
