"""Which column is what: the words that property systems and clerks put above their columns, and their row.

A header is looked up whole after folding (width, script, blanks, units in brackets), never by resemblance:
``累计欠费`` is a running total and must not be read as ``欠费``. What is not known here an office adds in its
configuration (``synonyms``), and its words go before ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evidence.errors import Problem, fail
from evidence.intake.cells import Value, clean, raw, squeeze
from evidence.intake.tables import Table

# Deeper than any title block seen in exports; a header further down is not a header.
HEADER_ROWS = 30
# Three known names in one row do not happen by chance in a title or a data row.
RECOGNISED = 3


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# In order of preference: where two columns of a sheet name the same thing, the earlier word wins. Traditional
# spellings are folded before look-up (區分所有權人 → 区分所有权人), so they need no entry.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "estate": _words("小区 小区名称 楼盘 楼盘名称 园区 社区 项目小区 案场 社区名称"),
    "phase": _words("分期 项目分期 组团 苑区"),
    "building": _words("楼栋 楼栋号 栋号 栋 幢 幢号 楼号 座 座号 楼幢 楼宇 楼座 栋别 栋座 building"),
    "unit": _words("单元 单元号 门洞 梯 unit"),
    "room": _words(
        "房号 房间号 房屋 房屋编号 房屋号 房间 室号 室 单元房号 楼栋房号 房产 房产编号 资源 资源名称 "
        "资产 资产编号 户别 户号 铺位号 商铺号 车位 车位号 车位编号 门牌 门牌号 房屋地址 房号地址 "
        "房屋坐落 地址 room"
    ),
    "owner": _words(
        "业主 业主姓名 业主名称 户主 户主姓名 姓名 区分所有权人 所有权人 产权人 客户名称 客户姓名 "
        "客户 缴费人 住户 住户姓名 住户名称 owner"
    ),
    "phone": _words(
        "电话 联系电话 手机 手机号 移动电话 手机号码 联系方式 电话号码 业主电话 联络电话 行动电话 phone"
    ),
    "item": _words(
        "费用项目 收费项目 费项 费用名称 收费项 收费科目 费用科目 科目 费用类型 收费类型 费用种类 "
        "费用类别 费别 费目 项目 缴费项目 item"
    ),
    "period": _words(
        "费用所属期 所属期 账期 账单期 账单月份 账单周期 欠费起止 欠费期间 欠费月份 欠费时间 欠费时段 "
        "欠费周期 起止日期 起止时间 期别 期间 计费期间 计费周期 计费时间 计费月份 费用期间 费用周期 "
        "费用月份 费用时间 所属月份 所属账期 收费期间 缴费期间 应收期间 应收月份 月份 年月 period"
    ),
    "start": _words(
        "开始 开始日期 开始时间 开始月份 起 起始 起始日期 起始时间 起始月份 起期 计费开始 "
        "计费开始日期 计费开始时间 费用开始 费用开始日期 欠费开始 欠费开始日期 欠费起始 账期开始 "
        "start"
    ),
    "end": _words(
        "截止 截止日期 截止时间 截止月份 结束 结束日期 结束时间 结束月份 止 终止 终止日期 止期 迄 "
        "计费结束 计费结束日期 计费结束时间 费用结束 费用结束日期 欠费截止 欠费结束 欠费结束日期 "
        "账期结束 end"
    ),
    "billed": _words(
        "应收 应收金额 应收款 应收费用 应缴 应缴金额 应缴费用 应交 应交金额 应付 应付金额 账单金额 "
        "计费金额 应收合计 应缴合计 billed"
    ),
    "paid": _words(
        "已收 已收金额 实收 实收金额 已缴 已缴金额 已交 已交金额 实缴 实缴金额 实交 实交金额 已付 "
        "已付金额 已收合计 实收合计 paid"
    ),
    "owed": _words(
        "欠费金额 欠费 欠费合计 欠费总额 欠缴 欠缴金额 欠款 欠款金额 欠收 欠收金额 欠交 欠交金额 未收 "
        "未收金额 未缴 未缴金额 未交 未交金额 未付金额 拖欠金额 尚欠金额 owed"
    ),
    "due": _words(
        "应缴日期 应交日期 应收日期 应付日期 缴费截止日 缴费截止日期 缴费截止 缴费期限 缴费截止时间 "
        "缴款期限 缴款截止日 付款期限 到期日 到期日期 最后缴费日 最迟缴费日 due"
    ),
    "area": _words("面积 建筑面积 房屋面积 收费面积 计费面积 产权面积 套内面积 建面 坪数 area"),
    "price": _words("单价 收费标准 计费标准 物业费标准 物业费单价 收费单价 费率 标准 price"),
    "remark": _words("备注 说明 附注 摘要 remark"),
}
MONEY = ("billed", "paid", "owed")


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of table: its fields and their names in order of preference, which of them are ``money`` (never
    chosen between), and which are ``needed`` (of each group one)."""

    fields: Mapping[str, tuple[str, ...]]
    money: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]


