"""A backup that somebody made, or altered, to do harm: refused by name, with nothing read, overwritten or left behind."""

from __future__ import annotations

import copy
import hashlib
import io
import json
import random
import shutil
import sqlite3
import zipfile
import zlib
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import estate
import pytest

from evidence.errors import EvidenceError
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace

MUTATIONS = 300


@dataclass(frozen=True)
class Backup:
    """A genuine one taken apart: its bytes, members, manifest, and what a restore gives."""

    whole: bytes
    members: dict[str, bytes]
    manifest: dict[str, Any]
    restored: dict[str, str]

    @property
    def store(self) -> list[str]:
        return sorted(name for name in self.members if name.startswith("store/"))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Backup:
    """Of an office that issued one letter."""
    folder = tmp_path_factory.mktemp("kept")
    with estate.workspace(folder, checkout) as office:
        office.issue(LetterKind.DEMAND, accounts=[estate.OWNERS[0][0]], converter="builtin")
        office.backup(folder / "kept.zip", with_keys=True)
    with zipfile.ZipFile(folder / "kept.zip") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    Workspace.restore(folder / "kept.zip", folder / "restored")
    return Backup((folder / "kept.zip").read_bytes(), members, manifest, estate.files(folder / "restored"))


def packed(members: dict[str, bytes], manifest: object, method: int = zipfile.ZIP_STORED) -> bytes:
    raw = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in {**members, "manifest.json": raw}.items():
            archive.writestr(name, data)
    return out.getvalue()


def outcome(data: bytes, folder: Path) -> str:
    """The code of the refusal, or nothing where it was restored; refused, it left nothing, also of folders above."""
    folder.mkdir(exist_ok=True)
    path = folder / "kept.zip"
    path.write_bytes(data)
    try:
        Workspace.restore(path, folder / "new" / "office")
    except EvidenceError as error:
        assert [entry.name for entry in folder.iterdir()] == ["kept.zip"]
        return error.problems[0].code
    return ""


Change = Callable[[dict[str, bytes], dict[str, Any]], None]


def adding(name: str, data: bytes = b"x") -> Change:
    """A member in good order, but for its name."""

    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        members[name] = data
        manifest["files"][name] = [hashlib.sha256(data).hexdigest(), len(data)]

    return change


def lacking(name: str) -> Change:
    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        del members[name], manifest["files"][name]

    return change


def copying(target: str, of: int = 0) -> Change:
    """A copy to ``target`` of a file that is in the store."""

    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        manifest["copies"][target] = sorted(name for name in members if name.startswith("store/"))[of][9:]

    return change


