"""Dividends of participating contracts by their three sources: interest, mortality, expenses (利差、死差、费差).

What was set aside in pricing and turned out not to be needed, per unit of sum insured, before it is shared out. The
three add up to the whole gain of the year, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from keyuan.products.rating.exact import ONE, ZERO, exact
from keyuan.products.rating.flows import Amounts, Flows, Loadings, prospective


@dataclass(frozen=True, slots=True)
class Experience:
    """How it turned out, or is supposed to: the interest earned, events and expenses as shares of those expected."""

    interest: Decimal
    events: Decimal = ONE
    expenses: Decimal = ONE


@dataclass(frozen=True, slots=True)
class Gain:
    """The gain of one policy year to one who began it, at its end, by source."""

    interest: Decimal
    mortality: Decimal
    expense: Decimal

    @property
    def whole(self) -> Decimal:
        return self.interest + self.mortality + self.expense


@exact
def gains(flows: Flows, loadings: Loadings, gross: Decimal, told: Experience) -> tuple[Gain, ...]:
    """Year by year: interest (ₜV + P)(i′ − i), mortality Σ(q − q′)(benefit − ₜ₊₁V), expenses (G − P − e)(1 + i′)."""
    reserves, net = prospective(flows, gross), flows.net_premium(gross)
    found = []
    for t in range(flows.years):
        paid = t < flows.paying
        held = reserves[t] + (net if paid else ZERO)
        margin = (gross - net if paid else ZERO) - spent(t, loadings, gross, paying=flows.paying) * told.expenses
        found.append(
            Gain(
                interest=held * (told.interest - flows.interest),
                mortality=_mortality(flows, t, gross, reserves, told.events),
                expense=margin * (ONE + told.interest),
            )
        )
    return tuple(found)


def spent(t: int, loadings: Loadings, gross: Decimal, *, paying: int) -> Decimal:
    """The expenses that pricing expects at the start of year t + 1."""
    return loadings.of_sum + (loadings.share(t) * gross if t < paying else ZERO)


def _mortality(flows: Flows, t: int, gross: Decimal, reserves: Amounts, share: Decimal) -> Decimal:
    after = flows.kept(t, gross) + reserves[t + 1]
    gain = ZERO
    for event in flows.events:
        lost = event.pays[t] + gross * event.refunds[t] - (after if event.ends else ZERO)
        gain += event.rates[t] * (ONE - share) * lost
    return gain
