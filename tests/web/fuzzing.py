"""The pages under requests that schemathesis makes from their own description: what is sent, and what may come back.

Every operation is asked twice over: with nothing but what the description allows, and with a link, a login and a form
that are good, so that what lies behind them is reached. ``tests/web/test_web_schema.py`` asks little of each, every
time; ``bench/fuzz_web.py`` as much as somebody has time for.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import webcase
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, seed, settings

from evidence.web.app import create_app
from evidence.web.pages import FORM_LASTS
from evidence.web.settings import Settings
from evidence.workspace.letterpage import LetterPage

EXPECTED = frozenset({200, 303, 401, 403, 404, 405, 409, 413, 421, 422, 429})
"""Every answer there is a reason for; 5xx never is one, and redirects go to our own paths."""
TRACE = re.compile(r"Traceback|File \"|site-packages|sqlalchemy|evidence\.web|\.py\b")
_FORMS = {"/login": "login", "/door": "door", "/scan": "door", "/message": "code", "/code": "code"}


@dataclass
class Tally:
    """Requests by status, and every answer that was not to be."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Fuzz:
    """An administrator who is logged in, and a reader who has shown the code, before one application."""

    def __init__(self, made: LetterPage, token: str, password: str) -> None:
        limits = Settings(is_secure=False, requests_a_second=1e9, requests_at_once=10**9)
        self.app, self.token, self.tally = create_app(made, limits), token, Tally()
        self._made, self._sealer = made, self.app.state.sealer
        self.staff, self.reader = self._client(), self._client()
        self.staff.get("/staff/login")
        login = {"form": self._form(self.staff, "login"), "name": "样丙", "password": password}
        assert self.staff.post("/staff/login", data=login).status_code == 303
        self.reader.get(f"/R/{token}")
        known = {"letter": webcase.NUMBER, "method": "fold", "message": "", "sid": self._sid(self.reader)}
        self.reader.cookies.set("evr", self._sealer.seal("reader", known, made.now(), FORM_LASTS))
        assert self.reader.get(f"/R/{token}/letter").status_code == 200

    def _client(self) -> TestClient:
        headers = {"user-agent": webcase.PHONE_AGENT, "accept-language": "zh-CN"}
        return TestClient(self.app, headers=headers, follow_redirects=False, raise_server_exceptions=False)

    def _sid(self, client: TestClient) -> str:
        known = self._sealer.open("session", client.cookies["evs"], self._made.now())
        return str(known["sid"])

    def _form(self, client: TestClient, purpose: str, **more: str) -> str:
        value = {"sid": self._sid(client), "once": self._made.random(16).hex(), **more}
        return str(self._sealer.seal(f"form:{purpose}", value, self._made.now(), FORM_LASTS))

    def run(self, examples: int, number: int = 0) -> Tally:
        """``examples`` requests of each kind to each operation; ``number`` chooses which."""
        for operation in self._operations():
            for is_good in (False, True):
                if is_good and operation.path == "/staff/logout":
                    continue

                self._ask_often(operation, is_good, examples, number)
        return self.tally

    def _ask_often(self, operation: Any, is_good: bool, examples: int, number: int) -> None:
        @seed(number)
        @settings(
            max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            self._ask(case, is_good)

        ask()

    def _operations(self) -> list[Any]:
        with warnings.catch_warnings(action="ignore"):
            import schemathesis

            described = self.staff.get("/staff/openapi.json").json()
            schema = schemathesis.openapi.from_dict(described)
            return [found.ok() for found in schema.get_all_operations()]

    def _ask(self, case: Any, is_good: bool) -> None:
        path, method = case.operation.path, case.operation.method.upper()
        client = self.staff if path.startswith("/staff") else self.reader
        given = {name: str(value) for name, value in (case.path_parameters or {}).items()}
        if is_good:
            given |= {name: good for name, good in self._good(path).items() if name in given}
        asked = path
        for name, value in given.items():
            asked = asked.replace(f"{{{name}}}", quote(_whole(value), safe=""))
        data, files = _parts(case.body)
        if is_good and method == "POST":
            data |= self._filled(path, client)
        query = {name: _whole(str(value)) for name, value in (case.query or {}).items()}
        answer = client.request(method, asked, params=query, data=data or None, files=files or None)
        self.tally.statuses[answer.status_code] += 1
        place = answer.headers.get("location", "/")
        if answer.status_code not in EXPECTED or TRACE.search(answer.text) or not re.match(r"/(?!/)", place):
            self.tally.faults.append(f"{method} {path} {answer.status_code} {data} {query}"[:160])

    def _good(self, path: str) -> dict[str, str]:
        return {
            "token": self.token,
            "number": webcase.NUMBER if path.startswith("/staff") else "1",
            "receipt": "1",
        }

    def _filled(self, path: str, client: TestClient) -> dict[str, str]:
        last = "/" + path.rpartition("/")[2]
        purpose = _FORMS.get(last, last[1:])
        letter = {} if path.startswith("/staff") else {"letter": webcase.NUMBER}
        way = {"way": "message" if last == "/message" else "fold"} if purpose == "code" else {}
        filled = {"form": self._form(client, purpose, **letter, **way)}
        if last == "/door":
            filled |= {
                "once": self._made.random(16).hex(),
                "letter": webcase.NUMBER,
                "happened": "unreachable",
            }
        if last == "/disputed":
            filled |= {"reason": "paid"}
        return filled


def _whole(text: str) -> str:
    """What can be sent: halves of characters cannot."""
    return text.encode("utf-8", "replace").decode()


def _parts(body: Any) -> tuple[dict[str, str], list[tuple[str, tuple[str, bytes]]]]:
    """A body as fields and files of a form."""
    if not isinstance(body, Mapping):
        return {}, []
    data: dict[str, str] = {}
    files = []
    for name, value in body.items():
        for one in value[:3] if isinstance(value, list) else [value]:
            if isinstance(one, bytes):
                files.append((name, ("x", one)))
            elif isinstance(value, list):
                files.append((name, ("x", _whole(str(one)).encode())))
            else:
                data[name] = _whole(str(one))
    return data, files
