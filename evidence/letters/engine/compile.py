"""From a template's bytes to letters: vetted and compiled once, filled as often as needed.

For each letter there is one Jinja rendering per part with tags, a strict parse, the assertions, and a ZIP in
which all other parts were compressed once. Same template and same context give the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from cryptography.hazmat.primitives import hashes
from jinja2 import Template, TemplateError
from lxml import etree

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.letters.engine import core
from evidence.letters.engine.package import (
    Member,
    pack,
    parts_digest,
    strict_parser,
    too_large,
    write_zip,
)
from evidence.letters.engine.policy import CORE_PART, FILLED_TYPES, Package, open_template
from evidence.letters.engine.prepare import TAG, Part, compiled, prepare, tag_faults
from evidence.letters.engine.reread import Reader, reader_of
from evidence.letters.engine.sandbox import MARK_END, MARK_START, LetterEnvironment, NotPrintable, OverBudget
from evidence.letters.engine.tags import Spot, Tag, scan
from evidence.letters.engine.text import TC, P, part_text, text_parts
from evidence.letters.engine.values import plain, with_budget
from evidence.letters.engine.variables import ANY, Shape, Walk, shape_of

CONSTANT_LEVEL = 9  # compressed once
RENDERED_LEVEL = 1  # compressed for every letter

_RESIDUE = re.compile(r"\{\{|\{%|\{#|(?<![A-Za-z0-9_])(?:None|nan|NaN|Undefined)(?![A-Za-z0-9_])")
_SIGNS = ("{{", "{%", "{#", "None", "nan", "NaN", "Undefined")
"""What :data:`_RESIDUE` looks for: plain text is searched ten times as fast."""
_MARKED = re.compile(f"{MARK_START}[^{MARK_END}]*{MARK_END}")
_MARKUP = re.compile(r"<[^>]*>")
_KEPT_BYTES = 2**18
"""Templates up to this size stay compiled in a process, the last few of them."""
_DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"


@dataclass(frozen=True)
class RenderedDocx:
    """A filled letter: its bytes, its words, its parts uncompressed, and, worked out when asked for, digests in hex.

    ``sha256`` and ``sm3`` are of the file as it is; ``parts_digest`` is of the uncompressed parts, and so the
    same on a machine whose zlib compresses differently (see ``parts_digest`` in ``package.py``).
    """

    docx: bytes = field(repr=False)
    text: str = field(repr=False)
    parts: Mapping[str, bytes] = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.docx).hexdigest()

    @cached_property
    def sm3(self) -> str:
        return _sm3(self.docx)

    @cached_property
    def parts_digest(self) -> str:
        return parts_digest(self.parts)


@dataclass(frozen=True, eq=False)
class CompiledTemplate:
    """A template ready to be filled; made by :func:`compile_template`. Crosses a process pool as its bytes.

    ``variables`` are the paths it uses (``claim.rows[].amount``), sorted; ``text`` its words with the tags
    still in them, for lint and comparison; ``sha256`` names its bytes in plans and journal.
    """

    name: str
    data: bytes = field(repr=False)
    sha256: str
    text: str = field(repr=False)
    variables: tuple[str, ...]
    _parts: tuple[Part, ...] = field(repr=False)
    _package: Package = field(repr=False)
    _members: Mapping[str, Member] = field(repr=False)
    _constant_text: Mapping[str, str] = field(repr=False)
    _readers: Mapping[str, Reader] = field(repr=False)

    def __reduce__(self) -> tuple[object, tuple[bytes, str]]:
        return compile_template, (self.data, self.name)

    def render(self, context: Mapping[str, object], must_appear: Iterable[str] = ()) -> RenderedDocx:
        """Fill the template.

        ``context`` holds text, bool, lists and records only; anything else is a ``TypeError`` (numbers too:
        format them first). Its record ``doc`` is reserved for the document's properties: ``title``,
        ``identifier``, ``language`` and ``created`` (UTC, ``2026-11-21T02:00:00Z``), all optional. Each text
        of ``must_appear`` has to be found in the letter.

        Raises ``letters.unknown-variable`` and its kin (exit 5) with the paragraph, ``letters.text-lost``
        when a required text does not appear, ``letters.residue`` when a tag is left over,
        ``letters.render-broken`` when the result is not a sound document, and
        ``letters.control-character`` (exit 4) for data that may not be printed.
        """
        values = plain(context, self.name)
        rendered: dict[str, bytes] = {}
        words = dict(self._constant_text)
        for part in self._parts:
            xml = self._fill(part, values)
            rendered[part.name] = (_DECLARATION + xml).encode()
            words[part.name] = self._read_back(part.name, xml, rendered[part.name])
        text = "\n".join(words[name] for name in text_parts(words))
        self._assert_complete(text, must_appear)
        self._assert_no_residue(text, values)
        parts = {**self._package.parts, **rendered}
        docx = write_zip(
            pack(name, data, RENDERED_LEVEL) if name in rendered else self._members[name]
            for name, data in parts.items()
        )
        return RenderedDocx(docx, text, parts)

    def _fill(self, part: Part, values: dict[str, object]) -> str:
        try:
            return _closed_cells(part.fill(with_budget(values), self.name))
        except OverBudget as error:
            raise too_large(self.name, part.name, int(str(error))) from error
        except (TemplateError, NotPrintable, TypeError) as error:
            # StrictUndefined and the sandbox say no, but not where; the walk over the syntax trees does.
            if problems := check_variables(self, values):
                raise EvidenceError(problems) from error
            raise self._broken(part.name, str(error)) from error

    def _read_back(self, part: str, xml: str, data: bytes) -> str:
        """The words of a rendered part, parsed strictly."""
        reader = self._readers.get(part)
        if reader is not None and (text := reader.text(xml)) is not None:
            return text
        try:
            root = etree.fromstring(data, strict_parser())
        except etree.XMLSyntaxError as error:
            raise self._broken(part, str(error)) from error
        for cell in root.iter(TC):
            if len(cell) == 0 or cell[-1].tag != P:
                raise self._broken(part, "a table cell without a paragraph")
        return part_text(root)

    def _broken(self, part: str, detail: str) -> EvidenceError:
        return fail("letters.render-broken", Place(file=self.name, part=part), name=self.name, detail=detail)

    def _assert_complete(self, text: str, must_appear: Iterable[str]) -> None:
        where = Place(file=self.name)
        lost = [value for value in must_appear if value not in text]
        if lost:
            raise EvidenceError(
                Problem("letters.text-lost", where, {"name": self.name, "value": value[:80]})
                for value in lost
            )

    def _assert_no_residue(self, text: str, values: dict[str, object]) -> None:
        """No tag and no programmer's word for "nothing" may stand in the letter unless the data says so.

        Suspicious words are rare, so only then are the parts rendered again with each printed value marked,
        to see whether the engine or the data put them there.
        """
        if not any(sign in text for sign in _SIGNS) or not _RESIDUE.search(text):
            return
        for part, marked in zip(self._parts, self._marked, strict=True):
            left = _visible(_MARKED.sub(MARK_START, part.fill(with_budget(values), self.name, marked)))
            written = set(_RESIDUE.findall(_visible(TAG.sub(MARK_START, part.source))))
            for found in _RESIDUE.findall(left):
                if found not in written:
                    raise fail(
                        "letters.residue", Place(file=self.name, part=part.name), name=self.name, found=found
                    )

    @cached_property
    def _marked(self) -> tuple[Template, ...]:
        environment = LetterEnvironment(mark=True)
        return tuple(environment.from_string(part.source) for part in self._parts)


def compile_template(data: bytes, name: str) -> CompiledTemplate:
    """Vet and compile the DOCX template ``data``; ``name`` is what messages call it.

    Raises :class:`EvidenceError` with exit code 5 and every fault found: ``letters.template-unreadable``,
    ``…-too-large``, ``…-unsafe``, ``…-unsupported``, ``…-syntax``, ``…-full-width``,
    ``letters.tag-not-alone``, ``letters.block-crosses``; those inside the text name paragraph and excerpt.

    The same bytes under the same name give the template compiled before: one command may need it several times.
    """
    return _kept(data, name) if len(data) <= _KEPT_BYTES else compile_anew(data, name)


def compile_anew(data: bytes, name: str) -> CompiledTemplate:
    """As :func:`compile_template`, but never the one compiled before."""
    package = open_template(data, name)
    text = {part: part_text(package.trees[part]) for part in text_parts(package.parts)}
    tags, problems = scan_package(package)
    if problems:
        raise EvidenceError(problems)
    readers = {part: reader for part in text if (reader := reader_of(package.trees[part]))}
    parts = [
        prepare(package.trees[part], part, found, name) for part, found in tags.items() if part != CORE_PART
    ]
    properties = compiled(CORE_PART, *core.source(package.trees[CORE_PART], name))
    used = _walk([*parts, properties] if CORE_PART in tags else parts, ANY).paths
    parts.append(properties)
    dynamic = {part.name for part in parts}
    constant = {part: blob for part, blob in package.parts.items() if part not in dynamic}
    return CompiledTemplate(
        name=name,
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        text="\n".join(text.values()),
        variables=tuple(sorted(used)),
        _parts=tuple(parts),
        _package=package,
        _members={part: pack(part, blob, CONSTANT_LEVEL) for part, blob in constant.items()},
        _constant_text={part: words for part, words in text.items() if part in constant},
        _readers=readers,
    )


_kept = lru_cache(32)(compile_anew)


def check_variables(template: CompiledTemplate, context: Mapping[str, object]) -> tuple[Problem, ...]:
    """Every variable of ``template`` that ``context`` cannot fill, in branches not taken too.

    Codes: ``letters.unknown-variable``, ``letters.not-printable`` (a list, record or yes/no where text is
    printed), ``letters.not-a-list``. Each names the variable as written, the paragraph, and its words. Rows
    of an empty list cannot be checked. Raises like :meth:`CompiledTemplate.render` for a context that is not
    plain.
    """
    return tuple(_walk(template._parts, shape_of(plain(context, template.name))).problems)


def scan_package(package: Package) -> tuple[dict[str, list[Tag]], list[Problem]]:
    """The tags of each part that has any, and every fault in them and in where they stand."""
    found: dict[str, list[Tag]] = {}
    problems: list[Problem] = []
    for part, tree in package.trees.items():
        if package.types[part].endswith(
            ".comments+xml"
        ):  # about the template, not of it: a remark may quote a tag
            continue
        if part == CORE_PART:
            tags, faults = core.scan_properties(tree, package.name)
        else:
            tags, faults = scan(tree, part, package.name)
        if tags:
            found[part] = tags
            faults += [problem for tag in tags for problem in tag_faults(tag)]
            if package.types[part] not in FILLED_TYPES and part != CORE_PART:  # docxtpl never looks there
                faults.append(tags[0].place.problem("letters.template-unsupported", found=part))
        elif not faults and package.types[part] in FILLED_TYPES:
            faults += _hidden_tag(tree, part, package.name)
        problems += sorted(faults, key=lambda problem: problem.params["paragraph"])
    return found, problems


def _hidden_tag(tree: etree._Element, part: str, template: str) -> list[Problem]:
    """A tag in an attribute or field code of a part without other tags: it would be left as it stands."""
    hidden = TAG.search(etree.tostring(tree, encoding="unicode"))
    if hidden is None:
        return []
    found = hidden.group()[:60]
    return [Spot(template, part, 0, found).problem("letters.tag-not-alone", tag=found)]


def _walk(parts: Iterable[Part], data: Shape) -> Walk:
    walk = Walk(data)
    for part in parts:
        walk.part(part.tree, part.spot)
    return walk


def _closed_cells(xml: str) -> str:
    """An empty paragraph for each cell whose blocks left it none: Word calls a cell without one damage."""
    for end in ("</w:tcPr></w:tc>", "<w:tcPr/></w:tc>", "<w:tc></w:tc>"):
        if end in xml:
            xml = xml.replace(end, f"{end[:-7]}<w:p/></w:tc>")
    return xml


def _visible(xml: str) -> str:
    """XML text without its markup, paragraphs apart."""
    return _MARKUP.sub("", xml.replace("</w:p>", "\n"))


def _sm3(data: bytes) -> str:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize().hex()
