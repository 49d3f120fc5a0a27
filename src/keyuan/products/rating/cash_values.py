"""What a contract is worth to who gives it up: cash value, reduced paid-up sum, policy loan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from keyuan.products.rating.exact import ONE, ZERO, down, exact, nearest
from keyuan.products.rating.flows import Amounts, Flows, prospective
from keyuan.products.rating.present_values import discount

DAYS_OF_A_YEAR = 365
GRADING_YEARS = 20  # after so many years of a long payment period the whole reserve is the customer's


@dataclass(frozen=True, slots=True)
class CashValueBasis:
    """The share of the reserve that is the customer's at once; it grows evenly to all of it over ``grading`` years.

    《普通型人身保险精算规定》(保监发〔2013〕62号): r = k + t(1 − k)/min(20, n), n the years of payment; k = 0.9 for
    endowments and annuities, 0.8 for others, 1 for single premiums. General knowledge, not verified.
    """

    start: Decimal = Decimal("0.8")
    single: Decimal = ONE
    grading: int = GRADING_YEARS

    @exact
    def share(self, t: int, pay_years: int) -> Decimal:
        """r at the end of policy year ``t``; a single premium grades over the whole of ``grading``."""
        start = self.single if pay_years == 1 else self.start
        grading = self.grading if pay_years == 1 else min(self.grading, pay_years)
        return ONE if t >= grading else start + (ONE - start) * t / grading


@exact
def cash_values(flows: Flows, basis: CashValueBasis, premium: Decimal = ZERO) -> Amounts:
    """Per unit of sum insured, at the end of each policy year 1 … n, after that year's benefits; never negative."""
    reserves = prospective(flows, premium)
    shares = _shares(basis, flows.paying, flows.years)
    return tuple(share * max(reserve, ZERO) for share, reserve in zip(shares, reserves[1:], strict=True))


@lru_cache(maxsize=1024)
def _shares(basis: CashValueBasis, pay_years: int, years: int) -> Amounts:
    return tuple(basis.share(t, pay_years) for t in range(1, years + 1))


@exact
def paid_up(flows: Flows, t: int, cash_value: Decimal, premium: Decimal = ZERO) -> Decimal:
    """The share of the sum that stays insured if no premium follows after year ``t``, per unit; at most the whole.

    The cash value buys the benefits to come as a single net premium; refunds stop growing.
    """
    if t >= flows.years:
        return ZERO
    value = _benefits_from(_frozen(flows, t), t, premium)
    return min(cash_value / value, ONE) if value > 0 else ZERO


def _frozen(flows: Flows, t: int) -> Flows:
    """The contract when nothing is paid after year ``t``: no more is given back than was paid."""

    def capped(refunds: Amounts, at: Decimal) -> Amounts:
        return tuple(min(value, at) for value in refunds)

    events = tuple(replace(e, refunds=capped(e.refunds, e.refunds[t - 1] if t else ZERO)) for e in flows.events)
    share = Decimal(min(t, flows.paying)) / flows.paying
    return replace(flows, events=events, alive_refunds=tuple(value * share for value in flows.alive_refunds))


def _benefits_from(flows: Flows, t: int, premium: Decimal) -> Decimal:
    v, value = discount(flows.interest), ZERO
    for year in reversed(range(t, flows.years)):
        value = v * (flows.due(year, premium) + flows.stays[year] * (flows.kept(year, premium) + value))
    return value


@exact
def loanable(cash_value: Decimal, share: Decimal) -> Decimal:
    """The most that may be lent on a cash value, to the cent, rounded down."""
    return down(cash_value * share)


@exact
def loan_interest(principal: Decimal, rate: Decimal, days: int) -> Decimal:
    """Simple interest for ``days`` of a year of 365, to the nearest cent; added to the principal where it is not paid."""
    return nearest(principal * rate * days / DAYS_OF_A_YEAR)
