"""The stamp of layout 2, built a second time from source, token, key and places (docs/formats.md, section 3.3).

Shares the profile tables with the stamper, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from evidence.verify.exhibitpdf import Exhibit, Thing, contents_of
from evidence.verify.limits import LETTER_BYTES, PDF_PAGES
from evidence.verify.pdf import Kind, Value
from evidence.verify.refused import Refused
from evidence.verify.restamp import MARK, QR_MODULES, TABLES, qr_rows
from evidence.verify.token import Token

_NUMBER = r"-?(?:0|[1-9][0-9]{0,6})(?:\.[0-9]{0,5}[1-9])?"
_SIX = rf"{_NUMBER}(?:,{_NUMBER}){{5}}"
_PLACE = re.compile(rf"([1-9][0-9]{{0,4}}),([1-9][0-9]?),([1-9][0-9]?)(?:,Q,({_SIX}))?(?:,L,({_SIX}))?")
_STRING = re.compile(rb"\(|(?<!<)<(?!<)")
_MOST_STATES = 64


@dataclass(frozen=True, slots=True)
class Place:
    page: int
    opened: int
    closed: int
    mark: str
    line: str


@dataclass(frozen=True, slots=True)
class Places:
    """What the comment line says of where the marks stand."""

    text: str
    places: tuple[Place, ...]
    extra: bool


def parse_places(text: str) -> Places:
    """PLACES in its one spelling; :class:`Refused` for any other text."""
    parts = text.split(";")
    extra = parts[-1] == "X"
    if extra:
        parts.pop()
    places: list[Place] = []
    for part in parts:
        match = _PLACE.fullmatch(part)
        if match is None or "-0" in re.split(r"[,;]", part) or not (match[4] or match[5]):
            raise Refused("places-form", part=part[:40])
        page, opened, closed = (int(match[index]) for index in (1, 2, 3))
        if (places and page <= places[-1].page) or max(opened, closed) > _MOST_STATES or page > PDF_PAGES:
            raise Refused("places-form", part=part[:40])
        places.append(
            Place(
                page, opened, closed, (match[4] or "").replace(",", " "), (match[5] or "").replace(",", " ")
            )
        )
    if sum(bool(place.mark) for place in places) + extra != 1:
        raise Refused("places-form", part=text[:40])
    return Places(text, tuple(places), extra)


def places_are_signed(places: Places, token: Token) -> bool:
    """Whether the token's root of facts is the leaf of these places, salted with the token's id."""
    leaf = b"\x00" + token.letter_id + b"places\x00" + places.text.encode("ascii")
    return hashlib.sha256(leaf).digest() == token.facts_root


@cache
def _tables(number: int) -> tuple[Mapping[str, Any], Mapping[str, tuple[int, str]]]:
    file = TABLES / f"foreign-{number}.json"
    if number > 9999 or not file.is_file():
        raise Refused("stamp-profile", profile=number)
    table = json.loads(file.read_text("utf-8"))
    glyphs = json.loads((TABLES / f"{table['outlines']}.json").read_text("utf-8"))["glyphs"]
    return table, glyphs


def stamped_exhibit(
    source: Exhibit, token: Token, qr_text: str, key_line: str, places: Places, longest: int = LETTER_BYTES
) -> bytes:
    """The whole stamped file; :class:`Refused` where there can be none, and beyond ``longest`` bytes."""
    return _Builder(source, token, qr_text, places, longest).build(key_line)


class _Builder:
    def __init__(self, source: Exhibit, token: Token, qr_text: str, places: Places, longest: int) -> None:
        self.source, self.token, self.qr_text, self.places = source, token, qr_text, places
        self.longest = longest
        self.words, self.glyphs = _tables(token.profile)
        series = self.words["series"].get(str(token.number.series))
        if series is None:
            raise Refused("stamp-series", series=token.number.series)
        digest = token.source_sha256.hex()
        self.fields = {
            "series": series,
            "year": token.number.year,
            "seq": str(token.number.seq).zfill(4),
            "pages": len(source.pages),
            "hash": " ".join(digest[at : at + 4] for at in (0, 4, 8, 12)),
            "code": token.short_code,
            "size": token.checkpoint_size,
            "root": token.checkpoint_root.hex()[:8],
        }
        self.parts: list[bytes] = [source.data]
        self.length = len(source.data)
        self.where: dict[int, tuple[int, int]] = {}
        self.next = source.size

    def build(self, key_line: str) -> bytes:
        source, places = self.source, self.places.places
        self._put(b"\n%b 2 %b\n" % (MARK, f"{self.qr_text} {key_line} {self.places.text}".encode("ascii")))
        q = self._stream(b"q")
        line = 0
        if any(place.line for place in places):
            line = self._stream(
                "\n".join([*self._text(self.words["line"]["rest"]), "Q", "EMC"]).encode("ascii")
            )
        streams = [self._stream(self._place(place)) for place in places]
        leaf = self._extra_page() if self.places.extra else 0
        for place, stream in zip(places, streams, strict=True):
            if place.page > len(source.pages):
                raise Refused("places-page", page=place.page)
            number, generation, page = source.pages[place.page - 1]
            wanted = [b"%d 0 R" % q] * place.opened + contents_of(source, page) + [b"%d 0 R" % stream]
            wanted += [b"%d 0 R" % line] if place.line else []
            self._changed(number, generation, page, [(b"Contents", b"[%b]" % b" ".join(wanted))])
        if leaf:
            self._longer_tree(leaf)
        self._end()
        return b"".join(self.parts)

    def _put(self, data: bytes) -> None:
        self.parts.append(data)
        self.length += len(data)
        if self.length > self.longest:
            raise Refused("stamp-short", offset=self.longest)

    def _put_object(self, number: int, generation: int, body: bytes) -> None:
        self.where[number] = (self.length, generation)
        self._put(b"%d %d obj\n" % (number, generation) + body + b"\nendobj\n")

    def _stream(self, data: bytes) -> int:
        number = self.next
        self.next += 1
        if self.source.key is not None:
            data = self.source.key.encrypted(number, 0, data)
        self._put_object(number, 0, b"<</Length %d>>\nstream\n" % len(data) + data + b"\nendstream")
        return number

    def _text(self, line: Mapping[str, str], page: int = 0) -> list[str]:
        lines = ["q", f"{line['scale']} 0 0 {line['scale']} {line['x']} {line['y']} cm"]
        for char in line["text"].format(page=page, **self.fields):
            advance, path = self.glyphs[char]
            lines += [path, "f"] if path else []
            lines.append(f"1 0 0 1 {advance} 0 cm")
        return [*lines, "Q"]

    def _mark(self) -> list[str]:
        mark = self.words["mark"]
        qr = mark["qr"]
        lines = ["q", f"{qr['module']} 0 0 {qr['module']} {qr['x']} {qr['y']} cm"]
        for row, modules in enumerate(qr_rows(self.qr_text)):
            text = "".join("1" if dark else "0" for dark in modules)
            lines += [
                f"{m.start()} {QR_MODULES - 1 - row} {m.end() - m.start()} 1 re"
                for m in re.finditer("1+", text)
            ]
        lines += ["f", "Q"]
        for line in mark["lines"]:
            lines += self._text(line)
        return lines

    def _place(self, place: Place) -> bytes:
        lines = ["Q" for _ in range(place.closed)]
        lines.append("/Artifact BMC")
        if place.mark:
            lines += ["q", "0 g", f"{place.mark} cm", *self._mark(), "Q"]
        if place.line:
            lines += ["q", "0 g", f"{place.line} cm", *self._text(self.words["line"]["page"], place.page)]
        else:
            lines.append("EMC")
        return "\n".join(lines).encode("ascii")

    def _extra_page(self) -> int:
        extra = self.words["extra"]
        lines = ["/Artifact BMC", "q", "0 g"]
        for line in extra["lines"]:
            lines += self._text(line)
        lines += ["q", f"{extra['matrix']} cm", *self._mark(), "Q", "Q", "EMC"]
        content = self._stream("\n".join(lines).encode("ascii"))
        number = self.next
        self.next += 1
        body = (
            f"<</Type/Page/Parent {self.source.root[0]} {self.source.root[1]} R/MediaBox {extra['box']}"
            f"/CropBox {extra['box']}/Rotate 0/UserUnit 1/Resources<<>>/Contents {content} 0 R>>"
        )
        self._put_object(number, 0, body.encode("ascii"))
        return number

    def _longer_tree(self, leaf: int) -> None:
        number, generation = self.source.root
        root = self.source.object(number, generation)
        kids = root.value.get(b"Kids")
        if kids is None:
            raise Refused("pdf-page-tree", object=number)
        items = [item.raw for item in self.source.follow(root.child(kids)).items()]
        array = b"[%b]" % b" ".join([*items, b"%d 0 R" % leaf])
        self._changed(
            number, generation, root, [(b"Count", b"%d" % (len(self.source.pages) + 1)), (b"Kids", array)]
        )

    def _changed(self, number: int, generation: int, thing: Thing, values: list[tuple[bytes, bytes]]) -> None:
        raw = thing.raw
        if thing.packed and self.source.key is not None and _STRING.search(raw):
            raise Refused("pdf-encryption")
        found: list[tuple[Value, bytes]] = []
        added = b""
        for key, value in values:
            old = thing.value.get(key)
            if old is None:
                added += b" /" + key + b" " + value
            else:
                found.append((old, value))
        result, at = b"", thing.value.start
        for old, value in sorted(found, key=lambda pair: pair[0].start):
            result += thing.buffer[at : old.start] + value
            at = old.end
        result += thing.buffer[at : thing.value.end]
        self._put_object(number, generation, result[: len(result) - 2] + added + b">>")

    def _end(self) -> None:
        trailer, at = self.source.trailer, self.length
        root = trailer.value.get(b"Root")
        if root is None or root.kind is not Kind.REFERENCE:
            raise Refused("pdf-missing", key="Root")
        kept = b""
        for key in (b"Info", b"ID", b"Encrypt"):
            value = trailer.value.get(key)
            if value is not None:
                kept += b"/" + key + b" " + trailer.child(value).raw
        named = b"/Root " + trailer.child(root).raw + b"/Prev %d" % self.source.xref + kept
        if not self.source.streamed:
            self._put(b"xref\n" + b"".join(self._section(run) for run in self._runs()))
            self._put(b"trailer\n<</Size %d" % self.next + named + b">>\n")
        else:
            number = self.next
            self.next += 1
            self.where[number] = (at, 0)
            runs = self._runs()
            index = b" ".join(b"%d %d" % (run[0], len(run)) for run in runs)
            data = b"".join(
                bytes([1]) + self.where[n][0].to_bytes(5, "big") + self.where[n][1].to_bytes(2, "big")
                for run in runs
                for n in run
            )
            head = b"<</Type/XRef/Size %d/W[1 5 2]/Index[" % self.next + index + b"]" + named
            body = head + b"/Length %d>>\nstream\n" % len(data) + data + b"\nendstream"
            self._put(b"%d 0 obj\n" % number + body + b"\nendobj\n")
        self._put(b"startxref\n%d\n%%%%EOF\n" % at)

    def _section(self, run: list[int]) -> bytes:
        lines = [b"%d %d\n" % (run[0], len(run))]
        lines += [b"%010d %05d n \n" % self.where[number] for number in run]
        return b"".join(lines)

    def _runs(self) -> list[list[int]]:
        runs: list[list[int]] = []
        for number in sorted(self.where):
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        return runs
