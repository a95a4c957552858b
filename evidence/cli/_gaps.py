"""What a court will still ask for, as ``deliver`` and ``status --gaps`` tell it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evidence.cli._app import App, n_
from evidence.model.delivery import Channel, Grade, Outcome

if TYPE_CHECKING:
    from evidence.delivery.gaps import Attempt, Gap
    from evidence.workspace.gaps import LetterGaps

_NOT_DELIVERED = {Channel.QR: n_("page opened"), Channel.POSTED: n_("put up")}


def tell_gaps(app: App, attempts: Sequence[Attempt]) -> None:
    """One line for each thing that is missing, the required ones first; of which waybill stands above."""
    for one in attempts:
        if not one.gaps:
            continue
        if one.tracking:
            app.out(app.t(n_("A court will also ask for ({attempt}):"), attempt=one.label(app.lang)))
        else:
            app.out(app.t(n_("A court will also ask for:")))
        for gap in sorted(one.gaps, key=lambda gap: not gap.ask.required):
            app.out(f"  - {gap_line(app, gap)}")


def gap_line(app: App, gap: Gap) -> str:
    """What is missing, by when, and from when it cannot be had any more."""
    text = gap.words(app.lang)
    notes = [] if gap.ask.required else [app.t(n_("advised"))]
    if gap.remind_on:
        notes.append(app.t(n_("by {day}"), day=gap.remind_on.isoformat()))
    if gap.lost_on:
        notes.append(app.t(n_("lost after {day}"), day=gap.lost_on.isoformat()))
    if not notes:
        return text
    return f"{text} ({', '.join(notes)})" if app.lang == "en" else f"{text}（{'，'.join(notes)}）"


def gap_json(app: App, gap: Gap) -> dict[str, Any]:
    return {
        "key": gap.key,
        "words": gap.words(app.lang),
        "required": gap.ask.required,
        "basis": gap.ask.basis,
        "verified": gap.ask.verified,
        "remind_on": gap.remind_on.isoformat() if gap.remind_on else None,
        "lost_on": gap.lost_on.isoformat() if gap.lost_on else None,
    }


def show_gaps(app: App, letters: Sequence[LetterGaps]) -> None:
    """``status --gaps``: letters with something missing, what, and by when; the whole as JSON."""
    from evidence.delivery import outcome_label

    rows = []
    for letter in letters:
        for one in letter.attempts:
            end = outcome_label(one.outcome, app.lang) if one.outcome else app.t(n_("open"))
            if one.outcome is Outcome.DELIVERED and one.channel in _NOT_DELIVERED:
                end = app.t(
                    _NOT_DELIVERED[one.channel]
                )  # whatever was recorded, nothing was handed to anybody
            head = (
                letter.printed,
                letter.account,
                f"{one.label(app.lang)} {end}",
                one.grade.value if one.grade is not Grade.NONE else "—",
            )
            for gap in one.gaps:
                rows.append((*head, gap_line(app, gap)))
                head = ("", "", "", "")
        if letter.is_unsent:
            rows.append((letter.printed, letter.account, "—", "—", app.t(n_("no delivery is recorded"))))
    if rows:
        app.table(
            [
                app.t(n_("Letter")),
                app.t(n_("Account")),
                app.t(n_("Delivery")),
                app.t(n_("Grade")),
                app.t(n_("Missing")),
            ],
            rows,
        )
    else:
        app.out(app.t(n_("Nothing is missing.")))
    missing = sum(letter.required for letter in letters)
    app.out(
        app.t(
            n_(
                "{n} letters: {missing} required things are missing, {unsent} letters have no delivery on record."
            ),
            n=len(letters),
            missing=missing,
            unsent=sum(letter.is_unsent for letter in letters),
        )
    )
    app.finish(
        [_letter_json(app, letter) for letter in letters],
        counts={
            "letters": len(letters),
            "missing": missing,
            "unsent": sum(letter.is_unsent for letter in letters),
        },
    )


def _letter_json(app: App, letter: LetterGaps) -> dict[str, Any]:
    return {
        "number": letter.number,
        "printed": letter.printed,
        "account": letter.account,
        "kind": letter.kind,
        "issued_on": letter.issued_on.isoformat(),
        "grade": letter.grade.value,
        "attempts": [
            {
                "channel": one.channel.value,
                "tracking": one.tracking or None,
                "outcome": one.outcome.value if one.outcome else None,
                "grade": one.grade.value,
                "events": len(one.events),
                "missing": [gap_json(app, gap) for gap in one.gaps],
            }
            for one in letter.attempts
        ],
    }
