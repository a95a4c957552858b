"""What somebody may try against the pages, and the answer each attempt gets. No answer holds a trace of a program."""

from __future__ import annotations

import base64
import io
import json
import re
import socket
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import webcase
from bombs import plain_png
from fastapi.testclient import TestClient
from webcase import NUMBER, OTHER, Clock

from evidence.clock import fixed_source
from evidence.errors import EvidenceError
from evidence.stamp.facts import letter_id
from evidence.stamp.keys import SigningKey, base32
from evidence.stamp.token import Claims, sign_token
from evidence.web.app import create_app
from evidence.web.limits import Buckets
from evidence.web.settings import Settings, networks, own_hosts
from evidence.workspace import Workspace
from evidence.workspace.letterpage import LetterPage

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
PASSWORD = "样本口令-一二三四五六七"
TRACE = re.compile(r"Traceback|File \"|site-packages|sqlalchemy|evidence\.web|\.py\b")


class Asker:
    """A browser without scripts: it follows forms as a person would."""

    def __init__(self, made: LetterPage, token: str = "", **settings: Any) -> None:
        self.app = create_app(made, Settings(is_secure=False, requests_at_once=10_000, **settings))
        self.token = token
        self.http = self.another()

    def another(self, agent: str = webcase.PHONE_AGENT, address: str = "198.51.100.7") -> TestClient:
        headers = {"user-agent": agent, "accept-language": "zh-CN"}
        return TestClient(
            self.app,
            headers=headers,
            follow_redirects=False,
            client=(address, 50000),
            raise_server_exceptions=True,
        )

    def get(self, path: str = "", **options: Any) -> Any:
        return safe(self.http.get(f"/R/{self.token}{path}", **options))

    def form(self, path: str = "") -> str:
        found = re.search(r'name="form" value="([^"]+)"', self.get(path).text)
        assert found, path
        return found[1]

    def way(self, name: str) -> str:
        """The form of the notice for one way in: ``fold``, ``sms`` or ``message`` (which sends a code)."""
        page = self.get().text if name != "sms" else self.post("/code", method="sms").text
        action = "message" if name == "message" else "code"
        found = re.findall(rf'/{action}">\s*<input type="hidden" name="form" value="([^"]+)"(.*)', page)
        return str(next(form for form, rest in found if name == "message" or f'value="{name}"' in rest))

    def post(self, path: str, **data: Any) -> Any:
        files = data.pop("files", None)
        return safe(self.http.post(f"/R/{self.token}{path}", data=data, files=files))

    def enter(self, code: str) -> Any:
        return self.post("/code", form=self.way("fold"), method="fold", code=code)


def safe(answer: Any) -> Any:
    assert not TRACE.search(answer.text), answer.text[:400]
    assert answer.status_code < 500, answer.status_code
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store" or "/static/" in str(answer.url)
    return answer


@pytest.fixture
def office(tmp_path: Path, checkout: Path) -> Path:
    """With somebody of every role."""

    def make(kept: Path) -> None:
        with Workspace.open(webcase.office(kept, checkout), source=Clock().source("staff")) as workspace:
            for name, role in (("样甲", "clerk"), ("样乙", "lawyer"), ("样丙", "admin")):
                workspace.add_staff(name, role, PASSWORD)

    return webcase.estate.once("staffed", make, tmp_path / "staffed") / "office"


@pytest.fixture
def made(office: Path, clock: Clock, provider: webcase.Phone) -> Iterator[LetterPage]:
    with webcase.page(office, clock, provider) as page:
        yield page


@pytest.fixture
def codes(office: Path) -> dict[str, str]:
    with Workspace.open(office, source=Clock().source("codes")) as workspace:
        return workspace.fold_codes([NUMBER, OTHER])


@pytest.fixture
def asker(made: LetterPage, office: Path) -> Asker:
    return Asker(made, webcase.token_of(office))


# --- tokens ------------------------------------------------------------------------------------------------


def foreign_tokens(office: Path) -> dict[str, str]:
    """Tokens of every sort that is none of this office's letters."""
    real = webcase.token_of(office)
    data = base64.b32decode(real + "=" * (-len(real) % 8))
    random = fixed_source(webcase.LATER, "forger").random
    thief = SigningKey.generate(random)
    claims = Claims(1, 2, 2026, 1, 1795000000, 999, b"s" * 32, b"f" * 32, b"i" * 16, 3, b"r" * 32)
    with Workspace.open(office, source=Clock().source("forger")) as workspace:
        ours = workspace._desk.signer
        identity = letter_id(workspace._desk.persons.key(_person(workspace)), claims.number)
        # Signed by the office's own key, for a letter that is on record, and yet not the letter's token.
        second = sign_token(
            Claims(*[*_values(claims)[:8], identity, *_values(claims)[9:]]), ours, webcase.HOST
        )
        other_host = sign_token(claims, ours, "other.example.cn")
    return {
        "another key": base32(sign_token(claims, thief, webcase.HOST)),
        "one bit": base32(data[:-1] + bytes([data[-1] ^ 1])),
        "a bit of the claims": base32(data[:60] + bytes([data[60] ^ 8]) + data[61:]),
        "cut": real[:-8],
        "longer": real + "AAAAAAAA",
        "another spelling": real[:-1] + ("B" if real[-1] != "B" else "C"),
        "another host": base32(other_host),
        "ours, but no letter's": base32(second),
        "nothing": "A" * 373,
        "short": "AAAA",
        "a number": NUMBER,
        "a name": "张三",
        "a path": "..%2F..%2Foffice.db",
        "a query": "x' OR 1=1 --",
        "null": "%00" * 120,
        "huge": "A" * 9000,
    }


