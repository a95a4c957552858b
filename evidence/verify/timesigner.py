"""Who signed a timestamp token: SignerInfo (RFC 5652 §5.3), its signed attributes, and the certificate they name.

The certificate is found by its hash under the signature, never by its name alone; it must be for timestamping and nothing
else, and have been in force at the time stated.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from evidence.verify.refused import Refused
from evidence.verify.timeder import CONTEXT, INTEGER, NULL, OCTETS, OID, SEQUENCE, SET, Node

TST_INFO = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_CERTIFICATE, _CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"

#: Digest algorithms that are read. SHA-1 and MD5 are refused: two texts with one digest can be made for money.
ALGORITHMS: dict[str, str] = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "1.2.156.10197.1.401": "sm3",
}
HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sm3": hashes.SM3(),
}
# Signature algorithm -> family, and the digest it names where it names one.
_SIGNATURES: dict[str, tuple[str, str]] = {
    "1.2.840.113549.1.1.1": ("rsa", ""),
    "1.2.840.113549.1.1.11": ("rsa", "sha256"),
    "1.2.840.113549.1.1.12": ("rsa", "sha384"),
    "1.2.840.113549.1.1.13": ("rsa", "sha512"),
    "1.2.840.10045.2.1": ("ec", ""),
    "1.2.840.10045.4.3.2": ("ec", "sha256"),
    "1.2.840.10045.4.3.3": ("ec", "sha384"),
    "1.2.840.10045.4.3.4": ("ec", "sha512"),
    "1.3.101.112": ("ed25519", ""),
}
_RSA_BITS = 2048
_E = TypeVar("_E", bound=x509.ExtensionType)


def digest(algorithm: str, data: bytes) -> bytes:
    """Digest of ``data`` by one of the names in ``ALGORITHMS``."""
    made = hashes.Hash(HASHES[algorithm])
    made.update(data)
    return made.finalize()


def name_of(certificate: x509.Certificate) -> str:
    """How the certificate names its holder: common name and organisation, else the whole subject."""
    parts: list[str] = []
    for oid in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME):
        parts += [str(item.value) for item in certificate.subject.get_attributes_for_oid(oid)]
    return ", ".join(dict.fromkeys(parts)) or certificate.subject.rfc4514_string()


def says_test(certificate: x509.Certificate) -> bool:
    """Whether the authority calls itself one for tests."""
    return bool(re.search(r"\btest\b|测试|測試|样本", name_of(certificate), re.IGNORECASE))


def only(node: Node) -> list[Node]:
    children = node.children()
    if len(children) != 1:
        raise node.refuse()
    return children


def algorithm_of(node: Node) -> str:
    """An AlgorithmIdentifier whose parameters are absent or NULL."""
    fields = node.fields()
    oid = fields.take(OID).oid()
    null = fields.optional(NULL)
    fields.close()
    if null is not None and null.content:
        raise null.refuse()
    return oid


def digest_name(oid: str) -> str:
    name = ALGORITHMS.get(oid)
    if name is None:
        raise Refused("ts-algorithm", oid=oid)
    return name


def signer_of(
    node: Node,
    body: bytes,
    listed: list[str],
    candidates: tuple[x509.Certificate, ...],
    content_type: str = TST_INFO,
) -> x509.Certificate:
    """The certificate whose key signed ``body``, as SignerInfo (RFC 5652 §5.3) names it in two ways."""
    fields = node.fields()
    version = fields.take(INTEGER).integer()
    by_key = fields.optional(0x80)
    sid = by_key or fields.take(SEQUENCE)
    if version != (3 if by_key is not None else 1):
        raise node.refuse()
    digest_oid = algorithm_of(fields.take(SEQUENCE))
    algorithm = digest_name(digest_oid)
    attributes = fields.optional(CONTEXT + 0)
    signature_oid = algorithm_of(fields.take(SEQUENCE))
    signature = fields.take(OCTETS).octets()
    fields.optional(CONTEXT + 1)  # unsigned attributes: nobody vouches for them, nothing is read from them
    fields.close()
    if listed != [digest_oid]:  # one signer, hence one digest algorithm
        raise Refused("ts-algorithm", oid=digest_oid)
    if attributes is None:
        raise Refused("ts-attributes")
    values = _attributes(attributes)
    if _one(values, _CONTENT_TYPE).oid() != content_type:
        raise Refused("ts-attributes")
    if _one(values, _MESSAGE_DIGEST).octets() != digest(algorithm, body):
        raise Refused("ts-message-digest")
    certificate = _named(values, sid, by_key is not None, candidates)
    signed = bytes([SET]) + attributes.raw[1:]  # RFC 5652 §5.4: signed under the tag SET OF
    _verify(certificate, signature_oid, algorithm, signature, signed)
    return certificate


def _attributes(node: Node) -> dict[str, Node]:
    """Each attribute once, each with one value."""
    values: dict[str, Node] = {}
    for attribute in node.children():
        fields = attribute.fields()
        oid = fields.take(OID).oid()
        members = fields.take(SET)
        fields.close()
        if oid in values:
            raise attribute.refuse()
        values[oid] = members
    return values


def _one(values: dict[str, Node], oid: str) -> Node:
    if oid not in values:
        raise Refused("ts-attributes")
    (value,) = only(values[oid])
    return value


def _named(
    values: dict[str, Node], sid: Node, by_key: bool, candidates: tuple[x509.Certificate, ...]
) -> x509.Certificate:
    """The one certificate that fits the signer's name *and* the hash under the signature (RFC 5816).

    Going by the name alone has let one authority pass for another elsewhere: issuer and serial number of a
    certificate can be copied, its hash cannot.
    """
    bindings = [(oid, _one(values, oid)) for oid in (_CERTIFICATE_V2, _CERTIFICATE) if oid in values]
    if not bindings:
        raise Refused("ts-binding")
    wanted = [_certificate_id(node, oid == _CERTIFICATE_V2) for oid, node in bindings]
    for certificate in candidates:
        raw = certificate.public_bytes(Encoding.DER)
        if all(_hashed(name, raw) == value for name, value in wanted):
            if not _is_named(certificate, sid, by_key):
                raise Refused("ts-binding")
            return certificate
    raise Refused("ts-signer")


def _certificate_id(node: Node, is_v2: bool) -> tuple[str, bytes]:
    """Algorithm and hash of the first certificate in SigningCertificate(V2): by its rule the signer's own."""
    fields = node.fields()
    certificates = fields.take(SEQUENCE).children()
    fields.optional(SEQUENCE)  # policies
    fields.close()
    if not certificates:
        raise node.refuse()
    first = certificates[0].fields()
    name = "sha256" if is_v2 else "sha1"
    if is_v2 and (algorithm := first.optional(SEQUENCE)) is not None:
        name = digest_name(algorithm_of(algorithm))
    value = first.take(OCTETS).octets()
    first.optional(SEQUENCE)  # issuer and serial number once more
    first.close()
    return name, value


