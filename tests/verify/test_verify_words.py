"""What a report says: complete in every language, no claim beyond its facts, harmless on a terminal."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from builder import Case, sample_case, stamped_letter, write_folder

from evidence.errors import Problem
from evidence.i18n import catalogue
from evidence.model.problem import Place
from evidence.model.report import Fact, Question, Report, Status, SubjectKind, Verdict
from evidence.verify import messages, render_json, render_text, verify_paths
from evidence.verify.checklist import FILLS, ITEMS, RULES
from evidence.verify.letter import FACT_IDS
from evidence.verify.words import fact_text

ROOM = Path(messages.__file__).parent
LANGUAGES = ("en", "zh", "zh-Hant")


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(ROOM.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in names:
                    yield f"{path.name}:{node.lineno}", node


@pytest.mark.parametrize("lang", ["zh", "zh-Hant"])
def test_every_sentence_is_translated_with_its_placeholders(lang: str) -> None:
    known = catalogue(lang)
    for table in (*messages.TABLES, RULES, ITEMS, FILLS):
        for code, text in table.items():
            assert text in known, f"{code} is missing in {lang}"
            assert placeholders(known[text]) <= placeholders(text), code


def test_traditional_text_holds_no_simplified_characters() -> None:
    simplified = set("签验标记证据维码编号数关发达对内这们为没检查点读长与从认识节")
    for table in messages.TABLES:
        for text in table.values():
            own = set(catalogue("zh-Hant")[text])
            assert not (own & (simplified - set("查"))), text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_promises_what_no_check_can_show(lang: str) -> None:
    forbidden = re.compile(
        r"tamper|unforgeable|forgery|legally (valid|binding)|guarantee|防篡改|不可篡改|具有法律效力|法律效力|"
        r"不可伪造|不可偽造|绝对|絕對|保证|保證|authentic", re.I
    )  # fmt: skip
    for table in messages.TABLES:
        for text in table.values():
            assert not forbidden.search(catalogue(lang).get(text, text)), text


def test_every_reason_in_the_code_has_words_and_fills_them() -> None:
    """A refusal on a rare path must not crash the report for want of a word or a parameter."""
    seen = set()
    positions = {"Refused": 0, "note": 1}
    for place, call in calls("Refused", "failed", "unknown", "not_checked", "fail", "note"):
        position = positions.get(getattr(call.func, "id", getattr(call.func, "attr", "")), 2)
        if len(call.args) <= position or not isinstance(call.args[position], ast.Constant):
            continue
        reason = str(call.args[position].value)
        given = {keyword.arg for keyword in call.keywords}
        assert reason in messages.REASONS, f"{place}: {reason}"
        if None not in given:  # a ** argument: not to be seen from here
            told = {*given, "when"} if given & {"at", "seconds"} else given
            assert placeholders(messages.REASONS[reason]) <= told, f"{place}: {reason}"
        seen.add(reason)
    computed = {"zip-header", "zip-content", "zip-directory", "zip-end", "path-unsafe", "path-deep", "path-repeated",
                "file-special", "folder-empty", "zip-folder", "later-signature", "appended",
                "appended-parts", "stamp-short",
                "stamp-differs", "file-extra", "file-missing", "file-misplaced", "note-form", "proof-form",
                "checkpoint-form",
                "bagit-dot", "bagit-elsewhere", "bagit-fetch-form", "bagit-fetch-unlisted", "bagit-outside", "bagit-star",
                "bagit-to-fetch", "bagit-twice"}  # fmt: skip
    assert set(messages.REASONS) - seen - computed == set(), "words for reasons nobody gives"


def test_every_fact_in_the_code_has_words() -> None:
    used = {
        node.value
        for path in ROOM.glob("*.py")
        if path.name not in ("messages.py", "bagwords.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(FACT_IDS) <= set(messages.FACTS)
    assert set(messages.FACTS) <= used
    for place, call in calls("fact", "passed", "failed", "unknown", "not_checked", "refuse", "settle"):
        if call.args and isinstance(call.args[0], ast.Constant) and "." in str(call.args[0].value):
            assert call.args[0].value in messages.FACTS, place


def test_every_statement_in_the_code_has_words() -> None:
    for place, call in calls("Statement"):
        if isinstance(call.args[0], ast.Constant):
            assert call.args[0].value in {**messages.STATEMENTS, **FILLS}, place
    assert {question.value for question in Question} == set(messages.QUESTIONS)
    assert {verdict.value for verdict in Verdict} == set(messages.VERDICTS)
    assert {status.value for status in Status} == set(messages.STATUSES)
    assert {kind.value for kind in SubjectKind} == set(messages.KINDS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_report_in_words_has_four_answers_and_the_box(tmp_path: Path, lang: str) -> None:
    report = verify_paths([write_folder(tmp_path / "b", sample_case().files())], lang=lang)
    text = render_text(report)
    known = catalogue(lang)
    for number, question in enumerate(messages.QUESTIONS.values(), 1):
        assert f"  {number}. {known.get(question, question)}" in text
    assert known.get(messages.FRAME["not-shown"], messages.FRAME["not-shown"]) in text
    for line in text.splitlines():
        assert not re.search(r"\{\w+\}", line), line
    if lang != "en":
        prose = re.sub(r"[\w./:-]*[A-Za-z0-9][\w./:-]*", "", text)
        assert not re.search(r"[a-z]{4,}", prose), "a sentence was left in English"


def test_json_holds_codes_and_texts_and_maps_sentences_to_facts(tmp_path: Path) -> None:
    report = verify_paths([write_folder(tmp_path / "b", sample_case().files())])
    told = json.loads(json.dumps(render_json(report, "zh")))
    subject = told["subjects"][0]
    assert [answer["question"] for answer in subject["answers"]] == [question.value for question in Question]
    ids = {fact["id"] for fact in subject["facts"]}
    for answer in subject["answers"]:
        for statement in answer["statements"]:
            assert set(statement["facts"]) <= ids
            assert statement["text"]
    assert all(fact["text"] for fact in subject["facts"])
    assert told["ok"] is True and told["schema_version"] == 1


def test_failures_are_named_with_their_file_before_anything_else(tmp_path: Path) -> None:
    files = sample_case().files()
    files["README.txt"] += b"!"
    text = render_text(verify_paths([write_folder(tmp_path / "b", files)]), "zh")
    assert text.index("不通过的核对项") < text.index("以上核对没有说明的事项") < text.index("核对了什么")
    assert "README.txt" in text.split("以上核对没有说明的事项")[0]


def test_the_first_answer_names_what_departs(tmp_path: Path) -> None:
    files = sample_case().files()
    letter = "data/originals/01-催告函.pdf"
    files[letter] += b" "
    text = render_text(verify_paths([write_folder(tmp_path / "b", files)]), "zh")
    answer = text.split("  2. ")[0]
    assert "所封存的 12 个文件中，11 个与 seal.json 一致。" in answer
    assert f"不一致或缺失：{letter}" in answer
    assert answer.index("个与 seal.json 一致") < answer.index(letter) < answer.index("不通过的核对项")


def test_of_many_departing_files_ten_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    case = sample_case()
    for number in range(13):
        case.payload[f"data/originals/photo-{number:02d}.jpg"] = bytes([number])
    files = case.files()
    for number in range(13):
        files[f"data/originals/photo-{number:02d}.jpg"] = b"changed"
    text = render_text(verify_paths([write_folder(tmp_path / "b", files)]), "en").split("  2. ")[0]
    assert "Of 25 sealed files 12 agree with seal.json." in text
    assert text.count("Departs, or is missing") == 10
    assert "And as many more of that sort: 3." in text


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["2026-11-23 10:00:00 Beijing time (UTC 2026-11-23 02:00:00)",
                "grade: none: nothing but the sender's word", "nobody but the sender"]),
        ("zh", ["北京时间 2026-11-23 10:00:00（UTC 2026-11-23 02:00:00）", "等级：无；", "见证方：仅发件人一方；"]),
        ("zh-Hant", ["北京時間 2026-11-23 10:00:00（UTC 2026-11-23 02:00:00）", "等級：無；", "見證方：僅發件人一方；"]),
    ],
)  # fmt: skip
def test_a_delivery_is_told_in_the_time_of_the_place_and_the_words_of_the_reader(
    tmp_path: Path, lang: str, words: list[str]
) -> None:
    case = Case()
    case.open()
    case.delivery(case.letter(), witness="nobody", grade="none")
    text = render_text(verify_paths([write_folder(tmp_path / "b", case.files())]), lang)
    for word in words:
        assert word in text
    assert "T02:00:00Z" not in text


def test_names_of_fields_are_told_in_the_reader_s_language() -> None:
    fact = Fact(
        "seal.files", Status.FAIL, Place(file="b", part="x"), {"what": "size, sha256, sm3"}, "seal-differs"
    )
    assert fact_text(fact, "zh").endswith("大小、SHA-256、SM3")
    fact = Fact(
        "delivery.event",
        Status.FAIL,
        Place(),
        {"what": "letter, channel, outcome, at, proofs"},
        "event-differs",
    )
    assert not re.search("[a-z]", fact_text(fact, "zh"))


def test_foreign_names_cannot_write_to_the_terminal() -> None:
    """Escape sequences, right-to-left overrides and line breaks in file names become visible."""
    fact = Fact("bag.paths", Status.FAIL, Place(file="b", part="a\x1b[2J\u202egpj.\nexe"), {}, "path-unsafe")
    text = fact_text(fact, "en")
    assert not re.search(r"[\x00-\x1f\u202e]", text)
    assert "\\u001b" in text and "\\u202e" in text


def test_an_empty_report_is_not_ok() -> None:
    assert not Report(()).ok
    assert not Report((), (Problem("verify.nothing-given"),)).ok


def test_the_wildest_numbers_of_a_token_can_be_said(tmp_path: Path) -> None:
    """A token may claim any time; the report must not crash on the year 500 billion."""
    from evidence.verify.check import utc
    from evidence.verify.words import _moment

    assert utc(2**64 - 1) == f"{2**64 - 1} s"
    assert _moment({"seconds": 2**64 - 1}, "zh") == str(2**64 - 1)
    assert _moment({"seconds": 253402300799}, "en") == "253402300799", (
        "midnight in Beijing is in the year 10000"
    )
    (tmp_path / "x.pdf").write_bytes(stamped_letter())
    assert render_text(verify_paths([tmp_path / "x.pdf"]), "zh-Hant")
