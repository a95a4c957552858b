"""What kind of thing each argument is, and the check that fits it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.model.report import Report, Subject
from evidence.verify.archive import check_archive
from evidence.verify.bundle import check_bundle
from evidence.verify.files import Bag, FolderFiles, ZipFiles
from evidence.verify.keys import TrustAnchor
from evidence.verify.letter import Letter, check_letter, is_marked, trust_fact
from evidence.verify.limits import BUNDLE_BYTES, IMAGE_BYTES, LETTER_BYTES
from evidence.verify.policy import bundle_subject, letter_subject, qr_subject
from evidence.verify.qr import check_qr, qr_texts_of_image
from evidence.verify.refused import Refused
from evidence.verify.token import Token, looks_like_qr_text, parse_qr_text, restored_qr_text

_HEAD_BYTES = 1024
_IMAGE_HEADS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM", b"GIF8")


def parse_trust(values: Sequence[str | Path]) -> tuple[TrustAnchor, ...]:
    """Anchors from ``--trust``: key files or fingerprints; raises with *all* problems."""
    anchors: list[TrustAnchor] = []
    problems: list[Problem] = []
    for value in values:
        try:
            anchors.append(
                TrustAnchor.from_file(value) if isinstance(value, Path) else TrustAnchor.parse(value)
            )
        except EvidenceError as error:
            problems.extend(error.problems)
    if problems:
        raise EvidenceError(problems)
    return tuple(anchors)


def verify_paths(
    paths: Sequence[Path | str], *, trust: Sequence[TrustAnchor] = (), lang: str = "en"
) -> Report:
    """Check letters, bundles (folder or zip), QR texts, and photographs of pages.

    Each argument becomes at least one subject of the report. Arguments that are no evidence files are
    listed in ``Report.problems`` and make the report not ok; where *none* of them is one, ``EvidenceError``
    is raised with all the problems (``verify.unknown-format``, ``verify.pdf-unstamped``,
    ``verify.docx-alone``, ``general.file-missing`` …). QR texts are compared with the letters given beside
    them. ``lang`` is only kept for whoever puts the report into words.
    """
    subjects: list[Subject | tuple[str, str]] = []
    problems: list[Problem] = []
    letters: dict[str, Letter] = {}
    for given in paths:
        try:
            subjects.extend(_argument(given, trust, letters))
        except EvidenceError as error:
            problems.extend(error.problems)
    if not subjects:
        raise EvidenceError(problems or [Problem("verify.nothing-given")])
    # QR texts come last, when all letters beside them are known; the report keeps the order of the arguments.
    done = tuple(s if isinstance(s, Subject) else _qr(s[0], s[1], trust, letters) for s in subjects)
    return Report(done, tuple(problems), lang)


def _qr(name: str, text: str, trust: Sequence[TrustAnchor], letters: Mapping[str, Letter]) -> Subject:
    facts, token = check_qr(text, Place(file=name), trust, letters)
    return qr_subject(name, facts, token)


def _argument(
    given: Path | str, trust: Sequence[TrustAnchor], letters: dict[str, Letter]
) -> Iterator[Subject | tuple[str, str]]:
    """Subjects of one argument; a QR text as (name, text), to be checked when the letters are known."""
    name = str(given)
    if looks_like_qr_text(name):
        text = restored_qr_text(name)
        yield f"{text[:24]}…", text
        return
    path = Path(given)
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except (OSError, ValueError):
        is_folder = exists = False
    if not exists:
        raise fail("general.file-missing", Place(file=name), path=name, cwd=str(Path.cwd()))
    if is_folder:
        yield _folder(path, name, trust)
        return
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
                data = b""
            else:
                data = head + file.read(max(LETTER_BYTES, IMAGE_BYTES) + 1 - len(head))
    except OSError as error:
        raise fail("verify.unreadable", Place(file=name), name=name, reason=error.strerror or "") from None
    if not data and head:
        yield _zip(path, name, size, trust)
    elif head.startswith(b"%PDF-") or is_marked(data):
        yield _letter(data, name, trust, letters)
    elif head.startswith(_IMAGE_HEADS) or head[8:12] == b"WEBP":
        for text in qr_texts_of_image(data, name):
            yield name, text
    else:
        raise fail("verify.unknown-format", Place(file=name), name=name)


def _letter(data: bytes, name: str, trust: Sequence[TrustAnchor], letters: dict[str, Letter]) -> Subject:
    if not is_marked(data):
        raise fail("verify.pdf-unstamped", Place(file=name), name=name)
    where = Place(file=name)
    letter = check_letter(data, where)
    letters[name] = letter
    fact = trust_fact("letter.trust", letter.key, trust, where) if letter.key else None
    return letter_subject(name, letter, fact)


def _folder(path: Path, name: str, trust: Sequence[TrustAnchor]) -> Subject:
    if not ((path / "bagit.txt").exists() or (path / "seal.json").exists()):
        raise fail("verify.unknown-format", Place(file=name), name=name)
    try:
        files = FolderFiles(path)
    except Refused as refused:
        raise fail("verify.unreadable", Place(file=name), name=name, reason=refused.reason) from None
    with Bag(files) as bag:
        return bundle_subject(check_bundle(bag, name, trust), ())


def _zip(path: Path, name: str, size: int, trust: Sequence[TrustAnchor]) -> Subject:
    if size > BUNDLE_BYTES:
        raise fail("verify.unreadable", Place(file=name), name=name, reason="bundle-long")
    try:
        files = ZipFiles(path)
    except Refused as refused:
        raise fail("verify.unreadable", Place(file=name), name=name, reason=refused.reason) from None
    with Bag(files) as bag:
        if any(files.prefix + path == "word/document.xml" for path in bag.paths):
            raise fail("verify.docx-alone", Place(file=name), name=name)
        if "bagit.txt" not in bag and "seal.json" not in bag:
            raise fail("verify.unknown-format", Place(file=name), name=name)
        bundle = check_bundle(bag, name, trust)
        return bundle_subject(bundle, [check_archive(path, bag, files.prefix, Place(file=name))])


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
        raise fail("verify.unreadable", Place(file=name), name=name, reason=error.strerror or "") from None
    if data.startswith(_IMAGE_HEADS):
        return _described(qr_texts_of_image(data, name)[0], name)
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
