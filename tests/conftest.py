"""Shared by all tests: no test reaches the network, and none depends on the machine's language or time zone."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import importlib
import os
import shutil
import socket
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

MEMORY, ROOM = Path("/dev/shm"), 3 << 30
IN_MEMORY, PASSED = pytest.StashKey[Path](), pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Files of tests lie in memory where there is room: every commit of a workspace waits for its disk, and there are
    tens of thousands. Not where programs may not be started from there, and not against a TMPDIR of one's own."""
    gc.disable()  # until all tests are collected, of which nothing goes away
    # Hundreds of programs are started, which would all compile anew what they import.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if hasattr(config, "workerinput") or "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    disk = os.statvfs(MEMORY)
    if disk.f_bavail * disk.f_frsize < ROOM or disk.f_flag & os.ST_NOEXEC:
        return
    made = Path(tempfile.mkdtemp(prefix="evidence-tests-", dir=MEMORY))
    made.chmod(0o711)  # a database server runs as somebody else
    os.environ["TMPDIR"] = tempfile.tempdir = str(made)  # the workers' and every program's
    config.stash[IN_MEMORY] = made


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the collector of garbage need not look at it again and again."""
    gc.enable()
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[PASSED] = exitstatus == pytest.ExitCode.OK


def pytest_unconfigure(config: pytest.Config) -> None:
    """What tests wrote goes; after a failure it goes to the disk, to be looked at (three of them stay)."""
    made = config.stash.get(IN_MEMORY, None)
    if made is None:
        return
    del os.environ["TMPDIR"]
    tempfile.tempdir = None
    if not config.stash.get(PASSED, False) and any(made.glob("pytest-of-*/*/*")):
        kept = Path(tempfile.gettempdir(), made.name)
        with contextlib.suppress(shutil.Error):  # raised at the end for what cannot be copied: pipes, sockets
            shutil.copytree(made, kept, symlinks=True)
        for old in sorted(kept.parent.glob("evidence-tests-*"), key=os.path.getmtime)[:-3]:
            shutil.rmtree(old, ignore_errors=True)
        print(f"\nwhat the tests wrote: {kept}")
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections to anything but this machine's own sockets fail, so that an unmarked network test must fail."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if self.family == socket.AF_UNIX:
            return real(self, address)  # type: ignore[arg-type]
        host = address[0] if isinstance(address, tuple) else address
        if host in ("127.0.0.1", "::1", "localhost"):
            return real(self, address)  # type: ignore[arg-type]
        raise AssertionError(f"a test tried to reach {address!r}")

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("EVIDENCE_")]:
        monkeypatch.delenv(name)
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


_PRINTED: OrderedDict[tuple[bytes, str], tuple[list[str], bytes]] = OrderedDict()
_MOST_PRINTED = 500


@pytest.fixture(scope="module")
def printed_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """The built-in converter's engine is asked once for each letter: under injected clocks and keys half of all letters
    are letters of another test, and the same words in the same fonts give the same page (``tests/convert``)."""
    if request.node.get_closest_marker("engine"):
        yield
        return
    from evidence.letters.convert.children import Children

    ask = Children.convert

    def convert(self: Children, docx: bytes, folder: Path, seconds: float) -> tuple[list[str], bytes]:
        key = (hashlib.sha256(docx).digest(), folder.name)  # the folder is named after its fonts
        told = _PRINTED.pop(key, None) or ask(self, docx, folder, seconds)
        _PRINTED[key] = told
        while len(_PRINTED) > _MOST_PRINTED:
            _PRINTED.popitem(last=False)
        return told

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Children, "convert", convert)
        yield


@pytest.fixture(scope="session")
def from_bench(checkout: Path) -> Callable[[str], ModuleType]:
    """A module of ``bench`` by its name; the folder is on the path while it is read, and no longer."""

    def module(name: str) -> ModuleType:
        with pytest.MonkeyPatch.context() as patch:
            patch.syspath_prepend(str(checkout / "bench"))
            return importlib.import_module(name)

    return module


@pytest.fixture(scope="session")
def checkout() -> Path:
    return Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("soffice"):
        return
    skip = pytest.mark.skip(reason="LibreOffice is not installed")
    for item in items:
        if "libreoffice" in item.keywords:
            item.add_marker(skip)
