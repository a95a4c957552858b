"""Cutting things out of a template as an author would in Word: a variable everywhere, or some words."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import lru_cache

from lxml import etree

from evidence.law.lint import load_lint
from evidence.letters.checking.catalogue import shape_for
from evidence.letters.checking.check import uses_by_tag
from evidence.letters.checking.paragraphs import own_pieces, paragraphs_of
from evidence.letters.engine.compile import compile_template, scan_package
from evidence.letters.engine.policy import inspect_template
from evidence.letters.engine.prepare import TAG, Part, prepare
from evidence.letters.engine.tags import scan
from evidence.letters.engine.text import P, T
from evidence.letters.engine.variables import Walk

Span = tuple[int, int, int]
"""The index of a paragraph, and from where to where in its text."""


def rewritten(docx: bytes, changes: dict[str, bytes]) -> bytes:
    """The same package with some parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, changes.get(name, source.read(name)))
        for name in changes.keys() - set(source.namelist()):
            target.writestr(name, changes[name])
    return out.getvalue()


def part(docx: bytes, name: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        return package.read(name).decode()


def edited(docx: bytes, old: str, new: str, name: str = "word/document.xml", count: int = 1) -> bytes:
    """``old`` replaced in the XML of a part; it has to be there."""
    text = part(docx, name)
    assert old in text, old
    return rewritten(docx, {name: text.replace(old, new, count).encode()})


class Opened:
    """A template read once, for many cuts; nothing of it is changed."""

    def __init__(self, docx: bytes, kind: str) -> None:
        self.docx = docx
        self.package, _ = inspect_template(docx, "t")
        self.paragraphs = list(paragraphs_of(self.package))
        tags, _ = scan_package(self.package)
        self.printed: dict[tuple[str, int], list[tuple[str, frozenset[str]]]] = {}
        for tag, paths in uses_by_tag(Walk(shape_for(kind)), tags):
            if tag.opener == "{{":
                place = (tag.place.part, tag.place.paragraph)
                self.printed.setdefault(place, []).append((tag.body, frozenset(paths)))
        folding = load_lint("cn").folding
        self.folded = [(folding.plain(p.words), folding.offsets(p.words)) for p in self.paragraphs]

    def tags_of(self, path: str) -> Iterator[Span]:
        """The tags that print ``path``; conditions on it stay."""
        for number, paragraph in enumerate(self.paragraphs):
            here = self.printed.get((paragraph.part, paragraph.number), ())
            bodies = {body for body, paths in here if path in paths}
            for match in TAG.finditer(paragraph.text) if bodies else ():
                if match.group()[2:-2] in bodies:
                    yield number, *match.span()

    def words_like(self, pattern: str) -> Iterator[Span]:
        """The words of the template itself that fit ``pattern``."""
        for number, (plain, offsets) in enumerate(self.folded):
            for match in re.finditer(pattern, plain):
                start, end = offsets.span(*match.span())
                assert "{" not in self.paragraphs[number].text[start:end], "the words run over a tag"
                yield number, start, end

    def without(self, needs: Iterable[str]) -> dict[str, etree._Element]:
        """The parts that change when none of the ways to meet ``needs`` is left; each has to be there before."""
        doomed: dict[int, set[int]] = {}
        for need in needs:
            found: list[Span] = []
            for way in map(str.strip, need.split(" | ")):
                found += self.words_like(way[1:]) if way.startswith("~") else self.tags_of(way)
            assert found, need
            for number, start, end in found:
                doomed.setdefault(number, set()).update(range(start, end))
        parts = {self.paragraphs[number].part for number in doomed}
        trees = {part: deepcopy(self.package.trees[part]) for part in parts}
        paragraphs = {part: list(tree.iter(P)) for part, tree in trees.items()}
        for number, indices in doomed.items():
            paragraph = self.paragraphs[number]
            at = 0
            for piece in own_pieces(paragraphs[paragraph.part][paragraph.number - 1]):
                text = (piece.text or "") if piece.tag == T else "\t"
                if piece.tag == T:
                    piece.text = "".join(c for i, c in enumerate(text) if at + i not in indices)
                at += len(text)
        return trees


opened = lru_cache(2)(Opened)


def without(docx: bytes, kind: str, needs: Iterable[str]) -> bytes:
    """``docx`` without any of the ways to meet ``needs`` (see the head of ``fields.toml``)."""
    trees = opened(docx, kind).without(needs)
    return rewritten(docx, {part: etree.tostring(tree, encoding="UTF-8") for part, tree in trees.items()})


def parts_without(docx: bytes, kind: str, needs: Iterable[str]) -> list[Part]:
    """The compiled text of :func:`without`: only what changes is compiled anew."""
    changed = {}
    for part, tree in opened(docx, kind).without(needs).items():
        tags, faults = scan(tree, part, "t")
        assert not faults
        changed[part] = prepare(tree, part, tags, "t")
    return [changed.get(part.name, part) for part in compile_template(docx, "t")._parts]
