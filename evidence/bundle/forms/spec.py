"""The court's forms as they stand in ``JURISDICTION.toml``: which rows each has, and which field fills which place.

Read once and strictly: a text that names a field nobody declared, or a box of a field, is a fault of the file, told by
``ValueError``. The file ships with the toolkit and is no user's input.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

__all__ = [
    "ASKED",
    "BOX",
    "PLACE",
    "FieldSpec",
    "FormBook",
    "FormSpec",
    "PartSpec",
    "RowSpec",
    "load_forms",
    "parse_forms",
]

PLACE = re.compile(r"\{(?P<field>[a-z0-9_.]+)\}")
BOX = re.compile(r"\[(?P<box>[a-z0-9_.]+)=(?P<value>[a-z-]+)\]")
ASKED = re.compile(f"{PLACE.pattern}|{BOX.pattern}")
KINDS = ("note", "table", "head", "text", "plain", "sign", "hashes", "receipt")
BLANKS = ("line", "date", "short")
LOCALES = ("zh", "zh-Hant")

Texts = Mapping[str, tuple[str, ...]]
"""Lines by locale."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One thing a form asks for.

    ``source`` says where a clerk enters it: ``evidence.toml KEY``, a case kind and field (``owner.gender``) or a command;
    empty where it is reckoned. A field that is not ``required`` may stay empty without anything being wrong.
    """

    id: str
    label: Mapping[str, str]
    source: str
    required: bool
    blank: str


@dataclass(frozen=True, slots=True)
class RowSpec:
    """One row of a table: ``label`` at the left, ``text`` beside it; a ``wide`` row has no label.

    ``each`` names the group of which every member gives a row, or with ``join`` lines of the one row; with ``only``
    there is no row without a member. The members of group ``unless`` answer the row as well: what it leaves blank is
    not missing then.
    """

    id: str
    label: Mapping[str, str]
    text: Texts
    each: str
    only: bool
    unless: str
    wide: bool
    join: bool


@dataclass(frozen=True, slots=True)
class PartSpec:
    """A stretch of a form.

    ``kind``: ``note`` (a box of small print), ``table``, ``head``, ``text`` (indented), ``plain``, ``sign`` (at the
    right), ``hashes`` and ``receipt`` (grids with ``columns``).
    """

    kind: str
    head: Mapping[str, str]
    text: Texts
    columns: Texts
    each: str
    rows: tuple[RowSpec, ...]


@dataclass(frozen=True, slots=True)
class FormSpec:
    """One form. ``each``: one paper for every member of a group.

    Made of itself where ``standing``, where the case goes one of ``tracks`` ("" is a way nobody chose), where ``when``
    (field=value) holds, or its group has members.
    """

    id: str
    title: Mapping[str, str]
    subtitle: Mapping[str, str]
    parts: tuple[PartSpec, ...]
    each: str
    tracks: tuple[str, ...]
    when: str
    standing: bool

    @property
    def rows(self) -> Iterator[RowSpec]:
        """The rows of all its tables, in order."""
        for part in self.parts:
            yield from part.rows

    def fields(self) -> tuple[str, ...]:
        """Every field it asks for, in the order of the Simplified text, each once."""
        found = []
        for part in self.parts:
            lines = [*part.text.get("zh", ()), *(line for row in part.rows for line in row.text["zh"])]
            for line in lines:
                found += [match["field"] or match["box"] for match in ASKED.finditer(line)]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class FormBook:
    """All forms of one jurisdiction, by their ids, and the fields they ask for."""

    jurisdiction: str
    fields: Mapping[str, FieldSpec]
    forms: Mapping[str, FormSpec]


@cache
def load_forms(jurisdiction: str) -> FormBook | None:
    """The forms of ``jurisdiction``; ``None`` where none are known."""
    path = files("evidence.bundle").joinpath("forms", f"{jurisdiction}.toml")
    return parse_forms(path.read_text("utf-8")) if path.is_file() else None


def parse_forms(text: str) -> FormBook:
    """``text`` as a book of forms. Raises ``ValueError`` for anything it should not say."""
    raw = tomllib.loads(text)
    fields = {name: _field(name, row) for name, row in raw["fields"].items()}
    forms = [_form(row) for row in raw["forms"]]
    for form in forms:
        if unknown := [name for name in form.fields() if name not in fields]:
            raise ValueError(f"form {form.id}: nobody declares {', '.join(unknown)}")
    if unused := fields.keys() - {name for form in forms for name in form.fields()}:
        raise ValueError(f"fields in no form: {', '.join(sorted(unused))}")
    return FormBook(
        raw["jurisdiction"], MappingProxyType(fields), MappingProxyType({form.id: form for form in forms})
    )


def _field(name: str, row: Mapping[str, Any]) -> FieldSpec:
    _known(name, row, {"label", "from", "required", "blank"})
    blank = row.get("blank", "line")
    if blank not in BLANKS:
        raise ValueError(f"field {name}: {blank!r} is none of {', '.join(BLANKS)}")
    return FieldSpec(name, _words(name, row["label"]), row.get("from", ""), row.get("required", True), blank)


def _form(row: Mapping[str, Any]) -> FormSpec:
    name = row["id"]
    _known(name, row, {"id", "title", "subtitle", "parts", "each", "tracks", "when", "standing"})
    return FormSpec(
        name,
        _words(name, row["title"]),
        _words(name, row.get("subtitle", {"zh": "", "zh-Hant": ""})),
        tuple(_part(name, part) for part in row["parts"]),
        row.get("each", ""),
        tuple(row.get("tracks", ())),
        row.get("when", ""),
        row.get("standing", False),
    )


def _part(form: str, row: Mapping[str, Any]) -> PartSpec:
    _known(form, row, {"kind", "head", "text", "columns", "each", "rows"})
    if row["kind"] not in KINDS:
        raise ValueError(f"form {form}: {row['kind']!r} is none of {', '.join(KINDS)}")
    return PartSpec(
        row["kind"],
        _words(form, row.get("head", {"zh": "", "zh-Hant": ""})),
        _texts(form, row.get("text", {})),
        _texts(form, row.get("columns", {})),
        row.get("each", ""),
        tuple(_row(form, one) for one in row.get("rows", ())),
    )


def _row(form: str, row: Mapping[str, Any]) -> RowSpec:
    where = f"{form}.{row['id']}"
    _known(where, row, {"id", "label", "text", "each", "only", "unless", "wide", "join"})
    return RowSpec(
        row["id"],
        _words(where, row.get("label", {"zh": "", "zh-Hant": ""})),
        _texts(where, row["text"]),
        row.get("each", ""),
        row.get("only", False),
        row.get("unless", ""),
        row.get("wide", False),
        row.get("join", False),
    )


def _known(where: str, row: Mapping[str, Any], keys: set[str]) -> None:
    if unknown := row.keys() - keys:
        raise ValueError(f"{where}: unknown {', '.join(sorted(unknown))}")


def _words(where: str, row: Mapping[str, str]) -> Mapping[str, str]:
    if row.keys() != set(LOCALES):
        raise ValueError(f"{where}: both scripts are needed")
    return MappingProxyType(dict(row))


def _texts(where: str, row: Mapping[str, list[str]]) -> Texts:
    """Lines in both scripts, which ask for the same fields in the same order."""
    if not row:
        return MappingProxyType({})
    _words(where, dict.fromkeys(row, ""))
    places = [[(*PLACE.findall(line), *BOX.findall(line)) for line in row[locale]] for locale in LOCALES]
    if places[0] != places[1]:
        raise ValueError(f"{where}: the scripts ask for different fields")
    return MappingProxyType({locale: tuple(row[locale]) for locale in LOCALES})
