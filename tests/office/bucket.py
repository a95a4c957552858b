"""A server of this machine that speaks S3, and can be told to fail.

It is ``moto``, which imitates Amazon's: a stand-in. It checks no credentials, and shows nothing of how a real server
behaves under load or loses its power.
"""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest


class Bucket:
    """``place`` goes under ``[store]``. ``fail(503)`` answers every request so, ``after`` some more that are served."""

    def __init__(self, endpoint: str, name: str, faults: Faults) -> None:
        self.endpoint, self.name, self._faults = endpoint, name, faults
        self.work()
        urllib.request.urlopen(urllib.request.Request(f"{endpoint}/{name}", method="PUT")).close()

    @property
    def files(self) -> str:
        return f"s3://{self.name}/evidence"

    @property
    def place(self) -> str:
        return f'files = "{self.files}"\nendpoint = "{self.endpoint}"'

    def fail(self, status: int, *, after: int = 0) -> None:
        self._faults.status, self._faults.left = status, after

    def work(self) -> None:
        self._faults.status = 0

    @property
    def asked(self) -> int:
        """How many requests the server has had."""
        return len(self._faults.asked)

    def put(self, key: str, data: bytes) -> None:
        """Whatever somebody else puts there; a key that begins with a slash is the whole bucket's."""
        import obstore

        obstore.put(self._plain(), key[1:] if key.startswith("/") else f"evidence/{key}", data)

    def put_folder(self) -> None:
        """The empty object that consoles make and show as a folder."""
        address = f"{self.endpoint}/{self.name}/evidence/"
        urllib.request.urlopen(urllib.request.Request(address, method="PUT")).close()

    def get(self, key: str) -> bytes:
        import obstore

        return bytes(obstore.get(self._plain(), f"evidence/{key}").bytes())

    def keys(self) -> list[str]:
        import obstore

        return sorted(str(one["path"]) for page in obstore.list(self._plain()) for one in page)

    def empty(self) -> None:
        """As by somebody who is mistaken about the bucket; folders stay."""
        import obstore

        obstore.delete(self._plain(), self.keys())

    def _plain(self) -> Any:
        from obstore.store import S3Store

        return S3Store(self.name, endpoint=self.endpoint, client_options={"allow_http": True})


class Faults:
    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app, self.status, self.left, self.asked = app, 0, 0, list[str]()

    def __call__(self, environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        self.asked.append(environ["REQUEST_METHOD"])
        if self.status:
            self.left -= 1
            if self.left < 0:
                start(f"{self.status} Fault", [("Content-Type", "text/plain"), ("Content-Length", "0")])
                return [b""]
        return self._app(environ, start)


@contextmanager
def server() -> Iterator[Callable[[str], Bucket]]:
    """Makes buckets by name; skips by name where there is no ``moto`` or no ``obstore``."""
    pytest.importorskip("obstore")
    pytest.importorskip("moto")
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_request(self, *_: object) -> None:
            pass

    faults = Faults(DomainDispatcherApplication(create_backend_app))
    running = make_server("127.0.0.1", 0, faults, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield lambda name: Bucket(f"http://127.0.0.1:{running.server_port}", name, faults)
    finally:
        running.shutdown()
        thread.join()
        running.server_close()
