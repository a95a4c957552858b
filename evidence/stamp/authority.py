"""Asking a timestamp authority: over HTTP (RFC 3161 §3.4), or a program on this machine.

Everything that comes back is a stranger's: bounded in time and size, and judged by :mod:`evidence.stamp.timestamp`. The
connection need not be secret, since a token is signed and bound to its request.
"""

from __future__ import annotations

import http.client
import shlex
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from evidence.errors import EvidenceError, Place, fail

__all__ = ["ANSWER_BYTES", "TIMEOUT_S", "ask_command", "ask_http"]

TIMEOUT_S = 30.0
"""From the first byte asked to the last one answered. `openssl ts` takes 10 ms, authorities in use under a second."""

ANSWER_BYTES = 64 * 1024
"""Longest answer taken; a token with its certificates has 1 to 10 KiB."""

_PIECE = 8 * 1024


def _opener() -> urllib.request.OpenerDirector:
    """HTTP and nothing else: urllib's own opener would follow a redirect to a file or an FTP server."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener


def ask_http(url: str, request: bytes, where: Place, timeout: float = TIMEOUT_S) -> bytes:
    """The body of the authority's answer.

    Raises ``stamp.tsa-unreachable``, ``-slow``, ``-http`` (a status other than 200), ``-huge``. Redirects are not
    followed: the address is written down once, where it is trusted.
    """
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    parts = urlsplit(url)
    if parts.username is not None:  # https://name:password@host/: some authorities know their customers by it
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {b64encode(login.encode()).decode('ascii')}"
        url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    asked = urllib.request.Request(url, data=request, headers=headers, method="POST")
    end = time.monotonic() + timeout
    try:
        with _opener().open(asked, timeout=timeout) as answer:
            data = b""
            while len(data) <= ANSWER_BYTES:
                if time.monotonic() > end:
                    raise TimeoutError
                piece = answer.read1(_PIECE)
                if not piece:
                    return data
                data += piece
    except urllib.error.HTTPError as error:
        raise fail("stamp.tsa-http", where, url=_shown(url), status=error.code) from error
    except (TimeoutError, urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise _unreachable(error, url, where, timeout) from error
    raise fail("stamp.tsa-huge", where, limit=ANSWER_BYTES)


def _unreachable(error: Exception, url: str, where: Place, timeout: float) -> EvidenceError:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return fail("stamp.tsa-slow", where, seconds=round(timeout))
    # Numbers and names of classes: the system's own words come in the system's language.
    number = cause.errno if isinstance(cause, OSError) and not isinstance(cause, socket.gaierror) else None
    reason = f"{type(cause).__name__} {number or ''}".strip()
    return fail("stamp.tsa-unreachable", where, url=_shown(url), reason=reason)


def _shown(url: str) -> str:
    """The address without user name and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def ask_command(
    command: str, request: bytes, where: Place, folder: Path, timeout: float = TIMEOUT_S
) -> bytes:
    """The answer of a local authority: ``command`` with ``{request}`` and ``{answer}`` for the two files.

    No shell is involved. Raises ``stamp.tsa-command`` (not found, or it failed), ``-slow``, ``-huge``.
    """
    with tempfile.TemporaryDirectory(prefix="evidence-tsa-") as name:
        query, answer = Path(name, "request.tsq"), Path(name, "answer.tsr")
        query.write_bytes(request)
        words = [
            word.replace("{request}", str(query)).replace("{answer}", str(answer))
            for word in shlex.split(command)
        ]
        try:
            done = subprocess.run(  # nosec B603 # no shell; the command is the office's own
                words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise fail("stamp.tsa-slow", where, seconds=round(timeout)) from error
        except OSError as error:
            raise fail("stamp.tsa-command", where, command=words[0], status=error.errno or 0) from error
        if done.returncode or not answer.is_file():
            raise fail("stamp.tsa-command", where, command=words[0], status=done.returncode)
        with answer.open("rb") as file:
            data = file.read(ANSWER_BYTES + 1)
    if len(data) > ANSWER_BYTES:
        raise fail("stamp.tsa-huge", where, limit=ANSWER_BYTES)
    return data
