"""Which templates an office writes with: its own, where it has them, else those that ship.

A pack of one's own lies in ``templates/LOCALE`` of the workspace. It takes the place of the shipped pack of that locale
as a whole, and is checked before it is used: what ``evidence template check`` finds keeps a letter from being made.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.letters.packs import MANIFEST, Pack, find_pack
from evidence.resources import templates_dir
from evidence.workspace.core import Desk

FOLDER = "templates"


def pack_for(desk: Desk, jurisdiction: str, locale: str, kinds: Iterable[str] = ()) -> Pack:
    """The pack to write with. Of the office's own the templates of ``kinds`` are checked first.

    Raises every fault found in them (exit 5; forbidden words too), ``template.wrong-locale`` for a pack in the
    wrong folder, and what :func:`~evidence.letters.packs.find_pack` raises.
    """
    own = desk.root / FOLDER
    if not (own / locale / MANIFEST).is_file():
        return find_pack(templates_dir(), jurisdiction, locale)
    pack = find_pack(own, jurisdiction, locale)
    if pack.locale != locale:
        where = Place(file=str(own / locale / MANIFEST), part="locale")
        raise fail("template.wrong-locale", where, name=str(own / locale), found=pack.locale, wanted=locale)
    from evidence.letters.checking.check import pack_sources

    wanted = tuple(kinds)
    today = desk.source.now().astimezone(CHINA).date()
    problems = [
        problem
        for source in (pack_sources(pack, wanted) if wanted else ())
        for problem in _faults(source.data, f"{FOLDER}/{source.name}", source.kind, locale, today)
    ]
    if problems:
        # Whatever is wrong with a template ends alike; the exit code is that of the first problem.
        raise EvidenceError(sorted(problems, key=lambda problem: problem.code.startswith("law.")))
    return pack


@lru_cache(16)
def _faults(data: bytes, name: str, kind: str, locale: str, on: date) -> tuple[Problem, ...]:
    """Looked at once a process: a bundle asks for its templates, and a letter for its own, more than once."""
    from evidence.letters.checking.check import check_template

    return check_template(data, name, kind, locale, lang=locale, on=on, looks=False).faults
