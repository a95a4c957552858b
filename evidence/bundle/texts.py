"""The words the evidence file itself carries, in the script of the case. No law in here."""

from __future__ import annotations

from evidence.bundle.compose import Words
from evidence.bundle.exhibits import PlaceholderWords

# The cause of action this toolkit serves, as the list of causes (民事案件案由规定) names it.
CAUSE = {"zh": "物业服务合同纠纷", "zh-Hant": "物業服務合同糾紛"}

_WORDS = {
    "zh": Words(
        cover="封面",
        catalogue="证据目录",
        exhibit="证据{number}　{name}（第{pages}页）",
        page="第{x}页　共{y}页",
        placeholder=PlaceholderWords(
            title="本页代替不能排成页面的证据文件",
            reason={
                "empty": "原因：文件内没有页面。原文件见 data/originals。",
                "type": "原因：该类型的文件不能排成页面。原文件见 data/originals。",
                "password": "原因：文件设有密码。原文件见 data/originals。",
                "unreadable": "原因：文件无法读取。原文件见 data/originals。",
                "damaged": "原因：文件已损坏，本页位置的内容已经读不出来。原文件见 data/originals。",
            },
            file="文件名：",
            hash="哈希值 ",
            more="以上为前{shown}行，共{total}行。全文见 data/originals 中的原文件。",
            read_out="按文件内容排印：{name}（版式以原文件为准）",
            sheet="工作表：{name}",
            hidden_sheet="工作表：{name}（在原文件中为隐藏）",
            size="大小：{n} 字节",
            length="时长：{length}",
            begun="文件内记载的开始时间：{day}（世界时，由设备写入）",
            stills="画面截取（时长的十分之一、一半、十分之九处）：",
        ),
    ),
    "zh-Hant": Words(
        cover="封面",
        catalogue="證據目錄",
        exhibit="證據{number}　{name}（第{pages}頁）",
        page="第{x}頁　共{y}頁",
        placeholder=PlaceholderWords(
            title="本頁代替不能排成頁面的證據文件",
            reason={
                "empty": "原因：文件內沒有頁面。原文件見 data/originals。",
                "type": "原因：該類型的文件不能排成頁面。原文件見 data/originals。",
                "password": "原因：文件設有密碼。原文件見 data/originals。",
                "unreadable": "原因：文件無法讀取。原文件見 data/originals。",
                "damaged": "原因：文件已損壞，本頁位置的內容已經讀不出來。原文件見 data/originals。",
            },
            file="文件名：",
            hash="哈希值 ",
            more="以上為前{shown}行，共{total}行。全文見 data/originals 中的原文件。",
            read_out="按文件內容排印：{name}（版式以原文件為準）",
            sheet="工作表：{name}",
            hidden_sheet="工作表：{name}（在原文件中為隱藏）",
            size="大小：{n} 字節",
            length="時長：{length}",
            begun="文件內記載的開始時間：{day}（世界時，由設備寫入）",
            stills="畫面截取（時長的十分之一、一半、十分之九處）：",
        ),
    ),
}


def words(locale: str) -> Words:
    """What covers, bookmarks, page numbers and placeholder pages say."""
    return _WORDS[locale]
