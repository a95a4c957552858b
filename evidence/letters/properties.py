"""The properties a DOCX carries beside its text (``docProps/core.xml``), and through it the PDF."""

from __future__ import annotations

from datetime import UTC, datetime


def document_properties(title: str, identifier: str, language: str, created: datetime) -> dict[str, str]:
    """The ``doc`` variables of every template; ``created`` in UTC as W3CDTF.

    ``title`` must hold no personal data: a window's title bar and a file listing show it. Raises
    ``ValueError`` for a time without a zone.
    """
    if created.tzinfo is None:
        raise ValueError("the time of creation needs a zone")
    stamp = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"title": title, "identifier": identifier, "language": language, "created": stamp}
