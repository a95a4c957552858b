from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
for folder in (HERE, HERE.parent / "verify", HERE.parent / "workspace", HERE.parent / "cli"):
    sys.path.insert(0, str(folder))

from authority import Authority  # noqa: E402 - found through the path above


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The TEST authority of most tests, by `openssl ts`."""
    return Authority.make(tmp_path_factory.mktemp("tsa"), "TEST 样本时间戳")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Another authority under another CA."""
    return Authority.make(tmp_path_factory.mktemp("other"), "TEST 另一样本")
