"""The fields each kind of letter must have (``fields.toml``), and which of them a template lacks.

A field is looked for in the letters the template would make: in every made-up situation where the field is called
for, each of its variables has to be printed, for every row, and each of its words to stand in the text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from evidence.law.lint import load_lint
from evidence.letters.checking.catalogue import JURISDICTION, values_at
from evidence.letters.checking.reading import Said, read_out
from evidence.letters.checking.samples import situations
from evidence.letters.engine.prepare import Part

NEEDS = ("R", "C", "O", "P")


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a checklist; see the head of ``fields.toml``. ``title`` is by language."""

    id: str
    no: str
    need: str
    title: Mapping[str, str]
    basis: str
    when: str = ""
    needs: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def is_due(self, values: Mapping[str, Any]) -> bool:
        """Whether this letter calls for the field."""
        return all(_holds(test.strip(), values) for test in self.when.split(" and ")) if self.when else True


@dataclass(frozen=True, slots=True)
class Lack:
    """A field that is not as it should be: what is ``missing`` (needs, as written), or words that stand there
    though they must not (``found``)."""

    field: Field
    missing: tuple[str, ...] = ()
    found: tuple[str, ...] = ()


def _holds(test: str, values: Mapping[str, Any]) -> bool:
    path = test.removeprefix("not ")
    value = next(iter(values_at(values, path)), None)
    return bool(value) is (path == test)


@cache
def fields_of(name: str) -> tuple[Field, ...]:
    """The checklist of a kind; empty for a kind without one. Raises ``ValueError`` for a faulty file."""
    found = []
    for row in _raw().get(name, ()):
        known = {"id", "no", "need", "zh", "hant", "en", "basis", "when", "needs", "never"}
        if row.keys() - known or row["need"] not in NEEDS or (row["need"] == "C") != ("when" in row):
            raise ValueError(f"{name}.{row.get('id')}: keys or need are not as they should be")
        title = {"zh": row["zh"], "zh-Hant": row["hant"], "en": row["en"]}
        needs, never = tuple(row.get("needs", ())), tuple(row.get("never", ()))
        found.append(
            Field(row["id"], row["no"], row["need"], title, row["basis"], row.get("when", ""), needs, never)
        )
    return tuple(found)


def lacks(name: str, parts: Sequence[Part], locale: str) -> tuple[Lack, ...]:
    """Every field of ``name`` that the template made of ``parts`` lacks in some situation, each once."""
    missing: dict[str, dict[str, None]] = {}
    found: dict[str, dict[str, None]] = {}
    for situation in situations(name, locale):
        said = read_out(parts, situation.values)
        plain = load_lint(JURISDICTION).folding.plain(said.words)
        for one in fields_of(name):
            if not one.is_due(situation.values):
                continue
            for need in one.needs:
                if not _met(need, said, plain, situation.values):
                    missing.setdefault(one.id, {})[need] = None
            for pattern in one.never:
                if match := re.search(pattern, plain):
                    found.setdefault(one.id, {})[match.group()] = None
    return tuple(
        Lack(one, tuple(missing.get(one.id, ())), tuple(found.get(one.id, ())))
        for one in fields_of(name)
        if one.id in missing or one.id in found
    )


def lacks_roughly(name: str, used: Iterable[str], words: str) -> tuple[Lack, ...]:
    """As :func:`lacks` for a template whose blocks do not hold together: what is nowhere used at all."""
    paths, plain = set(used), load_lint(JURISDICTION).folding.plain(words)

    def stands(way: str) -> bool:
        return bool(re.search(way[1:], plain)) if way.startswith("~") else way in paths

    found = []
    for one in fields_of(name):
        missing = [n for n in one.needs if not any(stands(way.strip()) for way in n.split(" | "))]
        if missing:
            found.append(Lack(one, tuple(missing)))
    return tuple(found)


def _met(need: str, said: Said, plain: str, values: Mapping[str, Any]) -> bool:
    """Whether one of the ways stands there in full. Where nothing in the letter fills any of them, none is needed."""
    called_for = False
    for way in map(str.strip, need.split(" | ")):
        if way.startswith("~"):
            called_for = True
            if re.search(way[1:], plain):
                return True
        elif paths := list(_filled(values, way)):
            called_for = True
            if said.printed.issuperset(paths):
                return True
    return not called_for


def _filled(value: Any, path: str, done: str = "") -> Iterator[str]:
    """The paths with row numbers that ``path`` leads to and that are not empty."""
    if not path:
        if value not in ("", None):
            yield done
        return
    step, _, rest = path.partition(".")
    name, depth = step.removesuffix("[]"), step.endswith("[]")
    if not isinstance(value, Mapping) or name not in value:
        return
    here = f"{done}.{name}" if done else name
    if depth and isinstance(value[name], list):
        for index, item in enumerate(value[name]):
            yield from _filled(item, rest, f"{here}[{index}]")
    else:
        yield from _filled(value[name], rest, here)


@cache
def _raw() -> dict[str, Any]:
    text = files("evidence.letters.checking").joinpath("fields.toml").read_text("utf-8")
    return tomllib.loads(text)
