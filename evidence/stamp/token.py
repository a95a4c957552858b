"""The token: what a letter's QR code says, signed (docs/formats.md, section 2).

A COSE_Sign1 over eleven claims, so small that symbol version 15-Q holds it. Only a handful of CBOR forms
occur, and they must come out the same for ever; so they are written here by hand. Reading goes through a
library and is then checked by writing again: what does not come out byte for byte was not ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cbor2

from evidence.errors import fail
from evidence.model.letter import LetterNumber
from evidence.stamp.keys import PublicKey, Signer, base32

__all__ = [
    "MAX_HOST",
    "MAX_TOKEN",
    "Claims",
    "check_host",
    "qr_text",
    "read_token",
    "sig_structure",
    "sign_token",
]

# 243 bytes are 389 characters of base32; with the longest link (8 + 24 + 3) 424 of the 426 that 15-Q holds.
MAX_TOKEN = 243
MAX_HOST = 24

_HOST = re.compile(rf"[A-Z0-9.-]{{1,{MAX_HOST}}}")
_EDDSA = -8  # RFC 9053, section 2.2
_UINT, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = range(7)


@dataclass(frozen=True, slots=True)
class Claims:
    """The payload of a token, in the order of its keys 1 to 11. Lengths and sizes are bytes and entries.

    ``ValueError`` where a value is out of its range: that is a fault of the caller, not of an input.
    """

    profile: int
    series: int
    year: int
    seq: int
    issued_at: int
    source_length: int
    source_sha256: bytes
    facts_root: bytes
    letter_id: bytes
    checkpoint_size: int
    checkpoint_root: bytes

    def __post_init__(self) -> None:
        for value in (self.profile, self.series, self.year, self.issued_at, self.source_length):
            if type(value) is not int or not 0 <= value < 1 << 64:
                raise ValueError(f"not an unsigned integer: {value!r}")
        for value in (self.seq, self.checkpoint_size):
            if type(value) is not int or not 1 <= value < 1 << 64:
                raise ValueError(f"not a positive integer: {value!r}")
        wanted = (
            (self.source_sha256, 32),
            (self.facts_root, 32),
            (self.letter_id, 16),
            (self.checkpoint_root, 32),
        )
        for data, length in wanted:
            if type(data) is not bytes or len(data) != length:
                raise ValueError(f"not {length} bytes: {data!r}")

    @property
    def number(self) -> LetterNumber:
        return LetterNumber(self.series, self.year, self.seq)

    def _values(self) -> tuple[int | bytes, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def to_cbor(self) -> bytes:
        """The payload, deterministic (RFC 8949, section 4.2.1)."""
        values = self._values()
        pairs = (_uint(key) + _item(value) for key, value in enumerate(values, 1))
        return _head(_MAP, len(values)) + b"".join(pairs)

    @classmethod
    def from_cbor(cls, data: bytes) -> Claims:
        """Inverse of :meth:`to_cbor`; fails ``stamp.token-invalid`` for any other spelling."""
        decoded = _decode(data)
        try:
            claims = cls(*(decoded[key] for key in range(1, 12)))
        except (KeyError, TypeError, ValueError):
            raise fail("stamp.token-invalid") from None
        if claims.to_cbor() != data:
            raise fail("stamp.token-invalid")
        return claims


def sign_token(claims: Claims, key: Signer, host: str = "") -> bytes:
    """The token: the same bytes for the same claims, key and host.

    Fails ``stamp.host-invalid``, or ``stamp.token-too-long`` where numbers have outgrown the QR symbol.
    """
    protected = _protected(key.public.kid)
    payload = claims.to_cbor()
    signature = key.sign(sig_structure(protected, _external_aad(host), payload))
    token = _sign1(protected, payload, signature)
    if len(token) > MAX_TOKEN:
        raise fail("stamp.token-too-long", length=len(token), limit=MAX_TOKEN)
    return token


def read_token(token: bytes, key: PublicKey, host: str = "") -> Claims:
    """The claims of a token that ``key`` signed for ``host``; fails ``stamp.token-invalid`` otherwise.

    For the writer's own use (a letter taken up again); ``evidence.verify`` checks letters of others.
    """
    decoded = _decode(token)
    body = decoded.value if isinstance(decoded, cbor2.CBORTag) else None
    if not isinstance(body, list | tuple) or len(body) != 4:
        raise fail("stamp.token-invalid")
    payload, signature = body[2], body[3]
    if not isinstance(payload, bytes) or not isinstance(signature, bytes) or len(signature) != 64:
        raise fail("stamp.token-invalid")
    protected = _protected(key.kid)
    signed = sig_structure(protected, _external_aad(host), payload)
    if _sign1(protected, payload, signature) != token or not key.verifies(signature, signed):
        raise fail("stamp.token-invalid")
    return Claims.from_cbor(payload)


def qr_text(token: bytes, host: str = "") -> str:
    """What the QR code says: a link where a host is set, else the token alone; alphanumeric only."""
    check_host(host)
    return f"HTTPS://{host.upper()}/R/{base32(token)}" if host else f"EV1:{base32(token)}"


def check_host(host: str) -> None:
    """Fails ``stamp.host-invalid`` unless the name is empty or fits into a QR link as it is."""
    if host and not _HOST.fullmatch(host.upper() if host.isascii() else ""):
        raise fail("stamp.host-invalid", host=host, limit=MAX_HOST)


def sig_structure(protected: bytes, external_aad: bytes, payload: bytes) -> bytes:
    """The bytes a COSE_Sign1 signs (RFC 9052, section 4.4)."""
    context = b"Signature1"
    parts = _bytes(protected) + _bytes(external_aad) + _bytes(payload)
    return _head(_ARRAY, 4) + _head(_TEXT, len(context)) + context + parts


def _external_aad(host: str) -> bytes:
    check_host(host)
    return host.lower().encode("ascii")


def _protected(kid: bytes) -> bytes:
    return _head(_MAP, 2) + _uint(1) + _head(_NEGATIVE, -1 - _EDDSA) + _uint(4) + _bytes(kid)


def _sign1(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    unprotected = _head(_MAP, 0)
    return (
        _head(_TAG, 18)
        + _head(_ARRAY, 4)
        + _bytes(protected)
        + unprotected
        + _bytes(payload)
        + _bytes(signature)
    )


def _head(major: int, value: int) -> bytes:
    """The shortest head of a data item (RFC 8949, section 3)."""
    if value < 24:
        return bytes([major << 5 | value])
    for extra, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if value < 1 << 8 * width:
            return bytes([major << 5 | extra]) + value.to_bytes(width, "big")
    raise ValueError(f"too large for CBOR: {value}")


def _uint(value: int) -> bytes:
    return _head(_UINT, value)


def _bytes(value: bytes) -> bytes:
    return _head(_BYTES, len(value)) + value


def _item(value: int | bytes) -> bytes:
    return _bytes(value) if isinstance(value, bytes) else _uint(value)


def _decode(data: bytes) -> Any:
    """One CBOR item, leniently; the callers compare with what they would have written themselves."""
    if len(data) > 2 * MAX_TOKEN:
        raise fail("stamp.token-invalid")
    try:
        decoded = cbor2.loads(data)
    except (cbor2.CBORError, ValueError, TypeError, RecursionError, OverflowError):
        raise fail("stamp.token-invalid") from None
    if not isinstance(decoded, Mapping | cbor2.CBORTag):
        raise fail("stamp.token-invalid")
    return decoded
