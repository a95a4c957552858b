"""Alterations of evidence bundles: their files, lists, journal, proofs and zip; and what an office with its key
could do.
"""

from __future__ import annotations

import json
import random
import re
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

from _operators import Altered, Operator, Zip, flip
from _originals import bundle_case, docx
from builder import Case, canonical, checkpoint, key_file, manifest, proof, retag, sha, signing_key, sm3

Files = dict[str, bytes]
_TAG, _MANIFEST, _SEAL = "tagmanifest-sha256.txt", "manifest-sha256.txt", "seal.json"
_ENTRY = re.compile(r"journal/[0-9]{6}\.json\Z")


class Sealed:
    """A case with its bundle, and the three depths to which somebody covers his tracks."""

    def __init__(self, rng: random.Random) -> None:
        self.case: Case = bundle_case(rng)
        self.files: Files = self.case.files()

    def listed(self) -> None:
        """Both manifests written again: anybody can."""
        payload = {path: data for path, data in self.files.items() if path.startswith("data/")}
        self.files[_MANIFEST] = manifest(payload)
        retag(self.files)

    def resealed(self) -> None:
        """``seal.json``, too; the journal still holds the digest of the first one."""
        payload = {path: data for path, data in self.files.items() if path.startswith("data/")}
        self.files[_MANIFEST] = manifest(payload)
        rows = [
            {"path": path, "sha256": sha(data).hex(), "size": len(data), "sm3": sm3(data).hex()}
            for path, data in sorted(self.files.items())
            if not path.startswith("journal/") and path not in (_SEAL, _TAG)
        ]
        self.files[_SEAL] = canonical({"entries": self.case.listed(), "files": rows, "v": 2})
        retag(self.files)

    def signed(self) -> None:
        """And the journal's last entry, with the office's own key: what only the office can do."""
        self.resealed()
        last = json.loads(self.case.entries[-1])
        last["data"]["seal"] = sha(self.files[_SEAL]).hex()
        self.case.entries[-1] = canonical(last)
        self.case.prove(self.files, len(self.case.entries) - 1)

    def entries(self) -> list[str]:
        return [path for path in self.files if _ENTRY.match(path)]

    def find(self, end: str) -> list[str]:
        return sorted(
            path for path in self.files if path.startswith("data/originals/") and path.endswith(end)
        )

    def altered(self, *names: str, trust: bool = False, **beside: bytes) -> Altered:
        return Altered(
            names,
            {"bundle": self.files, **{f"{name}.pdf": data for name, data in beside.items()}},
            trust=trust,
        )


def _pick(rng: random.Random, s: Sealed, where: Callable[[str], bool] = lambda path: True) -> str:
    return rng.choice(sorted(path for path in s.files if where(path) and s.files[path]))


# Files and lists.


def _bit(rng: random.Random, s: Sealed) -> Altered:
    path = _pick(rng, s, lambda p: p != _TAG)
    s.files[path] = flip(rng, s.files[path], 0, len(s.files[path]))
    return s.altered(f"bag.manifest@{path}", f"bag.tagmanifest@{path}")


def _bit_listed(rng: random.Random, s: Sealed) -> Altered:
    path = _pick(
        rng,
        s,
        lambda p: p.startswith(("data/", "README", "bag-info")) or p in ("keys/office.pub", "bagit.txt"),
    )
    s.files[path] = flip(rng, s.files[path], 0, len(s.files[path]))
    s.listed()
    return s.altered(f"seal.files@{path}")


def _bit_resealed(rng: random.Random, s: Sealed) -> Altered:
    path = _pick(rng, s, lambda p: p.startswith("data/"))
    s.files[path] = flip(rng, s.files[path], 0, len(s.files[path]))
    s.resealed()
    return s.altered("journal.sealed:digest-differs")


def _removed(rng: random.Random, s: Sealed) -> Altered:
    path = _pick(
        rng, s, lambda p: p.startswith("data/") or p in ("README.txt", "keys/office.pub", "bag-info.txt")
    )
    del s.files[path]
    if rng.random() < 0.5:
        s.listed()
    return s.altered(f"seal.files@{path}")


def _added(rng: random.Random, s: Sealed) -> Altered:
    path = rng.choice(("data/originals/", "data/", "", "keys/")) + f"more{rng.randrange(100)}.txt"
    s.files[path] = rng.randbytes(40)
    if rng.random() < 0.5:
        s.listed()
    return s.altered(f"seal.files@{path}")


