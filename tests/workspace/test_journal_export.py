"""The journal and the proof of one letter's entry, handed out and checked by whoever holds the letter."""

from __future__ import annotations

from pathlib import Path

import casefile
import estate
import pytest

from evidence.errors import EvidenceError
from evidence.model.report import Status
from evidence.verify import parse_trust, verify_paths
from evidence.workspace import Workspace


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    return casefile.served(tmp_path_factory.mktemp("export"), checkout)


def opened(office: Path) -> Workspace:
    return Workspace.open(office, source=casefile.later())


def letter_of(office: Path, number: str = "2-2026-0001") -> Path:
    return next((office / "letters").rglob(f"*_{number}.pdf"))


def test_the_export_is_checked_with_a_letter(office: Path, tmp_path: Path) -> None:
    target = tmp_path / "journal.txt"
    with opened(office) as workspace:
        target.write_bytes(b"".join(workspace.export_journal()))
    report = verify_paths([letter_of(office), target], trust=parse_trust([office / "keys" / "signing.pub"]))
    assert report.ok
    found = {fact.id: fact.status for fact in report.facts}
    assert found["letter.bundle"] is found["letter.entry"] is found["journal.whole"] is Status.PASS
    assert estate.OWNERS[0][0].encode() not in target.read_bytes()


def test_the_database_itself_says_the_same(office: Path) -> None:
    report = verify_paths([letter_of(office), office / "office.db"])
    assert report.ok
    assert {f.id for f in report.facts if f.status is Status.PASS} >= {"letter.entry", "journal.whole"}


def test_the_proof_of_one_letter_ties_it_to_the_journal_of_today(office: Path, tmp_path: Path) -> None:
    with opened(office) as workspace:
        made = workspace.prove_letter("2-2026-0002")
        with pytest.raises(EvidenceError) as refused:
            workspace.prove_letter("2-2026-9999")
    assert refused.value.problems[0].code == "workspace.unknown-letter"
    paths = [letter_of(office, "2-2026-0002")]
    for name, data in (("e.json", made.entry), ("e.proof", made.proof), ("c.proof", made.growth)):
        (tmp_path / name).write_bytes(data)
        paths.append(tmp_path / name)
    report = verify_paths(paths)
    assert report.ok
    assert {f.id for f in report.facts if f.status is Status.PASS} >= {"letter.entry", "letter.journal"}
    other = verify_paths([letter_of(office, "2-2026-0001"), *paths[1:]])
    assert {f.reason for f in other.facts if f.id == "letter.entry"} == {"entry-of-another"}
