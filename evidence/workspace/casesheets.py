"""The case file from spreadsheets: a sheet for each kind, or a column that names it, in a clerk's words or ours."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import python_calamine
from openpyxl.utils import get_column_letter

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.model.case import CaseEvent, CaseKind
from evidence.workspace.casefile import record
from evidence.workspace.casewords import fields_by_word, in_machine_words, kinds_by_word
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import read_file

_ACCOUNT = ("account", "户号", "戶號", "房号", "房號")
_KIND = ("kind", "类别", "類別")
# How a row says that it concerns the whole estate; most clerks leave the cell empty.
_ESTATE = frozenset({"-", "—", "全小区", "全小區", "整个小区", "整個小區"})
# Sheets of prose beside the tables.
_PROSE = ("说明", "說明", "填表说明", "填表說明", "notes", "readme")

Piece = tuple[CaseKind, str, Mapping[str, str], Place]


def import_case(desk: Desk, paths: Sequence[Path]) -> tuple[CaseEvent, ...]:
    """Record everything in spreadsheets or CSV files: a sheet for each kind, or a column ``kind`` (类别).

    Columns are the kind's fields and ``account`` (户号, 房号); rows without one concern the whole estate, empty cells are
    left out, sheets called 说明 are passed over. All faults of all files at once, by cell; nothing is recorded then.
    """
    faults: list[Problem] = []
    pieces: list[Piece] = []
    columns: dict[tuple[Place, str], str] = {}
    for path in paths:
        for sheet, rows in sheets(path):
            if rows and sheet.strip().lower() not in _PROSE:
                found, problems = _read(path.name, sheet, rows, columns)
                pieces += found
                faults += problems
    try:
        return record(desk, pieces, faults)
    except EvidenceError as error:
        raise EvidenceError(_at_its_cell(problem, columns) for problem in error.problems) from None


def _at_its_cell(problem: Problem, columns: Mapping[tuple[Place, str], str]) -> Problem:
    """The fault of a field at its column; one of the whole row stays at the row."""
    name = str(problem.params.get("field") or ("account" if "account" in problem.params else ""))
    column = columns.get((problem.where, name), "")
    return replace(problem, where=replace(problem.where, column=column)) if column else problem


def sheets(path: Path) -> Iterable[tuple[str, list[list[str]]]]:
    """The sheets of a spreadsheet or CSV file by name, cells as text; ``intake.not-a-spreadsheet`` of what is none."""
    data = read_file(path)
    if path.suffix.lower() == ".csv":
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            try:
                text = data.decode("gb18030")
            except UnicodeDecodeError as error:
                raise fail("intake.not-a-spreadsheet", Place(file=path.name), reason=str(error)) from error
        yield path.stem, [list(row) for row in csv.reader(io.StringIO(text))]
        return
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise fail("intake.not-a-spreadsheet", Place(file=path.name), reason=str(error)) from error
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        yield name, [[_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if hasattr(cell, "isoformat"):
        text = str(cell.isoformat())
        return text[:10] if text.endswith("T00:00:00") else text
    return "" if cell is None else str(cell).strip()


def _read(
    file: str, sheet: str, rows: Sequence[Sequence[str]], columns: dict[tuple[Place, str], str]
) -> tuple[list[Piece], list[Problem]]:
    """The pieces of one sheet; where each field of a row stands goes into ``columns``."""
    kinds = kinds_by_word()
    known = ", ".join(kind.value for kind in CaseKind if kind is not CaseKind.OVERRIDE)
    header = [name.strip().lower() for name in rows[0]]
    kind_column = next((i for i, name in enumerate(header) if name in _KIND), None)
    if kind_column is None and sheet.strip().lower() not in kinds:
        return [], [Problem("case.not-recognised", Place(file, sheet), {"known": known})]
    pieces: list[Piece] = []
    problems = []
    for number, row in enumerate(rows[1:], 2):
        cells = {
            name: (get_column_letter(i + 1), row[i].strip())
            for i, name in enumerate(header)
            if name and i < len(row) and row[i].strip()
        }
        if not cells:
            continue
        where = Place(file, sheet, number)
        word = row[kind_column].strip() if kind_column is not None else sheet.strip()
        kind = kinds.get(word.lower())
        if kind is None:
            problems.append(Problem("case.unknown-kind", where, {"kind": word, "known": known}))
            continue
        account = ""
        data: dict[str, str] = {}
        for name, (column, value) in cells.items():
            if name in _KIND:
                continue
            field = fields_by_word(kind).get(name, name)
            # 户号 is the account in every kind; no kind has a field of that name.
            if name in _ACCOUNT:
                account, field = ("" if value in _ESTATE else value), "account"
            else:
                data[field] = value
            columns[where, field] = column
        pieces.append((kind, account, in_machine_words(kind, data), where))
    return pieces, problems
