"""An evidence file made again: the new version names the old one, both can be checked, and what differs is told.

Beside each lies the sheet for the lawyer, and never in it.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import casefile
import pytest
from casefile import ACCOUNT, OWNER

from evidence.bundle.versions import Comparison, Edition, FormChange
from evidence.errors import EvidenceError
from evidence.letters.engine import document_text
from evidence.model.delivery import Channel, Outcome
from evidence.verify import verify_paths
from evidence.workspace import Workspace
from evidence.workspace.bundlecompare import Compared, compare_sheet, compared_json
from evidence.workspace.bundles import BundleResult

WHY = casefile.ON_PURPOSE[-1]


@dataclass
class Twice:
    root: Path
    first: BundleResult
    second: BundleResult
    found: Compared


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Twice:
    """Version 1; then a refusal by EMS is recorded, and version 2 is made in both scripts' words."""
    root = casefile.served(tmp_path_factory.mktemp("twice"), checkout)
    with Workspace.open(root, source=casefile.later()) as made:
        first = casefile.bundle(made, check=True)
        made.deliver("2-2026-0001", channel=Channel.EMS, outcome=Outcome.REFUSED,
                     at="2026-11-24T09:00+08:00", tracking="YB1", note="样本")  # fmt: skip
        second = casefile.bundle(made, check=True)
        found = made.compare_bundles(ACCOUNT, "1", second.id, converter="builtin")
    return Twice(root, first, second, found)


def test_the_entry_of_a_new_version_names_the_seal_of_the_old_one(twice: Twice) -> None:
    entries = [
        json.loads((one.folder / "journal" / "bundle.json").read_bytes())["data"]
        for one in (twice.first, twice.second)
    ]
    assert "follows" not in entries[0]
    assert entries[1]["follows"] == entries[0]["seal"] == twice.first.seal_sha256
    assert (entries[0]["version"], entries[1]["version"]) == (1, 2)


def test_old_and_new_version_can_both_be_checked(twice: Twice) -> None:
    for one in (twice.first, twice.second):
        assert verify_paths([one.folder]).ok
        assert verify_paths([one.zip_path]).ok


def test_what_differs_is_told_line_by_line(twice: Twice) -> None:
    told = compared_json(twice.found.comparison)
    assert (told["before"], told["after"], told["same"]) == (twice.first.id, twice.second.id, False)
    assert (told["added"], told["removed"], told["forms"], told["figures"]) == ([], [], [], {})
    assert [one["after"]["name"] for one in told["replaced"]] == ["送达记录：〔2026〕催字第0001号"]
    text = document_text(twice.found.docx.read_bytes())
    for line in ("证据文件版本对照表", "换了文件的证据", "送达记录：〔2026〕催字第0001号", twice.second.id):
        assert line in text
    assert "删去的证据" not in text
    assert twice.found.pdf.read_bytes().startswith(b"%PDF-")


def test_a_version_that_was_touched_or_is_not_there_is_no_version(twice: Twice, tmp_path: Path) -> None:
    root = shutil.copytree(twice.root, tmp_path / "office")
    bundles = root / "bundles"
    with Workspace.open(root, source=casefile.later()) as made:

        def refused(old: str, new: str) -> str:
            with pytest.raises(EvidenceError) as caught:
                made.compare_bundles(ACCOUNT, old, new, converter="builtin")
            return caught.value.problems[0].code

        assert refused("v1", "v3") == "bundle.version-unknown"
        shutil.rmtree(bundles / twice.first.id)
        assert (
            made.compare_bundles(ACCOUNT, "v1", "v2", converter="builtin").comparison
            == twice.found.comparison
        )
        packed = bundles / f"{twice.first.id}.zip"
        packed.write_bytes(
            packed.read_bytes().replace('"证据'.encode(), '"證據'.encode(), 1).replace(b"B7", b"B8")
        )
        assert refused("1", "2") == "bundle.version-altered"
        packed.unlink()
        assert refused("1", "2") == "bundle.version-gone"
        (bundles / twice.second.id / "data" / "catalogue.json").write_bytes(b"{}")
        assert refused("2", "2") == "bundle.version-altered"


def test_the_lawyers_sheet_says_what_was_overridden_and_what_is_weak(twice: Twice) -> None:
    docx, pdf = twice.first.check
    text = document_text(docx.read_bytes())
    for said in (
        "立案前审查表",
        WHY,
        "R04",
        "△ R30",
        "？ R01",
        "催告到达了吗？",
        "诉讼时效届满：物业费 2026年2月",
    ):
        assert said in text, said
    assert "不得提交法院" in text
    assert pdf.read_bytes().startswith(b"%PDF-")


def test_the_sheet_and_the_reasons_are_in_no_bundle(twice: Twice) -> None:
    for one in (twice.first, twice.second):
        with zipfile.ZipFile(one.zip_path) as archive:
            assert not [name for name in archive.namelist() if "check" in name.lower()]
            for name in archive.namelist():
                assert WHY.encode() not in archive.read(name), name


def test_the_sheet_in_traditional_script(twice: Twice, tmp_path: Path) -> None:
    root = shutil.copytree(twice.root, tmp_path / "office")
    with Workspace.open(root, source=casefile.later()) as made:
        result = casefile.bundle(made, locale="zh-Hant", check=True)
    text = document_text(result.check[0].read_bytes())
    assert "立案前審查表" in text
    assert OWNER.split(" ")[0] in text
    strange = {c for c in text if "一" <= c <= "鿿" and not c.encode("big5", "ignore")}
    known = set(document_text(twice.first.check[0].read_bytes()))
    assert not {c for c in strange if c not in known}, strange


@pytest.mark.parametrize("locale", ["zh", "zh-Hant"])
def test_the_cells_of_a_forms_table_are_told_apart_by_something_a_paper_can_print(locale: str) -> None:
    one = Edition("b1", "2026-11-25T10:00:00+08:00", (), {}, {})
    form = FormChange("起诉状", "changed", ("原告\t样本物业\t电话 ",), ("原告\t样本物业\t电话 010",))
    sheet = compare_sheet(Comparison(one, one, (), (), (), (form,), ()), ACCOUNT, locale)
    (section,) = sheet.sections
    assert section.rows == (("起诉状", "原告｜样本物业｜电话", "原告｜样本物业｜电话 010"),)
