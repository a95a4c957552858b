"""Files: the formats and encodings that are read, and the whole-file faults that are named."""

from __future__ import annotations

import struct
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from ledger_files import HEAD, csv_file, debts, faults, read, row, xlsx
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from xlwt.CompoundDoc import XlsDoc

from evidence.errors import EvidenceError

TRADITIONAL = [
    ("房號", "區分所有權人", "費用項目", "期別", "應繳金額", "實收"),
    row(房号="1棟2單元301", 业主="樣本甲", 费用项目="物業費"),
]


def refusal(*paths: Path, **options: Any) -> EvidenceError:
    with pytest.raises(EvidenceError) as refused:
        read(*paths, **options)
    return refused.value


def code_of(path: Path, **options: Any) -> str:
    error = refusal(path, **options)
    assert error.exit_code in (2, 3)
    (problem,) = error.problems
    return problem.code


# ── spreadsheets ──


def test_an_old_xls_with_merged_cells_and_dates(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("物业费")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for column, name in enumerate(["房号", "业主", "账期", "应缴日期", "欠费金额"]):
        sheet.write(0, column, name)
    sheet.write_merge(1, 2, 0, 0, "1栋301")
    sheet.write_merge(1, 2, 1, 1, "样本甲")
    for line, (period, due, owed) in enumerate(
        [(202401, date(2024, 1, 31), 100.1), (202402, date(2024, 2, 29), 200.2)], 1
    ):
        sheet.write(line, 2, period)
        sheet.write(line, 3, due, day)
        sheet.write(line, 4, owed)
    book.save(str(tmp_path / "old.xls"))
    ledger = read(tmp_path / "old.xls")
    assert (faults(ledger), debts(ledger)) == ([], {"1栋301": "300.30"})
    assert [charge.due for charge in ledger.accounts[0].charges] == [date(2024, 1, 31), date(2024, 2, 29)]


def ods(path: Path, rows: list[list[TableCell]]) -> Path:
    document = OpenDocumentSpreadsheet()
    sheet = Table(name="物业费")
    for cells in rows:
        line = TableRow()
        for cell in cells:
            line.addElement(cell)
        sheet.addElement(line)
    document.spreadsheet.addElement(sheet)
    document.save(str(path))
    return path


def text(value: str, **attributes: Any) -> TableCell:
    cell = TableCell(valuetype="string", **attributes)
    cell.addElement(P(text=value))
    return cell


def number(value: float) -> TableCell:
    return TableCell(valuetype="float", value=str(value))


def test_merged_cells_of_an_ods(tmp_path: Path) -> None:
    rows = [
        [text(name) for name in ("房号", "业主", "账期", "应收金额", "已收")],
        [
            text("1栋301", numberrowsspanned=2),
            text("样本甲", numberrowsspanned=2),
            text("2024年1月"),
            number(100.1),
            number(0),
        ],
        [CoveredTableCell(), CoveredTableCell(), text("2024年2月"), number(200.2), number(0)],
        [text("1栋302"), text("样本乙"), text("2024年2月"), number(5), number(0)],
    ]
    ledger = read(ods(tmp_path / "ledger.ods", rows))
    assert (faults(ledger), debts(ledger)) == ([], {"1栋301": "300.30", "1栋302": "5.00"})


def test_a_formula_error_of_an_ods(tmp_path: Path) -> None:
    failed = TableCell(valuetype="string", stringvalue="")
    failed.addElement(P(text="#REF!"))
    rows = [
        [text(name) for name in ("房号", "业主", "账期", "应收金额", "已收")],
        [text("1栋301"), text("样本甲"), text("2024年1月"), number(100), failed],
    ]
    path = ods(tmp_path / "ledger.ods", rows)
    _replace(path, "content.xml", b'office:string-value=""', b'calcext:value-type="error"')
    assert faults(read(path)) == [("E2", "formula-error")]


def _replace(path: Path, part: str, old: bytes, new: bytes) -> None:
    """Rewrite one part of a zip, as another program would have written it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_dates_of_a_1904_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for cells in [(*HEAD, "应缴日期"), [*row(), 43830]]:
        book.active.append(list(cells))
    book.save(tmp_path / "mac.xlsx")
    assert read(tmp_path / "mac.xlsx").accounts[0].charges[0].due == date(2024, 1, 1)


def test_the_name_of_a_file_does_not_say_what_it_is(tmp_path: Path) -> None:
    assert debts(read(xlsx(tmp_path, [HEAD, row()], name="ledger.xls"))) == {"1栋2单元301": "300.00"}
    tabs = "\n".join("\t".join(map(str, cells)) for cells in (HEAD, row()))
    (tmp_path / "tabs.xls").write_text(tabs, "gb18030")
    assert debts(read(tmp_path / "tabs.xls")) == {"1栋2单元301": "300.00"}


# ── encodings ──


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_encodings_of_simplified_csv(tmp_path: Path, encoding: str) -> None:
    ledger = read(csv_file(tmp_path, [HEAD, row()], encoding))
    assert (debts(ledger), ledger.accounts[0].debtor.name) == ({"1栋2单元301": "300.00"}, "样本甲")


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "big5hkscs", "gb18030"])
def test_encodings_of_traditional_csv(tmp_path: Path, encoding: str) -> None:
    ledger = read(csv_file(tmp_path, TRADITIONAL, encoding))
    assert (debts(ledger), ledger.accounts[0].debtor.name) == ({"1棟2單元301": "300.00"}, "樣本甲")


def test_a_hong_kong_character_far_below_the_header(tmp_path: Path) -> None:
    homes = [row(房号=f"{n}棟", 业主="樣本甲", 费用项目="物業費") for n in range(60)]
    homes.append(row(房号="99棟", 业主="樣本㗎", 费用项目="物業費"))
    ledger = read(csv_file(tmp_path, [TRADITIONAL[0], *homes], "big5hkscs"))
    assert ledger.accounts[-1].debtor.name == "樣本㗎"


def test_an_encoding_may_be_told(tmp_path: Path) -> None:
    names = [("甲列", "乙列", "丙列", "丁列", "戊列", "己列"), row()]
    path = csv_file(tmp_path, names, "gbk")
    assert code_of(path) == "intake.encoding-ambiguous"  # no known name in either reading
    assert code_of(path, encoding="gbk") == "intake.header-unknown"
    assert code_of(path, encoding="utf-8") == "intake.encoding-wrong"
    assert code_of(path, encoding="klingon") == "intake.encoding-unknown"
    assert code_of(path, encoding="rot13") == "intake.encoding-unknown"


def test_the_offices_own_header_names_tell_the_encoding(tmp_path: Path) -> None:
    own = ("甲列", "乙列", "丙列", "丁列", "戊列", "己列")
    synonyms = dict(
        zip(("room", "owner", "item", "period", "billed", "paid"), ((name,) for name in own), strict=True)
    )
    path = csv_file(tmp_path, [own, row()], "gbk")
    assert debts(read(path, synonyms=synonyms)) == {"1栋2单元301": "300.00"}


def test_bytes_of_no_encoding(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes("房号,业主\n".encode() + b"\xff\xff\x81\n")
    assert code_of(path) == "intake.encoding-wrong"


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_separators(tmp_path: Path, separator: str) -> None:
    (tmp_path / "ledger.csv").write_text(
        "\n".join(separator.join(map(str, r)) for r in (HEAD, row())), "utf-8"
    )
    assert debts(read(tmp_path / "ledger.csv")) == {"1栋2单元301": "300.00"}


def test_digits_that_an_export_protected(tmp_path: Path) -> None:
    text = '房号,业主,电话,账期,应收金额,已收\n="1-2-301",样本甲,\'13800000000,2024年1月,"1,200.00",0\n'
    (tmp_path / "ledger.csv").write_text(text, "utf-8")
    (account,) = read(tmp_path / "ledger.csv").accounts
    assert (account.id, account.debtor.phone, account.outstanding.plain) == (
        "1-2-301",
        "13800000000",
        "1200.00",
    )


def test_a_quotation_mark_that_never_closes_swallows_nobody(tmp_path: Path) -> None:
    (tmp_path / "ledger.csv").write_text(
        '房号,业主,账期,应收\n1栋301,",2024年1月,1\n1栋302,样本乙,2024年1月,1\n', "utf-8"
    )
    assert code_of(tmp_path / "ledger.csv") == "intake.csv-broken"


# ── whole-file faults ──


def test_a_missing_file(tmp_path: Path) -> None:
    assert code_of(tmp_path / "nowhere.xlsx") == "general.file-missing"


def test_a_folder(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "intake.file-unreadable"


PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
EMPTY_ZIP = b"PK\x05\x06" + bytes(18)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("picture.xlsx", PNG, "not-a-spreadsheet"),
        ("picture.csv", PNG, "not-a-spreadsheet"),
        ("text.xlsx", "房号,业主".encode(), "not-a-spreadsheet"),
        ("letter.docx", EMPTY_ZIP, "not-a-spreadsheet"),
        ("empty.xlsx", b"", "file-empty"),
        ("empty.csv", b"\xef\xbb\xbf\r\n", "file-empty"),
        ("page.xls", "<html><table><tr><td>房号</td></tr></table></html>".encode(), "disguised"),
        ("page.xls", '\ufeff<?xml version="1.0"?><Workbook/>'.encode(), "disguised"),
        ("cut.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(10), "not-a-spreadsheet"),
    ],
)
def test_what_is_no_spreadsheet(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert code_of(tmp_path / name) == f"intake.{code}"


def test_a_password_protected_xlsx_is_named_as_such(tmp_path: Path) -> None:
    # Excel wraps the encrypted workbook in an OLE container with the stream EncryptedPackage.
    XlsDoc().save(str(tmp_path / "locked.xlsx"), bytes(8192))
    data = (tmp_path / "locked.xlsx").read_bytes()
    old, new = (name.encode("utf-16-le") for name in ("Workbook", "EncryptedPackage"))
    at = data.index(old)
    entry = data[at : at + 128]
    renamed = new + bytes(64 - len(new)) + struct.pack("<H", len(new) + 2) + entry[66:]
    (tmp_path / "locked.xlsx").write_bytes(data[:at] + renamed + data[at + 128 :])
    assert code_of(tmp_path / "locked.xlsx") == "intake.password"


def test_a_password_protected_xls_and_ods(tmp_path: Path) -> None:
    stream = struct.pack("<HHHHHH", 0x809, 8, 0x600, 5, 0, 0) + struct.pack("<HHHHH", 0x2F, 6, 1, 1, 1)
    XlsDoc().save(str(tmp_path / "locked.xls"), stream + bytes(4096))
    assert code_of(tmp_path / "locked.xls") == "intake.password"
    path = ods(tmp_path / "locked.ods", [[text("房号")]])
    locked = b'<m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry>'
    head = b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    with zipfile.ZipFile(path) as archive:
        manifest = archive.read("META-INF/manifest.xml")
    _replace(path, "META-INF/manifest.xml", manifest, head + locked + b"</m:manifest>")
    assert code_of(path) == "intake.password"


@pytest.mark.parametrize("offset", [44, 68], ids=["number of tables", "chain of tables"])
def test_an_xls_whose_own_counts_would_fill_the_memory(tmp_path: Path, offset: int) -> None:
    book = xlwt.Workbook()
    book.add_sheet("1").write(0, 0, "房号")
    book.save(str(tmp_path / "ledger.xls"))
    data = bytearray((tmp_path / "ledger.xls").read_bytes())
    data[offset : offset + 4] = struct.pack("<I", 0x7FFFFFFF if offset == 44 else 0)
    (tmp_path / "ledger.xls").write_bytes(data)
    assert code_of(tmp_path / "ledger.xls") == "intake.not-a-spreadsheet"


def test_an_xls_that_announces_a_million_columns(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("1").write(0, 0, "房号")
    book.save(str(tmp_path / "ledger.xls"))
    data = (tmp_path / "ledger.xls").read_bytes()
    at = data.index(struct.pack("<HH", 0x200, 14))
    (tmp_path / "ledger.xls").write_bytes(
        data[: at + 4] + struct.pack("<IIHH", 0, 1 << 31, 0, 0xFFFF) + data[at + 16 :]
    )
    assert code_of(tmp_path / "ledger.xls") == "intake.damaged"


def test_a_table_of_texts_that_announces_billions(tmp_path: Path) -> None:
    path = xlsx(tmp_path, [HEAD, row()])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", '<sst count="1" uniqueCount="99999999999"/>')
    assert code_of(path) == "intake.too-large"


def test_a_damaged_workbook(tmp_path: Path) -> None:
    path = xlsx(tmp_path, [HEAD, row()])
    _replace(path, "xl/worksheets/sheet1.xml", b"</sheetData>", b"</sheetDat")
    assert code_of(path) == "intake.damaged"


def test_a_truncated_workbook(tmp_path: Path) -> None:
    path = xlsx(tmp_path, [HEAD, row()])
    path.write_bytes(path.read_bytes()[:-200])
    assert code_of(path) in ("intake.damaged", "intake.not-a-spreadsheet")


def test_an_entity_bomb_is_not_expanded(tmp_path: Path) -> None:
    path = xlsx(tmp_path, [HEAD, row()])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet '
    _replace(path, "xl/worksheets/sheet1.xml", b"<worksheet ", bomb)
    assert code_of(path) == "intake.damaged"


def test_one_stray_cell_in_the_last_corner(tmp_path: Path) -> None:
    path = xlsx(tmp_path, [HEAD, row()])
    _replace(
        path,
        "xl/worksheets/sheet1.xml",
        b"</sheetData>",
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )
    assert code_of(path) == "intake.too-large"


@pytest.mark.parametrize("rows", [[], [[""], [" "]]])
def test_an_empty_sheet(tmp_path: Path, rows: list[list[str]]) -> None:
    assert code_of(xlsx(tmp_path, rows)) == "intake.no-rows"


def test_a_header_and_nothing_under_it(tmp_path: Path) -> None:
    assert code_of(xlsx(tmp_path, [HEAD])) == "intake.no-rows"


def test_an_unknown_header_shows_what_was_seen_and_what_is_known(tmp_path: Path) -> None:
    path = xlsx(tmp_path, [["样本苑"], ["甲列", "乙列", "丙列"], ["1栋301", "样本甲", 300]])
    (problem,) = refusal(path).problems
    assert (problem.code, str(problem.where)) == ("intake.header-unknown", "ledger.xlsx · Sheet1 · 2")
    assert problem.params["seen"] == "甲列 | 乙列 | 丙列"
    assert "owner: 业主" in str(problem.params["known"])


def test_a_header_without_owner_and_period(tmp_path: Path) -> None:
    (problem,) = refusal(
        xlsx(tmp_path, [("房号", "面积", "欠费金额", "备注"), ["1栋301", 89, 300, ""]])
    ).problems
    assert problem.code == "intake.header-missing"
    assert problem.params["missing"] == "owner (业主), period (费用所属期)"


def test_two_columns_for_one_amount(tmp_path: Path) -> None:
    (problem,) = refusal(
        xlsx(
            tmp_path, [("房号", "业主", "账期", "欠费金额", "欠费合计"), ["1栋301", "样本甲", "2024年", 1, 2]]
        )
    ).problems
    assert (problem.code, problem.params["columns"]) == ("intake.header-ambiguous", "D 欠费金额, E 欠费合计")


def test_a_synonym_for_a_field_that_does_not_exist(tmp_path: Path) -> None:
    assert code_of(xlsx(tmp_path, [HEAD, row()]), synonyms={"landlord": ("业主",)}) == "intake.synonym-field"


def test_the_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    good = xlsx(tmp_path, [HEAD, row()])
    (tmp_path / "p.xlsx").write_bytes(PNG)
    (tmp_path / "e.csv").write_bytes(b"")
    codes = [(p.where.file, p.code) for p in refusal(good, tmp_path / "p.xlsx", tmp_path / "e.csv").problems]
    assert codes == [("p.xlsx", "intake.not-a-spreadsheet"), ("e.csv", "intake.file-empty")]


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = xlsx(tmp_path / "a", [HEAD, row()]), xlsx(tmp_path / "b", [HEAD, row(账期="2024年4月")])
    assert read(one, two).files == (str(one), str(two))
