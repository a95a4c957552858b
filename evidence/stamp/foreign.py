"""Stamping other people's PDFs by appending (docs/formats.md, section 3.3): layout 2.

The source stays a literal prefix, and what is appended is a function of the source, the token and the places: a
checker builds it again. Nothing of the source is interpreted here but its pages' dictionaries; where the marks
go is decided by :mod:`evidence.stamp.survey`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from evidence.errors import fail
from evidence.model.letter import EXHIBIT_SERIES, LetterNumber
from evidence.stamp import qr
from evidence.stamp.append import table_of
from evidence.stamp.child import Inspection
from evidence.stamp.draw import runs_of, short_hash
from evidence.stamp.facts import short_code
from evidence.stamp.keys import Signer
from evidence.stamp.pdfany import AnyPage, Document, Held, holds_string, old_streams, read_any
from evidence.stamp.pdfread import COMMENT_MARK
from evidence.stamp.pdfsyntax import Reference, unsupported
from evidence.stamp.places import Place, places_root, places_text
from evidence.stamp.profiles import ForeignProfile, foreign_profile
from evidence.stamp.stamp import make_claims
from evidence.stamp.token import Claims, qr_text, sign_token

__all__ = ["StampedExhibit", "stamp_exhibit"]

_LAYOUT = 2
_KEPT = (b"Info", b"ID", b"Encrypt")


@dataclass(frozen=True, slots=True)
class StampedExhibit:
    """The stamped file, its token, the places of the marks, and how many pages it has (one more with ``extra``)."""

    pdf: bytes
    token: bytes
    places: str
    pages: int
    extra: bool


def stamp_exhibit(
    source: bytes,
    key: Signer,
    *,
    inspection: Inspection,
    profile_number: int,
    number: LetterNumber,
    issued_at: datetime,
    identity: bytes,
    checkpoint_size: int,
    checkpoint_root: bytes,
    host: str = "",
) -> StampedExhibit:
    """``source`` with its stamp appended; the same bytes for the same arguments.

    ``inspection`` is what :func:`evidence.stamp.child.inspect_pdf` says of the same source, ``identity`` the
    16-byte id in the token, ``issued_at`` aware. Fails ``stamp.unsupported-pdf`` and what
    :func:`evidence.stamp.token.sign_token` fails with; ``ValueError`` for places that are none.
    """
    look = foreign_profile(profile_number)
    if number.series != EXHIBIT_SERIES:
        raise fail("stamp.series-unknown", series=number.series)
    document = read_any(source)
    seen = tuple((page.where.number, page.where.generation) for page in document.pages)
    if inspection.pages is not None and inspection.pages != seen:
        raise unsupported("readers-differ", f"{len(inspection.pages)}/{len(seen)}")
    places, extra = inspection.places, inspection.extra
    text = places_text(places, extra)
    claims = make_claims(
        source,
        profile_number=profile_number,
        number=number,
        issued_at=issued_at,
        facts_root=places_root(text, identity),
        letter_id=identity,
        checkpoint_size=checkpoint_size,
        checkpoint_root=checkpoint_root,
    )
    token = sign_token(claims, key, host)
    link = qr_text(token, host)
    comment = f"{_LAYOUT} {link} {key.public.base32} {text}".encode("ascii")
    drawing = _Drawing(look, claims, len(document.pages), qr.matrix(link))
    pdf = _Update(document, drawing, places, extra).written(comment)
    return StampedExhibit(pdf, token, text, len(document.pages) + extra, extra)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The operators of the marks."""

    look: ForeignProfile
    claims: Claims
    pages: int
    symbol: Sequence[str]

    def _text(self, line: Mapping[str, str], page: int = 0) -> Iterator[str]:
        claims = self.claims
        text = line["text"].format(
            year=claims.year,
            series=self.look.series[claims.series],
            seq=f"{claims.seq:04d}",
            page=page,
            pages=self.pages,
            hash=short_hash(claims.source_sha256),
            code=short_code(claims.letter_id),
            size=claims.checkpoint_size,
            root=claims.checkpoint_root[:4].hex(),
        )
        yield "q"
        yield f"{line['scale']} 0 0 {line['scale']} {line['x']} {line['y']} cm"
        for char in text:
            advance, path = self.look.glyphs[char]
            if path:
                yield path
                yield "f"
            yield f"1 0 0 1 {advance} 0 cm"
        yield "Q"

    def _mark(self) -> Iterator[str]:
        """Symbol and lines, in the mark's own points."""
        symbol = self.look.mark_qr
        yield "q"
        yield f"{symbol['module']} 0 0 {symbol['module']} {symbol['x']} {symbol['y']} cm"
        yield from (f"{column} {row} {width} 1 re" for column, row, width in runs_of(self.symbol))
        yield "f"
        yield "Q"
        for line in self.look.mark_lines:
            yield from self._text(line)

    def place(self, place: Place) -> bytes:
        lines = ["Q"] * place.closed + ["/Artifact BMC"]
        if place.mark is not None:
            lines += ["q", "0 g", " ".join(place.mark) + " cm", *self._mark(), "Q"]
        if place.line is not None:
            lines += ["q", "0 g", " ".join(place.line) + " cm", *self._text(self.look.line_page, place.page)]
        else:
            lines.append("EMC")
        return "\n".join(lines).encode("ascii")

    def line(self) -> bytes:
        return "\n".join([*self._text(self.look.line_rest), "Q", "EMC"]).encode("ascii")

    def extra(self) -> bytes:
        lines = ["/Artifact BMC", "q", "0 g"]
        for line in self.look.extra_lines:
            lines += self._text(line)
        lines += ["q", f"{self.look.extra_matrix} cm", *self._mark(), "Q", "Q", "EMC"]
        return "\n".join(lines).encode("ascii")


