"""The instalment agreement a demand is made under: what of it is due and unpaid, what is not due yet, and what follows.

A demand that asks for old fee periods and is silent on the agreement is hardly one for the instalments that fell due
under it; and the rest falls due early only by such a demand (民法典 634, by the agreement's own clause).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from evidence.claim.plan import Instalment
from evidence.model.letter import LetterKind
from evidence.model.money import Money
from evidence.model.period import chinese_date

SPEAKS = (LetterKind.DEMAND, LetterKind.LAWYER_LETTER)
"""Kinds that tell of the agreement: those that ask for what is due under it and say what follows."""


@dataclass(frozen=True, slots=True)
class SignedAgreement:
    """An agreement that was signed, on the day of the letter.

    ``number`` is printed. ``due`` are the instalments due and not paid in full, each with what is missing of it; ``rest``
    is what is not due yet, or after acceleration all that is unpaid. ``days``: this letter starts the time after which
    the rest falls due; ``None`` where the paper has no such clause or its conditions are not met.
    ``late`` is what of the sum due is a late charge that the agreement restated.
    ``accelerated_on`` is the first day on which all was due, ``revives`` that a waiver of the late charge has ended.
    """

    number: str
    signed_on: date
    due: tuple[tuple[Instalment, Money], ...]
    rest: Money
    days: int | None = None
    accelerated_on: date | None = None
    revives: bool = False
    late: Money | None = None


def agreement_values(signed: SignedAgreement | None) -> dict[str, Any]:
    """The ``agreement`` variables of a template of ``SPEAKS``; ``number`` is empty where no agreement was signed."""
    if signed is None:
        return {
            "number": "",
            "signed_on": "",
            "due": [],
            "due_total": "",
            "rest": "",
            "days": "",
            "accelerated_on": "",
            "revives": False,
            "late": "",
        }
    total = Money.total((missing for _, missing in signed.due), signed.rest.currency)
    return {
        "number": signed.number,
        "signed_on": chinese_date(signed.signed_on),
        "due": [
            {
                "number": str(part.number),
                "due": chinese_date(part.due),
                "amount": part.amount.grouped,
                "missing": missing.grouped,
            }
            for part, missing in signed.due
        ],
        "due_total": total.grouped if signed.due else "",
        "rest": signed.rest.grouped if signed.rest else "",
        "days": "" if signed.days is None else str(signed.days),
        "accelerated_on": chinese_date(signed.accelerated_on) if signed.accelerated_on else "",
        "revives": signed.revives,
        "late": signed.late.grouped if signed.late else "",
    }


def agreement_must_appear(values: dict[str, Any]) -> list[str]:
    """The agreement, and each instalment that is asked for."""
    found = [values["number"]]
    for part in values["due"]:
        found += [part["due"], part["missing"]]
    found.append(values["late"])
    return found
