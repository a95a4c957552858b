"""The filled receipt (送达回执): one sheet for each recorded attempt, with what the delivery records say.

The fields are those of a court's 送达回证, as on the slip that is signed at the door (:mod:`templatekit.receipt`). What is
not on record stays blank, and nothing stands in the place of a signature.
"""

from __future__ import annotations

from templatekit.ooxml import (
    Block,
    Cell,
    Document,
    P,
    Row,
    Style,
    T,
    Table,
    concat,
    each,
    each_row,
    when,
    when_row,
)
from templatekit.parts import LAW, styles
from templatekit.receipt import SHEET


def delivery_receipt() -> Document:
    heading = Style(
        "SlipTitle", T("回执标题", "回執標題"), "title", 20, 34, bold=True, align="center", after=8
    )
    hash_ = Style("SlipHash", T("回执哈希", "回執哈希"), "table", 8.5, 13, align="left")
    foot = Style("SlipFoot", T("回执说明", "回執說明"), "body", 10, 15, before=4)
    return Document(
        concat([each("sheet", "sheets", *_sheet())]), SHEET, (*styles(12, 18), heading, hash_, foot)
    )


def _row(name: T, *lines: T, height: float = 9.0) -> Row:
    return Row((Cell((P("TableHead", name),)), Cell(tuple(P("TableText", one) for one in lines))), height)


def _sheet() -> tuple[Block, ...]:
    title = T("送达回执（依登记填写）", "送達回執（依登記填寫）")
    proof = Row(
        (
            Cell((P("TableHead", T("{{ proof.label }}")),)),
            Cell(
                (
                    P("TableText", T("{{ proof.name }}")),
                    P("TableText", T("拍摄时间：{{ proof.taken }}", "拍攝時間：{{ proof.taken }}")),
                    P("SlipHash", T("SHA-256：{{ proof.sha256 }}")),
                )
            ),
        ),
        13,
    )
    rows = (
        _row(T("文书", "文書"), T("{{ slip.title }}（{{ slip.number }}）")),
        _row(
            T("页数、份数", "頁數、份數"),
            T(
                "{{ slip.pages }}页，　　　份　　　核验短码：{{ slip.code }}",
                "{{ slip.pages }}頁，　　　份　　　核驗短碼：{{ slip.code }}",
            ),
        ),
        _row(T("事由"), T("{{ slip.cause }}")),
        _row(T("受送达人", "受送達人"), T("{{ slip.name }}（{{ slip.premises }}）")),
        _row(T("送达地址", "送達地址"), T("{{ sheet.address }}")),
        _row(T("送达方式", "送達方式"), T("{{ sheet.channel }}")),
        _row(T("送达时间", "送達時間"), T("{{ sheet.time }}")),
        _row(T("收件人", "收件人"), T("{{ sheet.signer }}")),
        _row(T("签名或者按指印", "簽名或者按指印"), T("{{ sheet.signature }}"), height=11),
        _row(
            T("与受送达人的关系", "與受送達人的關係"),
            T("{{ sheet.relation }}"),
            T("代收人身份证件后四位：{{ sheet.id_last }}", "代收人身份證件後四位：{{ sheet.id_last }}"),
            height=13,
        ),
        *each_row(
            2,
            "server",
            "sheet.servers",
            _row(T("送达人", "送達人"), T("{{ server }}"), height=10),
        ),
        _row(T("拒收事由和日期"), T("{{ sheet.refusal }}")),
        _row(
            T("见证人", "見證人"),
            T("{{ sheet.witness }}"),
            T("单位：{{ sheet.witness_unit }}", "單位：{{ sheet.witness_unit }}"),
            height=13,
        ),
        *each_row(2, "proof", "sheet.proofs", proof),
        *when_row(2, "not sheet.proofs", _row(T("照片、视频等凭证", "照片、視頻等憑證"), T(""))),
        Row(
            (
                Cell((P("TableHead", T("备注", "備註")),)),
                Cell((P("TableText", T("{{ sheet.remarks }}")),)),
            ),
            10,
            split=True,
        ),
    )
    return (
        *when("loop.first", P("SlipTitle", title), otherwise=[P("SlipTitle", title, new_page=True)]),
        Table((38, 127), rows, lines="horizontal", padding=0.8, air=0.9),
        P(
            "SlipFoot",
            T(
                "本回执由{{ slip.sender }}依送达登记于{{ made_on }}填写，时间为北京时间；空白为没有登记的事项，“／”为本次送达不涉及的"
                "事项。拍摄时间是文件内的记载，未经核实。签名以所列凭证的原件为准，本回执不代替签了名的回执。签收仅表示收到上列文书，"
                "不表示认可其内容。",
                "本回執由{{ slip.sender }}依送達登記於{{ made_on }}填寫，時間為北京時間；空白為沒有登記的事項，「／」為本次送達不涉及的"
                "事項。拍攝時間是檔案內的記載，未經核實。簽名以所列憑證的原件為準，本回執不代替簽了名的回執。簽收僅表示收到上列文書，"
                "不表示認可其內容。",
            ),
        ),
        LAW,
    )
