"""Ctrl-C at a real terminal: the letters at hand are finished, the second ends at once, and the same command goes on."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import casefile
import estate
import pytest
from speaking import Command

from evidence.cli._stop import stoppable
from evidence.workspace import Workspace

pytestmark = pytest.mark.skipif(shutil.which("setsid") is None, reason="setsid is not installed")

OWNERS = [(f"1-{number}01", f"样{number}") for number in range(1, 6)]
# The program, which makes letters one by one, and after each says so on the terminal, with the processes it has started,
# and goes on when somebody presses Enter.
PROGRAM = """
import os, signal
for number in (signal.SIGINT, signal.SIGHUP):  # a suite started in the background hands down that they are ignored
    signal.signal(number, signal.default_int_handler)
from evidence.cli._stop import descendants
from evidence.letters.convert.builtin import BuiltinConverter
from evidence.workspace import issue, steps
issue.BATCH = BuiltinConverter.batches_at_once = 1
def pause(step):
    if step == "copied":
        os.write(1, b"<recorded " + " ".join(map(str, descendants(os.getpid()))).encode() + b">\\n")
        os.read(0, 100)
steps.set_hook(pause)
from evidence.cli import main
main()
"""
CTRL_C = "\x03"
PATIENCE_S = 120


class Terminal:
    """A terminal of eighty columns in which one command runs."""

    def __init__(self, *words: object) -> None:
        self._outside, inside = os.openpty()
        environment = {**os.environ, "EVIDENCE_TEST_NOW": casefile.LATER, "TERM": "xterm", "COLUMNS": "80"}
        call = ["setsid", "--ctty", sys.executable, "-c", PROGRAM, *map(str, words)]
        self.process = subprocess.Popen(call, stdin=inside, stdout=inside, stderr=inside, env=environment)
        os.close(inside)
        self.shown, self._seen, self._end = "", 0, time.monotonic() + PATIENCE_S

    def until(self, pattern: str) -> re.Match[str]:
        """What was shown after what was waited for before, as soon as it holds ``pattern``."""
        while not (found := re.compile(pattern).search(self.shown, self._seen)):
            assert self._more(), f"never came: {pattern}\n…{self.shown[-2000:]}"
        self._seen = found.end()
        return found

    def type(self, text: str) -> None:
        os.write(self._outside, text.encode())

    def ended(self) -> int:
        """The exit code, after all was shown."""
        while self._more():
            pass
        os.close(self._outside)
        return self.process.wait(timeout=60)

    def _more(self) -> bool:
        # The line is drawn again and again: something always comes.
        left = self._end - time.monotonic()
        if left < 0 or not select.select([self._outside], [], [], left)[0]:
            self.process.kill()
            self.process.wait()
            pytest.fail(f"it waits for something else: …{self.shown[-2000:]}")
        try:
            piece = os.read(self._outside, 4096)
        except OSError:  # the terminal closes with its last process
            return False
        self.shown += piece.decode("utf-8", "replace")
        return bool(piece)


def is_running(pid: int) -> bool:
    """A dead process that nobody has waited for yet does not count."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_at_a_terminal_the_first_finishes_what_is_at_hand_the_second_ends_and_the_same_command_goes_on(
    fresh_office: Path, command: Command, tmp_path: Path
) -> None:
    office = shutil.copytree(fresh_office, tmp_path / "office")
    assert command("-C", office, "import", estate.ledger(tmp_path / "l.csv", OWNERS)).code == 0
    issue = ("-C", office, "--lang", "zh", "issue", "demand", "--converter", "builtin", "--jobs", "1")

    first = Terminal(*issue)
    started = {int(pid) for pid in first.until(r"<recorded ([\d ]+)>")[1].split()}
    first.type(CTRL_C)
    first.until("再按一次 Ctrl-C 立即结束")
    for _ in range(2):
        first.type("\n")
        first.until("<recorded")
    first.type("\n")
    assert first.ended() == 130
    plain = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", first.shown)
    assert re.search(r"正在制作文书  ━+  0/5", plain), "the line that moves"
    assert "错误 [workspace.run-stopped] 已由您中断：批次" in first.shown
    assert "共 5 份，已完成 3 份，还剩 2 份。" in first.shown
    assert "重新运行同一命令，即接着制作其余文书；编号不重不漏。" in first.shown
    assert first.shown.count("<recorded") == 3, "one recorded, two that the converter was at"
    assert "Traceback" not in first.shown

    second = Terminal(*issue)
    second.until("接着制作上次中断的批次 [0-9a-f]{12}（催交通知书）：共 5 份，还剩 2 份。")
    started |= {int(pid) for pid in second.until(r"<recorded ([\d ]+)>")[1].split()}
    second.type(CTRL_C)
    second.until("再按一次 Ctrl-C 立即结束")
    second.type(CTRL_C)
    assert second.ended() == 130
    assert "错误 [general.interrupted] 已由您中断。" in second.shown
    assert second.shown.count("\x1b[?25l") == second.shown.count("\x1b[?25h"), "the cursor is there again"
    assert "Traceback" not in second.shown
    assert not [pid for pid in started if is_running(pid)], "no converter goes on for nobody"

    told = command("-C", office, "status", "--json").json
    assert [one["code"] for one in told["warnings"]] == ["workspace.run-unfinished"]
    assert "共 5 份，已完成 4 份" in command("-C", office, "--lang", "zh", "doctor").out.replace("\n", "")
    last = command(*issue, "--json-lines")
    assert '"event": "resumed"' in last.out.splitlines()[0]
    assert '"event": "finished", ' in last.out.splitlines()[-1]
    with Workspace.open(office, source=casefile.later()) as made:
        assert made.check_journal()[1] == ()
        assert made.open_runs() == []
    assert len(list((office / "letters").rglob("*.pdf"))) == 5


def test_before_there_is_anything_to_finish_the_first_ends_the_command() -> None:
    stop, told = threading.Event(), list[str]()
    with pytest.raises(KeyboardInterrupt), stoppable(stop, lambda: False, lambda: told.append("stop"), list):
        signal.raise_signal(signal.SIGTERM)
    assert (stop.is_set(), told) == (False, [])
    with stoppable(stop, lambda: True, lambda: told.append("stop"), list):
        signal.raise_signal(signal.SIGTERM)
    assert (stop.is_set(), told) == (True, ["stop"])


def test_what_was_ignored_stays_ignored() -> None:
    """As ``nohup`` has it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable(threading.Event(), lambda: True, list, list):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_processes_in_sessions_of_their_own_end_with_those_that_started_them() -> None:
    """In a process apart, since all that it started ends."""
    program = (
        "import os, subprocess, sys, time\n"
        "from evidence.cli._stop import descendants, end_descendants\n"
        'inner = \'import subprocess, time; subprocess.Popen(["sleep", "60"], start_new_session=True); \'\n'
        "inner += 'print(1, flush=True); time.sleep(60)'\n"
        "child = subprocess.Popen([sys.executable, '-c', inner], stdout=subprocess.PIPE, start_new_session=True)\n"
        "child.stdout.readline()\n"
        "found = descendants(os.getpid())\n"
        "end_descendants()\n"
        "print(child.wait(10), *found)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True
    )
    code, *found = map(int, done.stdout.split())
    assert (code, len(found)) == (-signal.SIGKILL, 2)
    assert not any(map(is_running, found))
