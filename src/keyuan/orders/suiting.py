"""Suitability 适当性 of an order: the one rule set (products.suitability), asked with what the order says. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyuan.products.rating import LifeRisk
from keyuan.products.suitability import Need, SuitabilityFacts, assess, needs_met

if TYPE_CHECKING:
    from datetime import date

    from keyuan.orders.details import Details
    from keyuan.orders.preparing import Offer
    from keyuan.products.definition import Definition
    from keyuan.products.suitability import Finding


def findings(details: Details, definition: Definition, told: Offer, *, on: date) -> tuple[Finding, ...]:
    """What suitability says of this purchase, the gravest first; nothing is asked for cover of up to a year."""
    means, applicant = details.means, details.applicant
    if means is None or not definition.long_term:
        return ()
    risk = told.risk
    single = risk.mode == 0
    facts = SuitabilityFacts(
        product_grade=definition.suitability_grade,
        meets=needs_met(definition),
        long_term=definition.long_term,
        holder_age=None if applicant is None or applicant.birth_date is None else _age(applicant.birth_date, on),
        premium=told.price.first.amount if single else told.price.yearly.amount,
        single=single,
        pay_years=risk.paying_years if isinstance(risk, LifeRisk) else 1,
        participating=definition.dividends is not None,
        needs=None if means.needs is None else frozenset(Need(one) for one in means.needs if one in Need.values),
        household_income=means.household_income,
        paying=means.paying,
        budget=means.budget,
        # Nobody sells here: the grade of a seller does not arise. What the customer can bear follows from their answers.
        seller_grade=None,
        risk_grade=definition.suitability_grade,
    )
    return assess(facts, on=on).findings


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
