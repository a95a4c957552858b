"""Alterations of what stands beside a letter: exported journals and databases, lone proofs, disclosure files; by anybody,
and by an office that has every key and signs anew, against one letter delivered before.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from _operators import Altered, Operator, flip
from _originals import HOSTS, SOURCES, bundle_case, letter, noted
from builder import (
    GOLDEN,
    ISSUED_AT,
    Case,
    canonical,
    checkpoint,
    consistency,
    mth,
    path_to,
    proof,
    signing_key,
)

from evidence.model.letter import LetterNumber
from evidence.stamp.stamp import make_claims, stamp_with_token


class Told:
    """A journal of two to five letters, and one of them that was delivered."""

    def __init__(self, rng: random.Random) -> None:
        self.case = bundle_case(rng)
        for seq in range(7, 7 + rng.randrange(1, 3)):
            self.case.entry(
                "run.completed", {"run": f"A{seq}", "issued": 1, "voided": 0}, at="2026-11-24T03:30:00Z"
            )
            self.case.letter(seq)
        self.path = sorted(p for p in self.case.payload if p.endswith(".pdf") and "催告函" in p)[-1]
        self.letter = self.case.payload[self.path]
        self.knew = max(self.case.sizes)  # the last letter knew the most
        self.issued = max(i for i, entry in enumerate(self.case.entries) if b'"letter.issued"' in entry)

    def note(self, seed: int = 1) -> bytes:
        return checkpoint(
            signing_key(seed),
            self.case.origin,
            len(self.case.entries),
            self.case.root(len(self.case.entries)),
        )

    def export(self, note: bytes = b"") -> bytes:
        lines = b"".join(entry + b"\n" for entry in self.case.entries)
        return b"evidence/journal@v1\n" + lines + b"\n" + (note or self.note())

    def proof(self, note: bytes = b"") -> bytes:
        return proof(self.issued, self.case.entries, note or self.note())

    def growth(self) -> bytes:
        return consistency(self.knew, self.case.entries)

    def at(self, rng: random.Random, what: Callable[[bytes], bool] = lambda entry: True) -> int:
        """An entry the delivered letter knew."""
        return rng.choice([i for i, entry in enumerate(self.case.entries[: self.knew]) if i and what(entry)])


# A journal, by anybody.


def _anybody(
    change: Callable[[random.Random, bytes], bytes], *names: str
) -> Callable[[random.Random], Altered]:
    def apply(rng: random.Random) -> Altered:
        told = Told(rng)
        data = told.export()
        things = {"journal.txt": change(rng, data)}
        if rng.random() < 0.5:
            things["letter.pdf"] = told.letter
        return Altered(names, things)

    return apply


def _lines(rng: random.Random, data: bytes, change: Callable[[list[bytes]], None]) -> bytes:
    body, gap, note = data.partition(b"\n\n")
    head, *entries = body.split(b"\n")
    change(entries)
    return b"\n".join([head, *entries]) + gap + note


def _swap(rng: random.Random, entries: list[bytes]) -> None:
    a, b = rng.sample(range(len(entries)), 2)
    entries[a], entries[b] = entries[b], entries[a]


def _entry_bit(rng: random.Random, data: bytes) -> bytes:
    return flip(rng, data, data.index(b"\n") + 1, data.index(b"\n\n"))


def _drop(rng: random.Random, data: bytes) -> bytes:
    return _lines(rng, data, lambda entries: entries.pop(rng.randrange(len(entries))) and None)


def _twice(rng: random.Random, data: bytes) -> bytes:
    def again(entries: list[bytes]) -> None:
        at = rng.randrange(len(entries))
        entries.insert(at, entries[at])

    return _lines(rng, data, again)


def _clock(rng: random.Random, data: bytes) -> bytes:
    def back(entries: list[bytes]) -> None:
        at = rng.randrange(len(entries))
        entries[at] = entries[at].replace(b'{"at":"2026-11', b'{"at":"2026-0%d' % rng.randrange(1, 10), 1)

    return _lines(rng, data, back)


def _cut_file(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(40, data.index(b"\n\n"))]


def _note_bit(rng: random.Random, data: bytes) -> bytes:
    return flip(rng, data, data.index(b"\n\n") + 2, len(data) - 1)


def _more(rng: random.Random, data: bytes) -> bytes:
    return data + rng.choice((b"\n", b"more\n", rng.randbytes(8)))


# A journal, by the office with its key and its database; one letter is outside of its reach.

_KNEW = ("letter.bundle:bundle-rewritten", "letter.bundle:log-shorter")


def _office(change: Callable[[random.Random, Told], None], *names: str) -> Callable[[random.Random], Altered]:
    def apply(rng: random.Random) -> Altered:
        told = Told(rng)
        change(rng, told)
        name, journal = (
            ("journal.txt", told.export()) if rng.random() < 0.6 else ("office.db", database(told.case))
        )
        return Altered(names or _KNEW, {"letter.pdf": told.letter, name: journal}, trust=rng.random() < 0.5)

    return apply


def _rewrite(rng: random.Random, told: Told) -> None:
    index = told.at(rng, lambda entry: b'"issued":' in entry)
    value = json.loads(told.case.entries[index])
    value["data"]["issued"] += rng.randrange(1, 9)
    told.case.entries[index] = canonical(value)


def _backdate(rng: random.Random, told: Told) -> None:
    index = told.at(rng)
    told.case.entries[index] = told.case.entries[index].replace(
        b'{"at":"2026-11', b'{"at":"2026-0%d' % rng.randrange(1, 10), 1
    )


def _leave_out(rng: random.Random, told: Told) -> None:
    del told.case.entries[told.at(rng)]


def _cut(rng: random.Random, told: Told) -> None:
    del told.case.entries[rng.randrange(2, told.knew) :]


def _fork(rng: random.Random, told: Told) -> None:
    """Another story from some entry on, as long as the first."""
    index, count = told.at(rng), len(told.case.entries)
    del told.case.entries[index:]
    while len(told.case.entries) < count:
        told.case.entry("run.completed", {"run": f"F{rng.randrange(10**6)}", "issued": 1, "voided": 0})


def _forget(rng: random.Random, told: Told) -> None:
    """The entry of the letter's issue never was: the letter could not know it."""
    del told.case.entries[told.issued]
    told.case.entry("run.completed", {"run": "Z", "issued": 0, "voided": 0}, at="2026-12-24T00:00:00Z")


