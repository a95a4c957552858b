"""What a PDF says, read as the standard asks (ISO 32000-2, 14.9.4): /ActualText where a span has it, else /ToUnicode.

pypdf reads /ToUnicode alone, which cannot tell two characters of one glyph apart, or characters without any.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Name, Pdf

from evidence.letters.convert.pages import _Font


def words_of(pdf: bytes) -> list[str]:
    """The characters of each page in the order they were drawn, without any blanks."""
    with Pdf.open(io.BytesIO(pdf)) as document:
        return ["".join("".join(_shown(page.obj, page.obj.Resources)).split()) for page in document.pages]


def _shown(stream: pikepdf.Object, resources: pikepdf.Object) -> Iterator[str]:
    font: _Font | None = None
    spans: list[bool] = []  # of the marked-content sequences that are open: has it a text of its own?
    for instruction in pikepdf.parse_content_stream(stream):
        operator, operands = str(instruction.operator), list(instruction.operands)
        if operator == "BDC":
            properties = operands[1]
            if isinstance(properties, Name):
                properties = resources.Properties[properties]
            own = "/ActualText" in properties
            if own and not any(spans):
                yield str(properties.ActualText)
            spans.append(own)
        elif operator == "BMC":
            spans.append(False)
        elif operator == "EMC":
            spans.pop()
        elif operator == "Tf":
            font = _Font(resources.Font[str(operands[0])])
        elif operator == "Do" and (form := resources.XObject[str(operands[0])]).Subtype == Name.Form:
            yield from _shown(form, form.get("/Resources", resources))
        elif operator in ("Tj", "TJ", "'", '"') and font is not None and not any(spans):
            for piece in operands[-1] if operator == "TJ" else [operands[-1]]:
                if isinstance(piece, pikepdf.String):
                    yield from (font.text.get(code, "\ufffd") for code in font.codes(bytes(piece)))
