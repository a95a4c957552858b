"""Alterations of one stamped PDF: in place, by an update after the stamp, and by writing the file anew."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from io import BytesIO

import pikepdf
from _operators import Altered, Operator, flip
from _originals import Original, exhibit, letter
from builder import b32, key_file, signing_key

_LINE = re.compile(rb"%EV-STAMP [12] (\S+) ([A-Z2-7]{52})[^\n]*\n")
_TAIL = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
#: Nothing signed is left, and the refusal says so.
_GONE = ("verify.pdf-rewritten", "verify.pdf-unstamped")
_TOKEN = ("letter.mark", "letter.token", "letter.kid", "letter.signature", "letter.stamp:places-unsigned")
_TEXT = ("letter.length", "letter.source")


class Update:
    """An incremental update as an editor would write it: objects changed or added, a table, a trailer."""

    def __init__(self, data: bytes) -> None:
        self.data, self.pdf = data, pikepdf.open(BytesIO(data))
        self._objects: dict[int, tuple[int, bytes]] = {}
        self.trailer: dict[str, pikepdf.Object] = {}

    @property
    def page(self) -> pikepdf.Object:
        return self.pdf.pages[0].obj

    def put(self, thing: pikepdf.Object) -> pikepdf.Object:
        """Write ``thing``, changed or new, into the update."""
        number, generation = thing.objgen
        body = thing.unparse(resolved=True)
        if isinstance(thing, pikepdf.Stream):
            raw = thing.read_raw_bytes()
            extra = b"".join(
                b" %s %s"
                % (
                    key.encode(),
                    value.unparse() if isinstance(value, pikepdf.Object) else str(value).encode(),
                )
                for key, value in thing.items()
                if key != "/Length"
            )
            body = b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(raw), extra, raw)
        self._objects[number] = (generation, body)
        return thing

    def add(self, thing: pikepdf.Object) -> pikepdf.Object:
        return self.put(self.pdf.make_indirect(thing))

    def stream(self, data: bytes, **entries: pikepdf.Object) -> pikepdf.Object:
        return self.put(self.pdf.make_stream(data, **entries))

    def written(self) -> bytes:
        out = self.data if self.data.endswith(b"\n") else self.data + b"\n"
        table = b"xref\n"
        for number, (generation, body) in sorted(self._objects.items()):
            table += b"%d 1\n%010d %05d n \n" % (number, len(out), generation)
            out += b"%d %d obj\n%s\nendobj\n" % (number, generation, body)
        found = _TAIL.search(self.data)
        assert found is not None
        size = max([int(self.pdf.trailer.Size), *(number + 1 for number in self._objects)])
        entries = {"/Root": self.pdf.trailer.Root, **self.trailer}
        words = b" ".join(
            b"%s %s" % (key.encode(), value.unparse()) for key, value in sorted(entries.items())
        )
        trailer = b"trailer\n<</Size %d /Prev %s %s>>\n" % (size, found[1], words)
        return out + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(out)


# In place.


def _mark(data: bytes) -> tuple[int, int]:
    found = _LINE.search(data)
    assert found is not None
    return found.start(), found.end()


def _in_text(rng: random.Random, o: Original) -> bytes:
    return flip(rng, o.pdf, 0, len(o.source))


def _in_line(rng: random.Random, o: Original) -> bytes:
    return flip(rng, o.pdf, *_mark(o.pdf))


def _in_stamp(rng: random.Random, o: Original) -> bytes:
    return flip(rng, o.pdf, _mark(o.pdf)[1], len(o.pdf))


def _cut(rng: random.Random, o: Original) -> bytes:
    return o.pdf[: rng.randrange(5, len(o.pdf))]


def _cut_out(rng: random.Random, o: Original) -> bytes:
    at = rng.randrange(len(o.source) - 64)
    return o.pdf[:at] + o.pdf[at + rng.randrange(1, 64) :]


def _put_in(rng: random.Random, o: Original) -> bytes:
    at = rng.randrange(len(o.source))
    return o.pdf[:at] + rng.randbytes(rng.randrange(1, 64)) + o.pdf[at:]


def _put_before(rng: random.Random, o: Original) -> bytes:
    return b"%" + rng.randbytes(rng.randrange(1, 64)).hex().encode() + b"\n" + o.pdf


def _digit(rng: random.Random, o: Original) -> bytes:
    """Another digit in the text of the source, as someone would who looks for an amount or a date."""
    places = [found.start() for found in re.finditer(rb"\d", o.source)]
    at = rng.choice(places)
    other = rng.choice([d for d in b"0123456789" if d != o.pdf[at]])
    return o.pdf[:at] + bytes([other]) + o.pdf[at + 1 :]


def _form_in_place(rng: random.Random, o: Original) -> bytes | None:
    if "form" not in o.has:
        return None
    changed = re.sub(
        rb"/V \((\d)", lambda found: b"/V (" + (b"9" if found[1] != b"9" else b"1"), o.pdf, count=1
    )
    return changed if changed != o.pdf else None


def _line_ends(rng: random.Random, o: Original) -> bytes:
    return o.pdf.replace(b"\n", b"\r\n")


def _tail_number(rng: random.Random, o: Original) -> bytes:
    found = _TAIL.search(o.pdf)
    assert found is not None
    number = b"%d" % rng.randrange(10 ** (len(found[1]) - 1), 10 ** len(found[1]))
    return o.pdf[: found.start(1)] + number + o.pdf[found.end(1) :]


def _table_entry(rng: random.Random, o: Original) -> bytes:
    """One object of the stamp's own table points somewhere else."""
    entries = list(re.finditer(rb"(\d{10}) 00000 n ", o.pdf[len(o.source) :]))
    at = len(o.source) + rng.choice(entries).start(1)
    return o.pdf[:at] + b"%010d" % rng.randrange(len(o.pdf)) + o.pdf[at + 10 :]


