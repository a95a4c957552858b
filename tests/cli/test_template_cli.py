"""``evidence template``: a legal secretary's way from a shipped pack to one of the office's own."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import docx as python_docx
import estate
import pytest
from speaking import Command, told

from evidence.letters.checking.samples import NAMES


def change(path: Path, old: str, new: str) -> None:
    """Replace words in the body of a Word file, as its author would."""
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    body = parts["word/document.xml"].decode()
    assert old in body
    parts["word/document.xml"] = body.replace(old, new).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)


@pytest.fixture
def pack(command: Command, tmp_path: Path) -> Path:
    """A pack of one's own, fresh from ``template new``."""
    assert command("--lang", "zh", "template", "new", tmp_path / "own").code == 0
    return tmp_path / "own"


def test_the_kinds_are_listed_with_their_files(command: Command) -> None:
    done = command("--json", "--lang", "zh", "template", "list")
    assert [row["kind"] for row in done.json["results"]] == list(NAMES)
    demand = done.json["results"][1]
    assert (demand["file"], demand["effect"]) == ("zh/demand.docx", "demand")
    assert (
        command("--lang", "zh-Hant", "--json", "template", "list").json["results"][1]["file"]
        == "zh-Hant/demand.docx"
    )


def test_variables_are_listed_with_meaning_type_and_example(command: Command) -> None:
    words = ("template", "list", "--kind", "demand", "--variables")
    rows = {row["variable"]: row for row in command("--json", "--lang", "zh", *words).json["results"]}
    assert rows["total_words"]["meaning"] == "欠付合计的大写"
    assert rows["total_words"]["example"].startswith("人民币")
    assert (rows["lines"]["type"], rows["formal"]["type"]) == ("rows", "flag")
    assert "firm.name" not in rows, "a property company's letter carries no lawyer's name"
    shown = command("--lang", "zh", *words).out
    assert "欠付合计的大写" in shown


def test_required_fields_are_listed_with_their_basis(command: Command) -> None:
    rows = command("--json", "--lang", "zh", "template", "list", "--kind", "demand", "--fields").json[
        "results"
    ]
    deadline = next(row for row in rows if row["field"] == "deadline")
    assert (deadline["no"], deadline["needs"], deadline["need"]) == ("7.1-10", ["pay_by"], "R")
    assert "944" in deadline["basis"]


def test_a_kind_nobody_knows_is_answered_with_the_nearest(command: Command) -> None:
    done = command("template", "list", "--kind", "demnad")
    assert done.code == 2
    assert "demand" in done.err


def test_the_shipped_packs_are_clean(command: Command) -> None:
    done = command("--json", "--lang", "zh", "template", "check", "zh", "zh-Hant")
    assert (done.code, done.json["errors"]) == (0, []), done.json["errors"]
    assert done.json["counts"]["templates"] == 2 * len(NAMES)
    assert all(row["usable"] for row in done.json["results"])


def test_all_faults_are_told_at_once_and_the_exit_code_is_5(command: Command, pack: Path) -> None:
    change(pack / "demand.docx", "{{ total_words }}", "{{ totl_words }}")
    change(pack / "demand.docx", "三、异议与协商", "三、逾期将停水停电")
    change(pack / "demand.docx", "{{ pay_by }}", "下月底")
    done = command("--lang", "zh", "template", "check", pack / "demand.docx")
    assert done.code == 5
    for words in ("totl_words", "total_words", "停水停电", "支付期限（具体日期）", "第 7 段"):
        assert words in done.err, words
    codes = [e["code"] for e in command("--json", "template", "check", pack / "demand.docx").json["errors"]]
    assert codes == [
        "letters.unknown-variable", "law.forbidden-words", "template.field-missing", "template.field-missing",
    ]  # fmt: skip


def test_forbidden_words_alone_end_in_5_as_every_unusable_template(command: Command, pack: Path) -> None:
    change(pack / "demand.docx", "三、异议与协商", "三、逾期将停水停电")
    told(
        command,
        5,
        "law.forbidden-words",
        {"zh": "停水停电", "en": "停水停电"},
        "template",
        "check",
        pack / "demand.docx",
    )


def test_notes_alone_end_with_0(command: Command, pack: Path) -> None:
    change(pack / "demand.docx", "三、异议与协商", "三、依民法典第五百七十七条的异议")
    done = command("--json", "--lang", "zh", "template", "check", pack / "demand.docx")
    assert (done.code, done.json["errors"]) == (0, [])
    assert "template.literal-law" in [warning["code"] for warning in done.json["warnings"]]


