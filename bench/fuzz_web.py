"""Thousands of requests that schemathesis makes from the pages' own description, and 10,000 from one address.

``python bench/fuzz_web.py``: the whole application in process, ``--examples`` requests of both kinds to every operation
(``tests/web/fuzzing.py`` says which), ``--seed`` chooses other ones. Every answer must have an expected status and hold
no trace of a program, and the journal must check afterwards. Then the real server on loopback, its limits as an office
has them: ``--flood`` requests from one address for one link, over 32 connections.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "web")]

import webcase  # noqa: E402
from fuzzing import TRACE, Fuzz  # noqa: E402

from evidence.workspace import Workspace  # noqa: E402

PASSWORD = "样本口令-一二三四五六七"


def fuzz(office: Path, examples: int, seed: int) -> dict[str, Any]:
    with Workspace.open(office, source=webcase.Clock().source("staff")) as workspace:
        workspace.add_staff("样丙", "admin", PASSWORD)
    began = time.perf_counter()
    with webcase.page(office) as made:
        tally = Fuzz(made, webcase.token_of(office), PASSWORD).run(examples, seed)
        receipts = len(made.receipts(webcase.NUMBER))
    with Workspace.open(office, source=webcase.Clock().source("look")) as workspace:
        entries, faults = workspace.check_journal()
    return {
        "requests": sum(tally.statuses.values()),
        "statuses": dict(sorted(tally.statuses.items())),
        "receipts": receipts,
        "faults": tally.faults[:20],
        "journal_entries": entries,
        "journal_faults": len(faults),
        "seconds": round(time.perf_counter() - began),
    }


def flood(office: Path, requests: int) -> dict[str, Any]:
    """One address is the one this machine asks from; ``X-Forwarded-For`` is believed of nobody who is not named."""
    token, statuses, left = webcase.token_of(office), Counter[str](), [requests]
    with webcase.page(office) as made, webcase.server(made) as base:
        port, before = int(base.rpartition(":")[2]), len(made.receipts())

        async def ask() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            while left[0] > 0:
                left[0] -= 1
                head = f"GET /R/{token} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {webcase.PHONE_AGENT}\r\n"
                writer.write(f"{head}X-Forwarded-For: 192.0.2.{left[0] % 200}\r\n\r\n".encode())
                answer = await reader.readuntil(b"\r\n\r\n")
                found = re.search(rb"content-length: (\d+)", answer)
                assert found
                body = await reader.readexactly(int(found[1]))
                assert not TRACE.search(body.decode())
                statuses[answer.split()[1].decode()] += 1
            writer.close()

        async def all_of_them() -> None:
            await asyncio.gather(*(ask() for _ in range(32)))

        began = time.perf_counter()
        asyncio.run(all_of_them())
        return {
            "requests": requests,
            "statuses": dict(statuses),
            "receipts_more": len(made.receipts()) - before,
            "seconds": round(time.perf_counter() - began, 1),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flood", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        office = webcase.office(Path(folder), ROOT)
        found = fuzz(office, options.examples, options.seed)
        print(json.dumps({"fuzz": found}, ensure_ascii=False), flush=True)
        flooded = flood(office, options.flood)
        print(json.dumps({"flood": flooded}), flush=True)
    return 1 if found["faults"] or found["journal_faults"] or set(flooded["statuses"]) - {"200", "429"} else 0


if __name__ == "__main__":
    sys.exit(main())
