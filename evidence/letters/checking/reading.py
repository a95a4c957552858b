"""What a template would say in a given letter: which variables it prints, and its own words around them.

A tiny interpreter of the template language (see ``engine/sandbox.py``) that follows each ``if`` and ``for`` as the
letter's values decide, and notes instead of printing. It never fails: what is unknown counts as empty, so a template
with other faults can still be read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes

from evidence.letters.engine.policy import CORE_PART
from evidence.letters.engine.prepare import Part

BREAK = "，"  # stands for a printed value among the template's own words: nothing is read across it
MAX_STEPS = 20_000  # nodes visited in one letter; a made-up letter needs some thousands
MAX_WORDS = 500_000  # characters kept of one letter

_MARKUP = re.compile(r"<[^>]*>")


@dataclass
class Said:
    """``printed`` holds paths with row numbers (``lines[0].item``); ``words`` the template's own text."""

    printed: set[str] = field(default_factory=set)
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Value:
    """A value and where it comes from; ``path`` is empty for what was worked out."""

    value: Any
    path: str = ""


_NOTHING = _Value(None)


def read_out(parts: Iterable[Part], values: Mapping[str, Any]) -> Said:
    """What the text parts of a template say, given ``values``."""
    reader = _Reader(values)
    for part in parts:
        if part.name != CORE_PART:
            reader.body(part.tree.body, {})
            reader.pieces.append("\n")
    return Said(reader.printed, "".join(reader.pieces))


class _Reader:
    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.printed: set[str] = set()
        self.pieces: list[str] = []
        self.left, self.room = MAX_STEPS, MAX_WORDS
        self.stripped: dict[int, str] = {}

    def body(self, statements: Iterable[nodes.Node], scope: Mapping[str, _Value]) -> None:
        for node in statements:
            self.left -= 1
            if self.left < 0:
                return
            if isinstance(node, nodes.Output):
                for item in node.nodes:
                    self.output(item, scope)
            elif isinstance(node, nodes.If):
                self.branch(node, scope)
            elif isinstance(node, nodes.For):
                self.loop(node, scope)

    def output(self, item: nodes.Expr | nodes.TemplateData, scope: Mapping[str, _Value]) -> None:
        if isinstance(item, nodes.TemplateData):
            if id(item) not in self.stripped:
                text = _MARKUP.sub("", item.data.replace("</w:p>", "\n").replace("<w:tab/>", " "))
                self.stripped[id(item)] = html.unescape(text)
            text = self.stripped[id(item)]
            self.room -= len(text)
            if self.room > 0:
                self.pieces.append(text)
            return
        value = self.value(item, scope)
        if value.path:
            self.printed.add(value.path)
        self.pieces.append(BREAK)

    def branch(self, node: nodes.If, scope: Mapping[str, _Value]) -> None:
        for test, body in [(node.test, node.body), *((part.test, part.body) for part in node.elif_)]:
            if self.value(test, scope).value:
                self.body(body, scope)
                return
        self.body(node.else_, scope)

    def loop(self, node: nodes.For, scope: Mapping[str, _Value]) -> None:
        rows = self.value(node.iter, scope)
        items = rows.value if isinstance(rows.value, list) else []
        name = getattr(node.target, "name", "")
        for index, item in enumerate(items):
            place = _Value({"index": index + 1, "first": index == 0, "last": index == len(items) - 1})
            inner = {**scope, name: _Value(item, f"{rows.path}[{index}]"), "loop": place}
            if node.test is None or self.value(node.test, inner).value:
                self.body(node.body, inner)
        if not items:
            self.body(node.else_, scope)

    def value(self, node: nodes.Node, scope: Mapping[str, _Value]) -> _Value:
        self.left -= 1
        if self.left < 0:
            return _NOTHING
        if isinstance(node, nodes.Name):
            return scope.get(node.name) or _field(_Value(self.values), node.name)
        if isinstance(node, nodes.Getattr):
            return _field(self.value(node.node, scope), node.attr)
        if isinstance(node, nodes.Getitem):
            return _field(self.value(node.node, scope), node.arg.as_const())
        if isinstance(node, nodes.Const):
            return _Value(node.value)
        if isinstance(node, nodes.Not):
            return _Value(not self.value(node.node, scope).value)
        if isinstance(node, nodes.And | nodes.Or):
            left = self.value(node.left, scope)
            stop = bool(left.value) is isinstance(node, nodes.Or)
            return left if stop else self.value(node.right, scope)
        if isinstance(node, nodes.CondExpr):
            taken = node.expr1 if self.value(node.test, scope).value else node.expr2
            return _NOTHING if taken is None else self.value(taken, scope)
        if isinstance(node, nodes.Compare):
            return _Value(self.compare(node, scope))
        if isinstance(node, nodes.Filter) and node.node is not None:
            return self.filtered(node.name, self.value(node.node, scope))
        return _NOTHING

    def filtered(self, name: str, rows: _Value) -> _Value:
        if not isinstance(rows.value, list):
            return _NOTHING
        if name == "join":
            self.printed.update(f"{rows.path}[{index}]" for index in range(len(rows.value)))
        return _Value(len(rows.value))

    def compare(self, node: nodes.Compare, scope: Mapping[str, _Value]) -> bool:
        left = self.value(node.expr, scope).value
        for operand in node.ops:
            right = self.value(operand.expr, scope).value
            try:
                if not _HOLDS[operand.op](left, right):
                    return False
            except TypeError:
                return False
            left = right
        return True


_HOLDS: Mapping[str, Any] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "lteq": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "gteq": lambda a, b: a >= b,
    "in": lambda a, b: a in b,
    "notin": lambda a, b: a not in b,
}


def _field(owner: _Value, name: Any) -> _Value:
    if isinstance(owner.value, Mapping) and name in owner.value:
        return _Value(owner.value[name], f"{owner.path}.{name}" if owner.path else str(name))
    if (
        isinstance(owner.value, list)
        and isinstance(name, int)
        and -len(owner.value) <= name < len(owner.value)
    ):
        return _Value(owner.value[name], f"{owner.path}[{name}]")
    return _NOTHING
