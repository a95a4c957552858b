"""What long work shows and tells: pace and words, a line on a terminal, lines of counts elsewhere, events."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

import pytest
from rich.console import Console

from evidence.cli._app import App
from evidence.cli._progress import Bar, Counters, Pace, View, left_words, rate_words
from evidence.cli._running import Running
from evidence.clock import fixed_source
from evidence.errors import ExitCode, Place, Problem
from evidence.i18n import LANGUAGES
from evidence.workspace.progress import Progress, Settled, Stage

NOW = "2026-11-25T16:00:00+08:00"


class Clock:
    """Seconds as a test sets them."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def app(lang: str = "en", *, json: bool = False, lines: bool = False, quiet: bool = False) -> App:
    made = App(lang, json or lines, False, quiet, None, None, fixed_source(NOW), "issue")
    made.lines = lines
    return made


def seen(bar: View, *, columns: int = 80) -> str:
    """The line as a terminal shows it."""
    assert isinstance(bar, Bar)
    screen = Console(file=io.StringIO(), width=columns, color_system=None, legacy_windows=False)
    with screen.capture() as shown:
        screen.print(bar.line())
    return shown.get()


# A run of 300, of which an earlier call made 100: three waves, a letter of the second refused.
DOUBT = (Problem("claim.late-due-unknown", Place(part="1-102")),)
RUN = [
    Progress(100, 300, stage=Stage.RESUMED, run="3fa2c1", kind="demand"),
    Progress(150, 300, 50, 0, Stage.MAKING, "3fa2c1", "demand", (Settled("2-2026-0101", "1-101"),)),
    Progress(200, 300, 99, 1, Stage.MAKING, "3fa2c1", "demand", (Settled("2-2026-0151", "1-102", DOUBT),)),
    Progress(300, 300, 199, 1, Stage.MAKING, "3fa2c1", "demand"),
    Progress(300, 300, 199, 1, Stage.CLOSING, "3fa2c1", "demand"),
]


def test_pace_is_that_of_this_call_and_of_the_last_minute(clock: Clock) -> None:
    pace = Pace(clock)
    pace.update(100, 300)  # made by an earlier call: nothing to tell a pace by
    assert (pace.per_second, pace.seconds_left) == (None, None)
    clock.now = 5
    pace.update(150, 300)
    assert (pace.per_second, pace.seconds_left) == (10, 15)
    clock.now = 8
    assert pace.seconds_left == 12, "counted down between two waves"
    clock.now = 100
    pace.update(200, 300)
    clock.now = 165
    pace.update(265, 300)
    assert (pace.per_second, pace.seconds_left) == (1, 35), "what was fast long ago does not count"
    pace.update(0, 40)
    assert pace.per_second is None, "the next run begins anew"


@pytest.mark.parametrize(
    ("per_second", "words"),
    [(None, ["", "", ""]), (0.5, ["30/min", "30/分钟", "30/分鐘"]), (2.25, ["2.2/s", "2.2/秒", "2.2/秒"]),
     (34.4, ["34/s", "34/秒", "34/秒"])],
)  # fmt: skip
def test_a_rate_is_by_the_second_or_by_the_minute(per_second: float | None, words: Sequence[str]) -> None:
    assert [rate_words(app(lang), per_second) for lang in LANGUAGES] == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ["", "", ""]),
        (0.2, ["about 1 s left", "约剩 1 秒", "約剩 1 秒"]),
        (59.4, ["about 59 s left", "约剩 59 秒", "約剩 59 秒"]),
        (272, ["about 4 min 30 s left", "约剩 4 分 30 秒", "約剩 4 分 30 秒"]),
        (1_790, ["about 30 min left", "约剩 30 分钟", "約剩 30 分鐘"]),
        (4_800, ["about 1 h 20 min left", "约剩 1 小时 20 分", "約剩 1 小時 20 分"]),
    ],
)
def test_time_left_is_told_in_steps_that_fit(seconds: float | None, words: Sequence[str]) -> None:
    assert [left_words(app(lang), seconds) for lang in LANGUAGES] == words


