"""A tiny estate for tests of whole runs: a real ledger, a complete configuration, an injected clock."""

from __future__ import annotations

import atexit
import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from pathlib import Path

from evidence.clock import Source, fixed_source
from evidence.workspace import Workspace

NOW = "2026-11-21T10:00:00+08:00"
HEADER = ["房号", "业主", "费用项目", "费用所属期", "应缴日期", "应收金额", "已收金额"]
OWNERS = [
    ("1栋1单元101", "张三 <女> & 公司"),
    ("1栋1单元102", "㛃䶮"),
    ("2栋1单元201", "于范游"),
    ("10栋1单元301", "葉樣葦"),
]


# For tests of something else than the gate: a lawyer letter to an owner who was never sent a demand.
UNDEMANDED = {"R11": "样本：此前未曾催告"}


def source(seed: str = "estate") -> Source:
    return fixed_source(NOW, seed)


def ledger(path: Path, owners: Sequence[tuple[str, str]] = OWNERS) -> Path:
    """Three months for each owner: one paid, one part paid, one unpaid. CSV, since its bytes are the same each time."""
    rows = [HEADER]
    for i, (room, owner) in enumerate(owners):
        fee = f"{120.5 + i:.2f}"
        for month, paid in ((1, fee), (2, "20.50"), (3, "0")):
            rows.append([room, owner, "物业费", f"2026年{month}月", f"2026-0{month}-15", fee, paid])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    return path


def config(checkout: Path) -> Path:
    """The sample office, which writes letters from a ledger of any age: the tiny estate's is of the spring.

    Its clause on late charge names a place and no rate, so that a test says itself what is claimed.
    """
    text = (checkout / "samples" / "evidence.toml").read_text("utf-8")
    text = re.sub(r"(?m)^late_(rate|charge) = .*\n", "", text)
    path = Path(tempfile.mkdtemp(prefix="office-")) / "evidence.toml"
    path.write_text(text.replace("[policy]", "[policy]\nledger_max_age_days = 0", 1), "utf-8")
    return path


_KEPT: dict[Hashable, Path] = {}
_DRAWN: dict[Hashable, int] = {}


def once(key: Hashable, make: Callable[[Path], object], folder: Path) -> Path:
    """What ``make`` puts into an empty folder is put into ``folder``: made the first time, then copied. For what is
    always the same, as everything is under an injected clock."""
    if key not in _KEPT:
        kept = Path(tempfile.mkdtemp(prefix="kept-"))
        atexit.register(shutil.rmtree, kept, ignore_errors=True)
        make(kept)
        _KEPT[key] = kept
    return Path(shutil.copytree(_KEPT[key], folder, dirs_exist_ok=True))


def workspace(
    folder: Path, checkout: Path, owners: Sequence[tuple[str, str]] = OWNERS, locale: str = "zh"
) -> Workspace:
    """A workspace with the tiny estate imported. Its random numbers go on where those of the import ended."""
    key = ("estate", checkout, tuple(owners), locale)

    def make(kept: Path) -> None:
        def random(size: int) -> bytes:
            _DRAWN[key] = _DRAWN.get(key, 0) + 1
            return drawn.random(size)

        drawn = source()
        counted = replace(drawn, random=random)
        settings = config(checkout)
        with Workspace.init(kept / "office", locale=locale, config=settings, source=counted) as made:
            made.import_ledger([ledger(kept / "ledger.csv", owners)])

    once(key, make, folder)
    going_on = source()
    for _ in range(_DRAWN[key]):
        going_on.random(1)
    return Workspace.open(folder / "office", source=going_on)


def files(folder: Path) -> dict[str, str]:
    """Every file under ``folder`` by name: the SHA-256 of its bytes. The lock says who worked last, and is left out."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def state(made: Workspace) -> tuple[object, ...]:
    """What a run leaves: letters, store, journal head."""
    return (files(made.root / "letters"), sorted(files(made.root / "store")), made.checkpoint())
