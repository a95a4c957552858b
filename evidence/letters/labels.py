"""Words that code puts into a letter itself, in both scripts; everything else stands in the templates.

Traditional entries are Mainland terms in Traditional characters, written by hand. Field values of the user
(names, addresses, rooms) never pass through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from evidence.letters.charges import ChargeMix
from evidence.model.events import HoldReason
from evidence.model.letter import LetterKind


@dataclass(frozen=True, slots=True)
class ChargeWords:
    """How a letter speaks of what is owed, so that only a property fee is called one.

    ``subject`` what the letter is about (“支付…”), ``name`` in full, ``listed`` in full with its short form
    defined, ``short`` thereafter (“上列各期…”).
    """

    subject: str
    name: str
    listed: str
    short: str


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of one locale. ``language`` is the BCP 47 tag: script and place are both named, because
    Traditional script alone says nothing about the law that applies. ``household`` and ``organisation`` are how a letter
    addresses its reader (贵户, 贵方). ``other_titles`` are for letters that
    claim no property fee, ``due_unknown`` stands where a ledger gives no day to pay by. ``grounds`` say why a part is
    not demanded for now, without taking either side; a reason that is none of the reader's saying has no words."""

    language: str
    household: str
    organisation: str
    titles: Mapping[LetterKind, str]
    other_titles: Mapping[LetterKind, str]
    charges: Mapping[ChargeMix, ChargeWords]
    series: Mapping[int, str]
    number: str
    firm_number: str
    amount: str
    due_unknown: str
    penalty: str
    loss: str
    rate_of_breach: str
    rate_of_item: str
    rate_limited: str
    yearly_rate: str
    in_stages: str
    late_until_paid: str
    late_capped: str
    late_stage: str
    late_stages_before: str
    late_principal_since: str
    late_deducted: str
    grounds: Mapping[HoldReason | None, str]
    ground_other: str
    whole_of: str
    part_of: str
    because: str
    because_all: str
    original: str
    copy: str
    cover: str
    catalogue: str


_KINDS = tuple(LetterKind)


def _by_kind(*titles: str) -> Mapping[LetterKind, str]:
    return MappingProxyType(dict(zip(_KINDS, titles, strict=True)))


def _by_mix(*words: ChargeWords) -> Mapping[ChargeMix, ChargeWords]:
    return MappingProxyType(dict(zip(ChargeMix, words, strict=True)))


def _by_series(*marks: str) -> Mapping[int, str]:
    return MappingProxyType(dict(enumerate(marks, start=1)))


def _by_reason(amount: str, service: str, hardship: str) -> Mapping[HoldReason | None, str]:
    return MappingProxyType(
        {
            HoldReason.AMOUNT_DISPUTED: amount,
            HoldReason.SERVICE_COMPLAINT: service,
            HoldReason.HARDSHIP: hardship,
        }
    )


