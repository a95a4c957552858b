"""Page numbers as they are printed, and the labels that make a viewer show the same ones."""

from __future__ import annotations

from dataclasses import dataclass

from evidence.bundle.profile import Profile

__all__ = ["Numbering"]


@dataclass(frozen=True, slots=True)
class Numbering:
    """How page n of the bundle is called: a prefix, and the number padded to so many digits."""

    prefix: str = ""
    digits: int = 0

    @classmethod
    def of(cls, profile: Profile) -> Numbering:
        return cls(profile.prefix, profile.digits)

    def text(self, page: int) -> str:
        """The printed number of a page, counted from 1 over all volumes."""
        return f"{self.prefix}{page:0{self.digits}d}"

    def span(self, first: int, last: int) -> str:
        """The pages of an exhibit: ``12-15``, or ``A-012—A-015`` where a hyphen could belong to the prefix."""
        between = "—" if self.prefix else "-"
        return self.text(first) if first == last else f"{self.text(first)}{between}{self.text(last)}"

    def labels(self, first: int, pages: int) -> tuple[tuple[int, str, int], ...]:
        """``/PageLabels`` of a volume that begins with page ``first``: page in the volume (0), prefix, first number.

        PDF knows no padding: the zeros become part of the prefix, with a new range wherever their number changes.
        """
        ranges: list[tuple[int, str, int]] = []
        page = first
        while page < first + pages:
            length = len(str(page))
            zeros = "0" * max(0, self.digits - length)
            ranges.append((page - first, self.prefix + zeros, page))
            page = 10**length
        return tuple(ranges)
