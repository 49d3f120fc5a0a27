"""What somebody says about a person, a journey, a home or a group, checked against a definition."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from keyuan.products.rating.read_life import (
    age_of,
    answers_of,
    bounded_age,
    mode_of,
    occupation_of,
    one_year,
    riders_of,
    sex_of,
    sum_of,
)
from keyuan.products.rating.reader import LARGEST, Reader
from keyuan.products.rating.risks import GroupRisk, Member, PlanRisk, PropertyRisk, TravelRisk

if TYPE_CHECKING:
    from keyuan.products.definition.schema import Definition

MOST_PEOPLE = 100_000
MOST_TRAVELLERS = 200
MOST_LINES = 20_000
MOST_LOADING = 500


def plan_of(definition: Definition, told: Reader) -> str:
    """The plan chosen, empty where the product has none."""
    return told.choice("plan", [plan.code for plan in definition.plans]) if definition.plans else ""


def optional_of(definition: Definition, told: Reader) -> tuple[str, ...]:
    """The optional coverages chosen, in the definition's order."""
    offered = [one.code for one in definition.coverages if one.optional]
    wanted = [str(code)[:40] for code in told.items("optional", most=40)]
    for code in wanted:
        if code not in offered:
            told.fault("coverage_unknown", "optional", coverage=code)
    return tuple(code for code in offered if code in wanted)


def plan_risk(definition: Definition, told: Reader, on: date | None) -> PlanRisk:
    """Accident and medical: a person with a plan or a sum."""
    age = age_of(definition, told, on)
    amount = sum_of(definition, told, age) if definition.sum_insured else Decimal(0)
    optional = optional_of(definition, told)
    one_year(definition, told)
    riders = riders_of(definition, told, age, amount, optional)
    return PlanRisk(
        age=age,
        sex=sex_of(definition, told),
        occupation_class=occupation_of(definition, told),
        plan=plan_of(definition, told),
        sum=amount,
        optional=optional,
        mode=mode_of(definition, told),
        answers=answers_of(definition, told),
        riders=riders,
        loading_percent=told.number("loading_percent", most=MOST_LOADING, default=0),
    )


def axis_values(definition: Definition, name: str, *roles: str) -> tuple[str, ...]:
    """The words that the first of these tables has on the axis ``name``, or that a factor of that name has."""
    for role in roles:
        table = definition.rating.tables.get(role)
        for axis in (table.rows, table.columns) if table else ():
            if axis is not None and axis.axis == name:
                return tuple(str(value) for value in axis.values)
    return tuple(str(value) for value in definition.rating.factors.get(name, {}))


def travel_risk(definition: Definition, told: Reader, on: date | None) -> TravelRisk:
    """A journey: its days, region, plan and travellers (``ages``, or one ``age``)."""
    spans = [span for span in definition.terms.cover if span.kind == "days"]
    days = told.whole(
        "days",
        least=min((span.number for span in spans), default=1),
        most=max((span.most for span in spans), default=366),
    )
    ages = told.items("ages", most=MOST_TRAVELLERS)
    if not ages:
        ages = [told.whole("age", most=120)]
    people = []
    for place, age in enumerate(ages):
        one = Reader({"age": age}, within=f"ages[{place}]", faults=told.faults)
        people.append(bounded_age(definition, told, one.whole("age", most=120), field=f"ages[{place}]"))
    optional = optional_of(definition, told)
    one_year(definition, told)
    riders = riders_of(definition, told, max(people, default=None), Decimal(0), optional)
    return TravelRisk(
        days=days,
        region=told.choice("region", axis_values(definition, "region", "base")),
        plan=plan_of(definition, told),
        ages=tuple(people),
        optional=optional,
        riders=riders,
        mode=mode_of(definition, told),
        answers=answers_of(definition, told),
        loading_percent=told.number("loading_percent", most=MOST_LOADING, default=0),
    )


def property_risk(definition: Definition, told: Reader, on: date | None) -> PropertyRisk:
    """A home: structure, region, use, and the sum of each coverage chosen."""
    known = definition.object
    structure = told.choice("structure", known.classes if known else ())
    one_year(definition, told)
    oldest = known.oldest_years if known else None
    building_age = told.left.get("building_age")
    if oldest is not None and isinstance(building_age, int) and building_age > oldest:
        told.fault("too_old_building", "building_age", most=oldest)
    region = _word(told, "region", axis_values(definition, "region", "rate", "region"))
    use = _word(told, "use", known.uses if known else ())
    sums = chosen_sums(definition, told)
    always = [one.code for one in definition.coverages if one.main and not one.optional]
    for code in always:
        if code not in sums:
            told.fault("missing", f"sums.{code}")
    riders = riders_of(definition, told, None, sum(sums.values(), Decimal(0)), list(sums))
    return PropertyRisk(
        structure=structure,
        region=region,
        use=use,
        sums=sums,
        riders=riders,
        mode=mode_of(definition, told),
        answers=answers_of(definition, told),
        loading_percent=told.number("loading_percent", most=MOST_LOADING, default=0),
    )


def _word(told: Reader, field: str, offered: Sequence[str]) -> str:
    return told.choice(field, offered) if offered else told.text(field, default="")


def chosen_sums(definition: Definition, told: Reader, *, without: Collection[str] = ()) -> dict[str, Decimal]:
    """The coverages chosen, each with its sum; ``true`` takes the smallest choice, or none where there is no choice."""
    inside = told.inside("sums")
    offered = {one.code: one for one in definition.coverages if one.main and one.code not in without}
    found: dict[str, Decimal] = {}
    for code in list(inside.left)[:40]:
        coverage = offered.get(code)
        if coverage is None:
            inside.take(code)
            inside.fault("coverage_unknown", code[:40], coverage=code[:40])
            continue
        choices = coverage.limits.choices if coverage.limits else ()
        if inside.left[code] is True:
            inside.left[code] = str(choices[0]) if choices else "0"
        amount = inside.number(code, most=LARGEST)
        if choices and amount not in choices:
            inside.fault("not_offered", code, offered=", ".join(str(one) for one in choices))
        found[code] = amount
    return found


def group_risk(definition: Definition, told: Reader, on: date | None) -> GroupRisk:
    """A group: lines of people who are alike. Large enough, each of an accepted class, age and plan."""
    lines = told.items("census", most=MOST_LINES)
    census = tuple(_member(definition, told, line, place) for place, line in enumerate(lines))
    people = sum(member.people for member in census)
    least = definition.group.min_people if definition.group else 1
    if not people:
        told.fault("nobody", "census")
    elif people < least:
        told.fault("too_few_people", "census", least=least, people=people)
    one_year(definition, told)
    riders = riders_of(definition, told, None, Decimal(0))
    answers = answers_of(definition, told)
    return GroupRisk(
        census=census,
        riders=riders,
        mode=mode_of(definition, told),
        answers=answers,
        loading_percent=told.number("loading_percent", most=MOST_LOADING, default=0),
    )


def _member(definition: Definition, told: Reader, raw: object, place: int) -> Member:
    one = Reader(raw, within=f"census[{place}]", faults=told.faults)
    age = one.whole("age", most=120, default=35)
    member = Member(
        people=one.whole("people", least=1, most=MOST_PEOPLE, default=1),
        occupation_class=occupation_of(definition, one),
        age=bounded_age(definition, one, age),
        sex=sex_of(definition, one) if "sex" in one.left else "male",
        plan=plan_of(definition, one),
    )
    one.done()
    return member
