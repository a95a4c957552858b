"""The arguments of a check, read: what kind of thing each is, and everything that could be read of it."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.model.report import Fact
from evidence.verify.archive import check_archive
from evidence.verify.bagit import PlainBag, check_plain_bag, is_bag, is_evidence
from evidence.verify.bundle import Bundle, check_bundle
from evidence.verify.files import Bag, Files, FolderFiles, ZipFiles
from evidence.verify.letter import Letter, check_letter, is_marked, is_rewritten
from evidence.verify.letterchild import BATCH_BYTES, check_letters
from evidence.verify.limits import (
    BUNDLE_BYTES,
    BUNDLE_DEPTH,
    ENTRY_BYTES,
    EXPORT_BYTES,
    IMAGE_BYTES,
    LETTER_BYTES,
    NOTE_BYTES,
    TSA_TOKEN_BYTES,
)
from evidence.verify.log import (
    EXPORT_HEAD,
    PROOF_HEAD,
    SQLITE_HEAD,
    Log,
    LoneProof,
    check_log,
    read_database,
    read_export,
)
from evidence.verify.qr import qr_texts_of_image, qr_texts_of_scan
from evidence.verify.refused import Refused
from evidence.verify.related import CONSISTENCY_HEAD
from evidence.verify.stated import Disclosed, looks_disclosed, parse_disclosed
from evidence.verify.token import Token, looks_like_qr_text, parse_qr_text, restored_qr_text

_HEAD_BYTES = 1024
# Answers that help nobody who has pointed at one file of a bundle.
_ALONE = (
    "verify.unknown-format",
    "verify.pdf-unstamped",
    "verify.pdf-rewritten",
    "verify.docx-alone",
    "verify.image-unreadable",
    "verify.entry-alone",
    "verify.growth-alone",
    "verify.stamp-alone",
)
# What may lie in a folder of letters beside them: nothing is said about it, neither good nor bad.
_PASSED_OVER = ("verify.unknown-format", "verify.docx-alone")
IMAGE_HEADS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM", b"GIF8")
# A note of ours begins with its origin; a timestamp token holds the type of what it signs (id-ct-TSTInfo).
_NOTE_HEAD = b"evidence.local/"
_ENCRYPTED_HEADS = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")
_TST_INFO = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04"


@dataclass(frozen=True, slots=True)
class Unread:
    """A stamped letter that is still to be checked."""

    data: bytes


Item = Letter | Bundle | PlainBag | LoneProof | Unread | str


@dataclass(slots=True)
class Given:
    """Everything that could be read, in the order of the arguments, so that each can be held against the others."""

    items: list[tuple[str, Item]] = field(default_factory=list)
    archives: dict[str, Fact] = field(default_factory=dict)
    pictures: set[str] = field(default_factory=set)
    disclosed: list[Disclosed] = field(default_factory=list)
    #: By name of file: entries of a journal, consistency proofs, stamped checkpoints and the tokens over them.
    entries: dict[str, bytes] = field(default_factory=dict)
    growths: dict[str, bytes] = field(default_factory=dict)
    stamps: dict[str, bytes] = field(default_factory=dict)

    #: Letters are checked in a process of its own, under limits; those of bundles as well.
    limited: bool = False
    #: Bags are looked at by sizes and numbers alone, and never called valid.
    fast: bool = False

    def unread(self) -> int:
        """Bytes of the letters that are still to be checked."""
        return sum(len(item.data) for _, item in self.items if isinstance(item, Unread))

    def read_letters(self) -> None:
        """Check the letters taken so far."""
        waiting = [(name, item.data) for name, item in self.items if isinstance(item, Unread)]
        if self.limited:
            letters = iter(check_letters(waiting))
        else:
            letters = (check_letter(data, Place(file=name)) for name, data in waiting)
        self.items = [
            (name, next(letters) if isinstance(item, Unread) else item) for name, item in self.items
        ]

    def take_pictured(self, seen: Sequence[tuple[str, str]]) -> None:
        """QR texts read off pixels: where each was seen, and what it says."""
        self.items.extend(seen)
        self.pictures.update(where for where, _text in seen)

    @property
    def letters(self) -> dict[str, Letter]:
        return {name: item for name, item in self.items if isinstance(item, Letter)}

    @property
    def bundles(self) -> dict[str, Bundle]:
        """Whatever holds a part of a journal: bundles, and journals by themselves."""
        return {name: item for name, item in self.items if isinstance(item, Bundle)}

    @property
    def logs(self) -> dict[str, Log]:
        return {name: item for name, item in self.items if isinstance(item, Log)}

    def tokens(self) -> Iterator[Token]:
        """The tokens of letters and of QR texts; what cannot be read has none."""
        for _, item in self.items:
            if isinstance(item, Letter) and item.token is not None:
                yield item.token
            if isinstance(item, str):
                with suppress(Refused):
                    yield parse_qr_text(item)


def take(path: Path | str, given: Given) -> None:
    """Read one argument into ``given``; raises where it is nothing that can be checked."""
    name = str(path)
    if looks_like_qr_text(name):
        text = restored_qr_text(name)
        given.items.append((f"{text[:24]}…", text))
        return
    path = Path(path)
    try:
        _take_path(path, name, given)
    except EvidenceError as error:
        raise inside_bundle(path, name, error) from None


def inside_bundle(path: Path, name: str, error: EvidenceError) -> EvidenceError:
    """What cannot be checked alone is told so where it lies in the folder of a bundle."""
    if error.problems[0].code not in _ALONE:
        return error
    parents = path.absolute().parents[:BUNDLE_DEPTH]
    try:
        root = next((folder for folder in parents if (folder / "bagit.txt").is_file()), None)
    except OSError:  # a folder that may not be searched
        root = None
    if root is None:
        return error
    is_compiled = path.absolute().parent == root / "data" and path.suffix.lower() == ".pdf"
    code = "verify.part-of-bundle" if is_compiled else "verify.file-of-bundle"
    return fail(code, Place(file=name), name=name, bundle=str(root))


def _take_path(path: Path, name: str, given: Given) -> None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        raise fail("general.file-missing", Place(file=name), path=name, cwd=str(Path.cwd())) from None
    if stat.S_ISDIR(status.st_mode):
        if (path / "bagit.txt").exists() or (path / "seal.json").exists():
            given.items.append((name, _folder(path, name, given)))
        else:
            _take_folder(path, name, given)
    elif stat.S_ISREG(status.st_mode):
        _take_file(path, name, status.st_size, given)
    else:  # a pipe or device could keep the checker waiting for ever
        raise fail("verify.special-file", Place(file=name), name=name)


def _take_folder(path: Path, name: str, given: Given) -> None:
    """Each file of a folder that is no bundle; bundles in it are taken whole, what is no evidence is passed over."""
    try:
        inner = FolderFiles(path)
    except Refused as refused:
        raise _refusal(name, refused) from None
    roots = sorted({p.rpartition("/")[0] for p in inner.paths if p.rpartition("/")[2] == "bagit.txt"})
    bare = [p for p in inner.paths if not any(p.startswith(f"{root}/") for root in roots)]
    problems: list[Problem] = []
    before = _count(given)
    for part in sorted([*roots, *bare]):
        try:
            _take_path(path / part, str(path / part), given)
        except EvidenceError as error:
            problems += [problem for problem in error.problems if problem.code not in _PASSED_OVER]
    if problems:
        raise EvidenceError(problems)
    if _count(given) == before:
        raise fail("verify.unknown-format", Place(file=name), name=name)


def _count(given: Given) -> int:
    parts = (given.disclosed, given.entries, given.growths, given.stamps)
    return len(given.items) + sum(len(part) for part in parts)


def _take_file(path: Path, name: str, size: int, given: Given) -> None:
    try:
        with path.open("rb") as file:
            data = file.read(_HEAD_BYTES)
            is_zip = data.startswith((b"PK\x03\x04", b"PK\x05\x06"))
            is_journal = data.startswith((EXPORT_HEAD, SQLITE_HEAD))
            if not is_zip and not is_journal:
                data += file.read(max(LETTER_BYTES, IMAGE_BYTES) + 1 - len(data))
    except OSError as error:
        raise unreadable(name, error) from None
    if data.startswith(_ENCRYPTED_HEADS):
        raise fail("verify.encrypted", Place(file=name), name=name)
    if is_zip:
        given.items.append((name, _zip(path, name, size, given)))
    elif is_journal:
        given.items.append((name, _journal(path, name, size, data)))
    elif not _take_part(data, name, given):
        _take_page(data, name, given)


def _take_part(data: bytes, name: str, given: Given) -> bool:
    """What belongs beside something else: a proof, an entry, a disclosure file, a timestamp. ``False`` for the rest."""
    if data.startswith(PROOF_HEAD):
        given.items.append((name, LoneProof(name, data)))
    elif data.startswith(CONSISTENCY_HEAD):
        given.growths[name] = data
    elif looks_disclosed(data):
        try:
            given.disclosed.append(parse_disclosed(data, name))
        except Refused:
            raise fail("verify.disclosure-form", Place(file=name), name=name) from None
    elif data.startswith(b'{"at":"') and len(data) <= ENTRY_BYTES:
        given.entries[name] = data
    elif _is_stamp(data):
        given.stamps[name] = data
    else:
        return False
    return True


def _is_stamp(data: bytes) -> bool:
    """A signed checkpoint, or a timestamp token over one."""
    if data.startswith(_NOTE_HEAD):
        return len(data) <= NOTE_BYTES
    return data.startswith(b"\x30") and len(data) <= TSA_TOKEN_BYTES and _TST_INFO in data[:128]


def _take_page(data: bytes, name: str, given: Given) -> None:
    """A letter, or a picture of one."""
    if is_rewritten(data):
        raise fail("verify.pdf-rewritten", Place(file=name), name=name)
    if is_marked(data):
        given.items.append((name, Unread(data)))
        if given.unread() > BATCH_BYTES:
            given.read_letters()
    elif data.startswith(b"%PDF-"):
        seen = qr_texts_of_scan(data, name) if len(data) <= IMAGE_BYTES else []
        if not seen:
            raise fail("verify.pdf-unstamped", Place(file=name), name=name)
        given.take_pictured(seen)
    elif data.startswith(IMAGE_HEADS) or data[8:12] == b"WEBP":
        given.take_pictured(qr_texts_of_image(data, name))
    else:
        raise fail("verify.unknown-format", Place(file=name), name=name)


def _journal(path: Path, name: str, size: int, head: bytes) -> Log:
    if size > EXPORT_BYTES:
        raise fail("verify.bundle-large", Place(file=name), name=name)
    is_export = head.startswith(EXPORT_HEAD)
    try:
        pairs = read_export(path) if is_export else read_database(path)
        return check_log(pairs, name, growing=not is_export)
    except OSError as error:
        raise unreadable(name, error) from None


def _folder(path: Path, name: str, given: Given) -> Bundle | PlainBag:
    try:
        files = FolderFiles(path)
    except Refused as refused:
        raise _refusal(name, refused) from None
    if plain := _plain(files, name, given.fast):
        return plain
    with Bag(files) as bag:
        return check_bundle(bag, name, limited=given.limited)


def _plain(files: Files, name: str, fast: bool) -> PlainBag | None:
    """A bag of somebody else's, or one that is only to be looked at; ``None`` for an evidence file."""
    ours = is_evidence(files)
    if not is_bag(files) or (ours and not fast):
        return None
    plain = check_plain_bag(files, name, fast=fast)
    plain.is_ours = ours
    return plain


