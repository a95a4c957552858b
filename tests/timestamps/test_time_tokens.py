"""The checker's reader of RFC 3161 tokens: what holds, what is refused, and by which name."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from pathlib import Path

import pytest
from authority import FIRST, PURPOSE, Authority, forged, long_ago, make_pair
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from evidence.stamp.timestamp import make_request
from evidence.verify.refused import Refused
from evidence.verify.timechain import TimeAnchor, named_by
from evidence.verify.timesigner import name_of, says_test
from evidence.verify.timetoken import Timestamp, check_token, over, token_of_response

FIXTURES = Path(__file__).parents[2].parent / "shared" / "vectors" / "rfc3161" / "test" / "fixtures"
NOTE = "evidence.local/样本\n4\nAAAA\n".encode()

needs_fixtures = pytest.mark.skipif(
    not FIXTURES.is_dir(), reason="the conformance material is not beside the checkout"
)


def refusal(data: bytes, *anchors: TimeAnchor) -> str:
    """The reason for which a response is refused, its chain to ``anchors`` included."""
    with pytest.raises(Refused) as caught:
        stamp = check_token(token_of_response(data))
        named_by(stamp, anchors)
    return caught.value.reason


def asked(authority: Authority, algorithm: str = "sha256", data: bytes = NOTE) -> Timestamp:
    request = make_request(data, algorithm, "", secrets.token_bytes)
    return check_token(token_of_response(authority.answer(request.der)))


def anchor(authority: Authority) -> TimeAnchor:
    return TimeAnchor.from_file(authority.ca_file)


# Tokens made by others.


@needs_fixtures
@pytest.mark.parametrize(
    ("file", "at", "name"),
    [
        (
            "identrust/issue-104.tsr",
            "2025-03-11T08:52:08",
            "TrustID Timestamp Authority",
        ),  # certificates unsorted
        ("sigstage/response-sha256.tsr", "2025-05-09T11:58:55", "sigstore-tsa"),
        ("sigstage/response-sha384.tsr", "2025-05-09T11:58:55", "sigstore-tsa"),
        ("sigstage/response-sha512.tsr", "2025-05-09T11:58:56", "sigstore-tsa"),
        ("test_tsa/response.tsr", "2024-10-08T15:40:32", "Test TSA Timestamping"),
        ("test_tsa/response-injected-certs.tsr", "2024-10-08T15:40:32", "Test TSA Timestamping"),
    ],
)
def test_tokens_of_other_authorities_hold(file: str, at: str, name: str) -> None:
    path = FIXTURES / file
    stamp = check_token(token_of_response(path.read_bytes()))
    assert over(stamp, b"hello")
    assert not over(stamp, b"hello\n"), "other file"
    assert (f"{stamp.at:%Y-%m-%dT%H:%M:%S}", name_of(stamp.signer).split(",")[0]) == (at, name)
    chain = TimeAnchor.from_file(path.parent / "ts_chain.pem")
    assert named_by(stamp, [chain]) is chain
    stranger = TimeAnchor.from_file(FIXTURES / "sigstore.mock" / "ts_chain.pem")
    assert named_by(stamp, [stranger]) is None, "other CA"


@needs_fixtures
def test_injected_certificates_do_not_take_the_signers_place() -> None:
    """The token has three certificates; the signer is the one whose hash is under the signature."""
    folder = FIXTURES / "test_tsa"
    plain = check_token(token_of_response((folder / "response.tsr").read_bytes()))
    injected = check_token(token_of_response((folder / "response-injected-certs.tsr").read_bytes()))
    assert len(injected.embedded) == 3
    assert injected.signer == plain.signer


@needs_fixtures
def test_a_wrong_signature_and_a_missing_certificate_are_named() -> None:
    folder = FIXTURES / "sigstage"
    assert refusal((folder / "response-invalid-signature.tsr").read_bytes()) == "ts-signature"
    alone = token_of_response((folder / "response-no-embedded-cert.tsr").read_bytes())
    with pytest.raises(Refused, match="ts-signer"):
        check_token(alone)
    chain = TimeAnchor.from_file(folder / "ts_chain.pem")
    assert over(check_token(alone, chain.certificates), b"hello")


@needs_fixtures
def test_a_token_whose_certificate_has_run_out_since_still_holds() -> None:
    """What counts is the time stated, not today: the certificate of this one ended in 2024 or before."""
    folder = FIXTURES / "sigstore.mock"
    chain = TimeAnchor.from_file(folder / "ts_chain.pem")
    data = token_of_response((folder / "response-expired.tsr").read_bytes())
    stamp = check_token(data, chain.certificates)
    assert over(stamp, (folder / "payload").read_bytes())
    assert named_by(stamp, [chain]) is chain


# A real authority on this machine.


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512", "sm3"])
def test_a_token_of_openssl_holds_and_says_that_it_is_a_test(authority: Authority, algorithm: str) -> None:
    stamp = asked(authority, algorithm)
    assert stamp.algorithm == algorithm
    assert over(stamp, NOTE)
    assert not over(stamp, NOTE + b"\n")
    assert (stamp.policy, stamp.accuracy) == ("1.2.3.4.1", 1_000_000)
    assert named_by(stamp, [anchor(authority)]) is not None
    assert says_test(stamp.signer)


def test_another_ca_does_not_vouch(authority: Authority, stranger: Authority) -> None:
    assert named_by(asked(authority), [anchor(stranger)]) is None
    assert named_by(asked(authority), [anchor(stranger), anchor(authority)]) is not None


def test_a_ca_of_the_same_name_does_not_vouch(authority: Authority, tmp_path: Path) -> None:
    twin = make_pair("TEST 样本时间戳 CA", ca=True)
    path = tmp_path / "twin.pem"
    path.write_bytes(twin.pem)
    assert named_by(asked(authority), [TimeAnchor.from_file(path)]) is None


def test_the_order_of_certificates_does_not_matter(authority: Authority, tmp_path: Path) -> None:
    """Extra certificates in descending order, as no DER encoder would write them."""
    extra = [make_pair(f"TEST 无关 {i}").der for i in range(3)]
    ordered = sorted([authority.tsa.der, authority.ca.der, *extra], reverse=True)
    response = forged(authority.tsa, NOTE, certificates=ordered)
    token = token_of_response(response)
    at = [token.index(one) for one in ordered]
    assert at == sorted(at), "the set stands unsorted in the token"
    stamp = check_token(token)
    assert stamp.signer == authority.tsa.certificate
    assert named_by(stamp, [anchor(authority)]) is not None


def test_every_changed_byte_of_a_token_is_refused(authority: Authority, tmp_path: Path) -> None:
    """A token that brings only its signer's certificate, whose hash is signed: no byte is free.

    One byte is changed to three other values at every third position, so that neither values nor positions repeat a
    pattern of the encoding. The signature is tried under the signer's own certificate.
    """
    alone = Authority.make(tmp_path, "TEST 单证书", ca=authority.ca, tsa=authority.tsa)
    token = token_of_response(alone.answer(make_request(NOTE, "sha256", "", secrets.token_bytes).der))
    good = check_token(token)
    assert over(good, NOTE)
    survived = []
    for position in range(0, len(token), 3):
        for flip in (0x01, 0x80, 0x5A):
            changed = bytearray(token)
            changed[position] ^= flip
            try:
                stamp = check_token(bytes(changed))
            except Refused:
                continue
            if over(stamp, NOTE) and named_by(stamp, [anchor(authority)]):
                survived.append((position, flip))
    assert survived == []


def test_truncated_and_extended_tokens_are_refused(authority: Authority) -> None:
    token = asked(authority).token
    for broken in (token[:-1], token[: len(token) // 2], b"", token + b"\x00", token + token):
        with pytest.raises(Refused, match="ts-form"):
            check_token(broken)
    with pytest.raises(Refused, match="file-long"):
        check_token(b"\x30" * 70_000)


# What no authority in order would make.


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"purpose": None}, "ts-purpose"),
        ({"purpose": PURPOSE, "critical": False}, "ts-purpose"),
        ({"purpose": [*PURPOSE, ExtendedKeyUsageOID.EMAIL_PROTECTION]}, "ts-purpose"),
        ({"purpose": [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]}, "ts-purpose"),
        ({"purpose": PURPOSE, "last": datetime(2025, 1, 1, tzinfo=UTC)}, "ts-expired"),
        ({"purpose": PURPOSE, "first": datetime(2027, 1, 1, tzinfo=UTC)}, "ts-expired"),
    ],
    ids=["no EKU", "EKU not critical", "EKU with mail", "any purpose", "expired", "not yet valid"],
)
def test_a_certificate_unfit_for_timestamping_is_refused(
    authority: Authority, changes: dict[str, object], reason: str
) -> None:
    bad = make_pair("TEST 不合格", authority.ca, **changes)  # type: ignore[arg-type]
    assert refusal(forged(bad, NOTE)) == reason


def test_a_signature_by_a_certificate_of_the_same_name_and_number_is_refused(authority: Authority) -> None:
    """Issuer and serial number copied; the hash under the signature is of the other certificate."""
    number = authority.tsa.certificate.serial_number
    copy = make_pair("TEST 样本时间戳", authority.ca, purpose=PURPOSE, serial=number)
    binding = hashlib.sha256(authority.tsa.der).digest()
    both = [authority.tsa.der, copy.der]
    assert refusal(forged(copy, NOTE, certificates=both, binding=binding)) == "ts-signature"
    assert refusal(forged(copy, NOTE, certificates=[copy.der], binding=binding)) == "ts-signer"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"attributes": ("content_type", "message_digest")}, "ts-binding"),
        ({"attributes": ("message_digest", "signing_certificate_v2")}, "ts-attributes"),
        ({"attributes": ("content_type", "signing_certificate_v2")}, "ts-attributes"),
        ({"content_type": "data"}, "ts-attributes"),
        ({"info_digest": b"x" * 32}, "ts-message-digest"),
        ({"algorithm": "sha1"}, "ts-algorithm"),
        ({"status": "rejection"}, "ts-refused"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_token_that_leaves_something_open_is_refused(
    authority: Authority, changes: dict[str, object], reason: str
) -> None:
    assert refusal(forged(authority.tsa, NOTE, **changes)) == reason  # type: ignore[arg-type]


def test_the_way_to_the_named_certificate_is_checked_at_the_stated_time(tmp_path: Path) -> None:
    root = make_pair("TEST 根", ca=True)
    file = tmp_path / "root.pem"
    file.write_bytes(root.pem)
    named = TimeAnchor.from_file(file)
    plain = make_pair("TEST 中间", root, ca=False)
    ended = make_pair("TEST 中间", root, ca=True, last=datetime(2025, 1, 1, tzinfo=UTC))
    short = make_pair("TEST 中间", root, ca=True, path_length=0)
    for middle, expected in ((plain, "ts-issuer"), (ended, "ts-expired")):
        tsa = make_pair("TEST 机构", middle, purpose=PURPOSE)
        assert refusal(forged(tsa, NOTE, certificates=[tsa.der, middle.der]), named) == expected
    tsa = make_pair("TEST 机构", short, purpose=PURPOSE)
    good = check_token(token_of_response(forged(tsa, NOTE, certificates=[tsa.der, short.der])))
    assert named_by(good, [named]) is named
    below = make_pair("TEST 下级", short, ca=True)
    deep = make_pair("TEST 机构", below, purpose=PURPOSE)
    chain = [deep.der, below.der, short.der]
    assert refusal(forged(deep, NOTE, certificates=chain), named) == "ts-issuer"
    past = check_token(
        token_of_response(forged(make_pair("TEST", purpose=PURPOSE, first=long_ago()), NOTE, at=FIRST))
    )
    assert past.at == FIRST


def test_a_token_full_of_certificates_that_issue_each_other_ends_soon(authority: Authority) -> None:
    """Thirty-one certificates of one name and key would be 31^8 paths to whoever tried them all."""
    knot = make_pair("TEST 结", ca=True)
    others = [make_pair("TEST 结", knot, ca=True, key=knot.key) for _ in range(30)]
    tsa = make_pair("TEST 机构", knot, purpose=PURPOSE)
    stamp = check_token(
        token_of_response(forged(tsa, NOTE, certificates=[tsa.der, *(one.der for one in others)]))
    )
    assert named_by(stamp, [anchor(authority)]) is None


def test_a_named_file_that_holds_no_certificate_is_refused_by_name(tmp_path: Path) -> None:
    from evidence.errors import EvidenceError
    from evidence.verify import parse_trust_tsa

    bad = tmp_path / "bad.pem"
    bad.write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(EvidenceError) as caught:
        parse_trust_tsa([bad, tmp_path / "missing.pem"])
    assert [p.code for p in caught.value.problems] == ["verify.trust-tsa-unreadable"] * 2


def test_a_named_certificate_may_be_der(authority: Authority, tmp_path: Path) -> None:
    path = tmp_path / "ca.der"
    path.write_bytes(authority.ca.certificate.public_bytes(serialization.Encoding.DER))
    assert named_by(asked(authority), [TimeAnchor.from_file(path)]) is not None
