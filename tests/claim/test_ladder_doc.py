"""The page on the ladder lists every key with the default that is in force."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from evidence.claim.contacts import ContactPolicy
from evidence.claim.ladder_policy import LadderPolicy, policy_data
from evidence.claim.segments import OwnerKind, PaymentHistory
from evidence.model.office import PlanTerms


@pytest.fixture(scope="module")
def page(checkout: Path) -> str:
    return (checkout / "docs" / "ladder.zh.md").read_text("utf-8")


@pytest.mark.parametrize(("table", "keys"), [("ladder", LadderPolicy), ("contacts", ContactPolicy)])
def test_every_key_stands_on_the_page_with_its_default(table: str, keys: type, page: str) -> None:
    section = page.partition(f"`[{table}]`\n")[2].partition("\n## ")[0]
    listed = dict(re.findall(r"^\| `(\w+)` \| `?(\w+)`? \|", section, re.MULTILINE))
    data = policy_data("cn")
    assert data is not None
    assert listed == {key: str(value) for key, value in data[table].items()}
    assert set(listed) == {field.name for field in fields(keys)}


def test_segments_and_terms_of_agreements_are_named(page: str) -> None:
    names = [*PaymentHistory, *OwnerKind, *(field.name for field in fields(PlanTerms))]
    assert [name for name in names if f"`{name}`" not in page] == []
