"""Mail that was refused or returned: told as what it is, and no day is worked to that rests on it alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import casefile
import pytest
from casefile import later

from evidence.cli._root import run
from evidence.model.case import CaseKind
from evidence.model.delivery import Channel, Grade, Outcome
from evidence.workspace import Workspace

NUMBER, WAYBILL = "2-2026-0002", "1234567890123"
UNMOVED, MOVED = date(2029, 2, 15), date(2029, 11, 25)


def account(made: Workspace) -> str:
    return next(row.account for row in made.status() if NUMBER in {one.number for one in row.letters})


@pytest.mark.parametrize(
    ("outcome", "named", "lapses_on"),
    [
        (Outcome.RETURNED, False, UNMOVED),
        (Outcome.RETURNED, True, UNMOVED),
        (Outcome.REFUSED, False, UNMOVED),
        (Outcome.REFUSED, True, MOVED),  # the slip names the letter: courts held that it arrived
        (Outcome.DELIVERED, False, MOVED),
    ],
)
def test_limitation_is_not_counted_anew_from_mail_that_came_back(
    outcome: Outcome, named: bool, lapses_on: date, tmp_path: Path, checkout: Path
) -> None:
    root = casefile.issued(tmp_path / "made", checkout)
    photo = tmp_path / "信封.jpg"
    photo.write_bytes(casefile.photo(41))
    with Workspace.open(root, source=later()) as made:
        done = made.deliver(
            NUMBER, channel=Channel.EMS, outcome=outcome, at="2026-11-25T10:30+08:00", tracking=WAYBILL,
            reason="查无此人", proofs=[(photo, "tracking")],
        )  # fmt: skip
        assert done.grade is Grade.B
        if named:
            made.record_case(
                CaseKind.SLIP, account(made),
                {"letter": NUMBER, "tracking": WAYBILL, "named": "true", "contents": "催交物业费通知书"},
            )  # fmt: skip
        (row,) = [one for one in made.status() if one.account == account(made)]
        assert row.lapses_on == lapses_on


def test_the_table_says_that_it_came_back(
    tmp_path: Path, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = casefile.issued(tmp_path / "made", checkout)
    photo = tmp_path / "信封.jpg"
    photo.write_bytes(casefile.photo(42))
    with Workspace.open(root, source=later()) as made:
        for number, outcome, channel in (
            (NUMBER, Outcome.RETURNED, Channel.EMS),
            ("2-2026-0003", Outcome.REFUSED, Channel.EMS),
            ("2-2026-0004", Outcome.DELIVERED, Channel.POSTED),
        ):
            made.deliver(
                number, channel=channel, outcome=outcome, at="2026-11-25T10:30+08:00",
                tracking=WAYBILL[:-1] + number[-1] if channel is Channel.EMS else "", proofs=[photo], reason="样本",
            )  # fmt: skip
    with pytest.raises(SystemExit):
        run(["-C", str(root), "--as-of", "2026-11-25", "--lang", "zh", "status"])
    told = "".join(capsys.readouterr().out.split())
    for words in ("退回（B），是否到达待认定", "拒收（B），是否到达待认定", "仅有佐证（D），未证明到达"):
        assert words in told
    assert "已送达" not in told
