"""Two versions of one evidence file: which exhibits came, went, were reworded, replaced, renumbered, and what else moved.

Both are read from the packed files themselves, so that versions made long ago, by another version of this program, can be
compared too. A pure reading: nothing is fetched from the workspace.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

__all__ = ["Change", "Comparison", "Edition", "Figure", "FormChange", "Line", "compare", "edition"]

WORDED = ("name", "kind", "group", "source", "proves", "original", "dated", "carrier", "submitter")
"""What a line of the catalogue says besides numbers and the file."""
_NUMBERED = re.compile(r"^[0-9]+-")
FIGURES = ("as_of", "principal", "late", "total")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a catalogue; ``words`` by the names of :data:`WORDED`.

    ``text`` is what a paper made with the bundle says, whose bytes carry marks of the version as well.
    """

    number: str
    pages: str
    file: str
    sha256: str
    words: Mapping[str, str]
    text: str = ""

    @property
    def name(self) -> str:
        return self.words["name"]


@dataclass(frozen=True, slots=True)
class Edition:
    """One version as packed: its lines, the text of each form by its name without number, and its sums as texts."""

    id: str
    made_at: str
    lines: tuple[Line, ...]
    forms: Mapping[str, tuple[str, ...]]
    figures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """An exhibit in both versions; ``words`` are the fields that say something else, ``replaced``: another file."""

    before: Line
    after: Line

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(
            field for field in WORDED if self.before.words.get(field, "") != self.after.words.get(field, "")
        )

    @property
    def replaced(self) -> bool:
        same = self.before.sha256 == self.after.sha256
        return not same and not (self.before.text and self.before.text == self.after.text)

    @property
    def renumbered(self) -> bool:
        return (self.before.number, self.before.pages) != (self.after.number, self.after.pages)


@dataclass(frozen=True, slots=True)
class FormChange:
    """A form that came (``added``), went (``removed``) or says something else: the lines that differ, in their order."""

    name: str
    state: str
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum or the day it is of; empty where a version does not state it."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """``kept`` are all exhibits in both; what of them changed is in ``reworded``, ``replaced`` and ``renumbered``."""

    before: Edition
    after: Edition
    added: tuple[Line, ...]
    removed: tuple[Line, ...]
    kept: tuple[Change, ...]
    forms: tuple[FormChange, ...]
    figures: tuple[Figure, ...]

    @property
    def reworded(self) -> tuple[Change, ...]:
        return tuple(one for one in self.kept if one.words)

    @property
    def replaced(self) -> tuple[Change, ...]:
        return tuple(one for one in self.kept if one.replaced)

    @property
    def renumbered(self) -> tuple[Change, ...]:
        return tuple(one for one in self.kept if one.renumbered)

    @property
    def same(self) -> bool:
        changed = (self.added, self.removed, self.reworded, self.replaced, self.renumbered, self.forms)
        return not any(changed) and not self.figures


def edition(
    catalogue: bytes, forms: Mapping[str, str], texts: Mapping[tuple[str, str], str] | None = None
) -> Edition:
    """A version from its ``data/catalogue.json`` and the texts of its forms by file name without suffix.

    ``texts`` are those of papers made with the bundle, by group and file name.

    Raises ``ValueError``, ``KeyError`` or ``TypeError`` where the catalogue is none.
    """
    raw = json.loads(catalogue)
    return Edition(
        str(raw["bundle"]),
        str(raw["made_at"]),
        tuple(_line(row, texts or {}) for row in raw["rows"]),
        {_NUMBERED.sub("", name): tuple(text.splitlines()) for name, text in forms.items()},
        {name: str(value) for name, value in raw.get("claim", {}).items() if name in FIGURES},
    )


def _line(row: Mapping[str, Any], texts: Mapping[tuple[str, str], str]) -> Line:
    words = {field: str(row.get(field, "")) for field in WORDED}
    file = str(row["file"])
    text = texts.get((words["group"], file), "")
    return Line(str(row["number"]), str(row["pages"]), file, str(row["sha256"]), words, text)


def compare(before: Edition, after: Edition) -> Comparison:
    """What of ``before`` is not so in ``after``.

    An exhibit is the same where its file is, else where its name is, else where group and file name are: a delivery
    record that has grown by a line is one exhibit with another file. What several share names nobody.
    """
    pairs: dict[int, int] = {}
    for key in (_by_file_and_name, _by_file, _by_name, _by_place):
        _pair(before.lines, after.lines, key, pairs)
    taken = set(pairs.values())
    return Comparison(
        before,
        after,
        tuple(line for j, line in enumerate(after.lines) if j not in taken),
        tuple(line for i, line in enumerate(before.lines) if i not in pairs),
        tuple(Change(before.lines[i], after.lines[pairs[i]]) for i in sorted(pairs)),
        _forms(before.forms, after.forms),
        tuple(
            Figure(name, before.figures.get(name, ""), after.figures.get(name, ""))
            for name in FIGURES
            if before.figures.get(name, "") != after.figures.get(name, "")
        ),
    )


def _by_file_and_name(line: Line) -> Hashable:
    return line.sha256, line.name


def _by_file(line: Line) -> Hashable:
    return line.sha256


def _by_name(line: Line) -> Hashable:
    return line.words["group"], line.name


def _by_place(line: Line) -> Hashable:
    return line.words["group"], line.file


def _pair(
    before: Sequence[Line], after: Sequence[Line], key: Callable[[Line], Hashable], pairs: dict[int, int]
) -> None:
    """Pair what is left by ``key``, where it is one's alone on either side."""
    taken = set(pairs.values())
    left = {i: key(line) for i, line in enumerate(before) if i not in pairs}
    right = {j: key(line) for j, line in enumerate(after) if j not in taken}
    once, other = Counter(left.values()), Counter(right.values())
    place = {value: j for j, value in right.items()}
    for i, value in left.items():
        if once[value] == 1 and other[value] == 1:
            pairs[i] = place[value]


def _forms(
    before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]]
) -> tuple[FormChange, ...]:
    found = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            found.append(FormChange(name, "removed" if new is None else "added"))
        elif old != new:
            gone, come = _differing(old, new)
            found.append(FormChange(name, "changed", gone, come))
    return tuple(found)


def _differing(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    gone: list[str] = []
    come: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += old[i1:i2]
            come += new[j1:j2]
    return tuple(gone), tuple(come)
