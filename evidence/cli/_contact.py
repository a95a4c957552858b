"""``evidence case plan-contact``: ask before calling."""

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
