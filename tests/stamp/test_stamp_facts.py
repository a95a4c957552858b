"""Facts under one root: the tree of RFC 9162, salts from the person's key, ids and short codes."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from evidence.model.letter import Fact, LetterNumber
from evidence.stamp.facts import (
    FactsSeal,
    disclose,
    leaf_hash,
    letter_id,
    merkle_root,
    seal_facts,
    short_code,
)

PERSON = b"\x11" * 32
NUMBER = LetterNumber(2, 2026, 1)
FACTS = (Fact("premises", "样本苑 3-2-501"), Fact("total", "4321.09"), Fact("period", "2025-01/2025-12"))


def test_the_root_is_that_of_the_certificate_transparency_tree() -> None:
    # The eight leaves and the roots over the first n, as published with the reference implementation.
    leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    hashed = [hashlib.sha256(b"\0" + bytes.fromhex(leaf)).digest() for leaf in leaves]
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    for count, root in roots.items():
        assert merkle_root(hashed[:count]).hex() == root


def test_a_leaf_is_the_hash_of_salt_name_and_value() -> None:
    salt = b"\x22" * 16
    wanted = hashlib.sha256(b"\0" + salt + b"total\0" + b"4321.09").digest()
    assert leaf_hash(salt, Fact("total", "4321.09")) == wanted


def test_salts_and_ids_come_from_the_persons_key_and_the_number() -> None:
    seal = seal_facts(FACTS, PERSON, NUMBER)
    assert seal.salts[1] == hmac.digest(PERSON, b"fact:2-2026-0001:1", "sha256")[:16]
    assert letter_id(PERSON, NUMBER) == hmac.digest(PERSON, b"letter-id:2-2026-0001", "sha256")[:16]
    assert seal == seal_facts(FACTS, PERSON, NUMBER)
    other = LetterNumber(2, 2026, 2)
    assert not set(seal.salts) & set(seal_facts(FACTS, PERSON, other).salts)
    assert letter_id(PERSON, other) != letter_id(PERSON, NUMBER) != letter_id(b"\x12" * 32, NUMBER)


def test_no_two_letters_share_a_salt_though_their_digits_run_together() -> None:
    few = seal_facts([Fact(f"f{i}", "") for i in range(12)], PERSON, LetterNumber(1, 2026, 1000))
    many = seal_facts([Fact(f"f{i}", "") for i in range(12)], PERSON, LetterNumber(1, 2026, 10001))
    assert not set(few.salts) & set(many.salts)


def test_disclosure_opens_the_root_and_other_facts_do_not() -> None:
    seal = seal_facts(FACTS, PERSON, NUMBER)
    opened = disclose(FACTS, seal)
    assert merkle_root([leaf_hash(d.salt, Fact(d.name, d.value)) for d in opened]) == seal.root
    with pytest.raises(ValueError, match="not the ones"):
        disclose((*FACTS[:2], Fact("period", "2025-01/2026-01")), seal)
    with pytest.raises(ValueError, match="not the ones"):
        disclose((FACTS[1], FACTS[0], FACTS[2]), seal)
    with pytest.raises(ValueError, match="argument"):
        disclose(FACTS[:2], seal)


def test_what_could_be_read_in_two_ways_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="name"):
        seal_facts([Fact("to\0tal", "1")], PERSON, NUMBER)
    with pytest.raises(ValueError, match="nothing to seal"):
        seal_facts([], PERSON, NUMBER)
    with pytest.raises(ValueError, match="32 bytes"):
        seal_facts(FACTS, b"short", NUMBER)
    with pytest.raises(ValueError, match="salt"):
        disclose(FACTS, FactsSeal(b"\0" * 32, (b"", b"", b"")))


def test_short_codes_are_forty_bits_in_crockfords_alphabet() -> None:
    assert short_code(bytes(16)) == "0000-0000"
    assert short_code(b"\xff" * 16) == "ZZZZ-ZZZZ"
    assert short_code(bytes.fromhex("0123456789") + bytes(11)) == "04HM-ASW9"
