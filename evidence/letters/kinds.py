"""What each kind of letter is called in the user's language, in messages; its title in print is the template's."""

from __future__ import annotations

from collections.abc import Mapping

from evidence.i18n import LANGUAGES

__all__ = ["kind_label"]

# In zh and zh-Hant; in English a kind is called by its machine word, which is what is typed.
_KINDS: Mapping[str, tuple[str, str]] = {
    "reminder": ("温馨提示", "溫馨提示"),
    "demand": ("催交通知书", "催交通知書"),
    "lawyer-letter": ("律师函", "律師函"),
    "instalment-agreement": ("分期付款协议", "分期付款協議"),
    "complaint-reply": ("异议回复函", "異議回覆函"),
    "settlement": ("结清证明", "結清證明"),
    "correction": ("更正通知", "更正通知"),
    "bill-notice": ("账单通知", "賬單通知"),
}


def kind_label(kind: str, lang: str) -> str:
    """``demand`` is 催交通知书; what is no kind stays as it is."""
    words = _KINDS.get(kind) if lang != "en" else None
    return words[LANGUAGES.index(lang) - 1] if words else kind
