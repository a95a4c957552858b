"""Exhibits that come from a telephone: a notice on a wall, slips on a desk, a door, a chat."""

from __future__ import annotations

import hashlib
import json
import tomllib
import zlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, features

from samplekit import papers
from samplekit.paper import FACES, MARK, Sheet, face, font_file, grainy, jpeg, lay, png, shade, wood

Settings = dict[str, Any]
_PHONE, _AREA = "13800000001", "102.35"
_SIZE = (1280, 960)


def _finish(image: Image.Image, seed: int, light: float, dark: int = 190) -> Image.Image:
    """What the lens adds: uneven light, softness, grain."""
    return grainy(shade(image, dark, light).filter(ImageFilter.GaussianBlur(0.7)), seed, 0.1)


def price_notice(office: Settings) -> bytes:
    """The fee board beside the lift, seen a little from the right."""
    board = Sheet(180, 130, 6, "#f4f1e6")
    board.box(0, 0, 180, 18, fill="#24507a", ink=None)
    board.text(90, 9, "物业服务收费公示", 9, "sans", "#ffffff", "mm")
    board.text(8, 22, f"小区：{office['contract']['estate']}", 4.4)
    board.text(172, 22, "公示日期：2025年3月1日", 4.4, anchor="ra")
    board.table(
        8, 31, [40, 40, 36, 48],
        [
            ["收费项目", "收费标准", "计费方式", "依据"],
            ["物业服务费（住宅）", "2.60元/平方米·月", "按季，首月15日前", "前期物业服务合同第六条"],
            ["物业服务费（商铺）", "4.80元/平方米·月", "按季，首月15日前", "前期物业服务合同第六条"],
            ["车位管理费", "80.00元/个·月", "按期预交", "前期物业服务合同第六条"],
            ["公摊水电费", "按实际用量分摊", "次月25日前", "前期物业服务合同第七条"],
        ],
        3.9, 11,
    )  # fmt: skip
    board.paragraph(
        8,
        93,
        f"缴费地点：和风苑服务中心（1栋1层）　电话：{office['creditor']['phone']}\n"
        "对收费或服务有意见的，请书面告知服务中心，七日内答复。",
        164,
        4.2,
    )
    board.text(172, 117, office["creditor"]["name"], 4.4, "bold", anchor="ra")
    board.watermark(ink=34)
    chance = Random(5)
    wall = Image.new("RGB", _SIZE, "#c9c4b8")
    pen = ImageDraw.Draw(wall)
    for x in range(-40, _SIZE[0], 320):  # tiles
        pen.line((x, 0, x + 18, _SIZE[1]), fill="#aaa497", width=4)
    for y in range(60, _SIZE[1], 300):
        pen.line((0, y, _SIZE[0], y - 26), fill="#aaa497", width=4)
    for _ in range(240):
        x, y = chance.randrange(_SIZE[0]), chance.randrange(_SIZE[1])
        pen.ellipse((x, y, x + 3, y + 2), fill="#bdb7a9")
    frame = Image.new("RGB", (board.image.width + 60, board.image.height + 60), "#6d7278")
    frame.paste(board.image, (30, 30))
    scene = lay(wall, frame, [(150, 120), (1130, 178), (1118, 836), (162, 880)], 20)
    return jpeg(_finish(scene, 61, 25), 68, "2025:03:05 10:12:45")


def _bars(sheet: Sheet, x: float, y: float, width: float, height: float, text: str) -> None:
    """Something like a bar code: fixed by ``text``, and readable by no scanner."""
    chance, at = Random(text), x
    while at < x + width:
        bar = chance.choice((0.3, 0.3, 0.6, 0.9))
        sheet.box(at, y, bar, height, fill="#111111", ink=None)
        at += bar + chance.choice((0.3, 0.5, 0.8))
    sheet.text(x + width / 2, y + height + 1, text, 4, "sans", anchor="ma")


