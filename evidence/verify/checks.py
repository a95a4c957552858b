"""Which checks there are, and which of the four checkers makes which: the one published list (docs/checks.md).

The toolkit itself (``evidence verify``), the one-file program ``standalone.py``, the page ``page/verify.html`` and
the recipe ``docs/recipe.zh.md`` answer *pass*, *fail* or *not checked here* under these ids. Two of them may differ
in what they check, never in what they find: a test holds all four against each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from evidence.verify.messages import FACTS

#: How a checker makes a check. ``PART``: it can find that the check fails, not that it passes.
FULL, PART, NONE = "full", "part", ""


@dataclass(frozen=True, slots=True)
class Check:
    """One check. ``id`` is a key of ``messages.FACTS``; the other fields say how each checker makes it."""

    id: str
    standalone: str = NONE
    page: str = NONE
    recipe: str = NONE

    @property
    def text(self) -> str:
        """What is compared, in English: a message id of the catalogue."""
        return FACTS[self.id]


_STANDALONE = {
    FULL: (
        "bag.manifest bag.tagmanifest bag.sm3 seal.form seal.files seal.entries bundle.key bundle.trust journal.proof "
        "journal.checkpoint journal.consistency journal.by journal.sealed disclosure.subject letter.mark letter.token "
        "letter.length letter.source letter.kid letter.signature letter.end letter.trust letter.office "
        "letter.facts letter.checkpoint bundle.required"
    ),
    PART: (
        "journal.entry disclosure.form letter.recorded delivery.event delivery.proofs time.entry bag.paths bundle.masking"
    ),
}
_PAGE = {
    FULL: _STANDALONE[FULL]
    + " bag.declaration journal.origin letter.docx letter.stated qr.text qr.letter qr.signature qr.trust zip.canonical",
    PART: _STANDALONE[PART],
}
_RECIPE = {
    FULL: (
        "letter.mark letter.token letter.length letter.source letter.kid letter.signature letter.end "
        "bag.manifest bag.tagmanifest seal.files seal.entries bundle.key journal.proof journal.checkpoint journal.sealed"
    ),
    PART: "",
}


def _level(table: dict[str, str], check: str) -> str:
    return next((level for level, ids in table.items() if check in ids.split()), NONE)


#: Every check, in the order of the reports; the toolkit makes all of them.
CHECKS: tuple[Check, ...] = tuple(
    Check(check, _level(_STANDALONE, check), _level(_PAGE, check), _level(_RECIPE, check)) for check in FACTS
)
