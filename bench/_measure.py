"""What the benchmarks share: stages of a run by wall clock, memory by sampling, and the machine it ran on."""

from __future__ import annotations

import functools
import os
import platform
import statistics
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any, Self

MIB = 2**20


class Wrapping(ABC):
    """Puts measuring calls in the place of the product's, for the length of a ``with`` block."""

    def __init__(self) -> None:
        self._undo: list[tuple[object, str, object]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        while self._undo:
            owner, name, original = self._undo.pop()
            setattr(owner, name, original)

    @abstractmethod
    def stage(self, name: str) -> AbstractContextManager[None]:
        """Everything in the block counts for ``name``."""

    def wrap(self, owner: object, attribute: str, name: str) -> None:
        """Measure each call of ``owner.attribute``. Fails with ``AttributeError`` where the product moved on."""
        original = getattr(owner, attribute)

        @functools.wraps(original)
        def measured(*args: Any, **kwargs: Any) -> Any:
            with self.stage(name):
                return original(*args, **kwargs)

        self.replace(owner, attribute, measured)

    def replace(self, owner: object, attribute: str, other: object) -> None:
        """Put ``other`` in its place until the end."""
        self._undo.append((owner, attribute, getattr(owner, attribute)))
        setattr(owner, attribute, other)


class Stages(Wrapping):
    """Seconds of each named stage on the thread that made this object.

    Stages nest: time inside an inner stage counts for that one alone, so that the sum of all stages is the time
    measured from outside. Product code is wrapped from here for the length of a ``with`` block and holds no
    measuring code itself.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seconds: dict[str, float] = {}
        self._thread = threading.get_ident()
        self._open: list[str] = []
        self._since = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Everything in the block belongs to ``name``, but for inner stages."""
        if threading.get_ident() != self._thread:
            yield
            return
        self._settle()
        self._open.append(name)
        try:
            yield
        finally:
            self._settle()
            self._open.pop()

    def rename(self, name: str) -> None:
        """From now on the innermost open stage is ``name``: a step within it was reached."""
        self._settle()
        self._open[-1] = name

    def wrap_iterator(self, owner: object, attribute: str, name: str) -> None:
        """Measure what the generator function ``owner.attribute`` does between two of its results."""
        original = getattr(owner, attribute)

        @functools.wraps(original)
        def measured(*args: Any, **kwargs: Any) -> Iterator[Any]:
            results = original(*args, **kwargs)
            try:
                while True:
                    with self.stage(name):
                        try:
                            result = next(results)
                        except StopIteration:
                            return
                    yield result
            finally:
                results.close()

        self.replace(owner, attribute, measured)

    def _settle(self) -> None:
        now = time.perf_counter()
        if self._open:
            name = self._open[-1]
            self.seconds[name] = self.seconds.get(name, 0.0) + now - self._since
        self._since = now


class Memory:
    """The highest resident memory of this process, of all below it (workers, and the programs of theirs), and of both.

    Sampled from ``/proc``. Pages shared between processes (libraries) count in each of them.
    """

    def __init__(self, every: float = 0.2) -> None:
        self.own = self.children = self.together = 0
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._sample()
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()
        self._sample()

    def _watch(self) -> None:
        while not self._stop.wait(self._every):
            self._sample()

    def _sample(self) -> None:
        me = os.getpid()
        own, children = _resident(me), sum(map(_resident, _descendants(me)))
        self.own, self.children = max(self.own, own), max(self.children, children)
        self.together = max(self.together, own + children)


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:  # it ended while we looked
            continue
        for child in children:
            yield child
            yield from _descendants(child)


def _resident(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def cpu_seconds() -> float:
    """CPU seconds of this process and of all children that ended so far."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


def cpu_of_tree() -> float:
    """CPU seconds so far of this process and all below it, those still at work among them."""
    ticks = 0
    for pid in _descendants(os.getpid()):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked, and is counted by its parent
            continue
        ticks += sum(map(int, fields[11:15]))  # its own, and of its children that ended
    return cpu_seconds() + ticks / os.sysconf("SC_CLK_TCK")


def peak_mib() -> int:
    """The highest resident memory of this process so far; unlike ``ru_maxrss`` without that of whoever started it."""
    return int(_field("/proc/self/status", "VmHWM").split()[0]) // 1024


def load_average() -> float:
    """Processes that wanted to run, on average over the last minute; above the number of cores, they waited."""
    return round(os.getloadavg()[0], 2)


def machine(packages: Sequence[str]) -> dict[str, Any]:
    """What the figures depend on besides the code."""
    return {
        "cpus": len(os.sched_getaffinity(0)),
        "cpu": _field("/proc/cpuinfo", "model name"),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB,
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in packages},
    }


def _field(file: str, name: str) -> str:
    for line in Path(file).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "unknown"


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0
