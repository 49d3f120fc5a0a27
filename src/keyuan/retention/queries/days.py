"""The calendar of a month: how many calls and how many due days on each day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.core.exceptions import EmptyResultSet

from keyuan.accounts.scope import Viewer
from keyuan.kernel.clock import today
from keyuan.retention.worklist import RenewalFilter, rows, table

# A call lies at most so long before its due day (T−45, moved by a long holiday), or in the period of grace after it.
BEFORE, AFTER = timedelta(days=60), timedelta(days=62)


@dataclass(frozen=True, slots=True)
class DayTold:
    """One day: ``calls`` to be made, ``due`` that renew or are paid then, ``open`` of these still without an answer."""

    day: date
    calls: int
    due: int
    open: int


def days(asked: RenewalFilter, *, viewer: Viewer) -> list[DayTold]:
    """Every day from ``asked.first`` to before ``asked.last`` that has anything.

    Calls are counted by the day of the call, so the due days looked at reach further than the days shown.
    """
    wide = replace(asked, first=asked.first - AFTER, last=asked.last + BEFORE)
    try:
        sql, parameters = table(wide, viewer=viewer, on=today(), calls=True)
    except EmptyResultSet:
        return []
    parameters |= {"from": asked.first, "before": asked.last}
    text = (
        f"WITH found AS ({sql}) SELECT day, sum(calls)::int, sum(due)::int, sum(open)::int FROM ("
        " SELECT next_on AS day, 1 AS calls, 0 AS due, 0 AS open FROM found"
        "  WHERE state = ANY(%(open)s) AND next_on >= %(from)s AND next_on < %(before)s"
        " UNION ALL SELECT due_on, 0, 1, (state = ANY(%(open)s))::int FROM found"
        "  WHERE due_on >= %(from)s AND due_on < %(before)s) told GROUP BY day ORDER BY day"
    )
    return [DayTold(*row) for row in rows(text, parameters)]
