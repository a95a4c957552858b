"""What a court asks of an evidence file, as data: limits, columns, order, copies, numbers, dividers, printing.

Profiles ship as ``evidence/bundle/profiles/NAME.toml``; an office may name a file of its own with the same keys. Keys
listed under ``unverified`` hold a figure that nobody checked against the court's own words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from evidence.errors import EvidenceError, Place, Problem, fail

__all__ = ["COLUMNS", "DEFAULT", "Profile", "known_profiles", "load_profile"]

DEFAULT = "cn"
COLUMNS = (
    "number",
    "group",
    "name",
    "kind",
    "source",
    "proves",
    "pages",
    "copies",
    "original",
    "dated",
    "stamped",
    "carrier",
    "hash",
    "submitter",
    "remarks",
)
"""What a catalogue can say of an exhibit; ``number``, ``name`` and ``pages`` it always says. ``stamped`` is left out
where no exhibit has a time of an outside authority."""
_ALWAYS = ("number", "name", "pages")
LARGEST_DIGITS = 8
_PREFIX = 12
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Profile:
    """One court's wishes. Limits of 0 are none; a megabyte is a million bytes, the stricter reading.

    ``digits`` pads page numbers with zeros; ``prefix`` stands before each; ``total`` prints 共y页 as well. ``groups``
    is the order of exhibits by their group; an empty one leaves them as the case file has them.
    """

    name: str
    jurisdiction: str
    title: Mapping[str, str]
    unverified: tuple[str, ...] = ()
    prefix: str = ""
    digits: int = 0
    total: bool = True
    columns: tuple[str, ...] = COLUMNS[:13]
    groups: tuple[str, ...] = ()
    max_pages: int = 0
    max_megabytes: int = 0
    court_copies: int = 1
    copies_each_defendant: int = 1
    duplex: bool = False
    dividers: bool = False

    @property
    def max_bytes(self) -> int:
        return self.max_megabytes * _MEGABYTE

    def copies(self, defendants: int) -> int:
        """How many sets to hand in."""
        return self.court_copies + self.copies_each_defendant * defendants

    def printed_on_both_sides(self) -> Profile:
        return replace(self, duplex=True)


def known_profiles() -> tuple[str, ...]:
    """The names of the profiles that ship with the toolkit."""
    found = files("evidence.bundle").joinpath("profiles").iterdir()
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in found if entry.name.endswith(".toml")))


def load_profile(name: str | Path) -> Profile:
    """The profile of this name, or in this file.

    Raises ``bundle.profile-unknown``, and ``bundle.profile-invalid`` once for every fault of a file.
    """
    text, label = str(name), str(name)
    if text in known_profiles():
        data = files("evidence.bundle").joinpath("profiles", f"{text}.toml").read_bytes()
    else:
        path = Path(text)
        if not path.is_file():
            raise fail("bundle.profile-unknown", profile=text, known=", ".join(known_profiles()))
        data, label, text = path.read_bytes(), path.name, path.stem
    try:
        told = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _faults(label, [("", str(error))]) from None
    return _parsed(text, label, told)


def _faults(label: str, found: list[tuple[str, str]]) -> EvidenceError:
    return EvidenceError(
        [
            Problem(
                "bundle.profile-invalid",
                Place(file=label, part=key),
                {"profile": label, "key": key or "TOML", "fault": fault},
            )
            for key, fault in found
        ]
    )


_SECTIONS: Mapping[str, Mapping[str, str]] = {
    "numbering": {"prefix": "prefix", "digits": "digits", "total": "total"},
    "catalogue": {"columns": "columns", "groups": "groups"},
    "volumes": {"max_pages": "max_pages", "max_megabytes": "max_megabytes"},
    "copies": {"court": "court_copies", "each_defendant": "copies_each_defendant"},
    "print": {"duplex": "duplex", "dividers": "dividers"},
}


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


_SOUND: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "prefix": (
        lambda v: isinstance(v, str) and len(v) <= _PREFIX and v.isprintable() and not v[-1:].isdigit(),
        f"≤ {_PREFIX} characters, not ending in a digit",
    ),
    "digits": (_whole(0, LARGEST_DIGITS), f"0 … {LARGEST_DIGITS}"),
    "total": (lambda v: isinstance(v, bool), "true / false"),
    "columns": (
        lambda v: _words(v) and set(_ALWAYS) <= set(v) <= set(COLUMNS) and len(set(v)) == len(v),
        f"{', '.join(COLUMNS)}; {', '.join(_ALWAYS)} always",
    ),
    "groups": (_words, '["A1", "B1", …]'),
    "max_pages": (_whole(0, 100_000), "0 … 100000"),
    "max_megabytes": (_whole(0, 100_000), "0 … 100000"),
    "court_copies": (_whole(0, 99), "0 … 99"),
    "copies_each_defendant": (_whole(0, 99), "0 … 99"),
    "duplex": (lambda v: isinstance(v, bool), "true / false"),
    "dividers": (lambda v: isinstance(v, bool), "true / false"),
}


def _parsed(name: str, label: str, told: Mapping[str, Any]) -> Profile:
    faults: list[tuple[str, str]] = []
    values: dict[str, Any] = {}
    known = {"jurisdiction", "unverified", "title", *_SECTIONS}
    faults += [(key, "?") for key in told if key not in known]
    if not isinstance(told.get("jurisdiction"), str):
        faults.append(("jurisdiction", '"cn"'))
    title = told.get("title", {})
    if not isinstance(title, dict) or not all(isinstance(text, str) for text in title.values()):
        faults.append(("title", 'zh = "…"'))
        title = {}
    unverified = told.get("unverified", [])
    if not _words(unverified):
        faults.append(("unverified", '["volumes.max_pages", …]'))
        unverified = []
    for section, keys in _SECTIONS.items():
        given = told.get(section, {})
        if not isinstance(given, dict):
            faults.append((section, f"[{section}]"))
            continue
        for key, value in given.items():
            field = keys.get(key)
            if field is None:
                faults.append((f"{section}.{key}", "?"))
                continue
            sound, wanted = _SOUND[field]
            if not sound(value):
                faults.append((f"{section}.{key}", wanted))
                continue
            values[field] = tuple(value) if isinstance(value, list) else value
    if faults:
        raise _faults(label, faults)
    return Profile(name, told["jurisdiction"], dict(title), tuple(unverified), **values)
