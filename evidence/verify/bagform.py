"""The texts of any BagIt bag, read: RFC 8493 and the drafts before it, versions 0.93 to 1.0.

Our own bundles are held to one spelling (:mod:`evidence.verify.bag`); a bag of somebody else's may use all that the
standard has. Where the versions differ, the difference stands beside the line that makes it. Parsers give what could be
read and the faults of the rest, so that one bad line does not hide another.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from evidence.verify.files import path_oddity
from evidence.verify.limits import BUNDLE_FILES
from evidence.verify.refused import Refused

PAYLOAD = "data/"
#: RFC 8493; from here on every manifest lists every file, and no file twice.
FINAL = (1, 0)
_OLDEST = (0, 93)
_VERSION = re.compile(r"BagIt-Version: ([0-9])\.([0-9]{1,3})\Z")
_ENCODING = re.compile(r"Tag-File-Character-Encoding: ([A-Za-z0-9._:-]{1,40})\Z")
_MANIFEST = re.compile(r"(tag)?manifest-([A-Za-z0-9_-]{1,20})\.txt\Z")
_LINE = re.compile(r"([0-9A-Fa-f]{8,256})[ \t]+(\S.*)\Z", re.DOTALL)
_LABEL = re.compile(r"([^:\s][^:]*?)[ \t]*:(?:[ \t]+(.*))?\Z", re.DOTALL)
_FETCH = re.compile(r"(\S+)[ \t]+([0-9]{1,18}|-)[ \t]+(\S.*)\Z", re.DOTALL)
_ESCAPED = re.compile("%(0A|0D|25)", re.IGNORECASE)
#: Text encodings a tag file may have; Python knows others that are none.
_ENCODINGS = re.compile(
    r"(ascii|utf-(8|16|32)(-[bl]e)?|iso8859-\d+|cp\d+|gb2312|gbk|gb18030|big5|big5hkscs|shift_jis|euc_\w+|koi8-\w)\Z"
)
#: By which an intentional change can be hidden: two files of one digest can be made.
WEAK = frozenset({"md5", "sha1"})
#: Names by which hashlib knows the algorithms of manifests; others are not computed.
_NAMES = {
    "blake2b512": "blake2b",
    "blake2b-512": "blake2b",
    "blake2s256": "blake2s",
    "blake2s-256": "blake2s",
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """``bagit.txt``: version and encoding of the other tag files."""

    version: tuple[int, int]
    encoding: str

    @property
    def is_final(self) -> bool:
        return self.version >= FINAL

    @property
    def info(self) -> str:
        """Name of the file of metadata; it was renamed with version 0.96."""
        return "bag-info.txt" if self.version >= (0, 96) else "package-info.txt"


@dataclass(frozen=True, slots=True)
class Line:
    """A listed path, or what is wrong with line ``number``; ``note`` is a spelling other programs may misread."""

    number: int
    path: str = ""
    value: str = ""
    fault: str = ""
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Manifest:
    """One list: ``digests`` by path in lower-case hex, ``bad`` lines, ``notes`` on good ones."""

    name: str
    algorithm: str
    is_tag: bool
    digests: dict[str, str] = field(default_factory=dict)
    bad: list[Line] = field(default_factory=list)
    noted: list[Line] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        return self.algorithm in hashlib.algorithms_available and digest_size(self.algorithm) > 0


def digest_size(algorithm: str) -> int:
    """Bytes of a digest; zero for what is no digest of one length, or unknown here."""
    try:
        return hashlib.new(algorithm).digest_size
    except (ValueError, TypeError):
        return 0


def declaration(data: bytes) -> Declaration:
    """``bagit.txt``, in UTF-8 without a mark of byte order: two lines, of which the last may lack its end."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("bagit-form") from None
    rows = [row for row in lines(text) if row]
    found = _VERSION.match(rows[0].rstrip(" \t")) if rows else None
    encoding = _ENCODING.match(rows[1].rstrip(" \t")) if len(rows) == 2 else None
    if found is None or encoding is None:
        raise Refused("bagit-declaration")
    version = int(found[1]), int(found[2])
    if not _OLDEST <= version <= FINAL:
        raise Refused("bagit-version", version=f"{found[1]}.{found[2]}")
    try:
        name = codecs.lookup(encoding[1]).name
    except LookupError:
        name = ""
    if not _ENCODINGS.match(name):
        raise Refused("bagit-encoding", encoding=encoding[1])
    return Declaration(version, name)


def decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except (UnicodeDecodeError, UnicodeError):
        raise Refused("bagit-text", encoding=encoding) from None


def lines(text: str) -> list[str]:
    """By CR, LF or CRLF alone: other separators may stand in the name of a file."""
    if text.count("\n") + text.count("\r") > 4 * BUNDLE_FILES:
        raise Refused("files-many", limit=BUNDLE_FILES)
    return re.split(r"\r\n|\n|\r", text)


def manifest_names(paths: Mapping[str, int] | tuple[str, ...]) -> Iterator[Manifest]:
    """The manifests among a bag's files, still empty."""
    for path in paths:
        if found := _MANIFEST.match(path):
            given = found[2].lower()
            yield Manifest(path, _NAMES.get(given, given.replace("-", "_")), bool(found[1]))


def read_manifest(empty: Manifest, text: str, declared: Declaration, known: frozenset[str]) -> None:
    """Fill ``empty`` from its text; ``known`` are the bag's files, by which older spellings are understood."""
    digits = 2 * digest_size(empty.algorithm) if empty.is_known else 0
    for number, row in enumerate(lines(text), 1):
        if not row:
            continue
        found = _LINE.match(row)
        if found is None or (digits and len(found[1]) != digits):
            empty.bad.append(Line(number, fault="manifest-form"))
            continue
        path, notes = _path(found[2], declared, known)
        digest = found[1].lower()
        if fault := _misplaced(path, empty.is_tag):
            empty.bad.append(Line(number, path, fault=fault))
        elif path in empty.digests and (declared.is_final or empty.digests[path] != digest):
            empty.bad.append(Line(number, path, fault="manifest-repeated"))
        else:
            if path in empty.digests:
                notes = (*notes, "bagit-twice")
            empty.digests[path] = digest
            if notes:
                empty.noted.append(Line(number, path, notes=notes))


def _misplaced(path: str, is_tag: bool) -> str:
    """Why a path may not stand on a list: payload and tag files have lists of their own, and none leads outside."""
    if path_oddity(path):
        return "bagit-outside"
    return "bagit-elsewhere" if path.startswith(PAYLOAD) == is_tag else ""


def _path(text: str, declared: Declaration, known: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """The path a line means, and what other programs might make of its spelling."""
    notes: tuple[str, ...] = ()
    if text not in known and text.startswith("*"):  # md5sum and its kin: the file was read as binary
        text, notes = text[1:], ("bagit-star",)
    if text not in known and text.startswith("./"):
        text, notes = text[2:], (*notes, "bagit-dot")
    if "%" not in text or (not declared.is_final and text in known):
        return text, notes  # before 1.0 a per cent sign stood for itself
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    if not declared.is_final and plain not in known:
        return text, notes
    return plain, notes


def read_info(text: str) -> tuple[list[tuple[str, str]], list[int]]:
    """Labels with their values, folded lines joined, and the numbers of lines that are neither."""
    found: list[tuple[str, str]] = []
    bad: list[int] = []
    for number, row in enumerate(lines(text), 1):
        if not row.strip():
            continue
        if row[0] in " \t" and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {row.strip()}")
        elif label := _LABEL.match(row):
            found.append((label[1], (label[2] or "").strip()))
        else:
            bad.append(number)
    return found, bad


def read_fetch(text: str, declared: Declaration, known: frozenset[str]) -> list[Line]:
    """What is to be fetched from elsewhere, and bad lines. Nothing is ever fetched here."""
    found: list[Line] = []
    for number, row in enumerate(lines(text), 1):
        if not row:
            continue
        parts = _FETCH.match(row)
        if parts is None:
            found.append(Line(number, fault="bagit-fetch-form"))
            continue
        path, _ = _path(parts[3], declared, known)
        found.append(Line(number, path, parts[1], _misplaced(path, is_tag=False)))
    return found
