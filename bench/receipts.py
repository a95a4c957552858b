"""Receipts a second over HTTP, each durable before its answer, and what a killed server loses.

``python bench/receipts.py``: the real server (uvicorn, the whole application) on loopback, on SQLite and on a PostgreSQL
started for it; only the limits on requests are lifted. ``--clients`` telephones keep a connection each and confirm
receipt as fast as they are answered; client and server share the machine. Then ``--kills`` times the server is killed
with SIGKILL under load: every receipt that was answered must be in the database, the journal must check, and the server
must go on.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "web"), str(ROOT / "tests" / "journal")]

import postgres  # noqa: E402
import webcase  # noqa: E402

from evidence.clock import Source  # noqa: E402
from evidence.web.pages import FORM_LASTS  # noqa: E402
from evidence.web.seals import Sealer  # noqa: E402
from evidence.web.settings import Settings  # noqa: E402
from evidence.workspace import Workspace  # noqa: E402

NOW = datetime.fromisoformat(webcase.LATER)
SOURCE = Source(lambda: NOW, secrets.token_bytes, is_test=True)
_RECEIPT = re.compile(rb"/receipts/(\d+)\"")


def serve(office: Path) -> None:
    """The server, in a process of its own, until it is killed."""
    from evidence.web.server import bind
    from evidence.web.server import serve as run

    settings = Settings(is_secure=False, requests_a_second=1e9, requests_at_once=10**9)
    listening = bind("127.0.0.1", 0)
    with Workspace.open(office, source=SOURCE) as workspace, workspace.letter_page() as page:
        run(page, settings, listening, ready=lambda: print(listening.getsockname()[1], flush=True))


@contextmanager
def served(office: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    words = [sys.executable, __file__, "--serve", str(office)]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert child.stdout
        yield int(child.stdout.readline()), child
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
        child.wait(60)


class Telephone:
    """One connection, let in by the code, that confirms receipt again and again."""

    def __init__(self, token: str, sealer: Sealer, letter: str) -> None:
        sid = secrets.token_hex(16)
        known = {"letter": letter, "method": "fold", "message": "", "sid": sid}
        cookies = {
            "evs": sealer.seal("session", {"sid": sid}, NOW, FORM_LASTS),
            "evr": sealer.seal("reader", known, NOW, FORM_LASTS),
        }
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self._form = lambda: sealer.seal(
            "form:received", {"sid": sid, "once": secrets.token_hex(16), "letter": letter}, NOW, FORM_LASTS
        )
        self._head = (
            f"POST /R/{token}/received HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {webcase.PHONE_AGENT}\r\n"
            f"Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        )
        self.answered: list[int] = []
        self.took: list[float] = []

    async def run(self, port: int, ends: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < ends:
            body = urlencode({"form": self._form(), "relation": "self", "name": "样人"})
            began = time.perf_counter()
            writer.write(f"{self._head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            found = re.search(rb"content-length: (\d+)", head)
            assert found and b" 200 " in head.split(b"\r\n")[0], head
            page = await reader.readexactly(int(found[1]))
            self.took.append(time.perf_counter() - began)
            number = _RECEIPT.search(page)
            assert number, page
            self.answered.append(int(number[1]))
        writer.close()


async def _load(telephones: list[Telephone], port: int, seconds: float, kill: Any = None) -> None:
    ends = time.perf_counter() + seconds
    tasks = [asyncio.create_task(one.run(port, ends)) for one in telephones]
    if kill is not None:
        await asyncio.sleep(seconds * random.Random(len(telephones)).uniform(0.3, 0.9))
        kill()
    for done in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(done, AssertionError) or (isinstance(done, Exception) and kill is None):
            raise done


def _cpu_seconds(process: int) -> float:
    """What a process has worked so far: a figure that does not depend on what else the machine does."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(office: Path, clients: int, seconds: float, kills: int) -> dict[str, Any]:
    token = webcase.token_of(office)
    with Workspace.open(office, source=SOURCE) as workspace, workspace.letter_page() as page:
        sealer = Sealer(page.key)

    def telephones() -> list[Telephone]:
        return [Telephone(token, sealer, webcase.NUMBER) for _ in range(clients)]

    answered: list[int] = []
    with served(office) as (port, child):
        asyncio.run(_load(telephones(), port, 1.0))  # imports and connections are not measured
        some = telephones()
        began, worked = time.perf_counter(), _cpu_seconds(child.pid)
        asyncio.run(_load(some, port, seconds))
        taken, worked = time.perf_counter() - began, _cpu_seconds(child.pid) - worked
    took = sorted(one for telephone in some for one in telephone.took)
    answered += [number for telephone in some for number in telephone.answered]
    for _ in range(kills):
        some = telephones()
        with served(office) as (port, child):
            asyncio.run(_load(some, port, 6.0, lambda: os.kill(child.pid, signal.SIGKILL)))
        answered += [number for telephone in some for number in telephone.answered]
    with Workspace.open(office, source=SOURCE) as workspace, workspace.letter_page() as page:
        kept = {receipt.id for receipt in page.receipts(webcase.NUMBER)}
        entries, faults = workspace.check_journal()
    return {
        "receipts_per_s": round(len(took) / taken),
        "server_cpu_ms": round(worked / len(took) * 1000, 1),
        "p50_ms": round(statistics.median(took) * 1000, 1),
        "p99_ms": round(took[int(len(took) * 0.99)] * 1000, 1),
        "clients": clients,
        "kills": kills,
        "answered": len(answered),
        "lost": len(set(answered) - kept),
        "journal_entries": entries,
        "journal_faults": len(faults),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return 0
    lost = 0
    for engine in ("sqlite", "postgresql"):
        if options.only not in (None, engine):
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = _with(engine, Path(folder), options)
        for row in found:
            print(json.dumps({"engine": engine, **row}), flush=True)
            lost += row["lost"] + row["journal_faults"]
    return 1 if lost else 0


def _with(engine: str, folder: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    if engine == "sqlite":
        webcase.make(folder, ROOT)
        return _rows(folder / "office", options)
    with postgres.server() as url:
        webcase.make(folder, ROOT, database=postgres.database(url, "receipts"))
        return _rows(folder / "office", options)


def _rows(office: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    last = options.clients[-1]
    return [measure(office, n, options.seconds, options.kills if n == last else 0) for n in options.clients]


if __name__ == "__main__":
    sys.exit(main())
