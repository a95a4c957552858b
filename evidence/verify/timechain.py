"""From an authority's certificate to one the reader named, valid at the time that was stated.

A path is a matter of signatures, not of names alone, and of whose purpose it is: each certificate on the way must be a
certificate authority that may sign certificates, in force at the stated time. Revocation is not looked up: that would
take a network, and years later nobody answers. The report says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from evidence.errors import Place, fail
from evidence.model.timepolicy import AcceptedAuthority, parse_time_policy
from evidence.verify.limits import CERTIFICATE_FILE_BYTES, CHAIN_LENGTH
from evidence.verify.refused import Refused
from evidence.verify.timesigner import digest, extension, in_force, name_of
from evidence.verify.timetoken import Timestamp

_KNOWN_CRITICAL = (
    x509.BasicConstraints,
    x509.KeyUsage,
    x509.ExtendedKeyUsage,
    x509.CertificatePolicies,
)


@dataclass(frozen=True, slots=True)
class TimeAnchor:
    """Certificates of one file the reader named with ``--trust-tsa``."""

    name: str
    certificates: tuple[x509.Certificate, ...]
    rule: AcceptedAuthority | None = None
    """On what terms, where the reader named a policy file."""

    @classmethod
    def several(cls, path: Path) -> list[TimeAnchor]:
        """Of a policy file (``.toml``) one for each authority in it, else as :meth:`from_file`; ``verify.tsa-policy``."""
        if path.suffix.lower() != ".toml":
            return [cls.from_file(path)]
        try:
            with path.open("rb") as file:
                text = file.read(CERTIFICATE_FILE_BYTES).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise fail("verify.trust-tsa-unreadable", Place(file=str(path)), name=str(path)) from None
        rules = parse_time_policy(text, str(path))
        found = [(rule, cls.from_file(path.parent / rule.ca)) for rule in rules]
        return [cls(f"{path}: {rule.name}", anchor.certificates, rule) for rule, anchor in found]

    @classmethod
    def from_file(cls, path: Path) -> TimeAnchor:
        """From PEM, or one certificate in DER; raises ``verify.trust-tsa-unreadable``."""
        try:
            with path.open("rb") as file:
                data = file.read(CERTIFICATE_FILE_BYTES + 1)
            if len(data) > CERTIFICATE_FILE_BYTES:
                raise ValueError("too long")
            found = (
                x509.load_pem_x509_certificates(data)
                if b"-----BEGIN" in data
                else [x509.load_der_x509_certificate(data)]
            )
        except (OSError, ValueError, UnsupportedAlgorithm):
            raise fail("verify.trust-tsa-unreadable", Place(file=str(path)), name=str(path)) from None
        return cls(str(path), tuple(found))


def named_by(timestamp: Timestamp, anchors: Sequence[TimeAnchor]) -> TimeAnchor | None:
    """The first file among ``anchors`` that the authority's certificate leads to; ``None`` where there is no path.

    :class:`Refused` where there is a path by signature but a certificate on it was not in force, or may not issue; with
    ``ts-not-accepted`` where the reader's policy file names the authority and does not accept this timestamp of it.
    """
    reasons: list[Refused] = []
    for anchor in anchors:
        try:
            if _leads(timestamp, anchor.certificates):
                _require_accepted(timestamp, anchor)
                return anchor
        except Refused as refused:
            reasons.append(refused)
    if reasons:
        raise reasons[0]
    return None


def _require_accepted(timestamp: Timestamp, anchor: TimeAnchor) -> None:
    if anchor.rule is None:
        return
    certificate = digest("sha256", timestamp.signer.public_bytes(Encoding.DER)).hex()
    objection = anchor.rule.objection(
        certificate=certificate, policy=timestamp.policy, algorithm=timestamp.algorithm, at=timestamp.at
    )
    if objection:
        raise Refused("ts-not-accepted", anchor=anchor.name, key=objection)


def _leads(timestamp: Timestamp, named: Sequence[x509.Certificate]) -> bool:
    """Whether there is a path from the signer to one of ``named``.

    Searched breadth first, each certificate once: a token full of certificates that issue each other costs no more
    than their number squared.
    """
    reasons: list[Refused] = []
    seen: set[x509.Certificate] = {timestamp.signer}
    level = [timestamp.signer]
    for below in range(CHAIN_LENGTH):
        if any(certificate in named for certificate in level):
            return True
        above: list[x509.Certificate] = []
        for issuer in dict.fromkeys((*named, *timestamp.embedded)):
            if issuer in seen or not any(_issued(certificate, issuer) for certificate in level):
                continue
            seen.add(issuer)
            try:
                _may_issue(issuer, below)
                in_force(issuer, timestamp.at)
            except Refused as refused:
                reasons.append(refused)
                continue
            above.append(issuer)
        level = above
    if reasons:
        raise reasons[0]
    return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _may_issue(issuer: x509.Certificate, below: int) -> None:
    """A certificate authority whose extensions allow what it did (RFC 5280 §4.2)."""
    refusal = Refused("ts-issuer", name=name_of(issuer))
    basic, usage = extension(issuer, x509.BasicConstraints), extension(issuer, x509.KeyUsage)
    if basic is None or not basic.value.ca:
        raise refusal
    if basic.value.path_length is not None and below > basic.value.path_length:
        raise refusal
    if usage is not None and not usage.value.key_cert_sign:
        raise refusal
    purposes = extension(issuer, x509.ExtendedKeyUsage)
    allowed = (ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    if purposes is not None and not any(purpose in allowed for purpose in purposes.value):
        raise refusal
    if any(found.critical and not isinstance(found.value, _KNOWN_CRITICAL) for found in issuer.extensions):
        raise refusal


__all__ = ["TimeAnchor", "named_by"]
