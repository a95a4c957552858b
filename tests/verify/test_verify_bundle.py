"""Bundles from a second writer, and bundles changed by an outsider, by a clerk, and by the office itself.

The outsider can edit files and both manifests. The office, too, holds the key: it can write another seal, other
entries, another journal. What of this is found, and under which name, stands here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builder import (
    ACCOUNT,
    Case,
    canonical,
    checkpoint,
    commit,
    key_file,
    manifest,
    mth,
    proof,
    retag,
    sample_case,
    sha,
    signing_key,
    sm3,
    write_folder,
    write_zip,
)

from evidence.errors import EvidenceError
from evidence.model.report import Question, Report, Status, Verdict
from evidence.verify import parse_trust, render_text, verify_paths
from evidence.verify.bag import Facts, check_declaration, check_manifests
from evidence.verify.files import Bag, FolderFiles
from evidence.verify.journal import parse_entry
from evidence.verify.refused import Refused

Files = dict[str, bytes]
VECTORS = Path(__file__).parents[2].parent / "shared" / "vectors"
LETTER = "data/originals/01-催告函.pdf"
DOCX = "data/originals/01-催告函.docx"
SLIP = "data/originals/letters/2-2026-0001/delivery-1-slip.jpg"
EVENT = "data/originals/letters/2-2026-0001/delivery-1.json"


def check(folder: Path, files: Files, **options: Any) -> Report:
    return verify_paths([write_folder(folder / "bundle", files)], **options)


def failing(report: Report) -> set[tuple[str, str, str]]:
    """(fact, reason, file) of every failure."""
    return {(fact.id, fact.reason, fact.where.part) for fact in report.failures}


def reseal(case: Case, files: Files) -> Files:
    """What the office can do: manifest, seal, entry, and proofs written again over changed files."""
    payload = {path: data for path, data in files.items() if path.startswith("data/")}
    files["manifest-sha256.txt"] = manifest(payload)
    sealed = {
        p: d
        for p, d in files.items()
        if p.split("/")[0] not in ("seal.json", "tagmanifest-sha256.txt", "journal")
    }
    rows = [
        {"path": p, "sha256": sha(d).hex(), "size": len(d), "sm3": sm3(d).hex()}
        for p, d in sorted(sealed.items())
    ]
    files["seal.json"] = canonical({"entries": case.listed(), "files": rows, "v": 2})
    last = json.loads(case.entries[-1])
    last["data"]["seal"] = sha(files["seal.json"]).hex()
    case.entries[-1] = canonical(last)
    case.prove(files, len(case.entries) - 1)
    return files


# Untouched.


def test_an_untouched_bundle_stands_in_both_forms(tmp_path: Path) -> None:
    files = sample_case().files()
    trust = parse_trust([write_folder(tmp_path, {"k.pub": key_file(signing_key())}) / "k.pub"])
    folder = write_folder(tmp_path / "bundle", files)
    archive, nested = write_zip(tmp_path / "a.zip", files), write_zip(tmp_path / "b.zip", files, "案卷/")
    report = verify_paths([folder, archive, nested], trust=trust)
    assert failing(report) == set()
    assert report.ok
    for subject in report.subjects:
        assert {a.question: a.verdict for a in subject.answers} == {
            Question.SAME_BYTES: Verdict.SHOWN,
            Question.SINCE_WHEN: Verdict.CLAIMED,
            Question.HOW_DELIVERED: Verdict.CLAIMED,
            Question.BY_WHOM: Verdict.SHOWN,
        }


def test_every_comparison_of_the_format_was_made(tmp_path: Path) -> None:
    """No fact may quietly drop out: an untouched bundle passes exactly these."""
    report = check(tmp_path, sample_case().files())
    assert {fact.id for fact in report.facts if fact.status is Status.PASS} == {
        "bag.paths", "bag.declaration", "bag.manifest", "bag.tagmanifest", "seal.form", "seal.files", "seal.entries",
        "bundle.required", "bundle.key", "journal.entry", "journal.proof", "journal.checkpoint", "journal.by",
        "journal.consistency", "journal.sealed", "disclosure.form", "disclosure.subject", "letter.mark", "letter.token",
        "letter.length", "letter.source", "letter.kid", "letter.signature", "letter.stamp", "letter.end", "letter.plain",
        "letter.recorded", "letter.docx", "letter.dated", "letter.facts", "letter.checkpoint", "delivery.letter",
        "delivery.event", "delivery.proofs",
    }  # fmt: skip
    assert {fact.id for fact in report.facts if fact.status is not Status.PASS} == {"bundle.trust"}


def test_a_test_journal_is_labelled_for_ever(tmp_path: Path) -> None:
    report = check(tmp_path, sample_case(origin="evidence.local/TEST/sample").files())
    assert report.ok
    assert report.subjects[0].is_test
    for lang in ("en", "zh", "zh-Hant"):
        assert "TEST" in render_text(report, lang).split("1.")[0]


def test_time_and_delivery_are_reported_as_claims(tmp_path: Path) -> None:
    case = Case()
    case.open()
    case.delivery(case.letter(), witness="nobody", outcome="refused")
    subject = check(tmp_path, case.files()).subjects[0]
    when = [s.code for s in subject.answer(Question.SINCE_WHEN).statements]
    assert when == [
        "when-issued",
        "when-entry",
        "when-witness",
        "when-no-timestamp",
        "when-unwitnessed",
        "when-checkpoint",
    ]
    how = subject.answer(Question.HOW_DELIVERED)
    assert how.verdict is Verdict.CLAIMED
    assert [s.code for s in how.statements] == ["delivery-recorded", "delivery-nobody"]
    assert how.statements[0].params["outcome"] == "refused"


def test_a_bundle_without_delivery_leaves_that_question_open(tmp_path: Path) -> None:
    case = Case()
    case.open()
    case.letter()
    report = check(tmp_path, case.files())
    assert report.ok
    assert report.subjects[0].answer(Question.HOW_DELIVERED).verdict is Verdict.OPEN


# An outsider edits files.


@pytest.mark.parametrize("path", sorted(sample_case().files()))
def test_one_changed_byte_in_any_file_is_found_and_the_file_named(tmp_path: Path, path: str) -> None:
    files = sample_case().files()
    files[path] = files[path][:-1] + bytes([files[path][-1] ^ 1])
    report = check(tmp_path, files)
    assert not report.ok
    assert path in {fact.where.part for fact in report.failures}


@pytest.mark.parametrize("path", sorted(sample_case().files()))
def test_any_missing_file_is_found_and_named(tmp_path: Path, path: str) -> None:
    files = sample_case().files()
    del files[path]
    report = check(tmp_path, files)
    assert not report.ok
    assert path in {fact.where.part for fact in report.failures}


@pytest.mark.parametrize("path", sorted(p for p in sample_case().files() if "manifest" not in p))
def test_new_manifests_do_not_hide_a_changed_file(tmp_path: Path, path: str) -> None:
    """Whoever changes a file can write BagIt's manifests again; seal and journal still show it."""
    files = sample_case().files()
    files[path] += b" "
    files["manifest-sha256.txt"] = manifest({p: d for p, d in files.items() if p.startswith("data/")})
    retag(files)
    report = check(tmp_path, files)
    assert not report.ok
    assert path in {fact.where.part for fact in report.failures}


