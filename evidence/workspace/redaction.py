"""The copy of an evidence file for the other party: what concerns third persons covered, everything else as it is."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pikepdf
from sqlalchemy import Connection, Row, select

from evidence.bundle.bag import (
    SEAL,
    Content,
    digests_of,
    files_of,
    intact,
    seal_json,
    with_tag_manifest,
)
from evidence.bundle.maskfiles import Found, found_in, guessable, is_picture
from evidence.bundle.masking import MaskKind, Rules, Tally, masked
from evidence.bundle.maskreasons import Reason, on_pages, reasons_of, why_rows
from evidence.bundle.maskwords import MASK_WORDS, sheet_rows
from evidence.bundle.redraw import Seen, can_redraw, look, reading_language, redrawn
from evidence.bundle.redrawchild import Box
from evidence.bundle.typeset import table_pages, text_pages
from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.journal import entries
from evidence.journal.canonical import dumps
from evidence.model.account import Account
from evidence.resources import fonts_dir
from evidence.stamp.digests import commitment, digest_bytes
from evidence.workspace import schema
from evidence.workspace.bundlefiles import DISCLOSURE, bagged
from evidence.workspace.bundlepack import pack, proofs_of
from evidence.workspace.cases import require_account
from evidence.workspace.core import Desk
from evidence.workspace.gather import FONT
from evidence.workspace.keyring import change_indexes
from evidence.workspace.persons import salt_for
from evidence.workspace.redactrules import rules_of

ORIGINALS = "data/originals/"
MASKING, SHEET = "data/masking.json", "data/masking.pdf"
SUFFIX = "-other-party"
# Made with the bundle by this program: whoever has it could make them again with other numbers in them.
_FORMS = "data/forms/"
_CLOSED = frozenset({MaskKind.UNREADABLE, MaskKind.UNSEARCHED})
_OURS = (f"{ORIGINALS}annexes/", _FORMS)
_RECORD = "/delivery-record.pdf"
_ENTRY = re.compile(r"journal/([0-9]{6,})\.json\Z")
_SPAN = re.compile(r"(.*?)([0-9]+)(?:-\1([0-9]+))?")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the clerk asked for: texts to cover, texts to leave, places on pages (mm), exhibits whose files stay back."""

    cover: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    areas: Mapping[int, Sequence[Box]] = field(default_factory=dict)
    withhold: frozenset[int] = frozenset()
    release: frozenset[int] = frozenset()
    """Exhibits whose files go along though no program can search them: somebody listened, or looked."""
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
    reasons: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    """Why each file of ``withheld`` stayed back."""


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
            rules = rules_of(desk, connection, account, person, wishes.cover, wishes.keep)
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
    withheld: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[tuple[str, tuple[Reason, ...]]] = field(default_factory=list)
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
            path: found_in(
                path.removeprefix(ORIGINALS),
                file,
                self.rules,
                pages=digests_of(file).sha256.hex() not in bound,
            )
            for path, file in self.source.files.items()
            if path.startswith((ORIGINALS, _FORMS))
        }
        known = {path: digests_of(self.source.files[path]).sha256.hex() for path in held}
        heard = {row["sha256"] for row in rows if int(row["number"]) in self.wishes.release}
        held = {path: found.searched() if known[path] in heard else found for path, found in held.items()}
        guessed = {
            known[path]
            for path, found in held.items()
            if found.kinds and self._guessable(path) and not goes_along(path, found)
        }
        # As they are printed: whole, in halves, the first sixteen digits in one line or two.
        listed = {part for sha in guessed for part in (sha, sha[:32], sha[32:], sha[:16], sha[:8], sha[8:16])}
        self.rules = Rules(**{**_fields(self.rules), "digests": frozenset(listed)})
        exhibits: dict[str, set[int]] = {}
        for row in rows:
            exhibits.setdefault(row["sha256"], set()).add(int(row["number"]))
        self._redraw(scratch, held, {path: exhibits.get(known[path], set()) for path in held})
        counted = self.tally.rows()
        # A letter's Word file says what its PDF says: they stay back together, for the same reasons.
        stems: dict[str, set[Reason]] = {}
        for path, found in held.items():
            here = exhibits.get(known[path], set())
            why = on_pages(counted, here)
            why |= {Reason(MaskKind.ASKED)} if here & self.wishes.withhold else set()
            if not goes_along(path, found):
                why |= reasons_of(found)
            elif found.kinds:
                self._along(path, found)
            if why:
                stems.setdefault(_stem(path), set()).update(why)
        for path in sorted(held):
            reasons = stems.get(_stem(path))
            if reasons:
                self._withhold(path, self.source.files[path], known[path], sorted(reasons))
            else:
                self.payload[path] = self.source.files[path]
        gone = {item["sha256"] for item in self._gone(rows)}
        self._tell(rows, gone)

    def _guessable(self, path: str) -> bool:
        return path.startswith(_OURS) or path.endswith(_RECORD) or guessable(path, self.source.files[path])

    def _redraw(self, scratch: Path, held: Mapping[str, Found], exhibits: Mapping[str, set[int]]) -> None:
        """Bundle and volumes redrawn into ``payload``, and what was covered on their pages counted."""
        words, font = MASK_WORDS[self.locale], fonts_dir() / FONT[self.locale]
        told = self.source.catalogue.get("volumes") or [{"file": "bundle.pdf"}]
        ocr = reading_language(self.locale) if self.wishes.read_pictures else ""
        asked = dict(self.wishes.areas)
        seen: dict[int, Seen] = {}
        volumes: list[tuple[str, Path, range]] = []
        for volume in told:
            path = self.source.files[f"data/{volume['file']}"]
            with pikepdf.open(path) as pdf:
                pages = range(self.pages + 1, self.pages + 1 + len(pdf.pages))
            self.pages += len(pages)
            volumes.append((f"data/{volume['file']}", path, pages))
            areas = {page - pages.start + 1: asked.pop(page) for page in list(asked) if page in pages}
            found = look(
                path,
                range(1, len(pages) + 1),
                self.rules,
                areas=areas,
                font_file=font,
                word=words.cover,
                ocr=ocr,
                draw=True,
            )
            seen |= {pages.start + page - 1: one for page, one in found.items()}
        if asked:
            params: dict[str, str | int] = {"page": min(asked), "pages": self.pages}
            raise EvidenceError([Problem("bundle.redact-page", Place(), params)])
        for name, file in held.items():
            self._not_shown(name, file, exhibits[name], seen)
        for page, one in sorted(seen.items()):
            self._note(page, one)
        for number, (name, path, pages) in enumerate(volumes):
            mine = {page - pages.start + 1: seen[page] for page in pages}
            target = scratch / f"volume-{number}.pdf"
            target.write_bytes(redrawn(path, mine, self.rules, font_file=font, blank=words.blank))
            left = look(target, range(1, len(pages) + 1), self.rules)
            if any(one.kinds or one.failed for one in left.values()):
                raise fail("bundle.redact-left", file=Path(name).name)
            self.payload[name] = target

    def _not_shown(self, path: str, found: Found, exhibits: set[int], seen: dict[int, Seen]) -> None:
        """A picture that stays back for a value nobody found on its page is not shown either: it may stand there unread.

        Of other files the pages with pictures are named. A page on which the clerk named a place was looked at.
        """
        if not found.values or goes_along(path, found):
            return
        picture = is_picture(path, self.source.files[path])
        if not exhibits and picture and found.kinds - _CLOSED:
            self._shown(path, found, [])
        for exhibit in sorted(exhibits):
            pages = [page for page in sorted(seen) if self.source.exhibit(page) == exhibit]
            covered = {value for page in pages for value in seen[page].values}
            missed = {value for kind, value in found.values if kind not in _CLOSED} - covered
            doubtful = [
                page for page in pages if seen[page].pictures and MaskKind.AREA not in seen[page].kinds
            ]
            if missed and picture:
                words = MASK_WORDS[self.locale]
                for page in doubtful:
                    text = f"{words.instead}\n\n{words.on_page.format(page=page)}"
                    seen[page] = replace(seen[page], kinds=(MaskKind.PAGE,), pictures=False, instead=text)
            elif missed and doubtful:
                self._shown(path, found, doubtful)

    def _shown(self, path: str, found: Found, pages: Sequence[int]) -> None:
        told: dict[str, str | int] = {
            "path": masked(path, self.rules),
            "kinds": _told(found),
            "pages": ", ".join(map(str, pages)) or "–",
        }
        self.problems.append(Problem("bundle.redact-shown", Place(), told))

    def _along(self, path: str, found: Found) -> None:
        told: dict[str, str | int] = {
            "path": masked(path, self.rules),
            "kinds": _told(found),
            "pages": ", ".join(str(page) for page in sorted({page for page, _ in found.pages})) or "–",
        }
        self.problems.append(Problem("bundle.redact-form", Place(), told))

    def _note(self, page: int, one: Seen) -> None:
        exhibit = self.source.exhibit(page)
        for kind in (*one.kinds, *((MaskKind.UNREADABLE,) if one.failed else ())):
            self.tally.add(exhibit, page, kind)
        if one.pictures and exhibit and MaskKind.AREA not in one.kinds:
            self.unsearched.append((exhibit, page))

    def _withhold(self, path: str, file: Path, sha256: str, why: Sequence[Reason]) -> None:
        both = digests_of(file)
        salt = salt_for(self.key, f"file:{sha256}")
        item: dict[str, Any] = {
            "commitment": commitment(salt, both).hex(),
            "found": [reason.to_json() for reason in why],
            "path": masked(path, self.rules),
        }
        if not self._guessable(path):
            item["sha256"] = sha256
        self.withheld.append(item)
        self.reasons.append((item["path"], tuple(why)))

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
        if self.reasons:
            why = why_rows(words, self.reasons)
            why_title = words.why.format(bundle=source.row.id)
            sheet.pages.extend(table_pages(why_title, why, words.more, font).pdf.pages)
        sheet.pages.extend(text_pages(title, notes, words.more, font).pdf.pages)
        self.payload[SHEET] = _saved(sheet)


def goes_along(path: str, found: Found) -> bool:
    """Whether the file travels whatever it holds: a form of the case, such as the complaint, is written for the other
    party, who must receive it. Not where it holds what the clerk named, or nobody can open it."""
    return path.startswith(_FORMS) and not found.kinds & {MaskKind.LISTED, *_CLOSED}


def _told(found: Found) -> str:
    return ", ".join(sorted(kind.value for kind in found.kinds - _CLOSED))


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
        fingerprint = desk.signer.public.fingerprint
        told = words.readme.format(identity=identity, bundle=source.row.id, fingerprint=fingerprint)
        files, digests = bagged(desk, made.payload, identity, made_at, told.encode())
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
            dict(made.reasons),
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
    found = list(made.problems)
    if made.unsearched:
        pages = ", ".join(str(page) for _, page in made.unsearched[:20]) + (
            " …" if len(made.unsearched) > 20 else ""
        )
        params: dict[str, str | int] = {"n": len(made.unsearched), "pages": pages}
        found.append(Problem("bundle.redact-pictures", Place(), params))
    return found
