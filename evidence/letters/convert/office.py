"""The office program: found, started, kept running for the next letters, and ended with all it started.

A start costs as much as ten letters, so one process is kept for each profile. It holds an empty text open, for an
office without a document ends by itself. Each call is the same program again with ``--convert-to``: where one runs on
the profile, it hands its arguments over and waits until they are done. Where none runs, or the one that ran has died,
it does the work itself, as if there were none. So a process that could not be kept costs nothing but time. No byte of
a letter depends on what was converted before it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from evidence.errors import fail

PROGRAMS = ("soffice", "libreoffice")
START_SECONDS = 90.0
"""Time limit for a cold office on a busy machine."""
RECYCLE_AFTER = 500
"""Letters one process converts before it is replaced: it grows, and slows by some percent."""
_POLL_SECONDS = 0.02
_REAP_SECONDS = 0.5

_EXPORT = {
    "ExportBookmarks": ("boolean", "false"),
    "ExportBookmarksToPDFDestination": ("boolean", "true"),
    "ExportFormFields": ("boolean", "false"),
    "ReduceImageResolution": ("boolean", "false"),
    "UseLosslessCompression": ("boolean", "true"),
    "UseTaggedPDF": ("boolean", "false"),
}
_SETTINGS = b"""<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/Product">
<prop oor:name="ooSetupLastVersion" oor:op="fuse"><value>99.9</value></prop></item>
</oor:items>
"""
"""A new profile: no version of LibreOffice is news to it. Where the office converts and never shows a window it does
not note its version, takes every start for the first after an upgrade, and then tests its graphics: three quarters
of a start (docs/benchmarks.md)."""
_FILTER = "pdf:writer_pdf_Export:" + json.dumps({k: {"type": t, "value": v} for k, (t, v) in _EXPORT.items()})

_WATCHED = 'exec 3<&0; (read -r _ <&3; kill -9 0) & exec 3<&-; exec "$@" </dev/null'
"""A shell command that runs another, and kills its process group when its own input ends: when we do, however."""


class Office:
    """One profile and the process that runs on it, for one thread at a time. Nothing starts before it is asked."""

    def __init__(self, program: Path, folder: Path) -> None:
        """``folder`` becomes its own: profile, home and temporary files."""
        self._program = program
        self._folder = folder
        self._profile = folder / "profile"
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()
        self._fonts = Path()
        self._letters = 0
        self._stays = True

    def convert(
        self, sources: Sequence[Path], out: Path, fonts: Path, seconds: float, letters: int
    ) -> int | None:
        """Convert ``sources``, which hold so many letters, to PDF files in ``out``; ``fonts`` is for fontconfig.

        The exit code, or ``None`` when it took more than ``seconds``. Neither says that the files are there.
        """
        deadline = time.monotonic() + seconds
        self._stand_by(fonts, letters, deadline)
        command = [*self._call(), "--convert-to", _FILTER, "--outdir", str(out), *map(str, sources)]
        ended = run_to_end(command, bare_environment(out, fonts), max(0.0, deadline - time.monotonic()))
        if ended != 0:
            self.end()
        return ended

    def renew(self) -> None:
        """End the process and forget its profile, which may be what is wrong."""
        self.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def end(self) -> None:
        """End the process at once; it has nothing to save."""
        process, self._process = self._process, None
        if process is None or os.getpid() != self._owner:  # in a fork it is the parent's
            return
        _kill_children(process)
        _kill_group(process)
        if process.stdin is not None:
            process.stdin.close()
        socket = f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{_pipe_mark(self._profile)}"
        for folder in ("/tmp", "/var/tmp"):  # nosec B108 # where LibreOffice puts it whatever TMPDIR says
            with contextlib.suppress(OSError):
                Path(folder, socket).unlink()

    def _call(self) -> list[str]:
        return [
            str(self._program),
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--nodefault",
            "--nofirststartwizard",
            f"-env:UserInstallation={self._profile.as_uri()}",
        ]

    def _stand_by(self, fonts: Path, letters: int, deadline: float) -> None:
        """Have a process that sees ``fonts`` and is good for so many letters more, if one can be kept at all."""
        worn = self._letters > 0 and self._letters + letters > RECYCLE_AFTER
        if self._process is not None and (worn or fonts != self._fonts or self._process.poll() is not None):
            self.end()
        self._prepare()
        if self._process is None and self._stays:
            self._start(fonts, deadline)
        self._letters += letters

    def _start(self, fonts: Path, deadline: float) -> None:
        text = self._folder / "open.txt"
        text.write_bytes(b"")
        # LibreOffice lays this beside a document it has open. Before that, a call would end it with its own work.
        opened = self._folder / f".~lock.{text.name}#"
        opened.unlink(missing_ok=True)
        self._process = subprocess.Popen(  # nosec B603 # the program is the one the caller named
            ["/bin/sh", "-c", _WATCHED, "sh", *self._call(), str(text)],
            env=bare_environment(self._folder, fonts),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            start_new_session=True,
        )
        self._fonts, self._letters = fonts, 0
        while not opened.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._stays = False
                self.end()
                return
            time.sleep(_POLL_SECONDS)

    def _prepare(self) -> None:
        """Make the profile if it is not there yet."""
        settings = self._profile / "user" / "registrymodifications.xcu"
        if not settings.exists():
            settings.parent.mkdir(parents=True, exist_ok=True)
            settings.write_bytes(_SETTINGS)


def _pipe_mark(profile: Path) -> str:
    """How LibreOffice names the socket of a profile: MD5 of its address in UTF-16, leading zeros of bytes left out."""
    digest = hashlib.md5(profile.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    return "".join(f"{byte:x}" for byte in digest)


def find_program() -> Path:
    """LibreOffice on this machine's ``PATH``. Raises ``convert.libreoffice-missing``."""
    for name in PROGRAMS:
        if found := shutil.which(name):
            return Path(found)
    raise fail("convert.libreoffice-missing", program=" / ".join(PROGRAMS))


