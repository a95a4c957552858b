"""The disclosure file of one letter against its token: what the paper says, value by value (docs/formats.md §2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evidence.model.problem import Place
from evidence.model.report import Fact, Statement, Status
from evidence.verify.canonical import parse_canonical
from evidence.verify.disclosure import OpenFact, parse_facts
from evidence.verify.merkle import root_of
from evidence.verify.refused import Refused, failed, passed
from evidence.verify.token import Token

FACTS, STATED = "letter.facts", "letter.stated"
_ID = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A disclosure file: the letter's id and number, and its facts."""

    name: str
    letter_id: bytes
    number: str
    facts: tuple[OpenFact, ...]


def looks_disclosed(data: bytes) -> bool:
    return data.startswith(b'{"facts":[') and b'"kind":"evidence/disclosure"' in data


def parse_disclosed(data: bytes, name: str) -> Disclosed:
    """The file as read; :class:`Refused` (``disclosure-form``, or why it is not canonical)."""
    match parse_canonical(data):
        case {
            "facts": [_, *_] as rows,
            "kind": "evidence/disclosure",
            "letter": dict(letter),
            "v": int(v),
            **rest,
        }:
            whose, number = str(letter.get("id")), letter.get("number")
            if v == 1 and not rest and len(letter) == 2 and _ID.match(whose) and isinstance(number, str):
                return Disclosed(name, bytes.fromhex(whose), number, parse_facts(rows, "facts"))
    raise Refused("disclosure-form", part="{}")


def stated(token: Token | None, files: Sequence[Disclosed], where: Place) -> list[Fact]:
    """Facts about the files that are of this letter: the root over them, and each value where it holds."""
    found: list[Fact] = []
    for file in files:
        if token is None or file.letter_id != token.letter_id:
            continue
        number = token.number.key
        if root_of([fact.leaf for fact in file.facts]) != token.facts_root or file.number != number:
            found.append(failed(FACTS, where, "facts-differ", number=number))
            continue
        found.append(passed(FACTS, where, number=number, count=len(file.facts)))
        found += [passed(STATED, where, name=fact.name, value=fact.value) for fact in file.facts]
    return found


def told(facts: Sequence[Fact]) -> tuple[Statement, ...]:
    """What the letter states, in words."""
    shown = [fact for fact in facts if fact.id == STATED and fact.status is Status.PASS]
    return tuple(Statement("letter-states", fact.params, (FACTS,)) for fact in shown)
