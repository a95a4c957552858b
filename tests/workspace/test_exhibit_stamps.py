"""Exhibits are looked over and, where the clerk asks, stamped: number, copy, journal, and nothing where it fails."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from estate import workspace
from sqlalchemy import select

from evidence.errors import EvidenceError
from evidence.model.report import Question, Verdict
from evidence.verify.check import verify_paths
from evidence.verify.keys import TrustAnchor
from evidence.workspace import Workspace, schema

sys.path.insert(0, str(Path(__file__).parents[1] / "stamp"))
from foreign_material import SHAPES, locked

ROOM = "1栋1单元101"
DETAILS = {
    "name": None,
    "kind": "书证",
    "group": "B2",
    "source": "",
    "proves": "",
    "original": "复印件",
    "dated": "",
}


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    return workspace(tmp_path, Path(__file__).parents[2])


def file(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def rows(office: Workspace, table: object) -> list[object]:
    with office._desk.reading() as connection:
        return list(connection.execute(select(table)))  # type: ignore[call-overload]


def test_the_exhibit_stays_untouched_and_its_copy_can_be_verified(office: Workspace, tmp_path: Path) -> None:
    source = SHAPES["rotated 90"]
    (kept,) = office.add_exhibits(ROOM, [file(tmp_path, "slip.pdf", source)], stamp=True, **DETAILS)
    assert kept.stamped is not None
    assert kept.stamped.path.name == "9-2026-0001_slip.pdf"
    assert office._desk.store.get(kept.sha256) == source
    copy = kept.stamped.path.read_bytes()
    assert copy.startswith(source)
    anchor = TrustAnchor.from_file(office._desk.root / "keys" / "signing.pub")
    (subject,) = verify_paths([kept.stamped.path], trust=[anchor]).subjects
    answers = {answer.question: answer for answer in subject.answers}
    assert answers[Question.SAME_BYTES].statements[0].code == "same-exhibit"
    assert answers[Question.BY_WHOM].verdict is Verdict.SHOWN
    assert "not-exhibit-author" in {statement.code for statement in subject.not_shown}


def test_numbers_run_on_and_a_file_stamped_before_keeps_its_own(office: Workspace, tmp_path: Path) -> None:
    first = file(tmp_path, "a.pdf", SHAPES["plain"])
    both = [file(tmp_path, "b.pdf", SHAPES["landscape"]), file(tmp_path, "c.pdf", SHAPES["full page"])]
    (a,) = office.add_exhibits(ROOM, [first], stamp=True, **DETAILS)
    b, c = office.add_exhibits(ROOM, both, stamp=True, **DETAILS)
    (again,) = office.add_exhibits(ROOM, [first], stamp=True, **DETAILS)
    copies = [row.stamped for row in (a, b, c, again) if row.stamped is not None]
    assert [copy.number.key for copy in copies] == [
        "9-2026-0001",
        "9-2026-0002",
        "9-2026-0003",
        "9-2026-0001",
    ]
    assert [copy.extra for copy in copies] == [False, False, True, False]
    assert (copies[3].already_known, len(rows(office, schema.EXHIBIT_STAMPS))) == (True, 3)


def test_a_copy_that_was_lost_comes_back_from_the_store(office: Workspace, tmp_path: Path) -> None:
    path = file(tmp_path, "a.pdf", SHAPES["plain"])
    (a,) = office.add_exhibits(ROOM, [path], stamp=True, **DETAILS)
    assert a.stamped is not None
    before = a.stamped.path.read_bytes()
    a.stamped.path.unlink()
    office.add_exhibits(ROOM, [path], stamp=True, **DETAILS)
    assert a.stamped.path.read_bytes() == before


def test_the_journal_commits_to_the_copy_and_the_findings(office: Workspace, tmp_path: Path) -> None:
    (kept,) = office.add_exhibits(ROOM, [file(tmp_path, "s.pdf", SHAPES["signed"])], stamp=True, **DETAILS)
    assert kept.stamped is not None
    (row,) = rows(office, schema.EXHIBIT_STAMPS)
    body = json.loads(row.body)  # type: ignore[attr-defined]
    assert (body["source"], body["pdf"], body["number"]) == (kept.sha256, kept.stamped.sha256, "9-2026-0001")
    assert {finding["code"] for finding in body["findings"]} >= {"signature", "revisions"}
    with office._desk.reading() as connection:
        raw = office._desk.journal.entry(connection, row.journal_index)  # type: ignore[attr-defined]
    entry = json.loads(raw)
    assert (entry["type"], entry["data"]["kind"]) == ("case.recorded", "exhibit-stamped")


def test_findings_are_kept_with_an_exhibit_that_is_not_stamped(office: Workspace, tmp_path: Path) -> None:
    (pdf, text) = office.add_exhibits(
        ROOM,
        [file(tmp_path, "s.pdf", SHAPES["saved twice"]), file(tmp_path, "t.txt", b"sample")],
        **DETAILS,
    )
    assert pdf.warnings == ("revisions", "revisions-content")
    assert text.findings is None
    (row,) = rows(office, schema.EXHIBIT_FINDINGS)
    assert row.sha256 == pdf.sha256  # type: ignore[attr-defined]
    assert {finding["code"] for finding in json.loads(row.findings)} >= {"revisions"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("photo.jpg", b"\xff\xd8\xff\xe0", "workspace.exhibit-not-pdf"),
        ("locked.pdf", locked(6, True, user="secret"), "stamp.unsupported-pdf"),
        ("cut.pdf", SHAPES["plain"][:300], "stamp.unsupported-pdf"),
    ],
)
def test_what_cannot_be_stamped_leaves_nothing_behind(
    office: Workspace, tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    good = file(tmp_path, "good.pdf", SHAPES["plain"])
    with pytest.raises(EvidenceError) as error:
        office.add_exhibits(ROOM, [good, file(tmp_path, name, data)], stamp=True, **DETAILS)
    assert [(p.code, p.where.file) for p in error.value.problems] == [(code, name)]
    assert rows(office, schema.EXHIBITS) == []
    assert rows(office, schema.EXHIBIT_STAMPS) == []
    assert not (office._desk.root / "stamped").exists()
