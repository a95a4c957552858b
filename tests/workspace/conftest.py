from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True, scope="module")
def letters_printed_once(printed_once: None) -> None:
    """See the fixture asked for."""
