"""Who asks for a page, as far as a request tells: a person's device, a link preview, a program, or ourselves.

Nothing of what is read here is kept but one of two words (``seen`` and ``device``). It is a sieve for honest programs: a
preview that calls itself a telephone passes it, which is why an opening alone proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["device_of", "is_preview"]

_PROGRAMS = re.compile(
    r"bot\b|bots\b|crawl|spider|slurp|preview|scan|fetch|headless|facebookexternalhit|whatsapp|telegram|discord|embedly|"
    r"curl|wget|python|libwww|httpclient|http-client|okhttp|go-http|java/|ruby|perl|php|axios|node|postman|monitor|"
    r"lighthouse|pagespeed|phantom|electron|validator|archive|yandex|bingpre|bytespider|baidu\.sogo|dingtalkbot",
    re.IGNORECASE,
)
_PREFETCH = ("purpose", "sec-purpose", "x-purpose", "x-moz")


def is_preview(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a request is of a program, or of a browser that fetches ahead of its user. Header names in lower case."""
    agent = headers.get("user-agent", "")
    if method == "HEAD" or not agent.startswith("Mozilla/") or _PROGRAMS.search(agent):
        return True
    if any(re.search("prefetch|prerender|preview", headers.get(name, ""), re.I) for name in _PREFETCH):
        return True
    # A browser says what it fetches a page for; an answer that nobody is shown is no opening.
    mode, target = headers.get("sec-fetch-mode", "navigate"), headers.get("sec-fetch-dest", "document")
    return mode != "navigate" or target not in ("document", "empty")


def device_of(agent: str) -> str:
    """``phone``, ``wechat``, ``computer`` or ``unknown``: no more is kept of the browser's own words."""
    if "MicroMessenger" in agent:
        return "wechat"
    if re.search(r"Mobile|Android|iPhone|iPad|HarmonyOS", agent):
        return "phone"
    return "computer" if re.search(r"Windows|Macintosh|X11", agent) else "unknown"
