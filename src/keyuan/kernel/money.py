"""Money: a Decimal amount and its currency. Splitting keeps the sum to the cent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

CENT = Decimal("0.01")


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one operation."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount to the cent, in one ISO 4217 currency.

    >>> Money("100").split(3)
    (Money('33.34', 'CNY'), Money('33.33', 'CNY'), Money('33.33', 'CNY'))
    """

    amount: Decimal
    currency: str

    def __init__(self, amount: Decimal | int | str, currency: str = "CNY") -> None:
        if isinstance(amount, float):
            raise TypeError("Money is never made of a float")
        exact = Decimal(amount)
        cents = exact.quantize(CENT)
        if cents != exact:
            raise ValueError(f"{amount} has a fraction of a cent; round it first (Money.rounded)")
        object.__setattr__(self, "amount", cents)
        object.__setattr__(self, "currency", currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str = "CNY") -> Self:
        """The nearest cent, halves away from zero (四舍五入)."""
        return cls(amount.quantize(CENT, ROUND_HALF_UP), currency)

    @classmethod
    def total(cls, parts: Iterable[Money], currency: str = "CNY") -> Money:
        """The sum of ``parts``; nothing at all is zero of ``currency``."""
        items = list(parts)
        result = Money(0, items[0].currency if items else currency)
        for item in items:
            result = result + item
        return result

    def __repr__(self) -> str:
        return f"Money('{self.amount}', '{self.currency}')"

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def times(self, factor: Decimal | int) -> Money:
        """The product with an exact factor, rounded once, to the nearest cent."""
        return Money.rounded(self.amount * factor, self.currency)

    def split(self, parts: int) -> tuple[Money, ...]:
        """``parts`` near-equal shares, larger ones first, whose sum is this amount exactly."""
        if parts < 1:
            raise ValueError("an amount is split into one part or more")
        sign = -1 if self.amount < 0 else 1
        share, rest = divmod(int(abs(self.amount) / CENT), parts)
        return tuple(Money(sign * (share + (1 if place < rest else 0)) * CENT, self.currency) for place in range(parts))

    def _same(self, other: Money) -> Decimal:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} met {other.currency}")
        return other.amount
