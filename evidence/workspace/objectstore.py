"""The store on a server that speaks S3: the same names, written once, checked on every read.

An object is made only where there is none of its name (a conditional PUT), so that nobody's bytes take the place of
others'. A marker, the object ``WORKSPACE``, says whose journal the files belong to: a process looks at it before it first
writes or erases there, so that no workspace erases another's evidence.

The server is asked by ``obstore`` (extra ``office``); its credentials come from the environment (``AWS_ACCESS_KEY_ID``
…), never from ``evidence.toml``.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from evidence.errors import EvidenceError, fail
from evidence.workspace.store import NAME, Store, write_atomically

if TYPE_CHECKING:
    from obstore.store import S3Store

__all__ = ["MARKER", "Bucket", "ObjectStore", "named_error"]

MARKER = "WORKSPACE"
"""The object that holds one line, the origin of the journal (docs/formats.md §4) whose files lie beside it."""

_AT_ONCE = 16  # requests on their way to the server; more do not help a bucket on the same network
_TRIES = 4
_RETRY_S = 20
_TIMEOUT_S = 30
_HASTE_S = 5
_MARK_MOST = 100
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Bucket:
    """``s3://BUCKET/PREFIX`` at ``endpoint``, the server's address, or at Amazon's where that is empty."""

    files: str
    endpoint: str = ""
    region: str = ""

    @property
    def name(self) -> str:
        return self.files.removeprefix("s3://").partition("/")[0]

    @property
    def prefix(self) -> str:
        return self.files.removeprefix("s3://").partition("/")[2].strip("/")

    @property
    def server(self) -> str:
        """Who is asked, for people: a host, and nothing else that an address may hold."""
        return urlsplit(self.endpoint).netloc.rpartition("@")[2] if self.endpoint else "Amazon S3"


