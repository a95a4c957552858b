"""The form of every field of every entry type: the table of docs/formats.md §4, as code.

Only form is known here, nothing of meaning. Texts are identifiers in ASCII, so that no name, address or
remark of a person can slip into a record that cannot be erased; persons and files appear as commitments only.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum

from evidence.journal.canonical import MAX_INTEGER, Json
from evidence.model.delivery import Channel, Grade, Outcome, Witness
from evidence.model.letter import LegalEffect, LetterKind, LetterNumber

__all__ = ["FORMS", "OPTIONAL", "Form", "base32", "read_key", "read_time", "write_time"]

_TIME = "%Y-%m-%dT%H:%M:%SZ"

Form = Callable[[Json], bool]


def _matches(pattern: str) -> Form:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _one_of(words: type[StrEnum]) -> Form:
    known = {word.value for word in words}
    return lambda value: isinstance(value, str) and value in known


def _word_of(*words: str) -> Form:
    return lambda value: isinstance(value, str) and value in words


def _at_least(least: int) -> Form:
    return lambda value: type(value) is int and least <= value <= MAX_INTEGER  # True is no number


def _list_of(form: Form, least: int = 0) -> Form:
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(form, value))


def _is_bool(value: Json) -> bool:
    return isinstance(value, bool)


def _is_time(value: Json) -> bool:
    return isinstance(value, str) and read_time(value) is not None


def _is_number(value: Json) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]+-[0-9]{4}-[0-9]{4,}", value):
        return False
    number = LetterNumber.parse(value)
    return number.key == value and number.series >= 1 and number.seq >= 1


def _is_public_key(value: Json) -> bool:
    return isinstance(value, str) and read_key(value) is not None


_ID = _matches(r"[0-9A-Za-z][0-9A-Za-z._:-]{0,127}")
_JOURNAL_ID = _matches(r"[0-9A-Za-z._-]{1,64}")
_CODE = _matches(r"[a-z0-9]+([.-][a-z0-9]+)*")
_WORDS = _matches(r"[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?")
_HEX32 = _matches(r"[0-9a-f]{64}")
_SIGNATURE = _matches(r"[0-9a-f]{128}")
_COUNT = _at_least(0)
_POSITIVE = _at_least(1)

FORMS: Mapping[str, Mapping[str, Form]] = {
    "journal.opened": {
        "journal": _JOURNAL_ID,
        "key": _is_public_key,
        "jurisdiction": _CODE,
        "tool": _WORDS,
        "test": _is_bool,
    },
    "ledger.imported": {"snapshot": _ID, "files": _list_of(_HEX32, 1), "accounts": _COUNT, "charges": _COUNT},
    "run.planned": {
        "run": _ID,
        "kind": _one_of(LetterKind),
        "effect": _one_of(LegalEffect),
        "series": _POSITIVE,
        "year": _POSITIVE,
        "first": _POSITIVE,
        "last": _POSITIVE,
        "batches": _list_of(_POSITIVE, 1),
        "converter": _WORDS,
        "template": _HEX32,
        "locale": _ID,
    },
    "letter.issued": {
        "run": _ID,
        "number": _is_number,
        "kind": _one_of(LetterKind),
        "effect": _one_of(LegalEffect),
        "subject": _HEX32,
        "profile": _POSITIVE,
        "token": _HEX32,
        "docx": _HEX32,
        "pdf": _HEX32,
        "pages": _POSITIVE,
    },
    "letter.approved": {
        "run": _ID,
        "draft": _is_number,
        "number": _is_number,
        "docx": _HEX32,
        "approval": _HEX32,
    },
    "letter.voided": {"run": _ID, "number": _is_number, "reason": _CODE},
    "run.completed": {"run": _ID, "issued": _COUNT, "voided": _COUNT},
    "delivery.recorded": {
        "number": _is_number,
        "channel": _one_of(Channel),
        "outcome": _one_of(Outcome),
        "at": _is_time,
        "witness": _one_of(Witness),
        "grade": _one_of(Grade),
        "event": _HEX32,
        "proofs": _list_of(_HEX32),
    },
    "receipt.recorded": {
        "number": _is_number,
        "action": _word_of("opened", "confirmed", "received", "disputed", "instalments"),
        "method": _word_of("none", "fold", "sms"),
        "witness": _one_of(Witness),
        "grade": _one_of(Grade),
        "event": _HEX32,
        "files": _list_of(_HEX32),
    },
    "case.recorded": {"kind": _CODE, "event": _HEX32},
    "rule.overridden": {"rule": _ID, "command": _CODE, "subject": _HEX32, "reason": _HEX32},
    "bundle.made": {"bundle": _ID, "version": _POSITIVE, "subject": _HEX32, "seal": _HEX32},
    "time.anchored": {
        "authority": _ID,
        "covers": _word_of("checkpoint", "renewal"),
        "size": _POSITIVE,
        "root": _HEX32,
        "stamped": _HEX32,
        "algorithm": _word_of("sha256", "sha384", "sha512", "sm3"),
        "token": _HEX32,
        "at": _is_time,
        "test": _is_bool,
    },
    "time.renewed": {
        "algorithm": _word_of("sha512", "sm3"),
        "record": _HEX32,
        "size": _POSITIVE,
        "files": _COUNT,
    },
    "key.rotated": {
        "old": _is_public_key,
        "new": _is_public_key,
        "old_signature": _SIGNATURE,
        "new_signature": _SIGNATURE,
    },
    "key.revoked": {
        "old": _is_public_key,
        "new": _is_public_key,
        "reason": _word_of("lost", "stolen"),
        "new_signature": _SIGNATURE,
    },
    "person.erased": {"subject": _HEX32, "files": _COUNT},
}
"""Entry type → field → whether a value has the form of that field. Every field is required."""

OPTIONAL: Mapping[str, Mapping[str, Form]] = {"bundle.made": {"follows": _HEX32}}
"""As :data:`FORMS`, of fields that may be left out."""


def read_time(text: str) -> datetime | None:
    """A time of the one form ``YYYY-MM-DDTHH:MM:SSZ``, or ``None``."""
    try:
        moment = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if write_time(moment) == text else None  # strptime takes 2026-1-2 as well


def write_time(moment: datetime) -> str:
    """``moment`` in that form; ``ValueError`` without a zone or with parts of a second."""
    if moment.tzinfo is None or moment.microsecond:
        raise ValueError(f"not a time with zone in whole seconds: {moment!r}")
    # Not strftime: how it pads %Y depends on the platform.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def base32(data: bytes) -> str:
    """RFC 4648 base32, upper case, without padding."""
    return base64.b32encode(data).decode("ascii").rstrip("=")


def read_key(text: str) -> bytes | None:
    """A raw public key from its one spelling in base32, or ``None``."""
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return None
    return data if len(data) == 32 and base32(data) == text else None