@pytest.mark.parametrize(
    "path", ["extra.txt", "data/extra.txt", "journal/000099.json", "journal/note.txt", "keys/x"]
)
def test_an_extra_file_is_found_even_with_new_manifests(tmp_path: Path, path: str) -> None:
    files = sample_case().files()
    files[path] = b"extra"
    files["manifest-sha256.txt"] = manifest({p: d for p, d in files.items() if p.startswith("data/")})
    retag(files)
    assert path in {fact.where.part for fact in check(tmp_path, files).failures}


def test_all_failures_are_listed_not_the_first(tmp_path: Path) -> None:
    files = sample_case().files()
    files[LETTER] += b"\n"
    files["README.txt"] = b"changed"
    del files[SLIP]
    files["data/originals/extra.jpg"] = b"extra"
    found = failing(check(tmp_path, files))
    assert {
        ("bag.manifest", "file-changed", LETTER),
        ("seal.files", "seal-differs", LETTER),
        ("letter.end", "appended", LETTER),
        ("bag.tagmanifest", "file-changed", "README.txt"),
        ("seal.files", "seal-differs", "README.txt"),
        ("bag.manifest", "file-missing", SLIP),
        ("seal.files", "file-missing", SLIP),
        ("bag.manifest", "file-extra", "data/originals/extra.jpg"),
        ("seal.files", "file-extra", "data/originals/extra.jpg"),
    } <= found


def test_two_files_exchanged_are_found(tmp_path: Path) -> None:
    files = sample_case().files()
    files[LETTER], files[DOCX] = files[DOCX], files[LETTER]
    found = failing(check(tmp_path, files))
    assert {("seal.files", "seal-differs", LETTER), ("seal.files", "seal-differs", DOCX)} <= found


def test_links_and_empty_folders_are_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "bundle", sample_case().files())
    (folder / "data" / "empty").mkdir()
    outside = write_folder(tmp_path / "out", {"x": b"secret"}) / "x"
    (folder / "data" / "link").symlink_to(outside)
    os.mkfifo(folder / "data" / "pipe")
    found = failing(verify_paths([folder]))
    assert found == {
        ("bag.paths", "folder-empty", "data/empty"),
        ("bag.paths", "file-special", "data/link"),
        ("bag.paths", "file-special", "data/pipe"),
    }


