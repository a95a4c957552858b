"""The one safe door to docxtpl (design decision 6): DOCX templates in, letters out.

::

    template = compile_template(data, "demand.docx")      # vetted, prepared, compiled: once a run
    problems = check_variables(template, context)         # all misspelt variables at once
    letter = template.render(context, must_appear=(...))  # one letter, the same bytes every time

Nothing else in the toolkit imports docxtpl or gives a template to Jinja.

=================  ====================================================================
``package``        ZIP and XML under limits, deterministic writing, ``parts_digest``
``policy``         what a template may contain; cleaning
``tags``           finding and checking tags by paragraph
``sandbox``        the Jinja environment: a small language
``prepare``        docxtpl's preparation of one part, and the proof that nothing was lost
``core``           the document properties
``values``         the context: plain types, refused characters
``variables``      checking variables against the data
``text``           reading the words of a DOCX back
``compile``        ``CompiledTemplate`` and rendering
``stock``          docxtpl's own rendering, for comparison
=================  ====================================================================
"""

from __future__ import annotations

from evidence.letters.engine.compile import CompiledTemplate, RenderedDocx, check_variables, compile_template
from evidence.letters.engine.package import parts_digest, read_parts
from evidence.letters.engine.stock import stock_render
from evidence.letters.engine.text import document_text

__all__ = [
    "CompiledTemplate",
    "RenderedDocx",
    "check_variables",
    "compile_template",
    "document_text",
    "parts_digest",
    "read_parts",
    "stock_render",
]
