"""``./run audit`` fails on a finding and on nothing else, and says when it could not look."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

FOUND = {
    "name": "sample",
    "version": "1.0",
    "vulns": [{"id": "SAMPLE-1", "fix_versions": ["1.1"], "aliases": [], "description": "样本"}],
}
CLEAN = {"name": "other", "version": "2.0", "vulns": []}
UNKNOWN = {"name": "third", "skip_reason": "not found"}


@pytest.fixture
def audit(checkout: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", checkout / "tools" / "audit.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize(
    ("answer", "code", "line"),
    [
        (json.dumps({"dependencies": [FOUND, CLEAN]}), 1, "sample 1.0: SAMPLE-1; mended in 1.1"),
        (json.dumps({"dependencies": [CLEAN, UNKNOWN]}), 0, "1 packages looked up, 1 unknown, 0 findings"),
        (json.dumps({"dependencies": [{**FOUND, "name": "pip"}]}), 0, "0 findings"),
        (json.dumps({"dependencies": [UNKNOWN]}), 0, "nothing was audited"),
        ("", 0, "cannot be reached; nothing was audited. no route"),
    ],
)
def test_only_a_finding_fails(
    audit: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    code: int,
    line: str,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(
        subprocess, "run", lambda *args, **options: subprocess.CompletedProcess(args, 1, answer, "no route\n")
    )
    assert audit.main() == code
    assert line in capsys.readouterr().out


def test_without_the_tool_it_is_no_pass(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert audit.main() == 2
    assert "not installed" in capsys.readouterr().out
