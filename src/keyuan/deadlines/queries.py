"""Reading the working calendar: everybody of the staff may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from keyuan.accounts.scope import Viewer
from keyuan.deadlines.calendar import current
from keyuan.deadlines.models import HolidayNotice
from keyuan.deadlines.rules import CalendarDay


@dataclass(frozen=True, slots=True)
class Month:
    """A month as a calendar page: weeks from Monday, with None where another month's days would stand."""

    first: date
    weeks: tuple[tuple[CalendarDay | None, ...], ...]
    workdays: int


@dataclass(frozen=True, slots=True)
class Year:
    """A year: its months, how many days are worked, and whether a notice says so."""

    number: int
    months: tuple[Month, ...]
    workdays: int
    certain: bool
    notice: HolidayNotice | None


def year_calendar(year: int, *, viewer: Viewer) -> Year | None:
    """The calendar of a year; None for who is not of the staff."""
    if not viewer.is_staff:
        return None
    months = tuple(_month(date(year, number, 1)) for number in range(1, 13))
    notice = HolidayNotice.objects.filter(year=year).select_related("entered_by").first()
    certain = year in current().years
    return Year(year, months, sum(month.workdays for month in months), certain, notice)


def _month(first: date) -> Month:
    calendar = current()
    days = [calendar.day(day) for day in _days_of(first)]
    cells: list[CalendarDay | None] = [None] * first.weekday() + [*days]
    cells += [None] * (-len(cells) % 7)
    weeks = tuple(tuple(cells[begin : begin + 7]) for begin in range(0, len(cells), 7))
    return Month(first, weeks, sum(day.works for day in days))


def _days_of(first: date) -> Iterator[date]:
    day = first
    while day.month == first.month:
        yield day
        day += timedelta(days=1)
