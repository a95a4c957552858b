"""A company is addressed as one (贵方), a person as a household (贵户), wherever a letter speaks to its reader."""

from __future__ import annotations

from dataclasses import replace

import pytest
from letter_samples import LOCALES, account, context
from sized_samples import template

from evidence.letters.signer import Signer
from evidence.model.account import Debtor
from evidence.model.letter import LetterKind

YOU = {"zh": ("贵户", "贵方"), "zh-Hant": ("貴戶", "貴方")}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", [LetterKind.DEMAND, LetterKind.LAWYER_LETTER])
def test_letters_speak_to_whom_they_are_written(kind: LetterKind, locale: str) -> None:
    household, organisation = YOU[locale]
    for name, company in (("张样本", False), ("样本商贸有限公司", True)):
        home = replace(account(), debtor=Debtor(name))
        made = context(kind, locale, account=home, signer=Signer(company))
        text = template(kind.value, locale).render(made.values, made.must_appear).text
        assert text.count(organisation if company else household) > 5, "the template's words and the law's"
        assert (household if company else organisation) not in text
