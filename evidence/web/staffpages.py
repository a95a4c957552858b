"""``/staff``: logging in, recording at the door, reading what came in. Every look at a letter is written down."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from evidence.errors import EvidenceError, fail
from evidence.web.limits import address_key
from evidence.web.owner import Number, receipt_rows
from evidence.web.pages import OFFICE, SESSION, STAFF, STATUS, Visit
from evidence.web.pictures import codes_in
from evidence.workspace.letterpage import DOOR_BYTES, DOOR_FILE_BYTES, DOOR_FILES, DoorRecord
from evidence.workspace.staff import Member, Role

__all__ = ["Refused", "make_router", "refused"]

LASTS = timedelta(hours=12)
REMEMBERED = timedelta(days=400)
_STATIC = Path(__file__).parent / "static"
# What happened at the door, as channel and outcome of the delivery room.
_HAPPENED = {
    "delivered": ("hand", "delivered"),
    "left": ("left", "delivered"),
    "refused": ("hand", "refused"),
    "unreachable": ("hand", "unreachable"),
}
DOOR_RELATIONS = (
    "self",
    "cohabiting-adult",
    "authorised",
    "organisation",
    "guard",
    "front-desk",
    "neighbour",
    "minor",
    "other",
)
RELATION_WORDS = {
    "self": "the owner in person",
    "cohabiting-adult": "a cohabiting adult relative",
    "authorised": "a person authorised by the owner",
    "organisation": "the organisation's head or mail room",
    "guard": "a guard",
    "front-desk": "the front desk",
    "neighbour": "a neighbour",
    "minor": "a minor",
    "other": "somebody else",
}
_ONCE = re.compile(r"[0-9a-f-]{16,64}")

Sealed = Annotated[str, Form(max_length=2000)]
Line = Annotated[str, Form(max_length=200)]


class Refused(Exception):  # noqa: N818 - no fault, an answer
    """Nobody is logged in, or not with the role it takes; ``answer`` says so."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


def make_router() -> APIRouter:
    router = APIRouter(prefix="/staff", default_response_class=HTMLResponse)
    for path, method, answer in _routes():
        router.add_api_route(path, answer, methods=[method])
    router.add_api_route("/sw.js", worker, methods=["GET"], include_in_schema=False)
    return router


def _routes() -> tuple[tuple[str, str, Callable[..., Any]], ...]:
    return (
        ("", "GET", home),
        ("/login", "GET", login_page),
        ("/login", "POST", login),
        ("/logout", "POST", logout),
        ("/session", "GET", session),
        ("/door", "GET", door_page),
        ("/door", "POST", door),
        ("/scan", "POST", scan),
        ("/letters", "GET", letters),
        ("/letters/{number}", "GET", letter),
        ("/letters/{number}/letter.pdf", "GET", letter_pdf),
        ("/letters/{number}/receipts/{receipt}/{sha256}", "GET", receipt_file),
        ("/receipts", "GET", receipts),
        ("/views", "GET", views),
        ("/openapi.json", "GET", openapi),
    )


async def login_page(request: Request) -> Response:
    visit = Visit.of(request)
    return visit.render("login.html", form=visit.form("login"), told=[], who=None)


async def login(
    request: Request, form: Sealed = "", name: Line = "", password: Annotated[str, Form(max_length=1024)] = ""
) -> Response:
    visit = Visit.of(request)
    try:
        visit.require_form("login", form)
        # The address first: what it may no longer ask costs the name nothing.
        state = request.app.state
        wait = state.logins.take(address_key(visit.address)) or state.names.take(name.strip()[:60])
        if wait:
            told = [(visit.words("fault_many", seconds=int(wait) + 1), "")]
            return visit.render("login.html", 429, form=visit.form("login"), told=told, who=None)
        who = await run_in_threadpool(visit.page.sign_in, name, password)
        if who is None:
            raise fail("web.sign-in")
    except EvidenceError as error:
        status = 401 if error.problems[0].code == "web.sign-in" else 422
        return visit.render("login.html", status, form=visit.form("login"), told=visit.told(error), who=None)
    await asyncio.wrap_future(visit.page.viewed(who, "sign-in"))
    answer = RedirectResponse("/staff", 303)
    value = {"name": who.name, "since": who.since, "sid": visit.sid}
    visit.cookie(answer, STAFF, visit.sealer.seal("staff", value, visit.now, LASTS), LASTS)
    # With a life of its own, so that a telephone that was started again sends what waits on it without a new login.
    visit.cookie(answer, SESSION, visit.sealer.seal("session", {"sid": visit.sid}, visit.now, LASTS), LASTS)
    # Whoever logs out is not the recipient either: the device stays marked.
    visit.cookie(answer, OFFICE, visit.sealer.seal("office", {}, visit.now, REMEMBERED), REMEMBERED)
    return answer


