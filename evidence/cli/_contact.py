"""``evidence case plan-contact`` and ``contact``: ask before calling, and write down what was said."""

from __future__ import annotations

import click

from evidence.cli._app import App, n_
from evidence.cli._words import contact_choice


@click.command(
    "plan-contact",
    help=n_(
        "Ask whether the owner of ACCOUNT may be contacted AT a time (2026-12-01T10:00, China's time) by CHANNEL: call, "
        "visit, message or letter. Outside hours, on festivals, on days of mourning and beyond the caps the answer is no "
        "(exit code 9), with the next time that is free. Nothing is recorded.\n\n"
        "Example: evidence case plan-contact 1栋2单元301 2026-12-01T10:00 call"
    ),
)
@click.argument("account")
@click.argument("at")
@click.argument("channel", metavar="CHANNEL", type=contact_choice())
@click.pass_obj
def plan_contact(app: App, account: str, at: str, channel: str) -> None:
    moment = app.workspace().plan_contact(account, at, channel)
    app.out(app.t(n_("Nothing stands against it.")))
    app.finish([{"account": account, "at": moment.isoformat(), "channel": channel}])


@click.command(
    help=n_(
        "Record a call, visit or message to the owner of ACCOUNT AT a time by CHANNEL: with whom, what was said, and a "
        "promise to pay with its day, which is kept as a promise too. What it did not keep to (hours, festivals, caps: "
        "policy of this toolkit, no statute counts calls) is told; it took place all the same.\n\n"
        "Example: evidence case contact 1栋2单元301 2026-12-01T10:00 call --person 张三 --said 月底前付清 "
        "--promise-by 2026-12-31"
    )
)
@click.argument("account")
@click.argument("at")
@click.argument("channel", metavar="CHANNEL", type=contact_choice())
@click.option("--person", default="", help=n_("Who was spoken to."))
@click.option("--said", default="", help=n_("What was said, in the words that were used."))
@click.option("--refused", is_flag=True, help=n_("The owner refused further contact in writing."))
@click.option("--promise-by", metavar="DATE", default="", help=n_("The day by which payment was promised."))
@click.option(
    "--promise-amount", metavar="AMOUNT", default="", help=n_("How much was promised; all of it if empty.")
)
@click.option("--proof", default="", help=n_("What shows the promise: a recording, a message."))
@click.pass_obj
def contact(
    app: App,
    account: str,
    at: str,
    channel: str,
    person: str,
    said: str,
    refused: bool,
    promise_by: str,
    promise_amount: str,
    proof: str,
) -> None:
    if (promise_amount or proof) and not promise_by:
        raise click.UsageError(app.t(n_("A promise needs its day: --promise-by DATE.")))
    workspace = app.workspace()
    recorded = workspace.record_contact(
        account,
        at,
        channel,
        person=person,
        said=said,
        refused=refused,
        promise_by=promise_by,
        promise_amount=promise_amount,
        proof=proof,
    )
    for piece in recorded:
        app.out(app.t(n_("Recorded as entry {index}."), index=piece.journal_index))
    if not recorded:
        app.out(app.t(n_("That was recorded before; nothing changed.")))
    app.finish(
        [
            {
                "entry": piece.journal_index,
                "account": piece.account,
                "kind": piece.kind.value,
                "data": dict(piece.data),
            }
            for piece in recorded
        ],
        counts={"recorded": len(recorded)},
        warnings=workspace.record_warnings(recorded),
    )
