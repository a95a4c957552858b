"""A template filled with made-up data, marked so that nobody takes it for a letter (``evidence template preview``).

The number is 样张, all names are samples (样本), and every page says SAMPLE at its head, in the Word file and in the PDF.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from evidence.letters.checking.samples import ANNEXES, CREATED, sample
from evidence.letters.convert import open_converter
from evidence.letters.engine import compile_template
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

MARKS = {
    "zh": "样张 SAMPLE　此件为样张，不是函件，不具有任何效力",
    "zh-Hant": "樣張 SAMPLE　此件為樣張，不是函件，不具有任何效力",
}
_FACES = {"zh": "黑体", "zh-Hant": "微軟正黑體"}
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_HEADER = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
_RELATIONS = "word/_rels/document.xml.rels"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_NEW = "word/headerSample.xml"


@dataclass(frozen=True, slots=True)
class Preview:
    docx: bytes
    pdf: bytes


def preview(data: bytes, name: str, kind: str, locale: str, size: str, converter: str) -> Preview:
    """``data`` as a template of ``kind``, filled with made-up data of ``size``, as DOCX and PDF.

    Raises what compiling, rendering and converting raise.
    """
    made = sample(kind, locale, size)
    docx = marked(
        compile_template(data, name).render(made.values, must_appear=made.must_appear).docx, name, locale
    )
    with open_converter(converter, locale) as engine:
        [[pdf]] = engine.convert_batches(
            [[docx]], created=CREATED, nonces=[[bytes(16)]], landscape=kind in ANNEXES
        )
    return Preview(docx, pdf)


def marked(docx: bytes, name: str, locale: str) -> bytes:
    """``docx`` with the mark of a sample at the head of each page."""
    parts = read_parts(docx, name)
    headers = [part for part in parts if part.startswith("word/header") and part.endswith(".xml")]
    for part in headers:
        root = parse_xml(parts[part], part, name)
        root.insert(0, _mark(locale))
        parts[part] = serialise(root)
    body = parse_xml(parts[MAIN_DOCUMENT], MAIN_DOCUMENT, name)
    bare = [
        section
        for section in body.iter(f"{W}sectPr")
        if not any(r.get(f"{W}type", "default") == "default" for r in section.iter(f"{W}headerReference"))
    ]
    if bare:
        header = etree.Element(f"{W}hdr", nsmap={"w": W[1:-1]})
        header.append(_mark(locale))
        parts[_NEW] = serialise(header)
        for section in bare:
            reference = etree.Element(f"{W}headerReference")
            reference.set(f"{W}type", "default")
            reference.set(f"{_OFFICE}id", "evidenceSample")
            section.insert(0, reference)
        parts[MAIN_DOCUMENT] = serialise(body)
        _register(parts, name)
    return write_zip(pack(part, content, 6) for part, content in parts.items())


def _register(parts: dict[str, bytes], name: str) -> None:
    types = parse_xml(parts[CONTENT_TYPES], CONTENT_TYPES, name)
    etree.SubElement(types, f"{{{_PACKAGE}/content-types}}Override", PartName=f"/{_NEW}", ContentType=_HEADER)
    parts[CONTENT_TYPES] = serialise(types)
    space = f"{_PACKAGE}/relationships"
    relations = parse_xml(
        parts.get(_RELATIONS) or f'<Relationships xmlns="{space}"/>'.encode(), _RELATIONS, name
    )
    kind = f"{_OFFICE[1:-1]}/header"
    etree.SubElement(
        relations, f"{{{space}}}Relationship", Id="evidenceSample", Type=kind, Target="headerSample.xml"
    )
    parts[_RELATIONS] = serialise(relations)


def _mark(locale: str) -> etree._Element:
    """A line in red at the left, clear of the stamp's box, with a font of its own."""
    face = _FACES[locale]
    xml = (
        f'<w:p xmlns:w="{W[1:-1]}"><w:pPr><w:spacing w:before="0" w:after="0"/><w:ind w:right="2268"/>'
        '<w:jc w:val="left"/>'
        f'</w:pPr><w:r><w:rPr><w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:eastAsia="{face}" w:cs="{face}"/><w:b/>'
        f'<w:color w:val="C00000"/><w:sz w:val="21"/></w:rPr><w:t>{MARKS[locale]}</w:t></w:r></w:p>'
    )
    paragraph = etree.fromstring(xml)
    assert paragraph.tag == P
    return paragraph
