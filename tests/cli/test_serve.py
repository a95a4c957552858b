"""`evidence staff` as people type it, and `evidence serve` from start to Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from speaking import Command

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")

PASSWORD = "样本口令-一二三四五六七"


def test_staff_are_added_listed_and_removed(
    command: Command, fresh_office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    office = shutil.copytree(fresh_office, tmp_path / "office")
    monkeypatch.setenv("EVIDENCE_STAFF_PASSWORD", PASSWORD)
    assert command("-C", office, "staff", "add", "样甲", "--role", "clerk").code == 0
    again = command("-C", office, "--lang", "zh", "staff", "add", "样甲", "--role", "lawyer")
    assert (again.code, again.out.strip()) == (0, "样甲 可以 lawyer 身份在 /staff 登录。")
    told = command("-C", office, "--json", "staff", "list").json["results"]
    assert told == [{"name": "样甲", "role": "lawyer"}]
    assert PASSWORD.encode() not in (office / "office.db").read_bytes()
    monkeypatch.setenv("EVIDENCE_STAFF_PASSWORD", "short")
    assert "web.staff-password" in command("-C", office, "staff", "add", "样乙", "--role", "clerk").err
    for name in ("", "../x", "a" * 41, "<b>"):
        monkeypatch.setenv("EVIDENCE_STAFF_PASSWORD", PASSWORD)
        assert "web.staff-name" in command("-C", office, "staff", "add", name, "--role", "clerk").err
    assert command("-C", office, "staff", "remove", "样甲").code == 0
    gone = command("-C", office, "staff", "remove", "样甲")
    assert (gone.code, "web.staff-unknown" in gone.err) == (3, True)


def test_a_server_starts_answers_and_ends_with_the_interrupt(fresh_office: Path, checkout: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(checkout), "EVIDENCE_TEST_NOW": "2026-11-25T16:00:00+08:00"}
    words = [
        sys.executable,
        "-m",
        "evidence",
        "-C",
        str(fresh_office),
        "serve",
        "--port",
        "0",
        "--sms",
        "none",
    ]
    child = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=env, text=True)
    try:
        assert child.stderr
        found = next(m for line in child.stderr if (m := re.search(r"http://127\.0\.0\.1:\d+", line)))
        with urllib.request.urlopen(f"{found[0]}/staff/login") as answer:
            assert answer.status == 200 and "server" not in answer.headers
            assert "Secure" in answer.headers["set-cookie"]
        child.send_signal(signal.SIGINT)
        rest = child.stderr.read()
        assert (child.wait(30), "Traceback" in rest) == (0, False), rest
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--sms", "nobody"), "web.sms-unknown"), (("--office", "nowhere"), "web.address-unreadable"),
     (("--host", "203.0.113.1"), "web.address-taken")],
)  # fmt: skip
def test_what_cannot_be_served_is_told_before_it_starts(
    words: tuple[str, str], code: str, command: Command, fresh_office: Path
) -> None:
    assert code in command("-C", fresh_office, "serve", *words).err
