"""``evidence print`` as it is typed: what it says, and its exit codes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from speaking import Command


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


def test_it_says_what_was_written_and_how_much_paper_it_takes(office: Path, command: Command) -> None:
    done = command("-C", office, "--lang", "zh", "print", "last", "--converter", "builtin")
    assert done.code == 0, done
    assert "打印件.pdf" in done.out
    assert "共4件：18页（其中空白5页），用纸9张。" in done.out
    again = command("-C", office, "--lang", "zh-Hant", "print", "last", "--converter", "builtin")
    assert (again.code, "已有相同文件" in again.out) == (0, True)


def test_the_plan_lists_the_round(office: Path, command: Command) -> None:
    done = command(
        "-C", office, "--lang", "en", "print", "last", "--plan", "--from", "2栋1单元201", "--labels", "70x37"
    )
    assert done.code == 0
    assert [line.split()[1] for line in done.out.splitlines() if "2-2026-" in line] == [
        "2栋1单元201",
        "10栋1单元301",
    ]
    assert "2 sheets of labels." in done.out
    assert not list((office / "letters").rglob("print"))


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("nonsense",), 3, "print.run-unknown"),
        (("last", "--only", "99栋"), 3, "print.selection-unknown"),
        (("last", "--labels", "1x1"), 2, "print.label-size"),
        (("last", "--labels", "70x37", "--label-start", "25"), 2, "print.label-start"),
    ],
)
def test_what_cannot_be_printed_is_refused_by_name(
    words: tuple[str, ...], code: int, error: str, office: Path, command: Command
) -> None:
    done = command("-C", office, "print", *words, "--plan")
    assert done.code == code
    assert f"[{error}]" in done.err


def test_another_file_of_that_name_is_left_alone(office: Path, command: Command) -> None:
    folder = office.parent / "out"
    folder.mkdir()
    (folder / "打印件.pdf").write_bytes(b"mine")
    done = command("-C", office, "print", "last", "--converter", "builtin", "--out", folder)
    assert (done.code, "[print.differs]" in done.err) == (7, True)
    assert [path.name for path in folder.iterdir()] == ["打印件.pdf"]
    assert (folder / "打印件.pdf").read_bytes() == b"mine"
