"""The working calendar: what the State Council's notices say, and how days are counted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.deadlines.calendar import (
    add_workdays,
    calendar_day,
    is_workday,
    next_workday,
    shipped,
    workdays_between,
)
from keyuan.deadlines.states import Festival

DAYS = st.dates(date(2010, 1, 1), date(2029, 12, 31))


@pytest.mark.parametrize(
    ("day", "works", "festival"),
    [
        (date(2026, 2, 16), False, Festival.SPRING_FESTIVAL),  # a Monday
        (date(2026, 2, 14), True, Festival.SPRING_FESTIVAL),  # a Saturday worked for it
        (date(2026, 10, 7), False, Festival.NATIONAL_DAY),
        (date(2026, 10, 10), True, Festival.NATIONAL_DAY),
        (date(2026, 11, 22), False, None),  # a plain Sunday
        (date(2026, 11, 23), True, None),
        (date(2015, 9, 3), False, Festival.OTHER),  # given once
    ],
)
def test_a_day_is_spent_as_the_notice_of_its_year_says(day, works, festival):
    found = calendar_day(day)
    assert (found.works, found.festival, found.certain) == (works, festival, True)


def test_a_year_without_a_notice_has_weekends_and_fixed_holidays_and_says_that_it_is_not_certain():
    assert 2027 not in shipped().years
    new_year, monday, saturday = (calendar_day(day) for day in (date(2027, 1, 1), date(2027, 2, 8), date(2027, 2, 13)))
    assert (new_year.works, new_year.festival, new_year.certain) == (False, Festival.NEW_YEAR, False)
    # 2027-02-08 lies in the Spring Festival; nobody has told us, so the answer says that it may be wrong.
    assert (monday.works, monday.certain) == (True, False)
    assert (saturday.works, saturday.certain) == (False, False)


def test_the_last_week_of_december_is_certain_only_with_the_notice_of_the_next_year():
    assert calendar_day(date(2026, 12, 24)).certain
    assert not calendar_day(date(2026, 12, 26)).certain
    assert calendar_day(date(2018, 12, 29)).works  # a Saturday, by the notice of 2019
    assert calendar_day(date(2025, 12, 27)).certain


def test_a_deadline_on_a_holiday_moves_to_the_first_workday_after_and_one_on_a_workday_stays():
    assert next_workday(date(2026, 10, 1)) == date(2026, 10, 8)
    assert next_workday(date(2026, 2, 14)) == date(2026, 2, 14)


def test_workdays_are_counted_from_the_day_after_and_leave_holidays_out():
    assert add_workdays(date(2026, 9, 28), 5) == date(2026, 10, 10)  # 29, 30, 8, 9 and the Saturday that is worked
    assert workdays_between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert add_workdays(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert workdays_between(date(2026, 10, 10), date(2026, 9, 30)) == -3


@given(day=DAYS, count=st.integers(1, 60))
def test_counting_back_undoes_counting_on(day, count):
    later = add_workdays(day, count)
    assert is_workday(later)
    assert workdays_between(day, later) == count
    assert add_workdays(later, -count) <= next_workday(day)


@given(day=DAYS)
def test_the_next_workday_is_worked_and_no_worked_day_lies_before_it(day):
    found = next_workday(day)
    assert is_workday(found)
    assert not any(is_workday(day + timedelta(days=ahead)) for ahead in range((found - day).days))
