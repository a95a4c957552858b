"""What a template may contain, and what of it never reaches a letter.

A template is text, tables, pictures and styles. The rule is a list of what is allowed (content types, field
codes), not of what is known to be bad; only where Word acts on an element or a relationship whatever its
content type is there a list of refusals. All faults of a package are reported together.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from evidence.errors import EvidenceError, Place, Problem
from evidence.letters.engine.package import (
    CONTENT_TYPES,
    MAIN_DOCUMENT,
    MAX_ELEMENTS,
    MAX_PARAGRAPHS,
    parse_xml,
    read_parts,
    too_large,
    unreadable,
)
from evidence.letters.engine.text import P, W, text_parts

_OOXML = "application/vnd.openxmlformats-officedocument."
_WORD = _OOXML + "wordprocessingml."
_PACKAGE = "application/vnd.openxmlformats-package."
MAIN_TYPE = f"{_WORD}document.main+xml"
CORE_TYPE = f"{_PACKAGE}core-properties+xml"
APP_TYPE = f"{_OOXML}extended-properties+xml"
# The parts a tag may stand in: those docxtpl fills.
FILLED_TYPES = {MAIN_TYPE, *(f"{_WORD}{kind}+xml" for kind in ("header", "footer", "footnotes"))}
_XML_TYPES = FILLED_TYPES | {
    CORE_TYPE,
    APP_TYPE,
    "application/xml",
    "application/vnd.ms-word.stylesWithEffects+xml",
    f"{_PACKAGE}relationships+xml",
    *(f"{_OOXML}{kind}+xml" for kind in ("custom-properties", "customXmlProperties", "theme")),
    *(
        f"{_WORD}{kind}+xml"
        for kind in (
            "styles", "settings", "webSettings", "fontTable", "numbering", "endnotes", "comments",
            "commentsExtended", "commentsIds", "people", "document.glossary",
        )
    ),
}  # fmt: skip
# Pictures by content type, and the bytes each begins with. No EMF, WMF or SVG: they are programs of a kind.
_PICTURES = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/jpg": (b"\xff\xd8\xff",),  # not a registered name, but written by some programs
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/bmp": (b"BM",),
}
_FONT = f"{_OOXML}obfuscatedFont"
# Relationship types (their last segment) that Word acts on by type, whatever the target says it is.
_REFUSED_RELATIONSHIPS = {
    "aFChunk", "activeXControlBinary", "attachedTemplate", "attachedToolbars", "control", "ctrlProp",
    "customUI", "extensibility", "externalLink", "frame", "keyMapCustomizations", "mailMergeHeaderSource",
    "mailMergeSource", "oleObject", "package", "subDocument", "transform", "ui", "vbaProject", "wordVbaData",
}  # fmt: skip
_REFUSED_ELEMENTS = {
    "OLEObject", "altChunk", "attachedTemplate", "control", "externalData", "frameset", "mailMerge", "movie",
    "object", "ocx", "subDoc",
}  # fmt: skip
# Tracked changes would be printed, struck-out words and all.
_TRACKED = {f"{W}{tag}" for tag in ("ins", "del", "moveFrom", "moveTo")}
_REFUSED_ATTRIBUTES = {"src", "href", "althref"}  # VML can name a remote picture without a relationship
# Field codes that only count or point inside the document. INCLUDETEXT, DDEAUTO, HYPERLINK, QUOTE… are out.
_FIELDS = {"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "SEQ", "REF", "PAGEREF", "STYLEREF"}

_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_OFFICE_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DOCUMENT_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_CORE_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_EXTENDED = "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}"
_ROOT_RELS = "_rels/.rels"
CORE_PART = "docProps/core.xml"


@dataclass(frozen=True, slots=True)
class Package:
    """A vetted template: its parts in order, their content types, and the parsed XML of those that are XML.

    Thumbnail and the editor's statistics are gone, and there is always a ``docProps/core.xml``.
    """

    name: str
    parts: Mapping[str, bytes]
    types: Mapping[str, str]
    trees: Mapping[str, etree._Element]


def open_template(data: bytes, name: str) -> Package:
    """Read, vet and clean a template. Raises ``letters.template-…`` errors (exit 5), all faults at once."""
    package, problems = inspect_template(data, name)
    if problems:
        raise EvidenceError(problems)
    return package


def inspect_template(data: bytes, name: str) -> tuple[Package, tuple[Problem, ...]]:
    """As :func:`open_template`, with the faults beside the package: for a report that goes on to the words.

    Raises only for what cannot be read at all.
    """
    parts = read_parts(data, name)
    _open_root(parts, name)
    types = _content_types(parts, name)
    core = next((part for part, kind in types.items() if kind == CORE_TYPE), None)
    if core not in (None, CORE_PART):
        raise unreadable(name, str(core), f"core properties belong in {CORE_PART}")
    if core is None:
        _add_core(parts, name)
        types[CORE_PART] = CORE_TYPE
    problems = [*_type_faults(parts, types, name)]
    left, paragraphs = MAX_ELEMENTS, MAX_PARAGRAPHS
    trees: dict[str, etree._Element] = {}
    for part, kind in types.items():
        if kind in _XML_TYPES:
            trees[part] = parse_xml(parts[part], part, name, left)
            left -= sum(1 for _ in trees[part].iter())
            if left <= 0:
                raise too_large(name, part, MAX_ELEMENTS)
            paragraphs -= sum(1 for _ in trees[part].iter(P))
            if paragraphs < 0:
                raise too_large(name, part, MAX_PARAGRAPHS)
            problems += _xml_faults(trees[part], part, name)
            if part.endswith(".rels"):
                problems += _relationship_faults(trees[part], part, parts, name)
    for part, kind in types.items():
        if kind == APP_TYPE:
            parts[part] = _without_statistics(trees[part])
    return Package(name, parts, types, trees), tuple(problems)


def _unsafe(name: str, part: str, found: str, at: etree._Element | None = None) -> Problem:
    """``at`` is the element at fault; its paragraph, where it stands in one, is named."""
    if at is not None and (inside := next(at.iterancestors(P), None)) is not None:
        part += f" ¶{list(at.getroottree().iter(P)).index(inside) + 1}"
    return Problem(
        "letters.template-unsafe", Place(file=name, part=part), {"name": name, "found": found[:120]}
    )


def _content_types(parts: Mapping[str, bytes], name: str) -> dict[str, str]:
    """Content type of every part but ``[Content_Types].xml``, in file order; empty where none is declared."""
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}
    for entry in parse_xml(parts[CONTENT_TYPES], CONTENT_TYPES, name):
        kind = entry.get("ContentType", "")
        if entry.tag == f"{_TYPES}Default":
            defaults[entry.get("Extension", "").lower()] = kind
        elif entry.tag == f"{_TYPES}Override":
            overrides[entry.get("PartName", "").lstrip("/")] = kind
    return {
        part: overrides.get(part) or defaults.get(part.rpartition(".")[2].lower(), "")
        for part in parts
        if part != CONTENT_TYPES
    }


def _type_faults(parts: Mapping[str, bytes], types: Mapping[str, str], name: str) -> Iterator[Problem]:
    main = types[MAIN_DOCUMENT]
    if main != MAIN_TYPE and "macro" not in main.lower():
        raise unreadable(name, MAIN_DOCUMENT, f"content type {main!r}; save it as an ordinary .docx")
    for part, kind in types.items():
        if kind in FILLED_TYPES and not text_parts([part]):
            raise unreadable(name, part, f"unusual place for {kind}")
        if kind in _PICTURES:
            if not parts[part].startswith(_PICTURES[kind]):
                yield _unsafe(name, part, f"{part} ({kind}?)")
        elif kind not in _XML_TYPES and kind != _FONT:
            yield _unsafe(name, part, f"{part} ({kind or '?'})")


def _relationship_faults(
    root: etree._Element, part: str, parts: Mapping[str, bytes], name: str
) -> Iterator[Problem]:
    folder = posixpath.dirname(posixpath.dirname(part))  # a/_rels/b.xml.rels speaks for a/b.xml
    for relation in root.iter(f"{_REL}Relationship"):
        kind, target = relation.get("Type", ""), relation.get("Target", "")
        if relation.get("TargetMode", "Internal") != "Internal":
            yield _unsafe(name, part, target)
        elif kind.rpartition("/")[2] in _REFUSED_RELATIONSHIPS:
            yield _unsafe(name, part, f"{target} ({kind.rpartition('/')[2]})")
        else:
            path = target.partition("#")[0]
            inside = (
                path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path))
            )
            if path and inside not in parts:
                yield _unsafe(name, part, target)


def _xml_faults(root: etree._Element, part: str, name: str) -> Iterator[Problem]:
    for element in root.iter(etree.Element):
        tag = str(element.tag)
        local = tag.rpartition("}")[2]
        if local in _REFUSED_ELEMENTS or tag in _TRACKED:
            yield _unsafe(name, part, f"<{local}>", element)
        for key, value in element.attrib.items():
            space, _, attribute = str(key).rpartition("}")
            if attribute in _REFUSED_ATTRIBUTES and f"{space}}}" != _OFFICE_RELATIONS:
                yield _unsafe(name, part, f'{attribute}="{value!s}"')
    for element, code in field_codes(root):
        if code.partition(" ")[0].upper() not in _FIELDS:
            yield _unsafe(name, part, f"{{ {code} }}", element)


def field_codes(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Where each field begins and its instruction; of nested fields the outer one's excludes the inner one's."""
    for simple in root.iter(f"{W}fldSimple"):
        yield simple, simple.get(f"{W}instr", "").strip()
    stack: list[tuple[etree._Element, list[str]]] = []
    for element in root.iter(f"{W}fldChar", f"{W}instrText"):
        if element.tag == f"{W}instrText":
            if not stack:
                yield element, (element.text or "").strip()
            else:
                stack[-1][1].append(element.text or "")
        elif element.get(f"{W}fldCharType") == "begin":
            stack.append((element, []))
        elif element.get(f"{W}fldCharType") == "end" and stack:
            begin, code = stack.pop()
            yield begin, "".join(code).strip()
    yield from ((begin, "".join(code).strip()) for begin, code in stack)


