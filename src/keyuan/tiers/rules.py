"""Which tier a customer has. Pure: a ladder, a measure and a day in; what changes out.

A tier is held for a membership year. It is raised on the day on which the measure reaches the next step, and a new year
begins with it; it is kept or lowered only when its year is over. So nobody goes down inside a year, whatever happens to
their policies. Premium is *converted* (折标): that of a year, times the first factor that fits the policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from keyuan.kernel.term import add_months
from keyuan.tiers.states import Cause, RulesBy, Uncounted, Who

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Factor:
    """How much of a year's premium counts. A part that is None fits everything; ``years_below``: years of payment."""

    factor: Decimal
    name: Wording
    lines: frozenset[str] | None = None
    modes: frozenset[int] | None = None
    years_below: int | None = None
    long_term: bool | None = None

    def fits(self, *, line: str, mode: int, years: int | None, long_term: bool) -> bool:
        return (
            (self.lines is None or line in self.lines)
            and (self.modes is None or mode in self.modes)
            and (self.long_term is None or self.long_term == long_term)
            and (self.years_below is None or (years is not None and 0 < years < self.years_below))
        )


@dataclass(frozen=True, slots=True)
class Tier:
    """A step of the ladder: reached at so much converted premium, or so much contribution, in yuan a year."""

    level: int
    name: Wording
    premium: Decimal
    contribution: Decimal


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a tier brings. ``quotas``: from which level on, how often in a membership year (None: as often as one likes)."""

    code: str
    name: Wording
    how: Wording
    who: frozenset[Who]
    quotas: tuple[tuple[int, int | None], ...]

    def quota(self, level: int) -> int | None:
        """How often at this level; 0: not at all, None: without limit."""
        found: int | None = 0
        for since, often in self.quotas:
            if since <= level:
                found = often
        return found


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rules of one kind of customer, as one version of their text has them. ``tiers`` ascend; the first is level 0."""

    code: str
    number: int
    rules_by: RulesBy
    months: int
    in_cooling_off: bool
    paid_up: bool
    factors: tuple[Factor, ...]
    tiers: tuple[Tier, ...]
    benefits: tuple[Benefit, ...]
    source: Wording
    verified: bool

    def tier(self, level: int) -> Tier:
        """The step of this level; one that the ladder no longer has is the highest below it."""
        return next(tier for tier in reversed(self.tiers) if tier.level <= level)

    def above(self, level: int) -> Tier | None:
        return next((tier for tier in self.tiers if tier.level > level), None)

    def benefit(self, code: str) -> Benefit | None:
        return next((one for one in self.benefits if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Held:
    """A policy as far as the ladder asks. ``a_year`` is the premium of a year, in ``currency``."""

    line: str
    mode: int
    years: int | None
    long_term: bool
    a_year: Decimal
    currency: str = "CNY"
    on_risk: bool = True
    is_paid_up: bool = False
    cooling_off: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """What a policy counts, and by which factor; or why it does not count."""

    converted: Decimal
    factor: Factor | None = None
    why_not: Uncounted | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """What a customer is ranked by on a day. ``contribution`` None: not known (never taken for zero)."""

    converted: Decimal
    contribution: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A tier that is held. ``year_ends_on`` is the day on which it is looked at again (outside of the year)."""

    level: int
    starts_on: date
    year_ends_on: date


@dataclass(frozen=True, slots=True)
class Change:
    """A membership year that begins. Level 0 as ``level``: none begins, the one before only ends."""

    cause: Cause
    level: int
    starts_on: date
    year_ends_on: date


def a_year_of(premium: Decimal, mode: int) -> Decimal:
    """The premium of a year from that of one payment; a single premium is counted as it is."""
    return premium if mode == 0 else premium * 12 / mode


def count(held: Held, ladder: Ladder) -> Counted:
    """What one policy counts towards converted premium."""
    for holds, why in (
        (held.currency != "CNY", Uncounted.CURRENCY),
        (not held.on_risk, Uncounted.NOT_ON_RISK),
        (held.is_paid_up and not ladder.paid_up, Uncounted.PAID_UP),
        (held.cooling_off and not ladder.in_cooling_off, Uncounted.IN_COOLING_OFF),
    ):
        if holds:
            return Counted(ZERO, None, why)
    factor = factor_for(held, ladder)
    return Counted((held.a_year * factor.factor).quantize(CENT, ROUND_HALF_UP), factor)


def factor_for(held: Held, ladder: Ladder) -> Factor:
    """The first factor that fits; the last of a ladder fits everything."""
    return next(
        one
        for one in ladder.factors
        if one.fits(line=held.line, mode=held.mode, years=held.years, long_term=held.long_term)
    )


def converted(policies: Iterable[Held], ladder: Ladder) -> Decimal:
    """Converted premium: the sum of what each policy counts."""
    return sum((count(held, ladder).converted for held in policies), ZERO)


def level_by_premium(amount: Decimal, ladder: Ladder) -> int:
    return _level([(tier.level, tier.premium) for tier in ladder.tiers], amount)


def level_by_contribution(amount: Decimal | None, ladder: Ladder) -> int | None:
    """None while nothing is known of the contribution."""
    if amount is None:
        return None
    return _level([(tier.level, tier.contribution) for tier in ladder.tiers], amount)


def _level(steps: Sequence[tuple[int, Decimal]], amount: Decimal) -> int:
    return max((level for level, least in steps if level == 0 or amount >= least), default=0)


def level_of(measure: Measure, ladder: Ladder) -> int:
    """The level that the measure reaches, by the scale that rules. Where contribution is not known, premium decides."""
    by_premium = level_by_premium(measure.converted, ladder)
    by_contribution = level_by_contribution(measure.contribution, ladder)
    if by_contribution is None or ladder.rules_by == RulesBy.PREMIUM:
        return by_premium
    if ladder.rules_by == RulesBy.CONTRIBUTION:
        return by_contribution
    return (max if ladder.rules_by == RulesBy.HIGHER else min)(by_premium, by_contribution)


def review(current: Membership | None, measure: Measure, ladder: Ladder, *, on: date) -> Change | None:
    """What changes on the day ``on``; None: nothing. A review that comes late never dates anything back."""
    reached = level_of(measure, ladder)
    if reached > (0 if current is None else current.level):
        return Change(Cause.RAISED, reached, on, add_months(on, ladder.months))
    if current is None or on < current.year_ends_on:
        return None
    cause = Cause.KEPT if reached == current.level else Cause.LOWERED
    return Change(cause, reached, on, _next_anniversary(current.year_ends_on, ladder.months, after=on))


def _next_anniversary(ended: date, months: int, *, after: date) -> date:
    """The end of the year that is running, counted from the anniversary and not from the day of the review."""
    years = 1
    while (end := add_months(ended, months * years)) <= after:
        years += 1
    return end


@dataclass(frozen=True, slots=True)
class Missing:
    """How far it is to a tier: ``converted`` premium more, which a new policy of each kind of premium a year would bring."""

    tier: Tier
    premium: Decimal | None
    contribution: Decimal | None


def missing(measure: Measure, ladder: Ladder, *, level: int) -> Missing | None:
    """What is missing to the step above ``level``; None at the top. A part that does not decide is None."""
    above = ladder.above(level)
    if above is None:
        return None
    asks_premium = ladder.rules_by != RulesBy.CONTRIBUTION or measure.contribution is None
    asks_contribution = ladder.rules_by != RulesBy.PREMIUM and measure.contribution is not None
    return Missing(
        above,
        max(above.premium - measure.converted, ZERO) if asks_premium else None,
        max(above.contribution - (measure.contribution or ZERO), ZERO) if asks_contribution else None,
    )


def bring(amount: Decimal, factor: Factor) -> Decimal | None:
    """The premium of a year that a new policy needs to count ``amount`` by this factor; None if it counts nothing."""
    if factor.factor <= 0:
        return None
    return (amount / factor.factor).quantize(CENT, ROUND_HALF_UP)
