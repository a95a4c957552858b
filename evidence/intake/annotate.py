"""A copy of the ledger in which each faulty cell is marked and explained, so that it can be mended there.

The copy is for the eye: values, formulas, widths and merged cells survive, charts and macros do not. Old
``.xls``, ODS and CSV come back as ``.xlsx``. The same input gives the same bytes.
"""

from __future__ import annotations

import os
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from evidence.errors import Problem, fail
from evidence.i18n import describe, translate
from evidence.intake.cells import CellFault, Value, clean, is_blank, raw
from evidence.intake.containers import Kind, kind_of
from evidence.intake.headers import LEDGER, PAYMENTS, Vocabulary
from evidence.intake.read import shown_names
from evidence.intake.scan import cell_index
from evidence.intake.tables import Table, load

LIST_TITLE = "Problems"
LIST_HEADINGS = ("Sheet", "Cell", "What stands there", "What is wrong", "What to do")
_LIST_WIDTHS = (18, 8, 24, 60, 60)
_MARK = PatternFill("solid", fgColor="FFF2A8")
# Excel gives up on more comments in one cell than anybody reads.
_SHOWN_PER_CELL = 8
_AUTHOR = "evidence"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_STILL = b"1980-01-01T00:00:00Z"


def annotate(
    paths: Sequence[Path],
    problems: Sequence[Problem],
    out: Path,
    *,
    lang: str,
    encoding: str | None = None,
    synonyms: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Path, ...]:
    """Write the marked copies and give their paths.

    One ledger: ``out`` is the file. Several: ``out`` is a folder, with ``NAME.marked.xlsx`` for each ledger
    that has problems. ``problems`` are a ledger's (notices may be among them), in ``lang`` words;
    ``encoding`` and ``synonyms`` are those the ledger was read with. Raises as
    :func:`evidence.intake.tables.load`, and ``general.output-exists`` or ``general.output-not-writable``;
    files that exist are never touched.
    """
    forms = [Vocabulary(synonyms, form) for form in (LEDGER, PAYMENTS)]

    def score(rows: Sequence[Sequence[str]]) -> int:
        return max(vocabulary.best_row(rows) for vocabulary in forms)

    names = shown_names(paths)
    jobs = []
    for path, name in zip(paths, names, strict=True):
        mine = [problem for problem in problems if problem.where.file == name]
        if mine or len(paths) == 1:
            target = out if len(paths) == 1 else out / f"{path.stem}.marked.xlsx"
            jobs.append((path, name, mine, target))
    for *_, target in jobs:
        if target.exists():
            raise fail("general.output-exists", path=str(target))
    for path, name, mine, target in jobs:
        tables = load(path, name, encoding=encoding, score=score)
        _write(_marked(path.read_bytes(), path.stem, tables, mine, lang), target)
    return tuple(target for *_, target in jobs)


def _marked(data: bytes, stem: str, tables: list[Table], problems: list[Problem], lang: str) -> bytes:
    book = _book(data, tables, stem)
    by_name = {table.sheet: table for table in tables}
    by_cell: dict[tuple[str, int, int], list[Problem]] = {}
    for problem in problems:
        table = by_name.get(problem.where.sheet, tables[0])
        by_cell.setdefault((table.sheet, *_cell_of(problem, table)), []).append(problem)
    for (sheet, row, column), here in by_cell.items():
        cell = _sheet(book, sheet).cell(row + 1, column + 1)
        if isinstance(cell, Cell):
            _mark(cell, here, lang)
    _list_problems(book, problems, by_name, tables, lang)
    buffer = BytesIO()
    book.save(buffer)
    return _settled(buffer.getvalue())


def _sheet(book: Workbook, name: str) -> Worksheet:
    found = book[name] if name in book.sheetnames else book.worksheets[0]
    assert isinstance(found, Worksheet)
    return found


def _cell_of(problem: Problem, table: Table) -> tuple[int, int]:
    """The cell that carries the mark: the merged range's first; the row's first filled; else A1."""
    row = (problem.where.row or 1) - 1
    if problem.where.column:
        return table.anchor(row, cell_index(f"{problem.where.column}1")[1])
    cells = table.rows[row] if row < len(table.rows) else []
    column = next((c for c, cell in enumerate(cells) if not is_blank(cell)), 0)
    return table.anchor(row, column)


def _mark(cell: Cell, problems: list[Problem], lang: str) -> None:
    words = [cell.comment.text] if cell.comment else []
    words += ["\n".join(describe(problem, lang)) for problem in problems[:_SHOWN_PER_CELL]]
    comment = Comment("\n\n".join(words), _AUTHOR)
    lines = sum(1 + len(line) // 26 for text in words for line in text.split("\n"))
    comment.width, comment.height = 360, min(60 + 18 * lines, 480)
    cell.comment = comment
    cell.fill = copy(_MARK)


def _book(data: bytes, tables: list[Table], stem: str) -> Workbook:
    if kind_of(data) is Kind.XLSX:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what openpyxl cannot keep is not what the clerk looks for
                return load_workbook(BytesIO(data), rich_text=True)
        except Exception:  # nosec B110 # a workbook the reader took and openpyxl does not: rebuild it from its values
            pass
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        sheet = book.create_sheet(_sheet_title(table.sheet or stem))
        for row, cells in enumerate(table.rows, 1):
            for column, value in enumerate(cells, 1):
                if not is_blank(value):
                    _put(sheet.cell(row, column), value)
        for (top, left), (bottom, right) in table.merged:
            sheet.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
    return book


def _sheet_title(text: str) -> str:
    return re.sub(r"[\\/*?:\[\]]", "_", clean(text))[:31].strip("'") or "1"


def _put(cell: Cell, value: Value) -> None:
    """Write a value as what it is; a text that begins with = stays a text, never a formula."""
    if isinstance(value, CellFault):
        cell.value = value.text
    elif isinstance(value, str):
        cell.value = clean(value)
        cell.data_type = "s"
    else:
        cell.value = value


def _list_problems(
    book: Workbook, problems: list[Problem], by_name: Mapping[str, Table], tables: list[Table], lang: str
) -> None:
    title = translate(LIST_TITLE, lang)
    sheet = book.create_sheet(title)
    for column, (heading, width) in enumerate(zip(LIST_HEADINGS, _LIST_WIDTHS, strict=True), 1):
        cell = sheet.cell(1, column)
        _put(cell, translate(heading, lang))
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for line, problem in enumerate(problems, 2):
        table = by_name.get(problem.where.sheet, tables[0])
        row, column = _cell_of(problem, table)
        cell_name = f"{table.letter(column)}{row + 1}"
        value = table.value(row, column) if row < len(table.rows) else ""
        message, hint = describe(problem, lang)
        for number, text in enumerate((table.sheet, cell_name, raw(value), message, hint), 1):
            cell = sheet.cell(line, number)
            _put(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        target = _sheet(book, table.sheet).title.replace("'", "''")
        sheet.cell(line, 2).hyperlink = f"#'{target}'!{cell_name}"
        sheet.cell(line, 2).font = Font(underline="single", color="0563C1")
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _settled(data: bytes) -> bytes:
    """The same workbook with the time of writing taken out, so that equal input gives equal bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + _STILL, part)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, part)
    return buffer.getvalue()


def _write(data: bytes, target: Path) -> None:
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        os.link(part, target)  # unlike a rename, fails where somebody made the file meanwhile
    except FileExistsError:
        raise fail("general.output-exists", path=str(target)) from None
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise fail("general.output-not-writable", path=str(target), reason=reason) from None
    finally:
        part.unlink(missing_ok=True)