def unreadable(name: str, error: OSError) -> EvidenceError:
    # The system's own words come in the system's language, the number is the same everywhere.
    return fail("verify.unreadable", Place(file=name), name=name, number=error.errno or 0)


def _refusal(name: str, refused: Refused) -> EvidenceError:
    """Why a container could not even be opened."""
    if refused.reason == "zip-form":
        return fail("verify.zip-damaged", Place(file=name), name=name)
    if refused.reason in ("bundle-long", "zip-large", "files-many"):
        return fail("verify.bundle-large", Place(file=name), name=name)
    return fail("verify.unreadable", Place(file=name), name=name, number=0)


def _zip(path: Path, name: str, size: int, given: Given) -> Bundle | PlainBag:
    """A bundle, whose zip is then compared with the canonical one, or a plain bag, which may be packed in any way."""
    try:
        if size > BUNDLE_BYTES:
            raise Refused("bundle-long", limit=BUNDLE_BYTES)
        files = ZipFiles(path)
    except Refused as refused:
        raise _refusal(name, refused) from None
    with Bag(files) as bag:
        is_bundle = "bagit.txt" in bag or "seal.json" in bag
        if not is_bundle and not files.is_whole:
            raise fail("verify.zip-damaged", Place(file=name), name=name)
        if any(files.prefix + path == "word/document.xml" for path in bag.paths):
            raise fail("verify.docx-alone", Place(file=name), name=name)
        if not is_bundle:
            raise fail("verify.unknown-format", Place(file=name), name=name)
        if plain := _plain(files, name, given.fast):
            return plain
        given.archives[name] = check_archive(path, bag, files.prefix, Place(file=name))
        return check_bundle(bag, name, limited=given.limited)
