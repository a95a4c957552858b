"""Things given side by side are held against each other; files of a bundle given alone are told apart."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from builder import (
    GOLDEN,
    Case,
    canonical,
    key_file,
    sample_case,
    signing_key,
    stamped_letter,
    write_folder,
    write_zip,
)

from evidence.errors import EvidenceError
from evidence.i18n import describe
from evidence.model.report import Question, Verdict
from evidence.stamp.keys import PublicKey as StampKey
from evidence.verify import parse_trust, verify_paths

LETTER = "data/originals/01-催告函.pdf"


def resaved(*letters: bytes) -> bytes:
    """The letters' pages in one PDF written anew, as a merging program does it."""
    with pikepdf.new() as merged:
        for data in letters:
            with pikepdf.open(BytesIO(data)) as letter:
                merged.pages.extend(letter.pages)
        out = BytesIO()
        merged.save(out)
    return out.getvalue()


def code_of(path: Path) -> str:
    with pytest.raises(EvidenceError) as error:
        verify_paths([path])
    assert error.value.exit_code == 3
    return error.value.problems[0].code


# One file of a bundle.


def test_the_compiled_volume_is_no_forgery_but_a_part(tmp_path: Path) -> None:
    files = sample_case().files()
    files["data/bundle.pdf"] = resaved(files[LETTER])
    bundle = write_folder(tmp_path / "bundle", files)
    assert code_of(bundle / "data" / "bundle.pdf") == "verify.part-of-bundle"
    with pytest.raises(EvidenceError) as error:
        verify_paths([bundle / "data" / "bundle.pdf"])
    message, hint = describe(error.value.problems[0], "zh")
    assert "合订本，不能单独核对" in message
    assert "请核对整个文件夹或 zip" in hint
    assert str(bundle) in hint


@pytest.mark.parametrize("path", ["seal.json", "README.txt", "data/disclosure.json", "journal/000004.json"])
def test_other_files_of_a_bundle_are_sent_back_to_it(tmp_path: Path, path: str) -> None:
    bundle = write_folder(tmp_path / "bundle", sample_case().files())
    assert code_of(bundle / path) == "verify.file-of-bundle"


def test_a_letter_in_a_bundle_is_still_checked_as_a_letter(tmp_path: Path) -> None:
    files = sample_case().files()
    bundle = write_folder(tmp_path / "bundle", files)
    assert verify_paths([bundle / LETTER]).ok
    for changed in (
        files[LETTER][:900] + b"!" + files[LETTER][901:],
        files[LETTER].replace(b"%EV-STAMP", b"%EX-STAMP"),
    ):
        (bundle / LETTER).write_bytes(changed)
        report = verify_paths([bundle / LETTER])
        assert report.failures


def test_pages_in_a_file_written_anew_are_neither_good_nor_bad(tmp_path: Path) -> None:
    letter = stamped_letter()
    for name, data in (("saved.pdf", resaved(letter)), ("merged.pdf", resaved(letter, letter))):
        (tmp_path / name).write_bytes(data)
        assert code_of(tmp_path / name) == "verify.pdf-rewritten"


def test_a_linearised_copy_is_a_file_written_anew(tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(stamped_letter())) as letter:
        letter.save(tmp_path / "web.pdf", linearize=True)
    assert code_of(tmp_path / "web.pdf") == "verify.pdf-rewritten"


def test_a_letter_whose_mark_is_damaged_still_fails_and_no_signature_is_said_to(tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(stamped_letter().replace(b"%EV-STAMP", b"%EX-STAMP"))
    report = verify_paths([tmp_path / "letter.pdf"])
    assert [(fact.id, fact.reason) for fact in report.failures] == [("letter.mark", "mark-missing")]
    who = report.subjects[0].answer(Question.BY_WHOM)
    assert (who.verdict, who.statements[0].code) == (Verdict.REFUTED, "who-unread")


# Letters beside letters.


def test_two_letters_under_one_number_convict_each_other(tmp_path: Path) -> None:
    for name, source in (("a.pdf", "lo-1.pdf"), ("b.pdf", "lo-3.pdf")):
        (tmp_path / name).write_bytes(stamped_letter(source=GOLDEN / source))
    report = verify_paths([tmp_path / "a.pdf", tmp_path / "b.pdf"])
    assert [fact.reason for fact in report.failures] == ["number-other-letter"] * 2
    assert verify_paths([tmp_path / "a.pdf"]).ok


def test_a_copy_and_a_letter_of_another_office_convict_nobody(tmp_path: Path) -> None:
    for name, seed in (("a.pdf", 1), ("copy.pdf", 1), ("other.pdf", 2)):
        (tmp_path / name).write_bytes(stamped_letter(seed=seed))
    assert verify_paths([tmp_path / name for name in ("a.pdf", "copy.pdf", "other.pdf")]).ok


# Bundles beside bundles.


def grown(case: Case, by: int) -> Case:
    for run in range(by):
        case.entry(
            "run.completed",
            {"run": f"T{run}", "issued": 1, "voided": 0},
            at="2026-11-25T02:00:00Z",
            show=False,
        )
    return case


def test_folder_zip_and_later_version_stand_on_one_journal(tmp_path: Path) -> None:
    case = sample_case()
    first = case.files()
    second = grown(case, 3).files()
    report = verify_paths([
        write_folder(tmp_path / "1", first), write_zip(tmp_path / "1.zip", first), write_folder(tmp_path / "2", second)
    ])  # fmt: skip
    assert report.ok
    assert {f.status.value for f in report.facts if f.id == "bundle.journal"} <= {"pass", "not-checked"}


def test_two_journals_kept_side_by_side_are_found(tmp_path: Path) -> None:
    honest = sample_case()
    forked = Case()
    forked.open()
    forked.entries[1] = canonical({**json.loads(forked.entries[1]), "at": "2020-01-01T00:00:00Z"})
    forked.delivery(forked.letter())
    paths = [write_folder(tmp_path / "a", honest.files()), write_folder(tmp_path / "b", forked.files())]
    assert all(verify_paths([path]).ok for path in paths)
    report = verify_paths(paths)
    assert {fact.reason for fact in report.failures} == {"bundle-fork"}
    assert [subject.ok for subject in report.subjects] == [False, False]


def test_another_journal_of_the_same_key_is_said(tmp_path: Path) -> None:
    paths = [
        write_folder(tmp_path / "a", sample_case().files()),
        write_folder(tmp_path / "b", sample_case(origin="evidence.local/other").files()),
    ]
    report = verify_paths(paths)
    assert report.ok
    assert [f.reason for f in report.facts if f.id == "bundle.journal"] == ["bundle-other-origin"] * 2


# Trust.


def test_a_file_named_like_the_fingerprint_does_not_replace_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other side sends a folder: its letter, and its key under the name of the fingerprint you believe."""
    fingerprint = StampKey(signing_key(1).public.raw).fingerprint
    write_folder(tmp_path, {"letter.pdf": stamped_letter(seed=2), fingerprint: key_file(signing_key(2))})
    monkeypatch.chdir(tmp_path)
    report = verify_paths(["letter.pdf"], trust=parse_trust([fingerprint]))
    assert [fact.id for fact in report.failures] == ["letter.trust"]


@pytest.mark.parametrize("text", ["ab" * 400, "ab\0cd", "/" * 5000, "x" * 5000])
def test_no_text_for_trust_crashes(text: str) -> None:
    with pytest.raises(EvidenceError) as error:
        parse_trust([text])
    assert error.value.exit_code == 2
