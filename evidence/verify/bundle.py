"""Facts of a bundle: container, journal, letters, deliveries, and how they hang together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from evidence.model.letter import EXHIBIT_SERIES, SERIES
from evidence.model.problem import Place
from evidence.model.report import Fact
from evidence.verify.bag import JOURNAL_NAME, SEAL, check_bag, misplaced, sealed_digests
from evidence.verify.commit import text_commitment
from evidence.verify.consistency import CONSISTENCY_NAME, check_consistency
from evidence.verify.deliveries import LETTERS, Delivery, check_deliveries
from evidence.verify.disclosure import PATH as DISCLOSURE
from evidence.verify.disclosure import Disclosure, parse_disclosure
from evidence.verify.files import Bag
from evidence.verify.journal import Entry, Journal, check_journal
from evidence.verify.kept import PATH as MASKING
from evidence.verify.kept import parse_withheld
from evidence.verify.keychain import KeyChain
from evidence.verify.keys import PublicKey, TrustAnchor, parse_key_file
from evidence.verify.letter import Letter, check_letter
from evidence.verify.letterchild import BATCH_BYTES, check_letters
from evidence.verify.limits import (
    BUNDLE_ENTRIES,
    ENTRY_BYTES,
    JOURNAL_BYTES,
    JSON_BYTES,
    KEY_FILE_BYTES,
    LETTER_BYTES,
    NOTE_BYTES,
    TSA_TOKEN_BYTES,
)
from evidence.verify.opened import Opened, open_files
from evidence.verify.refused import Refused, failed, not_checked, passed, unknown
from evidence.verify.restamp import MARK
from evidence.verify.timefacts import ENTRY as TIME_ENTRY
from evidence.verify.timefacts import TIME_NAME, BundleTime, check_times, read_times
from evidence.verify.token import Token

# The letters of a run carry its one time, while its batches follow each other over hours.
RUN_SECONDS = 86_400
KEY_FILE = "keys/office.pub"
ORIGINALS = "data/originals/"
COMPILED = "data/bundle.pdf"
VOLUME = re.compile(r"data/volume-([1-9][0-9]{0,3})\.pdf\Z")
_REQUIRED = ("README.txt", "data/catalogue.json", DISCLOSURE, KEY_FILE, SEAL)


@dataclass(slots=True)
class Bundle:
    """A bundle under check. ``letters`` by path; ``recorded`` ties each to the entry that issued it."""

    name: str
    facts: list[Fact] = field(default_factory=list)
    key: PublicKey | None = None
    journal: Journal = field(default_factory=Journal)
    disclosure: Disclosure = field(default_factory=Disclosure)
    withheld: frozenset[str] = frozenset()
    letters: dict[str, Letter] = field(default_factory=dict)
    recorded: dict[str, Entry] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    times: list[BundleTime] = field(default_factory=list)

    @property
    def is_test(self) -> bool:
        opened = self.journal.of_type("journal.opened")
        signed = self.journal.checkpoint
        return bool(signed and signed.is_test) or any(entry.data["test"] is True for entry in opened)

    def at(self, path: str = "") -> Place:
        return Place(file=self.name, part=path)


def check_bundle(bag: Bag, name: str, *, limited: bool = False) -> Bundle:
    """Every fact of the bundle in ``bag``. Never raises for its content.

    ``limited``: its letters are read in a process of its own, under limits of time and memory.
    """
    bundle = Bundle(name)
    bundle.facts.extend(check_bag(bag, name))
    _required(bag, bundle)
    _key(bag, bundle)
    _journal(bag, bundle)
    _sealed(bag, bundle)
    _disclosure(bag, bundle)
    _withheld(bag, bundle)
    _read_letters(bag, bundle, limited)
    opened = open_files(bag, bundle.disclosure.files, sealed_digests(bag))
    _match_letters(bundle, opened)
    _read_times(bag, bundle)
    _checkpoints(bundle, _consistency(bag, bundle), asks=bag.listed is not None)
    bundle.facts.extend(check_times(bundle.times, bundle.journal, bundle.key, bundle.name))
    issued = bundle.journal.of_type("letter.issued")
    kept = [entry for entry in issued if entry.text("pdf") in bundle.withheld]
    numbers = {entry.text("number"): entry for entry in (*kept, *bundle.recorded.values())}
    recorded, signed = bundle.journal.of_type("delivery.recorded"), bundle.journal.checkpoint
    facts, bundle.deliveries = check_deliveries(
        bag,
        name,
        recorded,
        bundle.disclosure.events,
        opened,
        numbers,
        origin=signed.origin if signed else "",
        withheld=bundle.withheld,
    )
    bundle.facts.extend(facts)
    return bundle


def _required(bag: Bag, bundle: Bundle) -> None:
    missing = [path for path in (*_REQUIRED, *compiled(bag.paths)) if path not in bag]
    bundle.facts.extend(failed("bundle.required", bundle.at(path), "file-missing") for path in missing)
    stray = misplaced(bag.paths)
    bundle.facts.extend(failed("bundle.required", bundle.at(path), "file-extra") for path in stray)
    if not missing and not stray:
        bundle.facts.append(passed("bundle.required", bundle.at(), count=len(_REQUIRED) + 1))


def compiled(paths: Iterable[str]) -> tuple[str, ...]:
    """The compiled file a bundle must have, or its volumes: from the first to the last there is, none left out."""
    volumes = [int(found[1]) for path in paths if (found := VOLUME.match(path))]
    return tuple(f"data/volume-{n}.pdf" for n in range(1, max(volumes) + 1)) if volumes else (COMPILED,)


def _key(bag: Bag, bundle: Bundle) -> None:
    where = bundle.at(KEY_FILE)
    try:
        bundle.key = parse_key_file(bag.read(KEY_FILE, KEY_FILE_BYTES))
    except Refused as refused:
        bundle.facts.append(refused.fact("bundle.key", where))
        return
    bundle.facts.append(passed("bundle.key", where, fingerprint=bundle.key.fingerprint_grouped))


def bundle_trust(bundle: Bundle, anchors: Sequence[TrustAnchor]) -> list[Fact]:
    """Whether the office's key is one the reader named."""
    where = bundle.at(KEY_FILE)
    if bundle.key is None:
        return [not_checked("bundle.trust", where, "earlier-failure")]
    chain = bundle.journal.keys if bundle.journal.keys.current is not None else KeyChain(bundle.key)
    return [chain.trust("bundle.trust", anchors, where)]


