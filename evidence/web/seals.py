"""Values that a browser keeps for us and cannot change: JSON with its end of life and a MAC, for one purpose each."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

__all__ = ["Sealer"]

_LONGEST = 4096


class Sealer:
    """Seals and opens with one key of 32 bytes. What was sealed for one purpose is nothing for another."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, purpose: str, value: Mapping[str, Any], now: datetime, lasts: timedelta) -> str:
        """``value`` as text of ``A–Z a–z 0–9 - _ .``; readable by its holder, so nothing secret goes in."""
        told = {**value, "exp": int((now + lasts).timestamp())}
        body = base64.urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).rstrip(b"=")
        return f"{body.decode()}.{self._mac(purpose, body)}"

    def open(self, purpose: str, text: str, now: datetime) -> Mapping[str, Any] | None:
        """What was sealed for ``purpose``, while it lasts; ``None`` for everything else."""
        body, dot, mac = text[:_LONGEST].partition(".")
        if not dot or not hmac.compare_digest(mac.encode(), self._mac(purpose, body.encode()).encode()):
            return None
        try:
            value = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        except (ValueError, binascii.Error):
            return None
        return value if isinstance(value, dict) and value.get("exp", 0) > now.timestamp() else None

    def _mac(self, purpose: str, body: bytes) -> str:
        drawn = hmac.new(self._key, purpose.encode() + b"\n" + body, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(drawn).rstrip(b"=").decode()