@pytest.mark.parametrize(
    ("lang", "parts"),
    [
        ("en", ["Making letters", "200/300  1 not made  10/s  about 10 s left"]),
        ("zh", ["正在制作文书", "200/300  未制作 1 份  10/秒  约剩 10 秒"]),
        ("zh-Hant", ["正在製作文書", "200/300  未製作 1 份  10/秒  約剩 10 秒"]),
    ],
)
def test_on_a_terminal_one_line_says_what_how_much_how_fast_and_how_long(
    lang: str, parts: list[str], clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    speaker = app(lang)
    pace = Pace(clock)
    bar = Bar(speaker, pace)
    for seconds, event in zip((0, 5, 10), RUN, strict=False):
        clock.now = seconds
        pace.update(event.done, event.total)
        bar.show(speaker.t("Making letters"), event.done, event.total, event.refused)
    line = seen(bar)
    assert line.count("\n") == 1, "one line of eighty columns"
    assert all(part in line for part in parts), line
    assert "━" in line
    bar.stop()
    stopping = seen(bar)
    assert (stopping.count("\n"), "…" in stopping) == (1, False), stopping
    assert stopping.startswith("200/300  ")
    assert "Ctrl-C" in stopping


def test_elsewhere_a_line_of_counts_every_ten_seconds(
    clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    speaker = app("zh")
    pace = Pace(clock)
    counters = Counters(speaker, pace)
    for second in range(21):
        clock.now = second
        pace.update(second * 4, 300)
        counters.show("正在制作文书", second * 4, 300)
    counters.stop()
    counters.stop()
    said = capfd.readouterr()
    assert said.err.splitlines() == [
        "正在制作文书  40/300  4.0/秒  约剩 1 分钟",
        "正在制作文书  80/300  4.0/秒  约剩 55 秒",
        "手头的文书办完即停；再按一次 Ctrl-C 立即结束。",
    ]
    assert (said.out, "\r" in said.err, "\x1b" in said.err) == ("", False, False)


@pytest.mark.parametrize("options", [{"quiet": True}, {"json": True, "quiet": True}])
def test_quiet_shows_nothing(
    options: dict[str, bool], clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    with Running(app("en", **options), clock) as running:
        for event in RUN:
            clock.now += 60
            running.watch.tell(event)
    assert capfd.readouterr() == ("", "")


def test_events_are_an_object_a_line_and_say_no_more_than_json_does(
    clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    speaker = app("zh", lines=True)
    with Running(speaker, clock) as running:
        for event in RUN:
            running.watch.tell(event)
            clock.now += 5
    speaker.finish([{"number": "2-2026-0101"}], counts={"issued": 1})
    said = capfd.readouterr()
    events = [json.loads(line) for line in said.out.splitlines()]
    assert [event["event"] for event in events] == [
        "resumed", "letter", "progress", "refused", "progress", "progress", "progress", "finished",
    ]  # fmt: skip
    assert {event["schema_version"] for event in events} == {1}
    assert {event["at"] for event in events} == {"2026-11-25T08:00:00.000+00:00"}
    head = {"schema_version": 1, "at": "2026-11-25T08:00:00.000+00:00"}
    about = {"run": "3fa2c1", "kind": "demand"}
    assert events[0] == {**head, "event": "resumed", **about, "done": 100, "total": 300}
    assert events[1] == {
        **head,
        "event": "letter",
        "run": "3fa2c1",
        "number": "2-2026-0101",
        "account": "1-101",
    }
    assert events[4] == {
        **head, "event": "progress", **about, "done": 200, "total": 300, "stage": "making", "made": 99, "refused": 1,
        "per_minute": 600.0, "seconds_left": 10,
    }  # fmt: skip
    (problem,) = events[3]["problems"]
    assert (problem["code"], set(problem)) == ("claim.late-due-unknown", {"code", "message", "where", "hint"})
    assert (events[-1]["exit"], events[-1]["counts"], events[-1]["errors"]) == (0, {"issued": 1}, [])
    assert said.err.splitlines() == ["接着制作上次中断的批次 3fa2c1（催交通知书）：共 300 份，还剩 200 份。"]


@pytest.mark.parametrize(
    ("code", "last"),
    [(ExitCode.DONE, "finished"), (ExitCode.PARTIAL, "finished"), (ExitCode.INTERRUPTED, "interrupted"),
     (ExitCode.MISSING, "failed"), (ExitCode.FAULT, "failed")],
)  # fmt: skip
def test_the_last_line_says_how_it_ended(
    code: ExitCode, last: str, capfd: pytest.CaptureFixture[str]
) -> None:
    import click

    speaker = app(lines=True)
    try:
        speaker.finish(code=code)
        ended = 0
    except click.exceptions.Exit as stop:
        ended = stop.exit_code
    told = json.loads(capfd.readouterr().out)
    assert (told["event"], told["exit"], ended) == (last, int(code), int(code))


def test_a_resumed_run_is_announced_in_every_language(
    clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    for lang, words in (
        ("en", "Going on with run 3fa2c1 (demand): 200 of its 300 letters are left."),
        ("zh", "接着制作上次中断的批次 3fa2c1（催交通知书）：共 300 份，还剩 200 份。"),
        ("zh-Hant", "接著製作上次中斷的批次 3fa2c1（催交通知書）：共 300 份，還剩 200 份。"),
    ):
        with Running(app(lang), clock) as running:
            running.watch.tell(RUN[0])
        assert capfd.readouterr().err == f"{words}\n"


def test_while_a_cluster_is_asked_for_the_line_says_so_and_no_run_is_under_way(
    clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    with Running(app("zh", lines=True), clock) as running:
        running.watch.tell(Progress(0, 60, stage=Stage.CONNECTING, kind="demand"))
        assert (running._view.label, running._is_under_way) == ("正在连接集群", False)
        running.watch.tell(RUN[1])
        assert (running._view.label, running._is_under_way) == ("正在制作文书", True)
    assert "connecting" not in capfd.readouterr().out, "no event: nothing has happened yet"
