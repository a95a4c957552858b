"""Papers around the letters that ask for money: an answer, a confirmation, a correction, a bill before it is due."""

from __future__ import annotations

from templatekit.figures import arrears
from templatekit.ooxml import (
    Block,
    Cell,
    Document,
    Look,
    P,
    Row,
    T,
    Table,
    choose,
    concat,
    each,
    each_row,
    when,
)
from templatekit.parts import (
    CONTACT,
    FACES,
    LETTER,
    NUMBER,
    USCC,
    body,
    closing,
    left,
    letterhead,
    line,
    payment,
    signature,
    styles,
    table_of,
    text,
    title,
)

COURTESY = Look(FACES, (37, 22, 28, 26))  # as a reminder: the stamp's strip ends 18 mm above the bottom edge


def _addressed() -> tuple[Block, ...]:
    return (
        *letterhead("{{ creditor.name }}", NUMBER),
        title("{{ title }}"),
        line(
            "致：{{ debtor.name }}（{{ premises.full }}业主）",
            "致：{{ debtor.name }}（{{ premises.full }}業主）",
        ),
    )


_OWN_WORDS = each("paragraph", "paragraphs", left("{{ paragraph }}"))


def complaint_reply() -> Document:
    """What the owner objected to and when, the office's answer in its own words, and what is not asked for meanwhile."""
    blocks = concat(
        [
            _addressed(),
            [
                left(
                    "{{ you }}于{{ about.on }}提出的异议{% if about.matter %}（{{ about.matter }}）{% elif about.reason %}"
                    "（{{ about.reason }}）{% endif %}收悉。经核实，现答复如下：",
                    "{{ you }}於{{ about.on }}提出的異議{% if about.matter %}（{{ about.matter }}）{% elif about.reason %}"
                    "（{{ about.reason }}）{% endif %}收悉。經核實，現答覆如下：",
                    keep=True,
                )
            ],
            _OWN_WORDS,
            when(
                "reserved",
                body(
                    "在异议处理完毕之前，{{ reserved_listing }}，我司暂不主张；暂不主张不构成对该部分款项的放弃或者减免。",
                    "在異議處理完畢之前，{{ reserved_listing }}，我司暫不主張；暫不主張不構成對該部分款項的放棄或者減免。",
                ),
            ),
            [
                body(
                    "{{ you }}对本答复仍有不同意见的，请与我司联系，我司愿意进一步核实、协商；{{ you }}也可以申请人民调解。",
                    "{{ you }}對本答覆仍有不同意見的，請與我司聯繫，我司願意進一步核實、協商；{{ you }}也可以申請人民調解。",
                    keep=True,
                ),
                *CONTACT,
                *closing("{{ creditor.name }}"),
            ],
        ]
    )
    return Document(blocks, LETTER, styles())


def settlement() -> Document:
    """That nothing is owed for the periods listed, and that it speaks of nothing else."""
    blocks = concat(
        [
            letterhead("{{ creditor.name }}", NUMBER),
            [
                title("{{ title }}"),
                body(
                    "兹证明：{{ premises.full }}业主{{ debtor.name }}下列期间的{{ charges.name }}，截至{{ as_of }}已经"
                    "全部结清，已付合计**人民币{{ paid_total }}元**：",
                    "茲證明：{{ premises.full }}業主{{ debtor.name }}下列期間的{{ charges.name }}，截至{{ as_of }}已經"
                    "全部結清，已付合計**人民幣{{ paid_total }}元**：",
                    keep=True,
                ),
                P("Gap", T(""), keep=True),
            ],
            choose(("has_waived", _settled(waived=True)), ("", _settled(waived=False))),
            [
                P("Gap", T("")),
                body(
                    "本证明仅就上列各期{{ charges.short }}{% if principal_only %}的本金{% endif %}出具，不涉及其他期间和"
                    "其他款项。",
                    "本證明僅就上列各期{{ charges.short }}{% if principal_only %}的本金{% endif %}出具，不涉及其他期間和"
                    "其他款項。",
                    keep=True,
                ),
                body("特此证明。", "特此證明。", keep=True),
                *CONTACT,
                *closing("{{ creditor.name }}", USCC),
            ],
        ]
    )
    return Document(blocks, LETTER, styles())