# By an update after the stamp.


def _updated(change: Callable[[random.Random, Update, Original], object]) -> Callable[..., bytes | None]:
    def apply(rng: random.Random, o: Original) -> bytes | None:
        update = Update(o.pdf)
        return None if change(rng, update, o) is None else update.written()

    return apply


def _info(rng: random.Random, u: Update, o: Original) -> object:
    u.trailer["/Info"] = u.add(pikepdf.Dictionary(Title=f"other {rng.randrange(10**6)}", Producer="editor"))
    return u


def _xmp(rng: random.Random, u: Update, o: Original) -> object:
    text = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>%d</x:xmpmeta>" % rng.randrange(10**6)
    u.pdf.Root.Metadata = u.stream(text, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    return u.put(u.pdf.Root)


def _white_box(rng: random.Random, u: Update, o: Original) -> object:
    box = u.stream(b"q 1 g %d %d 200 40 re f Q" % (rng.randrange(300), rng.randrange(700)))
    old = u.page.Contents
    u.page.Contents = pikepdf.Array([*(old if isinstance(old, pikepdf.Array) else [old]), box])
    return u.put(u.page)


def _annotation(rng: random.Random, u: Update, o: Original) -> object:
    kind = rng.choice((pikepdf.Name.FreeText, pikepdf.Name.Square, pikepdf.Name.Stamp, pikepdf.Name.Redact))
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=kind, Rect=[80, 400, 300, 460], Contents="paid",
        DA="/Helv 12 Tf", C=[1, 1, 1], IC=[1, 1, 1], F=4
    )  # fmt: skip
    u.page.Annots = pikepdf.Array([*u.page.get("/Annots", []), u.add(note)])
    return u.put(u.page)


def _pages_node(u: Update) -> pikepdf.Object:
    return u.pdf.Root.Pages


def _dropped(rng: random.Random, u: Update, o: Original) -> object:
    kids = list(_pages_node(u).Kids)
    if len(kids) < 2:
        return None
    del kids[rng.randrange(len(kids))]
    _pages_node(u).Kids, _pages_node(u).Count = pikepdf.Array(kids), len(kids)
    return u.put(_pages_node(u))


def _swapped(rng: random.Random, u: Update, o: Original) -> object:
    kids = list(_pages_node(u).Kids)
    if len(kids) < 2:
        return None
    a, b = rng.sample(range(len(kids)), 2)
    kids[a], kids[b] = kids[b], kids[a]
    _pages_node(u).Kids = pikepdf.Array(kids)
    return u.put(_pages_node(u))


