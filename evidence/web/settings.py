"""What an office says when it starts the server."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from evidence.errors import fail

_NAME = re.compile(r"[0-9a-z](?:[0-9a-z.\-]{0,250}[0-9a-z])?|[0-9a-f:]+")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Settings:
    """``is_secure``: readers come over TLS, so cookies are for TLS alone. ``office``: whose requests never count.
    ``hosts``: the names this server is asked for by, in lower case; it answers to no other where there are any.
    ``link_days``: how long after a letter's making its page opens (three years of limitation, 民法典 188, and some).
    """

    is_secure: bool = True
    office: tuple[Network, ...] = field(default=())
    hosts: frozenset[str] = frozenset()
    link_days: int = 1200
    requests_a_second: float = 3.0
    requests_at_once: int = 120
    body_seconds: float = 60.0

    def is_office(self, address: str) -> bool:
        try:
            asked = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(asked in network for network in self.office)

    def answers_to(self, host: str) -> bool:
        """Whether a request's ``Host``, with or without a port, names this server."""
        return not self.hosts or host_name(host) in self.hosts


def host_name(host: str) -> str:
    """``Host`` without its port and in lower case: ``Evid.example.cn:8443`` is ``evid.example.cn``."""
    found = re.fullmatch(r"(\[[0-9a-f:.]+\]|[^:\[\]]*)(?::\d{1,5})?", host.strip().lower())
    return found[1].strip("[]").removesuffix(".") if found else ""


def own_hosts(links: str, listening: str, others: Iterable[str]) -> frozenset[str]:
    """The names a server is asked for by: of its links (``policy.host``), of this machine, and ``others``.

    None, so that it answers to every name, where the office has no host for its links and names none.
    ``web.name-unreadable`` for what cannot be a name.
    """
    given = [name.strip().strip("[]").lower() for name in others]
    if unreadable := [name for name in given if not _NAME.fullmatch(name)]:
        raise fail("web.name-unreadable", given=unreadable[0][:60])
    if not links and not given:
        return frozenset()
    return frozenset(
        {"localhost", "127.0.0.1", "::1", listening.lower(), *given, *filter(None, [links.lower()])}
    )


def networks(given: Iterable[str]) -> tuple[Network, ...]:
    """``203.0.113.7`` or ``203.0.113.0/24``; ``web.address-unreadable`` for anything else."""
    found = []
    for text in given:
        try:
            found.append(ipaddress.ip_network(text, strict=False))
        except ValueError:
            raise fail("web.address-unreadable", given=text) from None
    return tuple(found)
