"""By when: the last day of a period of the law or of custom, counted as its unit says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from keyuan.deadlines.calendar import current
from keyuan.deadlines.parameters import Parameter, ParameterFault
from keyuan.deadlines.rules import months_later

WORKING_DAYS: Final = "working_days"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day on which it is in time. ``certain`` is False where a holiday not yet announced may move it."""

    day: date
    certain: bool


def deadline_of(period: Parameter, *, start: date) -> Deadline:
    """The last day of a period that begins to run after the day ``start`` (民法典 §201).

    Working days leave holidays out, so such a deadline always falls on a worked day. A period in calendar days or months
    ends on its day, whether it is worked or not: a statutory clock is not made longer by us. Raises ParameterFault for a
    parameter that is no period.
    """
    if period.unit == WORKING_DAYS:
        return _in_workdays(start, period.number)
    if period.unit == "days":
        return Deadline(start + timedelta(days=period.number), True)
    if period.unit == "months":
        return Deadline(months_later(start, period.number), True)
    raise ParameterFault(f"{period.key} is no period: {period.unit}")


def _in_workdays(start: date, count: int) -> Deadline:
    calendar = current()
    day = calendar.add_workdays(start, count)
    between = (start + timedelta(days=ahead) for ahead in range(1, (day - start).days + 1))
    return Deadline(day, all(calendar.day(one).certain for one in between))
