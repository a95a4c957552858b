"""What the toolkit says of the case file, in the words a clerk types: faults, and commands told to be run.

Rooms below know machine words only. Before a fault or a remedy is shown in Chinese, its kinds, fields and choices become
those of :mod:`evidence.workspace.casewords`, which ``case set`` reads as well.
"""

from __future__ import annotations

import re
from dataclasses import replace

from evidence.model.case import SHAPES, CaseKind, FieldType
from evidence.model.problem import Problem
from evidence.workspace.casewords import any_field_label, field_label, kind_label, value_label

_COMMAND = re.compile(
    r"(?P<head>evidence case (?:set|event) \S+) (?P<kind>[a-z]+)(?P<fields>(?: [a-z_]+=[^\s。；，]+)*)"
)
_KINDS = {kind.value: kind for kind in CaseKind}
# Simplified first, Traditional second, as in casewords.
_TYPE_WORDS = {
    FieldType.TEXT: ("文字", "文字"),
    FieldType.DATE: ("日期", "日期"),
    FieldType.MONEY: ("金额", "金額"),
    FieldType.NUMBER: ("数字", "數字"),
    FieldType.BOOL: ("是否", "是否"),
}
_PLACEHOLDER_WORDS = {
    "NAME": ("名称", "名稱"),
    "NUMBER": ("号码", "號碼"),
    "AMOUNT": ("金额", "金額"),
    "±AMOUNT": ("±金额", "±金額"),
    "PLACE": ("地区", "地區"),
    "ITEM": ("费用项目", "費用項目"),
    "PERIOD": ("期间", "期間"),
    "N": ("数字", "數字"),
    "LETTER": ("文书编号", "文書編號"),
}
_ORDER = {"zh": 0, "zh-Hant": 1}


def type_label(type_: FieldType, lang: str) -> str:
    """What a field takes; in English the machine's word."""
    return _TYPE_WORDS[type_][_ORDER[lang]] if lang in _ORDER else type_.value


def problem_in_words(problem: Problem, lang: str) -> Problem:
    """A fault of the case file with its kinds, fields and choices as they are typed in ``lang``; any other as it is."""
    if lang not in _ORDER or not problem.code.startswith("case."):
        return problem
    params = dict(problem.params)
    kind = _KINDS.get(str(params.get("kind", "")))
    field = str(params.get("field", ""))
    if problem.code in ("case.unknown-kind", "case.not-recognised"):
        params["known"] = "、".join(
            kind_label(_KINDS[word], lang) for word in str(params["known"]).split(", ")
        )
        return replace(problem, params=params)
    if kind is None:
        return (
            replace(problem, params={**params, "field": any_field_label(field, lang)}) if field else problem
        )
    params["kind"] = kind_label(kind, lang)
    shape = SHAPES[kind]
    if field and shape.field(field):
        params["field"] = field_label(kind, field, lang)
    if "known" in params:
        params["known"] = "、".join(field_label(kind, one.name, lang) for one in shape.fields)
    if "expected" in params and (known := shape.field(field)):
        words = known.choices or (("true", "false") if known.type is FieldType.BOOL else ())
        if words:
            params["expected"] = " | ".join(value_label(kind, field, word, lang) for word in words)
        elif known.type is FieldType.TEXT:
            params["expected"] = type_label(known.type, lang)
    return replace(problem, params=params)


def commands_in_words(text: str, lang: str) -> str:
    """``text`` with every ``evidence case set …`` in it as a reader of ``lang`` would type it."""

    def told(match: re.Match[str]) -> str:
        kind = _KINDS.get(match["kind"])
        if kind is None:
            return match[0]
        fields = [_pair(kind, pair, lang) for pair in match["fields"].split()]
        return " ".join([match["head"], kind_label(kind, lang), *fields])

    return _COMMAND.sub(told, text) if lang in _ORDER else text


def _pair(kind: CaseKind, pair: str, lang: str) -> str:
    name, _, value = pair.partition("=")
    if SHAPES[kind].field(name) is None:
        return pair
    words = "|".join(
        _PLACEHOLDER_WORDS[word][_ORDER[lang]]
        if word in _PLACEHOLDER_WORDS
        else value_label(kind, name, word, lang)
        for word in value.split("|")
    )
    return f"{field_label(kind, name, lang)}={words}"
