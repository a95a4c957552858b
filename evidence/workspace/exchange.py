"""How a worker is handed the template and hands back the letters: directly, or by way of the store.

A parcel is bytes on their way. On one machine they travel with the task. On a cluster they would all pass through the
scheduler, so they lie in the store's work area instead, ``work/`` in it, under their SHA-256: written once, checked on
reading like every file of the store, and swept when the run is done and before the next. Nothing there is on record, and
no backup holds it: what is lost is made again. One run at a time works in a workspace, so that none sweeps another's.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from evidence.workspace.objectstore import Bucket, ObjectStore
from evidence.workspace.store import Store, writing_error

__all__ = ["Direct", "Exchange", "Parcel", "Shared", "shared_by"]

WORK = "work"
Parcel = bytes | str
"""The bytes themselves, or the name they lie under."""


class Exchange(Protocol):
    """Both sides use the same: what one puts, the other gets. It travels with every task."""

    def put(self, data: bytes) -> Parcel:
        """Leave ``data`` for the other side."""

    def get(self, parcel: Parcel) -> bytes:
        """What the other side left; ``workspace.store-missing``, ``workspace.store-damaged``, and what a server says."""

    def drop(self, parcel: Parcel) -> None:
        """It was taken and is not needed any more."""

    def sweep(self) -> None:
        """Take everything away that lies here."""


@dataclass(frozen=True, slots=True)
class Direct:
    """The bytes travel with the task and its result."""

    def put(self, data: bytes) -> Parcel:
        return data

    def get(self, parcel: Parcel) -> bytes:
        assert isinstance(parcel, bytes), "a parcel of this exchange is its own content"
        return parcel

    def drop(self, parcel: Parcel) -> None:
        """Nothing lies anywhere."""

    def sweep(self) -> None:
        """Nothing lies anywhere."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The store's work area: a folder that workers see where the coordinator sees it, or on the store's server.

    A worker asks the server with the credentials of its own environment.
    """

    folder: Path
    bucket: Bucket | None = None

    def put(self, data: bytes) -> Parcel:
        return _store(self).put(data)

    def get(self, parcel: Parcel) -> bytes:
        return _store(self).get(str(parcel))

    def drop(self, parcel: Parcel) -> None:
        _store(self).remove(str(parcel))

    def sweep(self) -> None:
        if self.bucket is not None:
            store = _store(self)
            for name in list(store.names()):
                store.remove(name)
        try:
            if self.folder.exists():
                shutil.rmtree(self.folder)
        except OSError as error:
            raise writing_error(self.folder, error) from error


def shared_by(store: Store) -> Shared:
    """The work area beside the files of ``store``."""
    folder = store.root / WORK
    if isinstance(store, ObjectStore):
        return Shared(folder, replace(store.bucket, files=f"{store.bucket.files.rstrip('/')}/{WORK}"))
    return Shared(folder)


@lru_cache(4)
def _store(area: Shared) -> Store:
    """Connected once a process, not once a parcel."""
    return Store(area.folder) if area.bucket is None else ObjectStore(area.folder, area.bucket)
