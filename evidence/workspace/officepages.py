"""Word files and tables among the exhibits, as the office program prints them where it does the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evidence.bundle.bag import Content
from evidence.bundle.exhibits import Exhibit
from evidence.bundle.media import OFFICE, SUFFIXES
from evidence.letters.convert.foreign import foreign_pdf


def with_office_pages(exhibits: Sequence[Exhibit], converter: str) -> tuple[Exhibit, ...]:
    """Each with the PDF it is shown as, where ``converter`` is ``libreoffice`` and opens it.

    With the builtin converter, which sets our own letters and no others', their text is read out instead.
    """
    if converter != "libreoffice":
        return tuple(exhibits)
    return tuple(
        replace(exhibit, shown=foreign_pdf(_bytes(exhibit.content), SUFFIXES[exhibit.media_type]))
        if exhibit.media_type in OFFICE
        else exhibit
        for exhibit in exhibits
    )


def _bytes(content: Content) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()
