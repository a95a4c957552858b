"""What was given side by side, held against each other: the recipient as witness (design decision 9).

The letter carries the size and root of the sender's journal at its issue. Where the bundle's proofs hold the
pieces, the bundle's journal at that size is computed and compared; and a letter of the same number must be the
same letter. So with two letters; and two bundles must stand on one journal. Only things of one key are
compared: others say nothing about each other.
"""

from __future__ import annotations

from collections.abc import Mapping

from evidence.model.problem import Place
from evidence.model.report import Fact, Status
from evidence.verify.bundle import RUN_SECONDS, Bundle, seconds_of
from evidence.verify.letter import Letter
from evidence.verify.log import Log
from evidence.verify.refused import failed, not_checked, passed, unknown

FACT = "letter.bundle"
NUMBER = "letter.number"
BUNDLES = "bundle.journal"
WITNESS = "journal.witness"


def compare(name: str, letter: Letter, bundles: Mapping[str, Bundle]) -> list[Fact]:
    """One fact for each bundle of the letter's key; none for a letter that failed to be read."""
    token, key = letter.token, letter.key
    if token is None or key is None:
        return []
    where = Place(file=name)
    facts: list[Fact] = []
    for title, bundle in bundles.items():
        checkpoint = bundle.journal.checkpoint
        current = bundle.key
        whole = bundle.whole if isinstance(bundle, Log) else None
        # A whole journal gives its own roots; what else is held against a letter, somebody must have signed.
        signed = current is not None and checkpoint is not None and checkpoint.is_signed_by(current)
        if not signed and whole is None:
            continue
        if key != current and key not in bundle.journal.keys.keys:
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
        elif whole is not None:
            facts.append(failed(FACT, where, "log-shorter", bundle=title, size=size, found=len(whole.leaves)))
        elif checkpoint is not None and checkpoint.size < size and _made_later(bundle, token.issued_at):
            found = checkpoint.size
            facts.append(failed(FACT, where, "bundle-shorter", bundle=title, size=size, found=found))
        else:
            facts.append(not_checked(FACT, where, "bundle-without-letter", bundle=title, size=size))
    return facts


def _made_later(bundle: Bundle, issued_at: int) -> bool:
    """Whether the bundle says it was made when the journal must have had all that a letter of that time knew.

    A letter carries the one time of its run, and its checkpoint may be from the end of it: hence a day of grace.
    """
    sealed = bundle.journal.bundle
    return sealed is not None and seconds_of(sealed.at) > issued_at + RUN_SECONDS


def witnesses(bundle: Bundle, letters: Mapping[str, Letter]) -> list[Fact]:
    """A fact of the bundle for each letter given beside it that agrees with its journal, up to the size it knew."""
    facts: list[Fact] = []
    for title, letter in letters.items():
        for fact in compare(title, letter, {bundle.name: bundle}):
            if fact.status is Status.PASS:
                size = int(fact.params["size"])
                facts.append(passed(WITNESS, Place(file=bundle.name), letter=title, size=size))
    return facts


def compare_letters(name: str, letter: Letter, others: Mapping[str, Letter]) -> list[Fact]:
    """A failure for each other letter of the same key and number."""
    token, where = letter.token, Place(file=name)
    if token is None or letter.key is None:
        return []
    return [
        failed(NUMBER, where, "number-other-letter", other=title, number=token.number.key)
        for title, other in others.items()
        if other.token is not None
        and other.key == letter.key
        and other.token.number == token.number
        and other.token.raw != token.raw
    ]


def compare_bundles(name: str, bundle: Bundle, others: Mapping[str, Bundle]) -> list[Fact]:
    """One fact for each other bundle of the same key, or of one that a change of key leads to.

    A node of the tree is the hash over certain entries, whatever the tree's size: where two journals know the
    same node by two hashes, or the smaller one's root is not the larger one's at that size, they are two.
    """
    ours, where = bundle.journal.checkpoint, Place(file=name)
    facts: list[Fact] = []
    for title, other in others.items():
        theirs = other.journal.checkpoint
        if other is bundle or bundle.key is None or other.key is None or ours is None or theirs is None:
            continue
        if {bundle.key, *bundle.journal.keys.keys}.isdisjoint({other.key, *other.journal.keys.keys}):
            continue
        if ours.origin != theirs.origin:
            facts.append(unknown(BUNDLES, where, "bundle-other-origin", bundle=title, origin=theirs.origin))
            continue
        nodes, size = other.journal.nodes, min(ours.size, theirs.size)
        differ = any(nodes.get(at, value) != value for at, value in bundle.journal.nodes.items())
        roots = {bundle.journal.root_at(size), other.journal.root_at(size)}
        if differ or len(roots - {None}) > 1:
            facts.append(failed(BUNDLES, where, "bundle-fork", bundle=title))
        elif None in roots:
            facts.append(not_checked(BUNDLES, where, "bundle-unrelated", bundle=title, size=size))
        else:
            facts.append(passed(BUNDLES, where, bundle=title, size=size))
    return facts
