"""What a foreign PDF holds that a reader should know of before it is stamped or shown to a court.

Nothing is judged and nothing is changed: findings are kept with the exhibit. A *warning* is what can make the same file
show two contents, or has served to do so: earlier versions, hidden layers, paint over text, notes over content, scripts.
A *note* is what a careful reader asks about. The words for
each code stand in :mod:`evidence.stamp.prewords`, what was looked for in docs/formats.md, section 3.4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from evidence.errors import EvidenceError
from evidence.stamp.painted import Box, Item, Kind, inherited
from evidence.stamp.pdfany import Document, Section, object_at, read_any
from evidence.stamp.pdfsyntax import Reference
from evidence.stamp.survey import Look

__all__ = ["CODES", "Finding", "prelint"]

WARNING, NOTE = "warning", "note"
CODES = {
    "revisions": WARNING,
    "revisions-content": WARNING,
    "hidden-layer": WARNING,
    "layers": NOTE,
    "hybrid": NOTE,
    "overlay": WARNING,
    "annotation-over": WARNING,
    "annotations": NOTE,
    "script": WARNING,
    "action": WARNING,
    "embedded-file": WARNING,
    "form": NOTE,
    "font-not-embedded": NOTE,
    "signature": NOTE,
    "signature-partial": WARNING,
    "signature-odd": WARNING,
    "encrypted": NOTE,
    "hidden-text": NOTE,
    "cropped-text": WARNING,
    "orphan-page": WARNING,
    "repaired": WARNING,
    "unreadable": WARNING,
    "unread-page": NOTE,
}
"""Every code and how grave it is."""
MAX_OBJECTS = 50_000  # looked at one by one
MAX_FIELDS = 2_000
_COVERED = 0.6  # of a text's box; less is taken for a table's ruling or a shadow
_HARMLESS_NOTES = frozenset(("Link", "Widget"))
_TRANSPARENT_NOTES = frozenset(("Text", "Highlight", "Underline", "StrikeOut", "Squiggly"))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: code, pages it concerns (none where it concerns the file), and counts or names."""

    code: str
    pages: tuple[int, ...] = ()
    params: tuple[tuple[str, str | int], ...] = ()

    @property
    def level(self) -> str:
        return CODES[self.code]

    def to_json(self) -> dict[str, object]:
        return {
            "code": self.code,
            "level": self.level,
            "pages": list(self.pages),
            "params": dict(self.params),
        }


@dataclass(slots=True)
class _Found:
    findings: list[Finding] = field(default_factory=list)

    def add(self, code: str, pages: Iterable[int] = (), **params: str | int) -> None:
        self.findings.append(Finding(code, tuple(sorted(set(pages))), tuple(sorted(params.items()))))


def prelint(data: bytes, pdf: pikepdf.Pdf, looks: Sequence[Look]) -> tuple[Finding, ...]:
    """All findings, in the order of :data:`CODES`. Never raises for what the file holds."""
    found = _Found()
    _damage(data, pdf, found)
    for check in (_revisions, _layers, _alive, _attached, _form, _signatures, _fonts, _orphans):
        try:
            check(data, pdf, found)
        except (
            pikepdf.PdfError,
            EvidenceError,
            TypeError,
            ValueError,
            KeyError,
            AttributeError,
            RecursionError,
            IndexError,
        ):
            found.add("unreadable", part=check.__name__.lstrip("_"))
    _pages(looks, found)
    order = list(CODES)
    return tuple(sorted(found.findings, key=lambda finding: order.index(finding.code)))


def _damage(data: bytes, pdf: pikepdf.Pdf, found: _Found) -> None:
    warnings = pdf.get_warnings()
    if warnings:
        found.add("repaired", count=len(warnings))
    if pdf.is_encrypted:
        found.add("encrypted", method=str(pdf.encryption.stream_method).rsplit(".", 1)[-1])
    del data


# Revisions: what each layer of saving changed ------------------------------------------------------------------


