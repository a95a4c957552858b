"""``evidence doctor``: each external part, its version and place, and how to fix it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from evidence.doctor import Check

from evidence.cli._app import App, n_
from evidence.errors import ExitCode


@click.command(
    help=n_(
        "Check the parts this toolkit leans on: version, place, and how to mend what is missing.\n\n"
        "In a workspace also its database, its store, the clock, and until when certificates are valid. --ntp compares the "
        "clock with a server of time.\n\nExample: evidence doctor --ntp ntp.example"
    )
)
@click.option(
    "--ntp", metavar="HOST", default="", help=n_("Compare the clock with this server of time (SNTP).")
)
@click.pass_obj
def doctor(app: App, ntp: str) -> None:
    from evidence.doctor import examine

    checks = [*examine(app.lang, app.workspace_option or Path.cwd()), *_workspace(app, ntp)]
    app.table(
        [app.t(n_("Part")), app.t(n_("State")), app.t(n_("Detail"))],
        [(check.part, app.t(_state(check)), _told(check)) for check in checks],
    )
    broken = [check for check in checks if check.needed and not check.ok]
    if not broken:
        app.out(app.t(n_("Nothing stands in the way of the main job.")))
    app.finish(
        [{"part": c.part, "ok": c.ok, "needed": c.needed, "detail": c.detail, "fix": c.fix} for c in checks],
        counts={"parts": len(checks), "missing": len(broken)},
        code=ExitCode.MISSING if broken else ExitCode.DONE,
    )


def _state(check: Check) -> str:
    if check.ok:
        return n_("ok")
    if check.detail:  # it is there, and something is the matter with it
        return n_("attention")
    return n_("missing") if check.needed else n_("optional, missing")


def _told(check: Check) -> str:
    return "; ".join(text for text in (check.detail, check.fix) if text)


def _workspace(app: App, ntp: str) -> list[Check]:
    """The parts of the workspace named or found upward from here; none outside of one."""
    from evidence.doctor import Check
    from evidence.errors import EvidenceError

    try:
        root = app.root()
    except EvidenceError:
        return []
    from evidence.workspace.config import FILE_NAME
    from evidence.workspace.health import examine

    if not (root / FILE_NAME).is_file():
        return []
    found = examine(root, app.source, app.lang, ntp)
    return [Check(one.part, one.ok, one.needed, one.detail, one.fix) for one in found]
