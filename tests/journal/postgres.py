"""A real PostgreSQL of this machine, in a folder of its own, for the time of the tests; nothing outside is touched."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _programs() -> Path | None:
    """The newest server's programs, as Debian lays them out, or those on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _run(words: list[str]) -> None:
    subprocess.run(_as_nobody(words), check=True, capture_output=True, cwd="/", timeout=120)


def _as_nobody(command: list[str]) -> list[str]:
    """The server refuses to run as root; a container's tests often do."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid", _user(), "--clear-groups", "--", *command]


def _user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def server() -> Iterator[str]:
    """A URL without a database's name; skips by name where there is no PostgreSQL or no driver."""
    pytest.importorskip("psycopg")
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("setpriv is needed to start PostgreSQL as root")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: the name of a socket is at most 107 bytes long
    if os.geteuid() == 0:
        shutil.chown(folder, _user())
    data = folder / "data"
    options = ["-U", "evidence", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    _run([str(programs / "initdb"), "-D", str(data), *options])
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w"]
    # fsync stays on: the tests kill writers, not the server, yet what is measured should be what an office has.
    url = f"postgresql+psycopg://evidence@/{{name}}?host={folder}"
    start(url)
    try:
        yield url
    finally:
        _run([*control, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def _control(url: str) -> tuple[list[str], str]:
    folder = url.rpartition("host=")[2]
    return [str(_programs() / "pg_ctl"), "-D", f"{folder}/data", "-w"], folder  # type: ignore[operator]


def start(url: str) -> None:
    """Start the server of ``url`` (again)."""
    control, folder = _control(url)
    words = [*control, "-l", f"{folder}/log", "-o", f"-c listen_addresses='' -k {folder}", "start"]
    subprocess.run(_as_nobody(words), check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120)


def stop(url: str) -> None:
    """Take the server of ``url`` away at once, as a loss of power would."""
    _run([*_control(url)[0], "-m", "immediate", "stop"])


def database(url: str, name: str, template: str | None = None) -> str:
    """A new database on the server, empty or a copy of another that nobody is connected to; its URL."""
    import psycopg

    with psycopg.connect(url.format(name="postgres").replace("+psycopg", ""), autocommit=True) as connection:
        copied = f' TEMPLATE "{template}"' if template else ""
        connection.execute(f'CREATE DATABASE "{name}"{copied}')
    return url.format(name=name)
