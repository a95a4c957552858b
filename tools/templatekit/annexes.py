"""The annexes of a claim: fee statement (欠费明细表) and late-charge calculation (违约金计算表).

Exhibits, not letters: on their side, without the places of the stamp, plainly marked as the creditor's own
reckoning. Heads of tables are repeated on each page and rows never split. Figures, formulas, rates and sentences
come in finished; the words of the law come from the law pack.
"""

from __future__ import annotations

from templatekit.ooxml import (
    Block,
    Cell,
    Document,
    Look,
    P,
    Row,
    Style,
    T,
    Table,
    concat,
    each,
    each_row,
    when,
)
from templatekit.parts import FACES

# The top is where a file of upright pages is bound.
SHEET = Look(FACES, (25, 14, 17, 17), landscape=True)
Column = tuple[float, tuple[T, ...], tuple[str, ...], str]


def _styles() -> tuple[Style, ...]:
    return (
        Style("SheetTitle", T("附表标题", "附表標題"), "title", 20, 28, bold=True, align="center"),
        Style("SheetMark", T("附表标注", "附表標註"), "body", 10.5, 16, align="center", after=2),
        Style("SheetLine", T("附表页眉", "附表頁眉"), "body", 9, 13, align="right", colour="595959"),
        Style(
            "SheetHead",
            T("附表小标题", "附表小標題"),
            "head",
            12,
            18,
            align="left",
            before=6,
            after=2,
            keep_next=True,
        ),
        Style("SheetCaption", T("附表表题", "附表表題"), "head", 12, 18, align="left", before=8, after=3),
        Style("SheetText", T("附表正文", "附表正文"), "body", 10.5, 16.5, align="left"),
        Style("SheetSum", T("附表合计", "附表合計"), "body", 12, 20, align="left"),
        Style("SheetSign", T("附表落款", "附表落款"), "body", 12, 20, align="right", before=4),
        Style("SheetSmall", T("附表附注", "附表附註"), "body", 9, 13.5, align="left", before=3),
        # A sentence of claim for each of thirty charges, on one line each.
        Style("SheetClause", T("附表逐项", "附表逐項"), "body", 9, 14, align="left"),
        Style("SheetGap", T("附表间隔", "附表間隔"), "body", 3, 4),
        Style("CellHead", T("附表表头", "附表表頭"), "table", 9, 13, bold=True, align="center"),
        Style("CellText", T("附表文字", "附表文字"), "table", 9, 13, align="left"),
        Style("CellCentre", T("附表居中", "附表置中"), "table", 9, 13, align="center"),
        Style("CellAmount", T("附表金额", "附表金額"), "table", 9, 13, align="right"),
        Style("CellLabel", T("附表项目", "附表項目"), "table", 10.5, 16, align="center"),
        Style("CellValue", T("附表内容", "附表內容"), "table", 10.5, 16, align="left"),
    )


def _cell(style: str, text: str) -> Cell:
    return Cell((P(style, T(text)),))


def _each_line(variable: str) -> tuple[P, ...]:
    """Several lines, each a paragraph of its own, so that no converter breaks inside a date."""
    return (
        P("CellCentre", T(f"{{%p for part in {variable} %}}")),
        P("CellCentre", T("{{ part }}")),
        P("CellCentre", T("{%p endfor %}")),
    )


def _if(variable: str, style: str) -> tuple[P, ...]:
    return (
        P(style, T(f"{{%p if {variable} %}}")),
        P(style, T(f"{{{{ {variable} }}}}")),
        P(style, T("{%p endif %}")),
    )


def _cell_of(values: tuple[str, ...], style: str) -> Cell:
    """Values under each other; the first is always printed, a later one where there is one."""
    paragraphs: tuple[P, ...] = ()
    for position, value in enumerate(values):
        if value.endswith("_lines"):
            paragraphs += _each_line(value)
        elif position:
            paragraphs += _if(value, style)
        else:
            paragraphs += (P(style, T(f"{{{{ {value} }}}}")),)
    return Cell(paragraphs)