def _journal(bag: Bag, bundle: Bundle) -> None:
    others = (CONSISTENCY_NAME, TIME_NAME)
    paths = [p for p in bag.paths if JOURNAL_NAME.match(p) and not any(other.match(p) for other in others)]
    if len(paths) > 2 * BUNDLE_ENTRIES:
        bundle.facts.append(failed("journal.entry", bundle.at(), "files-many", limit=2 * BUNDLE_ENTRIES))
        return
    files: dict[str, bytes | Refused] = {}
    if sum(bag.files.size(path) for path in paths) > JOURNAL_BYTES:
        bundle.facts.append(failed("journal.entry", bundle.at(), "file-long", limit=JOURNAL_BYTES))
        return
    for path in paths:
        try:
            files[path] = bag.read(path, ENTRY_BYTES if path.endswith(".json") else NOTE_BYTES)
        except Refused as refused:
            files[path] = refused
    bundle.journal = check_journal(files, bundle.key, bundle.name)
    bundle.facts.extend(bundle.journal.facts)


def _sealed(bag: Bag, bundle: Bundle) -> None:
    """The entry that seals ``seal.json``: its type, its digest, and that it comes after all others."""
    journal, where = bundle.journal, bundle.at("journal/bundle.json")
    entry = journal.bundle
    if entry is None:
        bundle.facts.append(failed("journal.sealed", where, "no-bundle-entry"))
        return
    if entry.type != "bundle.made":
        bundle.facts.append(failed("journal.sealed", where, "entry-other-type", type=entry.type[:40]))
        return
    # A timestamp over the seal itself is recorded after it.
    if any(other.index >= entry.index and other.type != TIME_ENTRY for other in journal.entries):
        bundle.facts.append(failed("journal.sealed", where, "bundle-entry-early", index=entry.index))
    try:
        found = bag.digests(SEAL).sha256.hex() if SEAL in bag else ""
    except Refused as refused:
        bundle.facts.append(refused.fact("journal.sealed", bundle.at(SEAL)))
        return
    if found != entry.text("seal"):
        bundle.facts.append(
            failed(
                "journal.sealed", bundle.at(SEAL), "digest-differs", expected=entry.text("seal"), found=found
            )
        )
        return
    bundle.facts.append(passed("journal.sealed", where, index=entry.index, sha256=found, at=entry.at))


