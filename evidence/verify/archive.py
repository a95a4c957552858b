"""Whether a zip is the canonical one of its files, byte for byte (docs/formats.md, section 5).

The archive is written a second time from names and contents and compared as it is written, so that nothing
can hide in headers, extra fields, comments, the order of members, or between them. Nothing is kept in
memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from evidence.model.problem import Place
from evidence.model.report import Fact
from evidence.verify.commit import Digests
from evidence.verify.files import Bag
from evidence.verify.letter import first_difference
from evidence.verify.refused import Refused, failed, passed

_VERSION = 20
_UNIX = 3
_UTF8_NAME = 0x800
_MODE = 0o100644 << 16
# 1980-01-01 00:00:00 in the packed form of MS-DOS, the earliest a zip can say.
_DATE, _TIME = (1 << 5) | 1, 0
_ZIP32_BYTES = 0xFFFFFFFF
_ZIP32_MEMBERS = 0xFFFF


def _local(name: bytes, flags: int, digests: Digests) -> bytes:
    return (
        struct.pack(
            "<4s5H3L2H",
            b"PK\x03\x04",
            _VERSION,
            flags,
            0,
            _TIME,
            _DATE,
            digests.crc32,
            digests.size,
            digests.size,
            len(name),
            0,
        )
        + name
    )


def _central(name: bytes, flags: int, digests: Digests, offset: int) -> bytes:
    made_by = _UNIX << 8 | _VERSION
    head = struct.pack("<4s6H", b"PK\x01\x02", made_by, _VERSION, flags, 0, _TIME, _DATE)
    sizes = struct.pack("<3L", digests.crc32, digests.size, digests.size)
    return head + sizes + struct.pack("<5H2L", len(name), 0, 0, 0, 0, _MODE, offset) + name


def canonical_pieces(bag: Bag, prefix: str) -> Iterator[tuple[str, str, bytes]]:
    """The canonical archive in pieces: (part, member, bytes); :class:`Refused` where it would need ZIP64."""
    if len(bag.paths) > _ZIP32_MEMBERS:
        raise Refused("zip-large")
    offset = 0
    directory: list[tuple[str, bytes]] = []
    # All names share the prefix, so that the paths' order is the names' order.
    for path in bag.paths:
        name = (prefix + path).encode("utf-8")
        flags = 0 if name.isascii() else _UTF8_NAME
        digests = bag.digests(path)
        header = _local(name, flags, digests)
        if offset + len(header) + digests.size > _ZIP32_BYTES:
            raise Refused("zip-large")
        directory.append((path, _central(name, flags, digests, offset)))
        yield "header", path, header
        for chunk in bag.files.chunks(path):
            yield "content", path, chunk
        offset += len(header) + digests.size
    size = 0
    for path, entry in directory:
        yield "directory", path, entry
        size += len(entry)
    count = len(directory)
    yield "end", "", struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, size, offset, 0)


def check_archive(file: Path, bag: Bag, prefix: str, where: Place) -> Fact:
    """The fact ``zip.canonical``; a failure names the offset, the member and the part of the archive."""
    for path in bag.paths:
        try:
            bag.digests(path)
        except Refused as refused:
            # The archive cannot be written again without this file; whatever else departs is not known.
            return refused.fact("zip.canonical", Place(file=where.file, part=path))
    offset = 0
    try:
        with file.open("rb") as stream:
            for part, member, piece in canonical_pieces(bag, prefix):
                found = stream.read(len(piece))
                if found != piece:
                    at = offset + first_difference(found, piece)
                    return failed("zip.canonical", where, f"zip-{part}", offset=at, member=member)
                offset += len(piece)
            if stream.read(1):
                return failed("zip.canonical", where, "zip-appended", offset=offset)
    except Refused as refused:
        return refused.fact("zip.canonical", where)
    except OSError:
        return failed("zip.canonical", where, "file-unreadable")
    return passed("zip.canonical", where, length=offset)
