"""A run on paper: what is in the file, in which order, and what nobody but the owner may read."""

from __future__ import annotations

import csv
import io
import subprocess
import zipfile
from pathlib import Path

import casefile
import estate
import pikepdf
import pytest

from evidence.delivery.printrun_pdf import PrintFile
from evidence.delivery.shortcode import parse_symbol
from evidence.errors import EvidenceError
from evidence.model.delivery import Channel
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace
from evidence.workspace.printing import Printed

HOMES = [
    ("10栋1单元301", "样本壬"), ("1栋1单元地下室", "样本甲"), ("1栋1单元B101", "样本乙"), ("1栋1单元3A01", "样本丙"),
    ("2栋1单元201", "样本辛"), ("1栋1单元301", "样本丁"), ("1栋1单元501", "样本戊"), ("1栋2单元101", "样本庚"),
]  # fmt: skip
ROUND = ["1栋1单元B101", "1栋1单元地下室", "1栋1单元301", "1栋1单元3A01", "1栋1单元501", "1栋2单元101", "2栋1单元201",
         "10栋1单元301"]  # fmt: skip


def issued(folder: Path, checkout: Path, locale: str = "zh") -> Path:
    def make(kept: Path) -> None:
        with estate.workspace(kept, checkout, HOMES, locale=locale) as made:
            made.issue(LetterKind.DEMAND, converter="builtin")

    return estate.once(("printed", checkout, locale), make, folder) / "office"


@pytest.fixture
def office(tmp_path: Path, checkout: Path) -> Path:
    return issued(tmp_path, checkout)


def printed(root: Path, **options: object) -> Printed:
    with Workspace.open(root, source=casefile.later()) as made:
        return made.print_run("last", converter="builtin", **options)


def text_of(path: Path) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, check=True
    ).stdout.decode()


def refusal(root: Path, **options: object) -> list[str]:
    with pytest.raises(EvidenceError) as caught:
        printed(root, **options)
    return [problem.code for problem in caught.value.problems]


def test_the_round_goes_by_building_unit_floor_and_room(office: Path) -> None:
    done = printed(office)
    assert [due.home.label for due in done.letters] == ROUND
    with pikepdf.open(done.files[0].path) as pdf, pdf.open_outline() as outline:
        assert [item.title.split()[1] for item in outline.root[1:]] == ROUND


def test_every_letter_begins_on_a_fresh_sheet_with_its_slip_behind_it(office: Path) -> None:
    done = printed(office)
    with pikepdf.open(done.files[0].path) as pdf:
        assert len(pdf.pages) == done.sides.pages == done.sides.sheets * 2
        places = {page.objgen: index for index, page in enumerate(page.obj for page in pdf.pages)}
        with pdf.open_outline() as outline:
            starts = [places[item.destination[0].objgen] for item in outline.root]
    assert [start % 2 for start in starts] == [0] * 9
    assert (done.sides.letters, done.sides.slips) == (sum(due.pages for due in done.letters), 8)
    alone = printed(office, duplex=False)
    assert (alone.sides.blank, alone.sides.sheets) == (0, alone.sides.pages)


def test_letters_are_copied_as_they_lie_in_the_store(office: Path) -> None:
    before = estate.files(office / "store")
    done = printed(office)
    assert estate.files(office / "store") == before
    letter = sorted((office / "letters").rglob("*_2-2026-*.pdf"))[0]
    first = next(due for due in done.letters if due.number in letter.name)
    with pikepdf.open(letter) as own, pikepdf.open(done.files[0].path) as pdf, pdf.open_outline() as outline:
        page = next(item.destination[0] for item in outline.root if first.home.label in item.title)
        streams = [part.read_bytes() for part in own.pages[0].obj.Contents]
        assert [part.read_bytes() for part in page.Contents] == streams