def _person(workspace: Workspace) -> str:
    from sqlalchemy import select

    from evidence.workspace import schema

    with workspace._desk.reading() as connection:
        return str(
            connection.execute(
                select(schema.LETTERS.c.person).where(schema.LETTERS.c.number == NUMBER)
            ).scalar()
        )


def _values(claims: Claims) -> list[Any]:
    return [getattr(claims, name) for name in claims.__slots__]


def test_every_token_that_is_not_ours_gets_the_same_answer(
    asker: Asker, office: Path, made: LetterPage
) -> None:
    answers = set()
    for name, token in foreign_tokens(office).items():
        for path in ("", "/letter", "/letter.pdf", "/received", "/receipts/1"):
            answer = safe(asker.http.get(f"/R/{token}{path}"))
            assert answer.status_code == 404, (name, path)
            answers.add(answer.text)
        assert safe(asker.http.post(f"/R/{token}/code", data={"form": "x", "code": "222"})).status_code == 404
    assert len(answers) == 1
    assert made.receipts() == []


def test_either_case_of_the_link_opens_the_letter(asker: Asker) -> None:
    for path in (f"/R/{asker.token}", f"/r/{asker.token.lower()}", f"/R/{asker.token.lower()}"):
        assert safe(asker.http.get(path)).status_code == 200


def test_a_link_opens_for_some_years_and_then_says_so(asker: Asker, clock: Clock) -> None:
    clock.forward(days=1201)
    assert asker.get().status_code == 410


def test_an_erased_letter_is_as_if_it_had_never_been(asker: Asker, office: Path, clock: Clock) -> None:
    assert asker.get().status_code == 200
    with Workspace.open(office, source=clock.source("erase")) as workspace:
        workspace.erase("1栋1单元101")
        with workspace._desk.reading() as connection:
            for table in ("receipts", "receipt_files", "receipt_openings", "receipt_codes", "receipt_tries"):
                assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0, table
        assert workspace.check_journal()[1] == ()
    gone, never = asker.get(), safe(asker.http.get(f"/R/{'A' * 373}"))
    assert (gone.status_code, never.status_code) == (404, 404)


def test_one_letter_has_one_path_so_that_every_request_for_it_is_counted(
    asker: Asker, made: LetterPage
) -> None:
    for spelling in (
        f"%20{asker.token}",
        f"EV1:{asker.token}",
        f"{asker.token}%20",
        f"%EF%BC%BF{asker.token}",
    ):
        assert safe(asker.http.get(f"/R/{spelling}")).status_code == 404
    asker.app.state.links = Buckets(1, 3, clock=lambda: 0.0)
    spellings = (
        f"/R/{asker.token}",
        f"/r/{asker.token}",
        f"/R/{asker.token.lower()}",
        f"/R/{asker.token}/letter",
    )
    assert [safe(asker.http.get(path)).status_code for path in spellings] == [200, 200, 200, 429]
    # What cannot be a token has no link to use up: its address is counted, and gets the answer of every dead link.
    assert {safe(asker.http.get("/R/nonsense")).status_code for _ in range(5)} == {404}


def test_a_server_answers_to_its_own_names_alone(made: LetterPage, office: Path) -> None:
    hosts = own_hosts(webcase.HOST, "0.0.0.0", ["files.office", "[fd00::7]"])
    asker = Asker(made, webcase.token_of(office), hosts=hosts)
    for host in (
        webcase.HOST.upper(),
        f"{webcase.HOST}:443",
        "localhost:8080",
        "[fd00::7]:80",
        "FILES.office.",
    ):
        assert asker.get(headers={"host": host}).status_code == 200, host
    for host in (
        "evil.example",
        f"{webcase.HOST}.evil.example",
        "",
        "x:y:z",
        f"evil@{webcase.HOST}",
        "[::2]",
    ):
        answer = asker.get(headers={"host": host})
        assert answer.status_code == 421 and "evil" not in answer.text, host
    assert own_hosts("", "127.0.0.1", ()) == frozenset()  # no host for links: whoever asks is answered
    for name in ("https://files.office", "files office", "a/b", "-x"):
        with pytest.raises(EvidenceError) as caught:
            own_hosts("", "127.0.0.1", [name])
        assert caught.value.problems[0].code == "web.name-unreadable"


# --- codes -------------------------------------------------------------------------------------------------


def test_nothing_is_shown_without_a_code(asker: Asker, codes: dict[str, str]) -> None:
    for path in (
        "/letter",
        "/letter.pdf",
        "/received",
        "/disputed",
        "/instalments",
        "/receipts/1",
        "/receipts/1/file",
    ):
        answer = asker.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/R/{asker.token}")
    assert asker.enter(codes[OTHER]).status_code == 403  # another letter's code
    assert asker.get("/letter").status_code == 303
    assert asker.enter(codes[NUMBER]).status_code == 303
    assert asker.get("/letter").status_code == 200


