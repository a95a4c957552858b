"""The root command: global options, lazy subcommands, and the one place where errors become exit codes."""

from __future__ import annotations

import copy
import difflib
import errno
import os
import re
import sys
import time
from collections.abc import Sequence
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click

from evidence import __version__
from evidence.cli._app import App, n_
from evidence.cli._click_words import speak
from evidence.cli._lines import TWO_KINDS
from evidence.cli._short import SHORT
from evidence.cli._stop import interrupting
from evidence.clock import system_source
from evidence.errors import EvidenceError, ExitCode, Place, Problem
from evidence.i18n import LANGUAGES, language_of, system_language, translate

# Name of each command and the module it lives in; nothing is imported before its command is asked for.
COMMANDS = {
    "init": "init",
    "demo": "demo",
    "doctor": "doctor",
    "import": "ledger",
    "status": "status",
    "statement": "statement",
    "diff": "diff",
    "issue": "issue",
    "approve": "approve",
    "withdraw": "withdraw",
    "case": "case",
    "print": "print",
    "deliver": "deliver",
    "serve": "serve",
    "staff": "serve",
    "exhibit": "exhibit",
    "ready": "ready",
    "bundle": "bundle",
    "redact": "redact",
    "verify": "verify",
    "disclose": "disclose",
    "sign": "sign",
    "erase": "erase",
    "anchor": "anchor",
    "journal": "journal",
    "key": "key",
    "migrate": "migrate",
    "backup": "backup",
    "restore": "backup",
    "template": "template",
    "law": "law",
    "explain": "explain",
}
_KNOWN = re.compile(r"(en|zh)([-_.@]|$)", re.IGNORECASE)
_AS_JSON = {"--json", "--json-lines"}
_ATTRIBUTE = {"print": "print_", "import": "import_"}
_Command = TypeVar("_Command", bound=click.Command)


# What the global options are called in :class:`App`, where that is not their own name.
_FIELDS = {"workspace": "workspace_option", "as_json": "json", "as_of": "as_of_option"}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is first needed, and speaks its language."""

    lang = "en"

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = getattr(import_module(f"evidence.cli.{module}"), _ATTRIBUTE.get(cmd_name, cmd_name))
        return _with_global_options(localised(command, self.lang, cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        # click looks for near misses among the commands it has loaded, which are none.
        if near := difflib.get_close_matches(args[0], COMMANDS, n=1) if args[0] not in COMMANDS else []:
            words = n_("No command is called {name}. Did you mean {near}?")
            ctx.fail(translate(words, self.lang, name=args[0], near=near[0]))
        return super().resolve_command(ctx, args)


def localised(command: _Command, lang: str, path: str = "") -> _Command:
    """A copy of ``command`` with its help texts in ``lang``; the command itself keeps its message ids.

    ``path`` is its name with those of its groups (``case set``), by which :data:`SHORT` knows it.
    """
    spoken = copy.copy(command)
    spoken.params = [copy.copy(param) for param in command.params]
    for param in spoken.params:
        if isinstance(param, click.Option) and param.help:
            param.help = translate(param.help, lang)
    if spoken.help:
        spoken.help = translate(spoken.help, lang)
    if path in SHORT:
        spoken.short_help = translate(SHORT[path], lang)
    if isinstance(spoken, LazyGroup):
        spoken.lang = lang
    elif isinstance(spoken, click.Group):
        spoken.commands = {
            name: localised(child, lang, f"{path} {name}") for name, child in spoken.commands.items()
        }
    return spoken


def _with_global_options(command: click.Command) -> click.Command:
    """``command`` taking the global options too: people write ``evidence status --json``."""
    taken = {name for param in command.params for name in param.opts}
    for option in cli.params:
        if (
            isinstance(option, click.Option)
            and option.name != "version"
            and not taken.intersection(option.opts)
        ):
            late = copy.copy(option)
            late.hidden, late.expose_value, late.callback = True, False, _given_late
            command.params.append(late)
    if isinstance(command, click.Group):
        for child in command.commands.values():
            _with_global_options(child)
    return command


def _given_late(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """A global option given after the command's name replaces what stood, or did not stand, before it."""
    if value in (None, False) or param.name is None:
        return
    app = ctx.find_object(App)
    assert app is not None
    if param.name == "as_json" and app.lines:
        raise click.UsageError(app.t(TWO_KINDS), ctx)
    setattr(app, _FIELDS.get(param.name, param.name), value)


def _language(argv: Sequence[str]) -> str:
    """``--lang`` before anything is parsed, since help and usage errors need it too."""
    found = None
    for i, word in enumerate(argv):
        if word == "--lang":
            found = argv[i + 1] if i + 1 < len(argv) else None
        elif word.startswith("--lang="):
            found = word.partition("=")[2]
    # What is no language is refused in the language the system speaks.
    return language_of(found) if found and _KNOWN.match(found) else system_language()


class LanguageParam(click.Choice[str]):
    """A language, or what the user's system calls it: ``zh_TW.UTF-8`` in ``EVIDENCE_LANG`` is ``zh-Hant``."""

    def __init__(self) -> None:
        super().__init__(LANGUAGES)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        known = _KNOWN.match(str(value))
        return super().convert(language_of(str(value)) if known else value, param, ctx)


