"""Text messages through whatever provider the office has: one small interface, so that each can be swapped or simulated.

``console``       prints the message; for tests, witnessed by nobody
``command:PATH``  runs a program of the office's, which gets ``{"phone","text"}`` as JSON on its standard input, hands the
                  message to the provider, and prints the provider's number of it on one line
``NAME``          a sender that a Python package registers under the entry points ``evidence.sms``
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from evidence.errors import fail

__all__ = ["CommandSender", "ConsoleSender", "SmsSender", "sender_named"]

_SECONDS = 15
_NUMBER = re.compile(r"[\x21-\x7e]{1,100}")


class SmsSender(Protocol):
    """``send`` gives the provider's number of the message, by which the provider can find its record again.

    Empty: nobody but the sender saw it. Raises ``web.sms-failed``.
    """

    def send(self, phone: str, text: str) -> str: ...


class ConsoleSender:
    """Prints what would be sent. Nobody carried it, so it witnesses nothing."""

    def __init__(self, show: Callable[[str], object] | None = None) -> None:
        self._show = show or (lambda line: print(line, file=sys.stderr, flush=True))

    def send(self, phone: str, text: str) -> str:
        self._show(f"SMS {phone}: {text}")
        return ""


class CommandSender:
    """A program of the office's own; its standard error is not shown, since it may name the number."""

    def __init__(self, program: Path) -> None:
        self._program = program
        if not program.is_file():
            raise fail("web.sms-unknown", given=f"command:{program}")

    def send(self, phone: str, text: str) -> str:
        told = json.dumps({"phone": phone, "text": text}, ensure_ascii=False).encode()
        try:
            done = subprocess.run(  # nosec B603 # no shell; the program is the office's own
                [self._program], input=told, capture_output=True, timeout=_SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise fail("web.sms-failed", reason=type(error).__name__) from error
        number = done.stdout.decode("utf-8", "replace").strip()
        if not _NUMBER.fullmatch(number):
            raise fail("web.sms-failed", reason="no message number")
        return number


def sender_named(name: str) -> SmsSender | None:
    """``None`` for ``none``; ``web.sms-unknown`` for a name nobody registered."""
    kind, _, rest = name.partition(":")
    if name == "none":
        return None
    if name == "console":
        return ConsoleSender()
    if kind == "command" and rest:
        return CommandSender(Path(rest))
    for point in entry_points(group="evidence.sms", name=name):
        made: SmsSender = point.load()()
        return made
    raise fail("web.sms-unknown", given=name)