def test_guessing_ends_after_ten_tries_and_a_slip_of_the_finger_is_none(
    asker: Asker, codes: dict[str, str], clock: Clock
) -> None:
    for _ in range(20):
        assert asker.enter("ABC").status_code == 422
    for _ in range(10):
        assert asker.enter(codes[OTHER]).status_code == 403
        asker.http = asker.another(address=f"198.51.100.{_ + 20}")  # another address makes no difference
    assert asker.enter(codes[NUMBER]).status_code == 429  # not even the right one
    clock.forward(minutes=61)
    assert asker.enter(codes[NUMBER]).status_code == 303


def test_a_code_by_message_opens_once_for_ten_minutes(
    asker: Asker, provider: webcase.Phone, clock: Clock
) -> None:
    def send() -> str:
        assert asker.post("/message", form=asker.way("message")).status_code == 200
        return provider.code

    def enter(code: str) -> int:
        return int(asker.post("/code", form=asker.way("sms"), method="sms", code=code).status_code)

    code = send()
    clock.forward(minutes=11)
    assert enter(code) == 403  # expired
    code = send()
    assert enter(code) == 303
    asker.http = asker.another()
    assert enter(code) == 403  # replayed
    assert enter("") == 403
    send()
    assert asker.post("/message", form=asker.way("message")).status_code == 429  # three an hour
    assert len(provider.sent) == 3


def test_a_session_ends_and_belongs_to_one_letter(
    asker: Asker, office: Path, codes: dict[str, str], clock: Clock
) -> None:
    assert asker.enter(codes[NUMBER]).status_code == 303
    assert asker.get("/letter").status_code == 200
    mine, asker.token = asker.token, webcase.token_of(office, OTHER)
    for path in ("/letter", "/letter.pdf", "/received", "/receipts/1", "/receipts/1/file"):
        assert asker.get(path).status_code == 303, path
    asker.token = mine
    clock.forward(minutes=31)
    assert asker.get("/letter").status_code == 303


# --- forms and statements ----------------------------------------------------------------------------------


def test_a_form_of_another_site_session_or_page_is_refused(
    asker: Asker, office: Path, codes: dict[str, str], made: LetterPage
) -> None:
    assert asker.enter(codes[NUMBER]).status_code == 303
    form = asker.form("/received")
    evil = {"origin": "https://evil.example"}
    assert (
        safe(asker.http.post(f"/R/{asker.token}/received", data={"form": form}, headers=evil)).status_code
        == 422
    )
    assert (
        safe(
            asker.http.post(
                f"/R/{asker.token}/received", data={"form": form}, headers={"sec-fetch-site": "cross-site"}
            )
        ).status_code
        == 422
    )
    assert asker.post("/received", form="").status_code == 422
    assert asker.post("/disputed", form=form, reason="paid").status_code == 422  # of another page
    cookies = dict(asker.http.cookies)
    other = asker.another()
    other.cookies.update({"evr": cookies["evr"]})  # a stolen login without the session it was made in
    assert safe(other.post(f"/R/{asker.token}/received", data={"form": form})).status_code == 303
    assert [one.action for one in made.receipts(NUMBER)] == ["opened", "confirmed"]
    assert asker.post("/received", form=form).status_code == 200
    assert asker.post("/received", form=form).status_code == 200  # sent twice, recorded once
    assert [one.action for one in made.receipts(NUMBER)] == ["opened", "confirmed", "received"]


def entries_of(office: Path, number: str) -> list[tuple[str, str, str]]:
    """Type, method or channel, and grade of what the journal has of receipts and arrivals of a letter."""
    with (
        Workspace.open(office, source=Clock().source("journal")) as workspace,
        workspace._desk.reading() as connection,
    ):
        journal = workspace._desk.journal
        lines = [json.loads(journal.entry(connection, i)) for i in range(journal.size(connection))]
    told = [
        (line["type"], line["data"])
        for line in lines
        if line["type"] in ("receipt.recorded", "delivery.recorded")
    ]
    return [
        (kind, data.get("method") or data["channel"], data["grade"])
        for kind, data in told
        if data["number"] == number and data.get("action") != "opened"
    ]


def test_a_form_of_one_letters_notice_opens_no_other_letter(
    asker: Asker, office: Path, codes: dict[str, str]
) -> None:
    form = asker.way("fold")
    assert asker.post("/code", form=form, method="fold", code=codes[NUMBER]).status_code == 303
    asker.token = webcase.token_of(office, OTHER)
    assert asker.post("/code", form=form, method="fold", code=codes[OTHER]).status_code == 422
    assert asker.get("/letter").status_code == 303  # still shut
    assert entries_of(office, OTHER) == []
    assert asker.enter(codes[OTHER]).status_code == 303
    assert asker.get("/letter").status_code == 200
    assert entries_of(office, OTHER) == [("receipt.recorded", "fold", "D"), ("delivery.recorded", "qr", "D")]