async def logout(request: Request, form: Sealed = "") -> Response:
    visit = Visit.of(request)
    try:
        visit.require_form("logout", form)
    except EvidenceError as error:
        return visit.fault(error)
    who = await _who(visit)
    if who is not None:
        await asyncio.wrap_future(visit.page.sign_out(who))
    answer = RedirectResponse("/staff/login", 303)
    answer.delete_cookie(STAFF, path="/", secure=visit.settings.is_secure, httponly=True, samesite="lax")
    return answer


async def home(request: Request) -> Response:
    visit = Visit.of(request)
    await _require(visit, Role.CLERK)
    return RedirectResponse("/staff/door", 303)


async def session(request: Request) -> Response:
    """Whether there is a login, and what a record made without a connection needs to be sent: for ``door.js``."""
    visit = Visit.of(request)
    who = await _who(visit)
    if who is None:
        return JSONResponse({"name": None}, 401)
    return visit.keep(JSONResponse({"name": who.name, "role": who.role, "form": visit.form("door")}))


async def door_page(request: Request) -> Response:
    """The same for everybody, since a service worker keeps it on the telephone: no name, no form, no letter in it."""
    visit = Visit.of(request)
    await _require(visit, Role.CLERK)
    return visit.render(
        "door.html",
        who=None,
        relations=[(r, RELATION_WORDS[r]) for r in DOOR_RELATIONS],
        most=DOOR_FILES,
        each=DOOR_FILE_BYTES,
        sum=DOOR_BYTES,
    )


