from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")

import webcase


@pytest.fixture
def office(tmp_path: Path, checkout: Path) -> Path:
    return webcase.office(tmp_path / "zh", checkout)


@pytest.fixture
def clock() -> webcase.Clock:
    return webcase.Clock()


@pytest.fixture
def provider() -> webcase.Phone:
    return webcase.Phone()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Debian's own Chromium."""
    import shutil

    sync = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    with sync.sync_playwright() as engine:
        started = engine.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()
