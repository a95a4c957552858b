"""The root command: global options, lazy subcommands, and the one place where errors become exit codes."""

from __future__ import annotations

import errno
import gettext
import os
import sys
from collections.abc import Sequence
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from evidence import __version__
from evidence.cli._app import App, n_
from evidence.clock import system_source
from evidence.errors import EvidenceError, ExitCode, Place, Problem
from evidence.i18n import LANGUAGES, language_of, system_language, translate

# Name of each command and the module it lives in; nothing is imported before its command is asked for.
COMMANDS = {
    "init": "init",
    "demo": "demo",
    "doctor": "doctor",
    "import": "ledger",
    "status": "ledger",
    "issue": "issue",
    "deliver": "deliver",
    "exhibit": "exhibit",
    "bundle": "bundle",
    "verify": "verify",
    "journal": "journal",
    "key": "key",
    "explain": "explain",
}
_ATTRIBUTE = {"import": "import_"}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is first needed, and speaks its language."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = getattr(import_module(f"evidence.cli.{module}"), _ATTRIBUTE.get(cmd_name, cmd_name))
        return localised(command, _language(sys.argv[1:]))


def localised(command: click.Command, lang: str) -> click.Command:
    """``command`` with its help texts in ``lang``; done once, when the command is loaded."""
    for param in command.params:
        if isinstance(param, click.Option) and param.help:
            param.help = translate(param.help, lang)
    if command.help:
        command.help = translate(command.help, lang)
    if isinstance(command, click.Group) and not isinstance(command, LazyGroup):
        for child in command.commands.values():
            localised(child, lang)
    return command


def _language(argv: Sequence[str]) -> str:
    """``--lang`` before anything is parsed, since help and usage errors need it too."""
    for i, word in enumerate(argv):
        if word == "--lang" and i + 1 < len(argv):
            return language_of(argv[i + 1])
        if word.startswith("--lang="):
            return language_of(word.partition("=")[2])
    return system_language()


def _speak(lang: str) -> None:
    """Let click's own words (Usage, Options, …) come from our catalogue as well."""
    folder = Path(__file__).parent.parent / "locale"
    os.environ["LANGUAGE"] = lang.replace("-", "_")
    gettext.bindtextdomain("cli", str(folder))
    gettext.textdomain("cli")


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
@click.option("--lang", type=click.Choice(LANGUAGES), help=n_("Language of messages; else the system's."))
@click.option(
    "--as-of", type=DateParam(), help=n_("Date of calculation (YYYY-MM-DD); never the time of issue.")
)
@click.option("--verbose", "-v", is_flag=True, help=n_("Show the technical trace of an unexpected fault."))
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
        return (Problem("general.disk-full", Place(), {"path": str(error.filename or "?")}),), ExitCode.OUTPUT
    if isinstance(error, FileNotFoundError) and error.filename:
        params: dict[str, str | int] = {"path": str(error.filename), "cwd": str(Path.cwd())}
        return (Problem("general.file-missing", Place(), params),), ExitCode.INPUT
    detail = f"{type(error).__name__}: {error}"
    return (Problem("general.fault", Place(), {"detail": detail}),), ExitCode.FAULT


def run(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    lang = _language(words)
    _speak(lang)
    localised(cli, lang)
    ctx_obj: App | None = None
    try:
        with cli.make_context("evidence", words) as ctx:
            try:
                cli.invoke(ctx)
            finally:
                ctx_obj = ctx.obj
        sys.exit(0)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output went away (`| head`); that is not a fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (Exception, KeyboardInterrupt) as error:
        _leave(error, ctx_obj, words, lang)


def _leave(error: BaseException, app: App | None, words: Sequence[str], lang: str) -> None:
    problems, code = _problems_of(error)
    if app is None:
        app = App(lang, "--json" in words, "-v" in words, False, None, None, system_source())
    if app.verbose and code == ExitCode.FAULT:
        import traceback

        traceback.print_exception(error)
    try:
        app.finish(errors=problems, code=code)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
