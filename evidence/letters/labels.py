"""Words that code puts into a letter itself, in both scripts; everything else stands in the templates.

Traditional entries are Mainland terms in Traditional characters, written by hand. Field values of the user
(names, addresses, rooms) never pass through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evidence.model.letter import LetterKind


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one locale. ``language`` is the BCP 47 tag: script and place are both named, because
    Traditional script alone says nothing about the law that applies."""

    language: str
    titles: Mapping[LetterKind, str]
    series: Mapping[int, str]
    number: str
    firm_number: str
    amount: str
    due_by_contract: str
    original: str
    copy: str
    cover: str
    catalogue: str


_KINDS = (
    LetterKind.REMINDER,
    LetterKind.DEMAND,
    LetterKind.LAWYER_LETTER,
    LetterKind.INSTALMENT_AGREEMENT,
)


def _by_kind(*titles: str) -> Mapping[LetterKind, str]:
    return MappingProxyType(dict(zip(_KINDS, titles, strict=True)))


def _by_series(*marks: str) -> Mapping[int, str]:
    return MappingProxyType(dict(enumerate(marks, start=1)))


_LABELS: Mapping[str, Labels] = MappingProxyType(
    {
        "zh": Labels(
            language="zh-Hans-CN",
            titles=_by_kind("物业费交费温馨提示", "催交物业费通知书", "律师函", "物业费分期付款协议"),
            series=_by_series("提", "催", "律函", "协"),
            number="〔{year}〕{mark}字第{seq}号",
            firm_number="（{year}）{mark}律函字第{seq}号",
            amount="人民币{amount}元",
            due_by_contract="依合同约定",
            original="原件",
            copy="复印件",
            cover="证据材料",
            catalogue="证据目录",
        ),
        "zh-Hant": Labels(
            language="zh-Hant-CN",
            titles=_by_kind("物業費交費溫馨提示", "催交物業費通知書", "律師函", "物業費分期付款協議"),
            series=_by_series("提", "催", "律函", "協"),
            number="〔{year}〕{mark}字第{seq}號",
            firm_number="（{year}）{mark}律函字第{seq}號",
            amount="人民幣{amount}元",
            due_by_contract="依合同約定",
            original="原件",
            copy="複印件",
            cover="證據材料",
            catalogue="證據目錄",
        ),
    }
)


def labels_for(locale: str) -> Labels:
    """The words of ``zh`` or ``zh-Hant``; ``KeyError`` for a locale no pack is shipped for."""
    return _LABELS[locale]
