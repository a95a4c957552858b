"""Runs of several waves: one is converted while another is recorded, and no cut between them loses a letter."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import estate
import pytest

from evidence.errors import EvidenceError
from evidence.letters.convert.builtin import BuiltinConverter
from evidence.model.delivery import Channel, Outcome
from evidence.model.letter import LetterKind, LetterNumber
from evidence.workspace import Workspace, steps, store
from evidence.workspace.cases import each_account, load_accounts
from evidence.workspace.deliveries import prior_demands
from evidence.workspace.making import Item, waves
from evidence.workspace.store import Store


class Cut(BaseException):
    """Stands for the process ending."""


@pytest.fixture(autouse=True)
def a_wave_for_each_letter(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("evidence.workspace.issue.BATCH", 1)
    monkeypatch.setattr(BuiltinConverter, "batches_at_once", 1)
    yield
    steps.set_hook(None)


def issue(made: Workspace) -> tuple[str, ...]:
    return tuple(n.key for n in made.issue(LetterKind.DEMAND, converter="builtin").issued)


def cut_at(step: str, time: int) -> Callable[[str], None]:
    """A hook that ends everything when ``step`` is reached for the ``time``-th time."""
    count = 0

    def hook(name: str) -> None:
        nonlocal count
        count += name == step
        if name == step and count == time:
            raise Cut

    return hook


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> tuple[object, ...]:
    with (
        pytest.MonkeyPatch.context() as patch,
        estate.workspace(tmp_path_factory.mktemp("w"), checkout) as made,
    ):
        patch.setattr("evidence.workspace.issue.BATCH", 1)
        patch.setattr(BuiltinConverter, "batches_at_once", 1)
        reached: list[str] = []
        steps.set_hook(reached.append)
        assert issue(made) == ("2-2026-0001", "2-2026-0002", "2-2026-0003", "2-2026-0004")
        steps.set_hook(None)
        assert reached.count("made") == 4  # four waves, or these tests test nothing
        return estate.state(made)


@pytest.mark.parametrize(("step", "time"), [("made", 2), ("stored", 2), ("journaled", 3), ("copied", 4)])
def test_a_run_cut_off_between_waves_ends_like_an_undisturbed_one(
    step: str, time: int, tmp_path: Path, checkout: Path, undisturbed: tuple[object, ...]
) -> None:
    with estate.workspace(tmp_path, checkout) as made:
        steps.set_hook(cut_at(step, time))
        with pytest.raises(Cut):
            issue(made)
    steps.set_hook(None)
    with Workspace.open(tmp_path / "office", source=estate.source()) as again:
        assert len(issue(again)) == 4 - (time if step in ("journaled", "copied") else time - 1)
        assert estate.state(again) == undisturbed
        assert again.check_journal() == (again.check_journal()[0], ())


def test_a_converter_that_fails_keeps_the_waves_before_and_the_run_goes_on_later(
    tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: tuple[object, ...]
) -> None:
    real, calls = BuiltinConverter.convert_batches, 0

    def failing(self: BuiltinConverter, *args: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise RuntimeError("the engine is gone")
        return real(self, *args, **options)  # type: ignore[arg-type]

    with estate.workspace(tmp_path, checkout) as made:
        monkeypatch.setattr(BuiltinConverter, "convert_batches", failing)
        with pytest.raises(RuntimeError):
            issue(made)
        monkeypatch.setattr(BuiltinConverter, "convert_batches", real)
        assert issue(made) == ("2-2026-0003", "2-2026-0004")
        assert estate.state(made) == undisturbed


def test_a_copy_that_was_cut_short_is_written_again_and_no_half_file_stays(
    tmp_path: Path, checkout: Path, undisturbed: tuple[object, ...]
) -> None:
    with estate.workspace(tmp_path, checkout) as made:
        steps.set_hook(cut_at("copied", 2))
        with pytest.raises(Cut):
            issue(made)
        copies = sorted((made.root / "letters").rglob("*.pdf"))
        copies[0].write_bytes(b"")
        # And what a kill left: of the next, and of letters on their way from a cluster.
        (copies[0].parent / ".new-half").write_bytes(b"%PDF")
        (made.root / "store" / "work" / "ab").mkdir(parents=True)
        (made.root / "store" / "work" / "ab" / "left").write_bytes(b"%PDF")
    steps.set_hook(None)
    with Workspace.open(tmp_path / "office", source=estate.source()) as again:
        issue(again)
        assert estate.state(again) == undisturbed


def test_batches_are_spread_evenly_over_the_waves() -> None:
    number = LetterNumber(2, 2026, 1)
    items = [Item(position, "1栋101", number, batch=position // 2) for position in range(20)]
    made = [[[item.position for item in batch] for batch in wave] for wave in waves(items, 8)]
    assert [len(wave) for wave in made] == [5, 5]  # not eight and two
    assert made[1][0] == [10, 11]
    assert list(waves([], 8)) == []


def test_accounts_asked_for_by_name_are_those_of_the_whole_snapshot(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout) as made, made._desk.reading() as connection:
        every = load_accounts(connection, 1)
        assert [*each_account(connection, 1, at_once=3)] == [*every.values()]
        assert [*load_accounts(connection, 1, ["10栋1单元301", "1栋1单元102", "no such room"]).items()] == [
            ("1栋1单元102", every["1栋1单元102"]),
            ("10栋1单元301", every["10栋1单元301"]),
        ]


def test_a_later_letter_may_cite_what_was_sent_to_this_owner_before_it(
    tmp_path: Path, checkout: Path
) -> None:
    with estate.workspace(tmp_path, checkout) as made:
        issue(made)
        made.deliver(
            "2-2026-0001",
            channel=Channel.EMS,
            outcome=Outcome.SENT,
            at="2026-11-21T10:00+08:00",
            tracking="YB000000001XX",
        )
        with made._desk.reading() as connection:
            people = {name: person for name, (_, person) in load_accounts(connection, 1).items()}
            sent, unsent = ("1栋1单元101", people["1栋1单元101"]), ("1栋1单元102", people["1栋1单元102"])
            former = ("1栋1单元101", "somebody-else")
            now = made._desk.journal.size(connection)
            found = prior_demands(connection, [sent, unsent, former], "zh", before=now)
            assert [demand.number for demand in found[sent]] == ["〔2026〕催字第0001号"]
            assert found[sent][0].delivered_on is None  # sent, not shown to have arrived
            assert (found[unsent], found[former]) == ((), ())
            # To a run planned before the sending was recorded, it had not happened.
            assert prior_demands(connection, [sent], "zh", before=now - 1) == {sent: ()}


# --- the store


def test_many_files_at_once_are_kept_as_one_by_one(tmp_path: Path) -> None:
    one, many = Store(tmp_path / "one"), Store(tmp_path / "many")
    (tmp_path / "many").mkdir()
    contents = [b"a", b"b" * 100_000, b"a", b""]
    assert many.put_all(contents) == [one.put(data) for data in contents]
    assert many.put_all(contents) == many.put_all(contents)
    assert estate.files(many.root) == estate.files(one.root)
    assert {path.stat().st_mode & 0o777 for path in many.root.glob("*/*")} == {0o444}


def test_what_a_killed_process_left_half_written_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / ".new-killed").mkdir()
    (tmp_path / ".new-killed" / "half").write_bytes(b"ha")
    kept = Store(tmp_path).put_all([b"whole"])
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == kept


def test_a_disk_that_is_full_only_when_flushed_keeps_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> Callable[[int], None]:
        def call(_handle: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        return call

    monkeypatch.setattr(store, "_syncfs", full)
    with pytest.raises(EvidenceError) as caught:
        Store(tmp_path).put_all([b"one", b"two"])
    assert caught.value.problems[0].code == "general.disk-full"
    assert list(tmp_path.iterdir()) == []
