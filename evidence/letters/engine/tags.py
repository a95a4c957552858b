"""Finding the tags of a template as its author sees them: by paragraph, before any engine touches the XML.

docxtpl works on XML text with regular expressions. It cannot say where a tag stands, and it loses text where
a tag is placed badly: other words in a ``{%p … %}`` paragraph vanish, a block that opens in one paragraph and
closes in another breaks the file. So every tag is found, checked and numbered here first, and the preparation
must later show the same tags in the same order.

Scopes: none (inside a paragraph), ``p`` (the paragraph goes with the tag), ``tr`` (the table row does). What
docxtpl knows beyond these (``r``, ``tc``, ``colspan``, ``vm`` …, whitespace control) is refused: it drops
formatting, needs the recovering XML parser, or joins paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from evidence.errors import Place, Problem
from evidence.letters.engine.text import BR, CR, TAB, TBL, TR, P, R, T, W

# Limits of one template. The longest shipped letter has about 60 tags, blocks nested 3 deep.
MAX_TAGS = 2_000
MAX_TAG_LENGTH = 300
MAX_BRACKETS = 8
MAX_BLOCKS = 6
MAX_BRANCHES = 40
MAX_FAULTS = 100  # of one part; beyond that the file is noise, not a template with slips

_DELIMITER = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
_CLOSER = {"{{": "}}", "{%": "%}", "{#": "#}"}
_FULL_WIDTH = re.compile(r"[{｛][｛％]|｛[{%#]|[}｝]｝|[%％]｝|｝}|％}|{％")
_SCOPE = re.compile(r"(tr|tc|p|r) ")
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")  # docxtpl does the same inside tags
_FOREIGN = {"include", "import", "from", "extends", "block", "macro", "call"}
_DROPPED = tuple(
    f"{W}{tag}" for tag in ("drawing", "pict", "sectPr", "footnoteReference", "endnoteReference")
)


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: its opening delimiter, its scope, and what stands between scope and closer."""

    opener: str
    scope: str
    body: str
    place: Spot

    @property
    def keyword(self) -> str:
        """The first word of a statement (``for``, ``endif`` …); empty for values and comments."""
        return self.body.split(None, 1)[0] if self.opener == "{%" and self.body.strip() else ""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the template: part, paragraph from 1 in that part (table cells included), and its words."""

    template: str
    part: str
    paragraph: int
    excerpt: str

    def problem(self, code: str, /, **params: str | int) -> Problem:
        """A problem at this spot; name, paragraph and excerpt are filled in."""
        where = Place(file=self.template, part=f"{self.part} ¶{self.paragraph}")
        here: dict[str, str | int] = {
            "name": self.template,
            "paragraph": self.paragraph,
            "excerpt": self.excerpt,
        }
        return Problem(code, where, {**here, **params})


@dataclass(frozen=True, slots=True)
class _Found:
    tag: Tag
    paragraph: etree._Element
    holder: etree._Element  # the element in which a block of this tag's scope must also close
    order: tuple[int, int]


def excerpt_of(text: str, start: int, end: int) -> str:
    """The words around ``text[start:end]``, short enough for a message."""
    end = min(end, start + 60)
    left, right = max(0, start - 16), min(len(text), end + 16)
    return ("…" if left else "") + text[left:right].strip() + ("…" if right < len(text) else "")


def split(text: str, spot: Callable[[int, int], Spot]) -> Iterator[tuple[int, int] | Problem]:
    """The (start, end) of each tag in one paragraph's text, and a problem for each stray or unclosed one."""
    if wide := _FULL_WIDTH.search(text):
        yield spot(*wide.span()).problem("letters.template-full-width", found=wide.group())
    position = 0
    while opening := _DELIMITER.search(text, position):
        start = opening.start()
        closer = _CLOSER.get(opening.group())
        if closer is None:
            yield spot(*opening.span()).problem(
                "letters.template-syntax", detail=f"“{opening.group()}” closes nothing"
            )
            position = opening.end()
            continue
        following = _DELIMITER.search(text, opening.end())
        if following is None or following.group() != closer:
            yield spot(start, opening.end()).problem(
                "letters.template-syntax", detail=f"“{closer}” is missing"
            )
            position = opening.end()
            continue
        position = following.end()
        yield start, position


def read_tag(raw: str, spot: Spot) -> Tag | Problem:
    """A tag from its text with delimiters, or why it cannot be used."""
    opener, inner = raw[:2], raw[2:-2].translate(_STRAIGHT)
    if len(raw) > MAX_TAG_LENGTH or sum(inner.count(bracket) for bracket in "([{") > MAX_BRACKETS:
        return spot.problem("letters.template-unsafe", found=raw[:60])
    if inner.startswith(("-", "+")) or inner.endswith(("-", "+")):
        return spot.problem("letters.template-unsupported", found=opener + inner[0])
    scope = match.group(1) if (match := _SCOPE.match(inner)) else ""
    if scope in ("r", "tc") or (scope and opener == "{{"):
        return spot.problem("letters.template-unsupported", found=f"{opener}{scope}")
    tag = Tag(opener, scope, inner[len(scope) :], spot)
    if tag.keyword in _FOREIGN:
        return spot.problem("letters.template-unsafe", found=tag.keyword)
    if opener == "{%" and tag.keyword not in ("if", "elif", "else", "endif", "for", "endfor"):
        return spot.problem("letters.template-unsupported", found=tag.keyword or raw)
    return tag


