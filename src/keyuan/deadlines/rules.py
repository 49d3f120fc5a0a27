"""Working days: which days are worked and how they are counted. Pure: the days of the notices are passed in."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from keyuan.deadlines.states import Festival

ONE_DAY = timedelta(days=1)
SATURDAY = 5
# The notice of a year, published before it, may move days of the last week of December.
TURN_OF_THE_YEAR = (12, 25)
# 《全国年节及纪念日放假办法》 (国务院令第795号, from 2025): the days that every year has whatever its notice says; the
# festivals of the lunar calendar are left to the notice.
FIXED: Mapping[tuple[int, int], Festival] = {
    (1, 1): Festival.NEW_YEAR,
    (5, 1): Festival.LABOUR_DAY,
    (5, 2): Festival.LABOUR_DAY,
    (10, 1): Festival.NATIONAL_DAY,
    (10, 2): Festival.NATIONAL_DAY,
    (10, 3): Festival.NATIONAL_DAY,
}


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day that a notice names: off, or worked although it is a Saturday or Sunday."""

    day: date
    works: bool
    festival: Festival


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day as the calendar knows it. ``certain`` is False where no official notice says how the day is spent."""

    day: date
    works: bool
    certain: bool
    festival: Festival | None = None

    @property
    def is_moved(self) -> bool:
        """Whether the day is spent otherwise than its weekday would have it."""
        return self.works == (self.day.weekday() >= SATURDAY)


@dataclass(frozen=True)
class WorkingCalendar:
    """Weekends, and the days that official notices name; ``years`` are those whose notice is known."""

    named: Mapping[date, NamedDay] = field(default_factory=dict)
    years: Collection[int] = frozenset()

    def day(self, day: date) -> CalendarDay:
        """How a day is spent."""
        named = self.named.get(day)
        if named is not None:
            return CalendarDay(day, named.works, True, named.festival)
        certain = day.year in self.years and ((day.month, day.day) < TURN_OF_THE_YEAR or day.year + 1 in self.years)
        if day.year not in self.years and (fixed := FIXED.get((day.month, day.day))) is not None:
            return CalendarDay(day, False, False, fixed)
        return CalendarDay(day, day.weekday() < SATURDAY, certain)

    def is_workday(self, day: date) -> bool:
        return self.day(day).works

    def next_workday(self, day: date) -> date:
        """The day itself if it is worked, else the first worked day after it."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def add_workdays(self, day: date, count: int) -> date:
        """The ``count``-th worked day after ``day`` (before it if negative); 0 is ``next_workday``."""
        if count == 0:
            return self.next_workday(day)
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _counted in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def workdays_between(self, start: date, end: date) -> int:
        """How many worked days come after ``start`` up to and including ``end``; negative if ``end`` is the earlier.

        Counted as the law counts (民法典 §201: from the day after), so it undoes ``add_workdays``.
        """
        if end < start:
            return -self.workdays_between(end, start)
        days = (start + timedelta(days=ahead) for ahead in range(1, (end - start).days + 1))
        return sum(1 for day in days if self.is_workday(day))


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last (民法典 §202)."""
    place = day.month - 1 + months
    year, month = day.year + place // 12, place % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