def test_both_codes_leave_both_receipts_whatever_form_brings_them(
    asker: Asker, office: Path, codes: dict[str, str], provider: webcase.Phone
) -> None:
    assert asker.post("/message", form=asker.way("message")).status_code == 200
    fold = asker.way("fold")
    assert asker.post("/code", form=fold, method="fold", code=codes[NUMBER]).status_code == 303
    assert asker.post("/code", form=fold, method="sms", code=provider.code).status_code == 422
    assert asker.post("/code", form=asker.way("sms"), method="sms", code=provider.code).status_code == 303
    assert entries_of(office, NUMBER) == [
        ("receipt.recorded", "fold", "D"), ("delivery.recorded", "qr", "D"),
        ("receipt.recorded", "sms", "C"), ("delivery.recorded", "qr", "C"),
    ]  # fmt: skip


@pytest.mark.parametrize("cookie", ["evs", "evr"])
def test_a_cookie_that_was_changed_is_none(asker: Asker, codes: dict[str, str], cookie: str) -> None:
    assert asker.enter(codes[NUMBER]).status_code == 303
    value = asker.http.cookies[cookie]
    body, _, mac = value.partition(".")
    for forged in (
        body + "." + mac[:-2] + "AA",
        body[:-2] + "AA." + mac,
        "." + mac,
        "",
        value.replace(".", ""),
        "A" * 9000,
    ):
        asker.http.cookies.set(cookie, forged, domain="testserver.local", path="/")
        assert asker.get("/letter").status_code == 303
    assert "secure" not in value  # nothing but JSON and a MAC


def test_cookies_are_for_us_alone(made: LetterPage, office: Path) -> None:
    strict = TestClient(
        create_app(made, Settings()),
        base_url="https://testserver",
        headers={"user-agent": webcase.PHONE_AGENT},
    )
    answer = strict.get(f"/R/{webcase.token_of(office)}")
    (cookie,) = answer.headers.get_list("set-cookie")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}\u202e"


def test_what_is_written_is_shown_as_text(asker: Asker, codes: dict[str, str], made: LetterPage) -> None:
    asker.enter(codes[NUMBER])
    upload = {"files": (f"{HOSTILE}.jpg", webcase.estate_photo(), "text/html")}
    answer = asker.post("/disputed", form=asker.form("/disputed"), reason="other", text=HOSTILE, files=upload)
    assert answer.status_code == 200
    staff = sign_in(asker, "样乙")
    pages = [
        answer,
        asker.get("/letter"),
        staff.get(f"/staff/letters/{NUMBER}"),
        staff.get("/staff/receipts"),
    ]
    for page in pages:
        text = safe(page).text
        assert "<script>alert" not in text and "onerror=alert(1)>" not in text.replace("&gt;", "")
        assert (
            "49" not in re.sub(r"[0-9a-f]{16,}|/static/\S+|value=\"[^\"]+\"|\d{4}-\d\d-\d\d|/R/\w+", "", text)
            or "{{7*7}}" in text
        )
    (name,) = [one["name"] for one in made.receipts(NUMBER)[-1].event["files"]]
    assert not set(name) & set("<>\"'&\u202e/\\") and name.endswith(".jpg")


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "..\\..\\evil.exe",
        "/etc/cron.d/x",
        "C:\\x.jpg",
        ".htaccess",
        "",
        "\x00.jpg",
        "a" * 4000,
        "CON.jpg",
        "~/.ssh/id",
    ],
)
def test_a_file_name_is_never_a_path(
    asker: Asker, office: Path, codes: dict[str, str], made: LetterPage, name: str
) -> None:
    before = set(office.rglob("*"))
    asker.enter(codes[NUMBER])
    answer = asker.post(
        "/disputed",
        form=asker.form("/disputed"),
        reason="paid",
        files={"files": (name or "x", webcase.estate_photo(7))},
    )
    assert answer.status_code in (200, 422)
    for added in set(office.rglob("*")) - before:
        assert re.fullmatch(
            r"(?:store/[0-9a-f]{2}(?:/[0-9a-f]{64})?|store/\.web-\w+|keys/\w+\.(?:key|db-\w+)|keys/\.lock|office\.db-\w+)",
            added.relative_to(office).as_posix(),
        ), added


