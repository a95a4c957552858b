"""What the letters say of the figures: the arrears, the late charge, what is left out for now, what is to the good."""

from __future__ import annotations

from templatekit.ooxml import Block, Cell, P, Row, T, Table, choose, each, each_row, when, when_row
from templatekit.parts import body, table_of, text

_ITEM, _PERIOD, _DUE = T("费用项目", "費用項目"), T("所属期间", "所屬期間"), T("应付日", "應付日")
_BILLED, _PAID, _OWED = T("应付", "應付"), T("已付"), T("欠付")
_WAIVED, _HELD = T("减免", "減免"), T("暂不主张", "暫不主張")
# Without a due date nobody can say from which day a charge is late.
_NOT_LATE = T(
    "{% if late.claimed %}，未计{{ late.word }}{% endif %}",
    "{% if late.claimed %}，未計{{ late.word }}{% endif %}",
)
# Sums of the arrears table: head, field of the line, field of the total.
_SUMS = {
    "billed": (_BILLED, "billed_total"),
    "waived": (_WAIVED, "waived_total"),
    "paid": (_PAID, "paid_total"),
    "held": (_HELD, "held_total"),
    "outstanding": (_OWED, "total"),
    "late": (T("{{ late.word }}"), "late.total"),
}


def arrears(*, late_charge: bool = True, due: bool = True) -> tuple[Block, ...]:
    """The arrears, oldest first, with the columns that this owner needs; ``late_charge`` where the letter may state one.
    ``due`` is false where nothing has fallen due yet: nobody owes it, then.

    No figure may break. At 10.5 pt the widths hold 2024年10月至12月 and 99,999.99 on one line, at 9 pt three sums of
    999,999,999.99 and four or five of 999,999.99, at 7.5 pt five of 999,999,999.99, all in the bold of the total. For
    both waivers and holds item and period share a cell. A period that is longer comes in two lines of its own, so that
    no converter breaks it inside a date.
    """
    owed = _OWED if due else T("待付")
    three = ("billed", "paid", "outstanding")
    waived, held = ("billed", "waived", "paid", "outstanding"), ("billed", "paid", "held", "outstanding")
    five = ("billed", "waived", "paid", "held", "outstanding")
    large = _arrears(owed, (25, 38.5, 34.5, 19.3, 19.3, 19.4), "Table", three, 6.3)
    small = _arrears(owed, (22.4, 31.4, 27.8, 24.2, 24.0, 26.2), "Narrow", three, padding=0.4)
    four = (17.4, 31.8, 27.6, *(19.8,) * 4)
    tiny_four = (23.6, 26.4, 23.2, *(20.7,) * 4)
    unknown = P(
        "Note",
        T(
            f"“应付日”未载明的依合同约定，本表按期间届满日计算{_NOT_LATE.zh if late_charge else ''}。",
            f"「應付日」未載明的依合同約定，本表按期間屆滿日計算{_NOT_LATE.hant if late_charge else ''}。",
        ),
    )
    corrected = P(
        "Note",
        T(
            "上列{{ line.period }}{{ line.item }}原账单金额为{{ line.before }}元，现更正为{{ line.after }}元。",
            "上列{{ line.period }}{{ line.item }}原賬單金額為{{ line.before }}元，現更正為{{ line.after }}元。",
        ),
    )
    return (
        P("Gap", T(""), keep=True),
        *choose(
            (
                "has_waived and has_held and long_amounts",
                _arrears(owed, (28.9, 23.6, *(20.7,) * 5), "Tiny", five, padding=0.3),
            ),
            (
                "has_waived and has_held",
                _arrears(owed, (31.6, 27.6, *(19.36,) * 5), "Narrow", five, padding=0.3),
            ),
            ("has_waived and long_amounts", _arrears(owed, tiny_four, "Tiny", waived, padding=0.3)),
            ("has_waived", _arrears(owed, four, "Narrow", waived, padding=0.4)),
            ("has_held and long_amounts", _arrears(owed, tiny_four, "Tiny", held, padding=0.3)),
            ("has_held", _arrears(owed, four, "Narrow", held, padding=0.4)),
            *(
                [("late.column", _arrears(owed, four, "Narrow", (*three, "late"), padding=0.4))]
                if late_charge
                else []
            ),
            ("wide_amounts", small),
            ("", large),
        ),
        *each("line", "corrections", corrected),
        *when("due_unknown", unknown),
        P("Gap", T("")),
    )


