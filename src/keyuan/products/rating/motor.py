"""The price of motor insurance: the compulsory one (交强险) with its floating factors, and the commercial coverages.

Commercial: each coverage's premium × its claims record × the factors of use and the like. Tables by their roles:

``compulsory_…`` in yuan: the first that has the class; its factors, and the factor ``fatal``, float it.
A coverage: ``CODE_fixed`` yuan and ``CODE_rate`` share of the new value; or ``CODE`` yuan, or share of the limit.
Every other table of factors adjusts the commercial coverages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from keyuan.kernel.money import Money
from keyuan.products.rating.attributes import NoCell, cell, factors, mode_factor
from keyuan.products.rating.exact import ONE, exact
from keyuan.products.rating.life import rider_premium
from keyuan.products.rating.others import base_of, shared
from keyuan.products.rating.price_steps import Price, Running, priced
from keyuan.products.rating.read_motor import COMPULSORY

if TYPE_CHECKING:
    from keyuan.products.definition.rating import Table
    from keyuan.products.definition.schema import Definition
    from keyuan.products.rating.risks import MotorRisk

FATAL = "fatal"
PERCENT = Decimal(100)
PASSENGERS = "passengers"


def known(risk: MotorRisk) -> dict[str, Any]:
    """What tables and factors may ask of a vehicle."""
    return {
        **risk.answers,
        "vehicle_class": risk.vehicle_class,
        "use": risk.use,
        "size": risk.size,
        "region": risk.region,
        "new_value": risk.new_value,
        "vehicle_age": risk.vehicle_age,
        "clean_years": risk.clean_years,
        "claims": risk.claims,
        "compulsory_clean_years": risk.compulsory_clean_years,
        "compulsory_accidents": risk.compulsory_accidents,
    }


@exact
def price(definition: Definition, risk: MotorRisk) -> Price:
    """Compulsory and commercial together; ``by_coverage`` has each. Raises NoCell."""
    asked = known(risk)
    parts: list[Running] = []
    if risk.compulsory:
        parts.append(compulsory(definition, asked))
    common = list(adjustments(definition, asked))
    commercial = [coverage(definition, risk, code, amount, asked) for code, amount in risk.sums.items()]
    commercial += [
        rider_premium(definition, rider, risk.riders[rider.code], Decimal(0), asked)
        for rider in definition.riders
        if rider.code in risk.riders
    ]
    for part in commercial:
        for name, factor in common:
            part.times(name, factor)
        # The compulsory premium is set by regulation: underwriting loads the commercial ones only.
        part.times("loading", ONE + risk.loading_percent / PERCENT)
    parts += commercial
    standard = Money.total([Money(part.amount) for part in parts])
    least = Money.rounded(definition.rating.least)
    standard = least if standard < least else standard
    return priced(
        standard,
        mode=risk.mode,
        mode_factor=mode_factor(definition.rating, risk.mode),
        years=1,
        by_coverage=shared(standard, {part.of: part.amount for part in parts}),
        steps=tuple(step for part in parts for step in part.steps),
    )


def compulsory(definition: Definition, asked: Mapping[str, Any]) -> Running:
    """The base premium of class and size, times the floating factors of its own record.

    《机动车交通事故责任强制保险费率浮动暂行办法》: an accident with a death stands for all accidents.
    """
    running = Running(COMPULSORY)
    found = _base(definition, asked)
    running.start("compulsory", found, found)
    fatal = dict(factors(definition.rating, {FATAL: asked[FATAL]})) if FATAL in asked else {}
    for role, table in _compulsory_tables(definition):
        if table.unit == "factor" and not (role.endswith("accidents") and fatal.get(FATAL, ONE) != 1):
            running.times(f"table.{role}", cell(table, asked, role=role))
    for name, factor in fatal.items():
        running.times(f"factor.{name}", factor)
    return running


def _compulsory_tables(definition: Definition) -> Iterator[tuple[str, Table]]:
    return ((role, table) for role, table in definition.rating.tables.items() if role.startswith(COMPULSORY))


def _base(definition: Definition, asked: Mapping[str, Any]) -> Decimal:
    for role, table in _compulsory_tables(definition):
        labels = [axis.values for axis in (table.rows, table.columns) if axis is not None and axis.match == "is"]
        if table.unit == "yuan" and all(asked["vehicle_class"] in values for values in labels):
            return cell(table, asked, role=role)
    raise NoCell(COMPULSORY, {"vehicle_class": asked["vehicle_class"]})


def adjustments(definition: Definition, asked: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    """What every commercial premium is multiplied with: the claims record by its tables, then the factors."""
    own = {one.code for one in definition.coverages} | {one.code for one in definition.riders}
    for role, table in definition.rating.tables.items():
        if table.unit == "factor" and not role.startswith(COMPULSORY) and role not in own:
            yield f"table.{role}", cell(table, asked, role=role)
    for name, value in factors(definition.rating, asked):
        if name != FATAL:
            yield f"factor.{name}", value


def coverage(definition: Definition, risk: MotorRisk, code: str, amount: Decimal, asked: Mapping[str, Any]) -> Running:
    """The premium of a commercial coverage before adjustments; that of passengers counts every seat but the driver's."""
    tables = definition.rating.tables
    at = {**asked, "limit": amount}
    running = Running(code)
    fixed, rate = tables.get(f"{code}_fixed"), tables.get(f"{code}_rate")
    if fixed is not None and rate is not None:
        found = cell(fixed, at, role=f"{code}_fixed")
        running.start("fixed", found, found)
        of_value = cell(rate, at, role=f"{code}_rate")
        running.plus("of_new_value", risk.new_value * of_value)
        return running
    if code not in tables:
        raise NoCell(code, {"coverage": code})
    found = cell(tables[code], at, role=code)
    running.start(f"coverage.{tables[code].unit}", found, found * base_of(tables[code], amount))
    if code == PASSENGERS:
        running.times("seats", max(risk.size - 1, ONE))
    return running
