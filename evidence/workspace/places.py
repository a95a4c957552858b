"""``[store]`` of ``evidence.toml``: where a workspace's database and files are.

Empty means in its folder: ``office.db`` and ``store/``. Neither URL holds a secret: the database's password stands in
``~/.pgpass``, the credentials of the files' server in the environment.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from evidence.workspace.store import Store

__all__ = [
    "KEYS",
    "SECTION",
    "Places",
    "faults",
    "given",
    "open_store",
    "places_in",
    "places_of",
    "with_places",
]

SECTION = "store"
_LOOPBACK = r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"


def n_(message: str) -> str:
    """Marks a message for the catalogue; it is translated where it is shown."""
    return message


_IN_THE_OPEN = n_(
    '"https://…"; http:// is taken only of a server on this machine, for names and debts can be read on the way'
)


@dataclass(frozen=True, slots=True)
class Places:
    """``database``: a URL of PostgreSQL; ``files``: ``s3://BUCKET/PREFIX``, at ``endpoint`` in ``region``."""

    database: str = ""
    files: str = ""
    endpoint: str = ""
    region: str = ""


KEYS = tuple(field.name for field in fields(Places))
_FORMS = {
    "database": (r"postgresql(\+psycopg)?://\S+", '"postgresql+psycopg://…"'),
    "files": (r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.()/-]*)?", '"s3://bucket/prefix"'),
    # What goes over a network in the open can be read there: names, addresses, debts.
    "endpoint": (rf"https://\S+|http://{_LOOPBACK}/?", '"https://…"'),
    "region": (r"[A-Za-z0-9-]{1,40}", '"cn-north-1"'),
}


def faults(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with the table: (key, what is expected)."""
    for key, (form, expected) in _FORMS.items():
        value = given.get(key, "")
        if not isinstance(value, str) or (value and not re.fullmatch(form, value)):
            is_open = key == "endpoint" and str(value).startswith("http://")
            yield key, _IN_THE_OPEN if is_open else expected
    if given.get("endpoint") and not given.get("files"):
        yield "files", _FORMS["files"][1]


def places_of(path: Path) -> Places:
    """Of an ``evidence.toml`` that was read without fault before."""
    return places_in(path.read_text("utf-8-sig"))


def places_in(text: str) -> Places:
    """As :func:`places_of`, from the file's text."""
    given = tomllib.loads(text.removeprefix("\ufeff")).get(SECTION, {})
    return Places(**{key: str(given.get(key, "")) for key in KEYS})


def given(options: Mapping[str, str | None], before: Places | None = None) -> Places | None:
    """``before`` with what options of a command say; ``None`` where they say nothing.

    ``sqlite`` for the database and ``folder`` for the files take them back into the workspace's folder.
    """
    said = {key: value for key, value in options.items() if value}
    if not said:
        return None
    if said.get("database") == "sqlite":
        said["database"] = ""
    if said.get("files") == "folder":
        said |= {"files": "", "endpoint": "", "region": ""}
    return replace(before or Places(), **said)


def with_places(text: str, places: Places) -> str:
    """The text of an ``evidence.toml`` with other places; comments and everything else stay as they are."""
    wanted = [f'{key} = "{getattr(places, key)}"\n' for key in KEYS if getattr(places, key)]
    lines = text.splitlines(keepends=True)
    found = next((i for i, line in enumerate(lines) if re.match(rf"\s*\[{SECTION}\]", line)), None)
    if found is None:
        if lines and not lines[-1].endswith("\n"):
            lines.append("\n")
        lines += ["\n", f"[{SECTION}]\n", *wanted] if wanted else []
    else:
        end = next((i for i in range(found + 1, len(lines)) if re.match(r"\s*\[", lines[i])), len(lines))
        kept = [line for line in lines[found + 1 : end] if not re.match(rf"\s*({'|'.join(KEYS)})\s*=", line)]
        lines[found + 1 : end] = [*wanted, *kept]
    made = "".join(lines)
    if places_in(made) != places:  # such as a value over several lines
        raise ValueError("the [store] table is written in a form that cannot be edited")
    return made


def open_store(root: Path, places: Places, owner: str = "") -> Store:
    """The store of the workspace in ``root``, whose journal is ``owner``. Nothing is asked of a server yet."""
    if not places.files:
        return Store(root / "store")
    from evidence.workspace.objectstore import Bucket, ObjectStore

    return ObjectStore(root / "store", Bucket(places.files, places.endpoint, places.region), owner)
