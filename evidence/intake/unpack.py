"""The parts of a zip, unpacked once with a counter and thrown away: what a part says of its size is no evidence.

The reader library unpacks whatever the compressed bytes hold. A part that announces a kilobyte and unpacks to a
gigabyte would look harmless to :mod:`zipfile`, which stops at the announced size.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from evidence.intake import limits
from evidence.intake.limits import Protected, refuse

_PIECE = 64 << 10  # compressed bytes taken at a time; what is left of one is copied for each piece unpacked
_CHUNK = 1 << 20


def refuse_bombs(data: bytes) -> None:
    """Raises ``TooLarge``, ``Protected``; ``BadZipFile`` for parts that lie or that two readers find differently."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
    refuse(sum(part.file_size for part in parts), limits.MAX_UNPACKED_BYTES)
    names: set[str] = set()
    total = 0
    for part in parts:
        name = part_name(part.filename)
        if name in names or ".." in name.split("/"):
            raise zipfile.BadZipFile(f"ambiguous part {part.filename!r}")
        names.add(name)
        if part.flag_bits & 1:
            raise Protected
        total += _measure(data, part, name.endswith((".xml", ".rels")), limits.MAX_UNPACKED_BYTES - total)


def refuse_many_parts(data: bytes) -> None:
    """Raises ``TooLarge``; to be asked before :mod:`zipfile`, which makes an object of each part it is told of."""
    if data.startswith(b"PK"):
        refuse(data.count(b"PK\x01\x02"), limits.MAX_PARTS)


def part_name(name: str) -> str:
    """A part's name as the reader library compares it: without case, and with the slashes of either system."""
    return name.replace("\\", "/").lstrip("/").lower()


def _measure(data: bytes, part: zipfile.ZipInfo, xml: bool, room: int) -> int:
    """The unpacked size of one part, which must be the announced one."""
    size = run = cells = 0
    for chunk in _unpacked(data, part):
        size += len(chunk)
        refuse(size, room)
        refuse(size, max(limits.RATIO_FREE_BYTES, limits.MAX_RATIO * part.compress_size))
        if xml:
            first = chunk.find(b"<")
            refuse(run + (first if first >= 0 else len(chunk)), limits.MAX_RUN_BYTES)
            # An early answer for the common spelling: telling it from the cells themselves takes ten times as long.
            cells += chunk.count(b"</v>") + chunk.count(b"</is>")
            refuse(cells, limits.MAX_FILLED)
            run = len(chunk) - chunk.rfind(b"<") if first >= 0 else run + len(chunk)
    if size != part.file_size:
        raise zipfile.BadZipFile(f"{part.filename!r} is not as long as it says")
    return size


def _unpacked(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part, in chunks; checksums are left to those who read it."""
    name_length, extra_length = struct.unpack_from("<HH", data, part.header_offset + 26)
    begin = part.header_offset + 30 + name_length + extra_length
    packed = memoryview(data)[begin : begin + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield bytes(packed)
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise NotImplementedError(f"compression {part.compress_type}")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in range(0, len(packed), _PIECE):
        piece = bytes(packed[at : at + _PIECE])
        while piece and not inflater.eof:
            yield inflater.decompress(piece, _CHUNK)
            piece = inflater.unconsumed_tail
    while not inflater.eof:
        rest = inflater.decompress(b"", _CHUNK)
        if not rest:
            raise zipfile.BadZipFile(f"{part.filename!r} is cut off")
        yield rest
