"""The application: routes, limits, headers, and a fault for everything that is none of them."""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from evidence.errors import EvidenceError
from evidence.web import owner, staffpages
from evidence.web.limits import REFUSED, BodyLimit, Buckets, address_key
from evidence.web.pages import HEADERS, Visit, static_path
from evidence.web.seals import Sealer
from evidence.web.settings import Settings
from evidence.workspace.letterpage import LetterPage
from evidence.workspace.links import is_token

__all__ = ["LOG", "create_app"]

LOG = logging.getLogger("evidence.web")

_STATIC = Path(__file__).parent / "static"
_FILES = frozenset(path.name for path in _STATIC.iterdir())
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_KB, _MB = 1024, 1024 * 1024
# The longest body by path; what is not named takes a form without files.
_BODIES = (
    (re.compile(r"/[Rr]/[^/]+/disputed"), 64 * _MB),
    (re.compile(r"/[Rr]/[^/]+/received"), 512 * _KB),
    (re.compile(r"/staff/door"), 256 * _MB),
    (re.compile(r"/staff/scan"), 24 * _MB),
)
_SMALL = 32 * _KB
_SCRIPTED = ("/staff/door", "/staff/scan")
"""Sent by ``door.js``, which reads faults as JSON."""
_LATER = frozenset({408, 429, 500, 503})
"""What may pass: the record stays in the queue and is sent again."""


def create_app(page: LetterPage, settings: Settings) -> FastAPI:
    """The application over one letter page. It keeps no state but counters of requests."""
    # No redirect to a path without its last slash: it would name whatever host the request named.
    app = FastAPI(title="evidence", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.page, app.state.settings, app.state.sealer = page, settings, Sealer(page.key)
    app.state.addresses = Buckets(settings.requests_a_second, settings.requests_at_once)
    app.state.links = Buckets(settings.requests_a_second / 3, settings.requests_at_once // 2)
    app.state.logins = Buckets(1 / 30, 10)
    # More than one address can use up: who locks a name out needs ten of them.
    app.state.names = Buckets(1 / 3, 100)
    app.include_router(owner.make_router())
    app.include_router(staffpages.make_router())
    app.add_api_route("/static/{digest}/{name}", _static, methods=["GET"], include_in_schema=False)
    app.add_api_route("/healthz", _health, methods=["GET"], include_in_schema=False)
    app.add_exception_handler(HTTPException, _http_fault)
    app.add_exception_handler(RequestValidationError, _input_fault)
    app.add_exception_handler(EvidenceError, _evidence_fault)
    app.add_exception_handler(staffpages.Refused, staffpages.refused)
    app.middleware("http")(_guarded)
    app.add_middleware(BodyLimit, limit_of=body_limit, seconds=settings.body_seconds)
    return app


def _health(request: Request) -> Response:
    """For whoever watches the server: database and store answer. A fault is named by its code, and by no more."""
    try:
        request.app.state.page.require_healthy()
    except EvidenceError as error:
        return JSONResponse({"status": "fault", "code": error.problems[0].code}, 503)
    return JSONResponse({"status": "ok"})


def _size(n: int) -> str:
    return f"{n // _MB} MB" if n >= _MB else f"{n // _KB} KB"


def body_limit(path: str) -> int:
    """How many bytes a request to ``path`` may bring."""
    return next((limit for pattern, limit in _BODIES if pattern.fullmatch(path)), _SMALL)


async def _guarded(request: Request, proceed: Any) -> Response:
    """Limits first, headers last, and no stack trace in between."""
    state = request.app.state
    path = request.url.path
    address = address_key(request.client.host if request.client else "")
    wait = 0.0 if path.startswith("/static/") else state.addresses.take(address)
    is_named = state.settings.answers_to(request.headers.get("host", ""))
    if not wait and path[:3].upper() == "/R/":
        token = path[3:].partition("/")[0]
        # What cannot be a token leads nowhere and is none of the links: only its address is counted.
        wait = state.links.take(token.upper()) if is_token(token) else 0.0
    try:
        answer: Response
        if wait:
            answer = _many(request, wait)
        elif not is_named:
            answer = _plain_fault(request, 421, "fault_host")
        else:
            answer = await proceed(request)
        if status := request.scope.get(REFUSED):
            answer = _http_fault(request, HTTPException(status))
    except Exception as error:
        LOG.error("%s %s: %s", request.method[:10], _page(request), _where(error))
        answer = _plain_fault(request, 500, "fault_server")
    for name, value in HEADERS.items():
        if name not in answer.headers:
            answer.headers[name] = value
    if state.settings.is_secure:
        answer.headers["Strict-Transport-Security"] = "max-age=31536000"
    if not path.startswith("/static/"):
        LOG.info("%s %s %d", request.method[:10], _page(request), answer.status_code)
    return answer


def _where(error: Exception) -> str:
    """A fault for the log: its type and the lines it passed, never its message, which may hold what was asked for."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    lines = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {lines}"


def _page(request: Request) -> str:
    """Which page was asked for, in our own words: of the path itself nothing gets into the log, token or colour code."""
    return str(getattr(request.scope.get("route"), "path", "no page"))


def _many(request: Request, wait: float) -> Response:
    seconds = int(wait) + 1
    answer = _plain_fault(request, 429, "fault_many", seconds=seconds)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _plain_fault(request: Request, status: int, text: str, **params: int | str) -> Response:
    visit = Visit.of(request)
    told = [(visit.words(text, **params), "")]
    if request.method == "POST" and request.url.path in _SCRIPTED:
        return JSONResponse({"faults": [told[0][0]], "again": status in _LATER}, status)
    return visit.render("fault.html", status, heading=visit.words["fault_h"], told=told, path="")


_TEXTS = {404: "fault_missing", 405: "fault_method", 408: "fault_slow", 413: "fault_large"}


def _http_fault(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404 and request.url.path[:3].upper() == "/R/":
        return owner.gone(Visit.of(request))  # as for every other link that leads nowhere
    answer = _plain_fault(
        request, status, _TEXTS.get(status, "fault_input"), limit=_size(body_limit(request.url.path))
    )
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    if status in (408, 413):
        answer.headers["Connection"] = "close"  # the rest of the body is not read
    return answer


def _input_fault(request: Request, error: Exception) -> Response:
    return _plain_fault(request, 422, "fault_input")


def _evidence_fault(request: Request, error: Exception) -> Response:
    assert isinstance(error, EvidenceError)
    LOG.warning("%s %s: %s", request.method[:10], _page(request), error.problems[0].code)
    return Visit.of(request).fault(error)


async def _static(digest: str, name: str) -> Response:
    ending = name.rpartition(".")[2]
    if ending not in _TYPES or name not in _FILES:
        raise HTTPException(404)
    answer = FileResponse(_STATIC / name, media_type=_TYPES[ending])
    is_present = static_path(name) == f"/static/{digest}/{name}"
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_present else "no-cache"
    return answer
