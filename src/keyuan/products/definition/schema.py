"""A product definition: one version of one product, whole. Pure: pydantic models, no Django, no tables, no clock.

``products/book/*.yaml`` are written in this shape; ``definition.load`` reads them and names each fault with its line.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from keyuan.products.definition.coverage import Coverage
from keyuan.products.definition.rating import Rating
from keyuan.products.definition.values import (
    AgeValue,
    Code,
    Count,
    Mode,
    Model,
    NotNegative,
    Number,
    ProductCode,
    Sex,
    Share,
    Sourced,
    SpanValue,
    Text,
    Words,
    Yuan,
)

Line = Literal[
    "accident",
    "medical",
    "critical_illness",
    "life",
    "participating",
    "annuity",
    "education",
    "motor",
    "property",
    "group",
]
Channel = Literal["agent", "bank", "broker", "counter", "phone", "online"]
OccupationClass = Annotated[int, Field(ge=1, le=6)]
Paper = Annotated[int, Field(ge=1, le=13)]  # 理赔 papers by number, see ``vocabulary.PAPERS``


class Insured(Model):
    """Who can be insured: ages at last birthday, both included."""

    min_age: AgeValue
    max_age: AgeValue
    renewal_max_age: AgeValue | None = None
    occupation_classes: tuple[OccupationClass, ...] = (1, 2, 3, 4, 5, 6)
    sexes: tuple[Sex, ...] = ("male", "female")
    relations: tuple[Literal["self", "spouse", "child", "parent", "employee", "other_interest"], ...] = ("self",)


class Group(Model):
    """What a group must be. ``participation``: the least share of those eligible who join."""

    min_people: Annotated[int, Field(ge=2, le=100_000)]
    participation: Share
    family_members: bool = False


class Object(Model):
    """The thing insured: a vehicle, a home or a company's premises, and which of their kinds. ``oldest_years`` at entry."""

    kind: Literal["vehicle", "home", "premises"]
    classes: Annotated[tuple[Code, ...], Field(min_length=1)]
    uses: tuple[Code, ...] = ()
    oldest_years: Count | None = None


class Plan(Model):
    """A ready choice of sums: each coverage of the plan with its amount in yuan."""

    code: Code
    name: Text
    sums: Annotated[dict[Code, Yuan], Field(min_length=1)]


class MinorCap(Sourced):
    """保险法 §33: the most that can be insured on the death of a minor below an age."""

    until_age: Annotated[int, Field(ge=1, le=18)]
    most: Yuan


class SumInsured(Model):
    """The sum that the customer chooses. ``per_age``: greatest sums for ages under a limit (``until_age``: greatest)."""

    min: Yuan
    max: Yuan
    step: Annotated[Yuan, Field(gt=0)]
    default: Yuan
    meaning: Literal["sum_insured", "yearly_annuity", "yearly_education", "building_value", "vehicle_value"] = (
        "sum_insured"
    )
    minors: tuple[MinorCap, ...] = ()


class Payment(Model):
    """How premiums are paid: months between them, and for how long. ``until_age``: the age by which all are paid."""

    modes: Annotated[tuple[Mode, ...], Field(min_length=1)]
    years: Annotated[tuple[SpanValue, ...], Field(min_length=1)]
    until_age: Annotated[int, Field(ge=18, le=106)] | None = None
    not_longer_than_cover: bool = True


class Payout(Model):
    """When an annuity begins: the ages to choose from, by sex; ``every`` month or year."""

    ages: dict[Sex, Annotated[tuple[Annotated[int, Field(ge=10, le=90)], ...], Field(min_length=1)]]
    every: tuple[Literal["month", "year"], ...] = ("year",)
    guaranteed_years: tuple[Count, ...] = ()


class Terms(Model):
    """Length of cover, payment, and payout where there is one. ``pairs`` closes off what does not go together."""

    cover: Annotated[tuple[SpanValue, ...], Field(min_length=1)]
    payment: Payment
    payout: Payout | None = None


class RiderSum(Model):
    """How large a rider may be: yuan bounds, and at most a share of the main sum."""

    min: Yuan | None = None
    max: Yuan | None = None
    default: Yuan | None = None
    same_as_main: bool = False
    share_of_main: NotNegative | None = None


class Rider(Model):
    """An addition that can be chosen: the coverages it brings, what it needs and what it cannot stand beside.

    ``requires`` and ``excludes`` name coverages or other riders.
    Its price is the rating table of the rider's or the coverage's code.
    """

    code: Code
    name: Text
    coverages: Annotated[tuple[Code, ...], Field(min_length=1)]
    requires: tuple[Code, ...] = ()
    excludes: tuple[Code, ...] = ()
    sum: RiderSum | None = None
    min_age: AgeValue | None = None
    max_age: AgeValue | None = None


class Exclusion(Model):
    """What is not covered. 保险法 §17: highlighted and explained, or void."""

    code: Code
    text: Text
    highlighted: Literal[True] = True
    coverages: tuple[Code, ...] = ()


class Documents(Model):
    """The papers of a claim under some coverages, by number; saying once and completely what is needed (保险法 §22)."""

    claim: Code
    coverages: Annotated[tuple[Code, ...], Field(min_length=1)]
    papers: Annotated[tuple[Paper, ...], Field(min_length=1)]


