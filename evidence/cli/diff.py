"""``evidence diff``: what changed between two ledgers."""

from __future__ import annotations

import click

from evidence.cli._app import App, n_
from evidence.errors import Place

# Machine words of workspace.snapshots in the words of people.
_KINDS = {
    "new": n_("new in arrears"),
    "paid": n_("paid"),
    "escalated": n_("owes more"),
    "corrected": n_("corrected"),
    "vanished": n_("vanished"),
    "payment-lost": n_("PAYMENT LOST"),
}
_WHAT = {
    "outstanding": n_("owed"),
    "paid": n_("paid"),
    "billed": n_("billed"),
    "due": n_("due date"),
    "owner": n_("owner"),
}


@click.command(
    help=n_(
        "Compare two ledgers by their snapshot numbers: who is new, who paid, who owes more, what was corrected or "
        "vanished; a payment the ledger lost is an error. Without numbers the two latest.\n\n"
        "Example: evidence diff 1 2"
    )
)
@click.argument("old", required=False, type=click.IntRange(min=1))
@click.argument("new", required=False, type=click.IntRange(min=1))
@click.pass_obj
def diff(app: App, old: int | None, new: int | None) -> None:
    found = app.workspace().diff(old, new)
    app.out(
        app.t(
            n_("Ledger {old} to {new}: {before} → {after} {currency} outstanding."),
            old=found.old,
            new=found.new,
            before=found.before.grouped,
            after=found.after.grouped,
            currency=found.currency,
        )
    )
    if found.changes:
        app.table(
            [
                app.t(n_("Change")),
                app.t(n_("Account")),
                app.t(n_("Owner")),
                app.t(n_("Item")),
                app.t(n_("Period")),
                app.t(n_("What")),
                app.t(n_("Before")),
                app.t(n_("After")),
                app.t(n_("Ledger row")),
            ],
            [
                (
                    app.t(_KINDS[change.kind.value]),
                    change.account,
                    change.debtor,
                    change.item,
                    change.period.iso if change.period else "",
                    app.t(_WHAT[change.what]),
                    change.before or "—",
                    change.after or "—",
                    str(change.where) if change.where != Place() else "",
                )
                for change in found.changes
            ],
            right=(6, 7),
        )
    else:
        app.out(app.t(n_("Nothing changed.")))
    app.finish(
        [
            {
                "kind": change.kind.value,
                "account": change.account,
                "debtor": change.debtor,
                "item": change.item or None,
                "period": change.period.iso if change.period else None,
                "what": change.what,
                "before": change.before,
                "after": change.after,
                "where": change.where.to_json(),
            }
            for change in found.changes
        ],
        counts=found.counts,
        errors=found.errors,
        extra={
            "old": found.old,
            "new": found.new,
            "currency": found.currency,
            "outstanding": {"before": found.before.plain, "after": found.after.plain},
        },
    )
