"""The package: a BagIt 1.0 bag as a folder and as a zip whose every byte is determined (docs/formats.md §5)."""

from __future__ import annotations

import json
import os
import shutil
import unicodedata
import zipfile
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from evidence.errors import fail
from evidence.journal.canonical import Json, dumps
from evidence.stamp.digests import Digests, digest_bytes, digest_file

Content = bytes | Path  # a file's bytes, or where they lie

# The tag files the seal does not cover: the proofs prove themselves, and the tag manifest lists them.
UNSEALED = ("journal/",)
TAG_MANIFEST = "tagmanifest-sha256.txt"
SEAL = "seal.json"
_NAME_BYTES = 180
_HASHING = 2  # threads
_SUFFIX = 8  # longest file suffix worth keeping, such as .geojson
# Windows opens a device under these names, whatever suffix follows.
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))}


@dataclass(frozen=True, slots=True)
class SealedFile:
    path: str
    size: int
    sha256: str
    sm3: str


def safe_name(text: str, limit: int = 60) -> str:
    """``text`` as one path element that any system can hold.

    NFC; no separators, controls, direction marks or halves of characters; no leading or trailing dot; no name
    that Windows keeps for devices. At most ``limit`` characters and 180 bytes of UTF-8 (file systems take 255,
    and prefixes come before it), of which a file's suffix is kept: a photo cut off at ``.jp`` opens nowhere.
    """
    kept = "".join("_" if _unfit(char) else char for char in unicodedata.normalize("NFC", text)).strip(" .")
    head, dot, suffix = kept.rpartition(".")
    if not head or not suffix.isascii() or len(suffix) > _SUFFIX:
        head, dot, suffix = kept, "", ""
    while len(head + dot + suffix) > limit or len((head + dot + suffix).encode()) > _NAME_BYTES:
        head = head[:-1]
    name = head.strip(" .") + dot + suffix
    if name.partition(".")[0].rstrip().upper() in _DEVICES:
        name = f"_{name}"
    return name or "_"


def _unfit(char: str) -> bool:
    # The per cent sign is escaped in BagIt manifests, which `sha256sum -c` does not know.
    return char in '/\\:*?"<>|%' or unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def digests_of(content: Content) -> Digests:
    return digest_file(content) if isinstance(content, Path) else digest_bytes(content)


def size_of(content: Content) -> int:
    return content.stat().st_size if isinstance(content, Path) else len(content)


def check_paths(files: Mapping[str, Content]) -> None:
    """Refuse names that two systems would understand differently: ``bundle.path`` names them."""
    seen: dict[str, str] = {}
    for path in files:
        folded = unicodedata.normalize("NFC", path).casefold()
        bad = path.startswith("/") or ".." in path.split("/") or "\\" in path
        if bad or folded in seen:
            raise fail("bundle.path", path=path, other=seen.get(folded, ""))
        seen[folded] = path


def manifest(files: Mapping[str, Content]) -> bytes:
    """A BagIt manifest: ``hash  path`` a line, percent-encoding of line ends as BagIt 1.0 asks."""
    return _listed({path: digests_of(content).sha256 for path, content in files.items()})


def _listed(digests: Mapping[str, bytes]) -> bytes:
    lines = []
    for path in sorted(digests):
        escaped = path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
        lines.append(f"{digests[path].hex()}  {escaped}\n")
    return "".join(lines).encode()


def all_digests(files: Mapping[str, Content]) -> dict[str, Digests]:
    """The digests of each file, by two threads: hashing and reading leave the interpreter free."""
    with ThreadPoolExecutor(_HASHING) as threads:
        return dict(zip(files, threads.map(digests_of, files.values()), strict=True))


def bag_files(
    payload: Mapping[str, Content],
    *,
    made_on: date,
    identifier: str,
    organisation: str,
    tool: str,
    known: Mapping[str, Digests] | None = None,
) -> dict[str, Content]:
    """``payload`` (paths under ``data/``) with the bag's own declaration, information and manifests.

    The list of SM3 has the name BagIt gives a manifest of any algorithm: programs that know SM3 check it, others go by
    the list of SHA-256. ``known`` are the digests of the payload (:func:`all_digests`), for whoever seals it as well.
    """
    check_paths(payload)
    digests = all_digests(payload) if known is None else {path: known[path] for path in payload}
    octets = sum(size_of(content) for content in payload.values())
    info = (
        f"Bag-Software-Agent: {tool}\n"
        f"Bagging-Date: {made_on.isoformat()}\n"
        f"External-Identifier: {identifier}\n"
        f"Payload-Oxum: {octets}.{len(payload)}\n"
        f"Source-Organization: {organisation}\n"
    )
    return {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": info.encode(),
        "manifest-sha256.txt": _listed({path: both.sha256 for path, both in digests.items()}),
        "manifest-sm3.txt": _listed({path: both.sm3 for path, both in digests.items()}),
        **payload,
    }


