"""RFC 3161 timestamps as the office asks for them: the request, and the answer taken only if it fits.

An answer is bound to its request: nonce, imprint, policy. No library does that by itself, and without it an old token, or
one over other bytes, passes for an answer. Then the signature is checked twice: here, on asn1crypto and cryptography, for
every token; and by rfc3161-client, a library written by others, for those it can read (it knows no SM3, and refuses
certificates in an order that RFC 5652 asks for and authorities do not keep; it is handed a sorted copy). What either
refuses is not kept. Verifying for others is the business of ``evidence.verify``, which shares none of this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, tsp
from asn1crypto.core import Sequence as Asn1Sequence
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from evidence.errors import EvidenceError, Place, fail
from evidence.stamp.timecheck import NotValid, check_signed_data, fingerprint_of, name_of, second_opinion

__all__ = ["ALGORITHMS", "Received", "Request", "accept", "digest", "make_request", "recheck"]

ALGORITHMS: dict[str, tuple[str, hashes.HashAlgorithm]] = {
    "sha256": ("2.16.840.1.101.3.4.2.1", hashes.SHA256()),
    "sha384": ("2.16.840.1.101.3.4.2.2", hashes.SHA384()),
    "sha512": ("2.16.840.1.101.3.4.2.3", hashes.SHA512()),
    "sm3": ("1.2.156.10197.1.401", hashes.SM3()),
}
"""Name in ``evidence.toml`` → object identifier and hash."""

_NONCE_BYTES = 8


class _Response(Asn1Sequence):  # type: ignore[misc]
    """TimeStampResp as RFC 3161 §2.4.2 has it: a refusal brings no token, which asn1crypto's own class demands."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]  # noqa: RUF012


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: ``der`` goes to the authority, the rest must come back in its answer."""

    der: bytes
    algorithm: str
    imprint: bytes
    nonce: int
    policy: str


@dataclass(frozen=True, slots=True)
class Received:
    """A token that fits its request; ``authority`` is the name in its certificate, ``gen_time`` in whole seconds UTC."""

    token: bytes
    gen_time: datetime
    policy: str
    authority: str
    certificate: str
    """SHA-256 of the authority's certificate, in hex."""


def digest(algorithm: str, data: bytes) -> bytes:
    made = hashes.Hash(ALGORITHMS[algorithm][1])
    made.update(data)
    return made.finalize()


def make_request(data: bytes, algorithm: str, policy: str, random: Callable[[int], bytes]) -> Request:
    """A request over ``data``; ``policy`` is an object identifier in dots or empty.

    rfc3161-client's builder takes neither a policy nor a nonce of ours, nor SM3, hence this one.
    """
    nonce = int.from_bytes(
        b"\x01" + random(_NONCE_BYTES)[1:], "big"
    )  # never short: an authority may drop zeros
    imprint = digest(algorithm, data)
    fields: dict[str, Any] = {
        "version": "v1",
        "message_imprint": {
            "hash_algorithm": {"algorithm": ALGORITHMS[algorithm][0]},
            "hashed_message": imprint,
        },
        "nonce": nonce,
        "cert_req": True,
    }
    if policy:
        fields["req_policy"] = policy
    return Request(tsp.TimeStampReq(fields).dump(), algorithm, imprint, nonce, policy)


def accept(data: bytes, request: Request, named: Sequence[x509.Certificate], where: Place) -> Received:
    """The token in an authority's answer to ``request``; ``named`` are the certificates of its CA file.

    Raises ``stamp.tsa-answer`` (no timestamp response), ``-refused`` (the authority gave no token), ``-nonce``,
    ``-imprint``, ``-policy`` (it answers another request), or ``-invalid`` with what does not hold.
    """
    try:
        response = _Response.load(data, strict=True)
        status = response["status"]
        code = status["status"].native
        words = "; ".join(str(word) for word in status["status_string"].native or ())
        cause = ", ".join(sorted(status["fail_info"].native or ()))
        token = response["time_stamp_token"]
    except (ValueError, TypeError, KeyError) as error:
        raise fail("stamp.tsa-answer", where, start=_start(data)) from error
    if code not in ("granted", "granted_with_mods") or not isinstance(token, cms.ContentInfo):
        told = " ".join(part for part in (words, f"({cause})" if cause else "") if part) or code
        raise fail("stamp.tsa-refused", where, status=code, told=told[:200])
    try:
        return _bound(token, request, named, where)
    except NotValid as error:
        raise fail("stamp.tsa-invalid", where, reason=str(error)) from error
    except EvidenceError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:  # asn1crypto's, on malformed parts
        raise fail("stamp.tsa-answer", where, start=_start(data)) from error


def _bound(
    token: cms.ContentInfo, request: Request, named: Sequence[x509.Certificate], where: Place
) -> Received:
    checked = check_signed_data(token, named)
    info = checked.info
    if info["message_imprint"]["hash_algorithm"]["algorithm"].dotted != ALGORITHMS[request.algorithm][0] or (
        info["message_imprint"]["hashed_message"].native != request.imprint
    ):
        raise fail("stamp.tsa-imprint", where)
    if info["nonce"].native != request.nonce:
        raise fail("stamp.tsa-nonce", where)
    policy = info["policy"].dotted
    if request.policy and policy != request.policy:
        raise fail("stamp.tsa-policy", where, asked=request.policy, found=policy)
    raw = token.dump()
    if request.algorithm != "sm3":
        second_opinion(token, request.imprint, request.nonce, named, checked.signer)
    at = checked.at.astimezone(UTC).replace(microsecond=0)
    return Received(raw, at, policy, name_of(checked.signer), fingerprint_of(checked.signer))


def _start(data: bytes) -> str:
    """The first bytes of an answer that is no timestamp, as they may be shown: often a web page says why."""
    return ascii(data[:60].decode("latin-1"))[1:-1]


def recheck(token: bytes, data: bytes, named: Sequence[x509.Certificate], where: Place) -> Received:
    """A kept token once more, over ``data``; raises ``stamp.tsa-imprint``, ``-invalid`` or ``-answer``."""
    try:
        parsed = cms.ContentInfo.load(token, strict=True)
        checked = check_signed_data(parsed, named)
        imprint = checked.info["message_imprint"]
        oid = imprint["hash_algorithm"]["algorithm"].dotted
        name = next((name for name, (known, _) in ALGORITHMS.items() if known == oid), "")
        if not name or imprint["hashed_message"].native != digest(name, data):
            raise fail("stamp.tsa-imprint", where)
        at = checked.at.astimezone(UTC).replace(microsecond=0)
        policy = checked.info["policy"].dotted
        return Received(token, at, policy, name_of(checked.signer), fingerprint_of(checked.signer))
    except NotValid as error:
        raise fail("stamp.tsa-invalid", where, reason=str(error)) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise fail("stamp.tsa-answer", where, start=_start(token)) from error
