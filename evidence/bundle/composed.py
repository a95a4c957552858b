"""What a bundle is made of and comes out as: rows of the catalogue, volumes, and what their covers are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evidence.bundle.exhibits import Exhibit, PlaceholderWords
from evidence.bundle.numbering import Numbering
from evidence.model.problem import Problem

__all__ = [
    "Bound",
    "BoundVolume",
    "CatalogueRow",
    "Composed",
    "Heading",
    "RenderCatalogue",
    "RenderCover",
    "Words",
]


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One line of the 证据目录: ``first`` and ``last`` count pages from 1 through all volumes; so do ``volume``s."""

    number: int
    exhibit: Exhibit
    first: int
    last: int
    volume: int = 1
    volumes: int = 1
    numbering: Numbering = field(default_factory=Numbering)

    @property
    def pages(self) -> str:
        """The pages as they are printed: ``12-15``."""
        return self.numbering.span(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Words:
    """The words the bundle's own pages carry, in its script."""

    cover: str
    catalogue: str
    exhibit: str
    page: str
    placeholder: PlaceholderWords


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over the catalogue. ``made_on`` and ``law`` are printed as they are; ``copies`` is how many sets."""

    cause: str = ""
    submitter: str = ""
    opponent: str = ""
    identity: str = ""
    made_on: str = ""
    law: str = ""
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Bound:
    """A volume as its cover tells of it: ``first`` to ``last`` page, ``rows`` in it, of so many volumes and pages."""

    number: int
    volumes: int
    first: int
    last: int
    rows: tuple[CatalogueRow, ...]
    all_rows: tuple[CatalogueRow, ...]
    all_pages: int


@dataclass(frozen=True, slots=True)
class BoundVolume:
    """A volume as it lies there, its name in the bundle, and its pages."""

    name: str
    path: Path
    first: int
    pages: int

    @property
    def last(self) -> int:
        return self.first + self.pages - 1


@dataclass(frozen=True, slots=True)
class Composed:
    """The volumes' files, the catalogue's rows and its Word file, and what a reader should know.

    ``pages`` counts all sides; ``shrunk`` is how many pages were drawn smaller for want of a free foot.
    """

    volumes: tuple[BoundVolume, ...]
    rows: tuple[CatalogueRow, ...]
    pages: int
    catalogue_docx: bytes
    warnings: tuple[Problem, ...]
    copies: int = 1
    shrunk: int = 0

    @property
    def pdf(self) -> bytes:
        """The bytes of the only volume; ``ValueError`` where there are several."""
        (volume,) = self.volumes
        return volume.path.read_bytes()


RenderCover = Callable[[Bound], bytes]
"""Renders the cover of a volume as PDF."""
RenderCatalogue = Callable[[Sequence[CatalogueRow], int], bytes]
"""Renders the catalogue as a Word file from its rows and the number of pages."""
