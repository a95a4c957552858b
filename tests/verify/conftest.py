from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def from_bench() -> Callable[[str], ModuleType]:
    """A module of ``bench`` by its name; the folder is on the path while it is read, and no longer."""

    def module(name: str) -> ModuleType:
        with pytest.MonkeyPatch.context() as patch:
            patch.syspath_prepend(str(Path(__file__).parents[2] / "bench"))
            return importlib.import_module(name)

    return module
