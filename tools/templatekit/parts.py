"""The look of the letters and the pieces that several of them share."""

from __future__ import annotations

from templatekit.ooxml import Block, Cell, Look, P, Row, Style, T, Table, when, when_row

# Families an office has: Windows and macOS ship them, and the converters map them to the open fonts we ship.
FACES = {
    "body": T("仿宋", "標楷體"),
    "title": T("宋体", "標楷體"),
    "head": T("黑体", "微軟正黑體"),
    "table": T("仿宋", "標楷體"),
}
# The measures of GB/T 9704, but for the foot: 11 mm less of it save most letters a third page. The stamp ends 17 mm up.
LETTER = Look(FACES, (37, 24, 28, 26))
COURT = Look(FACES, (30, 30, 20, 20))

STAMP = (
    28.0  # keeps a line left of the stamp's box: 184 mm (right margin) - 28 = 156 mm, the box starts at 160
)
BODY, LINE = (
    14.0,
    20.0,
)  # 四号: a demand with six periods and late charge stays on two pages; 三号 would need three


def styles(body: float = BODY, line: float = LINE) -> tuple[Style, ...]:
    return (
        Style(
            "Letterhead",
            T("函件抬头", "函件抬頭"),
            "title",
            16,
            26,
            bold=True,
            align="left",
            right=STAMP,
            rule=True,
        ),
        Style("Number", T("函件编号", "函件編號"), "body", 12, 22, align="left", right=STAMP),
        # A law firm's own number and ours in one line left of the stamp.
        Style("TwoNumbers", T("函件双编号", "函件雙編號"), "body", 10.5, 22, align="left", right=STAMP),
        Style(
            "LetterTitle",
            T("函件标题", "函件標題"),
            "title",
            22,
            32,
            bold=True,
            align="center",
            before=8,
            after=6,
        ),
        Style("Line", T("函件顶格", "函件頂格"), "body", body, line, align="left"),
        Style("Body", T("函件正文", "函件正文"), "body", body, line, first=2),
        # Left, not justified, for the day to pay by and for lines of contact: the builtin converter never breaks in a
        # date with what stands about it, and would stretch the line before it to the margin.
        Style("BodyLeft", T("函件正文左齐", "函件正文左齊"), "body", body, line, align="left", first=2),
        Style(
            "Head1",
            T("函件一级标题", "函件一級標題"),
            "head",
            body,
            line,
            align="left",
            first=2,
            keep_next=True,
        ),
        Style("Note", T("函件附注", "函件附註"), "body", 12, 20, before=4),
        Style("Law", T("适用法律", "適用法律"), "body", 9, 14, align="left", before=4),
        Style("SignRight", T("函件落款", "函件落款"), "body", body, line, align="right", right=6),
        Style("SignLeft", T("函件签署", "函件簽署"), "body", 12, 16.5, align="left"),
        Style("SignSmall", T("函件落款小字", "函件落款小字"), "body", 12, 20, align="right", right=6),
        Style("SignLine", T("手写签名", "手寫簽名"), "body", 12, 30, align="right", right=6),
        Style("Seal", T("盖章处", "蓋章處"), "body", 12, 18, align="center", colour="7F7F7F"),
        Style("TableHead", T("表头", "表頭"), "table", 10.5, 16, bold=True, align="center"),
        Style("TableText", T("表格文字", "表格文字"), "table", 10.5, 16, align="left"),
        Style("TableCentre", T("表格居中", "表格置中"), "table", 10.5, 16, align="center"),
        Style("TableAmount", T("表格金额", "表格金額"), "table", 10.5, 16, align="right"),
        Style("NarrowHead", T("小表头", "小表頭"), "table", 9, 14, bold=True, align="center"),
        Style("NarrowText", T("小表文字", "小表文字"), "table", 9, 14, align="left"),
        Style("NarrowCentre", T("小表居中", "小表置中"), "table", 9, 14, align="center"),
        Style("NarrowAmount", T("小表金额", "小表金額"), "table", 9, 14, align="right"),
        # Sums of nine digits in seven columns: small, but whole.
        Style("TinyHead", T("细表头", "細表頭"), "table", 7.5, 12, bold=True, align="center"),
        Style("TinyText", T("细表文字", "細表文字"), "table", 7.5, 12, align="left"),
        Style("TinyCentre", T("细表居中", "細表置中"), "table", 7.5, 12, align="center"),
        Style("TinyAmount", T("细表金额", "細表金額"), "table", 7.5, 12, align="right"),
        Style("FormLabel", T("表单项目", "表單項目"), "table", 12, 18.5, align="center"),
        Style("FormText", T("表单内容", "表單內容"), "table", 12, 18.5, align="left"),
        Style(
            "Draft",
            T("草稿标记", "草稿標記"),
            "head",
            16,
            24,
            bold=True,
            align="left",
            right=STAMP,
            colour="C00000",
        ),
        Style("Gap", T("间隔", "間隔"), "body", 4, 6),
    )


