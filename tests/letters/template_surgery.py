"""Cutting things out of a template as an author would in Word: a variable everywhere, or some words."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator

from lxml import etree

from evidence.law.lint import load_lint
from evidence.letters.checking.catalogue import shape_for
from evidence.letters.checking.check import uses_by_tag
from evidence.letters.checking.paragraphs import Paragraph, own_pieces, paragraphs_of
from evidence.letters.engine.compile import scan_package
from evidence.letters.engine.policy import inspect_template
from evidence.letters.engine.prepare import TAG
from evidence.letters.engine.text import T
from evidence.letters.engine.variables import Walk


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


def without(docx: bytes, kind: str, need: str) -> bytes:
    """``docx`` without any of the ways to meet ``need`` (see the head of ``fields.toml``)."""
    for way in map(str.strip, need.split(" | ")):
        docx = without_words(docx, way[1:]) if way.startswith("~") else without_variable(docx, kind, way)
    return docx


def without_variable(docx: bytes, kind: str, path: str) -> bytes:
    """No tag prints ``path`` any more; conditions on it stay."""
    tags, _ = scan_package(inspect_template(docx, "t")[0])
    doomed = [
        (tag.place.part, tag.place.paragraph, tag.body)
        for tag, paths in uses_by_tag(Walk(shape_for(kind)), tags)
        if tag.opener == "{{" and path in paths
    ]

    def spans(paragraph: Paragraph) -> Iterator[tuple[int, int]]:
        bodies = [
            body for name, number, body in doomed if (name, number) == (paragraph.part, paragraph.number)
        ]
        return (m.span() for m in TAG.finditer(paragraph.text) if m.group()[2:-2] in bodies)

    return _cut(docx, spans)


def without_words(docx: bytes, pattern: str) -> bytes:
    """No words of the template itself fit ``pattern`` any more."""
    folding = load_lint("cn").folding

    def spans(paragraph: Paragraph) -> Iterator[tuple[int, int]]:
        for match in re.finditer(pattern, folding.plain(paragraph.words)):
            start, end = folding.offsets(paragraph.words).span(*match.span())
            assert "{" not in paragraph.text[start:end], "the words run over a tag"
            yield start, end

    return _cut(docx, spans)


def _cut(docx: bytes, spans: Callable[[Paragraph], Iterator[tuple[int, int]]]) -> bytes:
    package, _ = inspect_template(docx, "t")
    changed = {}
    for paragraph in paragraphs_of(package):
        doomed = {index for start, end in spans(paragraph) for index in range(start, end)}
        if not doomed:
            continue
        at = 0
        for piece in own_pieces(paragraph.element):
            text = (piece.text or "") if piece.tag == T else "\t"
            if piece.tag == T:
                piece.text = "".join(c for i, c in enumerate(text) if at + i not in doomed)
            at += len(text)
        changed[paragraph.part] = etree.tostring(paragraph.element.getroottree(), encoding="UTF-8")
    return rewritten(docx, changed)
