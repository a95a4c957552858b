"""What people name on the command line as a template pack: a folder, a folder of packs, a shipped one, a file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence.cli._app import App, n_

if TYPE_CHECKING:
    from evidence.errors import Problem
    from evidence.letters.checking.check import Source
    from evidence.letters.packs import Pack


def require_kind(app: App, kind: str) -> str:
    """``kind``, or a usage error with the nearest one there is."""
    from evidence.letters.checking.samples import NAMES

    if kind in NAMES:
        return kind
    near = difflib.get_close_matches(kind, NAMES, n=1)
    if near:
        raise click.UsageError(
            app.t(n_("There is no kind {kind}. Did you mean {near}?"), kind=kind, near=near[0])
        )
    raise click.UsageError(
        app.t(n_("There is no kind {kind}; there are {known}."), kind=kind, known=", ".join(NAMES))
    )


def packs_under(target: str) -> tuple[Pack, ...]:
    """The pack in the folder ``target``, the packs in the folders inside it, or the shipped one of that name.

    Raises ``template.nothing-found`` and ``letters.pack-…``.
    """
    from evidence.errors import Place, fail
    from evidence.letters.packs import LOCALES, MANIFEST, load_pack
    from evidence.resources import templates_dir

    folder = Path(target)
    if (folder / MANIFEST).is_file():
        return (load_pack(folder),)
    if folder.is_dir() and (
        inside := [folder / name for name in LOCALES if (folder / name / MANIFEST).is_file()]
    ):
        return tuple(load_pack(one) for one in inside)
    if target in LOCALES:
        return (load_pack(templates_dir() / target),)
    raise fail("template.nothing-found", Place(file=target), name=target)


def sources_of(targets: Iterable[str], kind: str | None) -> tuple[list[Source], list[Problem]]:
    """The templates that ``targets`` name, and what is wrong with the packs themselves.

    Of a pack whose ``pack.toml`` cannot be used the files are checked by their names all the same. Raises
    ``template.nothing-found`` and ``template.unknown-kind``.
    """
    from evidence.errors import EvidenceError, Place, fail
    from evidence.letters.checking.check import Source, kind_of_file, locale_of, pack_sources
    from evidence.letters.checking.samples import NAMES
    from evidence.letters.packs import MANIFEST, load_pack

    sources: list[Source] = []
    problems: list[Problem] = []
    for target in targets:
        path = Path(target)
        if path.is_file():
            data = path.read_bytes()
            try:
                pack = load_pack(path.parent) if (path.parent / MANIFEST).is_file() else None
            except EvidenceError:
                pack = None
            found = kind or kind_of_file(path.stem, pack)
            if found is None:
                raise fail("template.unknown-kind", Place(file=target), name=target, known=", ".join(NAMES))
            locale = pack.locale if pack else locale_of(data, path.name)
            sources.append(Source(target, found, locale, data))
            continue
        try:
            for pack in packs_under(target):
                sources += pack_sources(pack, [kind] if kind else ())
        except EvidenceError as error:
            if not path.is_dir() or not (path / MANIFEST).is_file():
                raise
            problems += error.problems
            for file in sorted(path.glob("*.docx")):
                found = kind_of_file(file.stem, None)
                if found is not None and kind in (None, found):
                    data = file.read_bytes()
                    sources.append(Source(str(file), found, locale_of(data, file.name), data))
    return sources, problems
