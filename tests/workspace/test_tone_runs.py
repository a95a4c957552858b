"""The tone of a letter follows what is on file for its owner, and nobody else's letter changes."""

from __future__ import annotations

from pathlib import Path

import estate
import pytest

from evidence.errors import EvidenceError
from evidence.letters.engine import document_text
from evidence.model.case import CaseKind
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace

HARD, CROSS, PLAIN, LATE = (room for room, _ in estate.OWNERS)


def hold(made: Workspace, account: str, reason: str, **more: str) -> None:
    made.record_case(
        CaseKind.HOLD, account, {"reason": reason, "period": "2026-03", "from": "2026-11-01", **more}
    )


def texts(made: Workspace) -> dict[str, str]:
    found = {}
    for path in sorted((made.root / "letters").rglob("000[1-9]*.docx")):
        found[path.name.split("_")[1]] = document_text(path.read_bytes())
    return found


def test_each_owner_is_spoken_to_by_the_reason_on_file(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout) as made:
        hold(made, HARD, "hardship")
        hold(made, CROSS, "service-complaint")
        hold(made, LATE, "refuses", until="2026-11-10")  # over by now
        made.issue(LetterKind.REMINDER, converter="builtin")
        told = texts(made)
    assert "分期的期数、每期金额和日期都可以商量" in told[HARD]
    assert "您此前提出的意见，我们已经登记" in told[CROSS]
    for account in (PLAIN, LATE):
        assert "也许是事务繁忙" in told[account]
        assert "已经登记" not in told[account] and "都可以商量" not in told[account]


def test_what_is_reported_of_the_service_is_put_to_the_list_of_forbidden_words(
    tmp_path: Path, checkout: Path
) -> None:
    with estate.workspace(tmp_path, checkout) as made:
        config = made.root / "evidence.toml"
    text = config.read_text("utf-8")
    config.write_text(text + '\n[service]\nfacts = "更换楼道灯具36盏。"\n', "utf-8")
    with Workspace.open(tmp_path / "office", source=estate.source()) as made:
        made.issue(LetterKind.REMINDER, accounts=[PLAIN], converter="builtin")
        assert "更换楼道灯具36盏。" in texts(made)[PLAIN]
    config.write_text(text + '\n[service]\nfacts = "对欠费业主停水停电。"\n', "utf-8")
    with (
        Workspace.open(tmp_path / "office", source=estate.source()) as made,
        pytest.raises(EvidenceError) as caught,
    ):
        made.issue(LetterKind.REMINDER, accounts=[HARD], converter="builtin")
    assert caught.value.problems[0].code == "law.forbidden-words"
    assert caught.value.problems[0].where.part == "service.facts"
