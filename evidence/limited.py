"""Running one of our own modules in a process of its own, with limits of time and memory.

Strangers' files are taken apart by C and C++ libraries and by readers that a hostile file may send in circles: they may
cost that process its life, but not the command's. Bytes go in, plain JSON comes out; nothing that was unpickled or
imported from the file ever reaches the caller. This module knows no format and belongs to no room, so that the writers
and the checker, which share no other code, can both be run by it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Limits", "OverLimits", "answer", "ask"]

_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")
_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds by the clock and of the processor, bytes of address space, bytes of the answer."""

    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int
    answer_bytes: int


class OverLimits(Exception):  # noqa: N818 - it is a verdict on the input, not an error of the program
    """The process took more time or memory than it may, or came to its end; ``part`` is ``time`` or ``limits``."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def ask(module: str, arguments: Sequence[str], data: bytes, limits: Limits) -> Any:
    """What ``python -m module arguments`` answers, with ``data`` on its standard input; :class:`OverLimits`.

    The process has none of this one's environment but where programs and languages are found. That it keeps to its
    limits of memory and processor time is its own first act (:func:`answer`); the clock is kept here.
    """
    command = [sys.executable, "-m", module, *arguments]
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
    try:
        done = subprocess.run(  # nosec B603 # this Python and a module of ours
            command,
            input=data,
            capture_output=True,
            timeout=limits.wall_seconds,
            cwd=_ROOT,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise OverLimits("time") from None
    if done.returncode != 0 or len(done.stdout) > limits.answer_bytes:
        raise OverLimits("limits")
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise OverLimits("limits") from None


def answer(limits: Limits, compute: Callable[[bytes], Any]) -> None:
    """The other end of :func:`ask`, to be called by the module it runs: ``compute`` gives what JSON can hold."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(compute(sys.stdin.buffer.read())))
