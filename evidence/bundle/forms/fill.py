"""A form filled with what is on file; what is not on file stays blank and is listed. No I/O, nothing guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evidence.bundle.forms.spec import ASKED, FormBook, FormSpec, PartSpec, RowSpec
from evidence.bundle.forms.values import FormValues

__all__ = ["TICKED", "UNTICKED", "Blank", "FilledForm", "FilledPart", "FilledRow", "fill", "fitting"]

# The form asks for a √ in the box. Both signs are in every font we ship; ☑ is in none.
TICKED, UNTICKED = "√", "□"
_BLANKS = {"line": "____________", "short": "______", "date": "______年____月____日"}

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Blank:
    """A field that nobody has filled in: ``label`` in the script of the form, ``source`` where it is entered."""

    field: str
    label: str
    source: str
    required: bool


@dataclass(frozen=True, slots=True)
class FilledRow:
    id: str
    label: str
    lines: tuple[str, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class FilledPart:
    """A stretch of the filled form; ``cells`` are the rows of a grid, ``rows`` those of a table."""

    kind: str
    head: str
    lines: tuple[str, ...] = ()
    rows: tuple[FilledRow, ...] = ()
    columns: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class FilledForm:
    """One paper. ``about`` tells papers of one form apart (the agent's name); ``blanks`` are in the form's order."""

    id: str
    about: str
    title: str
    subtitle: str
    parts: tuple[FilledPart, ...]
    blanks: tuple[Blank, ...]

    @property
    def missing(self) -> tuple[Blank, ...]:
        """The blanks that a court will ask about."""
        return tuple(blank for blank in self.blanks if blank.required)


def fitting(book: FormBook, values: FormValues) -> tuple[str, ...]:
    """The forms this case needs, in the order of the book: nothing is applied for that nobody decided on."""
    return tuple(
        form.id
        for form in book.forms.values()
        if form.standing
        or values.track in form.tracks
        or (form.each and values.groups.get(form.each))
        or (form.when and values.single.get(form.when.partition("=")[0]) == form.when.partition("=")[2])
    )


def fill(book: FormBook, form: FormSpec, values: FormValues, locale: str) -> tuple[FilledForm, ...]:
    """The papers of one form: one, or one for each member of its group (a blank one where it has none)."""
    members: Sequence[Values] = values.groups.get(form.each, ()) or ({},) if form.each else ({},)
    return tuple(_Filler(book, values, member, locale).form(form) for member in members)


class _Filler:
    """Fills one paper and remembers what was blank."""

    def __init__(self, book: FormBook, values: FormValues, member: Values, locale: str) -> None:
        self._book, self._values, self._member, self._locale = book, values, member, locale
        self._blanks: dict[str, Blank] = {}

    def form(self, form: FormSpec) -> FilledForm:
        parts = tuple(self._part(part) for part in form.parts)
        about = self._member.get("agent.name", "")
        return FilledForm(
            form.id,
            about,
            form.title[self._locale],
            form.subtitle[self._locale],
            parts,
            tuple(self._blanks.values()),
        )

    def _part(self, part: PartSpec) -> FilledPart:
        texts, columns = part.text.get(self._locale, ()), part.columns.get(self._locale, ())
        head = part.head[self._locale]
        if part.columns:
            members = self._values.groups.get(part.each, ())
            grid = tuple(tuple("".join(self._line(t, m)) for t in texts) for m in members)
            return FilledPart(part.kind, head, columns=columns, cells=grid)
        lines = tuple(line for text in texts for line in self._line(text, self._member))
        return FilledPart(
            part.kind, head, lines, tuple(row for spec in part.rows for row in self._rows(spec))
        )

    def _rows(self, row: RowSpec) -> Iterator[FilledRow]:
        members = self._values.groups.get(row.each, ()) if row.each else (self._member,)
        if row.each and row.each.endswith("agents") and self._member:
            members = (self._member,)  # a paper about one agent names that one
        answered = bool(row.unless and self._values.groups.get(row.unless))
        if not members and not row.only:
            members = ({},)
        every = [
            tuple(line for text in row.text[self._locale] for line in self._line(text, member, not answered))
            for member in members
        ]
        if row.join:
            every = [tuple(line for lines in every for line in lines)]
        for lines in every:
            yield FilledRow(row.id, row.label[self._locale], lines, row.wide)

    def _line(self, text: str, member: Values, listed: bool = True) -> tuple[str, ...]:
        """``text`` with its places filled; a value of several lines makes several."""

        def put(match: re.Match[str]) -> str:
            name = match["field"] or match["box"]
            value = member.get(name) or self._values.single.get(name, "")
            if (
                not value
                and listed
                and name not in self._values.idle
                and name not in member.get("idle", "").split()
            ):
                spec = self._book.fields[name]
                self._blanks.setdefault(
                    name, Blank(name, spec.label[self._locale], spec.source, spec.required)
                )
            if match["box"]:
                return TICKED if value == match["value"] else UNTICKED
            return value or _BLANKS[self._book.fields[name].blank]

        return tuple(ASKED.sub(put, text).split("\n"))
