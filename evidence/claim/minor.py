"""Amounts as whole numbers of the smallest unit (fen): what a payment is divided into.

Allocation and late charge count in fen, so that nothing can be lost between two roundings. :class:`Money` is
what goes in and out.
"""

from __future__ import annotations

from decimal import Context
from functools import lru_cache

from evidence.model.money import MINOR_UNITS, Money

# Wide enough that shifting the decimal point never rounds, whatever context the calling program has set.
_WIDE = Context(prec=60)
_IN_ONE: dict[str, int] = {currency: int(10**places) for currency, places in MINOR_UNITS.items()}


def to_minor(money: Money) -> int:
    """``1409.50`` CNY → ``140950``. Raises ``ValueError`` for a fraction of the smallest unit."""
    numerator, denominator = money.amount.as_integer_ratio()
    minor, rest = divmod(numerator * _IN_ONE[money.currency], denominator)
    if rest:
        raise ValueError(f"{money.amount} {money.currency} is no whole number of the smallest unit")
    return minor


def is_whole(money: Money) -> bool:
    """Whether :func:`to_minor` can tell the amount in whole units."""
    return _IN_ONE[money.currency] % money.amount.as_integer_ratio()[1] == 0


@lru_cache(maxsize=1 << 14)
def of_minor(value: int, currency: str) -> Money:
    """``140950`` → ``1409.50`` CNY. Remembered: an account is billed the same amount month after month."""
    return Money(_WIDE.scaleb(value, -MINOR_UNITS[currency]), currency)


def half_up(numerator: int, denominator: int) -> int:
    """The whole number nearest to a fraction ≥ 0, a half going up: the one rounding of a printed line."""
    return (2 * numerator + denominator) // (2 * denominator)


def largest_remainder(amount: int, weights: list[int]) -> list[int]:
    """``amount`` divided in proportion to ``weights``, to the fen, summing to ``amount``.

    Each gets its share rounded down; the fen left over go to the largest remainders, equal ones in the order
    given. With ``amount`` below the sum of the weights nobody gets more than their weight.
    """
    whole = sum(weights)
    shares = [amount * weight // whole for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for i in remainders[: amount - sum(shares)]:
        shares[i] += 1
    return shares
