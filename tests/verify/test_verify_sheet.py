"""The report on one page, and the checklist of what courts examine: filled from facts, blank where no fact answers."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from builder import Case, key_file, sample_case, stamped_letter, write_folder

from evidence.cli._root import run
from evidence.cli._sheet import sheet_pdf
from evidence.i18n import translate
from evidence.model.report import Report, Subject
from evidence.verify import parse_trust, render_json, verify_paths
from evidence.verify.checklist import FILLS, ITEMS, RULES, checklist
from evidence.verify.messages import FACTS, STATEMENTS
from evidence.verify.sheet import BLANK, sheet_text, sheets

LANGUAGES = ("en", "zh", "zh-Hant")


def report_of(folder: Path, *, trust: bool = True) -> Report:
    case = sample_case()
    write_folder(folder / "court", case.files())
    (folder / "office.pub").write_bytes(key_file(case.key))
    anchors = parse_trust([folder / "office.pub"] if trust else [])
    return verify_paths([folder / "court"], trust=anchors)


def filled(subject: Subject) -> dict[str, list[str]]:
    return {item.code: [statement.code for statement in item.filled] for item in checklist(subject)}


def test_the_rules_are_all_there_and_nothing_else() -> None:
    assert set(RULES) == {
        "esl-5", "esl-8", "evidence-93", "evidence-94", "online-16", "online-17", "online-18", "internet-11",
    }  # fmt: skip
    assert [code for code in ITEMS if code.startswith("evidence-93")] == [
        f"evidence-93-{n}" for n in range(1, 8)
    ]
    assert [code for code in ITEMS if code.startswith("internet-11")] == [
        f"internet-11-{n}" for n in range(1, 7)
    ]


def test_what_facts_show_is_filled_and_the_rest_stays_blank(tmp_path: Path) -> None:
    rows = filled(report_of(tmp_path).subjects[0])
    assert rows["esl-5-2"] == ["fill-intact"]
    assert rows["esl-8-2"] == ["fill-hash-both"]
    assert rows["esl-8-3"] == ["fill-signer-named"]
    assert rows["internet-11-2"] == ["fill-signed", "when-issued", "fill-own-clock"]
    for code in (
        "esl-8-4",
        "evidence-93-1",
        "evidence-93-5",
        "evidence-94-2",
        "evidence-94-6",
        "online-18-2",
    ):
        assert rows[code] == []


def test_a_signer_nobody_named_is_not_filled_as_known(tmp_path: Path) -> None:
    assert filled(report_of(tmp_path, trust=False).subjects[0])["esl-8-3"] == ["fill-signer-open"]


def test_an_altered_letter_is_not_called_complete(tmp_path: Path) -> None:
    data = bytearray(stamped_letter())
    data[3000] ^= 1
    (tmp_path / "letter.pdf").write_bytes(bytes(data))
    rows = filled(verify_paths([tmp_path / "letter.pdf"]).subjects[0])
    assert rows["esl-5-2"] == rows["internet-11-5"] == ["fill-altered"]
    assert rows["esl-8-2"] == []


def test_every_filled_item_names_facts_of_the_published_list(tmp_path: Path) -> None:
    subject = report_of(tmp_path).subjects[0]
    own = {fact.id for fact in subject.facts}
    for item in checklist(subject):
        for statement in item.filled:
            assert statement.code in FILLS or statement.code in STATEMENTS
            assert set(statement.facts) <= own & set(FACTS)
    shown = render_json(report_of(tmp_path), "zh")["subjects"][0]["checklist"]  # type: ignore[index]
    assert [row["item"] for row in shown] == list(ITEMS)
    assert all(row["blank"] is (row["filled"] == []) for row in shown)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_all_four_answers_and_the_box_in_each_language(tmp_path: Path, lang: str) -> None:
    report = report_of(tmp_path)
    text = sheet_text(report, lang)
    for rule in RULES.values():
        assert translate(rule, lang) in text
    assert text.count(BLANK) == sum(not item.filled for item in checklist(report.subjects[0]))
    assert [line[:2] for line in text.splitlines() if line[:2] in ("1.", "2.", "3.", "4.")] == [
        "1.",
        "2.",
        "3.",
        "4.",
    ]
    wide = [line for line in text.splitlines() if len(line) > 100]
    assert wide == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pdf_is_one_page_and_the_same_each_time(tmp_path: Path, lang: str) -> None:
    report = report_of(tmp_path)
    data = sheet_pdf(report, lang)
    assert data == sheet_pdf(report, lang)
    with pikepdf.open(BytesIO(data)) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.pages[0].Resources.Font.F.ToUnicode is not None


def test_many_letters_and_failures_are_counted_not_run_over_the_page(tmp_path: Path) -> None:
    case = Case()
    case.open()
    for seq in range(1, 9):
        case.delivery(case.letter(seq))
    files = case.files()
    for path in [p for p in files if p.endswith(".jpg")]:
        files[path] = b"other"
    report = verify_paths([write_folder(tmp_path / "court", files)])
    assert len(report.failures) > 10
    for lang in LANGUAGES:
        with pikepdf.open(BytesIO(sheet_pdf(report, lang))) as pdf:
            assert len(pdf.pages) == 1


def test_each_subject_has_a_page_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(stamped_letter())
    write_folder(tmp_path / "court", sample_case().files())
    report = verify_paths([tmp_path / "letter.pdf", tmp_path / "court"])
    assert len(sheets(report, "zh")) == 2 and sheet_text(report, "zh").count("\f") == 1


def ended(call: list[str]) -> object:
    """The exit code of a command."""
    try:
        run(call)
    except SystemExit as ended:
        return ended.code
    return 0


@pytest.mark.parametrize("suffix", ["pdf", "txt"])
def test_the_command_writes_the_page(tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.pdf").write_bytes(stamped_letter())
    target = tmp_path / f"report.{suffix}"
    call = ["--lang", "zh", "verify", str(tmp_path / "letter.pdf"), "--report", str(target)]
    assert ended(call) == 0
    assert target.read_bytes().startswith(b"%PDF-" if suffix == "pdf" else "核验报告".encode())
    assert ended(call) == 7
    assert ended([*call[:-1], str(tmp_path / "report.doc")]) == 2
    assert "核验报告" not in capsys.readouterr().out