def _renamed(rng: random.Random, s: Sealed) -> Altered:
    path = _pick(rng, s, lambda p: p.startswith("data/originals/"))
    s.files[path + ".old"] = s.files.pop(path)
    s.listed()
    return s.altered(f"seal.files@{path}")


def _exchanged(rng: random.Random, s: Sealed) -> Altered:
    a, b = rng.sample(sorted(p for p in s.files if p.startswith("data/")), 2)
    s.files[a], s.files[b] = s.files[b], s.files[a]
    s.listed()
    return s.altered(f"seal.files@{a}")


def _manifest_line(rng: random.Random, s: Sealed) -> Altered:
    name = rng.choice((_MANIFEST, _TAG))
    lines = s.files[name].splitlines(keepends=True)
    at = rng.randrange(len(lines))
    path = lines[at].split(b"  ", 1)[1].strip().decode()
    if rng.random() < 0.5:
        del lines[at]
    else:
        lines[at] = flip_hex(rng, lines[at])
    s.files[name] = b"".join(lines)
    if name == _MANIFEST:
        retag(s.files)
    return s.altered(f"bag.manifest@{path}", f"bag.tagmanifest@{path}")


def flip_hex(rng: random.Random, line: bytes) -> bytes:
    at = rng.randrange(64)
    other = rng.choice([c for c in b"0123456789abcdef" if c != line[at]])
    return line[:at] + bytes([other]) + line[at + 1 :]


def _seal_row(rng: random.Random, s: Sealed) -> Altered:
    seal = json.loads(s.files[_SEAL])
    row = rng.randrange(len(seal["files"]))
    path = seal["files"][row]["path"]
    if rng.random() < 0.5:
        del seal["files"][row]
    else:
        seal["files"][row]["size"] += 1
    s.files[_SEAL] = canonical(seal)
    retag(s.files)
    return s.altered("journal.sealed:digest-differs", f"seal.files@{path}")


# Letters, Word files, attachments and what is disclosed of them.


def _letter_altered(rng: random.Random, s: Sealed) -> Altered:
    path = rng.choice([p for p in s.find(".pdf") if b"%EV-STAMP" in s.files[p]])
    data = s.files[path]
    s.files[path] = flip(rng, data, 10, data.index(b"%EV-STAMP") - 1)
    (s.listed, s.resealed, s.signed)[rng.randrange(3)]()
    return s.altered(f"letter.source@{path}")


def _letter_extended(rng: random.Random, s: Sealed) -> Altered:
    path = rng.choice([p for p in s.find(".pdf") if b"%EV-STAMP" in s.files[p]])
    s.files[path] += (
        b"9 0 obj\n<</Type/Annot/Subtype/Square>>\nendobj\nxref\n0 0\ntrailer\n<<>>\nstartxref\n5\n%%EOF\n"
    )
    (s.listed, s.resealed, s.signed)[rng.randrange(3)]()
    return s.altered(f"letter.end@{path}")


def _word_part(rng: random.Random, s: Sealed) -> Altered:
    """Another amount in the Word file, packed again as a word processor would."""
    path = rng.choice(s.find(".docx"))
    s.files[path] = docx(f"样本 {rng.randrange(10**9, 10**10)}")
    depth = rng.randrange(2)
    (s.listed, s.resealed)[depth]()
    return s.altered(
        "journal.sealed:digest-differs" if depth else f"seal.files@{path}", f"letter.docx@{path}"
    )


def _word_repacked(rng: random.Random, s: Sealed) -> Altered:
    """The same parts, packed otherwise."""
    path = rng.choice(s.find(".docx"))
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(s.files[path])) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info), zipfile.ZIP_DEFLATED)
    s.files[path] = out.getvalue()
    s.listed()
    return s.altered(f"seal.files@{path}")


def _word_by_the_office(rng: random.Random, s: Sealed) -> Altered:
    """The office itself exchanges the Word file and seals anew: the entry of the letter's issue still stands."""
    path = rng.choice(s.find(".docx"))
    s.files[path] = docx(f"样本 {rng.randrange(10**9, 10**10)}")
    s.signed()
    return s.altered(f"letter.docx@{path}")


