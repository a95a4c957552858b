"""What papers about deliveries share: a shipped template, filled, set, and written where nothing stands yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from evidence.bundle.bag import safe_name
from evidence.clock import CHINA
from evidence.letters.convert import open_converter
from evidence.letters.engine import compile_template
from evidence.letters.labels import labels_for
from evidence.letters.properties import document_properties
from evidence.model.period import chinese_date
from evidence.resources import templates_dir
from evidence.workspace.annexes import write_new
from evidence.workspace.core import Desk

REPORTS = "reports"
"""The folder of a workspace for papers about deliveries; a name begins with the account or the letter's number."""


def write_paper(
    desk: Desk,
    folder: Path | None,
    template: str,
    name: Sequence[str],
    values: Mapping[str, Any],
    *,
    title: str,
    must_appear: Sequence[str],
    nonce: bytes,
    now: datetime,
    locale: str,
    converter: str | None,
) -> tuple[Path, Path]:
    """``template`` of the pack ``locale`` as Word and PDF in ``folder``, which is made where needed; their paths.

    Without a folder they lie below ``reports/`` of the workspace, and a second one of the same day is numbered.

    ``name`` are the parts of the file name before the day. The template is told its properties, the day, and the law
    of the day besides ``values``. Raises ``general.output-exists`` for a file that is there already.
    """
    day = now.astimezone(CHINA).date()
    common = {
        "doc": document_properties(title, nonce.hex(), labels_for(locale).language, now),
        "law": desk.law.texts(day, locale),
        "made_on": chinese_date(day),
    }
    source = (templates_dir() / locale / template).read_bytes()
    compiled = compile_template(source, f"{locale}/{template}")
    docx = compiled.render({**common, **values}, must_appear=must_appear).docx
    with open_converter(converter or desk.office.policy.converter, locale) as engine:
        pdf = engine.convert_batches([[docx]], created=now, nonces=[[nonce]])[0][0]
    stem = "-".join([safe_name(name[0]), *name[1:], f"{day:%Y%m%d}"])
    if folder is None:
        folder, first = desk.root / REPORTS, stem
        numbered = (f"{first}-{number}" for number in count(2))
        while (folder / f"{stem}.docx").exists() or (folder / f"{stem}.pdf").exists():
            stem = next(numbered)
    paths = folder / f"{stem}.docx", folder / f"{stem}.pdf"
    write_new(folder, {paths[0]: docx, paths[1]: pdf})
    return paths
