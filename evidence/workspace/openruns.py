"""Runs that were cut off: planned, their numbers taken, and not all of their letters made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from evidence.errors import Place, Problem
from evidence.model.letter import LetterKind
from evidence.workspace import schema

__all__ = ["OpenRun", "open_runs"]


@dataclass(frozen=True, slots=True)
class OpenRun:
    """``done`` of its ``total`` letters are settled. ``approves`` is the number of the draft whose letter it makes."""

    id: str
    kind: LetterKind
    planned_at: datetime
    done: int
    total: int
    approves: str = ""

    @property
    def command(self) -> str:
        """What goes on with it, as it is typed."""
        return f"evidence approve {self.approves}" if self.approves else f"evidence issue {self.kind.value}"

    def problem(self) -> Problem:
        """The same as a warning."""
        params = {
            "run": self.id,
            "kind": self.kind.value,
            "done": self.done,
            "total": self.total,
            "left": self.total - self.done,
            "command": self.command,
            "abandon": f"evidence issue {self.kind.value} --abandon",
        }
        code = "workspace.run-unfinished" if self.done < self.total else "workspace.run-unclosed"
        return Problem(code, Place(), params)


def open_runs(connection: Connection) -> list[OpenRun]:
    """Every run that is not finished, the oldest first. Of one that another command works on now, too."""
    runs, items = schema.RUNS, schema.PLAN_ITEMS
    settled = func.sum(case((items.c.state == "planned", 0), else_=1))
    found = connection.execute(
        select(runs.c.id, runs.c.kind, runs.c.issued_at, runs.c.approves, settled, func.count())
        .join(items, items.c.run == runs.c.id)
        .where(runs.c.completed == 0)
        .group_by(runs.c.id, runs.c.kind, runs.c.issued_at, runs.c.approves)
        .order_by(runs.c.issued_at, runs.c.id)
    )
    return [
        OpenRun(run, LetterKind(kind), datetime.fromisoformat(at), int(done), total, approves)
        for run, kind, at, approves, done, total in found
    ]
