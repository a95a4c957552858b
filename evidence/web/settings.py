"""What an office says when it starts the server."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field

from evidence.errors import fail

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Settings:
    """``is_secure``: readers come over TLS, so cookies are for TLS alone. ``office``: whose requests never count.
    ``link_days``: how long after a letter's making its page opens (three years of limitation, 民法典 188, and some).
    """

    is_secure: bool = True
    office: tuple[Network, ...] = field(default=())
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


def networks(given: Iterable[str]) -> tuple[Network, ...]:
    """``203.0.113.7`` or ``203.0.113.0/24``; ``web.address-unreadable`` for anything else."""
    found = []
    for text in given:
        try:
            found.append(ipaddress.ip_network(text, strict=False))
        except ValueError:
            raise fail("web.address-unreadable", given=text) from None
    return tuple(found)
