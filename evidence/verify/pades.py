"""A signature by certificate after the stamp (docs/formats.md, section 3.5): one PAdES increment, and nothing else.

A reader of PDF asks what a signature covers and which later changes it allows, and is deceived by what it overlooks.
Here the whole increment is built again from the stamped letter, the time and the CMS that stand in it, and compared byte
for byte: what is not in that form follows the stamp without leave. The CMS is then checked over every byte but its own.
Who the certificate belongs to is reported as the certificate says, and believed of nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from evidence.model.problem import Place
from evidence.model.report import Fact
from evidence.verify.pdf import Source, parse_value
from evidence.verify.refused import Refused, passed
from evidence.verify.timeder import CONTEXT, INTEGER, OID, SEQUENCE, SET, parse
from evidence.verify.timesigner import algorithm_of, digest, in_force, only, says_test, signer_of
from evidence.verify.timetoken import certificates_of

FACT = "letter.certificate"
_HEAD = re.compile(rb"[1-9][0-9]{0,9} 0 obj\n<</Fields\[[1-9][0-9]{0,9} 0 R\]/SigFlags 3>>\nendobj\n")
_FREE = re.compile(
    rb"/M\(D:([0-9]{14})Z\)/ByteRange\[0 [0-9 ]{4,40}\]/Contents<([0-9a-f]{2,65536})>>>\nendobj\n"
)
_TAIL = re.compile(rb"startxref\n([0-9]{1,10})\n%%EOF\n\Z")
_RUN = re.compile(rb"([0-9]{1,10}) ([0-9]{1,10})\n")
_RANGE_WIDTH = 44
_SIGNED_DATA, _DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1"


def looks_signed(rest: bytes) -> bool:
    """Whether what follows the stamp begins as such a signature does."""
    return _HEAD.match(rest) is not None


def check_certificate(data: bytes, stamped: bytes, source: Source, where: Place) -> Fact:
    """The fact about everything after ``stamped``, which ``data`` begins with and which was built from ``source``."""
    try:
        return _check(data, stamped, source, where)
    except Refused as refused:
        return refused.fact(FACT, where, offset=len(stamped))


def _check(data: bytes, stamped: bytes, source: Source, where: Place) -> Fact:
    free = _FREE.search(data, len(stamped))
    if free is None:
        raise Refused("certificate-form")
    when, written = free[1], free[2]
    if built(stamped, source, when, written) != data:
        raise Refused("certificate-form")
    gap = free.start(2) - 1, free.end(2) + 1
    cms = _without_padding(bytes.fromhex(written.decode("ascii")))
    try:
        at = datetime.strptime(when.decode("ascii"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise Refused("certificate-form") from None
    try:
        signer = _signer(cms, data[: gap[0]] + data[gap[1] :])
        in_force(signer, at)
    except Refused as refused:
        raise Refused("certificate-signature", rule=refused.reason) from None
    return passed(
        FACT,
        where,
        subject=signer.subject.rfc4514_string(),
        issuer=signer.issuer.rfc4514_string(),
        first=f"{signer.not_valid_before_utc:%Y-%m-%d}",
        last=f"{signer.not_valid_after_utc:%Y-%m-%d}",
        sha256=digest("sha256", signer.public_bytes(Encoding.DER)).hex(),
        seconds=int(at.timestamp()),
        own=int(signer.subject == signer.issuer),
        test=int(says_test(signer)),
    )


@dataclass(slots=True)
class _Out:
    """Objects one after another, and where each begins."""

    data: bytearray
    places: dict[int, int]

    def object(self, number: int, body: bytes) -> None:
        self.places[number] = len(self.data)
        self.data += b"%d 0 obj\n%b\nendobj\n" % (number, body)


def built(stamped: bytes, source: Source, when: bytes, written: bytes) -> bytes:
    """The stamped letter with the increment of section 3.5, for a time and the hexadecimal digits of a CMS."""
    tail = _TAIL.search(stamped)
    root, trailer = source.trailer.get(b"Root"), source.trailer
    if tail is None or root is None:
        raise Refused("certificate-form")
    xref = int(tail[1])
    table = _table(stamped, xref)
    trailer_at = stamped.index(b"trailer\n", xref)
    size_value = parse_value(stamped, trailer_at + len(b"trailer\n")).get(b"Size")
    size = size_value.number if size_value is not None else 0
    catalogue = source.object(root.number, root.generation)
    number = source.pages[0][0]
    page = parse_value(stamped, table[number] + len(b"%d 0 obj\n" % number))
    if catalogue.get(b"AcroForm") is not None or page.get(b"Annots") is not None:
        raise Refused("certificate-form")
    added = {
        root.number: source.raw(catalogue)[:-2] + b" /AcroForm %d 0 R>>" % size,
        number: stamped[page.start : page.end - 2] + b" /Annots [%d 0 R]>>" % (size + 1),
    }
    kept = b"".join(
        b" /%b %b" % (key, source.raw(value))
        for key in (b"Info", b"ID")
        if (value := trailer.get(key)) is not None
    )
    length = 0
    for _ in range(4):  # the last number of the range depends on its own digits
        out = _Out(bytearray(stamped), {})
        out.object(size, b"<</Fields[%d 0 R]/SigFlags 3>>" % (size + 1))
        widget = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(EVIDENCE)/F 132/Rect[0 0 0 0]/P %d 0 R/V %d 0 R>>"
        out.object(size + 1, widget % (number, size + 2))
        head = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:%bZ)/" % when
        start = (
            len(out.data) + len(b"%d 0 obj\n" % (size + 2)) + len(head) + _RANGE_WIDTH + len(b"]/Contents")
        )
        end = start + len(written) + 2
        span = (b"ByteRange[0 %d %d %d" % (start, end, length)).ljust(_RANGE_WIDTH)
        out.object(size + 2, head + span + b"]/Contents<" + written + b">>>")
        for changed in sorted(added):
            out.object(changed, added[changed])
        at = len(out.data)
        out.data += b"xref\n" + _runs(out.places)
        root_raw = source.raw(root)
        out.data += b"trailer\n<</Size %d/Root %b/Prev %d%b>>" % (size + 3, root_raw, xref, kept)
        out.data += b"\nstartxref\n%d\n%%%%EOF\n" % at
        if length == len(out.data) - end:
            return bytes(out.data)
        length = len(out.data) - end
    raise Refused("certificate-form")


def _table(stamped: bytes, at: int) -> dict[int, int]:
    """Offsets in the stamp's own table, which was built here: no more than its form is looked for."""
    offsets: dict[int, int] = {}
    at += len(b"xref\n")
    while run := _RUN.match(stamped, at):
        first, count, at = int(run[1]), int(run[2]), run.end()
        for number in range(first, first + count):
            offsets[number] = int(stamped[at : at + 10])
            at += 20
    return offsets


