"""The file by which the holder of a letter can check what it states, value by value (docs/formats.md §2)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select

from evidence.errors import EvidenceError, Place, Problem
from evidence.journal.canonical import Json, dumps
from evidence.model.letter import Fact
from evidence.stamp.facts import disclose, leaf_hash, letter_id, path_of, seal_facts
from evidence.workspace import schema
from evidence.workspace.core import Desk
from evidence.workspace.deliveries import find_letter


def disclosure(desk: Desk, letter: str, only: Sequence[str] = ()) -> bytes:
    """The disclosure file of one letter, of all its facts or of those named by ``only``.

    A name also stands for those numbered under it: ``period`` for ``period.1``, ``period.2``. Raises
    ``workspace.unknown-letter``, ``workspace.person-erased`` and, with all that it lacks, ``workspace.unknown-fact``.
    """
    table = schema.LETTERS
    with desk.reading() as connection:
        number, _, person, _ = find_letter(connection, letter)
        told = connection.execute(select(table.c.facts).where(table.c.number == number.key)).scalar_one()
    key = desk.persons.key(person)
    facts = tuple(Fact(name, value) for name, value in json.loads(told))
    opened = disclose(facts, seal_facts(facts, key, number))
    about: dict[str, Json] = {"id": letter_id(key, number).hex(), "number": number.key}
    rows: list[Json] = [{"name": f.name, "salt": f.salt.hex(), "value": f.value} for f in opened]
    if not only:
        return dumps({"facts": rows, "kind": "evidence/disclosure", "letter": about, "v": 1})
    leaves = [leaf_hash(f.salt, Fact(f.name, f.value)) for f in opened]
    chosen: list[Json] = [
        {
            "index": index,
            "name": fact.name,
            "path": [node.hex() for node in path_of(index, leaves)],
            "salt": fact.salt.hex(),
            "value": fact.value,
        }
        for index, fact in enumerate(opened)
        if index in _chosen([f.name for f in opened], only, number.key)
    ]
    size = len(leaves)
    return dumps({"facts": chosen, "kind": "evidence/disclosure", "letter": about, "size": size, "v": 2})


def _chosen(names: Sequence[str], only: Sequence[str], letter: str) -> set[int]:
    found: set[int] = set()
    problems = []
    for wanted in only:
        here = {i for i, name in enumerate(names) if name == wanted or name.startswith(f"{wanted}.")}
        if not here:
            params = {"name": wanted, "letter": letter, "names": ", ".join(names)}
            problems.append(Problem("workspace.unknown-fact", Place(part=letter), params))
        found |= here
    if problems:
        raise EvidenceError(problems)
    return found