def _open_root(parts: dict[str, bytes], name: str) -> None:
    """Check that the package's document is the one we read, and drop its thumbnail.

    A preview of the *template* has no place in a letter, and may be a picture of a kind we refuse.
    """
    if _ROOT_RELS not in parts:
        raise unreadable(name, _ROOT_RELS, "missing")
    root = parse_xml(parts[_ROOT_RELS], _ROOT_RELS, name)
    documents = [r.get("Target", "").lstrip("/") for r in root if r.get("Type") == _DOCUMENT_RELATION]
    if documents != [MAIN_DOCUMENT]:
        raise unreadable(name, _ROOT_RELS, "not an ordinary (transitional) Word document")
    previews = [r for r in root if r.get("Type", "").endswith("/metadata/thumbnail")]
    for relation in previews:
        parts.pop(relation.get("Target", "").lstrip("/"), None)
        root.remove(relation)
    if previews:
        parts[_ROOT_RELS] = serialise(root)


def _add_core(parts: dict[str, bytes], name: str) -> None:
    """Register an empty core part where the template has none; the engine fills it (see ``core.py``)."""
    types = parse_xml(parts[CONTENT_TYPES], CONTENT_TYPES, name)
    etree.SubElement(types, f"{_TYPES}Override", PartName=f"/{CORE_PART}", ContentType=CORE_TYPE)
    relations = parse_xml(parts[_ROOT_RELS], _ROOT_RELS, name)
    etree.SubElement(
        relations, f"{_REL}Relationship", Id="evidenceCore", Type=_CORE_RELATION, Target=CORE_PART
    )
    parts[CONTENT_TYPES], parts[_ROOT_RELS] = serialise(types), serialise(relations)
    parts[CORE_PART] = (
        b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
    )


def _without_statistics(root: etree._Element) -> bytes:
    """``app.xml`` with the program's name and version alone: no editing time, page counts or company."""
    for child in list(root):
        if child.tag not in (f"{_EXTENDED}Application", f"{_EXTENDED}AppVersion"):
            root.remove(child)
    return serialise(root)


def serialise(root: etree._Element) -> bytes:
    """The bytes of a part with the declaration Word writes."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
