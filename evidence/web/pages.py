"""What every page has: a language, its headers, a session to bind forms to, and words for whatever failed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evidence.clock import CHINA
from evidence.errors import EvidenceError, fail
from evidence.i18n import LANGUAGES, describe, language_of, translate
from evidence.web.facts import local_time
from evidence.web.seals import Sealer
from evidence.web.settings import Settings
from evidence.web.visitors import device_of, is_preview
from evidence.web.words import Words
from evidence.workspace.letterpage import LetterPage

__all__ = ["FORM_LASTS", "HEADERS", "SESSION", "STATUS", "Visit", "static_path"]

SESSION, LANGUAGE, STAFF, OFFICE = "evs", "evl", "evt", "evo"
"""Cookies: the session forms are bound to, the language, a login, and that this device was logged in before."""
FORM_LASTS = timedelta(hours=12)
_Answer = TypeVar("_Answer", bound=Response)
_FOLDER = Path(__file__).parent
_NAMES = {"zh": "简体", "zh-Hant": "繁體", "en": "English"}

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src blob:; "
        "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # with none at all browsers hide where a form comes from
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=(self), payment=(), usb=()",
    "Cache-Control": "no-store",
}
"""No script but our own files, nothing from elsewhere, nothing kept, no page shown within another's."""

STATUS = {
    "web.code-typo": 422,
    "web.code-wrong": 403,
    "web.tries": 429,
    "web.codes-sent": 429,
    "web.own-device": 403,
    "web.not-yours": 403,
    "web.no-such-receipt": 404,
    "web.sms-failed": 502,
    "web.door-conflict": 409,
    "workspace.unknown-letter": 404,
    "workspace.person-erased": 404,
    "workspace.locked": 503,
    "journal.locked": 503,
    "journal.unreachable": 503,
    "journal.disk-full": 503,
    "general.disk-full": 503,
}
"""HTTP status by error code; every other one is 422, and what is no error of ours 500."""


def static_path(name: str) -> str:
    """A file of ``static`` by its content, so that browsers may keep it until it changes."""
    return f"/static/{_digest(name)}/{name}"


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((_FOLDER / "static" / name).read_bytes()).hexdigest()[:12]


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["static"] = static_path
    made.filters["day"] = lambda at: at.astimezone(CHINA).strftime("%Y-%m-%d")
    made.filters["second"] = lambda at: at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    made.filters["minute"] = lambda at: at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    return made


@dataclass
class Visit:
    """One request: who asks, in which language, and how it is answered."""

    request: Request
    page: LetterPage
    settings: Settings
    sealer: Sealer
    now: datetime
    lang: str
    sid: str
    is_new: bool

    @classmethod
    def of(cls, request: Request) -> Visit:
        state = request.app.state
        now = state.page.now()
        known = state.sealer.open("session", request.cookies.get(SESSION, ""), now)
        sid = str(known["sid"]) if known else state.page.random(16).hex()
        lang = _language(request, state.page.locale)
        return cls(request, state.page, state.settings, state.sealer, now, lang, sid, known is None)

    @property
    def words(self) -> Words:
        return Words(self.lang)

    @property
    def address(self) -> str:
        return self.request.client.host if self.request.client else ""

    @property
    def device(self) -> str:
        return device_of(self.request.headers.get("user-agent", ""))

    @property
    def is_ours(self) -> bool:
        """Whether the office itself asks: a login, a device that had one, or an address of the office's."""
        cookies = self.request.cookies
        return (
            self.sealer.open("staff", cookies.get(STAFF, ""), self.now) is not None
            or self.sealer.open("office", cookies.get(OFFICE, ""), self.now) is not None
            or self.settings.is_office(self.address)
        )

    @property
    def seen(self) -> str:
        """What asks, as :data:`evidence.workspace.receipts.SEEN` has it."""
        if self.is_ours:
            return "office" if self.settings.is_office(self.address) else "staff"
        return "preview" if is_preview(self.request.method, self.request.headers) else "device"

    # --- forms

    def form(self, purpose: str, **value: Any) -> str:
        """What a form carries, so that it comes from a page of ours, of this session, and for this purpose."""
        once = self.page.random(16).hex()
        return self.sealer.seal(
            f"form:{purpose}", {"sid": self.sid, "once": once, **value}, self.now, FORM_LASTS
        )

    def require_form(self, purpose: str, text: str) -> dict[str, Any]:
        """What :meth:`form` sealed; ``web.form-unreadable`` for a form of another session, page or site."""
        origin = self.request.headers.get("origin")
        site = self.request.headers.get("sec-fetch-site", "same-origin")
        elsewhere = origin is not None and urlsplit(origin).netloc != self.request.headers.get("host", "")
        value = self.sealer.open(f"form:{purpose}", text, self.now)
        if value is None or value.get("sid") != self.sid or elsewhere or site not in ("same-origin", "none"):
            raise fail("web.form-unreadable")
        return dict(value)

    # --- answers

    def render(self, name: str, status: int = 200, **context: Any) -> HTMLResponse:
        given: dict[str, Any] = {
            "w": self.words,
            "lang": self.lang,
            "languages": [(code, _NAMES[code]) for code in ("zh", "zh-Hant", "en")],
            "path": self._readable_path(),
            "sender": self.page.sender,
            "label": lambda text: translate(text, self.lang),
            "local": lambda at: local_time(at, self.lang),
        }
        html = _templates().get_template(name).render({**given, **context})
        return self.keep(HTMLResponse(html, status))

    def _readable_path(self) -> str:
        """Where this page can be asked for again in another language: the answer to a form is shown only once."""
        path = self.request.url.path
        return path.removesuffix("/code").removesuffix("/message") if self.request.method == "POST" else path

    def fault(self, error: EvidenceError, status: int = 0) -> HTMLResponse:
        """Every problem in the reader's language; never more than the table of errors says."""
        status = status or STATUS.get(error.problems[0].code, 422)
        told = self.told(error)
        return self.render("fault.html", status, heading=self.words["fault_h"], told=told)

    def told(self, error: EvidenceError) -> list[tuple[str, str]]:
        if any(problem.code.startswith(("general.", "journal.")) for problem in error.problems):
            return [(self.words["fault_busy"], "")]  # what it says of paths and disks is for the log
        if any(problem.code in ("workspace.locked", "workspace.key-mismatch") for problem in error.problems):
            return [(self.words["fault_busy"], "")]
        return [describe(problem, self.lang) for problem in error.problems]

    def cookie(self, answer: Response, name: str, value: str, lasts: timedelta | None = None) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=int(lasts.total_seconds()) if lasts else None,
            path="/",
            secure=self.settings.is_secure,
            httponly=True,
            samesite="lax",
        )

    def keep(self, answer: _Answer) -> _Answer:
        """``answer`` with the session and the language that this request chose."""
        if self.is_new:
            self.cookie(
                answer, SESSION, self.sealer.seal("session", {"sid": self.sid}, self.now, timedelta(days=30))
            )
        asked = self.request.query_params.get("lang", "")
        if asked in LANGUAGES:
            self.cookie(answer, LANGUAGE, asked, timedelta(days=400))
        return answer


def _language(request: Request, otherwise: str) -> str:
    """The one asked for by a link of the page, then the cookie's, the browser's first one, the office's."""
    for chosen in (request.query_params.get("lang", ""), request.cookies.get(LANGUAGE, "")):
        if chosen in LANGUAGES:
            return chosen
    wanted = request.headers.get("accept-language", "").split(",")[0].split(";")[0].strip()
    return language_of(wanted) if wanted and wanted != "*" else otherwise
