"""The working calendar of the company: weekends, Chinese statutory holidays and the workdays shifted for them.

The days of the years 2004 to 2026 come with the library ``chinesecalendar``. For a year that it does not know, weekends
and the holidays of fixed date count, and every answer about it says ``certain=False``, until an administrator has taken
in the official notice (the page 工作日历, models.py). A notice taken in comes before what the library says of its year.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from time import monotonic
from typing import Final

from chinese_calendar import constants

from keyuan.deadlines.models import NoticedDay
from keyuan.deadlines.rules import CalendarDay, NamedDay, WorkingCalendar
from keyuan.deadlines.states import Festival

KEPT_SECONDS: Final = 60.0
_kept: dict[str, tuple[WorkingCalendar, float]] = {}
FESTIVALS: Final = {
    "New Year's Day": Festival.NEW_YEAR,
    "Spring Festival": Festival.SPRING_FESTIVAL,
    "Tomb-sweeping Day": Festival.QINGMING,
    "Labour Day": Festival.LABOUR_DAY,
    "Dragon Boat Festival": Festival.DRAGON_BOAT,
    "Mid-autumn Festival": Festival.MID_AUTUMN,
    "National Day": Festival.NATIONAL_DAY,
}


@cache
def shipped() -> WorkingCalendar:
    """What the library knows."""
    named = {day: NamedDay(day, False, _festival(name)) for day, name in constants.holidays.items()}
    named |= {day: NamedDay(day, True, _festival(name)) for day, name in constants.workdays.items()}
    return WorkingCalendar(named, frozenset(day.year for day in constants.holidays))


def _festival(name: str) -> Festival:
    return FESTIVALS.get(name, Festival.OTHER)


def current() -> WorkingCalendar:
    """The calendar that holds now. A notice taken in by another process is heard of within a minute."""
    kept = _kept.get("calendar")
    if kept is None or monotonic() - kept[1] > KEPT_SECONDS:
        kept = _kept["calendar"] = (_with_notices(shipped()), monotonic())
    return kept[0]


def forget() -> None:
    """Look into the table of notices anew the next time."""
    _kept.clear()


def _with_notices(known: WorkingCalendar) -> WorkingCalendar:
    rows = list(NoticedDay.objects.values_list("day", "works", "festival", "notice__year"))
    if not rows:
        return known
    years = {year for *_named, year in rows}
    # What the library said of such a year is set aside as a whole, but for the turn of a year that the notice of the
    # next one has the say in.
    named = {day: one for day, one in known.named.items() if day.year not in years}
    named |= {day: NamedDay(day, works, Festival(festival)) for day, works, festival, _year in rows}
    return WorkingCalendar(named, frozenset(known.years) | years)


def calendar_day(day: date) -> CalendarDay:
    """How a day is spent, why, and whether an official notice says so."""
    return current().day(day)


def is_workday(day: date) -> bool:
    """Whether the company works on the day."""
    return current().is_workday(day)


def next_workday(day: date) -> date:
    """The day itself if it is worked, else the first worked day after it. (Strictly after: ``add_workdays(day, 1)``.)"""
    return current().next_workday(day)


def add_workdays(day: date, count: int) -> date:
    """The ``count``-th worked day after ``day`` (before it if negative); 0 is ``next_workday``."""
    return current().add_workdays(day, count)


def workdays_between(start: date, end: date) -> int:
    """How many worked days come after ``start`` up to and including ``end``; negative if ``end`` is the earlier."""
    return current().workdays_between(start, end)
