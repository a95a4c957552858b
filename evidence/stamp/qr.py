"""The QR symbol: one size, one level, one mask, one segment (docs/formats.md, section 2).

Fixing all four makes the symbol a function of its text alone, so that a checker redraws it module by module,
and spares the search for the best mask, four fifths of the work.
"""

from __future__ import annotations

import re

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData

from evidence.errors import fail

__all__ = ["CAPACITY", "MODULES", "VERSION", "matrix"]

VERSION = 15
MODULES = 77
CAPACITY = 426  # alphanumeric characters in 15-Q (ISO/IEC 18004:2015, table 7)
_MASK = 0
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+./:-]+")


def matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """77 rows of 77 modules, top left first, dark is true, without quiet zone.

    Fails ``stamp.qr-too-long``; ``ValueError`` for characters outside the alphanumeric set.
    """
    if not _ALPHANUMERIC.fullmatch(text):
        raise ValueError("the text has characters that the alphanumeric mode lacks")
    if len(text) > CAPACITY:
        raise fail("stamp.qr-too-long", length=len(text), limit=CAPACITY)
    symbol = QRCode(version=VERSION, error_correction=ERROR_CORRECT_Q, mask_pattern=_MASK, border=0)
    # A ready segment: given plain text the library might cut it into digits and the rest.
    symbol.add_data(QRData(text.encode("ascii"), mode=MODE_ALPHA_NUM))
    symbol.make(fit=False)
    return tuple(tuple(bool(module) for module in row) for row in symbol.modules)
