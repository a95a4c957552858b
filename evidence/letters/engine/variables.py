"""Checking a template's variables against the data before anything is rendered, all faults at once.

A misspelt variable in a branch nobody took today prints a hole tomorrow. So the syntax trees are walked
whole, both sides of each ``if``, with the *shape* of the data: rows of a list are folded into one shape, in
which a field counts only if every row has it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from jinja2 import nodes

from evidence.errors import Problem
from evidence.letters.engine.sandbox import LOOP_FLAGS, LOOP_NUMBERS
from evidence.letters.engine.tags import Spot


@dataclass(frozen=True, slots=True)
class Shape:
    """``kind`` is text, flag, list, record, number or any; ``any`` is what nothing is known about."""

    kind: str
    fields: Mapping[str, Shape] = field(default_factory=dict)
    element: Shape | None = None


ANY = Shape("any")
TEXT, FLAG, NUMBER = Shape("text"), Shape("flag"), Shape("number")
LOOP = Shape("record", {**dict.fromkeys(LOOP_NUMBERS, NUMBER), **dict.fromkeys(LOOP_FLAGS, FLAG)})


def shape_of(value: object) -> Shape:
    """The shape of plain data (see ``values.py``)."""
    if isinstance(value, bool):
        return FLAG
    if isinstance(value, str):
        return TEXT
    if isinstance(value, Mapping):
        return Shape("record", {key: shape_of(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return Shape("list", element=_folded(shape_of(item) for item in value))
    return ANY


def _folded(shapes: Iterable[Shape]) -> Shape:
    whole: Shape | None = None
    for shape in shapes:
        whole = shape if whole is None else _merged(whole, shape)
    return ANY if whole is None else whole


def _merged(one: Shape, other: Shape) -> Shape:
    if one == other or other.kind == "any":
        return one
    if one.kind == "any":
        return other
    if one.kind != other.kind:
        return Shape("mixed")
    if one.kind == "list":
        return Shape("list", element=_merged(one.element or ANY, other.element or ANY))
    shared = [key for key in one.fields if key in other.fields]
    return Shape(one.kind, {key: _merged(one.fields[key], other.fields[key]) for key in shared})


@dataclass(frozen=True, slots=True)
class _Value:
    """What an expression may be: as its author wrote it, its path from the top of the data, its shape."""

    written: str
    path: str
    shape: Shape


class Walk:
    """A pass over the syntax trees of a template; collects problems and the paths of all variables used."""

    def __init__(self, data: Shape) -> None:
        self._data = data
        self.problems: list[Problem] = []
        self.paths: set[str] = set()
        self.uses: list[tuple[str, Spot]] = []
        """Every path with the place it is used at, in the order of the template; records through their fields."""

    @property
    def top(self) -> Mapping[str, _Value]:
        """The scope outside every loop."""
        return {}

    def part(self, tree: nodes.Template, spot_of: Callable[[nodes.Node], Spot]) -> None:
        """Walk one part; ``spot_of`` says where in the template a node stands."""
        self._spot_of = spot_of
        self._statements(tree.body, {})

    def _statements(self, body: Iterable[nodes.Node], scope: Mapping[str, _Value]) -> None:
        """Visit template nodes; ``scope`` holds the loop variables in sight."""
        for node in body:
            if isinstance(node, nodes.Output):
                for item in node.nodes:
                    if not isinstance(item, nodes.TemplateData):
                        self._printed(item, self._expression(item, scope))
            elif isinstance(node, nodes.If):
                self._expression(node.test, scope)
                self._statements([*node.body, *node.elif_], scope)
                self._statements(node.else_, scope)
            elif isinstance(node, nodes.For):
                self._loop(node, scope)

    def single(self, tree: nodes.Template, spot: Spot, scope: Mapping[str, _Value]) -> Mapping[str, _Value]:
        """Walk one tag that was parsed alone, and give the scope of what follows it inside its block.

        For templates whose blocks do not hold together, and to know the place of every use.
        """
        self._spot_of = lambda _: spot
        inner = scope
        for node in tree.body:
            if isinstance(node, nodes.For):
                inner = self._entered(node, scope)
            else:
                self._statements([node], scope)
        return inner

    def _loop(self, node: nodes.For, scope: Mapping[str, _Value]) -> None:
        self._statements(node.body, self._entered(node, scope))
        self._statements(node.else_, scope)

    def _entered(self, node: nodes.For, scope: Mapping[str, _Value]) -> Mapping[str, _Value]:
        """The scope inside a loop."""
        rows = self._expression(node.iter, scope)
        if rows.shape.kind not in ("list", "any"):
            self._report(node.iter, "letters.not-a-list", rows.written)
        assert isinstance(node.target, nodes.Name)  # the audit refuses anything else
        name = node.target.name
        element = rows.shape.element or ANY
        inner = {**scope, name: _Value(name, f"{rows.path}[]", element), "loop": _Value("loop", "", LOOP)}
        if node.test is not None:
            self._expression(node.test, inner)
        return inner

    def _printed(self, node: nodes.Node, value: _Value) -> None:
        if value.shape.kind in ("flag", "list", "record", "mixed"):
            self._report(node, "letters.not-printable", value.written)

    def _expression(self, node: nodes.Node, scope: Mapping[str, _Value]) -> _Value:
        if isinstance(node, nodes.Name):
            value = scope[node.name] if node.name in scope else self._field(node, None, node.name)
            return self._used(node, value)
        if isinstance(node, nodes.Getattr):
            return self._used(node, self._field(node, self._owner(node.node, scope), node.attr))
        if isinstance(node, nodes.Getitem):
            key = node.arg.as_const()
            owner = self._owner(node.node, scope)
            if isinstance(key, int):
                shape = (owner.shape.element or ANY) if owner.shape.kind == "list" else ANY
                return self._used(node, _Value(f"{owner.written}[{key}]", f"{owner.path}[]", shape))
            return self._used(node, self._field(node, owner, key))
        if isinstance(node, nodes.Const):
            return _Value(
                repr(node.value), "", TEXT if isinstance(node.value, str) else _constant(node.value)
            )
        inside = [self._expression(child, scope) for child in node.iter_child_nodes(exclude=("ctx",))]
        if isinstance(node, nodes.Filter):
            self._filtered(node, inside[0])
            return _Value(f"{inside[0].written}|{node.name}", "", TEXT if node.name == "join" else NUMBER)
        if isinstance(node, nodes.Not | nodes.Compare):
            return _Value("…", "", FLAG)
        if isinstance(node, nodes.CondExpr):
            inside = [self._expression(node.expr1, scope), self._expression(node.expr2 or node.expr1, scope)]
        if isinstance(node, nodes.And | nodes.Or | nodes.CondExpr):
            return _Value(inside[0].written, "", _merged(inside[0].shape, inside[1].shape))
        return _Value("…", "", ANY)

    def _filtered(self, node: nodes.Filter, value: _Value) -> None:
        if value.shape.kind not in ("list", "any"):
            self._report(node, "letters.not-a-list", value.written)
        elif node.name == "join" and (value.shape.element or ANY).kind not in ("text", "any"):
            self._report(node, "letters.not-printable", value.written)

    def _owner(self, node: nodes.Node, scope: Mapping[str, _Value]) -> _Value:
        value = self._expression(node, scope)
        self.paths.discard(value.path)  # a record is used through its fields; only the ends count
        if self.uses and self.uses[-1][0] == value.path:
            self.uses.pop()
        return value

    def _field(self, node: nodes.Node, owner: _Value | None, name: str) -> _Value:
        shape = self._data if owner is None else owner.shape
        written = name if owner is None else f"{owner.written}.{name}"
        path = name if owner is None else f"{owner.path}.{name}"
        if shape.kind == "any":
            return _Value(written, path, ANY)
        found = shape.fields.get(name)
        if found is None:
            known = (
                difflib.get_close_matches(name, sorted(shape.fields), n=3, cutoff=0.6)
                or sorted(shape.fields)[:8]
            )
            # Whole names, as they have to be written; a field's alone would be unknown again.
            whole = [one if owner is None else f"{owner.written}.{one}" for one in known]
            self._report(node, "letters.unknown-variable", written, known=", ".join(whole) or "–", path=path)
            return _Value(written, path, ANY)
        return _Value(written, path, found)

    def _used(self, node: nodes.Node, value: _Value) -> _Value:
        if value.path and not value.path.startswith("."):
            self.paths.add(value.path)
            self.uses.append((value.path, self._spot_of(node)))
        return value

    def _report(self, node: nodes.Node, code: str, variable: str, **params: str) -> None:
        problem = self._spot_of(node).problem(code, variable=variable, **params)
        if problem not in self.problems:
            self.problems.append(problem)


def _constant(value: object) -> Shape:
    return FLAG if isinstance(value, bool) else NUMBER if isinstance(value, int) else ANY
