"""Where words go and how the program leaves: stdout is the product, stderr the rest, no trace unless asked for."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import estate
import pytest
from casefile import ACCOUNT, ON_PURPOSE
from speaking import Command, in_a_shell

from evidence.errors import specs
from evidence.i18n import translate


@pytest.fixture
def office(served_office: Path, tmp_path: Path) -> Path:
    return shutil.copytree(served_office, tmp_path / "office")


def test_products_go_to_stdout_and_faults_to_stderr(office: Path, command: Command) -> None:
    done = command("-C", office, "--lang", "zh", "status")
    assert done.err == ""
    assert "㛃䶮" in done.out
    assert "4 户共欠 894.00 CNY。" in done.out
    refused = command("-C", office, "--lang", "zh", "bundle", "没有")
    assert refused.out == ""
    assert refused.err.startswith("错误 [workspace.unknown-account]")


def test_names_wider_than_the_terminal_are_folded_and_never_cut(
    fresh_office: Path, command: Command, tmp_path: Path
) -> None:
    office = shutil.copytree(fresh_office, tmp_path / "office")
    long = "样本极长名称置业有限责任公司" * 12
    estate.ledger(tmp_path / "l.csv", [("1-101", long)])
    assert command("-C", office, "import", tmp_path / "l.csv").code == 0
    shown = command("-C", office, "status").out
    assert shown.count("样") == long.count("样")


def test_quiet_keeps_results_and_errors(office: Path, command: Command, tmp_path: Path) -> None:
    assert command("-q", "-C", office, "status").out == command("-C", office, "status").out
    assert "[workspace.missing]" in command("-q", "-C", tmp_path / "x", "status").err


def test_misuse_exits_2_and_shows_usage(command: Command) -> None:
    for words in (
        ["nonsense"],
        ["issue"],
        ["issue", "threat"],
        ["--lang", "fr", "status"],
        ["bundle"],
        ["exhibit", "ad"],
    ):
        done = command(*words)
        assert (done.code, done.out) == (2, ""), words
        assert "Usage:" in done.err, words
    assert command().code == 2, "a bare call shows the help"


def test_a_near_miss_is_suggested(command: Command) -> None:
    assert "status" in command("statsu").err


def test_the_systems_language_is_spoken(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for value, words in (
        ("zh_CN.UTF-8", "没有工作区"),
        ("zh_TW.UTF-8", "沒有工作區"),
        ("en_GB.UTF-8", "no workspace"),
    ):
        monkeypatch.setenv("LANG", value)
        assert words in command("status").err
        monkeypatch.setenv("EVIDENCE_LANG", value)
        monkeypatch.setenv("LANG", "C")
        assert words in command("status").err
        monkeypatch.delenv("EVIDENCE_LANG")


def test_one_language_does_not_linger_in_the_next_call(command: Command) -> None:
    first = command("--lang", "zh", "status", "--help").out
    second = command("--lang", "en", "status", "--help").out
    third = command("--lang", "zh", "status", "--help").out
    assert "列出欠费业主" in first == third
    assert "List the owners with arrears" in second


@pytest.mark.parametrize("json", [False, True])
def test_an_interruption_exits_130(
    json: bool, command: Command, monkeypatch: pytest.MonkeyPatch, office: Path
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("evidence.workspace.Workspace.status", stop)
    done = command("-C", office, "--lang", "zh", *(["--json"] if json else []), "status")
    assert done.code == 130
    assert "已由您中断" in (done.out if json else done.err)


def test_control_c_in_a_real_process_leaves_a_run_that_completes(
    fresh_office: Path, command: Command, tmp_path: Path
) -> None:
    office = shutil.copytree(fresh_office, tmp_path / "office")
    assert command("-C", office, "import", estate.ledger(tmp_path / "l.csv")).code == 0
    script = (
        # A suite started in the background by a shell hands down that Ctrl-C is ignored.
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from evidence.workspace import steps\n"
        "def pause(name):\n"
        "    if name == 'planned':\n"
        "        print('planned', flush=True)\n"
        "        import time; time.sleep(60)\n"
        "steps.set_hook(pause)\n"
        "from evidence.cli import main\n"
        "main()\n"
    )
    words = [
        sys.executable,
        "-c",
        script,
        "-C",
        str(office),
        "--lang",
        "zh",
        "issue",
        "demand",
        "--converter",
        "builtin",
    ]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "planned\n"
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (130, ""), err
    assert "已由您中断" in err
    assert "Traceback" not in err
    assert (
        command("-C", office, "--json", "issue", "demand", "--converter", "builtin").json["counts"]["issued"]
        == 4
    )


def test_the_unexpected_exits_1_and_shows_its_trace_only_when_asked(
    office: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr("evidence.workspace.Workspace.status", broken)
    done = command("-C", office, "--lang", "zh", "status")
    assert (done.code, done.out) == (1, "")
    assert "[general.fault]" in done.err
    assert "RuntimeError: nobody thought of this" in done.err
    assert "Traceback" not in done.err
    for words in (["-v", "-C", office, "status"], ["-C", office, "status", "--verbose"]):
        traced = command(*words)
        assert traced.code == 1
        assert "Traceback" in traced.err
    as_json = command("-v", "--json", "-C", office, "status")
    assert as_json.json["errors"][0]["code"] == "general.fault"


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    command = f"{sys.executable} -m evidence explain | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


def test_any_zone_and_plain_c_locale_do(office: Path, tmp_path: Path) -> None:
    outputs = {
        in_a_shell("-C", office, "--json", "status", cwd=tmp_path, LC_ALL="C", LANG="", TZ=zone).out
        for zone in ("UTC", "America/New_York")
    }
    assert len(outputs) == 1
    assert "㛃䶮" in outputs.pop()


@pytest.mark.parametrize("lang", ["en", "zh", "zh-Hant"])
def test_every_code_is_explained_in_the_users_language(lang: str, command: Command) -> None:
    for code, spec in specs().items():
        done = command("--lang", lang, "explain", code)
        assert (done.code, done.err) == (0, "")
        for text in (spec.message, spec.hint, spec.explain):
            assert translate(text, lang) in done.out, code
        assert f"{code}  (exit {int(spec.exit)})" in done.out


def test_an_unknown_code_names_the_nearest(command: Command) -> None:
    done = command("--lang", "zh", "explain", "workspace.mising")
    assert done.code == 2
    assert "workspace.missing" in done.err
    assert "`evidence explain`" in command("--lang", "zh", "explain", "???").err


def test_verification_that_fails_exits_8_and_names_the_file(office: Path, command: Command) -> None:
    made = command("-C", office, "--json", "bundle", ACCOUNT, "--converter", "builtin", *ON_PURPOSE).json[
        "results"
    ][0]
    assert command("verify", made["folder"], made["zip"]).code == 0
    victim = Path(made["folder"], "data", "originals", "exhibits", "001-公示照片.png")
    victim.write_bytes(victim.read_bytes() + b"\0")
    for lang, words in (("en", "FAILED"), ("zh", "不通过")):
        done = command("--lang", lang, "verify", made["folder"])
        assert done.code == 8
        assert "data/originals/exhibits/001-公示照片.png" in done.out
        assert words in done.out
    told = command("--json", "verify", made["folder"], made["zip"])
    assert told.code == 8
    assert told.json["counts"]["failed"] > 0
    mixed = command("--json", "verify", made["zip"], "none.pdf")
    assert (mixed.code, mixed.json["errors"][0]["code"]) == (8, "general.file-missing")


def test_no_command_takes_long_to_say_its_help(tmp_path: Path) -> None:
    """Nothing heavy is imported before a command is asked for."""
    script = (
        "import sys\n"
        "from evidence.cli._root import run\n"
        "try:\n    run(['status', '--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pikepdf', 'sqlalchemy', 'PIL', 'openpyxl', 'fontTools', 'docxtpl', 'lxml', 'rich.table'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "HEAVY []"