def _runs(places: dict[int, int]) -> bytes:
    lines: list[bytes] = []
    for number in sorted(places):
        if number - 1 not in places:
            count = next(step for step in range(1, len(places) + 1) if number + step not in places)
            lines.append(b"%d %d\n" % (number, count))
        lines.append(b"%010d 00000 n \n" % places[number])
    return b"".join(lines)


def _without_padding(data: bytes) -> bytes:
    """The one DER value, without the zeros that fill its place up."""
    if len(data) < 4 or data[0] != SEQUENCE or not 0x81 <= data[1] <= 0x83:
        raise Refused("certificate-form")
    count = data[1] & 0x7F
    end = 2 + count + int.from_bytes(data[2 : 2 + count], "big")
    if end > len(data) or data[end:].strip(b"\0"):
        raise Refused("certificate-form")
    return data[:end]


def _signer(cms: bytes, signed: bytes) -> x509.Certificate:
    """The certificate whose key made a detached CMS over ``signed``."""
    fields = parse(cms).fields()
    if fields.take(OID).oid() != _SIGNED_DATA:
        raise Refused("ts-content")
    (inner,) = only(fields.take(CONTEXT + 0))
    fields.close()
    within = inner.fields()
    if within.take(INTEGER).integer() != 1:
        raise Refused("ts-content")
    listed = [algorithm_of(node) for node in within.take(SET).children()]
    content = within.take(SEQUENCE).fields()
    if content.take(OID).oid() != _DATA:
        raise Refused("ts-content")
    content.close()
    embedded = certificates_of(within.optional(CONTEXT + 0))
    (info,) = only(within.take(SET))
    within.close()
    return signer_of(info, signed, listed, embedded, _DATA)


__all__ = ["FACT", "built", "check_certificate", "looks_signed"]
