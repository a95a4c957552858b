"""What this toolkit leans on outside itself: version, place, and how to mend what is missing."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evidence.errors import EvidenceError
from evidence.i18n import translate

LOW_DISK = 1 << 30  # a run of 10,000 letters takes about 1 GB in store and copies


def n_(message: str) -> str:
    """Marks a message for the catalogue."""
    return message


@dataclass(frozen=True, slots=True)
class Check:
    """One part: ``ok``, whether the main job needs it, what was found, and what to do where it is missing."""

    part: str
    ok: bool
    needed: bool
    detail: str
    fix: str = ""
    is_font: bool = False


def examine(lang: str, folder: Path) -> list[Check]:
    """Every part in a fixed order; ``folder`` is where the disk space counts."""
    return [*_engine(), *_converters(lang), _disk(lang, folder), *_optional(lang), *_fonts(lang)]


def _engine() -> Iterator[Check]:
    yield Check("Python", sys.version_info >= (3, 11), True, f"{platform.python_version()} {sys.executable}")
    for name in ("docxtpl", "pypdf", "pikepdf", "qrcode", "cryptography", "sqlalchemy", "python-calamine"):
        try:
            yield Check(name, True, True, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Check(name, False, True, "", f"pip install {name}")


def _converters(lang: str) -> Iterator[Check]:
    from evidence.letters.convert import open_converter

    for name, needed in (("builtin", True), ("libreoffice", False)):
        try:
            with open_converter(name, "zh") as converter:
                found = converter.describe()
            yield Check(name, True, needed, f"{found.version} {found.path}")
        except EvidenceError:
            hint = translate(
                n_("apt-get install libreoffice-writer-nogui (optional: faster, and closest to Word)"), lang
            )
            yield Check(name, False, needed, "", hint)


def _fonts(lang: str) -> Iterator[Check]:
    from evidence.letters.fonts import describe_fonts

    for locale in ("zh", "zh-Hant"):
        for choice in describe_fonts(locale):
            detail = (
                translate(n_("shipped {font}"), lang, font=choice.used) if choice.shipped else choice.used
            )
            yield Check(f"{choice.asked} ({locale})", True, True, detail, is_font=True)


def _optional(lang: str) -> Iterator[Check]:
    for package, module, why in (
        ("zxing-cpp", "zxingcpp", n_("pip install zxing-cpp (to read QR codes off photos and scans)")),
        ("pi-heif", "pi_heif", n_("pip install pi-heif (to convert HEIC photos of telephones)")),
        (
            "pypdfium2",
            "pypdfium2",
            n_("pip install 'evidence-kit[mask]' (for the other party's copy: evidence redact)"),
        ),
        (
            "pyrage",
            "pyrage",
            n_("pip install 'evidence-kit[encrypt]' (to encrypt evidence files for the way)"),
        ),
        ("python-pkcs11", "pkcs11", n_("pip install 'evidence-kit[pkcs11]' (for a signing key in a device)")),
        ("pyhanko", "pyhanko", n_("pip install 'evidence-kit[pades]' (to sign by certificate)")),
        (
            "distributed",
            "distributed",
            n_("pip install 'evidence-kit[cluster]' (letters made by a cluster: evidence issue --cluster)"),
        ),
        (
            "opentelemetry-exporter-otlp-proto-http",
            "opentelemetry",
            n_(
                "pip install 'evidence-kit[telemetry]' (durations and counts for whoever watches the machine)"
            ),
        ),
    ):
        version = _version(package) if importlib.util.find_spec(module) else ""
        found = bool(version)
        yield Check(package, found, False, version, "" if found else translate(why, lang))
    for program, why in (
        ("pdftoppm", n_("apt-get install poppler-utils (to look at pages as pictures)")),
        (
            "tesseract",
            n_("apt-get install tesseract-ocr-chi-sim tesseract-ocr-chi-tra (to search pictures)"),
        ),
        ("ocrmypdf", n_("apt-get install ocrmypdf (a text layer behind scans: evidence bundle --ocr)")),
        ("ffmpeg", n_("apt-get install ffmpeg (for stills of videos)")),
        ("zbarimg", n_("apt-get install zbar-tools (a second reader for QR codes)")),
        ("openssl", n_("apt-get install openssl (to check by hand)")),
    ):
        path = shutil.which(program)
        yield Check(program, bool(path), False, path or "", "" if path else translate(why, lang))


def _version(package: str) -> str:
    """Empty where it is not installed: a part of it may be there for the sake of another package."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _disk(lang: str, folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    return Check(
        translate(n_("disk"), lang),
        free > LOW_DISK,
        False,
        f"{free / (1 << 30):.1f} GiB",
        "" if free > LOW_DISK else translate(n_("free some space before a large run"), lang),
    )
