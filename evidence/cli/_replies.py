"""What owners stated on their letters' pages and nobody answered yet, as ``status`` and ``ready`` tell it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evidence.cli._app import App, n_
from evidence.clock import CHINA

if TYPE_CHECKING:
    from evidence.workspace.replies import Reply

_ASKED = {"disputed": n_("disputes"), "instalments": n_("asks for instalments")}
_REASONS = {
    "paid": n_("paid already"),
    "amount": n_("amount"),
    "service": n_("service"),
    "owner": n_("not the owner"),
    "period": n_("limitation"),
    "other": n_("another reason"),
}


def tell_replies(app: App, waiting: Sequence[Reply]) -> None:
    """A table of what waits for an answer, and how to give it; nothing where nothing waits."""
    if not waiting:
        return
    app.out()
    app.out(
        app.t(n_("Waiting for an answer ({n}), stated by owners on their letters' pages:"), n=len(waiting))
    )
    headers = (n_("Entry"), n_("Account"), n_("Letter"), n_("Statement"), n_("Time"))
    app.table(
        [app.t(header) for header in headers],
        [
            (
                f"#{one.entry}",
                one.account,
                one.printed,
                _said(app, one),
                f"{one.at.astimezone(CHINA):%Y-%m-%d %H:%M}",
            )
            for one in waiting
        ],
    )
    told = n_(
        "Record what follows (hold, complaint, waiver, agreement), then what you answered: {command}. It stays in this list "
        "until then."
    )
    example = f"evidence case event {waiting[0].account} answer entry={waiting[0].entry} on=YYYY-MM-DD result=recorded|accepted|declined|settled"
    app.out(app.typed(app.t(told, command=example)))


def _said(app: App, one: Reply) -> str:
    """``disputes (amount): the words …``, in one line."""
    about = app.t(_REASONS[one.reason]) if one.reason in _REASONS else ""
    if one.months:
        about = app.t(n_("{n} months"), n=one.months)
    asked = app.t(_ASKED[one.action])
    parts = [app.t(n_("{asked} ({about})"), asked=asked, about=about) if about else asked]
    if words := " ".join(one.text.split()):
        parts.append(words if len(words) <= 40 else f"{words[:39]}…")
    if one.files:
        parts.append(app.t(n_("{n} files"), n=one.files))
    return ("; " if app.lang == "en" else "；").join(parts)


def replies_json(waiting: Sequence[Reply]) -> list[dict[str, Any]]:
    return [
        {
            "entry": one.entry,
            "account": one.account,
            "letter": one.letter,
            "action": one.action,
            "at": one.at.isoformat(),
            "reason": one.reason or None,
            "months": int(one.months) if one.months else None,
            "text": one.text,
            "files": one.files,
        }
        for one in waiting
    ]
