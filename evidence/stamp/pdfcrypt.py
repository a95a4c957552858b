"""The standard security handler with the empty user password (ISO 32000-2, 7.6): what anybody may open.

A PDF that opens without asking is often encrypted all the same, to forbid printing or copying. What is appended
to it has to be encrypted like the rest, or readers would decrypt plain text into noise. Nobody's password is
guessed: where the empty one does not open the file, it is refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes

from evidence.stamp.pdfsyntax import unsupported

__all__ = ["Encryption", "Method", "rc4", "string_bytes", "unlocked"]

_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\s\S]))")
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
Method = str  # "Identity", "V2", "AESV2" or "AESV3": names of ISO 32000-2, table 25


@dataclass(frozen=True, slots=True)
class Encryption:
    """What /Encrypt says, strings decoded; ``method`` is the one for streams."""

    version: int
    revision: int
    length: int  # of the key, in bytes
    permissions: int
    owner: bytes
    user: bytes
    user_key: bytes
    metadata: bool
    method: Method


@dataclass(frozen=True, slots=True)
class Key:
    """The file's key, and what it does to the streams of one object."""

    key: bytes
    method: Method

    def encrypt(self, number: int, generation: int, data: bytes) -> bytes:
        """``data`` as it stands in the file; the same bytes for the same arguments."""
        if self.method == "Identity":
            return data
        own = self._of(number, generation)
        if self.method == "V2":
            return rc4(own, data)
        vector = hashlib.sha256(b"%d" % number + data).digest()[:16]
        short = 16 - len(data) % 16
        return vector + _aes(own, vector, data + bytes([short]) * short, encrypt=True)

    def decrypt(self, number: int, generation: int, data: bytes) -> bytes:
        """Inverse of :meth:`encrypt`; fails ``stamp.unsupported-pdf`` for what has no whole blocks."""
        if self.method == "Identity":
            return data
        own = self._of(number, generation)
        if self.method == "V2":
            return rc4(own, data)
        if len(data) < 32 or len(data) % 16:
            raise unsupported("encryption", f"object {number}")
        plain = _aes(own, data[:16], data[16:], encrypt=False)
        return plain[: -plain[-1]] if 1 <= plain[-1] <= 16 else plain

    def _of(self, number: int, generation: int) -> bytes:
        if self.method == "AESV3":
            return self.key
        salt = b"sAlT" if self.method == "AESV2" else b""
        text = self.key + number.to_bytes(4, "little")[:3] + generation.to_bytes(4, "little")[:2] + salt
        return hashlib.md5(text, usedforsecurity=False).digest()[: min(len(self.key) + 5, 16)]


def unlocked(dictionary: Encryption, first_id: bytes) -> Key:
    """The key under the empty password; fails ``stamp.unsupported-pdf`` where that is not the password."""
    if dictionary.version == 5:
        key = _key_by_sha2(dictionary)
    elif dictionary.version in (1, 2, 4):
        key = _key_by_md5(dictionary, first_id)
    else:
        raise unsupported("encryption", f"/V {dictionary.version}")
    return Key(key, dictionary.method)


def _key_by_md5(given: Encryption, first_id: bytes) -> bytes:
    """Algorithms 2, 4 and 5."""
    text = _PADDING + given.owner[:32] + (given.permissions & 0xFFFFFFFF).to_bytes(4, "little") + first_id
    if given.revision >= 4 and not given.metadata:
        text += b"\xff\xff\xff\xff"
    key = _md5(text)[: given.length]
    if given.revision >= 3:
        for _ in range(50):
            key = _md5(key)[: given.length]
        check = _md5(_PADDING + first_id)
        for step in range(20):
            check = rc4(bytes(byte ^ step for byte in key), check)
        matches = given.user[:16] == check
    else:
        matches = given.user[:32] == rc4(key, _PADDING)
    if not matches:
        raise unsupported("encryption", "password")
    return key


def _key_by_sha2(given: Encryption) -> bytes:
    """Algorithm 2.A for the user's password."""
    if len(given.user) < 48 or len(given.user_key) < 32:
        raise unsupported("encryption", "/U /UE")
    digest = _hardened if given.revision >= 6 else lambda salt: hashlib.sha256(salt).digest()
    if digest(given.user[32:40]) != given.user[:32]:
        raise unsupported("encryption", "password")
    return _aes(digest(given.user[40:48]), bytes(16), given.user_key[:32], encrypt=False)


def _hardened(salt: bytes) -> bytes:
    """Algorithm 2.B with an empty password."""
    key, step = hashlib.sha256(salt).digest(), 0
    while True:
        mixed = _aes(key[:16], key[16:32], key * 64, encrypt=True)
        name = ("sha256", "sha384", "sha512")[sum(mixed[:16]) % 3]
        key = hashlib.new(name, mixed).digest()
        step += 1
        if step >= 64 and mixed[-1] <= step - 32:
            return key[:32]


def _aes(key: bytes, vector: bytes, data: bytes, *, encrypt: bool) -> bytes:
    cipher = BlockCipher(algorithms.AES(key), modes.CBC(vector))
    worker = cipher.encryptor() if encrypt else cipher.decryptor()
    return worker.update(data) + worker.finalize()


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def rc4(key: bytes, data: bytes) -> bytes:
    """RC4, which no library here offers everywhere; kept for old files alone."""
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(len(data)), 0, 0
    for at, byte in enumerate(data):
        i = (i + 1) & 255
        j = (j + state[i]) & 255
        state[i], state[j] = state[j], state[i]
        out[at] = byte ^ state[(state[i] + state[j]) & 255]
    return bytes(out)


def string_bytes(raw: bytes) -> bytes:
    """What a literal or hexadecimal string says (ISO 32000-2, 7.3.4)."""
    if raw[:1] == b"<":
        digits = bytes(byte for byte in raw[1:-1] if byte not in b"\0\t\n\f\r ")
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))

    def meant(match: re.Match[bytes]) -> bytes:
        if match[1]:
            return bytes([int(match[1], 8) & 255])
        if match[2] in (b"\r\n", b"\n", b"\r"):
            return b""
        return _LETTERS.get(match[2], match[2])

    plain = raw[1:-1]
    # An end of line in the string is a line feed, however it is written; one behind a backslash is none.
    return _ESCAPE.sub(meant, re.sub(rb"(?<!\\)\r\n?", b"\n", plain))


def encryption_of(values: Mapping[str, int | bytes | bool], method: Method) -> Encryption:
    """From decoded values of /Encrypt to what :func:`unlocked` takes."""
    version = int(values.get("V", 0))
    length = 5 if version == 1 else 16 if version == 4 else int(values.get("Length", 40)) // 8
    if version < 5 and not 5 <= length <= 16:
        raise unsupported("encryption", "/Length")
    return Encryption(
        version=version,
        revision=int(values.get("R", 0)),
        length=length,
        permissions=int(values.get("P", 0)),
        owner=_text(values.get("O")),
        user=_text(values.get("U")),
        user_key=_text(values.get("UE")),
        metadata=bool(values.get("EncryptMetadata", True)),
        method=method,
    )


def _text(value: int | bytes | bool | None) -> bytes:
    return value if isinstance(value, bytes) else b""
