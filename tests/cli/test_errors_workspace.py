"""Workspaces that are missing, half made, locked, damaged, misconfigured: named, and left as they are."""

from __future__ import annotations

import errno
import os
import re
import shutil
from pathlib import Path

import estate
import pytest
from speaking import Command, in_a_shell, told

from evidence.errors import EvidenceError
from evidence.workspace import Workspace


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


def test_no_workspace_here_or_above(command: Command, tmp_path: Path) -> None:
    words = {
        "en": f"There is no workspace at {tmp_path} or above it.",
        "zh": f"{tmp_path} 及其上级文件夹中没有工作区。",
        "zh-Hant": f"{tmp_path} 及其上級文件夾中沒有工作區。",
    }
    told(command, 2, "workspace.missing", words, "status")
    told(command, 2, "workspace.missing", {"en": str(tmp_path / "x")}, "-C", tmp_path / "x", "status")


def test_a_workspace_is_found_from_a_folder_inside_it(
    office: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(next((office / "letters").iterdir()))
    assert command("--json", "status").json["counts"] == {"accounts": 4, "faulty": 0, "unanswered": 0}


@pytest.mark.parametrize(
    "part",
    ["keys", "keys/signing.pub", "keys/persons.db", "office.db", "store"],
)
def test_each_part_that_is_gone_is_named(part: str, office: Path, command: Command) -> None:
    gone = office / part
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    words = {"en": f"is half made: {part}", "zh": f"不完整：缺少 {part}"}
    told(command, 2, "workspace.half-made", words, "-C", office, "status")
    assert not gone.exists(), "nothing was put in its place"


def test_without_its_private_key_a_workspace_is_read_and_not_changed(
    office: Path, command: Command, tmp_path: Path
) -> None:
    (office / "keys" / "signing.pem").rename(tmp_path / "signing.pem")
    for reading in (
        ["status"],
        ["journal", "check"],
        ["journal", "show"],
        ["key", "show"],
    ):
        assert command("-C", office, *reading).code == 0, reading
    words = {
        "en": f"The private key is not in its place, {office}/keys/signing.pem;",
        "zh": f"私钥不在 {office}/keys/signing.pem；工作区可以查看，不能改动。",
        "zh-Hant": f"私鑰不在 {office}/keys/signing.pem；",
    }
    for changing in (["issue", "demand"], ["bundle", estate.OWNERS[0][0]], ["key", "rotate"]):
        told(command, 6, "workspace.key-away", words, "-C", office, *changing)
    told(command, 6, "workspace.key-away", {"zh": "evidence key backup"}, "-C", office, "issue", "demand")
    told(command, 6, "workspace.key-away", words, "-C", office, "backup", tmp_path / "b.zip", "--with-keys")
    with Workspace.open(office, source=estate.source()) as workspace, pytest.raises(EvidenceError):
        workspace.letter_page()
    (tmp_path / "signing.pem").rename(office / "keys" / "signing.pem")
    assert command("-C", office, "issue", "demand", "--converter", "builtin").code == 0


def test_without_its_configuration_a_folder_is_no_workspace(office: Path, command: Command) -> None:
    (office / "evidence.toml").unlink()
    told(
        command,
        2,
        "workspace.missing",
        {"en": "There is no workspace", "zh": "没有工作区"},
        "-C",
        office,
        "status",
    )


def test_letters_and_bundles_come_back(office: Path, command: Command) -> None:
    for name in ("letters", "bundles"):
        shutil.rmtree(office / name)
    named = [
        word for room, _ in estate.OWNERS for word in ("--account", room)
    ]  # after a demand nobody is due
    assert command("-C", office, "issue", "reminder", "--converter", "builtin", *named).code == 0
    assert len(list((office / "letters").rglob("*.pdf"))) == 4


def test_an_emptied_and_a_damaged_database(office: Path, command: Command) -> None:
    for leftover in office.glob("office.db-*"):
        leftover.unlink()
    (office / "office.db").write_bytes(b"")
    words = {"en": "half made: office.db", "zh": "缺少 office.db"}
    told(command, 2, "workspace.half-made", words, "-C", office, "status")
    (office / "office.db").write_bytes(b"This was a database." * 500)
    words = {"en": "is damaged or is no database", "zh": "已损坏，或不是本工具的数据库"}
    told(command, 8, "journal.damaged", words, "-C", office, "status")


def test_damaged_keys_of_persons(office: Path, command: Command) -> None:
    (office / "keys" / "persons.db").write_bytes(b"no database" * 1000)
    words = {"en": "cannot be used", "zh": "无法使用", "zh-Hant": "無法使用"}
    named = ("--account", estate.OWNERS[0][0])  # after a demand nobody is due
    told(command, 6, "workspace.keys-unusable", words, "-C", office, "issue", "reminder", *named)


def test_another_offices_key(office: Path, fresh_office: Path, command: Command) -> None:
    from evidence.clock import fixed_source

    other = Workspace.init(
        office.parent / "other", config=office / "evidence.toml", source=fixed_source(estate.NOW, "x")
    )
    other.close()
    shutil.copy(other.root / "keys" / "signing.pem", office / "keys" / "signing.pem")
    words = {"en": "is not the one this journal was opened with", "zh": "不是本日志开立时所用的密钥"}
    told(command, 8, "workspace.key-mismatch", words, "-C", office, "status")


def test_a_locked_workspace_waits_for_nobody(office: Path, command: Command) -> None:
    words = {"en": f"Another command is working in {office} (", "zh": f"另一个命令正在 {office} 中运行（"}
    with Workspace.open(office, source=estate.source()) as holder, holder._desk.locked():
        told(command, 7, "workspace.locked", words, "-C", office, "issue", "reminder")
        held = command("--lang", "zh", "-C", office, "issue", "reminder").err
        assert re.search(r" \d\d:\d\d:\d\d\+08:00）", held), "a time means something with its zone alone"
        told(command, 7, "workspace.locked", words, "-C", office, "bundle", estate.OWNERS[0][0])
        assert command("-C", office, "status").code == 0, "reading needs no lock"
    assert command("-C", office, "issue", "reminder", "--converter", "builtin").code == 0


def test_a_misspelt_key_in_the_configuration(office: Path, command: Command) -> None:
    text = (office / "evidence.toml").read_text("utf-8")
    (office / "evidence.toml").write_text(text.replace("[bank]", '[bank]\nnubmer = "1"', 1), "utf-8")
    words = {"en": "nobody knows the key bank.nubmer", "zh": "没有名为 bank.nubmer 的项目"}
    told(command, 2, "workspace.config-unknown-key", words, "-C", office, "status")
    hint = {"en": "Did you mean bank.number?", "zh": "是否为 bank.number？"}
    told(command, 2, "workspace.config-unknown-key", hint, "-C", office, "status")


def test_a_configuration_in_another_encoding(office: Path, command: Command, tmp_path: Path) -> None:
    text = (office / "evidence.toml").read_text("utf-8")
    (office / "evidence.toml").write_bytes(text.encode("gb18030"))
    words = {"en": "evidence.toml cannot be read", "zh": "无法读取 evidence.toml"}
    told(command, 2, "workspace.config-unreadable", words, "-C", office, "status")
    told(
        command,
        2,
        "workspace.config-unreadable",
        words,
        "init",
        tmp_path / "n",
        "--config",
        office / "evidence.toml",
    )
    assert not (tmp_path / "n").exists()


def test_what_a_fresh_configuration_still_lacks_is_listed_at_once(command: Command, tmp_path: Path) -> None:
    assert command("init", tmp_path / "w", "--jurisdiction", "cn", "--locale", "zh").code == 0
    assert command("-C", tmp_path / "w", "import", estate.ledger(tmp_path / "l.csv")).code == 0
    words = {"en": "evidence.toml does not say creditor.name", "zh": "evidence.toml 未填写 creditor.name"}
    told(command, 2, "letters.office-incomplete", words, "-C", tmp_path / "w", "issue", "demand")
    missing = {
        e["where"]["part"] for e in command("-C", tmp_path / "w", "--json", "issue", "demand").json["errors"]
    }
    assert {"creditor.name", "bank.number", "contract.name"} <= missing


def test_init_into_a_folder_with_something_in_it(command: Command, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    words = {"en": "is not empty; it was left as it is", "zh": "不是空文件夹，未作改动"}
    told(
        command,
        7,
        "workspace.exists",
        words,
        "init",
        tmp_path / "full",
        "--jurisdiction",
        "cn",
        "--locale",
        "zh",
    )
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("existed", [True, False])
def test_init_that_fails_leaves_nothing_behind(
    existed: bool, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if existed:
        (tmp_path / "w").mkdir()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    arguments = ("init", tmp_path / "w", "--jurisdiction", "cn", "--locale", "zh")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert command(*arguments).code == 7
    assert (tmp_path / "w").exists() == existed
    assert not existed or list((tmp_path / "w").iterdir()) == []
    assert command(*arguments).code == 0


def test_init_asks_for_nothing_without_a_terminal(tmp_path: Path) -> None:
    done = in_a_shell("--lang", "zh", "init", "w", "--locale", "zh", cwd=tmp_path)
    assert done.code == 2
    assert "--jurisdiction" in done.err
    assert not (tmp_path / "w").exists()


def test_a_test_clock_never_writes_into_a_real_journal(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("init", tmp_path / "w", "--jurisdiction", "cn", "--locale", "zh")
    with monkeypatch.context() as patch:
        patch.delenv("EVIDENCE_TEST_NOW")
        patch.delenv("EVIDENCE_TEST_SEED")
        assert command(*arguments).code == 0
    words = {"en": "is a real workspace", "zh": "是正式工作区", "zh-Hant": "是正式工作區"}
    told(command, 9, "workspace.test-clock", words, "-C", tmp_path / "w", "journal", "show")


def test_no_ledger_yet_and_an_unknown_account_with_its_neighbours(
    fresh_office: Path, office: Path, command: Command
) -> None:
    words = {"en": "No ledger has been imported", "zh": "本工作区尚未导入台账"}
    told(command, 3, "workspace.no-ledger", words, "-C", fresh_office, "status")
    words = {"en": "No account 1栋1单元l01 in this workspace.", "zh": "本工作区没有户号 1栋1单元l01。"}
    for line in (["bundle", "1栋1单元l01"], ["issue", "demand", "--account", "1栋1单元l01"]):
        told(command, 3, "workspace.unknown-account", words, "-C", office, *line)
    near = {"en": "Close to it: 1栋1单元101, ", "zh": "相近的有：1栋1单元101, "}
    told(command, 3, "workspace.unknown-account", near, "-C", office, "bundle", "1栋1单元l01")
    both = command("-C", office, "--json", "issue", "demand", "--account", "x1", "--account", "x2").json[
        "errors"
    ]
    assert [error["message"][11:13] for error in both] == ["x1", "x2"]
