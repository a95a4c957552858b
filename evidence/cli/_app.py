"""What every command gets: the global options, and one way each to speak and to stop."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evidence.clock import CHINA, Source
from evidence.errors import ExitCode, Place, Problem, fail, spec_of
from evidence.i18n import describe, translate

if TYPE_CHECKING:
    from evidence.workspace import Workspace

SCHEMA_VERSION = 1
_LAST = {ExitCode.DONE: "finished", ExitCode.PARTIAL: "finished", ExitCode.INTERRUPTED: "interrupted"}
"""What the last line of ``--json-lines`` is called; every other exit code is ``failed``."""


def n_(message: str) -> str:
    """Marks a message for the catalogue; it is translated where it is shown."""
    return message


@dataclass
class App:
    """The typed click context object."""

    lang: str
    json: bool
    verbose: bool
    quiet: bool
    as_of_option: date | None
    workspace_option: Path | None
    source: Source
    command: str = ""
    wait: float = 0.0
    log_file: str | None = None
    codes: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    lines: bool = False
    """Under ``--json-lines``; then ``json`` is set too, since words stay off stdout in both."""
    _open: list[Workspace] = field(default_factory=list)

    @property
    def as_of(self) -> date:
        """The date of calculation: ``--as-of``, else today in China."""
        return self.as_of_option or self.source.now().astimezone(CHINA).date()

    def t(self, message: str, /, **params: str | int) -> str:
        return translate(message, self.lang, **params)

    def workspace(self) -> Workspace:
        """The workspace named or found upward from the current folder."""
        from evidence.workspace import Workspace

        if not self._open:
            start = self.workspace_option
            found = Workspace.find(Path.cwd()) if start is None else start
            self._open.append(
                Workspace.open(
                    found,
                    source=self.source,
                    passphrase=self.passphrase,
                    pin=self.pin,
                    wait=self.wait,
                    waiting=self.waiting,
                )
            )
        return self._open[0]

    def waiting(self, holder: str) -> None:
        """Says for whom a command waits."""
        words = n_("Waiting up to {seconds} s for another command ({holder})…")
        self.say(self.t(words, seconds=f"{self.wait:g}", holder=holder))

    def passphrase(self) -> str:
        """That of the signing key: ``EVIDENCE_KEY_PASSPHRASE``, else asked for on a terminal, else none."""
        from evidence.workspace.keyring import passphrase_from_environment

        given = passphrase_from_environment()
        if given or not sys.stdin.isatty():
            return given
        return str(click.prompt(self.t(n_("Passphrase of the signing key")), hide_input=True, err=True))

    def pin(self) -> str:
        """That of the device the signing key is in: ``EVIDENCE_KEY_PIN``, else asked for on a terminal, else none."""
        from evidence.workspace.keyring import pin_from_environment

        given = pin_from_environment()
        if given or not sys.stdin.isatty():
            return given
        return str(
            click.prompt(self.t(n_("PIN of the device with the signing key")), hide_input=True, err=True)
        )

    def new_passphrase(self) -> str:
        """One for a new or newly encrypted key, asked for twice; ``stamp.passphrase-missing`` where nobody can be asked."""
        from evidence.workspace.keyring import LEAST, passphrase_from_environment

        given = passphrase_from_environment()
        if given:
            return given
        if not sys.stdin.isatty():
            raise fail("stamp.passphrase-missing", least=LEAST)
        words = self.t(n_("New passphrase (at least {least} characters)"), least=LEAST)
        return str(click.prompt(words, hide_input=True, confirmation_prompt=True, err=True))

    def root(self) -> Path:
        """The folder of the workspace, without opening it."""
        from evidence.workspace import Workspace

        return Workspace.find(Path.cwd()) if self.workspace_option is None else self.workspace_option

    def close(self) -> None:
        for workspace in self._open:
            workspace.close()

    def say(self, text: str = "") -> None:
        """Progress and messages: stderr, silent under ``-q``."""
        if not self.quiet:
            click.echo(text, err=True)

    def out(self, text: str = "") -> None:
        """The product, for people: stdout, not under ``--json``."""
        if not self.json:
            click.echo(text)

    def event(self, name: str, /, **told: Any) -> None:
        """One line on stdout about work that goes on, under ``--json-lines`` alone (docs/formats.md, section 9).

        A program that has gone away stops no work: nobody reads the rest, and that is all.
        """
        if not self.lines:
            return
        at = self.source.now().astimezone(UTC).isoformat(timespec="milliseconds")
        text = json.dumps(
            {"schema_version": SCHEMA_VERSION, "event": name, "at": at, **told}, ensure_ascii=False
        )
        try:
            click.echo(text.encode("utf-8", "backslashreplace").decode())
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def table(
        self, headers: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()
    ) -> None:
        """A plain table on stdout, columns in ``right`` aligned right; wide characters counted as two."""
        if self.json:
            return
        from rich.box import SIMPLE_HEAD
        from rich.console import Console
        from rich.table import Table

        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
        aligned = set(right)
        for i, header in enumerate(headers):
            table.add_column(header, justify="right" if i in aligned else "left", overflow="fold")
        for row in rows:
            table.add_row(*(_plain(cell) for cell in row))
        width = None if sys.stdout.isatty() else 160
        Console(width=width, highlight=False, markup=False).print(table)

    def finish(
        self,
        results: Sequence[Mapping[str, Any]] = (),
        *,
        counts: Mapping[str, int] | None = None,
        warnings: Sequence[Problem] = (),
        errors: Sequence[Problem] = (),
        code: ExitCode | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Print the one JSON object under ``--json``, warnings and errors otherwise, and leave with the code.

        Under ``--json-lines`` the object is the last line's.
        """
        self.codes = tuple(problem.code for problem in (*errors, *warnings))
        self.counts = dict(counts or {})
        if code is None:
            code = spec_of(errors[0].code).exit if errors else ExitCode.DONE
        if self.json:
            envelope = {
                "schema_version": SCHEMA_VERSION,
                "command": self.command,
                "as_of": self.as_of.isoformat(),
                "counts": dict(counts or {}),
                "results": [dict(row) for row in results],
                "warnings": [self.problem_json(p) for p in warnings],
                "errors": [self.problem_json(p) for p in errors],
                **(extra or {}),
            }
            if self.lines:
                self.event(_LAST.get(code, "failed"), exit=int(code), **envelope)
            else:
                text = json.dumps(envelope, ensure_ascii=False, indent=2)
                # Halves of characters, from file names in another encoding, become JSON's own escapes.
                click.echo(text.encode("utf-8", "backslashreplace").decode())
        else:
            self.complain(warnings, warning=True)
            self.complain(errors)
        if code:
            raise click.exceptions.Exit(int(code))

    def described(self, problem: Problem) -> tuple[str, str]:
        """The message and the next step, the case file's words and its commands as this reader types them."""
        if problem.code.startswith("case.") and self.lang != "en":
            from evidence.workspace.casespeech import problem_in_words

            problem = problem_in_words(problem, self.lang)
        if self.lang != "en":
            from evidence.cli._labels import labelled

            problem = labelled(problem, self.lang)
        message, hint = describe(problem, self.lang)
        return message, self.typed(hint)

    def typed(self, text: str) -> str:
        """``text`` with the commands in it that fill the case file in this reader's words."""
        if self.lang == "en" or "evidence case" not in text:
            return text
        from evidence.workspace.casespeech import commands_in_words

        return commands_in_words(text, self.lang)

    def problem_json(self, problem: Problem) -> dict[str, Any]:
        message, hint = self.described(problem)
        return {"code": problem.code, "message": message, "where": problem.where.to_json(), "hint": hint}

    def complain(self, problems: Sequence[Problem], *, warning: bool = False) -> None:
        """Every problem on stderr: code, place, cause; below it the next step.

        What is to be done about several that follow each other is said once, below the last, and never again. Many
        warnings of one kind would drown the others: two are shown, and the places of the rest, unless with -v.
        """
        word = self.t(n_("warning")) if warning else self.t(n_("error"))
        rest = _crowds(problems) if warning and not self.verbose else {}
        problems = [problem for problem in problems if not any(problem in some for some in rest.values())]
        told = [(problem, *self.described(problem)) for problem in problems]
        said: set[str] = set()
        for i, (problem, message, hint) in enumerate(told):
            where = str(problem.where)
            # Many messages begin with the account or the file themselves.
            place = f"{where}: " if where and not message.startswith(where) else ""
            click.echo(f"{word} [{problem.code}] {place}{message}", err=True)
            if problem.code in rest and problem.code not in (p.code for p in problems[i + 1 :]):
                places = ", ".join(_cell(one.where) for one in rest[problem.code])
                words = n_("  … and {n} more of this kind: {places}")
                click.echo(self.t(words, n=len(rest[problem.code]), places=places), err=True)
            if hint and hint not in said and (i + 1 == len(told) or told[i + 1][2] != hint):
                said.add(hint)
                click.echo(f"  → {hint}", err=True)


_CROWD, _SHOWN = 5, 2


def _crowds(problems: Sequence[Problem]) -> dict[str, list[Problem]]:
    """By code, the problems that need not be shown one by one: all but the first two of more than five."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.code, []).append(problem)
    return {code: some[_SHOWN:] for code, some in found.items() if len(some) > _CROWD}


def _cell(where: Place) -> str:
    """The cell where it has one (the sheet stands in the warnings shown), else all that is known."""
    return f"{where.column}{where.row}" if where.column and where.row else str(where)


def _plain(cell: str) -> Any:
    from rich.text import Text

    return Text(cell)
