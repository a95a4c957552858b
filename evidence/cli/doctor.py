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
        "In a workspace first of all its database, its store, the clock, and until when certificates are valid. --ntp compares "
        "the clock with a server of time, --cluster what the workers of a scheduler make letters with. What needs attention "
        "ends in exit code 6; what is advised, or optional, does not. -v lists every font.\n\n"
        "Example: evidence doctor --ntp ntp.example"
    )
)
@click.option(
    "--ntp", metavar="HOST", default="", help=n_("Compare the clock with this server of time (SNTP).")
)
@click.option(
    "--cluster",
    envvar="EVIDENCE_CLUSTER",
    metavar="ADDRESS",
    default="",
    help=n_("Look at the workers of this Dask scheduler, tcp://HOST:8786 or tls://HOST:8786, too."),
)
@click.pass_obj
def doctor(app: App, ntp: str, cluster: str) -> None:
    from evidence.doctor import examine

    # What is the office's own comes first: among fifty rows of programs and fonts nobody would find it.
    checks = _workspace(app, ntp)
    if cluster:
        checks += _cluster(app, cluster)
    checks += examine(app.lang, app.workspace_option or Path.cwd())
    fonts = [check for check in checks if check.is_font and check.ok and not app.verbose]
    rows = [(check.part, app.t(_state(check)), _told(check)) for check in checks if check not in fonts]
    if fonts:
        told = app.t(n_("{n}, every one with something to set it in; -v lists them"), n=len(fonts))
        rows.append((app.t(n_("fonts")), app.t(n_("ok")), told))
    app.table([app.t(n_("Part")), app.t(n_("State")), app.t(n_("Detail"))], rows)
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
        return n_("attention") if check.needed else n_("attention advised")
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


def _cluster(app: App, address: str) -> list[Check]:
    """The scheduler, and each worker whose letters would not be this machine's."""
    from evidence.doctor import Check
    from evidence.errors import EvidenceError
    from evidence.workspace.cluster import survey
    from evidence.workspace.config import FILE_NAME, load_config

    part, converter, locale = app.t(n_("cluster")), "auto", "zh"
    try:
        if (config := app.root() / FILE_NAME).is_file():
            office = load_config(config)
            converter, locale = office.policy.converter, office.locale
    except EvidenceError:  # outside of a workspace, or told above
        pass
    try:
        found = survey(address, converter, locale)
    except EvidenceError as error:
        message, hint = app.described(error.problems[0])
        return [Check(part, False, True, message, hint)]
    same = sum(not differs for differs in found.values())
    fix = app.t(n_("install there what is installed here, fonts included"))
    return [
        Check(
            part, True, True, app.t(n_("{address}: {n} workers like this machine"), address=address, n=same)
        ),
        *(Check(worker, False, True, differs, fix) for worker, differs in found.items() if differs),
    ]
