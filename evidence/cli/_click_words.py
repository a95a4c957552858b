"""click's own words (Usage, Options, “is not one of …”) in the reader's language.

click asks gettext, which reads compiled catalogues only: a checkout that was never built would speak English around
Chinese messages. Its modules ask :func:`translate` instead, as everything else here does.
"""

from __future__ import annotations

from importlib import import_module

from evidence.i18n import translate

_MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")


def speak(lang: str) -> None:
    """From now on click speaks ``lang``; what no catalogue has stays English."""

    def one(message: str) -> str:
        return translate(message, lang)

    def of_number(single: str, several: str, number: int) -> str:
        return translate(single if number == 1 else several, lang)

    for name in _MODULES:
        module = import_module(f"click.{name}")
        if hasattr(module, "_"):
            setattr(module, "_", one)  # noqa: B010 - the name is no attribute of ours to a type checker
        if hasattr(module, "ngettext"):
            setattr(module, "ngettext", of_number)  # noqa: B010
