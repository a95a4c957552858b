"""Paragraphs that stay with the next: resolved here, because LibreOffice does so differently every time, and the
builtin engine hardly at all.

A heading, the sentence after it and the table they announce form a chain of "keep with next". LibreOffice 7.4
loses such chains in a long file, and now and then in a short one, and leaves a heading at the foot of a page. A
letter's pages must depend on the letter alone. So the wish is taken out of the DOCX it is given, the chains are
marked, and where a page break tears one, a page break is put before it and the letter converted again: the first
torn chain of a letter at a time, since what follows it moves.

A row that would begin at the very foot of the text is drawn below it by LibreOffice 7.4, that is nowhere: it is gone
from the paper. Where each row begins is looked at, and a page is begun before such a one.

The last row of a table that repeats its head, which is the total as a rule, is kept with the row before it unasked:
no property of Word says "with the row before", and a total under nothing but a repeated head tells nobody anything.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from lxml import etree

from evidence.letters.convert._package import DOCUMENT, STYLES, W, parse, serialise, w

MAX_ROUNDS = 40
"""Conversions of one letter at most. Each mends one page break; letters have a handful of pages."""

_ON = ("1", "true", "on")
_BEFORE_KEEP = (w("pStyle"),)
_BEFORE_BREAK = (w("pStyle"), w("keepNext"), w("keepLines"))
LOW_PARAGRAPH = (
    f'<w:p xmlns:w="{W}"><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
).encode()


@dataclass(frozen=True, slots=True)
class Flow:
    """A letter whose page breaks are ours to mend.

    ``chains`` are its chains as the numbers of the first and the last block (see :func:`blocks_of`); ``breaks``
    the blocks that begin a page by our hand. ``own_keeps`` says that keeps were left to the converter, because
    one begins amid a table without a repeated head or in a text box: such a letter is never joined to others.

    ``rows`` gives for each row of a table the block that a page begins at for its sake: itself, or the head or chain
    it stays with. ``foot`` is the height of the margin below the text, in points.
    """

    parts: Mapping[str, bytes]
    chains: tuple[tuple[int, int], ...] = ()
    breaks: frozenset[int] = frozenset()
    own_keeps: bool = False
    rows: Mapping[int, int] = field(default_factory=dict)
    foot: float = 0.0

    def mended(self, pages: Mapping[int, int], tops: Mapping[int, float] | None = None) -> Flow | None:
        """The letter with a break before its first torn chain or sunken row, or ``None`` when there is neither.

        ``pages`` gives the page on which each marked block begins, ``tops`` how high above the foot of the sheet, in
        points. A chain that begins the letter, or that we broke before already, is longer than a page: nothing can keep
        it together. Each conversion mends one break, so that their number tells how often the letter was converted.
        """
        if len(self.breaks) + 1 >= MAX_ROUNDS:
            return None
        torn = [first for first, last in self.chains if len(_pages_of(first, last, pages)) > 1]
        sunken = [
            self._begin_for(row)
            for row, top in (tops or {}).items()
            if row in self.rows and top < self.foot + 1
        ]
        first = min(
            (block for block in (*torn, *sunken) if block > 0 and block not in self.breaks), default=None
        )
        return None if first is None else replace(self, breaks=self.breaks | {first})

    def _begin_for(self, row: int) -> int:
        """Where a page begins for a row: with its chain, unless that is longer than a page."""
        return row if self.rows[row] in self.breaks else self.rows[row]

    def marked_blocks(self) -> Iterator[int]:
        for first, last in self.chains:
            yield from range(first, last + 1)


def _pages_of(first: int, last: int, pages: Mapping[int, int]) -> set[int]:
    return {pages[block] for block in range(first, last + 1) if block in pages}


def flow_of(parts: Mapping[str, bytes], document: etree._Element | None = None) -> Flow:
    """The letter ready for LibreOffice: chains found and taken out, and a last table closed by a paragraph.

    ``document`` is the text where somebody has read it already; it is changed on the way, and goes before ``parts``.

    Word and LibreOffice add a paragraph behind a last table by themselves, of full height, which can open an
    empty page; here it is one point high.
    """
    root = parse(parts[DOCUMENT]) if document is None else document
    body = root.find(w("body"))
    if body is None:
        return Flow({**parts, DOCUMENT: serialise(root)})
    if len(body) > 1 and body[-1].tag == w("sectPr") and body[-2].tag == w("tbl"):
        body.insert(len(body) - 1, parse(LOW_PARAGRAPH))
    keeping = _keeping_styles(parts[STYLES]) if STYLES in parts else frozenset()
    blocks = blocks_of(body)
    number_of = {block: number for number, block in enumerate(blocks)}
    above = _heads_above(body)
    keepers = _keepers(root, keeping)
    keeping_blocks = {_block_of(paragraph) for paragraph in keepers}
    chains: list[tuple[int, int]] = []
    for number in sorted(number_of[block] for block in keeping_blocks if block in number_of):
        if number < len(blocks) - 1:
            begin = number - above.get(blocks[number], 0)
            first = chains.pop()[0] if chains and chains[-1][1] >= begin else begin
            chains.append((first, number + 1))
    if not keeping_blocks <= number_of.keys() or not all(_can_part(blocks[first]) for first, _ in chains):
        return Flow({**parts, DOCUMENT: serialise(root)}, own_keeps=True)
    for paragraph in keepers:
        _flag(paragraph, "keepNext", _BEFORE_KEEP, value="0")
    _chain_totals(body, blocks, chains)
    rows = _begins_of_rows(blocks, chains, above)
    return Flow({**parts, DOCUMENT: serialise(root)}, tuple(chains), rows=rows, foot=_foot(body))


def _begins_of_rows(
    blocks: Sequence[etree._Element], chains: Sequence[tuple[int, int]], above: Mapping[etree._Element, int]
) -> dict[int, int]:
    """See :attr:`Flow.rows`."""
    begins: dict[int, int] = {}
    for number, block in enumerate(blocks):
        if block.tag == w("tr"):
            begin = number - above.get(block, 0)
            begins[number] = next((first for first, last in chains if first <= begin <= last), begin)
    return begins


def _foot(body: etree._Element) -> float:
    margins = body.find(f"{w('sectPr')}/{w('pgMar')}")
    return int(margins.get(w("bottom"), "0")) / 20 if margins is not None else 0.0


def _chain_totals(
    body: etree._Element, blocks: Sequence[etree._Element], chains: list[tuple[int, int]]
) -> None:
    """Add to ``chains`` the last two rows of each table that repeats its head; all rows where there is one more."""
    number = {block: index for index, block in enumerate(blocks)}
    for table in body.findall(w("tbl")):
        rows = table.findall(w("tr"))
        heads = len(_heads(table))
        if not heads or len(rows) < heads + 2:
            continue
        last = number[rows[-1]]
        first = last - 1 if len(rows) > heads + 2 else number[rows[0]]
        touching = [chain for chain in chains if chain[0] <= last and chain[1] >= first]
        for chain in touching:
            chains.remove(chain)
        chains.append(
            (min([first, *(one for one, _ in touching)]), max([last, *(one for _, one in touching)]))
        )
    chains.sort()


def blocks_of(body: etree._Element) -> list[etree._Element]:
    """What a page break can fall between: the paragraphs of the body, and the rows of its tables."""
    blocks: list[etree._Element] = []
    for child in body:
        if child.tag == w("p"):
            blocks.append(child)
        elif child.tag == w("tbl"):
            blocks += child.findall(w("tr"))
    return blocks


def _block_of(paragraph: etree._Element) -> etree._Element | None:
    """The block a paragraph is, or stands in as one of those in the cells of a row; a row with one that keeps, keeps as a
    whole. ``None`` for one that stands deeper."""
    cell = paragraph.getparent()
    row = cell.getparent() if cell is not None and cell.tag == w("tc") else None
    return paragraph if cell is None or cell.tag == w("body") else row


def _can_break(block: etree._Element) -> bool:
    """LibreOffice heeds a page break before a paragraph or a whole table, not before a later row."""
    previous = block.getprevious()
    return block.tag == w("p") or previous is None or previous.tag != w("tr")


def _can_part(block: etree._Element) -> bool:
    """A page may also begin at a later row where the table's head is repeated: then the table can be parted there."""
    table = block.getparent()
    if _can_break(block) or table is None:
        return True
    heads = _heads(table)
    return bool(heads) and block not in heads


