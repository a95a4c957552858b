"""Office files whose bytes depend on their content alone.

Writers put the present time into the archive and into the document properties, and cannot store a formula
together with its last value; both are repaired in the finished file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

# One plausible working day for every file; the archive itself gets the usual zero date of reproducible zips.
STAMP = "2026-10-12T09:30:00Z"
_TIMES = re.compile(rb"(<(dcterms:created|dcterms:modified|meta:creation-date|dc:date)\b[^>]*>)[^<]*(</\2>)")


def _formula(xml: bytes, cell: str, formula: str) -> bytes:
    pattern = re.compile(rb'<c r="' + cell.encode() + rb'"((?: [a-z]+="[^"]*")*)><v')
    if not pattern.search(xml):
        raise ValueError(f"no value in cell {cell}")
    attributes_then_formula = rb'<c r="' + cell.encode() + rb'"\1><f>' + formula.encode() + rb"</f><v"
    return pattern.sub(attributes_then_formula, xml)


def freeze(content: bytes, formulas: Mapping[str, Mapping[str, str]] | None = None) -> bytes:
    """Rewrite an xlsx or ods archive with fixed times.

    ``formulas`` maps a part (``xl/worksheets/sheet2.xml``) to ``{cell: formula}``: the value written there
    stays as the formula's cached result, as a real spreadsheet program stores it.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        # The order of members is the writer's: "mimetype" must stay first in an ods file.
        for member in source.infolist():
            data = _TIMES.sub(rb"\g<1>" + STAMP.encode() + rb"\3", source.read(member))
            for cell, formula in (formulas or {}).get(member.filename, {}).items():
                data = _formula(data, cell, formula)
            entry = zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            stored = member.filename == "mimetype"
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            target.writestr(entry, data)
    return out.getvalue()


def same_content(left: Path, right: Path) -> bool:
    """Whether two files agree; archives by their members, since deflate differs from one zlib to the next."""
    if left.suffix not in {".xlsx", ".ods"}:
        return left.read_bytes() == right.read_bytes()
    with zipfile.ZipFile(left) as one, zipfile.ZipFile(right) as two:
        names = one.namelist()
        return names == two.namelist() and all(one.read(name) == two.read(name) for name in names)
