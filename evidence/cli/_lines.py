"""``--json-lines``: what a command does, told to a program while it does it, an object a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from evidence.cli._app import App, n_

TWO_KINDS = n_("--json and --json-lines exclude each other.")


def lines_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """For commands that take long; what they tell is in docs/formats.md, section 9."""
    return click.option(
        "--json-lines",
        is_flag=True,
        expose_value=False,
        callback=_given,
        help=n_(
            "Events as JSON on stdout, one object a line, while the work goes on; the last one is what --json would say."
        ),
    )(command)


def _given(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if not value:
        return
    app = ctx.find_object(App)
    assert app is not None
    if app.json:
        raise click.UsageError(app.t(TWO_KINDS), ctx)
    app.json = app.lines = True
