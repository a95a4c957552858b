"""What the tests of this room share: a key, claims, and small PDFs written by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from evidence.model.letter import LetterNumber
from evidence.stamp.keys import SigningKey
from evidence.stamp.stamp import make_claims
from evidence.stamp.token import Claims

GOLDEN = Path(__file__).parent / "golden"
SHARED = Path(__file__).parents[2].parent / "shared"
KEY = SigningKey.from_seed(bytes(range(32)))
NUMBER = LetterNumber(2, 2026, 1)


def claims_for(source: bytes, profile: int = 1, number: LetterNumber = NUMBER) -> Claims:
    return make_claims(
        source,
        profile_number=profile,
        number=number,
        issued_at=datetime(2026, 11, 21, 2, 0, 0, tzinfo=UTC),
        facts_root=b"\x01" * 32,
        letter_id=b"\x02" * 16,
        checkpoint_size=12345,
        checkpoint_root=b"\x03" * 32,
    )


LETTER: dict[int, bytes] = {
    1: b"<</Type/Catalog/Pages 2 0 R>>",
    # Box and resources are inherited, the resources are an object of their own, and so are the fonts in it.
    2: b"<</Type/Pages/Count 2/Kids[3 0 R 7 0 R]/MediaBox[0 0 595.28 841.89]/Resources 6 0 R>>",
    3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
    4: b"<</Length 33>>\nstream\nBT /F1 12 Tf 72 500 Td (1) Tj ET \nendstream",
    5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    6: b"<</ProcSet[/PDF/Text]/Font 8 0 R>>",
    7: b"<</Type /Page\n/Parent 2 0 R % the second\n/Contents [ 4 0 R\t4 0 R ]\n/Rotate 0 >>",
    8: b"<< /F1 5 0 R >>",
}


def pdf(objects: dict[int, bytes] = LETTER, trailer: bytes = b"", header: bytes = b"%PDF-1.4\n") -> bytes:
    """A PDF of one revision with a classic table; ``trailer`` is put into its dictionary."""
    out = bytearray(header)
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        used = number in offsets
        out += b"%010d %05d %b \n" % (offsets.get(number, 0), 0 if used else 65535, b"n" if used else b"f")
    out += b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(out)


def changed(**bodies: bytes) -> bytes:
    """The letter above with some objects replaced: ``changed(o3=b"…")``."""
    return pdf({**LETTER, **{int(name[1:]): body for name, body in bodies.items()}})