def test_names_that_fall_together_on_other_systems_are_named(tmp_path: Path) -> None:
    case = sample_case()
    case.payload["data/originals/Photo.JPG"] = b"1"
    case.payload["data/originals/photo.jpg"] = b"2"
    assert failing(check(tmp_path, case.files())) == {
        ("bag.paths", "path-collides", "data/originals/photo.jpg")
    }


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("zz  data/x\n", "manifest-form"),
        ("00  data/x\n", "manifest-form"),
        ("0" * 64 + "data/x\n", "manifest-form"),
        ("0" * 64 + "  ../../etc/passwd\n", "manifest-form"),
        ("0" * 64 + "  /etc/passwd\n", "manifest-form"),
        ("0" * 64 + "  data/bundle.pdf\n", "manifest-repeated"),
        ("\udcff", "text-form"),
    ],
)
def test_malformed_manifests_are_refused(tmp_path: Path, line: str, reason: str) -> None:
    files = sample_case().files()
    files["manifest-sha256.txt"] += line.encode("utf-8", "surrogateescape")
    assert ("bag.manifest", reason, "manifest-sha256.txt") in failing(check(tmp_path, files))


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the conformance vectors are not beside the checkout")
def test_the_bagit_conformance_suite_of_version_1_is_decided_as_it_demands() -> None:
    suite = VECTORS / "bagit-conformance-suite" / "v1.0"
    seen = 0
    for verdict in ("valid", "invalid"):
        for folder in sorted((suite / verdict).iterdir()):
            seen += 1
            with Bag(FolderFiles(folder)) as bag:
                facts = Facts(folder.name)
                check_declaration(bag, facts)
                for algorithm in ("sha256", "sha512"):
                    if f"manifest-{algorithm}.txt" in bag:
                        check_manifests(bag, facts, algorithm)
                failed = [fact for fact in facts.found if fact.status is Status.FAIL]
            # Our bags have a complete tag manifest of one algorithm, and a bag-info.txt, which BagIt leaves open.
            ours = {("bag.tagmanifest", "file-extra"), ("bag.declaration", "file-missing")}
            failed = [f for f in failed if (f.id, f.reason) not in ours]
            assert bool(failed) is (verdict == "invalid"), f"{folder.name}: {failed}"
    assert seen == 5


# The journal.


def test_an_entry_cannot_be_altered(tmp_path: Path) -> None:
    case = sample_case()
    files = case.files()
    files["journal/000005.json"] = files["journal/000005.json"].replace(b'"delivered"', b'"refused"')
    retag(files)
    assert ("journal.proof", "proof-wrong", "journal/000005.proof") in failing(check(tmp_path, files))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda e: {**e, "v": 2}, "entry-version"),
        (lambda e: {**e, "v": True}, "entry-version"),
        (lambda e: {**e, "at": "2026-02-30T00:00:00Z"}, "entry-at"),
        (lambda e: {**e, "at": "2026-11-21T02:00:00+00:00"}, "entry-at"),
        (lambda e: {**e, "by": "XX"}, "entry-by"),
        (lambda e: {**e, "extra": 1}, "entry-form"),
        (lambda e: {**e, "data": {**e["data"], "name": "x"}}, "entry-data"),
        (lambda e: {**e, "data": {**e["data"], "pages": "1"}}, "entry-value"),
        (lambda e: {**e, "data": {**e["data"], "pages": True}}, "entry-value"),
        (lambda e: {**e, "data": {**e["data"], "pages": 0}}, "entry-value"),
        (lambda e: {**e, "data": {**e["data"], "pdf": "00"}}, "entry-value"),
        (lambda e: {**e, "data": {**e["data"], "run": "张三"}}, "entry-value"),
        (lambda e: {**e, "data": {**e["data"], "number": "2-26-1"}}, "entry-value"),
        (lambda e: {**e, "data": {**e["data"], "kind": "threat"}}, "entry-value"),
    ],
)
def test_entries_out_of_form_are_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], dict[str, Any]], reason: str
) -> None:
    case = sample_case()
    case.entries[4] = canonical(change(json.loads(case.entries[4])))
    assert ("journal.entry", reason, "journal/000004.json") in failing(check(tmp_path, case.files()))


def test_fields_that_contradict_each_other_are_refused() -> None:
    planned = {
        "run": "R", "kind": "demand", "effect": "demand", "series": 2, "year": 2026, "first": 1, "last": 5,
        "batches": [3, 2], "converter": "x 1", "template": "0" * 64, "locale": "zh",
    }  # fmt: skip
    entry = {"at": "2026-11-21T02:00:00Z", "by": "0" * 16, "data": planned, "type": "run.planned", "v": 1}
    assert parse_entry(canonical(entry), "").type == "run.planned"
    opened = json.loads(sample_case().entries[0])
    for wrong in ({**entry, "data": {**planned, "batches": [3, 3]}}, {**opened, "by": "0" * 16}):
        with pytest.raises(Refused) as refused:
            parse_entry(canonical(wrong), "")
        assert refused.value.reason == "entry-value"


