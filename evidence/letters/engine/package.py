"""The DOCX file as a set of named parts: read under limits, parsed without trust, written always the same.

Reading takes nothing on trust that a ZIP says about itself: sizes are counted while inflating. XML is UTF-8,
has no document type (so no entities), and is not nested deeper than :data:`MAX_DEPTH`. Writing fixes what
usually differs between two runs (date, mode, system, order, level), so equal parts give equal bytes as long
as zlib is the same; :func:`parts_digest` holds whatever the zlib.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from evidence.errors import EvidenceError, Place, fail

# Limits of one file. A letter with a scanned letterhead stays under 1 MiB and 40 parts, and Word's own XML
# shrinks 10 to 40 times; the limits leave an order of magnitude and still stop a bomb in milliseconds.
MAX_FILE = 8 * 2**20
MAX_MEMBERS = 256
MAX_PART = 32 * 2**20
MAX_TOTAL = 64 * 2**20
MAX_RATIO = 200
RATIO_FROM = 2**20  # smaller parts may shrink as they like: they cannot hurt
MAX_DEPTH = 100
# Elements and paragraphs of one template, all parts together. The longest shipped has 3,400 and 315, Word's fullest
# style sheet 10,000 elements; a million would take the machine's memory, and each paragraph is read a dozen times.
MAX_ELEMENTS = 50_000
MAX_PARAGRAPHS = 5_000

CONTENT_TYPES = "[Content_Types].xml"
MAIN_DOCUMENT = "word/document.xml"

_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP_FAULTS = (
    zipfile.BadZipFile, zlib.error, struct.error,
    NotImplementedError, RuntimeError, ValueError, EOFError, OSError,
)  # fmt: skip
_DECLARED_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def too_large(name: str, part: str, limit: int) -> EvidenceError:
    """The one error for every limit; ``limit`` in the unit the place suggests (bytes, parts, rows …)."""
    return fail("letters.template-too-large", Place(file=name, part=part), name=name, part=part, limit=limit)


def unreadable(name: str, part: str, detail: object) -> EvidenceError:
    """The file is not a DOCX we can read; ``detail`` is the technical reason."""
    return fail(
        "letters.template-unreadable", Place(file=name, part=part), name=name, detail=f"{part}: {detail}"
    )


def read_parts(data: bytes, name: str) -> dict[str, bytes]:
    """The parts of the DOCX ``data``, ``[Content_Types].xml`` first, then in the file's own order.

    ``name`` is what messages call the file. Raises ``letters.template-unreadable`` for anything that is not a
    plain ZIP of plainly named, unencrypted, stored or deflated members, and ``letters.template-too-large``
    beyond a limit.
    """
    if len(data) > MAX_FILE:
        raise too_large(name, "*", MAX_FILE)
    if not data.startswith(b"PK\x03\x04"):
        kind = "a .doc or a password-protected file" if data.startswith(_COMPOUND_FILE) else "not a ZIP file"
        raise unreadable(name, "*", kind)
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if len(members) > MAX_MEMBERS:
                raise too_large(name, "*", MAX_MEMBERS)
            _check_names([info.orig_filename for info in members], name)
            total = 0
            for info in members:
                part = _inflate(archive, info, name)
                total += len(part)
                if total > MAX_TOTAL:
                    raise too_large(name, "*", MAX_TOTAL)
                parts[info.filename] = part
    except _ZIP_FAULTS as error:
        raise unreadable(name, "*", error) from error
    for required in (CONTENT_TYPES, MAIN_DOCUMENT):
        if required not in parts:
            raise unreadable(name, required, "missing")
    return {CONTENT_TYPES: parts.pop(CONTENT_TYPES), **parts}


def _check_names(names: list[str], name: str) -> None:
    """Plain relative names, each once (OPC compares them without regard to case)."""
    seen: set[str] = set()
    for member in names:
        segments = member.split("/")
        plain = "\\" not in member and "\0" not in member and ":" not in member
        if not plain or any(segment in ("", ".", "..") for segment in segments) or member.lower() in seen:
            raise unreadable(name, repr(member), "unsafe or repeated member name")
        seen.add(member.lower())


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    if info.flag_bits & 0x1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise unreadable(name, info.filename, "encrypted, or an unusual compression")
    limit = MAX_PART
    if info.compress_size * MAX_RATIO < limit:
        limit = max(RATIO_FROM, info.compress_size * MAX_RATIO)
    with archive.open(info) as member:
        part = member.read(limit + 1)
    if len(part) > limit:
        raise too_large(name, info.filename, limit)
    return part


def parse_xml(data: bytes, part: str, name: str, most: int = 0) -> etree._Element:
    """The root of one XML part, without comments, processing instructions and blank text between elements.

    For input we did not write; ``most`` elements of it, where that is given. Raises ``letters.template-unsafe`` for
    a document type, ``…-too-large`` for deep nesting and too many elements, ``…-unreadable`` for anything not well
    formed or not UTF-8.
    """
    declared = _DECLARED_ENCODING.match(data)
    if declared and declared.group(1).lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise unreadable(name, part, f"encoding {declared.group(1)[:20]!r}")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise unreadable(name, part, error) from error
    if _DOCTYPE.search(data):
        raise fail("letters.template-unsafe", Place(file=name, part=part), name=name, found="<!DOCTYPE")
    depth = count = 0
    root: etree._Element | None = None
    events = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        remove_blank_text=True,
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    try:
        for event, element in events:
            if root is None:
                root = element
            if event == "start":
                depth += 1
                count += 1
                if depth > MAX_DEPTH:
                    raise too_large(name, part, MAX_DEPTH)
                if most and count > most:
                    raise too_large(name, part, most)
            else:
                depth -= 1
    except etree.XMLSyntaxError as error:
        raise unreadable(name, part, error) from error
    if root is None:
        raise unreadable(name, part, "empty")
    return root


def strict_parser() -> etree.XMLParser:
    """A parser that accepts well-formed XML and nothing else, for what we rendered ourselves."""
    return etree.XMLParser(
        recover=False, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )


@dataclass(frozen=True, slots=True)
class Member:
    """One ZIP member ready to be written: local header with body, and central record up to the offset."""

    local: bytes
    central: bytes
    name: bytes


_DOS_DATE = (0, 1 << 5 | 1)  # time and date fields: 1980-01-01 00:00:00, the earliest a ZIP can say
_MADE_BY_UNIX = 3 << 8 | 20
_MODE = 0o100644 << 16
_UTF8_NAME = 0x800


def pack(name: str, data: bytes, level: int) -> Member:
    """Compress one part; stored where deflating at ``level`` (0 to 9) does not make it smaller."""
    method, body = 0, data
    if level:
        deflater = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        deflated = deflater.compress(data) + deflater.flush()
        if len(deflated) < len(data):
            method, body = zipfile.ZIP_DEFLATED, deflated
    encoded = name.encode()
    flags = 0 if name.isascii() else _UTF8_NAME
    common = struct.pack(
        "<HHHHHIIIHH", 20, flags, method, *_DOS_DATE, zlib.crc32(data), len(body), len(data), len(encoded), 0
    )
    central = b"PK\x01\x02" + struct.pack("<H", _MADE_BY_UNIX) + common + struct.pack("<HHHI", 0, 0, 0, _MODE)
    return Member(b"PK\x03\x04" + common + encoded + body, central, encoded)


def write_zip(members: Iterable[Member]) -> bytes:
    """The archive of ``members`` in the order given, without comment or extra fields."""
    bodies: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for member in members:
        bodies.append(member.local)
        directory += (member.central, struct.pack("<I", offset), member.name)
        offset += len(member.local)
    central = b"".join(directory)
    count = len(bodies)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(central), offset, 0)
    return b"".join((*bodies, central, end))


def parts_digest(parts: Mapping[str, bytes]) -> str:
    """SHA-256 in hex over the uncompressed parts: the same whatever zlib, level or order wrote the file.

    ``"evidence/docx-parts/v1\\n"``, then for each part, sorted by name in code-point order: length of the
    name (8 bytes, big-endian), name in UTF-8, length of the bytes (8 bytes), the bytes.
    """
    digest = hashlib.sha256(b"evidence/docx-parts/v1\n")
    for name in sorted(parts):
        encoded = name.encode()
        digest.update(struct.pack(">Q", len(encoded)) + encoded + struct.pack(">Q", len(parts[name])))
        digest.update(parts[name])
    return digest.hexdigest()
