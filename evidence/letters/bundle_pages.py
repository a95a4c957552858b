"""What the court bundle's own two pages see: the cover (证据材料封面) and the catalogue (证据目录)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from evidence.errors import Place, fail
from evidence.letters.labels import labels_for
from evidence.letters.properties import document_properties
from evidence.model.period import chinese_date

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CoverPage:
    """The front page of an evidence file (证据材料封面). ``court`` may be empty, to be filled in by hand.

    ``cause`` is the 案由, ``volume`` e.g. 第1册，共2册; counts are of the whole bundle. ``made_on`` is the day the
    file was made: when it is handed in nobody knows yet, so that day is left blank.
    """

    cause: str
    submitter: str
    opponent: str
    court: str
    volume: str
    exhibit_count: int
    page_count: int
    bundle_id: str
    made_on: date


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One exhibit of the 证据目录, with what 证据规定 19 and 民诉法 69 ask for.

    ``pages`` is the range in the bundle (``3—5``); ``sha256`` the digest of the original file, 64 hex digits.
    """

    number: int
    name: str
    kind: str
    source: str
    purpose: str
    pages: str
    is_original: bool
    sha256: str


def cover_context(
    page: CoverPage, *, law: Mapping[str, str], locale: str, doc_created: datetime, doc_identifier: str
) -> Values:
    """The values of ``cover.docx``: the fields of :class:`CoverPage` as strings, ``law`` and ``doc``."""
    labels = labels_for(locale)
    return {
        "doc": document_properties(
            f"{labels.cover} {page.bundle_id}", doc_identifier, labels.language, doc_created
        ),
        "law": _applicable_law(law, "cover"),
        **_bundle(page),
    }


def catalogue_context(
    page: CoverPage,
    rows: tuple[CatalogueRow, ...],
    *,
    law: Mapping[str, str],
    locale: str,
    doc_created: datetime,
    doc_identifier: str,
) -> Values:
    """The values of ``catalogue.docx``: those of the cover and ``exhibits``, one row each."""
    labels = labels_for(locale)
    return {
        "doc": document_properties(
            f"{labels.catalogue} {page.bundle_id}", doc_identifier, labels.language, doc_created
        ),
        "law": _applicable_law(law, "catalogue"),
        **_bundle(page),
        "exhibits": [
            {
                "number": str(row.number),
                "name": row.name,
                "kind": row.kind,
                "source": row.source,
                "purpose": row.purpose,
                "pages": row.pages,
                "original": labels.original if row.is_original else labels.copy,
                "hash16": row.sha256[:16],
            }
            for row in rows
        ],
    }


def _bundle(page: CoverPage) -> Values:
    return {
        **asdict(page),
        "exhibit_count": str(page.exhibit_count),
        "page_count": str(page.page_count),
        "made_on": chinese_date(page.made_on),
    }


def _applicable_law(law: Mapping[str, str], kind: str) -> Values:
    if not law.get("applicable_law"):
        raise fail("letters.law-key-missing", Place(part="applicable_law"), key="applicable_law", kind=kind)
    return {"applicable_law": law["applicable_law"]}