def test_a_file_of_another_name_needs_its_kind(command: Command, pack: Path) -> None:
    (pack / "demand.docx").rename(pack.parent / "催告.docx")
    file = pack.parent / "催告.docx"
    told(
        command,
        2,
        "template.unknown-kind",
        {"zh": "哪一种模板", "en": "what kind of template"},
        "template",
        "check",
        file,
    )
    assert command("template", "check", file, "--kind", "demand").code == 0
    told(
        command,
        3,
        "template.nothing-found",
        {"zh": "既不是 Word 文件"} | {"en": "neither"},
        "template",
        "check",
        "nothing",
    )


def test_a_pack_with_a_faulty_manifest_has_its_files_checked_all_the_same(
    command: Command, pack: Path
) -> None:
    manifest = pack / "pack.toml"
    manifest.write_text('unknown = "x"\n' + manifest.read_text("utf-8"), "utf-8")
    change(pack / "demand.docx", "{{ pay_by }}", "")
    done = command("--json", "--lang", "zh", "template", "check", pack)
    assert done.code == 5
    assert {"letters.pack-invalid", "template.field-missing"} <= {
        error["code"] for error in done.json["errors"]
    }


def test_the_annotated_copy_has_a_comment_at_each_fault(command: Command, pack: Path, tmp_path: Path) -> None:
    change(pack / "demand.docx", "{{ total_words }}", "{{ totl_words }}")
    out = tmp_path / "批注.docx"
    words = ("--lang", "zh", "template", "check", pack / "demand.docx", "--annotate", out)
    done = command(*words)
    assert (done.code, str(out) in done.err) == (5, True)
    comments = [comment.text for comment in python_docx.Document(io.BytesIO(out.read_bytes())).comments]
    assert any("totl_words" in text for text in comments)
    assert command(*words).code == 7, "nothing is overwritten"
    assert command("template", "check", pack, "--annotate", tmp_path / "x.docx").code == 2


def test_a_pack_of_ones_own_is_a_copy_with_a_page_and_is_never_overwritten(
    command: Command, pack: Path
) -> None:
    names = {path.name for path in pack.iterdir()}
    assert {"pack.toml", "README.md", "demand.docx"} <= names
    assert "evidence template check" in (pack / "README.md").read_text("utf-8")
    told(
        command,
        7,
        "general.output-exists",
        {"zh": "已经存在", "en": "exists already"},
        "template",
        "new",
        pack,
    )
    hant = pack.parent / "hant"
    assert command("template", "new", hant, "--from", "zh-Hant").code == 0
    assert "自備模板" in (hant / "README.md").read_text("utf-8")
    again = command("--json", "template", "new", pack.parent / "third", "--from", pack)
    assert (again.code, again.json["locale"]) == (0, "zh")


@pytest.mark.parametrize("data", ["plain", "extreme"])
def test_a_preview_cannot_be_taken_for_a_letter(
    data: str, command: Command, pack: Path, tmp_path: Path
) -> None:
    from evidence.letters.convert import page_text, text_in_stamp_areas
    from evidence.letters.engine import document_text

    out = tmp_path
    words = (
        "template",
        "preview",
        pack,
        "--kind",
        "demand",
        "--out",
        out / "样张.pdf",
        "--data",
        data,
        "--converter",
        "builtin",
    )
    assert command(*words).code == 0
    pdf = (tmp_path / "样张.pdf").read_bytes()
    pages = page_text(pdf)
    assert pages
    assert all("SAMPLE" in page for page in pages)
    assert "编号：样张" in document_text((tmp_path / "样张.docx").read_bytes())
    assert "EV1" not in "".join(pages)
    assert text_in_stamp_areas(pdf) == ()
    assert command(*words).code == 7