def _disclosure(bag: Bag, bundle: Bundle) -> None:
    where = bundle.at(DISCLOSURE)
    try:
        bundle.disclosure = parse_disclosure(bag.read(DISCLOSURE, JSON_BYTES))
    except Refused as refused:
        bundle.facts.append(refused.fact("disclosure.form", where))
        return
    bundle.facts.append(passed("disclosure.form", where))
    for path in sorted([*bundle.disclosure.files, *bundle.disclosure.events]):
        if path not in bag:
            bundle.facts.append(failed("disclosure.form", where, "disclosure-path", path=path))
    if (entry := bundle.journal.bundle) is not None and entry.type == "bundle.made":
        _subject(bundle, entry)


def _withheld(bag: Bag, bundle: Bundle) -> None:
    """The commitments of files that a copy for the other party keeps back: not there, and said not to be."""
    if MASKING not in bag:
        return
    where = bundle.at(MASKING)
    try:
        bundle.withheld = parse_withheld(bag.read(MASKING, JSON_BYTES))
    except Refused as refused:
        bundle.facts.append(refused.fact("bundle.masking", where))
        return
    bundle.facts.append(passed("bundle.masking", where, count=len(bundle.withheld)))


def _subject(bundle: Bundle, entry: Entry) -> None:
    disclosure = bundle.disclosure
    if not disclosure.subject_salt:
        return
    found = text_commitment(disclosure.subject_salt, disclosure.account)
    where = bundle.at(entry.path)
    bundle.facts.append(
        passed("disclosure.subject", where, account=disclosure.account)
        if found == entry.text("subject")
        else failed("disclosure.subject", where, "subject-differs", account=disclosure.account)
    )


def _read_letters(bag: Bag, bundle: Bundle, limited: bool) -> None:
    """Check every original that carries a stamp, whether or not the journal speaks of it."""
    waiting: list[tuple[str, bytes]] = []
    for path in bag.paths:
        if not path.startswith(ORIGINALS) or not path.lower().endswith(".pdf"):
            continue
        try:
            data = bag.read(path, LETTER_BYTES)
        except Refused:
            continue  # too large for a letter, or unreadable: the manifests speak of it
        if MARK not in data:
            continue
        waiting.append((path, data))
        if not limited or sum(len(one) for _, one in waiting) > BATCH_BYTES:
            _take_letters(bundle, waiting, limited)
            waiting = []
    _take_letters(bundle, waiting, limited)


def _take_letters(bundle: Bundle, waiting: Sequence[tuple[str, bytes]], limited: bool) -> None:
    letters = check_letters(waiting) if limited else [check_letter(data, Place()) for _, data in waiting]
    for (path, _), read in zip(waiting, letters, strict=True):
        letter = replace(read, facts=tuple(replace(fact, where=bundle.at(path)) for fact in read.facts))
        bundle.letters[path] = letter
        bundle.facts.extend(letter.facts)
        ours = bundle.journal.keys.keys or ((bundle.key,) if bundle.key else ())
        if ours and letter.key is not None and letter.key not in ours:
            bundle.facts.append(failed("letter.office", bundle.at(path), "letter-other-key"))


