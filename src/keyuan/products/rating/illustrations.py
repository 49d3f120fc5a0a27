"""A long-term contract year by year: premiums, benefits, cash value, paid-up sum, loan, and dividends not guaranteed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from keyuan.kernel.money import Money
from keyuan.products.rating.cash_values import loanable, paid_up
from keyuan.products.rating.dividends import Experience, gains
from keyuan.products.rating.exact import ONE, ZERO, down, exact, nearest
from keyuan.products.rating.flows import prospective
from keyuan.products.rating.life import cell_of
from keyuan.products.rating.life import price as life_price
from keyuan.products.rating.life_flows import ON_SURVIVAL, Basis, Cell, Given, amount_of, paying_out, payout, solved
from keyuan.products.rating.risks import LifeRisk

if TYPE_CHECKING:
    from keyuan.products.definition.coverage import Coverage
    from keyuan.products.definition.schema import Definition, Dividends, Scenario
    from keyuan.products.rating.risks import Risk


TINY = Decimal("1e-9")  # what forty digits leave behind is not a cent less


@dataclass(frozen=True, slots=True)
class YearRow:
    """The end of a policy year, at which the insured is ``age``. Dividends are assumptions and not guaranteed.

    ``death_benefit`` is what a death in the year pays; ``dividend_…`` what the scenario pays for the year and
    ``…_total`` what all have come to with interest, None where the product does not participate.
    """

    year: int
    age: int
    premium: Money
    premiums: Money
    death_benefit: Money
    survival_benefit: Money
    cash_value: Money
    paid_up_sum: Money | None
    loanable: Money | None
    dividend_low: Money | None = None
    dividend_middle: Money | None = None
    dividends_low_total: Money | None = None
    dividends_middle_total: Money | None = None


@dataclass(frozen=True, slots=True)
class _Contract:
    definition: Definition
    risk: LifeRisk
    of: Cell
    basis: Basis
    paid: Decimal  # the main cover's yearly premium
    yearly: Money
    rows: int

    @property
    def per_unit(self) -> Decimal:
        """The yearly premium of one unit of sum, as it is charged."""
        return self.paid / self.risk.sum if self.risk.sum else ZERO


@exact
def illustration(definition: Definition, risk: Risk, *, on: date | None = None) -> tuple[YearRow, ...]:
    """Every policy year of a long-term product; empty for others. Raises RiskRefused by way of ``price``."""
    if not isinstance(risk, LifeRisk):
        return ()
    told = life_price(definition, risk)
    contract = _Contract(
        definition, risk, cell_of(risk), Basis(definition), told.by_coverage[""].amount, told.yearly, risk.cover_years
    )
    found = solved(contract.basis, contract.of)
    values = cash_values_of(contract)
    low, middle = dividends_of(contract)
    rows = []
    for year in range(1, contract.rows + 1):
        value = values[year - 1]
        share = paid_up(found.flows, year, found.cash_values[year - 1], found.premium)
        rows.append(
            YearRow(
                year=year,
                age=risk.age + year,
                premium=told.yearly if year <= risk.paying_years else Money(0),
                premiums=told.yearly.times(min(year, risk.paying_years)),
                death_benefit=Money(death_benefit(contract, year)),
                survival_benefit=Money(survival_benefit(contract, year)),
                cash_value=Money(value),
                paid_up_sum=Money(down(nearest(share * risk.sum, TINY)))
                if definition.cash_value.reduced_paid_up
                else None,
                loanable=Money(loanable(value, definition.loan.share_of_cash_value)) if definition.loan else None,
                **_dividends_at(year, low, middle),
            )
        )
    return tuple(rows)


@exact
def cash_values_of(contract: _Contract) -> tuple[Decimal, ...]:
    """The cash value at the end of each policy year, to the cent, rounded to the nearest; after the last, nothing."""
    found = solved(contract.basis, contract.of).cash_values
    return tuple(nearest(value * contract.risk.sum) for value in found)


@exact
def cash_value(definition: Definition, risk: LifeRisk, *, year: int) -> Money:
    """The cash value at the end of policy year ``year``."""
    found = solved(Basis(definition), cell_of(risk)).cash_values
    return Money(nearest(found[year - 1] * risk.sum) if 1 <= year <= len(found) else ZERO)


@exact
def reserve(definition: Definition, risk: LifeRisk, *, year: int) -> Money:
    """The net premium reserve at the end of policy year ``year`` on the pricing basis, to the nearest cent."""
    found = solved(Basis(definition), cell_of(risk))
    reserves = prospective(found.flows, found.premium)
    return Money(nearest(reserves[year] * risk.sum) if 0 <= year < len(reserves) else ZERO)


def _given(contract: _Contract, year: int) -> Given:
    value = solved(contract.basis, contract.of).held[year - 1]
    return Given(contract.per_unit, min(year, contract.of.paying), value, paying_out(contract.of, year - 1))


def _paid(contract: _Contract, coverage: Coverage, year: int, age: int) -> Decimal:
    benefit = coverage.benefit
    given = _given(contract, year)
    pays, refunds = amount_of(benefit.amounts, take=benefit.take, age=age, year=year, given=given)
    return nearest(pays * contract.risk.sum + refunds * contract.paid)


def death_benefit(contract: _Contract, year: int) -> Decimal:
    """What a death from whatever cause in policy year ``year`` pays; in a guaranteed period what is still to come."""
    age = contract.risk.age + year - 1
    main = contract.basis.main
    paid = sum((_paid(contract, one, year, age) for one in main if one.kind == "death"), ZERO)
    for one in main:
        years = payout(one, contract.of)
        guaranteed = max(one.benefit.guaranteed_years, contract.of.guaranteed_years if one.kind == "annuity" else 0)
        if one.benefit.pays in ("yearly", "monthly") and guaranteed and years.start < year < years.start + guaranteed:
            left = min(years.start + guaranteed, years.stop) - year
            paid += left * _paid(contract, one, year, age + 1)
    return paid


def survival_benefit(contract: _Contract, year: int) -> Decimal:
    """What is paid at the end of policy year ``year`` to who is alive, in that whole year where it is paid by the month."""
    main = [one for one in contract.basis.main if one.benefit.pays in ON_SURVIVAL and one.kind != "premium_waiver"]
    age = contract.risk.age + year
    return sum((_paid(contract, one, year, age) for one in main if year in payout(one, contract.of)), ZERO)


@dataclass(frozen=True, slots=True)
class _Dividends:
    """Each year's dividend, and what all have come to, in yuan."""

    yearly: tuple[Decimal, ...]
    totals: tuple[Decimal, ...]


