"""Exhibits that come from a file: the contract, the hand-over form, the service records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import img2pdf
from PIL import Image

from samplekit import textpdf
from samplekit.paper import MARK, Sheet, jpeg, scanned

Settings = dict[str, Any]
# The clauses: 6, 7 and 12 are those evidence.toml names; rates and dates are those of estate.py.
CLAUSES = Path(__file__).with_name("contract.txt").read_text("utf-8").splitlines()
DEVELOPER = "样州示例置业有限公司（样本）"
NUMBER = "样本物合字2024第001号"
DPI = 108
_SCALE = DPI / 25.4
_LEFT, _WIDTH, _BOTTOM, _SIZE = 27.0, 157.0, 272.0, 4.75


def _contract_pages(office: Settings) -> list[Image.Image]:
    creditor, terms = office["creditor"], office["contract"]
    pages: list[Sheet] = []
    y = 0.0

    def turn() -> float:
        sheet = Sheet(210, 297, _SCALE)
        pages.append(sheet)
        sheet.text(_LEFT, 14, f"{terms['name'].strip('《》')}（样本）", 3.2, ink="#555555")
        sheet.text(_LEFT + _WIDTH, 14, f"编号：{NUMBER}", 3.2, ink="#555555", anchor="ra")
        sheet.line(_LEFT, 20, _LEFT + _WIDTH, 20, 0.2)
        return 30.0

    y = turn()
    pages[0].text(105, 40, terms["estate"], 8, "bold", anchor="ma")
    pages[0].text(105, 53, "前期物业服务合同", 10, "bold", anchor="ma")
    y = 76.0
    for label, value in (
        ("甲方（建设单位）：", DEVELOPER),
        ("乙方（物业服务人）：", creditor["name"]),
        ("统一社会信用代码：", creditor["uscc"]),
        ("住所：", creditor["address"]),
        ("签订日期：", terms["signed_on"]),
    ):
        pages[0].text(_LEFT, y, label + value, _SIZE)
        y += 9
    y = pages[0].paragraph(
        _LEFT,
        y + 4,
        "　　甲、乙双方根据《中华人民共和国民法典》和《物业管理条例》，"
        "就样本·和风苑小区的前期物业服务订立本合同。",
        _WIDTH,
        _SIZE,
        1.75,
    )
    for clause in CLAUSES:
        heading = "章　" in clause[:5]
        lines = pages[-1].wrap(clause if heading else f"　　{clause}", _WIDTH, _SIZE)
        if heading:
            if y + 30 > _BOTTOM:
                y = turn()
            pages[-1].text(105, y + 3, clause, 5, "bold", anchor="ma")
            y += 14
            continue
        for line in lines:
            if y + _SIZE > _BOTTOM:
                y = turn()
            pages[-1].text(_LEFT, y, line, _SIZE)
            y += _SIZE * 1.75
    if y + 60 > _BOTTOM:
        y = turn()
    for x, who, signer in ((_LEFT, DEVELOPER, "样 本"), (_LEFT + 82, creditor["name"], "本 人")):
        pages[-1].text(x, y + 12, "甲方（盖章处）：" if x == _LEFT else "乙方（盖章处）：", 4.4)
        pages[-1].text(x, y + 20, who, 3.9)
        pages[-1].box(x + 18, y + 27, 36, 22, ink="#b0b0b0")
        pages[-1].text(x + 36, y + 38, "样本不盖章", 4, ink="#b0b0b0", anchor="mm")
        pages[-1].text(x, y + 54, "代表人签字：", 4.4)
        pages[-1].ink_strokes(x + 27, y + 50, signer.replace(" ", ""), 9, seed=round(x), ink="#20242e")
        pages[-1].text(x, y + 64, f"日期：{terms['signed_on']}", 4.4)
    for number, page in enumerate(pages, start=1):
        page.text(105, 283, f"第 {number} 页　共 {len(pages)} 页", 3.4, ink="#444444", anchor="ma")
        page.watermark(ink=36)
    return [page.image for page in pages]


def contract_pdf(office: Settings) -> bytes:
    """The contract as a copier scans it: one grey picture a page."""
    scans = [
        jpeg(scanned(page, seed=40 + n, tilt=(0.5, -0.35, 0.25, -0.6, 0.4)[n % 5]), 50, grey=True)
        for n, page in enumerate(_contract_pages(office))
    ]
    size = img2pdf.get_layout_fun((img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297)))
    data = img2pdf.convert(
        scans,
        layout_fun=size,
        engine=img2pdf.Engine.internal,
        nodate=True,
        producer="samplekit",
        title="前期物业服务合同（样本）",
    )
    return bytes(data)


def handover_jpg(office: Settings, owner: str, phone: str, area: str) -> bytes:
    """The form an owner signs when taking over the home: name, room, area, date."""
    sheet = Sheet(210, 297, 128 / 25.4, "#fbfaf4")
    sheet.text(105, 24, office["contract"]["estate"], 6, "bold", anchor="ma")
    sheet.text(105, 34, "房屋交付验收单", 9, "bold", anchor="ma")
    sheet.text(24, 52, "编号：样本交字2024-0101", 4)
    sheet.text(186, 52, "交付日期：2024年6月28日", 4, anchor="ra")
    y = sheet.table(
        24, 60, [32, 49, 32, 49],
        [
            ["房号", "1栋1单元101", "建筑面积", f"{area}平方米"],
            ["业主姓名", owner, "联系电话", phone],
            ["送达地址", office["contract"]["estate_address"] + "和风苑1栋1单元101", "钥匙", "入户门3把"],
            ["水表底数", "000.0", "电表底数", "0000.0"],
        ],
        4, 13, head=False,
    )  # fmt: skip
    rows = [["序号", "验收项目", "验收情况", "备注"]] + [
        [str(n), item, state, note]
        for n, (item, state, note) in enumerate(
            [
                ("入户门、锁具", "完好", ""),
                ("墙面、顶棚、地面", "完好", ""),
                ("外窗、栏杆", "完好", "厨房窗扇已调整"),
                ("给排水、地漏", "畅通", ""),
                ("强弱电箱、插座", "通电正常", ""),
                ("燃气、对讲", "待开通", "由业主自行办理"),
            ],
            start=1,
        )
    ]
    y = sheet.table(24, y + 8, [16, 56, 40, 50], rows, 4, 11)
    y = sheet.paragraph(
        24,
        y + 8,
        "　　本人已对上述房屋进行验收，同意接收，并已收到《前期物业服务合同》《临时管理规约》文本各一份。"
        "本人确认以上电话和送达地址准确，变更时书面告知物业服务中心。",
        162,
        4.4,
    )
    sheet.text(24, y + 12, "业主签名：", 4.6)
    sheet.ink_strokes(48, y + 6, owner, 13, seed=11)
    sheet.text(118, y + 12, "物业经办人：", 4.6)
    sheet.ink_strokes(146, y + 7, "样本", 11, seed=12, ink="#20242e")
    sheet.text(24, y + 32, "日期：", 4.6)
    sheet.ink_strokes(40, y + 27, "2024.6.28", 8, seed=13)
    sheet.watermark(ink=40)
    return jpeg(scanned(sheet.image, seed=21, tilt=-0.9), 58)


def service_pdf(office: Settings) -> bytes:
    """Cleaning log upright, maintenance log lying on its side (``/Rotate 90``): text, not pictures."""
    estate = office["contract"]["estate"]
    clean = textpdf.Page(210, 297)
    clean.text(28, 250, "样本 · 虚构", 90, 0.93)
    clean.text(24, 30, f"{estate}保洁服务记录（2026年第二季度）", 15)
    clean.text(24, 40, f"{MARK}　服务单位：{office['creditor']['name']}", 9, 0.35)
    rows = [["日期", "区域", "服务内容", "完成情况", "记录人"]]
    for month in (4, 5, 6):
        for day, area, job in (
            (1, "1栋、2栋楼道", "清扫、拖洗、扶手擦拭"),
            (8, "3栋楼道、电梯轿厢", "清扫、消毒"),
            (15, "地下车库", "机扫、排水沟清理"),
            (22, "外围道路、垃圾房", "冲洗、清运、消杀"),
            (28, "1栋至3栋大堂", "地面打蜡、玻璃清洁"),
        ):
            rows.append([f"2026年{month}月{day}日", area, job, "已完成", "样本员戊"])
    clean.table(24, 48, [32, 42, 48, 22, 22], rows, 9)
    clean.text(24, 210, "复核：样本员乙　　　　复核日期：2026年6月30日", 10)
    clean.text(24, 285, "样本，全部内容虚构　第1页　共2页", 8, 0.35)
    # The medium is upright and turned by 90 degrees when shown: what is drawn here reads from the side.
    lift = textpdf.Page(297, 210)
    lift.text(70, 180, "样本 · 虚构", 90, 0.93)
    lift.text(20, 26, f"{estate}电梯维护保养和设备巡检记录（2026年）", 15)
    lift.text(20, 36, f"{MARK}　维保单位：样州示例电梯工程有限公司（样本）", 9, 0.35)
    rows = [["日期", "设备", "项目", "结果", "维保人员", "业主代表见证"]]
    for n, (month, day) in enumerate([(7, 3), (7, 18), (8, 2), (8, 17), (9, 1), (9, 16), (9, 30)]):
        device = ("1栋1单元电梯", "1栋2单元电梯", "2栋1单元电梯", "2栋2单元电梯")[n % 4]
        job = (
            "半月保养：层门、轿门、制动器",
            "半月保养：曳引机、限速器",
            "消防泵月度试运行",
            "生活水箱清洗和水质送检",
        )[n % 4]
        device = "地下泵房" if n % 4 > 1 else device
        rows.append([f"2026年{month}月{day}日", device, job, "正常", "样本工甲、样本工乙", "样本代表"])
    lift.table(20, 44, [36, 40, 78, 22, 46, 35], rows, 11)
    lift.text(20, 145, "说明：本表为样本，记录内容均为虚构，仅用于演示证据目录和页码。", 10)
    lift.text(20, 198, "样本，全部内容虚构　第2页　共2页", 8, 0.35)
    return textpdf.write([clean, textpdf.on_side(lift)], "保洁、维保服务记录（样本）")
