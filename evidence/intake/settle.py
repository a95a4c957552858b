"""What was billed and what was paid, from whichever of the three amounts a row gives."""

from __future__ import annotations

from decimal import Decimal

from evidence.intake.cells import Refusal


def settle(
    billed: Decimal | None, paid: Decimal | None, owed: Decimal | None
) -> tuple[Decimal, Decimal, str | None]:
    """Billed and paid from what the row gives, and the code of the notice where one was assumed.

    Two of the three give the third exactly. Only the owed amount: it is what is billed, nothing paid
    (``intake.billed-from-owed``). Only the billed amount: nothing paid (``intake.paid-assumed-zero``).
    Raises :class:`Refusal`: ``intake.amount-missing``, ``intake.paid-exceeds-billed``,
    ``intake.amounts-disagree``.
    """
    zero = Decimal("0.00")
    if billed is None:
        if owed is None:
            raise Refusal("intake.amount-missing")
        return (owed + paid, paid, None) if paid is not None else (owed, zero, "intake.billed-from-owed")
    if paid is None and owed is None:
        return billed, zero, "intake.paid-assumed-zero"
    if paid is None:
        assert owed is not None
        if owed > billed:
            raise Refusal(
                "intake.amounts-disagree", billed=f"{billed}", paid="–", owed=f"{owed}", part="owed"
            )
        return billed, billed - owed, None
    if paid > billed:
        raise Refusal("intake.paid-exceeds-billed", billed=f"{billed}", paid=f"{paid}", part="paid")
    if owed is not None and billed - paid != owed:
        figures = {"billed": f"{billed}", "paid": f"{paid}", "owed": f"{owed}"}
        raise Refusal("intake.amounts-disagree", **figures, part="owed")
    return billed, paid, None
