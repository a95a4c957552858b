"""Whether the two scripts of a template say the same: the same tags in the same order, the same numbered sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from evidence.errors import Problem
from evidence.letters.checking.paragraphs import Paragraph
from evidence.letters.engine.prepare import TAG
from evidence.letters.engine.tags import Spot

_SECTION = re.compile(
    r"\s*((?:第?[一二三四五六七八九十]+[、条條章]|[（(][一二三四五六七八九十]+[）)])|[0-9]+[.．、])"
)


def parity(zh: Sequence[Paragraph], hant: Sequence[Paragraph]) -> list[Problem]:
    """Every difference, told at its place in the Traditional template, or in the other where it is missing there."""
    problems = []
    for code, find in (("template.parity-tags", _tags), ("template.parity-sections", _sections)):
        left, right = list(find(zh)), list(find(hant))
        matcher = SequenceMatcher(
            None, [text for text, _ in left], [text for text, _ in right], autojunk=False
        )
        for change, a, b, c, d in matcher.get_opcodes():
            if change == "equal":
                continue
            at = right[c][1] if c < d else left[a][1]
            ours, theirs = (" ".join(text for text, _ in part) for part in (left[a:b], right[c:d]))
            problems.append(at.problem(code, zh=ours[:80] or "–", hant=theirs[:80] or "–"))
    return problems


def _tags(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[str, Spot]]:
    for paragraph in paragraphs:
        for match in TAG.finditer(paragraph.text):
            yield " ".join(match.group().split()), paragraph.spot(*match.span())


def _sections(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[str, Spot]]:
    for paragraph in paragraphs:
        if match := _SECTION.match(paragraph.text):
            yield match.group(1).replace("條", "条"), paragraph.spot(*match.span())
