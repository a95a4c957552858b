"""Lists of payments: bank exports and cashiers' lists, read like ledgers. All persons are made up (样本)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ledger_files import HEAD, csv_file, row, xlsx
from ledger_files import read as read_ledger_files

from evidence.errors import EvidenceError, spec_of
from evidence.i18n import describe
from evidence.intake import limits, read_payments
from evidence.intake.payments import PaymentList

TODAY = date(2024, 6, 30)
LIST = ("房号", "收款日期", "金额", "收费项目", "费用期间", "流水号", "付款人", "备注")
PAID = ("1栋2单元301", "2024-05-06", 300, "物业费", "2024年1月-2024年3月", "样-1", "样本甲", "手机银行")


def paid(**changes: Any) -> list[Any]:
    """``PAID`` with some cells changed."""
    cells = dict(zip(LIST, PAID, strict=True))
    assert changes.keys() <= cells.keys(), changes
    return list((cells | changes).values())


def read(tmp_path: Path, rows: Sequence[Sequence[Any]], **options: Any) -> PaymentList:
    return listed(tmp_path, xlsx(tmp_path, rows, name="list.xlsx"), **options)


def listed(tmp_path: Path, *paths: Path, **options: Any) -> PaymentList:
    """The list read against a ledger of two homes, one of them in two towers of the same numbers."""
    homes = [
        row(),
        row(房号="1栋2单元302", 业主="样本乙"),
        row(房号="3栋501", 业主="样本丙"),
        row(房号="3座501", 业主="样本丁"),
    ]
    ledger = read_ledger_files(xlsx(tmp_path, [HEAD, *homes], name="homes.xlsx"))
    return read_payments(paths, ledger.accounts, jurisdiction_currency="CNY", today=TODAY, **options)


def faults(found: PaymentList) -> list[tuple[str, str]]:
    return [(f"{p.where.column}{p.where.row or ''}", p.code.removeprefix("intake.")) for p in found.problems]


def told(found: PaymentList) -> list[tuple[str, str, str]]:
    return [(r.account, r.received_on.isoformat(), r.amount.plain) for r in found.rows]


def refused(call: Any) -> list[str]:
    with pytest.raises(EvidenceError) as caught:
        call()
    return [problem.code for problem in caught.value.problems]


def test_a_row_is_a_payment_with_all_it_says(tmp_path: Path) -> None:
    (one,) = read(tmp_path, [LIST, paid()]).rows
    assert (one.account, one.amount.plain, one.received_on) == ("1栋2单元301", "300.00", date(2024, 5, 6))
    assert (one.item, one.period and one.period.iso) == ("物业费", "2024-01/2024-03")
    assert (one.reference, one.payer, one.remark) == ("样-1", "样本甲", "手机银行")
    assert str(one.origin) == "list.xlsx · Sheet1 · 2"


@pytest.mark.parametrize(
    "head",
    [
        ("户号", "交费日期", "实收金额", "收费项目", "费用期间", "收据号", "交款人", "备注"),
        ("房屋编号", "交易时间", "贷方发生额", "费用名称", "所属期", "交易流水号", "对方户名", "交易附言"),
        ("房號", "收款日期", "金額(元)", "收費項目", "費用期間", "憑證號", "付款人", "備註"),
        ("房間號", "繳費日期", "繳費金額", "費用項目", "費用期間", "票據號碼", "匯款人", "轉帳附言"),
        ("room", "received", "amount", "item", "period", "reference", "payer", "remark"),
    ],
)
def test_headers_of_cashiers_and_banks_in_both_scripts(tmp_path: Path, head: tuple[str, ...]) -> None:
    (one,) = read(tmp_path, [["样本·收款明细"], head, paid()]).rows
    assert (one.amount.plain, one.reference, one.payer, one.remark) == (
        "300.00",
        "样-1",
        "样本甲",
        "手机银行",
    )


def test_formats_give_the_same_payments(tmp_path: Path) -> None:
    rows = [LIST, paid(), paid(房号="1栋2单元302", 金额="1,234.50", 流水号="样-2")]
    one = told(read(tmp_path, rows))
    assert one == [("1栋2单元301", "2024-05-06", "300.00"), ("1栋2单元302", "2024-05-06", "1234.50")]
    for encoding in ("utf-8", "gb18030"):
        assert told(listed(tmp_path, csv_file(tmp_path, rows, encoding, name=f"{encoding}.csv"))) == one
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("收款")
    for r, cells in enumerate(rows):
        for c, value in enumerate(cells):
            sheet.write(r, c, value)
    book.save(str(tmp_path / "old.xls"))
    assert told(listed(tmp_path, tmp_path / "old.xls")) == one


@pytest.mark.parametrize("room", ["1-2-301", "１栋２单元301", "1栋2单元301室", "1棟2單元301"])
def test_a_home_is_found_under_another_spelling(tmp_path: Path, room: str) -> None:
    assert told(read(tmp_path, [LIST, paid(房号=room)])) == [("1栋2单元301", "2024-05-06", "300.00")]


ONE_FAULT = [
    ({"房号": ""}, "A2", "room-missing"),
    ({"房号": "9栋901"}, "A2", "payment-account"),
    ({"房号": "3-501"}, "A2", "payment-accounts"),
    ({"收款日期": ""}, "B2", "payment-day-missing"),
    ({"收款日期": "昨天"}, "B2", "date-unreadable"),
    ({"收款日期": "2024-07-01"}, "B2", "payment-future"),
    ({"金额": ""}, "C2", "payment-amount-missing"),
    ({"金额": 0}, "C2", "payment-amount-missing"),
    ({"金额": -300}, "C2", "payment-refund"),
    ({"金额": "(300)"}, "C2", "payment-refund"),
    ({"金额": "三百"}, "C2", "amount-unreadable"),
    ({"金额": 300.005}, "C2", "amount-decimals"),
    ({"金额": "HK$300"}, "C2", "currency"),
    ({"金额": "#REF!"}, "C2", "formula-error"),
    ({"费用期间": "去年"}, "E2", "period-unreadable"),
    ({"流水号": 20240506123456789}, "F2", "payment-reference-lost"),
    ({"流水号": "2.02405E+16"}, "F2", "payment-reference-lost"),
]


@pytest.mark.parametrize(("change", "cell", "code"), ONE_FAULT)
def test_a_faulty_row_is_refused_at_its_cell(
    tmp_path: Path, change: dict[str, Any], cell: str, code: str
) -> None:
    found = read(tmp_path, [LIST, paid(**change), paid(房号="1栋2单元302", 流水号="样-9")])
    assert faults(found) == [(cell, code)]
    assert [account for account, _, _ in told(found)] == ["1栋2单元302"]
    (problem,) = found.problems
    assert spec_of(problem.code).exit == 3
    for lang in ("en", "zh", "zh-Hant"):
        assert all(text and "{" not in text for text in describe(problem, lang))


def test_near_misses_of_an_unknown_home_are_named(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, [LIST, paid(房号="1栋2单元303")]).problems
    assert "1栋2单元301" in str(problem.params["near"])


def test_money_that_went_out(tmp_path: Path) -> None:
    head = ("房号", "交易日期", "借方发生额", "贷方发生额")
    rows = [
        head,
        ["1栋2单元301", "2024-05-06", "", 300],
        ["", "2024-05-07", 8000, ""],  # wages: of no home
        ["1栋2单元302", "2024-05-08", 50, ""],  # given back to an owner
    ]
    found = read(tmp_path, rows)
    assert (told(found), faults(found)) == (
        [("1栋2单元301", "2024-05-06", "300.00")],
        [("C4", "payment-refund")],
    )
    assert [n.code for n in found.notices] == ["intake.payment-outgoing"]


@pytest.mark.parametrize(
    ("head", "word", "code"),
    [
        ("借贷标志", "贷", None),
        ("收/支", "收入", None),
        ("借贷标志", "借", "payment-refund"),
        ("收支类型", "其他", "payment-direction"),
        ("交易状态", "交易成功", None),
        ("交易状态", "已全额退款", "payment-status"),
        ("支付状态", "失败", "payment-status"),
    ],
)
def test_what_a_bank_says_of_a_row_counts(tmp_path: Path, head: str, word: str, code: str | None) -> None:
    found = read(tmp_path, [(*LIST, head), [*paid(), word]])
    assert [c for _, c in faults(found)] == ([] if code is None else [code])
    assert len(found.rows) == (code is None)


def test_totals_and_signatures_are_no_payments(tmp_path: Path) -> None:
    good = [LIST, paid(), paid(流水号="样-2"), ["合计", "", 600], ["制表：样本"]]
    assert faults(read(tmp_path, good)) == []
    assert faults(read(tmp_path, [*good[:3], ["合计", "", 700]])) == [("C4", "total-mismatch")]


def test_another_owner_in_the_list_is_a_notice(tmp_path: Path) -> None:
    found = read(tmp_path, [(*LIST, "业主"), [*paid(), "样本他人"]])
    assert [n.code for n in found.notices] == ["intake.payment-owner"]
    assert len(found.rows) == 1


def test_two_columns_of_money_are_not_chosen_between(tmp_path: Path) -> None:
    rows = [("房号", "收款日期", "金额", "实收金额"), ["1栋2单元301", "2024-05-06", 300, 290]]
    assert refused(lambda: read(tmp_path, rows)) == ["intake.header-ambiguous"]
    assert told(read(tmp_path, rows, synonyms={"amount": ("实收金额",)}))[0][2] == "290.00"


def test_unusable_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "no.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    none, header, ledger = (
        xlsx(tmp_path, rows, name=f"{i}.xlsx") for i, rows in enumerate(([], [LIST], [HEAD, row()]))
    )
    every = [tmp_path / "empty.csv", tmp_path / "no.xlsx", tmp_path / "missing.xlsx", none, ledger]
    assert refused(lambda: listed(tmp_path, *every)) == [
        "intake.file-empty",
        "intake.not-a-spreadsheet",
        "general.file-missing",
        "intake.no-rows",
        "intake.header-missing",  # a ledger is no list of payments
    ]
    assert refused(lambda: listed(tmp_path, header)) == ["intake.payment-no-rows"]


def test_a_huge_list_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = xlsx(tmp_path, [LIST, *(paid(流水号=f"样-{i}") for i in range(60))], name="list.xlsx")
    monkeypatch.setattr(limits, "MAX_ROWS", 50)
    assert refused(lambda: listed(tmp_path, path)) == ["intake.too-large"]


def test_all_faults_come_in_one_pass(tmp_path: Path) -> None:
    rows = [LIST, *(paid(**change) for change, _, _ in ONE_FAULT)]
    assert [code for _, code in faults(read(tmp_path, rows))] == [code for _, _, code in ONE_FAULT]
