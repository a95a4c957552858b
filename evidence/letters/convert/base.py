"""What a converter is: DOCX in, one normalised PDF per letter out, in order, the same bytes every time.

The PDFs are the *sources* that get hashed, stamped and signed: A4 pages, a classic cross-reference table, no
object streams, every page's own dictionary complete, dates fixed to the letter's time, and a trailer ``/ID``
whose first half is the letter's nonce (16 bytes), which blinds the hash of a text that could be guessed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

BATCH = 25
"""Letters that are laid out as one file where that saves time; beyond 25 it saves no more (measured)."""

NONCE_LENGTH = 16
WORKERS = 2
"""Processes a converter runs side by side, unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Description:
    """A converter for ``doctor``: what it is, where it is, and the fonts it puts in place of those named."""

    name: str
    version: str
    path: str
    fonts: tuple[tuple[str, str], ...]
    """Pairs of the family a template may name and the family that is used for it here."""


class Converter(Protocol):
    """Turns letters into PDF. Open with :func:`evidence.letters.convert.open_converter`; close when done."""

    @property
    def name(self) -> str:
        """``builtin`` or ``libreoffice``."""

    @property
    def version(self) -> str:
        """The engine's own version."""

    @property
    def identity(self) -> str:
        """Name, version and a mark of the fonts: two converters of one identity make the same bytes."""

    @property
    def batches_at_once(self) -> int:
        """How many batches make a good call: fewer start processes too often, more only take memory."""

    def describe(self) -> Description: ...

    def convert(self, docs: Sequence[bytes], *, created: datetime, nonces: Sequence[bytes]) -> list[bytes]:
        """One PDF per DOCX, in order; consecutive letters share a batch of :data:`BATCH`."""

    def convert_batches(
        self,
        batches: Sequence[Sequence[bytes]],
        *,
        created: datetime,
        nonces: Sequence[Sequence[bytes]],
        landscape: bool = False,
    ) -> list[list[bytes]]:
        """The same with the batches given. The bytes of a letter depend on its batch and on nothing else.

        Two threads may call it at a time: the processes then work for one while the other prepares its letters.

        ``created`` is the time written into every PDF (aware). ``landscape`` allows A4 lying on its side, for
        papers that carry no stamp. Raises ``convert.glyph-missing`` (with every
        character of every letter, the place's row being the letter's position from 1), ``convert.font-missing``,
        ``convert.failed``, ``convert.timeout``, ``convert.half-pdf``, ``convert.output-missing``,
        ``convert.pages-lost``, ``convert.not-a4``. Nothing is returned unless all letters are done.
        """

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class BaseConverter(ABC):
    """What both converters share: batching, checks of the arguments, closing."""

    @abstractmethod
    def convert_batches(
        self,
        batches: Sequence[Sequence[bytes]],
        *,
        created: datetime,
        nonces: Sequence[Sequence[bytes]],
        landscape: bool = False,
    ) -> list[list[bytes]]: ...

    @abstractmethod
    def close(self) -> None: ...

    def convert(self, docs: Sequence[bytes], *, created: datetime, nonces: Sequence[bytes]) -> list[bytes]:
        made = self.convert_batches(list(_chunks(docs)), created=created, nonces=list(_chunks(nonces)))
        return [pdf for batch in made for pdf in batch]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def check_arguments(
    batches: Sequence[Sequence[bytes]], created: datetime, nonces: Sequence[Sequence[bytes]]
) -> None:
    """Refuse what a caller can only get wrong in code: ``ValueError``."""
    if [len(batch) for batch in batches] != [len(batch) for batch in nonces]:
        raise ValueError("one nonce per letter")
    if any(len(nonce) != NONCE_LENGTH for batch in nonces for nonce in batch):
        raise ValueError(f"a nonce has {NONCE_LENGTH} bytes")
    if created.tzinfo is None:
        raise ValueError("the time of a letter needs a zone")


def _chunks(items: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