def _revisions(data: bytes, pdf: pikepdf.Pdf, found: _Found) -> None:
    try:
        document = read_any(data)
    except EvidenceError as error:
        found.add("unreadable", part=str(error.problems[0].params.get("reason", "")))
        ends = data.count(b"startxref")
        if ends > 1:
            found.add("revisions", count=ends, changed="-")
        return
    if any(b"XRefStm" in section.trailer for section in document.sections):
        found.add("hybrid")
    layers = _layers_of_saving(document)
    if len(layers) < 2:
        return
    contents = _content_numbers(pdf)
    classes: Counter[str] = Counter()
    # The oldest layer is the file; every later one changes it.
    for sections in layers[:-1]:
        older = {n for later in layers[layers.index(sections) + 1 :] for s in later for n in s.entries}
        for section in sections:
            for number, entry in section.entries.items():
                if entry[0] == 0:
                    continue
                kind = _class_of(document, section, number, contents)
                if kind and (number in older or kind != "other"):
                    classes[kind] += 1
    found.add(
        "revisions", count=len(layers), changed=", ".join(f"{k} {n}" for k, n in sorted(classes.items()))
    )
    if classes["content"] or classes["page"] or classes["font"]:
        found.add(
            "revisions-content", changed=", ".join(k for k in ("content", "font", "page") if classes[k])
        )


def _layers_of_saving(document: Document) -> list[list[Section]]:
    """Sections that were written together: the two of a linearised file and a hybrid's pair are one layer."""
    layers: list[list[Section]] = []
    for section in document.sections:
        together = False
        if layers:
            last = layers[-1][-1]
            link = last.trailer.get(b"XRefStm")
            together = link is not None and link.integer == section.offset
            # Linearised: the table read first stands before the one it follows.
            together = together or (len(document.sections) > 1 and last.offset < section.offset)
        if together:
            layers[-1].append(section)
        else:
            layers.append([section])
    return layers


def _class_of(document: Document, section: Section, number: int, contents: set[int]) -> str:
    """Content, page, annotation, form, signature, layer, metadata, font or other; empty for the tables themselves."""
    if number in contents:
        return "content"
    kind, place, extra = section.entries[number]
    try:
        if kind == 1:
            entries = object_at(document.data, place, Reference(number, extra)).entries()
        else:
            entries = document.object(Reference(number, 0)).entries()
    except EvidenceError:
        return "other"
    type_ = entries[b"Type"].name if b"Type" in entries else None
    subtype = entries[b"Subtype"].name if b"Subtype" in entries else None
    if type_ in (b"XRef", b"ObjStm"):
        return ""
    if type_ in (b"Page", b"Pages"):
        return "page"
    if type_ == b"Sig" or b"ByteRange" in entries or type_ == b"DSS" or type_ == b"DocTimeStamp":
        return "signature"
    if subtype == b"Widget" or b"FT" in entries:
        return "form"
    if type_ == b"Annot":
        return "annotation"
    if type_ == b"OCG":
        return "layer"
    if type_ == b"Metadata" or subtype == b"XML":
        return "metadata"
    if type_ in (b"Font", b"FontDescriptor") or b"FontFile2" in entries:
        return "font"
    if subtype in (b"Form", b"Image"):
        return "appearance"
    if type_ == b"Catalog":
        return "catalogue"
    return "other"


def _content_numbers(pdf: pikepdf.Pdf) -> set[int]:
    numbers: set[int] = set()
    for page in pdf.pages:
        contents = page.obj.get("/Contents")
        if contents is None:
            continue
        if isinstance(contents, pikepdf.Array):
            numbers |= {part.objgen[0] for part in contents}
        else:
            numbers.add(contents.objgen[0])
    return numbers


# What is beside the pages ------------------------------------------------------------------------------------


def _layers(data: bytes, pdf: pikepdf.Pdf, found: _Found) -> None:
    del data
    if "/OCProperties" not in pdf.Root:
        return
    properties = pdf.Root.OCProperties
    count = len(properties.get("/OCGs", []))
    default = properties.get("/D", pikepdf.Dictionary())
    off = len(default.get("/OFF", []))
    base_off = str(default.get("/BaseState", "/ON")) == "/OFF"
    events = len(default.get("/AS", []))
    if off or (base_off and count) or events:
        found.add("hidden-layer", count=off or count)
    if count:
        found.add("layers", count=count)