def _inserted(rng: random.Random, u: Update, o: Original) -> object:
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page, Parent=_pages_node(u), MediaBox=[0, 0, 595, 842],
        Contents=u.stream(b"0 0 1 rg 9 9 99 99 re f")
    )  # fmt: skip
    kids = list(_pages_node(u).Kids)
    kids.insert(rng.randrange(len(kids) + 1), u.add(page))
    _pages_node(u).Kids, _pages_node(u).Count = pikepdf.Array(kids), len(kids)
    return u.put(_pages_node(u))


def _rotated(rng: random.Random, u: Update, o: Original) -> object:
    u.page.Rotate = rng.choice((90, 180, 270))
    return u.put(u.page)


def _cropped(rng: random.Random, u: Update, o: Original) -> object:
    u.page.CropBox = pikepdf.Array([0, rng.randrange(50, 300), 400, 700])
    return u.put(u.page)


def _font(rng: random.Random, u: Update, o: Original) -> object:
    """The page's first font becomes another one, so that the same codes show other characters."""
    fonts = u.page.get("/Resources", pikepdf.Dictionary()).get("/Font", pikepdf.Dictionary())
    names = [name for name in fonts.keys() if name != "/EVF"]  # noqa: SIM118 - a pikepdf dictionary
    if not names:
        return None
    font = fonts[rng.choice(names)]
    differences = pikepdf.Array([48, *(pikepdf.Name(f"/{name}") for name in ("nine", "eight", "seven"))])
    font.Encoding = pikepdf.Dictionary(Type=pikepdf.Name.Encoding, Differences=differences)
    return u.put(font)


def _layer(rng: random.Random, u: Update, o: Original) -> object:
    if "layers" not in o.has:
        return None
    layers = u.pdf.Root.OCProperties
    layers.D.OFF, layers.D.ON = layers.OCGs, pikepdf.Array([])
    return u.put(u.pdf.Root)


def _form(rng: random.Random, u: Update, o: Original) -> object:
    if "form" not in o.has:
        return None
    box = u.pdf.Root.AcroForm.Fields[0]
    box.V = pikepdf.String(f"{rng.randrange(10_000, 20_000)}.00")
    return u.put(box)


def _attachment(rng: random.Random, u: Update, o: Original) -> object:
    if "attachment" not in o.has:
        return None
    spec = u.pdf.Root.Names.EmbeddedFiles.Names[1]
    spec.EF = pikepdf.Dictionary(
        F=u.stream(b"other terms %d" % rng.randrange(10**6), Type=pikepdf.Name.EmbeddedFile)
    )
    return u.put(spec) if spec.is_indirect else None


def _script(rng: random.Random, u: Update, o: Original) -> object:
    u.pdf.Root.OpenAction = u.add(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))
    return u.put(u.pdf.Root)


def _root(rng: random.Random, u: Update, o: Original) -> object:
    """A second catalogue, as an attack on readers that keep the first."""
    pages = u.add(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Kids=[], Count=0))
    page = u.add(pikepdf.Dictionary(Type=pikepdf.Name.Page, Parent=pages, MediaBox=[0, 0, 595, 842]))
    pages.Kids, pages.Count = pikepdf.Array([page]), 1
    u.put(pages)
    u.trailer["/Root"] = u.add(pikepdf.Dictionary(Type=pikepdf.Name.Catalog, Pages=pages))
    return u


def _signed_again(rng: random.Random, u: Update, o: Original) -> object:
    u.add(pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 9, 9, 9], Contents=b"0" * 64))
    return u


def _junk(rng: random.Random, o: Original) -> bytes:
    return o.pdf + rng.choice((b"\n", b"\x00", b" ", rng.randbytes(rng.randrange(1, 400))))


def _freed(rng: random.Random, o: Original) -> bytes:
    """A table and nothing else: an object of the letter is declared free."""
    found = _TAIL.search(o.pdf)
    assert found is not None
    number = rng.randrange(1, 9)
    table = b"xref\n%d 1\n0000000000 00001 f \ntrailer\n<</Size 99 /Prev %s>>\n" % (number, found[1])
    return o.pdf + table + b"startxref\n%d\n%%%%EOF\n" % len(o.pdf)


# Written anew.


