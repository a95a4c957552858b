"""RFC 3161 timestamp tokens, read and checked from the standard alone (RFC 3161, RFC 5652, RFC 5816).

What is checked before a word is said about time: the token is a CMS SignedData over a TSTInfo with one signer; the
signature holds over the signed attributes; these name the content's type and digest, and the signer's certificate by
its hash, so that no other certificate of the same key can stand in its place; that certificate is for timestamping and
nothing else, and was valid at the time stated. Whom the certificate belongs to is a matter of
:mod:`evidence.verify.timechain`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from evidence.verify.limits import TOKEN_CERTIFICATES, TSA_TOKEN_BYTES
from evidence.verify.refused import Refused
from evidence.verify.timeder import (
    CONTEXT,
    GENERAL_TIME,
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    SET,
    Node,
    parse,
)
from evidence.verify.timesigner import (
    HASHES,
    TST_INFO,
    algorithm_of,
    check_usable,
    digest,
    digest_name,
    only,
    signer_of,
)

_SIGNED_DATA = "1.2.840.113549.1.7.2"

_TIME = re.compile(rb"([0-9]{14})(?:\.([0-9]{0,8}[1-9]))?Z\Z")


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
    (inner,) = only(fields.take(CONTEXT + 0))
    fields.close()
    signed = inner.fields()
    if signed.take(INTEGER).integer() != 3:  # RFC 5652 §5.1: eContentType is not id-data
        raise Refused("ts-content")
    listed = [algorithm_of(node) for node in signed.take(SET).children()]
    content = signed.take(SEQUENCE).fields()
    if content.take(OID).oid() != TST_INFO:
        raise Refused("ts-content")
    (octets,) = only(content.take(CONTEXT + 0))
    content.close()
    embedded = certificates_of(signed.optional(CONTEXT + 0))
    signed.optional(CONTEXT + 1)  # revocation lists, unsigned: not relied upon
    (signer_info,) = only(signed.take(SET))
    signed.close()
    body = octets.octets()
    info = _info(body)
    signer = signer_of(signer_info, body, listed, (*embedded, *named))
    check_usable(signer, info.at)
    return Timestamp(
        info.at, info.accuracy, info.policy, info.algorithm, info.imprint, info.serial, info.nonce,
        signer, embedded, data,
    )  # fmt: skip


def over(timestamp: Timestamp, data: bytes) -> bool:
    """Whether the timestamp is over these bytes."""
    return digest(timestamp.algorithm, data) == timestamp.imprint


def _limited(data: bytes) -> None:
    if len(data) > TSA_TOKEN_BYTES:
        raise Refused("file-long", limit=TSA_TOKEN_BYTES)


def certificates_of(node: Node | None) -> tuple[x509.Certificate, ...]:
    """Those in a SignedData, in whatever order they stand; what cannot be read as one stays out and can prove nothing."""
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
    algorithm = digest_name(algorithm_of(imprint.take(SEQUENCE)))
    value = imprint.take(OCTETS).octets()
    imprint.close()
    if len(value) != HASHES[algorithm].digest_size:
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
