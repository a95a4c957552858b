"""uvicorn with what it lacks: an end to connections that never finish asking."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from evidence.errors import fail
from evidence.web.settings import Settings
from evidence.workspace.letterpage import LetterPage

__all__ = ["bind", "serve"]

HEADER_SECONDS = 10.0
"""How long a connection may take to say what it wants."""
KEEP_ALIVE_SECONDS = 15
AT_ONCE = 400
"""Requests in work; one more is told to come again."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; ``web.address-taken`` for an address that cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(512)
    except (OSError, OverflowError) as error:
        listening.close()
        code = getattr(error, "errno", None)
        reason = errno.errorcode.get(code, "?") if code else str(error)
        raise fail("web.address-taken", host=host, port=port, reason=reason) from error
    return listening


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(
    page: LetterPage,
    settings: Settings,
    listening: socket.socket,
    *,
    proxies: Sequence[str] = (),
    ready: Callable[[], object] = lambda: None,
) -> None:
    """Answer requests until interrupted. ``proxies`` are believed when they say for whom they ask."""
    try:
        import uvicorn
        from uvicorn.protocols.http.h11_impl import H11Protocol

        from evidence.web.app import create_app
    except ImportError as error:
        raise fail("web.not-installed", module=error.name or "fastapi") from error

    class Protocol(H11Protocol):
        """Ends a connection whose request line and headers do not come in time."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._expire = self.loop.call_later(HEADER_SECONDS, self._give_up)

        def _give_up(self) -> None:
            asked: object = self.cycle  # there from the first request on
            if asked is None and not self.transport.is_closing():
                self.transport.close()

        def connection_lost(self, exc: Exception | None) -> None:
            self._expire.cancel()
            super().connection_lost(exc)

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    config = uvicorn.Config(
        create_app(page, settings),
        http=Protocol,
        access_log=False,  # its lines hold the links
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies) or None,
        limit_concurrency=AT_ONCE,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=20,
        h11_max_incomplete_event_size=16 * 1024,
    )
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            ready()

    with suppress(KeyboardInterrupt):  # raised again once all is answered; it is how a server ends
        asyncio.run(Server(config).serve(sockets=[listening]))
