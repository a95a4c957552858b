"""The code printed under a fold of the letter: what the holder of the paper has, and a passer-by's camera has not.

It is never in the QR code, the token or a link. It is derived from a key that serves nothing else, so that it needs no
table, and whoever reads the office's database without its ``keys/`` folder learns no code. The sender knows it as well:
a page opened by it was opened by somebody who held the letter, or by the sender (:class:`Witness.NOBODY`).
"""

from __future__ import annotations

import unicodedata

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

__all__ = ["ALPHABET", "KEY_BYTES", "fold_code", "read_fold_code"]

ALPHABET = "23456789ACEFHJKMNPRTWXY"
"""23 signs, a prime number: a weighted sum over them finds every wrong sign and every two that changed places. Of signs
taken for one another on paper at most one is in: 0 O D Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V."""

KEY_BYTES = 32
_DATA = 8  # 23**8 are 36 bits: with a few tries a day nobody guesses one
_INFO = b"evidence/fold/v1\n"


def fold_code(key: bytes, letter_id: bytes) -> str:
    """The code of one letter, ``XXX-XXX-XXX``: eight signs and a check sign (docs/formats.md §2).

    ``key`` is the office's fold key (32 bytes), ``letter_id`` claim 9 of its token (16 bytes); ``ValueError`` for other
    lengths.
    """
    if len(key) != KEY_BYTES or len(letter_id) != 16:
        raise ValueError("a fold code needs a key of 32 bytes and a letter id of 16")
    drawn = HKDF(algorithm=SHA256(), length=16, salt=None, info=_INFO + letter_id).derive(key)
    number = int.from_bytes(drawn)
    digits = []
    for _ in range(_DATA):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(digit)
    # The last place has weight 9: its digit is what makes the whole sum divisible.
    digits.append(-_sum(digits) * pow(_DATA + 1, -1, len(ALPHABET)) % len(ALPHABET))
    signs = "".join(ALPHABET[digit] for digit in digits)
    return "-".join((signs[:3], signs[3:6], signs[6:]))


def read_fold_code(text: str) -> str | None:
    """A code as somebody typed it, in its one spelling; ``None`` where a sign is wrong, missing or too much.

    Small and full-width letters, blanks and dashes are taken as meant. That a code is well formed says nothing about
    whose it is.
    """
    plain = unicodedata.normalize("NFKC", text[:64]).upper()
    signs = "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign) != "Pd")
    digits = [ALPHABET.find(sign) for sign in signs]
    if len(digits) != _DATA + 1 or min(digits) < 0 or _sum(digits) % len(ALPHABET):
        return None
    return "-".join((signs[:3], signs[3:6], signs[6:]))


def _sum(digits: list[int]) -> int:
    return sum(place * digit for place, digit in enumerate(digits, 1))
