"""A second writer of journals and bundles, as small as it can be, straight from docs/formats.md.

Letters are stamped by ``evidence.stamp``: the checker's own rebuilding of the stamp is what those tests compare.
Everything is fictional (样本).
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evidence.model.letter import LetterNumber
from evidence.stamp.keys import PublicKey, SigningKey
from evidence.stamp.stamp import make_claims, stamp_with_token

GOLDEN = Path(__file__).resolve().parents[1] / "stamp" / "golden"
SOURCE = GOLDEN / "lo-1.pdf"
ISSUED_AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ACCOUNT = "1栋2单元301"


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def sm3(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def b32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def commit(salt: bytes, data: bytes) -> str:
    return sha(b"evidence/commit/v1\n" + salt + sha(data) + sm3(data)).hex()


def mth(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, by its own recursion."""
    if len(leaves) == 1:
        return sha(b"\x00" + leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha(b"\x01" + mth(leaves[:k]) + mth(leaves[k:]))


def path_to(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """RFC 9162, section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*path_to(m, leaves[:k]), mth(leaves[k:])]
    return [*path_to(m - k, leaves[k:]), mth(leaves[:k])]


def grown_from(m: int, leaves: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """RFC 9162, section 2.1.4.1: SUBPROOF(m, D_n, b)."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*grown_from(m, leaves[:k], whole), mth(leaves[k:])]
    return [*grown_from(m - k, leaves[k:], False), mth(leaves[:k])]


def consistency(size: int, leaves: Sequence[bytes]) -> bytes:
    hashes = [base64.b64encode(value).decode() for value in grown_from(size, leaves)]
    return "\n".join(["evidence/consistency@v1", f"old {size}", *hashes, ""]).encode()


def signing_key(seed: int = 1) -> SigningKey:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return SigningKey(private, PublicKey(private.public_key().public_bytes_raw()))


def key_file(key: SigningKey) -> bytes:
    return (b32(key.public.raw) + "\n").encode()


def checkpoint(key: SigningKey, origin: str, size: int, root: bytes) -> bytes:
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    key_hash = sha(origin.encode() + b"\n\x01" + key.public.raw)[:4]
    signature = base64.b64encode(key_hash + key.sign(text.encode())).decode()
    return f"{text}\n— {origin} {signature}\n".encode()


def proof(index: int, leaves: Sequence[bytes], note: bytes) -> bytes:
    lines = [base64.b64encode(value).decode() for value in path_to(index, leaves)]
    return "\n".join(["c2sp.org/tlog-proof@v1", f"index {index}", *lines, ""]).encode() + b"\n" + note


def leaf_of_fact(salt: bytes, name: str, value: str) -> bytes:
    return salt + name.encode() + b"\x00" + value.encode()


FACTS = (("收件人", "样本业主甲"), ("房屋", ACCOUNT), ("期间", "2024-01/2024-12"), ("本金", "1409.50"))


@dataclass
class Case:
    """A journal and what its bundle holds; change it before :meth:`files`, or the files after it."""

    key: SigningKey = field(default_factory=signing_key)
    origin: str = "evidence.local/sample"
    entries: list[bytes] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    payload: dict[str, bytes] = field(default_factory=dict)
    disclosure: dict[str, Any] = field(default_factory=dict)
    host: str = ""
    source: bytes = b""
    docx: bytes = b""
    pages: int = 1
    sizes: set[int] = field(default_factory=set)

    def salt(self, label: str) -> bytes:
        return sha(b"salt " + label.encode())

    def entry(
        self, kind: str, data: Mapping[str, Any], at: str = "2026-11-21T02:00:00Z", show: bool = True
    ) -> int:
        value = {"at": at, "by": self.key.public.kid.hex(), "data": dict(data), "type": kind, "v": 1}
        self.entries.append(canonical(value))
        if show:
            self.shown.append(len(self.entries) - 1)
        return len(self.entries) - 1

    def root(self, size: int) -> bytes:
        return mth(self.entries[:size])

    def open(self) -> None:
        self.source = self.source or SOURCE.read_bytes()
        salt = self.salt(ACCOUNT)
        self.disclosure = {
            "v": 1, "files": [], "letters": [], "events": [],
            "subject": {"account": ACCOUNT, "salt": salt.hex()},
        }  # fmt: skip
        self.subject = commit(salt, ACCOUNT.encode())
        self.entry("journal.opened", {
            "journal": self.origin.rsplit("/", 1)[1], "key": b32(self.key.public.raw), "jurisdiction": "cn",
            "tool": "0.1.0", "test": "/TEST/" in self.origin,
        })  # fmt: skip
        for other in range(3):
            self.entry("run.completed", {"run": f"R{other}", "issued": 1, "voided": 0}, show=False)

    def put(self, path: str, data: bytes, kind: str = "files") -> str:
        """Add a file of ``data/`` with its salt; its commitment."""
        self.payload[path] = data
        self.disclosure[kind].append({"path": path, "salt": self.salt(path).hex()})
        return commit(self.salt(path), data)

    def letter(
        self,
        seq: int = 1,
        *,
        size: int | None = None,
        root: bytes | None = None,
        lawyers: bool = False,
        profile: int = 1,
    ) -> str:
        """Issue a letter under the journal's present head; its number. Profile 7 is that of a lawyer letter's draft."""
        number = LetterNumber(3 if lawyers else 2, 2026, seq)
        kind = "lawyer-letter" if lawyers else "demand"
        size = len(self.entries) if size is None else size
        self.sizes.add(size)
        salts = [sha(f"{seq} {name}".encode())[:16] for name, _ in FACTS]
        leaves = [leaf_of_fact(s, name, value) for s, (name, value) in zip(salts, FACTS, strict=True)]
        claims = make_claims(
            self.source, profile_number=profile, number=number, issued_at=ISSUED_AT, facts_root=mth(leaves),
            letter_id=sha(number.key.encode())[:16], checkpoint_size=size, checkpoint_root=root or self.root(size),
        )  # fmt: skip
        pdf, token = stamp_with_token(self.source, claims, self.key, self.host)
        docx = self.put(
            f"data/originals/{seq:02d}-催告函.docx", self.docx or b"PK\x03\x04 sample " + number.key.encode()
        )
        self.entry("letter.issued", {
            "run": "R9", "number": number.key, "kind": kind, "effect": "demand", "subject": self.subject,
            "profile": profile, "token": sha(token).hex(), "docx": docx,
            "pdf": self.put(f"data/originals/{seq:02d}-催告函.pdf", pdf), "pages": self.pages,
        }, at=f"2026-11-21T02:00:{seq:02d}Z")  # fmt: skip
        facts = [{"name": n, "value": v, "salt": s.hex()} for s, (n, v) in zip(salts, FACTS, strict=True)]
        self.disclosure["letters"].append({"number": number.key, "facts": facts})
        return number.key

    def approval(self, draft: str, number: str) -> int:
        """A lawyer answers for the letter made of a draft."""
        data = {"run": "R9", "draft": draft, "number": number, "docx": "0" * 64, "approval": "1" * 64}
        return self.entry("letter.approved", data, at="2026-11-21T03:00:00Z")

    def delivery(
        self, number: str, *, witness: str = "carrier", outcome: str = "delivered", grade: str = ""
    ) -> None:
        """By EMS with a photo: with a waybill the carrier is its witness, without one nobody, and a guard's signature is
        none (docs/formats.md §4)."""
        grade = grade or ("B" if witness == "carrier" else "D")
        photo = b"\xff\xd8\xff sample photograph of " + number.encode()
        slip = self.put(f"data/originals/letters/{number}/delivery-1-slip.jpg", photo)
        said = {"number": number, "channel": "ems", "outcome": outcome, "witness": witness, "grade": grade}
        shown = {
            "media_type": "image/jpeg", "name": "slip.jpg", "sha256": sha(photo).hex(), "size": len(photo),
            "sm3": sm3(photo).hex(), "taken_at": "",
        }  # fmt: skip
        event = {
            "at": "2026-11-23T10:00:00+08:00", "channel": "ems", "letter": number, "note": "", "outcome": outcome,
            "place": "样本小区", "proofs": [shown], "recorded_at": "2026-11-24T09:00:00+08:00",
            "relation": "guard" if grade == "none" else "", "servers": [], "signer": "",
            "tracking": "1234567890123" if witness == "carrier" else "", "v": 1, "witness_name": "",
        }  # fmt: skip
        committed = self.put(f"data/originals/letters/{number}/delivery-1.json", canonical(event), "events")
        recorded = {**said, "at": "2026-11-23T02:00:00Z", "event": committed, "proofs": [slip]}
        self.entry("delivery.recorded", recorded, at="2026-11-24T01:00:00Z")

    def files(self) -> dict[str, bytes]:
        """The whole bundle, sealed by one more entry and proven under one checkpoint."""
        files = {
            "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "bag-info.txt": "Source-Organization: 样本物业\nBagging-Date: 2026-11-25\n".encode(),
            "README.txt": "样本\n".encode(),
            "keys/office.pub": key_file(self.key),
            "data/bundle.pdf": b"%PDF-1.7 sample",
            "data/catalogue.json": b"{}",
            **self.payload,
            "data/disclosure.json": canonical(self.disclosure),
        }
        payload = {path: data for path, data in files.items() if path.startswith("data/")}
        files["manifest-sha256.txt"] = manifest(payload)
        rows = [
            {"path": path, "sha256": sha(data).hex(), "size": len(data), "sm3": sm3(data).hex()}
            for path, data in sorted(files.items())
        ]
        files["seal.json"] = canonical({"entries": self.listed(), "files": rows, "v": 2})
        bundle = self.entry("bundle.made", {
            "bundle": "B1", "version": 1, "subject": self.subject, "seal": sha(files["seal.json"]).hex(),
        }, at="2026-11-25T01:00:00Z", show=False)  # fmt: skip
        self.prove(files, bundle)
        return files

    def listed(self) -> list[dict[str, Any]]:
        """What the seal says of the entries shown."""
        return [
            {"index": index, "sha256": sha(self.entries[index]).hex()}
            for index in sorted(set(self.shown))
            if b'"type":"time.anchored"' not in self.entries[index]
        ]

    def prove(self, files: dict[str, bytes], bundle: int) -> None:
        note = checkpoint(self.key, self.origin, len(self.entries), self.root(len(self.entries)))
        for index in self.shown:
            files[f"journal/{index:06d}.json"] = self.entries[index]
            files[f"journal/{index:06d}.proof"] = proof(index, self.entries, note)
        files["journal/bundle.json"] = self.entries[bundle]
        files["journal/bundle.proof"] = proof(bundle, self.entries, note)
        for size in self.sizes:
            if size < len(self.entries):
                files[f"journal/consistency-{size}.proof"] = consistency(size, self.entries)
        retag(files)


def manifest(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{sha(data).hex()}  {path}\n" for path, data in sorted(files.items())).encode()


def retag(files: dict[str, bytes]) -> None:
    """Write the tag manifest again: what anybody can do after changing a file."""
    files.pop("tagmanifest-sha256.txt", None)
    files["tagmanifest-sha256.txt"] = manifest({p: d for p, d in files.items() if not p.startswith("data/")})


def sample_case(**options: Any) -> Case:
    """One demand, delivered by EMS."""
    case = Case(**options)
    case.open()
    case.delivery(case.letter())
    return case


def write_folder(root: Path, files: Mapping[str, bytes]) -> Path:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return root


def write_zip(target: Path, files: Mapping[str, bytes], prefix: str = "") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path, data in sorted(files.items()):
            info = zipfile.ZipInfo(prefix + path, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            archive.writestr(info, data)
    return target


def stamped_letter(
    *,
    seed: int = 1,
    host: str = "",
    source: Path = SOURCE,
    root: bytes = b"r" * 32,
    facts_root: bytes = b"f" * 32,
) -> bytes:
    """One stamped letter without a journal behind it."""
    data = source.read_bytes()
    claims = make_claims(
        data, profile_number=1, number=LetterNumber(2, 2026, 1), issued_at=ISSUED_AT, facts_root=facts_root,
        letter_id=b"sample letter id", checkpoint_size=7, checkpoint_root=root,
    )  # fmt: skip
    return stamp_with_token(data, claims, signing_key(seed), host)[0]
