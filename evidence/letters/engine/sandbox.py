"""The one Jinja environment: a small language that can only look things up, branch, and repeat.

docxtpl renders body, headers, footnotes and document properties with whatever environment it is given, and
its default lets a template run code. Ours is Jinja's immutable sandbox with three locks more:

* :func:`audit` allows a short list of syntax nodes; calls, arithmetic, imports, assignments do not compile;
* attributes are dictionary keys and nothing else: no object's attribute is ever read (``loop`` apart);
* each loop draws on a budget of rows for the whole letter.

Figures arrive formatted, each with its trace; that is why a template needs no arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

# Rows repeated in one letter, all loops together: 40 years of monthly fees with sub-rows is under 5 000.
MAX_ROWS = 50_000
MAX_EXPRESSION_DEPTH = 12

#: Name under which a render's budget travels in the context; templates cannot say names with an underscore.
BUDGET = "_budget"
MARK_START, MARK_END = "\x02", "\x03"  # not allowed in XML, hence neither in data nor in a template
_OPENED = Markup(MARK_START)  # nosec B704 # a constant
_CLOSED = Markup(MARK_END)  # nosec B704 # a constant

LOOP_NUMBERS = frozenset({"index", "index0", "revindex", "revindex0", "length"})
LOOP_FLAGS = frozenset({"first", "last"})
FILTERS = frozenset({"length", "count", "join"})
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.For,
    nodes.If, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Const, nodes.CondExpr,
    nodes.Filter,
)  # fmt: skip
_DANGEROUS = (nodes.Call, nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends, nodes.CallBlock)


class NotPrintable(Exception):  # noqa: N818 - a signal inside the engine, turned into a Problem by compile.py
    """A template printed something that is neither text nor a loop's number."""


class OverBudget(Exception):  # noqa: N818
    """A template repeated more rows than :data:`MAX_ROWS`."""


