"""The token of a letter and the QR text that carries it (docs/formats.md, section 2)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from evidence.model.letter import EXHIBIT_SERIES, SERIES, LetterKind, LetterNumber
from evidence.verify.cbor import Item, Tagged, byte_string, decode
from evidence.verify.keys import PublicKey, base32_decode
from evidence.verify.limits import QR_TEXT_CHARS, TOKEN_BYTES
from evidence.verify.refused import Refused

_COSE_SIGN1 = 18
_EDDSA = -8
# Key of the payload map -> length of its byte string, or None for an unsigned integer.
_PAYLOAD: dict[int, int | None] = {
    1: None, 2: None, 3: None, 4: None, 5: None, 6: None, 7: 32, 8: 32, 9: 16, 10: None, 11: 32,
}  # fmt: skip
_LINK = re.compile(r"HTTPS://([A-Z0-9.-]{1,24})/R/([A-Z2-7]+)\Z")
_BARE = re.compile(r"EV1:([A-Z2-7]+)\Z")
# Profiles of the drafts of lawyer letters (docs/formats.md, section 3).
_DRAFTS = (7, 8)
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Token:
    """A well-formed token; nothing here says that its signature holds.

    ``host`` is the lower-case host of the link the token stood in, empty for a bare ``EV1:`` text; the
    signature covers it. ``issued_at`` counts seconds since 1970-01-01T00:00:00Z.
    """

    raw: bytes
    host: str
    protected: bytes
    payload: bytes
    signature: bytes
    kid: bytes
    profile: int
    number: LetterNumber
    issued_at: int
    source_length: int
    source_sha256: bytes
    facts_root: bytes
    letter_id: bytes
    checkpoint_size: int
    checkpoint_root: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def short_code(self) -> str:
        """The first 5 bytes of the letter id, as ``XXXX-XXXX`` in Crockford base32."""
        value = int.from_bytes(self.letter_id[:5], "big")
        text = "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(35, -1, -5))
        return f"{text[:4]}-{text[4:]}"

    @property
    def is_draft(self) -> bool:
        """Whether it is stamped as the draft of a lawyer letter."""
        return self.profile in _DRAFTS

    @property
    def is_lawyers(self) -> bool:
        """Whether it is numbered among the lawyer letters."""
        return self.number.series == SERIES[LetterKind.LAWYER_LETTER]

    def is_signed_by(self, key: PublicKey) -> bool:
        """Whether the signature holds under ``key``, over the host too (RFC 9052, section 4.4)."""
        message = (
            b"\x84\x6aSignature1"
            + byte_string(self.protected)
            + byte_string(self.host.encode("ascii"))
            + byte_string(self.payload)
        )
        return key.verifies(self.signature, message)


def parse_token(raw: bytes, host: str = "") -> Token:
    """The token in ``raw``; :class:`Refused` for any departure from the format."""
    if len(raw) > TOKEN_BYTES:
        raise Refused("token-long", length=len(raw), limit=TOKEN_BYTES)
    outer = decode(raw)
    if not isinstance(outer, Tagged) or outer.tag != _COSE_SIGN1:
        raise Refused("token-tag")
    parts = outer.item
    if not isinstance(parts, list) or len(parts) != 4:
        raise Refused("token-shape")
    protected, unprotected, payload, signature = parts
    if not isinstance(protected, bytes) or not isinstance(payload, bytes):
        raise Refused("token-shape")
    if unprotected != {}:
        raise Refused("token-unprotected")
    if not isinstance(signature, bytes) or len(signature) != 64:
        raise Refused("token-signature")
    kid = _protected(decode(protected))
    ints, blobs = _payload(decode(payload))
    if ints[2] not in (*SERIES.values(), EXHIBIT_SERIES):
        raise Refused("token-series", value=ints[2])
    if ints[4] < 1 or ints[10] < 1:
        raise Refused("token-zero")
    return Token(
        raw=raw,
        host=host,
        protected=protected,
        payload=payload,
        signature=signature,
        kid=kid,
        profile=ints[1],
        number=LetterNumber(ints[2], ints[3], ints[4]),
        issued_at=ints[5],
        source_length=ints[6],
        source_sha256=blobs[7],
        facts_root=blobs[8],
        letter_id=blobs[9],
        checkpoint_size=ints[10],
        checkpoint_root=blobs[11],
    )


def _protected(header: Item) -> bytes:
    if not isinstance(header, dict) or list(header) != [1, 4] or header[1] != _EDDSA:
        raise Refused("token-protected")
    kid = header[4]
    if not isinstance(kid, bytes) or len(kid) != 8:
        raise Refused("token-protected")
    return kid


def _payload(claims: Item) -> tuple[dict[int, int], dict[int, bytes]]:
    if not isinstance(claims, dict) or list(claims) != list(_PAYLOAD):
        raise Refused("token-claims")
    ints: dict[int, int] = {}
    blobs: dict[int, bytes] = {}
    for key, length in _PAYLOAD.items():
        value = claims[key]
        if length is None:
            if not isinstance(value, int) or value < 0:
                raise Refused("token-claim", key=key)
            ints[key] = value
        else:
            if not isinstance(value, bytes) or len(value) != length:
                raise Refused("token-claim", key=key)
            blobs[key] = value
    return ints, blobs


def parse_qr_text(text: str) -> Token:
    """The token of a QR text, a link or ``EV1:``; :class:`Refused` for any other text."""
    if len(text) > QR_TEXT_CHARS:
        raise Refused("qr-text")
    if link := _LINK.match(text):
        return parse_token(base32_decode(link[2]), link[1].lower())
    if bare := _BARE.match(text):
        return parse_token(base32_decode(bare[1]))
    raise Refused("qr-text")


def looks_like_qr_text(text: str) -> bool:
    """Whether an argument was meant as a QR text rather than as a path."""
    return text.startswith("EV1:") or bool(re.match(r"HTTPS:/{1,2}[^/]+/R/", text))


def restored_qr_text(text: str) -> str:
    """Undo what ``pathlib`` does to a link given as a path (``HTTPS://`` becomes ``HTTPS:/``)."""
    return re.sub(r"\AHTTPS:/{1,2}(?=[^/])", "HTTPS://", text)
