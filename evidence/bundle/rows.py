"""How letters, delivery records and proofs stand in the 证据目录: never more than is on record.

A catalogue is read to the court as the party's own statement. So what a letter "proves" follows from what
its recorded deliveries carry, and a row whose paper nobody signed says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from evidence.delivery import assess, best_arrival, channel_label, outcome_label, timeline
from evidence.delivery.channels import ProofKind, kind_of, may_sign
from evidence.model.delivery import Channel, DeliveryEvent, Grade, Outcome
from evidence.model.letter import NOTICES, LegalEffect, LetterKind
from evidence.model.period import chinese_date

# Proof of arrival good enough to be told to a court as a fact.
PROVEN = frozenset({Grade.A, Grade.B})
ORIGINAL = "原件"  # the same characters in both scripts; the other value is 复印件
_MESSAGES = frozenset({Channel.SMS, Channel.WECHAT, Channel.EMAIL, Channel.QR})
_CARRIERS = frozenset({Channel.EMS, Channel.COURIER})
_PAGED_SCANS = frozenset({"image/tiff"})


@dataclass(frozen=True, slots=True)
class ExhibitText:
    """The words of one catalogue row; ``kind`` after 民事诉讼法 66, ``original`` after 证据规定 19.

    What the claimant made for the file itself is called so: a reckoning of one's own is no 书证.
    """

    name: str
    kind: str
    source: str
    proves: str
    original: str


class Standing(StrEnum):
    """How far a letter got, as the record can show it."""

    ARRIVED = "arrived"  # proof of grade A or B
    SENT = "sent"  # it went out, or somebody tried; arrival is for the court to judge
    WITHDRAWN = "withdrawn"  # taken back before any proven arrival
    KEPT = "kept"  # nothing on record but the letter itself


def standing(events: Iterable[DeliveryEvent]) -> Standing:
    """How far the letter of these events got."""
    told = timeline(events)
    best = best_arrival(told)
    if best is not None and best[1] in PROVEN:
        return Standing.ARRIVED
    if any(event.outcome is Outcome.WITHDRAWN for event in told):
        return Standing.WITHDRAWN
    return Standing.SENT if any(event.outcome is not Outcome.PREPARED for event in told) else Standing.KEPT


def effective(events: Iterable[DeliveryEvent]) -> tuple[tuple[DeliveryEvent, bool], ...]:
    """Events in the order they happened, each with whether it came after the letter was withdrawn."""
    found, withdrawn = [], False
    for event in timeline(events):
        found.append((event, withdrawn))
        withdrawn = withdrawn or event.outcome is Outcome.WITHDRAWN
    return tuple(found)


# What is kept of a paper that nobody signed is not that paper.
_COPIES = {LetterKind.LAWYER_LETTER: "底稿", LetterKind.INSTALMENT_AGREEMENT: "文本"}  # in both scripts
_DEMANDED = {
    "zh": {
        Standing.ARRIVED: "原告就所列各期费用书面催告被告，并给予合理期限",
        Standing.SENT: "原告制作并曾送交的催告文书（是否到达见送达记录）",
        Standing.WITHDRAWN: "原告制作的催告文书（已撤回）",
        Standing.KEPT: "原告制作的催告文书（未附送达凭证）",
    },
    "zh-Hant": {
        Standing.ARRIVED: "原告就所列各期費用書面催告被告，並給予合理期限",
        Standing.SENT: "原告製作並曾送交的催告文書（是否到達見送達記錄）",
        Standing.WITHDRAWN: "原告製作的催告文書（已撤回）",
        Standing.KEPT: "原告製作的催告文書（未附送達憑證）",
    },
}
_REMINDED = {
    "zh": {
        Standing.ARRIVED: "原告书面提示被告交纳所列费用",
        Standing.SENT: "原告制作并曾送交的提示文书（是否到达见送达记录）",
        Standing.WITHDRAWN: "原告制作的提示文书（已撤回）",
        Standing.KEPT: "原告制作的提示文书（未附送达凭证）",
    },
    "zh-Hant": {
        Standing.ARRIVED: "原告書面提示被告交納所列費用",
        Standing.SENT: "原告製作並曾送交的提示文書（是否到達見送達記錄）",
        Standing.WITHDRAWN: "原告製作的提示文書（已撤回）",
        Standing.KEPT: "原告製作的提示文書（未附送達憑證）",
    },
}
_BY_LAWYER = {
    "zh": {
        Standing.ARRIVED: "原告委托律师就所列各期费用书面催告被告（本件为未经签名的底稿）",
        Standing.SENT: "原告委托律师曾送交的催告文书（本件为未经签名的底稿，是否到达见送达记录）",
        Standing.WITHDRAWN: "原告委托律师制作的催告文书（未经签名的底稿，已撤回）",
        Standing.KEPT: "原告委托律师制作的催告文书（未经签名的底稿，未附送达凭证）",
    },
    "zh-Hant": {
        Standing.ARRIVED: "原告委託律師就所列各期費用書面催告被告（本件為未經簽名的底稿）",
        Standing.SENT: "原告委託律師曾送交的催告文書（本件為未經簽名的底稿，是否到達見送達記錄）",
        Standing.WITHDRAWN: "原告委託律師製作的催告文書（未經簽名的底稿，已撤回）",
        Standing.KEPT: "原告委託律師製作的催告文書（未經簽名的底稿，未附送達憑證）",
    },
}
_APPROVED = {
    "zh": {
        Standing.ARRIVED: "原告委托律师就所列各期费用书面催告被告，并给予合理期限",
        Standing.SENT: "原告委托律师签发并曾送交的催告文书（是否到达见送达记录）",
        Standing.WITHDRAWN: "原告委托律师签发的催告文书（已撤回）",
        Standing.KEPT: "原告委托律师签发的催告文书（未附送达凭证）",
    },
    "zh-Hant": {
        Standing.ARRIVED: "原告委託律師就所列各期費用書面催告被告，並給予合理期限",
        Standing.SENT: "原告委託律師簽發並曾送交的催告文書（是否到達見送達記錄）",
        Standing.WITHDRAWN: "原告委託律師簽發的催告文書（已撤回）",
        Standing.KEPT: "原告委託律師簽發的催告文書（未附送達憑證）",
    },
}
_OFFERED = {
    "zh": "原告曾向被告送交的分期付款方案（未经双方签署，是否到达见送达记录）",
    "zh-Hant": "原告曾向被告送交的分期付款方案（未經雙方簽署，是否到達見送達記錄）",
}
_TOLD = {
    "zh": {
        LetterKind.COMPLAINT_REPLY: "就被告所提异议作出的书面答复",
        LetterKind.SETTLEMENT: "就所列各期费用出具的结清证明",
        LetterKind.CORRECTION: "对先前文书所作的更正",
        LetterKind.BILL_NOTICE: "在所列费用到期之前的书面告知",
    },
    "zh-Hant": {
        LetterKind.COMPLAINT_REPLY: "就被告所提異議作出的書面答覆",
        LetterKind.SETTLEMENT: "就所列各期費用出具的結清證明",
        LetterKind.CORRECTION: "對先前文書所作的更正",
        LetterKind.BILL_NOTICE: "在所列費用到期之前的書面告知",
    },
}
_HOW_FAR = {
    "zh": {
        Standing.ARRIVED: "原告{told}（已送达）",
        Standing.SENT: "原告{told}（是否到达见送达记录）",
        Standing.WITHDRAWN: "原告{told}（已撤回）",
        Standing.KEPT: "原告{told}（未附送达凭证）",
    },
    "zh-Hant": {
        Standing.ARRIVED: "原告{told}（已送達）",
        Standing.SENT: "原告{told}（是否到達見送達記錄）",
        Standing.WITHDRAWN: "原告{told}（已撤回）",
        Standing.KEPT: "原告{told}（未附送達憑證）",
    },
}
_ISSUED = {
    "zh": ("电子数据", "原告签发，原始电子文件", "{firm}出具"),
    "zh-Hant": ("電子數據", "原告簽發，原始電子文件", "{firm}出具"),
}


def letter_exhibit(
    kind: LetterKind,
    effect: LegalEffect,
    title: str,
    number: str,
    reached: Standing,
    *,
    firm: str,
    locale: str,
    draft: bool = True,
) -> ExhibitText:
    """The row of one of our letters. ``title`` and ``number`` are as the letter prints them, in its script.

    The stamped file is the original: it was issued as data. A lawyer's letter is the firm's, not the party's; until a
    lawyer approves it, it is a ``draft``.
    """
    evidence, source, from_firm = _ISSUED[locale]
    if kind is LetterKind.LAWYER_LETTER:
        proves, source = (_BY_LAWYER if draft else _APPROVED)[locale][reached], from_firm.format(firm=firm)
    elif kind is LetterKind.INSTALMENT_AGREEMENT:
        proves = _OFFERED[locale]
    elif kind in NOTICES:
        proves = _HOW_FAR[locale][reached].format(told=_TOLD[locale][kind])
    else:
        proves = (_DEMANDED if effect is LegalEffect.DEMAND else _REMINDED)[locale][reached]
    copy = "" if kind is LetterKind.LAWYER_LETTER and not draft else _COPIES.get(kind, "")
    return ExhibitText(f"{title}{copy}（{number}）", evidence, source, proves, ORIGINAL)


_RECORD = {
    "zh": (
        "送达记录：{number}",
        "记录（当事人自制）",
        "原告制作",
        "原告对该文书登记的全部送达经过，共{count}次",
    ),
    "zh-Hant": (
        "送達記錄：{number}",
        "記錄（當事人自製）",
        "原告製作",
        "原告對該文書登記的全部送達經過，共{count}次",
    ),
}


def record_exhibit(number: str, count: int, locale: str) -> ExhibitText:
    """The row of a letter's delivery record, a page of our own making."""
    name, kind, source, proves = _RECORD[locale]
    return ExhibitText(name.format(number=number), kind, source, proves.format(count=count), ORIGINAL)


