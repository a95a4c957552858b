"""A private folder of exactly the fonts a conversion may see, and a fontconfig file that knows no other.

What a converter finds by itself differs from machine to machine, and so would the letter. The system's folders
are therefore never listed: a font of the machine that is to be used is laid into the private folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape  # nosec B406 # writes XML, reads none

from evidence.letters.fonts import Face, Shelf, choices

_CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class FontFolders:
    """Font folders under a scratch directory, one for each set of files asked for; may be asked by many threads."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self._lock = threading.Lock()

    def folder(self, shelf: Shelf, extra: Iterable[Face]) -> Path:
        """The folder with the shipped fonts of the shelf's script and the files of ``extra``.

        It is named after the files and their state, for it may outlive the run that asked for it.
        """
        files = sorted({face.path for face in (*shelf.shipped, *extra)})
        states = ((path, path.stat()) for path in files)
        told = "\n".join(f"{path} {state.st_size} {state.st_mtime_ns}" for path, state in states)
        mark = hashlib.sha256(told.encode()).hexdigest()[:16]
        folder = self.scratch / f"fonts-{mark}"
        with self._lock:
            if not folder.is_dir():
                building = folder.with_suffix(".new")
                building.mkdir(parents=True)
                for number, path in enumerate(files):
                    _lay(path, building / f"{number:03d}-{path.name}")
                building.rename(folder)
        return folder

    def no_fonts(self) -> Path:
        """A fontconfig file that lists an empty folder, for an engine that is told its fonts otherwise."""
        empty = self.scratch / "no-fonts"
        empty.mkdir(exist_ok=True)
        return self.config(empty)

    def config(self, folder: Path) -> Path:
        """A fontconfig file that lists ``folder`` alone."""
        path = folder.with_suffix(".conf")
        with self._lock:
            if not path.exists():
                cache = self.scratch / "fontconfig-cache"
                path.write_text(
                    _CONFIG.format(fonts=escape(str(folder)), cache=escape(str(cache))), encoding="utf-8"
                )
        return path


@lru_cache(maxsize=16)
def font_mark(shelf: Shelf) -> str:
    """Eight hex digits that change when a shipped font, or a font that replaces one, changes. Read once per process."""
    digest = hashlib.sha256()
    for face in shelf.shipped:
        digest.update(face.path.read_bytes())
    for choice in choices(shelf):
        digest.update(f"\n{choice.asked}\t{choice.used}".encode())
    return digest.hexdigest()[:8]


def _lay(source: Path, target: Path) -> None:
    """A hard link, or a copy where the file system or its owner forbids one.

    Not a symbolic link: LibreOffice 7.4 lists a collection (.ttc) behind one but prints empty boxes from it.
    """
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
