"""The copy of an evidence file for the other party: what concerns third persons covered, everything else as it is."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pikepdf
from sqlalchemy import Connection, Row, select

from evidence.bundle.bag import (
    SEAL,
    Content,
    all_digests,
    bag_files,
    digests_of,
    files_of,
    intact,
    seal_json,
    with_tag_manifest,
)
from evidence.bundle.maskfiles import guessable, kinds_in
from evidence.bundle.masking import MaskKind, Rules, Tally, masked, plain
from evidence.bundle.maskwords import MASK_WORDS, sheet_rows
from evidence.bundle.redraw import Seen, can_redraw, look, reading_language, redrawn
from evidence.bundle.redrawchild import Box
from evidence.bundle.typeset import table_pages, text_pages
from evidence.clock import CHINA
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.journal import entries
from evidence.journal.canonical import dumps
from evidence.model.account import Account
from evidence.model.case import CaseKind
from evidence.resources import checkers, fonts_dir
from evidence.stamp.digests import commitment, digest_bytes
from evidence.workspace import schema
from evidence.workspace.bundlefiles import DISCLOSURE
from evidence.workspace.bundlepack import pack, proofs_of
from evidence.workspace.casefacts import CaseFile
from evidence.workspace.casefile import events
from evidence.workspace.cases import require_account
from evidence.workspace.core import Desk
from evidence.workspace.gather import FONT
from evidence.workspace.keyring import change_indexes
from evidence.workspace.persons import salt_for

ORIGINALS = "data/originals/"
MASKING, SHEET = "data/masking.json", "data/masking.pdf"
SUFFIX = "-other-party"
# Made with the bundle by this program: whoever has it could make them again with other numbers in them.
_OURS = (f"{ORIGINALS}annexes/", "data/forms/")
_RECORD = "/delivery-record.pdf"
_ENTRY = re.compile(r"journal/([0-9]{6,})\.json\Z")
_SPAN = re.compile(r"(.*?)([0-9]+)(?:-\1([0-9]+))?")
_PARTED = re.compile(r"[、，,/;；\s()（）]+")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the clerk asked for: texts to cover, texts to leave, places on pages (mm), exhibits whose files stay back."""

    cover: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    areas: Mapping[int, Sequence[Box]] = field(default_factory=dict)
    withhold: frozenset[int] = frozenset()
    read_pictures: bool = True


@dataclass(frozen=True, slots=True)
class Redacted:
    """The copy: where it lies, what was covered (exhibit, page, kind, count) and which files stayed back."""

    id: str
    bundle: str
    folder: Path
    zip_path: Path
    pages: int
    masked: tuple[tuple[int, int, MaskKind, int], ...]
    withheld: tuple[str, ...]
    unsearched: tuple[tuple[int, int], ...]
    seal_sha256: str
    journal_index: int
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    """The court's bundle: its files, its catalogue, and which exhibit each page belongs to."""

    row: Row[Any]
    files: Mapping[str, Path]
    catalogue: dict[str, Any]
    disclosure: dict[str, Any]
    exhibits: Mapping[int, int]

    def exhibit(self, page: int) -> int:
        return self.exhibits.get(page, 0)


def redact(desk: Desk, account_id: str, wishes: Wishes, *, locale: str | None = None) -> Redacted:
    """Make the copy for the other party of the account's latest evidence file, under ``bundles/``.

    The same bundle with the same covers gives the copy that lies there. Raises ``bundle.redact-none`` where there is no
    evidence file, ``bundle.redact-changed`` where the one on the disk is not as it was made,
    ``bundle.redact-engine`` without PDFium, ``bundle.redact-page`` for places on pages that are not there, and
    ``bundle.redact-left`` should anything to cover be found in the finished copy: then nothing is written.
    """
    locale = locale or desk.office.locale
    if not can_redraw():
        raise fail("bundle.redact-engine")
    with desk.locked():
        with desk.reading() as connection:
            account, person = require_account(connection, account_id)
            source = _source(desk, connection, account.id)
            rules = _rules(desk, connection, account, person, wishes)
        key = desk.persons.key(person)
        made = _Copy(desk, key, source, rules, wishes, locale)
        with tempfile.TemporaryDirectory(prefix="evidence-redact-") as scratch:
            made.make(Path(scratch))
            return _enter(desk, account, key, made)


