"""The sentences that facts are put into, in both scripts. No law in here; amounts and dates come formatted."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["WORDS"]

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "zh": {
            "signed-developer": "建设单位",
            "signed-committee": "业主委员会",
            "signed-owner": "业主",
            "price": "{item}：{price}元／{unit}{since}{document}",
            "unit": "平方米·月",
            "since": "，自{day}起",
            "document": "（依据：{document}）",
            "payment": "依照{contract}{clause}的约定支付",
            "clause-fee": "{contract}{clause}（收费标准）",
            "clause-due": "{contract}{clause}（支付期限）",
            "clause-late": "{contract}{clause}（违约责任）",
            "late-rate": "{rate}（{contract}{clause}）",
            "area": "{area}平方米",
            "evidence": "另附证据目录。",
            "evidence-file": "另附证据目录，共{count}份证据、{pages}页。",
            "order": "判令被告支付",
            "pay": "支付",
            "ask-fee": "{order}截至{day}尚欠的物业费{amount}元",
            "ask-other": "{order}截至{day}尚欠的{item}{amount}元",
            "ask-late": "{order}截至{day}的违约金{amount}元{runs}",
            "ask-runs": "，以及此后按下表所列基数和标准计算至实际清偿之日止的违约金",
            "ask-costs": "本案诉讼费用由被告承担",
            "other": "{item}{amount}元",
            "line": "{period}{item}：应付{billed}元{factors}{taken}，尚欠{rest}元；",
            "factors": "（{0}平方米×{1}元×{2}个月）",
            "waived": "，减免{amount}元",
            "paid": "，已付{amount}元",
            "held": "，暂不主张{amount}元",
            "year": "{year}年{item}（{count}期）：应付{billed}元，减已付及减免等{off}元，尚欠{rest}元；",
            "by-year": "逐期计算见所附欠费明细表。",
            "no-late": "本案不主张违约金。",
            "late-many": "共{count}笔，各以该笔尚欠本金为基数逐笔计算，逐笔计算见所附违约金计算表；",
            "credited": "减去多付的{amount}元；",
            "story": "被告{names}系{place}的业主，原告依照{contracts}提供物业服务。截至{day}，"
            "被告有{count}期{items}到期未付，合计{amount}元。",
            "story-demanded": "原告已书面催告，所给期限届满，被告仍未支付。",
        },
        "zh-Hant": {
            "signed-developer": "建設單位",
            "signed-committee": "業主委員會",
            "signed-owner": "業主",
            "price": "{item}：{price}元／{unit}{since}{document}",
            "unit": "平方米·月",
            "since": "，自{day}起",
            "document": "（依據：{document}）",
            "payment": "依照{contract}{clause}的約定支付",
            "clause-fee": "{contract}{clause}（收費標準）",
            "clause-due": "{contract}{clause}（支付期限）",
            "clause-late": "{contract}{clause}（違約責任）",
            "late-rate": "{rate}（{contract}{clause}）",
            "area": "{area}平方米",
            "evidence": "另附證據目錄。",
            "evidence-file": "另附證據目錄，共{count}份證據、{pages}頁。",
            "order": "判令被告支付",
            "pay": "支付",
            "ask-fee": "{order}截至{day}尚欠的物業費{amount}元",
            "ask-other": "{order}截至{day}尚欠的{item}{amount}元",
            "ask-late": "{order}截至{day}的違約金{amount}元{runs}",
            "ask-runs": "，以及此後按下表所列基數和標準計算至實際清償之日止的違約金",
            "ask-costs": "本案訴訟費用由被告承擔",
            "other": "{item}{amount}元",
            "line": "{period}{item}：應付{billed}元{factors}{taken}，尚欠{rest}元；",
            "factors": "（{0}平方米×{1}元×{2}個月）",
            "waived": "，減免{amount}元",
            "paid": "，已付{amount}元",
            "held": "，暫不主張{amount}元",
            "year": "{year}年{item}（{count}期）：應付{billed}元，減已付及減免等{off}元，尚欠{rest}元；",
            "by-year": "逐期計算見所附欠費明細表。",
            "no-late": "本案不主張違約金。",
            "late-many": "共{count}筆，各以該筆尚欠本金為基數逐筆計算，逐筆計算見所附違約金計算表；",
            "credited": "減去多付的{amount}元；",
            "story": "被告{names}係{place}的業主，原告依照{contracts}提供物業服務。截至{day}，"
            "被告有{count}期{items}到期未付，合計{amount}元。",
            "story-demanded": "原告已書面催告，所給期限屆滿，被告仍未支付。",
        },
    }
)
