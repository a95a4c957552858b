"""Make a converter's PDF canonical: the same letter gives the same bytes on every run.

Converters write the clock, random ids and objects in varying order. Dates and ids are replaced, the rest is
written anew by qpdf in the order of the page tree. The result is what the stamp's strict reader takes: one
revision, classic cross-reference table, no object streams, complete page dictionaries.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from datetime import UTC, datetime
from math import inf

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, StreamDecodeLevel, String

from evidence.errors import fail
from evidence.model.problem import Place

A4_POINTS = (210 * 72 / 25.4, 297 * 72 / 25.4)
_TOLERANCE = 1.0
"""Points. LibreOffice rounds A4 to 595.3 × 841.9, others to 595.28 × 841.89."""

LENGTH_STEP = 32 * 1024
"""Bytes. One-page letters are 60 to 120 kB, so that thousands of them share two or three lengths."""

_XMP_DATES = re.compile(rb"(<(?:xmp:(?:CreateDate|ModifyDate|MetadataDate)|stEvt:when)>)[^<]*")
_XMP_IDS = re.compile(rb"(<(?:xmpMM:(?:InstanceID|DocumentID)|stEvt:instanceID)>)[^<]*")
_XMP_LANGUAGE = re.compile(rb"(<dc:language>\s*<rdf:Bag>\s*<rdf:li>)[^<]*(</rdf:li>\s*</rdf:Bag>)")
_PAGE_KEYS = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_CATALOGUE_KEYS = frozenset(
    (
        "/Type",
        "/Version",
        "/Pages",
        "/Lang",
        "/MarkInfo",
        "/Metadata",
        "/OutputIntents",
        "/StructTreeRoot",
        "/ViewerPreferences",
    )
)
"""What a letter's catalogue keeps. Actions, names, outlines and forms have no place in a letter."""


def open_pdf(data: bytes, converter: str) -> Pdf:
    """Open what a converter made. Raises ``convert.half-pdf`` when it is cut off or would need repair."""
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-1024:]:
        raise fail("convert.half-pdf", converter=converter)
    try:
        pdf = Pdf.open(io.BytesIO(data), attempt_recovery=False)
    except pikepdf.PdfError as error:
        raise fail("convert.half-pdf", converter=converter) from error
    if len(pdf.pages) == 0:
        raise fail("convert.half-pdf", converter=converter)
    return pdf


def normalise(
    pdf: Pdf,
    *,
    created: datetime,
    nonce: bytes,
    title: str | None = None,
    language: str = "",
    landscape: bool = False,
) -> bytes:
    """The canonical bytes of ``pdf``, which is changed on the way.

    ``nonce`` becomes the first half of the trailer's ``/ID``; the second half is a digest of the file made by
    qpdf. ``title`` replaces the title in the document information where it is given, ``language`` (BCP 47) the
    document's language: the engines write that of their own Latin text, and a screen reader would read Chinese out as
    English. Raises ``convert.not-a4`` for a page of any other size than A4 upright, or with ``landscape`` on its side.
    """
    for number, page in enumerate(pdf.pages, 1):
        _complete_page(page, number, landscape)
        _drop_links(page)
        _drop_unused(page)
    for key in list(pdf.Root.keys()):
        if key not in _CATALOGUE_KEYS:
            del pdf.Root[key]
    _fix_information(pdf, created.astimezone(UTC), title)
    if language:
        pdf.Root.Lang = String(language)
    _fix_metadata(pdf, created.astimezone(UTC), nonce, language)
    _fix_profiles(pdf, created.astimezone(UTC))
    _fix_type1_fonts(pdf)
    if "/DocChecksum" in pdf.trailer:
        del pdf.trailer["/DocChecksum"]
    pdf.trailer["/ID"] = Array([String(nonce), String(nonce)])
    out = io.BytesIO()
    pdf.save(
        out,
        min_version="1.7",  # a cut-out would otherwise claim less than its pages use
        fix_metadata_version=False,  # leaves the XMP packet as it is
        deterministic_id=True,  # keeps the first half, derives the second from the content
        object_stream_mode=ObjectStreamMode.disable,
        compress_streams=False,  # streams stay as the converter wrote them
        stream_decode_level=StreamDecodeLevel.none,
    )
    return padded(out.getvalue())


