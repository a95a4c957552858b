"""How long a large evidence file takes to check, beside ``sha256sum -c`` and ``openssl dgst`` on the same files.

    python -m bench.verify [--files 10000] [--mib 1200] [--rounds 3] [--folder FOLDER] [--json FILE]

Makes a bundle of many random files in a temporary folder (as much disk is needed), then in turn: ``sha256sum
-c`` on its manifest, ``openssl dgst -sha256`` on its files, the digests with the tree and the checkpoint alone
(SHA-256), the same with SM3, and all of ``evidence verify``. Each is a process of its own; the files are in the
page cache. Ends with 1 where a figure is above its limit.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent)]

from _measure import MIB, load_average, machine, median, peak_mib  # noqa: E402
from _originals import bundle_case  # noqa: E402

#: Wall time as a share of ``sha256sum -c``; where coreutils is fast itself, of ``openssl dgst``.
TREE_SHARE, TREE_BESIDE_OPENSSL, BOTH_SHARE, MEMORY_MIB = 0.45, 1.5, 1.35, 150
PACKAGES = ("cryptography",)


def made(folder: Path, files: int, mib: int, seed: int) -> Path:
    """A bundle with ``files`` random exhibits of ``mib`` MiB together."""
    rng = random.Random(seed)
    case = bundle_case(rng)
    size = mib * MIB // files
    for number in range(files):
        length = rng.randrange(size // 4, size * 7 // 4)
        case.payload[f"data/originals/exhibits/{number:05d}.bin"] = rng.randbytes(length)
    written = case.files()
    for path, data in written.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def digests(folder: Path, algorithms: str) -> None:
    """What stands between the bytes and the signed checkpoint, and nothing else: for ``--child``."""
    from evidence.verify.files import FolderFiles, digests_in_parallel
    from evidence.verify.journal import check_journal
    from evidence.verify.keys import parse_key_file
    from evidence.verify.merkle import leaf_hash, root_of

    files = FolderFiles(folder)
    with_sm3 = algorithms == "both"
    paths = [path for path in files.paths if not path.startswith("journal/")]
    found = digests_in_parallel(files, paths, sm3=with_sm3)
    leaves = [found[path].sha256 + found[path].sm3 for path in paths]
    assert len(leaf_hash(root_of(leaves))) == 32
    held = {path: (folder / path).read_bytes() for path in files.paths if path.startswith("journal/")}
    names = {path: data for path, data in held.items() if "consistency" not in path}
    journal = check_journal(names, parse_key_file((folder / "keys/office.pub").read_bytes()), "bundle")
    assert not [fact for fact in journal.facts if fact.status.value == "fail"]


def child(what: str, folder: Path) -> None:
    if what in ("sha256", "both"):
        digests(folder, what)
    else:
        from evidence.verify import render_text, verify_paths

        report = verify_paths([folder])
        assert report.ok
        render_text(report, "en")
    print(peak_mib())


def timed(command: list[str], folder: Path) -> tuple[float, str]:
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    return time.perf_counter() - start, done.stdout


def measure(folder: Path, rounds: int) -> dict[str, Any]:
    """Medians of wall seconds, and the highest memory of the processes that are ours."""
    payload = sorted(
        str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and "data" in p.parts
    )
    (folder.parent / "list").write_text("\0".join(payload), "utf-8")
    me = [sys.executable, str(Path(__file__).resolve()), "--child"]
    commands = {
        "sha256sum -c": ["sha256sum", "-c", "--quiet", "manifest-sha256.txt"],
        "openssl dgst": [
            "xargs",
            "-0",
            "-a",
            str(folder.parent / "list"),
            "openssl",
            "dgst",
            "-sha256",
            "-r",
        ],
        "SHA-256, tree, checkpoint": [*me, "sha256", "--folder", str(folder)],
        "SHA-256 and SM3": [*me, "both", "--folder", str(folder)],
        "evidence verify": [*me, "verify", "--folder", str(folder)],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    memory: dict[str, int] = {}
    for _ in range(rounds):
        for name, command in commands.items():
            wall, said = timed(command, folder)
            seconds[name].append(wall)
            if command[:3] == me:
                memory[name] = max(memory.get(name, 0), int(said))
    return {"seconds": {name: round(median(times), 2) for name, times in seconds.items()}, "peak_mib": memory}


def main() -> int:
    parser = argparse.ArgumentParser(description="How long a large evidence file takes to check.")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--mib", type=int, default=1_200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the temporary bundle is made")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child, arguments.folder)
        return 0
    before = load_average()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as scratch:
        # In a process of its own: this one stays small.
        if (pid := os.fork()) == 0:
            made(Path(scratch) / "bundle", arguments.files, arguments.mib, arguments.seed)
            os._exit(0)
        if os.waitpid(pid, 0)[1]:
            return 1
        figures = measure(Path(scratch) / "bundle", arguments.rounds)
    host = {**machine(PACKAGES), "load_before": before, "load_after": load_average()}
    figures = {
        "schema_version": 1,
        "benchmark": "verify",
        "machine": host,
        "files": arguments.files,
        "mib": arguments.mib,
        **figures,
    }
    seconds = figures["seconds"]
    base = seconds["sha256sum -c"]
    for name, value in seconds.items():
        memory = figures["peak_mib"].get(name)
        print(f"{name:<28}{value:>8.2f} s{value / base:>8.2f} x{f'{memory:>7} MiB' if memory else ''}")
    print(f"{arguments.files} files, {arguments.mib} MiB, load {before} to {host['load_after']}")
    tree = seconds["SHA-256, tree, checkpoint"]
    good = tree <= TREE_SHARE * base or tree <= TREE_BESIDE_OPENSSL * seconds["openssl dgst"]
    good &= (
        seconds["SHA-256 and SM3"] <= BOTH_SHARE * base and seconds["evidence verify"] <= BOTH_SHARE * base
    )
    good &= max(figures["peak_mib"].values()) < MEMORY_MIB
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
