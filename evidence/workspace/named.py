"""Which files of the store the rows of the database name."""

from __future__ import annotations

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


def named_files(connection: Connection, *, times: bool = True) -> set[str]:
    """The SHA-256 of every file that a row says is in the store.

    Without ``times`` only those that letters, deliveries, exhibits and ledgers have: what merely dates a file does not
    keep it when a person is erased.
    """
    columns = (*_OF_PEOPLE, *_OF_TIMES) if times else _OF_PEOPLE
    return {
        str(digest) for column in columns for digest in connection.execute(select(column)).scalars() if digest
    }
