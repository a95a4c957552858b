"""Certificates for tests: made here, in PKCS#12, in nobody's name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

SECRET = "样本口令"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def new_key(kind: str = "rsa") -> Key:
    """``rsa``, ``short`` (1024 bits), ``ec`` or ``ed25519``."""
    if kind in ("rsa", "short"):
        return rsa.generate_private_key(65537, 2048 if kind == "rsa" else 1024)
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else ed25519.Ed25519PrivateKey.generate()


def certificate_of(
    key: Key, name: str = "样州和风物业服务有限公司（样本）", last: int = 2030
) -> x509.Certificate:
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(20260101)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(last, 1, 1, tzinfo=UTC))
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )


def p12(path: Path, kind: str = "rsa", secret: str = SECRET, last: int = 2030, name: str = "") -> Path:
    key = new_key(kind)
    held = pkcs12.serialize_key_and_certificates(
        b"sample",
        key,
        certificate_of(key, name, last) if name else certificate_of(key, last=last),
        None,
        BestAvailableEncryption(secret.encode()) if secret else NoEncryption(),
    )
    path.write_bytes(held)
    return path