def _arrears(
    owed: T,
    widths: tuple[float, ...],
    style: str,
    sums: tuple[str, ...],
    height: float = 6.0,
    padding: float = 0.7,
) -> Table:
    period = (
        P(f"{style}Centre", T("{%p for part in line.period_lines %}")),
        P(f"{style}Centre", T("{{ part }}")),
        P(f"{style}Centre", T("{%p endfor %}")),
    )
    item = P(f"{style}Text", T("{{ line.item }}"))
    columns = len(widths)
    heads: tuple[T, ...] = (_ITEM, _PERIOD, _DUE)
    first: tuple[Cell, ...] = (Cell((item,)), Cell(period))
    if columns < len(sums) + 3:
        heads = (T("项目及期间", "項目及期間"), _DUE)
        first = (Cell((P(f"{style}Centre", T("{{ line.item }}")), *period)),)
    row = Row(
        (
            *first,
            text("{{ line.due }}", style=f"{style}Centre"),
            *(text(f"{{{{ line.{name} }}}}", style=f"{style}Amount") for name in sums),
        ),
        height,
    )
    totals = (f"{{{{ {_SUMS[name][1]} }}}}" for name in sums)
    total = Row(
        (
            text("合计（人民币元）", "合計（人民幣元）", style=f"{style}Head", span=columns - len(sums)),
            *(
                text(f"**{tag}**" if name == "outstanding" else tag, style=f"{style}Amount")
                for name, tag in zip(sums, totals, strict=True)
            ),
        ),
        height,
    )
    names = (*heads, *(owed if name == "outstanding" else _SUMS[name][0] for name in sums))
    header = Row(tuple(Cell((P(f"{style}Head", name),)) for name in names), height, header=True)
    return Table(widths, (header, *each_row(columns, "line", "lines", row), total), padding=padding)


def late_table(*, final: bool = False) -> tuple[Block, ...]:
    """The late charge by period, for a pocket calculator: base × days × rate, and what sets a line apart.

    ``final``: its sum was agreed on and runs on no further.
    """
    heads = (
        _ITEM,
        _PERIOD,
        T("计算基数", "計算基數"),
        T("起算日"),
        T("天数", "天數"),
        T("{{ late.word }}"),
    )
    item = T("{{ line.item }}")
    row = Row(
        (
            Cell(
                (
                    P("NarrowText", T("{%p if line.note %}")),
                    P("NarrowText", item, keep=True),  # a note never begins a page without its line
                    P("NarrowText", T("{%p else %}")),
                    P("NarrowText", item),
                    P("NarrowText", T("{%p endif %}")),
                )
            ),
            Cell(
                (
                    P("NarrowCentre", T("{%p for part in line.period_lines %}")),
                    P("NarrowCentre", T("{{ part }}")),
                    P("NarrowCentre", T("{%p endfor %}")),
                )
            ),
            text("{{ line.base }}", style="NarrowAmount"),
            Cell(
                (
                    P("NarrowCentre", T("{{ line.start }}")),
                    P("NarrowCentre", T("{%p if line.rate %}")),
                    P("NarrowCentre", T("{{ line.rate }}")),
                    P("NarrowCentre", T("{%p endif %}")),
                )
            ),
            text("{{ line.days }}", style="NarrowAmount"),
            text("{{ line.amount }}", style="NarrowAmount"),
        ),
        6.0,
    )
    note = Row((text("注：{{ line.note }}", "註：{{ line.note }}", style="NarrowText", span=6),), 6.0)
    total = Row(
        (
            text(
                f"{'截' if final else '暂计'}至{{{{ as_of }}}}合计（人民币元）",
                f"{'截' if final else '暫計'}至{{{{ as_of }}}}合計（人民幣元）",
                style="NarrowHead",
                span=5,
            ),
            text("**{{ late.total }}**", style="NarrowAmount"),
        ),
        6.0,
    )
    header = Row(tuple(Cell((P("NarrowHead", name),)) for name in heads), 6.0, header=True)
    rows = (header, *each_row(6, "line", "late.lines", row, *when_row(6, "line.note", note)), total)
    table = Table((27.2, 32.6, 25, 32, 14, 25.2), rows, padding=0.5)
    return when("late.table", *table_of(table))


