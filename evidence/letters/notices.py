"""What the templates of notices see: answers, confirmations, corrections and announcements, which demand nothing.

Figures come in as :class:`Notice`, reckoned elsewhere; what the office wrote itself comes in as paragraphs and is
printed as written. The variables are listed in ``docs/templates.md``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from evidence.claim.statement import Claim
from evidence.letters.charges import ChargeMix, mix_of
from evidence.letters.figures import figures
from evidence.letters.labels import labels_for
from evidence.letters.periods import period_lines
from evidence.model.events import HoldReason
from evidence.model.letter import Fact, LetterKind
from evidence.model.money import Money
from evidence.model.period import Period, chinese_date

__all__ = [
    "About",
    "Corrected",
    "Notice",
    "Settled",
    "mix_of_notice",
    "notice_facts",
    "notice_must_appear",
    "notice_values",
]


@dataclass(frozen=True, slots=True)
class About:
    """What an owner objected to: when, and in which words it is on file or for which reason something is held."""

    on: date
    matter: str = ""
    reason: HoldReason | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """The earlier letter that was wrong; ``number`` and ``title`` as it prints them."""

    key: str
    number: str
    title: str
    issued_on: date
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """A charge of which nothing is owed. billed = waived + paid."""

    item: str
    period: Period
    billed: Money
    waived: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class Notice:
    """What one notice is about; only the part its kind speaks of is filled.

    ``text``: the office's own words, a paragraph each. ``principal_only``: the office reserves a late charge, so that a
    settlement speaks of principal alone. What a bill announces are the lines of the claim it comes with.
    """

    text: tuple[str, ...] = ()
    about: About | None = None
    corrects: Corrected | None = None
    settled: tuple[Settled, ...] = ()
    principal_only: bool = False


def mix_of_notice(kind: LetterKind, notice: Notice, claim: Claim, jurisdiction: str) -> ChargeMix:
    """What the notice may call what it lists."""
    lines: Iterable[Any] = notice.settled if kind is LetterKind.SETTLEMENT else claim.lines
    return mix_of((line.item for line in lines), jurisdiction)


def notice_values(kind: LetterKind, notice: Notice, claim: Claim, locale: str) -> dict[str, Any]:
    """The variables of one kind beside those that every letter has."""
    labels = labels_for(locale)
    if kind is LetterKind.COMPLAINT_REPLY and notice.about is not None:
        about = notice.about
        reason = labels.grounds.get(about.reason, "").partition("，")[0] if about.reason else ""
        return {
            "about": {"on": chinese_date(about.on), "matter": about.matter, "reason": reason},
            "paragraphs": list(notice.text),
        }
    if kind is LetterKind.CORRECTION and notice.corrects is not None:
        wrong = notice.corrects
        return {
            "corrects": {
                "number": wrong.number,
                "title": wrong.title,
                "issued_on": chinese_date(wrong.issued_on),
                "withdrawn_on": chinese_date(wrong.withdrawn_on) if wrong.withdrawn_on else "",
            },
            "paragraphs": list(notice.text),
        }
    if kind is LetterKind.SETTLEMENT:
        return _settlement(notice, claim.total.currency)
    return figures(claim, [""] * len(claim.lines), locale)


def _settlement(notice: Notice, currency: str) -> dict[str, Any]:
    billed, waived, paid = (
        Money.total((getattr(line, name) for line in notice.settled), currency)
        for name in ("billed", "waived", "paid")
    )
    return {
        "settled": [
            {
                "number": str(position),
                "item": line.item,
                "period": "".join(period_lines(line.period)),
                "period_lines": list(period_lines(line.period)),
                "billed": line.billed.grouped,
                "waived": line.waived.grouped,
                "paid": line.paid.grouped,
            }
            for position, line in enumerate(notice.settled, start=1)
        ],
        "billed_total": billed.grouped,
        "waived_total": waived.grouped,
        "paid_total": paid.grouped,
        "has_waived": bool(waived),
        "principal_only": notice.principal_only,
    }


def notice_must_appear(kind: LetterKind, values: dict[str, Any]) -> list[str]:
    """What the rendered notice has to show beside number, addressee, home and law."""
    if kind is LetterKind.SETTLEMENT:
        told = [piece for line in values["settled"] for piece in (*line["period_lines"], line["paid"])]
        return [*told, values["paid_total"], values["as_of"]]
    if kind is LetterKind.BILL_NOTICE:
        lines = [
            piece
            for line in values["lines"]
            for piece in (*line["period_lines"], line["due"], line["outstanding"])
        ]
        return [*lines, values["total"], values["bank"]["payee"], values["bank"]["number"]]
    named = [values["corrects"]["number"]] if kind is LetterKind.CORRECTION else [values["about"]["on"]]
    return [*named, *values["paragraphs"]]


def notice_facts(kind: LetterKind, notice: Notice, claim: Claim) -> tuple[Fact, ...]:
    """What a notice states, in machine form; free text by its digest. No name of theirs is one a demand has."""
    currency = claim.total.currency
    text = hashlib.sha256("\n".join(notice.text).encode()).hexdigest()
    if kind is LetterKind.SETTLEMENT:
        lines = tuple(
            Fact(f"settled.{n}", f"{line.period.iso} {line.item} {currency} {line.paid.plain}")
            for n, line in enumerate(notice.settled, start=1)
        )
        return (*lines, Fact("settled_as_of", claim.as_of.isoformat()))
    if kind is LetterKind.BILL_NOTICE:
        lines = tuple(
            Fact(f"bill.{n}", f"{line.period.iso} {line.item} {currency} {line.outstanding.plain}")
            for n, line in enumerate(claim.lines, start=1)
        )
        return (*lines, Fact("bill_total", f"{currency} {claim.total.plain}"))
    if notice.corrects is not None:
        return (Fact("corrects", notice.corrects.key), Fact("text_sha256", text))
    assert notice.about is not None
    return (Fact("about", notice.about.on.isoformat()), Fact("text_sha256", text))
