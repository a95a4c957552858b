"""The paragraphs of a template as its author counts them, and where in them something stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from evidence.letters.engine.policy import Package
from evidence.letters.engine.prepare import TAG
from evidence.letters.engine.tags import Spot, excerpt_of
from evidence.letters.engine.text import BR, CR, TAB, P, T, text_parts


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``number`` counts from 1 in its part, those in cells included. ``text`` is all its runs say, tags included."""

    template: str
    part: str
    number: int
    text: str
    element: etree._Element

    @property
    def words(self) -> str:
        """The text with its tags blanked, offsets kept."""
        return TAG.sub(lambda match: " " * len(match.group()), self.text)

    def spot(self, start: int = 0, end: int = 0) -> Spot:
        return Spot(self.template, self.part, self.number, excerpt_of(self.text, start, end))


def paragraphs_of(package: Package) -> Iterator[Paragraph]:
    """Every paragraph of every part with words, body first."""
    for part in text_parts(package.parts):
        if part not in package.trees:
            continue
        for number, element in enumerate(package.trees[part].iter(P), start=1):
            text = "".join((t.text or "") if t.tag == T else "\t" for t in own_pieces(element))
            yield Paragraph(package.name, part, number, text, element)


def own_pieces(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The texts, tabs and breaks of a paragraph itself, not those of a text box in it."""
    for child in paragraph.iter(T, TAB, BR, CR):
        if next(child.iterancestors(P)) is paragraph:
            yield child