def _waybill(office: Settings, demo: Settings, signed: bool) -> Sheet:
    """A courier's waybill of our own drawing; ``signed`` is the slip that comes back."""
    ems, creditor, demand = demo["delivery"][0], office["creditor"], demo["demand"]
    sheet = Sheet(178, 116, 7, "#ffffff" if not signed else "#fbf7ea")
    sheet.box(4, 4, 170, 108, width=0.5)
    sheet.text(
        9,
        9,
        "样本速递  特快邮件详情单" if not signed else "样本速递  回执联（签收后返回寄件人）",
        5.2,
        "sans",
        "#1c5e3a",
    )
    sheet.text(9, 17, "虚构的承运人，非真实单据", 3.2, ink="#777777")
    _bars(sheet, 112, 7, 56, 9, ems["tracking"])
    sheet.line(4, 23, 174, 23, 0.4)
    sheet.text(9, 26, "寄件人", 3.6, "sans", "#1c5e3a")
    sheet.text(25, 26, creditor["name"], 4)
    sheet.text(130, 26, f"电话 {creditor['phone']}", 3.8)
    sheet.text(25, 33, creditor["address"], 3.8)
    sheet.line(4, 40, 174, 40)
    sheet.text(9, 43, "收件人", 3.6, "sans", "#1c5e3a")
    sheet.text(25, 42.5, demand["owner"], 4.8, "bold")
    sheet.text(130, 43, f"电话 {_PHONE}", 3.8)
    sheet.text(25, 50, ems["place"], 4.2)
    sheet.line(4, 58, 174, 58)
    sheet.text(9, 61, "内件品名", 3.6, "sans", "#1c5e3a")
    sheet.paragraph(
        28,
        60.5,
        f"关于{office['contract']['estate']}{demand['account']}室{demand['periods']}物业费的催交通知书"
        f"（编号{demand['printed_number']}），1份",
        142, 4.4, 1.45, "bold",
    )  # fmt: skip
    sheet.line(4, 76, 174, 76)
    sheet.text(9, 79, "收寄", 3.6, "sans", "#1c5e3a")
    sheet.text(22, 79, "样本网点　2026年10月16日 09:40　收寄员：样本员己", 3.8)
    sheet.text(130, 79, "重量 0.02千克　保价 无", 3.6)
    sheet.line(4, 87, 174, 87)
    sheet.text(9, 90, "签收", 3.6, "sans", "#1c5e3a")
    sheet.text(22, 90, "收件人签名：", 3.8)
    sheet.text(92, 90, "签收时间：", 3.8)
    sheet.text(22, 103, "签收人与收件人关系：", 3.6)
    for n, (word, mark) in enumerate((("本人", True), ("同住成年家属", False), ("代收", False))):
        x = 58 + (0, 20, 52)[n]
        sheet.box(x, 103.2, 3.4, 3.4)
        if mark and signed:
            sheet.line(x + 0.5, 105, x + 1.5, 106.4, 0.5, "#1b2a6b")
            sheet.line(x + 1.5, 106.4, x + 4.4, 101.8, 0.5, "#1b2a6b")
        sheet.text(x + 5, 103, word, 3.6)
    if signed:
        sheet.ink_strokes(45, 88, demand["owner"], 11, seed=31)
        sheet.ink_strokes(111, 91, "2026.10.17 11:20", 6, seed=32)
    sheet.watermark(size=13, ink=44)
    return sheet


def ems_waybill(office: Settings, demo: Settings) -> bytes:
    return png(_waybill(office, demo, signed=False).image)


def ems_signed(office: Settings, demo: Settings) -> bytes:
    slip = _waybill(office, demo, signed=True).image
    scene = lay(wood(_SIZE, 3), slip, [(92, 168), (1186, 118), (1204, 822), (70, 852)])
    return jpeg(_finish(scene, 62, -35), 66, "2026:10:19 09:05:10")


def receipt(office: Settings, demo: Settings) -> bytes:
    """The service receipt with the fields courts look for, signed by the owner, on a clip board."""
    hand, demand = demo["delivery"][1], demo["demand"]
    sheet = Sheet(148, 210, 6.2, "#fdfcf8")
    sheet.text(74, 12, office["creditor"]["name"], 4.6, anchor="ma")
    sheet.text(74, 20, "送 达 回 执", 8, "bold", anchor="ma")
    y = sheet.table(
        10, 35, [34, 94],
        [
            ["文书名称", "催交物业费通知书"],
            ["文书编号", demand["printed_number"]],
            ["事由", f"{demand['periods']}物业费，合计{demand['total']}元"],
            ["受送达人", f"{demand['owner']}（{demand['account']}）"],
            ["送达地址", hand["place"]],
            ["送达方式", "☑直接送达　□留置　□邮寄　□其他".replace("☑", "■")],
            ["页数、份数", "一份"],
        ],
        4, 11, head=False,
    )  # fmt: skip
    y = sheet.table(
        10, y, [34, 94],
        [["收件人签名", ""], ["与受送达人关系", ""], ["收到时间", ""], ["代收、拒收事由", "无"]],
        4, 17, head=False,
    )  # fmt: skip
    sheet.table(
        10, y, [34, 47, 47], [["送达人（二人）", hand["servers"][0], hand["servers"][1]]], 4, 12, head=False
    )
    top = y - 17 * 4
    sheet.ink_strokes(52, top + 1.5, demand["owner"], 14, seed=33)
    sheet.ink_strokes(52, top + 19.5, "本人", 11, seed=34)
    sheet.ink_strokes(52, top + 37.5, "2026.10.18 15:42", 8, seed=35)
    sheet.text(74, 198, "收到上述文书不表示对其内容的认可。", 3.4, ink="#555555", anchor="ma")
    sheet.watermark(size=15, ink=38)
    size = (960, 1280)
    board = Image.new("RGB", (900, 1240), "#51402e")
    ground = lay(wood(size, 8), board, [(40, 40), (930, 60), (945, 1262), (22, 1250)], 16)
    scene = lay(ground, sheet.image, [(92, 118), (868, 136), (884, 1222), (76, 1206)], 6)
    pen = ImageDraw.Draw(scene)
    pen.rounded_rectangle((360, 62, 610, 128), 12, fill="#9b9fa4", outline="#5c6066", width=3)
    pen.rounded_rectangle((430, 40, 540, 86), 14, fill="#84888e", outline="#5c6066", width=3)
    return jpeg(_finish(scene, 63, 160), 66, "2026:10:18 15:44:02")


