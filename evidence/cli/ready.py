"""``evidence ready``: would a court take the case, rule by rule, and when limitation runs out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from evidence.cli._app import App, n_

if TYPE_CHECKING:
    from evidence.claim.limitation import Limitation
    from evidence.claim.readiness import Finding
    from evidence.workspace.readiness import Readiness

_ORDER = ("fail", "warn", "unknown", "pass")
_REGIONS = ("strict", "lenient")


@click.command(
    help=n_(
        "Say how the case of ACCOUNT stands before anybody files it: every rule with what was looked at and what to "
        "do, failures first, and the last day of limitation of every fee period. What nobody recorded is unknown, "
        "not passed. It is a report; what fails stops issue lawyer-letter and bundle.\n\n"
        "Example: evidence ready 1栋2单元301 --region lenient"
    )
)
@click.argument("account")
@click.option(
    "--region",
    type=click.Choice(_REGIONS),
    help=n_(
        "How the courts of the place treat a missing demand: strict as a failure, lenient as a warning; else the policy's."
    ),
)
@click.pass_obj
def ready(app: App, account: str, region: str | None) -> None:
    from evidence.claim.readiness import finding_json
    from evidence.cli._replies import replies_json, tell_replies

    found = app.workspace().ready(account, app.as_of, region=region)
    counts = {word: sum(f.outcome.value == word for f in found.findings) for word in _ORDER}
    if not app.json:
        _print_rules(app, found)
        _print_limitation(app, found)
        app.out()
        words = n_("{failed} failed, {warned} with a warning, {unknown} unknown, {passed} passed.")
        failed, warned, unknown, passed = (counts[word] for word in _ORDER)
        app.out(app.t(words, failed=failed, warned=warned, unknown=unknown, passed=passed))
        tell_replies(app, found.waiting)
    app.finish(
        [finding_json(finding, found.pack, app.lang, found.account) for finding in found.findings],
        counts=counts,
        extra={
            "account": found.account,
            "debtor": found.debtor,
            "region": found.pack.region.value,
            "limitation": _limitation_json(found),
            "unanswered": replies_json(found.waiting),
        },
    )


def _print_rules(app: App, found: Readiness) -> None:
    from evidence.claim.readiness import finding_words

    ordered = sorted(found.findings, key=lambda finding: _ORDER.index(finding.outcome.value))
    told = {finding.rule: finding_words(finding, found.pack, app.lang, found.account) for finding in ordered}
    app.out(f"{found.account}  {found.debtor}  {found.as_of.isoformat()}")
    app.out()
    app.table(
        [
            app.t(n_("Readiness rule")),
            app.t(n_("Verdict")),
            app.t(n_("What was looked at")),
            app.t(n_("What to do")),
        ],
        [
            (
                f"{finding.rule} {words.title}",
                words.outcome,
                "\n".join((*words.reasons, *_seen(finding))),
                app.typed("\n".join(words.todo)),
            )
            for finding in ordered
            for words in [told[finding.rule]]
        ],
    )
    notes = dict.fromkeys(note for words in told.values() for note in words.notes)
    app.out()
    for note in notes:
        app.out(note)


def _seen(finding: Finding) -> list[str]:
    """The evidence a rule looked at, as a line of its own."""
    return [f"[{', '.join(finding.seen)}]"] if finding.seen else []


def _print_limitation(app: App, found: Readiness) -> None:
    from evidence.claim.limitation_labels import lapse_told, state_label

    rows = found.limitation.every
    if not rows:
        return
    app.out()
    app.table(
        [
            app.t(n_("Fee period")),
            app.t(n_("Due")),
            app.t(n_("Last day")),
            app.t(n_("Limitation")),
            app.t(n_("Rests on")),
        ],
        [
            (
                one.term.key if app.lang == "en" else f"{one.term.item} {one.term.period.chinese}",
                one.term.starts.isoformat() + (" *" if one.due_assumed else ""),
                one.last_day.isoformat() + (" +" if one.unpublished else ""),
                state_label(one.state, app.lang),
                _rests_on(app, one),
            )
            for one in rows
        ],
    )
    if any(one.due_assumed for one in rows):
        app.out(app.t(n_("* No due date is recorded: the last day of the period stands in for it.")))
    if years := sorted({one.unpublished for one in rows if one.unpublished}):
        app.out(
            app.t(
                n_(
                    "+ The holidays of {years} are not published; the true last day may be later, never earlier."
                ),
                years=", ".join(map(str, years)),
            )
        )
    if first := found.limitation.first_lapse:
        message, days = lapse_told(first, found.as_of)
        app.out(app.t(message, **days))


def _rests_on(app: App, one: Limitation) -> str:
    """What last interrupted, and what was recorded but does not count."""
    from evidence.claim.limitation_labels import interruption_label, why_label

    lines = []
    if by := one.steps[-1].by:
        lines.append(
            f"{interruption_label(by.kind, app.lang)} {by.reference} {by.on.isoformat()} {by.grade.value}"
        )
    for ignored in one.ignored:
        what = ignored.interruption
        kind, why = interruption_label(what.kind, app.lang), why_label(ignored.why, app.lang)
        lines.append(app.t(n_("not counted: {what} ({why})"), what=f"{kind} {what.reference}", why=why))
    return "\n".join(lines) or "—"


def _limitation_json(found: Readiness) -> dict[str, Any]:
    first = found.limitation.first_lapse
    return {
        "first_lapse": first.work_to(found.as_of).isoformat() if first else None,
        "first_last_day": first.last_day.isoformat() if first else None,
        "periods": [
            {
                "period": one.term.key,
                "due": one.term.due.isoformat() if one.term.due else None,
                "state": one.state.value,
                "nominal": one.nominal.isoformat(),
                "last_day": one.last_day.isoformat(),
                "unpublished": one.unpublished,
                "rests_on": by.reference if (by := one.steps[-1].by) else None,
                "ignored": [
                    {"reference": ignored.interruption.reference, "why": ignored.why.value}
                    for ignored in one.ignored
                ],
            }
            for one in found.limitation.every
        ],
    }