# How the late charge is worded, after 违约金： — one period alone in the sentence of a statement of claim.
LATE_SENTENCE = T(
    "{{ late.word }}：{% if late.sentence %}{{ late.sentence }}{% else %}以各期欠付本金为基数，自各期应付日次日起至"
    "实际清偿之日止，按{{ late.rate }}计算，暂计至{{ as_of }}合计{{ late.total }}元{% endif %}",
    "{{ late.word }}：{% if late.sentence %}{{ late.sentence }}{% else %}以各期欠付本金為基數，自各期應付日次日起至"
    "實際清償之日止，按{{ late.rate }}計算，暫計至{{ as_of }}合計{{ late.total }}元{% endif %}",
)
LATE_BY_PERIOD = T(
    "{% if late.column %}（各期数额见上表）{% endif %}{% if late.table %}，各期数额如下"
    "{% if late.exceptions %}（另有注明的，从其注明）{% endif %}：{% else %}。{% endif %}",
    "{% if late.column %}（各期數額見上表）{% endif %}{% if late.table %}，各期數額如下"
    "{% if late.exceptions %}（另有註明的，從其註明）{% endif %}：{% else %}。{% endif %}",
)


def late_sum() -> P:
    """What principal and late charge come to, in figures and words."""
    return body(
        "上述本金与{{ late.word }}暂计至{{ as_of }}，共计**人民币{{ late.grand_total }}元（大写："
        "{{ late.grand_total_words }}）**。",
        "上述本金與{{ late.word }}暫計至{{ as_of }}，共計**人民幣{{ late.grand_total }}元（大寫："
        "{{ late.grand_total_words }}）**。",
    )


def said(*parts: T) -> T:
    """One text of several, script by script."""
    return T("".join(part.of("zh") for part in parts), "".join(part.of("zh-Hant") for part in parts))


def reserved(sentence: P, table_sentence: P) -> tuple[Block, ...]:
    """What the letter leaves out for now: ``sentence`` names the parts, from five on a table after the other one."""
    heads = (_ITEM, _PERIOD, T("金额（元）", "金額（元）"), T("情形"))
    row = Row(
        (
            text("{{ part.item }}", style="NarrowText"),
            Cell(
                (
                    P("NarrowCentre", T("{%p for line in part.period_lines %}")),
                    P("NarrowCentre", T("{{ line }}")),
                    P("NarrowCentre", T("{%p endfor %}")),
                )
            ),
            text("{{ part.amount }}", style="NarrowAmount"),
            text("{{ part.ground }}", style="NarrowText"),
        ),
        6.0,
    )
    total = Row(
        (
            text("合计", "合計", style="NarrowHead", span=2),
            text("{{ reserved_total }}", style="NarrowAmount"),
            text("", style="NarrowText"),
        ),
        6.0,
    )
    header = Row(tuple(Cell((P("NarrowHead", name),)) for name in heads), 6.0, header=True)
    rows = (header, *each_row(4, "part", "reserved", row), total)
    table = Table((30, 38, 28, 60), rows, padding=0.7)
    by_number = when("reserved_table", table_sentence, *table_of(table), otherwise=[sentence])
    return when("reserved_total", *by_number)
