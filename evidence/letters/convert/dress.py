"""Put fonts this machine has into the DOCX a converter sees; the journaled DOCX stays as it was.

Converters replace a missing family or glyph silently, each in its own way. So every family named in the
package is replaced beforehand by one that is there, and a character the letter's families lack gets a run of
its own in a font that has it. What remains for the converter to choose is nothing.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lxml import etree

from evidence.errors import EvidenceError, Place, Problem
from evidence.letters.convert._package import (
    DOCUMENT,
    NUMBERING,
    STYLES,
    XML_SPACE,
    A,
    parse,
    read_parts,
    serialise,
    w,
    write_parts,
)
from evidence.letters.fonts import Choice, Face, Shelf, is_blank, suggest_font

_HAN_SLOT = "eastAsia"
_SLOTS = ("ascii", "hAnsi", _HAN_SLOT, "cs")
_THEME_SLOTS = {"asciiTheme": "ascii", "hAnsiTheme": "hAnsi", "eastAsiaTheme": _HAN_SLOT, "cstheme": "cs"}
_SYMBOL_FONTS = ("Symbol", "Wingdings", "Wingdings 2", "Wingdings 3", "Webdings")
"""Bullets of lists: their codes mean nothing in another face, and converters draw them by themselves."""
_HAN_FROM = 0x2E80
"""From here on (CJK radicals) Word sets a character in the eastAsia face whatever the hint says."""

_ENTITY = re.compile("&(?=(?:amp|lt|gt|quot|apos);)")
"""An ampersand that begins what XML would read as an entity, in text that is none: somebody wrote ``&amp;``."""


@dataclass(frozen=True, slots=True)
class Dressed:
    """A package ready for a converter, and the faces it may use beyond the shipped ones."""

    parts: Mapping[str, bytes]
    faces: frozenset[Face]

    @property
    def docx(self) -> bytes:
        return write_parts(self.parts)


@dataclass(frozen=True, slots=True)
class Fitting:
    """The same with the text as a tree, for who has more to change in it. In ``rest`` the text stands as it was given."""

    rest: Mapping[str, bytes]
    document: etree._Element
    faces: frozenset[Face]

    def dressed(self) -> Dressed:
        return Dressed({**self.rest, DOCUMENT: serialise(self.document)}, self.faces)


def dress_all(docs: Sequence[bytes], shelf: Shelf) -> list[Dressed]:
    """Every letter dressed, in order. Raises as :func:`fittings`, before anything is given out."""
    return [fitting.dressed() for fitting in fittings(docs, shelf)]


def fittings(docs: Sequence[bytes], shelf: Shelf) -> Iterator[Fitting]:
    """The letters one after the other, since a tree takes ten times the memory of its text.

    Raises ``convert.glyph-missing`` with every character that no font has, letter by letter (the place's row
    is the letter's position, from 1), at the end, and ``convert.font-missing`` for a face neither here nor in the table.
    """
    problems: list[Problem] = []
    rack = _Rack(shelf)
    for position, docx in enumerate(docs, 1):
        wardrobe = _Wardrobe(rack)
        yield _dress(read_parts(docx), wardrobe)
        problems += [
            Problem("convert.glyph-missing", Place(row=position), glyph_params(char))
            for char in wardrobe.missing
        ]
    if problems:
        raise EvidenceError(problems)


def glyph_params(char: str) -> dict[str, str | int]:
    """What fills the words of ``convert.glyph-missing`` for one character."""
    return {"characters": char, "code": f"U+{ord(char):04X}", "font": suggest_font(char)}


@dataclass(frozen=True, slots=True)
class _Setting:
    """Where one character is set: ``family`` is ``None`` when the letter's own families do, or none at all."""

    family: str | None = None
    face: Face | None = None
    missing: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """The parts of a package beside its text, with their families replaced: the same in all letters of a template.

    ``printed`` are the words of headers, footers and notes by part; ``han`` and ``latin`` the families named.
    """

    parts: Mapping[str, bytes]
    printed: Mapping[str, str]
    han: Mapping[str, Choice]
    latin: Mapping[str, Choice]


class _Rack:
    """What the letters dressed together have in common: most ask for the same families and characters."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._chosen: dict[tuple[str, bool], Choice] = {}
        self._settings: dict[tuple[frozenset[tuple[str, int]], ...], dict[str, _Setting]] = {}
        self._frames: dict[object, _Frame] = {}

    def choose(self, asked: str, *, han: bool) -> Choice:
        key = asked, han
        if key not in self._chosen:
            self._chosen[key] = self.shelf.choose(asked, latin=not han)
        return self._chosen[key]

    def settings(self, *families: Iterable[Choice]) -> dict[str, _Setting]:
        """The characters settled so far in letters of these families, to be added to."""
        faces = ((choice.faces[0] for choice in choices) for choices in families)
        key = tuple(frozenset((str(face.path), face.number) for face in some) for some in faces)
        return self._settings.setdefault(key, {})

    def frame(self, parts: Mapping[str, bytes], theme: Mapping[str, str], document: etree._Element) -> _Frame:
        """The frame that ``parts``, among them those that hold fonts, are for a text with the styles of ``document``."""
        others = {name: data for name, data in parts.items() if name != DOCUMENT and _holds_fonts(name)}
        key = (tuple(others.items()), tuple(theme.items()), frozenset(_named_styles(document)))
        if key not in self._frames:
            self._frames[key] = _frame(others, theme, document, _Wardrobe(self))
        return self._frames[key]


class _Wardrobe:
    """The choices made for one package: family by name, and a face for each rare character."""

    def __init__(self, rack: _Rack) -> None:
        self.shelf = rack.shelf
        self.han: dict[str, Choice] = {}
        self.latin: dict[str, Choice] = {}
        self.spare: dict[str, Face] = {}
        self.missing: dict[str, None] = {}
        self._rack = rack

    def family(self, asked: str, *, han: bool) -> str:
        known = self.han if han else self.latin
        if asked not in known:
            known[asked] = self._rack.choose(asked, han=han)
        return known[asked].used

    def enter(self, parts: Mapping[str, bytes], theme: Mapping[str, str], document: etree._Element) -> _Frame:
        """The frame of a letter, whose families are among its own from now on."""
        frame = self._rack.frame(parts, theme, document)
        self.han.update(frame.han)
        self.latin.update(frame.latin)
        return frame

    def spare_family(self, char: str) -> str | None:
        """The family to set ``char`` in, or ``None`` when the letter's own families do.

        To be asked only when all families of the package are known.
        """
        setting = self._settings.get(char)
        if setting is None:
            setting = self._settings[char] = self._settle(char)
        if setting.face is not None:
            self.spare[char] = setting.face
        elif setting.missing:
            self.missing[char] = None
        return setting.family

    @cached_property
    def _settings(self) -> dict[str, _Setting]:
        return self._rack.settings(self.han.values(), self.latin.values())

    def _settle(self, char: str) -> _Setting:
        if is_blank(char) or all(self._covers(choice, char) for choice in self._used_for(char)):
            return _Setting()
        serif = self.shelf.serif
        if self._covers(serif, char):
            return _Setting(serif.used)
        face = self.shelf.fallback(char)
        return _Setting(missing=True) if face is None else _Setting(face.family, face)

    def faces(self) -> frozenset[Face]:
        """The faces beyond the shipped ones, the bold of a spare family with its regular."""
        chosen = (
            face
            for choice in (*self.han.values(), *self.latin.values())
            if not choice.shipped
            for face in choice.faces
        )
        families = {face.family for face in self.spare.values()}
        return frozenset((*chosen, *(face for face in self.shelf.extra if face.family in families)))

    def _used_for(self, char: str) -> Iterable[Choice]:
        yield from self.han.values() or (self.shelf.serif,)
        if ord(char) < _HAN_FROM:
            yield from self.latin.values()

    @staticmethod
    def _covers(choice: Choice, char: str) -> bool:
        return choice.faces[0].has(char)


def _dress(parts: Mapping[str, bytes], wardrobe: _Wardrobe) -> Fitting:
    document = parse(parts[DOCUMENT])
    theme = _theme_fonts(parts, wardrobe.shelf.locale)
    _replace_families(document, theme, wardrobe)
    frame = wardrobe.enter(parts, theme, document)
    # Only now are all families known, and with them what each character may be set in.
    words = _words(document)
    if _ENTITY.search(words):
        _part_entities(document)
    if rare := _rare(words, wardrobe):
        _split_runs(document, rare, wardrobe)
    around = dict(frame.parts)
    for name, words in frame.printed.items():
        if rare := _rare(words, wardrobe):
            tree = parse(around[name])
            _split_runs(tree, rare, wardrobe)
            around[name] = serialise(tree)
    return Fitting({**parts, **around}, document, wardrobe.faces())


def _frame(
    parts: Mapping[str, bytes], theme: Mapping[str, str], document: etree._Element, wardrobe: _Wardrobe
) -> _Frame:
    trees = {name: parse(data) for name, data in sorted(parts.items())}
    used = used_styles({**trees, DOCUMENT: document})
    for name, tree in trees.items():
        _replace_families(tree, theme, wardrobe, None if name != STYLES else used)
    if STYLES in trees:
        _set_default(trees[STYLES], wardrobe)
    printed = {name: _words(tree) for name, tree in trees.items() if name not in (STYLES, NUMBERING)}
    for name, words in printed.items():
        if _ENTITY.search(words):
            _part_entities(trees[name])
    return _Frame(
        {name: serialise(tree) for name, tree in trees.items()}, printed, wardrobe.han, wardrobe.latin
    )


def _replace_families(
    tree: etree._Element,
    theme: Mapping[str, str],
    wardrobe: _Wardrobe,
    used: frozenset[str] | None = None,
) -> None:
    """Replace the families a part names; in the styles, where ``used`` is given, those of the used ones."""
    for fonts in tree.iter(w("rFonts")):
        _resolve_theme(fonts, theme)
        _rename(fonts, wardrobe, used=used is None or _style_of(fonts) in used)
    for symbol in tree.iter(w("sym")):
        symbol.set(w("font"), wardrobe.family(symbol.get(w("font"), ""), han=True))


def _holds_fonts(name: str) -> bool:
    stem = name.removeprefix("word/")
    return name == DOCUMENT or (
        name.startswith("word/")
        and name.endswith(".xml")
        and stem.startswith(("styles.", "numbering.", "header", "footer", "footnotes.", "endnotes."))
    )


def _resolve_theme(fonts: etree._Element, theme: Mapping[str, str]) -> None:
    """Turn theme references of one ``w:rFonts`` into names; a reference wins over a name beside it."""
    for attribute, slot in _THEME_SLOTS.items():
        if reference := fonts.attrib.pop(w(attribute), ""):
            if family := theme.get(str(reference)):
                fonts.set(w(slot), family)
            else:
                fonts.attrib.pop(w(slot), "")


def _rename(fonts: etree._Element, wardrobe: _Wardrobe, *, used: bool) -> None:
    """Replace every family of one ``w:rFonts``.

    A style nobody uses may name anything (Word lists dozens), so there all names become Serif unasked.
    """
    for slot in _SLOTS:
        asked = fonts.get(w(slot))
        if not asked or asked in _SYMBOL_FONTS:
            continue
        fonts.set(
            w(slot), wardrobe.family(asked, han=slot == _HAN_SLOT) if used else wardrobe.shelf.serif.used
        )


def _set_default(styles: etree._Element, wardrobe: _Wardrobe) -> None:
    """Text without any font gets Serif, in place of the converter's own default."""
    defaults = _child(styles, "docDefaults", first=True)
    properties = _child(_child(defaults, "rPrDefault", first=True), "rPr")
    fonts = _child(properties, "rFonts", first=True)
    for slot in _SLOTS:
        if fonts.get(w(slot)) is None:
            fonts.set(w(slot), wardrobe.family(wardrobe.shelf.serif.used, han=slot == _HAN_SLOT))


def _child(parent: etree._Element, name: str, *, first: bool = False) -> etree._Element:
    found = parent.find(w(name))
    if found is None:
        found = etree.Element(w(name))
        parent.insert(0 if first else len(parent), found)
    return found


# --- which styles count ---------------------------------------------------------------------------------------


def _style_of(fonts: etree._Element) -> str:
    """The id of the style a ``w:rFonts`` stands in; empty for the document defaults."""
    style = next(fonts.iterancestors(w("style")), None)
    return "" if style is None else style.get(w("styleId"), "")


def used_styles(trees: Mapping[str, etree._Element]) -> frozenset[str]:
    """Ids of the styles text depends on: named in the text, defaults, and what those are based on."""
    if STYLES not in trees:
        return frozenset({""})
    styles = {s.get(w("styleId"), ""): s for s in trees[STYLES].iter(w("style"))}
    waiting = [i for i, s in styles.items() if s.get(w("default")) in ("1", "true", "on")]
    for name, tree in trees.items():
        if name != STYLES:
            waiting += _named_styles(tree)
    used = {""}
    while waiting:
        current = waiting.pop()
        if current in used or current not in styles:
            continue
        used.add(current)
        waiting += [e.get(w("val"), "") for tag in ("basedOn", "link") for e in styles[current].iter(w(tag))]
    return frozenset(used)


def _named_styles(tree: etree._Element) -> list[str]:
    return [e.get(w("val"), "") for e in tree.iter(w("pStyle"), w("rStyle"), w("tblStyle"))]


def _theme_fonts(parts: Mapping[str, bytes], locale: str) -> Mapping[str, str]:
    """Theme references (``minorEastAsia`` …) as the names the package's theme gives them."""
    theme = parts.get("word/theme/theme1.xml")
    return _read_theme(theme, "Hant" if locale == "zh-Hant" else "Hans") if theme else {}


@lru_cache(maxsize=8)
def _read_theme(theme: bytes, script: str) -> Mapping[str, str]:
    root = parse(theme)
    names: dict[str, str] = {}
    for size in ("major", "minor"):
        fonts = root.find(f".//{{{A}}}{size}Font")
        if fonts is None:
            continue
        latin, asian, complex_ = (fonts.find(f"{{{A}}}{tag}") for tag in ("latin", "ea", "cs"))
        own = fonts.find(f"{{{A}}}font[@script='{script}']")
        face = {e: e.get("typeface", "") for e in (latin, asian, complex_, own) if e is not None}
        names[f"{size}Ascii"] = names[f"{size}HAnsi"] = face.get(latin, "") if latin is not None else ""
        han = (face.get(asian, "") if asian is not None else "") or (
            face.get(own, "") if own is not None else ""
        )
        names[f"{size}EastAsia"] = han
        names[f"{size}Bidi"] = face.get(complex_, "") if complex_ is not None else ""
    return {reference: family for reference, family in names.items() if family}


# --- runs for rare characters ---------------------------------------------------------------------------------


def _words(tree: etree._Element) -> str:
    return "".join([t.text or "" for t in tree.iter(w("t"))])


def _rare(words: str, wardrobe: _Wardrobe) -> set[str]:
    """The characters of ``words`` that the letter's families lack; what is missing altogether is noted."""
    return {c for c in dict.fromkeys(words) if wardrobe.spare_family(c) is not None}


def _split_runs(tree: etree._Element, rare: set[str], wardrobe: _Wardrobe) -> None:
    """Give every character of ``rare`` a run of its own, in a family that has it."""
    for run in [
        r for r in tree.iter(w("r")) if any(rare.intersection(t.text or "") for t in r.findall(w("t")))
    ]:
        _split_run(run, wardrobe)


def _part_entities(tree: etree._Element) -> None:
    """End a ``w:t`` behind each ampersand of a written-out entity: the builtin engine resolves it a second time."""
    for text in list(tree.iter(w("t"))):
        first, *others = _ENTITY.sub("&\0", text.text or "").split("\0")
        if others:
            text.text = first
            text.set(XML_SPACE, "preserve")
        for other in reversed(others):
            more = etree.Element(w("t"))
            more.text = other
            more.set(XML_SPACE, "preserve")
            text.addnext(more)


def _split_run(run: etree._Element, wardrobe: _Wardrobe) -> None:
    parent = run.getparent()
    assert parent is not None
    properties = run.find(w("rPr"))
    place = parent.index(run)
    pieces: list[etree._Element] = []
    last_family: str | None = ""  # neither a family nor None: the first piece always opens a run

    def piece(family: str | None) -> etree._Element:
        nonlocal last_family
        if not pieces or family != last_family:
            new = etree.Element(w("r"))
            own = copy.deepcopy(properties) if properties is not None else etree.Element(w("rPr"))
            if family is not None:
                _force(own, family)
            if len(own):
                new.append(own)
            pieces.append(new)
            last_family = family
        return pieces[-1]

    for child in list(run):
        if child is properties:
            continue
        if child.tag != w("t"):
            piece(None).append(child)
            continue
        for family, text in _segments(child.text or "", wardrobe):
            element = etree.SubElement(piece(family), w("t"))
            element.text = text
            element.set(XML_SPACE, "preserve")
    parent.remove(run)
    for offset, new in enumerate(pieces):
        parent.insert(place + offset, new)


def _segments(text: str, wardrobe: _Wardrobe) -> Iterator[tuple[str | None, str]]:
    """``text`` cut where the family changes. A blank stays with what stands before it."""
    start, current = 0, None
    for index, char in enumerate(text):
        family = current if is_blank(char) else wardrobe.spare_family(char)
        if index == 0:
            current = family
        elif family != current:
            yield current, text[start:index]
            start, current = index, family
    if text:
        yield current, text[start:]


def _force(properties: etree._Element, family: str) -> None:
    fonts = properties.find(w("rFonts"))
    if fonts is None:
        fonts = etree.Element(w("rFonts"))
        style = properties.find(w("rStyle"))  # the schema wants rStyle first
        properties.insert(0 if style is None else 1, fonts)
    for slot in _SLOTS:
        fonts.set(w(slot), family)
    fonts.set(w("hint"), _HAN_SLOT)
