"""The incremental update: how the stamp is joined to a source without touching a byte of it.

The layout is fixed in docs/formats.md, section 3.1; a checker writes it again and compares. Nothing of the
source is written anew but page dictionaries, and these with their own bytes around the two changed values, so
that objects shared between pages are never rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from evidence.stamp.pdfread import COMMENT_MARK, FONT_KEY, Page, Source
from evidence.stamp.pdfsyntax import Reference, Span, dictionary
from evidence.stamp.profiles import Font

__all__ = ["append_update", "table_of"]

_PLACEHOLDER = re.compile(r"@([0-9])")


def append_update(
    data: bytes, source: Source, font: Font, contents: Sequence[bytes], comment: bytes
) -> bytes:
    """``data`` followed by the update that shows ``contents[i]`` on page i.

    ``comment`` is what follows the mark in the update's first line: version, QR text, public key.
    """
    if len(contents) != len(source.pages):
        raise ValueError("one content stream for each page")
    font_number = source.size
    q_number = font_number + len(font.objects)
    first_content = q_number + 1
    size = first_content + len(contents)

    out = bytearray(data)
    out += b"\n%b %b\n" % (COMMENT_MARK, comment)
    offsets: dict[int, int] = {}

    def write(number: int, parts: Iterable[bytes]) -> None:
        offsets[number] = len(out)
        out.extend(b"%d 0 obj\n" % number)
        for part in parts:
            out.extend(part)
        out.extend(b"\nendobj\n")

    for index, item in enumerate(font.objects):
        body = _PLACEHOLDER.sub(lambda match: str(font_number + int(match[1])), item.body).encode("ascii")
        write(font_number + index, (body,) if item.stream is None else _stream(body, item.stream))
    write(q_number, _plain_stream(b"q"))
    for index, content in enumerate(contents):
        write(first_content + index, _plain_stream(content))
    for index, page in enumerate(source.pages):
        streams = (Reference(q_number, 0), *page.streams, Reference(first_content + index, 0))
        write(page.number, (_page_dictionary(page, streams, font_number),))

    table_at = len(out)
    out += table_of({number: (offset, 0) for number, offset in offsets.items()})
    trailer = _with_values(source.trailer, {b"Size": b"%d" % size, b"Prev": b"%d" % source.startxref})
    out += b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (trailer, table_at)
    return bytes(out)


def _stream(entries: bytes, data: bytes) -> tuple[bytes, ...]:
    return entries, b"\nstream\n", data, b"\nendstream"


def _plain_stream(data: bytes) -> tuple[bytes, ...]:
    return _stream(b"<</Length %d>>" % len(data), data)


def _page_dictionary(page: Page, streams: Sequence[Reference], font_number: int) -> bytes:
    contents = b"[" + b" ".join(bytes(stream) for stream in streams) + b"]"
    entry = b" /%b %d 0 R>>" % (FONT_KEY, font_number)
    fonts = b"<<" + entry.lstrip() if page.fonts is None else page.fonts[:-2] + entry
    resources = _with_values(page.resources, {b"Font": fonts})
    return _with_values(page.dictionary, {b"Contents": contents, b"Resources": resources})


def _with_values(raw: bytes, values: Mapping[bytes, bytes]) -> bytes:
    """The raw dictionary with the values of some keys replaced, and those it lacks put at its end."""
    spans = dictionary(raw, Span(0, len(raw)))
    for key in sorted(values.keys() & spans.keys(), key=spans.__getitem__, reverse=True):
        raw = raw[: spans[key].start] + values[key] + raw[spans[key].end :]
    more = b"".join(b" /%b %b" % (key, value) for key, value in values.items() if key not in spans)
    return b"%b%b>>" % (raw[:-2], more) if more else raw


def table_of(places: Mapping[int, tuple[int, int]]) -> bytes:
    """The cross-reference table over numbers with offset and generation, one subsection for each run of numbers."""
    numbers = sorted(places)
    starts = [n for n in numbers if n - 1 not in places]
    ends = [n for n in numbers if n + 1 not in places]
    parts = [b"xref\n"]
    for first, last in zip(starts, ends, strict=True):
        parts.append(b"%d %d\n" % (first, last - first + 1))
        parts += (b"%010d %05d n \n" % places[n] for n in range(first, last + 1))
    return b"".join(parts)
