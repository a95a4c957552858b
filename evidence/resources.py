"""Finding the files that ship with the toolkit, the same way in a wheel, an sdist and an editable install.

``templates/`` and ``samples/`` stand at the top of the repository and are mapped into the wheel as
``evidence/_templates`` and ``evidence/_samples``. In an editable install the mapped folders do not exist (or
are stale copies), so the repository beside the package is asked first.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from evidence.errors import fail

_PACKAGE = Path(__file__).resolve().parent


def _find(name: str) -> Path:
    checkout = _PACKAGE.parent
    # pyproject.toml beside the package is the mark of a checkout: site-packages never has one of ours.
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    packaged = _PACKAGE / f"_{name}"
    if packaged.is_dir():
        return packaged
    raise fail("general.fault", detail=f"the {name} folder is missing from this installation ({_PACKAGE})")


def templates_dir() -> Path:
    """The shipped template packs; inside it one folder per pack (``zh``, ``zh-Hant``)."""
    return _find("templates")


def samples_dir() -> Path:
    """The sample estate."""
    return _find("samples")


def checkers() -> Mapping[str, Path]:
    """The checking programs that travel in every bundle, by their names in it (docs/formats.md, section 5)."""
    verify = _PACKAGE / "verify"
    return {"verify.html": verify / "page" / "verify.html", "verify.py": verify / "standalone.py"}


def fonts_dir() -> Path:
    """The shipped open fonts with their licences."""
    return _PACKAGE / "letters" / "fonts"
