"""A relation of the signer is believed where the records of the owner do not contradict it."""

from __future__ import annotations

from datetime import datetime

import pytest

from evidence.delivery import Owners, Relation, assess, make_event
from evidence.delivery.signing import believed
from evidence.model.delivery import Grade

SLIP = b"%PDF-1.4\n" + b"x" * 100
PERSON = Owners(others=frozenset({"样本甲"}))
COMPANY = Owners(organisations=frozenset({"样州启明贸易有限公司"}))
KNOWN = Owners(persons=frozenset({"样本甲"}))


def outcome(signer: str, relation: str, owners: Owners) -> tuple[str, str]:
    """What is left of the relation, and the code of the warning."""
    kept, doubt = believed(signer, Relation(relation), owners)
    return kept.value if kept else "", doubt.code.partition(".")[2] if doubt else ""


@pytest.mark.parametrize(
    ("signer", "relation", "owners", "expected"),
    [
        ("样本甲", "self", PERSON, ("self", "")),
        ("李四", "self", PERSON, ("", "signer-not-owner")),
        ("李四", "cohabiting-adult", PERSON, ("cohabiting-adult", "")),
        ("李四", "authorised", PERSON, ("authorised", "")),
        ("保安", "guard", PERSON, ("guard", "")),
        ("前台", "self", COMPANY, ("", "signer-for-organisation")),
        ("样州启明贸易有限公司", "self", COMPANY, ("", "signer-for-organisation")),
        ("李四", "cohabiting-adult", COMPANY, ("", "signer-for-organisation")),
        ("收发室", "organisation", COMPANY, ("organisation", "")),
        ("收发室", "organisation", KNOWN, ("", "signer-for-person")),
        ("收发室", "organisation", PERSON, ("organisation", "")),  # a name alone does not tell
    ],
)
def test_what_is_left_of_a_relation(
    signer: str, relation: str, owners: Owners, expected: tuple[str, str]
) -> None:
    assert outcome(signer, relation, owners) == expected


@pytest.mark.parametrize("signer", ["样本乙", "样本甲"])
@pytest.mark.parametrize(
    "together", ["样本甲、样本乙", "样本甲，样本乙", "样本甲 样本乙", "样本甲/样本乙（共有）"]
)
def test_each_of_joint_owners_under_one_name_signs_in_person(together: str, signer: str) -> None:
    assert outcome(signer, "self", Owners(others=frozenset({together}))) == ("self", "")
    assert outcome("样本", "self", Owners(others=frozenset({together}))) == ("", "signer-not-owner")


@pytest.mark.parametrize(
    ("signer", "owner"),
    [
        (" 样本 甲 ", "样本甲"),
        ("阿依·样本", "阿依•样本"),
        ("JOHN SAMPLE", "John Sample"),
        ("样本甲", "样本甲（业主）"),
    ],
)
def test_blanks_width_case_and_dots_make_no_other_person(signer: str, owner: str) -> None:
    assert outcome(signer, "self", Owners(others=frozenset({owner}))) == ("self", "")


def test_half_a_latin_name_is_not_the_owner() -> None:
    assert outcome("John", "self", Owners(others=frozenset({"John Sample"}))) == ("", "signer-not-owner")


def test_an_owner_by_any_record_may_sign_and_one_person_among_companies_is_still_one() -> None:
    both = Owners(frozenset({"样本甲"}), frozenset({"样州启明贸易有限公司"}))
    assert outcome("样本甲", "self", both) == ("self", "")
    assert outcome("收发室", "organisation", both) == ("organisation", "")


@pytest.mark.parametrize(("signer", "grade"), [("样本甲", Grade.A), ("李四", Grade.B)])
def test_a_strangers_signature_is_worth_what_the_post_itself_records(signer: str, grade: Grade) -> None:
    made, warnings = make_event(
        letter="2-2026-0001", issued_at=datetime.fromisoformat("2026-11-20T09:00+08:00"), channel="ems",
        outcome="delivered", at="2026-11-22T09:00+08:00", now=datetime.fromisoformat("2026-11-23T09:00+08:00"),
        tracking="YB1", signer=signer, relation="self", proofs=[("回执.pdf", SLIP)], owners=PERSON,
    )  # fmt: skip
    assert made.signer == signer, "the event is kept with the name that was given"
    assert assess(made).grade is grade
    assert [w.code for w in warnings] == ([] if grade is Grade.A else ["delivery.signer-not-owner"])
