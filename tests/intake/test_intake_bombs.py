"""Small files that unpack, repeat or refer to more than a memory holds: refused by name before they are read.

Each attack is a real file of a few kilobytes. The limits themselves are far away, so most tests bring them near.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
import xlwt
from ledger_files import HEAD, csv_file, debts, read, row, xlsx

from evidence.errors import EvidenceError
from evidence.intake import limits

TOO_LARGE, DAMAGED = "intake.too-large", "intake.damaged"


def code_of(path: Path) -> str:
    with pytest.raises(EvidenceError) as refused:
        read(path)
    (problem,) = refused.value.problems
    return problem.code


def package(folder: Path, name: str, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return folder / name


SHEET, SHARED = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
BOOK: dict[str, bytes] = {
    "[Content_Types].xml": b"<Types/>",
    "_rels/.rels": b'<Relationships><Relationship Id="a" Type="x/relationships/officeDocument" '
    b'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": b'<workbook xmlns:r="r"><sheets><sheet name="1" sheetId="1" r:id="b"/></sheets></workbook>',
    RELATIONS: b'<Relationships><Relationship Id="b" Type="x/worksheet" Target="worksheets/sheet1.xml"/>'
    b"</Relationships>",
}


def sheet(rows: Iterable[bytes]) -> bytes:
    return b"<worksheet><sheetData>" + b"".join(rows) + b"</sheetData></worksheet>"


def filled_rows(count: int, cells: bytes) -> Iterable[bytes]:
    return (b'<row r="%d">%b</row>' % (number, cells) for number in range(1, count + 1))


def book(folder: Path, rows: Iterable[bytes], shared: bytes = b"", **more: bytes) -> Path:
    parts = BOOK | {SHEET: sheet(rows)}
    if shared:
        parts[SHARED] = b"<sst>" + shared + b"</sst>"
    return package(
        folder, "bomb.xlsx", parts | {name.replace("__", "/"): data for name, data in more.items()}
    )


# ── one text, named by many cells ──


def test_one_shared_text_in_many_cells(tmp_path: Path) -> None:
    path = book(
        tmp_path, filled_rows(201, b'<c t="s"><v>0</v></c>' * 10), b"<si><t>" + b"x" * 32_000 + b"</t></si>"
    )
    assert path.stat().st_size < 4_000  # and 64 million characters in its cells
    assert code_of(path) == TOO_LARGE


@pytest.mark.parametrize(
    "text", [b"x" * 32_768, b"&#x4E00;" * 32_768, b"</t></r><r><t>".join([b"x" * 999] * 33)]
)
def test_a_text_longer_than_a_cell_holds(tmp_path: Path, text: bytes) -> None:
    shared = book(tmp_path, filled_rows(1, b'<c t="s"><v>0</v></c>'), b"<si><r><t>" + text + b"</t></r></si>")
    assert code_of(shared) == TOO_LARGE
    inline = b'<c t="inlineStr"><is><r><t>' + text + b"</t></r></is></c>"
    assert code_of(book(tmp_path, filled_rows(1, inline))) == TOO_LARGE


def test_a_text_as_long_as_a_cell_holds(tmp_path: Path) -> None:
    note = "注" * 32_767
    assert debts(read(xlsx(tmp_path, [(*HEAD, "备注"), [*row(), note]]))) == {"1栋2单元301": "300.00"}
    assert debts(read(csv_file(tmp_path, [(*HEAD, "备注"), [*row(), note]]))) == {"1栋2单元301": "300.00"}
    assert code_of(csv_file(tmp_path, [(*HEAD, "备注"), [*row(), note + "注"]])) == TOO_LARGE


def test_the_same_in_an_old_xls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook = xlwt.Workbook()
    page = workbook.add_sheet("物业费")
    # More texts than one record holds: they run on into the next ones, wide and narrow by turns.
    texts = [("文" if number % 2 else "x") * (3_000 + number) for number in range(12)]
    for line in range(20):
        for column, cell in enumerate(texts):
            page.write(line, column, cell)
    workbook.save(str(tmp_path / "bomb.xls"))
    total = 20 * sum(map(len, texts))
    monkeypatch.setattr(limits, "MAX_TEXT", total)
    assert code_of(tmp_path / "bomb.xls") == "intake.header-unknown"
    monkeypatch.setattr(limits, "MAX_TEXT", total - 1)
    assert code_of(tmp_path / "bomb.xls") == TOO_LARGE


# ── repeated cells and rows of an ODS ──

MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
OFFICE = 'xmlns:office="o" xmlns:table="t" xmlns:text="x"'


def ods(folder: Path, rows: str) -> Path:
    content = f'<o {OFFICE}><table:table table:name="1">{rows}</table:table></o>'
    parts = {"mimetype": MIMETYPE, "META-INF/manifest.xml": b"<m/>", "content.xml": content.encode()}
    return package(folder, "bomb.ods", parts)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            '<table:table-row table:number-rows-repeated="200000"><table:table-cell office:value-type="string" '
            'table:number-columns-repeated="40"><text:p>x</text:p></table:table-cell></table:table-row>',
            id="cells and rows repeated",
        ),
        pytest.param(
            '<table:table-row><table:table-cell office:value-type="string" table:number-columns-repeated="9999">'
            f"<text:p>{'x' * 9999}</text:p></table:table-cell></table:table-row>",
            id="a text repeated",
        ),
        pytest.param(
            '<table:table-row><table:table-cell office:value-type="string"><text:p><text:s text:c="4000000000"/>'
            "</text:p></table:table-cell></table:table-row>",
            id="spaces by number",
        ),
        pytest.param(
            f'<table:table-row><table:table-cell table:number-columns-repeated="9999" table:formula="{"x" * 9999}"/>'
            "</table:table-row>",
            id="a formula repeated",
        ),
        pytest.param(
            '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
            '<table:table-row><table:table-cell office:value="1"/></table:table-row>',
            id="a stray cell in the last row",
        ),
    ],
)
def test_repetition_in_an_ods(tmp_path: Path, rows: str) -> None:
    assert code_of(ods(tmp_path, rows)) == TOO_LARGE


def test_empty_rows_repeated_to_the_end_are_no_rows(tmp_path: Path) -> None:
    """LibreOffice ends every sheet so."""
    cells = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = f'<table:table-row table:number-rows-repeated="1048576">{cells}</table:table-row>'
    assert code_of(ods(tmp_path, rows)) == "intake.no-rows"


# ── zips that unpack to more than they say, or to something else ──


def test_a_part_that_unpacks_a_thousandfold(tmp_path: Path) -> None:
    assert code_of(book(tmp_path, [b"<a/>" * 5_000_000])) == TOO_LARGE


def test_a_part_that_is_one_text(tmp_path: Path) -> None:
    assert code_of(book(tmp_path, [b"<!--", b"x" * (2 << 20), b"-->"])) == TOO_LARGE


def test_a_part_longer_than_it_says(tmp_path: Path) -> None:
    path = book(tmp_path, filled_rows(9, b"<c><v>1</v></c>"))
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        announced = struct.pack("<I", archive.getinfo(SHEET).file_size)
    at = data.rindex(SHEET.encode()) - 46 + 24
    assert data[at : at + 4] == announced
    data[at : at + 4] = struct.pack("<I", 9)
    path.write_bytes(data)
    assert code_of(path) == DAMAGED


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"XL\\worksheets\\Sheet1.xml": sheet([])}, id="two parts of one name"),
        pytest.param({"xl/../xl/worksheets/sheet1.xml": sheet([])}, id="a way round"),
        pytest.param(
            {"_rels/.rels": BOOK["_rels/.rels"].replace(b"xl/", b"other/")}, id="a workbook elsewhere"
        ),
        pytest.param(
            {
                "xl/workbook.xml": BOOK["xl/workbook.xml"].replace(
                    b"</sheets>", b'<sheet name="2" sheetId="2" r:id="b"/></sheets>'
                )
            },
            id="two sheets of one part",
        ),
    ],
)
def test_what_two_readers_would_find_differently(tmp_path: Path, more: dict[str, bytes]) -> None:
    parts = BOOK | {SHEET: sheet(filled_rows(2, b"<c><v>1</v></c>"))}
    assert code_of(package(tmp_path, "book.xlsx", parts)) == "intake.header-unknown"
    assert code_of(package(tmp_path, "book.xlsx", parts | more)) == DAMAGED


def test_more_parts_than_any_workbook_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PARTS", 3)
    assert code_of(book(tmp_path, [])) == TOO_LARGE


# ── rows, cells, sheets ──


def test_the_cell_says_where_it_stands_not_its_row(tmp_path: Path) -> None:
    assert code_of(book(tmp_path, [b'<row r="1"><c r="XFD1048576"><v>1</v></c></row>'])) == TOO_LARGE


def test_rows_beyond_the_limit(tmp_path: Path) -> None:
    assert code_of(book(tmp_path, [b'<row r="250001"><c><v>1</v></c></row>'])) == TOO_LARGE
    assert code_of(book(tmp_path, [b'<row r="250000"><c><v>1</v></c></row>'])) == "intake.header-unknown"


def test_rows_of_all_sheets_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = xlsx(tmp_path, [HEAD, row()], more={"停车费": [HEAD, row(费用项目="停车费")]})
    monkeypatch.setattr(limits, "MAX_ROWS", 3)
    assert code_of(path) == TOO_LARGE


def test_a_multiple_number_record_reaches_its_last_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook = xlwt.Workbook()
    page = workbook.add_sheet("1")
    for column in range(40):
        page.write(0, column, column)  # one MULRK record
    workbook.save(str(tmp_path / "wide.xls"))
    monkeypatch.setattr(limits, "MAX_CELLS", 39)
    assert code_of(tmp_path / "wide.xls") == TOO_LARGE


def test_two_sheets_of_an_xls_at_one_place(tmp_path: Path) -> None:
    workbook = xlwt.Workbook()
    for name in "12":
        workbook.add_sheet(name).write(0, 0, "房号")
    workbook.save(str(tmp_path / "twice.xls"))
    data = bytearray((tmp_path / "twice.xls").read_bytes())
    first = data.index(struct.pack("<H", 0x85))
    second = data.index(struct.pack("<H", 0x85), first + 2)
    data[second + 4 : second + 8] = data[first + 4 : first + 8]
    (tmp_path / "twice.xls").write_bytes(data)
    assert code_of(tmp_path / "twice.xls") == DAMAGED


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("," * (1 << 20), id="one endless line"),
        pytest.param("x," * 16_384, id="too many cells in a line"),
        pytest.param("\n" * 250_000, id="too many lines"),
    ],
)
def test_the_same_in_a_csv(tmp_path: Path, text: str) -> None:
    (tmp_path / "bomb.csv").write_text(",".join(HEAD) + "\n" + text, "utf-8")
    assert code_of(tmp_path / "bomb.csv") == TOO_LARGE
    (tmp_path / "bomb.csv").write_text(",".join(HEAD) + "\n" + text, "gb18030")
    assert code_of(tmp_path / "bomb.csv") == TOO_LARGE


@pytest.mark.parametrize(
    "limit", ["MAX_CELLS", "MAX_FILLED", "MAX_TEXT", "MAX_CELL_TEXT", "MAX_UNPACKED_BYTES"]
)
def test_each_limit_is_felt_in_a_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    path = xlsx(tmp_path, [HEAD, row()])
    assert debts(read(path)) == {"1栋2单元301": "300.00"}
    monkeypatch.setattr(limits, limit, 11 if limit != "MAX_CELL_TEXT" else 3)
    assert code_of(path) == TOO_LARGE


@pytest.mark.parametrize(
    "limit", ["MAX_ROWS", "MAX_CELLS", "MAX_FILLED", "MAX_TEXT_FILE_BYTES", "MAX_FILE_BYTES"]
)
def test_each_limit_is_felt_in_a_csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    path = csv_file(tmp_path, [HEAD, row()])
    assert debts(read(path)) == {"1栋2单元301": "300.00"}
    monkeypatch.setattr(limits, limit, 9 if limit != "MAX_ROWS" else 1)
    assert code_of(path) == TOO_LARGE


def test_faults_and_merged_ranges_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_MARKS", 2)
    merged = xlsx(tmp_path, [HEAD, row(), row()], merge=["A2:C3"])
    assert code_of(merged) == TOO_LARGE
    assert code_of(book(tmp_path, filled_rows(3, b'<c t="e"><v>#REF!</v></c>'))) == TOO_LARGE


# ── what a refusal takes ──

_CHILD = """
import sys
from pathlib import Path
from evidence.errors import EvidenceError
from evidence.intake import read_ledger

def peak():  # of this process alone: ``ru_maxrss`` would begin with what the suite had taken when it forked
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])

before = peak()
try:
    read_ledger([Path(sys.argv[1])], jurisdiction_currency="CNY")
except EvidenceError as error:
    print(error.problems[0].code, peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is told in kilobytes on Linux alone")
def test_a_refusal_takes_little_memory(tmp_path: Path) -> None:
    """Read, the cells of this file of 400 kB would take 6 GB."""
    path = book(
        tmp_path,
        filled_rows(20_000, b'<c t="s"><v>0</v></c>' * 10),
        b"<si><t>" + b"x" * 32_000 + b"</t></si>",
    )
    made = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path)], capture_output=True, text=True, check=True, timeout=300
    )
    code, kilobytes = made.stdout.split()
    assert code == TOO_LARGE
    assert int(kilobytes) < 100_000
