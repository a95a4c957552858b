"""The court's forms of one account: from the case file to Word files and PDF, alone and in the evidence file."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import casefile
import formcase
import pytest
from casefile import ACCOUNT, OWNER
from complete import filing, put

from evidence.errors import EvidenceError
from evidence.letters.engine import document_text
from evidence.verify import verify_paths
from evidence.workspace import Workspace
from evidence.workspace.bundles import BundleResult
from evidence.workspace.courtforms import CourtForm, WrittenForm, form_kinds

SNAPSHOTS = Path(__file__).parents[1] / "snapshots" / "forms"
# `EVIDENCE_UPDATE_SNAPSHOTS=1 pytest tests/workspace/test_court_forms.py` writes the texts anew; review them as a diff.
UPDATE = bool(os.environ.get("EVIDENCE_UPDATE_SNAPSHOTS"))
REQUIRED_BY_HAND = {"firm.number", "exhibit.carrier"}
"""The firm's own number and where the original carriers are kept: on no file of the office."""


def office(folder: Path, checkout: Path, locale: str, full: bool) -> Path:
    root = casefile.served(folder, checkout, locale)
    with Workspace.open(root, source=filing()) as made:
        if full:
            put(made, formcase.FULL)
    return root


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    return office(tmp_path_factory.mktemp("full"), checkout, "zh", full=True)


@pytest.fixture
def root(made_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_once, tmp_path / "office"))


def written(
    root: Path, folder: Path, locale: str = "zh", kinds: tuple[str, ...] = ()
) -> tuple[WrittenForm, ...]:
    with Workspace.open(root, source=filing()) as made:
        return made.forms(ACCOUNT, folder, kinds=kinds, locale=locale, converter="builtin")[0]


def bundled(root: Path, forms: tuple[str, ...] | None = (), seed: str = "filing") -> BundleResult:
    with Workspace.open(root, source=filing(seed)) as made:
        against = {f.rule: "样本" for f in made.ready(ACCOUNT).findings if "bundle" in f.blocks}
        return made.bundle(ACCOUNT, converter="builtin", overrides=against, forms=forms)


def words(form: CourtForm) -> str:
    return document_text(form.docx, form.name)


def test_a_full_case_fills_every_required_place_of_every_form(root: Path, tmp_path: Path) -> None:
    forms = [one.form for one in written(root, tmp_path / "out", kinds=form_kinds())]
    assert [form.kind for form in forms] == list(form_kinds())
    missing = {blank.field for form in forms for blank in form.missing}
    assert missing == REQUIRED_BY_HAND
    complaint = words(forms[0])
    for told in (OWNER, "220.50元", "226.95元", "判令被告支付", "女√", "有限责任公司√", "11010519491231002X"):
        assert told in complaint, told


def test_the_sums_of_the_forms_are_the_claims(root: Path, tmp_path: Path) -> None:
    with Workspace.open(root, source=filing()) as made:
        claim = made.statement(ACCOUNT).claim
    assert (claim.total.plain, claim.grand_total.plain) == ("220.50", "226.95")
    for one in written(root, tmp_path / "out", kinds=("complaint", "payment-order")):
        assert f"{claim.grand_total.grouped}元" in words(one.form)
        assert f"{claim.total.grouped}元" in words(one.form)


def test_the_demand_is_pleaded_with_day_and_number_and_graded_beside_the_hashes(
    root: Path, tmp_path: Path
) -> None:
    complaint, electronic = written(root, tmp_path / "out", kinds=("complaint", "electronic-evidence"))
    told = next(line for line in words(complaint.form).splitlines() if "〔2026〕催字第0001号" in line)
    assert "2026年11月25日" in told
    assert "级" not in told
    graded = next(line for line in words(electronic.form).splitlines() if "〔2026〕催字第0001号" in line)
    assert "2026年11月25日直接送达：A级" in graded


def test_nothing_on_file_is_blank_and_listed_and_nothing_is_guessed(tmp_path: Path, checkout: Path) -> None:
    root = casefile.issued(tmp_path / "t", checkout)
    with Workspace.open(root, source=filing()) as made:
        forms, warnings = made.forms(ACCOUNT, tmp_path / "out", kinds=form_kinds(), converter="builtin")
    complaint = forms[0].form
    listed = {blank.field for blank in complaint.missing}
    assert {
        "defendant.gender",
        "defendant.id_number",
        "claim.costs",
        "demand.history",
        "claim.total",
        "agent.engaged",
        "plaintiff.type",
    } <= listed
    assert [problem.code for problem in warnings] == ["bundle.form-blank"]
    text = words(complaint)
    assert "√" not in text.replace("打“√”", "")
    assert "待填" not in text


