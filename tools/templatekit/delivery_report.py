"""The delivery report of one owner (送达情况报告): every attempt on every letter, with its proofs, grade, and what is missing."""

from __future__ import annotations

from templatekit.ooxml import Cell, Document, P, Row, Style, T, Table, concat, each, each_row
from templatekit.parts import COURT, GAP, LAW, line, styles, text, title

_COLUMNS = (
    (9.0, T("序号", "序號"), "{{ step.number }}"),
    (33.0, T("时间（北京时间）", "時間（北京時間）"), "{{ step.at }}"),
    (24.0, T("方式"), "{{ step.channel }}"),
    (31.0, T("登记结果", "登記結果"), "{{ step.result }}"),
    (31.0, T("签收人", "簽收人"), "{{ step.signer }}"),
    (28.0, T("单号", "單號"), "{{ step.tracking }}"),
    (14.0, T("等级", "等級"), "{{ step.grade }}"),
)


def delivery_report() -> Document:
    table = Table(
        tuple(width for width, *_ in _COLUMNS),
        (
            Row(tuple(Cell((P("SmallHead", name),)) for _, name, _ in _COLUMNS), 9, header=True),
            *each_row(
                len(_COLUMNS),
                "step",
                "letter.steps",
                Row(tuple(text(value, style="SmallText") for _, _, value in _COLUMNS), 8),
                Row(
                    (text("", style="SmallText"), text("{{ step.detail }}", style="SmallText", span=6)),
                    split=True,
                ),
            ),
        ),
        lines="horizontal",
        padding=0.8,
        air=0.9,
    )
    letters = each(
        "letter",
        "letters",
        P("Head1", T("{{ letter.name }}（{{ letter.number }}）"), keep=True),
        P(
            "SmallLine",
            T(
                "日期：{{ letter.issued_on }}　核验短码：{{ letter.code }}　页数：{{ letter.pages }}页",
                "日期：{{ letter.issued_on }}　核驗短碼：{{ letter.code }}　頁數：{{ letter.pages }}頁",
            ),
            keep=True,
        ),
        P("SmallLine", T("到达情况：{{ letter.standing }}", "到達情況：{{ letter.standing }}"), keep=True),
        table,
        P("SmallLine", T("尚缺：{{ letter.missing }}", "尚缺：{{ letter.missing }}")),
        GAP,
    )
    blocks = (
        title("送达情况报告", "送達情況報告"),
        line("受送达人：{{ debtor }}（{{ premises }}）", "受送達人：{{ debtor }}（{{ premises }}）"),
        line("制作：{{ maker }}　{{ made_on }}", "製作：{{ maker }}　{{ made_on }}"),
        *letters,
        P(
            "Note",
            T(
                "本报告依登记数据制作，列出对上述文书登记的全部送达经过，包括未成功的、拒收和退回的。签收人一栏是登记的内容，"
                "签名见所附凭证。证明等级由制作方所用工具按固定规则评定，不是法院的认定：",
                "本報告依登記數據製作，列出對上述文書登記的全部送達經過，包括未成功的、拒收和退回的。簽收人一欄是登記的內容，"
                "簽名見所附憑證。證明等級由製作方所用工具按固定規則評定，不是法院的認定：",
            ),
        ),
        *each("grade", "grades", P("SmallLine", T("{{ grade }}"))),
        LAW,
    )
    extra = (
        Style("SmallHead", T("报告表头", "報告表頭"), "table", 10, 14, bold=True, align="center"),
        Style("SmallText", T("报告文字", "報告文字"), "table", 10, 14, align="left"),
        Style("SmallLine", T("报告说明", "報告說明"), "body", 11, 17, align="left"),
    )
    return Document(concat([blocks]), COURT, (*styles(12, 18), *extra))
