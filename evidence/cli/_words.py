"""Choices that people may give in their own words: ``--channel 邮政特快专递`` as well as ``--channel ems``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

from evidence.cli._app import App, n_
from evidence.i18n import LANGUAGES, translate
from evidence.model.delivery import Channel, Outcome, ProofRole

# What people call things beside the labels the toolkit prints.
_SHORT = {
    "EMS": "ems", "快递": "courier", "快遞": "courier", "短信": "sms", "短訊": "sms", "微信": "wechat",
    "邮件": "email", "郵件": "email", "邮寄": "ems", "郵寄": "ems", "张贴": "posted", "張貼": "posted",
    "同住成年家属代收": "cohabitant", "同住成年家屬代收": "cohabitant", "其他快递": "courier", "其他快遞": "courier",
    "扫码": "qr", "掃碼": "qr", "扫码打开": "qr", "掃碼打開": "qr",
    "邮政特快专递": "ems", "郵政特快專遞": "ems", "留置": "left", "当面": "hand", "當面": "hand", "公证": "notary", "公證": "notary", "公证保全": "preserved", "公證保全": "preserved",
    "签收": "delivered", "簽收": "delivered", "拒收": "refused", "退回": "returned", "已寄出": "sent",
    "本人": "self", "同住家属": "cohabiting-adult", "同住家屬": "cohabiting-adult", "同住成年家属": "cohabiting-adult",
    "同住成年家屬": "cohabiting-adult", "门卫": "guard", "門衛": "guard", "物业": "guard", "物業": "guard", "保安": "guard", "邻居": "neighbour", "鄰居": "neighbour",
}  # fmt: skip


class WordChoice(click.Choice[str]):
    """A choice of machine words that also takes their labels in any of the interface's languages."""

    def __init__(self, words: Iterable[str], label: Callable[[str, str], str]) -> None:
        self._words = tuple(words)
        super().__init__(self._words)
        self._label = label
        self._known: Mapping[str, str] | None = None

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """What may be written, each word with what it is called in the reader's language."""
        app = ctx.find_object(App) if ctx else None
        lang = app.lang if app else "en"
        known = ", ".join(
            word if (label := self._label(word, lang)) == word or lang == "en" else f"{word} {label}"
            for word in self._words
        )
        return translate(n_("{given} is none of: {known}."), lang, given=str(value), known=known)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if self._known is None:
            labels = {self._label(word, lang): word for word in self._words for lang in LANGUAGES}
            self._known = {**{k: v for k, v in _SHORT.items() if v in self._words}, **labels}
        text = str(value).strip()
        return super().convert(self._known.get(text, text), param, ctx)


def channel_choice() -> WordChoice:
    """The ways a letter goes."""

    def label(word: str, lang: str) -> str:
        from evidence.delivery.labels import channel_label

        return channel_label(Channel(word), lang)

    return WordChoice([word.value for word in Channel], label)


def outcome_choice() -> WordChoice:
    """What came of it."""

    def label(word: str, lang: str) -> str:
        from evidence.delivery.labels import outcome_label

        return outcome_label(Outcome(word), lang)

    return WordChoice([word.value for word in Outcome], label)


def role_choice() -> WordChoice:
    """What a proof shows; the two kinds of the letter's own page are not a clerk's to say."""

    def label(word: str, lang: str) -> str:
        from evidence.delivery.labels import role_label

        return role_label(ProofRole(word), lang)

    own = (ProofRole.RECEIPT, ProofRole.DEVICE_RECEIPT)
    return WordChoice([role.value for role in ProofRole if role not in own], label)


# Segments by what --segment may name: a payment history or a kind of owner.
_SEGMENTS = {
    "punctual": ("按时", "按時"),
    "occasional": ("偶尔", "偶爾"),
    "long-arrears": ("长期", "長期"),
    "owner": ("业主", "業主"),
    "tenant": ("租户", "租戶"),
    "company": ("企业", "企業"),
}


def segment_choice() -> WordChoice:
    """Payment histories and kinds of owners."""
    return WordChoice(
        _SEGMENTS, lambda word, lang: word if lang == "en" else _SEGMENTS[word][LANGUAGES.index(lang) - 1]
    )


def contact_choice() -> WordChoice:
    """How an owner is contacted, in the words of the case file."""

    def label(word: str, lang: str) -> str:
        from evidence.model.case import CaseKind
        from evidence.workspace.casewords import value_label

        return value_label(CaseKind.CONTACT, "channel", word, lang)

    return WordChoice(["call", "visit", "message", "letter"], label)


_STAFF = {"clerk": ("文员", "文員"), "lawyer": ("律师", "律師"), "admin": ("管理员", "管理員")}


def staff_label(role: str, lang: str) -> str:
    """What somebody of the staff is: ``clerk 文员``, the word that options take beside its name."""
    return role if lang == "en" else f"{role} {_STAFF[role][LANGUAGES.index(lang) - 1]}"


def relation_word(text: str) -> str:
    """The machine word for a signer's relation to the owner, also from its label; other text as it is."""
    from evidence.delivery.channels import Relation
    from evidence.delivery.labels import relation_label

    known = {relation_label(word.value, lang): word.value for word in Relation for lang in LANGUAGES}
    word = text.strip()
    return {**_SHORT, **known}.get(word, word)