def _last_kept(style: str, text: str, unless: str = "") -> tuple[P, ...]:
    """A paragraph of a loop, the last of which stays with what follows (``unless`` that is enough for a page of its own):
    no page holds nothing but notes."""
    return (
        P(style, T(f"{{%p if loop.last{f' and not {unless}' if unless else ''} %}}")),
        P(style, T(text), keep=True),
        P(style, T("{%p else %}")),
        P(style, T(text)),
        P(style, T("{%p endif %}")),
    )


def _grid(
    caption: T, columns: tuple[Column, ...], name: str, items: str, *total: Row, unless: str = ""
) -> Table:
    """A table over the whole width with one row for each of ``items``; widths are in proportion. Its last row stays with
    what follows: a word processor looks at the first paragraph of a row.

    The caption is part of the head, so that no converter leaves it behind at the foot of a page, and comes again
    with it on the next.
    """
    scale = SHEET.width / sum(width for width, *_ in columns)
    heads = tuple(Cell(tuple(P("CellHead", line) for line in head)) for _, head, _, _ in columns)
    (_, _, (number,), style), *others = columns
    cells = (
        Cell(_last_kept(style, f"{{{{ {number} }}}}", unless)),
        *(_cell_of(values, style) for _, _, values, style in others),
    )
    return Table(
        tuple(width * scale for width, *_ in columns),
        (
            Row((Cell((P("SheetCaption", caption),), len(columns), box="caption"),), header=True),
            Row(heads, 9, header=True),
            *each_row(
                len(columns),
                name,
                items,
                Row(cells, 5.6),
            ),
            *total,
        ),
        lines="horizontal",
        padding=0.4,
        air=0.4,
    )


def _total(label: T, span: int, *amounts: str, rest: int = 0) -> Row:
    cells = [Cell((P("CellHead", label, keep=True),), span), *(_cell("CellAmount", a) for a in amounts)]
    return Row((*cells, *(_cell("CellText", "") for _ in range(rest))), 6)


def _head() -> tuple[Block, ...]:
    rows = (
        (
            (T("业主", "業主"), "{{ debtor.name }}"),
            (T("房屋"), "{{ premises.full }}"),
            (T("计算截止日", "計算截止日"), "{{ as_of }}"),
        ),
        (
            (T("债权人", "債權人"), "{{ creditor.name }}"),
            (T("户号", "戶號"), "{{ account }}"),
            (T("制表日期", "製表日期"), "{{ made_on }}"),
        ),
    )
    return (
        P("SheetTitle", T("{{ title }}")),
        P("SheetMark", T("（债权人单方计算，供核对）", "（債權人單方計算，供核對）")),
        Table(
            (24, 75, 20, 66, 28, 50),
            tuple(
                Row(
                    tuple(
                        cell
                        for label, value in row
                        for cell in (Cell((P("CellLabel", label),)), _cell("CellValue", value))
                    ),
                    7.4,
                )
                for row in rows
            ),
        ),
    )


def _foot() -> tuple[Block, ...]:
    """Where the figures come from, under which law, and who reckoned them: one row, which no page break splits."""
    source = T(
        "数据来源：债权人收费台账第{{ source.snapshot }}次导入（{{ source.imported_on }}，证据日志"
        "{{ source.entry }}条目，该条目SHA-256前16位为{{ source.digest }}）及债权人的案卷登记；表中“登记号”为证据"
        "日志的条目号。本表由{{ source.tool }}依上述数据生成，未加盖核验标记。{{ law.applicable_law }}",
        "數據來源：債權人收費台賬第{{ source.snapshot }}次導入（{{ source.imported_on }}，證據日誌"
        "{{ source.entry }}條目，該條目SHA-256前16位為{{ source.digest }}）及債權人的案卷登記；表中「登記號」為證據"
        "日誌的條目號。本表由{{ source.tool }}依上述數據生成，未加蓋核驗標記。{{ law.applicable_law }}",
    )
    signed = T("制表：{{ creditor.name }}　{{ made_on }}", "製表：{{ creditor.name }}　{{ made_on }}")
    cell = Cell((P("SheetSmall", source), P("SheetSign", signed)), box="none")
    return P("SheetGap", T(""), keep=True), Table((SHEET.width,), (Row((cell,)),), lines="none", padding=0)


