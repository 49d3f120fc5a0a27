"""Terms are half-open, and months keep their last day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.term import Term, add_months

days = st.dates(date(1900, 1, 1), date(2200, 1, 1))


def test_the_first_day_is_inside_and_the_last_is_not() -> None:
    term = Term(date(2026, 1, 1), date(2027, 1, 1))
    assert date(2026, 1, 1) in term
    assert date(2026, 12, 31) in term
    assert date(2027, 1, 1) not in term
    assert term.days == 365


def test_a_term_without_end_has_every_later_day() -> None:
    term = Term(date(2026, 1, 1))
    assert date.max in term
    assert date(2025, 12, 31) not in term
    assert term.days is None


def test_a_term_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Term(date(2026, 1, 2), date(2026, 1, 1))


@given(days, st.integers(0, 900), st.integers(0, 900))
def test_terms_that_follow_each_other_leave_no_gap_and_share_no_day(start: date, first: int, second: int) -> None:
    middle = start + timedelta(first)
    one, two = Term(start, middle), Term(middle, middle + timedelta(second))
    assert not one.overlaps(two)
    assert not (middle in one and middle in two)


@given(days, st.integers(1, 300), days, st.integers(1, 300))
def test_overlap_means_that_some_day_is_inside_both(a: date, long: int, b: date, wide: int) -> None:
    one, two = Term(a, a + timedelta(long)), Term(b, b + timedelta(wide))
    shared = any(day in two for day in (a + timedelta(n) for n in range(long)))
    assert one.overlaps(two) == two.overlaps(one) == shared


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -12, date(2025, 1, 15)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 10, 31), 2, date(2026, 12, 31)),
    ],
)
def test_the_same_day_months_later_or_that_months_last(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@given(days, st.integers(-1000, 1000))
def test_adding_months_lands_in_the_right_month_and_never_on_a_later_day(day: date, months: int) -> None:
    then = add_months(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day <= day.day
    assert then.day == day.day or (then + timedelta(1)).day == 1
