"""Letters of one key given side by side: whether the journal an earlier one knew begins the journal of a later one.

Each letter carries a signed checkpoint. Two of one size must have one root; two of different sizes are tied together by
a consistency proof, a journal, a bundle or proofs given beside them, or stay untied, which is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evidence.model.problem import Place
from evidence.model.report import Fact, Status
from evidence.verify.bundle import Bundle
from evidence.verify.keys import PublicKey
from evidence.verify.letter import Letter
from evidence.verify.merkle import nodes_of_consistency, root_from_nodes
from evidence.verify.note import parse_consistency
from evidence.verify.refused import Refused, failed, not_checked, passed

FACT = "letter.journal"
CONSISTENCY_HEAD = b"evidence/consistency@v1\n"


@dataclass(frozen=True, slots=True)
class Growth:
    """A consistency proof as read: the tree of ``old`` entries begins a larger one, whose size is not stated."""

    name: str
    old: int
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint somebody holds: whose key signed it, its size and root, and in what it stands."""

    key: PublicKey
    size: int
    root: bytes
    title: str


def read_growth(name: str, data: bytes) -> Growth:
    """:class:`Refused` (``consistency-form``) where it is none."""
    return Growth(name, *parse_consistency(data))


def heads_of(letters: Mapping[str, Letter], bundles: Iterable[Bundle]) -> list[Head]:
    """The checkpoints that are signed, smallest first."""
    found: list[Head] = []
    for title, letter in letters.items():
        token, key = letter.token, letter.key
        if token is not None and key is not None and token.is_signed_by(key) and token.kid == key.kid:
            found.append(Head(key, token.checkpoint_size, token.checkpoint_root, title))
    for bundle in bundles:
        signed = bundle.journal.checkpoint
        if bundle.key is not None and signed is not None and signed.is_signed_by(bundle.key):
            found += [
                Head(key, signed.size, signed.root, bundle.name)
                for key in bundle.journal.keys.keys or (bundle.key,)
            ]
    return sorted(found, key=lambda head: (head.size, head.title))


def leads(growth: Growth, old: Head, new: Head) -> bool:
    """Whether the proof leads from one checkpoint to the other."""
    if growth.old != old.size or old.key != new.key:
        return False
    nodes = nodes_of_consistency(old.size, new.size, growth.hashes, old.root, new.root)
    # Where the old size is no power of two the proof gives a root of its own: it must be the one held.
    return nodes is not None and root_from_nodes(nodes, old.size) == old.root


def relate(
    name: str, letter: Letter, heads: Sequence[Head], growths: Sequence[Growth], tied: set[str]
) -> list[Fact]:
    """Facts of one letter against every checkpoint of its size, and the next greater one that is held.

    ``tied`` names the letters whose checkpoint a journal or bundle given beside them has already confirmed.
    """
    token, key, where = letter.token, letter.key, Place(file=name)
    if token is None or key is None:
        return []
    mine = Head(key, token.checkpoint_size, token.checkpoint_root, name)
    own = [head for head in heads if head.key == key and head.title != name]
    facts = [
        failed(FACT, where, "checkpoint-fork", other=head.title, size=head.size)
        for head in own
        if head.size == mine.size and head.root != mine.root
    ]
    proofs = [growth for growth in growths if growth.old == mine.size]
    later = [head for head in own if head.size > mine.size]
    for growth in proofs:
        reached = [head for head in later if leads(growth, mine, head)]
        if reached:
            facts.append(passed(FACT, where, other=reached[-1].title, size=mine.size, proof=growth.name))
        elif later:
            facts.append(failed(FACT, where, "growth-wrong", proof=growth.name, size=mine.size))
    if later and not proofs and name not in tied:
        facts.append(not_checked(FACT, where, "letters-unrelated", other=later[0].title, size=mine.size))
    return facts


def confirmed(facts: Mapping[str, Sequence[Fact]]) -> set[str]:
    """The letters that agree with something given beside them which holds the journal itself."""
    return {
        name
        for name, found in facts.items()
        if any(fact.id == "letter.bundle" and fact.status is Status.PASS for fact in found)
    }


def read_growths(files: Mapping[str, bytes]) -> tuple[list[Growth], list[tuple[str, Refused]]]:
    """Those that have their form, and why the others have not."""
    good: list[Growth] = []
    bad: list[tuple[str, Refused]] = []
    for name, data in files.items():
        try:
            good.append(read_growth(name, data))
        except Refused as refused:
            bad.append((name, refused))
    return good, bad