def _match_letters(bundle: Bundle, opened: Opened) -> None:
    journal = bundle.journal
    voided = {entry.text("number") for entry in journal.of_type("letter.voided")}
    issued: dict[str, int] = {}
    for entry in journal.of_type("letter.issued"):
        where = bundle.at(entry.path)
        number = entry.text("number")
        if number in issued:
            bundle.facts.append(
                failed("letter.recorded", where, "number-twice", number=number, index=issued[number])
            )
        issued[number] = entry.index
        _subject(bundle, entry)
        path = opened.file(entry.text("pdf"), f"{LETTERS}{number}.")
        letter = bundle.letters.get(path or "")
        if path is None:
            bundle.facts.append(
                not_checked("letter.recorded", where, "letter-voided", number=number)
                if number in voided
                else not_checked("letter.recorded", where, "kept-back", number=number)
                if entry.text("pdf") in bundle.withheld
                else failed("letter.recorded", where, "pdf-absent", number=number)
            )
        elif letter is None or letter.token is None:
            bundle.facts.append(failed("letter.recorded", bundle.at(path), "not-stamped", number=number))
        else:
            bundle.recorded[path] = entry
            bundle.facts.extend(_compare(bundle, path, letter, letter.token, entry))
        if (docx := opened.file(entry.text("docx"), f"{LETTERS}{number}.")) is not None:
            bundle.facts.append(passed("letter.docx", bundle.at(docx), number=number))
        elif path is not None and (beside := f"{path.rpartition('.')[0]}.docx") in bundle.disclosure.files:
            # It has a salt of its own, and still opens nothing.
            bundle.facts.append(failed("letter.docx", bundle.at(beside), "docx-differs", number=number))
        else:
            bundle.facts.append(not_checked("letter.docx", where, "docx-absent", number=number))
    for path in sorted(bundle.letters.keys() - bundle.recorded.keys()):
        token = bundle.letters[path].token
        if (
            token is not None and token.number.series == EXHIBIT_SERIES
        ):  # kept by the office, not issued by it
            bundle.facts.append(not_checked("letter.recorded", bundle.at(path), "exhibit-stamp"))
        else:
            bundle.facts.append(failed("letter.recorded", bundle.at(path), "letter-unrecorded"))


def _compare(bundle: Bundle, path: str, letter: Letter, token: Token, entry: Entry) -> list[Fact]:
    """The letter against the entry that issued it, and its facts against the token."""
    where = bundle.at(path)
    number = token.number.key
    kinds = {kind.value: series for kind, series in SERIES.items()}
    pairs = (
        ("token", entry.text("token"), token.sha256),
        ("number", entry.text("number"), number),
        ("profile", entry.data["profile"], token.profile),
        ("pages", entry.data["pages"], letter.pages),
        ("kind", kinds.get(entry.text("kind")), token.number.series),
        ("key", entry.by, token.kid.hex()),
    )
    wrong = [name for name, expected, found in pairs if expected != found]
    facts = [
        failed("letter.recorded", where, "entry-differs", what=", ".join(wrong), index=entry.index)
        if wrong
        else passed("letter.recorded", where, number=number, index=entry.index, at=entry.at)
    ]
    facts.append(_dated(bundle, token, entry, where))
    root = bundle.disclosure.facts_root(entry.text("number"))
    if root is None:
        facts.append(not_checked("letter.facts", where, "facts-absent", number=number))
    elif root == token.facts_root:
        count = len(bundle.disclosure.letters[entry.text("number")])
        facts.append(passed("letter.facts", where, number=number, count=count))
    else:
        facts.append(failed("letter.facts", where, "facts-differ", number=number))
    return facts


