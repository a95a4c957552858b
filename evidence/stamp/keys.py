"""The office's signing key and its public half (docs/formats.md, section 1).

A private key never touches the disk in a file that anybody but its owner could read, and is not taken from
one that somebody else could have read.
"""

from __future__ import annotations

import base64
import hashlib
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from evidence.errors import Place, fail

__all__ = [
    "LockedKey",
    "PublicKey",
    "Signer",
    "SigningKey",
    "base32",
    "is_locked",
    "parse_fingerprint",
    "words",
]

_MAX_KEY_FILE = 10_000  # bytes; an Ed25519 PEM has 119
_ENCRYPTED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key: ``raw`` is its 32 bytes."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != 32:
            raise ValueError("an Ed25519 public key is 32 bytes long")

    @property
    def digest(self) -> bytes:
        """SHA-256 of the raw key: what the fingerprint spells out."""
        return hashlib.sha256(self.raw).digest()

    @property
    def kid(self) -> bytes:
        """The 8-byte key id inside tokens."""
        return self.digest[:8]

    @property
    def fingerprint(self) -> str:
        """For people to read to each other: 64 hex digits in groups of four."""
        text = self.digest.hex()
        return " ".join(text[i : i + 4] for i in range(0, 64, 4))

    @property
    def base32(self) -> str:
        """52 characters, as in the public key file and in the comment line of a stamped letter."""
        return base32(self.raw)

    def to_text(self) -> str:
        """The public key file: one line."""
        return self.base32 + "\n"

    @classmethod
    def parse(cls, text: str, where: Place | None = None) -> PublicKey:
        """Inverse of :meth:`to_text`; forgives white space and lower case.

        Fails ``stamp.public-key-invalid``.
        """
        compact = "".join(text.split()).upper()
        try:
            raw = base64.b32decode(compact + "=" * (-len(compact) % 8))
        except ValueError:
            raw = b""
        # The last character has spare bits; one key has one spelling.
        if len(raw) != 32 or base32(raw) != compact:
            raise fail("stamp.public-key-invalid", where)
        return cls(raw)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether ``signature`` over ``message`` was made with the private half."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Signer(Protocol):
    """Whoever signs: a key at hand, or one that is unlocked when it is needed."""

    @property
    def public(self) -> PublicKey: ...

    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 private key. Its repr shows the public half only."""

    _private: Ed25519PrivateKey = field(repr=False)
    public: PublicKey

    @classmethod
    def from_seed(cls, seed: bytes) -> SigningKey:
        """The key of a 32-byte seed (RFC 8032, section 5.1.5)."""
        return cls._of(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def generate(cls, random: Callable[[int], bytes]) -> SigningKey:
        """A fresh key; ``random`` is the one of :class:`evidence.clock.Source`."""
        return cls.from_seed(random(32))

    @classmethod
    def _of(cls, private: Ed25519PrivateKey) -> SigningKey:
        return cls(private, PublicKey(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)))

    def sign(self, message: bytes) -> bytes:
        """64 bytes; the same for the same message, always."""
        return self._private.sign(message)

    def save(self, path: Path, passphrase: str = "") -> None:
        """Write PKCS#8 PEM, encrypted where there is a passphrase, to a new file that only its owner can read.

        Fails ``general.output-exists`` (nothing is ever overwritten) or ``general.output-not-writable``;
        a half written file is taken away again.
        """
        locked: KeySerializationEncryption = NoEncryption()
        if passphrase:
            locked = BestAvailableEncryption(passphrase.encode())
        pem = self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            raise fail("general.output-exists", Place(file=str(path)), path=str(path)) from None
        except OSError as error:
            raise _not_writable(path, error) from error
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(pem)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            with suppress(OSError):
                path.unlink()
            raise _not_writable(path, error) from error

    @classmethod
    def load(cls, path: Path, passphrase: str = "") -> SigningKey:
        """Read what :meth:`save` wrote; a passphrase is not looked at where the file needs none.

        Fails ``stamp.key-missing``, ``stamp.key-permissions`` (group or others have any right to the file),
        ``stamp.key-locked`` (no passphrase, or not the right one) or ``stamp.key-unreadable``.
        """
        where = Place(file=str(path))
        pem = _read(path, where)
        secret = passphrase.encode() if _ENCRYPTED in pem else None
        if secret == b"":
            raise fail("stamp.key-locked", where, path=str(path))
        try:
            private = load_pem_private_key(pem, password=secret) if len(pem) <= _MAX_KEY_FILE else None
        except (
            ValueError,
            TypeError,
        ) as error:  # the library does not tell a wrong passphrase from a damaged file
            code = "stamp.key-unreadable" if secret is None else "stamp.key-locked"
            raise fail(code, where, path=str(path)) from error
        if not isinstance(private, Ed25519PrivateKey):
            raise fail("stamp.key-unreadable", where, path=str(path))
        return cls._of(private)


@dataclass
class LockedKey:
    """An encrypted key file, opened when the first signature is asked for: most commands sign nothing."""

    path: Path
    public: PublicKey
    ask: Callable[[], str] = field(repr=False)
    passphrase: str = field(default="", repr=False)
    """The one that opened it; empty before. Whoever needs it again takes it from here and does not ask twice."""
    _key: SigningKey | None = field(default=None, repr=False)

    def open(self) -> SigningKey:
        """The key; fails as :meth:`SigningKey.load`, and ``stamp.key-other`` for one of another public key."""
        if self._key is None:
            passphrase = self.ask()
            key = SigningKey.load(self.path, passphrase)
            if key.public != self.public:
                raise fail("stamp.key-other", Place(file=str(self.path)), path=str(self.path))
            self._key, self.passphrase = key, passphrase
        return self._key

    def sign(self, message: bytes) -> bytes:
        return self.open().sign(message)


def is_locked(path: Path) -> bool:
    """Whether a key file needs a passphrase; fails as :meth:`SigningKey.load`."""
    return _ENCRYPTED in _read(path, Place(file=str(path)))


def _read(path: Path, where: Place) -> bytes:
    try:
        with path.open("rb") as file:
            # Asked of the open file, so that what is checked is what is read.
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_IMODE(mode) & 0o077:
                shown = f"{stat.S_IMODE(mode):04o}"
                raise fail("stamp.key-permissions", where, path=str(path), mode=shown)
            return file.read(_MAX_KEY_FILE + 1)
    except FileNotFoundError:
        raise fail("stamp.key-missing", where, path=str(path)) from None
    except OSError as error:
        raise fail("stamp.key-unreadable", where, path=str(path)) from error


def parse_fingerprint(text: str) -> bytes:
    """The 32 bytes of a fingerprint as people write it; fails ``stamp.public-key-invalid``."""
    compact = "".join(text.replace(":", " ").split())
    try:
        digest = bytes.fromhex(compact)
    except ValueError:
        digest = b""
    if len(digest) != 32:
        raise fail("stamp.public-key-invalid")
    return digest


def words(key: PublicKey, language: str = "english") -> tuple[str, ...]:
    """The fingerprint as 24 words to be read out (BIP-39).

    ``english``, ``chinese_simplified`` or ``chinese_traditional``.
    """
    from mnemonic import Mnemonic

    book = Mnemonic(language)
    return tuple(book.to_mnemonic(key.digest).split())


def base32(data: bytes) -> str:
    """RFC 4648 base32, upper case, without padding: what QR codes hold cheaply and coreutils can read."""
    return base64.b32encode(data).decode("ascii").rstrip("=")


def _not_writable(path: Path, error: OSError) -> Exception:
    reason = error.strerror or type(error).__name__
    return fail("general.output-not-writable", Place(file=str(path)), path=str(path), reason=reason)
