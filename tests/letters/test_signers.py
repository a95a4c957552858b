"""Who signs an agreement for the owner: a person by name and finger print, a company by its seal and its agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from letter_samples import LOCALES, account, context
from sized_samples import template

from evidence.letters.signer import Signer
from evidence.model.account import Account, Debtor
from evidence.model.case import CaseEvent, CaseKind
from evidence.model.letter import LetterKind
from evidence.workspace.signers import signer_of

PERSON, COMPANY = "张样本", "样本商贸有限公司"
ID, USCC = "11010519491231002X", "91310000MA1FL00000"


def owned_by(name: str) -> Account:
    return replace(account(), debtor=Debtor(name))


def signer(name: str, *owners: Mapping[str, str]) -> Signer:
    home = owned_by(name)
    return signer_of(home, [CaseEvent(CaseKind.OWNER, home.id, owner) for owner in owners], "cn")


def agreement(locale: str, of: Signer, name: str) -> str:
    """The words of an agreement, without blanks and line ends."""
    kind = LetterKind.INSTALMENT_AGREEMENT
    made = context(kind, locale, account=owned_by(name), signer=of)
    return "".join(template(kind.value, locale).render(made.values, made.must_appear).text.split())


def test_what_is_on_file_goes_before_what_a_name_sounds_like() -> None:
    trader = {"name": "样本商行", "id_type": "居民身份证", "id_number": ID}
    assert signer("样本商行", trader) == Signer(company=False, id_number=ID)
    assert signer("样本", {"name": "样本", "id_type": "uscc", "id_number": USCC}) == Signer(True, USCC)


def test_without_a_kind_of_paper_the_name_tells_a_company() -> None:
    assert signer(COMPANY) == Signer(company=True)
    assert signer(COMPANY, {"name": COMPANY, "id_number": USCC}) == Signer(True, USCC)
    assert signer(PERSON) == Signer()


def test_a_number_is_filled_in_for_nobody_else() -> None:
    """Of joint owners under one name in the ledger, and of an owner of another name, none is taken."""
    others = [{"name": name, "id_type": "居民身份证", "id_number": ID} for name in (PERSON, "李样本")]
    assert signer(f"{PERSON}、李样本", *others) == Signer()
    assert signer(PERSON, *others) == Signer(id_number=ID)


WORDS = {
    "zh": {
        "code": "统一社会信用代码：", "head": "法定代表人或者负责人：", "seal": "乙方盖章处", "agent": "代理人签名",
        "print": "乙方签名、按指印处", "paper": "身份证件号码：", "either": "身份证件号码／统一社会信用代码：____",
    },
    "zh-Hant": {
        "code": "統一社會信用代碼：", "head": "法定代表人或者負責人：", "seal": "乙方蓋章處", "agent": "代理人簽名",
        "print": "乙方簽名、按指印處", "paper": "身份證件號碼：", "either": "身份證件號碼／統一社會信用代碼：____",
    },
}  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
def test_a_company_seals_and_whoever_acts_for_it_signs(locale: str) -> None:
    words, found = WORDS[locale], agreement(locale, Signer(True, USCC), COMPANY)
    assert f"{words['code']}{USCC}{words['head']}____" in found
    assert found.count(words["seal"]) == 1
    assert found.count(words["agent"]) == 4  # electronic service, weighty terms, and one for each party
    assert words["print"] not in found


@pytest.mark.parametrize("locale", LOCALES)
def test_a_person_signs_and_prints_a_finger(locale: str) -> None:
    words, found = WORDS[locale], agreement(locale, Signer(id_number=ID), PERSON)
    assert f"{words['paper']}{ID}" in found
    assert words["print"] in found
    assert words["seal"] not in found
    assert words["head"] not in found


@pytest.mark.parametrize("locale", LOCALES)
def test_a_number_that_is_not_on_file_is_left_to_be_written(locale: str) -> None:
    either = WORDS[locale]["either"]
    assert either in agreement(locale, Signer(), PERSON)
    assert either not in agreement(locale, Signer(company=True), COMPANY)
