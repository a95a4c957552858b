"""The words on the pages that the toolkit sets itself: index, dividers, blank sides, page numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["PageWords", "page_words"]


@dataclass(frozen=True, slots=True)
class PageWords:
    """``page`` takes ``x``, ``of`` also ``y``; ``in_volume`` stands before either where volumes are several."""

    page: str
    of: str
    in_volume: str
    volume: str
    volume_of: str
    blank: str
    divider: str
    divider_pages: str
    divider_hash: str
    title: str
    part_title: str
    cause: str
    submitter: str
    opponent: str
    counts: str
    sets: str
    identity: str
    made_on: str
    elsewhere: str
    whole: str
    hash_note: str
    stamped_note: str
    shrunk_note: str
    signed: str
    handed_in: str
    received_by: str
    received_on: str
    columns: Mapping[str, str]


_WORDS = {
    "zh": PageWords(
        page="第{x}页",
        of="第{x}页　共{y}页",
        in_volume="第{v}册　",
        volume="第{v}册",
        volume_of="第{v}册，共{n}册",
        blank="（此页无正文）",
        divider="证据{number}",
        divider_pages="页码：第{pages}页",
        divider_hash="原始文件SHA-256（前16位）：{hash}",
        title="证据目录",
        part_title="证据目录（第{v}册）",
        cause="案由：{text}",
        submitter="提交人：{text}",
        opponent="对方当事人：{text}",
        counts="证据共{exhibits}份，合计{pages}页",
        sets="一式{n}份",
        identity="材料编号：{text}",
        made_on="制作日期：{text}",
        elsewhere="本册列第{first}至{last}项证据；全部证据的目录在第1册。",
        whole="全部材料分为{n}册，页码各册连续，页码前注明所在册次。",
        hash_note="哈希值为该证据原始电子文件的SHA-256摘要，用于核对文件是否与提交时一致。"
        "文书页脚所印哈希值系加盖核验标记之前的文件，与本目录所列成品文件的哈希值不同，属正常。",
        stamped_note="独立时间戳是制作单位以外的机构确认的时间（北京时间），说明该项的登记最迟在此时已经存在，"
        "与证据的形成时间、目录的制作日期不是一回事。",
        shrunk_note="页脚没有空白的页面按原样略微缩小排印，页码印在让出的空白处；原始文件另存，未作改动。",
        signed="提交人签名/盖章",
        handed_in="提交日期",
        received_by="接收人签名",
        received_on="收到日期",
        columns={
            "number": "序号",
            "group": "组别",
            "name": "证据名称",
            "kind": "种类",
            "source": "来源",
            "proves": "证明对象和内容",
            "pages": "页码",
            "copies": "份数",
            "original": "原件/\n复印件",
            "dated": "形成时间",
            "stamped": "独立\n时间戳",
            "carrier": "原始载体",
            "hash": "哈希值\n前16位",
            "submitter": "提交人",
            "remarks": "备注",
        },
    ),
    "zh-Hant": PageWords(
        page="第{x}頁",
        of="第{x}頁　共{y}頁",
        in_volume="第{v}冊　",
        volume="第{v}冊",
        volume_of="第{v}冊，共{n}冊",
        blank="（此頁無正文）",
        divider="證據{number}",
        divider_pages="頁碼：第{pages}頁",
        divider_hash="原始文件SHA-256（前16位）：{hash}",
        title="證據目錄",
        part_title="證據目錄（第{v}冊）",
        cause="案由：{text}",
        submitter="提交人：{text}",
        opponent="對方當事人：{text}",
        counts="證據共{exhibits}份，合計{pages}頁",
        sets="一式{n}份",
        identity="材料編號：{text}",
        made_on="製作日期：{text}",
        elsewhere="本冊列第{first}至{last}項證據；全部證據的目錄在第1冊。",
        whole="全部材料分為{n}冊，頁碼各冊連續，頁碼前註明所在冊次。",
        hash_note="哈希值為該證據原始電子文件的SHA-256摘要，用於核對文件是否與提交時一致。"
        "文書頁腳所印哈希值係加蓋核驗標記之前的文件，與本目錄所列成品文件的哈希值不同，屬正常。",
        stamped_note="獨立時間戳是製作單位以外的機構確認的時間（北京時間），說明該項的登記最遲在此時已經存在，"
        "與證據的形成時間、目錄的製作日期不是一回事。",
        shrunk_note="頁腳沒有空白的頁面按原樣略微縮小排印，頁碼印在讓出的空白處；原始文件另存，未作改動。",
        signed="提交人簽名/蓋章",
        handed_in="提交日期",
        received_by="接收人簽名",
        received_on="收到日期",
        columns={
            "number": "序號",
            "group": "組別",
            "name": "證據名稱",
            "kind": "種類",
            "source": "來源",
            "proves": "證明對象和內容",
            "pages": "頁碼",
            "copies": "份數",
            "original": "原件/\n複印件",
            "dated": "形成時間",
            "stamped": "獨立\n時間戳",
            "carrier": "原始載體",
            "hash": "哈希值\n前16位",
            "submitter": "提交人",
            "remarks": "備註",
        },
    ),
}


def page_words(locale: str) -> PageWords:
    """The words in a script."""
    return _WORDS[locale]