def _zip_behind(front: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("evil.exe", b"MZ")
    return front + out.getvalue()


POLYGLOTS = {
    "a program": b"MZ\x90\x00" + b"\0" * 200,
    "a web page": b"<html><script>alert(1)</script></html>",
    "a picture in name alone": b"\xff\xd8\xff<script>alert(1)</script>",
    "a drawing with script": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a shell script": b"#!/bin/sh\nrm -rf /\n",
    "an archive": _zip_behind(b""),
    "nothing": b"",
    "GIF and script": b"GIF89a/*<script>*/=1;",
}


@pytest.mark.parametrize("what", sorted(POLYGLOTS))
def test_only_files_a_court_can_open_are_taken(
    asker: Asker, codes: dict[str, str], made: LetterPage, what: str
) -> None:
    asker.enter(codes[NUMBER])
    answer = asker.post(
        "/disputed",
        form=asker.form("/disputed"),
        reason="paid",
        files={"files": ("photo.jpg", POLYGLOTS[what], "image/jpeg")},
    )
    assert answer.status_code == 422
    assert made.receipts(NUMBER)[-1].action == "confirmed"


def test_a_picture_with_something_behind_it_is_handed_on_as_a_download_alone(
    asker: Asker, codes: dict[str, str], made: LetterPage
) -> None:
    asker.enter(codes[NUMBER])
    data = _zip_behind(webcase.estate_photo()) + b"<script>alert(1)</script>"
    assert (
        asker.post(
            "/disputed", form=asker.form("/disputed"), reason="paid", files={"files": ("x.jpg", data)}
        ).status_code
        == 200
    )
    told = made.receipts(NUMBER)[-1]
    staff = sign_in(asker, "样乙")
    answer = staff.get(f"/staff/letters/{NUMBER}/receipts/{told.id}/{told.event['files'][0]['sha256']}")
    assert answer.content == data
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert (
        staff.get(f"/staff/letters/{OTHER}/receipts/{told.id}/{told.event['files'][0]['sha256']}").status_code
        == 404
    )


def test_what_was_typed_is_there_again_after_a_fault_and_shown_as_text(
    asker: Asker, codes: dict[str, str]
) -> None:
    asker.enter(codes[NUMBER])
    program = {"files": ("virus.jpg", b"MZ" + bytes(90), "image/jpeg")}
    form = asker.form("/disputed")
    page = asker.post("/disputed", form=form, reason="paid", text="</textarea><b>样本", files=program)
    assert page.status_code == 422 and "virus.jpg" in page.text  # by the name its owner knows
    assert 'value="paid" data-detail required checked' in page.text
    assert "&lt;/textarea&gt;&lt;b&gt;样本</textarea>" in page.text


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63, 10**30])
def test_a_receipts_number_that_no_database_can_hold(
    asker: Asker, codes: dict[str, str], number: int
) -> None:
    asker.enter(codes[NUMBER])
    assert asker.get(f"/receipts/{number}").status_code == 422
    lawyer = sign_in(asker, "样乙")
    assert safe(lawyer.get(f"/staff/letters/{NUMBER}/receipts/{number}/{'0' * 64}")).status_code == 422


def test_too_many_too_large_and_too_slow(asker: Asker, codes: dict[str, str]) -> None:
    asker.enter(codes[NUMBER])
    many = [("files", (f"{i}.jpg", webcase.estate_photo(i), "image/jpeg")) for i in range(8)]
    assert asker.post("/disputed", form=asker.form("/disputed"), reason="paid", files=many).status_code == 422
    large = webcase.estate_photo() + b"\0" * (11 * 1024 * 1024)
    assert (
        asker.post(
            "/disputed", form=asker.form("/disputed"), reason="paid", files={"files": ("x.jpg", large)}
        ).status_code
        == 422
    )
    assert asker.post("/code", form="x" * 40_000, code="x").status_code == 413
    assert (
        asker.post(
            "/received", form=asker.form("/received"), drawn="data:image/png;base64," + "A" * 600_000
        ).status_code
        == 413
    )