def _source(desk: Desk, connection: Connection, account: str) -> _Source:
    table = schema.BUNDLES
    query = select(table).where(table.c.account == account).order_by(table.c.version.desc())
    row = connection.execute(query).first()
    folder = desk.root / "bundles" / row.folder if row is not None else None
    if row is None or folder is None or not folder.exists():
        raise fail("bundle.redact-none", account=account)
    if intact(folder, row.seal_sha256) is None:
        raise fail("bundle.redact-changed", bundle=row.id)
    files = files_of(folder)
    catalogue = json.loads(files["data/catalogue.json"].read_bytes())
    pages: dict[int, int] = {}
    for line in catalogue["rows"]:
        found = _SPAN.fullmatch(line["pages"])
        if found is not None:
            for page in range(int(found[2]), int(found[3] or found[2]) + 1):
                pages[page] = int(line["number"])
    return _Source(row, files, catalogue, json.loads(files[DISCLOSURE].read_bytes()), pages)


def _rules(desk: Desk, connection: Connection, account: Account, person: str, wishes: Wishes) -> Rules:
    """Names, telephones and homes of all others who ever stood in a ledger; what belongs to the two parties stays."""
    table, office = schema.ACCOUNTS, desk.office
    names: set[str] = set()
    numbers: set[str] = set()
    rooms: set[str] = set()
    columns = (
        table.c.id,
        table.c.person,
        table.c.debtor,
        table.c.phone,
        table.c.building,
        table.c.unit,
        table.c.room,
    )
    own_rooms = {account.id, account.premises.label}
    keep = {account.debtor.name, account.debtor.phone, account.debtor.address, *own_rooms, *wishes.keep}
    for row in connection.execute(select(*columns).distinct()):
        if row.id != account.id:
            rooms |= {row.id, f"{row.building}{row.unit}{row.room}", f"{row.building}-{row.unit}-{row.room}"}
        (keep if row.person == person else names).update(_people(row.debtor))
        (keep if row.person == person else numbers).update(filter(None, _PARTED.split(row.phone)))
    for piece in CaseFile(account.id, events(connection, account.id)).own(CaseKind.OWNER):
        keep |= {str(value) for value in piece.data.values()}
    creditor, firm = office.creditor, office.law_firm
    keep |= {creditor.name, creditor.uscc, creditor.phone, creditor.contact, creditor.legal_representative}
    keep |= {creditor.address, office.bank.number, office.bank.payee}
    if firm is not None:
        keep |= {firm.name, firm.uscc, firm.phone, firm.lawyer, firm.licence, firm.address}
    kept = {part for text in keep for part in (text, *_people(text)) if len(plain(part)) >= 2}
    same = {plain(text) for text in kept}
    return Rules(
        names=frozenset(name for name in names if plain(name) not in same),
        rooms=frozenset(room for room in rooms if plain(room) not in same and re.search("[0-9]", room)),
        numbers=frozenset(numbers),
        listed=frozenset(text for text in wishes.cover if text.strip()),
        keep=frozenset(kept),
    )


def _people(name: str) -> list[str]:
    """The persons a ledger names in one cell: 张三、李四（共有）."""
    return [part for part in _PARTED.split(name) if len(part) >= 2]