def _notes() -> tuple[Block, ...]:
    note = P("SheetText", T("（{{ loop.index }}）{{ note }}"), keep=True)
    return when("notes", P("SheetHead", T("说明", "說明")), *each("note", "notes", note))


_PERIOD = T("所属期间", "所屬期間")
_ITEM = T("费用项目", "費用項目")
_NUMBER = T("序号", "序號")
_HEADER = P(
    "SheetLine",
    T(
        "{{ title }}　{{ debtor.name }}　{{ premises.full }}　截至{{ as_of }}　债权人单方计算",
        "{{ title }}　{{ debtor.name }}　{{ premises.full }}　截至{{ as_of }}　債權人單方計算",
    ),
)


def _charges(held: bool) -> Table:
    columns: tuple[Column, ...] = (
        (8, (_NUMBER,), ("line.number",), "CellCentre"),
        (20, (_ITEM,), ("line.item",), "CellText"),
        (30, (_PERIOD,), ("line.period_lines",), "CellCentre"),
        (29, (T("应付日", "應付日"),), ("line.due",), "CellCentre"),
        (13 if held else 22, (T("台账行", "台賬行"),), ("line.ledger_lines",), "CellCentre"),
        (31, (T("计费面积×", "計費面積×"), T("单价×月数", "單價×月數")), ("line.calculation",), "CellCentre"),
        (23, (T("应收", "應收"),), ("line.billed",), "CellAmount"),
        (21, (T("更正／减免", "更正／減免"),), ("line.change",), "CellAmount"),
        (22, (T("已付"),), ("line.paid",), "CellAmount"),
        (23, (T("尚欠"),), ("line.outstanding",), "CellAmount"),
    )
    amounts = ["{{ totals.billed }}", "{{ totals.change }}", "{{ totals.paid }}", "{{ totals.outstanding }}"]
    if held:
        columns += (
            (21, (T("暂缓主张", "暫緩主張"),), ("line.held",), "CellAmount"),
            (23, (T("本次主张", "本次主張"),), ("line.demanded",), "CellAmount"),
        )
        amounts += ["{{ totals.held }}", "{{ totals.demanded }}"]
    caption = T("欠费明细（单位：人民币元）", "欠費明細（單位：人民幣元）")
    return _grid(caption, columns, "line", "lines", _total(T("合计", "合計"), 6, *amounts))


