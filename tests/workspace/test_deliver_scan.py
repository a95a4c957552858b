"""A stack of scanned slips: each page to its letter, none to another, and a list of what could not be read."""

from __future__ import annotations

import csv
import io
import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import estate
import pytest
import scanned
from casefile import later
from openpyxl import load_workbook
from pypdf import PdfReader

from evidence.delivery import slipscan
from evidence.errors import EvidenceError
from evidence.model.delivery import Grade, Outcome, ProofRole
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace, scans
from evidence.workspace.deliveries import events_of
from evidence.workspace.scans import ScanResult, State
from evidence.workspace.sliplist import write_slip_list

pytest.importorskip("zxingcpp")

OWNERS = [(f"1栋1单元{floor}0{door}", f"样本业主{floor}{door}") for floor in range(1, 7) for door in (1, 2)]
STRANGER = scanned.Slip("", "〔2026〕催字第0001号", "0000-0000", "另一单位的业主")
WHEN = "2026-11-24 10:30"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    folder = tmp_path_factory.mktemp("scan")
    with estate.workspace(folder, checkout, OWNERS) as made:
        made.issue(LetterKind.DEMAND, converter="builtin")
    return folder / "office"


@pytest.fixture(scope="module")
def stack(issued: Path) -> tuple[bytes, list[str]]:
    """Twelve slips, one of them crossed by a pen; one of another office; two on one page. And what each page is."""
    rng = random.Random(6)
    with Workspace.open(issued, source=later()) as made:
        slips = scanned.slips_of(made)
    pages = [(slip.number, scanned.drawn(slip, rng)) for slip in slips[:11]]
    pages += [
        ("smeared", scanned.drawn(slips[11], rng, smear=True)),
        ("foreign", scanned.drawn(STRANGER, rng)),
        ("several", scanned.drawn(slips[2], rng, more=slips[3])),
    ]
    rng.shuffle(pages)
    return scanned.stack([scanned.scanned(page, rng) for _, page in pages]), [what for what, _ in pages]


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same stack gives the same codes: its pictures are decoded for the first test that asks."""
    monkeypatch.setattr(scans, "pages_of_pdf", pages_of)


@cache
def pages_of(data: bytes) -> tuple[slipscan.Page | None, ...]:
    return tuple(slipscan.pages_of_pdf(data))


@pytest.fixture
def office(issued: Path, tmp_path: Path) -> Path:
    return shutil.copytree(issued, tmp_path / "office")


@pytest.fixture
def pdf(stack: tuple[bytes, list[str]], tmp_path: Path) -> Path:
    path = tmp_path / "回执.pdf"
    path.write_bytes(stack[0])
    return path


def scan(office: Path, path: Path, **options: object) -> ScanResult:
    with Workspace.open(office, source=later()) as made:
        return made.scan_slips([path], **options)


def test_every_page_goes_to_its_letter_or_is_listed_and_none_goes_wrong(
    office: Path, pdf: Path, stack: tuple[bytes, list[str]]
) -> None:
    result = scan(office, pdf, plan=True)
    assert result.recorded == ()
    assert len(result.pages) == 14
    for page, what in zip(result.pages, stack[1], strict=True):
        expected = {"smeared": State.UNREAD, "foreign": State.FOREIGN, "several": State.SEVERAL}.get(
            what, State.MATCHED
        )
        assert (page.state, page.letter) == (expected, what if expected is State.MATCHED else "")
    codes = [problem.code.removeprefix("delivery.scan-") for problem in result.unread]
    assert sorted(codes) == ["foreign", "several", "unread"]


def test_a_scan_alone_proves_no_arrival_and_each_letter_gets_its_own_page_only(
    office: Path, pdf: Path
) -> None:
    first = scan(office, pdf)
    assert len(first.recorded) == 11
    for one in first.recorded:
        assert (one.event.outcome, one.grade, one.event.signer) == (Outcome.SENT, Grade.NONE, "")
        (proof,) = one.event.proofs
        assert proof.role is ProofRole.SLIP
        assert proof.name.startswith("回执_p")
        with Workspace.open(office, source=later()) as made:
            kept = made._desk.store.get(proof.sha256)
        assert len(PdfReader(io.BytesIO(kept)).pages) == 1
    again = scan(office, pdf)
    assert again.recorded == ()
    assert sum(page.filed for page in again.pages) == 11


def fill(path: Path, change: Callable[[dict[str, str]], None]) -> None:
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    for row in rows:
        change(row)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def signed(row: dict[str, str]) -> None:
    """As a clerk fills in what the owner signed."""
    if row["函件编号"]:
        row |= {"送达结果": "本人签收", "送达时间": WHEN, "签收人": row["业主"], "送达人": "样本甲、样本乙"}


@pytest.fixture
def listed(office: Path, pdf: Path, tmp_path: Path) -> Path:
    path = tmp_path / "回执.csv"
    write_slip_list(path, scan(office, pdf, plan=True).pages, "zh")
    return path


def test_the_list_says_who_signed_and_the_slip_proves_it(office: Path, pdf: Path, listed: Path) -> None:
    fill(listed, signed)
    result = scan(office, pdf, results=listed)
    assert len(result.recorded) == 11
    for one in result.recorded:
        assert (one.event.outcome, one.grade, one.event.relation) == (Outcome.DELIVERED, Grade.A, "self")
        assert one.event.servers == ("样本甲", "样本乙")
        assert one.event.at.isoformat() == "2026-11-24T10:30:00+08:00"
    assert [p.code for p in result.unread] != []
    assert all(one.already_known for one in scan(office, pdf, results=listed).recorded)
    with Workspace.open(office, source=later()) as made, made._desk.reading() as connection:
        assert len(events_of(connection, "2-2026-0001")) == 1


def test_what_the_list_does_not_say_yet_waits(office: Path, pdf: Path, listed: Path) -> None:
    result = scan(office, pdf, results=listed)
    assert (result.recorded, result.waiting) == ((), 11)


def test_a_page_nobody_could_read_is_filed_by_the_clerks_word_and_says_so(
    office: Path, pdf: Path, listed: Path
) -> None:
    def by_hand(row: dict[str, str]) -> None:
        if row["识别情况"].startswith("未识读到编码"):
            row |= {"函件编号": "2-2026-0012", "送达结果": "拒收", "送达时间": WHEN, "原因": "拒绝签收"}

    fill(listed, by_hand)
    (one,) = scan(office, pdf, results=listed).recorded
    assert (one.event.letter, one.event.outcome, one.event.reason) == (
        "2-2026-0012",
        Outcome.REFUSED,
        "拒绝签收",
    )
    assert "经办人归档" in one.event.note


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("〔2026〕催字第0003号", "2-2026-0004", "delivery.scan-contradicts"),
        ("〔2026〕催字第0003号", "〔2027〕催字第0003号", "workspace.unknown-letter"),
        ("回执.pdf,1,", "别的.pdf,1,", "delivery.scan-row-unknown"),
        ("回执.pdf,1,", "回执.pdf,99,", "delivery.scan-row-unknown"),
        (WHEN, "2026-11-24", "intake.result-clock"),
        (WHEN, "", "intake.result-time-missing"),
        ("本人签收", "大概收到", "intake.slip-word"),
        (WHEN, "2026-11-20 10:30", "delivery.time-before-letter"),
        (WHEN, "2026-11-26 10:30", "delivery.time-future"),
    ],
)
def test_a_list_that_is_wrong_records_nothing(
    office: Path, pdf: Path, listed: Path, old: str, new: str, code: str
) -> None:
    fill(listed, signed)
    text = listed.read_text("utf-8-sig")
    assert old in text
    listed.write_text(text.replace(old, new, 1), "utf-8-sig")
    with pytest.raises(EvidenceError) as caught:
        scan(office, pdf, results=listed)
    assert code in [problem.code for problem in caught.value.problems]
    with Workspace.open(office, source=later()) as made, made._desk.reading() as connection:
        assert events_of(connection, "2-2026-0001") == []


def test_a_folder_of_photographs_is_read_as_well_and_photos_stay_as_they_are(
    office: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "照片"
    folder.mkdir()
    rng = random.Random(8)
    with Workspace.open(office, source=later()) as made:
        slips = scanned.slips_of(made)
    data = scanned.scanned(scanned.drawn(slips[4], rng), rng)
    (folder / "1.jpg").write_bytes(data)
    (folder / "2.jpg").write_bytes(data[:2000])
    (folder / "notes.txt").write_text("不是照片", "utf-8")
    result = scan(office, folder)
    assert [(page.file, page.page, page.state) for page in result.pages] == [
        ("1.jpg", 0, State.MATCHED),
        ("2.jpg", 0, State.DAMAGED),
    ]
    (one,) = result.recorded
    with Workspace.open(office, source=later()) as made:
        assert made._desk.store.get(one.event.proofs[0].sha256) == data


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs pdftoppm")
def test_a_page_of_the_letter_itself_is_known_by_its_own_code_and_is_no_slip(
    office: Path, tmp_path: Path
) -> None:
    letter = next((office / "letters").rglob("*_2-2026-0005.pdf"))
    folder = tmp_path / "照片"
    folder.mkdir()
    page = ["pdftoppm", "-r", "150", "-f", "1", "-l", "1", "-gray", "-jpeg", str(letter), str(folder / "1")]
    subprocess.run(page, check=True)
    (one,) = scan(office, folder).recorded
    assert one.event.letter == "2-2026-0005"
    assert [proof.role for proof in one.event.proofs] == [ProofRole.CONTENTS]


@pytest.mark.parametrize("name", ["坏.pdf", "空.pdf"])
def test_a_damaged_stack_is_named(office: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"%PDF-1.7\n" + b"x" * (99 if name == "坏.pdf" else 0))
    result = scan(office, path)
    assert [problem.code for problem in result.unread] == ["delivery.scan-damaged"]


def test_nothing_to_scan(office: Path, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError) as caught:
        scan(office, tmp_path / "office" / "keys")
    assert caught.value.problems[0].code == "delivery.scan-nothing"


def test_the_list_as_a_workbook_keeps_times_as_they_are_typed(
    office: Path, pdf: Path, tmp_path: Path
) -> None:
    path = tmp_path / "回执.xlsx"
    pages = scan(office, pdf, plan=True).pages
    write_slip_list(path, [replace(page, owner="=1+1") for page in pages], "zh-Hant")
    book = load_workbook(path)
    heads = [cell.value for cell in book.active[1]]
    place = {head: i for i, head in enumerate(heads)}
    assert book.active.max_row == 15
    for row in book.active.iter_rows(min_row=2):
        assert row[place["業主"]].data_type == "s"
        if row[place["函件編號"]].value:
            row[place["送達結果"]].value, row[place["送達時間"]].value = "拒收", WHEN
    book.save(path)
    assert {one.event.outcome for one in scan(office, pdf, results=path).recorded} == {Outcome.REFUSED}
    with pytest.raises(EvidenceError) as caught:
        write_slip_list(path, pages, "zh")
    assert caught.value.problems[0].code == "general.output-exists"
