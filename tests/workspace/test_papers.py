"""What a letter says, read back from the finished papers: names as the ledger has them, figures that agree."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import casefile
import estate
import pytest
from pypdf import PdfReader

from evidence.cli._root import run
from evidence.letters.engine import document_text
from evidence.model.letter import LetterKind
from evidence.workspace import Workspace

LOCALES = ("zh", "zh-Hant")


@pytest.fixture(scope="module", params=LOCALES)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """A workspace in one script with a demand and a reminder to each owner, and an agreement with one."""
    root = casefile.issued(tmp_path_factory.mktemp(request.param), checkout, request.param)
    with Workspace.open(root, source=casefile.later()) as made:
        # After a demand the ladder reminds nobody; whom is named gets a reminder all the same.
        made.issue(LetterKind.REMINDER, accounts=[room for room, _ in estate.OWNERS], converter="builtin")
        made.issue(LetterKind.INSTALMENT_AGREEMENT, accounts=[casefile.ACCOUNT], converter="builtin")
    return root


def papers(office: Path, suffix: str, series: str = "2") -> dict[str, Path]:
    """Letters of a series by account."""
    found = sorted((office / "letters").rglob(f"*_{series}-2026-*.{suffix}"))
    return {path.name.split("_")[1]: path for path in found}


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("series", ["1", "2"])
def test_names_stand_in_word_and_pdf_as_the_ledger_has_them(series: str, office: Path) -> None:
    docx, pdf = papers(office, "docx", series), papers(office, "pdf", series)
    assert len(docx) == len(pdf) == len(estate.OWNERS)
    for account, owner in estate.OWNERS:
        assert owner in document_text(docx[account].read_bytes())
        shown = "".join(page.extract_text() for page in PdfReader(pdf[account]).pages)
        assert squeezed(owner) in squeezed(shown), (account, shown[:200])


def test_no_name_costs_a_letter_a_paragraph(office: Path) -> None:
    """Letters to four owners differ in names, homes, numbers and amounts only."""
    texts = [document_text(path.read_bytes()).split("\n") for path in papers(office, "docx").values()]
    shapes = []
    for (account, owner), lines in zip(estate.OWNERS, texts, strict=True):
        plain = [line.replace(owner, "某").replace(account, "某户") for line in lines]
        # The first of them is a company by its name, and addressed as one.
        plain = [line.replace("贵方", "贵户").replace("貴方", "貴戶") for line in plain]
        shapes.append([re.sub(r"[\d.,]+|(?<=大[写寫]：)[^）]+", "0", line) for line in plain])
    first, *others = shapes
    assert len(first) > 30
    for other in others:
        assert other == first


def test_names_come_through_json_as_they_are(office: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for lang in ("en", "zh", "zh-Hant"):
        with pytest.raises(SystemExit) as stop:
            run(["--workspace", str(office), "--lang", lang, "status", "--json"])
        assert stop.value.code == 0
        rows = json.loads(capfd.readouterr().out)["results"]
        assert [(row["account"], row["debtor"]) for row in rows] == [
            ("1栋1单元101", "张三 <女> & 公司"), ("1栋1单元102", "㛃䶮"),
            ("2栋1单元201", "于范游"), ("10栋1单元301", "葉樣葦"),
        ]  # fmt: skip


# An independent reader of 人民币大写, both scripts: 零壹贰…, 拾佰仟, 万亿, 元 or 圓, 角分.
NINE = ("零", "壹", "贰貳", "叁參", "肆", "伍", "陆陸", "柒", "捌", "玖")
DIGITS = {char: i for i, both in enumerate(NINE) for char in both}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def whole(words: str) -> int:
    for marks, scale in (("亿億", 10**8), ("万萬", 10**4)):
        for mark in marks:
            if mark in words:
                high, low = words.split(mark, 1)
                return whole(high) * scale + whole(low)
    total, digit = 0, 0
    for char in words:
        if char in UNITS:
            total, digit = total + (digit or 1) * UNITS[char], 0
        else:
            digit = DIGITS[char]
    return total + digit


def amount(words: str) -> Decimal:
    yuan, _, rest = words.replace("圓", "元").rpartition("元")
    total = Decimal(whole(yuan))
    for mark, scale in (("角", Decimal("0.1")), ("分", Decimal("0.01"))):
        if found := re.search(f"([^零元角])(?={mark})", rest):
            total += DIGITS[found[1]] * scale
    return total


@pytest.mark.parametrize(
    ("words", "figure"),
    [
        ("贰佰贰拾元零伍角", "220.50"), ("壹拾万零伍拾元整", "100050"), ("壹仟零陆元零柒分", "1006.07"),
        ("貳億零參佰萬圓伍角伍分", "203000000.55"), ("叁角", "0.3"),
    ],
)  # fmt: skip
def test_the_reader_of_capitals_itself(words: str, figure: str) -> None:
    assert amount(words) == Decimal(figure)


def figures(lines: list[str]) -> list[list[Decimal]]:
    """Rows of the table of arrears: billed, paid, owed at the end of each."""
    rows = [
        line.split("\t") for line in lines if re.search(r"\t[\d,]+\.\d\d\t[\d,]+\.\d\d\t[\d,]+\.\d\d$", line)
    ]
    return [[Decimal(cell.replace(",", "")) for cell in row[-3:]] for row in rows]


def test_lines_sum_words_and_facts_agree_in_every_letter(office: Path) -> None:
    with Workspace.open(office, source=casefile.later()) as made:
        owed = {row.account: row.outstanding.amount for row in made.status()}
    for account, path in papers(office, "docx").items():
        text = document_text(path.read_bytes())
        *lines, total = figures(text.split("\n"))
        assert len(lines) == 2
        assert [sum(column) for column in zip(*lines, strict=True)] == total
        assert all(billed - paid == left for billed, paid, left in (*lines, total))
        (said,) = re.findall(r"人民[币幣]([\d,]+\.\d\d)元（大[写寫]：人民[币幣](.+?)）", text)
        assert Decimal(said[0].replace(",", "")) == amount(said[1]) == total[2] == owed[account]


def test_instalments_add_up_to_the_sum_in_words(office: Path) -> None:
    (path,) = papers(office, "docx", "4").values()
    text = document_text(path.read_bytes())
    said = {amount(words) for words in re.findall(r"大[写寫]：人民[币幣](.+?)）", text)}
    parts = [
        Decimal(found[1].replace(",", ""))
        for line in text.split("\n")
        if (found := re.search(r"^(?:第?\d+期?\t.*\d{4}年\d+月\d+日.*?)\t([\d,]+\.\d\d)(?:\t|$)", line))
    ]
    assert len(parts) > 1, text
    assert said == {sum(parts)}


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="pdftoppm is not installed")
def test_head_and_sha256sum_give_the_hash_in_the_printed_code(
    office: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """As anybody can: photograph the page, read the code, cut the file to the length it names, hash it."""
    zxingcpp = pytest.importorskip("zxingcpp")
    from PIL import Image

    letter = papers(office, "pdf")[casefile.ACCOUNT]
    page = tmp_path / "page"
    subprocess.run(
        ["pdftoppm", "-r", "200", "-f", "1", "-l", "1", "-png", "-singlefile", letter, page], check=True
    )
    with Image.open(page.with_suffix(".png")) as image:
        (code,) = zxingcpp.read_barcodes(image)
    with pytest.raises(SystemExit):
        run(["verify", "--show-token", code.text])
    told = dict(line.split(": ", 1) for line in capfd.readouterr().out.splitlines())
    command = f'head -c {int(told["length"])} "$1" | sha256sum'
    piped = subprocess.run(["sh", "-c", command, "sh", letter], check=True, capture_output=True, text=True)
    assert piped.stdout.split()[0] == told["sha256"]
    assert told["number"] == "2-2026-0001"


def test_a_pdf_says_in_which_language_it_is_written(office: Path) -> None:
    """For a screen reader; the engines would say English."""
    with Workspace.open(office, source=casefile.later()) as made:
        language = {"zh": "zh-Hans-CN", "zh-Hant": "zh-Hant-CN"}[made.office.locale]
    for path in papers(office, "pdf").values():
        assert PdfReader(path).trailer["/Root"]["/Lang"] == language
