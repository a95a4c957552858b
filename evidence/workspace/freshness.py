"""No letters from an old ledger: whoever has paid since would be sent a demand for money that came in."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, func, select

from evidence.clock import CHINA
from evidence.errors import Problem
from evidence.model.case import CaseKind
from evidence.workspace import schema
from evidence.workspace.booked import ledger_day
from evidence.workspace.casefile import events
from evidence.workspace.cases import require_snapshot
from evidence.workspace.core import Desk


def newest_entry(connection: Connection, snapshot: int) -> date | None:
    """The last day of which a ledger, or a payment on file, tells something.

    A ledger bills ahead, so only days up to its own count: when a period began or ended, when a charge fell due. That
    a file was imported late says nothing of how old it is.
    """
    table = schema.CHARGES
    upto = ledger_day(connection, snapshot).isoformat()
    days = [
        connection.execute(
            select(func.max(column)).where(table.c.snapshot == snapshot, column <= upto)
        ).scalar()
        for column in (table.c.start, table.c.end, table.c.due)
    ]
    days += [event.text("received_on") for event in events(connection, kinds=[CaseKind.PAYMENT])]
    return max((date.fromisoformat(day) for day in days if day), default=None)


def check_fresh(desk: Desk, connection: Connection, as_of: date) -> Problem | None:
    """``workspace.ledger-stale`` where the newest entry is older than the office allows.

    Age is counted to today, when the letter goes out, whatever the day of calculation; only for one to come (a plan
    that is looked at) to that. Raises ``workspace.no-ledger``.
    """
    limit = desk.office.policy.ledger_max_age_days
    snapshot = require_snapshot(connection)
    newest = newest_entry(connection, snapshot)
    if not limit or newest is None:
        return None
    age = (max(as_of, desk.source.now().astimezone(CHINA).date()) - newest).days
    if age <= limit:
        return None
    params: dict[str, str | int] = {"newest": newest.isoformat(), "age": age, "limit": limit}
    return Problem("workspace.ledger-stale", params=params)