def _saved(
    change: Callable[[random.Random, pikepdf.Pdf], object], **how: object
) -> Callable[..., bytes | None]:
    def apply(rng: random.Random, o: Original) -> bytes | None:
        pdf = pikepdf.open(BytesIO(o.pdf))
        if change(rng, pdf) is None:
            return None
        out = BytesIO()
        pdf.save(out, **how)
        return out.getvalue()

    return apply


def _nothing(rng: random.Random, pdf: pikepdf.Pdf) -> object:
    return pdf


def _without_page(rng: random.Random, pdf: pikepdf.Pdf) -> object:
    if len(pdf.pages) < 2:
        return None
    del pdf.pages[rng.randrange(len(pdf.pages))]
    return pdf


def _turned(rng: random.Random, pdf: pikepdf.Pdf) -> object:
    pdf.pages[0].rotate(90, relative=True)
    return pdf


def _with_page(rng: random.Random, pdf: pikepdf.Pdf) -> object:
    pdf.add_blank_page()
    return pdf


def _covered(rng: random.Random, pdf: pikepdf.Pdf) -> object:
    pdf.pages[0].contents_add(b"q 1 g 90 400 200 40 re f Q", prepend=False)
    return pdf


# With keys and tokens.


def _token_swapped(rng: random.Random, o: Original) -> bytes:
    """The line of another letter of the same office."""
    other = (exhibit if o.number.series == 9 else letter)(rng)
    start, end = _mark(o.pdf)
    first, last = _mark(other.pdf)
    return o.pdf[:start] + other.pdf[first:last] + o.pdf[end:]


def _stamp_swapped(rng: random.Random, o: Original) -> bytes:
    """The whole stamp of another letter under this one's text."""
    other = (exhibit if o.number.series == 9 else letter)(rng)
    return o.source + other.pdf[len(other.source) :]


def _key_swapped(rng: random.Random, o: Original) -> bytes:
    found = _LINE.search(o.pdf)
    assert found is not None
    return (
        o.pdf[: found.start(2)] + key_file(signing_key(rng.randrange(2, 200))).strip() + o.pdf[found.end(2) :]
    )


def _claim(rng: random.Random, o: Original) -> bytes:
    """Another value of the time, the number or a digest in the token, under the old signature."""
    import base64

    found = _LINE.search(o.pdf)
    assert found is not None
    text = found[1]
    cut = max(text.rfind(b":"), text.rfind(b"/")) + 1
    raw = bytearray(base64.b32decode(text[cut:] + b"=" * (-len(text[cut:]) % 8)))
    at = rng.randrange(20, len(raw) - 64)
    raw[at] ^= 1 << rng.randrange(7)
    return o.pdf[: found.start(1)] + text[:cut] + b32(bytes(raw)).encode() + o.pdf[found.end(1) :]


def _signed_by_another(rng: random.Random) -> Altered:
    """The same letter, stamped from the beginning with a key of the forger's."""
    forged = (letter if rng.random() < 0.7 else exhibit)(rng, seed=rng.randrange(2, 200))
    return Altered(("letter.trust:other-key",), {"letter.pdf": forged.pdf}, trust=True)


def _issued_twice(rng: random.Random) -> Altered:
    """The office stamps another text under a number it has used; the reader has the first letter."""
    first = letter(rng)
    second = letter(rng, number=first.number)
    return Altered(
        ("letter.number:number-other-letter",), {"delivered.pdf": first.pdf, "later.pdf": second.pdf}
    )


