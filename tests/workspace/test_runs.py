"""Runs: nothing twice, nothing lost, and the same end wherever a run was cut off."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import estate
import pytest

from evidence.errors import EvidenceError
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace, steps

STEPS = ("planned", "made", "stored", "journaled", "copied", "completed")


class Cut(BaseException):
    """Stands for the process ending: nothing between here and the top may catch it."""


@pytest.fixture(autouse=True)
def no_hook() -> Iterator[None]:
    yield
    steps.set_hook(None)


def issue(made: Workspace) -> tuple[str, ...]:
    return tuple(n.key for n in made.issue(LetterKind.DEMAND, converter="builtin").issued)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> tuple[object, ...]:
    with estate.workspace(tmp_path_factory.mktemp("clean"), checkout) as made:
        assert issue(made) == ("2-2026-0001", "2-2026-0002", "2-2026-0003", "2-2026-0004")
        return estate.state(made)


def test_a_second_call_makes_nothing_new(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout) as made:
        issue(made)
        before = estate.state(made)
        assert issue(made) == ()
        assert estate.state(made) == before


@pytest.mark.parametrize("step", STEPS)
def test_cut_off_after_any_step_and_run_again_ends_like_an_undisturbed_run(
    step: str, tmp_path: Path, checkout: Path, undisturbed: tuple[object, ...]
) -> None:
    def cut(name: str) -> None:
        if name == step:
            raise Cut

    with estate.workspace(tmp_path, checkout) as made:
        steps.set_hook(cut)
        with pytest.raises(Cut):
            issue(made)
    steps.set_hook(None)
    with Workspace.open(tmp_path / "office", source=estate.source()) as again:
        issue(again)
        assert estate.state(again) == undisturbed
        assert again.check_journal()[1] == ()


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import estate
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace, steps
steps.set_hook(lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == sys.argv[3] else None)
Workspace.open(Path(sys.argv[2]), source=estate.source()).issue(LetterKind.DEMAND, converter="builtin")
"""


@pytest.mark.parametrize("step", ["stored", "journaled"])
def test_kill_9_leaves_nothing_to_repair(
    step: str, tmp_path: Path, checkout: Path, undisturbed: tuple[object, ...]
) -> None:
    estate.workspace(tmp_path, checkout).close()
    arguments = [str(Path(__file__).parent), str(tmp_path / "office"), step]
    ended = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False, capture_output=True)
    assert ended.returncode == -9, ended.stderr.decode()
    with Workspace.open(tmp_path / "office", source=estate.source()) as again:
        issue(again)
        assert estate.state(again) == undisturbed


REPEATED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import estate
from evidence.model.letter import LetterKind
for locale in ("zh", "zh-Hant"):
    with estate.workspace(Path(sys.argv[2], locale), Path(sys.argv[3]), locale=locale) as made:
        made.issue(LetterKind.DEMAND, converter="builtin")
        made.issue(LetterKind.INSTALMENT_AGREEMENT, accounts=["2栋1单元201"], converter="builtin")
"""


def test_same_input_clock_key_and_salts_give_the_same_bytes_anywhere(tmp_path: Path, checkout: Path) -> None:
    """That each converter does so is asked in ``tests/convert``; here, that nothing else of a run hangs on the place."""
    found = []
    for name, seed, zone, language in (
        ("one", "1", "UTC", "C.UTF-8"),
        ("two/deeper", "4242", "America/New_York", "C"),
    ):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": language,
            "PYTHONUTF8": "1",
        }
        arguments = [str(Path(__file__).parent), str(folder), str(checkout)]
        subprocess.run([sys.executable, "-c", REPEATED, *arguments], check=True, env=environment, cwd=folder)
        found.append([estate.files(folder / locale / "office" / "letters") for locale in ("zh", "zh-Hant")])
    assert found[0] == found[1]
    # In each script a DOCX, a PDF and a short message each for four demands and an agreement, and the slips of two runs.
    assert [len(files) for files in found[0]] == [17, 17]


def test_a_character_no_font_has_refuses_that_letter_alone(
    tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evidence.letters.fonts._system_folders", lambda: ())  # a machine without other fonts
    owners = [("1栋101", "𠮷某样"), ("1栋102", "张三")]
    with estate.workspace(tmp_path, checkout, owners) as made:
        result = made.issue(LetterKind.DEMAND, converter="builtin")
        assert [n.key for n in result.issued] == ["2-2026-0001"]
        (problem,) = result.skipped
        assert (problem.code, problem.where.part) == ("convert.glyph-missing", "1栋101")
        assert problem.params["code"] == "U+20BB7"


def test_one_command_at_a_time(tmp_path: Path, checkout: Path) -> None:
    with (
        estate.workspace(tmp_path, checkout) as first,
        first._desk.locked(),
        Workspace.open(first.root, source=estate.source()) as second,
        pytest.raises(EvidenceError) as caught,
    ):
        second.issue(LetterKind.DEMAND)
    assert caught.value.problems[0].code == "workspace.locked"


def test_what_is_still_empty_is_listed_at_once(tmp_path: Path, checkout: Path) -> None:
    with Workspace.init(tmp_path / "w", jurisdiction="cn", locale="zh", source=estate.source()) as made:
        made.import_ledger([estate.ledger(tmp_path / "l.csv")])
        assert len(made.status()) == 4
        with pytest.raises(EvidenceError) as caught:
            made.issue(LetterKind.DEMAND)
    missing = {problem.where.part for problem in caught.value.problems}
    assert {"creditor.name", "creditor.uscc", "bank.number", "contract.name"} <= missing


def test_letters_under_a_law_without_a_pack_are_refused(tmp_path: Path) -> None:
    with Workspace.init(tmp_path / "w", jurisdiction="tw", locale="zh-Hant", source=estate.source()) as made:
        made.import_ledger([estate.ledger(tmp_path / "l.csv")])
        assert made.status()[0].outstanding.currency == "TWD"
        with pytest.raises(EvidenceError) as caught:
            made.issue(LetterKind.DEMAND)
    assert caught.value.problems[0].code == "law.no-letters"


def test_an_agreement_is_made_with_one_owner(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout) as made, pytest.raises(EvidenceError) as caught:
        made.issue(LetterKind.INSTALMENT_AGREEMENT)
    assert caught.value.problems[0].code == "workspace.agreement-needs-account"


def test_a_template_changed_in_the_middle_of_a_run_stops_it(
    tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(name: str) -> None:
        if name == "planned":
            raise Cut

    with estate.workspace(tmp_path, checkout) as made:
        steps.set_hook(cut)
        with pytest.raises(Cut):
            issue(made)
        steps.set_hook(None)
        monkeypatch.setattr("evidence.letters.packs.TemplateRef.sha256", property(lambda self: "0" * 64))
        with pytest.raises(EvidenceError) as caught:
            issue(made)
        assert caught.value.problems[0].code == "workspace.run-changed"
        # The way out: its numbers are voided, on record, and the owners are due again.
        assert [number.key for number in made.abandon(LetterKind.DEMAND)] == [
            "2-2026-0001",
            "2-2026-0002",
            "2-2026-0003",
            "2-2026-0004",
        ]
        assert made.abandon(LetterKind.DEMAND) == ()
        monkeypatch.undo()
        assert issue(made)[0] == "2-2026-0005"
        assert made.check_journal()[1] == ()
