"""Money: a decimal number and its currency, never a float (design decision 4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

# ISO 4217 minor units. TWD is quoted with two decimals by the standard, though ledgers print whole dollars.
MINOR_UNITS: dict[str, int] = {"CNY": 2, "TWD": 2, "HKD": 2}


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency.

    Arithmetic never rounds; call :meth:`rounded` once per printed line. Adding two currencies is a
    programming error and raises ``ValueError``.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in MINOR_UNITS:
            raise ValueError(f"unknown currency {self.currency!r}")
        if not self.amount.is_finite():
            raise ValueError(f"not a finite amount: {self.amount}")

    @classmethod
    def zero(cls, currency: str) -> Money:
        return _zero(currency)

    @classmethod
    def of(cls, text: str | int, currency: str) -> Money:
        """From a plain decimal text such as ``"1409.50"``; raises ``decimal.InvalidOperation`` otherwise."""
        return cls(Decimal(text), currency)

    @classmethod
    def total(cls, parts: Iterable[Money], currency: str) -> Money:
        """The sum of ``parts``; zero of ``currency`` for none."""
        zero = cls.zero(currency)
        amount = zero.amount
        for part in parts:
            if part.currency != currency:
                zero._same(part)
            amount += part.amount
        return _of_checked(amount, currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return _of_checked(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return _of_checked(self.amount - other.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __bool__(self) -> bool:
        return bool(self.amount)

    def rounded(self) -> Money:
        """Half-up to the smallest unit of the currency (1.005 CNY becomes 1.01)."""
        step = Decimal(1).scaleb(-MINOR_UNITS[self.currency])
        return Money(self.amount.quantize(step, rounding=ROUND_HALF_UP), self.currency)

    @property
    def is_exact(self) -> bool:
        """Whether the amount is a whole number of the smallest unit."""
        return self.rounded().amount == self.amount

    @property
    def plain(self) -> str:
        """``"1409.50"``: the machine form used in JSON and in tokens."""
        return f"{self.rounded().amount:f}"

    @property
    def grouped(self) -> str:
        """``"1,409.50"``: the printed form, without currency sign."""
        return f"{self.rounded().amount:,f}"


@cache
def _zero(currency: str) -> Money:
    return Money(Decimal(0), currency)


def _of_checked(amount: Decimal, currency: str) -> Money:
    """A sum or difference of amounts that were checked when they were made: an estate adds up millions of them."""
    made = object.__new__(Money)
    object.__setattr__(made, "amount", amount)
    object.__setattr__(made, "currency", currency)
    return made
