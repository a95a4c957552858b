"""Languages of the interface: en, zh, zh-Hant, and the one map from what users' systems call them.

The usual negotiation falls back from ``zh_TW`` to Simplified text; readers of Traditional Chinese would get
the wrong script, so the map below is explicit. Catalogues are gettext files under ``evidence/locale``, one
per room; message ids are the English texts. Compiled files are used where they are fresh, the sources
otherwise.
"""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from evidence.errors import spec_of
from evidence.model.problem import Problem

LANGUAGES = ("en", "zh", "zh-Hant")
_FOLDERS = {"zh": "zh", "zh-Hant": "zh_Hant"}
_TRADITIONAL = {"tw", "hk", "mo", "hant"}
_LOCALE_DIR = Path(__file__).parent / "locale"


def language_of(tag: str) -> str:
    """``zh_TW.UTF-8``, ``zh-HK``, ``zh_Hant`` → ``zh-Hant``; other ``zh…`` → ``zh``; all else → ``en``."""
    parts = tag.split(".")[0].split("@")[0].replace("_", "-").lower().split("-")
    if parts[0] != "zh":
        return "en"
    return "zh-Hant" if _TRADITIONAL.intersection(parts[1:]) else "zh"


def system_language(environ: Mapping[str, str] | None = None) -> str:
    """The language the user's environment asks for (``EVIDENCE_LANG``, then the POSIX variables)."""
    env = os.environ if environ is None else environ
    for name in ("EVIDENCE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := env.get(name):
            return language_of(value)
    return "en"


def _read(po: Path) -> dict[str, str]:
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
        with mo.open("rb") as file:
            entries: Mapping[object, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        return {key: text for key, text in entries.items() if isinstance(key, str) and key}
    from babel.messages.pofile import read_po

    with po.open("rb") as file:
        catalogue = read_po(file)
    return {
        message.id: message.string
        for message in catalogue
        if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string
    }


# The sentence of a hint that names what was perhaps meant; it is left out where nothing is near.
_NEAR = re.compile(r"[^.。?？]*\{near\}[.。?？]")
_NOTHING_NEAR = ("", "—", "–")


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """All translations into ``lang``, message id to text; empty for English."""
    folder = _FOLDERS.get(lang)
    if folder is None:
        return {}
    merged: dict[str, str] = {}
    files = {p.with_suffix(".po") for p in (_LOCALE_DIR / folder / "LC_MESSAGES").glob("*.[pm]o")}
    for po in sorted(files):
        merged.update(_read(po))
    return merged


def translate(message: str, lang: str, /, **params: str | int) -> str:
    """``message`` in ``lang`` with its placeholders filled; English where no translation stands."""
    text = catalogue(lang).get(message, message)
    return text.format(**params) if params else text


def describe(problem: Problem, lang: str) -> tuple[str, str]:
    """The message and the next step of a problem, in words."""
    spec = spec_of(problem.code)
    params = dict(problem.params)
    hint = catalogue(lang).get(spec.hint, spec.hint)
    if params.get("near") in _NOTHING_NEAR:
        hint = _NEAR.sub("", hint).strip()
    return translate(spec.message, lang, **params), hint.format(**params) if params else hint