def dividends_of(contract: _Contract) -> tuple[_Dividends | None, _Dividends | None]:
    """The low and the middle scenario of a participating product."""
    told = contract.definition.dividends
    if told is None:
        return None, None
    return _scenario(contract, told, told.low), _scenario(contract, told, told.middle)


def _scenario(contract: _Contract, told: Dividends, scenario: Scenario) -> _Dividends:
    found = solved(contract.basis, contract.of)
    loadings = contract.basis.loadings(single=contract.of.single)
    experience = Experience(scenario.interest, scenario.mortality, scenario.expenses)
    yearly, totals, total = [], [], ZERO
    for gain in gains(found.flows, loadings, found.premium, experience):
        dividend = down(max(gain.whole * told.customer_share * contract.risk.sum, ZERO))
        total = down(total * (ONE + told.accumulation_rate)) + dividend
        yearly.append(dividend)
        totals.append(total)
    return _Dividends(tuple(yearly), tuple(totals))


def _dividends_at(year: int, low: _Dividends | None, middle: _Dividends | None) -> dict[str, Money]:
    if low is None or middle is None:
        return {}
    return {
        "dividend_low": Money(low.yearly[year - 1]),
        "dividend_middle": Money(middle.yearly[year - 1]),
        "dividends_low_total": Money(low.totals[year - 1]),
        "dividends_middle_total": Money(middle.totals[year - 1]),
    }