def test_what_is_too_large_is_told_with_the_limit_and_never_sent_again(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evidence.web.app._BODIES", ((re.compile("/staff/door"), 2048),))
    http = sign_in(asker, "样甲")
    answer = safe(http.post("/staff/door", files={"photos": ("film.mp4", b"0" * 4096)}))
    assert answer.status_code == 413  # read by door.js: the record stays, with the reason
    assert answer.json() == {"faults": ["提交的内容太大：这里至多 2 KB。"], "again": False}
    page = safe(http.post(f"/R/{asker.token}/disputed", files={"files": ("film.mp4", b"0" * 40_000)}))
    assert page.status_code == 413 and "至多 32 KB" in page.text


@pytest.mark.parametrize(
    "drawn", ["data:image/png;base64,AAAA", "data:text/html;base64,PGI+", "x", "data:image/png;base64,%%%"]
)
def test_a_drawing_is_a_picture_or_nothing(asker: Asker, codes: dict[str, str], drawn: str) -> None:
    asker.enter(codes[NUMBER])
    assert asker.post("/received", form=asker.form("/received"), drawn=drawn).status_code in (200, 422)


def test_a_signature_of_a_device_must_fit(asker: Asker, codes: dict[str, str], made: LetterPage) -> None:
    asker.enter(codes[NUMBER])
    for key, value in (
        ("AAAA", "AAAA"),
        ("x", "y"),
        (base64.b64encode(b"0" * 91).decode(), base64.b64encode(b"1" * 64).decode()),
    ):
        assert asker.post("/received", form=asker.form("/received"), key=key, value=value).status_code == 422
    assert made.receipts(NUMBER)[-1].action == "confirmed"


# --- the sender must not pass for the recipient --------------------------------------------------------------


def sign_in(asker: Asker, name: str, password: str = PASSWORD) -> TestClient:
    http = asker.another(address="203.0.113.9")
    page = safe(http.get("/staff/login"))
    form = re.search(r'name="form" value="([^"]+)"', page.text)
    assert form
    answer = http.post("/staff/login", data={"form": form[1], "name": name, "password": password})
    assert answer.status_code == (303 if password == PASSWORD else 401)
    return http


def test_previews_programs_and_ourselves_are_counted_apart_and_never_as_openings(
    asker: Asker, made: LetterPage
) -> None:
    path = f"/R/{asker.token}"
    agents = [
        "facebookexternalhit/1.1",
        "Mozilla/5.0 (compatible; Googlebot/2.1)",
        "curl/8.0",
        "",
        "WhatsApp/2.2",
        "python-requests/2",
    ]
    for agent in agents:
        assert safe(asker.another(agent).get(path)).status_code == 200
    assert asker.http.head(path).status_code == 200
    for name, value in (
        ("purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("x-moz", "prefetch"),
        ("sec-fetch-dest", "image"),
    ):
        assert safe(asker.http.get(path, headers={name: value})).status_code == 200
    assert sign_in(asker, "样甲").get(path).status_code == 200
    counted = {row["seen"]: 0 for row in made.openings(NUMBER)}
    for row in made.openings(NUMBER):
        counted[row["seen"]] += row["count"]
    assert counted == {"preview": 11, "staff": 1}
    assert made.receipts() == []
    asker.get()
    asker.get()
    assert [receipt.action for receipt in made.receipts()] == ["opened"]  # once an hour


def test_staff_and_the_office_cannot_confirm_receipt(
    made: LetterPage, office: Path, codes: dict[str, str]
) -> None:
    asker = Asker(made, webcase.token_of(office), office=networks(["203.0.113.0/24"]))
    staff = sign_in(asker, "样甲")
    asker.http = staff
    assert asker.enter(codes[NUMBER]).status_code == 403
    assert asker.post("/message", form=asker.way("message")).status_code == 403
    form = re.search(
        r'action="/staff/logout"><input type="hidden" name="form" value="([^"]+)"',
        staff.get("/staff/letters").text,
    )
    assert form and staff.post("/staff/logout", data={"form": form[1]}).status_code == 303
    asker.http.headers["x-forwarded-for"] = "198.51.100.1"  # nobody is believed but a proxy that was named
    assert asker.enter(codes[NUMBER]).status_code == 403  # the device stays marked
    asker.http = asker.another(address="203.0.113.200")
    assert asker.enter(codes[NUMBER]).status_code == 403
    assert {row["seen"] for row in made.openings(NUMBER)} == {"staff", "office"} or {
        row["seen"] for row in made.openings(NUMBER)
    } == {"office"}
    assert made.receipts() == []


def test_a_receipt_by_the_fold_alone_stands_in_the_box_of_what_is_not_proven(
    asker: Asker, codes: dict[str, str], made: LetterPage
) -> None:
    asker.enter(codes[NUMBER])
    assert asker.post("/received", form=asker.form("/received"), name="样人").status_code == 200
    assert not any(receipt.counts for receipt in made.receipts(NUMBER))
    page = safe(sign_in(asker, "样乙").get("/staff/receipts")).text
    proven, _, unproven = page.partition('id="not_proven"')
    assert NUMBER not in proven and unproven.count(NUMBER) == 2 * 3  # link and text of three receipts


# --- the staff ---------------------------------------------------------------------------------------------


STAFF_PAGES = {
    "clerk": ("/staff/door", "/staff/letters"),
    "lawyer": (f"/staff/letters/{NUMBER}", f"/staff/letters/{NUMBER}/letter.pdf", "/staff/receipts"),
    "admin": ("/staff/views", "/staff/openapi.json"),
}


def test_each_role_sees_its_own_pages_and_nobody_else_any(asker: Asker, made: LetterPage) -> None:
    order = list(STAFF_PAGES)
    for name, role in (("样甲", "clerk"), ("样乙", "lawyer"), ("样丙", "admin")):
        http = sign_in(asker, name)
        for need, paths in STAFF_PAGES.items():
            for path in paths:
                wanted = 200 if order.index(role) >= order.index(need) else 403
                assert http.get(path).status_code == wanted, (role, path)
    for path in [path for paths in STAFF_PAGES.values() for path in paths]:
        answer = asker.another().get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/staff/login"), path
    assert asker.another().get("/staff/session").status_code == 401
    for path in ("/openapi.json", "/docs", "/redoc"):
        assert safe(asker.another().get(path)).status_code == 404
    looked = [(view.name, view.what) for view in made.views()]
    assert ("样甲", "letter") not in looked and ("样乙", "letter") in looked and ("样丙", "openapi") in looked


def test_who_is_removed_or_gets_a_new_password_is_out_at_once(
    asker: Asker, office: Path, clock: Clock
) -> None:
    http = sign_in(asker, "样乙")
    assert http.get("/staff/receipts").status_code == 200
    with Workspace.open(office, source=clock.source("again")) as workspace:
        workspace.add_staff("样乙", "clerk", PASSWORD)
    assert http.get("/staff/receipts").status_code == 303
    http = sign_in(asker, "样乙")
    assert http.get("/staff/receipts").status_code == 403
    with Workspace.open(office, source=clock.source("gone")) as workspace:
        workspace.remove_staff("样乙")
    assert http.get("/staff/letters").status_code == 303
    clock.forward(hours=13)
    http = sign_in(asker, "样甲")
    clock.forward(hours=13)
    assert http.get("/staff/letters").status_code == 303


def test_passwords_are_not_guessed(asker: Asker) -> None:
    for _ in range(10):
        sign_in(asker, "样甲", "falsch-falsch-falsch")
    page = asker.another(address="203.0.113.9")
    form = re.search(r'name="form" value="([^"]+)"', page.get("/staff/login").text)
    assert form
    answer = page.post("/staff/login", data={"form": form[1], "name": "样甲", "password": PASSWORD})
    assert safe(answer).status_code == 429


def test_one_address_cannot_keep_anybody_out(asker: Asker) -> None:
    for i in range(40):
        http = asker.another(address="192.0.2.66")
        form = re.search(r'name="form" value="([^"]+)"', http.get("/staff/login").text)
        assert form
        data = {"form": form[1], "name": "样甲", "password": "falsch-falsch-falsch"}
        assert safe(http.post("/staff/login", data=data)).status_code == (401 if i < 10 else 429)
    assert sign_in(asker, "样甲").get("/staff/letters").status_code == 200


def test_a_copy_of_the_cookie_is_worth_nothing_after_the_logout(asker: Asker) -> None:
    http = sign_in(asker, "样甲")
    copied = dict(http.cookies)
    form = re.search(
        r'action="/staff/logout"><input type="hidden" name="form" value="([^"]+)"',
        http.get("/staff/letters").text,
    )
    assert form and http.post("/staff/logout", data={"form": form[1]}).status_code == 303
    http.cookies.update(copied)
    assert http.get("/staff/session").status_code == 401
    assert sign_in(asker, "样甲").get("/staff/session").status_code == 200


def test_the_door_takes_a_record_once_and_nothing_of_others(asker: Asker, made: LetterPage) -> None:
    http = sign_in(asker, "样甲")
    form = http.get("/staff/session").json()["form"]
    record = {
        "form": form, "once": "0123456789abcdef", "letter": NUMBER, "happened": "left", "at": "2026-11-25T15:00:00+08:00",
        "server": "样甲", "second": "样乙", "note": "样本：家中无人，留置于门内",
    }  # fmt: skip
    photo = {"photos": ("door.jpg", webcase.estate_photo(), "image/jpeg")}
    first, second = (http.post("/staff/door", data=record, files=photo) for _ in range(2))
    assert first.status_code == second.status_code == 200, first.text
    assert first.json()["index"] == second.json()["index"] and second.json()["known"]
    assert http.post("/staff/door", data={**record, "letter": OTHER}, files=photo).status_code == 409
    for change, status in (
        ({"letter": "9-2026-0001"}, 404), ({"letter": "A" * 400}, 422), ({"happened": "eaten"}, 422),
        ({"form": "x"}, 422),
        ({"once": "../../x"}, 422), ({"at": "2026-11-25T15:00:00"}, 422), ({"at": "2027-01-01T00:00:00+08:00"}, 422),
    ):  # fmt: skip
        answer = http.post("/staff/door", data={**record, "once": "f" * 16, **change}, files=photo)
        assert safe(answer).status_code == status, (change, answer.text)
    assert (
        http.post(
            "/staff/door", data={**record, "once": "e" * 16}, files={"photos": ("x.jpg", b"MZ")}
        ).status_code
        == 422
    )
    assert safe(asker.another().post("/staff/door", data=record)).status_code == 401


def test_at_the_door_the_record_waits_while_a_command_holds_the_workspace(
    asker: Asker, made: LetterPage, office: Path, clock: Clock
) -> None:
    http = sign_in(asker, "样甲")
    record = {
        "form": http.get("/staff/session").json()["form"], "once": "a" * 16, "letter": NUMBER, "happened": "unreachable",
        "at": "2026-11-25T15:00:00+08:00", "server": "样甲", "second": "样乙",
    }  # fmt: skip
    with Workspace.open(office, source=clock.source("clerk")) as workspace, workspace._desk.locked():
        answer = http.post("/staff/door", data=record)
        assert (answer.status_code, answer.json()["again"]) == (503, True)
    assert http.post("/staff/door", data=record).status_code == 200


def test_a_code_on_a_photograph_is_read_and_a_bomb_is_not(asker: Asker, office: Path) -> None:
    pytest.importorskip("zxingcpp")
    from PIL import Image

    from evidence.stamp.qr import matrix

    http = sign_in(asker, "样甲")
    form = http.get("/staff/session").json()["form"]
    rows = matrix(f"HTTPS://{webcase.HOST.upper()}/R/{asker.token}")
    small = Image.new("L", (len(rows) + 8, len(rows) + 8), 255)
    for y, row in enumerate(rows):
        for x, sign in enumerate(row):
            small.putpixel((x + 4, y + 4), 0 if sign == "1" else 255)
    out = io.BytesIO()
    small.resize((680, 680), Image.Resampling.NEAREST).rotate(3, fillcolor=255).convert("RGB").save(
        out, "JPEG"
    )
    answer = http.post("/staff/scan", data={"form": form}, files={"photo": ("q.jpg", out.getvalue())})
    assert answer.json()["letter"] == NUMBER
    for data in (plain_png(14_000), b"", b"GIF89a", webcase.estate_photo()):
        assert (
            safe(http.post("/staff/scan", data={"form": form}, files={"photo": ("q.png", data)})).status_code
            == 422
        )


# --- how often, how slowly -----------------------------------------------------------------------------------


def test_ten_thousand_requests_from_one_address_are_mostly_refused_and_another_is_served(
    made: LetterPage, office: Path
) -> None:
    now = [0.0]
    asker = Asker(made, webcase.token_of(office))
    asker.app.state.addresses = Buckets(3, 120, clock=lambda: now[0])
    served = 0
    for _ in range(2000):
        now[0] += 0.01  # a hundred a second
        served += asker.app.state.addresses.take("198.51.100.7") == 0
    assert 170 <= served <= 190  # 120 at once and three a second for twenty seconds
    answer = asker.get()
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) >= 1
    assert safe(asker.another(address="192.0.2.1").get(f"/R/{asker.token}")).status_code == 200
    assert safe(asker.another(address="198.51.100.7").get("/staff/login")).status_code == 429


def test_one_link_asked_for_from_everywhere_is_slowed_too(made: LetterPage, office: Path) -> None:
    asker = Asker(made, webcase.token_of(office))
    asker.app.state.links = Buckets(1, 5, clock=lambda: 0.0)
    answers = [
        safe(asker.another(address=f"192.0.2.{i}").get(f"/R/{asker.token}")).status_code for i in range(8)
    ]
    assert answers == [200] * 5 + [429] * 3


def test_who_sends_slowly_or_never_is_hung_up_on(made: LetterPage, office: Path) -> None:
    with webcase.server(made, body_seconds=0.5) as base:
        host, port = base.removeprefix("http://").split(":")
        token = webcase.token_of(office)
        with socket.create_connection(("127.0.0.1", int(port)), 10) as slow:
            head = f"POST /R/{token}/code HTTP/1.1\r\nHost: {host}\r\n{FORM}Content-Length: 500\r\n\r\nform="
            slow.sendall(head.encode())
            started = time.monotonic()
            answer = slow.recv(4096).decode("utf-8", "replace")
            assert answer.startswith("HTTP/1.1 408"), answer[:80]
            assert time.monotonic() - started < 9
        with socket.create_connection(("127.0.0.1", int(port)), 10) as chunked:
            chunked.sendall(
                f"POST /R/{token}/code HTTP/1.1\r\nHost: x\r\n{FORM}Transfer-Encoding: chunked\r\n\r\n".encode()
            )
            for _ in range(5):
                chunked.sendall(b"4000\r\n" + b"a" * 0x4000 + b"\r\n")
            assert chunked.recv(4096).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/R",
        "/R/",
        "/static/x/../../app.py",
        "/static/x/..%2f..%2fapp.py",
        "/static/x/page.css.bak",
        "/staff/none",
        "/.git/config",
        "/R/%ff%fe",
        "/staff/",
        "/static/x/" + "a" * 300 + ".js",
        "/static/x/" + "a" * 3000,
    ],
)
def test_paths_that_are_none(asker: Asker, path: str) -> None:
    assert safe(asker.http.get(path)).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"])
