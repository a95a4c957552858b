"""Letters on their way through a server that speaks S3 (a stand-in, moto): checked, and no files on record."""

from __future__ import annotations

import pickle
from pathlib import Path

from bucket import Bucket

from evidence.workspace import objectstore
from evidence.workspace.exchange import shared_by


def test_parcels_on_a_server_are_no_files_of_the_store(tmp_path: Path, bucket: Bucket) -> None:
    store = objectstore.ObjectStore(tmp_path, objectstore.Bucket(bucket.files, bucket.endpoint))
    kept = store.put(b"on record")
    area = shared_by(store)
    parcel = pickle.loads(pickle.dumps(area)).put(b"on its way")
    assert area.get(parcel) == b"on its way"
    assert list(store.names()) == [kept]
    area.drop(parcel)
    area.put(b"left behind")
    area.sweep()
    assert store.get(kept) == b"on record"
    assert area.bucket is not None
    assert list(objectstore.ObjectStore(tmp_path, area.bucket).names()) == []
