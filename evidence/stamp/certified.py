"""One PAdES signature (B-B) after the stamp, by a certificate in PKCS#12 (docs/formats.md, section 3.5).

The update is laid out here, byte for byte, so that a checker can build it again and nothing else can hide in it; the CMS
inside it is made by pyHanko. It touches the catalogue and the first page, as PDF asks of any signature field, and draws
nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from evidence.errors import Place, fail
from evidence.stamp.append import table_of
from evidence.stamp.pdfany import Document, Held, read_any
from evidence.stamp.pdfread import COMMENT_MARK
from evidence.stamp.pdfsyntax import Reference, unsupported

__all__ = ["Certificate", "load_certificate", "sign_letter"]

_RANGE_WIDTH = 44
_MOST = 32_768  # bytes of a CMS: a certificate chain of four takes some 6,000
_STEP = 512
_FILE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with its key, opened: in whose name, by whom issued, in force from ``first`` to ``last`` (UTC)."""

    subject: str
    issuer: str
    first: datetime
    last: datetime
    sha256: str
    cms: Callable[[bytes], bytes]
    """CMS (DER) over a SHA-256 digest."""


def load_certificate(path: Path, passphrase: str) -> Certificate:
    """The signer in a PKCS#12 file.

    Fails ``stamp.certificate-extra`` without pyHanko, ``stamp.certificate-missing``, ``stamp.certificate-unreadable``
    (damaged, or the passphrase is wrong: the format does not tell which) or ``stamp.certificate-key`` for a key that
    readers of PAdES do not take.
    """
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    where = Place(file=str(path))
    try:
        signers: Any = import_module("pyhanko.sign.signers")
    except ImportError:
        raise fail("stamp.certificate-extra", where) from None
    try:
        with path.open("rb") as file:
            data = file.read(_FILE_BYTES)
    except OSError:
        raise fail("stamp.certificate-missing", where, path=str(path)) from None
    try:
        held = load_pkcs12(data, passphrase.encode() or None)
    except (ValueError, TypeError):
        raise fail("stamp.certificate-unreadable", where, path=str(path)) from None
    key = held.key
    fits = (isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048) or (
        isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1)
    )
    if held.cert is None or key is None or not fits:
        raise fail("stamp.certificate-key", where, path=str(path))
    signer = signers.SimpleSigner.load_pkcs12_data(
        data, other_certs=[], passphrase=passphrase.encode() or None
    )
    if signer is None:
        raise fail("stamp.certificate-unreadable", where, path=str(path))

    def cms(digest: bytes) -> bytes:
        made = asyncio.run(signer.async_sign(digest, "sha256", use_pades=True))
        return bytes(made.dump())

    certificate = held.cert.certificate
    return Certificate(
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest(),
        cms,
    )


def sign_letter(stamped: bytes, certificate: Certificate, at: datetime) -> bytes:
    """``stamped`` with the signature appended. ``at`` is aware, from the clock alone.

    Fails ``stamp.unsupported-pdf`` for what is no letter with our stamp at its end, ``stamp.certificate-expired`` for a
    certificate that is not in force at ``at``.
    """
    if at.tzinfo is None:
        raise ValueError("the time of signing needs a zone")
    if not certificate.first <= at <= certificate.last:
        first, last = f"{certificate.first:%Y-%m-%d}", f"{certificate.last:%Y-%m-%d}"
        raise fail("stamp.certificate-expired", subject=certificate.subject, first=first, last=last)
    if stamped.count(COMMENT_MARK) != 1 or COMMENT_MARK + b" 1 " not in stamped:
        raise unsupported("stamped", "it is no stamped letter")
    document = read_any(stamped, stamped=True)
    if len(document.sections) != 2 or document.newest.is_stream or not stamped.endswith(b"\n%%EOF\n"):
        raise unsupported("several-revisions", f"{len(document.sections)} sections")
    # The length of a CMS does not depend on what is signed, but for a byte or two of ECDSA.
    room = len(certificate.cms(bytes(32)))
    room += -room % _STEP or _STEP
    if room > _MOST:
        raise unsupported("limit", f"CMS of {room} bytes")
    update, gap = _update(document, at, room)
    whole = stamped + update
    digest = hashlib.sha256(whole[: gap[0]] + whole[gap[1] :]).digest()
    cms = certificate.cms(digest)
    return whole[: gap[0] + 1] + cms.hex().ljust(2 * room, "0").encode("ascii") + whole[gap[1] - 1 :]


def _update(document: Document, at: datetime, room: int) -> tuple[bytes, tuple[int, int]]:
    """The update with zeros for the CMS, and where in the whole file ``<`` and the byte after ``>`` stand."""
    root = document.newest.trailer[b"Root"].reference
    if root is None:
        raise unsupported("object", "/Root")
    catalogue, page = document.object(root), document.pages[0]
    for held, key in ((catalogue, b"AcroForm"), (page.held, b"Annots")):
        if key in held.entries():
            raise unsupported("form" if key == b"AcroForm" else "annotations", key.decode("ascii"))
    size = document.size
    when = f"{at.astimezone(UTC):%Y%m%d%H%M%SZ}".encode("ascii")
    rewritten = {
        root: _with(catalogue, b" /AcroForm %d 0 R" % size),
        page.where: _with(page.held, b" /Annots [%d 0 R]" % (size + 1)),
    }
    length = 0
    while True:  # the last number of the range depends on its own digits: twice is enough
        out = bytearray(document.data)
        places: dict[int, tuple[int, int]] = {}

        def write(
            where: Reference, body: bytes, out: bytearray = out, places: dict[int, tuple[int, int]] = places
        ) -> int:
            places[where.number] = (len(out), where.generation)
            head = b"%d %d obj\n" % (where.number, where.generation)
            out += head + body + b"\nendobj\n"
            return len(out) - len(b"\nendobj\n") - len(body)

        write(Reference(size, 0), b"<</Fields[%d 0 R]/SigFlags 3>>" % (size + 1))
        write(
            Reference(size + 1, 0),
            b"<</Type/Annot/Subtype/Widget/FT/Sig/T(EVIDENCE)/F 132/Rect[0 0 0 0]/P %b/V %d 0 R>>"
            % (bytes(page.where), size + 2),
        )
        head = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:%b)/" % when
        start = len(out) + len(b"%d 0 obj\n" % (size + 2)) + len(head) + _RANGE_WIDTH + len(b"]/Contents")
        end = start + 2 * room + 2
        span = b"ByteRange[0 %d %d %d" % (start, end, length)
        body = head + span.ljust(_RANGE_WIDTH) + b"]/Contents<" + b"0" * (2 * room) + b">>>"
        write(Reference(size + 2, 0), body)
        for where in sorted(rewritten, key=lambda where: where.number):
            write(where, rewritten[where])
        table_at = len(out)
        out += table_of(places)
        trailer = document.newest.trailer
        kept = b"".join(b" /%b %b" % (key, trailer[key].raw) for key in (b"Info", b"ID") if key in trailer)
        root_raw = trailer[b"Root"].raw
        out += b"trailer\n<</Size %d/Root %b/Prev %d%b>>" % (size + 3, root_raw, document.xref, kept)
        out += b"\nstartxref\n%d\n%%%%EOF\n" % table_at
        if length == len(out) - end:
            return bytes(out[len(document.data) :]), (start, end)
        length = len(out) - end


def _with(held: Held, entry: bytes) -> bytes:
    return held.raw[:-2] + entry + b">>"