def fee_statement() -> Document:
    changes = _grid(
        T("更正、减免与暂缓主张（单位：人民币元）", "更正、減免與暫緩主張（單位：人民幣元）"),
        (
            (26, (T("登记号", "登記號"),), ("change.entry",), "CellCentre"),
            (26, (T("种类", "種類"),), ("change.kind",), "CellCentre"),
            (32, (T("日期"),), ("change.on",), "CellCentre"),
            (62, (T("涉及"),), ("change.about",), "CellText"),
            (87, (T("事由"),), ("change.reason",), "CellText"),
            (30, (T("金额", "金額"),), ("change.amount",), "CellAmount"),
        ),
        "change",
        "changes",
        unless="payments",
    )
    payments = _grid(
        T("付款与抵充（单位：人民币元）", "付款與抵充（單位：人民幣元）"),
        (
            (9, (_NUMBER,), ("payment.number",), "CellCentre"),
            (20, (T("登记号", "登記號"),), ("payment.entry",), "CellCentre"),
            (30, (T("收款日"),), ("payment.received_on",), "CellCentre"),
            (25, (T("收款金额", "收款金額"),), ("payment.amount",), "CellAmount"),
            (25, (T("抵充金额", "抵充金額"),), ("payment.share",), "CellAmount"),
            (27, (T("抵充部分"),), ("payment.part",), "CellCentre"),
            (26, (_ITEM,), ("payment.item",), "CellText"),
            (31, (_PERIOD,), ("payment.period_lines",), "CellCentre"),
            (70, (T("抵充次序的依据", "抵充次序的依據"),), ("payment.rule",), "CellText"),
        ),
        "payment",
        "payments",
        _total(T("付款合计", "付款合計"), 3, "{{ payments_total }}", "{{ payments_total }}", rest=4),
    )
    blocks = concat(
        [
            _head(),
            when("contract.price", P("SheetGap", T("")), P("SheetText", _PRICE)),
            when("has_held", _charges(True), otherwise=[_charges(False)]),
            [
                P("SheetGap", T(""), keep=True),
                P("SheetText", T("核对：{{ equation }}。", "核對：{{ equation }}。"), keep=True),
            ],
            when("changes or payments", P("SheetSum", _SUM), otherwise=[P("SheetSum", _SUM, keep=True)]),
            # Two tables with nothing between them are one to a word processor, under the head of the first.
            when(
                "changes",
                changes,
                *when("payments", P("SheetGap", T("")), otherwise=[P("SheetGap", T(""), keep=True)]),
            ),
            when(
                "payments",
                payments,
                P("SheetGap", T(""), keep=True),
                P(
                    "SheetText",
                    T("核对：{{ payments_equation }}。", "核對：{{ payments_equation }}。"),
                    keep=True,
                ),
                *when(
                    "statutory",
                    P("SheetText", T("{{ law.allocation_basis }}"), keep=True),
                    otherwise=[
                        P("SheetText", T("抵充次序依照双方的约定。", "抵充次序依照雙方的約定。"), keep=True)
                    ],
                ),
            ),
            _notes(),
            _foot(),
        ]
    )
    return Document(blocks, SHEET, _styles(), _HEADER)


_SUM = T(
    "截至{{ as_of }}，本次主张的本金合计**人民币{{ total }}元（大写：{{ total_words }}）**。",
    "截至{{ as_of }}，本次主張的本金合計**人民幣{{ total }}元（大寫：{{ total_words }}）**。",
)
_PRICE = T(
    "收费标准：{{ contract.price }}{% if contract.title %}（{{ contract.title }}{{ contract.fee_clause }}"
    "{% if contract.due_clause %}，支付期限见{{ contract.due_clause }}{% endif %}）{% endif %}",
    "收費標準：{{ contract.price }}{% if contract.title %}（{{ contract.title }}{{ contract.fee_clause }}"
    "{% if contract.due_clause %}，支付期限見{{ contract.due_clause }}{% endif %}）{% endif %}",
)


def late_charge() -> Document:
    blocks = concat(
        [
            _head(),
            when(
                "agreed",
                P("SheetGap", T("")),
                P(
                    "SheetText",
                    T(
                        "约定：{{ clause }}。{{ law.late_charge_quote }}",
                        "約定：{{ clause }}。{{ law.late_charge_quote }}",
                    ),
                ),
            ),
            when("has_reference", _results(True), otherwise=[_results(False)]),
            [P("SheetGap", T(""), keep=True)],
            when("has_reference", P("SheetText", _THREE), otherwise=[P("SheetText", _TWO)]),
            each("line", "summary", P("SheetSum", T("**{{ line }}**"))),
            when(
                "steps",
                _steps(),
                P("SheetGap", T(""), keep=True),
                P(
                    "SheetText",
                    T(
                        "核对：同一序号、同一栏的各段“算式”得数相加，四舍五入至分一次，即为该栏数额。“舍入前”只列至"
                        "小数点后六位，其后略去。",
                        "核對：同一序號、同一欄的各段「算式」得數相加，四捨五入至分一次，即為該欄數額。「捨入前」只列至"
                        "小數點後六位，其後略去。",
                    ),
                ),
            ),
            [P("SheetHead", T("计算方法", "計算方法"))],
            each("method", "methods", P("SheetText", T("{{ method }}"))),
            when(
                "sentences",
                P("SheetHead", T("本次主张", "本次主張")),
                *each(
                    "sentence",
                    "sentences",
                    *_last_kept("SheetClause", "（{{ loop.index }}）{{ sentence }}。"),
                ),
            ),
            _notes(),
            _foot(),
        ]
    )
    return Document(blocks, SHEET, _styles(), _HEADER)