# -- pieces that several letters share -------------------------------------------------------------------------


def line(zh: str, hant: str = "", *, keep: bool = False) -> P:
    return P("Line", T(zh, hant), keep)


def body(zh: str, hant: str = "", *, keep: bool = False) -> P:
    return P("Body", T(zh, hant), keep)


def left(zh: str, hant: str = "", *, keep: bool = False) -> P:
    return P("BodyLeft", T(zh, hant), keep)


def head(zh: str, hant: str = "") -> P:
    return P("Head1", T(zh, hant))


def letterhead(name: str, number: T, style: str = "Number") -> tuple[Block, ...]:
    return P("Letterhead", T(name)), P(style, number)


def title(zh: str, hant: str = "") -> P:
    return P("LetterTitle", T(zh, hant))


GAP = P("Gap", T(""))
NUMBER = T("编号：{{ number }}", "編號：{{ number }}")


def text(zh: str, hant: str = "", style: str = "TableText", span: int = 1) -> Cell:
    return Cell((P(style, T(zh, hant)),), span)


def payment(label: str = "FormLabel", value: str = "FormText", height: float = 6.8) -> Table:
    """Where to pay, on one page. The remark lets the payee match a transfer to the home."""
    rows = (
        (T("收款户名", "收款戶名"), "{{ bank.payee }}"),
        (T("开户行", "開戶行"), "{{ bank.bank }}"),
        (T("账号", "賬號"), "{{ bank.number }}"),
    )

    def remark(keep: bool) -> Row:
        name = P(label, T("转账附言", "轉賬附言"), keep=keep)
        return Row((Cell((name,)), Cell((P(value, T("{{ remittance_note }}"), keep=keep),))), height)

    # The last row keeps nothing: what follows the table may begin a page.
    more = Row((text("其他方式", style=label), text("{{ bank.other_ways }}", style=value)), height)
    return Table(
        (30, 126),
        (
            *(
                Row((Cell((P(label, name, keep=True),)), Cell((P(value, T(tag), keep=True),))), height)
                for name, tag in rows
            ),
            *when_row(2, "bank.other_ways", remark(True), more),
            *when_row(2, "not bank.other_ways", remark(False)),
        ),
    )


def seal_cell() -> Cell:
    """45 × 45 mm: the largest company seal (印章管理规定 14). A box, never a picture of a seal."""
    return Cell((P("Seal", T("盖章处", "蓋章處")),), box="dashed")


LAW = P("Law", T("{{ law.applicable_law }}"))


def closing(name: str, *lines: P) -> tuple[Block, ...]:
    """Who signs, the place for the seal, and in small type the law that governs, together on one page.

    The row's height is exact: the builtin converter leaves gaps in the sides of taller rows otherwise.
    """
    signed = (P("SignRight", T(name)), *lines, P("SignRight", T("{{ issued_on }}")), LAW)
    row = Row((Cell(signed, box="none", valign="bottom"), seal_cell()), 45, exact=True)
    return P("Gap", T(""), keep=True), Table((111, 45), (row,), lines="none")


def signature(name: str) -> Table:
    """The end of a letter that nobody seals, in one row that no page break splits."""
    signed = (P("SignRight", T(name)), P("SignRight", T("{{ issued_on }}")))
    row = Row((Cell((LAW,), box="none", valign="bottom"), Cell(signed, box="none", valign="bottom")))
    return Table((56, 100), (row,), lines="none")


USCC = P(
    "SignSmall",
    T("统一社会信用代码：{{ creditor.uscc }}", "統一社會信用代碼：{{ creditor.uscc }}"),
)


def contact(*, keep: bool) -> tuple[Block, ...]:
    """How to reach the creditor, on one page; ``keep`` also with what follows, where that is the signature.

    Telephone number and hours come first in their lines, where no converter can break them at a hyphen.
    """
    return (
        left(
            "电话：{{ creditor.phone }}（联系人：{{ creditor.contact }}）",
            "電話：{{ creditor.phone }}（聯繫人：{{ creditor.contact }}）",
            keep=True,
        ),
        left("地址：{{ creditor.address }}", keep=keep),
        *when(
            "creditor.hours",
            left("办公时间：{{ creditor.hours }}", "辦公時間：{{ creditor.hours }}", keep=keep),
        ),
    )


CONTACT = contact(keep=True)


def table_of(table: Table) -> tuple[Block, ...]:
    """A table with a little air above and below; the paragraph before it should be kept with it."""
    return P("Gap", T(""), keep=True), table, P("Gap", T(""))
