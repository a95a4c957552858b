"""tlog-proof texts: what a third person holds to check one entry without the journal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import KEY, ORIGIN, line

from evidence.errors import EvidenceError
from evidence.journal.merkle import extend, inclusion_ranges, leaf_hash, node_hash, proof_of, root_of
from evidence.journal.note import Checkpoint, sign_checkpoint
from evidence.journal.proof import Proof, parse_proof, verify_proof

STANDARD = Path(__file__).parents[2].parent / "shared" / "vectors" / "c2sp" / "tlog-proof.md"

ENTRIES = [line(i) for i in range(11)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
NODES = {node.coord: node.hash for node in extend(0, (), LEAVES)[0]}
HEAD = Checkpoint(ORIGIN, len(LEAVES), root_of(LEAVES))
NOTE = sign_checkpoint(HEAD, KEY.sign, KEY.public)


def proof(index: int) -> str:
    hashes = proof_of(inclusion_ranges(index, len(LEAVES)), lambda c: NODES[c] if c.level else LEAVES[c.idx])
    return str(Proof(index, hashes, NOTE))


def code_of(data: bytes | str, entry: bytes = ENTRIES[5]) -> str:
    with pytest.raises(EvidenceError) as caught:
        verify_proof(data, entry, ORIGIN, KEY.public)
    return caught.value.problems[0].code.removeprefix("journal.")


@pytest.mark.parametrize("index", range(len(ENTRIES)))
def test_each_proof_verifies_for_its_entry_and_for_no_other(index: int) -> None:
    assert verify_proof(proof(index), ENTRIES[index], ORIGIN, KEY.public) == (index, HEAD)
    for other in set(range(len(ENTRIES))) - {index}:
        assert code_of(proof(index), ENTRIES[other]) == "proof-mismatch"


def test_what_a_proof_looks_like() -> None:
    lines = proof(5).split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 5"]
    assert [len(text) for text in lines[2:7]] == [44, 44, 44, 44, 0]
    assert "\n".join(lines[7:]) == NOTE
    assert str(parse_proof(proof(5))) == proof(5)


def test_every_change_of_one_byte_is_refused() -> None:
    good = proof(5).encode()
    for at in range(len(good)):
        for bit in range(8):
            altered = bytearray(good)
            altered[at] ^= 1 << bit
            code_of(bytes(altered))


def test_every_missing_and_every_additional_byte_is_refused() -> None:
    good = proof(5).encode()
    for at in range(len(good)):
        code_of(good[:at])
        code_of(good[:at] + good[at + 1 :])
        for extra in (b"\n", b"0", b" "):
            code_of(good[:at] + extra + good[at:])


@pytest.mark.parametrize(
    ("before", "after", "wrong_line"),
    [
        ("tlog-proof@v1", "tlog-proof@v2", 1),
        ("index 5", "index 05", 2),
        ("index 5", "index -5", 2),
        ("index 5", "index ５", 2),
        ("index 5", "Index 5", 2),
        ("index 5", f"index {2**63}", 2),
        ("index 5\n", "extra YQ==\nindex 5\n", 2),
        ("index 5\n", "index 5\nYQ==\n", 3),
    ],
)
def test_the_form_is_strict_and_the_line_is_named(before: str, after: str, wrong_line: int) -> None:
    with pytest.raises(EvidenceError) as caught:
        parse_proof(proof(5).replace(before, after))
    assert [(p.code, p.params) for p in caught.value.problems] == [
        ("journal.proof-form", {"line": wrong_line})
    ]


def test_a_path_longer_than_any_tree_is_refused() -> None:
    assert code_of(str(Proof(5, (node_hash(b"", b""),) * 64, NOTE))) == "proof-form"


@pytest.mark.skipif(not STANDARD.is_file(), reason="shared/vectors/c2sp is not beside the checkout")
def test_the_example_of_the_standard_differs_from_ours_only_in_its_extra_line() -> None:
    block = re.search(
        r"^```\n(c2sp\.org/tlog-proof@v1\n.*?)^```$", STANDARD.read_text(), re.DOTALL | re.MULTILINE
    )
    assert block is not None
    path = block[1].partition("\n\n")[0]
    text = "\n".join(text for text in path.split("\n") if not text.startswith("extra ")) + "\n\n" + NOTE
    parsed = parse_proof(text)
    assert (parsed.index, len(parsed.hashes)) == (73894, 5)
    with pytest.raises(EvidenceError):
        parse_proof(block[1])