def break_before(block: etree._Element) -> None:
    """Begin a page at ``block``: a paragraph, the first row of a table, or a later one, where the table is parted."""
    if not _can_break(block):
        _part_table(block)
        return
    _flag(next(block.iter(w("p"))), "pageBreakBefore", _BEFORE_BREAK)


def _heads(table: etree._Element) -> list[etree._Element]:
    """The rows repeated on each page: those marked so, from the first on."""
    heads = []
    for row in table.findall(w("tr")):
        mark = row.find(f"{w('trPr')}/{w('tblHeader')}")
        if mark is None or not _is_on(mark):
            break
        heads.append(row)
    return heads


def _heads_above(body: etree._Element) -> dict[etree._Element, int]:
    """How many heads stand right above a row: where it is moved they go with it, and none stays behind alone."""
    above: dict[etree._Element, int] = {}
    for table in body.findall(w("tbl")):
        heads = _heads(table)
        row = heads[-1].getnext() if heads else None
        if row is not None:
            above[row] = len(heads)
    return above


def _part_table(row: etree._Element) -> None:
    """Go on with the table on a new page from ``row``, under its head again, as if the page had ended before it."""
    table = row.getparent()
    assert table is not None
    rest = etree.Element(table.tag)
    for child in table:
        if child.tag in (w("tblPr"), w("tblGrid")):
            rest.append(copy.deepcopy(child))
    for head in _heads(table):
        repeated = copy.deepcopy(head)
        for mark in list(repeated.iter(w("bookmarkStart"), w("bookmarkEnd"))):
            parent = mark.getparent()
            assert parent is not None
            parent.remove(mark)
        rest.append(repeated)
    for moved in [row, *row.itersiblings()]:
        rest.append(moved)
    between = parse(LOW_PARAGRAPH)  # without one the two would be one table
    _flag(between, "pageBreakBefore", _BEFORE_BREAK)
    table.addnext(between)
    between.addnext(rest)


