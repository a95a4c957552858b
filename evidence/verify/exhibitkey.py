"""Encrypted exhibits that open without a password, read by the checker on its own (ISO 32000-2, 7.6)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from evidence.verify.refused import Refused

_PAD = (
    b"\x28\xbf\x4e\x5e\x4e\x75\x8a\x41\x64\x00\x4e\x56\xff\xfa\x01\x08"
    b"\x2e\x2e\x00\xb6\xd0\x68\x3e\x80\x2f\x0c\xa9\xfe\x64\x53\x69\x7a"
)
_PART = re.compile(rb"\\([0-7]{1,3})|\\(\r\n|\r|\n)|\\([\s\S])|(\r\n|\r)")
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_METHODS = (b"Identity", b"V2", b"AESV2", b"AESV3")


@dataclass(frozen=True, slots=True)
class FileKey:
    """The key of one file and the method of its streams."""

    key: bytes
    method: bytes

    def decrypted(self, number: int, generation: int, data: bytes) -> bytes:
        if self.method == b"Identity":
            return data
        key = self._object_key(number, generation)
        if self.method == b"V2":
            return _stream_cipher(key, data)
        if len(data) % 16 or len(data) < 32:
            raise Refused("pdf-encryption")
        worker = Cipher(AES(key), CBC(data[:16])).decryptor()
        plain = worker.update(data[16:]) + worker.finalize()
        return plain[: len(plain) - plain[-1]] if 0 < plain[-1] <= 16 else plain

    def encrypted(self, number: int, generation: int, data: bytes) -> bytes:
        """As the stamp writes it: with AES, the vector comes from number and data."""
        if self.method == b"Identity":
            return data
        key = self._object_key(number, generation)
        if self.method == b"V2":
            return _stream_cipher(key, data)
        start = hashlib.sha256(str(number).encode("ascii") + data).digest()[:16]
        filling = 16 - len(data) % 16
        worker = Cipher(AES(key), CBC(start)).encryptor()
        return start + worker.update(data + bytes([filling] * filling)) + worker.finalize()

    def _object_key(self, number: int, generation: int) -> bytes:
        if self.method == b"AESV3":
            return self.key
        parts = [
            self.key,
            (number & 0xFFFFFF).to_bytes(3, "little"),
            (generation & 0xFFFF).to_bytes(2, "little"),
        ]
        if self.method == b"AESV2":
            parts.append(b"sAlT")
        return _digest(b"".join(parts))[: min(16, len(self.key) + 5)]


def open_without_password(raw: Mapping[str, bytes], first_id: bytes, method: bytes) -> FileKey:
    """From the raw values of /Encrypt to the key; :class:`Refused` where the empty password does not open it."""
    if method not in _METHODS:
        raise Refused("pdf-encryption")
    version, revision = _whole(raw, "V", 0), _whole(raw, "R", 0)
    user, owner = _said(raw.get("U", b"")), _said(raw.get("O", b""))
    if version == 5:
        if len(user) < 48:
            raise Refused("pdf-encryption")
        derive = _stretched if revision >= 6 else (lambda salt: hashlib.sha256(salt).digest())
        if derive(user[32:40]) != user[:32]:
            raise Refused("pdf-encryption")
        sealed = _said(raw.get("UE", b""))[:32]
        if len(sealed) != 32:
            raise Refused("pdf-encryption")
        worker = Cipher(AES(derive(user[40:48])), CBC(bytes(16))).decryptor()
        return FileKey(worker.update(sealed) + worker.finalize(), method)
    if version not in (1, 2, 4):
        raise Refused("pdf-encryption")
    size = {1: 5, 4: 16}.get(version) or _whole(raw, "Length", 40) // 8
    if not 5 <= size <= 16:
        raise Refused("pdf-encryption")
    identity = _said(first_id)
    seed = _PAD + owner[:32] + (_whole(raw, "P", 0) % (1 << 32)).to_bytes(4, "little") + identity
    if revision >= 4 and raw.get("EncryptMetadata") == b"false":
        seed += b"\xff" * 4
    key = _digest(seed)[:size]
    if revision < 3:
        is_right = _stream_cipher(key, _PAD) == user[:32]
    else:
        for _ in range(50):
            key = _digest(key)[:size]
        proof = _digest(_PAD + identity)
        for turn in range(20):
            proof = _stream_cipher(bytes(byte ^ turn for byte in key), proof)
        is_right = proof == user[:16]
    if not is_right:
        raise Refused("pdf-encryption")
    return FileKey(key, method)


def _stretched(salt: bytes) -> bytes:
    k = hashlib.sha256(salt).digest()
    turn = 0
    while True:
        worker = Cipher(AES(k[:16]), CBC(k[16:32])).encryptor()
        e = worker.update(64 * k) + worker.finalize()
        k = (hashlib.sha256, hashlib.sha384, hashlib.sha512)[int.from_bytes(e[:16], "big") % 3](e).digest()
        turn += 1
        if turn > 63 and e[-1] <= turn - 32:
            return k[:32]


def _digest(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _stream_cipher(key: bytes, data: bytes) -> bytes:
    """RC4."""
    box = list(range(256))
    j = 0
    for i, value in enumerate(list(box)):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
        del value
    i = j = 0
    result = []
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        result.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(result)


def _whole(raw: Mapping[str, bytes], key: str, default: int) -> int:
    text = raw.get(key)
    if text is None:
        return default
    if not re.fullmatch(rb"[+-]?\d{1,10}(?:\.0*)?", text):
        raise Refused("pdf-encryption")
    return int(text.split(b".")[0])


def _said(raw: bytes) -> bytes:
    """The bytes that a string in a file stands for."""
    if raw.startswith(b"<"):
        digits = raw[1:-1].translate(None, b"\x00\t\n\x0c\r ")
        return bytes.fromhex(digits.decode("ascii") + "0" * (len(digits) % 2))

    def plain(match: re.Match[bytes]) -> bytes:
        if match[1]:
            return bytes([int(match[1], 8) % 256])
        if match[2]:
            return b""
        return _NAMED.get(match[3], match[3]) if match[3] else b"\n"

    return _PART.sub(plain, raw[1:-1])
