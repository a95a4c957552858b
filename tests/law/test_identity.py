"""Numbers with checks of their own. The values are those of the reference, not computed here."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.law.identity import check_bank_account, check_citizen_number, check_uscc, citizen_number

TODAY = date(2026, 11, 21)
GOOD_CODES = ["9144030071526726XG", "91330100799655058B", "914403001922038216", "91110000802100433B"]
ID = "11010519491231002X"


def codes(problems: object) -> list[str]:
    return [problem.code.removeprefix("readiness.") for problem in problems]  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", [*GOOD_CODES, " 91330100799655058b "])
def test_good_codes_pass_both_checks(code: str) -> None:
    assert check_uscc(code) == ()


@pytest.mark.parametrize(
    ("code", "faults"),
    [
        ("9133010079965505", ["uscc-length"]),
        ("91330100799655058I", ["uscc-character"]),
        ("91330100799655058C", ["uscc-check"]),  # the last character only
        ("91330100799655068B", ["uscc-organisation", "uscc-check"]),  # inside the organisation code
        ("91330200799655058B", ["uscc-check"]),  # outside it
    ],
)
def test_a_slip_in_a_code_is_named(code: str, faults: list[str]) -> None:
    assert codes(check_uscc(code)) == faults


@given(st.sampled_from(GOOD_CODES), st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_no_single_wrong_character_passes(code: str, at: int, wrong: str) -> None:
    changed = code[:at] + wrong + code[at + 1 :]
    assert (check_uscc(changed) == ()) == (changed == code)


def test_the_citizen_number_of_the_standard() -> None:
    assert check_citizen_number(ID, TODAY) == ()
    found = citizen_number(ID.lower(), TODAY)
    assert found is not None
    assert (found.birth, found.male) == (date(1949, 12, 31), False)


@pytest.mark.parametrize(
    ("number", "faults"),
    [
        ("110105491231002", ["citizen-length"]),
        ("1101051949123100XX", ["citizen-digits"]),
        ("110105194912310020", ["citizen-check"]),
        ("11010519490231002X", ["citizen-birth", "citizen-check"]),
        ("11010520991231002X", ["citizen-unborn", "citizen-check"]),
        ("99010519491231002X", ["citizen-province", "citizen-check"]),
    ],
)
def test_a_wrong_citizen_number_is_named(number: str, faults: list[str]) -> None:
    assert codes(check_citizen_number(number, TODAY)) == faults
    assert citizen_number(number, TODAY) is None


def test_another_day_of_birth_on_record_is_named() -> None:
    assert codes(check_citizen_number(ID, TODAY, birth=date(1950, 1, 1))) == ["citizen-other-birth"]
    assert check_citizen_number(ID, TODAY, birth=date(1949, 12, 31)) == ()


def test_a_number_never_stands_in_a_message() -> None:
    for problem in check_citizen_number("110105194912310020", TODAY):
        assert "1949" not in str(dict(problem.params))


@given(st.integers(0, 16), st.integers(0, 9))
def test_no_single_wrong_digit_passes(at: int, digit: int) -> None:
    changed = ID[:at] + str(digit) + ID[at + 1 :]
    assert (check_citizen_number(changed, TODAY) == ()) == (changed == ID)


@pytest.mark.parametrize(
    ("number", "faults"),
    [
        ("0000 2026 0000 0000 001", []),
        ("6222-0000-1234-5678-901", []),
        ("12345", ["bank-length"]),
        ("6222 O000 1234", ["bank-digits"]),
        ("", ["bank-digits"]),
    ],
)
def test_the_shape_of_a_bank_account(number: str, faults: list[str]) -> None:
    assert codes(check_bank_account(number)) == faults