@dataclass(slots=True)
class Budget:
    """Rows a single render may still repeat."""

    left: int = MAX_ROWS

    def spend(self, rows: int) -> None:
        self.left -= rows
        if self.left < 0:
            raise OverBudget(MAX_ROWS)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A construct outside the language: its line, how it reads, and whether it could do harm."""

    line: int
    found: str
    dangerous: bool


def audit(tree: nodes.Template) -> Iterator[Refusal]:
    """Everything in a parsed template that is outside the small language, in no particular order."""
    stack: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if refused := _refused(node):
            yield Refusal(node.lineno, *refused)
        depth = depth + 1 if isinstance(node, nodes.Expr) else 0
        if depth > MAX_EXPRESSION_DEPTH:
            yield Refusal(node.lineno, "…", True)
            continue
        stack += [(child, depth) for child in node.iter_child_nodes()]


def _refused(node: nodes.Node) -> tuple[str, bool] | None:
    if isinstance(node, _DANGEROUS):
        return _reads(node), True
    if not isinstance(node, _ALLOWED):
        return _reads(node), False
    if isinstance(node, nodes.Name) and node.name.startswith("_"):
        return node.name, True
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        return _reads(node), True
    if isinstance(node, nodes.Getitem):
        key = node.arg.value if isinstance(node.arg, nodes.Const) else None
        if isinstance(key, str) and key.startswith("_"):
            return _reads(node), True
        if not isinstance(key, str | int):
            return _reads(node), False
    if isinstance(node, nodes.Filter):
        arguments = isinstance(node.node, nodes.Expr) and not (
            node.kwargs or node.dyn_args or node.dyn_kwargs
        )
        if node.name not in FILTERS or not arguments:
            return f"|{node.name}", False
    if isinstance(node, nodes.For):
        plain = isinstance(node.iter, nodes.Name | nodes.Getattr | nodes.Getitem)
        if (
            not plain
            or not isinstance(node.target, nodes.Name)
            or node.recursive
            or node.target.name == "loop"
        ):
            return "for …", False
    if isinstance(node, nodes.CondExpr) and node.expr2 is None:
        return "… if … (else?)", False
    if isinstance(node, nodes.Compare) and not _comparable(node):
        return "<, >", False
    return None


def _comparable(node: nodes.Compare) -> bool:
    """Order only between numbers: text would compare "9" above "10"."""
    sides = [node.expr, *(operand.expr for operand in node.ops)]
    return all(operand.op in ("eq", "ne", "in", "notin") for operand in node.ops) or all(map(_number, sides))


def _number(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Const):
        return type(node.value) is int
    if isinstance(node, nodes.Filter):
        return node.name in ("length", "count")
    return (
        isinstance(node, nodes.Getattr)
        and isinstance(node.node, nodes.Name)
        and node.node.name == "loop"
        and node.attr in LOOP_NUMBERS
    )


def _reads(node: nodes.Node) -> str:
    """How a refused node looks to its author, roughly."""
    if isinstance(node, nodes.Call):
        return f"{_reads(node.node)}(…)"
    if isinstance(node, nodes.Getattr):
        return f"{_reads(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{_reads(node.node)}[…]"
    if isinstance(node, nodes.Name):
        return node.name
    return type(node).__name__.lower()


def _printed(value: object) -> object:
    if type(value) in (str, int, Markup) or isinstance(value, Undefined):  # Undefined raises by itself
        return value
    raise NotPrintable(type(value).__name__)


def _marked(value: object) -> object:
    return _OPENED + escape(_printed(value)) + _CLOSED


def _length(value: object) -> int:
    """Filter ``length``: how many rows a list has."""
    if type(value) is not list:
        raise NotPrintable(type(value).__name__)
    return len(value)


def _join(value: object, separator: str = "") -> Markup:
    """Filter ``join``: the texts of a list in a row."""
    if type(value) is not list or any(type(item) is not str for item in value):
        raise NotPrintable(type(value).__name__)
    return escape(separator).join(value)  # Markup.join escapes each item


@pass_context
def _rows(context: Context, value: object) -> object:
    """What every loop's list passes through: it must be a list, and is paid for from the budget."""
    if type(value) is not list:
        if isinstance(value, Undefined):
            len(value)  # raises UndefinedError with the variable's name
        raise NotPrintable(type(value).__name__)
    context[BUDGET].spend(len(value))
    return value


class LetterEnvironment(ImmutableSandboxedEnvironment):
    """See the module. ``mark=True`` brackets each printed value, to tell data from template in the output."""

    def __init__(self, *, mark: bool = False) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=True,
            loader=None,
            cache_size=0,
            keep_trailing_newline=True,
            finalize=_marked if mark else _printed,
        )
        self.globals.clear()
        self.tests.clear()
        self.filters = {"length": _length, "count": _length, "join": _join, "_rows": _rows}

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is LoopContext and (attribute in LOOP_NUMBERS or attribute in LOOP_FLAGS):
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if type(obj) is dict and type(argument) is str and argument in obj:
            return obj[argument]
        if type(obj) is list and type(argument) is int and -len(obj) <= argument < len(obj):
            return obj[argument]
        if isinstance(obj, Undefined):
            return getattr(obj, str(argument))  # raises UndefinedError
        return self.undefined(obj=obj, name=argument)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        """Jinja's hook before code generation: nothing unaudited compiles, whoever asks (docxtpl too)."""
        for refusal in audit(source):
            raise SecurityError(refusal.found)
        loops = [(loop, loop.iter) for loop in source.find_all(nodes.For)]
        for loop, rows in loops:
            loop.iter = nodes.Filter(rows, "_rows", [], [], None, None, lineno=loop.lineno)
            loop.iter.set_environment(self)
        try:
            return super()._generate(source, name, filename, defer_init)
        finally:  # the tree is read on, for its variables
            for loop, rows in loops:
                loop.iter = rows


ENVIRONMENT = LetterEnvironment()
