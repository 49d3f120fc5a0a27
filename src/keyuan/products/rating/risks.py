"""What is to be priced: one frozen shape for each engine. Built from JSON by ``reading.risk_of``, which checks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from keyuan.products.definition.values import Sex, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What every risk has. ``answers``: what the definition's factors ask for, such as smoker → yes.

    ``loading_percent`` is underwriting's addition to the premium of the main cover.
    """

    mode: int = 12
    riders: Mapping[str, Decimal] = field(default_factory=dict)
    answers: Mapping[str, str | int] = field(default_factory=dict)
    loading_percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeRisk(Risk):
    """One life, long term. ``sum``: what is insured, or the yearly annuity, in yuan; ``payout_age`` of an annuity."""

    age: int
    sex: Sex
    sum: Decimal
    cover_term: Span
    pay_years: Span
    occupation_class: int = 1
    payout_age: int | None = None
    payout_every: str = "year"
    guaranteed_years: int = 0

    @property
    def cover_years(self) -> int:
        return self.cover_term.years(age=self.age)

    @property
    def paying_years(self) -> int:
        """How many yearly premiums are due; a single premium is one."""
        return min(self.pay_years.years(age=self.age), self.cover_years)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRisk(Risk):
    """One person for up to a year, by plan or by sum: accident and medical products. ``social``: has social insurance."""

    age: int
    sex: Sex
    occupation_class: int = 1
    plan: str = ""
    sum: Decimal = Decimal(0)
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelRisk(Risk):
    """A journey: days, where to, which plan, and the ages of those who travel."""

    days: int
    region: str
    plan: str
    ages: tuple[int, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MotorRisk(Risk):
    """A vehicle. ``size``: seats, tonnes or cubic centimetres, as its class counts; ``sums``: chosen coverages and limits.

    ``clean_years`` without a claim, or the ``claims`` of the last year; ``compulsory_…``: the same for the compulsory one.
    """

    vehicle_class: str
    use: str
    size: Decimal
    region: str
    new_value: Decimal = Decimal(0)
    vehicle_age: int = 0
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    clean_years: int = 0
    claims: int = 0
    compulsory: bool = True
    compulsory_clean_years: int = 0
    compulsory_accidents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyRisk(Risk):
    """A home: how it is built, where, and the sum of each coverage."""

    structure: str
    region: str
    use: str
    sums: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """People of a group who are priced alike: how many, their class, age and plan."""

    people: int
    occupation_class: int
    age: int
    sex: Sex
    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRisk(Risk):
    """A group by its census."""

    census: tuple[Member, ...]
    starts_on: date | None = None

    @property
    def people(self) -> int:
        return sum(member.people for member in self.census)
