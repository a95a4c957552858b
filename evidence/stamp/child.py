"""Looking over a foreign PDF in a process of its own, with limits of time and memory.

A stranger's file is read by C++ and image decoders here: it may cost this process its life, but not the command's. What
comes back is plain JSON. Where the child does not come back in time, the file can still be stamped: its mark then goes on
an extra page, because nobody has seen where there is margin.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import evidence
from evidence.stamp.places import Place
from evidence.stamp.prelint import Finding, prelint
from evidence.stamp.profiles import foreign_profile

__all__ = ["Inspection", "inspect_pdf"]

WALL_SECONDS = 9
CPU_SECONDS = 9
MEMORY_BYTES = 2 << 30
ANSWER_BYTES = 8 << 20


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
    command = [sys.executable, "-m", "evidence.stamp.child", str(profile_number)]
    root = Path(evidence.__file__).resolve().parents[1]
    environment = {
        key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT") if key in os.environ
    }
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=WALL_SECONDS,
            cwd=root,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _unread("time")
    if done.returncode != 0 or len(done.stdout) > ANSWER_BYTES:
        return _unread("limits")
    try:
        return _from_json(json.loads(done.stdout))
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
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = json.dumps(_to_json(looked_over(sys.stdin.buffer.read(), int(sys.argv[1]))))
    sys.stdout.write(answer)


if __name__ == "__main__":
    _main()