class _Update:
    """The incremental update over one document."""

    def __init__(self, document: Document, drawing: _Drawing, places: Sequence[Place], extra: bool) -> None:
        self._document, self._drawing, self._places, self._extra = document, drawing, places, extra
        self._out = bytearray(document.data)
        self._offsets: dict[int, tuple[int, int]] = {}
        self._next = document.size

    def written(self, comment: bytes) -> bytes:
        document = self._document
        self._out += b"\n%b %b\n" % (COMMENT_MARK, comment)
        opening = self._new(b"q")
        line = self._new(self._drawing.line()) if any(p.line is not None for p in self._places) else None
        contents = [self._new(self._drawing.place(place)) for place in self._places]
        root = document.root
        assert root is not None  # read_any sets it
        leaf = None
        if self._extra:
            content = self._new(self._drawing.extra())
            leaf = self._number()
            box = self._drawing.look.extra_box.encode("ascii")
            self._object(
                leaf,
                b"<</Type/Page/Parent %b/MediaBox %b/CropBox %b/Rotate 0/UserUnit 1/Resources<<>>/Contents %b>>"
                % (bytes(root), box, box, bytes(content)),
            )
        for place, content in zip(self._places, contents, strict=True):
            if not 1 <= place.page <= len(document.pages):
                raise unsupported("place", f"page {place.page}")
            self._page(document.pages[place.page - 1], place, opening, content, line)
        if leaf is not None:
            self._tree(root, leaf)
        self._close()
        return bytes(self._out)

    def _number(self) -> Reference:
        self._next += 1
        return Reference(self._next - 1, 0)

    def _object(self, where: Reference, body: bytes) -> None:
        self._offsets[where.number] = (len(self._out), where.generation)
        self._out += b"%d %d obj\n%b\nendobj\n" % (where.number, where.generation, body)

    def _new(self, data: bytes) -> Reference:
        where = self._number()
        if self._document.key is not None:
            data = self._document.key.encrypt(where.number, where.generation, data)
        self._object(where, b"<</Length %d>>\nstream\n%b\nendstream" % (len(data), data))
        return where

    def _page(
        self, page: AnyPage, place: Place, opening: Reference, content: Reference, line: Reference | None
    ) -> None:
        streams = [opening] * place.opened + [*old_streams(self._document, page.held.entries()), content]
        if place.line is not None and line is not None:
            streams.append(line)
        array = b"[" + b" ".join(bytes(stream) for stream in streams) + b"]"
        self._rewritten(page.where, page.held, {b"Contents": array})

    def _tree(self, root: Reference, leaf: Reference) -> None:
        top = self._document.object(root)
        kids = self._document.resolve(top.entries()[b"Kids"]).items("page-tree")
        array = b"[" + b" ".join([*(kid.raw for kid in kids), bytes(leaf)]) + b"]"
        count = b"%d" % (len(self._document.pages) + 1)
        self._rewritten(root, top, {b"Count": count, b"Kids": array})

    def _rewritten(self, where: Reference, held: Held, values: Mapping[bytes, bytes]) -> None:
        """The object with values replaced, or put before its closing brackets."""
        raw = held.raw
        if held.packed and self._document.key is not None and holds_string(raw):
            raise unsupported("encrypted-string", f"object {where.number}")
        entries, start = held.entries(), held.span.start
        known = sorted(
            (entries[key].span.start - start, entries[key].span.end - start, values[key])
            for key in values
            if key in entries
        )
        for begin, end, value in reversed(known):
            raw = raw[:begin] + value + raw[end:]
        added = b"".join(b" /%b %b" % (key, value) for key, value in values.items() if key not in entries)
        self._object(where, raw[:-2] + added + b">>")

    def _close(self) -> None:
        newest = self._document.newest
        kept = b"".join(b"/%b %b" % (key, newest.trailer[key].raw) for key in _KEPT if key in newest.trailer)
        root = newest.trailer[b"Root"].raw
        at = len(self._out)
        if not newest.is_stream:
            self._out += table_of(self._offsets)
            head = b"/Size %d/Root %b/Prev %d" % (self._next, root, self._document.xref)
            self._out += b"trailer\n<<%b%b>>\n" % (head, kept)
        else:
            where = self._number()
            self._offsets[where.number] = (at, 0)
            numbers = sorted(self._offsets)
            data = b"".join(
                b"\1" + self._offsets[n][0].to_bytes(5, "big") + self._offsets[n][1].to_bytes(2, "big")
                for n in numbers
            )
            index = b" ".join(b"%d %d" % run for run in _runs(numbers))
            body = b"<</Type/XRef/Size %d/W[1 5 2]/Index[%b]/Root %b/Prev %d%b/Length %d>>\nstream\n%b\nendstream" % (
                self._next, index, root, self._document.xref, kept, len(data), data,
            )  # fmt: skip
            self._out += b"%d 0 obj\n%b\nendobj\n" % (where.number, body)
        self._out += b"startxref\n%d\n%%%%EOF\n" % at


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and count of each longest run of consecutive numbers."""
    first = 0
    for index in range(1, len(numbers) + 1):
        if index == len(numbers) or numbers[index] != numbers[index - 1] + 1:
            yield numbers[first], index - first
            first = index