def _alive(data: bytes, pdf: pikepdf.Pdf, found: _Found) -> None:
    del data
    scripts, actions = 0, 0
    pages: list[int] = []

    def take(action: Any, page: int = 0, depth: int = 0) -> None:
        nonlocal scripts, actions
        if not isinstance(action, pikepdf.Dictionary) or depth > 8:
            return
        kind = str(action.get("/S", ""))
        if kind == "/JavaScript" or "/JS" in action:
            scripts += 1
            pages.extend([page] if page else [])
        elif kind in (
            "/Launch",
            "/SubmitForm",
            "/ImportData",
            "/GoToR",
            "/GoToE",
            "/Hide",
            "/SetOCGState",
            "/Rendition",
        ):
            actions += 1
            pages.extend([page] if page else [])
        following = action.get("/Next")
        if following is not None:
            for item in following if isinstance(following, pikepdf.Array) else [following]:
                take(item, page, depth + 1)

    def take_all(holder: Any, page: int = 0) -> None:
        for action in dict(holder.get("/AA", {})).values():
            take(action, page)
        take(holder.get("/A"), page)

    names = pdf.Root.get("/Names")
    if names is not None and "/JavaScript" in names:
        scripts += 1
    take(pdf.Root.get("/OpenAction"))
    take_all(pdf.Root)
    for number, page in enumerate(pdf.pages, 1):
        take_all(page.obj, number)
        for note in list(page.obj.get("/Annots", []))[:MAX_FIELDS]:
            if isinstance(note, pikepdf.Dictionary):
                take_all(note, number)
    for entry in _fields(pdf):
        take_all(entry)
    if scripts:
        found.add("script", pages, count=scripts)
    if actions:
        found.add("action", pages, count=actions)


def _attached(data: bytes, pdf: pikepdf.Pdf, found: _Found) -> None:
    del data
    count = len(pdf.attachments)
    pages = []
    for number, page in enumerate(pdf.pages, 1):
        for note in list(page.obj.get("/Annots", []))[:MAX_FIELDS]:
            if isinstance(note, pikepdf.Dictionary) and note.get("/Subtype") == "/FileAttachment":
                count += 1
                pages.append(number)
    if count or "/AF" in pdf.Root:
        found.add("embedded-file", pages, count=max(count, 1))


