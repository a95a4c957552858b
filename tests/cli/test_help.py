"""The lists of commands: each line whole, in every language."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from speaking import Command

from evidence.cli._root import cli, localised
from evidence.cli._short import SHORT
from evidence.i18n import LANGUAGES


def _commands(group: click.Group, ctx: click.Context, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(ctx):
        child = group.get_command(ctx, name)
        assert child
        yield f"{path} {name}".strip(), child
        if isinstance(child, click.Group):
            yield from _commands(child, ctx, f"{path} {name}".strip())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_has_a_whole_line_of_its_own(lang: str) -> None:
    spoken = localised(cli, lang)
    ctx = click.Context(spoken)
    lines = {path: child.get_short_help_str(100) for path, child in _commands(spoken, ctx)}
    assert not lines.keys() - SHORT.keys(), "evidence/cli/_short.py holds the line of each command"
    assert not [path for path, line in lines.items() if not line or line.endswith(("...", "…"))]
    assert len(set(lines.values())) == len(lines)
    if lang != "en":
        assert not [line for line in lines.values() if len(line) > 20]
        assert not [line for line in lines.values() if line in SHORT.values()]


def test_the_list_on_the_screen_is_that_list(command: Command) -> None:
    listed = command("--lang", "zh", "--help").out
    assert "  import     读入欠费台账或付款清单\n" in listed
    assert "..." not in listed.partition("命令:")[2]
    assert "  set           登记、补充或作废一项内容\n" in command("--lang", "zh", "case", "--help").out
