"""``manifest.json`` of a backup (docs/formats.md §8), read strictly: named fields of one type each, or it is damaged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from evidence.errors import EvidenceError, Place, fail
from evidence.workspace.store import NAME

__all__ = ["FORMAT", "MANIFEST", "Manifest", "Member", "damaged", "parse_manifest"]

FORMAT = 1
MANIFEST = "manifest.json"
_LENGTH_MOST = 1 << 62
_NUMBER_DIGITS = 19
_SHOWN = 120  # characters


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the ZIP: SHA-256 in hexadecimal, and length in bytes."""

    sha256: str
    length: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """``manifest.json``: the journal's ``size``, ``root`` (hexadecimal) and latest ``checkpoint``, and all files.

    ``copies`` are paths below the folder with the SHA-256 of the file of the store they equal; ``missing`` the SHA-256 of
    files that the store could not give.
    """

    size: int
    root: str
    checkpoint: str
    with_keys: bool
    files: Mapping[str, Member]
    copies: Mapping[str, str]
    missing: frozenset[str]


def damaged(source: Path, part: str) -> EvidenceError:
    """``backup.damaged`` for the part of that name, which may be anything: shown is what can be, up to 120 characters."""
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in part[:_SHOWN])
    return fail("backup.damaged", Place(file=source.name, part=shown), path=str(source), part=shown)


def parse_manifest(data: bytes, source: Path) -> Manifest:
    """The manifest of the backup ``source``; ``backup.format`` for another format, ``backup.damaged`` for any fault."""
    try:
        said = _loads(data)
        form = said.get("format") if isinstance(said, dict) else None
        if type(form) is int and form != FORMAT:
            raise fail("backup.format", Place(file=source.name), have=form, want=FORMAT)
        return _manifest(said)
    except (ValueError, RecursionError) as error:
        raise damaged(source, MANIFEST) from error


def _manifest(said: object) -> Manifest:
    table = _table(said, "format", "made_at", "journal", "with_keys", "files", "copies", "missing")
    _whole(table["format"], FORMAT)
    datetime.fromisoformat(_text(table["made_at"]))
    journal = _table(table["journal"], "size", "root", "checkpoint")
    if type(table["with_keys"]) is not bool:
        raise ValueError("with_keys")
    return Manifest(
        size=_whole(journal["size"], _LENGTH_MOST),
        root=_digest(journal["root"]),
        checkpoint=_text(journal["checkpoint"]),
        with_keys=table["with_keys"],
        files={name: _member(value) for name, value in _table(table["files"]).items()},
        copies={name: _digest(value) for name, value in _table(table["copies"]).items()},
        missing=frozenset(_digest(value) for value in _list(table["missing"])),
    )


def _loads(data: bytes) -> object:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        table = dict(pairs)
        if len(table) != len(pairs):
            raise ValueError("a name twice")
        return table

    def whole(digits: str) -> int:
        if len(digits) > _NUMBER_DIGITS:
            raise ValueError("number")
        return int(digits)

    def refuse(_number: str) -> NoReturn:
        raise ValueError("number")

    value: object = json.loads(
        data.decode(), object_pairs_hook=unique, parse_int=whole, parse_float=refuse, parse_constant=refuse
    )
    return value


def _table(value: object, *names: str) -> dict[str, Any]:
    if not isinstance(value, dict) or (names and set(value) != set(names)):
        raise ValueError("table")
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("list")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("text")
    return value


def _digest(value: object) -> str:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValueError("digest")
    return value


def _whole(value: object, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError("number")
    return value


def _member(value: object) -> Member:
    pair = _list(value)
    if len(pair) != 2:
        raise ValueError("member")
    return Member(_digest(pair[0]), _whole(pair[1], _LENGTH_MOST))