def seal_list(
    files: Mapping[str, Content], known: Mapping[str, Digests] | None = None
) -> tuple[SealedFile, ...]:
    """The files the seal covers: every one but the journal's proofs, the tag manifest and the seal itself."""
    known = known or {}
    sealed = []
    for path in sorted(files):
        if path.startswith(UNSEALED) or path in (TAG_MANIFEST, SEAL):
            continue
        both = known.get(path) or digests_of(files[path])
        sealed.append(SealedFile(path, size_of(files[path]), both.sha256.hex(), both.sm3.hex()))
    return tuple(sealed)


def seal_json(
    files: Mapping[str, Content], entries: Mapping[int, bytes], known: Mapping[str, Digests] | None = None
) -> bytes:
    """``seal.json`` over ``files`` and over the journal's ``entries`` that concern the case, by index.

    ``known`` are digests of files that need not be read again.
    """
    rows: list[Json] = [
        {"path": f.path, "sha256": f.sha256, "size": f.size, "sm3": f.sm3} for f in seal_list(files, known)
    ]
    listed: list[Json] = [
        {"index": index, "sha256": digest_bytes(entries[index]).sha256.hex()} for index in sorted(entries)
    ]
    return dumps({"entries": listed, "files": rows, "v": 2})


def with_tag_manifest(files: Mapping[str, Content]) -> dict[str, Content]:
    tags = {path: content for path, content in files.items() if not path.startswith("data/")}
    return {**files, TAG_MANIFEST: manifest(tags)}


def consistency_text(old: int, hashes: Sequence[bytes]) -> bytes:
    """``journal/consistency-OLD.proof`` from the hashes of RFC 9162 §2.1.4 (docs/formats.md §5)."""
    lines = ["evidence/consistency@v1", f"old {old}", *(b64encode(value).decode() for value in hashes)]
    return "".join(f"{line}\n" for line in lines).encode()


def files_of(folder: Path) -> dict[str, Path]:
    """The files of a bundle's folder by their path in it."""
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def intact(folder: Path, seal_sha256: str) -> dict[str, str] | None:
    """SHA-256 of each sealed file, by path, of a bundle that lies there as it was made; ``None`` of any other.

    Every file is read: what the seal covers is held against the seal, the rest against the tag manifest.
    """
    files = files_of(folder)
    try:
        seal = files[SEAL].read_bytes()
        if digests_of(seal).sha256.hex() != seal_sha256:
            return None
        sealed = {str(file["path"]): str(file["sha256"]) for file in json.loads(seal)["files"]}
        tags = {path: content for path, content in files.items() if not path.startswith("data/")}
        listed = files[TAG_MANIFEST].read_bytes()
        del tags[TAG_MANIFEST]
        found = {path: digests_of(files[path]).sha256.hex() for path in sealed}
    except (KeyError, OSError):
        return None
    payload = {path for path in files if path.startswith("data/")}
    whole = found == sealed and payload <= sealed.keys() and listed == manifest(tags)
    return found if whole else None


@contextmanager
def _staged(target: Path) -> Iterator[Path]:
    """A place beside ``target`` to build it in, on the same disk; whatever is left there goes away again."""
    staging = target.with_name(f".making-{target.name}")
    _remove(staging)
    try:
        yield staging
    finally:
        _remove(staging)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_folder(target: Path, files: Mapping[str, Content]) -> None:
    """All files under ``target`` at once: built beside it and moved into place, so that half a bundle never shows.

    ``target`` must not exist. Raises ``OSError``; nothing is left behind then.
    """
    with _staged(target) as staging:
        for path in sorted(files):
            place = staging / path
            place.parent.mkdir(parents=True, exist_ok=True)
            content = files[path]
            with place.open("wb") as file:
                if isinstance(content, Path):
                    with content.open("rb") as source:
                        shutil.copyfileobj(source, file, 1 << 20)
                else:
                    file.write(content)
                file.flush()
                os.fsync(file.fileno())
        staging.rename(target)


def write_zip(target: Path, files: Mapping[str, Content]) -> None:
    """The canonical zip: members sorted, stored, dated 1980-01-01, no extra fields; same files, same bytes.

    Replaces a zip that is there. Raises ``OSError``; what was there stays then.
    """
    with _staged(target) as staging:
        with staging.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
                for path in sorted(files):
                    info = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
                    info.create_system = 3
                    info.external_attr = 0o100644 << 16
                    content = files[path]
                    if isinstance(content, Path):
                        info.file_size = size_of(content)
                        with content.open("rb") as source, archive.open(info, "w") as member:
                            shutil.copyfileobj(source, member, 1 << 20)
                    else:
                        archive.writestr(info, content)
            file.flush()
            os.fsync(file.fileno())
        staging.replace(target)