@dataclass(slots=True)
class _Copy:
    """One copy on its way."""

    desk: Desk
    key: bytes
    source: _Source
    rules: Rules
    wishes: Wishes
    locale: str
    tally: Tally = field(default_factory=Tally)
    withheld: list[dict[str, str]] = field(default_factory=list)
    unsearched: list[tuple[int, int]] = field(default_factory=list)
    payload: dict[str, Content] = field(default_factory=dict)
    pages: int = 0
    problems: list[Problem] = field(default_factory=list)

    def make(self, scratch: Path) -> None:
        """Fill ``payload``; what is found on pages and in files decides which originals come along."""
        rows = self.source.catalogue["rows"]
        # What stands on the pages of an exhibit is found on those of the bundle.
        bound = {row["sha256"] for row in rows}
        held = {
            path: kinds_in(
                path.removeprefix(ORIGINALS),
                file,
                self.rules,
                pages=digests_of(file).sha256.hex() not in bound,
            )
            for path, file in self.source.files.items()
            if path.startswith((ORIGINALS, "data/forms/"))
        }
        guessed = {
            digests_of(self.source.files[path]).sha256.hex()
            for path, kinds in held.items()
            if kinds and self._guessable(path)
        }
        # As they are printed: whole, in halves, the first sixteen digits in one line or two.
        listed = {part for sha in guessed for part in (sha, sha[:32], sha[32:], sha[:16], sha[:8], sha[8:16])}
        self.rules = Rules(**{**_fields(self.rules), "digests": frozenset(listed)})
        covered = self._redraw(scratch)
        back = self.wishes.withhold | covered
        digests = {row["sha256"] for row in rows if int(row["number"]) in back}
        known = {path: digests_of(self.source.files[path]).sha256.hex() for path in held}
        # A letter's Word file says what its PDF says: they stay back together.
        stems = {_stem(path) for path, kinds in held.items() if kinds or known[path] in digests}
        for path in sorted(held):
            if _stem(path) in stems:
                self._withhold(path, self.source.files[path], known[path])
            else:
                self.payload[path] = self.source.files[path]
        gone = {item["sha256"] for item in self._gone(rows)}
        self._tell(rows, gone)

    def _guessable(self, path: str) -> bool:
        return path.startswith(_OURS) or path.endswith(_RECORD) or guessable(path, self.source.files[path])

    def _redraw(self, scratch: Path) -> set[int]:
        """Bundle and volumes redrawn into ``payload``; the exhibits that have something covered."""
        words, font = MASK_WORDS[self.locale], fonts_dir() / FONT[self.locale]
        told = self.source.catalogue.get("volumes") or [{"file": "bundle.pdf"}]
        ocr = reading_language(self.locale) if self.wishes.read_pictures else ""
        asked = dict(self.wishes.areas)
        covered: set[int] = set()
        for number, volume in enumerate(told):
            path = self.source.files[f"data/{volume['file']}"]
            with pikepdf.open(path) as pdf:
                count = len(pdf.pages)
            first = self.pages + 1
            areas = {
                page - first + 1: asked.pop(page) for page in list(asked) if first <= page < first + count
            }
            seen = look(
                path,
                range(1, count + 1),
                self.rules,
                areas=areas,
                font_file=font,
                word=words.cover,
                ocr=ocr,
                draw=True,
            )
            for page, one in seen.items():
                covered |= self._note(first + page - 1, one)
            data = redrawn(path, seen, self.rules, font_file=font, blank=words.blank)
            target = scratch / f"volume-{number}.pdf"
            target.write_bytes(data)
            left = look(target, range(1, count + 1), self.rules)
            if any(one.kinds or one.failed for one in left.values()):
                raise fail("bundle.redact-left", file=volume["file"])
            self.payload[f"data/{volume['file']}"] = target
            self.pages += count
        if asked:
            params: dict[str, str | int] = {"page": min(asked), "pages": self.pages}
            raise EvidenceError([Problem("bundle.redact-page", Place(), params)])
        return covered - {0}

    def _note(self, page: int, one: Seen) -> set[int]:
        exhibit = self.source.exhibit(page)
        for kind in (*one.kinds, *((MaskKind.UNREADABLE,) if one.failed else ())):
            self.tally.add(exhibit, page, kind)
        if one.pictures and exhibit and MaskKind.AREA not in one.kinds:
            self.unsearched.append((exhibit, page))
        hidden = set(one.kinds) - {MaskKind.DIGEST}
        return {exhibit} if hidden or one.failed else set()

    def _withhold(self, path: str, file: Path, sha256: str) -> None:
        both = digests_of(file)
        salt = salt_for(self.key, f"file:{sha256}")
        item = {"commitment": commitment(salt, both).hex(), "path": masked(path, self.rules)}
        if not self._guessable(path):
            item["sha256"] = sha256
        self.withheld.append(item)

    def _gone(self, rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
        """Digests of exhibits whose file stays back and must not be tried out."""
        here = {
            digests_of(file).sha256.hex() for path, file in self.payload.items() if path.startswith(ORIGINALS)
        }
        told = {item["sha256"] for item in self.withheld if "sha256" in item}
        return [{"sha256": row["sha256"]} for row in rows if row["sha256"] not in here | told]

    def _tell(self, rows: Sequence[Mapping[str, str]], gone: set[str]) -> None:
        """Catalogue, disclosure, and what was covered, as data and as a sheet."""
        source, words = self.source, MASK_WORDS[self.locale]
        lines = []
        for row in rows:
            line = {name: masked(text, self.rules) if name in _TOLD else text for name, text in row.items()}
            if row["sha256"] in gone:
                line |= {"sha256": "", "sm3": ""}
            lines.append(line)
        self.payload["data/catalogue.json"] = dumps({**source.catalogue, "rows": lines})
        here = set(self.payload)
        letters = [
            letter
            for letter in source.disclosure["letters"]
            if f"{ORIGINALS}letters/{letter['number']}.pdf" in here
            and not any(masked(fact["value"], self.rules) != fact["value"] for fact in letter["facts"])
        ]
        disclosure = {
            **source.disclosure,
            "files": [item for item in source.disclosure["files"] if item["path"] in here],
            "events": [item for item in source.disclosure["events"] if item["path"] in here],
            "letters": letters,
        }
        self.payload[DISCLOSURE] = dumps(disclosure)
        counted = self.tally.rows()
        self.payload[MASKING] = dumps(
            {
                "masked": [
                    {"count": count, "exhibit": exhibit, "kind": kind.value, "page": page}
                    for exhibit, page, kind, count in counted
                ],
                "of": {
                    "bundle": source.row.id,
                    "index": source.row.journal_index,
                    "seal": source.row.seal_sha256,
                },
                "unsearched": [{"exhibit": exhibit, "page": page} for exhibit, page in self.unsearched],
                "v": 1,
                "withheld": list(self.withheld),
            }
        )
        names = {int(line["number"]): line["name"] for line in lines}
        table = sheet_rows(words, counted, names)
        pages = ", ".join(str(page) for _, page in self.unsearched) or words.none
        notes = [
            words.about,
            "",
            f"{words.unsearched}{pages}",
            "",
            words.withheld if self.withheld else f"{words.withheld}{words.none}",
            *(f"{item['path']}　{item['commitment'][:16]}" for item in self.withheld),
        ]
        font = fonts_dir() / FONT[self.locale]
        title = words.title.format(bundle=source.row.id)
        sheet = table_pages(title, table, words.more, font).pdf
        sheet.pages.extend(text_pages(title, notes, words.more, font).pdf.pages)
        self.payload[SHEET] = _saved(sheet)


def _stem(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return folder + slash + name.rpartition(".")[0]


_TOLD = frozenset({"name", "source", "proves", "file", "carrier", "submitter"})


def _fields(rules: Rules) -> dict[str, frozenset[str]]:
    return {name: frozenset(values) for name, values in rules.to_json().items()}


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _enter(desk: Desk, account: Account, key: bytes, made: _Copy) -> Redacted:
    """The copy sealed, entered and packed, unless it lies there already."""
    from evidence import __version__

    source, words = made.source, MASK_WORDS[made.locale]
    made_at = datetime.fromisoformat(source.row.made_at)
    table = schema.BUNDLE_COPIES
    with desk.reading() as connection:
        known = connection.execute(select(table).where(table.c.bundle == source.row.id)).all()
        indexes = {int(found[1]) for path in source.files if (found := _ENTRY.match(path))}
        shown = {
            index: desk.journal.entry(connection, index) for index in {*indexes, *change_indexes(connection)}
        }
        kept = {
            index: entry
            for index, entry in shown.items()
            if json.loads(entry).get("type") not in ("time.anchored", "bundle.made")
        }
        numbers = select(schema.RUNS.c.checkpoint_size).join(
            schema.LETTERS, schema.LETTERS.c.run == schema.RUNS.c.id
        )
        sizes = (
            connection.execute(numbers.where(schema.LETTERS.c.journal_index.in_(sorted(kept))))
            .scalars()
            .all()
        )

    def sealed(identity: str) -> tuple[dict[str, Content], bytes]:
        digests = all_digests(made.payload)
        files = bag_files(
            made.payload,
            known=digests,
            made_on=made_at.astimezone(CHINA).date(),
            identifier=identity,
            organisation=desk.office.creditor.name.replace("\n", " "),
            tool=f"evidence-kit {__version__}",
        )
        files["keys/office.pub"] = desk.signer.public.to_text().encode()
        fingerprint = desk.signer.public.fingerprint
        readme = words.readme.format(identity=identity, bundle=source.row.id, fingerprint=fingerprint)
        files["README.txt"] = readme.encode()
        files.update(checkers())
        return files, seal_json(files, kept, digests)

    def result(identity: str, seal: str, index: int, *notes: Problem) -> Redacted:
        folder = desk.root / "bundles" / identity
        return Redacted(
            identity,
            source.row.id,
            folder,
            folder.with_name(f"{identity}.zip"),
            made.pages,
            tuple(made.tally.rows()),
            tuple(item["path"] for item in made.withheld),
            tuple(made.unsearched),
            seal,
            index,
            (*notes, *_warnings(made)),
        )

    for row in known:
        folder = desk.root / "bundles" / row.id
        again = hashlib.sha256(sealed(row.id)[1]).hexdigest()
        if again == row.seal_sha256 and folder.exists():
            pack(desk, row.id, files_of(folder))
            note = Problem("bundle.unchanged", Place(), {"bundle": row.id})
            return result(row.id, row.seal_sha256, row.journal_index, note)
    identity, number = f"{source.row.id}{SUFFIX}", 1
    while identity in {row.id for row in known} or (desk.root / "bundles" / identity).exists():
        number += 1
        identity = f"{source.row.id}{SUFFIX}-{number}"
    files, seal = sealed(identity)
    digest = hashlib.sha256(seal).hexdigest()
    with desk.writing() as connection:
        entry = entries.bundle_made(
            at=desk.source.now(),
            by=desk.signer.public.kid.hex(),
            bundle=hashlib.sha256(salt_for(key, f"bundle:{identity}")).hexdigest()[:16],
            version=source.row.version,
            subject=commitment(salt_for(key, "subject"), digest_bytes(account.id.encode())).hex(),
            seal=digest,
        )
        index = desk.journal.append(connection, [entry]).start
        connection.execute(
            table.insert().values(
                id=identity,
                bundle=source.row.id,
                account=account.id,
                made_at=source.row.made_at,
                seal_sha256=digest,
                journal_index=index,
            )
        )
        proofs = proofs_of(desk, connection, index, sorted(kept), sizes)
    pack(desk, identity, with_tag_manifest({**files, SEAL: seal, **proofs}))
    return result(identity, digest, index)


def _warnings(made: _Copy) -> list[Problem]:
    found = []
    if made.unsearched:
        pages = ", ".join(str(page) for _, page in made.unsearched[:20]) + (
            " …" if len(made.unsearched) > 20 else ""
        )
        params: dict[str, str | int] = {"n": len(made.unsearched), "pages": pages}
        found.append(Problem("bundle.redact-pictures", Place(), params))
    return found