def test_the_code_on_a_printed_page_opens_that_letter(office: Path, tmp_path: Path) -> None:
    """Rendered at 200 dpi: the letter's own token on its first page, its short code on the slip behind it."""
    import numpy as np
    import zxingcpp
    from PIL import Image

    done = printed(office, only=("1栋",))
    subprocess.run(["pdftoppm", "-r", "200", "-gray", done.files[0].path, tmp_path / "side"], check=True)
    read = []
    for side in sorted(tmp_path.glob("side-*.pgm")):
        read += [one.text for one in zxingcpp.read_barcodes(np.asarray(Image.open(side)))]
    tokens = [text for text in read if text.startswith("EV1:")]
    codes = [code for text in read if (code := parse_symbol(text))]
    expected = []
    for due in done.letters:
        letter = next((office / "letters").rglob(f"*_{due.number}.pdf")).read_bytes()
        expected.append(letter.rpartition(b"%EV-STAMP 1 ")[2].split(b" ")[0].decode())
        assert codes[len(expected) - 1] in text_of(next((office / "letters").rglob(f"*_{due.number}.pdf")))
    assert tokens == expected
    assert len(codes) == len(done.letters) == 6


def test_the_plan_says_what_will_be_printed_and_writes_nothing(office: Path) -> None:
    before = estate.files(office)
    planned = printed(office, plan_only=True, labels="99.1x38.1", label_start=10)
    assert estate.files(office) == before
    done = printed(office, labels="99.1x38.1", label_start=10)
    assert planned.sides == done.sides
    assert planned.letters == done.letters


def test_printing_twice_makes_the_same_and_never_writes_over_another(office: Path) -> None:
    first = printed(office, labels="L7163", mailing=True)
    again = printed(office, labels="L7163", mailing=True)
    assert [file.unchanged for file in first.files + again.files] == [False] * 5 + [True] * 5
    assert [file.sha256 for file in first.files] == [file.sha256 for file in again.files]
    target = first.files[0].path
    target.write_bytes(b"something else")
    assert refusal(office) == ["print.differs"]
    assert target.read_bytes() == b"something else"
    assert not list(target.parent.glob(".new-*"))