LEDGER = Form(FIELDS, MONEY, (("room",), ("owner",), ("period", "start"), ("owed", "billed")))

_SHARED = ("estate", "phase", "building", "unit", "room", "owner", "item", "period", "start", "end")
# Money received, as cashiers list it and banks export it. What a bank calls an amount may be money that went out,
# so its two columns are two fields.
PAYMENTS = Form(
    {
        **{name: FIELDS[name] for name in _SHARED},
        "payer": _words(
            "付款人 付款人姓名 付款人名称 付款方 付款户名 交款人 缴款人 交费人 汇款人 转账人 对方户名 对方名称 "
            "对方账户名称 对方账户名 对方单位 交易对方 付款单位 payer"
        ),
        "received": _words(
            "收款日期 收款日 收款时间 收费日期 收费时间 缴费日期 缴费时间 交费日期 交费时间 交款日期 缴款日期 "
            "付款日期 付款时间 到账日期 到账时间 入账日期 入账时间 实收日期 交易日期 交易时间 记账日期 收据日期 "
            "日期 received received_on"
        ),
        "amount": _words(
            "收款金额 实收金额 实收 实缴金额 实缴 实交金额 缴费金额 交费金额 缴款金额 交款金额 付款金额 到账金额 "
            "入账金额 已收金额 已收 交易金额 收入金额 收入 贷方金额 贷方发生额 贷方 金额 amount"
        ),
        "direction": _words("借贷标志 借贷方向 借贷 收支类型 收支标志 收支方向 收支 收/支 direction"),
        "status": _words("交易状态 支付状态 缴费状态 收款状态 订单状态 状态 status"),
        "outgoing": _words(
            "支出金额 支出 借方金额 借方发生额 借方 退款金额 退款 退费金额 退费 付出金额 outgoing"
        ),
        "reference": _words(
            "流水号 交易流水号 银行流水号 业务流水号 支付流水号 流水编号 凭证号 凭证号码 凭证编号 记账凭证号 收据号 "
            "收据号码 收据编号 票据号 票据号码 票据编号 发票号 发票号码 单据号 单据编号 收款单号 收费单号 订单号 "
            "商户订单号 交易单号 交易号 业务编号 reference"
        ),
        "remark": _words(
            "备注 附言 交易附言 转账附言 客户附言 摘要 交易摘要 用途 交易用途 留言 说明 附注 remark note"
        ),
    },
    ("amount", "outgoing"),
    (("room",), ("received",), ("amount",)),
)
# What carriers give back of mail posted in bulk: one row for a letter, or one for each step of its way.
RESULTS = Form(
    {
        "waybill": _words(
            "运单号 运单编号 运单号码 邮件号 邮件号码 邮件编号 快递单号 快递号 物流单号 物流编号 物流运单号 "
            "EMS单号 EMS号 EMS邮件号 详情单号 面单号 面单号码 条码号 挂号号码 追踪号 单号 waybill tracking"
        ),
        "letter": _words(
            "函件编号 函件号 文书编号 文书号 文书文号 文号 通知书编号 信函编号 客户订单号 商户订单号 订单号 参考号 letter"
        ),
        "result": _words(
            "投递结果 投递状态 派送结果 派送状态 邮件状态 快件状态 物流状态 运单状态 签收状态 妥投状态 妥投情况 签收情况 "
            "最新状态 处理结果 当前状态 状态 结果 result status"
        ),
        "at": _words(
            "签收时间 签收日期 妥投时间 投递时间 派送时间 拒收时间 退回时间 退件时间 状态时间 最新时间 更新时间 "
            "处理时间 操作时间 发生时间 时间 at time"
        ),
        "signer": _words("签收人 签收人姓名 实际签收人 签收人名称 收件签收人 代收人 signer"),
        "relation": _words(
            "与收件人关系 签收关系 代收关系 签收人关系 签收人身份 签收类型 签收方式 代收类型 relation"
        ),
        "reason": _words(
            "退回原因 退件原因 拒收原因 未妥投原因 未投妥原因 改退原因 异常原因 失败原因 原因 reason"
        ),
        "place": _words("投递地点 签收地点 派送地点 投递局 投递机构 投递网点 派送网点 网点 地点 place"),
        "sent_to": _words("收件地址 收件人地址 收件人详细地址 寄达地址 寄往地址 目的地址 地址 sent_to"),
        "posted": _words(
            "收寄时间 收寄日期 交寄时间 交寄日期 寄件时间 寄件日期 寄出时间 揽收时间 揽件时间 posted"
        ),
        "channel": _words("寄递方式 快递公司 物流公司 承运商 承运方 承运单位 业务种类 产品类型 channel"),
        "remark": _words("备注 说明 附注 remark note"),
    },
    (),
    (("waybill", "letter"), ("result",), ("at",)),
)
# What a clerk fills in beside a stack of scanned slips: `evidence deliver scan --list` writes these columns.
SLIPS = Form(
    {
        **{name: RESULTS.fields[name] for name in ("letter", "signer", "reason", "remark", "sent_to")},
        "file": _words("文件 文件名 扫描文件 扫描件 file"),
        "page": _words("页 页码 页次 page"),
        "channel": _words("送达方式 方式 channel"),
        "result": _words("送达结果 结果 result outcome"),
        "at": _words("送达时间 签收时间 时间 at time"),
        "relation": _words("签收人与业主的关系 与业主关系 关系 relation"),
        "servers": _words("送达人 送达人姓名 servers"),
        "place": _words("送达地点 地点 place"),
        "witness": _words("见证人 见证人姓名 witness"),
        "role": _words("材料种类 证明材料 种类 role"),
    },
    (),
    (("file",), ("page",), ("letter",), ("result",), ("at",)),
)
# Every field an office may add names to; it says once what its columns are called, whatever file they stand in.
_KNOWN = dict.fromkeys((*LEDGER.fields, *PAYMENTS.fields, *RESULTS.fields))

