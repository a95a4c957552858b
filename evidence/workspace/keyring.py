"""The office's signing key: protected, changed, reported, kept elsewhere, and its public half handed out.

A change of key is an entry of the journal (docs/formats.md §1). The new key lies in ``keys/next.pem``, or in the device,
before the transaction that records it and takes the place of ``keys/signing.pem`` after it; a workspace opened in
between, after a crash, finds which of the two the database names, and finishes. At no moment is there a journal
without its key.
"""

from __future__ import annotations

import base64
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

from evidence.errors import EvidenceError, Place, Problem, fail
from evidence.journal import entries
from evidence.journal.entries import Entry, parse_entry
from evidence.journal.keychange import change_text
from evidence.stamp.device import DeviceKey, only_key
from evidence.stamp.keys import LockedKey, PublicKey, Signer, SigningKey, is_locked
from evidence.workspace import schema
from evidence.workspace.config import FILE_NAME, load_key_device
from evidence.workspace.core import Desk
from evidence.workspace.keyfiles import (
    KEY_FILE,
    NEXT_FILE,
    NEXT_IN_DEVICE,
    KeyAway,
    clear_unfinished,
    finish_change,
)
from evidence.workspace.officekeys import FOLD_KEY, fold_key
from evidence.workspace.store import write_atomically

PASSPHRASE, PIN = "EVIDENCE_KEY_PASSPHRASE", "EVIDENCE_KEY_PIN"
LEAST = 12
"""Characters of a passphrase; the key file may be copied and tried at leisure."""

LOST, STOLEN = "lost", "stolen"
_CHANGES = "key_changes"  # row of `meta`: the indexes of the entries about keys, as JSON


@dataclass(frozen=True, slots=True)
class KeyState:
    """One key the office has or had. ``status`` as in the public key set; ``since`` and ``until`` are entries' times."""

    public: PublicKey
    status: str
    since: str
    until: str = ""


def passphrase_from_environment() -> str:
    return os.environ.get(PASSPHRASE, "")


def pin_from_environment() -> str:
    return os.environ.get(PIN, "")


def kept(desk: Desk) -> str:
    """Where the private key is: ``file``, ``encrypted-file``, ``device``, or ``away`` from where it belongs."""
    if isinstance(desk.signer, DeviceKey):
        return "device"
    if isinstance(desk.signer, KeyAway):
        return "away"
    return "encrypted-file" if isinstance(desk.signer, LockedKey) else "file"


def keys_of(desk: Desk) -> tuple[KeyState, ...]:
    """Every key of the journal, the one in use first, then earlier ones, latest first."""
    found: list[KeyState] = []
    with desk.reading() as connection:
        for index in (0, *change_indexes(connection)):
            entry = parse_entry(desk.journal.entry(connection, index))
            if not found:
                found.append(KeyState(PublicKey.parse(str(entry.data["key"])), "current", _at(entry)))
                continue
            last, reason = found[-1], str(entry.data.get("reason", "rotated"))
            found[-1] = KeyState(last.public, reason, last.since, _at(entry))
            found.append(KeyState(PublicKey.parse(str(entry.data["new"])), "current", _at(entry)))
    return tuple(reversed(found))


def key_set(desk: Desk) -> dict[str, object]:
    """The public key set (JWKS) that ``verify --trust`` takes."""
    rows = []
    for key in keys_of(desk):
        row = {
            "alg": "EdDSA",
            "crv": "Ed25519",
            "evidence_status": key.status,
            "kid": key.public.kid.hex(),
            "kty": "OKP",
            "use": "sig",
            "x": base64.urlsafe_b64encode(key.public.raw).decode("ascii").rstrip("="),
        }
        rows.append({**row, "evidence_until": key.until} if key.until else row)
    return {"keys": rows}


def change_indexes(connection: Connection) -> tuple[int, ...]:
    """The entries that changed the key: they travel with every evidence file."""
    query = select(schema.META.c.value).where(schema.META.c.key == _CHANGES)
    return tuple(json.loads(connection.execute(query).scalar() or "[]"))


def rotate(desk: Desk) -> tuple[Problem, ...]:
    """A new key in place of the one in use, signed by both, and the old one destroyed.

    A key in a file is encrypted as the old one was, by the same passphrase; one in a device is made by the device. What
    comes back is a warning, ``stamp.device-old-key``, where the device did not give the old one up.
    """
    if isinstance(desk.signer, DeviceKey):
        before = desk.signer
        _change(desk, before.generate(), before, "")
        try:
            before.destroy()
        except EvidenceError:
            where, params = Place(part=before.place.device), {"device": before.place.shown}
            return (Problem("stamp.device-old-key", where, params),)
        return ()
    old = _present(desk)
    passphrase = desk.signer.passphrase if isinstance(desk.signer, LockedKey) else ""
    _change(desk, SigningKey.generate(desk.source.random), old, "", passphrase)
    return ()


def use_device(desk: Desk, *, generate: bool = False) -> PublicKey:
    """Go on with a key in the device of ``evidence.toml``, its only one or a fresh one; both keys sign, the file goes.

    Raises ``stamp.device-unset`` where ``[key]`` is empty, ``stamp.device-in-use`` where the key is in a device already,
    ``stamp.device-known-key`` for a key this journal has had before, and the faults of the device.
    """
    place = load_key_device(desk.root / FILE_NAME)
    if place is None:
        raise fail("stamp.device-unset", Place(file=FILE_NAME))
    if isinstance(desk.signer, DeviceKey):
        raise fail("stamp.device-in-use", Place(part=place.device), device=place.shown)
    old = _present(desk)
    new = only_key(place, desk.pin, generate=generate)
    if new.public in {state.public for state in keys_of(desk)}:
        raise fail("stamp.device-known-key", Place(part=place.device), device=place.shown)
    return _change(desk, new, old, "")


