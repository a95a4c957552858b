"""What the letter's page took down, against the delivery event that rests on it. All names are samples."""

from __future__ import annotations

from typing import Any

import pytest
from builder import canonical

from evidence.verify.receipts import check_statement, is_statement
from evidence.verify.refused import Refused

AT = "2026-11-25T16:00:00+08:00"
FILE = {"media_type": "image/png", "name": "signature.png", "sha256": "a" * 64, "size": 9, "sm3": "b" * 64}
EVENT: dict[str, Any] = {
    "at": AT, "letter": "2-2026-0001", "relation": "self", "signer": "样本业主甲", "tracking": "sms-1",
}  # fmt: skip
STATEMENT: dict[str, Any] = {
    "action": "received", "at": AT, "detail": {"name": "样本业主甲"}, "device": "phone", "files": [FILE],
    "letter": "2-2026-0001", "message": "sms-1", "method": "sms", "origin": "evidence.local/TEST/J1", "pdf": "c" * 64,
    "relation": "self", "signature": None, "v": 1,
}  # fmt: skip


def refusal(statement: dict[str, Any], role: str = "receipt") -> tuple[str, str]:
    """Reason and what differs; empty where all is well."""
    try:
        check_statement(
            canonical(statement), EVENT, role, [FILE], origin=STATEMENT["origin"], pdf=STATEMENT["pdf"]
        )
    except Refused as refused:
        return refused.reason, str(refused.params.get("what", ""))
    return "", ""


def test_a_statement_that_agrees_with_its_event_stands() -> None:
    assert refusal(STATEMENT) == ("", "")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"letter": "2-2026-0002"}, "letter"),
        ({"origin": "evidence.local/TEST/J2"}, "origin"),
        ({"pdf": "d" * 64}, "pdf"),
        ({"at": "2026-11-26T16:00:00+08:00"}, "at"),
        ({"relation": "guard"}, "relation"),
        ({"detail": {}}, "signer"),
        ({"message": "sms-2"}, "tracking"),
        ({"files": []}, "proofs"),
    ],
)
def test_what_it_says_otherwise_is_named(change: dict[str, Any], what: str) -> None:
    assert refusal({**STATEMENT, **change}) == ("receipt-differs", what)


@pytest.mark.parametrize(
    ("change", "role"),
    [
        ({}, "device-receipt"),  # a signature is claimed, and there is none
        ({"v": 2}, "receipt"),
        ({"more": ""}, "receipt"),
        ({"detail": {"name": 1}}, "receipt"),
        ({"files": [1]}, "receipt"),
        ({"relation": 1}, "receipt"),
        ({"signature": {"key": "", "nonce": "0" * 32}}, "device-receipt"),
        ({"signature": {"key": "", "nonce": "x", "value": ""}}, "device-receipt"),
    ],
)
def test_what_is_no_statement_is_refused(change: dict[str, Any], role: str) -> None:
    assert refusal({**STATEMENT, **change}, role) == ("receipt-form", "")


@pytest.mark.parametrize(
    "key", ["", "AAAA", "!", "MCowBQYDK2VwAyEA" + "A" * 43 + "="]
)  # the last one is of Ed25519
def test_a_key_that_is_none_of_its_kind_signs_nothing(key: str) -> None:
    signature = {"key": key, "nonce": "0" * 32, "value": "A" * 86 + "=="}
    assert refusal({**STATEMENT, "signature": signature}, "device-receipt") == ("receipt-signature", "")


def test_which_proofs_are_statements() -> None:
    assert is_statement({"role": "receipt", "media_type": "application/json"})
    assert is_statement(
        {"role": "device-receipt", "media_type": "image/png"}
    )  # what claims to be one is held to it
    assert not is_statement({"role": "receipt", "media_type": "image/png"})
    assert not is_statement({"media_type": "application/json"})
