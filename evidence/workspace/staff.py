"""Who works at the staff's pages: names, roles, passwords; and what each of them looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, select, update

from evidence.errors import fail
from evidence.workspace import schema
from evidence.workspace.core import Desk

if TYPE_CHECKING:
    from argon2 import PasswordHasher  # an optional extra

__all__ = [
    "LEAST",
    "Member",
    "Role",
    "View",
    "add",
    "log_view",
    "member",
    "members",
    "remove",
    "sign_in",
    "sign_out",
    "views",
]

LEAST = 12
"""Characters of a password."""
_NAME = re.compile(r"[^\W_][\w.@\- ·]{0,38}[^\W_]|[^\W_]")
# Of nobody: who asks for a name that is not there waits as long as for a wrong password.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$2p+aT1hA271/doEg0gXdAA$fyZyCXC8OKknzhgxV1t+S6Oz1avTo8ikNCJCrj0fRbw"


class Role(StrEnum):
    """``CLERK`` records at the door; ``LAWYER`` reads receipts and letters too; ``ADMIN`` also who looked at what."""

    CLERK = "clerk"
    LAWYER = "lawyer"
    ADMIN = "admin"

    def may(self, need: Role) -> bool:
        order = list(Role)
        return order.index(self) >= order.index(need)


@dataclass(frozen=True, slots=True)
class Member:
    """``since`` changes with every new password and every logout, and ends all earlier logins."""

    name: str
    role: Role
    since: str


@dataclass(frozen=True, slots=True)
class View:
    """That somebody of the staff looked at something, or did it; ``letter`` is empty where it is about none."""

    at: datetime
    name: str
    role: str
    what: str
    letter: str


def add(desk: Desk, name: str, role: str, password: str) -> Member:
    """A new member, or a new role and password for one.

    Raises ``web.staff-name``, ``web.staff-role`` or ``web.staff-password``.
    """
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise fail("web.staff-name", given=name[:60])
    if role not in tuple(Role):
        raise fail("web.staff-role", given=role[:60], known=", ".join(Role))
    if len(password) < LEAST:
        raise fail("web.staff-password", least=LEAST)
    table, now = schema.STAFF, desk.source.now().isoformat()
    since = f"{now}.{desk.source.random(4).hex()}"
    row = {"name": name, "role": role, "password": _hasher().hash(password), "since": since}
    with desk.locked(), desk.writing() as connection:
        connection.execute(delete(table).where(table.c.name == name))
        connection.execute(table.insert().values(row))
    return Member(name, Role(role), since)


def remove(desk: Desk, name: str) -> None:
    """End a member's access at once; ``web.staff-unknown``. What they did stays on record."""
    table = schema.STAFF
    with desk.locked(), desk.writing() as connection:
        if not connection.execute(delete(table).where(table.c.name == name.strip())).rowcount:
            raise fail("web.staff-unknown", name=name[:60])


def members(connection: Connection) -> list[Member]:
    table = schema.STAFF
    rows = connection.execute(select(table.c.name, table.c.role, table.c.since).order_by(table.c.name))
    return [Member(row.name, Role(row.role), row.since) for row in rows]


def member(connection: Connection, name: str, since: str) -> Member | None:
    """The member a login was made for, if it still holds."""
    return next((one for one in members(connection) if (one.name, one.since) == (name, since)), None)


def sign_in(desk: Desk, name: str, password: str) -> Member | None:
    """The member of this name and password, else ``None``, after the same time whether or not there is one."""
    from argon2.exceptions import InvalidHashError, VerificationError

    table, hasher = schema.STAFF, _hasher()
    with desk.reading() as connection:
        row = connection.execute(select(table).where(table.c.name == name.strip())).one_or_none()
    try:
        hasher.verify(row.password if row else _NOBODY, password[:1024])
    except (VerificationError, InvalidHashError):
        return None
    if row is None:
        return None
    if hasher.check_needs_rehash(row.password):
        with desk.writing() as connection:
            again = update(table).where(table.c.name == row.name, table.c.since == row.since)
            connection.execute(again.values(password=hasher.hash(password)))
    return Member(row.name, Role(row.role), row.since)


def sign_out(connection: Connection, who: Member, since: str) -> None:
    """End all logins of ``who``, on every device: a copy of the cookie is worth nothing from here on."""
    table = schema.STAFF
    same = (table.c.name == who.name, table.c.since == who.since)
    connection.execute(update(table).where(*same).values(since=since))


def log_view(connection: Connection, who: Member, what: str, letter: str, at: datetime) -> None:
    """Write down that ``who`` looked at ``what`` (a word such as ``letter``); ``connection`` is one that writes."""
    row = {"at": at.isoformat(), "name": who.name, "role": who.role.value, "what": what, "letter": letter}
    connection.execute(schema.STAFF_VIEWS.insert().values(row))


def views(connection: Connection, *, limit: int = 500) -> list[View]:
    """The latest, newest first."""
    table = schema.STAFF_VIEWS
    rows = connection.execute(select(table).order_by(table.c.id.desc()).limit(limit))
    return [View(datetime.fromisoformat(r.at), r.name, r.role, r.what, r.letter) for r in rows]


def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
    except ImportError as error:
        raise fail("web.not-installed", module="argon2-cffi") from error
    return PasswordHasher()  # argon2id, the parameters of RFC 9106's second choice