async def door(
    request: Request,
    form: Sealed = "",
    once: Line = "",
    letter: Annotated[str, Form(max_length=600)] = "",
    happened: Line = "",
    at: Line = "",
    signer: Line = "",
    relation: Line = "",
    server: Line = "",
    second: Line = "",
    witness: Line = "",
    place: Line = "",
    note: Annotated[str, Form(max_length=1000)] = "",
    photos: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    visit = Visit.of(request)
    who = await _require(visit, Role.CLERK)
    try:
        visit.require_form("door", form)
        if happened not in _HAPPENED or not _ONCE.fullmatch(once):
            raise fail("web.form-unreadable")
        number = letter
        if len(letter) > 60:
            found = await run_in_threadpool(visit.page.find, letter)
            if found is None:
                raise fail("web.no-code-read")
            number = found.number.key
        channel, outcome = _HAPPENED[happened]
        if channel == "hand" and relation == "cohabiting-adult" and outcome == "delivered":
            channel = "cohabitant"
        files = [(file.filename or "", await file.read()) for file in photos or [] if file.filename]
        if len(files) > DOOR_FILES:
            raise fail("web.files-many", most=DOOR_FILES)
        details: dict[str, Any] = {
            "channel": channel, "outcome": outcome, "at": at, "place": place, "signer": signer,
            "relation": relation if relation in DOOR_RELATIONS else "", "witness_name": witness,
            "reason" if happened in ("refused", "left") else "note": note,
            "servers": [name for name in (server, second) if name.strip()],
        }  # fmt: skip
        made: DoorRecord = await run_in_threadpool(
            visit.page.at_the_door, who, once, number, files=files, **details
        )
    except EvidenceError as error:
        status = STATUS.get(error.problems[0].code, 422)
        told = [" ".join(filter(None, pair)) for pair in visit.told(error)]
        return visit.keep(JSONResponse({"faults": told, "again": status == 503}, status))
    await asyncio.wrap_future(visit.page.viewed(who, "door", made.letter))
    said = {"letter": made.printed, "number": made.letter, "index": made.journal_index, "known": made.again}
    warned = [visit.told(EvidenceError([problem]))[0][0] for problem in made.warnings]
    return visit.keep(JSONResponse({**said, "warnings": warned}))


async def scan(
    request: Request, form: Sealed = "", photo: Annotated[UploadFile | None, File()] = None
) -> Response:
    """The letter whose code is on a photograph, for browsers that read no codes."""
    visit = Visit.of(request)
    who = await _require(visit, Role.CLERK)
    try:
        visit.require_form("door", form)
        data = await photo.read() if photo else b""
        texts = await run_in_threadpool(codes_in, data)
        found = [one for text in texts if (one := await run_in_threadpool(visit.page.find, text))]
        if len(found) != 1:
            raise fail("web.no-code-read")
    except EvidenceError as error:
        told = [" ".join(filter(None, pair)) for pair in visit.told(error)]
        return visit.keep(JSONResponse({"faults": told}, STATUS.get(error.problems[0].code, 422)))
    await asyncio.wrap_future(visit.page.viewed(who, "scan", found[0].number.key))
    return visit.keep(JSONResponse({"letter": found[0].number.key, "printed": found[0].printed}))


async def letters(request: Request, q: str = "") -> Response:
    visit = Visit.of(request)
    who = await _require(visit, Role.CLERK, "letters")
    found = await run_in_threadpool(visit.page.letters, q[:60])
    return _staff(visit, who, "letters.html", found=found, q=q[:60])


async def letter(request: Request, number: str) -> Response:
    visit = Visit.of(request)
    who = await _require(visit, Role.LAWYER, "letter", number)
    found = await run_in_threadpool(visit.page.letter, number)
    if found is None:
        return visit.fault(fail("workspace.unknown-letter", letter=number[:40]))
    told = await run_in_threadpool(visit.page.receipts, number)
    waiting = await run_in_threadpool(visit.page.unanswered)
    openings = await run_in_threadpool(visit.page.openings, number)
    rows = [
        (receipt, receipt_rows(visit, receipt, is_ours=True))
        for receipt in told
        if receipt.action != "opened"
    ]
    return _staff(visit, who, "stafftold.html", letter=found, rows=rows, openings=openings, waiting=waiting)


async def letter_pdf(request: Request, number: str) -> Response:
    visit = Visit.of(request)
    await _require(visit, Role.LAWYER, "pdf", number)
    found = await run_in_threadpool(visit.page.letter, number)
    if found is None:
        return visit.fault(fail("workspace.unknown-letter", letter=number[:40]))
    named = {"Content-Disposition": f'inline; filename="{found.number.key}.pdf"'}
    return Response(
        await run_in_threadpool(visit.page.pdf, found), media_type="application/pdf", headers=named
    )


async def receipt_file(request: Request, number: str, receipt: Number, sha256: str) -> Response:
    """A file that came with a receipt. It is saved and never shown: it is the recipient's, and may be anything."""
    visit = Visit.of(request)
    await _require(visit, Role.LAWYER, "file", number)
    kept = await run_in_threadpool(visit.page.receipt_file, number, receipt, sha256)
    if kept is None:
        return visit.fault(fail("web.no-such-receipt", receipt=receipt))
    name, data = kept
    ending = name.rpartition(".")[2]
    named = {
        "Content-Disposition": f'attachment; filename="{number}-{sha256[:12]}.{ending}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(data, media_type="application/octet-stream", headers=named)


async def receipts(request: Request) -> Response:
    visit = Visit.of(request)
    who = await _require(visit, Role.LAWYER, "receipts")
    told = await run_in_threadpool(visit.page.receipts)
    waiting = await run_in_threadpool(visit.page.unanswered)
    boxes = [("proven", [r for r in told if r.counts]), ("not_proven", [r for r in told if not r.counts])]
    return _staff(visit, who, "receipts.html", boxes=boxes, waiting=waiting)


async def views(request: Request) -> Response:
    visit = Visit.of(request)
    who = await _require(visit, Role.ADMIN, "views")
    return _staff(visit, who, "views.html", rows=await run_in_threadpool(visit.page.views))


async def openapi(request: Request) -> Response:
    visit = Visit.of(request)
    await _require(visit, Role.ADMIN, "openapi")
    return JSONResponse(request.app.openapi())


async def worker(request: Request) -> Response:
    """The service worker, under /staff so that it serves the staff's pages and no others."""
    return FileResponse(_STATIC / "sw.js", media_type="text/javascript")


# --- who may -----------------------------------------------------------------------------------------------


async def _who(visit: Visit) -> Member | None:
    known = visit.sealer.open("staff", visit.request.cookies.get(STAFF, ""), visit.now)
    if known is None or known.get("sid") != visit.sid:
        return None
    # Looked up each time: who was removed, or has a new password or role, is out at once.
    return await run_in_threadpool(visit.page.member, str(known["name"]), str(known["since"]))


async def _require(visit: Visit, role: Role, what: str = "", about: str = "") -> Member:
    """Who is logged in, with at least this role; ``what`` they look at is on record before they see it."""
    who = await _who(visit)
    if who is None:
        is_page = visit.request.method == "GET"
        words = visit.words
        refused = JSONResponse({"faults": [words["q_login"]], "login": True}, 401)
        raise Refused(RedirectResponse("/staff/login", 303) if is_page else refused)
    if not who.role.may(role):
        raise Refused(visit.fault(fail("web.not-yours")))
    if what:
        await asyncio.wrap_future(visit.page.viewed(who, what, about[:40]))
    return who


def _staff(visit: Visit, who: Member, name: str, **context: Any) -> Response:
    return visit.render(name, who=who, logout=visit.form("logout"), **context)


def refused(_request: Request, error: Exception) -> Response:
    """The answer an :class:`Refused` carries."""
    assert isinstance(error, Refused)
    return error.answer
