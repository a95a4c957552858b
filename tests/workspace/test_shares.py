"""Work on a large estate is shared out over processes; what comes of it is the same as without them."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from evidence import forks
from evidence.model.case import CaseKind
from evidence.workspace import schema, shares
from evidence.workspace.shares import shared_out
from evidence.workspace.status import status
from tests.workspace.estate import OWNERS, workspace

IDS = [f"{number}栋" for number in range(10)]
HERE = os.getpid()
threading_count = threading.active_count

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks safely")


@pytest.fixture(autouse=True)
def small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "LEAST", 2)
    # Threads that other tests of this process left behind are not what is looked at here.
    before = threading.active_count()
    monkeypatch.setattr(forks.threading, "active_count", lambda: threading_count() - before + 1)


@pytest.fixture
def engine() -> Engine:
    return create_engine("sqlite://")


def who(ids: Sequence[str]) -> list[tuple[str, bool]]:
    return [(name, os.getpid() == HERE) for name in ids]


def test_every_account_comes_back_once_and_in_order(engine: Engine) -> None:
    rows = shared_out(engine, IDS, who, 3)
    assert [name for name, _ in rows] == IDS
    assert [here for _, here in rows] == [True] * 3 + [False] * 7


def test_few_accounts_one_process_or_other_threads_mean_no_other_process(engine: Engine) -> None:
    assert all(here for _, here in shared_out(engine, IDS[:3], who, 3))
    assert all(here for _, here in shared_out(engine, IDS, who, 1))
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert all(here for _, here in shared_out(engine, IDS, who, 3))
    finally:
        done.set()
        thread.join()


def test_the_share_of_a_process_that_dies_is_done_here(engine: Engine) -> None:
    def work(ids: Sequence[str]) -> list[tuple[str, bool]]:
        if os.getpid() != HERE:
            os._exit(9)
        return who(ids)

    assert shared_out(engine, IDS, work, 2) == [(name, True) for name in IDS]


@pytest.mark.parametrize("bad", [IDS[0], IDS[-1]])
def test_an_error_is_raised_as_if_there_were_one_process_and_none_is_left(engine: Engine, bad: str) -> None:
    def work(ids: Sequence[str]) -> list[str]:
        if bad in ids:
            raise LookupError(bad)
        return list(ids)

    def children() -> list[str]:  # an earlier test may have left the converter's workers waiting
        return Path(f"/proc/self/task/{HERE}/children").read_text().split()

    before = children()
    with pytest.raises(LookupError, match=bad):
        shared_out(engine, IDS, work, 2)
    assert children() == before


def test_no_descriptor_is_left_open(engine: Engine) -> None:
    def opened() -> int:
        return len([*Path("/proc/self/fd").iterdir()])

    shared_out(engine, IDS, who, 3)
    before = opened()
    shared_out(engine, IDS, who, 3)
    assert opened() == before


def test_a_status_is_the_same_by_one_process_and_by_two(tmp_path: Path, checkout: Path) -> None:
    """With a fault in either share, each told with its place in the ledger, and a waiver between them."""
    owners = [*OWNERS, ("3栋1单元301", "样本某某")]
    made = workspace(tmp_path, checkout, owners)
    waived = {"on": "2026-11-01", "period": "2026年3月", "amount": "10", "reason": "样本"}
    made.record_case(CaseKind.WAIVER, "2栋1单元201", waived)
    charges = schema.CHARGES
    bad = charges.c.account.in_(["1栋1单元101", "10栋1单元301"])
    with made._desk.writing() as connection:  # more paid than billed: no import lets it in
        connection.execute(charges.update().where(bad).values(paid="999.00"))
    day = date(2026, 11, 21)
    alone = status(made._desk, day, processes=1)
    assert [bool(row.faults) for row in alone] == [True, False, False, False, True]
    assert status(made._desk, day, processes=2) == alone