def _qr(rng: random.Random, host: bool = False) -> Altered | None:
    o = letter(rng)
    found = _LINE.search(o.pdf)
    assert found is not None
    text = found[1].decode()
    if host:
        if not o.host:
            return None
        text = text.replace(o.host.upper(), "OTHER.EXAMPLE")
    else:
        at = rng.randrange(max(text.rfind(":"), text.rfind("/")) + 1, len(text))
        other = rng.choice([c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567019" if c != text[at]])
        text = text[:at] + other + text[at + 1 :]
    return Altered(("qr.text", "qr.signature", "qr.trust"), texts=(text,), trust=True)


def _qr_of_another(rng: random.Random) -> Altered:
    o, other = letter(rng), letter(rng)
    found = _LINE.search(other.pdf)
    assert found is not None
    return Altered(("qr.letter:qr-no-letter",), {"letter.pdf": o.pdf}, (found[1].decode(),), trust=True)


def _ends(*parts: str) -> tuple[str, ...]:
    return tuple(f"letter.end:appended-parts:{part}" for part in parts)


_ALONE: tuple[tuple[str, Callable[..., bytes | None], tuple[str, ...]], ...] = (
    ("bit flip in the text", _in_text, _TEXT),
    ("bit flip in the mark", _in_line, (*_TOKEN, "letter.stamp:places-form", *_GONE)),
    ("bit flip in the stamp", _in_stamp, ("letter.stamp",)),
    ("bytes appended", _junk, ("letter.end",)),
    ("file cut off", _cut, ("letter.stamp:stamp-short", "letter.mark", *_GONE, "verify.unknown-format")),
    ("bytes cut out", _cut_out, ("letter.length",)),
    ("bytes put in", _put_in, ("letter.length",)),
    ("bytes put before", _put_before, ("letter.length", "letter.source")),
    ("digit changed", _digit, ("letter.source",)),
    ("form value in place", _form_in_place, ("letter.source",)),
    ("line ends changed", _line_ends, ("letter.length", "letter.mark")),
    ("startxref changed", _tail_number, ("letter.stamp",)),
    ("table entry changed", _table_entry, ("letter.stamp",)),
    ("update: metadata", _updated(_info), _ends("Info")),
    ("update: XMP", _updated(_xmp), _ends("Metadata")),
    ("update: white box", _updated(_white_box), _ends("Contents")),
    ("update: annotation", _updated(_annotation), _ends("Annots")),
    ("update: page dropped", _updated(_dropped), _ends("Kids")),
    ("update: pages swapped", _updated(_swapped), _ends("Kids")),
    ("update: page inserted", _updated(_inserted), _ends("Kids")),
    ("update: page rotated", _updated(_rotated), _ends("Rotate")),
    ("update: page cropped", _updated(_cropped), _ends("CropBox")),
    ("update: font remapped", _updated(_font), _ends("Encoding")),
    ("update: layer toggled", _updated(_layer), _ends("OCProperties")),
    ("update: form value", _updated(_form), _ends("V")),
    ("update: attachment swapped", _updated(_attachment), _ends("EF", "EmbeddedFile")),
    ("update: script", _updated(_script), _ends("OpenAction")),
    ("update: other catalogue", _updated(_root), _ends("Root")),
    ("update: signature", _updated(_signed_again), ("letter.end:later-signature",)),
    ("update: object freed", _freed, ("letter.end",)),
    ("saved anew", _saved(_nothing), _GONE),
    ("saved anew, packed", _saved(_nothing, object_stream_mode=pikepdf.ObjectStreamMode.generate), _GONE),
    ("saved anew, linear", _saved(_nothing, linearize=True), _GONE),
    ("saved anew, encrypted", _saved(_nothing, encryption=pikepdf.Encryption(owner="o")), _GONE),
    ("saved without a page", _saved(_without_page), _GONE),
    ("saved with a page more", _saved(_with_page), _GONE),
    ("saved with a page turned", _saved(_turned), _GONE),
    ("saved with a white box", _saved(_covered), _GONE),
    ("token swapped", _token_swapped, ("letter.length", "letter.source")),
    ("stamp swapped", _stamp_swapped, ("letter.length", "letter.source")),
    ("key swapped", _key_swapped, ("letter.kid", "letter.signature")),
    ("claim changed", _claim, ("letter.signature", "letter.token")),
)  # fmt: skip


def _on_one(
    change: Callable[..., bytes | None], names: tuple[str, ...]
) -> Callable[[random.Random], Altered | None]:
    def apply(rng: random.Random) -> Altered | None:
        original = (letter if rng.random() < 0.6 else exhibit)(rng)
        data = change(rng, original)
        if data is None or data == original.pdf:
            return None
        return Altered(names, {"letter.pdf": data})

    return apply


OPERATORS: tuple[Operator, ...] = (
    *(Operator(name, "pdf", _on_one(change, names)) for name, change, names in _ALONE),
    Operator("signed by another", "pdf", _signed_by_another),
    Operator("number used twice", "pdf", _issued_twice),
    Operator("QR text changed", "qr", _qr),
    Operator("QR host changed", "qr", lambda rng: _qr(rng, host=True)),
    Operator("QR of another letter", "qr", _qr_of_another),
)
