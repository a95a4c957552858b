"""Build ``evidence/bundle/scripts.py``: the Traditional characters and, place for place, their Simplified forms.

    python tools/build_scripts.py UNIHAN_DIR

Reads ``Unihan_Variants.txt`` of the Unicode Character Database (field ``kSimplifiedVariant``), as Debian's package
``unicode-data`` lays it down in ``/usr/share/unicode``. Needed only when that table itself is to change.
"""

from __future__ import annotations

import sys
from pathlib import Path

from build_fonts import _find, _unihan

TARGET = Path(__file__).resolve().parents[1] / "evidence" / "bundle" / "scripts.py"
_WIDE = 48
_HEAD = '''"""Traditional characters and their Simplified forms, so that a name is found in either script.

Made by ``tools/build_scripts.py`` from the Unihan database (``kSimplifiedVariant``). Where Unihan names several forms it
is the first other one: both spellings of a name then fold to the same characters, which is all that comparing needs.
"""

from __future__ import annotations

'''


def pairs(folder: Path) -> dict[str, str]:
    """Traditional to Simplified, of the characters every font has; a form that leads on to another is followed."""
    found: dict[str, str] = {}
    for char, value in _unihan(_find(folder, "Unihan_Variants"), "kSimplifiedVariant").items():
        forms = [chr(int(code[2:], 16)) for code in value.split()]
        others = [form for form in forms if form != char and "\u4e00" <= form <= "\u9fff"]
        if "\u4e00" <= char <= "\u9fff" and others:
            found[char] = others[0]
    settled = {}
    for char in sorted(found):
        seen, form = {char}, found[char]
        while form in found and form not in seen:
            seen.add(form)
            form = found[form]
        settled[char] = form
    return {char: form for char, form in settled.items() if char != form}


def _block(name: str, text: str) -> str:
    lines = (f'    "{text[i : i + _WIDE]}"' for i in range(0, len(text), _WIDE))
    return f"{name} = (\n" + "\n".join(lines) + "\n)\n"


def main() -> None:
    table = pairs(Path(sys.argv[1]))
    body = _block("TRADITIONAL", "".join(table)) + _block("SIMPLIFIED", "".join(table.values()))
    TARGET.write_text(
        _HEAD + body + "TO_SIMPLIFIED = dict(zip(TRADITIONAL, SIMPLIFIED, strict=True))\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
