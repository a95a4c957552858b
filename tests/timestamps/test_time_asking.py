"""Asking an authority: an answer is taken only if it answers this request, and every fault has a name."""

from __future__ import annotations

import secrets
import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import tsp
from authority import PURPOSE, Authority, Pair, forged, make_pair
from tsa_server import Reply, drip, flood, send, serving

from evidence.errors import EvidenceError, ExitCode, Place, spec_of
from evidence.stamp import authority as transport
from evidence.stamp.timestamp import ALGORITHMS, Received, Request, accept, make_request, recheck
from evidence.workspace.config import HASHES

NOTE = b"evidence.local/x\n4\nAAAA\n"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def request(algorithm: str = "sha256", policy: str = "") -> Request:
    return make_request(NOTE, algorithm, policy, secrets.token_bytes)


def taken(answer: bytes, asked: Request, ca: Pair) -> Received:
    return accept(answer, asked, [ca.certificate], Place(part="tsa1"))


def refusal(answer: bytes, asked: Request, ca: Pair) -> str:
    with pytest.raises(EvidenceError) as caught:
        taken(answer, asked, ca)
    (problem,) = caught.value.problems
    assert problem.where.part == "tsa1"
    assert spec_of(problem.code).exit is ExitCode.NETWORK
    return f"{problem.code} {problem.params.get('reason', problem.params.get('status', ''))}".strip()


def test_the_configuration_knows_the_same_algorithms() -> None:
    assert set(HASHES) == set(ALGORITHMS)


def test_a_request_says_what_is_asked() -> None:
    asked = make_request(NOTE, "sm3", "1.2.3.4.5", secrets.token_bytes)
    read = tsp.TimeStampReq.load(asked.der, strict=True)
    assert read["cert_req"].native is True
    assert read["req_policy"].dotted == "1.2.3.4.5"
    assert read["nonce"].native == asked.nonce
    assert read["message_imprint"]["hash_algorithm"]["algorithm"].dotted == "1.2.156.10197.1.401"
    nonces = {make_request(NOTE, "sha256", "", secrets.token_bytes).nonce for _ in range(50)}
    assert len(nonces) == 50


@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS))
def test_an_answer_of_openssl_is_taken(authority: Authority, algorithm: str) -> None:
    asked = request(algorithm, policy="1.2.3.4.5")
    received = taken(authority.answer(asked.der), asked, authority.ca)
    assert (received.policy, received.authority) == ("1.2.3.4.5", "TEST 样本时间戳")
    assert recheck(received.token, NOTE, [authority.ca.certificate], Place()) == received
    with pytest.raises(EvidenceError, match=r"stamp\.tsa-imprint"):
        recheck(received.token, NOTE + b"x", [authority.ca.certificate], Place())


def test_an_answer_with_unsorted_certificates_is_taken(authority: Authority) -> None:
    """rfc3161-client refuses such a token as it stands; it is handed a sorted copy, and the token is kept as it came."""
    from rfc3161_client import decode_timestamp_response

    asked = request()
    extra = [make_pair("TEST 无关").der, authority.ca.der]
    ordered = sorted([authority.tsa.der, *extra], reverse=True)
    answer = forged(authority.tsa, NOTE, certificates=ordered, nonce=asked.nonce)
    with pytest.raises(ValueError, match=r".*"):
        decode_timestamp_response(answer)
    assert taken(answer, asked, authority.ca).token in answer


def test_the_ca_file_may_hold_an_intermediate_or_the_whole_chain() -> None:
    root = make_pair("TEST 根", ca=True)
    middle = make_pair("TEST 中间", root, ca=True)
    tsa = make_pair("TEST 机构", middle, purpose=PURPOSE)
    asked = request()
    answer = forged(tsa, NOTE, certificates=[tsa.der, middle.der], nonce=asked.nonce)
    alone = forged(tsa, NOTE, certificates=[tsa.der], nonce=asked.nonce)
    pairs = {"root": [root], "middle": [middle], "tsa": [tsa], "chain": [root, middle, tsa]}
    for name, named in pairs.items():
        certificates = [pair.certificate for pair in named]
        assert accept(answer, asked, certificates, Place()).authority == "TEST 机构", name
    chain = [pair.certificate for pair in pairs["chain"]]
    assert accept(alone, asked, chain, Place()).authority == "TEST 机构"
    with pytest.raises(EvidenceError):
        accept(alone, asked, [root.certificate], Place())


def test_an_answer_to_another_request_is_refused(authority: Authority) -> None:
    asked, other = request(), request()
    answer = authority.answer(asked.der)
    assert refusal(answer, other, authority.ca) == "stamp.tsa-nonce"
    assert refusal(forged(authority.tsa, NOTE), asked, authority.ca) == "stamp.tsa-nonce", "no nonce at all"
    elsewhere = make_request(b"other", "sha256", "", secrets.token_bytes)
    assert refusal(answer, replace(elsewhere, nonce=asked.nonce), authority.ca) == "stamp.tsa-imprint"
    weaker = replace(asked, algorithm="sha512")
    assert refusal(answer, weaker, authority.ca) == "stamp.tsa-imprint"
    assert refusal(answer, replace(asked, policy="1.2.3.4.5"), authority.ca) == "stamp.tsa-policy"


