"""Standard actuarial present values on yearly rates: insurances, annuities, endowments, and premiums paid by the month.

``leave`` are the yearly probabilities of leaving from the age at issue on; ``interest`` is yearly. Benefits fall due at
the end of the year, annuity payments at its start, unless a name says otherwise. Per unit of sum insured.
Formulas: docs/algorithms/rating.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from keyuan.products.rating.exact import ONE, ZERO, exact

Rates = Sequence[Decimal]


@exact
def discount(interest: Decimal) -> Decimal:
    """v = 1 / (1 + i)."""
    return ONE / (ONE + interest)


@exact
def advance(interest: Decimal) -> Decimal:
    """d = i / (1 + i): interest paid in advance."""
    return interest / (ONE + interest)


@exact
def living(leave: Rates) -> tuple[Decimal, ...]:
    """ₜp for t = 0, 1, …: one longer than ``leave``."""
    alive = [ONE]
    for rate in leave:
        alive.append(alive[-1] * (ONE - rate))
    return tuple(alive)


@exact
def pure_endowment(leave: Rates, years: int, interest: Decimal) -> Decimal:
    """ₙE: one unit after ``years`` to who lives then; nothing to who cannot."""
    if years > len(leave):
        return ZERO
    value = discount(interest) ** years
    for rate in leave[:years]:
        value *= ONE - rate
    return value


@exact
def annuity(leave: Rates, interest: Decimal, *, years: int | None = None, deferred: int = 0) -> Decimal:
    """ä: one unit at the start of each year while alive, at most ``years`` times, from ``deferred`` years on."""
    last = len(leave) if years is None else min(deferred + years, len(leave))
    v, value, weight = discount(interest), ZERO, ONE
    for t in range(last):
        if t >= deferred:
            value += weight
        weight *= v * (ONE - leave[t])
    return value


@exact
def insurance(leave: Rates, interest: Decimal, *, years: int | None = None, deferred: int = 0) -> Decimal:
    """A: one unit at the end of the year of death, if it falls within ``years``, from ``deferred`` years on."""
    last = len(leave) if years is None else min(deferred + years, len(leave))
    v, value, weight = discount(interest), ZERO, ONE
    for t in range(last):
        if t >= deferred:
            value += weight * v * leave[t]
        weight *= v * (ONE - leave[t])
    return value


@exact
def endowment(leave: Rates, years: int, interest: Decimal) -> Decimal:
    """A with one unit at death within ``years`` or else at their end."""
    return insurance(leave, interest, years=years) + pure_endowment(leave, years, interest)


@exact
def annuity_by_parts(leave: Rates, interest: Decimal, parts: int, *, years: int | None = None) -> Decimal:
    """ä⁽ᵐ⁾: 1/m at the start of each m-th of a year, deaths spread evenly over the year (UDD): α(m)·ä − β(m)·(1 − ₙE)."""
    if parts < 1:
        raise ValueError("a year has one part or more")
    i, d, m = interest, advance(interest), Decimal(parts)
    if i == 0:
        alpha, beta = ONE, (m - 1) / (2 * m)
    else:
        i_m = m * ((ONE + i) ** (ONE / m) - 1)
        d_m = m * (ONE - (ONE + i) ** (-ONE / m))
        alpha, beta = i * d / (i_m * d_m), (i - i_m) / (i_m * d_m)
    term = len(leave) if years is None else years
    return alpha * annuity(leave, i, years=years) - beta * (ONE - pure_endowment(leave, term, i))


@exact
def net_premium(benefits: Decimal, leave: Rates, interest: Decimal, *, pay_years: int | None = None) -> Decimal:
    """The level yearly premium, in advance, that pays for ``benefits``."""
    return benefits / annuity(leave, interest, years=pay_years)


@exact
def insurance_at_death(benefits: Decimal, interest: Decimal) -> Decimal:
    """Paid at once instead of at the end of the year, deaths spread evenly: times i/δ."""
    return benefits if interest == 0 else benefits * interest / (ONE + interest).ln()