def _hashed(name: str, raw: bytes) -> bytes:
    # SHA-1 only as RFC 2634 wrote it: to stand in for a certificate here one would need a second preimage.
    return hashlib.sha1(raw, usedforsecurity=False).digest() if name == "sha1" else digest(name, raw)


def _is_named(certificate: x509.Certificate, sid: Node, by_key: bool) -> bool:
    if by_key:
        found = extension(certificate, x509.SubjectKeyIdentifier)
        return found is not None and found.value.digest == sid.content
    fields = sid.fields()
    issuer, serial = fields.take(SEQUENCE).raw, fields.take(INTEGER).integer()
    fields.close()
    return issuer == certificate.issuer.public_bytes() and serial == certificate.serial_number


def _verify(certificate: x509.Certificate, oid: str, algorithm: str, signature: bytes, signed: bytes) -> None:
    family, named = _SIGNATURES.get(oid, ("", ""))
    if not family or named not in ("", algorithm):
        raise Refused("ts-algorithm", oid=oid)
    made = HASHES[algorithm]
    try:
        key = certificate.public_key()
        if family == "rsa" and isinstance(key, rsa.RSAPublicKey):
            if key.key_size < _RSA_BITS:
                raise Refused("ts-weak-key", bits=key.key_size)
            key.verify(signature, signed, padding.PKCS1v15(), made)
        elif family == "ec" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(made))
        elif family == "ed25519" and isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, signed)
        else:
            raise Refused("ts-algorithm", oid=oid)
    except InvalidSignature:
        raise Refused("ts-signature") from None
    except (ValueError, UnsupportedAlgorithm):
        raise Refused("ts-algorithm", oid=oid) from None


def check_usable(certificate: x509.Certificate, at: datetime) -> None:
    """For timestamping and nothing else (RFC 3161 §2.3), and valid at the time the token states."""
    usage = extension(certificate, x509.ExtendedKeyUsage)
    if usage is None or not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise Refused("ts-purpose")
    keys = extension(certificate, x509.KeyUsage)
    if keys is not None and not (keys.value.digital_signature or keys.value.content_commitment):
        raise Refused("ts-purpose")
    in_force(certificate, at)


def extension(certificate: x509.Certificate, kind: type[_E]) -> x509.Extension[_E] | None:
    """One extension of a certificate, or ``None``; refused where its extensions cannot be read."""
    try:
        return certificate.extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None
    except (ValueError, x509.DuplicateExtension):
        raise Refused("ts-certificate", name=name_of(certificate)) from None


def in_force(certificate: x509.Certificate, at: datetime) -> None:
    """Refuses a certificate that was not valid at ``at``: the time stated, not today, is what counts."""
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not first <= at <= last:
        raise Refused(
            "ts-expired", name=name_of(certificate), first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}",
            day=f"{at:%Y-%m-%d}",
        )  # fmt: skip