def scan(root: etree._Element, part: str, template: str) -> tuple[list[Tag], list[Problem]]:
    """All tags of a WordprocessingML part in document order, and all that is wrong with their places."""
    found: list[_Found] = []
    problems: list[Problem] = []
    blind = False  # a statement could not be read: the blocks around it would look wrong, too
    positions = {element: index for index, element in enumerate(root.iter(T))}
    for number, paragraph in enumerate(root.iter(P), start=1):
        runs = [
            child for child in paragraph.iter(T, TAB, BR, CR) if next(child.iterancestors(P)) is paragraph
        ]
        pieces = [(child, (child.text or "") if child.tag == T else "\t") for child in runs]
        text = "".join(piece for _, piece in pieces)
        if "{" not in text and "}" not in text and "｛" not in text and "｝" not in text:
            continue

        def spot(start: int, end: int, text: str = text, number: int = number) -> Spot:
            return Spot(template, part, number, excerpt_of(text, start, end))

        for item in split(text, spot):
            if len(problems) == MAX_FAULTS:
                return [one.tag for one in found], problems
            if isinstance(item, Problem):
                problems.append(item)
                blind = blind or not re.search(r"^[“{}”]*\}\}", str(item.params.get("detail", "%")))
                continue
            start, end = item
            tag = read_tag(text[start:end], spot(start, end))
            if isinstance(tag, Problem):
                problems.append(tag)
                blind = blind or text.startswith("{%", start)
                continue
            at, offset = _element_at(pieces, start)
            holder = _holder(at, paragraph, tag)
            if holder is None or (tag.scope and not _stands_alone(tag, paragraph, text, start, end)):
                problems.append(tag.place.problem("letters.tag-not-alone", tag=f"{tag.opener}{tag.scope}"))
                blind = blind or bool(tag.keyword)
                continue
            found.append(_Found(tag, paragraph, holder, (positions.get(at, -1), offset)))
    found.sort(key=lambda one: one.order)
    if len(found) > MAX_TAGS:
        problems.append(
            found[MAX_TAGS].tag.place.problem("letters.template-too-large", part=part, limit=MAX_TAGS)
        )
    if not blind:
        problems += _block_faults(found)
    return [one.tag for one in found], problems


def _element_at(pieces: list[tuple[etree._Element, str]], index: int) -> tuple[etree._Element, int]:
    for element, piece in pieces:
        if index < len(piece):
            return element, index
        index -= len(piece)
    raise IndexError(index)


def _holder(at: etree._Element, paragraph: etree._Element, tag: Tag) -> etree._Element | None:
    if tag.scope == "p":
        return paragraph.getparent()
    if tag.scope == "tr":
        row = next(paragraph.iterancestors(TR), None)
        return None if row is None else row.getparent()
    run = at.getparent()
    return run.getparent() if run is not None and run.tag == R else None


def _stands_alone(tag: Tag, paragraph: etree._Element, text: str, start: int, end: int) -> bool:
    """docxtpl throws away what shares the paragraph (or row) with a scoped tag; so nothing may."""
    if text[:start].strip() or text[end:].strip():
        return False
    if tag.scope == "p":
        alone = len(list(paragraph.iter(P))) == 1  # no text box with paragraphs of its own
        return alone and next(paragraph.iter(*_DROPPED), None) is None
    row = next(paragraph.iterancestors(TR))
    words = "".join(piece.text or "" for piece in row.iter(T)).strip()
    return words == text.strip() and next(row.iter(TBL, *_DROPPED), None) is None


def _block_faults(found: list[_Found]) -> Iterator[Problem]:
    """Blocks that are not closed, close nothing, cross a paragraph, cell or table, or nest too deep."""
    stack: list[_Found] = []
    seen_else: list[bool] = []
    branches: list[int] = []
    for one in found:
        tag, keyword = one.tag, one.tag.keyword
        if keyword in ("if", "for"):
            stack.append(one)
            seen_else.append(False)
            branches.append(0)
            if len(stack) > MAX_BLOCKS:
                yield tag.place.problem("letters.template-unsafe", found=f"{{% {keyword} %}} × {len(stack)}")
                return
        elif keyword:
            expected = {"endif": ("if",), "endfor": ("for",), "elif": ("if",), "else": ("if", "for")}[keyword]
            if keyword.startswith("end") and expected[0] in (block.tag.keyword for block in stack):
                while stack[-1].tag.keyword not in expected:  # what was opened inside and never closed
                    yield _never_closed(stack.pop())
                    seen_else.pop()
                    branches.pop()
            kind = stack[-1].tag.keyword if stack else ""
            if kind not in expected or (keyword in ("elif", "else") and seen_else[-1]):
                detail = f"{{% {keyword} %}} has no opening {{% {expected[0]} %}}"
                yield tag.place.problem("letters.template-syntax", detail=detail)
                if kind and keyword.startswith("end"):  # the wrong word for the end of this block
                    stack.pop()
                    seen_else.pop()
                    branches.pop()
                continue
            opened = stack[-1]
            if opened.tag.scope != tag.scope or opened.holder is not one.holder:
                yield tag.place.problem("letters.block-crosses", opened=opened.tag.place.paragraph)
            branches[-1] += 1
            if branches[-1] > MAX_BRANCHES:
                yield tag.place.problem(
                    "letters.template-unsafe", found=f"{{% {keyword} %}} × {branches[-1]}"
                )
                return
            seen_else[-1] = seen_else[-1] or keyword == "else"
            if keyword.startswith("end"):
                stack.pop()
                seen_else.pop()
                branches.pop()
    yield from map(_never_closed, stack)


def _never_closed(opened: _Found) -> Problem:
    """The place is that of the opening tag: nobody can say where its end was meant to be."""
    detail = f"{{% end{opened.tag.keyword} %}} is missing"
    return opened.tag.place.problem("letters.template-syntax", detail=detail)
