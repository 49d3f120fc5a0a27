"""A price, and the arithmetic that leads to it, step by step, as a person can follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from keyuan.kernel.money import Money
from keyuan.products.rating.exact import exact, nearest

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic: ``code`` says which rule (rating.wording), ``of`` what it is applied to.

    ``by`` is what is multiplied with or added; ``amount`` what it comes to.
    """

    code: str
    of: str
    by: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """What somebody pays. ``instalments`` are those of one policy year and sum to ``yearly``; ``total`` is all years'.

    ``first`` is the first instalment and ``premium`` each later one (the same, but for a cent where a total was split).
    ``standard`` is the yearly premium before the way of paying. ``by_coverage`` shares out ``standard``.
    """

    premium: Money
    first: Money
    yearly: Money
    standard: Money
    total: Money
    instalments: tuple[Money, ...]
    years: int
    by_coverage: Mapping[str, Money]
    steps: tuple[Step, ...]


@dataclass(slots=True)
class Running:
    """An amount on its way: each method is one rule of docs/algorithms/rating.md, rounds once, and notes its step."""

    of: str
    amount: Decimal = Decimal(0)
    steps: list[Step] = field(default_factory=list)

    @exact
    def start(self, code: str, by: Decimal, amount: Decimal) -> None:
        """Begin with ``amount``, to the nearest cent; ``by`` is the rate it comes from."""
        self.amount = nearest(amount)
        self._note(code, by)

    @exact
    def times(self, code: str, by: Decimal) -> None:
        """Multiply, to the nearest cent; a factor of one is not worth a line."""
        if by != 1:
            self.amount = nearest(self.amount * by)
            self._note(code, by)

    @exact
    def plus(self, code: str, by: Decimal) -> None:
        """Add an amount; nothing is not worth a line."""
        if by:
            self.amount += nearest(by)
            self._note(code, by)

    @exact
    def at_least(self, code: str, least: Decimal) -> None:
        if self.amount < least:
            self.amount = nearest(least)
            self._note(code, least)

    @exact
    def to_step(self, code: str, step: Decimal) -> None:
        """To the nearest multiple of ``step`` yuan where a product's premiums are whole yuan or dimes."""
        rounded = nearest(self.amount / step, Decimal(1)) * step
        if rounded != self.amount:
            self.amount = nearest(rounded)
            self._note(code, step)

    def _note(self, code: str, by: Decimal) -> None:
        self.steps.append(Step(code, self.of, by, self.amount))


@exact
def instalments(yearly: Money, mode: int, factor: Decimal | None) -> tuple[Money, ...]:
    """The payments of one policy year. ``mode``: months between them, 0 once and for all.

    With a ``factor`` each is the yearly premium times it; without one the yearly premium is split and keeps its sum.
    """
    parts = MONTHS // mode if mode else 1
    return yearly.split(parts) if factor is None else (yearly.times(factor),) * parts


def priced(
    standard: Money,
    *,
    mode: int,
    mode_factor: Decimal | None,
    years: int,
    by_coverage: Mapping[str, Money],
    steps: tuple[Step, ...],
) -> Price:
    """The price of a yearly ``standard`` premium that is paid for ``years`` in the given mode."""
    paid = instalments(standard, mode, mode_factor)
    yearly = Money.total(paid)
    by = Decimal(1) if mode_factor is None else mode_factor
    line = Step("instalment", str(mode), by, paid[-1].amount)
    return Price(
        premium=paid[-1],
        first=paid[0],
        yearly=yearly,
        standard=standard,
        total=yearly.times(years),
        instalments=paid,
        years=years,
        by_coverage=by_coverage,
        steps=(*steps, line) if mode not in (0, MONTHS) or by != 1 else steps,
    )
