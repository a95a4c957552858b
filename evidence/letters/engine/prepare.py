"""One part of a template, prepared by docxtpl and compiled by Jinja, with the proof that nothing was lost.

docxtpl works on XML text (``xml_to_string``, then ``patch_xml``): it joins tags that Word split over runs and
lets scoped tags swallow their paragraph or row. Afterwards the tags must be those the scan found, in the same
order, and the words around them must be the same, character for character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from docxtpl import DocxTemplate
from jinja2 import Template, TemplateError, nodes
from lxml import etree

from evidence.errors import EvidenceError, Problem
from evidence.letters.engine.package import strict_parser, too_large
from evidence.letters.engine.sandbox import ENVIRONMENT, Refusal, audit
from evidence.letters.engine.tags import Spot, Tag
from evidence.letters.engine.text import T

# A prepared part is scanned by docxtpl's expressions a dozen times; Word writes 30 to 200 kB for a letter.
MAX_FILLED_PART = 2**20
MAX_RENDERED = 24 * 2**20  # characters of one rendered part: some 20 000 table rows
MAX_RENDERED_MARKUP = 500_000  # its start and end tags: some 5 000 rows; as a tree each takes 100 bytes

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_PICTURE = re.compile(r"<wp:docPr[ >]")
# Word's editing marks: ids that a repeated row would repeat, and the sessions of whoever typed the template.
_EDITING_MARK = re.compile(
    r"\{http://schemas\.microsoft\.com/office/word/2010/wordml\}(paraId|textId)|.*\}rsid\w*"
)


@dataclass(frozen=True)
class Part:
    """One part with tags. ``source`` has a line break in each tag, so that line ``n + 2`` is tag ``n``."""

    name: str
    source: str
    tags: tuple[Tag, ...]
    tree: nodes.Template = field(repr=False)

    @cached_property
    def template(self) -> Template:
        """Its code, made for the first letter: what is only checked needs none."""
        return ENVIRONMENT.from_string(self.tree)

    def spot(self, node: nodes.Node) -> Spot:
        """Where in the template a syntax node stands."""
        return _tag_at(self.tags, node.lineno).place

    def fill(self, values: Mapping[str, object], name: str, template: Template | None = None) -> str:
        """The rendered XML text; stops as soon as it grows beyond :data:`MAX_RENDERED`, in characters or markup."""
        chunks: list[str] = []
        size = markup = 0
        for chunk in (template or self.template).generate(values):
            size += len(chunk)
            if size > MAX_RENDERED:
                raise too_large(name, self.name, MAX_RENDERED)
            markup += chunk.count("<")
            if markup > MAX_RENDERED_MARKUP:
                raise too_large(name, self.name, MAX_RENDERED_MARKUP)
            chunks.append(chunk)
        return "".join(chunks)


def alone(tag: Tag) -> nodes.Template:
    """The syntax tree of one tag that says something (a value, ``if``, ``elif`` or ``for``), closed by itself.

    Raises what Jinja's parser raises.
    """
    if tag.keyword == "elif":  # asks as an if does
        return _parsed(f"{{%{tag.body.replace('elif', 'if', 1)}%}}{{% endif %}}")
    if tag.keyword:
        return _parsed(f"{{%{tag.body}%}}{{% end{tag.keyword} %}}")
    return _parsed(f"{{{{{tag.body}}}}}")


@lru_cache(2_000)  # the same few tags stand many times in a template, and in both scripts
def _parsed(source: str) -> nodes.Template:
    return ENVIRONMENT.parse(source)


@lru_cache(2_000)
def refusals(tree: nodes.Template) -> tuple[Refusal, ...]:
    """What :func:`audit` says of a tree of :func:`alone`."""
    return tuple(audit(tree))


def tag_faults(tag: Tag) -> Iterator[Problem]:
    """What is wrong inside one tag, parsed alone, so that each fault is found and has its own paragraph."""
    if tag.opener == "{#":
        return
    if tag.keyword in ("else", "endif", "endfor"):
        if tag.body.split() != [tag.keyword]:
            yield tag.place.problem("letters.template-syntax", detail=tag.body.strip())
        return
    try:
        tree = alone(tag)
    except TemplateError as error:
        yield tag.place.problem("letters.template-syntax", detail=str(error))
        return
    except RecursionError:
        yield tag.place.problem("letters.template-unsafe", found=tag.body[:40])
        return
    for refusal in refusals(tree):
        code = "letters.template-unsafe" if refusal.dangerous else "letters.template-unsupported"
        yield tag.place.problem(code, found=refusal.found)


def prepare(root: etree._Element, part: str, tags: list[Tag], name: str) -> Part:
    """Prepare and compile one part whose ``tags`` the scan found without fault. Changes ``root``."""
    for element in root.iter(etree.Element):
        for key in [key for key in element.attrib if _EDITING_MARK.fullmatch(str(key))]:
            del element.attrib[key]
    engine = DocxTemplate(None)  # opens nothing: its text functions are all we use
    before: str = engine.xml_to_string(root)
    if len(before) > MAX_FILLED_PART:
        raise too_large(name, part, MAX_FILLED_PART)
    # Raw line breaks are blanks to Word, and would upset the counting of lines.
    after: str = engine.patch_xml(before.replace("\n", " "))
    _assert_kept(root, after, tags)
    _refuse_repeated_pictures(after, tags)
    return compiled(part, after, tags)


def compiled(part: str, prepared: str, tags: Iterable[Tag]) -> Part:
    """Compile prepared XML text whose tags are ``tags``, in order."""
    source = TAG.sub(lambda match: f"{match.group()[:2]}\n{match.group()[2:]}", prepared)
    tags = tuple(tags)
    try:
        return Part(part, source, tags, ENVIRONMENT.parse(source))
    except TemplateError as error:  # tag by tag all was well, so this is how they stand together
        place = _tag_at(tags, getattr(error, "lineno", None) or 0).place
        raise EvidenceError([place.problem("letters.template-syntax", detail=str(error))]) from error


def _tag_at(tags: tuple[Tag, ...], line: int) -> Tag:
    return tags[min(max(line - 2, 0), len(tags) - 1)]


def _bare(text: str) -> str:
    return "".join(text.split())


def _assert_kept(root: etree._Element, prepared: str, tags: list[Tag]) -> None:
    """The prepared text has the scanned tags and the same words; else the first tag that differs is named."""
    expected = [_bare(tag.opener + tag.body) for tag in tags]
    kept = [_bare(raw[:-2]).replace("&amp;", "&") for raw in TAG.findall(prepared)]
    if kept == expected:
        try:
            words = _words(etree.fromstring(TAG.sub("", prepared).encode(), strict_parser()))
        except etree.XMLSyntaxError:
            words = None
        if words == _bare(TAG.sub("", "".join(piece.text or "" for piece in root.iter(T)))):
            return
    # Typical: a tag in an attribute, a field or struck-out text, where the scan does not look (nor a reader).
    index = next(
        (i for i, pair in enumerate(zip(kept, expected, strict=False)) if pair[0] != pair[1]), len(expected)
    )
    place = tags[min(index, len(tags) - 1)].place
    found = kept[index] if index < len(kept) else kept[-1] if kept else ""
    raise EvidenceError([place.problem("letters.tag-not-alone", tag=found[:60])])


def _words(root: etree._Element) -> str:
    return _bare("".join(piece.text or "" for piece in root.iter(T)))


def _refuse_repeated_pictures(prepared: str, tags: list[Tag]) -> None:
    """A picture in a loop would repeat its id, which Word calls damage; letters have no need of any."""
    depth = 0
    for tag, between in zip(tags, TAG.split(prepared)[1:], strict=True):
        depth += (tag.keyword == "for") - (tag.keyword == "endfor")
        if depth and _PICTURE.search(between):
            raise EvidenceError([tag.place.problem("letters.template-unsupported", found="for + picture")])
