"""The token: COSE by other people's vectors, CBOR by another library, and every other spelling refused."""

from __future__ import annotations

import dataclasses
import json

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stamp_material import KEY, SHARED, claims_for

from evidence.errors import EvidenceError
from evidence.stamp.keys import PublicKey, SigningKey
from evidence.stamp.token import MAX_TOKEN, Claims, qr_text, read_token, sig_structure, sign_token

CLAIMS = claims_for(b"%PDF-1.4 sample")
COSE = SHARED / "vectors" / "cose"
SIGN1 = [
    "eddsa-examples/eddsa-sig-01.json",
    "eddsa-examples/eddsa-sig-02.json",
    "sign1-tests/sign-pass-01.json",
    "sign1-tests/sign-pass-02.json",
    "sign1-tests/sign-pass-03.json",
]
needs_cose = pytest.mark.skipif(not COSE.is_dir(), reason="the COSE vectors are not beside this checkout")


def refused(token: bytes, host: str = "") -> list[str]:
    with pytest.raises(EvidenceError) as error:
        read_token(token, KEY.public, host)
    return [problem.code for problem in error.value.problems]


def body(vector: dict) -> list:  # type: ignore[type-arg]
    decoded = cbor2.loads(bytes.fromhex(vector["output"]["cbor"]))
    return decoded.value if isinstance(decoded, cbor2.CBORTag) else decoded


@pytest.mark.shared
@needs_cose
@pytest.mark.parametrize("name", SIGN1)
def test_what_is_signed_is_what_the_cose_examples_sign(name: str) -> None:
    vector = json.loads((COSE / name).read_text())
    protected, _, payload, _ = body(vector)
    # An empty map counts as no bytes (RFC 9052, section 4.4); ours is never empty.
    protected = b"" if protected == b"\xa0" else protected
    external = bytes.fromhex(vector["input"].get("sign0", {}).get("external", ""))
    wanted = vector["intermediates"]["ToBeSign_hex"].lower()
    assert sig_structure(protected, external, payload).hex() == wanted


@pytest.mark.shared
@needs_cose
def test_an_external_aad_is_among_the_examples() -> None:
    externals = [json.loads((COSE / name).read_text())["input"]["sign0"].get("external") for name in SIGN1]
    assert any(externals)


@pytest.mark.shared
@needs_cose
def test_the_ed25519_example_comes_out_with_our_key() -> None:
    vector = json.loads((COSE / SIGN1[0]).read_text())
    key = SigningKey.from_seed(bytes.fromhex(vector["input"]["sign0"]["key"]["d_hex"]))
    assert key.public.raw.hex() == vector["input"]["sign0"]["key"]["x_hex"]
    protected, _, payload, signature = body(vector)
    assert key.sign(sig_structure(protected, b"", payload)) == signature


@pytest.mark.shared
@needs_cose
@pytest.mark.parametrize("number", [1, 2, 3, 4, 6, 7])
def test_no_failing_example_passes_as_a_token(number: int) -> None:
    vector = json.loads((COSE / f"sign1-tests/sign-fail-0{number}.json").read_text())
    assert refused(bytes.fromhex(vector["output"]["cbor"])) == ["stamp.token-invalid"]


def test_another_library_reads_the_token_as_documented() -> None:
    tag = cbor2.loads(sign_token(CLAIMS, KEY))
    protected, unprotected, payload, signature = tag.value
    assert tag.tag == 18
    assert cbor2.loads(protected) == {1: -8, 4: KEY.public.kid}
    assert unprotected == {}
    assert list(cbor2.loads(payload)) == list(range(1, 12))
    assert list(cbor2.loads(payload).values()) == list(dataclasses.astuple(CLAIMS))
    assert KEY.public.verifies(signature, cbor2.dumps(["Signature1", protected, b"", payload]))


uints = st.one_of(st.sampled_from([0, 23, 24, 255, 256, 65535, 65536, (1 << 32) - 1, 1 << 32, (1 << 64) - 1]),
                  st.integers(0, (1 << 64) - 1))  # fmt: skip
any_claims = st.builds(
    Claims,
    **dict.fromkeys(("profile", "series", "year", "issued_at", "source_length"), uints),
    **dict.fromkeys(("seq", "checkpoint_size"), uints.filter(bool)),
    **dict.fromkeys(("source_sha256", "facts_root", "checkpoint_root"), st.binary(min_size=32, max_size=32)),
    letter_id=st.binary(min_size=16, max_size=16),
)


@given(any_claims)
def test_claims_are_written_as_canonical_cbor_and_come_back(claims: Claims) -> None:
    written = claims.to_cbor()
    assert written == cbor2.dumps(dict(enumerate(dataclasses.astuple(claims), 1)), canonical=True)
    assert Claims.from_cbor(written) == claims


def test_a_token_of_usual_numbers_has_237_bytes() -> None:
    usual = dataclasses.replace(CLAIMS, source_length=90_000, checkpoint_size=70_000)
    assert len(sign_token(usual, KEY)) == 237


def test_the_longest_token_and_host_fit_the_symbol() -> None:
    longest = dataclasses.replace(
        CLAIMS, profile=255, seq=1 << 20, source_length=1 << 20, checkpoint_size=(1 << 32) - 1
    )
    token = sign_token(longest, KEY, "a" * 24)
    assert len(token) <= MAX_TOKEN == 243
    assert len(qr_text(b"\0" * MAX_TOKEN, "a" * 24)) == 424


