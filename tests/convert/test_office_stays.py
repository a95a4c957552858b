"""One process of LibreOffice stays for many calls; it is replaced when it dies or hangs, and goes when we go."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docx_maker import letter

from evidence.letters.convert import office as module
from evidence.letters.convert.fontdir import FontFolders
from evidence.letters.convert.office import Office, find_program
from evidence.letters.fonts import open_shelf

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


@pytest.fixture(scope="module")
def office(folder: Path) -> Iterator[Office]:
    made = Office(find_program(), folder / "own")
    yield made
    made.end()
    assert running(folder) == []
    assert not sockets(folder)


def running(folder: Path) -> list[int]:
    """Processes of the real program that were told a path in ``folder``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes().split(b"\0")
            dead = (process / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
        except OSError:
            continue
        if arguments[0].endswith(b"soffice.bin") and any(bytes(folder) in a for a in arguments) and not dead:
            found.append(int(process.name))
    return found


def sockets(folder: Path) -> list[Path]:
    return list(Path("/tmp").glob(f"OSL_PIPE_*_{module._pipe_mark(folder / 'own' / 'profile')}"))


def fonts(folder: Path) -> Path:
    folders = FontFolders(folder)
    return folders.config(folders.folder(open_shelf("zh"), ()))


def convert(office: Office, folder: Path, seconds: float = 60.0, letters: int = 1) -> tuple[int | None, bool]:
    """The exit code, and whether there is a PDF."""
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    (out / "a.docx").write_bytes(letter(1))
    ended = office.convert([out / "a.docx"], out, fonts(folder), seconds, letters)
    return ended, (out / "a.pdf").exists()


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it never came true")


def test_one_process_for_many_calls(office: Office, folder: Path) -> None:
    assert convert(office, folder) == (0, True)
    (first,) = running(folder)
    assert sockets(folder)  # where the next call finds it
    assert convert(office, folder) == (0, True)
    assert running(folder) == [first]


def test_it_is_replaced_before_it_has_grown(office: Office, folder: Path) -> None:
    convert(office, folder)
    (first,) = running(folder)
    assert convert(office, folder, letters=module.RECYCLE_AFTER) == (0, True)
    assert running(folder) != [first]


def test_one_that_died_between_calls_is_replaced(office: Office, folder: Path) -> None:
    convert(office, folder)
    (first,) = running(folder)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: running(folder) == [])
    assert convert(office, folder) == (
        0,
        True,
    )  # where its starter has not noticed yet, the call does it by itself
    assert convert(office, folder) == (0, True)
    assert running(folder) != [first]


def test_one_that_hangs_is_ended_in_time_and_replaced(office: Office, folder: Path) -> None:
    convert(office, folder)
    (hanging,) = running(folder)
    os.kill(hanging, signal.SIGSTOP)
    assert convert(office, folder, seconds=0.5) == (None, False)
    assert running(folder) == []
    assert convert(office, folder) == (0, True)


SCRIPT = """
import os, signal, sys
from pathlib import Path
from evidence.letters.convert.fontdir import FontFolders
from evidence.letters.convert.office import Office, find_program
from evidence.letters.fonts import open_shelf
folder = Path(sys.argv[1])
office, folders = Office(find_program(), folder / "own"), FontFolders(folder)
office._stand_by(folders.config(folders.folder(open_shelf("zh"), ())), 1, float("inf"))
print("runs" if office._process else "", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_does_not_outlive_a_process_that_was_killed(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"runs\n")
    wait_until(lambda: running(tmp_path) == [])
