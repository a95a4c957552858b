"""DOCX to PDF, behind one interface: ``with open_converter("auto", "zh") as converter: converter.convert(…)``.

The DOCX handed in is never changed; what a converter sees is a copy dressed in fonts this machine has.
"""

from __future__ import annotations

from evidence.letters.convert.base import BATCH, Converter, Description
from evidence.letters.convert.choose import ConverterName, open_converter
from evidence.letters.convert.pages import Spot, page_count, page_text, stamp_box_is_free, text_in_stamp_areas

__all__ = [
    "BATCH",
    "Converter",
    "ConverterName",
    "Description",
    "Spot",
    "open_converter",
    "page_count",
    "page_text",
    "stamp_box_is_free",
    "text_in_stamp_areas",
]
