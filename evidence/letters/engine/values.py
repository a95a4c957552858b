"""What a template is given: plain text, yes/no, lists and records, copied and checked before every render.

Numbers are refused on purpose: a figure is formatted where its trace is known, never by a template. Text that
could change the layout or mislead the reader's eye (control characters, direction overrides) is refused, not
repaired: a letter says exactly what the ledger says, or is not written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from evidence.errors import EvidenceError, Place, Problem
from evidence.letters.engine.sandbox import BUDGET, Budget

MAX_DEPTH = 12

# C0, DEL and C1 controls; bidi marks, embeddings, overrides and isolates (Unicode TR 9); line and paragraph
# separators; surrogates; byte-order mark; interlinear annotations; tag characters; what XML cannot carry.
_REFUSED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
_CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

#: Document properties where the caller names none; ``created`` is the earliest time the ZIP itself can say.
DOCUMENT_DEFAULTS = {"title": "", "identifier": "", "language": "", "created": "1980-01-01T00:00:00Z"}


def plain(context: Mapping[str, object], template: str) -> dict[str, object]:
    """A deep copy of ``context`` in plain types, with the reserved record ``doc`` filled up.

    Raises ``TypeError`` (a fault of the caller, not of the user) for anything but str, bool, list, tuple and
    mapping with str keys: subclasses of str too, for a ``Markup`` would pass unescaped. Raises
    ``letters.control-character`` for every refused character at once.
    """
    problems: list[Problem] = []
    copied = _copy(context, "", 0, template, problems)
    assert isinstance(copied, dict)
    given = copied.get("doc", {})
    if not isinstance(given, dict):
        raise TypeError("context key 'doc' is reserved for a record of document properties")
    document = {**DOCUMENT_DEFAULTS, **given}
    for key in DOCUMENT_DEFAULTS:
        if not isinstance(document[key], str):
            raise TypeError(f"doc.{key} must be text")
    if problems:
        raise EvidenceError(problems)
    if not _CREATED.fullmatch(str(document["created"])):
        raise ValueError(f"doc.created must be UTC like 2026-11-21T02:00:00Z, not {document['created']!r}")
    copied["doc"] = document
    return copied


def with_budget(values: dict[str, object]) -> dict[str, object]:
    """``values`` with a fresh row budget: what is actually handed to Jinja."""
    return {**values, BUDGET: Budget()}


def _copy(value: object, path: str, depth: int, template: str, problems: list[Problem]) -> object:
    if type(value) is str:
        if bad := _REFUSED.search(value):
            problems.append(_control_character(bad.group(), path, template))
        return value
    if type(value) is bool:
        return value
    if depth > MAX_DEPTH:
        raise TypeError(f"context is nested deeper than {MAX_DEPTH} at {path}")
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return [
            _copy(item, f"{path}[{index}]", depth + 1, template, problems) for index, item in enumerate(value)
        ]
    if isinstance(value, Mapping):
        for key in value:
            if type(key) is not str or key.startswith("_"):
                raise TypeError(f"context key {key!r} at {path or 'top'} is not a plain name")
        prefix = f"{path}." if path else ""
        return {key: _copy(item, prefix + key, depth + 1, template, problems) for key, item in value.items()}
    raise TypeError(
        f"context value {path} is {type(value).__name__}; only text, bool, lists and records may go in"
    )


def _control_character(character: str, path: str, template: str) -> Problem:
    code = f"U+{ord(character):04X}"
    title = unicodedata.name(character, "")
    params = {"name": template, "variable": path, "character": f"{code} {title}".strip()}
    return Problem("letters.control-character", Place(file=template, part=path), params)