_ANNEX = {
    "zh": (
        "{title}（截至{day}）",
        "计算表（当事人自制）",
        "原告依收费台账和登记单方制作",
        {
            "fee-statement": "截至{day}被告所欠各期费用的本金数额及其计算方式",
            "late-charge": "逾期付款违约责任的计算方式及截至{day}的数额",
        },
    ),
    "zh-Hant": (
        "{title}（截至{day}）",
        "計算表（當事人自製）",
        "原告依收費台賬和登記單方製作",
        {
            "fee-statement": "截至{day}被告所欠各期費用的本金數額及其計算方式",
            "late-charge": "逾期付款違約責任的計算方式及截至{day}的數額",
        },
    ),
}


def annex_exhibit(which: str, title: str, as_of: date, locale: str) -> ExhibitText:
    """The row of an annex made with the evidence file: the claimant's own reckoning, and said to be.

    ``which`` is ``fee-statement`` or ``late-charge``, ``title`` what the sheet is headed.
    """
    name, kind, source, proves = _ANNEX[locale]
    day = chinese_date(as_of)
    return ExhibitText(
        name.format(title=title, day=day), kind, source, proves[which].format(day=day), ORIGINAL
    )


_UNCOUNTED = {
    "zh": (
        "（签收人不符合规定，未计为到达）",
        "（文书已先行撤回，未计为到达）",
        "（无送达证明，未计为到达）",
    ),
    "zh-Hant": (
        "（簽收人不符合規定，未計為到達）",
        "（文書已先行撤回，未計為到達）",
        "（無送達證明，未計為到達）",
    ),
}


