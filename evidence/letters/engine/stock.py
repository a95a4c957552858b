"""docxtpl's own way, behind the same doors: the yardstick for the compiled path in tests and benches.

Slower by two orders of magnitude, with the day's clock in the file, and without the assertions. Two known
differences are docxtpl's own: it turns ``{_{`` in *data* into ``{{``, and renumbers picture ids.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import lru_cache

from docxtpl import DocxTemplate

from evidence.letters.engine.compile import compile_template
from evidence.letters.engine.sandbox import ENVIRONMENT
from evidence.letters.engine.values import plain, with_budget


def stock_render(data: bytes, context: Mapping[str, object], name: str = "template") -> bytes:
    """Fill the template by ``DocxTemplate.render`` in the letters' environment; the DOCX, not reproducible.

    Raises what :func:`compile_template` and ``plain`` raise; a variable the context lacks is Jinja's
    ``UndefinedError`` here.
    """
    _vet(data, name)
    template = DocxTemplate(io.BytesIO(data))
    template.render(with_budget(plain(context, name)), jinja_env=ENVIRONMENT, autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


@lru_cache(maxsize=32)
def _vet(data: bytes, name: str) -> None:
    """Once a template: comparisons fill one with many contexts."""
    compile_template(data, name)