def _fields(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Form fields, whole tree, each node once."""
    form = pdf.Root.get("/AcroForm")
    waiting = list(form.get("/Fields", [])) if isinstance(form, pikepdf.Dictionary) else []
    seen: set[tuple[int, int]] = set()
    for _ in range(MAX_FIELDS):
        if not waiting:
            return
        entry = waiting.pop()
        if not isinstance(entry, pikepdf.Dictionary) or (entry.is_indirect and entry.objgen in seen):
            continue
        seen.add(entry.objgen)
        waiting += list(entry.get("/Kids", []))
        yield entry


def _form(data: bytes, pdf: pikepdf.Pdf, found: _Found) -> None:
    del data
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return
    count = sum("/FT" in entry and entry.get("/FT") != "/Sig" for entry in _fields(pdf))
    if count or "/XFA" in form:
        found.add("form", count=count, xfa=int("/XFA" in form))


def _signatures(data: bytes, pdf: pikepdf.Pdf, found: _Found) -> None:
    ranges = []
    for entry in _fields(pdf):
        value = entry.get("/V")
        if entry.get("/FT") == "/Sig" and isinstance(value, pikepdf.Dictionary):
            ranges.append([int(number) for number in value.get("/ByteRange", [])])
    held = data.count(b"/ByteRange")
    if not ranges and not held:
        return
    found.add("signature", count=max(len(ranges), held))
    odd = sum(not _is_plain_range(r, data) for r in ranges)
    if odd or held > len(ranges):
        found.add("signature-odd", count=odd or held - len(ranges))
    ends = [r[2] + r[3] for r in ranges if len(r) == 4]
    if ends and max(ends) < len(data.rstrip(b"\0\t\n\f\r ")):
        found.add("signature-partial", count=len(data) - max(ends))


def _is_plain_range(given: list[int], data: bytes) -> bool:
    """Two stretches from the beginning, with nothing but the signature itself between them."""
    if (
        len(given) != 4
        or given[0] != 0
        or min(given) < 0
        or given[1] > given[2]
        or given[2] + given[3] > len(data)
    ):
        return False
    gap = data[given[1] : given[2]].strip()
    return gap.startswith(b"<") and gap.endswith(b">") and b"<<" not in gap


def _fonts(data: bytes, pdf: pikepdf.Pdf, found: _Found) -> None:
    del data
    names: dict[str, set[int]] = {}
    done: dict[tuple[int, int], str] = {}
    for number, page in enumerate(pdf.pages, 1):
        for resources in _resources(page.obj):
            for font in dict(resources.get("/Font", {})).values():
                if not isinstance(font, pikepdf.Dictionary):
                    continue
                key = font.objgen
                if key == (0, 0) or key not in done:
                    done[key] = _missing(font)
                if done[key]:
                    names.setdefault(done[key], set()).add(number)
    if names:
        shown = ", ".join(sorted(names)[:8])
        found.add(
            "font-not-embedded",
            {page for pages in names.values() for page in pages},
            names=shown,
            count=len(names),
        )


def _resources(page: Any) -> Iterator[Any]:
    """A page's resources, and those of the forms it names directly."""
    own = inherited(page, "/Resources")
    if not isinstance(own, pikepdf.Dictionary):
        return
    yield own
    for held in list(dict(own.get("/XObject", {})).values())[:100]:
        if isinstance(held, pikepdf.Stream) and held.get("/Subtype") == "/Form" and "/Resources" in held:
            yield held.Resources


def _missing(font: Any) -> str:
    """The name of a font whose outlines are not in the file; empty where they are."""
    if font.get("/Subtype") == "/Type3":
        return ""
    holder = (
        font.DescendantFonts[0] if font.get("/Subtype") == "/Type0" and "/DescendantFonts" in font else font
    )
    descriptor = holder.get("/FontDescriptor")
    if descriptor is not None and any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
        return ""
    name = str(font.get("/BaseFont", "/?")).lstrip("/")
    return "".join(char if char.isprintable() else "?" for char in name)[:60]


def _orphans(data: bytes, pdf: pikepdf.Pdf, found: _Found) -> None:
    """Pages that lie in the file and in no tree of pages: what was taken out, or waits to be put in."""
    del data
    shown = {page.obj.objgen for page in pdf.pages}
    count = 0
    for index, held in enumerate(pdf.objects):
        if index >= MAX_OBJECTS:
            break
        if isinstance(held, pikepdf.Dictionary) and held.get("/Type") == "/Page" and held.objgen not in shown:
            count += 1
    if count:
        found.add("orphan-page", count=count)


# What the pages paint ----------------------------------------------------------------------------------------


def _pages(looks: Sequence[Look], found: _Found) -> None:
    covered: dict[int, int] = {}
    over: dict[int, set[str]] = {}
    notes: Counter[str] = Counter()
    noted, hidden, cropped, unread = set(), set(), set(), set()
    for look in looks:
        for kind, _box in look.notes:
            if kind not in _HARMLESS_NOTES:
                notes[kind] += 1
                noted.add(look.number)
        if look.content is None:
            unread.add(look.number)
            continue
        items = look.content.items
        texts = [item.box for item in items if item.kind is Kind.TEXT]
        if any(item.kind is Kind.HIDDEN_TEXT for item in items):
            hidden.add(look.number)
        if look.sheet is not None and any(_outside(box, look.sheet.box) for box in texts):
            cropped.add(look.number)
        if count := _overlaid(items):
            covered[look.number] = count
        for kind, box in look.notes:
            covers = kind not in _HARMLESS_NOTES | _TRANSPARENT_NOTES
            if covers and any(_share(text, box) > 0.3 for text in texts):
                over.setdefault(look.number, set()).add(kind)
    if covered:
        found.add("overlay", covered, count=sum(covered.values()))
    if over:
        found.add(
            "annotation-over", over, kinds=", ".join(sorted({k for kinds in over.values() for k in kinds}))
        )
    if notes:
        found.add("annotations", noted, count=sum(notes.values()), kinds=", ".join(sorted(notes)))
    if hidden:
        found.add("hidden-text", hidden, count=len(hidden))
    if cropped:
        found.add("cropped-text", cropped, count=len(cropped))
    if unread:
        found.add("unread-page", unread, count=len(unread))


def _overlaid(items: Sequence[Item]) -> int:
    """How many texts lie under something opaque that was painted after them, and under no text painted later."""
    texts: list[Box] = []
    count = 0
    for item in items:
        if item.kind is Kind.TEXT:
            texts.append(item.box)
        elif item.kind in (Kind.WHITE, Kind.FILL, Kind.IMAGE) and item.opaque and texts:
            width, height = item.box[2] - item.box[0], item.box[3] - item.box[1]
            if width < 3 or height < 3:  # a rule
                continue
            kept = [text for text in texts if _share(text, item.box) < _COVERED]
            count += len(texts) - len(kept)
            texts = kept
    return count


def _share(inner: Box, outer: Box) -> float:
    """How much of ``inner`` lies in ``outer``, from 0 to 1."""
    width = min(inner[2], outer[2]) - max(inner[0], outer[0])
    height = min(inner[3], outer[3]) - max(inner[1], outer[1])
    area = (inner[2] - inner[0]) * (inner[3] - inner[1])
    return width * height / area if width > 0 and height > 0 and area > 0 else 0.0


def _outside(box: Box, shown: Box) -> bool:
    return box[2] < shown[0] or box[0] > shown[2] or box[3] < shown[1] or box[1] > shown[3]
