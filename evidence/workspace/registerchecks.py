"""What should be looked at in the register of exhibits: kept all the same, and told by name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from evidence.clock import CHINA
from evidence.errors import Place, Problem
from evidence.workspace.cases import require_account
from evidence.workspace.core import Desk
from evidence.workspace.register import Kept, listed

__all__ = ["register_doubts", "same_file"]


def register_doubts(desk: Desk, kept: Sequence[Kept]) -> list[Problem]:
    """What of the exhibits just ``kept`` or changed may be a slip: a day to come, a file that is on file already."""
    today = desk.source.now().astimezone(CHINA).date()
    found = [problem for row in kept for problem in _ahead(row, today)]
    with desk.reading() as connection:
        for account in dict.fromkeys(row.account for row in kept):
            owner, person = require_account(connection, account)
            mine = {row.id for row in kept if row.account == account}
            found += same_file(listed(connection, owner.id, person), mine)
    return found


def same_file(rows: Sequence[Kept], only: Collection[int] | None = None) -> Iterator[Problem]:
    """Each of ``rows`` (or of those with a number in ``only``) whose file another one before or beside it has."""
    first: dict[str, Kept] = {}
    for row in rows:
        other = first.setdefault(row.sha256, row)
        if other is not row and (only is None or {row.id, other.id} & set(only)):
            params: dict[str, str | int] = {
                "name": row.name, "number": row.id, "other": other.name, "before": other.id,
            }  # fmt: skip
            yield Problem("workspace.exhibit-twice", Place(file=row.file_name), params)


def _ahead(row: Kept, today: date) -> Iterator[Problem]:
    if row.details.dated and date.fromisoformat(row.details.dated) > today:
        params: dict[str, str | int] = {"name": row.name, "number": row.id, "dated": row.details.dated}
        yield Problem("workspace.exhibit-dated-ahead", Place(file=row.file_name), params)
