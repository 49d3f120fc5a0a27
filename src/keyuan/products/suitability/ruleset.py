"""The rules of suitability, as a table that runs: each row names its parameter, and with it its article and its day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from keyuan.deadlines.parameters import Parameter, parameter
from keyuan.products.suitability.facts import SuitabilityFacts
from keyuan.products.suitability.findings import LEVELS, Assessment, Finding, Level

Gaps = Mapping[str, Any]
Check = Callable[[SuitabilityFacts, Decimal], Gaps | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """``check`` is given the facts and the parameter's value, and returns the sentence's gaps where it finds something."""

    code: str
    level: Level
    parameter: str
    check: Check


def assess(facts: SuitabilityFacts, *, on: date) -> Assessment:
    """Everything that the rules in force on a day say about a sale, the gravest first. Pure."""
    found = [finding for rule in RULES if (finding := _judged(rule, facts, on)) is not None]
    return Assessment(tuple(sorted(found, key=lambda one: LEVELS.index(one.level))))


def _judged(rule: Rule, facts: SuitabilityFacts, on: date) -> Finding | None:
    told: Parameter = parameter(rule.parameter, on=on)
    gaps = rule.check(facts, told.value)
    return None if gaps is None else Finding(rule.code, rule.level, told.source, told.verified, gaps)


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}".removesuffix(".00")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _above_seller(facts: SuitabilityFacts, _limit: Decimal) -> Gaps | None:
    if facts.seller_grade is None or facts.product_grade <= facts.seller_grade:
        return None
    return {"product": facts.product_grade, "seller": facts.seller_grade}


def _above_customer(facts: SuitabilityFacts, _limit: Decimal) -> Gaps | None:
    if facts.risk_grade is None or facts.product_grade <= facts.risk_grade:
        return None
    return {"product": facts.product_grade, "customer": facts.risk_grade}


def _risk_unknown(facts: SuitabilityFacts, limit: Decimal) -> Gaps | None:
    """A product from grade ``limit`` on asks for an assessment of the customer first."""
    return {"product": facts.product_grade} if facts.risk_grade is None and facts.product_grade >= limit else None


def _no_need(facts: SuitabilityFacts, _limit: Decimal) -> Gaps | None:
    if facts.needs is None or facts.needs & facts.meets:
        return None
    return {"meets": _("、").join(str(need.label) for need in sorted(facts.meets))}


def _needs_unknown(facts: SuitabilityFacts, _limit: Decimal) -> Gaps | None:
    return {} if facts.needs is None and facts.long_term else None


def _income_unknown(facts: SuitabilityFacts, _limit: Decimal) -> Gaps | None:
    return {} if facts.household_income is None and facts.long_term else None


def _single_over_income(facts: SuitabilityFacts, times: Decimal) -> Gaps | None:
    if not (facts.single and facts.long_term) or facts.household_income is None:
        return None
    if facts.premium <= facts.household_income * times:
        return None
    return {"premium": _yuan(facts.premium), "times": _plain(times)}


def _yearly_over_income(facts: SuitabilityFacts, share: Decimal) -> Gaps | None:
    if facts.single or facts.household_income is None or facts.premium <= facts.household_income * share:
        return None
    return {"premium": _yuan(facts.premium), "share": _plain(share * 100)}


def _all_over_income(facts: SuitabilityFacts, share: Decimal) -> Gaps | None:
    if facts.single or not facts.paying or facts.household_income is None:
        return None
    together, most = facts.premium + facts.paying, facts.household_income * share
    if together <= most or facts.premium > most:
        return None
    return {"premium": _yuan(together), "share": _plain(share * 100)}


def _over_budget(facts: SuitabilityFacts, share: Decimal) -> Gaps | None:
    if facts.budget is None or not facts.premium or facts.premium < facts.budget * share:
        return None
    return {"premium": _yuan(facts.premium), "budget": _yuan(facts.budget), "share": _plain(share * 100)}


def _pays_into_old_age(facts: SuitabilityFacts, limit: Decimal) -> Gaps | None:
    if facts.holder_age is None or facts.single or not facts.long_term or facts.holder_age + facts.pay_years < limit:
        return None
    return {"age": facts.holder_age + facts.pay_years, "limit": _plain(limit)}


def _elder(facts: SuitabilityFacts, limit: Decimal) -> Gaps | None:
    if facts.holder_age is None or facts.holder_age < limit:
        return None
    return {"age": facts.holder_age, "limit": _plain(limit)}


def _age_unknown(facts: SuitabilityFacts, _limit: Decimal) -> Gaps | None:
    return {} if facts.holder_age is None and facts.long_term else None


def _record_the_sale(facts: SuitabilityFacts, limit: Decimal) -> Gaps | None:
    return _elder(facts, limit) if facts.long_term else None


def _not_guaranteed(facts: SuitabilityFacts, _limit: Decimal) -> Gaps | None:
    return {} if facts.participating else None


RULES: tuple[Rule, ...] = (
    Rule("above_seller", "stop", "suitability.grades", _above_seller),
    Rule("above_customer", "stop", "suitability.grades", _above_customer),
    Rule("risk_unknown", "warn", "suitability.assessed_from_grade", _risk_unknown),
    Rule("no_need", "warn", "suitability.grades", _no_need),
    Rule("single_over_income", "warn", "suitability.single_times_income", _single_over_income),
    Rule("yearly_over_income", "warn", "suitability.share_of_income", _yearly_over_income),
    Rule("over_budget", "warn", "suitability.share_of_budget", _over_budget),
    Rule("pays_into_old_age", "warn", "suitability.paid_by_age", _pays_into_old_age),
    Rule("all_over_income", "care", "suitability.share_of_income", _all_over_income),
    Rule("needs_unknown", "care", "suitability.grades", _needs_unknown),
    Rule("income_unknown", "care", "suitability.share_of_income", _income_unknown),
    Rule("age_unknown", "care", "suitability.care_from_age", _age_unknown),
    Rule("elder", "care", "suitability.care_from_age", _elder),
    Rule("record_the_sale", "care", "suitability.record_from_age", _record_the_sale),
    Rule("not_guaranteed", "care", "suitability.grades", _not_guaranteed),
)