def _token_swapped(rng: random.Random, told: Told) -> None:
    value = json.loads(told.case.entries[told.issued])
    value["data"]["token"] = rng.randbytes(32).hex()
    told.case.entries[told.issued] = canonical(value)


def _other_key(rng: random.Random) -> Altered:
    """Somebody else's journal under the same numbers, signed by his key throughout."""
    case = bundle_case(rng, seed=rng.randrange(2, 200))
    note = checkpoint(case.key, case.origin, len(case.entries), case.root(len(case.entries)))
    data = b"evidence/journal@v1\n" + b"".join(entry + b"\n" for entry in case.entries) + b"\n" + note
    return Altered(("bundle.trust:other-key",), {"journal.txt": data}, trust=True)


def database(case: Case) -> bytes:
    """The office's SQLite file with its latest signed checkpoint."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "office.db")
        with sqlite3.connect(path) as connection:
            connection.execute(
                "CREATE TABLE journal_entries (idx INTEGER PRIMARY KEY, entry BLOB, leaf BLOB)"
            )
            connection.execute("CREATE TABLE journal_heads (size INTEGER PRIMARY KEY, root BLOB, note TEXT)")
            rows = [(index, entry, b"") for index, entry in enumerate(case.entries)]
            connection.executemany("INSERT INTO journal_entries VALUES (?, ?, ?)", rows)
            size = len(case.entries)
            note = checkpoint(case.key, case.origin, size, case.root(size)).decode()
            connection.execute("INSERT INTO journal_heads VALUES (?, ?, ?)", (size, case.root(size), note))
        connection.close()
        return path.read_bytes()


def _row(rng: random.Random) -> Altered:
    """A row of the database, by somebody without the key."""
    told = Told(rng)
    data = database(told.case)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "office.db")
        path.write_bytes(data)
        index = rng.randrange(1, len(told.case.entries))
        with sqlite3.connect(path) as connection:
            if rng.random() < 0.5:
                connection.execute("DELETE FROM journal_entries WHERE idx = ?", (index,))
            else:
                entry = told.case.entries[index].replace(b'"at":"2026', b'"at":"2025', 1)
                connection.execute("UPDATE journal_entries SET entry = ? WHERE idx = ?", (entry, index))
        connection.close()
        names = ("journal.whole", "journal.entry:database-gap")
        return Altered(names, {"office.db": path.read_bytes()})


# A proof beside its letter and its entry.


def _proof(
    change: Callable[[random.Random, Told], dict[str, bytes]], *names: str
) -> Callable[[random.Random], Altered]:
    def apply(rng: random.Random) -> Altered:
        told = Told(rng)
        things = {
            "letter.pdf": told.letter,
            "entry.json": told.case.entries[told.issued],
            "entry.proof": told.proof(),
            "growth.proof": told.growth(),
        }
        things.update(change(rng, told))
        return Altered(names, things)

    return apply


def _hash(rng: random.Random, data: bytes, first: int) -> bytes:
    """One base64 digit of one of the hashes, from line ``first`` on, exchanged for another."""
    head, gap, note = data.partition(b"\n\n")
    lines = head.split(b"\n")
    at = rng.choice([i for i in range(first, len(lines)) if lines[i]])
    lines[at] = lines[at][:9] + (b"B" if lines[at][9:10] != b"B" else b"C") + lines[at][10:]
    return b"\n".join(lines) + gap + note


def _proof_hash(rng: random.Random, told: Told) -> dict[str, bytes]:
    return {"entry.proof": _hash(rng, told.proof(), 2)}


def _proof_index(rng: random.Random, told: Told) -> dict[str, bytes]:
    other = rng.choice([i for i in range(len(told.case.entries)) if i != told.issued])
    return {"entry.proof": told.proof().replace(b"index %d\n" % told.issued, b"index %d\n" % other, 1)}


def _proof_entry(rng: random.Random, told: Told) -> dict[str, bytes]:
    value = json.loads(told.case.entries[told.issued])
    value["data"]["pages"] += rng.randrange(1, 9)
    return {"entry.json": canonical(value)}


def _proof_note(rng: random.Random, told: Told) -> dict[str, bytes]:
    data = told.proof()
    return {"entry.proof": flip(rng, data, data.index(b"\n\n") + 2, len(data) - 1)}


def _proof_signer(rng: random.Random, told: Told) -> dict[str, bytes]:
    return {"entry.proof": told.proof(told.note(rng.randrange(2, 200)))}


def _growth_hash(rng: random.Random, told: Told) -> dict[str, bytes]:
    return {"growth.proof": _hash(rng, told.growth(), 2)}


def _proof_rewritten(rng: random.Random, told: Told) -> dict[str, bytes]:
    """The office rewrites what the letter knew, and proves entry and growth anew."""
    _rewrite(rng, told)
    return {
        "entry.json": told.case.entries[told.issued],
        "entry.proof": told.proof(),
        "growth.proof": told.growth(),
    }


# Disclosure files.


@cache
def _stamped(name: str, host: str, remark: int) -> tuple[bytes, str, tuple[tuple[str, str, bytes], ...]]:
    rng = random.Random(f"{name} {host} {remark}")
    facts = [
        ("premises", f"样本小区 {rng.randrange(1, 30)}栋{rng.randrange(100, 999)}"),
        ("addressee", f"样本业主{rng.randrange(1000)}"),
        *(
            (f"period.{i}", f"2026-0{i} 物业费 CNY {rng.randrange(10, 999)}.50")
            for i in range(1, rng.randrange(2, 7))
        ),
        ("total", f"CNY {rng.randrange(1000, 9999)}.00"),
        ("pay_by", "2026-12-12"),
    ]
    told = tuple((n, v, rng.randbytes(16)) for n, v in facts)
    source = noted(rng, (GOLDEN / name).read_bytes())
    claims = make_claims(
        source, profile_number=1, number=LetterNumber(2, 2026, remark), issued_at=ISSUED_AT,
        facts_root=mth(_leaves(told)), letter_id=rng.randbytes(16), checkpoint_size=9, checkpoint_root=rng.randbytes(32),
    )  # fmt: skip
    return stamp_with_token(source, claims, signing_key(), host)[0], claims.letter_id.hex(), told


def _leaves(told: tuple[tuple[str, str, bytes], ...]) -> list[bytes]:
    return [salt + name.encode() + b"\0" + value.encode() for name, value, salt in told]


def disclosures(rng: random.Random) -> tuple[bytes, dict[str, Any]]:
    """A stamped letter, and what opens all of its facts or some."""
    remark = rng.randrange(1, 50)
    pdf, identity, told = _stamped(rng.choice(SOURCES), rng.choice(HOSTS), remark)
    number = LetterNumber(2, 2026, remark).key
    about = {"kind": "evidence/disclosure", "letter": {"id": identity, "number": number}}
    rows: list[dict[str, Any]] = [{"name": n, "salt": s.hex(), "value": v} for n, v, s in told]
    if rng.random() < 0.4:
        return pdf, {**about, "facts": rows, "v": 1}
    chosen = sorted(rng.sample(range(len(rows)), rng.randrange(1, len(rows))))
    facts = [{**rows[i], "index": i, "path": [h.hex() for h in path_to(i, _leaves(told))]} for i in chosen]
    return pdf, {**about, "facts": facts, "size": len(rows), "v": 2}


def _fact(change: Callable[[random.Random, dict[str, Any]], None]) -> Callable[[random.Random], Altered]:
    def apply(rng: random.Random) -> Altered:
        pdf, value = disclosures(rng)
        change(rng, rng.choice(value["facts"]))
        names = ("letter.facts:facts-differ", "letter.stated:fact-elsewhere")
        return Altered(names, {"letter.pdf": pdf, "facts.json": canonical(value)})

    return apply


def _value(rng: random.Random, row: dict[str, Any]) -> None:
    row["value"] += str(rng.randrange(10))


def _name(rng: random.Random, row: dict[str, Any]) -> None:
    row["name"] = "total" if row["name"] != "total" else "period.9"


def _fact_salt(rng: random.Random, row: dict[str, Any]) -> None:
    row["salt"] = hashlib.sha256(rng.randbytes(8)).hexdigest()[:32]


def _of_another(rng: random.Random) -> Altered:
    """A disclosure file beside a letter it does not belong to."""
    _pdf, value = disclosures(rng)
    return Altered(
        ("verify.disclosure-alone",), {"letter.pdf": letter(rng).pdf, "facts.json": canonical(value)}
    )


_JOURNALS: tuple[tuple[str, Callable[[random.Random], Altered]], ...] = (
    ("bit of an entry", _anybody(_entry_bit, "journal.whole", "journal.entry")),
    ("entry dropped", _anybody(_drop, "journal.whole")),
    ("entry twice", _anybody(_twice, "journal.whole")),
    ("entries exchanged", _anybody(lambda r, d: _lines(r, d, lambda e: _swap(r, e)), "journal.whole")),
    ("clock set back", _anybody(_clock, "journal.whole")),
    ("cut off", _anybody(_cut_file, "journal.entry:export-form")),
    ("bit of the checkpoint", _anybody(_note_bit, "journal.checkpoint", "journal.whole")),
    ("bytes after its end", _anybody(_more, "journal.checkpoint")),
    ("row of the database", _row),
    ("signed by another", _other_key),
    ("office: rewritten", _office(_rewrite)),
    ("office: backdated", _office(_backdate)),
    ("office: entry left out", _office(_leave_out)),
    ("office: tail cut", _office(_cut)),
    ("office: forked", _office(_fork)),
    ("office: letter forgotten", _office(_forget, "letter.entry:letter-nowhere")),
    ("office: other letter recorded", _office(_token_swapped, "letter.entry:entry-differs")),
)
_PROOFS: tuple[tuple[str, Callable[[random.Random], Altered]], ...] = (
    ("hash exchanged", _proof(_proof_hash, "journal.proof")),
    ("index changed", _proof(_proof_index, "journal.proof")),
    ("entry edited", _proof(_proof_entry, "journal.proof")),
    ("bit of the checkpoint", _proof(_proof_note, "journal.checkpoint", "journal.proof")),
    ("signed by another", _proof(_proof_signer, "journal.checkpoint")),
    ("growth edited", _proof(_growth_hash, "letter.journal", "verify.growth-form")),
    ("office: rewritten", _proof(_proof_rewritten, "letter.journal", "letter.bundle")),
)
_FACTS: tuple[tuple[str, Callable[[random.Random], Altered]], ...] = (
    ("value edited", _fact(_value)),
    ("name edited", _fact(_name)),
    ("salt exchanged", _fact(_fact_salt)),
    ("of another letter", _of_another),
)
OPERATORS: tuple[Operator, ...] = (
    *(Operator(f"journal alone: {name}", "journal", apply) for name, apply in _JOURNALS),
    *(Operator(f"proof: {name}", "journal", apply) for name, apply in _PROOFS),
    *(Operator(f"disclosure: {name}", "disclosure", apply) for name, apply in _FACTS),
)


def untouched(rng: random.Random) -> dict[str, bytes]:
    """A journal, a proof or a disclosure file with its letter, as they were handed out."""
    which = rng.randrange(3)
    if which == 2:
        pdf, value = disclosures(rng)
        return {"letter.pdf": pdf, "facts.json": canonical(value)}
    told = Told(rng)
    if which == 1:
        entry = told.case.entries[told.issued]
        return {
            "letter.pdf": told.letter, "e.json": entry, "e.proof": told.proof(), "g.proof": told.growth(),
        }  # fmt: skip
    journal = {"journal.txt": told.export()} if rng.random() < 0.6 else {"office.db": database(told.case)}
    return {"letter.pdf": told.letter, **journal}