def _slip(rng: random.Random, s: Sealed) -> Altered:
    path = rng.choice(s.find(".jpg"))
    first = dict(s.files)
    s.files[path] = b"\xff\xd8\xff" + rng.randbytes(200)
    depth = rng.randrange(3)
    (s.listed, s.resealed, s.signed)[depth]()
    if "delivery-" not in path and depth == 2:
        # No entry but the seal's speaks of an exhibit: that the office exchanged it shows beside the first bundle.
        return Altered(("bundle.journal:bundle-fork",), {"first": first, "second": s.files})
    names = (f"seal.files@{path}", "journal.sealed:digest-differs", "delivery.proofs")
    return s.altered(names[depth], *(["delivery.proofs"] if "delivery-" in path else []))


def _event(rng: random.Random, s: Sealed) -> Altered:
    path = rng.choice(s.find("delivery-1.json"))
    s.files[path] = s.files[path].replace(b'"ems"', b'"sms"').replace(b"2026-11-23", b"2026-11-19")
    (s.listed, s.resealed, s.signed)[rng.randrange(3)]()
    return s.altered("delivery.event", f"seal.files@{path}")


def _disclosed(rng: random.Random, s: Sealed) -> Altered:
    path = "data/disclosure.json"
    s.files[path] = s.files[path].replace(b"1409.50", b"%d.50" % rng.randrange(2000, 9000))
    (s.listed, s.resealed, s.signed)[rng.randrange(3)]()
    return s.altered("letter.facts:facts-differ")


def _salt(rng: random.Random, s: Sealed) -> Altered:
    value = json.loads(s.files["data/disclosure.json"])
    row = rng.choice(value["files"][:2])
    row["salt"] = rng.randbytes(32).hex()
    s.files["data/disclosure.json"] = canonical(value)
    (s.listed, s.resealed, s.signed)[rng.randrange(3)]()
    return s.altered("letter.recorded", f"letter.docx@{row['path']}")


# The journal and its proofs, without the key.


def _entry_edited(rng: random.Random, s: Sealed) -> Altered:
    path = rng.choice(s.entries())
    value = json.loads(s.files[path])
    changed = {key: _other(rng, item) for key, item in value["data"].items()}
    value["data"] = changed if changed != value["data"] else {**changed, "grade": "A"}
    s.files[path] = canonical(value)
    retag(s.files)
    return s.altered(f"journal.proof@{path[:-5]}.proof", f"journal.entry@{path}")


