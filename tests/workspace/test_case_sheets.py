"""The case file in a clerk's words: spreadsheets of every kind, and all their faults at once."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import casefile
import estate
import pytest
from casefile import ACCOUNT, OWNER
from openpyxl import Workbook

from evidence.errors import EvidenceError
from evidence.model.case import CLEARED, SHAPES, CaseField, CaseKind, FieldType
from evidence.workspace import Workspace, casechecks
from evidence.workspace.casewords import field_label, fields_by_word, kind_label, kinds_by_word, value_label

WRITTEN = [kind for kind in CaseKind if kind is not CaseKind.OVERRIDE]


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    with estate.workspace(tmp_path_factory.mktemp("estate"), checkout) as made:
        return made.root


@pytest.fixture
def office(made_once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made_once, tmp_path / "office")


def book(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    written = Workbook()
    assert written.active is not None
    written.remove(written.active)
    for name, rows in sheets.items():
        sheet = written.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    written.save(out)
    path.write_bytes(out.getvalue())
    return path


def sample(kind: CaseKind, field: CaseField, lang: str) -> object:
    """A value as a clerk fills it in: words for choices, true dates, amounts with their sign."""
    if field.choices:
        return value_label(kind, field.name, field.choices[-1], lang)
    if (kind, field.name) == (CaseKind.RATE, "series"):
        return "lpr-1y"
    match field.type:
        case FieldType.DATE:
            return date(2026, 3, 1) if len(field.name) % 2 else "2026年3月1日"
        case FieldType.MONEY:
            return "¥1,234.50"
        case FieldType.NUMBER:
            return 2
        case FieldType.BOOL:
            return "是"
    return datetime(2026, 3, 1, 10, 30) if field.name == "at" else "样本"


def expected(kind: CaseKind, field: CaseField) -> str:
    if field.choices:
        return field.choices[-1]
    if (kind, field.name) == (CaseKind.RATE, "series"):
        return "lpr-1y"
    texts = {
        FieldType.DATE: "2026-03-01",
        FieldType.MONEY: "1234.50",
        FieldType.NUMBER: "2",
        FieldType.BOOL: "true",
    }
    return texts.get(field.type, "2026-03-01T10:30:00" if field.name == "at" else "样本")


@pytest.mark.parametrize("lang", ["zh", "zh-Hant"])
def test_a_workbook_with_every_kind_in_chinese_is_read_field_by_field(
    office: Path, tmp_path: Path, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whether any of it can be true is asked elsewhere (test_case_checks.py).
    monkeypatch.setattr(casechecks, "entry_problems", lambda *_: ())
    sheets = {
        kind_label(kind, lang): [
            [
                "户号" if lang == "zh" else "戶號",
                *(field_label(kind, f.name, lang) for f in SHAPES[kind].fields),
            ],
            [ACCOUNT, *(sample(kind, f, lang) for f in SHAPES[kind].fields)],
        ]
        for kind in WRITTEN
    }
    with Workspace.open(office, source=casefile.later()) as made:
        recorded = made.import_case([book(tmp_path / "case.xlsx", sheets)])
    assert [event.kind for event in recorded] == WRITTEN
    for event in recorded:
        assert event.account == ACCOUNT
        assert event.data == {f.name: expected(event.kind, f) for f in SHAPES[event.kind].fields}, event.kind


def test_a_row_without_an_account_is_about_the_whole_estate(office: Path, tmp_path: Path) -> None:
    rows = [["户号", "已存档"], ["", "是"], ["整个小区", "否"]]
    with Workspace.open(office, source=casefile.later()) as made:
        recorded = made.import_case(
            [book(tmp_path / "case.xlsx", {"营业执照": rows, "说明": [["随便写的话"]]})]
        )
    assert [(event.account, event.data["on_file"]) for event in recorded] == [("", "true"), ("", "false")]


def test_one_table_may_mix_kinds(office: Path, tmp_path: Path) -> None:
    path = tmp_path / "case.csv"
    path.write_text(f"类别,户号,姓名,日期\n业主,{ACCOUNT},{OWNER},\n交房,{ACCOUNT},,2020-05-01\n", "gb18030")
    with Workspace.open(office, source=casefile.later()) as made:
        recorded = made.import_case([path])
    assert [(e.kind.value, dict(e.data)) for e in recorded] == [
        ("owner", {"name": OWNER}), ("handover", {"on": "2020-05-01"}),
    ]  # fmt: skip


def test_all_faults_of_all_sheets_come_at_once_each_at_its_cell(office: Path, tmp_path: Path) -> None:
    sheets: dict[str, Sequence[Sequence[object]]] = {
        "业主": [
            ["户号", "姓名", "出生日期", "爱好"],
            [ACCOUNT, OWNER, "去年", "钓鱼"],
            ["9栋9单元999", "样乙", "", ""],
        ],
        "异议": [["户号", "原因", "开始日期"], [ACCOUNT, "不想交", "2026-03-01"], [ACCOUNT, "拒绝交费", ""]],
        "猜的": [["户号"], [ACCOUNT]],
    }
    with Workspace.open(office, source=casefile.later()) as made:
        with pytest.raises(EvidenceError) as caught:
            made.import_case([book(tmp_path / "case.xlsx", sheets)])
        assert made.case_events() == ()
    told = {(p.code, p.where.sheet, p.where.column, p.where.row) for p in caught.value.problems}
    assert told == {
        ("case.not-recognised", "猜的", "", None),
        ("case.bad-value", "业主", "C", 2),
        ("case.unknown-field", "业主", "D", 2),
        ("workspace.unknown-account", "业主", "A", 3),
        ("case.bad-value", "异议", "B", 2),
        ("case.missing-field", "异议", "", 3),
    }


def test_importing_the_same_workbook_again_records_nothing(office: Path, tmp_path: Path) -> None:
    path = book(tmp_path / "case.xlsx", {"业主": [["户号", "姓名"], [ACCOUNT, OWNER]]})
    with Workspace.open(office, source=casefile.later()) as made:
        assert len(made.import_case([path])) == 1
        assert made.import_case([path]) == ()


def test_a_state_that_went_and_came_back_is_recorded_again(office: Path) -> None:
    with Workspace.open(office, source=casefile.later()) as made:
        for known, new in (("true", 1), ("true", 0), ("false", 1), ("true", 1)):
            assert len(made.record_case(CaseKind.WHEREABOUTS, ACCOUNT, {"known": known})) == new


def test_nobody_records_an_override_as_a_piece(office: Path, tmp_path: Path) -> None:
    rows = [["户号", "规则", "步骤", "原因"], [ACCOUNT, "R05", "bundle", "样本"]]
    with Workspace.open(office, source=casefile.later()) as made, pytest.raises(EvidenceError) as caught:
        made.import_case([book(tmp_path / "case.xlsx", {"规则放行": rows})])
    assert [p.code for p in caught.value.problems] == ["case.not-recognised"]


@pytest.mark.parametrize("kind", list(CaseKind))
def test_every_word_means_one_thing(kind: CaseKind) -> None:
    for lang in ("zh", "zh-Hant"):
        labels = [field_label(kind, field.name, lang) for field in SHAPES[kind].fields]
        assert len(set(labels)) == len(labels)
        assert kind_label(kind, lang) not in ("", kind.value)
        for field in SHAPES[kind].fields:
            words = [value_label(kind, field.name, choice, lang) for choice in field.choices]
            assert len(set(words)) == len(words)
            assert not set(words) & {*field.choices} or set(words) == {*field.choices}
            assert fields_by_word(kind)[field_label(kind, field.name, lang)] == field.name
    assert kind is CaseKind.OVERRIDE or kinds_by_word()[kind_label(kind, "zh-Hant")] is kind
    assert CLEARED not in [choice for field in SHAPES[kind].fields for choice in field.choices]
