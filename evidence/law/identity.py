"""Identity data that carry their own check: 统一社会信用代码, 居民身份证号, and the shape of a bank account.

Sources: GB 32100-2015 (code of 18 characters, weights 3^(i-1) mod 31) with GB 11714 for the organisation code
inside it; GB 11643-1999 for citizens' numbers (weights 2^(18-i) mod 11). Passing a check shows that a number
was copied without a slip. It proves nobody's identity.

Every function returns all faults of one value and no more of the value than its name: a citizen's number is
personal data and never goes into a message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from evidence.errors import Place, Problem

__all__ = ["CitizenNumber", "check_bank_account", "check_citizen_number", "check_uscc", "citizen_number"]

_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_INNER_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_CHECKS = "10X98765432"

# GB/T 2260: the first two digits are a province, autonomous region or municipality, or 71, 81, 82, 83 for
# residents from Taiwan, Hong Kong and Macao. The list of counties changes every year and is not carried here.
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
_ACCOUNT_LENGTHS = range(8, 33)


def check_uscc(code: str, where: Place | None = None) -> tuple[Problem, ...]:
    """Faults of a 统一社会信用代码: its length, its characters, and both of its check characters.

    The ninth character of the organisation code (position 17) and the last of the whole (position 18) are
    checked apart, because a slip in the inner nine spoils both and a slip elsewhere only the second.
    """
    place = where or Place()
    text = code.strip().upper()
    if len(text) != 18:
        return (Problem("readiness.uscc-length", place, {"count": len(text)}),)
    wrong = sorted({char for char in text if char not in _CODE_ALPHABET})
    if wrong:
        return (Problem("readiness.uscc-character", place, {"characters": " ".join(wrong)}),)
    problems = []
    rest = (
        11 - sum(w * _INNER_ALPHABET.index(c) for w, c in zip(_INNER_WEIGHTS, text[8:16], strict=True)) % 11
    )
    inner = {10: "X", 11: "0"}.get(rest, str(rest))
    if text[16] != inner:
        problems.append(Problem("readiness.uscc-organisation", place, {"position": 17}))
    total = sum(w * _CODE_ALPHABET.index(c) for w, c in zip(_CODE_WEIGHTS, text[:17], strict=True))
    if text[17] != _CODE_ALPHABET[-total % 31]:
        problems.append(Problem("readiness.uscc-check", place, {"position": 18}))
    return tuple(problems)


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """What a valid 公民身份号码 states: the day of birth and the sex on the register."""

    birth: date
    male: bool


def check_citizen_number(
    number: str, on: date, *, birth: date | None = None, where: Place | None = None
) -> tuple[Problem, ...]:
    """Faults of a citizen's number on ``on``: length, digits, province, day of birth, check digit.

    With ``birth`` given from another paper it must be the one in the number.
    """
    place = where or Place()
    text = number.strip().upper()
    if len(text) != 18:
        return (Problem("readiness.citizen-length", place, {"count": len(text)}),)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text):
        return (Problem("readiness.citizen-digits", place),)
    problems = []
    if text[:2] not in _PROVINCES:
        problems.append(Problem("readiness.citizen-province", place))
    born = _birth(text)
    if born is None:
        problems.append(Problem("readiness.citizen-birth", place))
    elif born > on:
        problems.append(Problem("readiness.citizen-unborn", place))
    elif birth is not None and birth != born:
        problems.append(Problem("readiness.citizen-other-birth", place))
    total = sum(w * int(digit) for w, digit in zip(_CITIZEN_WEIGHTS, text[:17], strict=True))
    if text[17] != _CITIZEN_CHECKS[total % 11]:
        problems.append(Problem("readiness.citizen-check", place))
    return tuple(problems)


def citizen_number(number: str, on: date) -> CitizenNumber | None:
    """What a number states, or ``None`` where :func:`check_citizen_number` finds a fault."""
    text = number.strip().upper()
    born = _birth(text) if not check_citizen_number(text, on) else None
    return CitizenNumber(born, int(text[16]) % 2 == 1) if born else None


def check_bank_account(number: str, where: Place | None = None) -> tuple[Problem, ...]:
    """Faults in the shape of a bank account: 8 to 32 digits, in groups or not.

    Chinese accounts have no common check digit (each bank numbers its own), so shape is all there is to check.
    """
    place = where or Place()
    text = re.sub(r"[\s-]", "", number)
    if not text.isascii() or not text.isdigit():
        return (Problem("readiness.bank-digits", place),)
    if len(text) not in _ACCOUNT_LENGTHS:
        return (Problem("readiness.bank-length", place, {"count": len(text)}),)
    return ()


def _birth(text: str) -> date | None:
    try:
        return date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