def door(office: Settings, demo: Settings) -> bytes:
    """The owner's door at the time of delivery: room number and envelope, nobody's face, no view inside."""
    w, h = 960, 1280
    scene = Image.new("RGB", (w, h), "#d9d4c7")
    pen = ImageDraw.Draw(scene)
    pen.polygon([(0, 1130), (w, 1130), (w, h), (0, h)], fill="#8f8a80")  # floor
    for x in range(-200, w + 400, 160):
        pen.line((x, 1130, x + (x - w / 2) * 0.5, h), fill="#7d786f", width=3)
    pen.rectangle((0, 1104, w, 1130), fill="#6f5f4a")  # skirting
    pen.polygon([(0, 0), (w, 0), (w, 70), (0, 46)], fill="#eeeae0")  # ceiling
    pen.rectangle((228, 196, 742, 1130), fill="#4c3a2b")  # frame
    pen.rectangle((256, 224, 714, 1122), fill="#6b4a33")
    for top, bottom in ((268, 560), (610, 1070)):
        pen.rectangle((306, top, 664, bottom), fill="#755239", outline="#523723", width=6)
        pen.rectangle((330, top + 24, 640, bottom - 24), outline="#8a6548", width=4)
    pen.ellipse((472, 404, 498, 430), fill="#cfc9bd", outline="#3a2c20", width=4)  # spy-hole
    pen.rounded_rectangle((646, 640, 690, 780), 14, fill="#b8b2a2", outline="#6a655a", width=3)
    pen.rounded_rectangle((600, 690, 672, 712), 10, fill="#d5cfbf", outline="#6a655a", width=2)
    pen.rounded_rectangle((402, 96, 568, 172), 8, fill="#24507a", outline="#16344f", width=4)
    pen.text((485, 134), "101", fill="#ffffff", font=face("sans", 56), anchor="mm")
    pen.rectangle((40, 330, 190, 470), fill="#f2efe6", outline="#8b8678", width=3)
    pen.text((115, 372), "1栋1单元", fill="#333333", font=face("sans", 30), anchor="mm")
    pen.text((115, 424), "1层", fill="#333333", font=face("sans", 30), anchor="mm")
    pen.rectangle((780, 420, 904, 640), fill="#b9bdc0", outline="#73787c", width=4)  # meter box
    pen.text((842, 470), "电表箱", fill="#444a4e", font=face("sans", 26), anchor="mm")
    letter = Sheet(220, 110, 4, "#e7d8b4")
    letter.text(110, 18, demo["demand"]["owner"] + "  收", 13, "bold", anchor="ma")
    # Nothing on the outside tells a neighbour what is inside.
    letter.text(110, 42, demo["demand"]["account"], 11, anchor="ma")
    letter.text(110, 60, f"编号 {demo['demand']['printed_number']}", 10, anchor="ma")
    letter.text(110, 84, office["creditor"]["name"], 8, anchor="ma")
    letter.watermark(size=20, ink=40)
    scene = scene.filter(ImageFilter.GaussianBlur(1.2))
    scene = lay(scene, letter.image, [(262, 836), (650, 812), (668, 1008), (280, 1036)], 10)
    pen = ImageDraw.Draw(scene)
    pen.polygon(
        [(596, 1280), (560, 1052), (578, 978), (622, 962), (648, 1000), (700, 1120), (748, 1280)],
        fill="#c99a7c",
    )
    pen.polygon([(590, 1280), (582, 1180), (706, 1130), (760, 1280)], fill="#2f3f58")  # a sleeve
    pen.rounded_rectangle((560, 934, 622, 1002), 26, fill="#d3a688")
    pen.text(
        (24, h - 74), f"2026-10-18 15:41  和风苑1栋1单元101  {MARK}", fill="#f6e27a", font=face("sans", 30)
    )
    pen.text((24, h - 36), "水印相机（样本）", fill="#f6e27a", font=face("sans", 24))
    vast = Sheet(96, 128, 10)
    vast.image = scene
    vast.draw = ImageDraw.Draw(scene)
    vast.watermark(size=13, ink=34)
    return jpeg(_finish(vast.image, 64, 15, 175), 68, "2026:10:18 15:41:36")


