"""A stand-in for LibreOffice: a script that answers ``--version`` and then does what a sick office does."""

from __future__ import annotations

import sys
from pathlib import Path

_SCRIPT = """#!{python}
import os, signal, sys, time
from pathlib import Path

arguments = sys.argv[1:]
if "--version" in arguments:
    print("LibreOffice 0.0.1 sample")
    raise SystemExit(0)
if "--convert-to" not in arguments:  # asked to stay: this one does not
    raise SystemExit(0)
log = Path({log!r})
with log.open("a") as file:
    file.write(f"{{os.getpid()}}\\n")
out = Path(arguments[arguments.index("--outdir") + 1])
sources = [Path(a) for a in arguments if a.endswith(".docx")]
attempt = len(log.read_text().splitlines())
PDF = Path({pdf!r})
{behaviour}
"""


def make_office(folder: Path, behaviour: str, pdf: bytes = b"") -> Path:
    """Write the script. ``behaviour`` is Python; it sees ``sources``, ``out``, ``attempt`` (from 1) and ``PDF``."""
    (folder / "good.pdf").write_bytes(pdf)
    script = folder / "soffice"
    script.write_text(
        _SCRIPT.format(
            python=sys.executable,
            log=str(folder / "calls"),
            pdf=str(folder / "good.pdf"),
            behaviour=behaviour,
        ),
        encoding="utf-8",
    )
    script.chmod(0o755)
    return script


def calls(folder: Path) -> int:
    """How often the script was asked to convert."""
    return len((folder / "calls").read_text().splitlines())
