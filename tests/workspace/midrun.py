"""What must hold when a run broke off in its middle."""

from __future__ import annotations

from pathlib import Path

import estate
from sqlalchemy import select

from evidence.errors import Problem
from evidence.i18n import describe
from evidence.journal.entries import parse_entry
from evidence.journal.store import ENTRIES
from evidence.verify import verify_paths
from evidence.workspace import Workspace, schema


def recorded(root: Path) -> list[str]:
    """The letters on record, after making sure that nothing is there by half.

    Rows, plan and journal name the same letters; the files of each are in the store; every readable copy passes the
    checkers; the journal checks, and its times never go back.
    """
    with Workspace.open(root, source=estate.source("look")) as office:
        desk = office._desk
        assert office.check_journal()[1] == ()
        with desk.reading() as connection:
            entries = connection.execute(select(ENTRIES.c.entry).order_by(ENTRIES.c.idx)).scalars().all()
            letters = connection.execute(select(schema.LETTERS).order_by(schema.LETTERS.c.number)).all()
            items = connection.execute(select(schema.PLAN_ITEMS)).all()
        parsed = [parse_entry(bytes(entry)) for entry in entries]
        numbers = [str(row.number) for row in letters]
        assert sorted(str(one.data["number"]) for one in parsed if one.type == "letter.issued") == numbers
        assert sorted(item.number for item in items if item.state == "issued") == numbers
        assert [one.at for one in parsed] == sorted(one.at for one in parsed)
        for row in letters:
            assert desk.store.get(row.docx_sha256)
            assert desk.store.get(row.pdf_sha256)
    copies = sorted((root / "letters").rglob("*_2-2026-*.pdf"))
    assert {path.stem.rpartition("_")[2] for path in copies} <= set(numbers)
    assert not copies or verify_paths(copies).ok
    assert [path.name for path in root.rglob(".*") if path.name != ".lock"] == [], "half a file"
    return numbers


def has_chinese(problem: Problem) -> bool:
    """Whether message and hint have words of their own in both scripts, with every placeholder filled."""
    english, simplified, traditional = (describe(problem, lang) for lang in ("en", "zh", "zh-Hant"))
    return all(
        len({*texts}) == 3 and "{" not in "".join(texts)
        for texts in zip(english, simplified, traditional, strict=True)
    )
