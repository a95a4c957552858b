"""What the campaigns against ``evidence verify`` start from: letters, exhibits and bundles as they were issued.

Everything is fictional (样本) and a function of the seed. Letters are stamped by ``evidence.stamp``; journals and
bundles come from the second writer of the tests, which can also rewrite its own history, as an office with its key
could.
"""

from __future__ import annotations

import random
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [folder for folder in (str(ROOT), str(ROOT / "tests" / "verify")) if folder not in sys.path]

from builder import (  # noqa: E402
    GOLDEN,
    ISSUED_AT,
    Case,
    sha,
    signing_key,
)

from evidence.model.letter import LetterNumber  # noqa: E402
from evidence.stamp.child import looked_over  # noqa: E402
from evidence.stamp.foreign import stamp_exhibit  # noqa: E402
from evidence.stamp.stamp import make_claims, stamp_with_token  # noqa: E402

__all__ = ["SOURCES", "Original", "bundle_case", "docx", "exhibit", "letter", "noted"]

#: Pages as LibreOffice and the built-in converter write them, of one page and of three.
SOURCES = tuple(sorted(path.name for path in GOLDEN.glob("*.pdf")))
PAGES = {name: int(name[-5]) for name in SOURCES}
HOSTS = ("", "", "letters.example", "a.sample.example")


@dataclass(slots=True)
class Original:
    """A stamped PDF with what was used to make it; ``token`` is that of its stamp."""

    pdf: bytes
    source: bytes
    number: LetterNumber
    host: str = ""
    has: frozenset[str] = field(default_factory=frozenset)


@cache
def _golden(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()


def noted(rng: random.Random, data: bytes) -> bytes:
    """The same pages in other bytes: a remark before the tail, so that no two letters have one digest.

    The table's offset stays right, since the remark stands behind the table's trailer.
    """
    at = data.rindex(b"startxref")
    remark = "".join(rng.choices("0123456789ABCDEF", k=rng.randrange(8, 64)))
    return data[:at] + b"% " + remark.encode() + b"\n" + data[at:]


def letter(rng: random.Random, *, seed: int = 1, number: LetterNumber | None = None) -> Original:
    """A stamped letter under a journal nobody has."""
    source = noted(rng, _golden(rng.choice(SOURCES)))
    host = rng.choice(HOSTS)
    number = number or LetterNumber(rng.choice((1, 2, 3, 4)), 2026, rng.randrange(1, 10_000))
    claims = make_claims(
        source,
        profile_number=rng.choice((1, 2)),
        number=number,
        issued_at=ISSUED_AT,
        facts_root=rng.randbytes(32),
        letter_id=rng.randbytes(16),
        checkpoint_size=rng.randrange(1, 100_000),
        checkpoint_root=rng.randbytes(32),
    )
    return Original(stamp_with_token(source, claims, signing_key(seed), host)[0], source, number, host)


def _page(pdf: pikepdf.Pdf, text: str, size: tuple[int, int]) -> pikepdf.Object:
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    drawn = f"BT /F1 12 Tf 72 {size[1] - 120} Td ({text}) Tj ET\n0.5 w 72 100 200 60 re S\n".encode()
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, *size],
            Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font))),
            Contents=pdf.make_stream(drawn),
        )
    )


def _foreign(rng: random.Random) -> tuple[bytes, frozenset[str]]:
    """A contract or slip of somebody else, with a form, layers and an attachment now and then."""
    pdf = pikepdf.new()
    size = rng.choice(((595, 842), (612, 792), (842, 595), (420, 595)))
    for page in range(rng.randrange(1, 5)):
        pdf.pages.append(pikepdf.Page(_page(pdf, f"SAMPLE {rng.randrange(10**9)} page {page + 1}", size)))
    has = frozenset(part for part in ("form", "layers", "attachment") if rng.random() < 0.6)
    if "form" in has:
        box = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="amount",
                V=f"{rng.randrange(100, 10_000)}.00", Rect=[80, 200, 200, 220], F=4,
            )
        )  # fmt: skip
        pdf.pages[0].obj.Annots = pikepdf.Array([box])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([box]))
    if "layers" in has:
        layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="draft"))
        shown = pikepdf.Dictionary(Order=[layer], ON=[layer])
        pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=shown)
    if "attachment" in has:
        pdf.attachments["terms.txt"] = pikepdf.AttachedFileSpec(
            pdf, b"sample terms %d" % rng.randrange(10**9)
        )
    pdf.docinfo["/Title"] = f"sample {rng.randrange(10**9)}"
    out = BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)
    return out.getvalue(), has


def exhibit(rng: random.Random, *, seed: int = 1) -> Original:
    """A foreign PDF with the stamp of layout 2."""
    source, has = _foreign(rng)
    number = LetterNumber(9, 2026, rng.randrange(1, 10_000))
    host = rng.choice(HOSTS)
    stamped = stamp_exhibit(
        source,
        signing_key(seed),
        inspection=looked_over(source, 5),
        profile_number=5,
        number=number,
        issued_at=ISSUED_AT,
        identity=rng.randbytes(16),
        checkpoint_size=rng.randrange(1, 100_000),
        checkpoint_root=rng.randbytes(32),
        host=host,
    )
    return Original(stamped.pdf, source, number, host, has)


def docx(text: str) -> bytes:
    """A Word file as small as one can be."""
    parts = {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships'
        '+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/'
        f'wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>',
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), body)
    return out.getvalue()


def bundle_case(rng: random.Random, *, seed: int = 1) -> Case:
    """A journal of one to three letters, most of them delivered; call its ``files()`` for the bundle."""
    name = rng.choice(SOURCES)
    case = Case(key=signing_key(seed), source=noted(rng, _golden(name)), pages=PAGES[name])
    case.host = rng.choice(HOSTS)
    case.open()
    for seq in range(1, rng.randrange(1, 4) + 1):
        case.docx = docx(f"样本 {seq} {rng.randrange(10**9)}")
        number = case.letter(seq)
        if seq == 1 or rng.random() < 0.7:
            case.delivery(number)
    if rng.random() < 0.5:
        case.put(
            "data/originals/exhibit.jpg", b"\xff\xd8\xff" + sha(rng.randbytes(8)) * rng.randrange(1, 200)
        )
    if rng.random() < 0.5:
        case.entry(
            "case.recorded",
            {"kind": "waiver", "event": sha(rng.randbytes(8)).hex()},
            at="2026-11-24T03:00:00Z",
        )
    case.put("data/originals/terms.txt", f"样本 {rng.randrange(10**9)}\n".encode())
    return case


def several(rng: random.Random, count: int) -> Iterator[Original]:
    for _ in range(count):
        yield (letter if rng.random() < 0.6 else exhibit)(rng)
