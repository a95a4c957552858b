"""Looking over a foreign PDF in a process of its own, with limits of time and memory (:mod:`evidence.limited`).

A stranger's file is read by C++ and image decoders here. Where the child does not come back in time, the file can
still be stamped: its mark then goes on an extra page, because nobody has seen where there is margin.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from evidence.limited import Limits, OverLimits, answer, ask
from evidence.stamp.places import Place
from evidence.stamp.prelint import Finding, prelint
from evidence.stamp.profiles import foreign_profile

__all__ = ["Inspection", "inspect_pdf"]

LIMITS = Limits(wall_seconds=9, cpu_seconds=9, memory_bytes=2 << 30, answer_bytes=8 << 20)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found, where the marks go, and which pages the second reader saw (None where it could not read)."""

    findings: tuple[Finding, ...]
    places: tuple[Place, ...]
    extra: bool
    pages: tuple[tuple[int, int], ...] | None

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.level == "warning")


def inspect_pdf(data: bytes, profile_number: int) -> Inspection:
    """Lint and places of ``data`` for the marks of a profile; never raises for what the file holds."""
    try:
        return _from_json(ask("evidence.stamp.child", [str(profile_number)], data, LIMITS))
    except OverLimits as over:
        return _unread(over.part)
    except (ValueError, KeyError, TypeError):
        return _unread("limits")


def _unread(part: str) -> Inspection:
    return Inspection((Finding("unreadable", (), (("part", part),)),), (), True, None)


def looked_over(data: bytes, profile_number: int) -> Inspection:
    """As :func:`inspect_pdf`, in this process and without limits."""
    import pikepdf

    from evidence.stamp.survey import choose, look_over, opened

    try:
        pdf = opened(data)
        looks = list(look_over(pdf))
    except pikepdf.PasswordError:
        return Inspection((Finding("encrypted", (), (("method", "password"),)),), (), True, None)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError):  # RuntimeError: qpdf's own, and recursion
        return _unread("open")
    places, extra = choose(looks, foreign_profile(profile_number))
    pages = tuple(page.obj.objgen for page in pdf.pages)
    return Inspection(prelint(data, pdf, looks), places, extra, pages)


def _to_json(inspection: Inspection) -> dict[str, Any]:
    return {
        "findings": [[f.code, f.pages, f.params] for f in inspection.findings],
        "places": [[p.page, p.opened, p.closed, p.mark, p.line] for p in inspection.places],
        "extra": inspection.extra,
        "pages": inspection.pages,
    }


def _from_json(found: Any) -> Inspection:
    def matrix(values: Any) -> Any:
        return tuple(values) if values is not None else None

    return Inspection(
        tuple(
            Finding(code, tuple(pages), tuple((str(key), value) for key, value in params))
            for code, pages, params in found["findings"]
        ),
        tuple(
            Place(page, opened, closed, matrix(mark), matrix(line))
            for page, opened, closed, mark, line in found["places"]
        ),
        bool(found["extra"]),
        tuple((number, generation) for number, generation in found["pages"])
        if found["pages"] is not None
        else None,
    )


def _main() -> None:
    answer(LIMITS, lambda data: _to_json(looked_over(data, int(sys.argv[1]))))


if __name__ == "__main__":
    _main()