def test_methods_that_are_none(asker: Asker, method: str) -> None:
    assert safe(asker.http.request(method, f"/R/{asker.token}")).status_code == 405


def test_a_fault_of_ours_says_nothing_of_itself(
    asker: Asker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret 张三 13800000001")

    monkeypatch.setattr(type(asker.app.state.page), "find", broken)
    with caplog.at_level("INFO"):
        answer = asker.http.get(f"/R/{asker.token}")
    assert answer.status_code == 500
    assert "secret" not in answer.text and not TRACE.search(answer.text)
    told = "".join(record.getMessage() for record in caplog.records if record.name.startswith("evidence"))
    assert "RuntimeError at" in told
    assert "secret" not in told and asker.token not in told
    assert not any(record.exc_info for record in caplog.records if record.name.startswith("evidence"))


def test_logs_and_addresses_hold_no_name_and_no_token(
    asker: Asker, codes: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        asker.enter(codes[NUMBER])
        page = asker.get("/letter")
        asker.post("/disputed", form=asker.form("/disputed"), reason="paid", text="样本")
        hostile = (
            "/x%1b%5b31m",
            "/%e2%80%ae/x",
            f"/R//{asker.token}",
            f"/R/x/{asker.token}",
            f"/x/{asker.token}",
        )
        for path in (*hostile, f"/R/{asker.token}/", "/R/x/" + "y" * 3000):
            answer = safe(asker.http.get(path, headers={"host": "evil.example"}))
            assert (answer.status_code, answer.headers.get("location")) == (404, None)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("evidence")]
    assert all(line.isprintable() and len(line) < 120 for line in lines), lines
    assert "POST /R/{token}/disputed 200" in lines and "GET no page 404" in lines
    told = "\n".join(lines)
    for secret in (asker.token, codes[NUMBER], "张三", "13800000001", "220.50"):
        assert secret not in told
    title = re.search(r"<title>(.*?)</title>", page.text)
    assert title and title[1] == "文书送达"