def padded(data: bytes) -> bytes:
    """``data`` brought up to a multiple of :data:`LENGTH_STEP` by a comment before its cross-reference table.

    The length of a letter stands in its QR code, readable by anybody. Left as it came, it would tell amounts
    apart by the fen: compressed text of another figure has another length.
    """
    head, mark, number_and_end = data.rpartition(b"startxref\n")
    number, newline, end = number_and_end.partition(b"\n")
    start = int(number)
    table = head[start:] + mark
    for digits in range(len(number), 11):  # a longer file may need a longer offset
        room = -(start + len(table) + digits + len(newline + end)) % LENGTH_STEP
        room += LENGTH_STEP if room < 2 else 0
        moved = b"%d" % (start + room)
        if len(moved) == digits:
            return data[:start] + b"%" + b" " * (room - 2) + b"\n" + table + moved + newline + end
    raise AssertionError("unreachable: offsets of a PDF have at most ten digits")


def _complete_page(page: pikepdf.Page, number: int, landscape: bool) -> None:
    """Pull inherited entries into the page, its resources directly, and check the paper."""
    for key in _PAGE_KEYS:
        if key not in page.obj and (value := _inherited(page.obj, key)) is not None:
            page.obj[key] = value
    box = [float(side) for side in page.mediabox]
    width, height = box[2] - box[0], box[3] - box[1]
    sheets = [A4_POINTS, A4_POINTS[::-1]] if landscape else [A4_POINTS]
    fits = any(abs(width - w) <= _TOLERANCE and abs(height - h) <= _TOLERANCE for w, h in sheets)
    if not fits or int(page.obj.get("/Rotate", 0)) != 0:
        millimetres = (round(side / 72 * 25.4) for side in (width, height))
        raise fail(
            "convert.not-a4", Place(), page=number, **dict(zip(("width", "height"), millimetres, strict=True))
        )
    page.obj["/Resources"] = _direct(page.obj.get("/Resources"))
    for key in ("/Font", "/XObject"):
        if key in page.obj["/Resources"]:
            page.obj["/Resources"][key] = _direct(page.obj["/Resources"][key])


def _drop_links(page: pikepdf.Page) -> None:
    """Take the links off: the stamp refuses a page with annotations, and on paper a link is its text alone.

    Only links, which draw nothing. Any other annotation would take something off the page with it, so that it
    is left for the stamp to refuse by name.
    """
    kept = [note for note in page.obj.get("/Annots", ()) if note.get("/Subtype") != Name.Link]
    if kept:
        page.obj["/Annots"] = Array(kept)
    elif "/Annots" in page.obj:
        del page.obj["/Annots"]


_NAME = re.compile(rb"/([^\s/<>\[\](){}%]+)")


def _drop_unused(page: pikepdf.Page) -> None:
    """Take the fonts and pictures off that the page does not show: a joined file names those of all letters on each page.

    qpdf reads the whole page for it. Where there are no pictures, and no strings, comments or names written otherwise
    that could hold a name, those in the text can be picked out.
    """
    resources, contents = page.obj["/Resources"], page.obj.get("/Contents")
    if set(resources.keys()) in ({"/Font", "/ProcSet"}, {"/Font"}) and isinstance(contents, pikepdf.Stream):
        data = contents.read_bytes()
        fonts = {str(key)[1:].encode() for key, _ in resources["/Font"].items()}
        named = set(_NAME.findall(data))
        if not any(mark in data for mark in (b"(", b"%", b"#", b"BI", b"<<")) and named <= fonts:
            for unused in fonts - named:
                del resources["/Font"]["/" + unused.decode("ascii")]
            return
    page.remove_unreferenced_resources()


def _direct(dictionary: pikepdf.Object | None) -> Dictionary:
    """A dictionary of its own with the same entries; converters share one among pages."""
    return Dictionary(dict(dictionary.items())) if dictionary is not None else Dictionary()


def _inherited(node: pikepdf.Object, key: str) -> pikepdf.Object | None:
    parent = node.get("/Parent")
    while parent is not None:
        if key in parent:
            found: pikepdf.Object = parent[key]
            return found
        parent = parent.get("/Parent")
    return None


def _fix_information(pdf: Pdf, created: datetime, title: str | None) -> None:
    information = pdf.docinfo
    stamp = String(f"D:{created:%Y%m%d%H%M%S}Z")
    information["/CreationDate"] = stamp
    if "/ModDate" in information:
        information["/ModDate"] = stamp
    if title:
        information["/Title"] = String(title)


