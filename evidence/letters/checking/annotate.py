"""A copy of a template with a Word comment at each fault (``evidence template check --annotate``).

Comments can stand in the text only; what is wrong in a header, a note or the properties is told at the first paragraph
of the text, with its place. Comments of an earlier check are replaced, so that an annotated copy can be checked again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from evidence.letters.engine.package import (
    CONTENT_TYPES,
    MAIN_DOCUMENT,
    pack,
    parse_xml,
    read_parts,
    write_zip,
)
from evidence.letters.engine.policy import serialise
from evidence.letters.engine.text import P, W

AUTHOR, INITIALS = "evidence template check", "EV"
COMMENTS = "word/comments.xml"
_RELATIONS = "word/_rels/document.xml.rels"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

Remark = tuple[str, str]
"""A place as problems have it (``word/document.xml ¶7``, or nothing) and what to say there."""


def annotated(docx: bytes, name: str, remarks: Sequence[Remark]) -> bytes:
    """``docx`` with ``remarks`` as comments. Raises ``letters.template-unreadable`` for what is no DOCX."""
    parts = read_parts(docx, name)
    body = parse_xml(parts[MAIN_DOCUMENT], MAIN_DOCUMENT, name)
    comments = _comments(parts, name)
    for old in [c for c in comments if c.get(f"{W}author") == AUTHOR]:
        _forget(body, old.get(f"{W}id", ""))
        comments.remove(old)
    taken = [int(c.get(f"{W}id", "0")) for c in comments if c.get(f"{W}id", "").isdecimal()]
    number = max(taken, default=-1) + 1
    paragraphs = list(body.iter(P))
    for place, text in remarks:
        part, _, at = place.partition(" ¶")
        index = int(at) - 1 if part == MAIN_DOCUMENT and at.isdecimal() else -1
        inside = 0 <= index < len(paragraphs)
        comments.append(_comment(number, text if inside or not place else f"〔{place}〕{text}"))
        if paragraphs:
            _mark(paragraphs[index if inside else 0], number)
        number += 1
    parts[MAIN_DOCUMENT] = serialise(body)
    parts[COMMENTS] = serialise(comments)
    parts[CONTENT_TYPES] = _with_type(parts[CONTENT_TYPES], name)
    parts[_RELATIONS] = _with_relation(parts.get(_RELATIONS), name)
    return write_zip(pack(part, data, 6) for part, data in parts.items())


def _comments(parts: Mapping[str, bytes], name: str) -> etree._Element:
    if COMMENTS in parts:
        return parse_xml(parts[COMMENTS], COMMENTS, name)
    return etree.Element(f"{W}comments", nsmap={"w": W[1:-1]})


def _comment(number: int, text: str) -> etree._Element:
    """One comment; it has no date, so that the same check gives the same file."""
    comment = etree.Element(f"{W}comment")
    for key, value in (("id", str(number)), ("author", AUTHOR), ("initials", INITIALS)):
        comment.set(f"{W}{key}", value)
    for line in text.split("\n"):
        run = etree.SubElement(etree.SubElement(comment, P), f"{W}r")
        look = etree.SubElement(etree.SubElement(run, f"{W}rPr"), f"{W}rFonts")
        look.set(f"{W}eastAsia", "宋体")
        words = etree.SubElement(run, f"{W}t")
        words.text = "".join(c if c >= " " else " " for c in line)
        words.set(_XML_SPACE, "preserve")
    return comment


def _mark(paragraph: etree._Element, number: int) -> None:
    """The range of a comment over a whole paragraph, and its reference behind it."""
    start = etree.Element(f"{W}commentRangeStart")
    start.set(f"{W}id", str(number))
    first = 1 if len(paragraph) and paragraph[0].tag == f"{W}pPr" else 0
    paragraph.insert(first, start)
    etree.SubElement(paragraph, f"{W}commentRangeEnd").set(f"{W}id", str(number))
    run = etree.SubElement(paragraph, f"{W}r")
    etree.SubElement(run, f"{W}commentReference").set(f"{W}id", str(number))


def _forget(body: etree._Element, number: str) -> None:
    for local in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        for mark in [m for m in body.iter(f"{W}{local}") if m.get(f"{W}id") == number]:
            run = mark.getparent()
            if run is None:
                continue
            run.remove(mark)
            if run.tag == f"{W}r" and len(run) == 0 and (owner := run.getparent()) is not None:
                owner.remove(run)


def _with_type(data: bytes, name: str) -> bytes:
    types = parse_xml(data, CONTENT_TYPES, name)
    tag = f"{{{_PACKAGE}/content-types}}Override"
    if all(entry.get("PartName") != f"/{COMMENTS}" for entry in types.iter(tag)):
        etree.SubElement(types, tag, PartName=f"/{COMMENTS}", ContentType=_TYPE)
    return serialise(types)


def _with_relation(data: bytes | None, name: str) -> bytes:
    space = f"{_PACKAGE}/relationships"
    empty = f'<Relationships xmlns="{space}"/>'.encode()
    relations = parse_xml(data or empty, _RELATIONS, name)
    kind = f"{_OFFICE}/comments"
    if all(entry.get("Type") != kind for entry in relations):
        etree.SubElement(
            relations, f"{{{space}}}Relationship", Id="evidenceComments", Type=kind, Target="comments.xml"
        )
    return serialise(relations)