def test_forms_are_made_as_the_case_needs_them(root: Path, tmp_path: Path) -> None:
    kinds = [one.form.kind for one in written(root, tmp_path / "out")]
    assert "payment-order" not in kinds
    assert {"complaint", "firm-letter", "mediation", "preservation", "authority-special"} <= set(kinds)
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert "01-民事起诉状.docx" in names
    assert len(names) == 2 * len(kinds)


def test_forms_that_are_there_already_are_left_as_they_are(root: Path, tmp_path: Path) -> None:
    first = written(root, tmp_path / "out", kinds=("representative",))[0]
    first.docx.write_bytes(b"signed")
    with pytest.raises(EvidenceError) as raised:
        written(root, tmp_path / "out", kinds=("representative",))
    assert {problem.code for problem in raised.value.problems} == {"general.output-exists"}
    assert first.docx.read_bytes() == b"signed"


def test_an_unknown_form_and_a_firms_letter_without_a_firm_are_refused(root: Path, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError) as raised:
        written(root, tmp_path / "out", kinds=("appeal",))
    assert [problem.code for problem in raised.value.problems] == ["bundle.form-unknown"]
    settings = root / "evidence.toml"
    text = settings.read_text("utf-8")
    start = text.index("[law_firm]")
    settings.write_text(text[:start] + text[text.index("\n[", start) + 1 :], "utf-8")
    with pytest.raises(EvidenceError) as raised:
        written(root, tmp_path / "out", kinds=("firm-letter",))
    assert [problem.code for problem in raised.value.problems] == ["bundle.form-no-firm"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("locale", ["zh", "zh-Hant"])
def test_the_texts_of_all_forms(locale: str, tmp_path: Path, checkout: Path) -> None:
    root = office(tmp_path / "t", checkout, locale, full=True)
    for one in written(root, tmp_path / "out", locale, form_kinds()):
        # Digests move with the letters' templates, the version with every release; neither is the forms' own text.
        text = re.sub(r"[0-9a-f]{64}", "SHA-256", f"{words(one.form)}\n")
        text = re.sub(r"evidence-kit [\w.+]+\d", "evidence-kit", text)
        snapshot = SNAPSHOTS / f"{one.form.kind}.{locale}.txt"
        if UPDATE:
            snapshot.parent.mkdir(parents=True, exist_ok=True)
            snapshot.write_text(text, "utf-8")
        assert text == snapshot.read_text("utf-8"), one.form.kind


def test_the_evidence_file_carries_the_forms_beside_its_exhibits(root: Path) -> None:
    result = bundled(root)
    folder = result.folder / "data" / "forms"
    assert {form.kind for form in result.forms} >= {"complaint", "electronic-evidence"}
    assert sorted(path.stem for path in folder.glob("*.pdf")) == sorted(form.name for form in result.forms)
    manifest = (result.folder / "manifest-sha256.txt").read_text("utf-8")
    assert "data/forms/01-民事起诉状.docx" in manifest
    assert "data/forms/" in (result.folder / "README.txt").read_text("utf-8")
    assert "起诉状" not in (result.folder / "data" / "catalogue.json").read_text("utf-8")
    assert verify_paths([result.folder]).ok
    assert verify_paths([result.zip_path]).ok
    complaint = next(form for form in result.forms if form.kind == "complaint")
    assert f"共{result.exhibits}份证据、{result.pages}页" in words(complaint)
    assert "（见证据" in words(complaint)


def test_an_evidence_file_with_forms_is_made_once_and_anew_when_a_form_would_change(root: Path) -> None:
    first = bundled(root)
    again = bundled(root, seed="again")
    assert (again.id, again.seal_sha256) == (first.id, first.seal_sha256)
    with Workspace.open(root, source=filing("later")) as made:
        put(made, [("", "court", {"costs": "false"})])
    changed = bundled(root, seed="changed")
    assert changed.id != first.id
    assert verify_paths([changed.folder]).ok


def test_without_being_asked_there_are_no_forms(root: Path) -> None:
    result = bundled(root, forms=None)
    assert result.forms == ()
    assert not (result.folder / "data" / "forms").exists()
    assert "data/forms" not in (result.folder / "README.txt").read_text("utf-8")
