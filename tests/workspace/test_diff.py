"""Two ledgers side by side: who is new, who paid, whose debt grew, and the payment that must not get lost."""

from __future__ import annotations

import json
from pathlib import Path

import estate
import pytest

from evidence.cli._root import run
from evidence.errors import EvidenceError
from evidence.workspace import Workspace
from evidence.workspace.snapshots import ChangeKind

FIRST, SECOND, THIRD, FOURTH = (room for room, _ in estate.OWNERS)


@pytest.fixture
def office(tmp_path: Path, checkout: Path) -> Workspace:
    return estate.workspace(tmp_path, checkout)


def imported(office: Workspace, path: Path, edits: dict[str, str]) -> None:
    """The tiny ledger again with rows changed: the beginning of each row to the whole new row ("" takes it away)."""
    lines = estate.ledger(path).read_text("utf-8").splitlines()
    for start, row in edits.items():
        (found,) = [i for i, line in enumerate(lines) if line.startswith(start)]
        lines[found] = row
    path.write_text("".join(f"{line}\n" for line in lines if line), "utf-8")
    office.import_ledger([path], accept_lost="样本：为比较而导入")


def row(room: str, month: int, billed: str, paid: str, due: str = "", owner: str = "") -> str:
    name = owner or dict(estate.OWNERS)[room]
    return f"{room},{name},物业费,2026年{month}月,{due or f'2026-0{month}-15'},{billed},{paid}"


def start(room: str, month: int) -> str:
    return f"{room},{dict(estate.OWNERS)[room]},物业费,2026年{month}月"


def told(office: Workspace) -> list[tuple[str, str, str, str, str]]:
    return [(c.kind.value, c.account, c.what, c.before, c.after) for c in office.diff().changes]


def test_a_payment_is_told_with_the_row_it_stands_in(office: Workspace, tmp_path: Path) -> None:
    imported(office, tmp_path / "b.csv", {start(FIRST, 2): row(FIRST, 2, "120.50", "120.50")})
    found = office.diff()
    (change,) = found.changes
    assert (change.kind, change.what, change.before, change.after) == (
        ChangeKind.PAID,
        "paid",
        "20.50",
        "120.50",
    )
    assert str(change.where) == "b.csv · 3"
    assert (found.old, found.new, found.errors) == (1, 2, ())
    assert (found.before - found.after).plain == "100.00"


def test_a_payment_the_ledger_lost_is_an_error(office: Workspace, tmp_path: Path) -> None:
    imported(office, tmp_path / "b.csv", {start(FIRST, 1): row(FIRST, 1, "120.50", "0")})
    found = office.diff()
    assert told(office) == [
        ("escalated", FIRST, "outstanding", "220.50", "341.00"),
        ("payment-lost", FIRST, "paid", "120.50", "0.00"),
    ]
    (error,) = found.errors
    assert (error.code, error.where.row) == ("workspace.payment-lost", 2)
    assert (error.params["before"], error.params["after"]) == ("120.50", "0.00")


def test_new_escalated_corrected_and_vanished(office: Workspace, tmp_path: Path) -> None:
    edits = {
        start(FIRST, 3): row(FIRST, 3, "110.50", "0"),  # a bill put right
        start(SECOND, 3): row(SECOND, 3, "121.50", "0") + "\n" + row(SECOND, 4, "121.50", "0"),
        start(THIRD, 3): "",  # gone with 122.50 still owed
        start(THIRD, 1): "",  # gone, but it was paid
        start(FOURTH, 3): row(FOURTH, 3, "123.50", "0", due="2026-03-20")
        + "\n"
        + "11栋1单元401,样本业主,物业费,2026年4月,2026-04-15,88.00,0",
    }
    imported(office, tmp_path / "b.csv", edits)
    assert told(office) == [
        ("corrected", FIRST, "billed", "120.50", "110.50"),
        ("escalated", SECOND, "outstanding", "222.50", "344.00"),
        ("vanished", THIRD, "outstanding", "122.50", "0.00"),
        ("corrected", FOURTH, "due", "2026-03-15", "2026-03-20"),
        ("new", "11栋1单元401", "outstanding", "0.00", "88.00"),
    ]
    assert office.diff().counts == {
        "new": 1, "paid": 0, "escalated": 1, "corrected": 2, "vanished": 1, "payment-lost": 0,
    }  # fmt: skip


def test_an_account_that_is_gone_is_vanished_charge_by_charge(office: Workspace, tmp_path: Path) -> None:
    imported(office, tmp_path / "b.csv", {start(FOURTH, month): "" for month in (1, 2, 3)})
    assert told(office) == [
        ("vanished", FOURTH, "outstanding", "103.00", "0.00"),
        ("vanished", FOURTH, "outstanding", "123.50", "0.00"),
    ]


def test_another_owner_is_told(office: Workspace, tmp_path: Path) -> None:
    owner = "样本新业主"
    edits = {
        start(FIRST, m): row(FIRST, m, "120.50", p, owner=owner)
        for m, p in ((1, "120.50"), (2, "20.50"), (3, "0"))
    }
    imported(office, tmp_path / "b.csv", edits)
    assert told(office) == [("corrected", FIRST, "owner", estate.OWNERS[0][1], owner)]


def test_numbers_choose_the_ledgers(office: Workspace, tmp_path: Path) -> None:
    imported(office, tmp_path / "b.csv", {start(FIRST, 2): row(FIRST, 2, "120.50", "60.50")})
    imported(office, tmp_path / "c.csv", {start(FIRST, 2): row(FIRST, 2, "120.50", "120.50")})
    spans = [(c.before, c.after) for pair in ((1, 3), (2, 3), (1, 2)) for c in office.diff(*pair).changes]
    assert spans == [("20.50", "120.50"), ("60.50", "120.50"), ("20.50", "60.50")]
    assert office.diff(1).changes == office.diff(1, 3).changes
    assert office.diff(2, 2).changes == ()


def test_numbers_of_no_ledger_are_all_refused(office: Workspace) -> None:
    with pytest.raises(EvidenceError) as caught:
        office.diff(7, 9)
    assert [(p.code, p.params["snapshot"]) for p in caught.value.problems] == [
        ("workspace.unknown-snapshot", 7),
        ("workspace.unknown-snapshot", 9),
    ]


def test_one_ledger_alone_cannot_be_compared(office: Workspace) -> None:
    with pytest.raises(EvidenceError) as caught:
        office.diff()
    assert [p.code for p in caught.value.problems] == ["workspace.one-snapshot"]


def test_the_command_fails_on_a_lost_payment_in_words_and_as_json(
    office: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVIDENCE_TEST_NOW", estate.NOW)
    monkeypatch.setenv("EVIDENCE_TEST_SEED", "diff")
    imported(office, tmp_path / "b.csv", {start(FIRST, 1): row(FIRST, 1, "120.50", "0")})
    office.close()
    for words in (["--lang", "zh"], ["--json"]):
        with pytest.raises(SystemExit) as stop:
            run(["-C", str(office.root), *words, "diff"])
        assert stop.value.code == 3
        printed = capsys.readouterr()
        if words == ["--json"]:
            answer = json.loads(printed.out)
            assert [error["code"] for error in answer["errors"]] == ["workspace.payment-lost"]
            assert answer["counts"]["payment-lost"] == 1
            assert answer["outstanding"] == {"before": "894.00", "after": "1014.50"}
        else:
            assert "付款丢失" in printed.out
            assert "错误 [workspace.payment-lost]" in printed.err
