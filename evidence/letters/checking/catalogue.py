"""The variables a template may use (``variables.toml``), as the shape templates are checked against."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from evidence.law import load_law
from evidence.letters.checking.samples import NAMES, sample, situations
from evidence.letters.engine.variables import FLAG, TEXT, Shape

TYPES = ("text", "flag", "texts", "rows")
JURISDICTION = "cn"  # the only one letters are written for


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable. ``path`` as in ``lines[].item``; ``meaning`` by language (``zh``, ``zh-Hant``, ``en``)."""

    path: str
    type: str
    meaning: Mapping[str, str]


@cache
def variables_of(name: str) -> tuple[Variable, ...]:
    """What a template of kind ``name`` may use, in the order of the file, then the sentences of the law.

    ``KeyError`` for a kind there is none of. Raises ``ValueError`` for a faulty file.
    """
    if name not in NAMES:
        raise KeyError(name)
    found: dict[str, Variable] = {}
    for group in _raw()["group"]:
        if name not in group["kinds"]:
            continue
        for path, (kind, zh, hant, en) in group["variables"].items():
            if kind not in TYPES or path in found:
                raise ValueError(f"{name}: {path} is there twice, or of type {kind!r}")
            found[path] = Variable(path, kind, {"zh": zh, "zh-Hant": hant, "en": en})
    for key, sentence in load_law(JURISDICTION).sentences.items():
        if name in ("cover", "catalogue") and key != "applicable_law":
            continue
        meaning = {**sentence.text, "en": sentence.text["zh"]}
        found[f"law.{key}"] = Variable(f"law.{key}", "text", meaning)
    return tuple(found.values())


@cache
def shape_for(name: str) -> Shape:
    """The shape of all of them, as :class:`~evidence.letters.engine.variables.Walk` takes it."""
    tree: dict[str, Any] = {}
    for variable in variables_of(name):
        *owners, last = variable.path.split(".")
        here = tree
        for owner in owners:
            here = here.setdefault(owner, {})
        here[f"{last}[]" if variable.type in ("texts", "rows") else last] = (
            FLAG if variable.type == "flag" else TEXT if variable.type in ("text", "texts") else {}
        )
    return _shape(tree)


def _shape(tree: dict[str, Any]) -> Shape:
    """``lines[]`` stands for a list; its value, a record or a text, for what is in it."""
    fields: dict[str, Shape] = {}
    for key, value in tree.items():
        inner = value if isinstance(value, Shape) else _shape(value)
        if key.endswith("[]"):
            fields[key.removesuffix("[]")] = Shape("list", element=inner)
        else:
            fields[key] = inner
    return Shape("record", fields)


@cache
def example_of(name: str, path: str, locale: str) -> str:
    """What stands there in a made-up letter; for a flag ``true`` or ``false``, for rows how many."""
    places = [sample(name, locale, "plain"), sample(name, locale, "extreme"), *situations(name, locale)]
    for one in places:
        for value in values_at(one.values, path):
            if isinstance(value, bool):
                return str(value).lower()
            if isinstance(value, list):
                texts = [item for item in value if isinstance(item, str)]
                return "、".join(texts) if texts else f"× {len(value)}" if value else ""
            if value:
                return str(value)
    return ""


def values_at(values: Mapping[str, Any], path: str) -> Iterable[Any]:
    """Everything a path leads to: one value, or one a row."""
    found: list[Any] = [values]
    for step in path.split("."):
        name, list_of = step.removesuffix("[]"), step.endswith("[]")
        found = [one[name] for one in found if isinstance(one, Mapping) and name in one]
        if list_of:
            found = [item for one in found if isinstance(one, list) for item in one]
    return found


def near(name: str, written: str, path: str) -> tuple[str, ...]:
    """Variables the author may have meant: spelt alike, or the same field of another record.

    ``written`` is the name as it stands (``line.amont``), ``path`` the whole one (``lines[].amont``).
    """
    prefix = path.removesuffix(written.rpartition(".")[2])
    # Records beside it count too, by their name alone: debtor for debter.
    siblings = {
        re.split(r"\.|\[\]", v.path[len(prefix) :])[0]
        for v in variables_of(name)
        if v.path.startswith(prefix)
    } - {""}
    wanted = path[len(prefix) :]
    alike = difflib.get_close_matches(wanted, siblings, n=3, cutoff=0.6)
    owner = written.rpartition(".")[0]
    found = [f"{owner}.{field}" if owner else field for field in alike]
    whole = [v.path for v in variables_of(name) if "[]" not in v.path]
    same_field = [p for p in whole if p.rpartition(".")[2] == wanted]
    for candidate in (*difflib.get_close_matches(path, whole, n=3, cutoff=0.7), *same_field):
        if candidate not in found:
            found.append(candidate)
    if not found:
        found = [f"{owner}.{field}" if owner else field for field in sorted(siblings)][:8]
        return tuple(found)
    return tuple(found[:3])


@cache
def _raw() -> dict[str, Any]:
    text = files("evidence.letters.checking").joinpath("variables.toml").read_text("utf-8")
    return tomllib.loads(text)
