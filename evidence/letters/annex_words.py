"""Words that code puts into the annexes, in both scripts; headings and columns stand in the templates.

An annex is read by a judge. So a figure that is not there is told as a fact about the data ("not verified, not
reckoned"), never as an instruction to the user of this tool. Traditional entries are written by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class AnnexWords:
    """Sentences and single words; placeholders in braces are filled with printed figures and dates.

    ``penalty`` is agreed, ``loss`` what the law gives without an agreement; ``{word}`` is the one of them that applies.
    """

    fee_title: str
    late_title: str
    dated: str
    penalty: str
    loss: str
    entry: str
    ledger_row: str
    due_unknown: str
    every_charge: str
    all_of_it: str
    credit: str
    correction: str
    waiver: str
    waiver_late: str
    hold: str
    balance: str
    plus_change: str
    minus_change: str
    balance_held: str
    payments: str
    to_principal: str
    to_late: str
    to_costs: str
    to_restated: str
    to_credit: str
    plus: str
    rows_in: str
    note_undated: str
    note_settled: str
    note_later: str
    note_due: str
    note_held: str
    note_credit: str
    note_costs: str
    note_plan: str
    no_clause: str
    not_claimed: str
    reference: str
    per_day: str
    per_year: str
    capped: str
    method_of: str
    sentence: str
    clause: str
    clause_entry: str
    note_ended: str
    note_not_begun: str
    note_claim_open: str
    note_no_due: str
    note_outside: str
    note_held_late: str
    note_unverified: str
    total_late: str
    total_both: str


_WORDS: Mapping[str, AnnexWords] = MappingProxyType(
    {
        "zh": AnnexWords(
            fee_title="欠费明细表",
            late_title="{word}计算表",
            dated="{title}（截至{day}）",
            penalty="违约金",
            loss="逾期付款损失",
            entry="第{number}号",
            ledger_row="第{row}行",
            due_unknown="未载明",
            every_charge="全部项目",
            all_of_it="当时余额",
            credit="余额",
            correction="更正",
            waiver="减免",
            waiver_late="减免{word}",
            hold="暂缓主张",
            balance="应收{billed}元{change}－已付{paid}元＝尚欠{outstanding}元",
            plus_change="＋更正及减免{amount}元",
            minus_change="－更正及减免{amount}元",
            balance_held="；尚欠{outstanding}元－暂缓主张{held}元＝本次主张{demanded}元",
            payments="付款合计{total}元＝{parts}",
            to_principal="抵充本金{amount}元",
            to_late="抵充违约金{amount}元",
            to_costs="抵充实现债权的费用{amount}元",
            to_restated="抵充协议确认的违约金{amount}元",
            to_credit="余额{amount}元",
            plus="＋",
            rows_in="“台账行”为债权人收费台账“{file}”中的行号。",
            note_undated="“已付”栏中的{amount}元系台账所载已收金额，台账未载明付款日期，按台账所载的期间计入。",
            note_settled="台账另载有{count}项，应收合计{amount}元，均已付清，未列入本表。",
            note_later="另有尚未到期的{amount}元，未列入本表，本次不主张。",
            note_due="“应付日”栏为“未载明”的，台账未载明应付日，以该期间届满之日判断是否到期。",
            note_held="“暂缓主张”栏所列部分，债权人本次暂不主张，并保留主张的权利。",
            note_credit="付款超出全部已知应付款项的{amount}元，为付款人的余额，尚未抵充。",
            note_costs="登记的实现债权的费用为{amount}元，其中已付{paid}元，未列入本表。",
            note_plan="双方签有分期付款协议。上表各行未计该协议，尚欠减暂缓主张合计{rest}元；依协议目前已到期、本次主张的"
            "本金为{demanded}元。",
            no_clause="未约定",
            not_claimed="不主张",
            reference="{series}×{factor}",
            per_day="日{percent}%",
            per_year="年{percent}%",
            capped="（以本金为限）",
            method_of="{items}：{text}",
            sentence="{item}，{period}：{text}",
            clause="{rate}（{contract}{place}）",
            clause_entry="{rate}（案卷登记{entry}）",
            note_ended="②：{series}在{day}之后的数值未经核实收录，本表不以推定的数值计算，涉及的{count}项从缺。",
            note_not_begun="②：{series}自{day}起方有数值，起算日早于该日的{count}项从缺。",
            note_claim_open="{mark}所依据的利率数值尚未收录齐全，不能得出数额，合计从缺。",
            note_no_due="另有{count}项台账未载明应付日，未计{word}。",
            note_outside="另有{count}项不在上列约定的合同期间内，未计{word}。",
            note_held_late="暂缓主张的部分未计{word}。",
            note_unverified="所用利率中，自{days}起施行的数值尚未与公布的文本核对。",
            total_late="截至{day}，本次主张的{word}暂计人民币{amount}元（大写：{words}）。",
            total_both="连同《欠费明细表》所列本次主张的本金{demanded}元，合计人民币{amount}元（大写：{words}）。",
        ),
        "zh-Hant": AnnexWords(
            fee_title="欠費明細表",
            late_title="{word}計算表",
            dated="{title}（截至{day}）",
            penalty="違約金",
            loss="逾期付款損失",
            entry="第{number}號",
            ledger_row="第{row}行",
            due_unknown="未載明",
            every_charge="全部項目",
            all_of_it="當時餘額",
            credit="餘額",
            correction="更正",
            waiver="減免",
            waiver_late="減免{word}",
            hold="暫緩主張",
            balance="應收{billed}元{change}－已付{paid}元＝尚欠{outstanding}元",
            plus_change="＋更正及減免{amount}元",
            minus_change="－更正及減免{amount}元",
            balance_held="；尚欠{outstanding}元－暫緩主張{held}元＝本次主張{demanded}元",
            payments="付款合計{total}元＝{parts}",
            to_principal="抵充本金{amount}元",
            to_late="抵充違約金{amount}元",
            to_costs="抵充實現債權的費用{amount}元",
            to_restated="抵充協議確認的違約金{amount}元",
            to_credit="餘額{amount}元",
            plus="＋",
            rows_in="「台賬行」為債權人收費台賬「{file}」中的行號。",
            note_undated="「已付」欄中的{amount}元係台賬所載已收金額，台賬未載明付款日期，按台賬所載的期間計入。",
            note_settled="台賬另載有{count}項，應收合計{amount}元，均已付清，未列入本表。",
            note_later="另有尚未到期的{amount}元，未列入本表，本次不主張。",
            note_due="「應付日」欄為「未載明」的，台賬未載明應付日，以該期間屆滿之日判斷是否到期。",
            note_held="「暫緩主張」欄所列部分，債權人本次暫不主張，並保留主張的權利。",
            note_credit="付款超出全部已知應付款項的{amount}元，為付款人的餘額，尚未抵充。",
            note_costs="登記的實現債權的費用為{amount}元，其中已付{paid}元，未列入本表。",
            note_plan="雙方簽有分期付款協議。上表各行未計該協議，尚欠減暫緩主張合計{rest}元；依協議目前已到期、本次主張的"
            "本金為{demanded}元。",
            no_clause="未約定",
            not_claimed="不主張",
            reference="{series}×{factor}",
            per_day="日{percent}%",
            per_year="年{percent}%",
            capped="（以本金為限）",
            method_of="{items}：{text}",
            sentence="{item}，{period}：{text}",
            clause="{rate}（{contract}{place}）",
            clause_entry="{rate}（案卷登記{entry}）",
            note_ended="②：{series}在{day}之後的數值未經核實收錄，本表不以推定的數值計算，涉及的{count}項從缺。",
            note_not_begun="②：{series}自{day}起方有數值，起算日早於該日的{count}項從缺。",
            note_claim_open="{mark}所依據的利率數值尚未收錄齊全，不能得出數額，合計從缺。",
            note_no_due="另有{count}項台賬未載明應付日，未計{word}。",
            note_outside="另有{count}項不在上列約定的合同期間內，未計{word}。",
            note_held_late="暫緩主張的部分未計{word}。",
            note_unverified="所用利率中，自{days}起施行的數值尚未與公佈的文本核對。",
            total_late="截至{day}，本次主張的{word}暫計人民幣{amount}元（大寫：{words}）。",
            total_both="連同《欠費明細表》所列本次主張的本金{demanded}元，合計人民幣{amount}元（大寫：{words}）。",
        ),
    }
)


def annex_words(locale: str) -> AnnexWords:
    """The words of ``zh`` or ``zh-Hant``."""
    return _WORDS[locale]
