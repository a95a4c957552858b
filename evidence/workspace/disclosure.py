"""The file by which the holder of a letter can check what it states, value by value (docs/formats.md §2)."""

from __future__ import annotations

import json

from sqlalchemy import select

from evidence.journal.canonical import Json, dumps
from evidence.model.letter import Fact
from evidence.stamp.facts import disclose, letter_id, seal_facts
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import find_letter


def disclosure(desk: Desk, letter: str) -> bytes:
    """The disclosure file of one letter; ``workspace.unknown-letter``, ``workspace.person-erased``."""
    table = schema.LETTERS
    with desk.reading() as connection:
        number, _, person, _ = find_letter(connection, letter)
        told = connection.execute(select(table.c.facts).where(table.c.number == number.key)).scalar_one()
    key = desk.persons.key(person)
    facts = tuple(Fact(name, value) for name, value in json.loads(told))
    opened = disclose(facts, seal_facts(facts, key, number))
    rows: list[Json] = [{"name": f.name, "salt": f.salt.hex(), "value": f.value} for f in opened]
    about: dict[str, Json] = {"id": letter_id(key, number).hex(), "number": number.key}
    return dumps({"facts": rows, "kind": "evidence/disclosure", "letter": about, "v": 1})
