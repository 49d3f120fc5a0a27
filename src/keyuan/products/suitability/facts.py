"""What suitability is judged by. Nothing is not zero: None is "not asked", and is said so."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from keyuan.products.suitability.needs import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class SuitabilityFacts:
    """A product for a person by a seller. Amounts are yuan; ages are at last birthday.

    ``product_grade`` 1 (simple) to 5; ``seller_grade``: the highest grade that the seller may offer; ``risk_grade``: what
    the customer's own assessment allows. ``needs``: what the customer told, None where it was not asked; ``meets``: what
    the product is made for. ``premium`` is a year's, or the single one if ``single``; ``paying``: what the household pays
    in a year for other insurance already; ``budget``: what they said they would pay in a year.
    """

    product_grade: int
    meets: frozenset[Need]
    long_term: bool
    holder_age: int | None
    premium: Decimal
    single: bool = False
    pay_years: int = 1
    participating: bool = False
    seller_grade: int | None = None
    risk_grade: int | None = None
    needs: frozenset[Need] | None = None
    household_income: Decimal | None = None
    paying: Decimal = Decimal(0)
    budget: Decimal | None = None
