"""The finished evidence file at the gate: what the readiness rules examine in the file itself, before it is sealed.

Read from the file as it would be packed: hashes from its seal, lines from its catalogue, blanks from its forms. Nothing
is written here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
from sqlalchemy import Connection

from evidence.claim.readiness import CaseFacts, evaluate
from evidence.claim.readiness.filed import (
    Exposed,
    Filed,
    FiledExhibit,
    FiledForm,
    FiledOriginal,
    FiledStamp,
)
from evidence.clock import CHINA
from evidence.law.identity import citizen_number
from evidence.letters.engine import document_text
from evidence.model.money import Money
from evidence.workspace.anchors import configured, covering
from evidence.workspace.bundlefiles import Sealed
from evidence.workspace.core import Desk
from evidence.workspace.courtforms import CourtForm
from evidence.workspace.gather import Gathered
from evidence.workspace.readiness import Readiness
from evidence.workspace.renewal import stamp_problems
from evidence.workspace.statements import Statement, statement

__all__ = ["examined", "filed_of"]

DIGITAL = frozenset({"电子数据", "電子數據", "视听资料", "視聽資料"})
"""Kinds of evidence (民事诉讼法 66) whose original is on a carrier of its own."""
_COMPLAINTS = frozenset({"complaint", "payment-order"})
_SPECIAL = "authority-special"
_STANDS_IN = (
    "bundle.exhibit-empty",
    "bundle.exhibit-type",
    "bundle.exhibit-password",
    "bundle.exhibit-unreadable",
    "bundle.exhibit-damaged",
)
_TOTAL = re.compile(r"(?:标的总额|標的總額)[^0-9]*([0-9][0-9,]*\.[0-9]{2})元")
_CITIZEN = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


def examined(
    desk: Desk, connection: Connection, found: Readiness, gathered: Gathered, made: Sealed
) -> Readiness:
    """``found`` with every rule judged again now that the file is there."""
    facts = replace(found.facts, filed=filed_of(desk, connection, found.facts, gathered, made))
    return replace(found, facts=facts, findings=evaluate(facts, found.pack, found.as_of))


def filed_of(desk: Desk, connection: Connection, facts: CaseFacts, gathered: Gathered, made: Sealed) -> Filed:
    """The file as the rules see it. ``gathered`` is what it was made from, ``facts`` the case's."""
    day = made.made_at.astimezone(CHINA).date()
    sealed = {str(row["path"]): str(row["sha256"]) for row in json.loads(made.seal)["files"]}
    rows = made.composed.rows
    bound = 0
    for volume in made.composed.volumes:
        with pikepdf.open(volume.path) as pdf:
            bound += len(pdf.pages)
    own = statement(desk, made.account, day) if made.forms else None
    return Filed(
        day,
        tuple(
            # The store names a file by the digest it was recorded with.
            FiledOriginal(path, content.name, sealed.get(path, ""))
            for path, content in sorted(gathered.originals.items())
            if isinstance(content, Path)
        ),
        _exhibits(made),
        bound,
        made.composed.pages if rows else 0,
        tuple(_stamps(desk, connection, gathered.indexes)),
        tuple(map(_form, made.forms)) if made.forms else None,
        _stated(made.forms, own),
        _claimed(own),
        tuple(_exposed(facts, made, day)),
    )


def _exhibits(made: Sealed) -> tuple[FiledExhibit, ...]:
    stand_in = {
        (problem.where.file, problem.params.get("name"))
        for problem in made.composed.warnings
        if problem.code in _STANDS_IN
    }
    return tuple(
        FiledExhibit(
            row.number,
            row.exhibit.name,
            row.exhibit.source,
            row.exhibit.proves,
            row.pages,
            row.exhibit.original,
            row.exhibit.dated,
            row.exhibit.kind in DIGITAL,
            row.exhibit.carrier,
            (row.exhibit.file_name, row.exhibit.name) in stand_in,
            row.exhibit.group,
            row.exhibit.listed,
        )
        for row in made.composed.rows
    )


def _stamps(desk: Desk, connection: Connection, indexes: Collection[int]) -> Iterator[FiledStamp]:
    """The timestamps that would travel with the file, each checked against the authority's own certificates."""
    known = {authority.name: authority for authority in configured(desk)}
    for stamp in covering(connection, sorted(indexes)):
        authority = known.get(stamp.authority)
        problems = [
            problem
            for problem in stamp_problems(desk, stamp, authority)
            # An authority the office no longer names is nobody we can check against here; its token may be sound.
            if problem.code != "stamp.tsa-unnamed"
        ]
        yield FiledStamp(stamp.authority, not problems, authority is not None and authority.test)


def _form(form: CourtForm) -> FiledForm:
    return FiledForm(
        f"{form.title}（{form.about}）" if form.about else form.title,
        form.about,
        tuple(dict.fromkeys(blank.label for blank in form.missing)),
        form.kind in _COMPLAINTS,
        document_text(form.docx, form.name) if form.kind == _SPECIAL else "",
    )


def _claimed(own: Statement | None) -> Money | None:
    """What a letter of that day claims, from the claim itself and not from the forms' own reckoning."""
    if own is None:
        return None
    claim = own.claim
    if own.found.late_policy == "none" or claim.late is None or claim.late.claimed is None:
        return claim.total
    return claim.total + claim.late.claimed - own.credited


def _stated(forms: Collection[CourtForm], own: Statement | None) -> Money | None:
    """The total printed on the complaint, read back from its Word file; ``None`` where it is blank."""
    for form in forms:
        if form.kind == "complaint" and own is not None:
            match = _TOTAL.search(document_text(form.docx, form.name))
            return Money.of(match[1].replace(",", ""), own.claim.total.currency) if match else None
    return None


def _exposed(facts: CaseFacts, made: Sealed, day: date) -> Iterator[Exposed]:
    """Full numbers in what others will read: lines of the catalogue, names of files; identity numbers in letters."""
    for row in made.composed.rows:
        one = row.exhibit
        text = "\n".join((one.name, one.source, one.proves, one.file_name))
        where = f"{row.number} {one.name}"
        if _identity(text, day):
            yield Exposed(where, "identity")
        if _MOBILE.search(text):
            yield Exposed(where, "phone")
    for letter in facts.texts or ():
        if _identity(letter.text, day):
            yield Exposed(letter.name, "identity")


def _identity(text: str, day: date) -> bool:
    return any(citizen_number(number, day) is not None for number in _CITIZEN.findall(text))
