"""A letter somebody holds, against a bundle shown later: the recipient as witness (design decision 9).

The letter carries the size and root of the sender's journal at its issue. Where the bundle's proofs hold the
pieces, the bundle's journal at that size is computed and compared; and a letter of the same number must be the
same letter. Only letters and bundles of one key are compared: others say nothing about each other.
"""

from __future__ import annotations

from collections.abc import Mapping

from evidence.model.problem import Place
from evidence.model.report import Fact
from evidence.verify.bundle import Bundle
from evidence.verify.letter import Letter
from evidence.verify.refused import failed, not_checked, passed

FACT = "letter.bundle"


def compare(name: str, letter: Letter, bundles: Mapping[str, Bundle]) -> list[Fact]:
    """One fact for each bundle of the letter's key; none for a letter that failed to be read."""
    token, key = letter.token, letter.key
    if token is None or key is None:
        return []
    where = Place(file=name)
    facts: list[Fact] = []
    for title, bundle in bundles.items():
        checkpoint = bundle.journal.checkpoint
        if bundle.key != key or checkpoint is None or not checkpoint.is_signed_by(key):
            continue
        size = token.checkpoint_size
        held = [other.token for other in bundle.letters.values() if other.token is not None]
        same = any(other.raw == token.raw for other in held)
        root = bundle.journal.root_at(size)
        if not same and any(other.number == token.number for other in held):
            number = token.number.key
            facts.append(failed(FACT, where, "bundle-other-letter", bundle=title, number=number))
        elif root is not None and root != token.checkpoint_root:
            facts.append(failed(FACT, where, "bundle-rewritten", bundle=title, size=size))
        elif root is not None:
            facts.append(passed(FACT, where, bundle=title, size=size))
        else:
            facts.append(not_checked(FACT, where, "bundle-without-letter", bundle=title, size=size))
    return facts
