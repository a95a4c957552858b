"""``evidence deliver LETTER``: record how and when a letter went, with its proofs."""

from __future__ import annotations

from pathlib import Path

import click

from evidence.cli._app import App, n_
from evidence.cli._words import channel_choice, outcome_choice, relation_word
from evidence.model.delivery import Channel, Outcome


@click.command(
    help=n_(
        "Record a delivery event of LETTER (its number, such as 2-2026-0001) with its proofs.\n\n"
        "Example: evidence deliver 2-2026-0001 --channel ems --outcome delivered --at 2026-11-25T10:30+08:00 "
        "--tracking 1234567890123 --proof slip.jpg"
    )
)
@click.argument("letter")
@click.option("--channel", type=channel_choice(), required=True, help=n_("How it went."))
@click.option("--outcome", type=outcome_choice(), required=True, help=n_("What happened."))
@click.option(
    "--at", "at", required=True, metavar="TIME", help=n_("When, with zone: 2026-11-25T10:30+08:00.")
)
@click.option("--place", default="", help=n_("Where, in words."))
@click.option("--tracking", default="", help=n_("Waybill number."))
@click.option(
    "--server", "servers", multiple=True, help=n_("Who delivered it; two people for delivery by hand.")
)
@click.option("--signer", default="", help=n_("Who signed for it."))
@click.option(
    "--relation",
    default="",
    help=n_("The signer's relation to the owner: self, cohabiting-adult, authorised, …"),
)
@click.option("--witness", default="", help=n_("Name of a witness who saw it."))
@click.option("--note", default="", help=n_("Anything else worth keeping."))
@click.option(
    "--proof",
    "proofs",
    multiple=True,
    type=click.Path(path_type=Path),
    help=n_("Photo, slip or tracking page; may be given several times."),
)
@click.pass_obj
def deliver(
    app: App,
    letter: str,
    channel: str,
    outcome: str,
    at: str,
    place: str,
    tracking: str,
    servers: tuple[str, ...],
    signer: str,
    relation: str,
    witness: str,
    note: str,
    proofs: tuple[Path, ...],
) -> None:
    from evidence.delivery import channel_label, grade_label, outcome_label, witness_label

    workspace = app.workspace()
    result = workspace.deliver(
        letter,
        channel=Channel(channel),
        outcome=Outcome(outcome),
        at=at,
        place=place,
        tracking=tracking,
        servers=servers,
        signer=signer,
        relation=relation_word(relation),
        witness_name=witness,
        note=note,
        proofs=proofs,
    )
    app.out(
        app.t(
            n_("Recorded for {letter}: {channel}, {outcome}; proof grade {grade}, witness {witness}."),
            letter=letter,
            channel=channel_label(result.event.channel, app.lang),
            outcome=outcome_label(result.event.outcome, app.lang),
            grade=grade_label(result.grade, app.lang),
            witness=witness_label(result.witness, app.lang),
        )
    )
    if result.already_known:
        app.out(app.t(n_("This event was recorded before; nothing changed.")))
    app.finish(
        [
            {
                "letter": result.event.letter,
                "channel": channel,
                "outcome": outcome,
                "at": result.event.at.isoformat(),
                "grade": result.grade.value,
                "witness": result.witness.value,
                "proofs": [{"name": p.name, "sha256": p.sha256} for p in result.event.proofs],
                "journal_index": result.journal_index,
                "already_known": result.already_known,
            }
        ],
        counts={"recorded": 0 if result.already_known else 1},
        warnings=result.warnings,
    )
