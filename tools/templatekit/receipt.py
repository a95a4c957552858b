"""The receipt slip (送达回执): one sheet a letter, apart from it and without a stamp, to be signed at the door.

The fields are those of a court's 送达回证 as far as a private letter needs them. Nobody outside reads them: the sheet
comes back to the office. It says that signing admits receipt alone.
"""

from __future__ import annotations

from templatekit.ooxml import Block, Cell, Document, Look, P, Row, Style, T, Table, concat, each, when
from templatekit.parts import FACES, LAW, styles

_TITLE = T("送达回执", "送達回執")
SHEET = Look(FACES, (20, 20, 25, 20))


def receipt() -> Document:
    heading = Style(
        "SlipTitle",
        T("回执标题", "回執標題"),
        "title",
        20,
        34,
        bold=True,
        align="center",
        after=8,
    )
    return Document(concat([each("slip", "slips", *_slip())]), SHEET, (*styles(12, 18), heading))


def _row(name: T, *lines: T, height: float = 9.0) -> Row:
    return Row((Cell((P("TableHead", name),)), Cell(tuple(P("TableText", one) for one in lines))), height)


def _slip() -> tuple[Block, ...]:
    moment = T("　　　　年　　　月　　　日　　　时　　　分", "　　　　年　　　月　　　日　　　時　　　分")
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
        _row(T("送达地址", "送達地址"), T("{{ slip.address }}"), height=11),
        _row(
            T("送达方式", "送達方式"),
            T("□直接　□留置　□电子　□公告　□公证", "□直接　□留置　□電子　□公告　□公證"),
            T("□邮寄，单号：", "□郵寄，單號："),
            height=13,
        ),
        _row(T("送达时间", "送達時間"), moment),
        _row(T("签名或者按指印", "簽名或者按指印"), T(""), height=14),
        _row(T("收件时间", "收件時間"), moment),
        _row(
            T("与受送达人的关系", "與受送達人的關係"),
            T("□本人　□同住的成年家属，关系：", "□本人　□同住的成年家屬，關係："),
            T("□代理人或者负责收件的人，证件后四位：", "□代理人或者負責收件的人，證件後四位："),
            height=13,
        ),
        _row(
            T("送达人（二人）", "送達人（二人）"),
            T("签名：　　　　　　　　　　　　工号：", "簽名：　　　　　　　　　　　　工號："),
            T("签名：　　　　　　　　　　　　工号：", "簽名：　　　　　　　　　　　　工號："),
            height=16,
        ),
        _row(
            T("拒收事由和日期"),
            T("□拒收　□无人　□其他：", "□拒收　□無人　□其他："),
            moment,
            height=13,
        ),
        _row(
            T("见证人", "見證人"),
            T("姓名：　　　　　　　　　　　　签名：", "姓名：　　　　　　　　　　　　簽名："),
            T("单位（居民委员会、业主委员会等）：", "單位（居民委員會、業主委員會等）："),
            height=16,
        ),
        _row(
            T("照片、视频", "照片、視頻"),
            T("文件名：　　　　　　　　　　　拍摄时间：", "文件名：　　　　　　　　　　　拍攝時間："),
            T("SHA-256："),
            height=13,
        ),
        _row(T("备注", "備註"), T(""), height=12),
    )
    return (
        *when("loop.first", P("SlipTitle", _TITLE), otherwise=[P("SlipTitle", _TITLE, new_page=True)]),
        Table((38, 127), rows),
        P("Gap", T("")),
        P(
            "Note",
            T(
                "签收仅表示收到上列文书，不表示认可其内容。门卫、其他住户、未成年人不得代收；照片和视频不拍摄住宅内部。",
                "簽收僅表示收到上列文書，不表示認可其內容。門衛、其他住戶、未成年人不得代收；照片和視頻不拍攝住宅內部。",
            ),
        ),
        P("SignRight", T("{{ slip.sender }}　{{ slip.issued_on }}")),
        LAW,
    )
