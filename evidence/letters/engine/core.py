"""``docProps/core.xml``: written by the engine, so that no clock and no template author gets into a letter.

Of the template's own properties only those filled by a tag survive; title, identifier and language are filled
from the reserved record ``doc`` otherwise, and created and modified always.
"""

from __future__ import annotations

from xml.sax.saxutils import escape  # nosec B406 # writes XML, reads none

from lxml import etree

from evidence.errors import Problem
from evidence.letters.engine.policy import CORE_PART
from evidence.letters.engine.tags import Spot, Tag, excerpt_of, read_tag, split

# Dublin Core properties that docxtpl fills too, and what stands in each where the template has no tag.
_PROPERTIES = {
    "title": "doc.title",
    "subject": "",
    "creator": "",
    "description": "",
    "identifier": "doc.identifier",
    "language": "doc.language",
}
_MOMENTS = ("created", "modified")
_DC = "{http://purl.org/dc/elements/1.1/}"
_HEAD = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)


def scan_properties(root: etree._Element, template: str) -> tuple[list[Tag], list[Problem]]:
    """The tags of the document properties: only values (``{{ … }}``), only where they are filled."""
    tags: list[Tag] = []
    problems: list[Problem] = []
    for number, element in enumerate(root, start=1):
        for item in _pieces(element.text or "", template, number):
            if isinstance(item, Problem):
                problems.append(item)
            elif isinstance(item, Tag):
                local = etree.QName(element).localname
                if item.opener == "{{" and element.tag == f"{_DC}{local}" and local in _PROPERTIES:
                    tags.append(item)
                elif local not in _MOMENTS or item.body.strip() != "doc.created":  # those two are ours anyway
                    problems.append(
                        item.place.problem("letters.template-unsupported", found=f"{item.opener} ({local})")
                    )
    return tags, problems


def source(root: etree._Element, template: str) -> tuple[str, list[Tag]]:
    """The Jinja text of the new core part, and its tags in order; for properties scanned without fault."""
    out: list[str] = [_HEAD]
    tags: list[Tag] = []

    def tag(one: Tag) -> str:
        tags.append(one)
        return f"{{{{{one.body}}}}}"

    def own(variable: str) -> str:
        return tag(Tag("{{", "", variable, Spot(template, CORE_PART, 0, variable)))

    for local, variable in _PROPERTIES.items():
        element = root.find(f"{_DC}{local}")
        pieces = (
            [] if element is None else list(_pieces(element.text or "", template, root.index(element) + 1))
        )
        if any(isinstance(piece, Tag) for piece in pieces):
            filled = "".join(
                tag(p) if isinstance(p, Tag) else escape(p) for p in pieces if not isinstance(p, Problem)
            )
        elif variable:
            filled = own(variable)
        else:
            continue
        out.append(f"<dc:{local}>{filled}</dc:{local}>")
    for moment in _MOMENTS:
        out.append(f'<dcterms:{moment} xsi:type="dcterms:W3CDTF">{own("doc.created")}</dcterms:{moment}>')
    out.append("</cp:coreProperties>")
    return "".join(out), tags


def _pieces(text: str, template: str, number: int) -> list[str | Tag | Problem]:
    """A property's text cut into words, tags and problems."""
    text = " ".join(text.split())

    def spot(start: int, end: int) -> Spot:
        return Spot(template, CORE_PART, number, excerpt_of(text, start, end))

    pieces: list[str | Tag | Problem] = []
    position = 0
    for item in split(text, spot):
        if isinstance(item, Problem):
            pieces.append(item)
            continue
        start, end = item
        pieces += [text[position:start], read_tag(text[start:end], spot(start, end))]
        position = end
    return [*pieces, text[position:]]