_LABELS: Mapping[str, Labels] = MappingProxyType(
    {
        "zh": Labels(
            language="zh-Hans-CN",
            household="贵户",
            organisation="贵方",
            titles=_by_kind(
                "物业费交费温馨提示",
                "催交物业费通知书",
                "律师函",
                "物业费分期付款协议",
                "异议回复函",
                "物业费结清证明",
                "更正通知",
                "物业费账单通知",
            ),
            other_titles=_by_kind(
                "交费温馨提示",
                "催交费用通知书",
                "律师函",
                "分期付款协议",
                "异议回复函",
                "费用结清证明",
                "更正通知",
                "账单通知",
            ),
            charges=_by_mix(
                ChargeWords("物业费", "物业费", "物业费", "物业费"),
                ChargeWords(
                    "物业费等费用",
                    "物业费及其他应付费用",
                    "物业费及其他应付费用（以下合称“应付费用”）",
                    "应付费用",
                ),
                ChargeWords("有关费用", "费用", "费用", "费用"),
            ),
            series=_by_series("提", "催", "律函", "协", "复", "清", "更", "账"),
            number="〔{year}〕{mark}字第{seq}号",
            firm_number="（{year}）{mark}律函字第{seq}号",
            amount="人民币{amount}元",
            due_unknown="未载明，按期末计",
            penalty="违约金",
            loss="逾期付款损失",
            rate_of_breach="各期逾期首日的{rate}",
            rate_of_item="{item}按{rate}",
            rate_limited="{rate}（{limit}）",
            yearly_rate="年利率{percent}%",
            in_stages="分段计算",
            late_until_paid="计至{day}，本期本金已付清",
            late_capped="已达欠付本金的数额，不再增加",
            late_stage="{first}至{last}以{base}元为基数，计{days}天",
            late_stages_before="先后尚欠的本金不同，其中{day}之前以当时尚欠的本金为基数已发生{amount}元，"
            "自{day}起以{base}元为基数，计{days}天",
            late_principal_since="自{day}起尚欠本金为{base}元",
            late_deducted="已扣除已付及减免的{amount}元",
            grounds=_by_reason(
                "对金额有异议，有待核实", "对服务有意见，有待核实处理", "支付存在实际困难，有待协商"
            ),
            ground_other="另行处理",
            whole_of="{period}{item}{amount}元",
            part_of="{period}{item}中的{amount}元",
            because="（因{ground}）",
            because_all="（均因{ground}）",
            original="原件",
            copy="复印件",
            cover="证据材料",
            catalogue="证据目录",
        ),
        "zh-Hant": Labels(
            language="zh-Hant-CN",
            household="貴戶",
            organisation="貴方",
            titles=_by_kind(
                "物業費交費溫馨提示",
                "催交物業費通知書",
                "律師函",
                "物業費分期付款協議",
                "異議回覆函",
                "物業費結清證明",
                "更正通知",
                "物業費賬單通知",
            ),
            other_titles=_by_kind(
                "交費溫馨提示",
                "催交費用通知書",
                "律師函",
                "分期付款協議",
                "異議回覆函",
                "費用結清證明",
                "更正通知",
                "賬單通知",
            ),
            charges=_by_mix(
                ChargeWords("物業費", "物業費", "物業費", "物業費"),
                ChargeWords(
                    "物業費等費用",
                    "物業費及其他應付費用",
                    "物業費及其他應付費用（以下合稱「應付費用」）",
                    "應付費用",
                ),
                ChargeWords("有關費用", "費用", "費用", "費用"),
            ),
            series=_by_series("提", "催", "律函", "協", "復", "清", "更", "賬"),
            number="〔{year}〕{mark}字第{seq}號",
            firm_number="（{year}）{mark}律函字第{seq}號",
            amount="人民幣{amount}元",
            due_unknown="未載明，按期末計",
            penalty="違約金",
            loss="逾期付款損失",
            rate_of_breach="各期逾期首日的{rate}",
            rate_of_item="{item}按{rate}",
            rate_limited="{rate}（{limit}）",
            yearly_rate="年利率{percent}%",
            in_stages="分段計算",
            late_until_paid="計至{day}，本期本金已付清",
            late_capped="已達欠付本金的數額，不再增加",
            late_stage="{first}至{last}以{base}元為基數，計{days}天",
            late_stages_before="先後尚欠的本金不同，其中{day}之前以當時尚欠的本金為基數已發生{amount}元，"
            "自{day}起以{base}元為基數，計{days}天",
            late_principal_since="自{day}起尚欠本金為{base}元",
            late_deducted="已扣除已付及減免的{amount}元",
            grounds=_by_reason(
                "對金額有異議，有待核實", "對服務有意見，有待核實處理", "支付存在實際困難，有待協商"
            ),
            ground_other="另行處理",
            whole_of="{period}{item}{amount}元",
            part_of="{period}{item}中的{amount}元",
            because="（因{ground}）",
            because_all="（均因{ground}）",
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


def title_of(kind: LetterKind, mix: ChargeMix, locale: str) -> str:
    """What a letter is called, at its head, in its properties and in a list of exhibits."""
    labels = labels_for(locale)
    return (labels.titles if mix.has_property_fee else labels.other_titles)[kind]
