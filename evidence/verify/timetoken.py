"""RFC 3161 timestamp tokens, read and checked from the standard alone (RFC 3161, RFC 5652, RFC 5816).

What is checked before a word is said about time: the token is a CMS SignedData over a TSTInfo with one signer; the
signature holds over the signed attributes; these name the content's type and digest, and the signer's certificate by
its hash, so that no other certificate of the same key can stand in its place; that certificate is for timestamping and
nothing else, and was valid at the time stated. Whom the certificate belongs to is a matter of
:mod:`evidence.verify.timechain`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from evidence.verify.limits import TOKEN_CERTIFICATES, TSA_TOKEN_BYTES
from evidence.verify.refused import Refused
from evidence.verify.timeder import (
    CONTEXT,
    GENERAL_TIME,
    INTEGER,
    NULL,
    OCTETS,
    OID,
    SEQUENCE,
    SET,
    Node,
    parse,
)

_SIGNED_DATA, _TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_CERTIFICATE, _CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"

#: Digest algorithms that are read. SHA-1 and MD5 are refused: two texts with one digest can be made for money.
ALGORITHMS: dict[str, str] = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "1.2.156.10197.1.401": "sm3",
}
_HASHES: dict[str, hashes.HashAlgorithm] = {
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
_TIME = re.compile(rb"([0-9]{14})(?:\.([0-9]{0,8}[1-9]))?Z\Z")
_RSA_BITS = 2048
_E = TypeVar("_E", bound=x509.ExtensionType)


@dataclass(frozen=True, slots=True)
class Timestamp:
    """What a token says, once its signature holds. ``at`` is UTC, cut to the second; ``accuracy`` in microseconds."""

    at: datetime
    accuracy: int | None
    policy: str
    algorithm: str
    imprint: bytes
    serial: int
    nonce: int | None
    signer: x509.Certificate
    embedded: tuple[x509.Certificate, ...]
    token: bytes


@dataclass(frozen=True, slots=True)
class _Info:
    at: datetime
    accuracy: int | None
    policy: str
    algorithm: str
    imprint: bytes
    serial: int
    nonce: int | None


def digest(algorithm: str, data: bytes) -> bytes:
    """Digest of ``data`` by one of the names in ``ALGORITHMS``."""
    made = hashes.Hash(_HASHES[algorithm])
    made.update(data)
    return made.finalize()


def token_of_response(data: bytes) -> bytes:
    """The token in a TimeStampResp; ``ts-refused`` with status and words where the authority gave none."""
    _limited(data)
    fields = parse(data).fields()
    status = fields.take(SEQUENCE).fields()
    code = status.take(INTEGER).integer()
    words = status.optional(SEQUENCE)
    status.optional(0x03)
    status.close()
    token = fields.optional(SEQUENCE)
    fields.close()
    if code not in (0, 1) or token is None:
        texts = words.children() if words is not None else []
        told = "; ".join(text.content.decode("utf-8", "replace") for text in texts)
        raise Refused("ts-refused", status=code, text=told[:200])
    return token.raw


def check_token(data: bytes, named: tuple[x509.Certificate, ...] = ()) -> Timestamp:
    """The timestamp in a token (ContentInfo, DER); :class:`Refused` where it is malformed or does not hold.

    ``named`` are certificates from elsewhere, for a token that does not bring its signer's.
    """
    _limited(data)
    fields = parse(data).fields()
    if fields.take(OID).oid() != _SIGNED_DATA:
        raise Refused("ts-content")
    (inner,) = _only(fields.take(CONTEXT + 0))
    fields.close()
    signed = inner.fields()
    if signed.take(INTEGER).integer() != 3:  # RFC 5652 §5.1: eContentType is not id-data
        raise Refused("ts-content")
    listed = [_algorithm(node) for node in signed.take(SET).children()]
    content = signed.take(SEQUENCE).fields()
    if content.take(OID).oid() != _TST_INFO:
        raise Refused("ts-content")
    (octets,) = _only(content.take(CONTEXT + 0))
    content.close()
    embedded = _certificates(signed.optional(CONTEXT + 0))
    signed.optional(CONTEXT + 1)  # revocation lists, unsigned: not relied upon
    (signer_info,) = _only(signed.take(SET))
    signed.close()
    body = octets.octets()
    info = _info(body)
    signer = _signer(signer_info, body, listed, (*embedded, *named))
    _usable(signer, info.at)
    return Timestamp(
        info.at, info.accuracy, info.policy, info.algorithm, info.imprint, info.serial, info.nonce,
        signer, embedded, data,
    )  # fmt: skip


def over(timestamp: Timestamp, data: bytes) -> bool:
    """Whether the timestamp is over these bytes."""
    return digest(timestamp.algorithm, data) == timestamp.imprint


def name_of(certificate: x509.Certificate) -> str:
    """How the certificate names its holder: common name and organisation, else the whole subject."""
    parts: list[str] = []
    for oid in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME):
        parts += [str(item.value) for item in certificate.subject.get_attributes_for_oid(oid)]
    return ", ".join(dict.fromkeys(parts)) or certificate.subject.rfc4514_string()


def says_test(certificate: x509.Certificate) -> bool:
    """Whether the authority calls itself one for tests."""
    return bool(re.search(r"\btest\b|测试|測試|样本", name_of(certificate), re.IGNORECASE))


def _limited(data: bytes) -> None:
    if len(data) > TSA_TOKEN_BYTES:
        raise Refused("file-long", limit=TSA_TOKEN_BYTES)


def _only(node: Node) -> list[Node]:
    children = node.children()
    if len(children) != 1:
        raise node.refuse()
    return children


def _algorithm(node: Node) -> str:
    """An AlgorithmIdentifier whose parameters are absent or NULL."""
    fields = node.fields()
    oid = fields.take(OID).oid()
    null = fields.optional(NULL)
    fields.close()
    if null is not None and null.content:
        raise null.refuse()
    return oid


def _digest_name(oid: str) -> str:
    name = ALGORITHMS.get(oid)
    if name is None:
        raise Refused("ts-algorithm", oid=oid)
    return name


def _certificates(node: Node | None) -> tuple[x509.Certificate, ...]:
    """In whatever order they stand; what is no certificate that can be read stays out and can prove nothing."""
    found: list[x509.Certificate] = []
    for child in node.children() if node is not None else ():
        if len(found) >= TOKEN_CERTIFICATES:
            raise Refused("ts-form", offset=child.start)
        try:
            found.append(x509.load_der_x509_certificate(child.raw))
        except (ValueError, UnsupportedAlgorithm):
            continue
    return tuple(found)


def _info(data: bytes) -> _Info:
    """TSTInfo (RFC 3161 §2.4.2)."""
    fields = parse(data).fields()
    if fields.take(INTEGER).integer() != 1:
        raise Refused("ts-content")
    policy = fields.take(OID).oid()
    imprint = fields.take(SEQUENCE).fields()
    algorithm = _digest_name(_algorithm(imprint.take(SEQUENCE)))
    value = imprint.take(OCTETS).octets()
    imprint.close()
    if len(value) != _HASHES[algorithm].digest_size:
        raise Refused("ts-content")
    serial = fields.take(INTEGER).integer()
    at = _time(fields.take(GENERAL_TIME))
    accuracy = fields.optional(SEQUENCE)
    if (ordering := fields.optional(0x01)) is not None and not ordering.boolean():
        raise ordering.refuse()  # DER leaves the default out
    nonce = fields.optional(INTEGER)
    fields.optional(CONTEXT + 0)  # the authority's own name for itself; the certificate's counts
    if (extensions := fields.optional(CONTEXT + 1)) is not None:
        _extensions(extensions)
    fields.close()
    return _Info(
        at, _accuracy(accuracy), policy, algorithm, value, serial, None if nonce is None else nonce.integer()
    )


def _time(node: Node) -> datetime:
    found = _TIME.match(node.content)
    try:
        return datetime.strptime(found[1].decode() if found else "", "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise node.refuse() from None


def _accuracy(node: Node | None) -> int | None:
    if node is None:
        return None
    fields = node.fields()
    total = 0
    for tag, factor in ((INTEGER, 1_000_000), (0x80, 1_000), (0x81, 1)):
        part = fields.optional(tag)
        if part is not None:
            value = int.from_bytes(part.content, "big", signed=True)
            if not 0 <= value <= (2**31 if factor == 1_000_000 else 999):
                raise part.refuse()
            total += value * factor
    fields.close()
    return total


def _extensions(node: Node) -> None:
    """Extensions of TSTInfo: a critical one would change what the token means, and none is known here."""
    for extension in node.children():
        fields = extension.fields()
        oid = fields.take(OID).oid()
        critical = fields.optional(0x01)
        fields.take(OCTETS)
        fields.close()
        if critical is not None and critical.boolean():
            raise Refused("ts-extension", oid=oid)


def _signer(
    node: Node, body: bytes, listed: list[str], candidates: tuple[x509.Certificate, ...]
) -> x509.Certificate:
    """The certificate whose key signed ``body``, as SignerInfo (RFC 5652 §5.3) names it in two ways."""
    fields = node.fields()
    version = fields.take(INTEGER).integer()
    by_key = fields.optional(0x80)
    sid = by_key or fields.take(SEQUENCE)
    if version != (3 if by_key is not None else 1):
        raise node.refuse()
    digest_oid = _algorithm(fields.take(SEQUENCE))
    algorithm = _digest_name(digest_oid)
    attributes = fields.optional(CONTEXT + 0)
    signature_oid = _algorithm(fields.take(SEQUENCE))
    signature = fields.take(OCTETS).octets()
    fields.optional(CONTEXT + 1)  # unsigned attributes: nobody vouches for them, nothing is read from them
    fields.close()
    if listed != [digest_oid]:  # one signer, hence one digest algorithm
        raise Refused("ts-algorithm", oid=digest_oid)
    if attributes is None:
        raise Refused("ts-attributes")
    values = _attributes(attributes)
    if _one(values, _CONTENT_TYPE).oid() != _TST_INFO:
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
    (value,) = _only(values[oid])
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
        name = _digest_name(_algorithm(algorithm))
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
    family, digest_name = _SIGNATURES.get(oid, ("", ""))
    if not family or digest_name not in ("", algorithm):
        raise Refused("ts-algorithm", oid=oid)
    made = _HASHES[algorithm]
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


def _usable(certificate: x509.Certificate, at: datetime) -> None:
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
