"""The fee item of a sheet that has no column for it: from the sheet's name, else from a title row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from evidence.intake.cells import clean, squeeze

_WORDS = """
物业费 物业服务费 物业管理费 物管费 公共服务费 管理费 停车费 停车服务费 车位费 车位管理费 车位服务费
车位租金 地下车位管理费 水费 电费 燃气费 采暖费 供暖费 取暖费 供热费 公摊费 公摊水电费 公摊电费
公摊水费 公摊水电 水电费 水电公摊 能耗费 垃圾费 垃圾清运费 垃圾处理费 装修管理费 电梯费 电梯运行费
二次供水费 清洁费 租金 维修资金 专项维修资金 公共基金 物業費 物業服務費 物業管理費 管理費 停車費
停車服務費 車位費 車位管理費 車位清潔費 車位租金 水費 電費 採暖費 供暖費 公攤費 公攤水電費 公攤水電
水電費 垃圾費 垃圾清運費 電梯費 清潔費 維修資金
"""
# Longest first, so that 物业服务费 is not cut down to 服务费.
_KNOWN = sorted(set(_WORDS.split()), key=lambda word: (-len(word), word))
_ITEM = re.compile("|".join(_KNOWN))
# A name of its own: letters and words up to a fee word, perhaps with a second name in brackets.
_NAME = re.compile(
    r"(?:[一-鿿A-Za-z]{1,10}(?:[费費]|租金|水[电電]|公[摊攤])|[车車]位|停[车車]位?|[车車][库庫])(?:\([^()]{1,12}\))?"
)
_DECORATED = re.compile(r"[欠收缴繳催计計][费費缴繳收]")
_TRADITIONAL = re.compile(r"[費應繳實號樓棟單戶業區權]")


@dataclass(frozen=True, slots=True)
class SheetItem:
    """The item of a whole sheet; ``assumed`` where nothing in the sheet named it, empty where several did."""

    name: str
    assumed: bool = False


def item_of_sheet(sheet: str, titles: Iterable[str], headings: Iterable[str]) -> SheetItem:
    """The sheet's name where it is an item (``公摊水电费``), else the one item that it or a title row names.

    Where nobody names one it is the property fee, which is what these ledgers are for: 物业费, in the script
    of the headings. Where a title names several the rows cannot be told apart and the name stays empty.
    """
    squeezed = squeeze(sheet)
    if _NAME.fullmatch(squeezed) and not _DECORATED.search(squeezed):
        return SheetItem(clean(sheet))
    for texts in ([sheet], titles):
        found = {item for text in texts for item in _ITEM.findall(squeeze(text))}
        if found:
            return SheetItem(found.pop() if len(found) == 1 else "")
    traditional = any(_TRADITIONAL.search(heading) for heading in headings)
    return SheetItem("物業費" if traditional else "物业费", assumed=True)
