"""A journal by itself, a lone proof, and letters that are related by them: the recipient as witness.

The office has every key and the whole database. Whatever it rewrites, cuts off, forks or dates back, one letter delivered
before is enough, provided that the letter knew the entry that was touched.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from builder import (
    Case,
    b32,
    canonical,
    checkpoint,
    consistency,
    key_file,
    proof,
    sample_case,
    signing_key,
    stamped_letter,
)

from evidence.errors import EvidenceError
from evidence.model.report import Question, Report, Status, SubjectKind, Verdict
from evidence.verify import parse_trust, render_json, render_text, verify_paths

LETTER = "data/originals/{:02d}-催告函.pdf"


def long_case(letters: int = 3) -> Case:
    """A journal with a few letters, each of which knew more of it than the one before."""
    case = Case()
    case.open()
    for seq in range(1, letters + 1):
        case.letter(seq)
        case.entry(
            "run.completed", {"run": f"A{seq}", "issued": 1, "voided": 0}, at=f"2026-11-21T03:00:0{seq}Z"
        )
    return case


def export(case: Case) -> bytes:
    note = checkpoint(case.key, case.origin, len(case.entries), case.root(len(case.entries)))
    return b"evidence/journal@v1\n" + b"".join(entry + b"\n" for entry in case.entries) + b"\n" + note


def put(folder: Path, **files: bytes) -> list[Path]:
    paths = [folder / name.replace("__", ".") for name in files]
    for path, data in zip(paths, files.values(), strict=True):
        path.write_bytes(data)
    return paths


def failing(report: Report) -> set[tuple[str, str]]:
    return {(fact.id, fact.reason) for fact in report.failures}


def said(report: Report, at: int, question: Question) -> list[str]:
    return [statement.code for statement in report.subjects[at].answer(question).statements]


# A journal alone.


def test_a_whole_journal_gives_its_signed_root(tmp_path: Path) -> None:
    (path,) = put(tmp_path, journal__txt=export(long_case()))
    report = verify_paths([path])
    assert report.ok and report.subjects[0].kind is SubjectKind.JOURNAL
    assert {fact.id for fact in report.facts if fact.status is Status.PASS} == {
        "journal.entry", "journal.by", "journal.origin", "journal.checkpoint", "journal.whole",
    }  # fmt: skip
    assert "when-unwitnessed" in said(report, 0, Question.SINCE_WHEN)
    assert report.subjects[0].answer(Question.BY_WHOM).verdict is Verdict.OPEN


def test_named_its_key_is_believed_and_another_is_not(tmp_path: Path) -> None:
    path, mine, other = put(
        tmp_path, j__txt=export(long_case()), a__pub=key_file(signing_key()), b__pub=key_file(signing_key(9))
    )
    assert (
        verify_paths([path], trust=parse_trust([mine])).subjects[0].answer(Question.BY_WHOM).verdict
        is Verdict.SHOWN
    )
    assert failing(verify_paths([path], trust=parse_trust([other]))) == {("bundle.trust", "other-key")}


@pytest.mark.parametrize("lang", ["en", "zh", "zh-Hant"])
def test_the_range_without_an_outside_witness_is_printed(tmp_path: Path, lang: str) -> None:
    case = long_case()
    first, second, journal = put(
        tmp_path,
        first__pdf=case.payload[LETTER.format(1)],
        second__pdf=case.payload[LETTER.format(2)],
        journal__txt=export(case),
    )
    report = verify_paths([first, second, journal])
    assert report.ok
    statement = next(
        s for s in report.subjects[2].answer(Question.SINCE_WHEN).statements if s.code == "when-unwitnessed"
    )
    assert statement.params == {
        "first": 6,
        "last": len(case.entries) - 1,
    }  # the second letter knew six entries
    text = render_text(report, lang)
    assert "0 " in text and str(first) in text and "6" in text
    assert render_json(report, lang)["ok"] is True


def test_every_letter_is_held_against_the_journal(tmp_path: Path) -> None:
    case = long_case()
    paths = put(tmp_path, a__pdf=case.payload[LETTER.format(2)], j__txt=export(case))
    report = verify_paths(paths)
    facts = {fact.id: fact.status for fact in report.subjects[0].facts}
    assert facts["letter.bundle"] is facts["letter.entry"] is Status.PASS
    assert "when-recorded" in said(report, 0, Question.SINCE_WHEN)
    assert "not-recorded" not in {statement.code for statement in report.subjects[0].not_shown}
    assert not report.subjects[0].is_test


def test_a_journal_for_tests_marks_the_letters_it_records(tmp_path: Path) -> None:
    case = Case(origin="evidence.local/TEST/sample")
    case.open()
    case.letter(1)
    paths = put(tmp_path, a__pdf=case.payload[LETTER.format(1)], j__txt=export(case))
    assert [subject.is_test for subject in verify_paths(paths).subjects] == [True, True]
    assert not verify_paths(paths[:1]).subjects[0].is_test


# The office against itself, with all keys and the whole database, and one letter outside of it.


def rewrite(case: Case, index: int) -> None:
    value = json.loads(case.entries[index])
    value["data"]["issued"] += 1
    case.entries[index] = canonical(value)


def backdate(case: Case, index: int) -> None:
    case.entries[index] = case.entries[index].replace(b'"at":"2026-11', b'"at":"2026-03')


def leave_out(case: Case, index: int) -> None:
    del case.entries[index]


def fork(case: Case, index: int) -> None:
    case.entries[index:] = [
        entry.replace(b'"run":"R', b'"run":"F').replace(b'"run":"A', b'"run":"F')
        for entry in case.entries[index:]
    ]


def cut(case: Case, index: int) -> None:
    del case.entries[index:]


@pytest.mark.parametrize("attack", [rewrite, backdate, leave_out, fork, cut])
@pytest.mark.parametrize("index", [1, 2, 3])
def test_what_a_delivered_letter_knew_cannot_be_changed(
    tmp_path: Path, attack: Callable[[Case, int], None], index: int
) -> None:
    case = long_case()
    letter = case.payload[LETTER.format(2)]  # it knew entries 0 to 5
    attack(case, index)
    report = verify_paths(put(tmp_path, letter__pdf=letter, journal__txt=export(case)))
    assert failing(report) & {("letter.bundle", "bundle-rewritten"), ("letter.bundle", "log-shorter")}
    # The journal alone shows nothing: its operator has signed it anew.
    assert verify_paths([tmp_path / "journal.txt"]).ok


@pytest.mark.parametrize("attack", [rewrite, backdate])
def test_what_it_did_not_know_is_said_to_have_no_witness(
    tmp_path: Path, attack: Callable[[Case, int], None]
) -> None:
    case = long_case()
    letter = case.payload[LETTER.format(1)]  # it knew entries 0 to 3
    attack(case, 5)
    report = verify_paths(put(tmp_path, letter__pdf=letter, journal__txt=export(case)))
    assert report.ok
    assert "when-unwitnessed" in said(report, 1, Question.SINCE_WHEN)


def test_a_journal_that_has_forgotten_a_letter_is_told(tmp_path: Path) -> None:
    case = long_case(1)
    letter = case.payload[LETTER.format(1)]
    del case.entries[4:]  # the entry of its issue, which the letter itself could not know
    case.entry("run.completed", {"run": "B", "issued": 0, "voided": 0}, at="2026-12-20T00:00:00Z")
    report = verify_paths(put(tmp_path, letter__pdf=letter, journal__txt=export(case)))
    assert failing(report) == {("letter.entry", "letter-nowhere")}


def test_another_letter_under_its_number_is_told(tmp_path: Path) -> None:
    case = long_case(1)
    letter = case.payload[LETTER.format(1)]
    issued = next(i for i, entry in enumerate(case.entries) if b"letter.issued" in entry)
    value = json.loads(case.entries[issued])
    value["data"]["token"] = "0" * 64
    case.entries[issued] = canonical(value)
    report = verify_paths(put(tmp_path, letter__pdf=letter, journal__txt=export(case)))
    assert failing(report) == {("letter.entry", "entry-differs")}


# What anybody could do to the file.


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda d: d.replace(b'"issued":1', b'"issued":2', 1), ("journal.whole", "log-other-root")),
        (lambda d: d.replace(b'"v":1}\n', b'"v": 1}\n', 1), ("journal.entry", "json-canonical")),
        (lambda d: d[: d.index(b"\n\n") - 300], ("journal.entry", "export-form")),
        (lambda d: d.replace(b"local/sample\n", b"local/other\n", 1), ("journal.checkpoint", "checkpoint-signature")),
        (lambda d: d[: d.index(b"\n\n") + 2], None),
    ],
)  # fmt: skip
def test_an_altered_export_is_told(
    tmp_path: Path, change: Callable[[bytes], bytes], found: tuple[str, str] | None
) -> None:
    report = verify_paths(put(tmp_path, j__txt=change(export(long_case()))))
    assert not report.ok
    assert found is None or found in failing(report)


def test_lines_exchanged_or_left_out_are_told(tmp_path: Path) -> None:
    head, *lines = export(long_case()).split(b"\n")
    for changed in ([lines[1], lines[0], *lines[2:]], lines[:3] + lines[4:], [*lines[:3], *lines[2:]]):
        report = verify_paths(put(tmp_path, j__txt=b"\n".join([head, *changed])))
        assert {fact for fact, _ in failing(report)} & {"journal.whole", "journal.origin"}


def test_entries_of_another_key_are_told(tmp_path: Path) -> None:
    case = long_case()
    case.entries[-1] = case.entries[-1].replace(
        case.key.public.kid.hex().encode(), signing_key(9).public.kid.hex().encode()
    )
    assert failing(verify_paths(put(tmp_path, j__txt=export(case)))) == {("journal.by", "entry-other-key")}


# The office's own database, opened read-only.


def database(path: Path, case: Case, *, head: bool = True) -> Path:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE journal_entries (idx INTEGER PRIMARY KEY, entry BLOB, leaf BLOB)")
        connection.execute("CREATE TABLE journal_heads (size INTEGER PRIMARY KEY, root BLOB, note TEXT)")
        rows = [(index, entry, b"") for index, entry in enumerate(case.entries)]
        connection.executemany("INSERT INTO journal_entries VALUES (?, ?, ?)", rows)
        if head:
            size = len(case.entries) - 1
            note = checkpoint(case.key, case.origin, size, case.root(size)).decode()
            connection.execute("INSERT INTO journal_heads VALUES (?, ?, ?)", (size, case.root(size), note))
    connection.close()
    return path


def test_the_database_is_read_and_not_written(tmp_path: Path) -> None:
    case = long_case()
    path = database(tmp_path / "office.db", case)
    before = path.read_bytes()
    report = verify_paths([path])
    assert report.ok and path.read_bytes() == before
    assert said(report, 0, Question.SAME_BYTES) == ["same-journal", "same-journal-tail"]


def test_a_database_without_a_checkpoint_is_checked_by_a_letter_alone(tmp_path: Path) -> None:
    case = long_case()
    path = database(tmp_path / "office.db", case, head=False)
    (letter,) = put(tmp_path, letter__pdf=case.payload[LETTER.format(3)])
    alone = verify_paths([path])
    assert not alone.ok and not alone.failures
    assert verify_paths([path, letter]).ok


def test_a_gap_in_the_database_and_a_broken_one_are_told(tmp_path: Path) -> None:
    path = database(tmp_path / "office.db", long_case())
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM journal_entries WHERE idx = 3")
    connection.close()
    assert ("journal.entry", "database-gap") in failing(verify_paths([path]))
    broken = tmp_path / "broken.db"
    broken.write_bytes(path.read_bytes()[:5000])
    assert ("journal.entry", "database-form") in failing(verify_paths([broken]))


# One proof.


def parts(case: Case, index: int, tmp_path: Path) -> tuple[Path, Path]:
    note = checkpoint(case.key, case.origin, len(case.entries), case.root(len(case.entries)))
    entry, path = put(tmp_path, e__json=case.entries[index], e__proof=proof(index, case.entries, note))
    return entry, path


def test_letter_entry_and_proof_hold_together(tmp_path: Path) -> None:
    case = long_case()
    issued = next(i for i, entry in enumerate(case.entries) if b"letter.issued" in entry)
    entry, lone = parts(case, issued, tmp_path)
    (letter,) = put(tmp_path, letter__pdf=case.payload[LETTER.format(1)])
    report = verify_paths([letter, entry, lone])
    assert report.ok and [subject.kind.value for subject in report.subjects] == ["letter", "proof"]
    assert [f.status for f in report.facts if f.id == "letter.entry"] == [Status.PASS]
    assert said(report, 1, Question.SAME_BYTES) == ["same-entry"]


def test_a_lone_proof_shows_nothing_and_says_so(tmp_path: Path) -> None:
    _entry, lone = parts(long_case(), 4, tmp_path)
    report = verify_paths([lone])
    assert not report.ok and not report.failures
    assert said(report, 0, Question.SAME_BYTES) == ["same-proof-unsigned"]


def test_with_the_key_its_checkpoint_is_checked(tmp_path: Path) -> None:
    _entry, lone = parts(long_case(), 4, tmp_path)
    mine, other = put(tmp_path, a__pub=key_file(signing_key()), b__pub=key_file(signing_key(9)))
    assert verify_paths([lone], trust=parse_trust([mine])).ok
    assert ("journal.checkpoint", "checkpoint-signature") in failing(
        verify_paths([lone], trust=parse_trust([other]))
    )


def test_another_entry_is_not_the_one_of_the_proof(tmp_path: Path) -> None:
    case = long_case()
    _entry, lone = parts(case, 4, tmp_path)
    other, key = put(tmp_path, other__json=case.entries[5], a__pub=key_file(signing_key()))
    assert failing(verify_paths([other, lone], trust=parse_trust([key]))) == {
        ("journal.proof", "proof-wrong")
    }


def test_parts_without_what_they_belong_to_are_refused(tmp_path: Path) -> None:
    case = long_case()
    entry, growth = put(tmp_path, e__json=case.entries[4], g__proof=consistency(4, case.entries))
    for path, code in ((entry, "verify.entry-alone"), (growth, "verify.growth-alone")):
        with pytest.raises(EvidenceError) as refused:
            verify_paths([path])
        assert [problem.code for problem in refused.value.problems] == [code]


# Two letters.


def test_two_letters_are_tied_by_a_consistency_proof(tmp_path: Path) -> None:
    case = long_case()
    tokens = sorted(case.sizes)
    first, later, growth = put(
        tmp_path,
        first__pdf=case.payload[LETTER.format(1)],
        later__pdf=case.payload[LETTER.format(3)],
        growth__proof=consistency(tokens[0], case.entries[: tokens[2]]),
    )
    assert [f.status for f in verify_paths([first, later, growth]).facts if f.id == "letter.journal"] == [
        Status.PASS
    ]
    untied = verify_paths([first, later])
    assert untied.ok
    assert [f.reason for f in untied.facts if f.id == "letter.journal"] == ["letters-unrelated"]


def test_a_letter_of_a_rewritten_journal_does_not_tie(tmp_path: Path) -> None:
    case, other = long_case(), Case()
    other.open()
    rewrite(other, 2)
    for seq in (1, 2, 3):
        other.letter(seq)
        other.entry("run.completed", {"run": f"A{seq}", "issued": 1, "voided": 0})
    sizes = sorted(case.sizes)
    paths = put(
        tmp_path,
        first__pdf=case.payload[LETTER.format(1)],
        later__pdf=other.payload[LETTER.format(3)],
        growth__proof=consistency(sizes[0], other.entries[: sizes[2]]),
    )
    assert ("letter.journal", "growth-wrong") in failing(verify_paths(paths))


def test_two_letters_of_one_size_and_two_roots_show_the_fork(tmp_path: Path) -> None:
    paths = put(tmp_path, a__pdf=stamped_letter(), b__pdf=stamped_letter(root=b"s" * 32))
    assert ("letter.journal", "checkpoint-fork") in failing(verify_paths(paths))


def test_a_journal_ties_the_letters_it_confirms(tmp_path: Path) -> None:
    case = long_case()
    paths = put(
        tmp_path,
        a__pdf=case.payload[LETTER.format(1)],
        b__pdf=case.payload[LETTER.format(3)],
        j__txt=export(case),
    )
    assert [f for f in verify_paths(paths).facts if f.id == "letter.journal"] == []


# Folders.


def test_a_folder_is_walked_and_what_is_no_evidence_passed_over(tmp_path: Path) -> None:
    case = long_case()
    (tmp_path / "run" / "owner").mkdir(parents=True)
    put(tmp_path / "run" / "owner", a__pdf=case.payload[LETTER.format(1)], a__docx=b"PK no zip")
    put(tmp_path / "run", notes__txt=b"sample", j__txt=export(case))
    report = verify_paths([tmp_path / "run"])
    assert [subject.kind.value for subject in report.subjects] == ["journal", "letter"] or report.problems


def test_a_letter_whose_stamp_was_taken_off_is_not_passed_over(tmp_path: Path) -> None:
    data = long_case().payload[LETTER.format(1)]
    put(tmp_path, a__pdf=data, b__pdf=data[: data.index(b"%EV-STAMP")])
    report = verify_paths([tmp_path])
    assert not report.ok and [problem.code for problem in report.problems] == ["verify.pdf-unstamped"]


def test_a_bundle_inside_of_a_folder_is_taken_whole(tmp_path: Path) -> None:
    for path, data in sample_case().files().items():
        (tmp_path / "court" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "court" / path).write_bytes(data)
    report = verify_paths([tmp_path])
    assert report.ok and [subject.kind.value for subject in report.subjects] == ["bundle"]


def test_the_key_of_the_opening_is_followed_through_a_rotation(tmp_path: Path) -> None:
    case = long_case()
    old, new = case.key, signing_key(2)
    at = "2026-11-22T00:00:00Z"
    text = "".join(f"{line}\n" for line in ("evidence/key/v1", case.origin, "key.rotated", at, "")).encode()
    text += old.public.raw + new.public.raw
    case.entry("key.rotated", {
        "old": b32(old.public.raw), "new": b32(new.public.raw),
        "old_signature": old.sign(text).hex(), "new_signature": new.sign(text).hex(),
    }, at=at)  # fmt: skip
    case.key = new
    case.entry("run.completed", {"run": "Z", "issued": 0, "voided": 0}, at="2026-11-22T01:00:00Z")
    key, journal = put(tmp_path, old__pub=key_file(old), j__txt=export(case))
    report = verify_paths([journal], trust=parse_trust([key]))
    assert report.ok and report.subjects[0].answer(Question.BY_WHOM).verdict is Verdict.SHOWN
    assert "who-key-rotated" in said(report, 0, Question.BY_WHOM)
