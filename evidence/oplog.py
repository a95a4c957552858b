"""What a command did, as a line of JSON for those who run the machine: never for whom, to whom, or about whom.

Two guards. A line of our own holds fields of a short list, whose values are codes, numbers and times. What other
libraries log passes :class:`Redacting`, which keeps the shape of a message and covers whatever could be a person's:
everything that is not ASCII, what stands in quotes, long numbers, addresses of mail, secrets in URLs, long tokens.
"""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

__all__ = ["FIELDS", "JsonLines", "Redacting", "line", "listen", "redact", "write"]

FIELDS = (
    "at",
    "level",
    "event",
    "command",
    "exit",
    "seconds",
    "codes",
    "counts",
    "host",
    "pid",
    "logger",
    "text",
)
"""All that may stand in a line. ``text`` is only of other libraries, and redacted."""

_CODE = re.compile(r"[a-z0-9.-]{1,80}")
_COVERS = (
    (re.compile(r"(?<=://)[^/@\s]+@"), "*@"),  # user and password of a URL
    (re.compile(r"\S+@\S+\.\S+"), "*"),  # mail
    (re.compile(r"""(["'`]).*?\1"""), "*"),
    (re.compile(r"[\w-]*[^\x00-\x7f][\w-]*"), "*"),  # names, rooms, addresses, reasons as people write them
    (re.compile(r"/[Rr]/\S+"), "/R/*"),
    (re.compile(r"\b[A-Za-z0-9+/_=-]{20,}"), "*"),
    (re.compile(r"\d[\d -]{4,}\d"), "*"),  # telephones, cards, waybills, letter numbers
    (re.compile(r"[\x00-\x1f\x7f]+"), " "),
)


def redact(text: str) -> str:
    """``text`` with everything covered that could be about a person."""
    for pattern, cover in _COVERS:
        text = pattern.sub(cover, text)
    return text[:500]


def line(
    event: str,
    *,
    level: str = "info",
    command: str = "",
    exit_code: int | None = None,
    seconds: float | None = None,
    codes: Sequence[str] = (),
    counts: Mapping[str, int] | None = None,
    at: datetime | None = None,
) -> str:
    """One line. What is no code, number or time is left out rather than written."""
    said: dict[str, object] = {
        "at": (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds"),
        "level": level,
        "event": event,
        "command": command if _CODE.fullmatch(command) else "",
        "host": socket.gethostname(),
        "pid": os.getpid(),
    }
    if exit_code is not None:
        said["exit"] = int(exit_code)
    if seconds is not None:
        said["seconds"] = round(seconds, 3)
    if codes:
        said["codes"] = sorted({code for code in codes if _CODE.fullmatch(code)})
    if counts:
        said["counts"] = {name: int(n) for name, n in counts.items() if re.fullmatch(r"[a-z_]{1,40}", name)}
    return json.dumps({name: said[name] for name in FIELDS if name in said})


def write(target: str, text: str) -> None:
    """Append a line to the file ``target``, or to stderr for ``-``. A log that cannot be written stops no work."""
    try:
        if target == "-":
            print(text, file=sys.stderr)
            return
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, f"{text}\n".encode())
        finally:
            os.close(handle)
    except OSError:
        return


class Redacting(logging.Filter):
    """Covers a record's text; what a traceback would tell goes, but for the type of the fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if record.exc_info and record.exc_info[0]:
            text = f"{text} ({record.exc_info[0].__name__})"
        record.msg, record.args, record.exc_info, record.exc_text, record.stack_info = (
            redact(text),
            (),
            None,
            None,
            None,
        )
        return True


class JsonLines(logging.Formatter):
    """A record as one of our lines."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": "log",
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "logger": record.name,
            "text": record.getMessage(),
        }
        return json.dumps(said)


def listen(target: str, level: int = logging.WARNING) -> logging.Handler:
    """Take what all libraries log into ``target`` too, redacted; for commands that run long."""
    handler: logging.Handler
    if target == "-":
        handler = logging.StreamHandler[TextIO](sys.stderr)
    else:
        Path(target).touch(mode=0o600)
        handler = logging.FileHandler(target, encoding="utf-8", delay=True)
    handler.setLevel(level)
    handler.addFilter(Redacting())
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    return handler