class Clock(Model):
    """A period of the law or the contract: by its parameter (``deadlines/parameters.toml``), or its own with a source."""

    parameter: Annotated[str, Field(pattern=r"^[a-z_.]+$", max_length=60)] | None = None
    value: Annotated[int, Field(ge=0, le=3660)] | None = None
    source: Words | None = None
    verified: bool = False


class Clocks(Model):
    """The periods of the contract; one that a product does not have is left out."""

    cooling_off_days: Clock | None = None
    grace_days: Clock | None = None
    reinstatement_years: Clock | None = None
    waiting_days: Clock | None = None
    contest_days: Clock | None = None


class Loan(Sourced):
    """Policy loan: at most a share of the cash value, at a yearly rate, for some months."""

    share_of_cash_value: Share
    rate: Share
    months: Annotated[int, Field(ge=1, le=12)] = 6
    automatic_premium_loan: bool = True


class CashValue(Sourced):
    """Cash value in % of the policy value: k rising in a straight line to 1 over the first ``full_after_years`` years.

    ``none``: the contract has no cash value but an unearned premium (``unearned_less``: the share kept for costs).
    """

    basis: Literal["policy_value", "unearned_premium", "none"]
    start_single: Share | None = None
    start_regular: Share | None = None
    full_after_years: Annotated[int, Field(ge=1, le=30)] | None = None
    unearned_less: Share | None = None
    reduced_paid_up: bool = False


class Scenario(Model):
    """One assumption about the future of a participating fund. Never guaranteed, and shown so."""

    interest: Annotated[Number, Field(ge=0, le=Decimal("0.1"))]
    mortality: NotNegative = Decimal(1)
    expenses: NotNegative = Decimal(1)


class Dividends(Sourced):
    """Participating: the customers' share of the surplus from mortality, interest and expenses; low and middle scenario.

    ``interest`` is the rate earned in the scenario; ``mortality`` deaths as a share of those expected, ``expenses`` alike.
    """

    customer_share: Share
    uses: Annotated[
        tuple[Literal["accumulate", "cash", "offset_premium", "paid_up_addition"], ...], Field(min_length=1)
    ]
    accumulation_rate: Share
    low: Scenario
    middle: Scenario


class Commission(Model):
    """The seller's share of the premium of a policy year; the last year listed holds until ``until_year``."""

    year: Annotated[int, Field(ge=1, le=30)]
    share: Share
    channel: Channel | None = None


class Renewal(Model):
    """Whether and how the cover goes on after its term."""

    kind: Literal["none", "offered", "guaranteed"]
    guaranteed_years: Count | None = None
    until_age: Annotated[int, Field(ge=1, le=106)] | None = None
    note: Text | None = None


class Definition(Model):
    """One version of a product, in force for new business on ``effective_from <= day < effective_until``."""

    code: ProductCode
    version: Annotated[int, Field(ge=1, le=9999)]
    effective_from: date
    effective_until: date | None = None
    name: Text
    summary: Text
    line: Line
    long_term: bool
    for_group: bool = False
    holders: Annotated[tuple[Literal["person", "company"], ...], Field(min_length=1)] = (
        "person",
    )  # who may take it out
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    insured: Insured | None = None
    group: Group | None = None
    object: Object | None = None
    coverages: Annotated[tuple[Coverage, ...], Field(min_length=1)]
    sum_insured: SumInsured | None = None
    plans: tuple[Plan, ...] = ()
    terms: Terms
    riders: tuple[Rider, ...] = ()
    exclusions: Annotated[tuple[Exclusion, ...], Field(min_length=1)]
    questionnaire: Code | None = None
    documents: Annotated[tuple[Documents, ...], Field(min_length=1)]
    clocks: Clocks
    loan: Loan | None = None
    cash_value: CashValue
    dividends: Dividends | None = None
    commission: tuple[Commission, ...] = ()
    renewal: Renewal
    suitability_grade: Annotated[int, Field(ge=1, le=5)]
    rating: Rating
    labels: dict[Code, Text] = {}  # the names of the codes that tables and choices use

    def label(self, code: str, language: str) -> str:
        """The name of a code of this product (coverage, rider, plan, region, class ...); the code where it has none."""
        parts: tuple[Coverage | Rider | Plan, ...] = (*self.coverages, *self.riders, *self.plans)
        named = {**{part.code: part.name for part in parts}, **self.labels}
        return named[code].said(language) if code in named else code

    def coverage(self, code: str) -> Coverage:
        """The coverage of this code; raises KeyError."""
        return next((found for found in self.coverages if found.code == code), None) or _missing(code)

    def rider(self, code: str) -> Rider:
        """The rider of this code; raises KeyError."""
        return next((found for found in self.riders if found.code == code), None) or _missing(code)

    def in_force(self, on: date) -> bool:
        """Whether new business is written under this version on the day ``on``, by its own dates."""
        return self.effective_from <= on and (self.effective_until is None or on < self.effective_until)


def _missing(code: str) -> Any:
    raise KeyError(code)