def test_numbers_that_outgrow_the_symbol_are_refused() -> None:
    with pytest.raises(EvidenceError) as error:
        sign_token(dataclasses.replace(CLAIMS, checkpoint_size=1 << 40, seq=1 << 40), KEY)
    assert error.value.problems[0].code == "stamp.token-too-long"


def test_the_token_is_bound_to_its_host_in_either_case() -> None:
    token = sign_token(CLAIMS, KEY, "Pay.Example.CN")
    assert read_token(token, KEY.public, "pay.example.cn") == CLAIMS
    assert refused(token, "pay.example.com") == ["stamp.token-invalid"]
    assert refused(token) == ["stamp.token-invalid"]
    assert qr_text(token, "pay.example.cn").startswith("HTTPS://PAY.EXAMPLE.CN/R/2KCE3")
    assert qr_text(token).startswith("EV1:2KCE3")


@pytest.mark.parametrize(
    "host", ["a" * 25, "pay example", "pay_x.cn", "支付.cn", "ß.cn", "a/b", "a:80", "a\n"]
)
def test_a_host_that_does_not_fit_the_link_is_refused(host: str) -> None:
    with pytest.raises(EvidenceError) as error:
        qr_text(b"", host)
    assert error.value.problems[0].code == "stamp.host-invalid"


def test_another_key_does_not_read_it() -> None:
    with pytest.raises(EvidenceError):
        read_token(sign_token(CLAIMS, KEY), SigningKey.from_seed(b"\x09" * 32).public)
    assert read_token(sign_token(CLAIMS, KEY), PublicKey(KEY.public.raw)) == CLAIMS


@given(st.data())
def test_a_token_with_one_byte_changed_is_refused(data: st.DataObject) -> None:
    token = sign_token(CLAIMS, KEY)
    at = data.draw(st.integers(0, len(token) - 1))
    flip = data.draw(st.integers(1, 255))
    assert refused(token[:at] + bytes([token[at] ^ flip]) + token[at + 1 :]) == ["stamp.token-invalid"]


@given(st.binary(max_size=300))
def test_rubbish_is_refused_by_name(rubbish: bytes) -> None:
    assert refused(rubbish) == ["stamp.token-invalid"]


def spelled(payload: object, *, protected: object = None, unprotected: object = None, tag: int = 18) -> bytes:
    """A token with a good signature over whatever is put in."""
    head = cbor2.dumps({1: -8, 4: KEY.public.kid} if protected is None else protected)
    data = payload if isinstance(payload, bytes) else cbor2.dumps(payload)
    signature = KEY.sign(sig_structure(head, b"", data))
    return cbor2.dumps(
        cbor2.CBORTag(tag, [head, {} if unprotected is None else unprotected, data, signature])
    )


GOOD = dict(enumerate(dataclasses.astuple(CLAIMS), 1))


def test_the_speller_of_the_next_test_spells_well() -> None:
    assert spelled(GOOD) == sign_token(CLAIMS, KEY)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(spelled(GOOD, tag=98), id="another tag"),
        pytest.param(spelled(GOOD, unprotected={4: b"x"}), id="an unprotected header"),
        pytest.param(spelled(GOOD, protected={1: -7, 4: KEY.public.kid}), id="another algorithm"),
        pytest.param(spelled(GOOD, protected={1: -8}), id="no key id"),
        pytest.param(spelled({**GOOD, 12: 0}), id="a key more"),
        pytest.param(spelled({k: v for k, v in GOOD.items() if k != 9}), id="a key less"),
        pytest.param(spelled(dict(reversed(GOOD.items()))), id="another order"),
        pytest.param(spelled({**GOOD, 3: "2026"}), id="a text for a number"),
        pytest.param(spelled({**GOOD, 3: 2026.0}), id="a float for a number"),
        pytest.param(spelled({**GOOD, 3: True}), id="a truth value for a number"),
        pytest.param(spelled({**GOOD, 4: 0}), id="running number 0"),
        pytest.param(spelled({**GOOD, 7: b"\0" * 31}), id="a short hash"),
        pytest.param(spelled(CLAIMS.to_cbor() + b"\0"), id="a trailing byte in the payload"),
        pytest.param(
            spelled(CLAIMS.to_cbor().replace(b"\xab\x01\x01", b"\xab\x01\x18\x01")), id="a long integer"
        ),
        pytest.param(spelled(b"\xbf" + CLAIMS.to_cbor()[1:] + b"\xff"), id="indefinite length"),
        pytest.param(sign_token(CLAIMS, KEY) + b"\0", id="a trailing byte"),
        pytest.param(sign_token(CLAIMS, KEY)[1:], id="no tag"),
    ],
)
def test_every_other_spelling_is_refused(token: bytes) -> None:
    assert refused(token) == ["stamp.token-invalid"]


@pytest.mark.parametrize(
    "change", [{"seq": 0}, {"year": -1}, {"profile": True}, {"letter_id": b""}, {"issued_at": 1 << 64}]
)
def test_claims_out_of_range_are_a_fault_of_the_caller(change: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(ValueError, match="not "):
        dataclasses.replace(CLAIMS, **change)
