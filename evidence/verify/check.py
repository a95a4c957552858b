"""What kind of thing each argument is, and the check that fits it."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.model.report import Fact, Report, Subject
from evidence.verify.archive import check_archive
from evidence.verify.bundle import Bundle, bundle_trust, check_bundle
from evidence.verify.files import Bag, FolderFiles, ZipFiles
from evidence.verify.keys import TrustAnchor, trust_fact
from evidence.verify.letter import Letter, check_letter, is_marked, is_rewritten
from evidence.verify.limits import BUNDLE_BYTES, BUNDLE_DEPTH, IMAGE_BYTES, LETTER_BYTES
from evidence.verify.policy import bundle_subject, letter_subject, qr_subject
from evidence.verify.qr import check_qr, qr_texts_of_image, qr_texts_of_scan
from evidence.verify.refused import Refused
from evidence.verify.stated import Disclosed, looks_disclosed, parse_disclosed, stated
from evidence.verify.timechain import TimeAnchor
from evidence.verify.timefacts import time_trust
from evidence.verify.token import Token, looks_like_qr_text, parse_qr_text, restored_qr_text
from evidence.verify.witness import compare, compare_bundles, compare_letters, witnesses

_HEAD_BYTES = 1024
# Answers that help nobody who has pointed at one file of a bundle.
_ALONE = (
    "verify.unknown-format",
    "verify.pdf-unstamped",
    "verify.pdf-rewritten",
    "verify.docx-alone",
    "verify.image-unreadable",
)
_IMAGE_HEADS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM", b"GIF8")


def parse_trust(values: Sequence[str | Path]) -> tuple[TrustAnchor, ...]:
    """Anchors from ``--trust``: key files, key sets or fingerprints; raises with *all* problems."""
    anchors: list[TrustAnchor] = []
    problems: list[Problem] = []
    for value in values:
        try:
            anchors += TrustAnchor.several(value)
        except EvidenceError as error:
            problems.extend(error.problems)
    if problems:
        raise EvidenceError(problems)
    return tuple(anchors)


def parse_trust_tsa(paths: Sequence[str | Path]) -> tuple[TimeAnchor, ...]:
    """Authorities from ``--trust-tsa``: files of CA certificates; raises with *all* problems."""
    anchors: list[TimeAnchor] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            anchors.append(TimeAnchor.from_file(Path(path)))
        except EvidenceError as error:
            problems.extend(error.problems)
    if problems:
        raise EvidenceError(problems)
    return tuple(anchors)


def verify_paths(
    paths: Sequence[Path | str],
    *,
    trust: Sequence[TrustAnchor] = (),
    trust_tsa: Sequence[TimeAnchor] = (),
    lang: str = "en",
) -> Report:
    """Check letters, bundles (folder or zip), QR texts, and photographs of pages.

    Each argument becomes at least one subject of the report. Arguments that are no evidence files are
    listed in ``Report.problems`` and make the report not ok; where *none* of them is one, ``EvidenceError``
    is raised with all the problems (``verify.unknown-format``, ``verify.pdf-unstamped``,
    ``verify.part-of-bundle``, ``verify.docx-alone``, ``general.file-missing`` …). What is given side by side is
    compared: QR texts with letters, letters with letters and bundles, bundles with bundles. ``lang`` is only
    kept for whoever puts the report into words.
    """
    given = _Given()
    problems: list[Problem] = []
    for path in paths:
        try:
            _take(path, given)
        except EvidenceError as error:
            problems.extend(error.problems)
    ids = {token.letter_id for token in _tokens(given)}
    for file in given.disclosed:
        if file.letter_id not in ids:
            params: dict[str, str | int] = {"name": file.name, "number": file.number}
            problems.append(Problem("verify.disclosure-alone", Place(file=file.name), params))
    if not given.items:
        raise EvidenceError(problems or [Problem("verify.nothing-given")])
    subjects = tuple(_subject(item, given, trust, trust_tsa) for item in given.items)
    return Report(subjects, tuple(problems), lang)


@dataclass(slots=True)
class _Given:
    """Everything that could be read, in the order of the arguments, so that each can be held against the others."""

    items: list[tuple[str, Letter | Bundle | str]] = field(default_factory=list)
    archives: dict[str, Fact] = field(default_factory=dict)
    pictures: set[str] = field(default_factory=set)

    def take_pictured(self, seen: Sequence[tuple[str, str]]) -> None:
        """QR texts read off pixels: where each was seen, and what it says."""
        self.items.extend(seen)
        self.pictures.update(where for where, _text in seen)

    disclosed: list[Disclosed] = field(default_factory=list)

    @property
    def letters(self) -> dict[str, Letter]:
        return {name: item for name, item in self.items if isinstance(item, Letter)}

    @property
    def bundles(self) -> dict[str, Bundle]:
        return {name: item for name, item in self.items if isinstance(item, Bundle)}


def _tokens(given: _Given) -> Iterator[Token]:
    """The tokens of letters and of QR texts; what cannot be read has none."""
    for _, item in given.items:
        if isinstance(item, Letter) and item.token is not None:
            yield item.token
        if isinstance(item, str):
            with suppress(Refused):
                yield parse_qr_text(item)


def _subject(
    item: tuple[str, Letter | Bundle | str],
    given: _Given,
    trust: Sequence[TrustAnchor],
    trust_tsa: Sequence[TimeAnchor],
) -> Subject:
    name, thing = item
    where = Place(file=name)
    if isinstance(thing, Letter):
        signer = [trust_fact("letter.trust", thing.key, trust, where)] if thing.key else []
        beside = [*compare(name, thing, given.bundles), *compare_letters(name, thing, given.letters)]
        opened = stated(thing.token, given.disclosed, where)
        return letter_subject(name, thing, [*opened, *beside, *signer])
    if isinstance(thing, Bundle):
        container = [given.archives[name]] if name in given.archives else []
        beside = compare_bundles(name, thing, given.bundles)
        held = [*witnesses(thing, given.letters), *time_trust(thing.times, trust_tsa, name)]
        return bundle_subject(thing, [*container, *beside, *held, *bundle_trust(thing, trust)])
    facts, token = check_qr(thing, where, trust, given.letters)
    said = [*facts, *stated(token, given.disclosed, where)]
    return qr_subject(name, said, token, pictured=name in given.pictures)


def _take(path: Path | str, given: _Given) -> None:
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
        raise _inside_bundle(path, name, error) from None


def _inside_bundle(path: Path, name: str, error: EvidenceError) -> EvidenceError:
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
    is_compiled = path.absolute() == root / "data" / "bundle.pdf"
    code = "verify.part-of-bundle" if is_compiled else "verify.file-of-bundle"
    return fail(code, Place(file=name), name=name, bundle=str(root))


def _take_path(path: Path, name: str, given: _Given) -> None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        raise fail("general.file-missing", Place(file=name), path=name, cwd=str(Path.cwd())) from None
    if stat.S_ISDIR(status.st_mode):
        given.items.append((name, _folder(path, name)))
    elif stat.S_ISREG(status.st_mode):
        _take_file(path, name, status.st_size, given)
    else:  # a pipe or device could keep the checker waiting for ever
        raise fail("verify.special-file", Place(file=name), name=name)


def _take_file(path: Path, name: str, size: int, given: _Given) -> None:
    try:
        with path.open("rb") as file:
            data = file.read(_HEAD_BYTES)
            is_zip = data.startswith((b"PK\x03\x04", b"PK\x05\x06"))
            if not is_zip:
                data += file.read(max(LETTER_BYTES, IMAGE_BYTES) + 1 - len(data))
    except OSError as error:
        raise _unreadable(name, error) from None
    if is_zip:
        bundle, given.archives[name] = _zip(path, name, size)
        given.items.append((name, bundle))
    elif looks_disclosed(data):
        try:
            given.disclosed.append(parse_disclosed(data, name))
        except Refused:
            raise fail("verify.disclosure-form", Place(file=name), name=name) from None
    elif is_rewritten(data):
        raise fail("verify.pdf-rewritten", Place(file=name), name=name)
    elif is_marked(data):
        given.items.append((name, check_letter(data, Place(file=name))))
    elif data.startswith(b"%PDF-"):
        seen = qr_texts_of_scan(data, name) if len(data) <= IMAGE_BYTES else []
        if not seen:
            raise fail("verify.pdf-unstamped", Place(file=name), name=name)
        given.take_pictured(seen)
    elif data.startswith(_IMAGE_HEADS) or data[8:12] == b"WEBP":
        given.take_pictured(qr_texts_of_image(data, name))
    else:
        raise fail("verify.unknown-format", Place(file=name), name=name)


def _folder(path: Path, name: str) -> Bundle:
    if not ((path / "bagit.txt").exists() or (path / "seal.json").exists()):
        raise fail("verify.unknown-format", Place(file=name), name=name)
    try:
        files = FolderFiles(path)
    except Refused as refused:
        raise _refusal(name, refused) from None
    with Bag(files) as bag:
        return check_bundle(bag, name)


def _unreadable(name: str, error: OSError) -> EvidenceError:
    # The system's own words come in the system's language, the number is the same everywhere.
    return fail("verify.unreadable", Place(file=name), name=name, number=error.errno or 0)


def _refusal(name: str, refused: Refused) -> EvidenceError:
    """Why a container could not even be opened."""
    if refused.reason == "zip-form":
        return fail("verify.zip-damaged", Place(file=name), name=name)
    if refused.reason in ("bundle-long", "zip-large", "files-many"):
        return fail("verify.bundle-large", Place(file=name), name=name)
    return fail("verify.unreadable", Place(file=name), name=name, number=0)


def _zip(path: Path, name: str, size: int) -> tuple[Bundle, Fact]:
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
        return check_bundle(bag, name), check_archive(path, bag, files.prefix, Place(file=name))


def describe_token(text_or_pdf: Path | str) -> Mapping[str, object]:
    """What a token says, without judging it: for ``--show-token``. Times are UTC, digests hex, lengths bytes.

    Takes a QR text, a stamped letter, or a photograph of its first page; raises ``verify.no-token`` where
    none can be read. Nothing in the result says that the signature holds.
    """
    name = str(text_or_pdf)
    if looks_like_qr_text(name):
        return _described(restored_qr_text(name), name)
    path = Path(text_or_pdf)
    try:
        with path.open("rb") as file:
            data = file.read(LETTER_BYTES + 1)
    except OSError as error:
        raise _unreadable(name, error) from None
    if data.startswith(_IMAGE_HEADS):
        return _described(qr_texts_of_image(data, name)[0][1], name)
    letter = check_letter(data, Place(file=name))
    if letter.token is None:
        raise fail("verify.no-token", Place(file=name), name=name)
    return _token(letter.token)


def _described(text: str, name: str) -> Mapping[str, object]:
    try:
        return _token(parse_qr_text(text))
    except Refused:
        raise fail("verify.no-token", Place(file=name), name=name) from None


def _token(token: Token) -> dict[str, object]:
    return {
        "number": token.number.key,
        "profile": token.profile,
        "issued_at": utc(token.issued_at),
        "length": token.source_length,
        "sha256": token.source_sha256.hex(),
        "facts_root": token.facts_root.hex(),
        "letter_id": token.letter_id.hex(),
        "short_code": token.short_code,
        "checkpoint_size": token.checkpoint_size,
        "checkpoint_root": token.checkpoint_root.hex(),
        "kid": token.kid.hex(),
        "host": token.host,
        "token_bytes": len(token.raw),
        "token_sha256": token.sha256,
    }


def utc(seconds: int) -> str:
    """``2026-11-21T02:00:00Z``; a number of seconds beyond the calendar stays a number."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return f"{seconds} s"
