"""``evidence withdraw LETTER``: take a letter back, with a reason, on record."""

from __future__ import annotations

import click

from evidence.cli._app import App, n_


@click.command(
    help=n_(
        "Withdraw LETTER (its number, such as 2-2026-0001), with the reason on record.\n\n"
        "One that has not gone out is voided and its copies are taken away; its number is not used again.\n\n"
        "Example: evidence withdraw 2-2026-0001 --reason TEXT"
    )
)
@click.argument("letter")
@click.option("--reason", required=True, help=n_("Why it is taken back; kept with the letter."))
@click.pass_obj
def withdraw(app: App, letter: str, reason: str) -> None:
    result = app.workspace().withdraw(letter, reason=reason)
    if result.already_withdrawn:
        app.out(app.t(n_("This letter was withdrawn before; nothing changed.")))
    elif result.voided:
        app.out(
            app.t(
                n_("Letter {number} had not gone out: it is void, and its copies are taken away."),
                number=result.number.key,
            )
        )
    elif result.warnings:
        app.out(
            app.t(
                n_(
                    "It is on record that {number} was to be withdrawn. It had arrived before, so it is not withdrawn in law."
                ),
                number=result.number.key,
            )
        )
    else:
        app.out(app.t(n_("Letter {number} is withdrawn; tell the owner so."), number=result.number.key))
    app.finish(
        [
            {
                "letter": result.number.key,
                "voided": result.voided,
                "journal_index": result.journal_index,
                "already_withdrawn": result.already_withdrawn,
            }
        ],
        counts={"withdrawn": 0 if result.already_withdrawn else 1},
        warnings=result.warnings,
    )