def chat(office: Settings, demo: Settings) -> bytes:
    """A conversation as a telephone shows it; the look is our own and no product's."""
    sheet = Sheet(75, 146, 10, "#eef0f2")
    sheet.box(0, 0, 75, 11, fill="#ffffff", ink=None)
    sheet.text(37.5, 4, f"{demo['demand']['account']} {demo['demand']['owner']}", 3.2, "sans", anchor="ma")
    sheet.text(3, 4, "‹", 4, "sans")
    sheet.line(0, 11, 75, 11, 0.1, "#cccccc")
    y = 14.0
    for when, mine, text in (
        (
            "2026年10月18日 16:05",
            True,
            f"岳先生您好，这里是和风苑服务中心。编号{demo['demand']['printed_number']}的催交通知书今天下午已当面送达，请查收。",
        ),
        (
            "",
            True,
            f"期间{demo['demand']['periods']}，合计{demo['demand']['total']}元，请在通知书写明的日期前支付。对金额或服务有意见，请书面告知我们。",
        ),
        ("2026年10月18日 20:31", False, "收到了，数目我看过没问题。最近手头紧，能不能分期？"),
        ("2026年10月19日 09:12", True, "可以的。请您工作日到1栋1层服务中心办理分期协议，带上身份证件。"),
        ("2026年10月19日 09:20", False, "好的，谢谢。"),
    ):
        if when:
            sheet.text(37.5, y, when, 2.3, ink="#8a8f94", anchor="ma")
            y += 5
        lines = sheet.wrap(text, 46, 3)
        used = face("serif", sheet.px(3)[0])
        width = max(used.getlength(line) for line in lines) / sheet.scale + 5
        height = len(lines) * 4.6 + 3.6
        x = 75 - 12 - width if mine else 12.0
        sheet.draw.rounded_rectangle(
            sheet.px(x, y, x + width, y + height), 18, fill="#cfe3f7" if mine else "#ffffff"
        )
        for n, line in enumerate(lines):
            sheet.text(x + 2.5, y + 1.7 + n * 4.6, line, 3)
        centre = 69 if mine else 6
        sheet.draw.ellipse(
            sheet.px(centre - 3.6, y, centre + 3.6, y + 7.2), fill="#5b7fa6" if mine else "#b08a5b"
        )
        sheet.text(centre, y + 3.6, "物" if mine else "岳", 3.4, "sans", "#ffffff", "mm")
        y += height + 4
    sheet.box(0, 136, 75, 10, fill="#ffffff", ink=None)
    sheet.draw.rounded_rectangle(sheet.px(4, 138, 62, 144), 24, fill="#f1f2f4")
    sheet.text(68, 141, "+", 4.4, "sans", "#777777", "mm")
    sheet.watermark(size=8, ink=36)
    return png(sheet.image, 96)


def made_with() -> dict[str, str]:
    """What else decides the bytes: the drawing, packing and font programs, and the fonts themselves."""
    versions = {name: str(features.version(name)) for name in ("freetype2", "libjpeg_turbo")}
    versions |= {name: version(name) for name in ("pillow", "img2pdf", "fonttools")}
    versions["zlib"] = zlib.ZLIB_RUNTIME_VERSION
    return versions | {
        name: hashlib.sha256(font_file(name).read_bytes()).hexdigest() for name in sorted(FACES)
    }


def every(root: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each exhibit, with the names, numbers and dates of the two configuration files."""
    office = tomllib.loads((root / "samples" / "evidence.toml").read_text("utf-8"))
    demo = tomllib.loads((root / "samples" / "demo.toml").read_text("utf-8"))
    yield "made-with.json", (json.dumps(made_with(), indent=1) + "\n").encode()
    yield "contract.pdf", papers.contract_pdf(office)
    yield "handover.jpg", papers.handover_jpg(office, demo["demand"]["owner"], _PHONE, _AREA)
    yield "service-record.pdf", papers.service_pdf(office)
    yield "price-notice.jpg", price_notice(office)
    yield "ems-waybill.png", ems_waybill(office, demo)
    yield "ems-signed.jpg", ems_signed(office, demo)
    yield "receipt-signed.jpg", receipt(office, demo)
    yield "door-photo.jpg", door(office, demo)
    yield "chat.png", chat(office, demo)
