"""``evidence template`` where something is in the way, and what it says of places and names."""

from __future__ import annotations

import errno
import io
import os
import sqlite3
from pathlib import Path

import pytest
from docx import Document
from speaking import Command
from sqlalchemy.exc import OperationalError

from evidence.journal import engine
from evidence.letters.checking.catalogue import near


@pytest.mark.parametrize(
    ("number", "code"), [(errno.EROFS, "general.output-not-writable"), (errno.ENOSPC, "general.disk-full")]
)
def test_a_new_pack_that_cannot_be_written_names_the_file_and_leaves_nothing(
    number: int, code: str, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Path.write_bytes
    left = 3

    def failing(path: Path, data: bytes) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(number, os.strerror(number))  # a write does not say to which file
        return written(path, data)

    monkeypatch.setattr(Path, "write_bytes", failing)
    done = command("--lang", "zh", "template", "new", tmp_path / "own")
    assert done.code == 7
    assert f"[{code}]" in done.err
    assert f"{tmp_path / 'own'}{os.sep}" in done.err
    assert "?" not in done.err
    assert not (tmp_path / "own").exists()


def test_a_folder_that_cannot_be_made_is_named(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = command("--lang", "zh", "template", "new", tmp_path / "file" / "own")
    assert done.code == 7
    assert "[general.output-not-writable]" in done.err


@pytest.mark.parametrize(("free", "code"), [(0, "journal.disk-full"), (10**9, "journal.disk-error")])
def test_a_database_that_cannot_be_opened_for_want_of_room_says_so(
    free: int, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "shutil.disk_usage", lambda _: os.statvfs_result and type("Usage", (), {"free": free})()
    )
    fault = sqlite3.OperationalError("disk I/O error")
    fault.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    opened = engine.open_engine(tmp_path / "x.db")
    named = engine._name(OperationalError("", {}, fault), opened)
    assert named is not None
    assert named.problems[0].code == code


def test_what_is_unused_is_told_only_to_who_asks(command: Command) -> None:
    quiet = command("--lang", "zh", "template", "check", "zh", "--kind", "demand")
    assert quiet.code == 0
    assert "template.unused" not in quiet.err
    asked = command("--lang", "zh", "-v", "template", "check", "zh", "--kind", "demand")
    assert "template.unused" in asked.err


def test_check_and_diff_count_paragraphs_alike(command: Command, tmp_path: Path) -> None:
    """A table of two by two before it: the paragraph after it is the sixth for both."""
    paths = [tmp_path / "a.docx", tmp_path / "b.docx"]
    for path, words in zip(paths, ("祝好。", "{{ debter.name }} 将张贴名单。"), strict=True):
        made = Document()
        made.add_paragraph("标题")
        table = made.add_table(2, 2)
        table.cell(1, 1).text = words[:2]
        made.add_paragraph(words)
        out = io.BytesIO()
        made.save(out)
        path.write_bytes(out.getvalue())
    compared = command("template", "diff", *paths).out
    assert "@ ¶6\n- 祝好。\n" in compared
    assert "@ T1 R2 C2 ¶5\n" in compared
    checked = command("--lang", "zh", "template", "check", paths[1], "--kind", "demand").err
    assert "word/document.xml ¶6" in checked
    assert "【张贴名单】" in checked, "the word among its neighbours"
    assert "debtor" in checked


def test_a_misspelt_record_is_answered_with_the_one_that_is_meant() -> None:
    assert "debtor" in near("demand", "debter", "debter")
    assert "debtor.name" in near("demand", "debtor.nmae", "debtor.nmae")
