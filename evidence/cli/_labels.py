"""What rooms say of a problem in machine words, put into the reader's before the sentence around it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from evidence.i18n import translate
from evidence.model.problem import Problem


def n_(message: str) -> str:
    """Marks a message for the catalogue."""
    return message


_DAY = n_("YYYY-MM-DD, for example 2026-11-25")  # what the register expects of a day


def labelled(problem: Problem, lang: str) -> Problem:
    """``problem`` with machine words and English details among its parameters as ``lang`` has them."""
    params = {
        key: _LABELS.get(key, _as_is)(str(value), problem.code, lang) for key, value in problem.params.items()
    }
    return replace(problem, params={**problem.params, **{k: v for k, v in params.items() if v}})


def _as_is(value: str, code: str, lang: str) -> str:
    return ""


def _channel(value: str, code: str, lang: str) -> str:
    from evidence.delivery.labels import channel_label
    from evidence.model.delivery import Channel

    return channel_label(Channel(value), lang) if _of_delivery(code) and value in tuple(Channel) else ""


def _relation(value: str, code: str, lang: str) -> str:
    from evidence.delivery.channels import Relation
    from evidence.delivery.labels import relation_label

    return relation_label(value, lang) if _of_delivery(code) and value in tuple(Relation) else ""


def _known(value: str, code: str, lang: str) -> str:
    """The words that may be written, each with what it is called."""
    from evidence.delivery.labels import word_label

    if code not in ("delivery.role-unknown", "delivery.relation-unknown"):
        return ""
    return "、".join(f"{word} {word_label(word, lang)}" for word in value.split(", "))


def _kind(value: str, code: str, lang: str) -> str:
    from evidence.letters.kinds import kind_label

    return kind_label(value, lang) if code.startswith(("letters.", "workspace.run-")) else ""


def _expected(value: str, code: str, lang: str) -> str:
    return translate(value, lang) if code in ("workspace.config-value", "workspace.exhibit-text") else ""


def _field(value: str, code: str, lang: str) -> str:
    """A column of the register of exhibits as a clerk's table calls it."""
    from evidence.bundle.register import label_of

    return label_of(value, lang) if code == "workspace.exhibit-text" else ""


def _detail(value: str, code: str, lang: str) -> str:
    if code != "letters.template-syntax":
        return ""
    if missing := re.fullmatch(r"“?(.+?)”? is missing", value):
        return translate(n_("{what} is missing"), lang, what=missing[1])
    if unopened := re.fullmatch(r"(.+) has no opening (.+)", value):
        words = n_("{what} has no {opening} before it")
        return translate(words, lang, what=unopened[1], opening=unopened[2])
    return ""


def _of_delivery(code: str) -> bool:
    return code.startswith("delivery.")


_LABELS: Mapping[str, Callable[[str, str, str], str]] = {
    "channel": _channel,
    "relation": _relation,
    "known": _known,
    "kind": _kind,
    "expected": _expected,
    "field": _field,
    "detail": _detail,
}
