"""Who signed, against who owns the home: a clerk's word on the signer is not taken where the records contradict it.

The grade of a proof rests on who signed (时效规定 art. 8(2)): the person, a cohabiting relative of full capacity or
somebody authorised; for an organisation its head or the department that receives mail. A name on a slip that is not
the owner's is no signature of the owner's own, whatever relation is typed beside it. The event is kept as it happened;
the relation that cannot be true is left out of it, so that everybody who grades it comes to the same result.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from evidence.delivery.channels import Relation
from evidence.errors import Place, Problem

__all__ = ["Owners", "believed"]

_BETWEEN = re.compile(r"[、,;/&]|(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")
"""What stands between the names of joint owners in one cell; a blank only where it parts no Latin name."""
_REMARK = re.compile(r"\([^()]*\)")
_DOTS = str.maketrans("", "", "·•・‧.")


@dataclass(frozen=True, slots=True)
class Owners:
    """The owners of a home as recorded: ``persons`` and ``organisations`` by what is known of each, ``others`` by name
    only. Every name is as recorded; joint owners under one name are one name here."""

    persons: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    @property
    def shown(self) -> str:
        return "、".join(sorted(self.persons | self.organisations | self.others))

    @property
    def only_organisations(self) -> bool:
        return bool(self.organisations) and not self.persons | self.others

    @property
    def only_persons(self) -> bool:
        return bool(self.persons) and not self.organisations | self.others

    def named(self, signer: str) -> bool:
        """Whether ``signer`` is one of them in person."""
        return _fold(signer) in _each(self.persons | self.others)


def believed(
    signer: str, relation: Relation | None, owners: Owners
) -> tuple[Relation | None, Problem | None]:
    """The relation that may stand beside ``signer``, and a warning where the one given cannot be true."""
    params: dict[str, str | int] = {"signer": signer, "owner": owners.shown}
    where = Place(part="relation")
    if owners.only_organisations and relation in (Relation.SELF, Relation.COHABITING_ADULT):
        return None, Problem("delivery.signer-for-organisation", where, params)
    if owners.only_persons and relation is Relation.ORGANISATION:
        return None, Problem("delivery.signer-for-person", where, params)
    if relation is Relation.SELF and signer and not owners.named(signer):
        return None, Problem("delivery.signer-not-owner", where, params)
    return relation, None


def _each(names: Iterable[str]) -> frozenset[str]:
    """Each name by itself, those of joint owners apart, with and without remarks in brackets."""
    found = set()
    for name in names:
        text = unicodedata.normalize("NFKC", name)
        for spelling in (text, _REMARK.sub("", text)):
            found |= {_fold(spelling), *map(_fold, _BETWEEN.split(spelling))}
    return frozenset(found - {""})


def _fold(name: str) -> str:
    """A name as it is compared: width, case, blanks and the dots of names in several parts make no other person."""
    text = unicodedata.normalize("NFKC", name).translate(_DOTS)
    return "".join(text.split()).casefold()
