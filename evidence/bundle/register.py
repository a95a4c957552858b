"""The register of exhibits: what is noted of each, in which words, and what is assumed where nothing is said.

Kinds after 民事诉讼法 66, the original carrier after 证据规定 15 and 23, groups after the usual order of a filing pack.
An assumption never claims more than the file shows: what an exhibit is about, not that it is so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from evidence.bundle.media import PICTURES

KINDS = ("书证", "物证", "视听资料", "电子数据", "证人证言", "鉴定意见", "勘验笔录", "当事人的陈述")
ORIGINALS = ("原件", "复印件")
FALLBACK = "B8"
GROUP = re.compile(r"[A-Z][0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class Details:
    """What is noted of an exhibit; an empty field is one that nobody filled in.

    ``carrier`` is on what it first stood (a phone with its number, an account, a paper and who keeps it); ``submitter``
    who hands it in, where that is not the claimant. ``dated`` is an ISO day or empty.
    """

    name: str = ""
    kind: str = ""
    group: str = ""
    source: str = ""
    proves: str = ""
    original: str = ""
    dated: str = ""
    carrier: str = ""
    submitter: str = ""


FIELDS = tuple(field.name for field in fields(Details))

_WORDS: Mapping[str, tuple[str, ...]] = {
    "account": ("户号", "戶號", "房号", "房號"),
    "file": ("文件", "檔案", "文件名", "文件名称", "文件名稱"),
    "name": ("证据名称", "證據名稱", "名称", "名稱"),
    "kind": ("证据种类", "證據種類", "种类", "種類"),
    "group": ("证据组别", "證據組別", "组别", "組別"),
    "source": ("证据来源", "證據來源", "来源", "來源"),
    "proves": ("证明对象", "證明對象", "证明内容", "證明內容", "证明目的", "證明目的", "证明对象和内容",
               "證明對象和內容"),
    "original": ("原件/复印件", "原件/複印件", "原件或复印件", "原件或複印件", "原件"),
    "dated": ("形成时间", "形成時間", "日期"),
    "carrier": ("原始载体", "原始載體"),
    "submitter": ("提交人",),
}  # fmt: skip
_COLUMNS = {word: field for field, words in _WORDS.items() for word in (field, *words)}
_VALUES = {
    "當事人的陳述": "当事人的陈述", "当事人陈述": "当事人的陈述", "當事人陳述": "当事人的陈述", "書證": "书证",
    "物證": "物证", "視聽資料": "视听资料", "電子數據": "电子数据", "證人證言": "证人证言", "鑒定意見": "鉴定意见",
    "鑑定意見": "鉴定意见", "勘驗筆錄": "勘验笔录", "複印件": "复印件", "副本": "复印件", "copy": "复印件",
    "original": "原件",
}  # fmt: skip
# Words of a name, and the group of the filing pack that papers of such a name belong to.
_GROUPS = (
    ("A2", ("营业执照", "營業執照")),
    ("A3", ("法定代表人身份", "法定代表人證明")),
    ("A4", ("授权委托", "授權委託", "律师证", "律師證", "所函")),
    ("B1", ("产权", "產權", "不动产", "不動產", "房产证", "購房", "购房", "交付", "入住", "验收", "驗收", "登记查询",
            "登記查詢")),
    ("B9", ("缴费", "繳費", "交费记录", "收据", "收據", "发票", "發票", "付款", "分期", "对账", "對賬")),
    ("B7", ("催缴", "催繳", "催交", "催告", "快递", "快遞", "面单", "面單", "送达", "送達", "回执", "回執")),
    ("B3", ("规约", "規約")),
    ("B4", ("收费标准", "收費標準", "价格", "價格", "收费公示", "收費公示", "定价", "定價")),
    ("B8", ("保洁", "保潔", "保安", "秩序", "维修", "維修", "维保", "維保", "巡查", "绿化", "綠化", "电梯", "電梯",
            "服务记录", "服務記錄", "满意度", "滿意度")),
    ("B2", ("合同", "中标", "中標", "业主大会决议", "業主大會決議", "备案", "備案")),
)  # fmt: skip
_PROVES = {
    "zh": {
        "B1": "涉案房屋的权属、面积和坐落",
        "B2": "物业服务合同的订立和内容",
        "B3": "管理规约的内容",
        "B4": "物业费的收费标准及其依据",
        "B9": "被告以往的交费情况",
    },
    "zh-Hant": {
        "B1": "涉案房屋的權屬、面積和坐落",
        "B2": "物業服務合同的訂立和內容",
        "B3": "管理規約的內容",
        "B4": "物業費的收費標準及其依據",
        "B9": "被告以往的交費情況",
    },
}


def label_of(field: str, locale: str) -> str:
    """What a field is called in a table of the script ``locale``; the field itself where it has no such name."""
    words = _WORDS.get(field, (field,))
    return words[min(int(locale == "zh-Hant"), len(words) - 1)]


def column_of(word: str) -> str | None:
    """The field that a table's column is about, in machine words or a clerk's; ``None`` for any other."""
    return _COLUMNS.get(re.sub(r"\s+", "", word).strip("*＊：:").lower())


def value_of(field: str, text: str) -> str:
    """A cell in the words the register keeps: kinds and originals in the one spelling of the catalogue's data."""
    text = text.strip()
    if field == "group":
        return text.upper()
    return _VALUES.get(text, text) if field in ("kind", "original") else text


def kind_of(media_type: str) -> str:
    """The kind of evidence that a file of this type usually is.

    What was recorded by sound or moving picture is 视听资料; pictures, messages and documents that began as data are
    电子数据 (证据规定 14); a PDF or TIFF is taken for the scan of a paper, which somebody has to look at.
    """
    if media_type.startswith(("audio/", "video/")):
        return "视听资料"
    if media_type in ("application/pdf", "image/tiff"):
        return "书证"
    if media_type in PICTURES or media_type == "image/heic" or media_type.startswith("text/"):
        return "电子数据"
    return "书证" if media_type.startswith("application/") and "word" in media_type else "电子数据"


def group_of(name: str) -> str | None:
    """The group that papers of this name belong to, where the name says it."""
    return next((group for group, words in _GROUPS if any(word in name for word in words)), None)


def assumed(details: Details, media_type: str, locale: str) -> Details:
    """``details`` with what can be known from the file and its name where nothing was said.

    A group follows from the name, and what is proved from a group that was given or found, never from a guess.
    """
    known = details.group or group_of(details.name)
    group = known or FALLBACK
    return Details(
        name=details.name,
        kind=details.kind or kind_of(media_type),
        group=group,
        source=details.source,
        proves=details.proves or (_PROVES[locale].get(group, "") if known else ""),
        original=details.original or "复印件",
        dated=details.dated,
        carrier=details.carrier,
        submitter=details.submitter,
    )
