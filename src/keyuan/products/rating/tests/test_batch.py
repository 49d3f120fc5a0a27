"""The batch gives the same cents as the scalar path: over all cells, all factors, riders, modes."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.products.definition import Definition
from keyuan.products.rating import LifeRisk, price
from keyuan.products.rating.batch import LARGEST, Columns, NotWhole, half_up, prices, whole
from keyuan.products.rating.tests.conftest import shipped


def columns(definition: Definition, size: int, seed: int, *, every_cell: bool = False) -> Columns:
    """Policies drawn at random; with ``every_cell`` each age, sex, term and way of paying occurs."""
    draw = np.random.default_rng(seed)
    insured = definition.insured
    assert insured is not None
    covers, pays = definition.terms.cover, definition.terms.payment.years
    cells = [
        (age, sex, cover, pay)
        for age in range(insured.min_age.years, insured.max_age.years + 1)
        for sex in (0, 1)
        for cover, span in enumerate(covers)
        for pay, paid in enumerate(pays)
        if span.years(age=age) > 0 and 0 < paid.years(age=age) <= span.years(age=age)
    ]
    chosen = cells if every_cell else [cells[place] for place in draw.integers(0, len(cells), size)]
    age, sex, cover, pay = (np.array(column, np.int64) for column in zip(*chosen, strict=True))
    count = len(chosen)
    single = np.array([span.kind == "single" for span in pays])[pay]
    sums = definition.sum_insured
    assert sums is not None
    steps = int((sums.max - sums.min) / sums.step)
    amount = (int(sums.min) + draw.integers(0, steps + 1, count) * int(sums.step)) * 100
    factors = definition.rating.factors
    return Columns(
        age=age,
        sex=sex,
        cover=cover,
        pays=pay,
        mode=np.where(single, 0, draw.choice([1, 3, 6, 12], count)),
        sum_cents=amount,
        occupation_class=draw.choice(insured.occupation_classes, count),
        answers={name: draw.integers(0, len(factors[name]), count) for name in factors if name != "occupation_class"},
        riders={
            rider.code: np.where(draw.random(count) < 0.5, draw.integers(5, 50, count) * 1_000_000, -1)
            for rider in definition.riders
            if "holder_age" not in str(definition.rating.tables.get(rider.code))
        },
    )


def risk_at(definition: Definition, told: Columns, place: int) -> LifeRisk:
    """The same policy for the scalar path."""
    factors = definition.rating.factors
    payout = definition.terms.payout
    sex: Any = ("male", "female")[told.sex[place]]
    age = int(told.age[place])
    return LifeRisk(
        age=age,
        sex=sex,
        sum=Decimal(int(told.sum_cents[place])) / 100,
        cover_term=definition.terms.cover[told.cover[place]],
        pay_years=definition.terms.payment.years[told.pays[place]],
        mode=int(told.mode[place]),
        occupation_class=int(told.occupation_class[place]),
        answers={name: list(factors[name])[column[place]] for name, column in told.answers.items()},
        riders={code: Decimal(int(sums[place])) / 100 for code, sums in told.riders.items() if sums[place] >= 0},
        payout_age=next((one for one in payout.ages[sex] if one > age), None) if payout else None,
        guaranteed_years=next(iter(payout.guaranteed_years), 0) if payout else 0,
    )


def assert_same_cents(definition: Definition, told: Columns) -> None:
    found = prices(definition, told)
    for place in range(len(told.age)):
        one = price(definition, risk_at(definition, told, place))
        expected = [one.standard, one.premium, one.first, one.yearly]
        batch = [found.standard[place], found.premium[place], found.first[place], found.yearly[place]]
        assert [int(money.amount * 100) for money in expected] == [int(cents) for cents in batch], place


def test_every_cell_of_term_life_costs_the_same_cents(term_life: Definition) -> None:
    told = columns(term_life, 0, 1, every_cell=True)
    assert len(told.age) > 1500
    assert_same_cents(term_life, told)


@pytest.mark.parametrize(
    "name",
    [
        "term_life",
        "critical_illness",
        "whole_life",
        "participating_endowment",
        "pension_annuity",
        "education_endowment",
    ],
)
def test_each_life_product_costs_the_same_cents(name: str) -> None:
    definition = shipped(name)
    assert_same_cents(definition, columns(definition, 60, 7))


def test_a_yearly_premium_without_a_factor_is_split_alike(term_life: Definition) -> None:
    rating = term_life.rating.model_copy(update={"mode_factors": {}})
    assert_same_cents(term_life.model_copy(update={"rating": rating}), columns(term_life, 200, 3))


@given(st.integers(0, 10**17), st.sampled_from([10, 1000, 10**6, 10**7]))
def test_whole_numbers_are_rounded_as_decimals_are(value: int, by: int) -> None:
    expected = (Decimal(value) / by).quantize(Decimal(1), ROUND_HALF_UP)
    assert int(half_up(np.array([value], np.int64), by)[0]) == expected


def test_what_does_not_fit_is_refused_and_not_rounded(term_life: Definition) -> None:
    with pytest.raises(NotWhole):
        whole(Decimal("0.0000001"), 1_000_000)
    told = columns(term_life, 1, 1)
    told.sum_cents[0] = LARGEST + 1
    with pytest.raises(NotWhole):
        prices(term_life, told)