def _flag(paragraph: etree._Element, name: str, before: tuple[str, ...], *, value: str = "") -> None:
    """Set one yes-or-no property of a paragraph, at the place the schema gives it."""
    properties = paragraph.find(w("pPr"))
    if properties is None:
        properties = etree.Element(w("pPr"))
        paragraph.insert(0, properties)
    flag = properties.find(w(name))
    if flag is None:
        flag = etree.Element(w(name))
        place = next((i for i, child in enumerate(properties) if child.tag not in before), len(properties))
        properties.insert(place, flag)
    flag.attrib.clear()
    if value:
        flag.set(w("val"), value)


def _keepers(root: etree._Element, keeping: frozenset[str]) -> dict[etree._Element, None]:
    """The paragraphs that keep with the next, in order. Only those with a mark of their own or a style that keeps are
    looked at, unless the default style keeps."""
    candidates: Iterable[etree._Element | None] = root.iter(w("p"))
    if "" not in keeping:
        properties = (
            mark.getparent()
            for mark in root.iter(w("keepNext"), w("pStyle"))
            if mark.tag == w("keepNext") or mark.get(w("val")) in keeping
        )
        candidates = (one.getparent() for one in properties if one is not None)
    return dict.fromkeys(
        p for p in candidates if p is not None and p.tag == w("p") and _keeps_next(p, keeping)
    )


def _keeps_next(paragraph: etree._Element, keeping: frozenset[str]) -> bool:
    properties = paragraph.find(w("pPr"))
    if properties is None:
        return "" in keeping
    own = properties.find(w("keepNext"))
    if own is not None:
        return _is_on(own)
    style = properties.find(w("pStyle"))
    return (style.get(w("val"), "") if style is not None else "") in keeping


@lru_cache(maxsize=8)
def _keeping_styles(styles: bytes) -> frozenset[str]:
    """Ids of the paragraph styles that keep with the next; the empty id stands for the default style."""
    every = {s.get(w("styleId"), ""): s for s in parse(styles).iter(w("style"))}

    def keeps(name: str, depth: int = 0) -> bool:
        style = every.get(name)
        if style is None or depth > len(every):
            return False
        own = style.find(f"{w('pPr')}/{w('keepNext')}")
        if own is not None:
            return _is_on(own)
        base = style.find(w("basedOn"))
        return base is not None and keeps(base.get(w("val"), ""), depth + 1)

    found = {name for name in every if keeps(name)}
    default = {i for i, s in every.items() if s.get(w("type")) == "paragraph" and s.get(w("default")) in _ON}
    return frozenset(found | {""}) if default & found else frozenset(found)


def _is_on(flag: etree._Element) -> bool:
    return flag.get(w("val"), "1") in _ON
