"""Why a file does not travel with the copy for the other party: kinds, how many, where; never a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidence.bundle.maskfiles import Found
from evidence.bundle.masking import MaskKind
from evidence.bundle.maskwords import MaskWords


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """``count`` of ``kind``: on ``page`` of the bundle, on ``file_page`` of the file itself, or, with neither, different
    values in its name, text, properties or parts."""

    kind: MaskKind
    count: int = 1
    page: int = 0
    file_page: int = 0

    def to_json(self) -> dict[str, str | int]:
        every: dict[str, str | int] = {"count": self.count, "kind": self.kind.value}
        if self.page:
            every["page"] = self.page
        if self.file_page:
            every["file_page"] = self.file_page
        return every


def reasons_of(found: Found) -> set[Reason]:
    """Of what was found in a file."""
    inside = Counter(kind for kind, _ in found.values)
    on_pages = Counter(found.pages)
    return {Reason(kind, count) for kind, count in inside.items()} | {
        Reason(kind, count, file_page=page) for (page, kind), count in on_pages.items()
    }


def on_pages(rows: Iterable[tuple[int, int, MaskKind, int]], exhibits: Iterable[int]) -> set[Reason]:
    """Of what was covered on the pages of ``exhibits``; a covered digest is no reason."""
    chosen = frozenset(exhibits)
    return {
        Reason(kind, count, page=page)
        for exhibit, page, kind, count in rows
        if exhibit in chosen and kind is not MaskKind.DIGEST
    }


def why_rows(words: MaskWords, kept: Sequence[tuple[str, Sequence[Reason]]]) -> list[list[str]]:
    """The table of the files kept back: file, kind, where, how many; the names with what is covered in them."""
    rows = [list(words.why_columns)]
    for path, reasons in kept:
        for reason in reasons:
            where = words.in_file
            if reason.page:
                where = words.on_page.format(page=reason.page)
            elif reason.file_page:
                where = words.on_file_page.format(page=reason.file_page)
            elif reason.kind is MaskKind.ASKED:
                where = words.none
            rows.append([path.removeprefix("data/"), words.kinds[reason.kind], where, str(reason.count)])
    return rows
