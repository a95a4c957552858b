"""The court's forms of one account, as Word files and PDF: in a folder of one's own, or with the evidence file.

Making them changes nothing: no number is taken and nothing is journaled. Their bytes follow from the case, the moment of
making, the converter and the version of this program. Forms are the party's own papers, to be signed, and no exhibits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from evidence.bundle.bag import Content, safe_name
from evidence.bundle.compose import CatalogueRow
from evidence.bundle.exhibits import Exhibit
from evidence.bundle.forms import (
    Blank,
    FilledForm,
    FormBook,
    FormFacts,
    fill,
    fitting,
    load_forms,
    sum_problems,
    values_of,
)
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.letters.convert import open_converter
from evidence.letters.engine import compile_template
from evidence.letters.labels import labels_for
from evidence.letters.properties import document_properties
from evidence.resources import templates_dir
from evidence.workspace.annexes import write_new
from evidence.workspace.cases import require_account
from evidence.workspace.core import Desk
from evidence.workspace.courtfacts import form_facts
from evidence.workspace.gather import gather
from evidence.workspace.persons import salt_for
from evidence.workspace.statements import statement

__all__ = [
    "FORMS",
    "CourtForm",
    "WrittenForm",
    "blank_problems",
    "form_files",
    "form_kinds",
    "make_forms",
    "write_forms",
]

FORMS = "data/forms/"
"""Where the forms stand in an evidence file."""
# The firm's own letter: nobody else may write it (律师法 13, 55).
_FIRM_LETTER = "firm-letter"
_KINDS = ("note", "table", "head", "text", "plain", "sign", "hashes", "receipt")
# Characters in a line of a form's table, and how many lines a row may have that stays on one page.
LINE, MOST_LINES = 26, 16
# Forms in which the sum in dispute is printed.
_WITH_TOTAL = frozenset({"complaint", "payment-order"})


@dataclass(frozen=True, slots=True)
class CourtForm:
    """One finished form; ``name`` is that of its files without suffix, ``about`` whose it is where there are several."""

    kind: str
    title: str
    about: str
    name: str
    docx: bytes
    pdf: bytes
    blanks: tuple[Blank, ...]

    @property
    def missing(self) -> tuple[Blank, ...]:
        """What a court will ask for and nobody has filled in."""
        return tuple(blank for blank in self.blanks if blank.required)


@dataclass(frozen=True, slots=True)
class WrittenForm:
    """A form and where it was written."""

    form: CourtForm
    docx: Path
    pdf: Path


def form_kinds(jurisdiction: str = "cn") -> tuple[str, ...]:
    """The kinds of forms there are, in the order they are filed."""
    book = load_forms(jurisdiction)
    return tuple(book.forms) if book else ()


def write_forms(
    desk: Desk,
    account_id: str,
    folder: Path,
    *,
    kinds: Collection[str] = (),
    locale: str | None = None,
    converter: str | None = None,
) -> tuple[tuple[WrittenForm, ...], tuple[Problem, ...]]:
    """Write the forms of an account into ``folder``, as of today, and what to look at.

    Exhibits have no numbers yet: those are given when an evidence file is made. Raises ``general.output-exists`` for
    every file that is there already, and whatever :func:`make_forms` raises; then nothing was written.
    """
    locale = locale or desk.office.locale
    now = desk.source.now()
    with desk.reading() as connection:
        account, person = require_account(connection, account_id)
        gathered = gather(desk, connection, account, person, locale, now.astimezone(CHINA).date())
    forms = make_forms(
        desk,
        account.id,
        made_at=now,
        label="forms",
        locale=locale,
        converter=converter,
        kinds=kinds,
        shown=gathered.exhibits,
    )
    written = [WrittenForm(form, folder / f"{form.name}.docx", folder / f"{form.name}.pdf") for form in forms]
    files = {one.docx: one.form.docx for one in written} | {one.pdf: one.form.pdf for one in written}
    write_new(folder, files)
    return tuple(written), blank_problems(account.id, forms)


def make_forms(
    desk: Desk,
    account_id: str,
    *,
    made_at: datetime,
    label: str,
    locale: str,
    converter: str | None = None,
    kinds: Collection[str] = (),
    rows: Sequence[CatalogueRow] = (),
    pages: int = 0,
    shown: Sequence[Exhibit] = (),
) -> tuple[CourtForm, ...]:
    """The forms ``kinds`` of an account, by default those its case needs, on the day of ``made_at``.

    ``rows`` and ``pages`` are those of the evidence file they go with, ``shown`` its exhibits to be; ``label`` tells
    their nonces apart. Raises ``bundle.form-none`` where the law has no forms here, ``bundle.form-unknown``,
    ``bundle.form-no-firm``, ``bundle.form-sums`` where a sum is not the claim's, and the faults of the statement.
    """
    book = load_forms(desk.office.jurisdiction)
    if book is None:
        raise fail("bundle.form-none", jurisdiction=desk.office.jurisdiction)
    if unknown := [kind for kind in kinds if kind not in book.forms]:
        known = ", ".join(book.forms)
        raise EvidenceError(
            Problem("bundle.form-unknown", Place(), {"form": k, "known": known}) for k in unknown
        )
    if _FIRM_LETTER in kinds and desk.office.law_firm is None:
        raise fail("bundle.form-no-firm")
    made = statement(desk, account_id, made_at.astimezone(CHINA).date())
    with desk.reading() as connection:
        account, person = require_account(connection, account_id)
        facts = form_facts(
            desk, connection, account, person, made, locale=locale, rows=rows, pages=pages, shown=shown
        )
    if problems := sum_problems(facts.figures, account.id):
        raise EvidenceError(problems)
    filled = _filled(book, facts, kinds, locale)
    return _rendered(desk, filled, facts, person, made_at, label, locale, converter)


def _filled(book: FormBook, facts: FormFacts, kinds: Collection[str], locale: str) -> list[FilledForm]:
    values = values_of(facts, locale)
    chosen = [kind for kind in book.forms if kind in kinds] if kinds else fitting(book, values)
    return [paper for kind in chosen for paper in fill(book, book.forms[kind], values, locale)]


def _rendered(
    desk: Desk,
    filled: Sequence[FilledForm],
    facts: FormFacts,
    person: str,
    made_at: datetime,
    label: str,
    locale: str,
    converter: str | None,
) -> tuple[CourtForm, ...]:
    path = templates_dir() / locale / "forms" / "form.docx"
    template = compile_template(path.read_bytes(), f"{locale}/forms/{path.name}")
    key, language = desk.persons.key(person), labels_for(locale).language
    figures = facts.figures
    total = figures.total.grouped if figures.late_claimed is not None else ""
    documents, nonces = [], []
    for number, form in enumerate(filled):
        nonce = salt_for(key, f"form:{label}:{form.id}:{number}")[:16]
        values = {**context_of(form), "doc": document_properties(form.title, nonce.hex(), language, made_at)}
        must = [form.title, *([total] if form.id in _WITH_TOTAL and total else [])]
        documents.append(template.render(values, must_appear=must).docx)
        nonces.append(nonce)
    with open_converter(converter or desk.office.policy.converter, locale) as chosen:
        pdfs = chosen.convert_batches([documents], created=made_at, nonces=[nonces])[0] if documents else []
    return tuple(
        CourtForm(
            form.id, form.title + form.subtitle, form.about, _name(number, form), docx, pdf, form.blanks
        )
        for number, (form, docx, pdf) in enumerate(zip(filled, documents, pdfs, strict=True), 1)
    )


def _name(number: int, form: FilledForm) -> str:
    """What a clerk sees in a folder, in the order of filing."""
    special = form.subtitle if form.id.startswith("authority") else ""
    about = f"-{form.about}" if form.about else ""
    return safe_name(f"{number:02d}-{form.title}{special}{about}")


def context_of(form: FilledForm) -> dict[str, object]:
    """The values of the forms' one template."""
    return {
        "title": form.title,
        "subtitle": form.subtitle,
        "parts": [
            {
                **{f"is_{kind}": part.kind == kind for kind in _KINDS},
                "head": part.head,
                "lines": list(part.lines),
                "rows": [
                    {"label": r.label, "lines": list(r.lines), "wide": r.wide, "long": _is_long(r.lines)}
                    for r in part.rows
                ],
                "columns": list(part.columns),
                "cells": [list(cells) for cells in part.cells],
            }
            for part in form.parts
        ],
    }


def _is_long(lines: Sequence[str]) -> bool:
    """Whether a row takes about half a page or more: it may then go on where the next page begins."""
    return sum(1 + len(line) // LINE for line in lines) > MOST_LINES


def form_files(forms: Sequence[CourtForm]) -> dict[str, Content]:
    """The forms by their paths in an evidence file."""
    files: dict[str, Content] = {}
    for form in forms:
        files[f"{FORMS}{form.name}.docx"] = form.docx
        files[f"{FORMS}{form.name}.pdf"] = form.pdf
    return files


def blank_problems(account: str, forms: Sequence[CourtForm]) -> tuple[Problem, ...]:
    """``bundle.form-blank`` where something a court asks for is not on file."""
    missing = {blank.field for form in forms for blank in form.missing}
    if not missing:
        return ()
    return (Problem("bundle.form-blank", Place(), {"account": account, "n": len(missing)}),)
