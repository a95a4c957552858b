"""What differs in the words of two Word files: paragraph by paragraph, tables cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from lxml import etree

from evidence.letters.engine.package import MAX_ELEMENTS, parse_xml, read_parts
from evidence.letters.engine.text import Words, part_blocks, text_parts


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or cell. ``place`` counts from 1, paragraphs as the check of templates does, those in cells included:
    ``¶12`` a paragraph of the text, ``T2 R3 C1 ¶40`` a cell of its second table; words outside the body go with the name
    of their part."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """``before`` or ``after`` is ``None`` where a line is new or gone."""

    before: Line | None
    after: Line | None


def lines_of(docx: bytes, name: str) -> tuple[Line, ...]:
    """The words of a DOCX, one entry a paragraph or cell, without empty ones. Raises ``letters.template-…``."""
    parts = read_parts(docx, name)
    found: list[Line] = []
    for part in text_parts(parts):
        root = parse_xml(parts[part], part, name, MAX_ELEMENTS)
        title = part.removeprefix("word/").removesuffix(".xml")
        prefix = "" if title == "document" else f"{title} "
        found += [Line(prefix + line.place, line.text) for line in _lines(root) if line.text.strip()]
    return tuple(found)


def differences(before: Sequence[Line], after: Sequence[Line]) -> tuple[Change, ...]:
    """What was taken out, put in, or changed; equal words are equal wherever they stand."""
    matcher = SequenceMatcher(
        None, [line.text for line in before], [line.text for line in after], autojunk=False
    )
    changes: list[Change] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        old, new = list(before[a:b]), list(after[c:d])
        for index in range(max(len(old), len(new))):
            changes.append(
                Change(old[index] if index < len(old) else None, new[index] if index < len(new) else None)
            )
    return tuple(changes)


def _lines(root: etree._Element) -> Iterator[Line]:
    table = 0
    for block in part_blocks(root):
        if isinstance(block, Words):
            yield Line(f"¶{block.paragraph}", block.text)
            continue
        table += 1
        for r, row in enumerate(block, start=1):
            for c, cell in enumerate(row, start=1):
                yield Line(f"T{table} R{r} C{c} ¶{cell.paragraph}", cell.text.replace("\n", " / "))
