"""From what an order says to what prices, underwrites and issues it. Pure but for words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from keyuan.orders.rules import ends_on
from keyuan.products.rating import LifeRisk, PlanRisk, PropertyRisk, TravelRisk
from keyuan.products.rating.entries import raw_of
from keyuan.sales.pricing import priced

if TYPE_CHECKING:
    from keyuan.orders.details import Details, Member, Person
    from keyuan.products.definition import Definition
    from keyuan.products.rating import Price, Risk

PERSONAL = frozenset({"life", "accident", "medical"})
DEATH = ("death", "accident_death", "accident_disability", "critical_illness")


@dataclass(frozen=True, slots=True)
class Offer:
    """What the cover of an order costs and how long it lasts. ``ends_on``: the first day without cover, None for life."""

    risk: Risk
    price: Price
    starts_on: date
    ends_on: date | None
    raw: dict[str, Any]


def offer(details: Details, definition: Definition, *, on: date, loading_percent: int = 0) -> Offer:
    """The price of what was said so far, on the day ``on``. Raises RiskRefused.

    While nobody is named, the ages are those that were typed; from then on they come from the birth dates.
    """
    raw = _raw(details, definition, on)
    if loading_percent:
        raw["loading_percent"] = loading_percent
    risk, price = priced(definition, raw, on=on)
    starts = details.starts_on or on
    return Offer(risk, price, starts, _end(details, definition, risk, starts), raw)


def _raw(details: Details, definition: Definition, on: date) -> dict[str, Any]:
    raw = raw_of(definition, details.told)
    if details.members:
        raw["census"] = census(details, on)
    insured = [one for one in details.insured if one.birth_date is not None]
    engine = definition.rating.engine
    if engine in PERSONAL and insured:
        first = insured[0]
        raw |= {"birth_date": _iso(first.birth_date), "sex": first.sex}
        raw.pop("age", None)
        if (known := details.facts.get("occupation_class")) and definition.insured:
            raw["occupation_class"] = known
    elif engine == "travel" and insured:
        raw["ages"] = [_age(one, on) for one in insured]
    # What was declared goes before what was said for a first price: nobody is a smoker to the one and not to the other.
    declared = {name: details.answers[name] for name in definition.rating.factors if name in details.answers}
    return {**raw, **declared}


def census(details: Details, on: date) -> list[dict[str, Any]]:
    """The people of a company's list as the price asks for them: alike in age, sex, class and plan, so many of each."""
    alike = Counter(_kind_of(one, on) for one in details.members)
    return [
        {"people": people, "age": age, "sex": sex, "occupation_class": kind, "plan": plan}
        for (age, sex, kind, plan), people in sorted(alike.items())
    ]


def _kind_of(one: Member, on: date) -> tuple[int, str, int, str]:
    return _age(one, on), one.sex, one.occupation_class, one.plan


def premium_of_each(details: Details, told: Offer, *, on: date) -> list[Decimal]:
    """The standard yearly premium, shared among the members of the list as their ages, classes and plans weigh: to the cent,
    and together what the whole group pays for a year. ``on``: the day that the offer was priced."""
    kinds = sorted({_kind_of(one, on) for one in details.members})
    each = [step.by for step in told.price.steps if step.code == "member"]
    weights = [dict(zip(kinds, each, strict=True))[_kind_of(one, on)] for one in details.members]
    whole, total = told.price.standard.amount, sum(weights, Decimal(0))
    found, so_far, given = [], Decimal(0), Decimal(0)
    for weight in weights:
        so_far += weight
        upto = (whole * so_far / total).quantize(Decimal("0.01"))
        found.append(upto - given)
        given = upto
    return found


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _age(one: Person, on: date) -> int:
    born = one.birth_date or on
    return max(on.year - born.year - ((on.month, on.day) < (born.month, born.day)), 0)


def _end(details: Details, definition: Definition, risk: Risk, starts: date) -> date | None:
    days = risk.days if isinstance(risk, TravelRisk) else 0
    cover = risk.cover_term if isinstance(risk, LifeRisk) else None
    born = next((one.birth_date for one in details.insured), None)
    return ends_on(definition, cover, starts_on=starts, days=days, born=born)


def sum_insured(definition: Definition, risk: Risk) -> Decimal:
    """The sum that underwriting weighs: what is insured on a life, the largest of a plan, all sums of a home."""
    if isinstance(risk, LifeRisk) or (isinstance(risk, PlanRisk) and risk.sum):
        return risk.sum
    if isinstance(risk, PropertyRisk):
        return sum(risk.sums.values(), Decimal(0))
    plan = next((one for one in definition.plans if one.code == getattr(risk, "plan", "")), None)
    sums = dict(plan.sums) if plan else {}
    kinds = {one.code: one.kind for one in definition.coverages}
    weighed = [amount for code, amount in sums.items() if kinds.get(code) in DEATH]
    return max(weighed or list(sums.values()), default=Decimal(0))


def underwriting_facts(
    details: Details, definition: Definition, told: Offer, *, held: Mapping[str, Decimal]
) -> dict[str, Any]:
    """What the decision model is asked. Of several people insured, the oldest is asked about.

    ``held``: document number → what is insured on that life with us already, in yuan.
    """
    insured = details.insured
    oldest = max(insured, key=lambda one: _age(one, told.starts_on), default=None)
    facts: dict[str, Any] = dict(details.facts)
    if oldest is not None:
        facts |= {"age": _age(oldest, told.starts_on), "sex": oldest.sex}
    facts["sum_insured"] = float(sum_insured(definition, told.risk))
    before = held.get(oldest.document_number, Decimal(0)) if oldest is not None else Decimal(0)
    if before:
        facts["in_force"] = float(before)
    return {**facts, "answers": {**details.answers, **_counted(details, definition, told.starts_on)}}


#: Questions about a group that its list answers: nobody is asked what can be counted.
COUNTED = frozenset({"group_people", "group_age", "group_highest_class"})


def asked_questions(questions: tuple[str, ...], definition: Definition) -> Iterator[str]:
    """The questions of a questionnaire that a person has to answer."""
    return (one for one in questions if definition.group is None or one not in COUNTED)


def _counted(details: Details, definition: Definition, on: date) -> dict[str, Any]:
    if definition.group is None or not details.members:
        return {}
    ages = [_age(one, on) for one in details.members]
    return {
        "group_people": len(ages),
        "group_age": round(sum(ages) / len(ages), 1),
        "group_highest_class": max(one.occupation_class for one in details.members),
    }


def asked_facts(asked: tuple[str, ...]) -> Iterator[str]:
    """Of the facts that a questionnaire needs, those that a person must be asked: the rest is known from elsewhere."""
    return (name for name in asked if name not in ("age", "sex", "sum_insured"))
