"""Stamping a letter: token, symbol and footer, appended to the source (design decision 8)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache

from evidence.errors import fail
from evidence.model.letter import LetterNumber
from evidence.stamp import qr
from evidence.stamp.append import append_update
from evidence.stamp.draw import number_text, page_content
from evidence.stamp.keys import Signer
from evidence.stamp.pdfread import read_source
from evidence.stamp.profiles import profile
from evidence.stamp.token import Claims, qr_text, sign_token

__all__ = ["make_claims", "source_pages", "stamp", "stamp_with_token"]

_LAYOUT = 1  # the number behind %EV-STAMP


def make_claims(
    source: bytes,
    *,
    profile_number: int,
    number: LetterNumber,
    issued_at: datetime,
    facts_root: bytes,
    letter_id: bytes,
    checkpoint_size: int,
    checkpoint_root: bytes,
) -> Claims:
    """The claims of a letter whose source is ``source``; ``issued_at`` is aware, from the clock alone."""
    if issued_at.tzinfo is None:
        raise ValueError("the time of issue needs a zone")
    return Claims(
        profile=profile_number,
        series=number.series,
        year=number.year,
        seq=number.seq,
        issued_at=int(issued_at.timestamp()),
        source_length=len(source),
        source_sha256=hashlib.sha256(source).digest(),
        facts_root=facts_root,
        letter_id=letter_id,
        checkpoint_size=checkpoint_size,
        checkpoint_root=checkpoint_root,
    )


def stamp(source: bytes, claims: Claims, key: Signer, host: str = "") -> bytes:
    """The stamped letter: ``source``, then one incremental update. The same bytes for the same arguments.

    Fails ``stamp.claims-mismatch`` where the claims speak of another source, ``stamp.unsupported-pdf``,
    ``stamp.profile-unknown``, ``stamp.series-unknown``, ``stamp.host-invalid`` or ``stamp.token-too-long``.
    """
    return stamp_with_token(source, claims, key, host)[0]


def stamp_with_token(source: bytes, claims: Claims, key: Signer, host: str = "") -> tuple[bytes, bytes]:
    """As :func:`stamp`, with the token beside the letter (the journal records its digest)."""
    if claims.source_length != len(source) or claims.source_sha256 != hashlib.sha256(source).digest():
        raise fail("stamp.claims-mismatch")
    look = profile(claims.profile)
    number_text(look, claims.number)  # an unknown series is refused before anything is signed
    document = _read(source)
    token = sign_token(claims, key, host)
    text = qr_text(token, host)
    symbol = qr.matrix(text)
    count = len(document.pages)
    contents = [
        page_content(look, claims, page, count, symbol if page == 1 else None) for page in range(1, count + 1)
    ]
    comment = f"{_LAYOUT} {text} {key.public.base32}".encode("ascii")
    return append_update(source, document, look.font, contents, comment), token


def source_pages(source: bytes) -> int:
    """How many pages a source has; fails ``stamp.unsupported-pdf`` where it could not be stamped."""
    return len(_read(source).pages)


_read = lru_cache(1)(read_source)
"""The source read last is kept: a letter is asked for its pages right beside being stamped."""
