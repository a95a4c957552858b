"""What breaks in the middle of a run, after some of its letters are recorded and before the last: named, with its exit
code and words, nothing half recorded; the same command ends the run as if nothing had happened.

(The database gone, the store answering 503, the clock set back: tests/office/test_faults.py.)
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import estate
import midrun
import pytest

from evidence.errors import EvidenceError, ExitCode, Problem
from evidence.letters.convert import children as children_module
from evidence.letters.convert.builtin import BuiltinConverter
from evidence.letters.convert.children import Children
from evidence.letters.convert.libreoffice import LibreOfficeConverter
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace, steps

pytestmark = pytest.mark.engine
NUMBERS = [f"2-2026-000{number}" for number in range(1, 5)]


@pytest.fixture(autouse=True)
def a_wave_for_each_letter(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    one_by_one(monkeypatch)
    yield
    steps.set_hook(None)


def one_by_one(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("evidence.workspace.issue.BATCH", 1)
    for converter in (BuiltinConverter, LibreOfficeConverter):
        patch.setattr(converter, "batches_at_once", 1)


def issue(root: Path, converter: str = "builtin") -> list[str]:
    with Workspace.open(root, source=estate.source()) as office:
        return [number.key for number in office.issue(LetterKind.DEMAND, converter=converter).issued]


def fails(root: Path, converter: str = "builtin") -> tuple[ExitCode, Problem]:
    with pytest.raises(EvidenceError) as caught:
        issue(root, converter)
    problem = caught.value.problems[0]
    assert midrun.has_chinese(problem)
    return caught.value.exit_code, problem


def state(root: Path) -> tuple[object, ...]:
    with Workspace.open(root, source=estate.source("look")) as office:
        return estate.state(office)


def after(step: str, time: int, act: Callable[[], object]) -> None:
    """``act`` when ``step`` is reached for the ``time``-th time."""
    count = 0

    def hook(reached: str) -> None:
        nonlocal count
        count += reached == step
        if reached == step and count == time:
            act()

    steps.set_hook(hook)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> tuple[object, ...]:
    folder = tmp_path_factory.mktemp("undisturbed")
    with pytest.MonkeyPatch.context() as patch:
        one_by_one(patch)
        estate.workspace(folder, checkout).close()
        assert issue(folder / "office") == NUMBERS
    return state(folder / "office")


@pytest.fixture
def office(tmp_path: Path, checkout: Path) -> Path:
    estate.workspace(tmp_path, checkout).close()
    return tmp_path / "office"


# --- the disk


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
@pytest.mark.parametrize("step", ["stored", "copied"])
def test_a_real_disk_that_fills_up(
    step: str, tmp_path: Path, office: Path, undisturbed: tuple[object, ...]
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this container may not mount")
    try:
        small = shutil.copytree(office, disk / "office")
        ballast = disk / "ballast"

        def fill() -> None:
            with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
                while file.write(bytes(4096)):
                    pass

        after(step, 2, fill)
        exit_code, problem = fails(small)
        assert exit_code is ExitCode.OUTPUT
        assert problem.code in ("general.disk-full", "journal.disk-full")
        steps.set_hook(None)
        ballast.unlink()
        assert midrun.recorded(small) == NUMBERS[: 1 if step == "stored" else 2]
        assert issue(small) == NUMBERS[1 if step == "stored" else 2 :]
        assert state(small) == undisturbed
    finally:
        subprocess.run(["umount", disk], check=True)


# --- the converter


def is_letter(number: int, docx: bytes) -> bool:
    return f"第{number:04}号".encode() in zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml")


@pytest.mark.parametrize(
    ("signal_sent", "length", "code"),
    [
        (signal.SIGSTOP, None, "convert.timeout"),
        (signal.SIGKILL, None, "convert.failed"),
        (None, 2000, "convert.half-pdf"),
    ],
)
def test_the_builtin_converter_hangs_or_dies_or_leaves_half_a_pdf(
    signal_sent: signal.Signals | None,
    length: int | None,
    code: str,
    office: Path,
    undisturbed: tuple[object, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each time with the third letter, and again with the child process that takes the place of the first."""
    convert, running, now = Children.convert, children_module._Child._running, threading.local()

    def sick_convert(self: Children, docx: bytes, folder: Path, seconds: float) -> tuple[list[str], bytes]:
        now.is_sick = is_letter(3, docx)
        told, pdf = convert(self, docx, folder, 0.2 if now.is_sick and signal_sent else seconds)
        return told, pdf[:length] if now.is_sick else pdf

    def sick_running(self: children_module._Child) -> subprocess.Popen[bytes]:
        process = running(self)
        if now.is_sick and signal_sent:
            process.send_signal(signal_sent)
        return process

    with monkeypatch.context() as patch:
        patch.setattr(Children, "convert", sick_convert)
        patch.setattr(children_module._Child, "_running", sick_running)
        exit_code, problem = fails(office)
    assert (exit_code, problem.code) == (ExitCode.FAULT, code)
    assert midrun.recorded(office) == NUMBERS[:2]
    assert issue(office) == NUMBERS[2:]
    assert state(office) == undisturbed


SOFFICE = """#!{python}
import os, signal, sys, time, zipfile
from pathlib import Path

if "--version" in sys.argv:
    print("LibreOffice 1.2.3 sample")
    raise SystemExit
sources = [Path(word) for word in sys.argv if word.endswith(".docx")]
sick = Path({sick!r}).read_text() if Path({sick!r}).exists() else ""
if any("第0002号" in zipfile.ZipFile(path).read("word/document.xml").decode() for path in sources):
    if sick == "hangs":
        time.sleep(3600)
    if sick == "dies":
        os.kill(os.getpid(), signal.SIGSEGV)
    if sick == "half":
        out = Path(sys.argv[sys.argv.index("--outdir") + 1])
        [(out / f"{{path.stem}}.pdf").write_bytes(b"%PDF-1.7\\n1 0 obj") for path in sources]
        raise SystemExit
os.execv({real!r}, [{real!r}, *sys.argv[1:]])
"""


@pytest.mark.libreoffice
def test_libreoffice_hangs_or_dies_or_leaves_half_a_pdf(
    tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real one, behind a script that is sick with the second letter, each time in another way."""
    sick, script = tmp_path / "sick", tmp_path / "bin" / "soffice"
    script.parent.mkdir()
    text = SOFFICE.format(python=sys.executable, sick=str(sick), real=shutil.which("soffice"))
    script.write_text(text, "utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    for name in ("undisturbed", "faulty"):
        estate.workspace(tmp_path / name, checkout, estate.OWNERS[:2]).close()
    office = tmp_path / "faulty" / "office"
    for illness, code in (
        ("half", "convert.half-pdf"),
        ("dies", "convert.failed"),
        ("hangs", "convert.timeout"),
    ):
        sick.write_text(illness, "ascii")
        with monkeypatch.context() as patch:
            if illness == "hangs":
                limits = {"program": None, "start_seconds": 1.0, "letter_seconds": 0.0}
                patch.setattr(
                    LibreOfficeConverter.__init__,
                    "__kwdefaults__",
                    {**LibreOfficeConverter.__init__.__kwdefaults__, **limits},
                )
            exit_code, problem = fails(office, "libreoffice")
        assert (exit_code, problem.code) == (ExitCode.FAULT, code)
        assert midrun.recorded(office) == NUMBERS[:1]
    sick.unlink()
    assert issue(office, "libreoffice") == NUMBERS[1:2]
    assert issue(tmp_path / "undisturbed" / "office", "libreoffice") == NUMBERS[:2]
    assert state(office) == state(tmp_path / "undisturbed" / "office")