# A page that was opened brought a letter to nobody in particular: it is not said to be delivered.
_ON_PAGE = {"zh": ("页面已打开", "在页面上确认"), "zh-Hant": ("頁面已打開", "在頁面上確認")}


def result_text(event: DeliveryEvent, after_withdrawal: bool, locale: str) -> str:
    """What was recorded, and why it is no arrival where a reader would take it for one."""
    signer, withdrawn, bare = _UNCOUNTED[locale]
    told = outcome_label(event.outcome, locale)
    if event.channel is Channel.QR and event.outcome is Outcome.DELIVERED:
        told = _ON_PAGE[locale][assess(event).grade is not Grade.NONE]
    if not may_sign(event):
        return told + signer
    grade = assess(event).grade
    if after_withdrawal and grade is not Grade.NONE:
        return told + withdrawn
    return told + bare if event.outcome is Outcome.DELIVERED and grade is Grade.NONE else told


_PROOF = {
    "zh": (
        "送达凭证：{number} {channel}",
        "{when}以{channel}方式送交文书，登记结果：{result}",
        {"data": "电子数据", "video": "视听资料", "paper": "书证"},
        {
            "message": "发送时形成，原告留存",
            "carrier": "寄递时形成，原告留存",
            "notary": "公证时形成，原告留存",
            "site": "送达时形成，原告留存",
        },
        "复印件",
    ),
    "zh-Hant": (
        "送達憑證：{number} {channel}",
        "{when}以{channel}方式送交文書，登記結果：{result}",
        {"data": "電子數據", "video": "視聽資料", "paper": "書證"},
        {
            "message": "發送時形成，原告留存",
            "carrier": "寄遞時形成，原告留存",
            "notary": "公證時形成，原告留存",
            "site": "送達時形成，原告留存",
        },
        "複印件",
    ),
}


def proof_exhibit(
    number: str, event: DeliveryEvent, media_type: str, day: date, result: str, locale: str
) -> ExhibitText:
    """The row of one proof of a delivery, of the kind of evidence that its file is.

    Pictures are electronic data (证据规定 14: 图片), videos 视听资料; what comes as a document is a scan of
    paper, unless the message it shows never was on any.
    """
    name, proves, kinds, sources, copy = _PROOF[locale]
    form = kind_of(media_type)
    if form is ProofKind.VIDEO:
        kind = "video"
    elif event.channel in _MESSAGES or (form is ProofKind.PHOTO and media_type not in _PAGED_SCANS):
        kind = "data"
    else:
        kind = "paper"
    if event.channel in _MESSAGES:
        origin = "message"
    elif event.channel in _CARRIERS:
        origin = "carrier"
    else:
        origin = "notary" if event.channel is Channel.NOTARY else "site"
    channel = channel_label(event.channel, locale)
    return ExhibitText(
        name.format(number=number, channel=channel),
        kinds[kind],
        sources[origin],
        proves.format(when=chinese_date(day), channel=channel, result=result),
        copy,
    )
