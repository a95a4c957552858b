"""The pages of a bundle that the toolkit sets itself, as parts to be bound: index, dividers, blank sides, numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf

from evidence.bundle.composed import CatalogueRow, Heading
from evidence.bundle.exhibits import Exhibit
from evidence.bundle.geometry import A4
from evidence.bundle.index import Canvas, Line, Setting, blank_side, divider, set_index
from evidence.bundle.layout import Plan
from evidence.bundle.numbering import Numbering
from evidence.bundle.pagewords import PageWords
from evidence.bundle.profile import Profile
from evidence.bundle.sheets import FONT_KEY, Part, prepare
from evidence.clock import CHINA
from evidence.stamp.lettering import Face, spelt

__all__ = ["OwnPages"]

_DIGITS = "0123456789"
_RESERVED = 4  # digits of a page number that room is kept for


class OwnPages:
    """One bundle's own pages. ``path`` gives a new place for a part each time; :meth:`letter` comes before all others
    but :meth:`cells`."""

    face: Part

    def __init__(
        self, words: PageWords, font_file: Path, profile: Profile, heading: Heading, path: Callable[[], Path]
    ) -> None:
        self._page, self._font_file = words, font_file
        self._profile, self._heading, self._path = profile, heading, path
        self._numbering = Numbering.of(profile)

    @property
    def reserved(self) -> float:
        """Width at 9 points that a page number may take: Chinese signs are square, digits less than two thirds."""
        digits = max(_RESERVED, self._profile.digits)
        signs, figures = 2 + len(self._profile.prefix), digits
        if self._profile.total:
            signs, figures = signs + 3, figures + _RESERVED
        if self._profile.max_pages or self._profile.max_bytes:
            signs, figures = signs + 3, figures + 2
        return 9 * (signs + 0.58 * figures)

    def cells(self, exhibit: Exhibit) -> dict[str, str]:
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

    def letter(self, cells: Sequence[dict[str, str]]) -> None:
        """Make the face: every character that the bundle's own pages and numbers use, once ``cells`` of all are known."""
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
            self._face = Face(pdf, self._font_file, texts)
            pdf.Root[Name(FONT_KEY)] = self._face.font
            pdf.save(path, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        self.face = Part(path, (), path.stat().st_size)

    @staticmethod
    def listed(number: int, planned: Plan) -> Sequence[int]:
        """The exhibits that a volume's catalogue lists: the first lists all."""
        return range(len(planned.slots)) if number == 0 else planned.volumes[number]

    def index(
        self,
        number: int,
        planned: Plan,
        rows: Sequence[CatalogueRow],
        cells: Sequence[dict[str, str]],
        shrunk: bool,
    ) -> Setting:
        """The catalogue of a volume (from 0). ``shrunk`` says that a page had to be drawn smaller."""
        page, heading, several = self._page, self._heading, len(planned.volumes) > 1
        lines = [
            Line({**cells[i], "number": str(i + 1), "pages": self._span(rows[i])})
            for i in self.listed(number, planned)
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
        notes = [page.hash_note + heading.law]
        if shrunk:
            notes.append(page.shrunk_note)
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

    def part(self, canvases: Sequence[Canvas]) -> Part:
        """Pages set here, as a part to be bound."""
        with Pdf.new() as pdf:
            for canvas in canvases:
                page = Dictionary(
                    Type=Name.Page,
                    MediaBox=Array([0, 0, *canvas.size]),
                    Contents=pdf.make_stream(canvas.content),
                    Resources=Dictionary(),
                )
                pdf.pages.append(Page(pdf.make_indirect(page)))
            return prepare(pdf, self._path(), self.reserved, clear=True)

    def blanks(self, count: int, size: tuple[float, float] = A4) -> list[Canvas]:
        """Sides that stay empty and say so."""
        return [blank_side(self._face, self._page, size)] * count

    def number(self, planned: Plan, volume: int, page: int) -> tuple[str, float]:
        """The printed number of a page: the operators that show it, and its width at one point."""
        pattern = self._page.of if self._profile.total else self._page.page
        text = pattern.format(x=self._numbering.text(page), y=planned.pages)
        if len(planned.volumes) > 1:
            text = self._page.in_volume.format(v=volume + 1) + text
        return self._face.show(text), self._face.width(text, 1)

    def divider(self, row: CatalogueRow) -> Part:
        """The sheet before an exhibit."""
        cells = {**self.cells(row.exhibit), "span": row.pages}
        return self.part([divider(self._face, self._page, str(row.number), cells)])


def _local(moment: str) -> str:
    """A moment of UTC by the clock of the court, day and time on a line each; nothing for none."""
    return f"{datetime.fromisoformat(moment).astimezone(CHINA):%Y-%m-%d\n%H:%M}" if moment else ""
