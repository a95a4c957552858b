"""How often, how much and how slowly somebody may ask.

Requests are counted by address and by link, in memory: a restart forgives, and nothing about anybody is written down.
Tries of codes are another matter and stand in the database (:mod:`evidence.workspace.codes`).
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException

__all__ = ["REFUSED", "BodyLimit", "Buckets", "address_key"]

REFUSED = "evidence.refused"
"""Where a request's scope says why its body was not read: 408 or 413."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Buckets:
    """A bucket of ``most`` requests for each key, filled again at ``rate`` a second.

    The least recently asked keys are forgotten beyond ``keys``: they had time to fill up again.
    """

    def __init__(
        self, rate: float, most: int, *, keys: int = 50_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._most, self._keys, self._clock = rate, most, keys, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """0 where there was one left, else the seconds until there is."""
        now = self._clock()
        left, at = self._left.pop(key, (float(self._most), now))
        left = min(float(self._most), left + (now - at) * self._rate)
        wait = 0.0 if left >= 1 else (1 - left) / self._rate
        self._left[key] = (left if wait else left - 1, now)
        if len(self._left) > self._keys:
            self._left.popitem(last=False)
        return wait


def address_key(address: str) -> str:
    """An address as one reader: of IPv6 a whole /64, which any home has."""
    try:
        asked = ipaddress.ip_address(address)
    except ValueError:
        return "?"
    if isinstance(asked, ipaddress.IPv6Address):
        return str(asked.ipv4_mapped or ipaddress.ip_network((asked, 64), strict=False))
    return str(asked)


class BodyLimit:
    """A body longer than its page takes is refused with 413, one that trickles in with 408."""

    def __init__(self, app: App, limit_of: Callable[[str], int], seconds: float) -> None:
        self._app, self._limit_of, self._seconds = app, limit_of, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit, got, whole = self._limit_of(scope["path"]), 0, False
        ends = asyncio.get_running_loop().time() + self._seconds
        stated = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        too_long = not stated.isdigit() or int(stated) > limit

        def refused(status: int) -> HTTPException:
            scope[REFUSED] = status  # readers of forms take every fault for one of the form
            return HTTPException(status)

        async def bounded() -> Message:
            nonlocal got, whole
            if too_long:
                raise refused(413)
            if whole:  # only whether the reader is still there
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), ends - asyncio.get_running_loop().time())
            except TimeoutError:
                raise refused(408) from None
            got += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if got > limit:
                raise refused(413)
            return message

        await self._app(scope, bounded, send)
