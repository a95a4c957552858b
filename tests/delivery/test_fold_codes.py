"""The code under the fold: the same for ever, told apart from a slip of the finger, unknown without its key."""

from __future__ import annotations

import itertools

import pytest

from evidence.delivery.codes import ALPHABET, fold_code, read_fold_code

KEY = bytes(range(32))
LETTER = bytes(16)


def test_the_code_of_a_letter_never_changes() -> None:
    # Printed letters lie in drawers for years: a change here shuts their owners out.
    assert fold_code(KEY, LETTER) == "2PF-9X2-M4R"
    assert fold_code(KEY, b"\x01" * 16) != fold_code(KEY, LETTER)
    assert fold_code(KEY[::-1], LETTER) != fold_code(KEY, LETTER)


def test_it_is_read_as_people_type_it() -> None:
    code = fold_code(KEY, LETTER)
    for typed in (
        code.lower(),
        code.replace("-", ""),
        f" {code.replace('-', ' — ')} ",
        code.replace("-", "－"),
    ):
        assert read_fold_code(typed) == code
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign != "-" else sign for sign in code)
    assert read_fold_code(wide) == code


def test_every_wrong_sign_and_every_exchange_is_seen() -> None:
    code = fold_code(KEY, LETTER).replace("-", "")
    for place, sign in itertools.product(range(len(code)), ALPHABET):
        typed = code[:place] + sign + code[place + 1 :]
        assert (read_fold_code(typed) is not None) == (typed == code)
    for one, two in itertools.combinations(range(len(code)), 2):
        signs = list(code)
        signs[one], signs[two] = signs[two], signs[one]
        assert (read_fold_code("".join(signs)) is not None) == (signs == list(code))


@pytest.mark.parametrize("typed", ["", "2", "ABC-DEF-GH1", "2" * 10, "2" * 10_000, "测试", "\x00" * 9])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_fold_code(typed) is None


def test_no_sign_is_taken_for_another() -> None:
    assert len(ALPHABET) == 23 == len(set(ALPHABET))
    for alike in ("0ODQ", "1IL", "2Z", "5S", "6G", "8B", "UV"):
        assert sum(sign in ALPHABET for sign in alike) <= 1


@pytest.mark.parametrize(
    ("key", "letter"), [(b"", LETTER), (KEY, b""), (KEY[:31], LETTER), (KEY, LETTER + b"x")]
)
def test_only_whole_keys_and_ids_make_a_code(key: bytes, letter: bytes) -> None:
    with pytest.raises(ValueError, match="fold code"):
        fold_code(key, letter)
