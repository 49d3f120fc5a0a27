"""The price of cover for up to a year: accident, medical, travel, home, group. Base rates, factors, people.

A coverage is priced by the table of its own code, or by one with an axis ``coverage`` that has it; what has neither comes
with the base. Tables of factors and the factors multiply what they have an answer for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from keyuan.kernel.money import Money
from keyuan.products.rating.attributes import NoCell, cell, factors, mode_factor
from keyuan.products.rating.exact import ONE, ZERO, exact
from keyuan.products.rating.life import PERCENT
from keyuan.products.rating.life_flows import THOUSAND
from keyuan.products.rating.price_steps import Price, Running, Step, priced

if TYPE_CHECKING:
    from keyuan.products.definition.coverage import Coverage
    from keyuan.products.definition.rating import Table
    from keyuan.products.definition.schema import Definition
    from keyuan.products.rating.risks import GroupRisk, Member, PlanRisk, PropertyRisk, Risk, TravelRisk


def sums_of(definition: Definition, plan: str, amount: Decimal, optional: Iterable[str] = ()) -> dict[str, Decimal]:
    """The sum of each main coverage, and of the ``optional`` ones chosen: the plan's, a share of the sum, or its own."""
    chosen = set(optional)
    return {
        one.code: coverage_sum(definition, one, plan, amount)
        for one in definition.coverages
        if one.main and (not one.optional or one.code in chosen)
    }


def coverage_sum(definition: Definition, coverage: Coverage, plan: str, amount: Decimal) -> Decimal:
    """The sum of one coverage: the plan's, else a share of the sum chosen, else what it says itself."""
    planned = next((one.sums for one in definition.plans if one.code == plan), {})
    if coverage.code in planned:
        return planned[coverage.code]
    first = coverage.benefit.amounts[0]
    if first.of == "sum_insured":
        return amount * first.share
    return first.yuan or ZERO


def table_for(definition: Definition, code: str) -> tuple[str, Table] | None:
    """The table that prices a coverage or rider, with its role."""
    tables = definition.rating.tables
    if code in tables:
        return code, tables[code]
    return next(((role, one) for role, one in tables.items() if one.unit != "factor" and _has(one, code)), None)


def _has(table: Table, code: str) -> bool:
    axes = [axis for axis in (table.rows, table.columns) if axis is not None]
    return any(axis.axis == "coverage" and code in axis.values for axis in axes)


def coverage_premium(
    definition: Definition, code: str, amount: Decimal, asked: Mapping[str, Any], *, of: str = ""
) -> Running | None:
    """What one coverage costs for its sum; None where it has no table. ``of``: the rider that it comes with."""
    found = table_for(definition, code)
    if found is None:
        return None
    role, table = found
    running = Running(of or code)
    rate = cell(table, {**asked, "coverage": code, "limit": amount}, role=role)
    running.start(f"coverage.{table.unit}", rate, rate * base_of(table, amount))
    return running


def base_of(table: Table, amount: Decimal) -> Decimal:
    """What a cell is multiplied with: thousands of the sum, the sum, or nothing but itself."""
    return {"per_thousand": amount / THOUSAND, "share": amount}.get(table.unit, ONE)


def adjust(definition: Definition, running: Running, asked: Mapping[str, Any]) -> None:
    """Every factor that has an answer: the definition's lists first, then its tables of factors."""
    for name, factor in factors(definition.rating, asked):
        running.times(f"factor.{name}", factor)
    named = {coverage.code for coverage in definition.coverages} | {rider.code for rider in definition.riders}
    for role, table in definition.rating.tables.items():
        axes = [axis.axis for axis in (table.columns, table.rows) if axis is not None]
        if table.unit == "factor" and role not in named and all(axis in asked for axis in axes):
            running.times(f"table.{role}", cell(table, asked, role=role))


def riders(
    definition: Definition, risk: Risk, plan: str, main: Decimal, asked: Mapping[str, Any], *, of_main: bool = False
) -> list[Running]:
    """The premium of each rider chosen, by its own table or its coverages'. ``of_main``: shares are of the main premium."""
    found: list[Running] = []
    for rider in definition.riders:
        if rider.code not in risk.riders:
            continue
        codes = (rider.code,) if table_for(definition, rider.code) else rider.coverages
        for code in codes:
            covered = definition.coverage(rider.coverages[0] if code == rider.code else code)
            own = risk.riders[rider.code]
            amount = main if of_main else own or coverage_sum(definition, covered, plan, ZERO)
            part = coverage_premium(definition, code, amount, asked, of=rider.code)
            if part is None:
                raise NoCell(rider.code, {"coverage": code})
            found.append(part)
    return found


def _added(parts: Iterable[Running], of: str = "") -> Running:
    whole = Running(of)
    for part in parts:
        whole.steps += part.steps
        whole.amount += part.amount
        if part.of != of:
            whole.steps.append(Step("so_far", part.of, part.amount, whole.amount))
    return whole


def _finished(definition: Definition, running: Running, risk: Risk, parts: Mapping[str, Decimal]) -> Price:
    """Loadings for expenses and risk, the least premium, rounding, instalments; the parts share what they come to."""
    rating = definition.rating
    if rating.expense_share:
        running.times("expense_share", ONE / (ONE - rating.expense_share))
    running.times("loading", ONE + risk.loading_percent / PERCENT)
    running.at_least("least", rating.least)
    running.to_step("round_to", Decimal(rating.round_to))
    standard = Money(running.amount)
    return priced(
        standard,
        mode=risk.mode,
        mode_factor=mode_factor(rating, risk.mode),
        years=1,
        by_coverage=shared(standard, parts),
        steps=tuple(running.steps),
    )