def test_what_the_authority_refuses_is_told_in_its_words(authority: Authority) -> None:
    asked = request(policy="1.9.9.9")
    with pytest.raises(EvidenceError) as caught:
        taken(authority.answer(asked.der), asked, authority.ca)
    (problem,) = caught.value.problems
    assert problem.code == "stamp.tsa-refused"
    assert problem.params["status"] == "rejection"
    assert "olicy" in str(problem.params["told"])


def test_a_token_that_does_not_hold_is_refused_with_the_reason(
    authority: Authority, stranger: Authority
) -> None:
    asked = request()
    answer = authority.answer(asked.der)
    assert "does not lead to the CA file" in refusal(answer, asked, stranger.ca)
    ended = make_pair("TEST 过期", authority.ca, purpose=PURPOSE, last=datetime(2025, 1, 1, tzinfo=UTC))
    assert "not valid on 2026-11-21: TEST 过期" in refusal(
        forged(ended, NOTE, nonce=asked.nonce), asked, authority.ca
    )
    plain = make_pair("TEST 无用途", authority.ca)
    assert "not for timestamping" in refusal(forged(plain, NOTE, nonce=asked.nonce), asked, authority.ca)
    token = taken(answer, asked, authority.ca).token
    spoilt = bytearray(answer)
    spoilt[-1] ^= 1
    assert "signature" in refusal(bytes(spoilt), asked, authority.ca)
    assert token == answer[-len(token) :]


@pytest.mark.parametrize(
    "answer", [b"", b"<html>login</html>", b"0", b"\x30\x80\x00\x00", b"\x30\x03\x02\x01\x00", b"\x00" * 900]
)
def test_what_is_no_timestamp_is_refused_by_name(authority: Authority, answer: bytes) -> None:
    assert refusal(answer, request(), authority.ca).split()[0] in ("stamp.tsa-answer", "stamp.tsa-refused")


# Over the wire.


def test_an_authority_answers_over_http(authority: Authority) -> None:
    asked = request()
    with serving(lambda handler, body: send(handler, authority.answer(body))) as url:
        answer = transport.ask_http(url, asked.der, Place())
    assert taken(answer, asked, authority.ca).authority == "TEST 样本时间戳"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (lambda handler, _: send(handler, b"error", 500), "stamp.tsa-http"),
        (lambda handler, _: send(handler, b"", 302, Location="file:///etc/hostname"), "stamp.tsa-http"),
        (lambda handler, _: handler.connection.close(), "stamp.tsa-unreachable"),
        (drip, "stamp.tsa-slow"),
        (flood, "stamp.tsa-huge"),
    ],
    ids=["HTTP 500", "redirect", "hang up", "slow", "huge"],
)
def test_a_failing_server_is_named(reply: Reply, code: str) -> None:
    with serving(reply) as url, pytest.raises(EvidenceError) as caught:
        transport.ask_http(url, b"request", Place(), timeout=0.5)
    assert caught.value.problems[0].code == code
    assert caught.value.exit_code is ExitCode.NETWORK


def test_a_refused_connection_is_named() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, not listening
        url = f"http://user:secret@127.0.0.1:{held.getsockname()[1]}/tsa"
        with pytest.raises(EvidenceError) as caught:
            transport.ask_http(url, b"request", Place())
    (problem,) = caught.value.problems
    assert problem.code == "stamp.tsa-unreachable"
    assert "secret" not in str(problem.params), "a password in the address stays out of messages"
    assert "ConnectionRefusedError 111" in str(problem.params["reason"])


def test_a_server_that_never_answers_is_slow() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        with pytest.raises(EvidenceError) as caught:
            transport.ask_http(f"http://127.0.0.1:{held.getsockname()[1]}/", b"q", Place(), timeout=0.3)
    assert caught.value.problems[0].code == "stamp.tsa-slow"


def test_a_local_program_that_fails_is_named(tmp_path: Path) -> None:
    def code(command: str) -> str:
        with pytest.raises(EvidenceError) as caught:
            transport.ask_command(command, b"request", Place(), tmp_path, timeout=0.5)
        return caught.value.problems[0].code

    assert code("no-such-program-样本 {request} {answer}") == "stamp.tsa-command"
    assert code("false {request} {answer}") == "stamp.tsa-command"
    assert code("true {request} {answer}") == "stamp.tsa-command", "no answer written"
    assert code("sleep 9") == "stamp.tsa-slow"
    assert transport.ask_command("cp {request} {answer}", b"request", Place(), tmp_path) == b"request"
