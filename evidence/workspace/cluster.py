"""Letters made by the workers of a Dask scheduler (extra ``cluster``).

They run the same function as processes of this machine. Before a letter is given out every worker says what it works
with, and whether it can leave letters in the store; where all can, letters go by way of the store and not through the
scheduler. What a lost worker had in hand the scheduler gives to another. Certificates for ``tls://`` are Dask's own
settings (``distributed.comm.tls`` in its configuration, or ``DASK_DISTRIBUTED__COMM__TLS__…`` in the environment).
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, Future, wait
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from evidence.errors import EvidenceError, Problem, fail
from evidence.letters.convert import open_converter
from evidence.workspace.batches import (
    Basis,
    Chunk,
    Introduction,
    Outcome,
    difference,
    introduce,
    toolchain,
    work,
)
from evidence.workspace.exchange import Direct, Exchange, Shared
from evidence.workspace.executors import AHEAD, Crew

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["Cluster", "in_the_open", "open_cluster", "require", "survey"]

CONNECT_SECONDS = 10
IDLE_SECONDS = 60
"""How long a run waits for a worker to come, at its beginning and when the last one is lost."""
_POLL_SECONDS = 2
_ADDRESS = re.compile(r"(tcp|tls)://(?P<host>[^\s/:\[\]]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}")
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|\[::1\]")


class Cluster(Crew):
    """The workers of one scheduler, those that come later too."""

    def __init__(self, client: Client, address: str) -> None:
        super().__init__()
        self._client, self._address = client, address
        # Every call is one of its own: a function and its arguments say nothing of the store it writes to.
        self._executor: Executor = client.get_executor(pure=False)
        self.threads = sum(client.nthreads().values())
        self.ahead = self.threads + AHEAD

    def _submit(self, chunk: Chunk) -> Future[Outcome]:
        return self._executor.submit(work, chunk)

    def _wait(self, future: Future[Outcome]) -> Outcome:
        from distributed import KilledWorker

        idle_since: float | None = None
        while not wait([future], _POLL_SECONDS).done:
            idle_since = self._idle(idle_since)
        try:
            return future.result()
        except CancelledError as error:
            raise fail(
                "workspace.cluster-unreachable", address=self._address, reason="connection lost"
            ) from error
        except KilledWorker as error:  # the scheduler gave it to one worker after another
            raise fail("workspace.workers-lost", times=_deaths()) from error

    def _idle(self, since: float | None) -> float | None:
        """Since when there has been no worker; ``None`` if there is one."""
        try:
            if self._client.nthreads():
                return None
        except (OSError, TimeoutError):
            return since  # the connection is lost: the letters under way will say so
        now = time.monotonic()
        if since is not None and now - since > IDLE_SECONDS:
            raise fail("workspace.cluster-idle", address=self._address, seconds=IDLE_SECONDS)
        return since or now

    def _renew(self) -> None:
        """The scheduler sees to that."""

    def _end(self) -> None:
        """What they are at nobody waits for."""
        with suppress(OSError, TimeoutError, CancelledError):
            self._executor.shutdown(wait=False)


@contextmanager
def open_cluster(
    address: str, basis: Basis, template: bytes, area: Shared
) -> Iterator[tuple[Cluster, Exchange]]:
    """The workers at ``address``, and the way letters take: ``area`` where every worker can use it.

    Raises as :func:`require` does, and ``workspace.worker-differs`` for each worker that would make other letters.
    """
    client = _connect(address)
    try:
        exchange = _agree(client, basis, template, area)
        try:
            with Cluster(client, address) as crew:
                yield crew, exchange
        finally:
            exchange.sweep()
    finally:
        _close(client)


def require(address: str) -> None:
    """Raises ``workspace.cluster-address``, ``-driver``, ``-certificates``, ``-unreachable``, ``-idle``: before a run is
    planned."""
    _close(_connect(address))


def outfit(converter: str, locale: str) -> str:
    """What letters made on this machine go through."""
    with open_converter(converter, locale, workers=1) as opened:
        return f"{opened.identity}, {toolchain()}"


def survey(address: str, converter: str, locale: str) -> dict[str, str]:
    """The workers by their address, each with what it has otherwise than this machine; empty where there is nothing.

    Raises as :func:`require` does.
    """
    client = _connect(address)
    try:
        said: dict[str, str | BaseException] = client.run(outfit, converter, locale, on_error="return")
    finally:
        _close(client)
    own, found = outfit(converter, locale), {}
    for worker, one in sorted(said.items()):
        if isinstance(one, str):
            found[worker] = "" if one == own else difference(own, one)
        else:  # without such a converter, without this toolkit, or with another one
            found[worker] = one.problems[0].code if isinstance(one, EvidenceError) else type(one).__name__
    return found


def in_the_open(address: str) -> tuple[Problem, ...]:
    """``workspace.cluster-open`` where letters go over a network that others may listen to."""
    found = _ADDRESS.fullmatch(address)
    if found is None or found[1] == "tls" or _LOOPBACK.fullmatch(found["host"]):
        return ()
    return (Problem("workspace.cluster-open", params={"address": address}),)


def _connect(address: str) -> Client:
    if not _ADDRESS.fullmatch(address):
        raise fail("workspace.cluster-address", address=address)
    try:
        from distributed import Client, Security
    except ImportError as error:
        raise fail("workspace.cluster-driver") from error
    # What it would say while a connection is made or lost is said here, in the user's language.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    client = None
    try:
        if address.startswith("tls:") and Security().get_connection_args("client")["ssl_context"] is None:
            raise fail("workspace.cluster-certificates", address=address)
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="evidence")
        client.wait_for_workers(1, timeout=IDLE_SECONDS)
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        if client is None:
            reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
            raise fail("workspace.cluster-unreachable", address=address, reason=reason) from error
        _close(client)
        raise fail("workspace.cluster-idle", address=address, seconds=IDLE_SECONDS) from error
    return client


def _close(client: Client) -> None:
    with suppress(OSError, TimeoutError):
        client.close(timeout=CONNECT_SECONDS)


def _agree(client: Client, basis: Basis, template: bytes, area: Shared) -> Exchange:
    """Every worker introduces itself; the way of exchange that all of them can use."""
    area.sweep()
    sample = area.put(template)
    said: dict[str, Introduction | BaseException] = client.run(
        introduce, basis, area, sample, on_error="return"
    )
    problems = []
    for worker, one in sorted(said.items()):
        asked, found = f"{basis.converter}, {basis.tools}", ""
        if isinstance(one, Introduction):
            found = f"{one.converter}, {one.tools}"
        elif isinstance(one, EvidenceError):
            found = one.problems[0].code
        else:  # without this toolkit, or with another one
            asked, found = basis.tools.partition(",")[0], f"{type(one).__name__}: {one}"[:200]
        if asked != found:
            params = {"worker": worker, "run": basis.run, "what": difference(asked, found)}
            problems.append(Problem("workspace.worker-differs", params=params))
    if problems:
        area.sweep()
        raise EvidenceError(problems)
    if all(isinstance(one, Introduction) and _arrived(area, one) for one in said.values()):
        return area
    area.sweep()
    return Direct()


def _arrived(area: Shared, one: Introduction) -> bool:
    """Whether what a worker left lies here, too: its folder may only have the same name."""
    if one.parcel is None:
        return False
    try:
        return area.get(one.parcel) == one.sample
    except EvidenceError:
        return False


def _deaths() -> int:
    """How many workers a piece of work may take with it before the scheduler gives it up."""
    import dask

    return int(dask.config.get("distributed.scheduler.allowed-failures", 3)) + 1
