"""Every account that has come to court: a pack each, nobody else in it, one failure alone, resumed where it stopped."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import casefile
import estate
import pikepdf
import pytest
from complete import PIECES, PRICE, TITLE, filing, put
from pypdf import PdfReader

from evidence.verify import verify_paths
from evidence.workspace import Workspace, steps
from evidence.workspace.bundledue import DueBundle, DueState

FIRST, SECOND, THIRD, LAST = estate.OWNERS
NUMBERS = dict(
    zip(
        (account for account, _ in estate.OWNERS),
        ("11010519491231002X", "110105194912310046", "110105194912310062", "110105194912310089"),
        strict=True,
    )
)
PHONES = {account: f"1390000000{i}" for i, (account, _) in enumerate(estate.OWNERS)}


def pieces(account: str, owner: str, number: int) -> list[tuple[str, str, dict[str, str]]]:
    """Everything a court asks of one account, as :data:`complete.PIECES` has it for the first."""
    told = []
    for whose, kind, data, _ in PIECES:
        if not whose:
            continue
        new = dict(data)
        if kind == "owner":
            new |= {"name": owner, "id_number": NUMBERS[account], "phone": PHONES[account]}
        if kind == "title":
            new["owner"] = owner
        if kind == "line":
            new["price"] = f"{2.41 + number * 0.02:.2f}"
        told.append((account, kind, new))
    return told


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """Three served owners, of whom the second got the home too late (R05); a fourth whom nobody has reached."""
    folder = tmp_path_factory.mktemp("due")
    root = casefile.issued(folder, checkout)
    config = root / "evidence.toml"
    config.write_text(config.read_text("utf-8") + '\n[ladder]\nlawyer_letter = "off"\n', "utf-8")
    with Workspace.open(root, source=casefile.later()) as made:
        for i in (1, 2, 3):
            casefile.serve(made, folder, f"2-2026-000{i}", casefile.photo(40 + i))
    with Workspace.open(root, source=filing()) as made:
        put(made, [("", kind, data) for whose, kind, data, _ in PIECES if not whose])
        put(made, [("", "price", {**PRICE, "price": "2.60"})])
        for number, (account, owner) in enumerate(estate.OWNERS[:3]):
            put(made, pieces(account, owner, number))
        put(made, [(SECOND[0], "title", {**TITLE, "owner": SECOND[1], "from": "2026-03-01"})])
    return root


@pytest.fixture
def root(ready: Path, tmp_path: Path) -> Iterator[Path]:
    yield shutil.copytree(ready, tmp_path / "office")
    steps.set_hook(None)


def due(root: Path, seed: str = "due") -> tuple[DueBundle, ...]:
    with Workspace.open(root, source=filing(seed)) as made:
        return made.bundle_due(converter="builtin", forms=("mediation",))


@pytest.fixture(scope="module")
def done(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[DueBundle, ...]:
    return due(shutil.copytree(ready, tmp_path_factory.mktemp("done") / "office"))


def told_in(data: bytes, name: str = "") -> bytes:
    """A file with everything packed in it: members of archives, streams and texts of PDFs."""
    found = name.encode() + data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found += b"\n".join(told_in(archive.read(member), member) for member in archive.namelist())
    if data.startswith(b"%PDF-"):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            for item in pdf.objects:
                found += bytes(item.unparse(resolved=True))
                if isinstance(item, pikepdf.Stream) and "/Width" not in item:
                    found += item.read_bytes()
        found += "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).encode()
    return found


def test_who_is_due_gets_a_pack_and_one_that_is_stopped_stops_nobody(done: tuple[DueBundle, ...]) -> None:
    assert [(one.account, one.state) for one in done] == [
        (FIRST[0], DueState.MADE),
        (SECOND[0], DueState.BLOCKED),
        (THIRD[0], DueState.MADE),
    ]
    assert [problem.params["rule"] for problem in done[1].problems] == ["R05"]
    for one in done:
        if one.result:
            assert verify_paths([one.result.folder, one.result.zip_path]).ok


def test_no_byte_of_a_pack_tells_of_another_household(done: tuple[DueBundle, ...]) -> None:
    for one in done:
        if one.result is None:
            continue
        told = told_in(one.result.zip_path.read_bytes())
        own = (one.account, one.debtor.split(" ")[0], PHONES[one.account])
        assert all(trace.encode() in told for trace in own), "this search would find another's as well"
        for account, owner in estate.OWNERS:
            if account == one.account:
                continue
            for trace in (account, owner, owner.split(" ")[0], PHONES[account], NUMBERS[account]):
                for encoding in ("utf-8", "utf-16-be", "gb18030"):
                    assert trace.encode(encoding) not in told, (one.account, trace, encoding)


def test_cut_off_and_called_again_it_ends_as_an_undisturbed_run_and_then_makes_nothing(
    root: Path, done: tuple[DueBundle, ...]
) -> None:
    class Cut(BaseException):
        """Stands for the process ending."""

    seen: list[str] = []

    def cut(name: str) -> None:
        seen.append(name)
        if seen.count("sealed") == 2:
            raise Cut

    steps.set_hook(cut)
    with pytest.raises(Cut):
        due(root)
    steps.set_hook(None)
    assert len(list((root / "bundles").glob("*.zip"))) == 1
    again = due(root)
    assert [one.state for one in again] == [DueState.UNCHANGED, DueState.BLOCKED, DueState.MADE]
    for one, other in zip(again, done, strict=True):
        assert (one.result and one.result.seal_sha256) == (other.result and other.result.seal_sha256)
    shape = estate.files(root / "bundles")
    once_more = due(root, "again")
    assert [one.state for one in once_more] == [DueState.UNCHANGED, DueState.BLOCKED, DueState.UNCHANGED]
    assert estate.files(root / "bundles") == shape
