"""催缴情况: what the delivery records prove, letter by letter, in the words of the plaintiff.

A letter is told with every delivery that has a proof, each on its day with its own result, waybill, signer and exhibits.
Of a delivery without proof of grade A or B only that it was made is told, and that arrival is for the court to judge.
Letters that never left, or were withdrawn before they arrived, are no demands and are not told (民法典 137, 141;
时效规定 8).

The grades are this toolkit's, and no party pleads them: they stand in the statement on electronic evidence, in the
delivery record and in the report for the lawyer.
"""

from __future__ import annotations

from collections.abc import Iterable

from evidence.bundle.forms.facts import DeliveryFact, DemandFact
from evidence.bundle.rows import PROVEN, Standing
from evidence.delivery import channel_label, outcome_label, relation_label
from evidence.model.delivery import Grade
from evidence.model.period import chinese_date

__all__ = ["delivery_grades", "demand_history"]

_TOLD = frozenset({Standing.ARRIVED, Standing.SENT})
_WORDS = {
    "zh": {
        "letter": "{n}. 《{title}》（编号：{number}）{limit}{see}：{ways}。",
        "limit": "，限期至{day}支付",
        "way": "{day}，以{channel}方式向{defendant}送交{tracking}，结果：{outcome}{signer}{see}{open}",
        "tracking": "，单号{number}",
        "signer": "，签收人：{who}",
        "see": "（见证据{numbers}）",
        "open": "，是否到达请依所附凭证认定",
        "grade": "《{title}》（编号：{number}）{day}{channel}{tracking}：{grade}",
        "level": "{grade}级",
        "none": "尚无送达证明",
        "note": "上列等级由提交人所用工具按固定规则评定，不是法院的认定；各级的含义见送达记录。",
        "empty": "没有登记催交文书的送达。",
    },
    "zh-Hant": {
        "letter": "{n}. 《{title}》（編號：{number}）{limit}{see}：{ways}。",
        "limit": "，限期至{day}支付",
        "way": "{day}，以{channel}方式向{defendant}送交{tracking}，結果：{outcome}{signer}{see}{open}",
        "tracking": "，單號{number}",
        "signer": "，簽收人：{who}",
        "see": "（見證據{numbers}）",
        "open": "，是否到達請依所附憑證認定",
        "grade": "《{title}》（編號：{number}）{day}{channel}{tracking}：{grade}",
        "level": "{grade}級",
        "none": "尚無送達證明",
        "note": "上列等級由提交人所用工具按固定規則評定，不是法院的認定；各級的含義見送達記錄。",
        "empty": "沒有登記催交文書的送達。",
    },
}


def demand_history(demands: Iterable[DemandFact], locale: str, defendant: str = "被告") -> str:
    """One line a letter, in the order they went out; empty without any. ``defendant`` is what the form calls that
    party."""
    words = _WORDS[locale]
    return "\n".join(
        words["letter"].format(
            n=n,
            title=one.title,
            number=one.number,
            limit=words["limit"].format(day=chinese_date(one.pay_by)) if one.pay_by else "",
            see=_see(one.exhibits, locale),
            ways="；".join(_way(way, locale, defendant) for way in one.deliveries),
        )
        for n, one in enumerate(_told(demands), 1)
    )


def delivery_grades(demands: Iterable[DemandFact], locale: str) -> str:
    """The grade of each delivery told, a line each, and whose grades these are; that there is none without any."""
    words = _WORDS[locale]
    lines = [
        words["grade"].format(
            title=one.title,
            number=one.number,
            day=chinese_date(way.on),
            channel=channel_label(way.channel, locale),
            tracking=_tracking(way, locale),
            grade=words["none"] if way.grade is Grade.NONE else words["level"].format(grade=way.grade.value),
        )
        for one in _told(demands)
        for way in one.deliveries
    ]
    return "\n".join([*lines, words["note"]]) if lines else words["empty"]


def _told(demands: Iterable[DemandFact]) -> list[DemandFact]:
    told = [one for one in demands if one.reached in _TOLD and one.deliveries]
    return sorted(told, key=lambda one: (one.deliveries[0].on, one.number))


def _way(way: DeliveryFact, locale: str, defendant: str) -> str:
    words = _WORDS[locale]
    relation = relation_label(way.relation, locale)
    who = f"{way.signer}（{relation}）" if way.signer and relation else way.signer or relation
    return words["way"].format(
        day=chinese_date(way.on),
        channel=channel_label(way.channel, locale),
        defendant=defendant,
        tracking=_tracking(way, locale),
        outcome=outcome_label(way.outcome, locale),
        signer=words["signer"].format(who=who) if who else "",
        see=_see(way.exhibits, locale),
        open="" if way.grade in PROVEN else words["open"],
    )


def _tracking(way: DeliveryFact, locale: str) -> str:
    return _WORDS[locale]["tracking"].format(number=way.tracking) if way.tracking else ""


def _see(exhibits: tuple[int, ...], locale: str) -> str:
    return _WORDS[locale]["see"].format(numbers="、".join(map(str, exhibits))) if exhibits else ""