# Traditional to Simplified for characters that occur in headers; only headers are folded so, never a value.
_SIMPLE = str.maketrans(
    "樓棟號單戶業區權稱電話聯絡繫機項費類種別賬帳應實繳總額開結時間終計週價積標準備註"
    "說產園盤團級資車鋪門編屬條證會動屆際處內築臺幣據憑轉匯對發貸記訂務銀狀態標碼帐"
    "頁達簽關係與見點遞運攬郵檔",
    "楼栋号单户业区权称电话联络系机项费类种别账账应实缴总额开结时间终计周价积标准备注"
    "说产园盘团级资车铺门编属条证会动届际处内筑台币据凭转汇对发贷记订务银状态标码账"
    "页达签关系与见点递运揽邮档",
)
_BRACKETS = re.compile(r"[(\[【〔{]([^()\[\]【】〔〕{}]*)[)\]】〕}]")
# What a bracket may hold without changing what the column means. (含违约金) is not among it.
_UNIT = re.compile(
    r"(?:单位:?)?(?:人民币|港币|新台币|新臺币|台币|RMB|CNY|HKD|HK\$|TWD|NTD|NT\$|US\$|USD|美元|[¥$])?[百千万]?"
    r"(?:元|圆|圓)?(?:[/每](?:㎡|m2|m²|平方米|平米|坪|月|[·.*]|/)*)?|㎡|m2|m²|平方米|平米|坪"
    r"|必填|选填|小写|年月日?|年/月(?:/日)?|y{2,4}[-/.]?m{1,2}(?:[-/.]?d{1,2})?",
    re.IGNORECASE,
)
_EDGES = re.compile(r"^[*★☆#、.]+|[*★☆::、.]+$|(?<=[额费缴收价]):?单?位?:?[元圆]$")


def fold_header(text: str) -> str:
    """The form in which names are compared: narrow, Simplified, lower case, without blanks and units."""
    folded = squeeze(text).translate(_SIMPLE).lower()
    folded = _BRACKETS.sub(lambda m: "" if _UNIT.fullmatch(m[1]) else m[0], folded)
    return _EDGES.sub("", folded)