def _settled(*, waived: bool) -> Table:
    names = ("billed", "waived", "paid") if waived else ("billed", "paid")
    heads = {"billed": T("应付", "應付"), "waived": T("减免", "減免"), "paid": T("已付")}
    sums = {"billed": "billed_total", "waived": "waived_total", "paid": "paid_total"}
    widths = (12, 36, 42, *((22,) * 3 if waived else (33,) * 2))
    header = Row(
        tuple(
            Cell((P("TableHead", name),))
            for name in (
                T("序号", "序號"), T("费用项目", "費用項目"), T("所属期间", "所屬期間"), *(heads[n] for n in names),
            )
        ),
        6.6,
        header=True,
    )  # fmt: skip
    period = (
        P("TableCentre", T("{%p for part in line.period_lines %}")),
        P("TableCentre", T("{{ part }}")),
        P("TableCentre", T("{%p endfor %}")),
    )
    row = Row(
        (
            text("{{ line.number }}", style="TableCentre"),
            text("{{ line.item }}"),
            Cell(period),
            *(text(f"{{{{ line.{name} }}}}", style="TableAmount") for name in names),
        ),
        6.6,
    )
    total = Row(
        (
            text("合计（人民币元）", "合計（人民幣元）", style="TableHead", span=3),
            *(text(f"{{{{ {sums[name]} }}}}", style="TableAmount") for name in names),
        ),
        6.6,
    )
    return Table(widths, (header, *each_row(len(widths), "line", "settled", row), total), padding=0.7)


def correction() -> Document:
    """Which letter was wrong, what is right, and an apology."""
    blocks = concat(
        [
            _addressed(),
            [
                left(
                    "我司{{ corrects.issued_on }}的{{ corrects.title }}（{{ corrects.number }}）内容有误，现更正如下：",
                    "我司{{ corrects.issued_on }}的{{ corrects.title }}（{{ corrects.number }}）內容有誤，現更正如下：",
                    keep=True,
                )
            ],
            _OWN_WORDS,
            when(
                "corrects.withdrawn_on",
                body(
                    "该文书已于{{ corrects.withdrawn_on }}撤回，我司不再依据该文书提出请求。",
                    "該文書已於{{ corrects.withdrawn_on }}撤回，我司不再依據該文書提出請求。",
                ),
                otherwise=[
                    body("除上述更正外，该文书的其他内容不变。", "除上述更正外，該文書的其他內容不變。")
                ],
            ),
            [
                body(
                    "由此给{{ you }}带来不便，我司谨致歉意。{{ you }}对更正内容有疑问，或者发现我司记录的其他信息不准确、不完整的，"
                    "请与我司联系，我司将及时核实、更正。",
                    "由此給{{ you }}帶來不便，我司謹致歉意。{{ you }}對更正內容有疑問，或者發現我司記錄的其他信息不準確、不完整的，"
                    "請與我司聯繫，我司將及時核實、更正。",
                    keep=True,
                ),
                *CONTACT,
                *closing("{{ creditor.name }}"),
            ],
        ]
    )
    return Document(blocks, LETTER, styles())


def bill_notice() -> Document:
    """What falls due soon, said before it does: no demand, and no word of what would follow."""
    blocks = concat(
        [
            letterhead("{{ creditor.name }}", NUMBER),
            [
                title("{{ title }}"),
                line(
                    "尊敬的{{ premises.full }}业主{{ debtor.name }}：",
                    "尊敬的{{ premises.full }}業主{{ debtor.name }}：",
                ),
                body(
                    "您好！您的房屋下列期间的{{ charges.name }}即将到期，合计**人民币{{ total }}元**（大写："
                    "{{ total_words }}），谨此提前告知：",
                    "您好！您的房屋下列期間的{{ charges.name }}即將到期，合計**人民幣{{ total }}元**（大寫："
                    "{{ total_words }}），謹此提前告知：",
                    keep=True,
                ),
                *arrears(late_charge=False, due=False),
                left(
                    "您可以在应付日之前通过以下方式支付：", "您可以在應付日之前通過以下方式支付：", keep=True
                ),
                *table_of(payment("TableCentre", "TableText", 5.8)),
                body(
                    "本通知仅为到期之前的告知。如您已经支付，请不必理会。如您对费用、服务有疑问或者建议，或者需要协助"
                    "办理，请随时与我们联系。",
                    "本通知僅為到期之前的告知。如您已經支付，請不必理會。如您對費用、服務有疑問或者建議，或者需要協助"
                    "辦理，請隨時與我們聯繫。",
                ),
                *CONTACT,
                body("顺祝安好！", "順祝安好！", keep=True),
                signature("{{ creditor.name }}"),
            ],
        ]
    )
    return Document(blocks, COURTESY, styles(12, 17))
