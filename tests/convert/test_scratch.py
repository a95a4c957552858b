"""A converter's folder of temporary files goes with its process, also with one that was killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from evidence.letters.convert.scratch import make_scratch, remove_scratch


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def killed(temporary: Path) -> Path:
    """What a process left that was killed with a letter in its folder."""
    child = os.fork()
    if not child:
        (make_scratch("sample-") / "letter.docx").write_bytes(b"owes")
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    (left,) = temporary.iterdir()
    return left


def test_the_next_takes_away_what_a_killed_one_left(temporary: Path) -> None:
    left = killed(temporary)
    assert (left / "letter.docx").exists()
    mine = make_scratch("sample-")
    assert list(temporary.iterdir()) == [mine]
    remove_scratch(mine)
    remove_scratch(mine)
    assert list(temporary.iterdir()) == []


def test_what_somebody_works_in_stays_and_so_does_what_is_named_otherwise(temporary: Path) -> None:
    (temporary / "other-1").mkdir()
    (temporary / "sample-file").write_bytes(b"x")
    (temporary / "sample-link").symlink_to(temporary / "other-1")
    first = make_scratch("sample-")
    second = make_scratch("sample-")
    assert {path.name for path in temporary.iterdir()} == {
        "other-1",
        "sample-file",
        "sample-link",
        first.name,
        second.name,
    }
    assert first.stat().st_mode & 0o777 == 0o700