def test_cut_off_it_leaves_nothing_half_written(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = estate.files(office)

    def stop(self: PrintFile) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(PrintFile, "close", stop)
    with pytest.raises(KeyboardInterrupt):
        printed(office)
    assert estate.files(office) == before
    assert not list((office / "letters").rglob("print"))


def test_a_part_is_chosen_by_home_building_number_or_place(office: Path) -> None:
    def homes(**options: object) -> list[str]:
        return [due.home.label for due in printed(office, plan_only=True, **options).letters]

    assert homes(only=("2栋", "10栋1单元301")) == ROUND[6:]
    assert homes(only=("1栋 2单元",)) == ["1栋2单元101"]
    assert homes(only=("2-4",)) == ROUND[1:4]
    assert homes(start="1栋2单元101") == ROUND[5:]
    assert homes(only=("〔2026〕催字第0001号",)) == homes(only=("2-2026-0001",))
    assert refusal(office, only=("99栋", "500"), start="7-2") == ["print.selection-unknown"] * 3
    # Parts have files of their own beside the whole one.
    names = {printed(office, only=(part,)).files[0].path.name for part in ("1-3", "2栋", "1-8")}
    assert names == {"打印件_0001-0003.pdf", "打印件_0007-0007.pdf", "打印件.pdf"}


def test_nothing_that_others_see_names_a_debt(office: Path) -> None:
    """Round sheet and labels: no owner's name on the sheet or an envelope, no sum, no kind or number of a letter; nor in
    what a printer's display shows of the files, their names and titles."""
    done = printed(office, labels="105x57")
    for file in done.files:
        with pikepdf.open(file.path) as pdf:
            shown = f"{file.path.name} {pdf.docinfo.get('/Title')}"
        assert not [word for word in ("催", "欠", "费", "律师", "2-2026") if word in shown]
    sheet = text_of(done.files[0].path).split("\f")[0]
    envelopes, waybills = (text_of(file.path) for file in done.files[1:])
    owners = [owner for _, owner in HOMES]
    for text in (sheet, envelopes, waybills):
        told = ("催", "欠", "物业费", "违约", "逾期", "¥", "律师", "2-2026", "〔2026〕")
        assert not [word for word in told if word in text]
    assert not [owner for owner in owners if owner in sheet + envelopes]
    assert all(owner in waybills for owner in owners)
    assert envelopes.count("业主亲启") == 8


def test_the_mailing_list_names_what_is_in_each_envelope(office: Path) -> None:
    done = printed(office, mailing=True)
    table, book = (file.path for file in done.files[1:])
    rows = list(csv.DictReader(io.StringIO(table.read_bytes().decode("utf-8-sig"))))
    assert [row["序号"] for row in rows] == [str(n) for n in range(1, 9)]
    assert rows[0]["内件品名"] == (
        f"关于样本·和风苑小区1栋1单元B101室2026年2月至3月物业费的催交物业费通知书（编号{rows[0]['文书编号']}）"
    )
    # The contents name letter, home and periods, as a waybill must that is to prove what was inside; nothing of sums or
    # of what will come of it, and every other cell names not even the letter's kind.
    for row in rows:
        contents = row.pop("内件品名")
        told = ("欠", "违约", "逾期", "金额", "起诉", "律师", "¥", ".", ",")
        assert not [word for word in told if word in contents], contents
        assert row["文书编号"] in contents
        assert not [
            cell for cell in row.values() if any(word in cell for word in ("催交", "欠", "物业费", "¥"))
        ]
    with zipfile.ZipFile(book) as made:
        assert b"2026-11-21T10:00:00+08:00" in made.read("docProps/core.xml")
    assert [warning.code for warning in done.warnings] == ["print.no-phone"]


@pytest.mark.parametrize(
    ("home", "item", "in_building", "named"),
    [
        ("样本苑1栋1单元101", "物业费", True, "样本苑1栋1单元101室2026年2月物业费"),
        ("样本苑１栋２单元２０２", "物业费", True, "样本苑１栋２单元２０２室2026年2月物业费"),
        ("样本苑B1-056", "停车费(车位管理费)", True, "样本苑B1-056车位2026年2月停车费(车位管理费)"),
        ("样本苑S-12", "物业费", False, "样本苑S-12号2026年2月物业费"),
        ("样本苑1栋地下室", "物业费", True, "样本苑1栋地下室2026年2月物业费"),
    ],
)
def test_what_is_in_the_envelope_is_named_for_what_it_is(
    home: str, item: str, in_building: bool, named: str
) -> None:
    """A parking place is no room, and a room's number never runs into the year."""
    from evidence.model.letter import Fact
    from evidence.workspace.printlists import contents_of

    facts = [Fact("period.1", f"2026-02/2026-02 {item} CNY 100.00")]
    told = contents_of(facts, home, "催交通知书", "〔2026〕催字第0001号", "zh", in_building=in_building)
    assert told == f"关于{named}的催交通知书（编号〔2026〕催字第0001号）"


def test_the_envelope_of_a_lawyers_letter_names_no_sender(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name of a law firm outside would tell the neighbours what is inside; the office's would be a wrong one."""
    from dataclasses import replace

    from evidence.workspace import printing

    named = printed(office, labels="105x57", only=("2栋",))
    real = printing.find_run
    monkeypatch.setattr(
        printing, "find_run", lambda *given: replace(real(*given), kind=LetterKind.LAWYER_LETTER)
    )
    bare = printed(office, labels="105x57", only=("2栋",), out=office / "out")
    assert "寄件：" in text_of(named.files[1].path)
    assert "寄件" not in text_of(bare.files[1].path)


def test_a_character_that_no_font_has_is_told_with_its_letter(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evidence.delivery.printrun_rare import Legible

    real = Legible.shown

    def without(self: Legible, text: str) -> tuple[str, tuple[str, ...]]:
        shown, missing = real(self, text)
        return shown.replace("辛", "[U+8F9B]"), ("辛",) if "辛" in text else missing

    monkeypatch.setattr(Legible, "shown", without)
    done = printed(office, labels="105x57", only=("2栋",))
    (told,) = done.warnings
    assert (told.code, told.where.part, told.params["place"]) == (
        "print.character-missing",
        done.letters[0].number,
        done.letters[0].place,
    )
    assert "样本[U+8F9B]" in text_of(done.files[2].path)


def test_a_name_is_no_formula(tmp_path: Path) -> None:
    from evidence.workspace.printlists import Mailing, mailing_csv

    row = Mailing(1, "=cmd()", "+86 139", "@home", "样本", "样本", "7K3M-9QPD", 2, "样本", "", "")
    assert b"'=cmd()" in mailing_csv([row], "zh")
    assert b"'+86 139,'@home" in mailing_csv([row], "zh")


def test_a_withdrawn_letter_and_a_draft_are_not_printed(office: Path) -> None:
    with Workspace.open(office, source=casefile.later()) as made:
        casefile.serve(made, office.parent)
        made.withdraw("2-2026-0001", reason="样本：面积有误")
        made.withdraw("2-2026-0002", reason="样本：面积有误")
        left = made.print_run("last", plan_only=True)
        made.issue(
            LetterKind.LAWYER_LETTER, accounts=["2栋1单元201"], converter="builtin",
            overrides=dict.fromkeys(("R11", "R13", "R16"), "样本"),
        )  # fmt: skip
    assert len(left.letters) == 6
    # One had been delivered and is told of; the other never left the office and is no letter any more.
    assert [warning.where.part for warning in left.warnings] == ["2-2026-0001"]
    assert refusal(office) == ["print.draft"]


def test_a_run_is_found_by_id_folder_or_as_the_last(office: Path) -> None:
    done = printed(office, plan_only=True)
    with Workspace.open(office, source=casefile.later()) as made:
        folder = next((office / "letters").iterdir()).name
        for name in (done.run, done.run[:6], folder, f"letters/{folder}/"):
            assert made.print_run(name, plan_only=True).run == done.run
        with pytest.raises(EvidenceError) as caught:
            made.print_run("nonsense")
    assert caught.value.problems[0].code == "print.run-unknown"
    assert folder in str(caught.value.problems[0].params["known"])


def test_letters_are_recorded_as_prepared_once(office: Path) -> None:
    assert printed(office, record=Channel.EMS, servers=("样甲",)).recorded == 8
    assert printed(office, record=Channel.EMS, servers=("样甲",)).recorded == 0


def test_a_reading_code_is_printed_only_where_a_host_is_set(tmp_path: Path, checkout: Path) -> None:
    import re

    config = estate.config(checkout)
    config.write_text(re.sub(r"(?m)^host = .*$", 'host = "e.example.cn"', config.read_text("utf-8")), "utf-8")
    root = tmp_path / "hosted"
    with Workspace.init(root, config=config, source=estate.source()) as made:
        made.import_ledger([estate.ledger(tmp_path / "l.csv", HOMES[:2])])
        made.issue(LetterKind.DEMAND, converter="builtin")
        assert made.print_run("last", plan_only=True).sides.reading == 2
        done = made.print_run("last", converter="builtin")
    assert done.sides.reading == 2
    pages = [page for page in text_of(done.files[0].path).split("\f") if "阅读码" in page]
    assert len(pages) == 2
    for page in pages:
        assert re.search(r"[2-9A-Y]{3}-[2-9A-Y]{3}-[2-9A-Y]{3}", page)
        assert not [word for word in ("欠", "催", "样本甲", "元") if word in page.replace("元/", "")]


def test_erasing_a_person_takes_the_printed_files_along(office: Path) -> None:
    folder = printed(office).files[0].path.parent
    with Workspace.open(office, source=casefile.later()) as made:
        made.erase("2栋1单元201")
    assert not folder.exists()
    assert not list(folder.parent.glob("0000_*.docx"))
    assert [due.home.label for due in printed(office).letters] == [
        home for home in ROUND if home != "2栋1单元201"
    ]


def test_traditional_pages_are_traditional(tmp_path: Path, checkout: Path) -> None:
    done = printed(issued(tmp_path, checkout, "zh-Hant"), labels="70x37", sign=True)
    assert [file.path.name for file in done.files] == [
        "列印件_簽收表.pdf",
        "信封標籤_70x37.pdf",
        "運單標籤_70x37.pdf",
    ]
    text = text_of(done.files[0].path)
    assert "送達巡迴單" in text
    assert "業主親啟" in text_of(done.files[1].path)
