"""Facts of the container: BagIt 1.0 (RFC 8493) and ``seal.json`` (docs/formats.md, section 5).

Every file is compared with what the manifests and the seal say of it; missing, extra and changed files are
each named. The two lists say the same thing twice on purpose: BagIt for any archive's tools, the seal
because the journal commits to it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evidence.model.problem import Place
from evidence.model.report import Fact
from evidence.verify.canonical import Json, parse_canonical
from evidence.verify.commit import Digests
from evidence.verify.files import Bag, path_oddity
from evidence.verify.limits import BUNDLE_FILES, ENTRY_BYTES, JSON_BYTES, MANIFEST_BYTES
from evidence.verify.note import SPACES
from evidence.verify.refused import Refused, failed, not_checked, passed

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
SEAL = "seal.json"
ENTRIES = "seal.entries"
PAYLOAD = "data/"
JOURNAL = "journal/"
SM3_LIST = "manifest-sm3.txt"
_LINE = re.compile(r"([0-9A-Fa-f]+)[ \t]+(?:\./)?(.+)\Z")
_INFO = re.compile(rf"[^:{SPACES}][^:]*:[ \t].*\Z|[ \t].*\Z")
_ENTRY = re.compile(r"journal/[0-9]+\.json\Z")
_HEX32 = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(slots=True)
class Facts:
    """Facts of one bundle: failures are named one by one, successes counted by rule."""

    name: str
    found: list[Fact] = field(default_factory=list)

    def at(self, path: str = "") -> Place:
        return Place(file=self.name, part=path)

    def fail(self, fact_id: str, path: str, reason: str, **params: str | int) -> None:
        self.found.append(failed(fact_id, self.at(path), reason, **params))

    def refuse(self, fact_id: str, path: str, refused: Refused) -> None:
        self.found.append(refused.fact(fact_id, self.at(path)))

    def settle(self, fact_id: str, count: int) -> None:
        """File a success under ``fact_id`` unless something failed under it."""
        if not any(fact.id == fact_id for fact in self.found):
            self.found.append(passed(fact_id, self.at(), count=count))


def check_bag(bag: Bag, name: str) -> list[Fact]:
    """Facts ``bag.*`` and ``seal.*`` of the container called ``name``."""
    facts = Facts(name)
    _paths(bag, facts)
    check_declaration(bag, facts)
    check_manifests(bag, facts, "sha256")
    if SM3_LIST in bag:  # bundles of before have none
        payload = [path for path in bag.paths if path.startswith(PAYLOAD)]
        check_list(bag, facts, "bag.sm3", SM3_LIST, payload, "sm3")
    _seal(bag, facts)
    return facts.found


def _paths(bag: Bag, facts: Facts) -> None:
    for oddity in bag.files.oddities:
        facts.fail("bag.paths", oddity.path, oddity.reason)
    folded: dict[str, str] = {}
    for path in bag.paths:
        # Two names that a Mac or Windows disk would put into one file.
        key = unicodedata.normalize("NFC", path).casefold()
        if key in folded:
            facts.fail("bag.paths", path, "path-collides", other=folded[key])
        folded[key] = path
    facts.settle("bag.paths", len(bag.paths))


def check_declaration(bag: Bag, facts: Facts) -> None:
    try:
        if bag.read("bagit.txt", len(DECLARATION)) != DECLARATION:
            facts.fail("bag.declaration", "bagit.txt", "bagit-form")
    except Refused as refused:
        reason = refused if refused.reason == "file-missing" else Refused("bagit-form")
        facts.refuse("bag.declaration", "bagit.txt", reason)
    try:
        _info(bag)
    except Refused as refused:
        facts.refuse("bag.declaration", "bag-info.txt", refused)
    facts.settle("bag.declaration", 2)


def _info(bag: Bag) -> None:
    text = _utf8(bag.read("bag-info.txt", MANIFEST_BYTES))
    for number, line in enumerate(text.splitlines(), 1):
        if not _INFO.match(line):
            raise Refused("bag-info-form", line=number)
        label, _, value = line.partition(":")
        if label.lower() == "payload-oxum":
            payload = [path for path in bag.paths if path.startswith(PAYLOAD)]
            try:
                size = sum(bag.digests(path).size for path in payload)
            except Refused:
                continue  # the manifests name the file; the sum is not to blame
            if value.strip(" \t") != f"{size}.{len(payload)}":
                raise Refused("bag-oxum", expected=value.strip(" \t")[:40], found=f"{size}.{len(payload)}")


def check_manifests(bag: Bag, facts: Facts, algorithm: str) -> None:
    """Both manifests of one algorithm, complete in both directions.

    The tag manifest must list every file outside of ``data/`` but itself: BagIt would allow less, but then a
    file of the journal could be changed without any list showing it.
    """
    tag_manifest = f"tagmanifest-{algorithm}.txt"
    payload = [path for path in bag.paths if path.startswith(PAYLOAD)]
    others = [path for path in bag.paths if not path.startswith(PAYLOAD) and path != tag_manifest]
    check_list(bag, facts, "bag.manifest", f"manifest-{algorithm}.txt", payload, algorithm)
    check_list(bag, facts, "bag.tagmanifest", tag_manifest, others, algorithm)


def check_list(
    bag: Bag, facts: Facts, fact_id: str, manifest: str, covered: Sequence[str], algorithm: str
) -> None:
    """One list against the files it is to cover: each of them on it with its digest, and no other."""
    try:
        # SM3 is not in every build of Python.
        digits = 64 if algorithm == "sm3" else hashlib.new(algorithm).digest_size * 2
        listed = _manifest(bag.read(manifest, MANIFEST_BYTES), digits)
    except Refused as refused:
        facts.refuse(fact_id, manifest, refused)
        return
    for path in sorted(listed.keys() - set(covered)):
        facts.fail(fact_id, path, "file-missing" if path not in bag else "file-misplaced")
    for path in covered:
        if path not in listed:
            facts.fail(fact_id, path, "file-extra")
            continue
        try:
            found = _digest(bag, path, algorithm)
        except Refused as refused:
            facts.refuse(fact_id, path, refused)
            continue
        if found == listed[path]:
            continue
        if algorithm == "sha256":
            facts.fail(fact_id, path, "file-changed", expected=listed[path], found=found)
        else:
            name = algorithm.upper()
            facts.fail(fact_id, path, "bagit-changed", algorithm=name, expected=listed[path], found=found)
    facts.settle(fact_id, len(covered))


def _digest(bag: Bag, path: str, algorithm: str) -> str:
    if algorithm in ("sha256", "sm3"):
        digests = bag.digests(path)
        return (digests.sha256 if algorithm == "sha256" else digests.sm3).hex()
    other = hashlib.new(algorithm)
    for chunk in bag.files.chunks(path):
        other.update(chunk)
    return other.hexdigest()


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("text-form") from None


def _manifest(data: bytes, digits: int) -> dict[str, str]:
    """Path to digest; refuses malformed lines, unsafe paths, and a path listed twice."""
    if data.count(b"\n") + data.count(b"\r") > 2 * BUNDLE_FILES:
        raise Refused("files-many", limit=BUNDLE_FILES)
    listed: dict[str, str] = {}
    # Not splitlines(): that would also break at separators which may stand in a file name.
    for number, line in enumerate(re.split(r"\r\n|\n|\r", _utf8(data)), 1):
        if not line:
            continue
        parts = _LINE.match(line)
        if parts is None or len(parts[1]) != digits:
            raise Refused("manifest-form", line=number)
        path = re.sub("%0A", "\n", re.sub("%0D", "\r", parts[2], flags=re.I), flags=re.I)
        path = re.sub("%25", "%", path)
        if path in listed:
            raise Refused("manifest-repeated", line=number)
        if path_oddity(path):
            raise Refused("manifest-form", line=number)
        listed[path] = parts[1].lower()
    return listed


def _seal(bag: Bag, facts: Facts) -> None:
    try:
        seal = parse_canonical(bag.read(SEAL, JSON_BYTES))
        sealed, bag.listed = _sealed(seal), _listed(seal)
        bag.sealed = sealed
    except Refused as refused:
        facts.refuse("seal.form", SEAL, refused)
        return
    facts.settle("seal.form", len(sealed))
    covered = {path for path in bag.paths if is_sealed(path)}
    for path in sorted(sealed.keys() - covered):
        facts.fail("seal.files", path, "file-missing" if path not in bag else "file-misplaced")
    for path in sorted(covered - sealed.keys()):
        facts.fail("seal.files", path, "file-extra")
    for path in sorted(covered & sealed.keys()):
        entry = sealed[path]
        try:
            digests = bag.digests(path)
        except Refused as refused:
            facts.refuse("seal.files", path, refused)
            continue
        found: Mapping[str, str | int] = {
            "size": digests.size,
            "sha256": digests.sha256.hex(),
            "sm3": digests.sm3.hex(),
        }
        if wrong := [key for key in ("size", "sha256", "sm3") if entry[key] != found[key]]:
            facts.fail("seal.files", path, "seal-differs", what=", ".join(wrong))
    facts.settle("seal.files", len(sealed))
    _entries(bag, facts)


def is_sealed(path: str) -> bool:
    """Whether the seal speaks of ``path``: of all but itself, the journal, and the tag manifest."""
    return path not in (SEAL, "tagmanifest-sha256.txt") and not path.startswith(JOURNAL)


def sealed_digests(bag: Bag) -> dict[str, Digests]:
    """What the seal says of each file, by path; nothing where it cannot be read."""
    try:
        rows = bag.sealed if bag.sealed is not None else _sealed(parse_canonical(bag.read(SEAL, JSON_BYTES)))
    except Refused:
        return {}
    return {
        path: Digests(int(row["size"]), bytes.fromhex(str(row["sha256"])), bytes.fromhex(str(row["sm3"])), 0)
        for path, row in rows.items()
    }


def _entries(bag: Bag, facts: Facts) -> None:
    """Whether the journal's entries are those the seal lists, so that one taken out is missed by itself.

    A timestamp is recorded after what it covers, and more may have come after the seal: they need not be listed.
    """
    if bag.listed is None:
        facts.found.append(not_checked(ENTRIES, facts.at(SEAL), "seal-without-entries"))
        return
    for path, sha256 in bag.listed.items():
        try:
            found = bag.digests(path).sha256.hex() if path in bag else ""
        except Refused as refused:
            facts.refuse(ENTRIES, path, refused)
            continue
        if not found:
            facts.fail(ENTRIES, path, "entry-missing")
        elif found != sha256:
            facts.fail(ENTRIES, path, "seal-differs", what="sha256")
    for path in bag.paths:
        if _ENTRY.match(path) and path not in bag.listed and not _is_anchor(bag, path):
            facts.fail(ENTRIES, path, "entry-extra")
    facts.settle(ENTRIES, len(bag.listed))


def _is_anchor(bag: Bag, path: str) -> bool:
    """Whether an entry ends as one of its type does in the one spelling it can have."""
    try:
        return bag.read(path, ENTRY_BYTES).endswith(b'},"type":"time.anchored","v":1}')
    except Refused:
        return False


def _listed(seal: Json) -> dict[str, str] | None:
    """SHA-256 of each entry by the path of its file; ``None`` in the first version of the seal."""
    if not isinstance(seal, dict) or "entries" not in seal:
        return None
    rows = seal["entries"]
    listed: dict[str, str] = {}
    last = -1
    for number, row in enumerate(rows if isinstance(rows, list) else [None], 1):
        match row:
            case {"index": int(index), "sha256": str(sha256), **rest} if (
                not rest and index > last and not isinstance(index, bool) and _HEX32.match(sha256)
            ):
                last = index
                listed[f"{JOURNAL}{index:06d}.json"] = sha256
            case _:
                raise Refused("seal-entry", row=number)
    return listed


def _sealed(seal: Json) -> dict[str, dict[str, str | int]]:
    if not isinstance(seal, dict) or seal.get("v") is True:
        raise Refused("seal-form")
    if (sorted(seal), seal.get("v")) not in ((["files", "v"], 1), (["entries", "files", "v"], 2)):
        raise Refused("seal-form")
    files = seal["files"]
    if not isinstance(files, list):
        raise Refused("seal-form")
    result: dict[str, dict[str, str | int]] = {}
    for row, item in enumerate(files, 1):
        if not isinstance(item, dict) or sorted(item) != ["path", "sha256", "size", "sm3"]:
            raise Refused("seal-row", row=row)
        path, size, sha256, sm3 = item["path"], item["size"], item["sha256"], item["sm3"]
        well_typed = isinstance(path, str) and isinstance(size, int) and not isinstance(size, bool)
        if not well_typed or not isinstance(path, str) or not isinstance(size, int):
            raise Refused("seal-row", row=row)
        if not isinstance(sha256, str) or not isinstance(sm3, str):
            raise Refused("seal-row", row=row)
        if not _HEX32.match(sha256) or not _HEX32.match(sm3) or not is_sealed(path):
            raise Refused("seal-row", row=row)
        result[path] = {"size": size, "sha256": sha256, "sm3": sm3}
    if list(result) != sorted(result) or len(result) != len(files):
        raise Refused("seal-order")
    return result


def misplaced(paths: Iterable[str]) -> list[str]:
    """Files of the journal's folder that are neither entries nor proofs, or not under their one name."""
    return [p for p in paths if p.startswith(JOURNAL) and not JOURNAL_NAME.match(p)]


# One spelling for each index: with more zeros one entry could stand in a bundle under several names.
JOURNAL_NAME = re.compile(
    r"journal/(?:(?:bundle|[0-9]{6}|[1-9][0-9]{6,11})\.(?:json|proof)|consistency-[1-9][0-9]{0,18}\.proof"
    r"|time-(?:[0-9]{6}|[1-9][0-9]{6,11})\.(?:note|tst))\Z"
)