def program_version(program: Path) -> str:
    """What ``--version`` says, as digits and dots. Raises ``convert.libreoffice-missing`` when it says nothing."""
    with tempfile.TemporaryDirectory() as name:
        command = [str(program), f"-env:UserInstallation={Path(name).as_uri()}/profile", "--version"]
        try:
            answer = subprocess.run(  # nosec B603 # no shell; the program is the one the caller named
                command,
                env=bare_environment(Path(name), None),
                capture_output=True,
                timeout=START_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise fail("convert.libreoffice-missing", program=str(program)) from error
    found = re.search(rb"\d+(?:\.\d+)+", answer.stdout)
    if found is None:
        raise fail("convert.libreoffice-missing", program=str(program))
    return found[0].decode()


def bare_environment(work: Path, fontconfig: Path | None) -> dict[str, str]:
    """A bare environment: the caller's locale, zone and configuration must not reach the page."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(work),
        "TMPDIR": str(work),
        "XDG_CONFIG_HOME": str(work / "config"),
        "XDG_CACHE_HOME": str(work / "cache"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "SAL_USE_VCLPLUGIN": "svp",
    }
    if fontconfig is not None:
        environment["FONTCONFIG_FILE"] = str(fontconfig)
    return environment


def run_to_end(command: Sequence[str], environment: Mapping[str, str], seconds: float) -> int | None:
    """Run to the end, or kill the whole process group: ``soffice`` is a script that starts the real program.

    The exit code, or ``None`` when it was killed for taking too long.
    """
    process = subprocess.Popen(  # nosec B603 # no shell; the program is the one the caller named
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _kill_group(process)


def _kill_children(process: subprocess.Popen[bytes]) -> None:
    """Let the starter see its program end: what that used of the processors is counted as ours only then."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        for thread in Path(f"/proc/{process.pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                os.kill(int(child), signal.SIGKILL)
        process.wait(_REAP_SECONDS)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
