"""The short code as a small QR symbol: on receipt slips, envelopes and waybills (docs/formats.md, "Short code").

The letter's footer prints the same code in letters. So one photo of letter and envelope shows which content went into
which envelope, and a scanned slip finds its letter. The symbol says nothing about the owner: the code is the beginning
of the letter's id, a pseudonym. It is unsigned, and proves nothing by itself.
"""

from __future__ import annotations

import re
from functools import lru_cache

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData

__all__ = ["MODULES", "QUIET", "parse_symbol", "symbol", "symbol_text"]

MODULES = 21
"""Modules on a side: version 1, which at level Q holds 16 alphanumeric characters; the text has 13."""
QUIET = 4
"""Modules that stay white around the symbol (ISO/IEC 18004)."""
_PREFIX = "EVC:"
_MASK = 0
_CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")


def symbol_text(code: str) -> str:
    """``EVC:7K3M-9QPD``; ``ValueError`` for what is no short code."""
    if not _CODE.fullmatch(code):
        raise ValueError(f"not a short code: {code!r}")
    return _PREFIX + code


def parse_symbol(text: str) -> str | None:
    """The short code of a symbol that was read, or ``None`` for any other text."""
    code = text.removeprefix(_PREFIX)
    return code if code != text and _CODE.fullmatch(code) else None


@lru_cache(1024)
def symbol(code: str) -> tuple[str, ...]:
    """Rows of ``0`` and ``1`` from the top, without the quiet zone; one mask, so that a code has one symbol."""
    drawn = QRCode(version=1, error_correction=ERROR_CORRECT_Q, mask_pattern=_MASK, border=0)
    drawn.add_data(QRData(symbol_text(code).encode("ascii"), mode=MODE_ALPHA_NUM), optimize=0)
    drawn.make(fit=False)
    return tuple("".join("1" if dark else "0" for dark in row) for row in drawn.get_matrix())