class DateParam(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            self.fail(f"{value!r}: YYYY-MM-DD", param, ctx)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "EVIDENCE"},
    help=n_(
        "Demands, notices, proof of delivery and a court evidence file from an arrears ledger.\n\n"
        "Start with: evidence demo"
    ),
)
@click.option(
    "--workspace",
    "-C",
    type=click.Path(path_type=Path),
    help=n_("The workspace folder; else found upward from here."),
)
@click.option("--json", "as_json", is_flag=True, help=n_("One JSON object on stdout instead of words."))
@click.option("--lang", type=LanguageParam(), help=n_("Language of messages; else the system's."))
@click.option(
    "--as-of", type=DateParam(), help=n_("Date of calculation (YYYY-MM-DD); never the time of issue.")
)
@click.option("--verbose", "-v", is_flag=True, help=n_("Show the technical trace of an unexpected fault."))
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0,
    metavar="SECONDS",
    help=n_("Wait so long while another command is working, instead of giving up at once."),
)
@click.option(
    "--log-file",
    metavar="FILE",
    help=n_("Append a line of JSON about this command, without anything about persons; - is stderr."),
)
@click.option("--quiet", "-q", is_flag=True, help=n_("No progress, only results and errors."))
@click.version_option(__version__, prog_name="evidence", help=n_("Show the version and exit."))
@click.pass_context
def cli(
    ctx: click.Context,
    workspace: Path | None,
    as_json: bool,
    lang: str | None,
    as_of: date | None,
    verbose: bool,
    wait: float,
    log_file: str | None,
    quiet: bool,
) -> None:
    app = App(
        lang=lang or system_language(),
        json=as_json,
        verbose=verbose,
        quiet=quiet,
        as_of_option=as_of,
        workspace_option=workspace,
        source=system_source(),
        command=ctx.invoked_subcommand or "",
        wait=wait,
        log_file=log_file,
    )
    ctx.obj = app
    ctx.call_on_close(app.close)


def _problems_of(error: BaseException) -> tuple[tuple[Problem, ...], ExitCode]:
    """What an exception means to the user."""
    if isinstance(error, EvidenceError):
        return error.problems, error.exit_code
    if isinstance(error, KeyboardInterrupt | click.exceptions.Abort):
        return (Problem("general.interrupted"),), ExitCode.INTERRUPTED
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        path = str(error.filename2 or error.filename or "?")  # of two the second is what was written
        return (Problem("general.disk-full", Place(), {"path": path}),), ExitCode.OUTPUT
    if isinstance(error, FileNotFoundError) and error.filename:
        params: dict[str, str | int] = {"path": str(error.filename), "cwd": str(Path.cwd())}
        return (Problem("general.file-missing", Place(), params),), ExitCode.INPUT
    detail = f"{type(error).__name__}: {error}"
    return (Problem("general.fault", Place(), {"detail": detail}),), ExitCode.FAULT


def run(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    if not any(name.startswith("OTEL_EXPORTER_OTLP_") for name in os.environ):
        _run(argv, {})  # nobody is to be told, and nothing is loaded for it
        return
    from evidence import telemetry

    telemetry.start(version=__version__)
    try:
        with telemetry.span("command") as told:
            _run(argv, told)
    finally:
        telemetry.stop()


def _run(argv: Sequence[str] | None, told: dict[str, Any]) -> None:
    """``told`` gets what may be said of the command to those who watch machines."""
    words = list(sys.argv[1:] if argv is None else argv)
    lang = _language(words)
    speak(lang)
    spoken = localised(cli, lang)
    app: App | None = None
    begun = time.monotonic()
    try:
        with interrupting(), spoken.make_context("evidence", list(words)) as ctx:  # click eats the list
            try:
                spoken.invoke(ctx)
            finally:
                app = ctx.obj
        sys.exit(0)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        if not _AS_JSON.intersection(words):
            error.show()
            sys.exit(error.exit_code)
        usage = Problem("general.usage", Place(), {"detail": error.format_message()})
        _leave((usage,), ExitCode(error.exit_code), app or _unparsed(words, lang))
    except BrokenPipeError:
        # The reader of our output went away (`| head`); that is not a fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (Exception, KeyboardInterrupt) as error:
        app = app or _unparsed(words, lang)
        problems, code = _problems_of(error)
        if app.verbose and code == ExitCode.FAULT:
            import traceback

            traceback.print_exception(error)
        _leave(problems, code, app)
    finally:
        left = sys.exc_info()[1]
        status = left.code if isinstance(left, SystemExit) and isinstance(left.code, int) else 0
        if app is not None:
            told.update({"command": app.command, "exit": status, "codes": app.codes})
            _log(app, status, time.monotonic() - begun)


def _log(app: App, code: int, seconds: float) -> None:
    """The line about this command, where somebody asked for one."""
    if not app.log_file:
        return
    from evidence import oplog

    told = oplog.line(
        "command",
        level="error" if code not in (0, 130) else "info",
        command=app.command,
        exit_code=code,
        seconds=seconds,
        codes=app.codes,
        counts=app.counts,
    )
    oplog.write(app.log_file, told)


def _unparsed(words: Sequence[str], lang: str) -> App:
    """How to speak when the command line itself was not understood."""
    verbose = bool({"-v", "--verbose"}.intersection(words))
    command = next((word for word in words if word in COMMANDS), "")
    app = App(lang, bool(_AS_JSON.intersection(words)), verbose, False, None, None, system_source(), command)
    app.lines = "--json-lines" in words
    return app


def _leave(problems: Sequence[Problem], code: ExitCode, app: App) -> None:
    try:
        app.finish(errors=problems, code=code)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
