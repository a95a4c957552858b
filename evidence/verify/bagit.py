"""Facts of a BagIt bag that is no evidence file of ours: complete, and every file as its lists say.

Written from RFC 8493 and the drafts before it, and decided as the Library of Congress' conformance suite decides. Every
bad file is named, not the first. A bag counts as checked only where each file of ``data/`` was read and has a digest that
can be computed here: by sizes alone (``fast``) nothing is ever called valid.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from evidence.model.problem import Place
from evidence.model.report import Fact, Status
from evidence.verify.bag import JOURNAL_NAME
from evidence.verify.bagform import (
    PAYLOAD,
    WEAK,
    Declaration,
    Line,
    Manifest,
    declaration,
    decode,
    manifest_names,
    read_fetch,
    read_info,
    read_manifest,
)
from evidence.verify.files import THREADS, Files, FolderFiles
from evidence.verify.limits import MANIFEST_BYTES
from evidence.verify.refused import Refused, failed, not_checked, passed, unknown

_DECLARATION_BYTES = 1024
#: What systems put into folders by themselves.
_SYSTEM = frozenset({"thumbs.db", ".ds_store", "desktop.ini", ".spotlight-v100", ".trashes", ".fseventsd"})
#: Any of these says that a bag is, or was, an evidence file: it is then held to that.
_OURS = frozenset({"seal.json", "keys/office.pub", "data/disclosure.json"})
_AGENT = b"Bag-Software-Agent: evidence-kit"


@dataclass(slots=True)
class PlainBag:
    """A bag under check. ``algorithms``: those by which every file of ``data/`` was compared, or some of them."""

    name: str
    facts: list[Fact] = field(default_factory=list)
    version: str = ""
    count: int = 0
    octets: int = 0
    algorithms: tuple[str, ...] = ()
    #: An evidence file of ours that was looked at by sizes alone.
    is_ours: bool = False
    fast: bool = False

    @property
    def is_checked(self) -> bool:
        return not any(fact.status is Status.NOT_CHECKED for fact in self.facts if fact.id == "bagit.digests")


def is_bag(files: Files) -> bool:
    return "bagit.txt" in files.paths


def is_evidence(files: Files) -> bool:
    """Whether anything in a bag says that it is an evidence file of this toolkit."""
    if any(path in _OURS or JOURNAL_NAME.match(path) for path in files.paths):
        return True
    if "bag-info.txt" not in files.paths:
        return False
    try:
        return _AGENT in _read(files, "bag-info.txt", MANIFEST_BYTES)
    except Refused:
        return False


def check_plain_bag(files: Files, name: str, *, fast: bool = False) -> PlainBag:
    """Every fact of the bag in ``files``; with ``fast`` no file of ``data/`` is read. Never raises for its content."""
    return _Check(files, name, fast).run()


class _Check:
    def __init__(self, files: Files, name: str, fast: bool) -> None:
        self.files, self.fast = files, fast
        self.bag = PlainBag(name, fast=fast)
        self.known = frozenset(files.paths)
        self.payload = tuple(path for path in files.paths if path.startswith(PAYLOAD))
        #: Files by their name in one spelling, for lists written on another system.
        self.folded: dict[str, list[str]] = {}
        for path in files.paths:
            self.folded.setdefault(_nfc(path), []).append(path)
        self.declared = Declaration((1, 0), "utf-8")
        self.fetched: frozenset[str] = frozenset()

    def run(self) -> PlainBag:
        self.paths()
        self.declaration()
        self.info()
        manifests = self.manifests()
        self.fetch(manifests)
        wanted = self.complete(manifests)
        self.digests(wanted)
        self.covered(manifests)
        self.usual(manifests)
        return self.bag

    # Filing facts.

    def at(self, path: str = "") -> Place:
        return Place(file=self.bag.name, part=path)

    def fail(self, fact: str, path: str, reason: str, **params: str | int) -> None:
        self.bag.facts.append(failed(fact, self.at(path), reason, **params))

    def note(self, path: str, reason: str, **params: str | int) -> None:
        self.bag.facts.append(unknown("bagit.usual", self.at(path), reason, **params))

    def settle(self, fact: str, count: int) -> None:
        if not any(one.id == fact for one in self.bag.facts):
            self.bag.facts.append(passed(fact, self.at(), count=count))

    # What is compared.

    def paths(self) -> None:
        for oddity in self.files.oddities:
            if oddity.reason not in (
                "folder-empty",
                "zip-folder",
            ):  # BagIt has no use for them, and allows them
                self.fail("bagit.paths", oddity.path, oddity.reason)
        self.settle("bagit.paths", len(self.files.paths))

    def declaration(self) -> None:
        try:
            if "bagit.txt" not in self.known:
                raise Refused("file-missing")
            self.declared = declaration(_read(self.files, "bagit.txt", _DECLARATION_BYTES))
        except Refused as refused:
            self.fail("bagit.declaration", "bagit.txt", refused.reason, **refused.params)
        self.bag.version = "{}.{}".format(*self.declared.version)
        empty = {
            oddity.path for oddity in self.files.oddities if oddity.reason in ("folder-empty", "zip-folder")
        }
        if not self.payload and not empty & {"data", PAYLOAD}:
            self.fail("bagit.declaration", PAYLOAD, "file-missing")
        self.settle("bagit.declaration", 1)

    def text(self, path: str) -> str:
        return decode(_read(self.files, path, MANIFEST_BYTES), self.declared.encoding)

    def info(self) -> None:
        """The metadata, which no bag needs, and the sum of sizes in it."""
        self.bag.count = len(self.payload)
        self.bag.octets = sum(self.files.size(path) for path in self.payload)
        found = f"{self.bag.octets}.{self.bag.count}"
        path = self.declared.info
        if path not in self.known:
            return
        try:
            rows, bad = read_info(self.text(path))
        except Refused as refused:
            self.fail("bagit.info", path, refused.reason, **refused.params)
            return
        for number in bad:
            self.fail("bagit.info", path, "bag-info-form", line=number)
        for label, value in rows:
            if label.lower() == "payload-oxum" and value != found:
                self.fail("bagit.info", path, "bag-oxum", expected=value[:40], found=found)
        self.settle("bagit.info", len(rows))

    def manifests(self) -> list[Manifest]:
        found = []
        for manifest in manifest_names(self.files.paths):
            try:
                read_manifest(manifest, self.text(manifest.name), self.declared, self.known)
            except Refused as refused:
                self.fail("bagit.lists", manifest.name, refused.reason, **refused.params)
                continue
            found.append(manifest)
            for line in manifest.bad:
                self.fail("bagit.lists", manifest.name, line.fault, line=line.number, listed=line.path)
        if not any(not manifest.is_tag for manifest in found):
            self.fail("bagit.lists", "", "bagit-no-manifest")
        return found

    def fetch(self, manifests: list[Manifest]) -> None:
        """``fetch.txt`` may name files of ``data/`` alone, each of them on the lists."""
        rows: list[Line] = []
        if "fetch.txt" in self.known:
            try:
                rows = read_fetch(self.text("fetch.txt"), self.declared, self.known)
            except Refused as refused:
                self.fail("bagit.lists", "fetch.txt", refused.reason, **refused.params)
        lists = [manifest for manifest in manifests if not manifest.is_tag]
        for row in rows:
            fault = row.fault
            if not fault and not any(row.path in manifest.digests for manifest in lists):
                fault = "bagit-fetch-unlisted"
            if fault:
                self.fail("bagit.lists", "fetch.txt", fault, line=row.number, listed=row.path)
        self.fetched = frozenset(row.path for row in rows if not row.fault)
        self.settle("bagit.lists", len(manifests))

    def complete(self, manifests: list[Manifest]) -> dict[str, list[tuple[str, str]]]:
        """Every listed file is there, every file of ``data/`` is listed. Gives the digests wanted of each file."""
        wanted: dict[str, list[tuple[str, str]]] = {}
        listed: dict[str, int] = {}
        for manifest in manifests:
            there = set()
            for path, digest in manifest.digests.items():
                found = self.resolve(path, digest, manifest)
                if found:
                    wanted.setdefault(found, []).append((manifest.algorithm, digest))
                    there.add(found)
                else:
                    reason = "bagit-to-fetch" if path in self.fetched else "file-missing"
                    self.fail("bagit.complete", path, reason)
            for path in () if manifest.is_tag else there:
                listed[path] = listed.get(path, 0) + 1
        lists = sum(not manifest.is_tag for manifest in manifests)
        # Up to 0.97 a file had to stand on one list; since 1.0 on each.
        needed = lists if self.declared.is_final else min(lists, 1)
        for path in self.payload:
            if not listed.get(path):
                self.fail("bagit.complete", path, "file-extra")
            elif listed[path] < needed:
                self.fail("bagit.complete", path, "bagit-not-on-all", count=listed[path], lists=lists)
        self.settle("bagit.complete", len(wanted))
        return wanted

    def resolve(self, path: str, digest: str, manifest: Manifest) -> str:
        """The file a listed path means here; empty for none."""
        if path in self.known:
            return path
        same = self.folded.get(_nfc(path), [])
        if len(same) == 1:  # a Mac writes names in another composition
            self.note(path, "bagit-composition", other=same[0])
            return same[0]
        if self.declared.is_final:
            return ""
        # The older drafts let a disk without upper and lower case stand for both, if both are the same file.
        twins = [one for one in manifest.digests if _folded(one) == _folded(path) and one in self.known]
        if len(twins) == 1 and manifest.digests[twins[0]] == digest:
            self.note(path, "path-collides", other=twins[0])
            return twins[0]
        return ""

    def digests(self, wanted: Mapping[str, list[tuple[str, str]]]) -> None:
        if self.fast:
            self.bag.facts.append(not_checked("bagit.digests", self.at(), "bagit-fast"))
            wanted = {path: rows for path, rows in wanted.items() if not path.startswith(PAYLOAD)}
        known = {
            path: sorted({name for name, _ in rows if Manifest("", name, False).is_known})
            for path, rows in wanted.items()
        }
        used: set[str] = set()
        for path, found in _computed(self.files, known).items():
            if isinstance(found, Refused):
                self.fail("bagit.digests", path, found.reason, **found.params)
                continue
            if path.startswith(PAYLOAD):
                used.update(found)
                if not found:
                    names = ", ".join(sorted({name for name, _ in wanted[path]}))
                    self.bag.facts.append(
                        not_checked("bagit.digests", self.at(path), "bagit-algorithm", algorithm=names)
                    )
            for algorithm, digest in wanted[path]:
                if found.get(algorithm, digest) != digest:
                    params = {"algorithm": algorithm, "expected": digest, "found": found[algorithm]}
                    self.fail("bagit.digests", path, "bagit-changed", **params)
        self.bag.algorithms = tuple(sorted(used))
        self.settle("bagit.digests", len(known))

    def covered(self, manifests: list[Manifest]) -> None:
        """Tag files on no list, which anybody may change unnoticed; BagIt allows them."""
        listed = {path for manifest in manifests if manifest.is_tag for path in manifest.digests}
        lists = {manifest.name for manifest in manifests if manifest.is_tag}
        for path in self.files.paths:
            if not path.startswith(PAYLOAD) and path not in listed and path not in lists:
                self.bag.facts.append(unknown("bagit.covered", self.at(path), "bagit-uncovered"))
        self.settle("bagit.covered", len(listed))

    def usual(self, manifests: list[Manifest]) -> None:
        for manifest in manifests:
            if not manifest.is_known:
                self.note(manifest.name, "bagit-algorithm", algorithm=manifest.algorithm)
            for line in manifest.noted:
                for code in line.notes:
                    self.note(manifest.name, code, line=line.number, listed=line.path)
        if self.bag.algorithms and WEAK.issuperset(self.bag.algorithms):
            self.note("", "bagit-weak", algorithms=", ".join(self.bag.algorithms))
        seen: dict[str, str] = {}
        for path in self.files.paths:
            if path.rpartition("/")[2].lower() in _SYSTEM or path.rpartition("/")[2].startswith("._"):
                self.note(path, "bagit-system-file")
            if (other := seen.setdefault(_folded(path), path)) != path:
                self.note(path, "path-collides", other=other)
        self.settle("bagit.usual", len(self.files.paths))


def _nfc(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def _folded(path: str) -> str:
    return _nfc(path).casefold()


def _read(files: Files, path: str, limit: int) -> bytes:
    parts: list[bytes] = []
    length = 0
    for chunk in files.chunks(path):
        length += len(chunk)
        if length > limit:
            raise Refused("file-long", limit=limit)
        parts.append(chunk)
    return b"".join(parts)


def _computed(files: Files, wanted: Mapping[str, Iterable[str]]) -> dict[str, dict[str, str] | Refused]:
    """Hex digests of each file by algorithm, or why it could not be read; side by side where that can be done."""

    def one(path: str) -> dict[str, str] | Refused:
        hashes = {name: hashlib.new(name, usedforsecurity=False) for name in wanted[path]}
        try:
            for chunk in files.chunks(path):
                for value in hashes.values():
                    value.update(chunk)
        except Refused as refused:
            return refused
        return {name: value.hexdigest() for name, value in hashes.items()}

    if not isinstance(files, FolderFiles):
        return {path: one(path) for path in wanted}
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        return dict(zip(wanted, pool.map(one, wanted), strict=True))
