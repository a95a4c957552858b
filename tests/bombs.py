"""Small files that are large inside, made without what they hold: Pillow takes a byte for each pixel of its own."""

from __future__ import annotations

import struct
import zlib


def plain_png(side: int, *, white: bool = False) -> bytes:
    """A square of ``side`` black or white pixels a side, of one bit each."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + (b"\xff" if white else b"\0") * ((side + 7) // 8)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
