"""Sheets about evidence files, for the office and never for the court: a shipped template, filled, as Word and PDF.

They stand beside the bundles and are no part of one: nothing seals them, and making one anew writes over the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from evidence.clock import CHINA
from evidence.letters.convert import open_converter
from evidence.letters.engine import compile_template
from evidence.letters.labels import labels_for
from evidence.letters.properties import document_properties
from evidence.resources import templates_dir
from evidence.workspace.core import Desk
from evidence.workspace.store import write_atomically

__all__ = ["Section", "Sheet", "write_sheet"]

_TEMPLATE = "bundle-sheet.docx"
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a sheet: ``notes`` are lines before its table, ``columns`` the heads of its three columns."""

    head: str
    notes: tuple[str, ...] = ()
    columns: Row = ("", "", "")
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet says; ``warning`` is for whom it is."""

    title: str
    facts: tuple[str, ...]
    warning: str
    sections: Sequence[Section]


def write_sheet(
    desk: Desk,
    sheet: Sheet,
    stem: Path,
    *,
    made_at: datetime,
    nonce: bytes,
    locale: str,
    converter: str | None = None,
) -> tuple[Path, Path]:
    """The sheet as ``stem`` with ``.docx`` and ``.pdf``, over what is there; their paths."""
    values = {
        "doc": document_properties(sheet.title, nonce.hex(), labels_for(locale).language, made_at),
        "law": desk.law.texts(made_at.astimezone(CHINA).date(), locale),
        "title": sheet.title,
        "facts": list(sheet.facts),
        "warning": sheet.warning,
        "sections": [
            {
                "head": one.head,
                "notes": list(one.notes),
                "first": one.columns[0],
                "second": one.columns[1],
                "third": one.columns[2],
                "rows": [{"first": a, "second": b, "third": c} for a, b, c in one.rows],
            }
            for one in sheet.sections
        ],
    }
    source = (templates_dir() / locale / _TEMPLATE).read_bytes()
    docx = compile_template(source, f"{locale}/{_TEMPLATE}").render(values, must_appear=[sheet.title]).docx
    with open_converter(converter or desk.office.policy.converter, locale) as engine:
        pdf = engine.convert_batches([[docx]], created=made_at, nonces=[[nonce]])[0][0]
    paths = stem.with_name(f"{stem.name}.docx"), stem.with_name(f"{stem.name}.pdf")
    for path, data in zip(paths, (docx, pdf), strict=True):
        write_atomically(path, data)
    return paths
