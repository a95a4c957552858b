"""A sealed bundle entered in the journal, given its proofs, and written as a folder and a zip."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import Connection, select

from evidence.bundle.bag import (
    TAG_MANIFEST,
    Content,
    consistency_text,
    files_of,
    with_tag_manifest,
    write_folder,
    write_zip,
)
from evidence.journal import entries
from evidence.journal.entries import parse_entry
from evidence.journal.note import parse_checkpoint
from evidence.model.account import Account
from evidence.stamp.digests import commitment, digest_bytes
from evidence.workspace import schema
from evidence.workspace.anchors import covering
from evidence.workspace.bundlefiles import Sealed
from evidence.workspace.core import Desk
from evidence.workspace.gate import Gate, Passage
from evidence.workspace.gather import Gathered
from evidence.workspace.keyring import change_indexes
from evidence.workspace.persons import salt_for
from evidence.workspace.store import writing_error

_SETTING = ".setting-"


@contextmanager
def setting_room(desk: Desk) -> Iterator[Path]:
    """A folder for volumes until they are packed, on the disk they will lie on; one that a crash left goes first."""
    folder = desk.root / "bundles"
    try:
        folder.mkdir(exist_ok=True)
        for left in folder.glob(f"{_SETTING}*"):
            shutil.rmtree(left, ignore_errors=True)
        room = Path(mkdtemp(dir=folder, prefix=_SETTING))
    except OSError as error:
        raise writing_error(folder, error) from error
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def pack(desk: Desk, identity: str, everything: Mapping[str, Content]) -> None:
    folder = desk.root / "bundles" / identity
    try:
        folder.parent.mkdir(exist_ok=True)
        write_zip(folder.with_name(f"{identity}.zip"), everything)
        if not folder.exists():
            write_folder(folder, everything)
    except OSError as error:
        raise writing_error(folder, error) from error


def restamp(desk: Desk, made: Sealed, proofs: Mapping[str, Content]) -> None:
    """The same sealed files with proofs of today, which carry the timestamps made since: these may cover the seal itself.

    The new folder is whole before the old one goes.
    """
    folder = desk.root / "bundles" / made.id
    old = folder.with_name(f".{made.id}.old")
    sealed = {path: file for path, file in files_of(folder).items() if not path.startswith("journal/")}
    sealed.pop(TAG_MANIFEST, None)
    everything = with_tag_manifest({**sealed, **proofs})
    fresh = folder.with_name(f".{made.id}.new")
    try:
        for left in (old, fresh):
            shutil.rmtree(left, ignore_errors=True)
        write_folder(fresh, everything)
        folder.rename(old)
        fresh.rename(folder)
        write_zip(folder.with_name(f"{made.id}.zip"), with_tag_manifest(files_without_tags(folder)))
        shutil.rmtree(old)
    except OSError as error:
        raise writing_error(folder, error) from error


def files_without_tags(folder: Path) -> dict[str, Content]:
    """The files of a bundle's folder but its tag manifest, which is written from them."""
    return {path: file for path, file in files_of(folder).items() if path != TAG_MANIFEST}


def enter(
    desk: Desk,
    account: Account,
    person: str,
    made: Sealed,
    gathered: Gathered,
    gate: Gate,
    passage: Passage,
) -> tuple[int, dict[str, Content]]:
    """The bundle's own entry, proofs of all its entries under one checkpoint, and that it continues the journal
    each letter knew; before it what was overridden, where the bundle is new."""
    table = schema.BUNDLES
    with desk.writing() as connection:
        known = connection.execute(
            select(table.c.journal_index).where(
                table.c.id == made.id, table.c.seal_sha256 == made.seal_sha256
            )
        ).scalar()
        if known is None:
            gate.record(connection, [passage], desk.source.now())
            key = desk.persons.key(person)
            subject = commitment(salt_for(key, "subject"), digest_bytes(account.id.encode())).hex()
            entry = entries.bundle_made(
                at=desk.source.now(),
                by=desk.signer.public.kid.hex(),
                bundle=hashlib.sha256(salt_for(key, f"bundle:{made.id}")).hexdigest()[:16],
                version=made.version,
                subject=subject,
                seal=made.seal_sha256,
                follows=_followed(desk, connection, made, subject),
            )
            index = desk.journal.append(connection, [entry]).start
            connection.execute(
                table.insert().values(
                    id=made.id,
                    account=account.id,
                    version=made.version,
                    made_at=made.made_at.isoformat(),
                    seal_sha256=made.seal_sha256,
                    folder=made.id,
                    journal_index=index,
                )
            )
        else:
            index = int(known)
        return index, proofs_of(desk, connection, index, gathered.indexes, gathered.checkpoints)


def proofs_of(
    desk: Desk, connection: Connection, index: int, indexes: Iterable[int], checkpoints: Iterable[int]
) -> dict[str, Content]:
    """The files of ``journal/`` for a bundle entered at ``index``: all entries it shows under one checkpoint of now, the
    timestamps over them, and that the journal continues each of the earlier ``checkpoints`` (their sizes)."""
    shown = list(indexes)
    checkpoint = desk.checkpoint(connection)
    files: dict[str, Content] = {
        "journal/bundle.json": desk.journal.entry(connection, index),
        "journal/bundle.proof": desk.journal.proof_text(connection, index, checkpoint).encode(),
    }
    stamps = covering(connection, [*shown, index])
    for stamp in stamps:
        files[f"journal/time-{stamp.index:06d}.note"] = desk.store.get(stamp.stamped_sha256)
        files[f"journal/time-{stamp.index:06d}.tst"] = desk.store.get(stamp.token_sha256)
    keys = change_indexes(connection)
    for i in sorted({*shown, *keys, *(stamp.index for stamp in stamps)}):
        files[f"journal/{i:06d}.json"] = desk.journal.entry(connection, i)
        files[f"journal/{i:06d}.proof"] = desk.journal.proof_text(connection, i, checkpoint).encode()
    size = parse_checkpoint(checkpoint).size
    for old in sorted({*checkpoints, *(stamp.size for stamp in stamps)}):
        if old < size:
            hashes = desk.journal.consistency(connection, old, size)
            files[f"journal/consistency-{old}.proof"] = consistency_text(old, hashes)
    return files


def _followed(desk: Desk, connection: Connection, made: Sealed, subject: str) -> str:
    """The seal of the bundle that this one takes the place of: the latest of the same owner, none of a former one."""
    table = schema.BUNDLES
    query = select(table.c.seal_sha256, table.c.journal_index).where(
        table.c.account == made.account, table.c.version < made.version
    )
    for row in connection.execute(query.order_by(table.c.version.desc())):
        entry = parse_entry(desk.journal.entry(connection, row.journal_index))
        if entry.data["subject"] == subject:
            return str(row.seal_sha256)
    return ""
