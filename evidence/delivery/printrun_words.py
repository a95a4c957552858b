"""What the pages of a print run say, in both scripts; nothing in here speaks of a debt, a sum or a kind of letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["WORDS", "PrintWords"]


@dataclass(frozen=True, slots=True)
class PrintWords:
    """The round sheet's words, the labels', and those of the page with the reading code."""

    sheet: str
    estate: str
    run: str
    made: str
    total: str
    servers: str
    columns: tuple[str, ...]
    sign_columns: tuple[str, ...]
    result: str
    signed: str
    floor: str
    group: str
    elsewhere: str
    sheet_note: str
    sign_note: str
    page: str
    to_owner: str
    code: str
    sender: str
    place: str
    reading: str
    reading_how: tuple[str, ...]
    reading_fold: str


WORDS: Mapping[str, PrintWords] = {
    "zh": PrintWords(
        sheet="送达巡回单",
        estate="项目：{name}",
        run="批次：{run}",
        made="文书日期：{day}",
        total="共{letters}件，文书{pages}页",
        servers="送达人（二人）签名：__________________　__________________　工号：________　________",
        columns=(
            "序号",
            "房号",
            "楼层",
            "核验短码",
            "页数",
            "时间",
            "结果",
            "送达人一\n签名",
            "送达人二\n签名",
        ),
        sign_columns=(
            "序号",
            "房号",
            "楼层",
            "核验短码",
            "页数",
            "时间",
            "结果",
            "收件人\n签名",
            "与业主\n关系",
        ),
        result="□本人　□家属\n□留置　□拒收\n□无人　□其他",
        signed="□本人签收\n□家属签收",
        floor="{floor}层",
        group="{name}（{count}件）",
        elsewhere="其他",
        sheet_note="本单由送达人员填写并收回存档，不向业主或者其他住户出示、不张贴。业主在各自的送达回执上签名，不在本单签名。"
        "结果栏选“家属”的，须为同住的成年家属；门卫、其他住户、未成年人不得代收。",
        sign_note="本表仅用于确认收到文书，不表示认可文书内容。每个单元另起一页；请业主签名时遮盖其他各行，不得拍照、张贴。"
        "签收以各户的送达回执为准；门卫、其他住户、未成年人不得代收。",
        page="第{x}页　共{y}页",
        to_owner="业主亲启",
        code="核验短码 {code}",
        sender="寄件：{name}",
        place="第{number}件",
        reading="阅读码",
        reading_how=(
            "扫描文书首页右上角的二维码，在打开的页面输入上面的阅读码，可以阅读文书全文、确认收到、提出异议或者协商。",
            "扫描并打开页面将记录打开时间和设备种类（手机或者电脑），用于证明文书送达。打开、阅读和确认收到，都不表示认可文书内容。",
            "本码只印在本页，二维码和链接中没有。请勿将本码告诉他人，工作人员也不会向您索要。",
            "不便上网的，可以不使用本码；文书与本页一同装在信封内，内容完全相同。",
        ),
        reading_fold="沿虚线向内折叠",
    ),
    "zh-Hant": PrintWords(
        sheet="送達巡迴單",
        estate="項目：{name}",
        run="批次：{run}",
        made="文書日期：{day}",
        total="共{letters}件，文書{pages}頁",
        servers="送達人（二人）簽名：__________________　__________________　工號：________　________",
        columns=(
            "序號",
            "房號",
            "樓層",
            "核驗短碼",
            "頁數",
            "時間",
            "結果",
            "送達人一\n簽名",
            "送達人二\n簽名",
        ),
        sign_columns=(
            "序號",
            "房號",
            "樓層",
            "核驗短碼",
            "頁數",
            "時間",
            "結果",
            "收件人\n簽名",
            "與業主\n關係",
        ),
        result="□本人　□家屬\n□留置　□拒收\n□無人　□其他",
        signed="□本人簽收\n□家屬簽收",
        floor="{floor}層",
        group="{name}（{count}件）",
        elsewhere="其他",
        sheet_note="本單由送達人員填寫並收回存檔，不向業主或者其他住戶出示、不張貼。業主在各自的送達回執上簽名，不在本單簽名。"
        "結果欄選「家屬」的，須為同住的成年家屬；門衛、其他住戶、未成年人不得代收。",
        sign_note="本表僅用於確認收到文書，不表示認可文書內容。每個單元另起一頁；請業主簽名時遮蓋其他各行，不得拍照、張貼。"
        "簽收以各戶的送達回執為準；門衛、其他住戶、未成年人不得代收。",
        page="第{x}頁　共{y}頁",
        to_owner="業主親啟",
        code="核驗短碼 {code}",
        sender="寄件：{name}",
        place="第{number}件",
        reading="閱讀碼",
        reading_how=(
            "掃描文書首頁右上角的二維碼，在打開的頁面輸入上面的閱讀碼，可以閱讀文書全文、確認收到、提出異議或者協商。",
            "掃描並打開頁面將記錄打開時間和設備種類（手機或者電腦），用於證明文書送達。打開、閱讀和確認收到，都不表示認可文書內容。",
            "本碼只印在本頁，二維碼和鏈接中沒有。請勿將本碼告訴他人，工作人員也不會向您索要。",
            "不便上網的，可以不使用本碼；文書與本頁一同裝在信封內，內容完全相同。",
        ),
        reading_fold="沿虛線向內折疊",
    ),
}
