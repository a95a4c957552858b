"""Whether a timestamp token's signature holds, on asn1crypto and cryptography: the office's check before it keeps one.

Independent of the checker's reader (``evidence.verify.timetoken``): a fault in one must not hide in the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
    "1.2.156.10197.1.401": hashes.SM3(),
}
_CHAIN = 8


class NotValid(Exception):  # noqa: N818 - a verdict on the token
    """The token does not hold; the text says why, in the words of the standard."""


@dataclass(frozen=True, slots=True)
class Checked:
    info: tsp.TSTInfo
    at: datetime
    signer: x509.Certificate


def name_of(certificate: x509.Certificate) -> str:
    """The holder's common name, else the whole subject."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def fingerprint_of(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, in hex."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def check_signed_data(token: cms.ContentInfo, named: Sequence[x509.Certificate]) -> Checked:
    """The TSTInfo of a token whose signature leads to one of ``named``, each certificate valid at genTime.

    Raises :class:`NotValid`; ``ValueError`` and its like for malformed ASN.1.
    """
    if token["content_type"].native != "signed_data":
        raise NotValid("it is not SignedData")
    signed = token["content"]
    content = signed["encap_content_info"]
    if content["content_type"].native != "tst_info" or len(signed["signer_infos"]) != 1:
        raise NotValid("it is not a TSTInfo with one signer")
    info: tsp.TSTInfo = content["content"].parsed
    body: bytes = content["content"].contents
    at: datetime = info["gen_time"].native
    embedded = [
        x509.load_der_x509_certificate(choice.chosen.dump())
        for choice in signed["certificates"] or ()
        if choice.name == "certificate"
    ]
    signer = _signer(signed["signer_infos"][0], body, [*embedded, *named])
    _for_timestamping(signer)
    _chain(signer, named, embedded, at)
    return Checked(info, at, signer)


def _signer(info: cms.SignerInfo, body: bytes, candidates: Sequence[x509.Certificate]) -> x509.Certificate:
    made = _DIGESTS.get(info["digest_algorithm"]["algorithm"].dotted)
    if made is None:
        raise NotValid(f"digest algorithm {info['digest_algorithm']['algorithm'].dotted} is not supported")
    attributes = {attribute["type"].native: attribute["values"] for attribute in info["signed_attrs"]}
    if [value.native for value in attributes.get("content_type", ())] != ["tst_info"]:
        raise NotValid("the signed content type is not TSTInfo")
    if [value.native for value in attributes.get("message_digest", ())] != [_hash(made, body)]:
        raise NotValid("the signed digest is not that of the TSTInfo")
    signer = _bound_certificate(attributes, candidates)
    sid = info["sid"]
    if sid.name == "issuer_and_serial_number" and (
        sid.chosen["issuer"].dump() != signer.issuer.public_bytes()
        or sid.chosen["serial_number"].native != signer.serial_number
    ):
        raise NotValid("the signer's name is not that of the certificate under the signature")
    signed = b"\x31" + info["signed_attrs"].dump()[1:]
    _verify(signer, info["signature"].native, signed, made)
    return signer


def _bound_certificate(
    attributes: dict[str, cms.SetOfAny], candidates: Sequence[x509.Certificate]
) -> x509.Certificate:
    """The certificate whose hash is under the signature (signingCertificate, RFC 2634 and RFC 5816)."""
    for name in ("signing_certificate_v2", "signing_certificate"):
        for value in attributes.get(name, ()):
            first = value["certs"][0]
            wanted: bytes = first["cert_hash"].native
            for certificate in candidates:
                raw = certificate.public_bytes(Encoding.DER)
                if name == "signing_certificate":
                    found = hashlib.sha1(raw, usedforsecurity=False).digest()
                else:
                    made = _DIGESTS.get(first["hash_algorithm"]["algorithm"].dotted)
                    found = _hash(made, raw) if made is not None else b""
                if found == wanted:
                    return certificate
            raise NotValid("the signer's certificate is neither in the token nor in the CA file")
    raise NotValid("no signingCertificate attribute names the signer's certificate")


def _verify(
    certificate: x509.Certificate, signature: bytes, signed: bytes, made: hashes.HashAlgorithm
) -> None:
    try:
        match certificate.public_key():
            case rsa.RSAPublicKey() as key:
                key.verify(signature, signed, padding.PKCS1v15(), made)
            case ec.EllipticCurvePublicKey() as curve:
                curve.verify(signature, signed, ec.ECDSA(made))
            case ed25519.Ed25519PublicKey() as edwards:
                edwards.verify(signature, signed)
            case _:
                raise NotValid("the signature algorithm is not supported")
    except InvalidSignature:
        raise NotValid("the signature does not hold") from None
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotValid("the signature algorithm is not supported") from error


def _for_timestamping(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        raise NotValid("the certificate is not for timestamping (extended key usage)") from None
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise NotValid("the certificate is not for timestamping alone (extended key usage)")


def _chain(
    signer: x509.Certificate,
    named: Sequence[x509.Certificate],
    others: Sequence[x509.Certificate],
    at: datetime,
) -> None:
    """A path to a named certificate, all of it in force at ``at``; the expired ones of it are named."""
    level, seen = [signer], {signer}
    late = [c for c in level if not c.not_valid_before_utc <= at <= c.not_valid_after_utc]
    for _ in range(_CHAIN):
        level = [c for c in level if c not in late]
        if any(certificate in named for certificate in level):
            return
        above = []
        for issuer in (*named, *others):
            if issuer in seen or not any(_issued(certificate, issuer) for certificate in level):
                continue
            seen.add(issuer)
            above.append(issuer)
            if not issuer.not_valid_before_utc <= at <= issuer.not_valid_after_utc:
                late.append(issuer)
        level = above
    if late:
        raise NotValid(f"a certificate was not valid on {at:%Y-%m-%d}: {name_of(late[0])}")
    raise NotValid("its certificate does not lead to the CA file")


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm, x509.ExtensionNotFound):
        return False


def second_opinion(
    token: cms.ContentInfo,
    imprint: bytes,
    nonce: int,
    named: Sequence[x509.Certificate],
    signer: x509.Certificate,
) -> None:
    """What rfc3161-client says of the token: a check by other people's code. Raises :class:`NotValid`."""
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    copy = cms.ContentInfo.load(token.dump())
    certificates = copy["content"]["certificates"]
    if certificates:
        copy["content"]["certificates"] = sorted(
            (choice.chosen for choice in certificates), key=lambda one: one.dump()
        )
    response = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": copy})
    # It takes a path to a root alone: where the office named an intermediate or the authority itself, it can say nothing.
    roots = [certificate for certificate in named if certificate.subject == certificate.issuer]
    if not roots or signer in roots:
        return
    others = [certificate for certificate in named if certificate not in roots and certificate != signer]
    builder = VerifierBuilder(roots=roots, intermediates=others, nonce=nonce)
    if not certificates:
        builder = builder.tsa_certificate(signer)
    try:
        builder.build().verify(decode_timestamp_response(response.dump()), imprint)
    except (VerificationError, ValueError) as error:
        raise NotValid(f"rfc3161-client: {error}") from error


def _hash(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    made = hashes.Hash(algorithm)
    made.update(data)
    return made.finalize()
