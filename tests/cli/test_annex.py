"""``evidence statement --annex``: the paths printed, the same in JSON, and nothing overwritten."""

from __future__ import annotations

from pathlib import Path

import casefile
import pytest
from speaking import Command

NAME = f"{casefile.ACCOUNT}-欠费明细表-20261125"


@pytest.fixture
def said(served_office: Path, command: Command, tmp_path: Path) -> tuple[str, ...]:
    return (
        "--workspace",
        str(served_office),
        "statement",
        casefile.ACCOUNT,
        "--annex",
        str(tmp_path / "out"),
    )


def test_paths_are_printed_and_a_second_time_is_refused(
    said: tuple[str, ...], command: Command, tmp_path: Path
) -> None:
    answer = command("--lang", "zh", *said, "--converter", "builtin")
    assert answer.code == 0
    assert f"欠费明细表：{tmp_path}/out/{NAME}.docx、{tmp_path}/out/{NAME}.pdf" in answer.out
    again = command("--lang", "zh", *said, "--converter", "builtin")
    assert (again.code, again.out) == (7, "")
    assert again.err.count("general.output-exists") == 2


def test_json_holds_the_paths(said: tuple[str, ...], command: Command, tmp_path: Path) -> None:
    answer = command("--json", *said, "--locale", "zh-Hant", "--converter", "builtin")
    assert answer.code == 0
    (row,) = answer.json["results"]
    (annex,) = row["annexes"]
    assert (annex["kind"], annex["title"]) == ("fee-statement", "欠費明細表")
    assert Path(annex["pdf"]).read_bytes().startswith(b"%PDF-")
    assert Path(annex["docx"]).read_bytes().startswith(b"PK")


def test_without_the_option_there_are_none(said: tuple[str, ...], command: Command) -> None:
    assert command("--json", *said[:-2]).json["results"][0]["annexes"] == []
