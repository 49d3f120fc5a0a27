"""The price of a life product: rate per thousand, sum, factors, policy fee, riders, instalments."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from keyuan.kernel.money import Money
from keyuan.products.rating.attributes import NoCell, cell, factors, mode_factor
from keyuan.products.rating.exact import ONE, ZERO, exact, nearest
from keyuan.products.rating.life_flows import THOUSAND, Basis, Cell, solved
from keyuan.products.rating.price_steps import Price, Running, priced

if TYPE_CHECKING:
    from keyuan.products.definition.rating import Table
    from keyuan.products.definition.schema import Definition, Rider
    from keyuan.products.rating.risks import LifeRisk

RATE = Decimal("0.0001")  # yuan per thousand of the sum: the last digit of a published rate
PERCENT = Decimal(100)


def cell_of(risk: LifeRisk) -> Cell:
    """What of a risk the rate depends on."""
    return Cell(
        age=risk.age,
        sex=risk.sex,
        years=risk.cover_years,
        paying=risk.paying_years,
        single=risk.pay_years.kind == "single",
        payout_age=risk.payout_age,
        payout_every=risk.payout_every,
        guaranteed_years=risk.guaranteed_years,
    )


@exact
def rate(basis: Basis, of: Cell) -> Decimal:
    """The yearly premium for a thousand yuan of sum insured, to the fourth digit."""
    return nearest(solved(basis, of).premium * THOUSAND, RATE)


@exact
def fee(basis: Basis, of: Cell) -> Decimal:
    """What each yearly premium carries for the costs of a policy, whatever its sum, to the cent."""
    told = basis.definition.rating.loadings
    if told is None or not told.per_policy:
        return ZERO
    equation = solved(basis, of).equation
    return nearest(told.per_policy * equation.years / equation.per_premium)


def known(risk: LifeRisk) -> dict[str, Any]:
    """What tables and factors may ask of a life."""
    return {
        **risk.answers,
        "age": risk.age,
        "sex": risk.sex,
        "occupation_class": risk.occupation_class,
        "pay_years": risk.paying_years,
        "cover_years": risk.cover_years,
    }


def price(definition: Definition, risk: LifeRisk) -> Price:
    """The price of a life risk that ``risk_of`` let through. Raises NoPremium or NoCell."""
    basis, of = Basis(definition), cell_of(risk)
    main = Running("")
    per_thousand = rate(basis, of)
    main.start("rate", per_thousand, risk.sum * per_thousand / THOUSAND)
    asked = known(risk)
    for name, factor in factors(definition.rating, asked):
        main.times(f"factor.{name}", factor)
    main.times("loading", ONE + risk.loading_percent / PERCENT)
    main.plus("policy_fee", fee(basis, of))
    main.at_least("least", definition.rating.least)
    main.to_step("round_to", Decimal(definition.rating.round_to))
    parts = {"": Money(main.amount)}
    steps = list(main.steps)
    for rider in definition.riders:
        if rider.code in risk.riders:
            running = rider_premium(definition, rider, risk.riders[rider.code], main.amount, asked)
            parts[rider.code] = Money(running.amount)
            steps += running.steps
    return priced(
        Money.total(parts.values()),
        mode=risk.mode,
        mode_factor=mode_factor(definition.rating, risk.mode),
        years=risk.paying_years,
        by_coverage=parts,
        steps=tuple(steps),
    )


def rider_premium(
    definition: Definition, rider: Rider, amount: Decimal, main: Decimal, asked: dict[str, Any]
) -> Running:
    """A rider's yearly premium: per thousand of its sum, a share of the main premium, or yuan as they stand."""
    running = Running(rider.code)
    table = rider_table(definition, rider)
    found = cell(table, asked, role=rider.code)
    running.start(f"rider.{table.unit}", found, rider_base(table, amount, main) * found)
    running.to_step("round_to", Decimal(definition.rating.round_to))
    return running


def rider_table(definition: Definition, rider: Rider) -> Table:
    """The table by the rider's own code, else by that of its coverage. Raises NoCell."""
    for code in (rider.code, *rider.coverages):
        if code in definition.rating.tables:
            return definition.rating.tables[code]
    raise NoCell(rider.code, {})


def rider_base(table: Table, amount: Decimal, main: Decimal) -> Decimal:
    """What a cell of a rider's table is multiplied with."""
    return {"per_thousand": amount / THOUSAND, "share": main, "factor": main}.get(table.unit, ONE)
