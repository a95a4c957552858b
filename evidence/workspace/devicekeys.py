"""A signature by a key that was made on the recipient's device and cannot leave it (docs/formats.md §4, receipt event).

It shows that one key signed, and later that the same one signed again; whose it is it does not show. The office could
have made the key itself, at any time: where nothing but the code under the fold stands beside it, the receipt is not
proven.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from evidence.errors import fail
from evidence.journal.canonical import Json, dumps

__all__ = ["DeviceSignature", "check_signature", "signed_text"]

_HEAD = "evidence/receipt/v1"


@dataclass(frozen=True, slots=True)
class DeviceSignature:
    """``key`` is SubjectPublicKeyInfo and ``value`` r and s of 32 bytes, both base64; ``nonce`` the page's in hex."""

    key: str
    value: str
    nonce: str

    def to_json(self) -> dict[str, Json]:
        return {"key": self.key, "nonce": self.nonce, "value": self.value}

    @property
    def fingerprint(self) -> str:
        """The first 16 hex digits of the key's SHA-256, for people."""
        return hashlib.sha256(base64.b64decode(self.key)).hexdigest()[:16]


def signed_text(
    *,
    origin: str,
    number: str,
    pdf: str,
    action: str,
    relation: str,
    detail: Mapping[str, str],
    drawn: bytes,
    nonce: str,
) -> bytes:
    """What the device signs."""
    told = hashlib.sha256(dumps(dict(detail))).hexdigest()
    picture = hashlib.sha256(drawn).hexdigest() if drawn else ""
    lines = (_HEAD, origin, number, pdf, action, relation, told, picture, nonce)
    return "".join(f"{line}\n" for line in lines).encode()


def check_signature(signature: DeviceSignature, text: bytes) -> None:
    """``web.device-signature`` unless the key is one of P-256 and signed ``text``."""
    try:
        key = load_der_public_key(base64.b64decode(signature.key, validate=True))
        value = base64.b64decode(signature.value, validate=True)
        if (
            not isinstance(key, EllipticCurvePublicKey)
            or not isinstance(key.curve, SECP256R1)
            or len(value) != 64
        ):
            raise ValueError("not a key of P-256 with r and s")
        pair = encode_dss_signature(int.from_bytes(value[:32]), int.from_bytes(value[32:]))
        key.verify(pair, text, ECDSA(SHA256()))
    except (ValueError, TypeError, binascii.Error, InvalidSignature) as error:
        raise fail("web.device-signature") from error
