"""The bundle as PDF: cover, catalogue and exhibits under one continuous page number, in as many volumes as it takes.

The number printed on a page, its label in the viewer, its line in the catalogue, its bookmark and the links that lead
to it all come from one plan (:mod:`evidence.bundle.layout`), so that they cannot disagree. Exhibits are made ready one
by one on the disk and bound as bytes: memory holds one of them at a time.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf

from evidence.bundle.binder import Bookmark, Link, Outside, Volume, upper_bound
from evidence.bundle.exhibits import Exhibit, PlaceholderWords, exhibit_pages, placeholder
from evidence.bundle.index import Canvas, Line, Setting, blank_side, divider, set_index
from evidence.bundle.layout import Front, Item, Limits, Plan, plan
from evidence.bundle.numbering import Numbering
from evidence.bundle.pagewords import PageWords, page_words
from evidence.bundle.profile import Profile
from evidence.bundle.sheets import FONT_KEY, Part, Sheet, box_in_page, prepare
from evidence.clock import CHINA
from evidence.errors import fail
from evidence.model.problem import Place, Problem
from evidence.stamp.lettering import Face, spelt

__all__ = [
    "Bound",
    "BoundVolume",
    "CatalogueRow",
    "Composed",
    "Heading",
    "RenderCatalogue",
    "RenderCover",
    "Words",
    "compose",
]

_DIGITS = "0123456789"
_ROUNDS = 8
_FRONT_SIZE = 250_000  # bytes of cover and catalogue, until they are known
_RESERVED = 4  # digits of a page number that room is kept for


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


def compose(
    exhibits: Sequence[Exhibit],
    *,
    cover: RenderCover,
    catalogue: RenderCatalogue,
    words: Words,
    font_file: Path,
    made_at: datetime,
    title: str,
    folder: Path,
    locale: str = "zh",
    profile: Profile | None = None,
    heading: Heading | None = None,
) -> Composed:
    """Put the bundle together in ``folder``: ``bundle.pdf``, or ``volume-1.pdf`` and so on.

    Raises ``bundle.unsettled`` if covers or catalogues keep moving the page numbers they print.
    """
    binding = _Binding(
        words,
        page_words(locale),
        font_file,
        made_at,
        title,
        folder,
        profile or Profile("", "", {}),
        heading or Heading(),
    )
    folder.mkdir(parents=True, exist_ok=True)
    binding.spool.mkdir()
    try:
        return binding.run(exhibits, cover, catalogue)
    finally:
        shutil.rmtree(binding.spool, ignore_errors=True)


class _Binding:
    """One bundle on its way: parts on the disk, the plan, and the volumes."""

    def __init__(
        self,
        words: Words,
        page: PageWords,
        font_file: Path,
        made_at: datetime,
        title: str,
        folder: Path,
        profile: Profile,
        heading: Heading,
    ) -> None:
        self._words, self._page, self._font_file = words, page, font_file
        self._made_at, self._title, self._folder = made_at, title, folder
        self._profile, self._heading = profile, heading
        self._numbering = Numbering.of(profile)
        self._limits = Limits(profile.max_pages, profile.max_bytes, profile.duplex)
        self.spool = folder / ".parts"
        self._made = 0
        self._warnings: list[Problem] = []

    def run(self, exhibits: Sequence[Exhibit], cover: RenderCover, catalogue: RenderCatalogue) -> Composed:
        exhibits = self._in_order(exhibits)
        parts = [self._part(exhibit) for exhibit in exhibits]
        cells = [self._cells(exhibit) for exhibit in exhibits]
        self._face, self._face_part = self._lettering(cells)
        items = [
            Item(part.pages, int(self._profile.dividers), upper_bound(part) if self._limits.size else 0)
            for part in parts
        ]
        found = self._settled(items, exhibits, cells, cover)
        for index in found.plan.over:
            params: dict[str, str | int] = {"name": exhibits[index].name, "profile": self._profile.name}
            self._warnings.append(
                Problem("bundle.exhibit-over-limit", Place(file=exhibits[index].file_name), params)
            )
        limited = self._profile.unverified and len(found.plan.volumes) > 1
        if limited:
            told: dict[str, str | int] = {
                "profile": self._profile.name,
                "keys": ", ".join(self._profile.unverified),
            }
            self._warnings.append(Problem("bundle.profile-unverified", Place(), told))
        volumes = tuple(self._bind(number, found, parts) for number in range(len(found.plan.volumes)))
        shrunk = sum(sheet.shrunk for part in parts for sheet in part.sheets)
        return Composed(
            volumes,
            found.rows,
            found.plan.pages,
            catalogue(found.rows, found.plan.pages),
            tuple(self._warnings),
            self._heading.copies,
            shrunk,
        )

    def _in_order(self, exhibits: Sequence[Exhibit]) -> Sequence[Exhibit]:
        groups = self._profile.groups
        if not groups:
            return exhibits
        place = {group: number for number, group in enumerate(groups)}
        return sorted(exhibits, key=lambda exhibit: place.get(exhibit.group, len(groups)))

    def _path(self) -> Path:
        self._made += 1
        return self.spool / f"{self._made}.pdf"

    def _part(self, exhibit: Exhibit) -> Part:
        pdf, problem = exhibit_pages(exhibit, self._words.placeholder, self._font_file)
        try:
            with pdf:
                part = prepare(pdf, self._path(), self._reserved)
        except (
            pikepdf.PdfError,
            ArithmeticError,
            AttributeError,
            KeyError,
            RecursionError,
            TypeError,
            ValueError,
        ):
            # A page that cannot be laid out stops this exhibit, never the bundle.
            problem = Problem(
                "bundle.exhibit-unreadable", Place(file=exhibit.file_name), {"name": exhibit.name}
            )
            with placeholder(exhibit, self._words.placeholder, "unreadable", self._font_file) as stand_in:
                part = prepare(stand_in, self._path(), self._reserved, clear=True)
        if problem:
            self._warnings.append(problem)
        return part

    @property
    def _reserved(self) -> float:
        """Width at 9 points that a page number may take: Chinese signs are square, digits less than two thirds."""
        digits = max(_RESERVED, self._profile.digits)
        signs, figures = 2 + len(self._profile.prefix), digits
        if self._profile.total:
            signs, figures = signs + 3, figures + _RESERVED
        if self._limits.pages or self._limits.size:
            signs, figures = signs + 3, figures + 2
        return 9 * (signs + 0.58 * figures)

    def _cells(self, exhibit: Exhibit) -> dict[str, str]:
        """What each column says of an exhibit, without what only the plan knows."""
        told = {
            "group": exhibit.group,
            "name": exhibit.name,
            "kind": exhibit.kind,
            "source": exhibit.source,
            "proves": exhibit.proves,
            "copies": str(self._heading.copies),
            "original": exhibit.original,
            "dated": exhibit.dated,
            "carrier": exhibit.carrier,
            "submitter": exhibit.submitter,
            "hash": exhibit.sha256[:16],
        }
        shown = {key: spelt(text, self._font_file) for key, text in told.items()}
        return {**shown, "stamped": _local(exhibit.stamped)}

    def _lettering(self, cells: Sequence[dict[str, str]]) -> tuple[Face, Part]:
        """One face with every character that the bundle's own pages and numbers use."""
        page, heading = self._page, self._heading
        plain = [getattr(page, name) for name in PageWords.__dataclass_fields__ if name != "columns"]
        own = (
            heading.cause,
            heading.submitter,
            heading.opponent,
            heading.identity,
            heading.made_on,
            heading.law,
        )
        texts = [
            *plain,
            *page.columns.values(),
            *(spelt(text, self._font_file) for text in own),
            *(text for row in cells for text in row.values()),
            _DIGITS,
            self._profile.prefix,
            "-—",
        ]
        path = self._path()
        with Pdf.new() as pdf:
            face = Face(pdf, self._font_file, texts)
            pdf.Root[Name(FONT_KEY)] = face.font
            pdf.save(path, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return face, Part(path, (), path.stat().st_size)

    def _settled(
        self,
        items: Sequence[Item],
        exhibits: Sequence[Exhibit],
        cells: Sequence[dict[str, str]],
        cover: RenderCover,
    ) -> _Settled:
        """Covers and catalogues print page numbers that their own lengths move: set them until all stand still."""
        fronts: tuple[Front, ...] = (Front(1, 1, _FRONT_SIZE),)
        for _ in range(_ROUNDS):
            for _ in range(_ROUNDS):  # the catalogue first: it is set in no time
                planned = plan(items, fronts, self._limits)
                rows = self._rows(exhibits, planned)
                settings = [
                    self._index(number, planned, rows, cells) for number in range(len(planned.volumes))
                ]
                # A catalogue never gives back a page: one page less could ask for one more again, and so on.
                known = _padded(fronts, len(settings))
                found = tuple(
                    Front(front.cover, max(front.catalogue, len(one.pages)), front.size)
                    for front, one in zip(known, settings, strict=True)
                )
                same = known == found
                fronts = found
                if same:
                    break
            else:
                break
            covers, indexes = [], []
            for number in range(len(planned.volumes)):
                with pikepdf.open(io.BytesIO(cover(self._told(number, planned, rows)))) as pdf:
                    covers.append(prepare(pdf, self._path(), self._reserved))
                canvases = settings[number].pages
                spare = [blank_side(self._face, self._page, canvases[0].size)]
                indexes.append(self._own([*canvases, *spare * (fronts[number].catalogue - len(canvases))]))
            actual = tuple(
                Front(one.pages, index.pages, max(upper_bound(one) + upper_bound(index), front.size))
                for one, index, front in zip(covers, indexes, fronts, strict=True)
            )
            if actual == fronts:
                return _Settled(planned, rows, settings, covers, indexes)
            fronts = actual
        raise fail("bundle.unsettled")

    def _rows(self, exhibits: Sequence[Exhibit], planned: Plan) -> tuple[CatalogueRow, ...]:
        return tuple(
            CatalogueRow(
                number, exhibit, slot.first, slot.last, slot.volume + 1, len(planned.volumes), self._numbering
            )
            for number, (exhibit, slot) in enumerate(zip(exhibits, planned.slots, strict=True), 1)
        )

    def _told(self, number: int, planned: Plan, rows: tuple[CatalogueRow, ...]) -> Bound:
        first = planned.firsts[number]
        return Bound(
            number + 1,
            len(planned.volumes),
            first,
            first + planned.lengths[number] - 1,
            tuple(rows[index] for index in planned.volumes[number]),
            rows,
            planned.pages,
        )

    def _listed(self, number: int, planned: Plan) -> Sequence[int]:
        """The exhibits that a volume's catalogue lists: the first lists all."""
        return range(len(planned.slots)) if number == 0 else planned.volumes[number]

    def _index(
        self, number: int, planned: Plan, rows: Sequence[CatalogueRow], cells: Sequence[dict[str, str]]
    ) -> Setting:
        page, heading, several = self._page, self._heading, len(planned.volumes) > 1
        lines = [
            Line({**cells[i], "number": str(i + 1), "pages": self._span(rows[i])})
            for i in self._listed(number, planned)
        ]
        counts = page.counts.format(exhibits=len(rows), pages=planned.pages)
        facts = [
            counts,
            page.sets.format(n=heading.copies),
            page.identity.format(text=heading.identity),
            page.made_on.format(text=heading.made_on),
        ]
        head = [
            page.cause.format(text=heading.cause),
            page.submitter.format(text=heading.submitter),
            page.opponent.format(text=heading.opponent),
            "　　".join(facts),
        ]
        dated = any(row["stamped"] for row in cells)
        columns = [key for key in self._profile.columns if key != "stamped" or dated]
        notes = [page.hash_note + heading.law, page.shrunk_note]
        if "stamped" in columns:
            notes.append(page.stamped_note)
        if several and number == 0:
            head.append(page.whole.format(n=len(planned.volumes)))
        elif several:
            held = planned.volumes[number]
            head.append(page.elsewhere.format(first=held[0] + 1, last=held[-1] + 1))
        return set_index(
            self._face,
            page,
            columns,
            lines,
            title=page.part_title.format(v=number + 1) if several and number else page.title,
            head=[spelt(text, self._font_file) for text in head],
            notes=[spelt(text, self._font_file) for text in notes],
            signed=number == 0,
        )

    def _span(self, row: CatalogueRow) -> str:
        """Pages as a catalogue line gives them, with the volume where there are several."""
        # Broken where it may have to be, so that no digit more or less changes a line's height.
        pages = row.pages.replace("—", "—\n")
        return pages if row.volumes == 1 else f"{self._page.volume.format(v=row.volume)}\n{pages}"

    def _own(self, canvases: Sequence[Canvas]) -> Part:
        """Pages set here, as a part."""
        with Pdf.new() as pdf:
            for canvas in canvases:
                page = Dictionary(
                    Type=Name.Page,
                    MediaBox=Array([0, 0, *canvas.size]),
                    Contents=pdf.make_stream(canvas.content),
                    Resources=Dictionary(),
                )
                pdf.pages.append(Page(pdf.make_indirect(page)))
            return prepare(pdf, self._path(), self._reserved, clear=True)

    def _file_name(self, number: int, planned: Plan) -> str:
        return "bundle.pdf" if len(planned.volumes) == 1 else f"volume-{number + 1}.pdf"

    def _number_text(self, planned: Plan, volume: int, page: int) -> str:
        pattern = self._page.of if self._profile.total else self._page.page
        text = pattern.format(x=self._numbering.text(page), y=planned.pages)
        if len(planned.volumes) > 1:
            text = self._page.in_volume.format(v=volume + 1) + text
        return text

    def _bind(self, number: int, found: _Settled, parts: Sequence[Part]) -> BoundVolume:
        """Write one volume."""
        planned, first = found.plan, found.plan.firsts[number]
        pages = planned.lengths[number]
        path = self._folder / self._file_name(number, planned)
        held = planned.volumes[number]

        def shown(page: int) -> tuple[str, float]:
            text = self._number_text(planned, number, first + page)
            return self._face.show(text), self._face.width(text, 1)

        index_at = self._limits.even(found.covers[number].pages)
        with path.open("wb") as file:
            volume = Volume(
                file,
                pages=pages,
                face=self._face_part,
                number=shown,
                links=[
                    *self._links_in(number, found, index_at),
                    *self._links_back(number, found, parts, index_at, shown),
                ],
                title=self._title
                if len(planned.volumes) == 1
                else f"{self._title} {number + 1}/{len(planned.volumes)}",
                created=self._made_at,
            )
            for part in self._sequence(number, found, parts):
                volume.add(part)
            bookmarks = [
                Bookmark(self._words.cover, 0),
                Bookmark(self._words.catalogue, index_at),
                *(
                    Bookmark(
                        self._words.exhibit.format(number=row.number, name=row.exhibit.name, pages=row.pages),
                        row.first - first,
                    )
                    for row in (found.rows[index] for index in held)
                ),
            ]
            volume.close(bookmarks, self._numbering.labels(first, pages))
        limit = self._limits.size
        if limit and path.stat().st_size > limit and not set(held) & set(planned.over):
            raise fail("bundle.unsettled")
        return BoundVolume(path.name, path, first, pages)

    def _sequence(self, number: int, found: _Settled, parts: Sequence[Part]) -> Iterator[Part]:
        """The parts of a volume in order, with the blank sides that printing on both sides needs."""
        blank: Part | None = None
        fronts = (found.covers[number], found.indexes[number])
        exhibits: list[Part] = []
        for index in found.plan.volumes[number]:
            if self._profile.dividers:
                exhibits.append(self._divider(found.rows[index]))
            exhibits.append(parts[index])
        for part in (*fronts, *exhibits):
            yield part
            if self._limits.even(part.pages) > part.pages:
                blank = blank or self._own([blank_side(self._face, self._page)])
                yield blank

    def _divider(self, row: CatalogueRow) -> Part:
        cells = {**self._cells(row.exhibit), "span": row.pages}
        return self._own([divider(self._face, self._page, str(row.number), cells)])

    def _links_in(self, number: int, found: _Settled, index_at: int) -> Iterator[Link]:
        """From each line of the catalogue to the exhibit's first page."""
        planned, sheets = found.plan, found.indexes[number].sheets
        listed = self._listed(number, planned)
        for page, line, box in found.settings[number].spots:
            slot = planned.slots[listed[line]]
            at = slot.first - planned.firsts[slot.volume]
            to = at if slot.volume == number else Outside(self._file_name(slot.volume, planned), at)
            yield Link(index_at + page, box_in_page(sheets[page], box), to)

    def _links_back(
        self,
        number: int,
        found: _Settled,
        parts: Sequence[Part],
        index_at: int,
        shown: Callable[[int], tuple[str, float]],
    ) -> Iterator[Link]:
        """From each exhibit's page numbers to its line of the catalogue."""
        planned, first = found.plan, found.plan.firsts[number]
        listed = self._listed(number, planned)
        lines: dict[int, int] = {}
        for page, line, _ in found.settings[number].spots:
            lines.setdefault(listed[line], page)
        for index in planned.volumes[number]:
            for offset, sheet in enumerate(parts[index].sheets):
                page = planned.slots[index].first - first + offset
                box = _number_box(sheet, shown(page)[1])
                yield Link(page, box_in_page(sheet, box), index_at + lines[index])


@dataclass(frozen=True, slots=True)
class _Settled:
    """A plan that its own covers and catalogues do not move."""

    plan: Plan
    rows: tuple[CatalogueRow, ...]
    settings: Sequence[Setting]
    covers: Sequence[Part]
    indexes: Sequence[Part]


def _padded(fronts: Sequence[Front], count: int) -> tuple[Front, ...]:
    return tuple(fronts[min(n, len(fronts) - 1)] for n in range(count))


def _number_box(sheet: Sheet, width: float) -> tuple[float, float, float, float]:
    spot = sheet.spot
    left = spot.left(width * spot.size)
    return left - 3, spot.y - 4, left + width * spot.size + 3, spot.y + spot.size + 2


def _local(moment: str) -> str:
    """A moment of UTC by the clock of the court, day and time on a line each; nothing for none."""
    return f"{datetime.fromisoformat(moment).astimezone(CHINA):%Y-%m-%d\n%H:%M}" if moment else ""
