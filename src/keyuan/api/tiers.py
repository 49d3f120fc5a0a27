"""What the API says of a customer's tier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from keyuan.customer360.shapes import Labelled
from keyuan.tiers.queries import BenefitHeld, Explained, code_of, said


@dataclass(frozen=True, slots=True)
class PolicyCounts:
    """What a policy counts: the premium of a year times the factor; or why it does not count."""

    policy: str
    premium_of_a_year: Decimal
    currency: str
    factor: Decimal | None
    converted: Decimal
    why_not: Labelled | None


@dataclass(frozen=True, slots=True)
class NextTier:
    """What is missing to the next tier; a scale that does not decide is null."""

    tier: Labelled
    converted: Decimal | None
    contribution: Decimal | None


@dataclass(frozen=True, slots=True)
class BenefitLeft:
    """A benefit of the membership year that runs; no ``quota``: as often as one likes."""

    code: str
    name: str
    quota: int | None
    used: int


@dataclass(frozen=True, slots=True)
class TierAnswer:
    """A customer's tier on a day. ``reached`` is what the day's policies would give; ``tier`` what is held (null: none).

    ``contribution`` is null where it is not known, or not for the caller to see. Amounts are yuan a year.
    """

    as_of: date
    ladder: str
    rules: int
    rules_by: Labelled
    tier: Labelled | None
    level: int
    since: date | None
    reviewed_on: date | None
    reached: Labelled
    converted: Decimal
    contribution: Decimal | None
    policies: Sequence[PolicyCounts]
    next: NextTier | None
    benefits: Sequence[BenefitLeft]


def tier_answer(told: Explained, benefits: Sequence[BenefitHeld]) -> TierAnswer:
    """The explanation in the API's shape."""
    ladder, held, missing = told.ladder, told.held, told.missing
    seen = told.measure.contribution is not None
    return TierAnswer(
        as_of=told.on,
        ladder=ladder.code,
        rules=ladder.number,
        rules_by=Labelled(ladder.rules_by.value, str(ladder.rules_by.label)),
        tier=None if held is None else Labelled(code_of(ladder.code, held.level), held.name),
        level=told.level,
        since=None if held is None else held.starts_on,
        reviewed_on=None if held is None else held.year_ends_on,
        reached=Labelled(code_of(ladder.code, told.reached.level), said(told.reached.name)),
        converted=told.measure.converted,
        contribution=told.measure.contribution,
        policies=[
            PolicyCounts(
                policy=one.held.number,
                premium_of_a_year=one.a_year,
                currency=one.held.currency,
                factor=None if one.counted.factor is None else one.counted.factor.factor,
                converted=one.counted.converted,
                why_not=None
                if one.counted.why_not is None
                else Labelled(one.counted.why_not.value, str(one.counted.why_not.label)),
            )
            for one in told.policies
        ],
        next=None
        if missing is None
        else NextTier(
            Labelled(code_of(ladder.code, missing.tier.level), said(missing.tier.name)),
            missing.premium,
            missing.contribution if seen else None,
        ),
        benefits=[BenefitLeft(one.benefit.code, said(one.benefit.name), one.quota, one.used) for one in benefits],
    )
