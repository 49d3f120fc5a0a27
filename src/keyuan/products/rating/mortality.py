"""Rates of death by age: a table of an insurer, or Makeham's law with selection as textbooks use it.

Everything downstream takes a tuple of yearly rates from the age at issue on; where they come from is settled here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from keyuan.products.rating.exact import ONE, exact


@dataclass(frozen=True, slots=True)
class Makeham:
    """Force of mortality μ = A + B·cˣ; in the first ``select`` years after the test of health 0.9^(select−s) of it.

    The Standard Ultimate Life Table of Dickson, Hardy and Waters is ``Makeham()``: A 0.00022, B 2.7e-6, c 1.124, two years.
    """

    a: Decimal = Decimal("0.00022")
    b: Decimal = Decimal("0.0000027")
    c: Decimal = Decimal("1.124")
    select: int = 2
    easing: Decimal = Decimal("0.9")
    last_age: int = 150

    @exact
    def survival(self, age: Decimal | int, years: Decimal | int) -> Decimal:
        """The ultimate probability of living ``years`` more (also fractions) at ``age``."""
        t = Decimal(years)
        grown = self.b / self.c.ln() * self.c ** Decimal(age) * (self.c**t - 1)
        return (-self.a * t - grown).exp()

    @exact
    def select_survival(self, age: int, since: Decimal | int, years: Decimal | int) -> Decimal:
        """The probability of living ``years`` more, ``since`` years after the test at ``age``; both within selection."""
        start, end = Decimal(since), Decimal(since) + Decimal(years)
        if end > self.select:
            raise ValueError("beyond the years of selection the ultimate law holds")
        return self._integral(age, end) / self._integral(age, start)

    def _integral(self, age: int, t: Decimal) -> Decimal:
        """exp(−∫₀ᵗ 0.9^(s₀−s)·μ(x+s) ds), in closed form."""
        ease, s = self.easing, self.select
        level = (ONE - ease**t) / ease.ln() * self.a
        rising = (self.c**t - ease**t) / (ease / self.c).ln() * self.b * self.c ** Decimal(age)
        return (ease ** (s - t) * (level + rising)).exp()

    @lru_cache(maxsize=512)  # noqa: B019  the law is a frozen value
    @exact
    def ultimate(self, age: int) -> tuple[Decimal, ...]:
        """qₓ, qₓ₊₁, … to the last age, at which nobody lives on."""
        rates = [ONE - self.survival(x, 1) for x in range(age, self.last_age)]
        return (*rates, ONE)

    @lru_cache(maxsize=512)  # noqa: B019
    @exact
    def selected(self, age: int) -> tuple[Decimal, ...]:
        """q[x], q[x]+1, … and the ultimate rates from then on."""
        first = [ONE - self.select_survival(age, s, 1) for s in range(self.select)]
        return (*first, *self.ultimate(age + self.select))


STANDARD = Makeham()
