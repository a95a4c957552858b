"""催缴情况: what the delivery records prove, letter by letter, in the words of the plaintiff.

A letter with proof of grade A or B is told as sent on its day and with the result on record; of any other only that it
went out is told, and that its arrival is for the court to judge. Letters that never left, or were withdrawn before they
arrived, are no demands and are not told (民法典 137, 141; 时效规定 8).
"""

from __future__ import annotations

from collections.abc import Iterable

from evidence.bundle.forms.facts import DemandFact
from evidence.bundle.rows import Standing
from evidence.delivery import channel_label, outcome_label
from evidence.model.delivery import Grade
from evidence.model.period import chinese_date

__all__ = ["demand_history"]

_TOLD = frozenset({Standing.ARRIVED, Standing.SENT})
_WORDS = {
    "zh": {
        "sent": "{n}. {day}，以{channel}方式向{defendant}送交《{title}》（编号：{number}）{limit}，"
        "登记结果：{outcome}，{proof}{see}{open}。",
        "limit": "，限期至{day}支付",
        "grade": "送达证明{grade}级",
        "none": "尚无送达证明",
        "see": "（见证据{numbers}）",
        "open": "；是否到达，请依所附凭证认定",
        "note": "送达证明等级由{plaintiff}所用工具按固定规则评定，不是法院的认定。",
    },
    "zh-Hant": {
        "sent": "{n}. {day}，以{channel}方式向{defendant}送交《{title}》（編號：{number}）{limit}，"
        "登記結果：{outcome}，{proof}{see}{open}。",
        "limit": "，限期至{day}支付",
        "grade": "送達證明{grade}級",
        "none": "尚無送達證明",
        "see": "（見證據{numbers}）",
        "open": "；是否到達，請依所附憑證認定",
        "note": "送達證明等級由{plaintiff}所用工具按固定規則評定，不是法院的認定。",
    },
}


def demand_history(
    demands: Iterable[DemandFact], locale: str, plaintiff: str = "原告", defendant: str = "被告"
) -> str:
    """One line a letter, in the order they went out, and what the grades are; empty without any.

    ``plaintiff`` and ``defendant`` are what the form calls the parties.
    """
    words = _WORDS[locale]
    told = sorted((d for d in demands if d.reached in _TOLD), key=lambda d: (d.on, d.number))
    lines = [
        words["sent"].format(
            n=n,
            defendant=defendant,
            day=chinese_date(one.on),
            channel=channel_label(one.channel, locale),
            title=one.title,
            number=one.number,
            limit=words["limit"].format(day=chinese_date(one.pay_by)) if one.pay_by else "",
            outcome=outcome_label(one.outcome, locale),
            proof=words["none"] if one.grade is Grade.NONE else words["grade"].format(grade=one.grade.value),
            see=words["see"].format(numbers="、".join(map(str, one.exhibits))) if one.exhibits else "",
            open="" if one.reached is Standing.ARRIVED else words["open"],
        )
        for n, one in enumerate(told, 1)
    ]
    return "\n".join([*lines, words["note"].format(plaintiff=plaintiff)]) if lines else ""
