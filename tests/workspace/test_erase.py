"""A person's data are destroyed and the journal stays whole; a letter's facts are opened to whoever holds it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import casefile
import estate
import pytest

from evidence.errors import EvidenceError
from evidence.model.letter import LetterKind
from evidence.model.report import Status
from evidence.verify import verify_paths
from evidence.workspace import Workspace, erasure


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    return casefile.served(tmp_path_factory.mktemp("erase"), checkout)


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "office")


def opened(office: Path) -> Workspace:
    return Workspace.open(office, source=casefile.later())


def holding(office: Path, *words: str) -> list[str]:
    """Files in which one of ``words`` can be found as it is; ledgers name everybody and are left out."""
    found = []
    for path in sorted(office.rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        if b"\xe6\x88\xbf\xe5\x8f\xb7,\xe4\xb8\x9a\xe4\xb8\xbb" not in data and any(
            w.encode() in data for w in words
        ):
            found.append(path.relative_to(office).as_posix())
    return found


def test_everything_about_a_person_goes_and_the_journal_stays_whole(office: Path) -> None:
    (room, name), (other, _) = estate.OWNERS[0], estate.OWNERS[1]
    with opened(office) as workspace:
        bundle = casefile.bundle(workspace)
        renewed = workspace.renew("sha512")
        before = workspace.checkpoint()
        done = workspace.erase(room)
        assert (done.account, done.letters, done.files) == (
            room,
            1,
            4,
        )  # letter as PDF and DOCX, photo, exhibit
        assert workspace.check_journal()[1] == ()
        assert workspace.check_time() == (1, ())
        assert workspace.checkpoint() != before
        assert {row.account for row in workspace.status()} == {room for room, _ in estate.OWNERS[1:]}
        assert casefile.bundle(workspace, other).zip_path.is_file()
        assert renewed.index < done.index
    assert not bundle.zip_path.exists()
    assert not bundle.folder.exists()
    assert not list((office / "letters").rglob("*2-2026-0001*"))
    assert len(list((office / "letters").rglob("*2-2026-0002*.pdf"))) == 1
    assert holding(office, name, "样甲") == []


def test_an_erased_person_is_refused_by_name(office: Path) -> None:
    room = estate.OWNERS[0][0]
    with opened(office) as workspace:
        workspace.erase(room)
        for run in (
            lambda: workspace.bundle(room, converter="builtin"),
            lambda: workspace.statement(room),
            lambda: workspace.issue(LetterKind.DEMAND, accounts=[room], converter="builtin"),
        ):
            with pytest.raises(EvidenceError) as caught:
                run()
            assert [problem.code for problem in caught.value.problems] == ["workspace.person-erased"]


def test_asked_again_nothing_more_is_recorded(office: Path) -> None:
    with opened(office) as workspace:
        first = workspace.erase(estate.OWNERS[0][0])
        head = workspace.checkpoint()
        assert workspace.erase(estate.OWNERS[0][0]).index == first.index
        assert workspace.checkpoint() == head


def test_cut_off_after_its_entry_an_erasure_is_finished_by_asking_again(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, name = estate.OWNERS[0]

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with opened(office) as workspace:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(erasure, "_sweep", die)
            workspace.erase(room)
        assert list((office / "letters").rglob("*2-2026-0001*.pdf"))
        workspace.erase(room)
        assert workspace.check_journal()[1] == ()
    assert holding(office, name) == []


def test_imported_again_the_owner_is_a_new_person(office: Path, tmp_path: Path) -> None:
    owners = [(room, name) for room, name in estate.OWNERS]
    with opened(office) as workspace:
        gone = workspace.erase(owners[0][0]).person
        workspace.import_ledger([estate.ledger(tmp_path / "again.csv", [*owners, ("11栋1单元101", "样新")])])
        result = workspace.issue(LetterKind.DEMAND, accounts=[owners[0][0]], converter="builtin")
        assert len(result.issued) == 1
        assert workspace.erase(owners[0][0]).person != gone
        assert workspace.check_journal()[1] == ()


# --- the disclosure file


@pytest.fixture
def disclosed(office: Path, tmp_path: Path) -> Path:
    path = tmp_path / "facts.json"
    with opened(office) as workspace:
        path.write_bytes(workspace.disclose("2-2026-0001"))
    return path


def letter_of(office: Path, number: str = "2-2026-0001") -> Path:
    return next((office / "letters").rglob(f"*_{number}.pdf"))


def test_whoever_has_letter_and_file_reads_premises_and_amounts(office: Path, disclosed: Path) -> None:
    report = verify_paths([letter_of(office), disclosed])
    assert report.ok
    (subject,) = report.subjects
    told = {
        str(s.params["name"]): str(s.params["value"])
        for answer in subject.answers
        for s in answer.statements
        if s.code == "letter-states"
    }
    assert told["premises"].endswith(estate.OWNERS[0][0])
    assert {"addressee", "total", "pay_by", "period.1"} <= set(told)


def test_a_changed_value_fails(office: Path, disclosed: Path) -> None:
    disclosed.write_bytes(
        disclosed.read_bytes().replace(b"CNY 2", b"CNY 1", 1).replace(b"CNY 1", b"CNY 9", 1)
    )
    report = verify_paths([letter_of(office), disclosed])
    assert [fact.reason for fact in report.facts if fact.status is Status.FAIL] == ["facts-differ"]


def test_beside_another_letter_the_file_is_named_as_not_its_own(office: Path, disclosed: Path) -> None:
    report = verify_paths([letter_of(office, "2-2026-0002"), disclosed])
    assert [problem.code for problem in report.problems] == ["verify.disclosure-alone"]
    with pytest.raises(EvidenceError) as caught:
        verify_paths([disclosed])
    assert caught.value.problems[0].code == "verify.disclosure-alone"


@pytest.mark.parametrize("change", ['"v":1', '"id":"', "[{"], ids=["version", "id", "list"])
def test_a_file_that_departs_from_its_form_is_refused(change: str, office: Path, disclosed: Path) -> None:
    value = disclosed.read_text("utf-8")
    disclosed.write_text(value.replace(change, change + "0", 1), "utf-8")
    report_or_error: list[str]
    try:
        report_or_error = [problem.code for problem in verify_paths([letter_of(office), disclosed]).problems]
    except EvidenceError as error:
        report_or_error = [problem.code for problem in error.problems]
    assert report_or_error in (["verify.disclosure-form"], ["verify.unknown-format"])


def test_after_erasing_nothing_is_disclosed(office: Path) -> None:
    with opened(office) as workspace:
        workspace.erase(estate.OWNERS[0][0])
        with pytest.raises(EvidenceError) as caught:
            workspace.disclose("2-2026-0001")
    assert caught.value.problems[0].code == "workspace.unknown-letter"


# --- some facts and not others


@pytest.fixture
def partly(office: Path, tmp_path: Path) -> Path:
    path = tmp_path / "some.json"
    with opened(office) as workspace:
        path.write_bytes(workspace.disclose("2-2026-0001", ["premises", "period"]))
    return path


def test_room_and_periods_are_checked_without_the_amount(office: Path, partly: Path, disclosed: Path) -> None:
    report = verify_paths([letter_of(office), partly])
    assert report.ok
    told = {str(f.params["name"]): f.params["value"] for f in report.facts if f.id == "letter.stated"}
    assert set(told) >= {"premises", "period.1"} and not set(told) & {"total", "addressee", "pay_by"}
    said = [(f.reason, f.params["count"]) for f in report.facts if f.id == "letter.facts"]
    assert said == [("facts-partly", len(told))]
    whole = json.loads(disclosed.read_bytes())
    hidden = [f for f in whole["facts"] if f["name"] not in told]
    text = partly.read_text("utf-8")
    assert hidden and not any(f["salt"] in text or f["value"] in text for f in hidden)


def test_each_disclosed_fact_stands_or_falls_alone(office: Path, partly: Path) -> None:
    value = json.loads(partly.read_bytes())
    row = next(row for row in value["facts"] if row["name"] == "period.1")
    row["value"] = row["value"].replace("CNY 2", "CNY 3").replace("CNY 1", "CNY 9")
    partly.write_bytes(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    report = verify_paths([letter_of(office), partly])
    assert [(f.id, f.reason, f.params["name"]) for f in report.facts if f.status is Status.FAIL] == [
        ("letter.stated", "fact-elsewhere", "period.1")
    ]
    assert any(f.id == "letter.stated" and f.status is Status.PASS for f in report.facts)


def test_a_fact_cannot_be_moved_to_another_place(office: Path, partly: Path) -> None:
    value = json.loads(partly.read_bytes())
    value["facts"][-1]["index"] += 1
    value["size"] += 1
    partly.write_bytes(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
    assert not verify_paths([letter_of(office), partly]).ok


def test_what_a_letter_does_not_state_cannot_be_disclosed(office: Path) -> None:
    with opened(office) as workspace, pytest.raises(EvidenceError) as caught:
        workspace.disclose("2-2026-0001", ["premises", "colour", "identity"])
    assert [problem.params["name"] for problem in caught.value.problems] == ["colour", "identity"]
