"""A long-term contract as cash flows by policy year, per unit of sum insured: what it costs, what must be kept for it.

Year t is index t − 1. Benefits on an event fall due at the end of its year, those on survival likewise, premiums at the
start. ``refunds`` count yearly gross premiums that are given back besides. Formulas: docs/algorithms/rating.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cached_property

from keyuan.products.rating.exact import CONTEXT, ONE, ZERO, exact
from keyuan.products.rating.present_values import discount

Amounts = tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that may happen in a policy year: how likely, what it pays, and whether the contract ends with it."""

    rates: Amounts
    pays: Amounts
    refunds: Amounts
    ends: bool = True


def stays(events: Iterable[Event], years: int) -> Amounts:
    """The probability, year by year, that none of these ends the contract."""
    left = [ONE] * years
    for event in events:
        if event.ends:
            left = [stay - rate for stay, rate in zip(left, event.rates, strict=True)]
    return tuple(max(stay, ZERO) for stay in left)


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
        return stays(self.events, self.years)

    @cached_property
    def _out(self) -> tuple[tuple[Decimal, Decimal], ...]:
        """Per year what events are expected to pay, and how many premiums to give back."""
        out = []
        with localcontext(CONTEXT):
            for t in range(self.years):
                pays = refunds = ZERO
                for event in self.events:
                    pays += event.rates[t] * event.pays[t]
                    if event.refunds[t]:
                        refunds += event.rates[t] * event.refunds[t]
                out.append((pays, refunds))
        return tuple(out)

    def due(self, t: int, premium: Decimal) -> Decimal:
        """What year t + 1 is expected to pay for events, at its end, to one who began it."""
        pays, refunds = self._out[t]
        return pays + premium * refunds if refunds else pays

    def kept(self, t: int, premium: Decimal) -> Decimal:
        """What is paid at the end of year t + 1 to one who is still there."""
        refunds = self.alive_refunds[t]
        return self.alive[t] + premium * refunds if refunds else self.alive[t]

    @cached_property
    def worth(self) -> tuple[Decimal, Decimal]:
        """(A, R): the present value of what is paid, and of how many premiums are given back."""
        with localcontext(CONTEXT):
            v, paid, returned = discount(self.interest), ZERO, ZERO
            for t in reversed(range(self.years)):
                pays, refunds = self._out[t]
                stay = self.stays[t]
                paid = v * (pays + stay * (self.alive[t] + paid))
                returned = v * (refunds + stay * (self.alive_refunds[t] + returned))
            return paid, returned

    @exact
    def value_of_benefits(self, premium: Decimal = ZERO) -> Decimal:
        """The present value of all benefits; ``premium`` is the yearly one that refunds are reckoned from."""
        paid, returned = self.worth
        return paid + premium * returned

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
    """Expenses. ``of_premium``: shares of the premium of each policy year, the last one holding for all later years;
    ``of_sum``: a share of the sum insured at the start of every year of cover.
    """

    of_premium: Amounts = (ZERO,)
    of_sum: Decimal = ZERO

    def share(self, t: int) -> Decimal:
        """The share of the premium of year t + 1."""
        return self.of_premium[min(t, len(self.of_premium) - 1)]


class NoPremium(ArithmeticError):
    """Expenses and refunds eat the whole premium: no premium, however high, pays for this contract."""


@dataclass(frozen=True, slots=True)
class Equation:
    """The equation of value: G·``per_premium`` = ``benefits`` + expenses on the sum; ``years``: ä over the whole cover."""

    benefits: Decimal
    per_premium: Decimal
    years: Decimal


@exact
def equation(flows: Flows, loadings: Loadings) -> Equation:
    """``per_premium`` = Σ vᵗ·ₜp·(1 − eₜ) − refunds. Raises NoPremium where it is not above nothing."""
    v, weight, years, left = discount(flows.interest), ONE, ZERO, ZERO
    for t in range(flows.years):
        years += weight
        if t < flows.paying:
            left += weight * (ONE - loadings.share(t))
        weight *= v * flows.stays[t]
    benefits, returned = flows.worth
    left -= returned
    if left <= 0:
        raise NoPremium
    return Equation(benefits, left, years)


@exact
def gross_premium(flows: Flows, loadings: Loadings) -> Decimal:
    """G = (benefits + share of sum · ä) / per premium. Raises NoPremium where there is none."""
    told = equation(flows, loadings)
    return (told.benefits + loadings.of_sum * told.years) / told.per_premium


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
