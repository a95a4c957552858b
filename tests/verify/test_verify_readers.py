"""The checker's own readers, against vectors of others and against every departure from docs/formats.md."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import cbor2
import pytest
from builder import b32, checkpoint, mth, path_to, proof, signing_key, stamped_letter
from hypothesis import given
from hypothesis import strategies as st

from evidence.model.problem import Place
from evidence.verify.canonical import encode, parse_canonical, parse_json
from evidence.verify.cbor import Tagged, byte_string, decode
from evidence.verify.commit import commitment, digests_of, text_commitment
from evidence.verify.keys import PublicKey, TrustAnchor, base32_decode, parse_key_file
from evidence.verify.letter import check_letter, first_difference
from evidence.verify.merkle import is_included, leaf_hash, nodes_of_proof, root_from_nodes, root_of
from evidence.verify.note import parse_checkpoint, parse_proof
from evidence.verify.refused import Refused
from evidence.verify.token import Token, parse_qr_text, parse_token

VECTORS = Path(__file__).parents[2].parent / "shared" / "vectors"
needs_vectors = pytest.mark.skipif(
    not VECTORS.is_dir(), reason="the conformance vectors are not beside the checkout"
)


def reason_of(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.reason


# CBOR


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("00", 0), ("17", 23), ("1818", 24), ("190100", 256), ("1a00010000", 65536), ("20", -1), ("27", -8),
        ("1bffffffffffffffff", 2**64 - 1), ("40", b""), ("4101", b"\x01"), ("80", []), ("820102", [1, 2]),
        ("a10127", {1: -8}), ("d280", Tagged(18, [])),
    ],
)  # fmt: skip
def test_cbor_reads_what_tokens_use(data: str, value: object) -> None:
    assert decode(bytes.fromhex(data)) == value


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("1817", "cbor-not-shortest"), ("190018", "cbor-not-shortest"), ("1a0000ffff", "cbor-not-shortest"),
        ("5801ff", "cbor-not-shortest"), ("d81280", "cbor-not-shortest"), ("1c", "cbor-indefinite"),
        ("9fff", "cbor-indefinite"), ("5f4101ff", "cbor-indefinite"), ("6161", "cbor-type"), ("f6", "cbor-type"),
        ("f4", "cbor-type"), ("fa47c35000", "cbor-indefinite"), ("a201000100", "cbor-order"),
        ("a202000100", "cbor-order"), ("a1410100", "cbor-type"), ("", "cbor-short"), ("42ff", "cbor-short"),
        ("0000", "cbor-trailing"), ("8180818180", "cbor-trailing"), ("8181818180", "cbor-deep"),
        ("9bffffffffffffffff", "cbor-short"), ("5bffffffffffffffff", "cbor-short"), ("bbffffffffffffffff", "cbor-short"),
    ],
)  # fmt: skip
def test_cbor_refuses_any_other_spelling(data: str, reason: str) -> None:
    if data == "fa47c35000":
        reason = "cbor-type"  # a float is a head of full length, refused for what it is
    assert reason_of(lambda: decode(bytes.fromhex(data))) == reason


@given(st.recursive(
    st.integers(-(2**63), 2**63) | st.binary(max_size=300),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.integers(0, 99), inner, max_size=3), max_leaves=5,
))  # fmt: skip
def test_cbor_agrees_with_a_library_on_deterministic_input(value: object) -> None:
    data = cbor2.dumps(value, canonical=True)
    try:
        assert decode(data) == value
    except Refused as refused:
        assert refused.reason == "cbor-deep"  # deeper than tokens are; nothing else may be refused


@given(st.binary(max_size=60))
def test_cbor_never_reads_two_spellings_as_one_value(data: bytes) -> None:
    try:
        value = decode(data)
    except Refused:
        return
    plain = cbor2.CBORTag(value.tag, value.item) if isinstance(value, Tagged) else value
    if not isinstance(value, Tagged) or not isinstance(value.item, Tagged):
        assert cbor2.dumps(plain, canonical=True) == data


def test_byte_strings_are_written_shortest() -> None:
    for length in (0, 23, 24, 255, 256, 400):
        assert byte_string(b"x" * length) == cbor2.dumps(b"x" * length)


# COSE


@needs_vectors
def test_the_cose_working_group_example_verifies_through_our_reader() -> None:
    """EdDSA-01 of the working group: not a token of ours, but the same Sig_structure and the same signature."""
    example = json.loads((VECTORS / "cose/eddsa-examples/eddsa-sig-01.json").read_text())
    outer = decode(bytes.fromhex(example["output"]["cbor"]))
    assert isinstance(outer, Tagged)
    assert isinstance(outer.item, list)
    protected, _, payload, signature = outer.item
    assert isinstance(protected, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)
    key = PublicKey(bytes.fromhex(example["input"]["sign0"]["key"]["x_hex"]))
    message = b"\x84\x6aSignature1" + byte_string(protected) + byte_string(b"") + byte_string(payload)
    assert message.hex().upper() == example["intermediates"]["ToBeSign_hex"]
    assert key.verifies(signature, message)
    assert reason_of(lambda: parse_token(bytes.fromhex(example["output"]["cbor"]))) == "token-unprotected"


@needs_vectors
@pytest.mark.parametrize("name", [f"sign-fail-0{n}" for n in (1, 2, 3, 4, 6, 7)] + ["sign-pass-03"])
def test_foreign_and_broken_cose_is_refused(name: str) -> None:
    example = json.loads((VECTORS / f"cose/sign1-tests/{name}.json").read_text())
    assert reason_of(lambda: parse_token(bytes.fromhex(example["output"]["cbor"])))


# Tokens


def token_of(letter: bytes) -> Token:
    token = check_letter(letter, Place()).token
    assert token is not None
    return token


GOOD = token_of(stamped_letter())
KEY = PublicKey(signing_key().public.raw)
CLAIMS = {
    1: 1, 2: 2, 3: 2026, 4: 1, 5: 1, 6: 1, 7: b"a" * 32, 8: b"b" * 32, 9: b"c" * 16, 10: 1, 11: b"d" * 32,
}  # fmt: skip


def made(
    claims: dict[int, object] = CLAIMS, protected: object = None, unprotected: object = None, tag: int = 18
) -> bytes:
    """A token with a signature of the right length; its form is what is under test."""
    header = {1: -8, 4: b"k" * 8} if protected is None else protected
    body = [cbor2.dumps(header), {} if unprotected is None else unprotected, cbor2.dumps(claims), b"s" * 64]
    return cbor2.dumps(cbor2.CBORTag(tag, body))


def test_a_token_in_its_form_is_read() -> None:
    assert parse_token(made()).number.key == "2-2026-0001"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (made(tag=17), "token-tag"),
        (made(unprotected={4: b"x"}), "token-unprotected"),
        (made(protected={1: -7, 4: b"k" * 8}), "token-protected"),
        (made(protected={1: -8}), "token-protected"),
        (made(protected={1: -8, 4: b"k" * 7}), "token-protected"),
        (made(protected={1: -8, 4: b"k" * 8, 15: {}}), "token-protected"),
        (made({**CLAIMS, 12: 0}), "token-claims"),
        (made({k: v for k, v in CLAIMS.items() if k != 10}), "token-claims"),
        (made({**CLAIMS, 2: 10}), "token-series"),
        (made({**CLAIMS, 4: 0}), "token-zero"),
        (made({**CLAIMS, 10: 0}), "token-zero"),
        (made({**CLAIMS, 6: -1}), "token-claim"),
        (made({**CLAIMS, 7: b"a" * 31}), "token-claim"),
        (made({**CLAIMS, 9: 3}), "token-claim"),
        (made()[:-1], "cbor-short"),
        (made() + b"\x00", "cbor-trailing"),
        (made({**CLAIMS, 7: b"a" * 60}), "token-long"),
    ],
)
def test_a_token_out_of_its_form_is_refused(raw: bytes, reason: str) -> None:
    if reason == "token-claim" and len(raw) > 243:
        reason = "token-long"
    assert reason_of(lambda: parse_token(raw)) == reason


def test_the_host_is_part_of_what_is_signed() -> None:
    letter = check_letter(stamped_letter(host="pay.example.cn"), Place())
    assert letter.token is not None
    assert letter.token.host == "pay.example.cn"
    assert letter.token.is_signed_by(KEY)
    assert not parse_token(letter.token.raw, "evil.example.cn").is_signed_by(KEY)
    assert not parse_token(letter.token.raw).is_signed_by(KEY)


@pytest.mark.parametrize(
    "text",
    ["", "EV1:", "ev1:" + b32(GOOD.raw), "EV1:" + b32(GOOD.raw).lower(), "EV1:" + b32(GOOD.raw) + "=",
     "EV1:" + b32(GOOD.raw) + "\n", "EV2:" + b32(GOOD.raw), "https://A.CN/R/" + b32(GOOD.raw),
     "HTTPS://" + "A" * 25 + "/R/" + b32(GOOD.raw), "HTTPS:///R/" + b32(GOOD.raw), "HTTPS://A.CN/r/" + b32(GOOD.raw),
     "HTTPS://A_CN/R/" + b32(GOOD.raw), "EV1:" + "A" * 500],
)  # fmt: skip
def test_a_qr_text_has_one_spelling(text: str) -> None:
    assert reason_of(lambda: parse_qr_text(text))


def test_base32_has_one_spelling() -> None:
    assert base32_decode("MY") == b"f"
    for text in ("MZ", "M", "my", "MY======", "M1", "MYA"):
        assert reason_of(lambda text=text: base32_decode(text)) == "base32"  # type: ignore[misc]


def test_the_short_code_is_crockford_base32_of_five_bytes() -> None:
    claims = {**CLAIMS, 9: bytes.fromhex("0000000001") + b"c" * 11}
    assert parse_token(made(claims)).short_code == "0000-0001"
    claims = {**CLAIMS, 9: bytes.fromhex("ffffffffff") + b"c" * 11}
    assert parse_token(made(claims)).short_code == "ZZZZ-ZZZZ"


# Keys


def test_a_key_file_is_one_line_of_base32(tmp_path: Path) -> None:
    line = b32(KEY.raw).encode()
    assert parse_key_file(line + b"\n") == parse_key_file(line) == KEY
    for data in (
        b"",
        line + b"\n\n",
        line + b"\r\n",
        b" " + line,
        line[:-1],
        line.lower(),
        b"\xff" * 40,
        b"A" * 2000,
    ):
        assert reason_of(lambda data=data: parse_key_file(data)) == "key-file"  # type: ignore[misc]


def test_a_fingerprint_may_be_shortened_to_sixteen_digits() -> None:
    anchor = TrustAnchor.parse(KEY.fingerprint_grouped.upper())
    assert anchor.matches(KEY) and anchor.digits == 64
    assert TrustAnchor.parse(KEY.fingerprint[:16]).matches(KEY)
    assert not TrustAnchor.parse("0" * 16).matches(KEY)
    assert KEY.fingerprint == hashlib.sha256(KEY.raw).hexdigest()
    assert KEY.kid.hex() == KEY.fingerprint[:16]


# Merkle trees


@needs_vectors
def test_inclusion_vectors_of_transparency_dev() -> None:
    cases = sorted((VECTORS / "merkle/testdata/inclusion").rglob("*.json"))
    assert len(cases) > 50
    for path in cases:
        case = json.loads(path.read_text())
        values = [base64.b64decode(value or "") for value in (case["proof"] or [])]
        root, leaf = base64.b64decode(case["root"] or ""), base64.b64decode(case["leafHash"] or "")
        holds = is_included(leaf, case["leafIdx"], case["treeSize"], values, root)
        assert holds is not case["wantErr"], f"{path.parent.name}/{path.name}: {case['desc']}"


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_proofs_of_the_textbook_recursion_hold_and_others_do_not(
    entries: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    path, root, leaf = path_to(index, entries), mth(entries), leaf_hash(entries[index])
    assert root_of([leaf_hash(entry) for entry in entries]) == root
    assert is_included(leaf, index, len(entries), path, root)
    assert not is_included(leaf, index, len(entries), [*path, b"x" * 32], root)
    assert not is_included(leaf_hash(entries[index] + b"!"), index, len(entries), path, root)
    nodes: dict[tuple[int, int], bytes] = {}
    for shown in range(len(entries)):
        nodes |= nodes_of_proof(leaf_hash(entries[shown]), shown, len(entries), path_to(shown, entries)) or {}
    for size in range(1, len(entries) + 1):
        assert root_from_nodes(nodes, size) == mth(entries[:size])


def test_one_proof_gives_away_earlier_roots_only_where_it_holds_the_pieces() -> None:
    entries = [bytes([n]) for n in range(8)]
    nodes = nodes_of_proof(leaf_hash(entries[6]), 6, 8, path_to(6, entries))
    assert nodes is not None
    assert root_from_nodes(nodes, 4) == mth(entries[:4])
    assert root_from_nodes(nodes, 7) == mth(entries[:7])
    assert root_from_nodes(nodes, 5) is None
    assert root_from_nodes(nodes, 2**62) is None


# Notes


ORIGIN = "evidence.local/sample"


def test_the_signed_note_example_of_the_standard_has_its_form_but_not_our_origin() -> None:
    note = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo"
        "+zyWE+xeMcTOAYQ8=\n"
    )
    assert reason_of(lambda: parse_checkpoint(note.encode())) == "checkpoint-origin"


def test_a_checkpoint_of_the_office_verifies_and_no_other() -> None:
    note = checkpoint(signing_key(), ORIGIN, 5, b"r" * 32)
    parsed = parse_checkpoint(note)
    assert (parsed.size, parsed.root, parsed.is_test, parsed.journal_id) == (5, b"r" * 32, False, "sample")
    assert parsed.is_signed_by(KEY)
    assert not parsed.is_signed_by(PublicKey(signing_key(2).public.raw))
    assert not parse_checkpoint(note.replace(b"\n5\n", b"\n6\n")).is_signed_by(KEY)
    assert parse_checkpoint(checkpoint(signing_key(), "evidence.local/TEST/x", 5, b"r" * 32)).is_test


def test_lines_of_other_keys_are_passed_over_but_a_broken_line_of_ours_spoils_the_note() -> None:
    ours, other = (checkpoint(signing_key(seed), ORIGIN, 5, b"r" * 32) for seed in (1, 2))
    witness = other.split(b"\n\n")[1]
    assert parse_checkpoint(ours + witness).is_signed_by(KEY)
    raw = base64.b64decode(ours.rsplit(b" ", 1)[1])
    broken = "— evidence.local/sample ".encode() + base64.b64encode(raw[:-1] + bytes([raw[-1] ^ 1])) + b"\n"
    assert reason_of(lambda: parse_checkpoint(ours + broken)) == "note-form"
    text = ours.split("— ".encode())[0]
    assert not parse_checkpoint(text + broken + witness).is_signed_by(KEY)


@pytest.mark.parametrize(
    "change",
    [
        lambda n: n[:-1],
        lambda n: n + b"\n",
        lambda n: n.replace(b"\n", b"\r\n"),
        lambda n: n.replace(b"\n5\n", b"\n05\n"),
        lambda n: n.replace(b"\n5\n", b"\n-5\n"),
        lambda n: n.replace(b"\n5\n", b"\n0\n"),
        lambda n: n.replace(b"\n5\n", b"\n" + "٥".encode() + b"\n"),
        lambda n: n.replace(b"\n5\n", b"\n99999999999999999999\n"),
        lambda n: n.replace(b"\n\n", b"\nextension\n\n"),
        lambda n: n.replace("— ".encode(), b"- "),
        lambda n: n.split(b"\n\n")[0] + b"\n\n",
        lambda n: n.split(b"\n\n")[0] + b"\n",
        lambda n: n + n.split(b"\n\n")[1] * 16,
        lambda n: b"\xff" + n,
        lambda n: n.replace(b"sample", b"sam/ple"),
        lambda n: b"x" * 70_000 + n,
    ],
)
def test_checkpoints_out_of_form_are_refused(change: Callable[[bytes], bytes]) -> None:
    changed = change(checkpoint(signing_key(), ORIGIN, 5, b"r" * 32))
    assert reason_of(lambda: parse_checkpoint(changed))


def test_proofs_are_read_strictly() -> None:
    entries = [b"a", b"b", b"c"]
    good = proof(2, entries, checkpoint(signing_key(), ORIGIN, 3, mth(entries)))
    assert (parse_proof(good).index, len(parse_proof(good).hashes)) == (2, 1)
    for change in (
        good.replace(b"@v1", b"@v2"),
        good.replace(b"index 2", b"index 02"),
        good.replace(b"index 2", b"extra AAAA\nindex 2"),
        good.replace(b"index 2\n", b"index 2\nAAAA\n"),
        good.replace(
            b"index 2\n", b"index 2\n" + base64.b64encode(b"x" * 32) + b"\n" * 1 + b"A" * 44 + b"\n"
        ),
        good.replace(b"index 2\n", b"index 2\n" + (base64.b64encode(b"x" * 32) + b"\n") * 64),
        good.replace(b"\n\n", b"\n", 1),
        b"",
    ):
        assert reason_of(lambda change=change: parse_proof(change))  # type: ignore[misc]


# Canonical JSON


@pytest.mark.parametrize(
    "text",
    ['{"a":1}', "[]", '"€"', r'"\u000f\n\\\""', '{"":0,"\\r":1,"1":2,"ö":3,"דּ":4}', "[-9007199254740991,true,null]",
     '{"\U0001f600":1,"\ufb33":2}'],
)  # fmt: skip
def test_canonical_texts_are_read(text: str) -> None:
    assert encode(parse_canonical(text.encode())) == text.encode()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 1}', "json-canonical"), ('{"b":1,"a":2}', "json-canonical"), ('"\\u00e9"', "json-canonical"),
        ('"\\/"', "json-canonical"), ('"\\u000F"', "json-canonical"), ("[-0]", "json-canonical"),
        ("[]\n", "json-canonical"),
        ('{"\ufb33":2,"\U0001f600":1}', "json-canonical"), ('{"a":1,"a":1}', "json-repeated"), ("1.0", "json-number"),
        ("1e3", "json-number"), ("9007199254740992", "json-number"), ("9" * 5000, "json-number"), ("NaN", "json-number"),
        ("[1,]", "json-form"), ("", "json-form"), ("\ufeff[]", "json-form"), ('"\\ud800"', "json-form"),
        ("[" * 40 + "]" * 40, "json-deep"), ("[" * 100_000, "json-deep"), ("{'a':1}", "json-form"),
    ],
)  # fmt: skip
def test_other_spellings_are_refused(text: str, reason: str) -> None:
    assert reason_of(lambda: parse_canonical(text.encode())) == reason


def test_brackets_inside_strings_are_not_nesting() -> None:
    assert parse_json(b'["' + b"[{" * 50 + b'\\""]') == ["[{" * 50 + '"']


# Commitments


def test_a_commitment_by_hand() -> None:
    """Both digests of "abc" are the published ones of FIPS 180-4 and GB/T 32905."""
    digests = digests_of([b"a", b"bc"])
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    sm3 = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert (digests.sha256.hex(), digests.sm3.hex(), digests.size) == (sha256, sm3, 3)
    salt = b"s" * 32
    by_hand = hashlib.sha256(b"evidence/commit/v1\n" + salt + bytes.fromhex(sha256 + sm3)).hexdigest()
    assert commitment(salt, digests) == text_commitment(salt, "abc") == by_hand


@given(st.binary(max_size=30), st.binary(max_size=30))
def test_the_first_difference_is_found(left: bytes, right: bytes) -> None:
    at = first_difference(left, right)
    assert left[:at] == right[:at]
    assert left[at : at + 1] != right[at : at + 1] or at == len(left) == len(right)
