"""A seeded part of the campaign of ``bench/mutations.py``, and what the campaign found that is worth a test."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from builder import Case, retag, sample_case, write_folder, write_zip

from evidence.errors import EvidenceError
from evidence.verify import verify_paths


@pytest.fixture(scope="module")
def mutations(from_bench: Callable[[str], ModuleType]) -> ModuleType:
    return from_bench("mutations")


def test_every_alteration_is_found_and_named(mutations: ModuleType) -> None:
    assert len(mutations.OPERATORS) >= 120
    rows = mutations.campaign(seed=7, indices=range(len(mutations.OPERATORS)))
    assert {name: row["examples"] for name, row in rows.items() if row["named"] < row["count"]} == {}


def test_no_untouched_file_raises_an_alarm(mutations: ModuleType) -> None:
    kinds, raised = mutations.alarms(seed=7, count=30)
    assert raised == [] and set(kinds) == {"letter", "exhibit", "folder", "zip", "beside"}


def failing(path: Path, *others: Path) -> set[tuple[str, str]]:
    return {(fact.id, fact.reason) for fact in verify_paths([path, *others]).failures}


def test_a_bundle_without_the_entry_that_opens_its_journal_fails(tmp_path: Path) -> None:
    files = sample_case().files()
    del files["journal/000000.json"], files["journal/000000.proof"]
    retag(files)
    found = {("journal.origin", "opening-absent"), ("seal.entries", "entry-missing")}
    assert failing(write_folder(tmp_path / "b", files)) == found


def test_a_word_file_that_opens_nothing_fails_though_the_office_sealed_it(tmp_path: Path) -> None:
    case = sample_case()
    path = "data/originals/01-催告函.docx"
    case.payload[path] += b" altered before the seal"
    assert failing(write_folder(tmp_path / "b", case.files())) == {("letter.docx", "docx-differs")}


def test_a_zip_cut_off_behind_a_word_file_is_not_taken_for_one(tmp_path: Path, mutations: ModuleType) -> None:
    """Python's reader finds the directory of the Word file inside, and passes over all that stands before it."""
    case = Case()
    case.docx = sys.modules["_originals"].docx("样本")
    case.open()
    case.letter()
    whole = write_zip(tmp_path / "whole.zip", case.files()).read_bytes()
    inner = whole.index(case.docx) + len(case.docx)
    (tmp_path / "cut.zip").write_bytes(whole[:inner])
    (tmp_path / "letter.docx").write_bytes(case.docx)
    for name, code in (("cut.zip", "verify.zip-damaged"), ("letter.docx", "verify.docx-alone")):
        with pytest.raises(EvidenceError) as refused:
            verify_paths([tmp_path / name])
        assert [problem.code for problem in refused.value.problems] == [code]


def test_a_bundle_made_after_a_letter_may_not_have_a_shorter_journal(tmp_path: Path) -> None:
    long = Case()
    long.open()
    for run in range(20):
        long.entry("run.completed", {"run": f"X{run}", "issued": 2, "voided": 0}, show=False)
    long.letter(9)
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(long.payload["data/originals/09-催告函.pdf"])
    later = write_folder(tmp_path / "later", sample_case().files())
    assert ("letter.bundle", "bundle-shorter") in failing(letter, later)
    # A bundle of the letter's own day may be older than the end of its run: nothing is held against it.
    same_day = sample_case()
    at = b'"at":"2026-11-25T01:00:00Z"'
    files = same_day.files()
    same_day.entries[-1] = same_day.entries[-1].replace(at, b'"at":"2026-11-21T20:00:00Z"')
    same_day.prove(files, len(same_day.entries) - 1)
    assert "letter.bundle" not in {
        fact for fact, _ in failing(letter, write_folder(tmp_path / "same", files))
    }
