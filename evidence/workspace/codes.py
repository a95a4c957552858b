"""Codes that let a reader in: the one under the fold, and one-time codes by text message; sent, tried, spent, counted.

Tries are counted for a letter and not for a reader: who guesses changes addresses at will. The price is that somebody
with the letter's link can keep its owner out for an hour, who has the letter on paper and the office's telephone number.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from evidence.delivery.codes import fold_code, read_fold_code
from evidence.errors import fail
from evidence.model.letter import LetterNumber
from evidence.stamp.facts import letter_id
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.links import Addressed
from evidence.workspace.officekeys import fold_key, web_key

__all__ = ["LASTS", "check_fold_code", "check_message_code", "fold_codes", "new_code", "remember_code"]

DIGITS = 6
LASTS = timedelta(minutes=10)
"""How long a code from a text message opens the page; it does so once."""
SENT_AN_HOUR, SENT_A_DAY = 3, 6
TRIED_AN_HOUR, TRIED_A_DAY = 10, 30
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def fold_codes(desk: Desk, numbers: Iterable[str]) -> dict[str, str]:
    """The codes to be printed under the folds of letters, by their numbers.

    ``workspace.unknown-letter``; ``workspace.person-erased`` for a letter whose id nobody can derive any more.
    """
    key, table, found = fold_key(desk), schema.LETTERS, {}
    with desk.reading() as connection:
        for number in numbers:
            person = connection.execute(select(table.c.person).where(table.c.number == number)).scalar()
            if person is None:
                raise fail("workspace.unknown-letter", letter=number)
            identity = letter_id(desk.persons.key(person), LetterNumber.parse(number))
            found[number] = fold_code(key, identity)
    return found


def new_code(desk: Desk, connection: Connection, letter: Addressed, at: datetime) -> str:
    """Six digits to be sent now; ``web.codes-sent`` where this letter has had its share of messages.

    ``connection`` is one that writes: the message counts from here on, sent or not.
    """
    table = schema.RECEIPT_CODES
    for least, most in ((_HOUR, SENT_AN_HOUR), (_DAY, SENT_A_DAY)):
        since = (at - least).isoformat()
        query = select(func.count()).select_from(table)
        sent = connection.execute(query.where(table.c.letter == letter.number.key, table.c.sent_at > since))
        if int(sent.scalar_one()) >= most:
            raise fail("web.codes-sent")
    code = f"{int.from_bytes(desk.source.random(8)) % 10**DIGITS:0{DIGITS}d}"
    row = {"letter": letter.number.key, "digest": _digest(desk, letter, code), "message": "", "used_at": ""}
    connection.execute(table.insert().values({**row, "sent_at": at.isoformat()}))
    return code


def remember_code(desk: Desk, connection: Connection, letter: Addressed, code: str, message: str) -> None:
    """Keep the provider's number of the message that carried ``code``: the witness of what the code will open."""
    table = schema.RECEIPT_CODES
    ours = (table.c.letter == letter.number.key, table.c.digest == _digest(desk, letter, code))
    connection.execute(update(table).where(*ours).values(message=message))


def check_message_code(
    desk: Desk, connection: Connection, letter: Addressed, typed: str, at: datetime
) -> str:
    """Spend a code that came by text message; gives the provider's number of that message.

    ``web.code-wrong`` for one that is wrong, older than :data:`LASTS` or spent; ``web.tries`` when too many were.
    The caller counts a wrong one with :func:`count_try`.
    """
    _require_tries(connection, letter, at)
    table = schema.RECEIPT_CODES
    digest = _digest(desk, letter, "".join(sign for sign in typed[:64] if sign.isdecimal()))
    ours = (
        table.c.letter == letter.number.key,
        table.c.digest == digest,
        table.c.used_at == "",
        table.c.sent_at > (at - LASTS).isoformat(),
    )
    row = connection.execute(select(table).where(*ours).order_by(table.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        raise fail("web.code-wrong")
    connection.execute(update(table).where(table.c.id == row.id).values(used_at=at.isoformat()))
    return str(row.message)


def check_fold_code(desk: Desk, connection: Connection, letter: Addressed, typed: str, at: datetime) -> None:
    """Nothing for the code printed under this letter's fold; ``web.code-typo``, ``web.code-wrong`` or ``web.tries``.

    A slip of the finger is told by the check sign and costs no try.
    """
    code = read_fold_code(typed)
    if code is None:
        raise fail("web.code-typo")
    _require_tries(connection, letter, at)
    if not hmac.compare_digest(code, fold_code(fold_key(desk), letter.letter_id)):
        raise fail("web.code-wrong")


def count_try(connection: Connection, letter: Addressed, at: datetime) -> None:
    """A code that was not the right one. What is older than a day is forgotten."""
    table = schema.RECEIPT_TRIES
    old = (table.c.letter == letter.number.key, table.c.at < (at - _DAY).isoformat())
    connection.execute(table.delete().where(*old))
    connection.execute(table.insert().values(letter=letter.number.key, at=at.isoformat()))


def _require_tries(connection: Connection, letter: Addressed, at: datetime) -> None:
    table = schema.RECEIPT_TRIES
    for least, most in ((_HOUR, TRIED_AN_HOUR), (_DAY, TRIED_A_DAY)):
        query = select(func.count()).select_from(table)
        since = (table.c.letter == letter.number.key, table.c.at > (at - least).isoformat())
        if int(connection.execute(query.where(*since)).scalar_one()) >= most:
            raise fail("web.tries")


def _digest(desk: Desk, letter: Addressed, code: str) -> str:
    """Six digits are soon tried through: without the key in ``keys/`` the table says nothing of them."""
    return hmac.new(web_key(desk), f"sms:{letter.number.key}:{code}".encode(), hashlib.sha256).hexdigest()
