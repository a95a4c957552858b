"""Random data for any template, from a seed: what its own variables ask for, in every mixture of branches.

Nothing here knows a letter. The shape comes from the template's variables, the values from a list of texts that have
broken template engines: markup, braces, quotes, rare characters, blanks. A fifth of all texts is empty and a list may
be, so that every ``if`` goes both ways somewhere.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from evidence.letters.engine import CompiledTemplate

MOST_ROWS = 8

TEXTS = (
    "样本", "张样本（共有）", "样本花园1栋2单元301室", "1,409.50", "2026年11月21日", "人民币壹仟元整",
    "张三 <女> & 公司", "&amp;&lt;b&gt;", "]]>", "{{ x }}", "{% if x %}", "{# x #}", "}}", "%}", "'\"“”‘’",
    "𠮷野家", "﨑塚︵", "㛃䶮", "e\u0301 é", "葛\U000e0100城", "👨\u200d👩\u200d👧", "شارع",
    "  两端  ", "\u3000全角\u3000", "None", "nan", "undefined", "\\n\\t", "</w:t></w:r></w:p>",
    "买买提·艾合买提江·样本、ALEXANDRA SAMPLE",
)  # fmt: skip
"""Without ``{_{``, which docxtpl turns into ``{{`` in data too, and without control characters, which are refused."""


PLAIN = (
    "样本", "张样本（共有）", "样本花园1栋2单元301室", "1,409.50", "2026年11月21日", "人民币壹仟元整", "张三 <女> & 公司",
    "〔2026〕催字第0001号", "地下车库车位管理服务费", "021-00000000", "样本市样本区样本街道样本路1888弄",
)  # fmt: skip
"""What letters are made of on most days; nothing that the engine has to look at twice."""


def context_for(template: CompiledTemplate, seed: int, texts: tuple[str, ...] = TEXTS) -> dict[str, Any]:
    """One context for ``template``; the same for the same seed."""
    dice = random.Random(f"{seed}")
    context: dict[str, Any] = {}
    for path in template.variables:
        if not path.startswith("doc."):
            _plant(context, path.split("."))
    return {name: _grown(shape, dice, texts) for name, shape in sorted(context.items())}


def _plant(record: dict[str, Any], steps: list[str]) -> None:
    """Add one variable to a shape: a record is a dict, a list ``[shape of a row]``, a text ``None``."""
    name, *rest = steps
    if name.endswith("[]"):
        row = record.get(name[:-2]) or [None]  # the list itself may have been named before, in a condition
        if rest:
            row[0] = row[0] or {}
            _plant(row[0], rest)
        record[name[:-2]] = row
    elif rest:
        record[name] = record.get(name) or {}
        _plant(record[name], rest)
    else:
        record.setdefault(name, None)


def _grown(shape: Any, dice: random.Random, texts: tuple[str, ...]) -> Any:
    if isinstance(shape, Mapping):
        return {name: _grown(inner, dice, texts) for name, inner in sorted(shape.items())}
    if isinstance(shape, list):
        return [_grown(shape[0], dice, texts) for _ in range(dice.randint(0, MOST_ROWS))]
    return "" if dice.random() < 0.2 else "".join(dice.sample(texts, dice.choice((1, 1, 1, 2))))
