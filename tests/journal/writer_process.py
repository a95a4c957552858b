"""A process that appends to a journal and says what it was told is kept; killed, or kills itself, on request.

writer_process.py DATABASE steady NAME BATCHES SIZE    append BATCHES of SIZE, a line after each commit
writer_process.py DATABASE die-before-commit           append five entries, then vanish
writer_process.py DATABASE die-after-commit            append five, commit, say so, then vanish
writer_process.py DATABASE one-after-another           a process of its own for each line of the input, in its words:
                                                       its pid, what it says, and "ended"; nothing is imported again
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from conftest import AT, KEY

from evidence.journal import Journal, entries, open_engine, writing


def batch(name: str, number: int, size: int) -> list[bytes]:
    return [
        entries.run_completed(at=AT, by=KEY.kid, run=f"{name}-{number}", issued=i, voided=0)
        for i in range(size)
    ]


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def one_after_another(database: str) -> None:
    for row in sys.stdin:
        writer = os.fork()
        if writer == 0:
            say(str(os.getpid()))
            main(database, *row.split())
            os._exit(0)
        os.waitpid(writer, 0)
        say("ended")


def main(database: str, mode: str, *rest: str) -> None:
    if mode == "one-after-another":
        return one_after_another(database)
    where = database if "://" in database else Path(database)
    engine = open_engine(where, busy_timeout_ms=60_000)
    journal = Journal(engine)
    if mode == "steady":
        name, batches, size = rest[0], int(rest[1]), int(rest[2])
        for number in range(batches):
            with writing(engine) as conn:
                kept = journal.append(conn, batch(name, number, size))
            say(f"{kept.start} {kept.stop}")
        return None
    with writing(engine) as conn:
        journal.append(conn, batch("dying", 0, 5))
        if mode == "die-before-commit":
            say("appended")
            os._exit(9)
    say("committed")
    os._exit(9)


if __name__ == "__main__":
    main(*sys.argv[1:])