def test_only_the_first_entry_opens_a_journal(tmp_path: Path) -> None:
    case = sample_case()
    case.entries[5] = canonical({**json.loads(case.entries[0]), "at": "2026-11-24T00:00:00Z"})
    assert ("journal.origin", "opening-misplaced", "journal/000005.json") in failing(
        check(tmp_path, case.files())
    )
    case = sample_case()
    case.entries[0] = case.entries[1]
    assert ("journal.origin", "opening-misplaced", "journal/000000.json") in failing(
        check(tmp_path, case.files())
    )


def test_an_entry_in_another_spelling_is_refused(tmp_path: Path) -> None:
    case = sample_case()
    case.entries[4] = case.entries[4].replace(b'"v":1', b'"v": 1')
    assert ("journal.entry", "json-canonical", "journal/000004.json") in failing(
        check(tmp_path, case.files())
    )


def test_an_unknown_type_of_entry_stays_open(tmp_path: Path) -> None:
    """A newer version may write more; its entries are proven like any other."""
    case = sample_case()
    case.entry("room.painted", {"room": "x"}, at="2026-11-24T02:00:00Z")
    report = check(tmp_path, case.files())
    assert report.ok
    assert [f.reason for f in report.facts if f.id == "journal.type"] == ["entry-type"]


def test_a_journal_signed_with_another_key_is_refused(tmp_path: Path) -> None:
    files = sample_case().files()
    files["keys/office.pub"] = key_file(signing_key(2))
    retag(files)
    found = failing(check(tmp_path, files))
    assert ("journal.checkpoint", "checkpoint-signature", "journal/000000.proof") in found
    assert ("letter.office", "letter-other-key", LETTER) in found
    assert check(tmp_path, files).subjects[0].answer(Question.BY_WHOM).verdict is Verdict.REFUTED


def test_proofs_under_two_checkpoints_are_refused(tmp_path: Path) -> None:
    case = sample_case()
    files = case.files()
    note = checkpoint(case.key, case.origin, 6, mth(case.entries[:6]))
    files["journal/000004.proof"] = proof(4, case.entries[:6], note)
    retag(files)
    assert failing(check(tmp_path, files)) >= {
        ("journal.checkpoint", "checkpoint-other", "journal/000004.proof")
    }


def test_a_proof_under_the_name_of_another_index_is_refused(tmp_path: Path) -> None:
    files = sample_case().files()
    for kind in ("json", "proof"):
        files[f"journal/000003.{kind}"] = files.pop(f"journal/000004.{kind}")
    retag(files)
    assert failing(check(tmp_path, files)) == {
        ("journal.proof", "proof-name", "journal/000003.proof"),
        ("seal.entries", "entry-extra", "journal/000003.json"),
        ("seal.entries", "entry-missing", "journal/000004.json"),
    }


def test_an_entry_after_the_one_that_seals_is_refused(tmp_path: Path) -> None:
    case = sample_case()
    files = case.files()
    case.entry("run.completed", {"run": "R9", "issued": 1, "voided": 0}, at="2026-11-26T00:00:00Z")
    case.prove(files, 6)
    assert failing(check(tmp_path, files)) == {
        ("journal.sealed", "bundle-entry-early", "journal/bundle.json"),
        ("seal.entries", "entry-extra", "journal/000007.json"),
    }


def test_a_clock_that_went_back_is_said_but_no_failure(tmp_path: Path) -> None:
    case = sample_case()
    case.entry("run.completed", {"run": "R9", "issued": 1, "voided": 0}, at="2025-01-01T00:00:00Z")
    report = check(tmp_path, case.files())
    assert report.ok
    assert "when-clock-back" in {s.code for s in report.subjects[0].answer(Question.SINCE_WHEN).statements}


@pytest.mark.parametrize("name", ["0000004", "0000000004", "00004"])
def test_an_entry_stands_under_one_name_only(tmp_path: Path, name: str) -> None:
    """Else anybody could copy a delivery under another number of zeros and have it counted twice."""
    files = sample_case().files()
    for kind in ("json", "proof"):
        files[f"journal/{name}.{kind}"] = files[f"journal/000005.{kind}"]
    retag(files)
    report = check(tmp_path, files)
    assert failing(report) == {
        ("seal.entries", "entry-extra", f"journal/{name}.json"),
        *(("bundle.required", "file-extra", f"journal/{name}.{k}") for k in ("json", "proof")),
    }
    assert (
        len([s for s in report.subjects[0].answer(Question.HOW_DELIVERED).statements if "proofs" in s.params])
        == 1
    )


