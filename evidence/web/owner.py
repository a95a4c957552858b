"""``/R/TOKEN``: what the recipient of a letter sees and can do."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from evidence.errors import EvidenceError, fail
from evidence.i18n import translate
from evidence.verify.messages import WITNESSES
from evidence.web.facts import fact_rows
from evidence.web.pages import STATUS, Visit
from evidence.web.words import Words
from evidence.workspace.devicekeys import DeviceSignature
from evidence.workspace.letterpage import MAX_FILE_BYTES, MAX_FILES
from evidence.workspace.links import Addressed, is_token
from evidence.workspace.receipts import FOLD, SMS, Receipt, ReceiptProof, Said

__all__ = ["READER", "Number", "gone", "make_router", "receipt_rows"]

READER = "evr"
LASTS = timedelta(minutes=30)
REASONS = ("paid", "amount", "service", "owner", "period", "other")
RELATIONS = {"self": "who_self", "cohabiting-adult": "who_family", "authorised": "who_agent"}
_GRADES = {
    "A": "A", "B": "B",
    "C": "C: somebody besides the sender can confirm it", "D": "D: supporting proof only", "none": "no proof of arrival",
}  # fmt: skip

NOTHING: Mapping[str, str] = {}
_TYPED = ("reason", "text", "months", "name", "relation")

Text = Annotated[str, Form(max_length=2000)]
Sealed = Annotated[str, Form(max_length=2000)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""Of a receipt: what a database can be asked for."""
Short = Annotated[str, Form(max_length=100)]


def make_router() -> APIRouter:
    """Both cases of the path: the code has it in capitals, and people type."""
    router = APIRouter()
    for prefix in ("/R", "/r"):
        is_shown = prefix == "/R"
        for path, method, answer in _ROUTES:
            router.add_api_route(
                f"{prefix}/{{token}}{path}", answer, methods=[method], response_class=HTMLResponse,
                include_in_schema=is_shown,
                name=f"{answer.__name__}{prefix}",
            )  # fmt: skip
        router.add_api_route(f"{prefix}/{{token}}", notice, methods=["HEAD"], include_in_schema=False)
    return router


async def notice(request: Request, token: str) -> Response:
    visit = Visit.of(request)
    letter = await _letter(visit, token)
    if isinstance(letter, Response):
        return letter
    await asyncio.wrap_future(visit.page.opened(letter, visit.seen, visit.device))
    return _notice(visit, token, letter)


async def send_message(request: Request, token: str, form: Sealed = "") -> Response:
    visit = Visit.of(request)
    letter = await _letter(visit, token)
    if isinstance(letter, Response):
        return letter
    try:
        _require_code_form(visit, letter, "message", form)
        _require_other(visit)
        await run_in_threadpool(visit.page.send_code, letter, visit.lang)
    except EvidenceError as error:
        return _notice(visit, token, letter, error)
    return _notice(visit, token, letter, sent=True)


async def enter(
    request: Request, token: str, form: Sealed = "", method: Short = FOLD, code: Short = ""
) -> Response:
    visit = Visit.of(request)
    letter = await _letter(visit, token)
    if isinstance(letter, Response):
        return letter
    is_message = method == SMS
    way = SMS if is_message else FOLD
    try:
        sealed = _require_code_form(visit, letter, way, form)
        _require_other(visit)
        once = f"enter:{letter.number.key}:{way}:{sealed['once']}"
        entered = await asyncio.wrap_future(
            visit.page.enter(letter, way, code, device=visit.device, once=once)
        )
    except EvidenceError as error:
        return _notice(visit, token, letter, error, sent=is_message)
    answer = RedirectResponse(f"/R/{token}/letter", 303)
    value = {
        "letter": letter.number.key, "method": entered.method, "message": entered.message, "sid": visit.sid,
    }  # fmt: skip
    visit.cookie(answer, READER, visit.sealer.seal("reader", value, visit.now, LASTS), LASTS)
    return visit.keep(answer)


