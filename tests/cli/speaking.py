"""The real command line, spoken to in one process: what it printed, where, and how it left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from evidence.cli._root import run


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout; nothing else may stand there."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


class Command:
    """``command("status", "--json")``: as typed into a shell, without starting a process."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *words: object) -> Answer:
        self._capture.readouterr()
        with pytest.raises(SystemExit) as stop:
            run([str(word) for word in words])
        printed = self._capture.readouterr()
        assert isinstance(stop.value.code, int)
        return Answer(stop.value.code, printed.out, printed.err)


def in_a_shell(*words: object, cwd: Path, timeout: float = 120, **environment: str) -> Answer:
    """``python -m evidence`` in a process of its own; empty values take a variable away."""
    merged = {**os.environ, "PYTHONWARNINGS": "error", **environment}
    done = subprocess.run(
        [sys.executable, "-m", "evidence", *map(str, words)],
        cwd=cwd,
        env={name: value for name, value in merged.items() if value},
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


LANGS = ("en", "zh")


def told(command: Command, exit_code: int, code: str, words: dict[str, str], *arguments: object) -> None:
    """The same fault in each language, in words and as JSON: exit code, code and message must fit."""
    for lang, wanted in words.items():
        spoken = command("--lang", lang, *arguments)
        assert spoken.code == exit_code, (lang, spoken)
        assert f"[{code}]" in spoken.err, (lang, spoken)
        assert wanted in spoken.err, (lang, spoken)
        assert "Traceback" not in spoken.err
        as_json = command("--lang", lang, "--json", *arguments)
        assert as_json.code == exit_code, (lang, as_json)
        errors = [error for error in as_json.json["errors"] if error["code"] == code]
        assert errors, as_json.out
        assert any(wanted in error["message"] + error["hint"] for error in errors), (lang, errors)
        assert all(set(error) == {"code", "message", "where", "hint"} for error in errors)
