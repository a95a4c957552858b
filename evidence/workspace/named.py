"""Which files of the store the rows of the database name."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from evidence.workspace import schema

_OF_PEOPLE = (
    schema.LETTERS.c.docx_sha256,
    schema.LETTERS.c.pdf_sha256,
    schema.PROOFS.c.sha256,
    schema.RECEIPT_FILES.c.sha256,
    schema.EXHIBITS.c.sha256,
    schema.EXHIBIT_STAMPS.c.source_sha256,
    schema.EXHIBIT_STAMPS.c.pdf_sha256,
    schema.SNAPSHOT_FILES.c.sha256,
)
_OF_TIMES = (
    schema.TIMESTAMPS.c.stamped_sha256,
    schema.TIMESTAMPS.c.token_sha256,
    schema.RENEWALS.c.record_sha256,
)


_TELLING = (
    schema.LETTERS.c.pdf_sha256,
    schema.PROOFS.c.sha256,
    schema.EXHIBITS.c.sha256,
    schema.SNAPSHOT_FILES.c.sha256,
)


def named_files(connection: Connection, *, times: bool = True) -> set[str]:
    """The SHA-256 of every file that a row says is in the store.

    Without ``times`` only those that letters, deliveries, exhibits and ledgers have: what merely dates a file does not
    keep it when a person is erased.
    """
    columns = (*_OF_PEOPLE, *_OF_TIMES) if times else _OF_PEOPLE
    return {
        str(digest) for column in columns for digest in connection.execute(select(column)).scalars() if digest
    }


def own_files(connection: Connection) -> set[str]:
    """What the workspace needs: :func:`named_files`, and what renewals of times were made over, whoever put it there."""
    renewed = connection.execute(select(schema.RENEWED_FILES.c.sha256).distinct()).scalars()
    return named_files(connection) | {str(digest) for digest in renewed if digest}


def few_files(connection: Connection) -> set[str]:
    """The first and the last of some kinds, found without reading a whole table: if these are gone, others are too."""
    found = set()
    for column in _TELLING:
        key = tuple(column.table.primary_key.columns)
        for order in (key, tuple(part.desc() for part in key)):
            found.add(connection.execute(select(column).order_by(*order).limit(1)).scalar())
    return {str(digest) for digest in found if digest}


def evenly(names: Iterable[str], most: int) -> list[str]:
    """Up to ``most`` of ``names``, evenly spread over their order; the same ones each time."""
    listed = sorted(names)
    return [listed[i * len(listed) // most] for i in range(most)] if len(listed) > most else listed
