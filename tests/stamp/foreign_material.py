"""Other people's PDFs, written by hand: every form of table, and pages of every shape. All fictional (样本)."""

from __future__ import annotations

import io
import re
import zlib
from datetime import UTC, datetime

import pikepdf
from stamp_material import KEY, pdf

from evidence.model.letter import LetterNumber
from evidence.stamp.child import Inspection, looked_over
from evidence.stamp.foreign import StampedExhibit, stamp_exhibit

TEXT = b"BT /F1 12 Tf 72 700 Td (Sample contract) Tj ET"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(data), entries, data)


def page(extra: bytes = b"", content: bytes = TEXT, box: bytes = b"[0 0 595 842]") -> dict[int, bytes]:
    """One page whose own keys are ``extra``; box and resources are inherited."""
    return {
        1: CATALOGUE,
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox %b/Resources<</Font<</F1 5 0 R>>>>>>" % box,
        3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R%b>>" % extra,
        4: stream(content),
        5: FONT,
    }


def later(data: bytes, objects: dict[int, bytes], extra: bytes = b"") -> bytes:
    """``data`` with another layer of saving: a classic table over ``objects``."""
    out, places = bytearray(data), {}
    size = max(int(found) for found in re.findall(rb"/Size ([0-9]+)", data))
    size = max(size, max(objects) + 1)
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start, before = len(out), int(data[data.rindex(b"startxref") + 9 :].split()[0])
    out += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % (n, at) for n, at in places.items())
    out += b"trailer\n<</Size %d/Root 1 0 R/Prev %d%b>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        before,
        extra,
        start,
    )
    return bytes(out)


def packed(objects: dict[int, bytes], hybrid: bool = False) -> bytes:
    """All but streams in one compressed object stream, under a compressed cross-reference stream with predictor.

    With ``hybrid``, a classic table names what is not packed, and leads to the stream by /XRefStm.
    """
    out = bytearray(b"%PDF-1.5\n")
    inside = {n: body for n, body in objects.items() if not body.endswith(b"endstream")}
    places: dict[int, tuple[int, int, int]] = {}
    for number, body in objects.items():
        if number not in inside:
            places[number] = (1, len(out), 0)
            out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    pack = max(objects) + 1
    heads, bodies = b"", b""
    for index, (number, body) in enumerate(inside.items()):
        heads += b"%d %d " % (number, len(bodies))
        bodies += body + b"\n"
        places[number] = (2, pack, index)
    places[pack] = (1, len(out), 0)
    data = zlib.compress(heads + bodies)
    entries = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(inside), len(heads))
    out += b"%d 0 obj\n%b\nendobj\n" % (pack, stream(data, entries))
    table, start = pack + 1, len(out)
    places[table] = (1, start, 0)
    rows, above = b"", bytes(7)
    for number in range(table + 1):
        kind, place, extra = places.get(number, (0, 0, 0))
        row = bytes([kind]) + place.to_bytes(4, "big") + extra.to_bytes(2, "big")
        rows += b"\x02" + bytes((new - old) % 256 for new, old in zip(row, above, strict=True))
        above = row
    entries = (
        b"/Type/XRef/Size %d/W[1 4 2]/Root 1 0 R/Filter[/FlateDecode]/DecodeParms[<</Predictor 12/Columns 7>>]"
        % (table + 1)
    )
    out += b"%d 0 obj\n%b\nendobj\n" % (table, stream(zlib.compress(rows), entries))
    if hybrid:
        classic = len(out)
        plain = {n: at for n, (kind, at, _) in places.items() if kind == 1}
        out += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % (n, at) for n, at in sorted(plain.items()))
        out += b"trailer\n<</Size %d/Root 1 0 R/XRefStm %d>>\n" % (table + 1, start)
        start = classic
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def locked(revision: int, aes: bool, pack: bool = False, user: str = "") -> bytes:
    """A page encrypted with a user password (the empty one, as a rule)."""
    opened = pikepdf.open(io.BytesIO(pdf(page())))
    out = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if pack else pikepdf.ObjectStreamMode.disable
    encryption = pikepdf.Encryption(owner="owner", user=user, R=revision, aes=aes, metadata=aes)
    opened.save(out, encryption=encryption, object_stream_mode=mode, deterministic_id=False)
    return out.getvalue()


def scan() -> bytes:
    """A page that is one grey image from edge to edge, dark on the left half, paper on the right."""
    row = b"\x20" * 40 + b"\xf0" * 60
    image = stream(
        row * 140,
        b"/Type/XObject/Subtype/Image/Width 100/Height 140/ColorSpace/DeviceGray/BitsPerComponent 8",
    )
    objects = page(content=b"q 595 0 0 842 0 0 cm /I Do Q")
    objects[2] = objects[2].replace(b"<</Font<</F1 5 0 R>>>>", b"<</XObject<</I 6 0 R>>>>")
    return pdf({**objects, 6: image})


