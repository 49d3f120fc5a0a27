"""Money is exact, of one currency, and loses nothing when it is split."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.money import CENT, CurrencyMismatch, Money

cents = st.integers(-(10**14), 10**14)
amounts = cents.map(lambda n: Money(n * CENT))


@given(amounts, st.integers(1, 400))
def test_splitting_keeps_the_sum_and_shares_differ_by_a_cent_at_most(amount: Money, parts: int) -> None:
    shares = amount.split(parts)
    assert len(shares) == parts
    assert Money.total(shares) == amount
    sizes = [abs(share.amount) for share in shares]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] - sizes[-1] <= CENT


@given(amounts, amounts)
def test_adding_and_taking_away_are_exact(one: Money, other: Money) -> None:
    assert one + other - other == one
    assert (one - other) == -(other - one)
    assert (one < other) == (one.amount < other.amount)


@given(st.decimals(-(10**10), 10**10, places=4))
def test_rounding_goes_to_the_nearest_cent(exact: Decimal) -> None:
    assert abs(Money.rounded(exact).amount - exact) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("exact", "shown"), [("0.005", "0.01"), ("0.015", "0.02"), ("-0.005", "-0.01"), ("2.344", "2.34")]
)
def test_half_a_cent_is_rounded_away_from_zero(exact: str, shown: str) -> None:
    assert Money.rounded(Decimal(exact)) == Money(shown)


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="never made of a float"):
        Money(0.1)  # type: ignore[arg-type]


def test_a_fraction_of_a_cent_is_refused() -> None:
    with pytest.raises(ValueError, match="fraction of a cent"):
        Money("1.001")


def test_two_currencies_do_not_meet() -> None:
    with pytest.raises(CurrencyMismatch, match="CNY met EUR"):
        Money(1, "CNY") + Money(1, "EUR")
    with pytest.raises(CurrencyMismatch):
        assert Money(1, "CNY") < Money(1, "EUR")
    assert Money(1, "CNY") != Money(1, "EUR")


def test_the_sum_of_nothing_is_zero_of_the_currency_asked_for() -> None:
    assert Money.total([], "EUR") == Money(0, "EUR")
    assert not Money.total([])


def test_a_product_is_rounded_once() -> None:
    assert Money("33.33").times(Decimal("0.333")) == Money("11.10")


def test_an_amount_is_not_split_into_no_parts() -> None:
    with pytest.raises(ValueError, match="one part or more"):
        Money(1).split(0)
