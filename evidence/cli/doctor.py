"""``evidence doctor``: each external part, its version and place, and how to fix it."""

from __future__ import annotations

from pathlib import Path

import click

from evidence.cli._app import App, n_
from evidence.errors import ExitCode


@click.command(
    help=n_(
        "Check the parts this toolkit leans on: version, place, and how to mend what is missing.\n\n"
        "Example: evidence doctor"
    )
)
@click.pass_obj
def doctor(app: App) -> None:
    from evidence.doctor import examine

    checks = examine(app.lang, app.workspace_option or Path.cwd())
    words = {
        (True, True): n_("ok"),
        (True, False): n_("ok"),
        (False, True): n_("missing"),
        (False, False): n_("optional, missing"),
    }
    app.table(
        [app.t(n_("Part")), app.t(n_("State")), app.t(n_("Detail"))],
        [(check.part, app.t(words[check.ok, check.needed]), check.detail or check.fix) for check in checks],
    )
    broken = [check for check in checks if check.needed and not check.ok]
    if not broken:
        app.out(app.t(n_("Nothing stands in the way of the main job.")))
    app.finish(
        [{"part": c.part, "ok": c.ok, "needed": c.needed, "detail": c.detail, "fix": c.fix} for c in checks],
        counts={"parts": len(checks), "missing": len(broken)},
        code=ExitCode.MISSING if broken else ExitCode.DONE,
    )