def signed() -> bytes:
    """A page with a signature field; the signature itself is a dummy."""
    first = pdf(page())
    field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(s)/Rect[0 0 0 0]/P 3 0 R/V 7 0 R>>"
    value = b"<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 10 30 40]/Contents<%b>>>" % (b"00" * 8)
    catalogue = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[6 0 R]>>>>"
    whole = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Annots[6 0 R]>>"
    return later(first, {1: catalogue, 3: whole, 6: field, 7: value})


def pages(count: int) -> bytes:
    objects = {1: CATALOGUE, 4: stream(TEXT), 5: FONT}
    kids = b" ".join(b"%d 0 R" % number for number in range(10, 10 + count))
    objects[2] = (
        b"<</Type/Pages/Count %d/Kids[%b]/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>>>"
        % (count, kids)
    )
    for number in range(10, 10 + count):
        objects[number] = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>"
    return pdf(objects)


FULL = b"0.5 g 0 0 595 842 re f"

SHAPES = {
    "plain": pdf(page()),
    "rotated 90": pdf(page(b"/Rotate 90")),
    "rotated 180": pdf(page(b"/Rotate 180")),
    "rotated -90": pdf(page(b"/Rotate -90")),
    "cropped with an offset": pdf(page(b"/CropBox[30 40 560 800]", box=b"[-20 -30 600 850]")),
    "cropped and rotated": pdf(page(b"/CropBox[30 40 560 800]/Rotate 270", box=b"[-20 -30 600 850]")),
    "box upside down": pdf(page(box=b"[595 842 0 0]")),
    "landscape": pdf(page(content=TEXT.replace(b"72 700", b"72 400"), box=b"[0 0 842 595]")),
    "a3": pdf(page(box=b"[0 0 842 1191]")),
    "user unit": pdf(page(b"/UserUnit 2", content=TEXT.replace(b"72 700", b"36 350"), box=b"[0 0 298 421]")),
    "user unit, rotated": pdf(
        page(b"/UserUnit 2/Rotate 90", content=TEXT.replace(b"72 700", b"36 350"), box=b"[0 0 298 421]")
    ),
    "states left open": pdf(page(content=b"q 2 0 0 2 50 50 cm q 0.1 0 0 0.1 0 0 cm " + TEXT)),
    "states closed too often": pdf(page(content=b"Q Q " + TEXT + b" Q")),
    "no contents": pdf({**page(), 3: b"<</Type/Page/Parent 2 0 R>>"}),
    "contents are an array": pdf({**page(), 3: b"<</Type/Page/Parent 2 0 R/Contents[4 0 R 4 0 R]>>"}),
    "scan with a white half": scan(),
    "three pages": pages(3),
    "saved twice": later(pdf(page()), {4: stream(TEXT.replace(b"Sample", b"Another"))}),
    "signed": signed(),
    "object streams": packed(page()),
    "hybrid": packed(page(), hybrid=True),
    "saved twice, first packed": later(packed(page()), {4: stream(TEXT)}),
    "full page": pdf(page(content=FULL)),
    "full page, packed": packed(page(content=FULL)),
    "too small for the mark": pdf(page(content=b"", box=b"[0 0 100 80]")),
    "content not to be followed": pdf(page(content=b"BT /F1 12 Tf (unfinished")),
    "junk behind the end": pdf(page()) + b"\r\n<html>junk</html>",
}
ENCRYPTED = {
    "rc4, 40 bits": (2, False, False),
    "rc4, 128 bits": (3, False, False),
    "aes, 128 bits": (4, True, False),
    "aes, 128 bits, packed": (4, True, True),
    "aes, 256 bits": (6, True, False),
    "aes, 256 bits, packed": (6, True, True),
}
EXTRA = Inspection((), (), True, None)
"""What is known of a file that nobody looked over: its mark goes on an extra page."""


def stamped(
    source: bytes, inspection: Inspection | None = None, profile: int = 5, host: str = ""
) -> StampedExhibit:
    return stamp_exhibit(
        source,
        KEY,
        inspection=inspection if inspection is not None else looked_over(source, profile),
        profile_number=profile,
        number=LetterNumber(9, 2026, 1),
        issued_at=datetime(2026, 11, 21, 2, 0, 0, tzinfo=UTC),
        identity=b"\x02" * 16,
        checkpoint_size=12345,
        checkpoint_root=b"\x03" * 32,
        host=host,
    )
