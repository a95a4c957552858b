"""evidence.toml: strict, and generous with help."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.errors import EvidenceError
from evidence.workspace.config import fresh_config, load_config, parse_text


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(EvidenceError) as caught:
        parse_text(text)
    return [(problem.code, problem.where.part) for problem in caught.value.problems]


def test_a_fresh_file_reads_back() -> None:
    office = parse_text(fresh_config("cn", "zh-Hant"))
    assert (office.jurisdiction, office.locale, office.law_firm) == ("cn", "zh-Hant", None)


def test_the_sample_is_complete(checkout: Path) -> None:
    office = load_config(checkout / "samples" / "evidence.toml")
    assert office.law_firm is not None
    assert office.creditor.name == office.bank.payee


def test_an_unknown_key_is_an_error_with_the_nearest_known_one() -> None:
    with pytest.raises(EvidenceError) as caught:
        parse_text('jurisdiction = "cn"\nlocale = "zh"\n[creditor]\nnmae = "某公司"\n')
    (problem,) = caught.value.problems
    assert problem.code == "workspace.config-unknown-key"
    assert (problem.params["key"], problem.params["near"]) == ("creditor.nmae", "creditor.name")


def test_all_faults_are_named_at_once() -> None:
    text = (
        'jurisdiction = "us"\nlocale = "zh_TW"\nfoo = 1\n'
        '[creditor]\nname = 5\n[policy]\ndays_to_pay = 0\nconverter = "word"\nhost = "a host with blanks"\n'
        "[ledger.synonyms]\nroom = [1]\n"
    )
    assert faults(text) == [
        ("workspace.config-unknown-key", "foo"),
        ("workspace.config-value", "creditor.name"),
        ("workspace.config-value", "jurisdiction"),
        ("workspace.config-value", "locale"),
        ("workspace.config-value", "ledger.synonyms.room"),
        ("workspace.config-value", "policy.days_to_pay"),
        ("workspace.config-value", "policy.converter"),
        ("workspace.config-value", "policy.host"),
    ]


def test_broken_toml_names_its_place() -> None:
    with pytest.raises(EvidenceError) as caught:
        parse_text('jurisdiction = "cn\n')
    assert caught.value.problems[0].code == "workspace.config-unreadable"
    assert "line 1" in str(caught.value.problems[0].params["reason"])


def test_a_hyphen_equals_an_underscore() -> None:
    office = parse_text('jurisdiction = "cn"\nlocale = "zh"\n[policy]\ndays-to-pay = 20\n')
    assert office.policy.days_to_pay == 20
