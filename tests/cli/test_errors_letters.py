"""Letters that are not written, each for its own reason; the others go on."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import estate
import pytest
from casefile import ACCOUNT
from speaking import Command, in_a_shell, told


@pytest.fixture
def office(fresh_office: Path, tmp_path: Path, command: Command) -> Path:
    """A workspace with the tiny estate imported and nothing issued."""
    root = shutil.copytree(fresh_office, tmp_path / "office")
    assert command("-C", root, "import", estate.ledger(tmp_path / "ledger.csv")).code == 0
    return root


def without_law_firm(office: Path) -> None:
    path = office / "evidence.toml"
    head, _, rest = path.read_text("utf-8").partition("[law_firm]")
    path.write_text(head + "[policy]" + rest.partition("[policy]")[2], "utf-8")


def test_a_lawyer_letter_needs_a_law_firm(office: Path, command: Command) -> None:
    without_law_firm(office)
    words = {
        "en": "A lawyer letter can only be issued by a law firm",
        "zh": "律师函只能由律师事务所出具",
        "zh-Hant": "律師函只能由律師事務所出具",
    }
    told(
        command,
        9,
        "workspace.no-law-firm",
        words,
        "-C",
        office,
        "issue",
        "lawyer-letter",
        "--account",
        ACCOUNT,
    )


def test_an_agreement_is_made_with_one_owner(office: Path, command: Command) -> None:
    words = {"en": "made with one owner, not with all", "zh": "应与特定业主订立，不能批量签发"}
    told(
        command, 2, "workspace.agreement-needs-account", words, "-C", office, "issue", "instalment-agreement"
    )


def test_nothing_owed_on_that_day(office: Path, command: Command) -> None:
    words = {
        "en": f"Account {ACCOUNT} has nothing overdue on 2026-01-01",
        "zh": f"户号 {ACCOUNT} 在 2026-01-01 没有逾期款项",
    }
    told(
        command,
        9,
        "workspace.nothing-owed",
        words,
        "-C",
        office,
        "--as-of",
        "2026-01-01",
        "issue",
        "demand",
        "--account",
        ACCOUNT,
    )
    done = command("-C", office, "--as-of", "2026-01-01", "issue", "demand")
    assert (done.code, done.err) == (0, ""), "for all who are due: nobody is"


def test_account_and_due_exclude_each_other(office: Path, command: Command) -> None:
    done = command("-C", office, "--lang", "zh", "issue", "demand", "--account", ACCOUNT, "--due")
    assert done.code == 2
    assert "--account" in done.err
    assert "不能同时使用" in done.err


def misspelt(checkout: Path, folder: Path) -> Path:
    """The shipped packs, with one variable of the demand misspelt in Word."""
    packs = shutil.copytree(checkout / "templates", folder / "templates")
    path = packs / "zh" / "demand.docx"
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    body = parts["word/document.xml"]
    assert b"total_words" in body
    parts["word/document.xml"] = body.replace(b"total_words", b"totl_words", 1)
    with zipfile.ZipFile(path, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return packs


def test_a_misspelt_variable_names_itself_its_template_and_its_paragraph(
    office: Path, command: Command, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = misspelt(checkout, tmp_path)
    for module in ("templates",):
        monkeypatch.setattr(f"evidence.workspace.{module}.templates_dir", lambda: packs)
    before = estate.files(office / "letters")
    spoken = command("-C", office, "--lang", "zh", "issue", "demand", "--converter", "builtin")
    assert spoken.code == 5
    (line,) = [line for line in spoken.err.splitlines() if "[letters.unknown-variable]" in line]
    assert "totl_words" in line
    assert "demand.docx" in line
    assert "第 7 段" in line
    assert "total_words" in spoken.err, "the hint lists the names that fit"
    assert estate.files(office / "letters") == before
    assert command("-C", office, "journal", "check").code == 0

    # Nothing was planned either: once the word is mended, the same command does the work.
    shutil.copy(checkout / "templates" / "zh" / "demand.docx", packs / "zh" / "demand.docx")
    assert (
        command("-C", office, "--json", "issue", "demand", "--converter", "builtin").json["counts"]["issued"]
        == 4
    )


def test_libreoffice_asked_for_and_not_there(
    office: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    words = {
        "en": "LibreOffice is not installed here",
        "zh": "本机没有安装 LibreOffice",
        "zh-Hant": "LibreOffice",
    }
    arguments = ("-C", office, "issue", "demand", "--converter", "libreoffice")
    told(command, 6, "convert.libreoffice-missing", words, *arguments)
    spoken = command(*arguments)
    assert "apt-get install libreoffice-writer-nogui" in spoken.err
    assert command("-C", office, "issue", "demand").code == 0, "auto takes the builtin one"


def test_a_character_no_font_has_leaves_that_owner_out_and_no_other(
    office: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "evidence.letters.fonts.Shelf.missing",
        lambda shelf, text: tuple(char for char in text if char == "㛃"),
    )
    words = {"en": "can print the character 㛃 (U+36C3)", "zh": "印出“㛃”字（U+36C3）"}
    for lang, wanted in words.items():
        spoken = command("-C", office, "--lang", lang, "issue", "demand", "--converter", "builtin")
        assert spoken.code == 4, spoken
        assert "[convert.glyph-missing] 1栋1单元102: " in spoken.err
        assert wanted in spoken.err
    letters = sorted(path.name for path in (office / "letters").rglob("*.pdf"))
    assert [name.split("_")[1] for name in letters] == ["1栋1单元101", "2栋1单元201", "10栋1单元301"]
    told_json = command("-C", office, "--json", "issue", "demand").json
    assert told_json["counts"] == {"issued": 0, "planned": 0, "skipped": 1}


def test_a_font_no_template_can_do_without(
    office: Path, command: Command, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = shutil.copytree(checkout / "templates", tmp_path / "templates")
    path = packs / "zh" / "demand.docx"
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    faces = set(re.findall(rb'w:eastAsia="([^"]+)"', parts["word/styles.xml"] + parts["word/document.xml"]))
    assert faces
    for name in ("word/styles.xml", "word/document.xml"):
        for face in faces:
            parts[name] = parts[name].replace(
                b'w:eastAsia="' + face + b'"', 'w:eastAsia="样本没有的字体"'.encode()
            )
    with zipfile.ZipFile(path, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
    for module in ("templates",):
        monkeypatch.setattr(f"evidence.workspace.{module}.templates_dir", lambda: packs)
    words = {"en": "The font 样本没有的字体 is neither on this machine", "zh": "字体“样本没有的字体”本机没有"}
    told(command, 6, "convert.font-missing", words, "-C", office, "issue", "demand", "--converter", "builtin")
    assert list((office / "letters").rglob("*.pdf")) == []
    monkeypatch.undo()
    monkeypatch.setenv("EVIDENCE_TEST_NOW", estate.NOW)
    assert command("-C", office, "issue", "demand", "--converter", "builtin").code == 0


def test_plan_writes_nothing(office: Path, command: Command) -> None:
    before = estate.files(office / "store")
    done = command("-C", office, "--json", "issue", "demand", "--plan")
    assert [row["number"] for row in done.json["results"]] == [f"2-2026-000{i}" for i in (1, 2, 3, 4)]
    assert done.json["counts"] == {"issued": 0, "planned": 4, "skipped": 0}
    assert estate.files(office / "store") == before
    assert list((office / "letters").iterdir()) == []


def test_letters_of_an_interrupted_run_are_named_when_it_is_finished(office: Path, command: Command) -> None:
    from evidence.workspace import steps

    def cut(name: str) -> None:
        if name == "planned":
            raise KeyboardInterrupt

    steps.set_hook(cut)
    try:
        stopped = command("-C", office, "--lang", "zh", "issue", "demand", "--converter", "builtin")
    finally:
        steps.set_hook(None)
    assert stopped.code == 130
    assert "已由您中断" in stopped.err
    done = command("-C", office, "--json", "issue", "demand", "--converter", "builtin")
    assert [row["number"] for row in done.json["results"]] == [f"2-2026-000{i}" for i in (1, 2, 3, 4)]
    assert Path(office, "letters", done.json["folder"]).is_dir()
    assert done.json["folder"]


def test_from_a_real_shell(office: Path, tmp_path: Path) -> None:
    done = in_a_shell(
        "-C", office, "--lang", "zh-Hant", "issue", "demand", "--converter", "libreoffice",
        cwd=tmp_path, PATH="/nonexistent", EVIDENCE_TEST_NOW=estate.NOW,
    )  # fmt: skip
    assert (done.code, done.out) == (6, "")
    assert "apt-get install libreoffice-writer-nogui" in done.err
