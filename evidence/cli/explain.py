"""``evidence explain CODE``: the long form of an error code."""

from __future__ import annotations

import difflib

import click

from evidence.cli._app import App, n_
from evidence.errors import specs


@click.command(
    help=n_(
        "Say what an error code means, why the rule is there and what to do; without CODE list all.\n\nExample: evidence explain intake.header-unknown"
    )
)
@click.argument("code", required=False)
@click.pass_obj
def explain(app: App, code: str | None) -> None:
    table = specs()
    if code is None:
        app.table(
            [app.t(n_("Code")), app.t(n_("Exit")), app.t(n_("What happened"))],
            [(spec.code, str(int(spec.exit)), app.t(spec.message)) for spec in table.values()],
        )
        app.finish(
            [{"code": s.code, "exit": int(s.exit), "message": app.t(s.message)} for s in table.values()]
        )
        return
    if code not in table:
        near = difflib.get_close_matches(code, table, n=1)
        if near:
            message = app.t(n_("No error has the code {code}. Did you mean {near}?"), code=code, near=near[0])
        else:
            message = app.t(n_("No error has the code {code}; `evidence explain` lists them all."), code=code)
        raise click.UsageError(message)
    spec = table[code]
    app.out(f"{spec.code}  (exit {int(spec.exit)})")
    for text in (spec.message, spec.hint, spec.explain):
        if text:
            app.out()
            app.out(app.t(text))
    app.finish(
        [
            {
                "code": spec.code,
                "exit": int(spec.exit),
                "message": app.t(spec.message),
                "hint": app.t(spec.hint),
                "explain": app.t(spec.explain) if spec.explain else "",
            }
        ]
    )