async def show(request: Request, token: str) -> Response:
    visit = Visit.of(request)
    letter, _ = await _reader(visit, token)
    if isinstance(letter, Response):
        return letter
    stated = await run_in_threadpool(visit.page.receipts, letter.number.key)
    told = [row for row in stated if row.action not in ("opened", "confirmed")]
    return visit.render(
        "letter.html", letter=letter, token=token, facts=fact_rows(visit.words, letter.facts), stated=told
    )


async def pdf(request: Request, token: str) -> Response:
    visit = Visit.of(request)
    letter, _ = await _reader(visit, token)
    if isinstance(letter, Response):
        return letter
    data = await run_in_threadpool(visit.page.pdf, letter)
    named = {"Content-Disposition": f'inline; filename="{letter.number.key}.pdf"'}
    return Response(data, media_type="application/pdf", headers=named)


async def form_page(request: Request, token: str) -> Response:
    visit = Visit.of(request)
    letter, _ = await _reader(visit, token)
    if isinstance(letter, Response):
        return letter
    return _form_page(visit, token, letter, _action(request))


async def received(
    request: Request,
    token: str,
    form: Sealed = "",
    relation: Short = "",
    name: Short = "",
    drawn: Annotated[str, Form(max_length=400_000)] = "",
    key: Annotated[str, Form(max_length=300)] = "",
    value: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    if relation not in RELATIONS:
        relation = ""
    drawing = _drawing(drawn)
    return await _say(
        request, token, form, "received", {}, name=name, relation=relation, drawn=drawing, device=(key, value)
    )


async def disputed(
    request: Request,
    token: str,
    form: Sealed = "",
    reason: Short = "",
    text: Text = "",
    files: Annotated[list[UploadFile] | None, File()] = None,
    key: Annotated[str, Form(max_length=300)] = "",
    value: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    detail = {"reason": reason if reason in REASONS else "", "text": _plain(text)}
    return await _say(request, token, form, "disputed", detail, files=files or [], device=(key, value))


async def instalments(
    request: Request,
    token: str,
    form: Sealed = "",
    months: Annotated[int, Form(ge=2, le=36)] = 3,
    text: Text = "",
    key: Annotated[str, Form(max_length=300)] = "",
    value: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    detail = {"months": str(months), "text": _plain(text)}
    return await _say(request, token, form, "instalments", detail, device=(key, value))


async def receipt(request: Request, token: str, number: Number) -> Response:
    found = await _proof(request, token, number)
    if isinstance(found, Response):
        return found
    visit, letter, proof = found
    return visit.render(
        "receipt.html", letter=letter, token=token, row=receipt_rows(visit, proof.receipt), proof=proof,
        receipt=proof.receipt,
    )  # fmt: skip


async def receipt_file(request: Request, token: str, number: Number) -> Response:
    found = await _proof(request, token, number)
    if isinstance(found, Response):
        return found
    _, letter, proof = found
    named = {"Content-Disposition": f'attachment; filename="receipt-{letter.number.key}-{number}.json"'}
    return Response(proof.to_json(), media_type="application/json", headers=named)


async def _proof(
    request: Request, token: str, number: int
) -> tuple[Visit, Addressed, ReceiptProof] | Response:
    """The receipt of that number for whoever may read the letter, else the answer that refuses it."""
    visit = Visit.of(request)
    letter, _ = await _reader(visit, token)
    if isinstance(letter, Response):
        return letter
    try:
        return visit, letter, await run_in_threadpool(visit.page.proof, letter, number)
    except EvidenceError as error:
        return visit.fault(error)


_ROUTES: list[tuple[str, str, Any]] = [
    ("", "GET", notice),
    ("/message", "POST", send_message),
    ("/code", "POST", enter),
    ("/letter", "GET", show),
    ("/letter.pdf", "GET", pdf),
    ("/received", "GET", form_page),
    ("/received", "POST", received),
    ("/disputed", "GET", form_page),
    ("/disputed", "POST", disputed),
    ("/instalments", "GET", form_page),
    ("/instalments", "POST", instalments),
    ("/receipts/{number}", "GET", receipt),
    ("/receipts/{number}/file", "GET", receipt_file),
]


# --- the same on every page --------------------------------------------------------------------------------


async def _letter(visit: Visit, token: str) -> Addressed | Response:
    """The letter of the link, or the one answer for every link that leads nowhere."""
    found = await run_in_threadpool(visit.page.find, token) if is_token(token) else None
    if found is None:
        return gone(visit)
    if visit.now > found.issued_at + timedelta(days=visit.settings.link_days):
        words = visit.words
        return visit.render("fault.html", 410, heading=words["old_h"], told=[(words["old_1"], "")])
    return found


def gone(visit: Visit) -> Response:
    """One answer for every link that leads nowhere, whatever the reason."""
    words = visit.words
    return visit.render("fault.html", 404, heading=words["gone_h"], told=[(words["gone_1"], "")], path="")


async def _reader(visit: Visit, token: str) -> tuple[Addressed | Response, dict[str, Any]]:
    """The letter for who has shown to be its addressee; everybody else is sent to its notice."""
    letter = await _letter(visit, token)
    if isinstance(letter, Response):
        return letter, {}
    known = visit.sealer.open("reader", visit.request.cookies.get(READER, ""), visit.now)
    if known is None or known.get("letter") != letter.number.key or known.get("sid") != visit.sid:
        return RedirectResponse(f"/R/{token}", 303), {}
    return letter, dict(known)


def _require_code_form(visit: Visit, letter: Addressed, way: str, form: str) -> dict[str, Any]:
    """What a form of this letter's notice, for this way in, sealed; ``web.form-unreadable`` for every other form.

    A form that served for two letters, or for both codes, would leave one receipt where there were two.
    """
    sealed = visit.require_form("code", form)
    if (sealed.get("letter"), sealed.get("way")) != (letter.number.key, way):
        raise fail("web.form-unreadable")
    return sealed


def _require_other(visit: Visit) -> None:
    """The sender must not pass for the recipient."""
    if visit.is_ours:
        raise fail("web.own-device")


def _notice(
    visit: Visit, token: str, letter: Addressed, error: EvidenceError | None = None, *, sent: bool = False
) -> Response:
    told = visit.told(error) if error else []
    status = STATUS.get(error.problems[0].code, 422) if error else 200
    return visit.render(
        "notice.html", status, letter=letter, token=token, told=told, sent=sent,
        forms={way: visit.form("code", letter=letter.number.key, way=way) for way in (FOLD, SMS, "message")},
        telephone=visit.page.telephone, tail=letter.phone[-2:],
        by_message=visit.page.sends_messages and bool(letter.phone),
    )  # fmt: skip


def _form_page(
    visit: Visit,
    token: str,
    letter: Addressed,
    action: str,
    error: EvidenceError | None = None,
    typed: Mapping[str, str] = NOTHING,
) -> Response:
    """A form, empty, or after a fault with what was ``typed``; files a browser lets nobody put back."""
    form = visit.form(action, letter=letter.number.key)
    sealed = (
        visit.require_form(action, form)
        if error is None
        else visit.sealer.open(f"form:{action}", form, visit.now)
    )
    return visit.render(
        f"{action}.html", STATUS.get(error.problems[0].code, 422) if error else 200, letter=letter, token=token,
        form=form, nonce=(sealed or {}).get("once", ""), origin=visit.page.origin, action=action, reasons=REASONS,
        relations=RELATIONS, most=MAX_FILES, each=MAX_FILE_BYTES,
        told=visit.told(error) if error else [], typed={**dict.fromkeys(_TYPED, ""), **typed},
    )  # fmt: skip


async def _say(
    request: Request,
    token: str,
    form: str,
    action: str,
    detail: dict[str, str],
    *,
    name: str = "",
    relation: str = "",
    drawn: bytes = b"",
    files: list[UploadFile] | None = None,
    device: tuple[str, str] = ("", ""),
) -> Response:
    visit = Visit.of(request)
    letter, known = await _reader(visit, token)
    if isinstance(letter, Response):
        return letter
    try:
        sealed = visit.require_form(action, form)
        if sealed.get("letter") != letter.number.key:
            raise fail("web.form-unreadable")
        _require_other(visit)
        if action == "disputed" and not (
            detail["reason"] and (detail["text"] or detail["reason"] != "other")
        ):
            raise fail("web.text-missing")
        key, value = device
        said = Said(
            action=action,
            once=f"{action}:{letter.number.key}:{sealed['once']}",
            method=str(known["method"]),
            message=str(known["message"]),
            device=visit.device,
            relation=relation,
            name=_plain(name),
            detail={field: text for field, text in detail.items() if text},
            drawn=drawn,
            files=tuple([(file.filename or "", await file.read()) for file in files or [] if file.filename]),
            signature=DeviceSignature(key, value, str(sealed["once"])) if key and value else None,
        )
        told = await asyncio.wrap_future(await run_in_threadpool(visit.page.say, letter, said))
    except EvidenceError as error:
        typed = {**detail, "name": name, "relation": relation}
        return _form_page(visit, token, letter, action, error, typed)
    return visit.render("done.html", letter=letter, token=token, receipt=told, row=receipt_rows(visit, told))


def receipt_rows(visit: Visit, told: Receipt, *, is_ours: bool = False) -> list[tuple[str, str]]:
    """A receipt for people: what, when, by whom seen, how strong; ``is_ours`` for the staff, who trust no name."""
    words, event = visit.words, told.event
    who, name = ("who_stated", "name_stated") if is_ours else ("who", "your_name")
    rows = [(words["receipt_what"], words[f"a_{told.action}"])]
    detail = event.get("detail", {})
    if relation := RELATIONS.get(event.get("relation", "")):
        rows.append((words[who], words[relation]))
    if detail.get("name"):
        rows.append((words[name], detail["name"]))
    if detail.get("reason"):
        rows.append((words["reason"], words[f"r_{detail['reason']}"]))
    if detail.get("months"):
        rows.append((words["months"], detail["months"]))
    if detail.get("text"):
        rows.append((words["text"], detail["text"]))
    if event.get("files"):
        rows.append((words["receipt_files"], _files(words, event)))
    if event.get("signature"):
        signed = DeviceSignature(**event["signature"])
        rows.append((words["receipt_device"], f"P-256 {signed.fingerprint}"))
    rows.append((words["receipt_witness"], translate(WITNESSES[told.witness.value], visit.lang)))
    rows.append((words["receipt_grade"], translate(_GRADES[told.grade.value], visit.lang)))
    return rows


def _files(words: Words, event: Mapping[str, Any]) -> str:
    """The files of a statement, each on a line; a drawing has a name that nobody gave it."""
    is_drawn = event["action"] == "received"
    named = ((words["sign_file"] if is_drawn else file["name"], file["sha256"]) for file in event["files"])
    return "\n".join(f"{name}  SHA-256 {sha256}" for name, sha256 in named)


def _action(request: Request) -> str:
    return request.url.path.rpartition("/")[2]


def _plain(text: str) -> str:
    """As ``static/sign.js`` has it, which signs it: line feeds alone, no blanks at the ends, no controls."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    unseen = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign) not in unseen).strip(
        " \n"
    )


def _drawing(text: str) -> bytes:
    found = re.fullmatch(r"data:image/png;base64,([A-Za-z0-9+/=]{1,400000})", text)
    try:
        return base64.b64decode(found[1], validate=True) if found else b""
    except (ValueError, binascii.Error):
        return b""
