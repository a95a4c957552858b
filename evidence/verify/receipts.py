"""What the letter's page took down (docs/formats.md §4, receipt event) against the delivery event that rests on it.

A statement may bear the signature of a key said to be of the recipient's device. That signature is checked here, and that
it is one for this letter. It shows that whoever held the key said so; the key may be the sender's own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from evidence.verify.canonical import Json, encode, parse_canonical
from evidence.verify.refused import Refused

ROLES = ("receipt", "device-receipt")
SIGNED = "device-receipt"
MEDIA_TYPE = "application/json"
_KEYS = (
    "action", "at", "detail", "device", "files", "letter", "message", "method", "origin", "pdf", "relation", "signature",
    "v",
)  # fmt: skip
_TEXTS = tuple(key for key in _KEYS if key not in ("detail", "files", "signature", "v"))
_FILE = ("media_type", "name", "sha256", "size", "sm3")
_NONCE = re.compile(r"[0-9a-f]{32}")
_DRAWN = "signature.png"
"""Name of the line drawn by finger: the first file of a ``received``, and the only one the key signs."""


def is_statement(proof: Mapping[str, Json]) -> bool:
    """Whether a proof of a delivery event is what the page took down."""
    return proof.get("role") == SIGNED or (
        proof.get("role") in ROLES and proof.get("media_type") == MEDIA_TYPE
    )


def check_statement(
    data: bytes,
    event: Mapping[str, Json],
    role: str,
    others: Sequence[Mapping[str, Json]],
    *,
    origin: str,
    pdf: str,
) -> None:
    """Raises :class:`Refused`: ``receipt-form``, ``receipt-differs`` (with what) or ``receipt-signature``.

    ``others`` are the event's other proofs, ``origin`` the journal's and ``pdf`` the letter's SHA-256 in hex, each empty
    where it is not known.
    """
    told = parse_canonical(data)
    if not isinstance(told, dict) or tuple(sorted(told)) != _KEYS or told["v"] != 1:
        raise Refused("receipt-form")
    detail, files, signature = told["detail"], told["files"], told["signature"]
    if not isinstance(detail, dict) or not all(isinstance(text, str) for text in detail.values()):
        raise Refused("receipt-form")
    if not isinstance(files, list) or not all(isinstance(told[key], str) for key in _TEXTS):
        raise Refused("receipt-form")
    if (role == SIGNED) != (signature is not None):
        raise Refused("receipt-form")  # the event must say whether a key signed
    wrong = [
        name
        for name, same in (
            ("letter", told["letter"] == event["letter"]),
            ("origin", not origin or told["origin"] == origin),
            ("pdf", not pdf or told["pdf"] == pdf),
            ("at", _same_moment(told["at"], event["at"])),
            ("relation", told["relation"] == event["relation"]),
            ("signer", detail.get("name", "") == event["signer"]),
            ("tracking", told["message"] == event["tracking"]),
            ("proofs", [_told(one) for one in files] == [_told(one) for one in others]),
        )
        if not same
    ]
    if wrong:
        raise Refused("receipt-differs", what=", ".join(wrong))
    if signature is not None:
        drawn = ""
        first = files[0] if files else None
        if told["action"] == "received" and isinstance(first, dict) and first["name"] == _DRAWN:
            drawn = str(first["sha256"])
        _check_signature(signature, told, drawn)


def _told(proof: object) -> tuple[Json, ...]:
    if not isinstance(proof, Mapping) or any(key not in proof for key in _FILE):
        raise Refused("receipt-form")
    return tuple(proof[key] for key in _FILE)


def _check_signature(signature: Json, told: Mapping[str, Json], drawn: str) -> None:
    """``receipt-signature`` unless a key of P-256 signed the lines of the format."""
    if not isinstance(signature, dict) or tuple(sorted(signature)) != ("key", "nonce", "value"):
        raise Refused("receipt-form")
    nonce = str(signature["nonce"])
    if not _NONCE.fullmatch(nonce):
        raise Refused("receipt-form")
    detail = hashlib.sha256(encode(told["detail"])).hexdigest()
    said = (told[key] for key in ("origin", "letter", "pdf", "action", "relation"))
    lines = ("evidence/receipt/v1", *said, detail, drawn, nonce)
    try:
        key = load_der_public_key(base64.b64decode(str(signature["key"]), validate=True))
        value = base64.b64decode(str(signature["value"]), validate=True)
        if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
            raise ValueError("not a key of P-256")
        if len(value) != 64:
            raise ValueError("not r and s")
        pair = encode_dss_signature(int.from_bytes(value[:32]), int.from_bytes(value[32:]))
        key.verify(pair, "".join(f"{line}\n" for line in lines).encode(), ECDSA(SHA256()))
    except (ValueError, TypeError, binascii.Error, InvalidSignature, UnsupportedAlgorithm) as error:
        raise Refused("receipt-signature") from error


def _same_moment(told: Json, recorded: Json) -> bool:
    try:
        return datetime.fromisoformat(str(told)) == datetime.fromisoformat(str(recorded))
    except (ValueError, TypeError):
        return False
