"""``samples/case.xlsx`` and ``samples/payments.csv``: what the ledger does not know, in a clerk's words.

The account of the demo is complete, so that its lawyer letter and its evidence file pass their gate; of four others one
thing each is on file: a dispute, a waiver, and two payments that came in after the ledger was printed. Everything agrees
with the exhibits (the contract's clauses 6, 7, 12, 14 and 15, the hand-over form) and with ``ledger.xlsx``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from samplekit.container import freeze
from samplekit.estate import (
    ESTATE,
    HOME_PRICE,
    PARKING,
    PROPERTY,
    SHARED,
    SHOP_PRICE,
    SPACE_PRICE,
    Line,
    last_day,
)

ACCOUNT, OWNER = "1栋1单元101", "岳样川"
# Region 990000 does not exist, so the number is nobody's; its check digit is right.
NUMBER = "990000198001010012"
CONTRACT = f"{ESTATE}前期物业服务合同"
ADDRESS = "样州市示例区虚构路1号和风苑1栋1单元101"
_HEAD = PatternFill("solid", fgColor="DDE6EE")
_BEGAN, _ASKED = "2024-07-01", "2026-10-14"

Sheet = tuple[Sequence[str], Sequence[Sequence[object]]]


def sheets(lines: Iterable[Line]) -> dict[str, Sheet]:
    """Sheet names are kinds, heads are their fields; a row without 户号 concerns the whole estate."""
    of_home = [line for line in lines if line.home.label == ACCOUNT and line.owed]
    shops = sorted({line.home.label for line in lines if line.price == SHOP_PRICE})
    shared = [line for line in of_home if line.item == SHARED]
    return {
        "业主": (
            ("户号", "姓名", "证件类型", "证件号码", "出生日期", "电话", "行为能力受限"),
            [(ACCOUNT, OWNER, "居民身份证", NUMBER, "1980年1月1日", "13800000001", "否")],
        ),
        "产权": (
            ("户号", "权利人", "开始日期", "证明材料"),
            [(ACCOUNT, OWNER, "2024-06-20", "不动产登记查询结果（样本）")],
        ),
        "交房": (("户号", "日期", "证明材料"), [(ACCOUNT, "2024年6月28日", "房屋交付验收单 样本交字2024-0101")]),
        "地址": (
            ("户号", "地址类型", "地址", "开始日期", "证明材料"),
            [
                (ACCOUNT, "合同约定", ADDRESS, "2024-06-28", "房屋交付验收单"),
                (ACCOUNT, "手机", "13800000001", "2024-06-28", "房屋交付验收单"),
            ],
        ),
        "下落": (("户号", "下落清楚", "起始日期", "证明材料"), [(ACCOUNT, "是", "2024-06-28", "本人居住")]),
        "合同": (
            (
                "户号", "名称", "合同类型", "开始日期", "截止日期", "签约方", "原件或复印件", "有仲裁条款", "违约金标准",
                "以本金为限",
            ),
            [
                (
                    "", CONTRACT, "前期", _BEGAN, "2027-06-30", "建设单位", "原件", "否", "每日万分之一", "是",
                )
            ],
        ),
        "收费依据": (
            ("户号", "费用项目", "单价", "单位", "开始日期", "截止日期", "依据文件", "已公示"),
            [
                ("", PROPERTY, HOME_PRICE, "元/平方米·月", _BEGAN, "", f"{CONTRACT}第六条", "是"),
                *(
                    (shop, PROPERTY, SHOP_PRICE, "元/平方米·月", _BEGAN, "", f"{CONTRACT}第六条", "是")
                    for shop in shops
                ),
                ("", PARKING, SPACE_PRICE, "元/个·月", _BEGAN, "", f"{CONTRACT}第六条", "是"),
                *(
                    (
                        ACCOUNT, SHARED, line.billed, "元/月", _first(line), last_day(line.end).isoformat(),
                        f"公摊水电费分摊公示表（{line.start[0]}年{line.start[1]}月）", "是",
                    )
                    for line in shared
                ),
            ],
        ),
        "计费依据": (
            ("户号", "费用项目", "所属期间", "数量", "单价", "证明材料"),
            [
                (ACCOUNT, PARKING, "", 1, SPACE_PRICE, "车位登记表（样本）"),
                *(
                    (ACCOUNT, SHARED, f"{line.start[0]}年{line.start[1]}月", 1, line.billed, "公摊水电费分摊公示表")
                    for line in shared
                ),
            ],
        ),
        "营业执照": (("已存档", "证明材料"), [("是", "营业执照副本复印件（样本）")]),
        "业委会": (("已成立", "证明材料"), [("否", "街道办事处答复（样本）")]),
        "服务记录": (
            ("年度", "记录份数", "证明材料"),
            [(2025, 12, "保洁、维保月度记录"), (2026, 9, "保洁、维保月度记录")],
        ),
        "当地规定": (("地区", "有仲裁条款"), [("样州市示例区", "否")]),
        "违约金": (("户号", "主张方式"), [(ACCOUNT, "按合同")]),
        "联系记录": (
            ("户号", "时间", "方式", "联系人", "联系内容"),
            [(ACCOUNT, "2026-09-18 10:30", "电话", OWNER, "提醒本季度物业费已到期，业主表示知悉")],
        ),
        "经查没有": (
            ("户号", "事项", "日期", "经手人"),
            [
                ("", "合同终止", _ASKED, "样本员甲"),
                ("", "公告", _ASKED, "样本员甲"),
                ("", "当地规定", _ASKED, "样本员乙"),
                *((ACCOUNT, what, _ASKED, "样本员甲") for what in ("租赁", "投诉", "争议", "张贴", "分期协议")),
            ],
        ),
        "异议": (
            ("户号", "原因", "费用项目", "开始日期", "证据", "备注"),
            [
                (
                    "2栋2单元302", "金额争议", SHARED, "2026-09-20", "业主2026年9月20日书面异议（样本）",
                    "要求核对公摊用量，核对期间不催交这一部分",
                )
            ],
        ),
        "减免": (
            ("户号", "金额", "费用项目", "所属期间", "日期", "原因"),
            [("1栋1单元402", Decimal("100.00"), PROPERTY, "2026年7月至9月", "2026-10-08", "电梯停运，同意减收")],
        ),
        "说明": (
            ("填表说明（样本，全部虚构）",),
            [
                ("一、工作表名称是类别，表头是字段；没有户号的行是整个小区的事项。",),
                ("二、“经查没有”表示有人查过而没有；没有登记的，一律为不明。",),
                ("三、用 evidence case import case.xlsx 导入；用 evidence case set 房号 类别 查看字段。",),
            ],
        ),
    }  # fmt: skip


def _first(line: Line) -> str:
    return f"{line.start[0]}-{line.start[1]:02d}-01"


def case_xlsx(lines: Iterable[Line]) -> bytes:
    book = Workbook()
    book.properties.creator = "样本员甲"
    book.properties.title = f"{ESTATE}案件档案（样本）"
    assert book.active is not None
    book.remove(book.active)
    for name, (head, rows) in sheets(list(lines)).items():
        sheet = book.create_sheet(name)
        sheet.append(list(head))
        for cell in sheet[1]:
            cell.font, cell.fill = Font(name="宋体", bold=True), _HEAD
        for row in rows:
            sheet.append([None if value == "" else value for value in row])
        for column, title in enumerate(head, 1):
            widest = max([len(str(title)), *(len(str(row[column - 1])) for row in rows)])
            sheet.column_dimensions[get_column_letter(column)].width = min(60, 4 + 1.8 * widest)
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return freeze(out.getvalue())


def payments_csv() -> bytes:
    """What came in after the ledger's paid column ended (30 September 2026), as a bank exports it."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(["交易日期", "房号", "付款人", "金额", "摘要", "流水号"])
    table.writerow(["2026-10-09", "2栋1单元302", "葉樣葦", "500.00", "物业费", "YB20261009000001"])
    table.writerow(
        ["2026-10-12", "1栋1单元301", "余样庆", "742.72", "物业费2026年第三季度", "YB20261012000002"]
    )
    return out.getvalue().encode("utf-8-sig")