def _dated(bundle: Bundle, token: Token, entry: Entry, where: Place) -> Fact:
    """The letter's own time against the journal's: before its entry, and not long before what it knew."""
    if token.issued_at > seconds_of(entry.at):
        return unknown("letter.dated", where, "dated-after-entry", seconds=token.issued_at, at=entry.at)
    known = [other.at for other in bundle.journal.entries if other.index < token.checkpoint_size]
    if known and token.issued_at + RUN_SECONDS < seconds_of(max(known)):
        return unknown("letter.dated", where, "dated-before-known", seconds=token.issued_at, at=max(known))
    return passed("letter.dated", where, seconds=token.issued_at, at=entry.at)


def seconds_of(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())


def _read_times(bag: Bag, bundle: Bundle) -> None:
    files: dict[str, bytes | Refused] = {}
    for path in bag.paths:
        if TIME_NAME.match(path) and len(files) < 2 * BUNDLE_ENTRIES:
            try:
                files[path] = bag.read(path, TSA_TOKEN_BYTES if path.endswith(".tst") else NOTE_BYTES)
            except Refused as refused:
                files[path] = refused
    bundle.times = read_times(files)


def _consistency(bag: Bag, bundle: Bundle) -> frozenset[int]:
    """Facts of the consistency proofs; the sizes whose proof failed."""
    claimed: dict[int, set[bytes]] = {}
    for letter in bundle.letters.values():
        if letter.token is not None:
            claimed.setdefault(letter.token.checkpoint_size, set()).add(letter.token.checkpoint_root)
    for time in bundle.times:
        if time.checkpoint is not None:
            claimed.setdefault(time.checkpoint.size, set()).add(time.checkpoint.root)
    files: dict[str, bytes | Refused] = {}
    for path in bag.paths:
        if CONSISTENCY_NAME.match(path):
            try:
                files[path] = bag.read(path, NOTE_BYTES)
            except Refused as refused:
                files[path] = refused
    facts, wrong = check_consistency(files, bundle.journal, claimed, bundle.name)
    bundle.facts.extend(facts)
    return wrong


def _checkpoints(bundle: Bundle, wrong: frozenset[int], *, asks: bool) -> None:
    """The checkpoints that the letters carry, against each other and against the bundle's journal.

    A letter cannot have known an entry written after it; two letters with one size and two roots would mean
    two journals; and where the proofs hold the pieces of the earlier tree, its root is computed and
    compared. ``wrong`` are the sizes with a proof that failed. ``asks``: the bundle is of a kind that carries a
    proof for each size which the pieces do not give, so that one left out is named.
    """
    roots: dict[int, tuple[bytes, str]] = {}
    for path, entry in sorted(bundle.recorded.items()):
        token, where = bundle.letters[path].token, bundle.at(path)
        if token is None:
            continue
        size, root = token.checkpoint_size, token.checkpoint_root
        shown: dict[str, str | int] = {"size": size, "root": root.hex()}
        if size > entry.index:
            bundle.facts.append(
                failed("letter.checkpoint", where, "checkpoint-late", index=entry.index, **shown)
            )
            continue
        other = roots.setdefault(size, (root, path))
        if other[0] != root:
            bundle.facts.append(
                failed("letter.checkpoint", where, "checkpoint-fork", other=other[1], **shown)
            )
            continue
        expected = bundle.journal.root_at(size)
        if expected is None and size in wrong:
            bundle.facts.append(not_checked("letter.checkpoint", where, "earlier-failure"))
        elif expected is None:
            bundle.facts.append(unknown("letter.checkpoint", where, "checkpoint-pieces", **shown))
            if asks:
                bundle.facts.append(unknown("journal.consistency", where, "consistency-absent", size=size))
        elif expected == root:
            bundle.facts.append(passed("letter.checkpoint", where, **shown))
        else:
            bundle.facts.append(failed("letter.checkpoint", where, "checkpoint-rewritten", **shown))