def test_an_entry_taken_out_is_missed_though_nothing_refers_to_it(tmp_path: Path) -> None:
    case = sample_case()
    index = case.entry("case.recorded", {"kind": "waiver", "event": "0" * 64}, at="2026-11-24T02:00:00Z")
    files = case.files()
    assert failing(check(tmp_path / "whole", files)) == set()
    del files[f"journal/{index:06d}.json"], files[f"journal/{index:06d}.proof"]
    retag(files)
    missing = ("seal.entries", "entry-missing", f"journal/{index:06d}.json")
    assert failing(check(tmp_path / "less", files)) == {missing}


def test_a_seal_of_the_first_version_is_read_and_said_to_list_no_entries(tmp_path: Path) -> None:
    case = sample_case()
    files = case.files()
    files["seal.json"] = canonical({"files": json.loads(files["seal.json"])["files"], "v": 1})
    last = json.loads(case.entries[-1])
    last["data"]["seal"] = sha(files["seal.json"]).hex()
    case.entries[-1] = canonical(last)
    case.prove(files, len(case.entries) - 1)
    report = check(tmp_path, files)
    assert report.ok
    assert [fact.reason for fact in report.facts if fact.id == "seal.entries"] == ["seal-without-entries"]


# The office itself rewrites history.


def test_the_office_cannot_swap_a_letter_behind_its_own_entry(tmp_path: Path) -> None:
    """New letter, new seal, all proofs right: the old entry still commits to the old letter."""
    case = sample_case()
    files = case.files()
    other = Case(source=(Path(__file__).parents[1] / "stamp/golden/lo-3.pdf").read_bytes())
    other.open()
    other.letter()
    files[LETTER] = other.payload[LETTER]
    found = failing(check(tmp_path, reseal(case, files)))
    assert found >= {
        ("letter.recorded", "pdf-absent", "journal/000004.json"),
        ("letter.recorded", "letter-unrecorded", LETTER),
    }


def test_a_rewritten_journal_contradicts_the_letters_it_has_issued(tmp_path: Path) -> None:
    """The checkpoint in a delivered letter is of the old journal: no proof of the new one leads to it."""
    case = sample_case()
    case.entries[1] = canonical({**json.loads(case.entries[1]), "at": "2020-01-01T00:00:00Z"})
    found = failing(check(tmp_path, case.files()))
    assert found == {("letter.checkpoint", "checkpoint-rewritten", LETTER)}


def test_two_letters_of_two_journals_of_one_size_show_the_fork(tmp_path: Path) -> None:
    case = Case()
    case.open()
    case.letter(1, size=3, root=b"a" * 32)
    case.letter(2, size=3, root=b"b" * 32)
    found = failing(check(tmp_path, case.files()))
    assert ("letter.checkpoint", "checkpoint-fork", "data/originals/02-催告函.pdf") in found


def test_a_letter_cannot_know_an_entry_written_after_it(tmp_path: Path) -> None:
    case = Case()
    case.open()
    case.letter(1, size=5, root=b"a" * 32)
    assert failing(check(tmp_path, case.files())) == {("letter.checkpoint", "checkpoint-late", LETTER)}


def test_a_checkpoint_the_proofs_do_not_reach_stays_open(tmp_path: Path) -> None:
    case = Case()
    case.open()
    case.shown = [0]
    case.entry("run.completed", {"run": "R", "issued": 1, "voided": 0}, show=False)
    case.letter(1, size=3, root=b"a" * 32)
    case.sizes.clear()  # as older bundles are: without consistency proofs
    report = check(tmp_path, case.files())
    assert report.ok
    assert [f.reason for f in report.facts if f.id == "letter.checkpoint"] == ["checkpoint-pieces"]


def test_a_letter_that_says_it_is_younger_than_its_entry_is_said_but_no_failure(tmp_path: Path) -> None:
    case = sample_case()
    entry = json.loads(case.entries[4])
    case.entries[4] = canonical({**entry, "at": "2026-11-21T01:59:59Z"})
    report = check(tmp_path, case.files())
    assert report.ok
    assert [fact.reason for fact in report.facts if fact.id == "letter.dated"] == ["dated-after-entry"]


def test_two_letters_under_one_number_are_named(tmp_path: Path) -> None:
    case = Case()
    case.open()
    case.letter(1)
    entry = json.loads(case.entries[4])
    case.entry("letter.issued", {**entry["data"], "token": "ab" * 32}, at="2026-11-21T02:00:02Z")
    found = failing(check(tmp_path, case.files()))
    assert ("letter.recorded", "number-twice", "journal/000005.json") in found


