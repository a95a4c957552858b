"""Write evidence/verify/page/verify.html: one file without a network, from tools/verifypage/ and the catalogues.

python tools/build_verify_page.py            A test fails when the page is stale.

The page's Content Security Policy allows nothing but its own style and script, by their hashes. The points of the
curve Ed25519, for browsers without it, come from @noble/ed25519 1.6.0, unchanged but for its module lines; the file
as npm delivers it is pinned here by its SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from base64 import b64encode
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = Path(__file__).resolve().parent / "verifypage"
PAGE = ROOT / "evidence" / "verify" / "page" / "verify.html"
LANGUAGES = ("en", "zh", "zh-Hant")

#: lib/esm/index.js and LICENSE of the npm package @noble/ed25519, version 1.6.0.
NOBLE = "noble-ed25519-1.6.0.js"
NOBLE_LICENCE = "noble-ed25519-LICENSE.txt"
PINNED = {
    NOBLE: "97acc10dd598fbb9a797c4a4364cb842bae8feac87f4c1610537ee5a2c6c4b5d",
    NOBLE_LICENCE: "394c2e6e5552e5dba202bee6390b9d6aa2754d657f5b9869e83b3d265a315501",
}


def pinned(name: str) -> str:
    """A vendored file as text; refuses one whose bytes are not those that were reviewed."""
    data = (PARTS / name).read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != PINNED[name]:
        raise SystemExit(f"{name}: SHA-256 {found} is not the pinned {PINNED[name]}")
    return data.decode("utf-8")


def noble() -> str:
    """The library as one expression: its import of Node's crypto and its exports taken off."""
    text = pinned(NOBLE).replace("import nodeCrypto from 'crypto';\n", "const nodeCrypto = {};\n")
    text = re.sub(r"^export \{.*\};\n", "", text, flags=re.M)
    text = re.sub(r"^export (?=const|async function)", "", text, flags=re.M)
    if re.search(r"^(?:import|export)\b", text, flags=re.M):
        raise SystemExit(f"{NOBLE}: a module line is left")
    return f"const NOBLE = (() => {{\n{text}\nreturn {{ Point, ExtendedPoint, CURVE }};\n}})();\n"


def words() -> str:
    """Every text of the page in all languages; what the toolkit's reports say as well comes from its catalogues."""
    from evidence.i18n import translate
    from evidence.verify import messages
    from evidence.verify.checks import CHECKS

    def texts(table: dict[str, str]) -> dict[str, list[str]]:
        return {key: [translate(text, lang) for lang in LANGUAGES] for key, text in table.items()}

    own = json.loads((PARTS / "words.json").read_text("utf-8"))
    terms = {
        "question": texts(dict(messages.QUESTIONS)),
        "channel": texts(dict(messages.CHANNELS)),
        "outcome": texts(dict(messages.OUTCOMES)),
        "witness": texts(dict(messages.WITNESSES)),
        "grade": texts(dict(messages.GRADES)),
    }
    checks = texts({check.id: messages.FACTS[check.id] for check in CHECKS if check.page})
    lines = [("WORDS", own), ("TERMS", terms), ("CHECKS", checks)]
    return "".join(
        f"const {name} = {json.dumps(value, ensure_ascii=False, indent=0)};\n" for name, value in lines
    )


def build() -> str:
    """The whole page."""
    script = "\n" + noble() + words() + (PARTS / "checks.js").read_text("utf-8")
    script = script.replace('"use strict";\n', "", 1) + (PARTS / "ui.js").read_text("utf-8")
    script = '\n"use strict";' + script
    if "</script" in script.lower() or "<!--" in script:
        raise SystemExit("the script holds what would end it early")
    style = (PARTS / "page.css").read_text("utf-8")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    page = (PARTS / "page.html").read_text("utf-8")
    for mark, text in (
        ("@CSP@", policy),
        ("@LICENCE@", pinned(NOBLE_LICENCE)),
        ("@STYLE@", style),
        ("@SCRIPT@", script),
    ):
        page = page.replace(mark, text, 1)
    return page


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def main() -> int:
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(build(), "utf-8", newline="\n")
    print(PAGE.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
