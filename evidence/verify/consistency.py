"""That the journal a letter knew is the beginning of the bundle's (docs/formats.md, section 5)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from evidence.model.problem import Place
from evidence.model.report import Fact
from evidence.verify.journal import Journal
from evidence.verify.merkle import nodes_of_consistency
from evidence.verify.note import parse_consistency
from evidence.verify.refused import Refused, failed, passed

FACT = "journal.consistency"
CONSISTENCY_NAME = re.compile(r"journal/consistency-([1-9][0-9]{0,18})\.proof\Z")


def check_consistency(
    files: Mapping[str, bytes | Refused],
    journal: Journal,
    claimed: Mapping[int, Collection[bytes]],
    name: str,
) -> tuple[list[Fact], frozenset[int]]:
    """Facts of the proofs in ``files``, by path, and the sizes whose proof failed.

    ``claimed`` holds the roots that letters carry, by size: a proof from an old size that is a power of two
    leaves its root out. The nodes of proofs that hold are added to ``journal``, which then knows the old roots.
    """
    facts: list[Fact] = []
    wrong: set[int] = set()
    for path, data in files.items():
        named = CONSISTENCY_NAME.match(path)
        if named is None:
            continue
        size = int(named[1])
        where = Place(file=name, part=path)
        try:
            fact = _check(data, size, journal, claimed.get(size, ()), where)
        except Refused as refused:
            fact = refused.fact(FACT, where)
        facts.append(fact)
        if fact.reason:
            wrong.add(size)
    return facts, frozenset(wrong)


def _check(
    data: bytes | Refused, size: int, journal: Journal, claimed: Collection[bytes], where: Place
) -> Fact:
    if isinstance(data, Refused):
        raise data
    old, hashes = parse_consistency(data)
    if old != size:
        raise Refused("consistency-name", size=old)
    checkpoint = journal.checkpoint
    if checkpoint is None:
        return failed(FACT, where, "earlier-failure")
    known = journal.root_at(size)
    for root in (known, *sorted(claimed)):
        nodes = nodes_of_consistency(size, checkpoint.size, hashes, root, checkpoint.root)
        if nodes is not None:
            journal.nodes.update(nodes)
            return passed(FACT, where, size=size, whole=checkpoint.size)
    return failed(FACT, where, "consistency-wrong", size=size, whole=checkpoint.size)
