"""How long work shows itself: a line that moves on a terminal, now and then a line of counts elsewhere.

Both go to stderr and say the same: what is being done, how much of it, how fast, and about how long it will take. Nothing
is shown under ``-q``; under ``--json`` and ``--json-lines`` stdout stays a program's.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from evidence.cli._app import App, n_

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live

__all__ = ["Bar", "Counters", "Pace", "View", "left_words", "rate_words", "view"]

WINDOW_S = 60.0
"""Pace is that of the last minute: letters come in waves, and an office that starts takes seconds before the first."""
EVERY_S = 10.0
"""Seconds between two lines of counts."""
SILENT_S = 5.0
"""Seconds after which work that has nothing to count yet says how long it has been going on."""
_STOPPING = n_("Finishing the letters at hand; Ctrl-C again ends at once.")


class Pace:
    """How fast work goes and how long the rest will take, by what was done in the last :data:`WINDOW_S` seconds.

    ``clock`` gives seconds from an arbitrary beginning.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._points: deque[tuple[float, int]] = deque()
        self._total: int | None = None

    def update(self, done: int, total: int | None) -> None:
        """``done`` now of ``total``, ``None`` where nobody knows. Less than before is other work: pace begins anew."""
        now = self.clock()
        if self._points and (done < self._points[-1][1] or total != self._total):
            self._points.clear()
        self._total = total
        self._points.append((now, done))
        while len(self._points) > 2 and self._points[1][0] < now - WINDOW_S:
            self._points.popleft()

    @property
    def per_second(self) -> float | None:
        """``None`` before there is anything to tell it by."""
        if len(self._points) < 2:
            return None
        (since, before), (until, after) = self._points[0], self._points[-1]
        return (after - before) / (until - since) if after > before and until > since else None

    @property
    def seconds_left(self) -> float | None:
        """Counted down from the last update, so that it moves between two waves."""
        speed = self.per_second
        if speed is None or self._total is None:
            return None
        at, done = self._points[-1]
        return max(0.0, (self._total - done) / speed - (self.clock() - at))

    def told(self) -> dict[str, float | None]:
        """For programs: ``per_minute`` and ``seconds_left``, ``None`` where there is none yet."""
        speed, left = self.per_second, self.seconds_left
        return {
            "per_minute": None if speed is None else round(speed * 60, 1),
            "seconds_left": None if left is None else round(left),
        }


def rate_words(app: App, per_second: float | None) -> str:
    """``34/s``, or ``40/min`` for what is slow; empty where there is no rate yet."""
    if per_second is None:
        return ""
    if per_second < 1:
        return app.t(n_("{n}/min"), n=f"{per_second * 60:.0f}")
    return app.t(n_("{n}/s"), n=f"{per_second:.0f}" if per_second >= 10 else f"{per_second:.1f}")


def left_words(app: App, seconds: float | None) -> str:
    """``about 25 s left``, in steps that fit; empty where nobody can tell."""
    if seconds is None:
        return ""
    if seconds < 60:
        return app.t(n_("about {s} s left"), s=max(1, round(seconds)))
    if seconds < 600:
        minutes, rest = divmod(round(seconds / 10) * 10, 60)
        if rest:
            return app.t(n_("about {min} min {s} s left"), min=minutes, s=rest)
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return app.t(n_("about {min} min left"), min=minutes)
    return app.t(n_("about {h} h {min} min left"), h=hours, min=minutes)


class View:
    """Shows nothing; its kinds below show something. Used as a context."""

    def __init__(self, app: App, pace: Pace) -> None:
        self.app, self.pace = app, pace
        self.label, self.done, self.refused = "", 0, 0
        self.total: int | None = None
        self.is_stopping = False
        self._begun = pace.clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def show(self, label: str, done: int = 0, total: int | None = None, refused: int = 0) -> None:
        """What is being done, and how far it is; ``pace`` knows already."""
        self.label, self.done, self.total, self.refused = label, done, total, refused

    def stop(self) -> None:
        """Somebody asked for the end. Called by a handler of signals: nothing here may wait for a lock."""
        self.is_stopping = True

    def counted(self) -> str:
        """``125/300  34/s  about 5 s left``; without what is not known."""
        parts = [f"{self.done:,}/{self.total:,}" if self.total is not None else ""]
        if self.refused:
            parts.append(self.app.t(n_("{n} not made"), n=self.refused))
        if self.total is None or self.done < self.total:
            left = left_words(self.app, self.pace.seconds_left)
            parts += [rate_words(self.app, self.pace.per_second), left or self._since()]
        return "  ".join(part for part in parts if part)

    def _since(self) -> str:
        """``35 s so far``, where nobody can tell yet how long it will take: something is going on."""
        seconds = self.pace.clock() - self._begun
        return self.app.t(n_("{s} s so far"), s=round(seconds)) if seconds >= SILENT_S else ""


class Counters(View):
    """For a file, a pipe, a terminal that cannot move its cursor: whole lines, seldom. Short work shows none."""

    def __init__(self, app: App, pace: Pace) -> None:
        super().__init__(app, pace)
        self._said_at = pace.clock()

    def show(self, label: str, done: int = 0, total: int | None = None, refused: int = 0) -> None:
        super().show(label, done, total, refused)
        now = self.pace.clock()
        if now - self._said_at >= EVERY_S and self.counted():
            self._said_at = now
            with suppress(OSError):  # whoever read it has gone; the work has not
                self.app.say(f"{label}  {self.counted()}")

    def stop(self) -> None:
        if not self.is_stopping and not self.app.quiet:
            # Not through sys.stderr: the handler may have interrupted a write to it.
            with suppress(OSError):
                os.write(2, (self.app.t(_STOPPING) + "\n").encode())
        super().stop()


class Bar(View):
    """One line at the bottom of a terminal, drawn a few times a second by a thread of its own."""

    def __init__(self, app: App, pace: Pace, console: Console | None = None) -> None:
        super().__init__(app, pace)
        self._console = console
        self._live: Live | None = None

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.live import Live

        console = self._console or Console(stderr=True)
        # What is drawn is read from plain attributes, never handed over: a handler of signals changes them too.
        self._live = Live(console=console, get_renderable=self.line, refresh_per_second=4, transient=True)
        with suppress(OSError):
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            with suppress(OSError):
                self._live.stop()

    def line(self) -> RenderableType:
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        if self.is_stopping:
            counts = f"{self.done:,}/{self.total:,}  " if self.total is not None else ""
            return Text(counts + self.app.t(_STOPPING), overflow="ellipsis", no_wrap=True)
        grid = Table.grid(padding=(0, 2), expand=True)
        grid.add_column(no_wrap=True)
        grid.add_column(ratio=1)
        grid.add_column(no_wrap=True)
        bar = ProgressBar(
            total=self.total,
            completed=self.done,
            pulse=self.total is None,
            complete_style="green",  # red would look like something wrong
            finished_style="green",
            pulse_style="green",
        )
        grid.add_row(Text(self.label), bar, Text(self.counted()))
        return grid


def view(app: App, pace: Pace) -> View:
    """What fits where stderr goes."""
    if app.quiet or app.json:
        return Counters(app, pace) if not app.quiet and not app.lines else View(app, pace)
    if sys.stderr.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown"):
        return Bar(app, pace)
    return Counters(app, pace)
