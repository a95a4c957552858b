"""Imports point one way, down the flow of the work; the checker stands apart from the writers."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

# Each room and what it may import from. `errors` and `i18n` are words, `clock` is the time, `limited` runs a process and
# knows no format, `forks` shares work out over processes, `telemetry` counts and knows no person: open to all.
COMMON = {"errors", "i18n", "clock", "resources", "limited", "forks", "telemetry"}
FLOW = ["model", "intake", "law", "claim", "letters", "stamp", "journal", "delivery", "bundle"]
ALLOWED: dict[str, set[str]] = {room: {*FLOW[: i + 1], *COMMON} for i, room in enumerate(FLOW)}
ALLOWED["intake"] = {"model", "intake", *COMMON}
ALLOWED["law"] = {"model", "law", *COMMON}
ALLOWED["claim"] = {"model", "law", "claim", *COMMON}
ALLOWED["letters"] = {"model", "law", "claim", "letters", *COMMON}
ALLOWED["stamp"] = {"model", "stamp", *COMMON}
ALLOWED["journal"] = {"model", "stamp", "journal", *COMMON}
ALLOWED["delivery"] = {"model", "law", "stamp", "journal", "delivery", *COMMON}
ALLOWED["bundle"] = {"model", "stamp", "journal", "delivery", "bundle", *COMMON}
ALLOWED["verify"] = {"model", "verify", *COMMON}
ALLOWED["errors"] = {"model", "errors"}
ALLOWED["workspace"] = {*FLOW, "workspace", *COMMON}
ALLOWED["cli"] = {*FLOW, "workspace", "verify", "web", "cli", "doctor", "oplog", *COMMON}
ALLOWED["web"] = {"model", "workspace", "verify", "web", *COMMON}

PACKAGE = Path(__file__).resolve().parents[2] / "evidence"


def rooms_imported(path: Path) -> set[str]:
    """First-level rooms of `evidence` a module imports, at the top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            names = [node.module]
            if node.module == "evidence":
                names = [f"evidence.{alias.name}" for alias in node.names if alias.name != "__version__"]
        found |= {name.split(".")[1] for name in names if name.startswith("evidence.")}
    return found


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_what_stands_before_it(room: str) -> None:
    for path in sorted((PACKAGE / room).rglob("*.py")):
        wrong = rooms_imported(path) - ALLOWED[room]
        assert not wrong, f"{path.relative_to(PACKAGE)} imports {sorted(wrong)}"


def test_every_room_is_covered() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert rooms == set(ALLOWED)


def test_only_the_edges_touch_the_clock() -> None:
    """Rules and figures take their time as an argument (design decision 10)."""
    for room in ("model", "law", "claim", "letters", "stamp", "journal", "bundle"):
        for path in (PACKAGE / room).rglob("*.py"):
            text = path.read_text("utf-8")
            for call in ("datetime.now(", "date.today(", "time.time("):
                assert call not in text, f"{path} reads the clock"