def test_a_letter_dated_long_before_what_it_knows_is_said_but_no_failure(tmp_path: Path) -> None:
    """A letter that says 2026 and refers to a journal with an entry of 2027 was dated back, or its clock wrong."""
    case = Case()
    case.open()
    case.entry("run.completed", {"run": "R", "issued": 1, "voided": 0}, at="2027-01-01T00:00:00Z")
    case.letter(1)
    case.entries[5] = canonical({**json.loads(case.entries[5]), "at": "2027-01-01T00:00:00Z"})
    report = check(tmp_path, case.files())
    assert report.ok
    assert [fact.reason for fact in report.facts if fact.id == "letter.dated"] == ["dated-before-known"]


# The recipient as witness: a letter received earlier, held against the bundle shown in court.


def witnessed(tmp_path: Path, letter: bytes, files: Files) -> Report:
    (tmp_path / "received.pdf").write_bytes(letter)
    return verify_paths([tmp_path / "received.pdf", write_folder(tmp_path / "bundle", files)])


def test_a_letter_received_agrees_with_the_honest_bundle(tmp_path: Path) -> None:
    case = sample_case()
    report = witnessed(tmp_path, case.payload[LETTER], case.files())
    assert report.ok
    said = {s.code for s in report.subjects[0].answer(Question.SINCE_WHEN).statements}
    assert "when-agrees" in said


def test_a_letter_received_convicts_a_bundle_with_another_letter_of_its_number(tmp_path: Path) -> None:
    """The office starts over: new journal, new letter 2-2026-0001, everything in its bundle consistent."""
    received = sample_case().payload[LETTER]
    second = sample_case(source=(Path(__file__).parents[1] / "stamp/golden/lo-3.pdf").read_bytes(), pages=3)
    report = witnessed(tmp_path, received, second.files())
    assert [subject.ok for subject in report.subjects] == [False, True]
    assert {fact.reason for fact in report.failures} == {"bundle-other-letter"}


def test_a_letter_received_convicts_a_journal_rewritten_since(tmp_path: Path) -> None:
    received = sample_case().payload[LETTER]
    case = Case()
    case.open()
    case.entries[1] = canonical({**json.loads(case.entries[1]), "at": "2020-01-01T00:00:00Z"})
    case.letter(2)
    report = witnessed(tmp_path, received, case.files())
    assert [subject.ok for subject in report.subjects] == [False, True]
    assert {fact.reason for fact in report.failures} == {"bundle-rewritten"}


def test_a_letter_of_another_office_says_nothing_about_the_bundle(tmp_path: Path) -> None:
    report = witnessed(tmp_path, sample_case(key=signing_key(2)).payload[LETTER], sample_case().files())
    assert report.ok
    assert not [fact for fact in report.facts if fact.id == "letter.bundle"]


# Disclosure.


def test_a_fact_cannot_be_told_otherwise_than_it_was_sealed(tmp_path: Path) -> None:
    case = sample_case()
    case.disclosure["letters"][0]["facts"][3]["value"] = "9999.00"
    assert failing(check(tmp_path, case.files())) == {("letter.facts", "facts-differ", LETTER)}


def test_the_account_cannot_be_exchanged(tmp_path: Path) -> None:
    case = sample_case()
    case.disclosure["subject"]["account"] = "9栋9单元901"
    found = failing(check(tmp_path, case.files()))
    assert found == {
        ("disclosure.subject", "subject-differs", "journal/000004.json"),
        ("disclosure.subject", "subject-differs", "journal/bundle.json"),
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(v=2),
        lambda d: d.pop("events"),
        lambda d: d.update(extra=1),
        lambda d: d["files"].append(d["files"][0]),
        lambda d: d["files"][0].update(salt="00"),
        lambda d: d["files"][0].update(path=3),
        lambda d: d["letters"].append(d["letters"][0]),
        lambda d: d["letters"][0]["facts"][0].update(name="a\x00b"),
        lambda d: d["letters"][0]["facts"][0].update(salt="zz"),
        lambda d: d["subject"].update(account="\ud800"),
        lambda d: d.update(letters={}),
    ],
)
def test_disclosures_out_of_form_are_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    case = sample_case()
    files = case.files()
    disclosure = json.loads(files["data/disclosure.json"])
    change(disclosure)
    files["data/disclosure.json"] = json.dumps(disclosure).encode()
    found = failing(check(tmp_path, reseal(case, files)))
    assert ("disclosure.form", "disclosure-form", "data/disclosure.json") in found


def test_a_letter_not_disclosed_is_not_checked_but_said(tmp_path: Path) -> None:
    case = sample_case()
    case.disclosure["letters"] = []
    case.disclosure["files"] = [f for f in case.disclosure["files"] if f["path"] != DOCX]
    report = check(tmp_path, case.files())
    assert report.ok
    assert {(f.id, f.reason) for f in report.facts if f.status is Status.NOT_CHECKED} == {
        ("letter.facts", "facts-absent"),
        ("letter.docx", "docx-absent"),
    }


# Deliveries.


