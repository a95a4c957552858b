"""A full disk, wherever it fills up: exit 7, nothing half written, and the same command completes later."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import casefile
import estate
import pytest
from casefile import ACCOUNT
from speaking import Command
from sqlalchemy import event
from sqlalchemy.engine import Engine

from evidence.model.letter import LetterKind
from evidence.verify import verify_paths
from evidence.workspace import Workspace

# The demands stand already, so a reminder goes only to whom is named.
NAMED = [room for room, _ in estate.OWNERS]
ISSUE = (
    "issue",
    "reminder",
    "--converter",
    "builtin",
    *(word for room in NAMED for word in ("--account", room)),
)
BUNDLE = ("bundle", ACCOUNT, "--converter", "builtin", *casefile.ON_PURPOSE)


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


def leftovers(office: Path) -> list[Path]:
    return [path for path in office.rglob("*") if path.name.startswith((".new-", ".making-"))]


def full_disk(function: Callable[..., object], after: int) -> Callable[..., object]:
    """``function`` until it was called ``after`` times; then as on a full disk."""
    left = after

    def failing(*arguments: object, **options: object) -> object:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return function(*arguments, **options)

    return failing


@pytest.fixture(scope="module")
def undisturbed(served_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office with reminders issued, on a disk with room."""
    root = shutil.copytree(served_office, tmp_path_factory.mktemp("undisturbed") / "office")
    with Workspace.open(root, source=casefile.later()) as made:
        made.issue(LetterKind.REMINDER, accounts=NAMED, converter="builtin")
    return root


def same(office: Path, undisturbed: Path) -> bool:
    """Letters and bundles: whole, all there, and nothing else. (The journal's place of a retry may differ.)"""
    names = [set(estate.files(root / "letters")) for root in (office, undisturbed)]
    return names[0] == names[1] and leftovers(office) == []


@pytest.mark.parametrize(
    ("call", "after"),
    [
        ("pathlib.Path.replace", 0),  # names in the store
        ("pathlib.Path.replace", 9),  # names of the copies
        ("pathlib.Path.write_bytes", 7),  # bytes of the store
        ("os.fdopen", 3),  # bytes of the copies
    ],
)
def test_at_any_write_of_store_and_copies(
    call: str, after: int, office: Path, undisturbed: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, _, name = call.rpartition(".")
    target = Path if owner == "pathlib.Path" else os
    with monkeypatch.context() as patch:
        patch.setattr(target, name, full_disk(getattr(target, name), after))
        spoken = command("-C", office, "--lang", "zh", *ISSUE)
    assert spoken.code in (0, 7), spoken
    if spoken.code == 7:
        assert "磁盘已满" in spoken.err
        assert "Traceback" not in spoken.err
        assert leftovers(office) == []
    assert command("-C", office, *ISSUE).code == 0
    assert same(office, undisturbed)
    assert command("-C", office, "journal", "check").code == 0
    letters = sorted((office / "letters").rglob("*_1-2026-*.pdf"))
    assert verify_paths(letters).ok


@contextmanager
def database_that_cannot_grow() -> Iterator[None]:
    """SQLite's own limit on the pages of a file, set on every connection made meanwhile."""

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # never less than it has: not one page more

    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)


def test_when_the_journal_cannot_grow(office: Path, undisturbed: Path, command: Command) -> None:
    before = estate.files(office / "letters")
    with database_that_cannot_grow():
        spoken = command("-C", office, "--lang", "zh", *ISSUE)
    assert spoken.code == 7, spoken
    assert "[journal.disk-full]" in spoken.err
    assert "磁盘已满" in spoken.err
    assert estate.files(office / "letters") == before
    assert command("-C", office, *ISSUE).code == 0
    assert same(office, undisturbed)


@pytest.mark.parametrize("after", [0, 24])
def test_while_a_bundle_is_packed(
    after: int, office: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_disk(os.fsync, after))
        spoken = command("-C", office, "--json", *BUNDLE)
    assert spoken.code == 7, spoken
    assert spoken.json["errors"][0]["code"] == "general.disk-full"
    assert leftovers(office) == []
    assert [path.name for path in (office / "bundles").iterdir() if path.is_dir()] == []
    again = command("-C", office, "--json", *BUNDLE)
    assert again.code == 0, again
    row = again.json["results"][0]
    assert row["bundle"].endswith("-v1"), "the same bundle, not a second one"
    assert verify_paths([Path(row["folder"]), Path(row["zip"])]).ok


def test_when_persons_keys_cannot_be_drawn(
    fresh_office: Path, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = shutil.copytree(fresh_office, tmp_path / "office")
    ledger = estate.ledger(tmp_path / "l.csv")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", full_disk(os.fdopen, 0))
        assert command("-C", office, "import", ledger).code == 7
    assert command("-C", office, "status").code == 3, "no ledger was imported"
    assert command("-C", office, "import", ledger).code == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_on_a_real_disk_that_is_full(served_office: Path, command: Command, tmp_path: Path) -> None:
    """The office on a disk of its own with little room left: refused, then, with room, done."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this container may not mount")
    try:
        office = shutil.copytree(served_office, disk / "office")
        ballast = disk / "ballast"
        free = shutil.disk_usage(disk).free
        ballast.write_bytes(b"\0" * (free - 150_000))
        for line in (ISSUE, BUNDLE):
            refused = command("-C", office, "--lang", "zh", *line)
            assert refused.code == 7, refused
            assert "磁盘已满" in refused.err
            assert leftovers(office) == []
        ballast.unlink()
        for line in (ISSUE, BUNDLE):
            assert command("-C", office, *line).code == 0
        (bundle,) = (path for path in (office / "bundles").iterdir() if path.is_dir())
        assert verify_paths([bundle]).ok
        with Workspace.open(office, source=casefile.later()) as made:
            assert made.check_journal()[1] == ()
    finally:
        subprocess.run(["umount", disk], check=True)