_THREE = T(
    "①为按合同约定计算的数额；②为按{{ reference_name }}计算的数额，仅供参照；③为债权人本次主张的数额，减去已付及减免的"
    "部分即为扣减后数额。",
    "①為按合同約定計算的數額；②為按{{ reference_name }}計算的數額，僅供參照；③為債權人本次主張的數額，減去已付及減免的"
    "部分即為扣減後數額。",
)
_TWO = T(
    "①为按合同约定计算的数额；②为债权人本次主张的数额，减去已付及减免的部分即为扣减后数额。",
    "①為按合同約定計算的數額；②為債權人本次主張的數額，減去已付及減免的部分即為扣減後數額。",
)


def _results(reference: bool) -> Table:
    """The figures of each charge in one line; with what the reference rate would give only where that is told."""
    agreed = (23.2, (T("①按合同约定", "①按合同約定"),), ("line.contract",), "CellAmount")
    referred = (23.2, (T("②参照数额", "②參照數額"),), ("line.reference",), "CellAmount")
    mark = "③" if reference else "②"
    columns: tuple[Column, ...] = (
        (8, (_NUMBER,), ("line.number",), "CellCentre"),
        (17 if reference else 28.6, (_ITEM,), ("line.item",), "CellText"),
        (31.5, (_PERIOD,), ("line.period_lines",), "CellCentre"),
        (23.2, (T("起算时本金", "起算時本金"),), ("line.base",), "CellAmount"),
        (28.2, (T("起算日"),), ("line.start",), "CellCentre"),
        (28.2, (T("计至（含当日）", "計至（含當日）"),), ("line.last",), "CellCentre"),
        (10, (T("天数", "天數"),), ("line.days",), "CellCentre"),
        agreed,
        *((referred,) if reference else ()),
        (23.2, (T(f"{mark}本次主张", f"{mark}本次主張"),), ("line.claimed",), "CellAmount"),
        (23.2, (T("已付及减免", "已付及減免"),), ("line.settled",), "CellAmount"),
        (23.2, (T("扣减后数额", "扣減後數額"),), ("line.outstanding",), "CellAmount"),
    )
    names = ("contract", *(("reference",) if reference else ()), "claimed", "settled", "outstanding")
    total = _total(T("合计", "合計"), 7, *(f"{{{{ totals.{name} }}}}" for name in names))
    caption = T("计算结果（单位：人民币元）", "計算結果（單位：人民幣元）")
    return _grid(caption, columns, "line", "lines", total)


def _steps() -> Table:
    """One row for each stretch; the rounded figure stands in the last row of those it is made of."""
    columns: tuple[Column, ...] = (
        (8, (_NUMBER,), ("step.number",), "CellCentre"),
        (31.5, (_PERIOD,), ("step.period_lines",), "CellCentre"),
        (11, (T("栏", "欄"),), ("step.figure",), "CellCentre"),
        (28.2, (T("自"),), ("step.first",), "CellCentre"),
        (28.2, (T("至"),), ("step.last",), "CellCentre"),
        (10, (T("天数", "天數"),), ("step.days",), "CellCentre"),
        (23.2, (T("基数", "基數"),), ("step.base",), "CellAmount"),
        (21, (T("利率"),), ("step.rate", "step.rate_from"), "CellCentre"),
        (48.6, (T("算式"),), ("step.formula",), "CellText"),
        (28.1, (T("舍入前", "捨入前"),), ("step.unrounded",), "CellAmount"),
        (25.2, (T("四舍五入至分", "四捨五入至分"),), ("step.amount", "step.capped"), "CellAmount"),
    )
    caption = T("计算过程（单位：人民币元）", "計算過程（單位：人民幣元）")
    return _grid(caption, columns, "step", "steps")
