"""A product made to measure for a household: a risk that fits the person, the gap and what is left of the budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any

from keyuan.products.rating import LifeRisk, Price, Risk, RiskRefused, price, risk_of
from keyuan.products.rating.entries import defaults, raw_of
from keyuan.products.suitability import Need
from keyuan.sales.needs.facts import NeedsFacts
from keyuan.sales.needs.gaps import Gap

if TYPE_CHECKING:
    from keyuan.products.definition import Definition
    from keyuan.products.definition.values import Span

PAID_BY = 60  # a longer payment is tried last: the flag of suitability.paid_by_age
LONGEST_NEEDED = 30
TRIES = 4
# What of a plan answers a need.
ANSWERS: Mapping[Need, tuple[str, ...]] = {
    Need.ACCIDENT: ("accident_death",),
    Need.MEDICAL: ("medical",),
}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A risk that the product takes, its price, and how much of the need it answers (a pension is a year's)."""

    raw: dict[str, Any]
    risk: Risk
    price: Price
    gives: Decimal


def fit(
    definition: Definition, facts: NeedsFacts, gap: Gap, *, room: Decimal | None, on: date
) -> Fitted | RiskRefused | None:
    """The most that fits; RiskRefused if the product does not take this person; None if the least is beyond ``room``."""
    refused: RiskRefused | None = None
    for raw in _shapes(definition, facts, gap):
        try:
            found = _within(definition, raw, gap, room=room, on=on)
        except RiskRefused as refusal:
            refused = refused or refusal
            continue
        return found
    return refused


def _within(definition: Definition, raw: dict[str, Any], gap: Gap, *, room: Decimal | None, on: date) -> Fitted | None:
    """The raw risk with the greatest sum (or best plan) up to the gap whose yearly premium is not beyond the room."""
    if definition.plans:
        return _plan_within(definition, raw, gap, room=room, on=on)
    amount = _wanted(definition, gap)
    for _try in range(TRIES):
        made = _made(definition, {**raw, "sum": f"{amount:f}"}, amount, on)
        if room is None or made.price.yearly.amount <= room:
            return made
        smaller = _on_step(definition, amount * room / made.price.yearly.amount)
        if smaller is None:
            return None
        amount = min(smaller, amount - (definition.sum_insured.step if definition.sum_insured else 0))
        if definition.sum_insured is not None and amount < definition.sum_insured.min:
            return None
    return None


def _made(definition: Definition, raw: dict[str, Any], gives: Decimal, on: date) -> Fitted:
    risk = risk_of(definition, raw, on=on)
    return Fitted(raw, risk, price(definition, risk, on=on), gives)


def _plan_within(
    definition: Definition, raw: dict[str, Any], gap: Gap, *, room: Decimal | None, on: date
) -> Fitted | None:
    """The smallest plan that closes the gap, else the largest that can be paid."""
    kinds = ANSWERS.get(gap.need, ())
    codes = [one.code for one in definition.coverages if one.kind in kinds and one.main]
    best: Fitted | None = None
    for plan in definition.plans:
        gives = max((plan.sums[code] for code in codes if code in plan.sums), default=Decimal(0))
        made = _made(definition, {**raw, "plan": plan.code}, gives, on)
        if room is not None and made.price.yearly.amount > room:
            continue
        if best is None or (best.gives < gap.short and gives > best.gives):
            best = made
    return best


def _wanted(definition: Definition, gap: Gap) -> Decimal:
    """The gap on the product's step, within its bounds. A gap of nothing is answered by the product's usual sum."""
    bounds = definition.sum_insured
    if bounds is None:
        return gap.short
    wanted = gap.short or bounds.default
    steps = ((wanted - bounds.min) / bounds.step).to_integral_value(ROUND_CEILING)
    return min(max(bounds.min + steps * bounds.step, bounds.min), bounds.max)


def _on_step(definition: Definition, amount: Decimal) -> Decimal | None:
    bounds = definition.sum_insured
    if bounds is None or amount < bounds.min:
        return None
    return bounds.min + ((amount - bounds.min) / bounds.step).to_integral_value(ROUND_FLOOR) * bounds.step


def _shapes(definition: Definition, facts: NeedsFacts, gap: Gap) -> Iterator[dict[str, Any]]:
    """Terms to try, the best first, for the person insured: the customer, or for education the youngest child."""
    usual = raw_of(definition, defaults(definition))
    person = _person(facts, gap.need)
    base = {**usual, **{name: value for name, value in person.items() if name in usual or name in ("age", "sex")}}
    if definition.rating.engine != "life":
        yield base
        return
    age = int(base["age"])
    for cover in _covers(definition, facts, age):
        for pays in _payments(definition, age, int(base.get("payout_age", 0) or 0)):
            told = {**base, "cover_term": str(cover), "pay_years": str(pays)}
            yield {**told, "mode": 0} if pays.kind == "single" else told


def _person(facts: NeedsFacts, need: Need) -> dict[str, Any]:
    if need == Need.EDUCATION and facts.children:
        return {"age": min(facts.children), "sex": facts.sex}
    return {
        "age": facts.age,
        "sex": facts.sex,
        "occupation_class": facts.occupation_class,
        "smoker": "yes" if facts.smoker else "no",
        "social": "yes" if facts.social_insurance else "no",
    }


def _covers(definition: Definition, facts: NeedsFacts, age: int) -> list[Span]:
    """The shortest cover that lasts as long as the household needs it, then longer ones, then shorter ones."""
    youngest = min(facts.children, default=None)
    needed = min(LONGEST_NEEDED, max(10, 22 - youngest if youngest is not None else 20))
    offered = sorted(definition.terms.cover, key=lambda one: one.years(age=age))
    enough = [one for one in offered if one.years(age=age) >= needed]
    return enough + [one for one in reversed(offered) if one not in enough]


def _payments(definition: Definition, age: int, payout_age: int) -> list[Span]:
    """The longest payment that is over before old age, since it is the lightest in a year; a single premium last."""
    until = min(PAID_BY, payout_age or PAID_BY)
    offered = sorted(definition.terms.payment.years, key=lambda one: -one.years(age=age))
    regular = [one for one in offered if one.kind != "single"]
    early = [one for one in regular if age + one.years(age=age) < until]
    late = [one for one in reversed(regular) if one not in early]
    return [*early, *late, *(one for one in offered if one.kind == "single")]


def paid_up_at(risk: Risk) -> int | None:
    """The age of the insured at which all premiums are paid."""
    return risk.age + risk.paying_years if isinstance(risk, LifeRisk) else None
