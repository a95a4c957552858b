"""Annexes as files and as exhibits: written once, whole or not at all, and the same bytes for the same day."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import casefile
import estate
import pytest
from casefile import ACCOUNT

from evidence.clock import fixed_source
from evidence.errors import EvidenceError
from evidence.letters.engine import document_text
from evidence.model.case import CaseKind
from evidence.verify import verify_paths
from evidence.workspace import Workspace
from evidence.workspace.bundles import BundleResult

DAY = date(2026, 3, 31)
CONTRACT = {"name": "样本合同", "type": "early", "from": "2024-06-20", "late_rate": "日万分之五"}
NAMES = [
    f"{ACCOUNT}-{title}-20260331.{kind}"
    for title in ("欠费明细表", "违约金计算表")
    for kind in ("docx", "pdf")
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """A workspace whose first owner got a demand, and whose contract gives a rate; copied, never written to."""
    root = casefile.served(tmp_path_factory.mktemp("annexes"), checkout)
    with Workspace.open(root, source=casefile.later()) as made:
        made.record_case(CaseKind.CONTRACT, "", CONTRACT)
    return root


@pytest.fixture
def root(served: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served, tmp_path / "office")


def write(root: Path, folder: Path, **options: str) -> list[Path]:
    with Workspace.open(root, source=casefile.later()) as made:
        written = made.annexes(ACCOUNT, folder, DAY, converter="builtin", **options)
    return [path for annex in written for path in (annex.docx, annex.pdf)]


def bundled(root: Path, now: str = casefile.LATER) -> BundleResult:
    with Workspace.open(root, source=fixed_source(now, now)) as made:
        return casefile.bundle(made, ACCOUNT)


# -- as files --------------------------------------------------------------------------------------------------


def test_both_annexes_are_written_as_word_and_pdf(root: Path, tmp_path: Path) -> None:
    paths = write(root, tmp_path / "new" / "folder")
    assert [path.name for path in paths] == NAMES
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == sorted(NAMES)
    text = document_text(paths[2].read_bytes())
    assert "100.00 × 44 × 0.05%" in text
    assert "日万分之五（案卷登记第" in text
    # Some other day asked for sets the day of the figures, never the day of making.
    assert "计算截止日\t2026年3月31日" in text
    assert "制表日期\t2026年11月25日" in text


def test_the_same_day_gives_the_same_bytes_and_changes_nothing_in_the_workspace(
    root: Path, tmp_path: Path
) -> None:
    with Workspace.open(root, source=casefile.later()) as made:
        before = estate.state(made)
    first, second = write(root, tmp_path / "a"), write(root, tmp_path / "b")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    with Workspace.open(root, source=casefile.later()) as made:
        assert estate.state(made) == before


def test_what_is_there_already_is_left_as_it_is(root: Path, tmp_path: Path) -> None:
    (tmp_path / NAMES[3]).write_text("mine")
    with pytest.raises(EvidenceError) as caught:
        write(root, tmp_path)
    assert [p.code for p in caught.value.problems] == ["general.output-exists"]
    assert caught.value.exit_code == 7
    assert (tmp_path / NAMES[3]).read_text() == "mine"
    assert not [name for name in NAMES[:3] if (tmp_path / name).exists()]


def test_a_file_that_appears_meanwhile_takes_all_back(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, real = tmp_path / "out", Path.replace
    folder.mkdir()

    def replace(self: Path, target: Path) -> Path:
        done = real(self, target)
        if Path(target).parent == folder:
            (folder / NAMES[3]).write_text("mine")
        return done

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(EvidenceError):
        write(root, folder)
    assert [path.name for path in folder.iterdir()] == [NAMES[3]]
    assert (folder / NAMES[3]).read_text() == "mine"


def test_a_folder_that_is_a_file_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError) as caught:
        write(root, tmp_path / "file")
    assert caught.value.problems[0].code == "general.output-not-writable"


def test_without_a_clause_there_is_no_late_charge_sheet(tmp_path: Path, checkout: Path) -> None:
    with estate.workspace(tmp_path, checkout) as made:
        (written,) = made.annexes(ACCOUNT, tmp_path / "out", DAY, locale="zh-Hant", converter="builtin")
    assert written.title == "欠費明細表"
    assert written.pdf.name == f"{ACCOUNT}-欠費明細表-20260331.pdf"


# -- as exhibits -----------------------------------------------------------------------------------------------


def test_the_annexes_stand_among_the_exhibits_with_their_word_files(root: Path) -> None:
    made = bundled(root)
    rows = json.loads((made.folder / "data" / "catalogue.json").read_bytes())["rows"]
    told = [(row["group"], row["name"], row["proves"]) for row in rows if row["group"] in ("B5", "B6")]
    assert told == [
        (
            "B5",
            "欠费明细表（截至2026年11月25日）",
            "截至2026年11月25日被告所欠各期费用的本金数额及其计算方式",
        ),
        ("B6", "违约金计算表（截至2026年11月25日）", "逾期付款违约责任的计算方式及截至2026年11月25日的数额"),
    ]
    folder = made.folder / "data" / "originals" / "annexes"
    assert sorted(path.name for path in folder.iterdir()) == [
        "fee-statement.docx", "fee-statement.pdf", "late-charge.docx", "late-charge.pdf",
    ]  # fmt: skip
    assert "人民币220.50元" in document_text((folder / "fee-statement.docx").read_bytes())
    assert verify_paths([made.folder]).ok
    assert bundled(root).id == made.id


def test_a_late_charge_that_grew_makes_a_next_version_and_a_principal_does_not(root: Path) -> None:
    first, tomorrow = bundled(root), "2026-11-26T09:00:00+08:00"
    assert bundled(root, tomorrow).id != first.id
    text = (root / "evidence.toml").read_text("utf-8")
    none = text.replace("[policy]\n", '[policy]\nlate_charge = "none"\n')
    assert none != text
    (root / "evidence.toml").write_text(none, "utf-8")
    second = bundled(root, "2026-11-27T09:00:00+08:00")
    assert not (second.folder / "data" / "originals" / "annexes" / "late-charge.pdf").exists()
    third = bundled(root, "2026-11-28T09:00:00+08:00")
    assert third.id == second.id
    assert [problem.code for problem in third.warnings][:1] == ["bundle.unchanged"]
