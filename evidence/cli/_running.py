"""A run of letters seen from the command line: progress on stderr, events on stdout, and what Ctrl-C does to it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Self

import click

from evidence.cli._app import App, n_
from evidence.cli._progress import Pace, view
from evidence.cli._stop import stoppable
from evidence.errors import EvidenceError, ExitCode, Problem
from evidence.letters.kinds import kind_label
from evidence.workspace.progress import Progress, Stage, Watch

if TYPE_CHECKING:
    from evidence.cli._progress import View

__all__ = ["Counting", "Running"]

_LABELS = {
    Stage.CONNECTING: n_("Connecting to the cluster"),
    Stage.PLANNED: n_("Making letters"),
    Stage.RESUMED: n_("Making letters"),
    Stage.MAKING: n_("Making letters"),
    Stage.CLOSING: n_("Completing the copies"),
}


EVENT_S = 1.0
"""Seconds between two events of work that counts faster than anybody reads."""


class Counting:
    """A context around work that is done whole or not at all, and tells :meth:`count` how far it is.

    ``what`` is the work in the user's words, ``stage`` in a program's.
    """

    def __init__(self, app: App, what: str, stage: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._what, self._stage, self._pace = app, what, stage, Pace(clock)
        self._view: View = view(app, self._pace)
        self._told_at = -EVENT_S

    def __enter__(self) -> Self:
        self._view.__enter__()
        self._view.show(self._what)
        return self

    def __exit__(self, *_: object) -> None:
        self._view.__exit__()

    def count(self, done: int, total: int) -> None:
        self._pace.update(done, total)
        self._view.show(self._what, done, total)
        now = self._pace.clock()
        if self._app.lines and (done == total or now - self._told_at >= EVENT_S):
            self._told_at = now
            self._app.event("progress", stage=self._stage, done=done, total=total, **self._pace.told())


class Running:
    """A context around work that tells :attr:`watch` how far it is.

    The first Ctrl-C (SIGTERM, SIGHUP) asks a run to stop after the letters at hand, the second ends the process.
    ``before`` says what is done before there is a run.
    """

    def __init__(
        self,
        app: App,
        clock: Callable[[], float] = time.monotonic,
        *,
        before: str = n_("Looking who is due"),
    ) -> None:
        self._app, self._pace, self._before = app, Pace(clock), before
        self._view: View = view(app, self._pace)
        self._is_under_way = False
        self._counts = {"issued": 0, "planned": 0, "skipped": 0}
        self._held = ExitStack()
        self.watch = Watch(self._tell)

    def __enter__(self) -> Self:
        with ExitStack() as held:
            held.enter_context(self._view)
            self._view.show(self._app.t(self._before))
            held.enter_context(
                stoppable(self.watch.stop, lambda: self._is_under_way, self._view.stop, self._last_word)
            )
            self._held = held.pop_all()
        return self

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        self._held.close()
        if isinstance(error, EvidenceError) and error.exit_code is ExitCode.INTERRUPTED:
            # Told with what was made: a program counts too.
            self._app.finish(errors=error.problems, counts=self._counts, code=error.exit_code)

    def _tell(self, event: Progress) -> None:
        if event.stage is Stage.CONNECTING:  # Ctrl-C ends this at once: there is no letter at hand
            self._view.show(self._app.t(_LABELS[event.stage]))
            return
        self._is_under_way = True
        refused = sum(bool(letter.problems) for letter in event.settled)
        self._counts["skipped"] += refused
        self._counts["issued"] += len(event.settled) - refused
        if event.stage is Stage.PLANNED:
            self._counts["planned"] = event.total
        if event.stage is Stage.RESUMED:
            words = n_("Going on with run {run} ({kind}): {left} of its {total} letters are left.")
            kind = kind_label(event.kind, self._app.lang)
            left = event.total - event.done
            self._app.say(self._app.t(words, run=event.run, kind=kind, left=left, total=event.total))
        self._pace.update(event.done, event.total)
        self._view.show(self._app.t(_LABELS[event.stage]), event.done, event.total, event.refused)
        if self._app.lines:
            self._write(event)

    def _write(self, event: Progress) -> None:
        about = {"run": event.run, "kind": event.kind, "done": event.done, "total": event.total}
        if event.stage in (Stage.PLANNED, Stage.RESUMED):
            self._app.event(event.stage.value, **about)
        for letter in event.settled:
            told = {"number": letter.number, "account": letter.account}
            if letter.problems:
                problems = [self._app.problem_json(problem) for problem in letter.problems]
                self._app.event("refused", run=event.run, **told, problems=problems)
            else:
                self._app.event("letter", run=event.run, **told)
        if event.stage in (Stage.PLANNED, Stage.RESUMED):
            return
        counts = {"made": event.made, "refused": event.refused}
        self._app.event("progress", **about, stage=event.stage.value, **counts, **self._pace.told())

    def _last_word(self) -> None:
        """Of a process that ends at once: the cursor is put back, and what to do next is said."""
        self._view.__exit__()
        with suppress(click.exceptions.Exit):
            self._app.finish(errors=[Problem("general.interrupted")], code=ExitCode.INTERRUPTED)
        sys.stdout.flush()