def _other(rng: random.Random, value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + rng.randrange(1, 9)
    return value


def _clock_back(rng: random.Random, s: Sealed) -> Altered:
    path = rng.choice(s.entries())
    s.files[path] = re.sub(rb'"at":"2026-1.', b'"at":"2025-01', s.files[path], count=1)
    retag(s.files)
    return s.altered(f"journal.proof@{path[:-5]}.proof")


def _entry_deleted(rng: random.Random, s: Sealed) -> Altered:
    path = rng.choice(s.entries())
    kind = json.loads(s.files[path])["type"]
    del s.files[path], s.files[f"{path[:-5]}.proof"]
    retag(s.files)
    names = {
        "letter.issued": ("letter.recorded:letter-unrecorded",),
        "journal.opened": ("journal.origin", "journal.entry"),
    }
    return s.altered(f"seal.entries:entry-missing@{path}", *names.get(kind, ()))


def _entry_forgotten(rng: random.Random, s: Sealed) -> Altered | None:
    """An entry that nothing in the bundle refers to: only the seal knows that it was there."""
    path = next((p for p in s.entries() if b'"type":"case.recorded"' in s.files[p]), None)
    if path is None:
        return None
    del s.files[path], s.files[f"{path[:-5]}.proof"]
    retag(s.files)
    return s.altered(f"seal.entries:entry-missing@{path}")


def _entry_slipped_in(rng: random.Random, s: Sealed) -> Altered | None:
    """An entry of the same journal that the seal does not list, with a proof that holds."""
    index = rng.choice([i for i in range(1, len(s.case.entries) - 1) if i not in s.case.shown])
    note = s.files["journal/bundle.proof"].partition(b"\n\n")[2]
    s.files[f"journal/{index:06d}.json"] = s.case.entries[index]
    s.files[f"journal/{index:06d}.proof"] = proof(index, s.case.entries, note)
    retag(s.files)
    return s.altered(f"seal.entries:entry-extra@journal/{index:06d}.json")


def _entries_exchanged(rng: random.Random, s: Sealed) -> Altered:
    a, b = rng.sample(s.entries(), 2)
    s.files[a], s.files[b] = s.files[b], s.files[a]
    retag(s.files)
    return s.altered(f"journal.proof@{a[:-5]}.proof")


def _tail_cut(rng: random.Random, s: Sealed) -> Altered:
    """The last entries taken away, the sealing one among them."""
    for path in [*sorted(s.entries())[-rng.randrange(1, 3) :], "journal/bundle.json"]:
        del s.files[path], s.files[f"{path[:-5]}.proof"]
    retag(s.files)
    return s.altered("journal.sealed:no-bundle-entry")


def _proof_edited(rng: random.Random, s: Sealed) -> Altered:
    path = rng.choice(
        [p for p in s.files if p.startswith("journal/") and p.endswith(".proof") and "consist" not in p]
    )
    head, _, note = s.files[path].partition(b"\n\n")
    lines = head.split(b"\n")
    at = rng.randrange(1, len(lines))
    if at == 1:
        lines[at] = b"index %d" % rng.randrange(100, 200)
    else:
        lines[at] = lines[at][:5] + (b"B" if lines[at][5:6] != b"B" else b"C") + lines[at][6:]
    s.files[path] = b"\n".join(lines) + b"\n\n" + note
    retag(s.files)
    return s.altered(f"journal.proof@{path}")


def _consistency_edited(rng: random.Random, s: Sealed) -> Altered | None:
    paths = [path for path in s.files if "consistency" in path]
    if not paths:
        return None
    path = rng.choice(paths)
    s.files[path] = flip(rng, s.files[path], 0, len(s.files[path]))
    retag(s.files)
    return s.altered(f"journal.consistency@{path}")


def _note_edited(rng: random.Random, s: Sealed) -> Altered:
    """Another size, root or origin in the checkpoint, under all proofs."""
    size = len(s.case.entries)
    note = checkpoint(s.case.key, s.case.origin, size, s.case.root(size))
    other = rng.choice((
        note.replace(b"\n%d\n" % size, b"\n%d\n" % (size + 1), 1),
        note.replace(s.case.origin.encode() + b"\n", b"evidence.local/other\n", 1),
        re.sub(rb"\n(.)(.{42}=)\n", lambda m: b"\n" + (b"A" if m[1] != b"A" else b"B") + m[2] + b"\n", note, count=1),
    ))  # fmt: skip
    for path in [p for p in s.files if p.endswith(".proof")]:
        s.files[path] = s.files[path].replace(note, other)
    retag(s.files)
    return s.altered("journal.checkpoint:checkpoint-signature", "journal.proof")


def _signed_by_another(rng: random.Random, s: Sealed) -> Altered:
    size, other = len(s.case.entries), signing_key(rng.randrange(2, 200))
    note = checkpoint(other, s.case.origin, size, s.case.root(size))
    for index in s.case.shown:
        s.files[f"journal/{index:06d}.proof"] = proof(index, s.case.entries, note)
    s.files["journal/bundle.proof"] = proof(size - 1, s.case.entries, note)
    retag(s.files)
    return s.altered("journal.checkpoint:checkpoint-signature")


def _key_swapped(rng: random.Random, s: Sealed) -> Altered:
    s.files["keys/office.pub"] = key_file(signing_key(rng.randrange(2, 200)))
    retag(s.files)
    return s.altered("seal.files@keys/office.pub", "journal.checkpoint:checkpoint-signature", "letter.office")


def _all_by_another(rng: random.Random, s: Sealed) -> Altered:
    forged = bundle_case(rng, seed=rng.randrange(2, 200))
    return Altered(("bundle.trust:other-key",), {"bundle": forged.files()}, trust=True)


# The office against itself: with its key, its journal and its clock, beside one letter delivered before.


def _delivered(s: Sealed) -> bytes:
    return s.files[[p for p in s.find(".pdf") if b"%EV-STAMP" in s.files[p]][-1]]


_BESIDE = ("letter.checkpoint:checkpoint-rewritten", "letter.bundle:bundle-rewritten")


def _rewritten(rng: random.Random, s: Sealed) -> Altered:
    index = rng.randrange(1, 4)
    value = json.loads(s.case.entries[index])
    value["data"]["issued"] += rng.randrange(1, 9)
    s.case.entries[index] = canonical(value)
    letter = _delivered(s)
    s.case.prove(s.files, len(s.case.entries) - 1)
    return s.altered(*_BESIDE, delivered=letter)


def _backdated(rng: random.Random, s: Sealed) -> Altered:
    index = rng.randrange(0, 4)
    s.case.entries[index] = s.case.entries[index].replace(
        b'"at":"2026-11', b'"at":"2026-0%d' % rng.randrange(1, 10)
    )
    letter = _delivered(s)
    s.case.prove(s.files, len(s.case.entries) - 1)
    return s.altered(*_BESIDE, delivered=letter)


def _dropped_inside(rng: random.Random, s: Sealed) -> Altered:
    """An entry of the past is taken out, everything after it moves up, and all is signed again."""
    letter = _delivered(s)
    del s.case.entries[rng.randrange(1, 4)]
    for path in [path for path in s.files if path.startswith("journal/")]:
        del s.files[path]
    s.case.shown = [index - (index > 3) for index in s.case.shown]
    s.case.prove(s.files, len(s.case.entries) - 1)
    return s.altered(*_BESIDE, "letter.checkpoint:checkpoint-late", "journal.consistency", delivered=letter)


def _forked(rng: random.Random, s: Sealed) -> Altered:
    """Two bundles of two journals that part after some entry."""
    other = Sealed(rng)
    return Altered(("bundle.journal:bundle-fork",), {"first": s.files, "second": other.files})


def _begun_anew(rng: random.Random, s: Sealed) -> Altered:
    """The tail of the journal is cut off and a bundle made much later, as if the delivered letter had never been."""
    late = Case(key=s.case.key)
    late.open()
    late.delivery(late.letter(7, size=1))
    late.put("data/originals/terms.txt", rng.randbytes(20).hex().encode())
    long = Case(key=s.case.key)
    long.open()
    for other in range(20):
        long.entry("run.completed", {"run": f"R{other}x", "issued": 2, "voided": 0}, show=False)
    long.letter(9)
    return Altered(
        ("letter.bundle:bundle-shorter",),
        {"bundle": late.files(), "delivered.pdf": long.payload["data/originals/09-催告函.pdf"]},
    )


def _reissued(rng: random.Random, s: Sealed) -> Altered:
    """The same number with another text, journaled in its place."""
    first = bundle_case(rng)
    letter = first.payload["data/originals/01-催告函.pdf"]
    return s.altered("letter.bundle:bundle-other-letter", delivered=letter)


# The zip.


def _zip(rng: random.Random, s: Sealed, change: Callable[[random.Random, Files], bytes]) -> Altered | None:
    data = change(rng, s.files)
    return Altered(("zip.canonical", "bag.paths", "verify.zip-damaged"), {"bundle.zip": Zip(data)})


def _packed(
    files: Files, order: list[str] | None = None, method: int = zipfile.ZIP_STORED, **how: Any
) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for path in order or sorted(files):
            info = zipfile.ZipInfo(path, how.get("date", (1980, 1, 1, 0, 0, 0)))
            info.create_system, info.external_attr, info.compress_type = (
                3,
                how.get("mode", 0o100644) << 16,
                method,
            )
            info.extra, info.comment = how.get("extra", b""), how.get("note", b"")
            archive.writestr(info, files[path])
        archive.comment = how.get("comment", b"")
    return out.getvalue()


def _shuffled(rng: random.Random, files: Files) -> bytes:
    order = sorted(files)
    a = rng.randrange(len(order) - 1)
    order[a], order[a + 1] = order[a + 1], order[a]
    return _packed(files, order)


def _twice(rng: random.Random, files: Files) -> bytes:
    import warnings

    path = rng.choice(sorted(files))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _packed(files, sorted([*files, path]))


def _zip_bit(rng: random.Random, files: Files) -> bytes:
    data = _packed(files)
    return flip(rng, data, 0, len(data))


def _local_name(rng: random.Random, files: Files) -> bytes:
    """The header before a member names another file than the directory."""
    data, path = _packed(files), rng.choice([p for p in sorted(files) if p.startswith("data/")]).encode()
    at = data.index(b"PK\x03\x04", data.index(path) - 40 if data.index(path) > 40 else 0)
    return data[: at + 30] + bytes([data[at + 30] ^ 1]) + data[at + 31 :]


def _cut_zip(rng: random.Random, files: Files) -> bytes:
    data = _packed(files)
    return data[: rng.randrange(30, len(data))]


def _end_record(rng: random.Random, files: Files) -> bytes:
    data = bytearray(_packed(files))
    struct.pack_into("<H", data, len(data) - 22 + 4, rng.randrange(1, 9))
    return bytes(data)


_ZIPS: tuple[tuple[str, Callable[[random.Random, Files], bytes]], ...] = (
    ("zip: comment", lambda rng, f: _packed(f, comment=rng.randbytes(rng.randrange(1, 60)))),
    ("zip: note on a member", lambda rng, f: _packed(f, note=b"note %d" % rng.randrange(99))),
    ("zip: reordered", _shuffled),
    ("zip: entry twice", _twice),
    ("zip: packed", lambda rng, f: _packed(f, method=zipfile.ZIP_DEFLATED)),
    ("zip: other date", lambda rng, f: _packed(f, date=(2026, 1, rng.randrange(1, 28), 0, 0, 0))),
    ("zip: other mode", lambda rng, f: _packed(f, mode=0o100755)),
    ("zip: extra field", lambda rng, f: _packed(f, extra=struct.pack("<HH4s", 0x4556, 4, rng.randbytes(4)))),
    ("zip: bytes before", lambda rng, f: b"PK\x03\x04" + rng.randbytes(30) + _packed(f)),
    ("zip: bytes after", lambda rng, f: _packed(f) + rng.randbytes(rng.randrange(1, 99))),
    ("zip: bit flip", _zip_bit),
    ("zip: header and directory differ", _local_name),
    ("zip: cut off", _cut_zip),
    ("zip: end record", _end_record),
)

_BUNDLES: tuple[tuple[str, Callable[[random.Random, Sealed], Altered | None]], ...] = (
    ("bit flip", _bit),
    ("bit flip, lists written again", _bit_listed),
    ("bit flip, sealed again", _bit_resealed),
    ("file removed", _removed),
    ("file added", _added),
    ("file renamed", _renamed),
    ("files exchanged", _exchanged),
    ("manifest edited", _manifest_line),
    ("seal edited", _seal_row),
    ("letter altered", _letter_altered),
    ("letter extended", _letter_extended),
    ("Word part edited", _word_part),
    ("Word file packed again", _word_repacked),
    ("Word file, by the office", _word_by_the_office),
    ("photograph exchanged", _slip),
    ("delivery event edited", _event),
    ("disclosed amount edited", _disclosed),
    ("salt exchanged", _salt),
)
_JOURNALS: tuple[tuple[str, Callable[[random.Random, Sealed], Altered | None]], ...] = (
    ("entry edited", _entry_edited),
    ("clock set back in a file", _clock_back),
    ("entry deleted", _entry_deleted),
    ("entry nobody refers to deleted", _entry_forgotten),
    ("entry slipped in", _entry_slipped_in),
    ("entries exchanged", _entries_exchanged),
    ("tail cut", _tail_cut),
    ("proof edited", _proof_edited),
    ("consistency proof edited", _consistency_edited),
    ("checkpoint edited", _note_edited),
    ("checkpoint by another key", _signed_by_another),
    ("office's key swapped", _key_swapped),
    ("everything signed by another", _all_by_another),
    ("journal rewritten", _rewritten),
    ("journal backdated", _backdated),
    ("past entry taken out", _dropped_inside),
    ("journal forked", _forked),
    ("journal begun anew", _begun_anew),
    ("number issued again", _reissued),
)


def _on_a_bundle(
    change: Callable[[random.Random, Sealed], Altered | None],
) -> Callable[[random.Random], Altered | None]:
    """As a folder or, one time in three, as the canonical zip of it."""

    def apply(rng: random.Random) -> Altered | None:
        altered = change(rng, Sealed(rng))
        if altered is None or rng.random() > 0.33 or "bundle" not in altered.things:
            return altered
        things = {
            name + (".zip" if name == "bundle" else ""): Zip(thing) if name == "bundle" else thing
            for name, thing in altered.things.items()
        }
        return Altered(altered.names, things, altered.texts, altered.trust)

    return apply


def _on_a_zip(change: Callable[[random.Random, Files], bytes]) -> Callable[[random.Random], Altered | None]:
    return lambda rng: _zip(rng, Sealed(rng), change)


OPERATORS: tuple[Operator, ...] = (
    *(Operator(name, "bundle", _on_a_bundle(change)) for name, change in _BUNDLES),
    *(Operator(name, "journal", _on_a_bundle(change)) for name, change in _JOURNALS),
    *(Operator(name, "zip", _on_a_zip(change)) for name, change in _ZIPS),
)
