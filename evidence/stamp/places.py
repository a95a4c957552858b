"""Where the marks of layout 2 stand, as text (docs/formats.md, section 3.3): PLACES, and the fact that signs it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evidence.model.letter import Fact
from evidence.stamp.facts import leaf_hash

__all__ = ["EXTRA", "Matrix", "Place", "number_text", "places_root", "places_text"]

EXTRA = "X"
FACT = "places"
Matrix = tuple[str, str, str, str, str, str]
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,6})(?:\.[0-9]{0,5}[1-9])?")


@dataclass(frozen=True, slots=True)
class Place:
    """One page that carries something: page from 1, how often states are opened and closed, and the matrices."""

    page: int
    opened: int = 1
    closed: int = 1
    mark: Matrix | None = None
    line: Matrix | None = None

    @property
    def text(self) -> str:
        parts = [str(self.page), str(self.opened), str(self.closed)]
        for letter, matrix in (("Q", self.mark), ("L", self.line)):
            if matrix is not None:
                parts += [letter, *matrix]
        return ",".join(parts)


def number_text(value: float) -> str:
    """A number of points, to six decimals, in its one spelling; ``ValueError`` beyond seven digits before the point."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"not a coordinate: {value!r}")
    return text


def places_text(places: Sequence[Place], extra: bool) -> str:
    """PLACES; ``ValueError`` where there is not exactly one mark."""
    if sum(place.mark is not None for place in places) + extra != 1:
        raise ValueError("a stamp has one mark")
    return ";".join([*(place.text for place in places), *([EXTRA] if extra else [])])


def places_root(text: str, identity: bytes) -> bytes:
    """Claim 8 of an exhibit: the leaf of the fact ``places``, salted with the id in claim 9."""
    return leaf_hash(identity, Fact(FACT, text))
