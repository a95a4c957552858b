from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "office"))
sys.path.insert(0, str(Path(__file__).parents[1] / "journal"))
sys.path.insert(0, str(Path(__file__).parents[1] / "workspace"))
sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
sys.path.insert(0, str(Path(__file__).parents[1] / "web"))

import bucket as s3
import casefile
import estate
import postgres
from speaking import Command

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A real PostgreSQL, one for all tests of this room."""
    with postgres.server() as url:
        yield url


@pytest.fixture
def database(server: str) -> Callable[[], str]:
    """A new empty database each time it is asked."""
    return lambda: postgres.database(server, f"office{next(_NUMBERS)}")


@pytest.fixture
def url(database: Callable[[], str]) -> str:
    return database()


@pytest.fixture(scope="session")
def _buckets() -> Iterator[Callable[[str], s3.Bucket]]:
    with s3.server() as make:
        yield make


@pytest.fixture
def bucket(_buckets: Callable[[str], s3.Bucket], monkeypatch: pytest.MonkeyPatch) -> s3.Bucket:
    """An empty bucket, whose server works; faults are reported without trying long."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "sample")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sample-secret")
    monkeypatch.setattr("evidence.workspace.objectstore._TRIES", 1)
    return _buckets(f"office{next(_NUMBERS)}")


@pytest.fixture
def config(checkout: Path) -> Callable[[str], Path]:
    """The tiny estate's configuration with something under ``[store]``."""

    def make(store: str) -> Path:
        path = estate.config(checkout)
        path.write_text(path.read_text("utf-8") + f"\n[store]\n{store}\n", "utf-8")
        return path

    return make


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.setenv("EVIDENCE_TEST_NOW", casefile.LATER)
    monkeypatch.setenv("EVIDENCE_TEST_SEED", "office")
    monkeypatch.chdir(tmp_path)
    return Command(capfd)


@pytest.fixture(autouse=True, scope="module")
def letters_printed_once(printed_once: None) -> None:
    """See the fixture asked for."""
