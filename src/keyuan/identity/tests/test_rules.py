"""Minors and money laundering: the day before, the day, the day after; a yuan less, the amount, a yuan more."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.identity import rules
from keyuan.identity.rules import Age, Duty, PayWay
from keyuan.kernel.money import Money

ON = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("birth", "age", "kind"),
    [
        (date(2008, 11, 23), 18, Age.ADULT),
        (date(2008, 11, 24), 17, Age.LIMITED),
        (date(2018, 11, 23), 8, Age.LIMITED),
        (date(2018, 11, 24), 7, Age.NO_CAPACITY),
        (date(2026, 11, 23), 0, Age.NO_CAPACITY),
    ],
)
def test_one_is_of_age_on_the_eighteenth_birthday(birth: date, age: int, kind: Age) -> None:
    assert rules.age_on(birth, ON) == age
    assert rules.minor(birth, ON) is kind


def test_who_was_born_on_a_leap_day_is_of_age_on_the_first_of_march() -> None:
    assert rules.minor(date(2008, 2, 29), date(2026, 2, 28)) is Age.LIMITED
    assert rules.minor(date(2008, 2, 29), date(2026, 3, 1)) is Age.ADULT


def test_under_fourteen_the_parents_agree_to_the_use_of_data() -> None:
    assert rules.digital_consent_needs_guardian(date(2012, 11, 24), ON)
    assert not rules.digital_consent_needs_guardian(date(2012, 11, 23), ON)


@pytest.mark.parametrize(
    ("birth", "parent", "allowed", "most"),
    [
        (date(2016, 11, 24), True, True, 200_000),
        (date(2016, 11, 23), True, True, 500_000),
        (date(2008, 11, 24), True, True, 500_000),
        (date(2016, 11, 24), False, False, 0),
        (date(2008, 11, 23), False, True, None),
    ],
)
def test_only_parents_insure_a_minor_against_death_and_only_up_to_the_cap(
    birth: date, parent: bool, allowed: bool, most: int | None
) -> None:
    found = rules.death_cover(birth, ON, holder_is_parent=parent)
    assert found.allowed is allowed
    assert found.most == (None if most is None else Money(Decimal(most)))


@pytest.mark.parametrize(
    ("way", "life", "threshold"),
    [
        (PayWay.CASH, True, 20_000),
        (PayWay.CASH, False, 10_000),
        (PayWay.TRANSFER, True, 200_000),
        (PayWay.TRANSFER, False, 200_000),
        (PayWay.PAYOUT, True, 10_000),
        (PayWay.PAYOUT, False, 10_000),
    ],
)
def test_a_threshold_is_reached_at_its_amount_and_names_its_article(way: PayWay, life: bool, threshold: int) -> None:
    below = rules.aml(Money(Decimal(threshold) - Decimal("0.01")), way, ON, life=life)
    reached = rules.aml(Money(Decimal(threshold)), way, ON, life=life)
    assert not below
    assert Duty.COPY_OF_DOCUMENT in reached.duties
    assert "§" in reached.threshold.source
    assert reached.threshold.value == threshold


def test_thresholds_are_in_yuan() -> None:
    with pytest.raises(ValueError, match="CNY"):
        rules.aml(Money(Decimal(1), "USD"), PayWay.CASH, ON)


@given(st.dates(date(1920, 1, 1), date(2026, 1, 1)), st.dates(date(2026, 1, 1), date(2040, 1, 1)))
def test_nobody_grows_younger(birth: date, on: date) -> None:
    order = [Age.NO_CAPACITY, Age.LIMITED, Age.ADULT]
    later = on.replace(year=on.year + 1, day=min(on.day, 28))
    assert order.index(rules.minor(birth, on)) <= order.index(rules.minor(birth, later))
