"""Reading and writing DOCX packages inside the converters; what goes in comes from our own engine."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from functools import cache

from lxml import etree

from evidence.errors import fail

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
DC = "http://purl.org/dc/elements/1.1/"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
DOCUMENT = "word/document.xml"
STYLES = "word/styles.xml"
NUMBERING = "word/numbering.xml"

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")
_EPOCH = (1980, 1, 1, 0, 0, 0)


@cache
def w(name: str) -> str:
    """``w:name`` in Clark notation."""
    return f"{{{W}}}{name}"


def read_parts(docx: bytes) -> dict[str, bytes]:
    """All members of a package by name. Raises ``convert.failed`` when it is not a DOCX."""
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            parts = {info.filename: package.read(info) for info in package.infolist() if not info.is_dir()}
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise fail("convert.failed", converter="docx", reason=str(error)) from error
    if DOCUMENT not in parts:
        raise fail("convert.failed", converter="docx", reason=f"{DOCUMENT} is missing")
    return parts


def write_parts(parts: Mapping[str, bytes]) -> bytes:
    """A package for a converter's eyes only: stored, without clocks."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name, data in parts.items():
            package.writestr(zipfile.ZipInfo(name, _EPOCH), data)
    return out.getvalue()


def parse(part: bytes) -> etree._Element:
    """The root of one part. Entities and the network stay closed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise fail("convert.failed", converter="docx", reason=str(error)) from error


def serialise(root: etree._Element) -> bytes:
    """A part with the declaration Word expects."""
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data


def title_of(parts: Mapping[str, bytes]) -> str:
    """The document title in the package's core properties; empty when there is none."""
    return _core(parts, "title")


def language_of(parts: Mapping[str, bytes]) -> str:
    """The document's language in its core properties (BCP 47, as ``zh-Hans-CN``); empty when there is none."""
    found = _core(parts, "language")
    return found if _LANGUAGE.fullmatch(found) else ""


def _core(parts: Mapping[str, bytes], name: str) -> str:
    core = parts.get("docProps/core.xml")
    if core is None:
        return ""
    found = parse(core).find(f"{{{DC}}}{name}")
    return (found.text or "").strip() if found is not None else ""
