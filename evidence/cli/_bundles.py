"""What ``evidence bundle`` does besides making one file: all that are due, and two versions compared."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from evidence.cli._app import App, n_
from evidence.cli._gate import in_words, worded
from evidence.errors import ExitCode, Place, Problem

if TYPE_CHECKING:
    from evidence.workspace.bundledue import DueBundle

_STATES = {
    "made": n_("made"),
    "unchanged": n_("unchanged"),
    "blocked": n_("blocked"),
    "failed": n_("failed"),
}


def bundle_due(
    app: App,
    building: str | None,
    locale: str | None,
    converter: str | None,
    forms: Collection[str] | None,
    profile: str | None = None,
    duplex: bool = False,
) -> None:
    """Make every file that is due, tell each as it is done, and end with a table and what stopped some of them.

    Leaves with 4 where an account that is due has no file.
    """

    from evidence.cli._running import Counting

    def tell(one: DueBundle) -> None:
        app.say(f"{one.account}  {app.t(_STATES[one.state.value])}")
        app.event("account", account=one.account, state=one.state.value)

    with Counting(app, app.t(n_("Making evidence files")), "accounts") as counting:
        done = app.workspace().bundle_due(
            building=building, locale=locale, converter=converter, forms=forms, profile=profile, duplex=duplex,
            check=True, tell=tell, count=counting.count,
        )  # fmt: skip
    if done:
        _table(app, done)
    counts = {state: sum(one.state.value == state for one in done) for state in _STATES}
    app.out(
        app.t(n_("{made} made, {unchanged} unchanged, {blocked} blocked, {failed} failed."), **counts)
        if done
        else ""
    )
    problems = [problem for one in done for problem in worded(app, one.problems, known=one.found)]
    warnings = [problem for one in done if one.result for problem in one.result.warnings]
    if not done:
        warnings.append(Problem("bundle.none-due", Place()))
    left = counts["blocked"] + counts["failed"]
    app.finish(
        [_due_json(app, one) for one in done],
        counts={"due": len(done), **counts},
        warnings=warnings,
        errors=problems,
        code=ExitCode.PARTIAL if left else ExitCode.DONE,
    )


def _table(app: App, done: Collection[DueBundle]) -> None:
    app.table(
        [
            app.t(n_("Account")),
            app.t(n_("Owner")),
            app.t(n_("State")),
            app.t(n_("Exhibits")),
            app.t(n_("Pages")),
            app.t(n_("Evidence file, or why there is none")),
        ],
        [
            (
                one.account,
                one.debtor,
                app.t(_STATES[one.state.value]),
                str(one.result.exhibits) if one.result else "",
                str(one.result.pages) if one.result else "",
                one.result.id if one.result else ", ".join(_why(problem) for problem in one.problems),
            )
            for one in done
        ],
        right=(3, 4),
    )


def _why(problem: Problem) -> str:
    return str(problem.params.get("rule", problem.code))


def _due_json(app: App, one: DueBundle) -> dict[str, object]:
    from evidence.cli.bundle import bundle_json

    return {
        "account": one.account,
        "debtor": one.debtor,
        "premises": one.premises,
        "state": one.state.value,
        "bundle": bundle_json(one.result, one.account) if one.result else None,
        "rules": sorted({str(p.params["rule"]) for p in one.problems if "rule" in p.params}),
        "problems": [app.problem_json(problem) for problem in worded(app, one.problems, known=one.found)],
    }


def compare(
    app: App, account: str, versions: tuple[str, str], locale: str | None, converter: str | None
) -> None:
    """Say what differs between two versions, and write the sheet that says so."""
    from evidence.workspace.bundlecompare import compare_sheet, compared_json

    with in_words(app):
        found = app.workspace().compare_bundles(account, *versions, locale=locale, converter=converter)
    script = app.lang if app.lang in ("zh", "zh-Hant") else app.workspace().office.locale
    sheet = compare_sheet(found.comparison, account, script)
    for fact in sheet.facts:
        app.out(fact)
    for section in sheet.sections:
        app.out()
        app.out(section.head)
        app.table(section.columns, section.rows)
    app.out()
    app.out(app.t(n_("Comparison: {path}"), path=str(found.pdf)))
    app.finish(
        [{**compared_json(found.comparison), "docx": str(found.docx), "pdf": str(found.pdf)}],
        counts={
            name: len(getattr(found.comparison, name))
            for name in ("added", "removed", "reworded", "replaced", "renumbered", "forms", "figures")
        },
    )
