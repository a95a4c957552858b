"""Every word of the room exists in both scripts."""

from __future__ import annotations

import re

import pytest

from evidence.delivery import (
    Relation,
    channel_label,
    grade_label,
    outcome_label,
    relation_label,
    witness_label,
)
from evidence.delivery.labels import LABELS
from evidence.errors.delivery import ROWS
from evidence.i18n import catalogue
from evidence.model.delivery import Channel, Grade, Outcome, Witness

MESSAGES = sorted(
    {text for row in ROWS for text in (row.message, row.hint, row.explain) if text} | set(LABELS)
)


@pytest.mark.parametrize("lang", ["zh", "zh-Hant"])
def test_every_message_is_translated_with_its_placeholders(lang: str) -> None:
    words = catalogue(lang)
    assert [text for text in MESSAGES if text not in words] == []
    holes = re.compile(r"\{\w+\}")
    assert [m for m in MESSAGES if sorted(holes.findall(m)) != sorted(holes.findall(words[m]))] == []


@pytest.mark.parametrize("lang", ["en", "zh", "zh-Hant"])
def test_no_two_things_of_a_kind_have_the_same_name(lang: str) -> None:
    for words, label in (
        (Channel, channel_label),
        (Outcome, outcome_label),
        (Grade, grade_label),
        (Witness, witness_label),
        (Relation, relation_label),
    ):
        labels = [label(word, lang) for word in words]  # type: ignore[operator]
        assert len(set(labels)) == len(labels)


def test_chinese_uses_the_terms_of_the_procedure_law() -> None:
    assert channel_label(Channel.HAND, "zh") == "直接送达"
    assert channel_label(Channel.LEFT, "zh-Hant") == "留置送達"
    assert outcome_label(Outcome.REFUSED, "zh") == "拒收"
    assert relation_label("", "zh") == ""