def with_trigger(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    """A database that answers, once it is in use, to what the attacker wrote into it."""
    database = sqlite3.connect(":memory:")
    database.deserialize(members["office.db"])
    database.execute("CREATE TRIGGER t AFTER INSERT ON letters BEGIN DELETE FROM exhibits; END")
    database.commit()
    adding("office.db", database.serialize())(members, manifest)


def with_a_torn_page(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    """Of a table that a restore has nothing to ask of."""
    database = sqlite3.connect(":memory:")
    database.deserialize(members["office.db"])
    (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'accounts'").fetchone()
    (size,) = database.execute("PRAGMA page_size").fetchone()
    data = bytearray(members["office.db"])
    data[(page - 1) * size : page * size] = b"\xff" * size
    adding("office.db", bytes(data))(members, manifest)


NOTHING = hashlib.sha256(b"").hexdigest()
CHANGES: dict[str, Change] = {
    "copy-of-a-file-outside": lambda m, s: s["copies"].update(x="/etc/passwd"),
    "copy-of-a-file-above": lambda m, s: s["copies"].update(x="../../../../../../../../etc/passwd"),
    "copy-of-none": lambda m, s: s["copies"].update(x=NOTHING),
    "copy-of-a-number": lambda m, s: s["copies"].update(x=5),
    "copy-over-a-key": copying("keys/signing.pub"),
    "copy-as-a-new-key": copying("keys/tsa.pem"),
    "copy-over-the-settings": copying("evidence.toml"),
    "copy-over-the-database": copying("office.db"),
    "copy-beside-the-database": copying("office.db-wal"),
    "copy-into-the-store": lambda m, s: copying(sorted(n for n in m if n.startswith("store/"))[0], 1)(m, s),
    "copy-above": copying("../x"),
    "copy-outside": copying("/tmp/x"),
    "copy-hidden": copying(".bashrc"),
    "copy-to-nowhere": copying(""),
    "copy-within-a-file": lambda m, s: copying(next(iter(s["copies"])) + "/x")(m, s),
    "copy-in-place-of-a-folder": copying("letters"),
    "copies-a-list": lambda m, s: s.update(copies=[]),
    "member-over-the-store": adding(f"folder/store/{NOTHING[:2]}/{NOTHING}", b""),
    "member-of-another-name-in-the-store": adding(f"store/{NOTHING[:2]}/{NOTHING}", b"x"),
    "member-in-a-folder-of-keys": adding("keys/more/signing.pem"),
    "member-hidden": adding("folder/.bashrc"),
    "member-without-a-name": adding("folder"),
    "member-elsewhere": adding("bin/x"),
    "member-with-a-long-name": adding("folder/" + "长" * 86),
    "member-with-a-long-path": adding("folder/" + "long/" * 500 + "x"),
    "member-of-spoken-commands": adding("\x1b[2Jstore"),
    "member-within-a-member": lambda m, s: (adding("folder/a")(m, s), adding("folder/a/b")(m, s)),
    "bomb": adding("folder/zeros", bytes(4 << 20)),
    "length-as-text": lambda m, s: s["files"]["evidence.toml"].__setitem__(1, str(len(m["evidence.toml"]))),
    "length-as-float": lambda m, s: s["files"]["evidence.toml"].__setitem__(1, float(len(m["evidence.toml"]))),
    "length-as-truth": lambda m, s: (adding("folder/x")(m, s), s["files"]["folder/x"].__setitem__(1, True)),
    "length-negative": lambda m, s: s["files"]["evidence.toml"].__setitem__(1, -1),
    "length-shorter": lambda m, s: s["files"]["evidence.toml"].__setitem__(1, 10),
    "length-beyond-all": lambda m, s: s["files"]["evidence.toml"].__setitem__(1, 10**4000),
    "digest-in-capitals": lambda m, s: s["files"]["evidence.toml"].__setitem__(0, "A" * 64),
    "missing-tables": lambda m, s: s.update(missing=[{}]),
    "missing-a-text": lambda m, s: s.update(missing=NOTHING),
    "format-as-list": lambda m, s: s.update(format=[1]),
    "format-as-truth": lambda m, s: s.update(format=True),
    "journal-as-text": lambda m, s: s["journal"].update(size=str(s["journal"]["size"])),
    "time-of-no-day": lambda m, s: s.update(made_at="2026-13-01"),
    "more-than-it-has": lambda m, s: s.update(more=1),
    "no-database": lacking("office.db"),
    "no-settings": lacking("evidence.toml"),
    "no-keys-of-persons": lacking("keys/persons.db"),
    "database-of-another": adding("office.db", b"SQLite format 3\0" + b"x" * 5000),
    "database-empty": adding("office.db", b""),
    "database-with-a-trigger": with_trigger,
    "database-with-a-torn-page": with_a_torn_page,
    "settings-not-utf-8": adding("evidence.toml", b"\xff\xfe"),
    "settings-not-toml": adding("evidence.toml", b"[["),
    "settings-nested": adding("evidence.toml", b"a=" + b"[" * 50_000),
    "settings-long": adding("evidence.toml", b"#" * (1 << 20) + b"#"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_no_backup_holds_is_refused_as_damaged(name: str, kept: Backup, tmp_path: Path) -> None:
    members, manifest = dict(kept.members), copy.deepcopy(kept.manifest)
    CHANGES[name](members, manifest)
    method = zipfile.ZIP_DEFLATED if name == "bomb" else zipfile.ZIP_STORED
    assert outcome(packed(members, manifest, method), tmp_path) == "backup.damaged"


def twice(kept: Backup) -> bytes:
    """Two members of one name: which of the two a reader takes is anybody's guess."""
    out = io.BytesIO(kept.whole)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("evidence.toml", kept.members["evidence.toml"])
    return out.getvalue()


def marked(kept: Backup, name: bytes) -> bytes:
    """A member that its two headers say is encrypted."""
    data = bytearray(kept.whole)
    for signature, flags, named in ((b"PK\3\4", 6, 30), (b"PK\1\2", 8, 46)):
        at = data.index(signature)
        while data[at + named : at + named + len(name)] != name:
            at = data.index(signature, at + 4)
        data[at + flags] |= 1
    return bytes(data)


def torn(kept: Backup) -> bytes:
    """A manifest whose DEFLATE stream breaks off in nonsense."""
    raw = json.dumps(kept.manifest).encode()
    data = packed(kept.members, raw, zipfile.ZIP_DEFLATED)
    stream = zlib.compressobj(wbits=-15)
    body = stream.compress(raw) + stream.flush()
    assert data.count(body[:40]) == 1
    return data.replace(body[:40], body[:20] + b"\xff" * 20)


@pytest.mark.parametrize(
    "make",
    [
        lambda kept: packed(kept.members, b"[" * 200_000 + b"]" * 200_000),
        lambda kept: packed(kept.members, b'{"a":' * 200_000 + b"1" + b"}" * 200_000),
        lambda kept: packed(kept.members, b"\xff\xfe"),
        lambda kept: packed(kept.members, json.dumps(kept.manifest)[:-1].encode() + b', "format": 1}'),
        lambda kept: packed(kept.members, kept.manifest, zipfile.ZIP_LZMA),
        lambda kept: marked(kept, b"manifest.json"),
        lambda kept: marked(kept, b"evidence.toml"),
        torn,
        twice,
    ],
    ids=["deep", "deep-tables", "not-utf-8", "key-twice", "lzma", "manifest-encrypted", "encrypted", "torn", "twice"],
)  # fmt: skip
def test_a_zip_that_cannot_be_read_as_one_is_refused_as_damaged(
    make: Callable[[Backup], bytes], kept: Backup, tmp_path: Path
) -> None:
    assert outcome(make(kept), tmp_path) == "backup.damaged"


def test_repacked_by_another_program_it_is_the_same(kept: Backup, tmp_path: Path) -> None:
    assert outcome(packed(kept.members, kept.manifest, zipfile.ZIP_DEFLATED), tmp_path) == ""
    restored = tmp_path / "new" / "office"
    assert estate.files(restored) == kept.restored
    modes = {
        path: (restored / path).stat().st_mode & 0o777
        for path in ("keys", "keys/signing.pem", "keys/persons.db")
    }
    assert modes == {"keys": 0o700, "keys/signing.pem": 0o600, "keys/persons.db": 0o600}
    assert {(restored / name).stat().st_mode & 0o777 for name in kept.store} == {0o444}


def test_what_is_there_is_never_written_over(kept: Backup, tmp_path: Path) -> None:
    backup = tmp_path / "kept.zip"
    backup.write_bytes(kept.whole)
    office, folder, file = tmp_path / "office", tmp_path / "folder", tmp_path / "file"
    Workspace.restore(backup, office)
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", "ascii")
    file.write_text("mine", "ascii")
    before = estate.files(tmp_path)
    for target in (office, folder, file):
        with pytest.raises(EvidenceError) as caught:
            Workspace.restore(backup, target)
        assert caught.value.problems[0].code == "workspace.exists"
    assert estate.files(tmp_path) == before
    (tmp_path / "empty").mkdir()
    Workspace.restore(backup, tmp_path / "empty")
    assert estate.files(tmp_path / "empty") == kept.restored


def test_what_would_not_fit_is_not_begun(
    kept: Backup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted with its copies: a thousand of one file take a line each in the manifest."""
    manifest = copy.deepcopy(kept.manifest)
    manifest["copies"] |= {f"copies/{i}": kept.store[0][9:] for i in range(1000)}
    once = sum(length for _, length in kept.manifest["files"].values())
    usage = namedtuple("usage", "total used free")(1 << 40, 0, once + 500 * len(kept.members[kept.store[0]]))
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    monkeypatch.setattr(Path, "chmod", lambda *_: pytest.fail("a file was written"))
    assert outcome(packed(kept.members, manifest), tmp_path) == "general.disk-full"


ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "x",
    "../x",
    "/etc/passwd",
    [],
    [[]],
    {},
    {"x": {}},
    "0" * 64,
    10**30,
    "\ud800",
]


def mutated(value: Any, draw: random.Random) -> Any:
    """Somewhere within: another value, a name or an item less, one more."""
    if not isinstance(value, dict | list) or not value or draw.random() < 0.1:
        return draw.choice(ODD)
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key, changed = draw.choice(keys), copy.copy(value)
    match draw.randrange(6):
        case 0:
            del changed[key]
        case 1 if isinstance(changed, dict):
            changed[draw.choice(["x", "../x", "keys/x", "folder/x", "office.db-wal"])] = changed[key]
        case _:
            changed[key] = mutated(value[key], draw)
    return changed


def test_mutations_are_refused_or_restore_the_same(kept: Backup, tmp_path: Path) -> None:
    """Seeded: bytes of the file, and values of its manifest. What was restored all the same is the office as it was,
    perhaps without the copies that the manifest no longer names or with one more of what is in the store."""
    draw = random.Random(20261122)
    genuine, seen = set(kept.restored.values()), dict[str, int]()
    for number in range(MUTATIONS):
        if number % 2:
            data = bytearray(kept.whole)
            for _ in range(draw.randrange(1, 4)):
                data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
            made = bytes(data)
        else:
            made = packed(kept.members, mutated(kept.manifest, draw))
        code = outcome(made, tmp_path)
        seen[code] = seen.get(code, 0) + 1
        if code:
            assert code in ("backup.damaged", "backup.unreadable", "backup.format"), number
            continue
        restored = estate.files(tmp_path / "new" / "office")
        assert set(restored.values()) <= genuine, number
        assert {
            n: d for n, d in kept.restored.items() if n not in kept.manifest["copies"]
        }.items() <= restored.items()
        shutil.rmtree(tmp_path / "new")
    assert seen["backup.damaged"] > MUTATIONS * 0.8, seen
