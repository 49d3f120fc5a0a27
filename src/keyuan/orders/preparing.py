"""From what an order says to what prices, underwrites and issues it. Pure but for words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from keyuan.orders.rules import ends_on
from keyuan.products.rating import LifeRisk, PlanRisk, PropertyRisk, TravelRisk
from keyuan.products.rating.entries import raw_of
from keyuan.sales.pricing import priced

if TYPE_CHECKING:
    from keyuan.orders.details import Details, Insured
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


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _age(one: Insured, on: date) -> int:
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


def underwriting_facts(details: Details, definition: Definition, told: Offer, *, in_force: Decimal) -> dict[str, Any]:
    """What the decision model is asked. Of several people insured, the oldest is asked about."""
    insured = details.insured
    oldest = max(insured, key=lambda one: _age(one, told.starts_on), default=None)
    facts: dict[str, Any] = dict(details.facts)
    if oldest is not None:
        facts |= {"age": _age(oldest, told.starts_on), "sex": oldest.sex}
    facts["sum_insured"] = float(sum_insured(definition, told.risk))
    if in_force:
        facts["in_force"] = float(in_force)
    return {**facts, "answers": dict(details.answers)}


def asked_facts(asked: tuple[str, ...]) -> Iterator[str]:
    """Of the facts that a questionnaire needs, those that a person must be asked: the rest is known from elsewhere."""
    return (name for name in asked if name not in ("age", "sex", "sum_insured"))