def test_a_preview_lies_beside_its_template_or_where_it_was_asked_to(
    command: Command, pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "workspace"
    here.mkdir()
    monkeypatch.chdir(here)
    words = ("template", "preview", "--kind", "receipt", "--converter", "builtin")
    checked = command("--json", "template", "check", pack).json
    assert command(*words, pack).code == 0
    assert sorted(path.name for path in pack.glob("preview-*")) == [
        "preview-receipt.docx",
        "preview-receipt.pdf",
    ]
    assert command(*words, pack, "-o", tmp_path / "样张夹").code == 0
    assert sorted(path.name for path in (tmp_path / "样张夹").iterdir()) == [
        "preview-receipt.docx",
        "preview-receipt.pdf",
    ]
    assert command(*words, pack).code == 0, "after another change the sample beside the template is made anew"
    assert command(*words, pack, "-o", tmp_path / "样张夹").code == 7
    shipped = command("--lang", "zh", *words, "zh")
    assert shipped.code == 2
    assert "-o" in shipped.err
    assert list(here.iterdir()) == []
    assert command("--json", "template", "check", pack).json == checked, "a sample is no template of the pack"


def test_a_difference_is_shown_by_paragraph_and_cell(command: Command, pack: Path, tmp_path: Path) -> None:
    old = shutil.copy(pack / "demand.docx", tmp_path / "old.docx")
    change(pack / "demand.docx", "现通知如下：", "特此通知如下：")
    done = command("--lang", "zh", "template", "diff", old, pack / "demand.docx")
    assert done.code == 0
    assert "@ ¶5" in done.out
    assert [line[:1] for line in done.out.splitlines()] == ["@", "-", "+"]
    same = command("--lang", "zh", "template", "diff", old, old)
    assert (same.code, same.out) == (0, "文字相同。\n")
    as_json = command("--json", "template", "diff", old, pack / "demand.docx").json
    assert as_json["counts"] == {"changes": 1}


def test_git_can_show_what_changed_in_a_template(pack: Path, tmp_path: Path) -> None:
    """As ``docs/templates.md`` says: textconv, with one file."""

    def git(*words: str) -> str:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.invalid")
        textconv = f"diff.docx.textconv={sys.executable} -m evidence template diff"
        done = subprocess.run(
            ["git", *identity, "-c", textconv, *words], cwd=pack, capture_output=True, text=True, check=True
        )
        return done.stdout

    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    git("init", "-q")
    (pack / ".gitattributes").write_text("*.docx diff=docx\n", "utf-8")
    git("add", ".")
    git("commit", "-qm", "x")
    change(pack / "demand.docx", "现通知如下：", "特此通知如下：")
    changed = [
        line for line in git("diff").splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert [line[:1] for line in changed] == ["-", "+"]
    assert "特此通知如下" in changed[1]


# ---------------------------------------------------------------- an office's own pack


@pytest.fixture
def office(fresh_office: Path, tmp_path: Path, command: Command) -> Path:
    root = shutil.copytree(fresh_office, tmp_path / "office")
    assert command("-C", root, "import", estate.ledger(tmp_path / "ledger.csv")).code == 0
    assert command("--lang", "zh", "template", "new", root / "templates" / "zh").code == 0
    return root


def test_letters_are_written_with_the_offices_own_pack(office: Path, command: Command) -> None:
    from evidence.letters.engine import document_text

    change(office / "templates" / "zh" / "demand.docx", "现通知如下：", "特此通知如下：")
    done = command("-C", office, "--json", "issue", "demand", "--converter", "builtin")
    assert done.json["counts"]["issued"] == 4, done
    letter = next((office / "letters").rglob("*_2-2026-0001.docx"))
    assert "特此通知如下" in document_text(letter.read_bytes())


def test_a_template_that_lacks_a_field_makes_no_letter(office: Path, command: Command) -> None:
    before = estate.files(office / "letters")
    change(office / "templates" / "zh" / "demand.docx", "{{ creditor.hours }}", "")
    change(office / "templates" / "zh" / "demand.docx", "{{ bank.bank }}", "样本银行")
    told(
        command, 5, "template.field-missing", {"zh": "收款户名、开户行、账号", "en": "lacks a required field"},
        "-C", office, "issue", "demand", "--converter", "builtin",
    )  # fmt: skip
    assert estate.files(office / "letters") == before
    # The other kinds are untouched by it.
    assert command("-C", office, "issue", "reminder", "--plan").code == 0


def test_a_pack_in_the_folder_of_another_script_is_refused(office: Path, command: Command) -> None:
    shutil.rmtree(office / "templates" / "zh")
    assert command("template", "new", office / "templates" / "zh", "--from", "zh-Hant").code == 0
    words = {"zh": "此处应为 zh", "en": "a pack for zh belongs there"}
    told(command, 5, "template.wrong-locale", words, "-C", office, "issue", "demand")