def test_a_delivery_of_no_letter_is_refused(tmp_path: Path) -> None:
    case = Case()
    case.open()
    case.letter()
    case.delivery("2-2026-0077")
    report = check(tmp_path, case.files())
    assert failing(report) == {("delivery.letter", "delivery-no-letter", "journal/000005.json")}
    assert report.subjects[0].answer(Question.HOW_DELIVERED).verdict is Verdict.REFUTED


def test_a_delivery_recorded_before_its_letter_is_refused(tmp_path: Path) -> None:
    case = Case()
    case.open()
    case.delivery("2-2026-0001")
    case.letter()
    assert failing(check(tmp_path, case.files())) == {
        ("delivery.letter", "delivery-early", "journal/000004.json")
    }


def test_an_event_told_otherwise_than_recorded_is_refused(tmp_path: Path) -> None:
    case = sample_case()
    event = canonical({**json.loads(case.payload[EVENT]), "outcome": "refused"})
    case.payload[EVENT] = event
    assert failing(check(tmp_path, case.files())) == {
        ("delivery.event", "event-absent", "journal/000005.json"),
        ("delivery.event", "event-unrecorded", EVENT),
    }
    # The same with the entry's commitment made to fit, as a careless office might.
    entry = json.loads(case.entries[5])
    entry["data"]["event"] = commit(case.salt(EVENT), event)
    case.entries[5] = canonical(entry)
    del case.entries[6:]
    assert failing(check(tmp_path, case.files())) == {("delivery.event", "event-differs", EVENT)}


def test_a_proof_that_is_not_there_is_missed(tmp_path: Path) -> None:
    case = sample_case()
    case.disclosure["files"] = [f for f in case.disclosure["files"] if f["path"] != SLIP]
    found = failing(check(tmp_path, case.files()))
    assert ("delivery.proofs", "proofs-absent", "journal/000005.json") in found


def test_a_copy_among_the_exhibits_does_not_stand_in_for_a_proof(tmp_path: Path) -> None:
    """Equal files of one person can have one commitment; the delivery's own file must be there, unchanged."""
    for change in (lambda f: f.pop(SLIP), lambda f: f.update({SLIP: b"another"})):
        case = sample_case()
        case.payload["data/originals/exhibit.jpg"] = case.payload[SLIP]
        salt = next(f["salt"] for f in case.disclosure["files"] if f["path"] == SLIP)
        case.disclosure["files"].append({"path": "data/originals/exhibit.jpg", "salt": salt})
        files = case.files()
        assert check(tmp_path / "whole", dict(files)).ok
        change(files)
        report = check(tmp_path / f"{len(files)}", files)
        assert ("delivery.proofs", "proofs-absent", "journal/000005.json") in failing(report)
        # The other way round the delivery is whole, and the exhibit alone is to blame.
        files = case.files()
        files.pop("data/originals/exhibit.jpg")
        report = check(tmp_path / f"other{len(files)}", files)
        assert {f.id for f in report.failures} == {"bag.manifest", "seal.files", "disclosure.form"}


def test_a_delivery_dated_before_its_letter_is_said_but_no_failure(tmp_path: Path) -> None:
    case = sample_case()
    for index in (4, 5):
        case.entries[index] = canonical({**json.loads(case.entries[index]), "at": "2026-11-30T00:00:00Z"})
    report = check(tmp_path, case.files())
    assert [f.reason for f in report.facts if f.id == "delivery.letter"] == ["delivery-before"]
    assert "delivery.letter" not in {fact.id for fact in report.failures}


# Zip.


