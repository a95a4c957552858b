"""Public keys, their names, and whom the reader trusts (docs/formats.md, section 1)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from evidence.errors import Place, fail
from evidence.model.report import Fact
from evidence.verify.limits import KEY_FILE_BYTES, KEY_SET_BYTES
from evidence.verify.refused import Refused, failed, passed, unknown

#: Fewer digits could be met by a forger who makes keys until one fits; 16 digits are 64 bits.
FINGERPRINT_DIGITS_MIN = 16
FINGERPRINT_DIGITS = 64
_HEX = re.compile(r"[0-9a-f]+\Z")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z\Z", re.ASCII)
CURRENT, LOST, STOLEN = "current", "lost", "stolen"
STATUSES = (CURRENT, "rotated", LOST, STOLEN)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A raw Ed25519 public key of 32 bytes."""

    raw: bytes

    @property
    def kid(self) -> bytes:
        return hashlib.sha256(self.raw).digest()[:8]

    @property
    def fingerprint(self) -> str:
        """64 hex digits."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def fingerprint_grouped(self) -> str:
        """The form people compare: groups of four."""
        digits = self.fingerprint
        return " ".join(digits[at : at + 4] for at in range(0, FINGERPRINT_DIGITS, 4))

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether ``signature`` is this key's Ed25519 signature over ``message`` (RFC 8032)."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def base32_decode(text: str) -> bytes:
    """RFC 4648 base32, upper case, no padding; refuses whatever does not encode back to the same text."""
    padded = text + "=" * (-len(text) % 8)
    try:
        data = base64.b32decode(padded)
    except (binascii.Error, ValueError):
        raise Refused("base32") from None
    # Left-over bits that are not zero would give two texts for the same bytes.
    if base64.b32encode(data).rstrip(b"=").decode("ascii") != text:
        raise Refused("base32")
    return data


def parse_key_file(data: bytes) -> PublicKey:
    """One line: base32 of the 32 bytes, with or without its line end."""
    if len(data) > KEY_FILE_BYTES:
        raise Refused("key-file")
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        raise Refused("key-file") from None
    try:
        raw = base32_decode(text.removesuffix("\n"))
    except Refused:
        raise Refused("key-file") from None
    if len(raw) != 32:
        raise Refused("key-file")
    return PublicKey(raw)


@dataclass(frozen=True, slots=True)
class TrustAnchor:
    """A key the reader believes in, named from outside of the files under check.

    ``prefix`` is the fingerprint or its first digits (at least 16); ``key`` is known only from a key file.
    From a key set, ``status`` and ``until`` say what became of a key, and when.
    """

    name: str
    prefix: str
    key: PublicKey | None = None
    status: str = ""
    until: str = ""

    def matches(self, key: PublicKey) -> bool:
        return key.fingerprint.startswith(self.prefix)

    @property
    def digits(self) -> int:
        """How many of the 64 digits of the fingerprint were named, hence compared."""
        return len(self.prefix)

    @classmethod
    def parse(cls, text: str) -> TrustAnchor:
        """A fingerprint (blanks, colons and case do not matter) or the path of a public key file.

        What can be a fingerprint is one, even where a file of that name lies about: whoever sends the files
        to check could otherwise send such a file along, and so exchange the key believed in. Raises
        ``verify.trust-unreadable`` or ``verify.trust-short``.
        """
        digits = re.sub(r"[\s:]", "", text).lower()
        if _HEX.match(digits) and (len(digits) >= FINGERPRINT_DIGITS_MIN or not Path(text).exists()):
            if not FINGERPRINT_DIGITS_MIN <= len(digits) <= FINGERPRINT_DIGITS:
                raise fail("verify.trust-short", given=len(digits), least=FINGERPRINT_DIGITS_MIN)
            return cls(text, digits)
        return cls.from_file(Path(text))

    @classmethod
    def several(cls, value: str | Path) -> tuple[TrustAnchor, ...]:
        """As :meth:`parse`, or :meth:`from_file` for a path; a public key set gives an anchor for each of its keys."""
        digits = re.sub(r"[\s:]", "", value).lower() if isinstance(value, str) else ""
        is_fingerprint = _HEX.match(digits) and (
            len(digits) >= FINGERPRINT_DIGITS_MIN or not Path(value).exists()
        )
        if not is_fingerprint:
            try:
                with Path(value).open("rb") as file:
                    data = file.read(KEY_SET_BYTES + 1)
                if data.lstrip().startswith(b"{"):
                    return parse_key_set(data, str(value))
            except (OSError, ValueError, Refused):
                raise fail("verify.trust-unreadable", Place(file=str(value)), name=str(value)) from None
        return (cls.from_file(value) if isinstance(value, Path) else cls.parse(value),)

    @classmethod
    def from_file(cls, path: Path) -> TrustAnchor:
        """From a public key file; raises ``verify.trust-unreadable``."""
        try:
            with path.open("rb") as file:
                key = parse_key_file(file.read(KEY_FILE_BYTES + 1))
        except (OSError, ValueError, Refused):
            raise fail("verify.trust-unreadable", Place(file=str(path)), name=str(path)) from None
        return cls(str(path), key.fingerprint, key)


def trust_fact(fact_id: str, key: PublicKey, anchors: Sequence[TrustAnchor], where: Place) -> Fact:
    """Whether ``key`` is one the reader named; unknown where the reader named none, or the key was stolen."""
    shown: dict[str, str | int] = {"fingerprint": key.fingerprint_grouped}
    if not anchors:
        return unknown(fact_id, where, "nobody-named", **shown)
    for anchor in anchors:
        if not anchor.matches(key):
            continue
        if anchor.status == STOLEN:
            return unknown(fact_id, where, "key-stolen", at=anchor.until, **shown)
        if anchor.status == LOST:
            shown.update(lost=anchor.until)
        return passed(fact_id, where, anchor=anchor.name, digits=anchor.digits, **shown)
    return failed(fact_id, where, "other-key", **shown)


def parse_key_set(data: bytes, name: str) -> tuple[TrustAnchor, ...]:
    """A public key set (JWKS, docs/formats.md §1), each key with what became of it; :class:`Refused` (``key-set``)."""
    if len(data) > KEY_SET_BYTES:
        raise Refused("key-set")
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise Refused("key-set") from None
    rows = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(rows, list) or not rows:
        raise Refused("key-set")
    return tuple(_key_of(row, name) for row in rows)


def _key_of(row: object, name: str) -> TrustAnchor:
    if not isinstance(row, dict) or (row.get("kty"), row.get("crv")) != ("OKP", "Ed25519"):
        raise Refused("key-set")
    x, status, until = (str(row.get(part, "")) for part in ("x", "evidence_status", "evidence_until"))
    try:
        key = PublicKey(base64.urlsafe_b64decode(x + "=" * (-len(x) % 4)))
    except (binascii.Error, ValueError):
        raise Refused("key-set") from None
    is_key = len(key.raw) == 32 and key.kid.hex() == row.get("kid")
    is_dated = not until if status == CURRENT else _TIME.match(until) is not None
    if not is_key or status not in STATUSES or not is_dated:
        raise Refused("key-set")
    return TrustAnchor(name, key.fingerprint, key, status, until)