class ObjectStore(Store):
    """As :class:`~evidence.workspace.store.Store`; ``root`` is the folder for what a program wants as a file.

    ``owner`` is the origin of the workspace's journal; without one, as for a work area, no marker is looked at. Writing
    and erasing raise ``workspace.store-taken`` where the marker names another; reading does not: whoever is refused
    takes its files along to a place of its own (:mod:`evidence.workspace.moving`).
    """

    is_remote = True

    def __init__(self, root: Path, bucket: Bucket, owner: str = "", *, is_hasty: bool = False) -> None:
        super().__init__(root)
        self.bucket, self.owner = bucket, owner
        self._is_hasty = is_hasty
        self._hasty: ObjectStore | None = None
        self._is_ours, self._asking = False, threading.Lock()
        self._server: S3Store | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def put(self, data: bytes) -> str:
        self.require_ours()
        sha256 = hashlib.sha256(data).hexdigest()
        self._create(sha256, data)
        return sha256

    def put_all(self, files: Iterable[bytes]) -> list[str]:
        """As :meth:`put` for many files. The first fault ends it; what the server has by then lies there unnamed."""
        self.require_ours()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(self.put, files))

    def put_beside(self, files: Iterable[bytes], prefix: str = "") -> list[str]:
        return self.put_all(files)

    def get(self, sha256: str) -> bytes:
        import obstore

        def read() -> bytes:
            return bytes(obstore.get(self._open(), _key(sha256)).bytes())

        data = self._asked(read, sha256)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise fail("workspace.store-damaged", file=self._name(sha256))
        return data

    def length(self, sha256: str) -> int | None:
        import obstore

        try:
            return int(obstore.head(self._open(), _key(sha256))["size"])
        except FileNotFoundError:
            return None
        except obstore.exceptions.BaseError as error:
            raise named_error(error, self.bucket) from error

    def file(self, sha256: str) -> Path:
        """Fetched and checked; it lasts until :meth:`close`."""
        data = self.get(sha256)
        if self._folder is None:
            self.root.mkdir(exist_ok=True)
            self._folder = tempfile.TemporaryDirectory(prefix=".new-fetched-", dir=self.root)
        path = Path(self._folder.name, sha256)
        if not path.exists():
            write_atomically(path, data, durable=False)
        return path

    def names(self) -> Iterator[str]:
        import obstore

        try:
            for page in obstore.list(self._open()):
                for found in page:
                    name = str(found["path"]).rpartition("/")[2]
                    if NAME.fullmatch(name) and found["path"] == _key(name):
                        yield name
        except obstore.exceptions.BaseError as error:
            raise named_error(error, self.bucket) from error

    def remove(self, sha256: str) -> None:
        """Also a copy in the folder, where the files were kept before."""
        self.require_ours()
        super().remove(sha256)
        self._delete(_key(sha256))

    def _delete(self, key: str) -> None:
        import obstore

        try:
            obstore.delete(self._open(), key)
        except FileNotFoundError:
            pass
        except obstore.exceptions.BaseError as error:
            raise named_error(error, self.bucket) from error

    def check(self) -> None:
        """Whether the bucket is there, lets itself be read and is ours: ``workspace.store-refused``, ``-unreachable``,
        ``-taken``."""
        self.length("0" * 64)
        next(self.names(), None)
        if self.owner and (found := self._marked()) not in ("", self.owner):
            raise self._taken(f"{MARKER}: {found}")

    def lost(self, names: Iterable[str]) -> list[str]:
        listed = list(names)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            lengths = pool.map(self.length, listed)
            return [name for name, length in zip(listed, lengths, strict=True) if length is None]

    def in_haste(self) -> ObjectStore:
        if self._hasty is None:
            self._hasty = ObjectStore(self.root, self.bucket, self.owner, is_hasty=True)
        return self._hasty

    # --- whose it is

    def take(self, owner: str) -> None:
        """Mark the place as that of ``owner``, as often as it likes. ``workspace.store-taken`` where it is another's, or
        holds files that nobody says are whose."""
        self.owner = owner
        if not self._marked() and (found := self._anything()):
            raise self._taken(found)
        self.require_ours()

    def release(self) -> None:
        if self._is_ours:
            self._delete(MARKER)
            self._is_ours = False

    def is_others(self) -> bool:
        return self._marked() not in ("", self.owner)

    def require_ours(self) -> None:
        """Asked of the server once. A place without a marker gets it: its workspace was made before there were any."""
        if self._is_ours or not self.owner:
            return
        with self._asking:
            found = self._marked()
            if not found:
                self._mark()
                found = self._marked()  # somebody may have been faster
            if found != self.owner:
                raise self._taken(f"{MARKER}: {found}")
            self._is_ours = True

    def _marked(self) -> str:
        """The origin that the marker names; empty where there is none."""
        import obstore

        try:
            said = bytes(obstore.get(self._open(), MARKER).bytes())
        except FileNotFoundError as error:
            if _no_bucket(error):
                raise named_error(error, self.bucket) from error
            return ""
        except obstore.exceptions.BaseError as error:
            raise named_error(error, self.bucket) from error
        return said.decode("utf-8", "replace").strip()[:_MARK_MOST] or "?"

    def _mark(self) -> None:
        import obstore

        try:
            data = f"{self.owner}\n".encode()
            obstore.put(self._open(), MARKER, data, mode="create", use_multipart=False)
        except obstore.exceptions.AlreadyExistsError:
            pass
        except (FileNotFoundError, obstore.exceptions.BaseError) as error:
            raise named_error(error, self.bucket) from error

    def _anything(self) -> str:
        """The name of something that lies here. Empty objects are what consoles show as folders."""
        import obstore

        try:
            for page in obstore.list(self._open()):
                for found in page:
                    if found["size"]:
                        return str(found["path"])
        except obstore.exceptions.BaseError as error:
            raise named_error(error, self.bucket) from error
        return ""

    def _taken(self, found: str) -> EvidenceError:
        return fail("workspace.store-taken", place=self.bucket.files, server=self.bucket.server, found=found)

    @property
    def shown(self) -> str:
        return self.bucket.files

    def close(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _create(self, sha256: str, data: bytes) -> None:
        import obstore

        try:
            obstore.put(self._open(), _key(sha256), data, mode="create", use_multipart=False)
        except obstore.exceptions.AlreadyExistsError:
            # The same bytes, unless somebody else put something there; reading checks them, length is looked at now.
            if self.length(sha256) != len(data):
                raise fail("workspace.store-damaged", file=self._name(sha256)) from None
        except (FileNotFoundError, obstore.exceptions.BaseError) as error:
            raise named_error(error, self.bucket) from error

    def _asked(self, ask: Callable[[], _T], sha256: str) -> _T:
        import obstore

        try:
            return ask()
        except FileNotFoundError as error:
            if _no_bucket(error):
                raise named_error(error, self.bucket) from error
            raise fail("workspace.store-missing", file=sha256) from None
        except obstore.exceptions.BaseError as error:
            raise named_error(error, self.bucket) from error

    def _name(self, sha256: str) -> str:
        return f"{self.bucket.files.rstrip('/')}/{_key(sha256)}"

    def _open(self) -> S3Store:
        if self._server is None:
            self._server = _connect(self.bucket, is_hasty=self._is_hasty)
        return self._server


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _connect(bucket: Bucket, *, is_hasty: bool) -> S3Store:
    try:
        from obstore.store import S3Store
    except ImportError as error:
        raise fail("workspace.store-driver") from error
    options: dict[str, Any] = {"region": bucket.region or "us-east-1"}
    if bucket.endpoint:
        # Servers at home are addressed by path; names of buckets in front of a host need a DNS of their own.
        options |= {"endpoint": bucket.endpoint, "virtual_hosted_style_request": False}
    timeout_s, tries, retry_s = (_HASTE_S, 0, _HASTE_S) if is_hasty else (_TIMEOUT_S, _TRIES, _RETRY_S)
    return S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        client_options={"allow_http": bucket.endpoint.startswith("http://"), "timeout": f"{timeout_s}s"},
        retry_config={"max_retries": tries, "retry_timeout": timedelta(seconds=retry_s)},
        **options,
    )


def _no_bucket(error: BaseException) -> bool:
    return "NoSuchBucket" in str(error)


def named_error(error: BaseException, bucket: Bucket) -> EvidenceError:
    """What the server's fault means here: it does not let us in, there is no such bucket, or it cannot be reached."""
    text = str(error)
    status = re.search(r"status code: (\d{3}[A-Za-z ]*)", text) or re.search(r"HTTP error: ([^\n]+)", text)
    reason = status[1].strip() if status else text.strip().splitlines()[0][:200]
    if _no_bucket(error):
        reason = "NoSuchBucket"
    is_refused = reason.startswith(("401", "403", "NoSuchBucket"))
    code = "workspace.store-refused" if is_refused else "workspace.store-unreachable"
    return fail(code, place=bucket.files, server=bucket.server, reason=reason)