@pytest.mark.parametrize("path", sorted(sample_case().files()))
def test_a_changed_byte_in_a_zip_is_blamed_on_the_file_it_stands_in(tmp_path: Path, path: str) -> None:
    files = sample_case().files()
    whole = bytearray(write_zip(tmp_path / "b.zip", files).read_bytes())
    name = path.encode()  # the local header ends in it
    whole[whole.index(name + files[path]) + len(name) + len(files[path]) // 2] ^= 1
    (tmp_path / "b.zip").write_bytes(whole)
    report = verify_paths([tmp_path / "b.zip"])
    assert ("zip.canonical", "zip-damaged", path) in failing(report)
    unread = {fact.where.part for fact in report.failures if fact.reason == "zip-damaged"}
    assert unread == {path}
    assert "bag-oxum" not in {fact.reason for fact in report.failures}


def test_a_zip_that_swells_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import zipfile

    monkeypatch.setattr("evidence.verify.files.PACKED_BYTES", 1 << 20)
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bagit.txt", b"x")
        archive.writestr("data/zeros", bytes(2 << 20))
    with pytest.raises(EvidenceError) as error:
        verify_paths([tmp_path / "b.zip"])
    assert [problem.code for problem in error.value.problems] == ["verify.bundle-large"]


@pytest.mark.parametrize("shape", ["[" + "[]," * 60_000 + "[]]", "[" + "0," * 60_000 + "0]"])
def test_an_entry_of_very_many_values_is_not_read(shape: str) -> None:
    """A value costs a hundred times its bytes in memory; a megabyte of them in each of many entries fills it."""
    with pytest.raises(Refused) as refused:
        parse_entry(shape.encode(), "")
    assert refused.value.reason == "json-values"


def test_a_damaged_directory_of_a_zip_is_said(tmp_path: Path) -> None:
    whole = bytearray(write_zip(tmp_path / "b.zip", sample_case().files()).read_bytes())
    whole[whole.index(b"PK\x01\x02")] ^= 1
    (tmp_path / "b.zip").write_bytes(whole)
    with pytest.raises(EvidenceError) as error:
        verify_paths([tmp_path / "b.zip"])
    assert [problem.code for problem in error.value.problems] == ["verify.zip-damaged"]


@pytest.mark.parametrize("prefix", ["../", "/", "C:/", "..\\..\\x/", "\u202egpj/", "a\nb/", "~/"])
def test_a_folder_around_all_that_leads_elsewhere_is_named(tmp_path: Path, prefix: str) -> None:
    report = verify_paths([write_zip(tmp_path / "b.zip", sample_case().files(), prefix)])
    assert {(fact.id, fact.reason) for fact in report.failures} == {("bag.paths", "path-unsafe")}


def test_a_repacked_zip_is_named_and_its_files_are_still_checked(tmp_path: Path) -> None:
    import zipfile

    files = sample_case().files()
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    report = verify_paths([tmp_path / "b.zip"])
    assert {(fact.id, fact.reason) for fact in report.failures} == {("zip.canonical", "zip-header")}
    assert {f.status for f in report.facts if f.id == "seal.files"} == {Status.PASS}


@pytest.mark.parametrize(
    ("what", "change", "reason"),
    [
        ("comment", lambda z: z[:-2] + b"\x02\x00hi", "zip-end"),
        ("appended", lambda z: z + b"\x00", "zip-appended"),
        ("date", lambda z: z.replace(b"\x00\x00\x21\x00", b"\x00\x00\x22\x00", 1), "zip-header"),
        ("mode", lambda z: z.replace(b"\x00\x00\xa4\x81", b"\x00\x00\xff\x81", 1), "zip-directory"),
        (
            "made by DOS",
            lambda z: z.replace(b"PK\x01\x02\x14\x03", b"PK\x01\x02\x14\x00", 1),
            "zip-directory",
        ),
    ],
)
def test_what_hides_in_a_zip_is_named(
    tmp_path: Path, what: str, change: Callable[[bytes], bytes], reason: str
) -> None:
    whole = write_zip(tmp_path / "b.zip", sample_case().files()).read_bytes()
    (tmp_path / "b.zip").write_bytes(change(whole))
    try:
        found = {(fact.id, fact.reason) for fact in verify_paths([tmp_path / "b.zip"]).failures}
    except EvidenceError as error:
        assert what == "appended", error
        return
    assert found == {("zip.canonical", reason)}


def test_bytes_between_members_are_found(tmp_path: Path) -> None:
    """A gap before the directory, with the end record put right: zip tools do not see it."""
    import struct

    whole = write_zip(tmp_path / "b.zip", sample_case().files()).read_bytes()
    count, size, offset = struct.unpack("<HLL", whole[-12:-2])
    hidden = (
        whole[:offset]
        + b"hidden"
        + whole[offset:-12]
        + struct.pack("<HLL", count, size, offset + 6)
        + b"\0\0"
    )
    (tmp_path / "b.zip").write_bytes(hidden)
    found = [(f.id, f.reason, f.params["offset"]) for f in verify_paths([tmp_path / "b.zip"]).failures]
    assert found == [("zip.canonical", "zip-directory", offset)]


@pytest.mark.parametrize("name", ["../outside", "/absolute", "a//b", "a\\b", "C:/x", "x/./y", "new\nline"])
def test_dangerous_names_in_a_zip_are_named_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    import zipfile

    write_zip(tmp_path / "b.zip", sample_case().files())
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        archive.writestr(name, b"x")
    before = sorted(tmp_path.rglob("*"))
    assert ("bag.paths", "path-unsafe") in {
        (f.id, f.reason) for f in verify_paths([tmp_path / "b.zip"]).failures
    }
    assert sorted(tmp_path.rglob("*")) == before


def test_a_name_twice_in_a_zip_is_named(tmp_path: Path) -> None:
    import zipfile

    write_zip(tmp_path / "b.zip", sample_case().files())
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("README.txt", b"another")
    found = {(f.id, f.reason, f.where.part) for f in verify_paths([tmp_path / "b.zip"]).failures}
    assert ("bag.paths", "path-repeated", "README.txt") in found


def test_the_account_is_named_nowhere_in_a_zip_name() -> None:
    assert not any(ACCOUNT in path for path in sample_case().files())