def _fix_metadata(pdf: Pdf, created: datetime, nonce: bytes, language: str) -> None:
    """Dates, ids and language in the XMP packet, which PDF/A requires to agree with the rest of the file."""
    if "/Metadata" not in pdf.Root:
        return
    packet = pdf.Root.Metadata.read_bytes()
    packet = _XMP_DATES.sub(rb"\g<1>" + f"{created:%Y-%m-%dT%H:%M:%SZ}".encode(), packet)
    packet = _XMP_IDS.sub(rb"\g<1>uuid:" + nonce.hex().encode(), packet)
    if language:
        packet = _XMP_LANGUAGE.sub(rb"\g<1>" + language.encode() + rb"\g<2>", packet)
    pdf.Root.Metadata.write(packet)


def _fix_profiles(pdf: Pdf, created: datetime) -> None:
    """lcms writes the clock into the header of the colour profile it makes (bytes 24 to 35)."""
    clock = b"".join(n.to_bytes(2, "big") for n in created.timetuple()[:6])
    for intent in pdf.Root.get("/OutputIntents", Array()):
        if "/DestOutputProfile" not in intent:
            continue
        profile = intent.DestOutputProfile.read_bytes()
        if profile[4:8] == b"lcms":
            intent.DestOutputProfile.write(profile[:24] + clock + profile[36:])


def _fix_type1_fonts(pdf: Pdf) -> None:
    """LibreOffice numbers the Type 1 fonts that one process makes (of CFF faces, for rare characters).

    The number stands in the font twice, once enciphered. It would tell which letters were converted before this
    one; a number drawn from the font itself takes its place.
    """
    for stream in pdf.objects:
        if isinstance(stream, pikepdf.Stream) and "/Length1" in stream and "/Length2" in stream:
            font, clear = stream.read_bytes(), int(stream.Length1)
            end = clear + int(stream.Length2)
            head, private = font[:clear], _eexec(font[clear:end], decrypt=True)
            bare = [_UNIQUE_ID.sub(b"", part) for part in (head, private[_EEXEC_LEAD:])]
            number = int.from_bytes(hashlib.sha256(b"\0".join(bare)).digest()[:8], "big")
            fixed = rb"\g<1>%d" % (4_000_000 + number % 1_000_000)  # in the range that belongs to nobody
            head, private = _UNIQUE_ID.sub(fixed, head), _UNIQUE_ID.sub(fixed, private)
            font = head + _eexec(private, decrypt=False) + font[end:]
            stream.write(zlib.compress(font), filter=Name.FlateDecode)


_UNIQUE_ID = re.compile(rb"(/UniqueID )4\d{6}\b")
_EEXEC_LEAD = 4


def _eexec(data: bytes, *, decrypt: bool) -> bytes:
    """Adobe Type 1 Font Format, section 7.1; the four leading bytes go through it like the rest."""
    out, key = bytearray(), 55665
    for byte in data:
        changed = byte ^ (key >> 8)
        out.append(changed)
        key = ((byte if decrypt else changed) + key) * 52845 + 22719 & 0xFFFF
    return bytes(out)


def cut(pdf: Pdf, first: int, count: int) -> Pdf:
    """Pages ``first`` … ``first + count - 1`` (from 0) as a document of their own, with the producer's name."""
    part = Pdf.new()
    for index in range(first, first + count):
        part.pages.append(pdf.pages[index])
    for key in ("/Creator", "/Producer"):
        if key in pdf.docinfo:
            part.docinfo[Name(key)] = String(str(pdf.docinfo[key]))
    if "/Lang" in pdf.Root:
        part.Root.Lang = String(str(pdf.Root.Lang))
    return part


def named_places(pdf: Pdf) -> dict[str, tuple[int, float]]:
    """Named destinations with the index of the page each points to, and how high on it, in points from its foot.

    A destination without a height, which LibreOffice does not make, is as high as can be.
    """
    index = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    found: dict[str, pikepdf.Object] = {}
    if "/Dests" in pdf.Root:
        found.update((str(key).removeprefix("/"), value) for key, value in pdf.Root.Dests.items())
    if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names:
        found.update((str(key), value) for key, value in pikepdf.NameTree(pdf.Root.Names.Dests).items())
    places: dict[str, tuple[int, float]] = {}
    for key, value in found.items():
        target = value["/D"] if isinstance(value, Dictionary) else value
        if isinstance(target, Array) and len(target) and target[0].objgen in index:
            high = len(target) > 3 and target[1] == Name.XYZ and target[3] is not None
            places[key] = (index[target[0].objgen], float(target[3]) if high else inf)
    return places
