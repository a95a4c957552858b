"""One owner's case from ledger to evidence file, on the tiny estate: what whole-job tests begin with."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import estate
from PIL import Image

from evidence.claim.readiness import Outcome as Verdict
from evidence.clock import Source, fixed_source
from evidence.errors import Problem
from evidence.model.delivery import Channel, Outcome
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace
from evidence.workspace.bundles import BundleResult

ACCOUNT, OWNER = estate.OWNERS[0]
OTHERS = [owner for _, owner in estate.OWNERS[1:]]
LATER = "2026-11-25T16:00:00+08:00"
AT = "2026-11-25T10:30+08:00"


def later(seed: str = "later") -> Source:
    return fixed_source(LATER, seed)


def photo(shade: int = 90, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (120, 90), (shade, 40, 40)).save(out, kind)
    return out.getvalue()


def issued(folder: Path, checkout: Path, locale: str = "zh") -> Path:
    """A workspace with a demand to each of the four owners; its folder."""

    def make(kept: Path) -> None:
        with estate.workspace(kept, checkout, locale=locale) as made:
            result = made.issue(LetterKind.DEMAND, converter="builtin")
            assert [n.key for n in result.issued] == [f"2-2026-000{i}" for i in (1, 2, 3, 4)]

    return estate.once(("issued", checkout, locale), make, folder) / "office"


# What fails in the tiny estate: nobody recorded who the owner is, and the demand's time is running.
ON_PURPOSE = ("--override", "R04", "--override", "R16", "--reason", "样本：本测试与审查规则无关")


def bundle(made: Workspace, account: str = ACCOUNT, **options: Any) -> BundleResult:
    """An evidence file whatever the readiness rules say."""
    against = {
        f.rule: ON_PURPOSE[-1]
        for f in made.ready(account).findings
        if f.outcome is Verdict.FAIL and "bundle" in f.blocks
    }
    return made.bundle(account, converter="builtin", overrides=against, **options)


def about_the_bundle(result: BundleResult) -> list[Problem]:
    """Its warnings but for how many rules are unknown: the tiny estate's case file is empty."""
    return [warning for warning in result.warnings if warning.code != "readiness.unknown-left"]


def serve(made: Workspace, folder: Path, number: str = "2-2026-0001", proof: bytes = b"") -> None:
    """A delivery by hand with a photo, before two people."""
    path = folder / f"签收-{number}.jpg"
    path.write_bytes(proof or photo())
    made.deliver(
        number, channel=Channel.HAND, outcome=Outcome.DELIVERED, at=AT, servers=["样甲", "样乙"], signer="样人",
        relation="authorised", proofs=[path],
    )  # fmt: skip


def add(
    made: Workspace, path: Path, account: str = ACCOUNT, name: str | None = None, group: str = "B2"
) -> None:
    made.add_exhibits(
        account, [path], name=name, kind="书证", group=group, source="样本", proves="样本", original="原件",
        dated="2026-01-05",
    )  # fmt: skip


def served(folder: Path, checkout: Path, locale: str = "zh") -> Path:
    """As :func:`issued`; the first owner's demand is delivered and exhibits are kept, one for another owner."""

    def make(kept: Path) -> None:
        with Workspace.open(issued(kept, checkout, locale), source=later()) as made:
            serve(made, kept)
            for name, account in (("公示照片.png", ACCOUNT), ("邻居的收据.png", estate.OWNERS[1][0])):
                path = kept / name
                path.write_bytes(photo(len(name) * 9, "PNG"))
                add(made, path, account)

    return estate.once(("served", checkout, locale), make, folder) / "office"
