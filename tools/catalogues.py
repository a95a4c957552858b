"""What the message catalogues must hold: every message id in the code, by the catalogue (room) it belongs to.

    python tools/catalogues.py            list what zh and zh_Hant still lack
    python tools/catalogues.py --add      append the missing ids, untranslated, to the .po files

Message ids are the texts of the error tables and whatever is marked with ``n_("…")``.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ("zh", "zh_Hant")


def ids_in_file(path: Path) -> list[str]:
    """Message ids marked in one source file, in order of appearance."""
    ids: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "n_" and node.args and isinstance(node.args[0], ast.Constant):
            ids.append(str(node.args[0].value))
        if name == "ErrorSpec":
            texts = [
                *node.args[2:],
                *(k.value for k in node.keywords if k.arg in ("message", "hint", "explain")),
            ]
            ids.extend(str(text.value) for text in texts if isinstance(text, ast.Constant) and text.value)
    return ids


def expected() -> dict[str, list[str]]:
    """Catalogue name to its message ids: ``errors/ROOM.py`` and the room's own package share one."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "evidence").rglob("*.py")):
        parts = path.relative_to(ROOT / "evidence").parts
        if parts[0] == "errors":
            room = path.stem
        elif len(parts) > 1:
            room = parts[0]
        else:
            room = "cli"
        for message in ids_in_file(path):
            found.setdefault(room, [])
            if message not in found[room]:
                found[room].append(message)
    return found


def po_file(room: str, locale: str) -> Path:
    return ROOT / "evidence" / "locale" / locale / "LC_MESSAGES" / f"{room}.po"


def load(room: str, locale: str) -> Catalog:
    path = po_file(room, locale)
    if not path.exists():
        return Catalog(locale=locale, project="evidence-kit", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def missing(locale: str) -> dict[str, list[str]]:
    """Ids without a translation in ``locale``, wherever in the locale's catalogues they might stand."""
    known: set[str] = set()
    for path in po_file("x", locale).parent.glob("*.po"):
        with path.open("rb") as file:
            known |= {str(m.id) for m in read_po(file) if m.id and m.string and not m.fuzzy}
    gaps = {room: [m for m in ids if m not in known] for room, ids in expected().items()}
    return {room: ids for room, ids in gaps.items() if ids}


def main() -> int:
    gaps = {locale: missing(locale) for locale in LOCALES}
    for locale, rooms in gaps.items():
        for room, ids in rooms.items():
            print(f"{locale}/{room}: {len(ids)} missing")
            if "--add" in sys.argv:
                catalogue = load(room, locale)
                for message in ids:
                    if catalogue.get(message) is None:
                        catalogue.add(message)
                with po_file(room, locale).open("wb") as file:
                    write_po(file, catalogue, width=0, no_location=True, omit_header=False)
            elif "-v" in sys.argv:
                for message in ids:
                    print("   ", repr(message))
    return 1 if any(gaps.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
