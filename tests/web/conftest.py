from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")

import webcase
from argon2 import PasswordHasher

from evidence.workspace import staff

_OFFICES = staff._hasher


@pytest.fixture
def office(tmp_path: Path, checkout: Path) -> Path:
    return webcase.office(tmp_path / "zh", checkout)


@pytest.fixture
def clock() -> webcase.Clock:
    return webcase.Clock()


@pytest.fixture
def provider() -> webcase.Phone:
    return webcase.Phone()


@pytest.fixture
def hasher_of_offices() -> PasswordHasher:
    """As it is outside the tests."""
    return _OFFICES()


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dozens of logins: what a password costs to guess is asked in one test."""
    monkeypatch.setattr("evidence.workspace.staff._hasher", lambda: PasswordHasher(1, 8, 1))


@pytest.fixture(scope="session")
def linked() -> Iterator[socket.socket]:
    """Where the browser finds the host of the letters' links, port 443: a free port of this machine."""
    from evidence.web.server import bind

    listening = bind("127.0.0.1", 0)
    yield listening
    listening.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[tuple[object, str]]:
    """Playwright's engine for Debian's own Chromium, and where that lies."""
    import shutil

    sync = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed")
    with sync.sync_playwright() as engine:
        yield engine.chromium, program


@pytest.fixture(scope="session")
def browser(chromium: tuple[Any, str], linked: socket.socket) -> Iterator[object]:
    """One browser for all pages, each telephone a context of its own."""
    engine, program = chromium
    rules = f"--host-resolver-rules=MAP {webcase.HOST}:443 127.0.0.1:{linked.getsockname()[1]}"
    started = engine.launch(executable_path=program, args=["--no-sandbox", rules])
    yield started
    started.close()


@pytest.fixture(autouse=True, scope="module")
def letters_printed_once(printed_once: None) -> None:
    """See the fixture asked for."""