class Vocabulary:
    """Header name → field; the office's own names first, then ours in order of preference."""

    def __init__(self, synonyms: Mapping[str, Sequence[str]] | None = None, form: Form = LEDGER) -> None:
        """Names for the fields of ``form``. Raises ``intake.synonym-field`` for a field that no form has."""
        self.form = form
        self._rank: dict[str, tuple[str, int]] = {}
        own = dict(synonyms or {})
        for name in own:
            if name not in _KNOWN:
                raise fail("intake.synonym-field", field=name, known=", ".join(_KNOWN))
        for field, names in own.items():
            if field in form.fields:
                for name in names:
                    self._rank[fold_header(name)] = (field, -1)
        for field, names in form.fields.items():
            for rank, name in enumerate(names):
                self._rank.setdefault(fold_header(name), (field, rank))

    def field_of(self, text: str) -> tuple[str, int] | None:
        """The field a header names and the rank of the name (-1 for the office's own, 0 the plainest)."""
        return self._rank.get(fold_header(text))

    def count(self, row: Sequence[Value]) -> int:
        """How many different fields the texts of a row name."""
        # Each text once: a hostile line is a million blank cells.
        found = map(self.field_of, {cell for cell in row if isinstance(cell, str)})
        return len({hit[0] for hit in found if hit})

    def best_row(self, rows: Sequence[Sequence[Value]]) -> int:
        """The most fields that any of the first rows names: how much these rows look like a ledger."""
        return max((self.count(row) for row in rows[:HEADER_ROWS]), default=0)


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header: its rows, which column holds which field (from 0), and what stood in its cells."""

    first_row: int
    last_row: int
    columns: Mapping[str, int]
    titles: Mapping[int, str]
    ignored: tuple[str, ...]
    texts: frozenset[str]
    form: Form = LEDGER

    def has(self, field: str) -> bool:
        return field in self.columns


def find_header(table: Table, vocabulary: Vocabulary) -> Header | Problem:
    """The header of one sheet, or what is wrong with it.

    One row or two rows: under a group title (``费用期间`` over ``开始`` and ``截止``) the joined, then the
    lower, then the upper name counts. Gives ``intake.header-unknown`` where no row names three fields,
    ``intake.header-missing`` where one does but what a claim needs is not there, and
    ``intake.header-ambiguous`` where two columns claim to be the same amount.
    """
    best: tuple[int, int, list[str]] = (0, 0, [])
    height = 1
    for rows in (1, 2):  # one row first, strictly better to win: a title above a header adds no name
        for index in range(min(HEADER_ROWS, len(table.rows) - rows + 1)):
            names = _names(table, index, rows, vocabulary)
            if (score := vocabulary.count(names)) > best[0]:
                best, height = (score, index, names), rows
    score, index, names = best
    if score < RECOGNISED:
        return _unknown(table, vocabulary.form)
    return _assign(table, vocabulary, index, height, names)


def _names(table: Table, index: int, rows: int, vocabulary: Vocabulary) -> list[str]:
    upper = [_text(table.value(index, column)) for column in range(table.width)]
    if rows == 1:
        return upper
    names = []
    for column, top in enumerate(upper):
        low = _text(table.value(index + 1, column))
        options = [top + low, low, top] if low != top else [top]
        names.append(next((name for name in options if vocabulary.field_of(name)), low or top))
    return names


def _text(value: Value) -> str:
    return clean(value) if isinstance(value, str) else ""


def _assign(
    table: Table, vocabulary: Vocabulary, index: int, height: int, names: list[str]
) -> Header | Problem:
    row, form = index + height, vocabulary.form
    claims: dict[str, list[tuple[int, int]]] = {}
    titles = {column: name for column, name in enumerate(names) if name}
    for column, name in titles.items():
        if hit := vocabulary.field_of(name):
            claims.setdefault(hit[0], []).append((hit[1], column))
    columns: dict[str, int] = {}
    for field, found in claims.items():
        found.sort()
        own = [claim for claim in found if claim[0] == -1]
        if field in form.money and len(own or found) > 1:
            both = ", ".join(f"{table.letter(c)} {titles[c]}" for _, c in (own or found))
            where = table.place(row - 1, (own or found)[1][1])
            return Problem(
                "intake.header-ambiguous", where, {"field": shown_field(field, form), "columns": both}
            )
        columns[field] = found[0][1]
    if "start" not in columns or "end" not in columns:  # one of them alone says nothing
        columns.pop("start", None)
        columns.pop("end", None)
    else:  # first and last day are more exact than a 账单月份, which may be the month of billing
        columns.pop("period", None)
    missing = [shown_field(o[0], form) for o in form.needed if not any(name in columns for name in o)]
    if missing:
        seen = " | ".join(titles.values())
        params = {"missing": ", ".join(missing), "seen": seen}
        return Problem("intake.header-missing", table.place(row - 1), params)
    ignored = tuple(name for column, name in titles.items() if column not in columns.values())
    cells = (cell for line in table.rows[index:row] for cell in line if isinstance(cell, str))
    return Header(
        index, row - 1, columns, titles, ignored, frozenset(filter(None, map(squeeze, cells))), form
    )


def shown_field(field: str, form: Form = LEDGER) -> str:
    """A field as messages name it in every language: ``owner (业主)``."""
    return f"{field} ({form.fields[field][0]})"


def _unknown(table: Table, form: Form) -> Problem:
    """Shows the row that looks most like a header: the one with the most texts."""
    first = table.rows[:HEADER_ROWS]
    rows = [[raw(cell) for cell in row if isinstance(cell, str) and clean(cell)] for row in first]
    index = max(range(len(rows)), key=lambda i: len(rows[i]), default=0)
    names = [(field, form.fields[field][:4]) for options in form.needed for field in options]
    known = "; ".join(f"{field}: {'/'.join(words)}" for field, words in names)
    seen = " | ".join(rows[index][:20]) if rows else ""
    return Problem("intake.header-unknown", table.place(index), {"seen": seen, "known": known})
