"""When a task is due: proposals in working hours, the reminder, the next time of one that repeats. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from keyuan.deadlines.rules import WorkingCalendar, months_later
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.servicedesk.states import DueChoice, Remind, Repeat, SnoozeChoice


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When one works: reminded at ``opening``, calls from ``morning``, done by ``evening``.

    Who thinks of something from ``too_late`` on means tomorrow.
    """

    opening: time
    morning: time
    evening: time
    too_late: time


@dataclass(frozen=True, slots=True)
class Proposal:
    """A due time that one may take with one press."""

    choice: DueChoice
    at: datetime


def proposals(now: datetime, *, calendar: WorkingCalendar, hours: OfficeHours) -> list[Proposal]:
    """Due times in working hours, the nearest first."""
    here = now.astimezone(COMPANY_ZONE)
    on = here.date()
    monday = on + timedelta(days=7 - on.weekday())
    found = [
        Proposal(DueChoice.NEXT_WORKDAY, _at(calendar.add_workdays(on, 1), hours.morning)),
        Proposal(DueChoice.THREE_WORKDAYS, _at(calendar.add_workdays(on, 3), hours.evening)),
        Proposal(DueChoice.NEXT_WEEK, _at(calendar.next_workday(monday), hours.morning)),
        Proposal(DueChoice.IN_A_MONTH, _at(calendar.next_workday(months_later(on, 1)), hours.morning)),
    ]
    if calendar.is_workday(on) and here.time() < hours.too_late:
        found.insert(0, Proposal(DueChoice.TODAY, _at(on, hours.evening)))
    return found


@dataclass(frozen=True, slots=True)
class Snooze:
    """When one can ask to be reminded again."""

    choice: SnoozeChoice
    at: datetime


def snoozes(now: datetime, *, calendar: WorkingCalendar, hours: OfficeHours) -> list[Snooze]:
    """Later moments to be reminded at."""
    here = now.astimezone(COMPANY_ZONE)
    tomorrow = _at(calendar.add_workdays(here.date(), 1), hours.opening)
    monday = here.date() + timedelta(days=7 - here.weekday())
    return [
        Snooze(SnoozeChoice.HALF_HOUR, here + timedelta(minutes=30)),
        Snooze(SnoozeChoice.TWO_HOURS, here + timedelta(hours=2)),
        Snooze(SnoozeChoice.NEXT_WORKDAY, tomorrow),
        Snooze(SnoozeChoice.NEXT_WEEK, _at(calendar.next_workday(monday), hours.opening)),
    ]


def proposed_due(now: datetime, *, calendar: WorkingCalendar, hours: OfficeHours) -> datetime:
    """What stands in the form of a new task: the end of the next working day."""
    return _at(calendar.add_workdays(now.astimezone(COMPANY_ZONE).date(), 1), hours.evening)


def postponed(due_at: datetime, *, workdays: int, now: datetime, calendar: WorkingCalendar) -> datetime:
    """``workdays`` worked days later at the same time of day; counted from today if the task is overdue."""
    here = max(due_at, now).astimezone(COMPANY_ZONE)
    return _at(calendar.add_workdays(here.date(), workdays), due_at.astimezone(COMPANY_ZONE).time())


def remind_at(due_at: datetime, *, remind: Remind, calendar: WorkingCalendar, hours: OfficeHours) -> datetime | None:
    """When the owner is reminded; None: not at all. A time of one's own (``Remind.AT``) is not worked out here."""
    day = due_at.astimezone(COMPANY_ZONE).date()
    match remind:
        case Remind.AT_TIME:
            return due_at
        case Remind.HALF_HOUR:
            return due_at - timedelta(minutes=30)
        case Remind.TWO_HOURS:
            return due_at - timedelta(hours=2)
        case Remind.MORNING:
            return min(_at(day, hours.opening), due_at)
        case Remind.WORKDAY_BEFORE:
            return _at(calendar.add_workdays(day, -1), hours.opening)
        case _:
            return None


def next_due(
    due_at: datetime, *, repeat: Repeat, series_from: date, after: datetime, calendar: WorkingCalendar
) -> datetime | None:
    """When a repeated task is due again: its first day after this due day and after ``after``; None if it does not repeat.

    Days are counted from ``series_from``, the first day of the series, so that neither a holiday nor a short month shifts
    those that follow. A day that is not worked moves to the next one that is.
    """
    if repeat == Repeat.NEVER:
        return None
    here = due_at.astimezone(COMPANY_ZONE)
    latest = max(here.date(), after.astimezone(COMPANY_ZONE).date())
    if repeat == Repeat.WORKDAY:
        return _at(calendar.add_workdays(latest, 1), here.time())
    times = 1
    while (day := calendar.next_workday(_nominal(series_from, repeat, times))) <= latest:
        times += 1
    return _at(day, here.time())


def _nominal(first: date, repeat: Repeat, times: int) -> date:
    if repeat == Repeat.WEEK:
        return first + timedelta(weeks=times)
    return months_later(first, times if repeat == Repeat.MONTH else 12 * times)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, COMPANY_ZONE)
