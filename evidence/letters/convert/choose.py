"""Which converter does the work."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from evidence.letters.convert.base import WORKERS, Converter
from evidence.letters.convert.builtin import BuiltinConverter
from evidence.letters.convert.libreoffice import LibreOfficeConverter
from evidence.letters.convert.office import PROGRAMS
from evidence.letters.fonts import open_shelf

ConverterName = Literal["auto", "builtin", "libreoffice"]


def open_converter(
    name: ConverterName | str,
    locale: str,
    fonts: Sequence[Path] = (),
    *,
    prefer_installed: bool = True,
    workers: int = WORKERS,
) -> Converter:
    """A converter for letters of ``locale`` (``zh`` or ``zh-Hant``); close it, or use it in ``with``.

    ``auto`` takes LibreOffice where it is installed, else the builtin one. ``fonts`` are files or folders of
    fonts beside the system's; with ``prefer_installed`` false a face that ships is used even where the machine
    has the one a template names, so that letters look the same on every machine. ``workers`` is how many
    processes it runs side by side at most; no byte of a letter depends on it. Raises
    ``convert.libreoffice-missing`` and ``convert.font-missing``, ``ValueError`` for another name.
    """
    if name not in get_args(ConverterName):
        raise ValueError(f"no converter is called {name!r}")
    shelf = open_shelf(locale, fonts, prefer_installed=prefer_installed)
    if name == "builtin" or (name == "auto" and not any(map(shutil.which, PROGRAMS))):
        return BuiltinConverter(shelf, workers=workers)
    return LibreOfficeConverter(shelf, workers=workers)
