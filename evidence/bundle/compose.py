"""The bundle as PDF: cover, catalogue and exhibits under one continuous page number, in as many volumes as it takes.

The number printed on a page, its label in the viewer, its line in the catalogue, its bookmark and the links that lead
to it all come from one plan (:mod:`evidence.bundle.layout`), so that they cannot disagree. Exhibits are made ready one
by one on the disk and bound as bytes: memory holds one of them at a time.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pikepdf

from evidence.bundle.binder import Bookmark, Link, Outside, Volume, upper_bound
from evidence.bundle.composed import (
    Bound,
    BoundVolume,
    CatalogueRow,
    Composed,
    Heading,
    RenderCatalogue,
    RenderCover,
    Words,
)
from evidence.bundle.exhibits import Exhibit, exhibit_pages, placeholder
from evidence.bundle.fronts import OwnPages
from evidence.bundle.index import Setting
from evidence.bundle.layout import Front, Item, Limits, Plan, plan
from evidence.bundle.numbering import Numbering
from evidence.bundle.pagewords import PageWords, page_words
from evidence.bundle.profile import Profile
from evidence.bundle.sheets import Part, Sheet, box_in_page, prepare
from evidence.errors import fail
from evidence.forks import cores, forked, may_fork
from evidence.model.problem import Place, Problem

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

_ROUNDS = 8
_WORTH_A_PROCESS = 8  # exhibits: some tenth of a second's work, for two hundredths to start a process
_FRONT_SIZE = 250_000  # bytes of cover and catalogue, until they are known


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
        self._words, self._font_file = words, font_file
        self._made_at, self._title, self._folder = made_at, title, folder
        self._profile, self._copies = profile, heading.copies
        self._numbering = Numbering.of(profile)
        self._limits = Limits(profile.max_pages, profile.max_bytes, profile.duplex)
        self.spool = folder / ".parts"
        self._made = 0
        self._warnings: list[Problem] = []
        self._own = OwnPages(page, font_file, profile, heading, self._path)

    def run(self, exhibits: Sequence[Exhibit], cover: RenderCover, catalogue: RenderCatalogue) -> Composed:
        exhibits = self._in_order(exhibits)
        own = self._own
        parts = self._parts(exhibits)
        cells = [own.cells(exhibit) for exhibit in exhibits]
        own.letter(cells)
        items = [
            Item(part.pages, int(self._profile.dividers), upper_bound(part) if self._limits.size else 0)
            for part in parts
        ]
        shrunk = sum(sheet.shrunk for part in parts for sheet in part.sheets)
        found = self._settled(items, exhibits, cells, cover, shrunk > 0)
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
        return Composed(
            volumes,
            found.rows,
            found.plan.pages,
            catalogue(found.rows, found.plan.pages),
            tuple(self._warnings),
            self._copies,
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

    def _parts(self, exhibits: Sequence[Exhibit]) -> list[Part]:
        """Every exhibit made ready, by as many processes as there are cores where there is enough to do."""
        given = [(exhibit, self._path()) for exhibit in exhibits]
        processes = min(cores(), len(given) // _WORTH_A_PROCESS)
        several = processes > 1 and may_fork()
        made = forked(given, self._made_ready, processes) if several else self._made_ready(given)
        self._warnings += [problem for _, problem in made if problem]
        return [part for part, _ in made]

    def _made_ready(self, given: Sequence[tuple[Exhibit, Path]]) -> list[tuple[Part, Problem | None]]:
        return [self._part(exhibit, path) for exhibit, path in given]

    def _part(self, exhibit: Exhibit, path: Path) -> tuple[Part, Problem | None]:
        pdf, problem = exhibit_pages(exhibit, self._words.placeholder, self._font_file)
        try:
            with pdf:
                part = prepare(pdf, path, self._own.reserved)
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
                part = prepare(stand_in, path, self._own.reserved, clear=True)
        return part, problem

    def _settled(
        self,
        items: Sequence[Item],
        exhibits: Sequence[Exhibit],
        cells: Sequence[dict[str, str]],
        cover: RenderCover,
        shrunk: bool,
    ) -> _Settled:
        """Covers and catalogues print page numbers that their own lengths move: set them until all stand still."""
        fronts: tuple[Front, ...] = (Front(1, 1, _FRONT_SIZE),)
        for _ in range(_ROUNDS):
            for _ in range(_ROUNDS):  # the catalogue first: it is set in no time
                planned = plan(items, fronts, self._limits)
                rows = self._rows(exhibits, planned)
                settings = [
                    self._own.index(number, planned, rows, cells, shrunk)
                    for number in range(len(planned.volumes))
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
                    covers.append(prepare(pdf, self._path(), self._own.reserved))
                canvases = settings[number].pages
                spare = self._own.blanks(fronts[number].catalogue - len(canvases), canvases[0].size)
                indexes.append(self._own.part([*canvases, *spare]))
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

    def _file_name(self, number: int, planned: Plan) -> str:
        return "bundle.pdf" if len(planned.volumes) == 1 else f"volume-{number + 1}.pdf"

    def _bind(self, number: int, found: _Settled, parts: Sequence[Part]) -> BoundVolume:
        """Write one volume."""
        planned, first = found.plan, found.plan.firsts[number]
        pages = planned.lengths[number]
        path = self._folder / self._file_name(number, planned)
        held = planned.volumes[number]

        def shown(page: int) -> tuple[str, float]:
            return self._own.number(planned, number, first + page)

        index_at = self._limits.even(found.covers[number].pages)
        with path.open("wb") as file:
            volume = Volume(
                file,
                pages=pages,
                face=self._own.face,
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
                exhibits.append(self._own.divider(found.rows[index]))
            exhibits.append(parts[index])
        for part in (*fronts, *exhibits):
            yield part
            if self._limits.even(part.pages) > part.pages:
                blank = blank or self._own.part(self._own.blanks(1))
                yield blank

    def _links_in(self, number: int, found: _Settled, index_at: int) -> Iterator[Link]:
        """From each line of the catalogue to the exhibit's first page."""
        planned, sheets = found.plan, found.indexes[number].sheets
        listed = self._own.listed(number, planned)
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
        listed = self._own.listed(number, planned)
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
