"""A long-term contract as cash flows by policy year, per unit of sum insured: what it costs, what must be kept for it.

Year t is index t − 1. Benefits on an event fall due at the end of its year, those on survival likewise, premiums at the
start. ``refunds`` count yearly gross premiums that are given back besides. Formulas: docs/algorithms/rating.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from keyuan.products.rating.exact import ONE, ZERO, exact
from keyuan.products.rating.present_values import discount

Amounts = tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that may happen in a policy year: how likely, what it pays, and whether the contract ends with it."""

    rates: Amounts
    pays: Amounts
    refunds: Amounts
    ends: bool = True


@dataclass(frozen=True)
class Flows:
    """The whole contract. ``alive`` is paid at the end of a year to who is still in it; ``paying`` premiums are due."""

    interest: Decimal
    paying: int
    events: tuple[Event, ...]
    alive: Amounts
    alive_refunds: Amounts

    @property
    def years(self) -> int:
        return len(self.alive)

    @cached_property
    def stays(self) -> Amounts:
        """The probability, year by year, that the contract does not end before the year's end."""
        leave = [sum((event.rates[t] for event in self.events if event.ends), ZERO) for t in range(self.years)]
        return tuple(max(ONE - rate, ZERO) for rate in leave)

    @exact
    def due(self, t: int, premium: Decimal) -> Decimal:
        """What year t + 1 is expected to pay for events, at its end, to one who began it."""
        return sum((e.rates[t] * (e.pays[t] + premium * e.refunds[t]) for e in self.events), ZERO)

    @exact
    def kept(self, t: int, premium: Decimal) -> Decimal:
        """What is paid at the end of year t + 1 to one who is still there."""
        return self.alive[t] + premium * self.alive_refunds[t]

    @exact
    def value_of_benefits(self, premium: Decimal = ZERO) -> Decimal:
        """The present value of all benefits; ``premium`` is the yearly one that refunds are reckoned from."""
        v, value = discount(self.interest), ZERO
        for t in reversed(range(self.years)):
            value = v * (self.due(t, premium) + self.stays[t] * (self.kept(t, premium) + value))
        return value

    @exact
    def value_of_premiums(self) -> Decimal:
        """ä: the present value of one unit with each premium."""
        v, value, weight = discount(self.interest), ZERO, ONE
        for t in range(min(self.paying, self.years)):
            value += weight
            weight *= v * self.stays[t]
        return value

    @exact
    def net_premium(self, premium: Decimal = ZERO) -> Decimal:
        """The level premium that pays for the benefits alone; ``premium`` is the gross one where there are refunds."""
        return self.value_of_benefits(premium) / self.value_of_premiums()


@dataclass(frozen=True, slots=True)
class Loadings:
    """Expenses: shares of the first and of each later premium, and a share of the sum insured at issue."""

    first: Decimal = ZERO
    later: Decimal = ZERO
    of_sum: Decimal = ZERO


class NoPremium(ArithmeticError):
    """Expenses and refunds eat the whole premium: no premium, however high, pays for this contract."""


@exact
def gross_premium(flows: Flows, loadings: Loadings) -> Decimal:
    """G with G·(ä − e₁ − e₂·(ä − 1) − refunds) = benefits + share of sum. Raises NoPremium where there is none."""
    annuity = flows.value_of_premiums()
    benefits = flows.value_of_benefits()
    refunds = flows.value_of_benefits(ONE) - benefits
    left = annuity - loadings.first - loadings.later * (annuity - 1) - refunds
    if left <= 0:
        raise NoPremium
    return (benefits + loadings.of_sum) / left


@exact
def prospective(flows: Flows, premium: Decimal = ZERO) -> Amounts:
    """ₜV for t = 0 … n: benefits to come less net premiums to come. ``premium``: the gross one, where there are refunds."""
    v, net = discount(flows.interest), flows.net_premium(premium)
    reserve = ZERO
    reserves = [reserve]
    for t in reversed(range(flows.years)):
        reserve = v * (flows.due(t, premium) + flows.stays[t] * (flows.kept(t, premium) + reserve))
        reserve -= net if t < flows.paying else ZERO
        reserves.append(reserve)
    return tuple(reversed(reserves))


@exact
def retrospective(flows: Flows, premium: Decimal = ZERO) -> Amounts:
    """ₜV for t = 0, 1, …: net premiums with interest less what was paid, shared by those who are left.

    Ends with the last year that anybody outlives.
    """
    net, reserve = flows.net_premium(premium), ZERO
    reserves = [reserve]
    for t in range(flows.years):
        if flows.stays[t] == 0:
            break
        grown = (reserve + (net if t < flows.paying else ZERO)) * (ONE + flows.interest)
        reserve = (grown - flows.due(t, premium)) / flows.stays[t] - flows.kept(t, premium)
        reserves.append(reserve)
    return tuple(reserves)
