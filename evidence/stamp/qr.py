"""The QR symbol: one size, one level, one mask, one segment (docs/formats.md, section 2).

Fixing all four makes the symbol a function of its text alone, so that a checker redraws it module by module.
It also makes each module the exclusive or of a constant and one bit of the codewords, so that a table learnt
once from the ``qrcode`` package places them several times as fast as the package draws; a test holds the two
equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import zip_longest
from operator import itemgetter

from qrcode.base import gexp, glog
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode

from evidence.errors import fail

__all__ = ["CAPACITY", "MODULES", "VERSION", "matrix"]

VERSION = 15
MODULES = 77
CAPACITY = 426  # alphanumeric characters in 15-Q (ISO/IEC 18004:2015, table 7)
_MASK = 0

_VALUES = {
    char: value for value, char in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
}  # table 5
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+./:-]+")
_DATA_BLOCKS = (24,) * 5 + (25,) * 7  # codewords of data in each block of 15-Q (table 9)
_CHECK = 30  # codewords of error correction in each block
_CODEWORDS = sum(_DATA_BLOCKS) + len(_DATA_BLOCKS) * _CHECK


def matrix(text: str) -> tuple[str, ...]:
    """77 rows of 77 modules, top left first, ``1`` is dark, without quiet zone.

    Fails ``stamp.qr-too-long``; ``ValueError`` for characters outside the alphanumeric set.
    """
    if not _ALPHANUMERIC.fullmatch(text):
        raise ValueError("the text has characters that the alphanumeric mode lacks")
    if len(text) > CAPACITY:
        raise fail("stamp.qr-too-long", length=len(text), limit=CAPACITY)
    constant, places = _layout()
    codewords = int.from_bytes(_with_check(_data(text)), "big")
    # One digit more than there are bits: place 0 is never set, for the modules that carry no codeword.
    bits = f"{codewords:0{8 * _CODEWORDS + 1}b}"
    painted = int("".join(places(bits)), 2) ^ constant
    rows = f"{painted:0{MODULES * MODULES}b}"
    return tuple(rows[at : at + MODULES] for at in range(0, len(rows), MODULES))


def _data(text: str) -> bytes:
    """Mode, count, characters two by two, end mark, and the standard's filling (clauses 7.4.4, 7.4.10)."""
    values = [_VALUES[char] for char in text]
    bits = f"0010{len(text):011b}"
    bits += "".join(f"{high * 45 + low:011b}" for high, low in zip(values[::2], values[1::2], strict=False))
    bits += f"{values[-1]:06b}" if len(values) % 2 else ""
    room = sum(_DATA_BLOCKS)
    bits += "0" * min(4, 8 * room - len(bits))
    bits += "0" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return (data + b"\xec\x11" * room)[:room]


def _with_check(data: bytes) -> bytes:
    """Data and check codewords of all blocks, interleaved (clause 7.6)."""
    blocks, checks, at = [], [], 0
    for length in _DATA_BLOCKS:
        blocks.append(data[at : at + length])
        checks.append(_check(blocks[-1]))
        at += length
    columns = [*zip_longest(*blocks), *zip(*checks, strict=True)]
    return bytes(codeword for column in columns for codeword in column if codeword is not None)


def _check(block: bytes) -> bytes:
    """The remainder of a block by the generator polynomial, byte by byte from a table."""
    table, remainder = _remainders(), 0
    keep = (1 << 8 * (_CHECK - 1)) - 1
    for byte in block:
        top = remainder >> 8 * (_CHECK - 1)
        remainder = ((remainder & keep) << 8) ^ table[top ^ byte]
    return remainder.to_bytes(_CHECK, "big")


@cache
def _remainders() -> tuple[int, ...]:
    """For each byte b, b·x^30 modulo the generator polynomial over GF(256), as an integer of 30 bytes."""
    generator = [1]
    for power in range(_CHECK):
        shifted = [_times(factor, gexp(power)) for factor in generator]
        generator = [a ^ b for a, b in zip([*generator, 0], [0, *shifted], strict=True)]
    return tuple(
        int.from_bytes(bytes(_times(byte, factor) for factor in generator[1:]), "big") for byte in range(256)
    )


def _times(a: int, b: int) -> int:
    product: int = gexp((glog(a) + glog(b)) % 255) if a and b else 0
    return product


@cache
def _layout() -> tuple[int, Callable[[str], tuple[str, ...]]]:
    """The symbol of all-zero codewords, and what picks for each module the bit that is laid over it.

    Learnt by drawing the number of each bit, one binary digit at a time.
    """
    total = 8 * _CODEWORDS
    constant = _drawn(bytes(_CODEWORDS))
    places = [0] * len(constant)
    for digit in range(total.bit_length()):
        chosen = "".join(str(number >> digit & 1) for number in range(1, total + 1))
        drawn = _drawn(int(chosen, 2).to_bytes(_CODEWORDS, "big"))
        for index, (module, bare) in enumerate(zip(drawn, constant, strict=True)):
            places[index] |= (module != bare) << digit
    return int("".join("1" if module else "0" for module in constant), 2), itemgetter(*places)


def _drawn(codewords: bytes) -> list[bool]:
    symbol = QRCode(version=VERSION, error_correction=ERROR_CORRECT_Q, mask_pattern=_MASK, border=0)
    symbol.data_cache = list(codewords)  # what it would have computed from added text
    symbol.make(fit=False)
    return [bool(module) for row in symbol.modules for module in row]
