"""What kind of file lies behind a name, told by its bytes: property systems call nearly anything ``.xls``.

Also the little that must be known of an OLE container (old ``.xls``, and every password-protected ``.xlsx``):
its directory and the one stream with the workbook, after Microsoft's [MS-CFB].
"""

from __future__ import annotations

import struct
import zipfile
from enum import Enum
from io import BytesIO

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BM", b"RIFF")
_ENDOFCHAIN = 0xFFFFFFFA  # this and everything above it are marks, not sectors


class Kind(Enum):
    XLSX = "xlsx"
    XLSB = "xlsb"
    ODS = "ods"
    XLS = "xls"
    PROTECTED = "protected"
    MARKUP = "markup"
    TEXT = "text"
    OTHER = "other"


def kind_of(data: bytes) -> Kind:
    """The kind of file, from its content alone. TEXT means: nothing but text, perhaps a CSV."""
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    if data.startswith(_OLE_MAGIC):
        try:
            names = set(Ole(data).names)
        except (struct.error, ValueError, IndexError):
            return Kind.OTHER
        if "EncryptedPackage" in names:
            return Kind.PROTECTED
        return Kind.XLS if names & {"Workbook", "Book", "WORKBOOK", "BOOK"} else Kind.OTHER
    if data.startswith(_BINARY):
        return Kind.OTHER
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta", b"<head", b"<style")):
        return Kind.MARKUP
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Kind.OTHER
    return Kind.TEXT


def _kind_of_zip(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return Kind.OTHER
    if "xl/workbook.bin" in names:
        return Kind.XLSB
    if "[Content_Types].xml" in names and any(n.startswith(("xl/", "/xl/")) for n in names):
        return Kind.XLSX
    return Kind.ODS if {"content.xml", "mimetype"} <= names else Kind.OTHER


class Ole:
    """The directory and streams of a compound file.

    Raises ``ValueError`` for counts beyond the file's size and chains that bite their tail: the reader library
    takes both at their word and would allocate or loop without end.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._sector = 1 << struct.unpack_from("<H", data, 30)[0]
        self._mini = 1 << struct.unpack_from("<H", data, 32)[0]
        if self._sector not in (512, 4096) or self._mini != 64:
            raise ValueError("not a compound file")
        self._sectors = len(data) // self._sector + 1
        if struct.unpack_from("<I", data, 44)[0] > self._sectors:
            raise ValueError("more tables than sectors")
        directory, cutoff, first_minifat = struct.unpack_from("<I4xII", data, 48)
        self._cutoff = cutoff
        self._fat = self._read_fat()
        self._minifat = self._words(self._chain(first_minifat)) if first_minifat < _ENDOFCHAIN else ()
        self.names: dict[str, tuple[int, int]] = {}
        self._root = (0, 0)
        entries = self._chain(directory)
        for offset in range(0, len(entries), 128):
            length, kind = struct.unpack_from("<HB", entries, offset + 64)
            start, size = struct.unpack_from("<II", entries, offset + 116)
            if kind == 5:
                self._root = (start, size)
            elif kind == 2:
                name = entries[offset : offset + max(length - 2, 0)].decode("utf-16-le", "replace")
                self.names[name] = (start, size)
        self._pool = self._chain(self._root[0])

    def stream(self, *names: str) -> bytes:
        """The bytes of the first stream of these names; ``KeyError`` if there is none."""
        start, size = next(self.names[name] for name in names if name in self.names)
        if size >= self._cutoff:
            return self._chain(start)[:size]
        pieces, seen = [], 0
        while start < _ENDOFCHAIN and seen * self._mini < size:
            pieces.append(self._pool[start * self._mini : (start + 1) * self._mini])
            start, seen = self._minifat[start], seen + 1
        return b"".join(pieces)[:size]

    def _at(self, sector: int) -> bytes:
        begin = (sector + 1) * self._sector
        return self._data[begin : begin + self._sector]

    @staticmethod
    def _words(data: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])

    def _read_fat(self) -> tuple[int, ...]:
        sectors = list(struct.unpack_from("<109I", self._data, 76))
        following = struct.unpack_from("<I", self._data, 68)[0]
        for _ in range(self._sectors):
            if following >= _ENDOFCHAIN:
                break
            words = self._words(self._at(following))
            sectors += words[:-1]
            following = words[-1]
        else:
            raise ValueError("a chain of tables without end")
        fat: list[int] = []
        for sector in sectors:
            if len(fat) >= self._sectors:  # one entry a sector; a table named again and again has no end
                break
            if sector < _ENDOFCHAIN:
                fat += self._words(self._at(sector))
        return tuple(fat)

    def _chain(self, sector: int) -> bytes:
        pieces = []
        while sector < _ENDOFCHAIN:
            pieces.append(self._at(sector))
            if len(pieces) > len(self._fat):
                raise ValueError("a chain of sectors without end")
            sector = self._fat[sector]
        return b"".join(pieces)
