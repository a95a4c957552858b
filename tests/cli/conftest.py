from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "workspace"))

import casefile
import estate
from speaking import Command

from evidence.workspace import Workspace


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line in an empty folder, its clock on the afternoon of the deliveries."""
    monkeypatch.setenv("EVIDENCE_TEST_NOW", casefile.LATER)
    monkeypatch.setenv("EVIDENCE_TEST_SEED", "cli")
    monkeypatch.chdir(tmp_path)
    return Command(capfd)


@pytest.fixture(scope="session")
def fresh_office(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """A workspace with its configuration and nothing in it; to be copied."""
    root = tmp_path_factory.mktemp("fresh") / "office"
    Workspace.init(root, config=estate.config(checkout), source=estate.source()).close()
    return root


@pytest.fixture(scope="session")
def served_office(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """A workspace with ledger, demands, a delivery and exhibits; to be copied."""
    return casefile.served(tmp_path_factory.mktemp("served"), checkout)


@pytest.fixture(autouse=True, scope="module")
def letters_printed_once(printed_once: None) -> None:
    """See the fixture asked for."""
