"""What letters and messages may not say: threats, shaming, borrowed authority, promises, false law.

::

    pack = load_lint("cn")
    for hit in lint_text(text, date(2026, 11, 21), pack):
        hit.rule, hit.span, hit.text, hit.basis, hit.instead, hit.severity

The rules are data (``packs/cn-lint.toml``), written once in Simplified characters: a text is folded before it is
matched, so that script, spacing and stray signs make no difference. The list is the only one: letters, the
command line and readiness rule R24 all read it.

=============  ===================================================================
``folding``    text → the plain form patterns are matched against, and back
``patterns``   the little language patterns are written in
``pack``       rules as data, checked when read
``judging``    hits, and what speaks against one (denial, context)
=============  ===================================================================
"""

from __future__ import annotations

from evidence.law.lint.judging import Hit, lint_template, lint_text, problems_of, refuse
from evidence.law.lint.pack import LintPack, LintRule, Severity, lint_from, load_lint

__all__ = [
    "Hit",
    "LintPack",
    "LintRule",
    "Severity",
    "lint_from",
    "lint_template",
    "lint_text",
    "load_lint",
    "problems_of",
    "refuse",
]
