"""The disclosure file of one letter against its token: what the paper says, value by value (docs/formats.md §2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from evidence.model.problem import Place
from evidence.model.report import Fact, Statement, Status
from evidence.verify.canonical import Json, parse_canonical
from evidence.verify.disclosure import OpenFact, parse_facts
from evidence.verify.merkle import is_included, root_of
from evidence.verify.refused import Refused, failed, not_checked, passed
from evidence.verify.token import Token

FACTS, STATED = "letter.facts", "letter.stated"
_ID = re.compile(r"[0-9a-f]{32}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")
# A letter states some dozen facts; an agreement of sixty instalments fewer than a hundred.
_FACTS = 100_000


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A disclosure file: the letter's id and number, and its facts."""

    name: str
    letter_id: bytes
    number: str
    facts: tuple[OpenFact, ...]
    partial: tuple[Opening, ...] = ()
    size: int = 0

    def holding(self, root: bytes) -> Iterator[tuple[OpenFact, bool]]:
        """Each fact opened by itself, and whether its path leads to ``root``."""
        for one in self.partial:
            yield one.fact, is_included(one.fact.leaf, one.index, self.size, one.path, root)


@dataclass(frozen=True, slots=True)
class Opening:
    """One fact of some, with its place in the tree and the hashes on the way to its root."""

    fact: OpenFact
    index: int
    path: tuple[bytes, ...]


def looks_disclosed(data: bytes) -> bool:
    return data.startswith(b'{"facts":[') and b'"kind":"evidence/disclosure"' in data


def parse_disclosed(data: bytes, name: str) -> Disclosed:
    """The file as read; :class:`Refused` (``disclosure-form``, or why it is not canonical)."""
    match parse_canonical(data):
        case {
            "facts": [_, *_] as rows,
            "kind": "evidence/disclosure",
            "letter": dict(letter),
            "v": 1 as version,
            **rest,
        } if not rest and version is not True:
            whose, number = str(letter.get("id")), letter.get("number")
            if len(letter) == 2 and _ID.match(whose) and isinstance(number, str):
                return Disclosed(name, bytes.fromhex(whose), number, parse_facts(rows, "facts"))
        case {
            "facts": [_, *_] as rows,
            "kind": "evidence/disclosure",
            "letter": dict(letter),
            "size": int(size),
            "v": 2,
            **rest,
        } if not rest:
            whose, number = str(letter.get("id")), letter.get("number")
            if len(letter) == 2 and _ID.match(whose) and isinstance(number, str):
                openings = tuple(_opening(row, size, f"facts[{at}]") for at, row in enumerate(rows))
                if all(a.index < b.index for a, b in pairwise(openings)) and not isinstance(size, bool):
                    return Disclosed(name, bytes.fromhex(whose), number, (), openings, size)
    raise Refused("disclosure-form", part="{}")


def _opening(row: Json, size: int, part: str) -> Opening:
    if isinstance(row, dict) and sorted(row) == ["index", "name", "path", "salt", "value"]:
        index, path = row["index"], row["path"]
        hashes = [str(value) for value in path] if isinstance(path, list) else [""]
        whole = isinstance(index, int) and not isinstance(index, bool) and 0 <= index < size <= _FACTS
        if isinstance(index, int) and whole and all(_HASH.match(value) for value in hashes):
            (fact,) = parse_facts([{key: row[key] for key in ("name", "salt", "value")}], part)
            return Opening(fact, index, tuple(bytes.fromhex(value) for value in hashes))
    raise Refused("disclosure-form", part=part)


def stated(token: Token | None, files: Sequence[Disclosed], where: Place) -> list[Fact]:
    """Facts about the files that are of this letter: the root over them, and each value where it holds."""
    found: list[Fact] = []
    for file in files:
        if token is None or file.letter_id != token.letter_id:
            continue
        number = token.number.key
        if file.partial:
            found += _partly(token, file, where)
            continue
        if root_of([fact.leaf for fact in file.facts]) != token.facts_root or file.number != number:
            found.append(failed(FACTS, where, "facts-differ", number=number))
            continue
        found.append(passed(FACTS, where, number=number, count=len(file.facts)))
        found += [passed(STATED, where, name=fact.name, value=fact.value) for fact in file.facts]
    return found


def _partly(token: Token, file: Disclosed, where: Place) -> list[Fact]:
    """Each fact for itself: one that does not lead to the root in the token is not stated by the letter."""
    number, count = token.number.key, len(file.partial)
    if file.number != number:
        return [failed(FACTS, where, "facts-differ", number=number)]
    found = [not_checked(FACTS, where, "facts-partly", number=number, count=count)]
    for fact, holds in file.holding(token.facts_root):
        found.append(
            passed(STATED, where, name=fact.name, value=fact.value)
            if holds
            else failed(STATED, where, "fact-elsewhere", number=number, name=fact.name, value=fact.value)
        )
    return found


def told(facts: Sequence[Fact]) -> tuple[Statement, ...]:
    """What the letter states, in words."""
    shown = [fact for fact in facts if fact.id == STATED and fact.status is Status.PASS]
    return tuple(Statement("letter-states", fact.params, (STATED,)) for fact in shown)
