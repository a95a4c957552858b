"""What a file of evidence is, told by its bytes: names and suffixes are what people give them."""

from __future__ import annotations

import codecs
import io
import zipfile

from evidence.delivery import sniff

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
UNKNOWN = "application/octet-stream"
TABLES = frozenset({"text/csv", XLSX, XLS, "application/vnd.oasis.opendocument.spreadsheet"})
SUFFIXES = {
    DOCX: "docx",
    XLSX: "xlsx",
    PPTX: "pptx",
    DOC: "doc",
    XLS: "xls",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/rtf": "rtf",
}
"""Types an office program opens, each with the suffix it is known by."""
OFFICE = frozenset(SUFFIXES)
PICTURES = frozenset({"image/jpeg", "image/png", "image/tiff", "image/webp", "image/gif", "image/bmp"})

_PREFIXES = (
    (b"GIF8", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"#!AMR", "audio/amr"),
    (b"#!SILK_V3", "audio/silk"),
    (b"\x02#!SILK_V3", "audio/silk"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"{\\rtf", "application/rtf"),
)
_PARTS = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("ppt/presentation.xml", PPTX))
_BRANDS = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"f4v ": "video/mp4", b"mp71": "video/mp4"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A prefix of a text says enough of it; a character may be cut at its end.
_SAMPLE = 1 << 20
_ENCODINGS = ("utf-8", "gb18030")


def media_type_of(name: str, data: bytes) -> str:
    """The type of ``data``. The name decides only between kinds of text, and what an OLE file is for."""
    found = sniff(data) or _by_prefix(data) or _in_container(name, data)
    return found or _text_type(name, data) or UNKNOWN


def decoded(data: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 or GB 18030; ``None`` where it is none."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return _strict(data, encoding)
    for encoding in _ENCODINGS:
        text = _strict(data, encoding)
        if text is not None:
            return text.removeprefix("\ufeff")
    return None


def _by_prefix(data: bytes) -> str | None:
    for prefix, media_type in _PREFIXES:
        if data.startswith(prefix):
            return media_type
    if data[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(data[8:12])
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12])
    if data[:2] == b"BM" and len(data) > 26 and int.from_bytes(data[2:6], "little") == len(data):
        return "image/bmp"
    if data[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"):
        return "audio/mpeg"
    return None


def _in_container(name: str, data: bytes) -> str | None:
    if data.startswith(_OLE):
        return {"xls": XLS, "et": XLS, "doc": DOC, "wps": DOC}.get(name.rpartition(".")[2].lower())
    if not data.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                told = archive.read("mimetype").decode("ascii", "replace")
                return told if told in OFFICE else "application/zip"
            return next((kind for part, kind in _PARTS if part in names), "application/zip")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return None


def _text_type(name: str, data: bytes) -> str | None:
    sample = data[:_SAMPLE]
    text = decoded(sample) if len(data) <= _SAMPLE else _cut_off(sample)
    if text is None or any(ord(char) < 32 and char not in "\t\n\r\f\v" for char in text):
        return None
    head = text.lstrip().lower()
    if head.startswith(("<!doctype html", "<html")) or (head.startswith("<") and "<html" in head[:2000]):
        return "text/html"
    return "text/csv" if name.lower().endswith((".csv", ".tsv")) else "text/plain"


def _cut_off(sample: bytes) -> str | None:
    """The text of a sample whose last character may be cut."""
    for cut in range(4):
        if (text := decoded(sample[: len(sample) - cut])) is not None:
            return text
    return None


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
