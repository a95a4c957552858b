"""Options that say where a workspace's database and files are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from evidence.cli._app import n_

_F = TypeVar("_F", bound=Callable[..., Any])

_OPTIONS = (
    (
        "--database",
        "URL",
        n_("Database of the workspace: postgresql+psycopg://USER@HOST/NAME; else SQLite in its folder."),
    ),
    ("--files", "URL", n_("Where its files are kept: s3://BUCKET/PREFIX; else in its folder.")),
    ("--endpoint", "URL", n_("Address of the server of files, where that is not Amazon's.")),
)


def place_options(command: _F) -> _F:
    """``--database``, ``--files``, ``--endpoint``; empty where not given."""
    for name, metavar, words in reversed(_OPTIONS):
        command = click.option(name, metavar=metavar, help=words)(command)
    return command