def shared(whole: Money, parts: Mapping[str, Decimal]) -> dict[str, Money]:
    """``whole`` in proportion to ``parts``, to the cent; the last part takes what rounding leaves."""
    total = sum(parts.values(), ZERO)
    if not total:
        return {"": whole}
    found: dict[str, Money] = {}
    left = whole
    for code, part in list(parts.items())[:-1]:
        found[code] = Money.rounded(whole.amount * part / total)
        left = left - found[code]
    return {**found, list(parts)[-1]: left}


@exact
def plan_price(definition: Definition, risk: PlanRisk) -> Price:
    """Accident: each coverage's rate for its sum. Medical: the base premium of plan and age. Then factors and riders."""
    asked: dict[str, Any] = {
        **risk.answers,
        "age": risk.age,
        "sex": risk.sex,
        "occupation_class": risk.occupation_class,
        **({"plan": risk.plan} if risk.plan else {}),
    }
    sums = sums_of(definition, risk.plan, risk.sum, risk.optional)
    found = [coverage_premium(definition, code, amount, asked) for code, amount in sums.items()]
    parts = [part for part in found if part is not None]
    if "base" in definition.rating.tables:
        parts.insert(0, _base(definition, asked))
    if not parts:
        raise NoCell("rate", {"plan": risk.plan})
    by = {part.of: part.amount for part in parts}
    whole = _added(parts)
    adjust(definition, whole, asked)
    for extra in riders(definition, risk, risk.plan, whole.amount, asked):
        by[extra.of] = by.get(extra.of, ZERO) + extra.amount
        whole.steps += extra.steps
        whole.plus("rider", extra.amount)
    return _finished(definition, whole, risk, by)


def _base(definition: Definition, asked: Mapping[str, Any]) -> Running:
    running = Running("")
    found = cell(definition.rating.tables["base"], asked, role="base")
    running.start("base", found, found)
    return running


@exact
def travel_price(definition: Definition, risk: TravelRisk) -> Price:
    """Days × region, times plan, age and the number of travellers: for each age, times how many have it, and the sum.

    Optional coverages and riders are shares of the traveller's own premium.
    """
    whole = Running("")
    by: dict[str, Decimal] = {}
    for age in sorted(set(risk.ages)):
        people = Decimal(risk.ages.count(age))
        asked = {
            **risk.answers,
            "days": risk.days,
            "region": risk.region,
            "plan": risk.plan,
            "age": age,
            "people": len(risk.ages),
        }
        one = _base(definition, asked)
        adjust(definition, one, asked)
        main = one.amount
        by[""] = by.get("", ZERO) + main * people
        extras = [coverage_premium(definition, code, main, asked) for code in risk.optional]
        for extra in [*extras, *riders(definition, risk, risk.plan, main, asked, of_main=True)]:
            if extra is not None:
                by[extra.of] = by.get(extra.of, ZERO) + extra.amount * people
                one.steps += extra.steps
                one.plus("rider", extra.amount)
        one.times("people", people)
        whole.steps += one.steps
        whole.amount += one.amount
        whole.steps.append(Step("so_far", str(age), one.amount, whole.amount))
    return _finished(definition, whole, risk, by)


@exact
def property_price(definition: Definition, risk: PropertyRisk) -> Price:
    """Each coverage's and rider's rate for its sum, by structure; then region, use, age of the building and the like."""
    asked = {**risk.answers, "structure": risk.structure, "region": risk.region, "use": risk.use}
    parts = []
    place = {one.code: nth for nth, one in enumerate(definition.coverages)}
    for code, amount in sorted(risk.sums.items(), key=lambda one: place.get(one[0], len(place))):
        part = coverage_premium(definition, code, amount, asked)
        if part is None:
            raise NoCell("rate", {"coverage": code})
        parts.append(part)
    parts += riders(definition, risk, "", ZERO, asked)
    whole = _added(parts)
    adjust(definition, whole, asked)
    return _finished(definition, whole, risk, {part.of: part.amount for part in parts})


@exact
def group_price(definition: Definition, risk: GroupRisk) -> Price:
    """Each line of the census by class, age and plan, times its people; then the factors of the whole group."""
    by: dict[str, Decimal] = {}
    whole = Running("")
    for member in risk.census:
        line = _member(definition, member, risk)
        for code, amount in line.items():
            by[code] = by.get(code, ZERO) + amount * member.people
        each = sum(line.values(), ZERO)
        whole.amount += each * member.people
        whole.steps.append(Step("member", str(member.people), each, whole.amount))
    asked = {**risk.answers, "people": risk.people}
    adjust(definition, whole, asked)
    return _finished(definition, whole, risk, by)


def _member(definition: Definition, member: Member, risk: GroupRisk) -> dict[str, Decimal]:
    asked = {"age": member.age, "sex": member.sex, "occupation_class": member.occupation_class, "plan": member.plan}
    found: dict[str, Decimal] = {}
    for code, amount in sums_of(definition, member.plan, ZERO).items():
        part = coverage_premium(definition, code, amount, asked)
        if part is not None:
            found[code] = part.amount
    for extra in riders(definition, risk, member.plan, ZERO, asked):
        found[extra.of] = found.get(extra.of, ZERO) + extra.amount
    if not found:
        raise NoCell("rate", asked)
    return found
