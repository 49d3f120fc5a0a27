"""Coverages: what is paid, when, how much, and within which limits."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from keyuan.products.definition.values import (
    OLDEST,
    Code,
    Count,
    Model,
    NotNegative,
    Share,
    Text,
    Yuan,
)

Kind = Literal[
    "death",
    "accident_death",
    "accident_disability",
    "accident_medical",
    "disability",
    "critical_illness",
    "mild_illness",
    "terminal_illness",
    "medical",
    "hospital_cash",
    "survival",
    "maturity",
    "annuity",
    "premium_waiver",
    "third_party",
    "vehicle_damage",
    "vehicle_people",
    "property",
    "contents",
    "theft",
    "liability",
    "travel_delay",
    "luggage",
    "trip_cancellation",
    "rescue",
]
Basis = Literal["sum_insured", "premiums_paid", "cash_value", "yearly_premium", "expenses", "loss", "fixed"]
GRADES = range(1, 11)  # 人身保险伤残评定标准: 10 grades, the first the gravest

AgeYear = Annotated[int, Field(ge=0, le=OLDEST)]
PolicyYear = Annotated[int, Field(ge=1, le=OLDEST + 1)]


class Amount(Model):
    """``share`` of something. The ages and policy years in which it holds are half-open; policy years count from 1.

    ``yuan`` is the amount itself, where ``of`` is ``fixed``. ``phase``: only before, or only after, an annuity begins.
    """

    of: Basis
    share: NotNegative = Decimal(1)
    yuan: Yuan | None = None
    from_age: AgeYear | None = None
    until_age: AgeYear | None = None
    from_year: PolicyYear | None = None
    until_year: PolicyYear | None = None
    phase: Literal["before_payout", "after_payout"] | None = None

    def holds(self, *, age: int, year: int, paying_out: bool = False) -> bool:
        """Whether this amount is one of the amounts at ``age`` in policy year ``year``; ``paying_out``: an annuity runs."""
        return (
            (self.phase is None or (self.phase == "after_payout") == paying_out)
            and (self.from_age is None or self.from_age <= age)
            and (self.until_age is None or age < self.until_age)
            and (self.from_year is None or self.from_year <= year)
            and (self.until_year is None or year < self.until_year)
        )


class Benefit(Model):
    """How much is paid and how often. Of several amounts that hold at once ``take`` says which is paid.

    ``yearly`` and ``monthly`` are paid from ``starts_age`` or ``starts_year`` (at that anniversary) until before
    ``ends_age``/``ends_year``, else while the cover lasts; ``guaranteed_years`` are paid also after a death.
    ``at_end`` is paid to who is alive when the cover ends.
    """

    pays: Literal["once", "per_event", "per_day", "per_hours", "expenses", "by_grade", "yearly", "monthly", "at_end"]
    take: Literal["greatest", "sum"] = "greatest"
    amounts: Annotated[tuple[Amount, ...], Field(min_length=1)]
    starts_age: AgeYear | None = None
    ends_age: AgeYear | None = None
    starts_year: PolicyYear | None = None
    ends_year: PolicyYear | None = None
    guaranteed_years: Annotated[int, Field(ge=0, le=50)] = 0
    most_times: Annotated[int, Field(ge=1, le=100)] | None = None
    grades: dict[int, Share] | None = None  # disability grade → share, for ``by_grade``


class Deductible(Model):
    """What the insured bears: an amount, a share of the loss, or days, ``per`` event, day of stay, year or policy."""

    per: Literal["event", "year", "policy", "family_year"]
    yuan: Yuan | None = None
    share: Share | None = None
    days: Count | None = None
    hours: Count | None = None
    choices: tuple[Yuan, ...] = ()


class Reimbursement(Model):
    """Which share of expenses is paid back. ``without_social``: if social insurance was not used first."""

    share: Share
    without_social: Share | None = None
    outside_social_list: bool = False  # whether expenses outside the social insurance list are covered


class Limits(Model):
    """The most that is paid. ``choices``: the limits that a customer can choose from, in yuan."""

    per_event: Yuan | None = None
    per_day: Yuan | None = None
    per_year: Yuan | None = None
    lifetime: Yuan | None = None
    days_per_event: Count | None = None
    days_per_year: Count | None = None
    choices: tuple[Yuan, ...] = ()
    share_of_sum: Share | None = None


class Coverage(Model):
    """One thing that is covered. Not ``main``: it comes with a rider, or the customer chooses it (``optional``).

    ``ends_policy``: paying it ends the contract. ``waiting_days`` None: the product's own.
    """

    code: Code
    name: Text
    kind: Kind
    main: bool = True
    optional: bool = False
    benefit: Benefit
    deductible: Deductible | None = None
    reimbursement: Reimbursement | None = None
    limits: Limits | None = None
    waiting_days: Count | None = None
    ends_policy: bool = False
    note: Text | None = None
