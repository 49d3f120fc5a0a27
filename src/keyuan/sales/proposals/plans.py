"""A plan of a proposal: kept as product, version, risk and price; seen with its illustration and what suitability says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from keyuan.kernel.wording import in_language
from keyuan.products.rating import LifeRisk, PlanRisk, Price, Risk, YearRow, illustration
from keyuan.products.suitability import Assessment, SuitabilityFacts, assess, needs_met
from keyuan.sales.needs import NeedsFacts
from keyuan.sales.pricing import kept, priced, without_birth

if TYPE_CHECKING:
    from keyuan.products.definition import Definition

MOST_PLANS = 3
OF_AGE = 18


@dataclass(frozen=True, slots=True)
class PlanSeen:
    """A plan as people see it. ``rows``: the years of a long-term contract, else none."""

    position: int
    definition: Definition
    raw: Mapping[str, Any]
    risk: Risk
    price: Price
    rows: tuple[YearRow, ...]
    assessment: Assessment

    @property
    def name(self) -> str:
        return self.definition.name.said(in_language("zh", "en"))

    @property
    def exclusions(self) -> tuple[tuple[str, str], ...]:
        """What is not covered, by code, in the reader's language."""
        return tuple((one.code, one.text.said(in_language("zh", "en"))) for one in self.definition.exclusions)

    @property
    def participating(self) -> bool:
        return self.definition.dividends is not None

    @property
    def single(self) -> bool:
        return self.risk.mode == 0 and self.definition.long_term


def keep(definition: Definition, raw: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """A plan as a proposal keeps it: the risk with an age instead of a birth, and what it costs. Raises RiskRefused."""
    risk, price = priced(definition, raw, on=on)
    return {
        "product": definition.code,
        "name": definition.name.zh,
        "name_en": definition.name.en,
        "version": definition.version,
        "risk": without_birth(raw, risk),
        "price": kept(price),
    }


def see(
    definition: Definition,
    raw: Mapping[str, Any],
    *,
    position: int,
    needs: NeedsFacts | None,
    seller_grade: int | None,
    on: date,
) -> PlanSeen:
    """A plan reckoned through. Raises RiskRefused."""
    risk, price = priced(definition, raw, on=on)
    facts = suitability_facts(definition, risk, price, needs=needs, seller_grade=seller_grade)
    rows = illustration(definition, risk, on=on)
    return PlanSeen(position, definition, raw, risk, price, rows, assess(facts, on=on))


def suitability_facts(
    definition: Definition, risk: Risk, price: Price, *, needs: NeedsFacts | None, seller_grade: int | None
) -> SuitabilityFacts:
    """What suitability is told of a plan. Without a conversation the insured adult is taken for the holder."""
    single = risk.mode == 0 and definition.long_term
    age = risk.age if isinstance(risk, LifeRisk | PlanRisk) and risk.age >= OF_AGE else None
    return SuitabilityFacts(
        product_grade=definition.suitability_grade,
        meets=needs_met(definition),
        long_term=definition.long_term,
        participating=definition.dividends is not None,
        seller_grade=seller_grade,
        premium=price.yearly.amount,
        single=single,
        pay_years=price.years,
        holder_age=needs.age if needs else age,
        risk_grade=needs.risk_grade if needs else None,
        needs=needs.needs if needs else None,
        household_income=needs.household_income if needs else None,
        paying=needs.paying if needs else Decimal(0),
        budget=needs.budget if needs else None,
    )