def revoke(desk: Desk, reason: str, passphrase: str = "") -> PublicKey:
    """A new key in place of one that was ``lost`` or ``stolen``; the old one is not asked.

    ``passphrase`` locks the new one.
    """
    if passphrase:
        _long_enough(passphrase)
    return _change(desk, SigningKey.generate(desk.source.random), None, reason, passphrase)


def protect(desk: Desk, passphrase: str) -> None:
    """Encrypt the key file by ``passphrase``, or by another than before; the key stays the same."""
    _long_enough(passphrase)
    with desk.rewriting():
        key = _present(desk)
        _save_over(key, _path(desk), passphrase)


def backup(desk: Desk, target: Path, passphrase: str) -> None:
    """The key, encrypted, in a new file outside of the workspace; read back before this returns.

    Where there is one, the key of the codes under folds goes beside it, as the seed of a key of the same form
    (``office.pem``, ``office.fold.pem``; docs/receipt.zh.md says how it comes back). ``workspace.backup-inside`` for a
    file in the workspace: what takes the one would take the other.
    """
    _long_enough(passphrase)
    target = target.absolute()
    if target.resolve().is_relative_to(desk.root):
        raise fail("workspace.backup-inside", path=str(target))
    key = _present(desk)
    copies = {target: key}
    if (desk.root / "keys" / FOLD_KEY).is_file():
        copies[fold_copy(target)] = SigningKey.from_seed(fold_key(desk))
    for path, one in copies.items():
        one.save(path, passphrase)
        if SigningKey.load(path, passphrase).public != one.public:
            raise fail("stamp.key-unreadable", path=str(path))


def fold_copy(target: Path) -> Path:
    """Where :func:`backup` puts the key of the codes under folds."""
    return target.with_name(f"{target.stem}.fold{target.suffix}")


def _change(
    desk: Desk, new: SigningKey | DeviceKey, old: Signer | None, reason: str, passphrase: str = ""
) -> PublicKey:
    folder, now = desk.root / "keys", desk.source.now()
    before = desk.signer.public.raw
    kind = "key.revoked" if reason else "key.rotated"
    text = change_text(desk.origin, kind, now, reason, before, new.public.raw)
    signed = new.sign(text)
    if old is None:
        entry = entries.key_revoked(
            at=now, old=before, new=new.public.raw, reason=reason, new_signature=signed
        )
    else:
        entry = entries.key_rotated(
            at=now, old=before, new=new.public.raw, old_signature=old.sign(text), new_signature=signed
        )
    with desk.rewriting():
        clear_unfinished(folder)
        if isinstance(new, SigningKey):
            new.save(folder / NEXT_FILE, passphrase)
        else:
            write_atomically(folder / NEXT_IN_DEVICE, b"")
        write_atomically((folder / NEXT_FILE).with_suffix(".pub"), new.public.to_text().encode())
        with desk.writing() as connection:
            index = desk.journal.append(connection, [entry]).start
            desk.journal.checkpoint(connection, new.sign, new.public.raw, desk.origin)
            table = schema.META
            row = update(table).where(table.c.key == "key").values(value=new.public.base32)
            connection.execute(row)
            known = change_indexes(connection)
            connection.execute(delete(table).where(table.c.key == _CHANGES))
            connection.execute(table.insert(), {"key": _CHANGES, "value": json.dumps([*known, index])})
        finish_change(folder)
    desk.signer = LockedKey(_path(desk), new.public, lambda: passphrase) if passphrase else new
    return new.public


def _save_over(key: SigningKey, path: Path, passphrase: str) -> None:
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    try:
        key.save(unfinished, passphrase)
        SigningKey.load(unfinished, passphrase)
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _long_enough(passphrase: str) -> None:
    if len(passphrase) < LEAST:
        code = "stamp.passphrase-short" if passphrase else "stamp.passphrase-missing"
        raise fail(code, least=LEAST)


def _present(desk: Desk) -> SigningKey:
    """The key, out of its file; ``stamp.device-keeps`` for one that never leaves its device, ``workspace.key-away``."""
    desk.require_key()
    if isinstance(desk.signer, DeviceKey):
        place = desk.signer.place
        raise fail("stamp.device-keeps", Place(part=place.device), device=place.shown)
    return desk.signer.open() if isinstance(desk.signer, LockedKey) else SigningKey.load(_path(desk))


def _path(desk: Desk) -> Path:
    return desk.root / "keys" / KEY_FILE


def _at(entry: Entry) -> str:
    return entry.at.strftime("%Y-%m-%dT%H:%M:%SZ")


__all__ = [
    "LEAST",
    "LOST",
    "PASSPHRASE",
    "PIN",
    "STOLEN",
    "KeyState",
    "backup",
    "change_indexes",
    "fold_copy",
    "is_locked",
    "kept",
    "key_set",
    "keys_of",
    "passphrase_from_environment",
    "pin_from_environment",
    "protect",
    "revoke",
    "rotate",
    "use_device",
]
