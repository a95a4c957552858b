"""Every byte of an evidence file's zip changed, taken out, and pushed on by another: is each found?

    python -m bench.zipbytes [--seed 1] [--inside 2000] [--whole 200] [--json FILE]

A small bundle is packed; at every position outside of the files' own bytes (headers, names, directory, end
record), and at a sample inside, one byte is changed to another, removed, and added before. Each altered zip is
opened and compared with its canonical rebuild, as ``evidence verify`` does; a sample goes through all of it.
Bytes before and after, in comments, and in extra fields come on top. Ends with 1 where an alteration was not found.
"""

from __future__ import annotations

import argparse
import json
import random
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent)]

from _measure import machine  # noqa: E402
from _originals import bundle_case  # noqa: E402
from builder import write_zip  # noqa: E402

from evidence.errors import EvidenceError  # noqa: E402
from evidence.model.problem import Place  # noqa: E402
from evidence.model.report import Status  # noqa: E402
from evidence.verify import verify_paths  # noqa: E402
from evidence.verify.archive import check_archive  # noqa: E402
from evidence.verify.files import Bag, ZipFiles  # noqa: E402
from evidence.verify.refused import Refused  # noqa: E402

__all__ = ["Alteration", "alterations", "extras", "is_found", "packed", "parts"]


@dataclass(frozen=True, slots=True)
class Alteration:
    """``kind``: changed, removed, added, or what else was done; ``part`` of the zip it was done to."""

    kind: str
    part: str
    at: int
    data: bytes


def packed(folder: Path, seed: int) -> bytes:
    """The canonical zip of a small bundle."""
    return write_zip(folder / "whole.zip", bundle_case(random.Random(seed)).files()).read_bytes()


def parts(whole: bytes) -> dict[int, str]:
    """Which part of a canonical zip each position belongs to, read from its own directory."""
    count, size, offset = struct.unpack("<HLL", whole[-12:-2])
    found = dict.fromkeys(range(offset, offset + size), "directory")
    found.update(dict.fromkeys(range(offset + size, len(whole)), "end record"))
    at = offset
    for _ in range(count):
        length, name, start = (
            struct.unpack_from("<L", whole, at + 24)[0],
            struct.unpack_from("<H", whole, at + 28)[0],
            struct.unpack_from("<L", whole, at + 42)[0],
        )
        found.update(dict.fromkeys(range(start, start + 30), "header"))
        found.update(dict.fromkeys(range(start + 30, start + 30 + name), "name"))
        found.update(dict.fromkeys(range(start + 30 + name, start + 30 + name + length), "content"))
        at += 46 + name
    return found


def alterations(
    whole: bytes, positions: Iterator[int] | list[int], rng: random.Random
) -> Iterator[Alteration]:
    """One byte changed, removed, and added, at each position."""
    of = parts(whole)
    for at in positions:
        other = bytes([whole[at] ^ rng.randrange(1, 256)])
        yield Alteration("changed", of[at], at, whole[:at] + other + whole[at + 1 :])
        yield Alteration("removed", of[at], at, whole[:at] + whole[at + 1 :])
        yield Alteration("added", of[at], at, whole[:at] + rng.randbytes(1) + whole[at:])


def extras(whole: bytes) -> Iterator[Alteration]:
    """What zip tools pass over: bytes before and after, and comments and extra fields put in by the rules."""
    size, offset = struct.unpack("<LL", whole[-10:-2])
    body, directory, end = whole[:offset], whole[offset : offset + size], whole[offset + size :]
    yield Alteration("prepended", "", 0, b"x" + whole)
    yield Alteration("appended", "", len(whole), whole + b"x")
    yield Alteration("comment", "end record", len(whole), whole[:-2] + b"\x02\x00hi")
    gap = end[:16] + struct.pack("<L", offset + 1) + end[20:]
    yield Alteration("gap before the directory", "", offset, body + b"x" + directory + gap)
    name = struct.unpack_from("<H", directory, 28)[0]
    field = struct.pack("<2H", 0x7075, 1) + b"x"
    longer = (
        directory[:30] + struct.pack("<H", 5) + directory[32 : 46 + name] + field + directory[46 + name :]
    )
    grown = end[:12] + struct.pack("<L", size + 5) + end[16:]
    yield Alteration("extra field", "directory", offset + 46 + name, body + longer + grown)
    noted = directory[:32] + struct.pack("<H", 1) + directory[34 : 46 + name] + b"x" + directory[46 + name :]
    grown = end[:12] + struct.pack("<L", size + 1) + end[16:]
    yield Alteration("file comment", "directory", offset + 46 + name, body + noted + grown)


def is_found(path: Path) -> bool:
    """Whether a zip is refused, or is not its canonical rebuild: the first thing ``evidence verify`` asks of it."""
    try:
        files = ZipFiles(path)
    except Refused:
        return True
    with Bag(files) as bag:
        if "bagit.txt" not in bag and "seal.json" not in bag:
            return True
        return check_archive(path, bag, files.prefix, Place()).status is Status.FAIL


def is_found_whole(path: Path) -> bool:
    """The same by all of ``evidence verify``."""
    try:
        return not verify_paths([path]).ok
    except EvidenceError:
        return True


def main() -> int:
    parser = argparse.ArgumentParser(description="Every byte of an evidence file's zip, altered.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inside", type=int, default=2000, help="positions inside of the files' own bytes")
    parser.add_argument("--whole", type=int, default=200, help="alterations that go through all of verify")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    start = time.perf_counter()
    tried: Counter[str] = Counter()
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        whole = packed(folder, arguments.seed)
        assert not is_found(folder / "whole.zip"), "the untouched zip is called altered"
        of = parts(whole)
        inside = [at for at in range(len(whole)) if of[at] == "content"]
        positions = sorted(
            {at for at in range(len(whole)) if of[at] != "content"}
            | set(rng.sample(inside, min(len(inside), arguments.inside)))
        )
        chosen = frozenset(rng.sample(range(3 * len(positions)), min(arguments.whole, 3 * len(positions))))
        target = folder / "altered.zip"
        every = [*extras(whole)]
        for number, one in enumerate((*every, *alterations(whole, positions, rng))):
            target.write_bytes(one.data)
            tried[f"{one.kind}, {one.part}" if one.part else one.kind] += 1
            if not is_found(target):
                missed.append(f"{one.kind} at {one.at} ({one.part})")
            if number < len(every) or number in chosen:
                tried["by all of verify"] += 1
                if not is_found_whole(target):
                    missed.append(f"{one.kind} at {one.at} ({one.part}), by all of verify")
    figures = {
        "schema_version": 1,
        "benchmark": "zipbytes",
        "machine": machine(()),
        "zip_bytes": len(whole),
        "positions_outside": sum(part != "content" for part in of.values()),
        "positions_inside": len(positions) - sum(part != "content" for part in of.values()),
        "tried": dict(sorted(tried.items())),
        "missed": missed,
        "seconds": round(time.perf_counter() - start, 1),
    }
    print(json.dumps(figures, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
