"""The reference pages are what the program says; a command, option or code added without them fails here."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from evidence.cli._root import COMMANDS, cli
from evidence.errors import ExitCode, specs
from evidence.i18n import translate


@pytest.fixture(scope="module")
def reference(checkout: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "build_reference", checkout / "tools" / "build_reference.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def every_command() -> Iterator[tuple[str, click.Command]]:
    """Each command and subcommand with its full name, as the program would run it."""
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None, name
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {child}", inner) for child, inner in command.commands.items())


@pytest.mark.parametrize("page", ["docs/commands.md", "docs/errors.md"])
def test_the_page_is_what_the_program_writes(page: str, reference: ModuleType, checkout: Path) -> None:
    written = (checkout / page).read_text("utf-8")
    assert written == reference.PAGES[page](), f"{page} is stale: run python tools/build_reference.py"


def test_the_pages_are_the_same_whatever_language_was_spoken_before(
    reference: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    from evidence.cli._root import run

    before = reference.commands()
    with pytest.raises(SystemExit):
        run(["--lang", "zh", "deliver", "--help"])
    assert "登记" in capsys.readouterr().out
    assert reference.commands() == before


def test_every_command_has_help_and_an_example_that_parses() -> None:
    for name, command in every_command():
        assert command.help, name
        if isinstance(command, click.Group):
            continue
        _, _, example = command.help.partition("Example: ")
        assert example, f"{name}: no example"
        words, names = shlex.split(example), name.split()
        assert words[0] == "evidence", name
        start = words.index(names[0])
        assert words[start : start + len(names)] == names, f"the example of {name} is one of another command"
        with command.make_context(name, words[start + len(names) :]) as parsed:
            assert parsed.params is not None


def test_every_text_of_help_is_translated() -> None:
    for name, command in every_command():
        texts = [
            command.help,
            *(p.help for p in command.params if isinstance(p, click.Option) and not p.hidden),
        ]
        for lang in ("zh", "zh-Hant"):
            for text in filter(None, texts):
                assert translate(text, lang) != text, (name, lang, text)


def test_every_option_of_every_command_is_on_the_page(checkout: Path) -> None:
    page = (checkout / "docs" / "commands.md").read_text("utf-8")
    for name, command in every_command():
        section = page.partition(f"# evidence {name}\n")[2].partition("\n##")[0]
        assert section, name
        for param in command.params:
            if isinstance(param, click.Option) and not param.hidden:
                assert all(f"`{option}`" in section for option in param.opts), (name, param.opts)


def test_every_exit_code_and_every_error_code_is_on_the_page(checkout: Path) -> None:
    page = (checkout / "docs" / "errors.md").read_text("utf-8")
    assert {int(code) for code in re.findall(r"^\| (\d+) \| \S+", page, re.MULTILINE)} == {
        int(code) for code in ExitCode
    }
    assert set(re.findall(r"^\| `([a-z]+\.[a-z0-9-]+)` \|", page, re.MULTILINE)) == set(specs())


def codes_in_use(checkout: Path) -> set[str]:
    """Codes as they stand in the program's own text, outside the tables."""
    texts = [
        path.read_text("utf-8")
        for path in (checkout / "evidence").rglob("*.py")
        if path.parent.name != "errors"
    ]
    made = {f"bundle.exhibit-{reason}" for reason in ("empty", "type", "password", "unreadable")}
    return made.union(*(re.findall(r'"([a-z]+\.[a-z0-9]+(?:-[a-z0-9]+)*)"', text) for text in texts))


@pytest.mark.parametrize("room", ["general", "workspace", "bundle"])
def test_every_code_of_these_rooms_is_raised_somewhere_and_every_one_raised_is_explained(
    room: str, checkout: Path
) -> None:
    table = {code for code in specs() if code.startswith(f"{room}.")}
    used = {code for code in codes_in_use(checkout) if code.startswith(f"{room}.")}
    assert table - used == set(), "explained, never raised"
    files = {"general.py", "workspace.py", "bundle.py", "bundle.pdf", "bundle.json", "bundle.proof"}
    assert {code for code in used - table if "-" in code} - files == set(), "raised, not explained"
