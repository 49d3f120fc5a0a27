"""The same list as a month: how many calls and due days on each day."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.deadlines.calendar import is_workday
from keyuan.kernel.clock import today
from keyuan.retention import queries
from keyuan.retention.queries import DayTold
from keyuan.retention.views.filters import asked, period_of
from keyuan.retention.views.lists import counts_at_once, frame


@require_safe
@staff_page(Permission.SEE_CUSTOMERS)
def month(request: SignedInRequest) -> HttpResponse:
    """A month (``?month=2026-11``) with the counts of each day; each leads to its list."""
    first = _month(request.GET.get("month", ""))
    wanted = asked(request.GET, viewer=request.viewer)
    first, last = period_of("month", on=first)
    wanted.wanted = replace(wanted.wanted, first=first, last=last)
    # The month stands in the heading of the page: it is no filter to be taken away.
    wanted.chips = wanted.chips[1:]
    # The days of a branch or a company take longer to count than the page takes: it does not wait for them.
    ready = counts_at_once(request, wanted) or request.GET.get("counts") == "1"
    told = {one.day: one for one in queries.days(wanted.wanted, viewer=request.viewer)} if ready else {}
    kept = request.GET.copy()
    for name in ("counts", "month", "period", "from", "to", "page", "list", "call_from", "call_before"):
        kept.pop(name, None)
    weeks = [
        [_cell(day, first.month, told, kept.urlencode()) for day in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    context = {
        **frame(request, wanted, None, view="calendar"),
        "ready": ready,
        "weeks": weeks,
        "first": first,
        "before": (first - timedelta(days=1)).strftime("%Y-%m"),
        "after": last.strftime("%Y-%m"),
    }
    return render(request, "retention/calendar.html", context)


def _cell(day: date, month: int, told: dict[date, DayTold], kept: str) -> dict[str, Any]:
    found = told.get(day)
    address, more = reverse("retention:list"), f"&{kept}" if kept else ""
    wide = f"from={day - timedelta(days=60)}&to={day + timedelta(days=100)}"
    return {
        "day": day,
        "inside": day.month == month,
        "today": day == today(),
        "past": day < today(),
        "worked": is_workday(day),
        "told": found if day.month == month else None,
        "due_url": f"{address}?from={day}&to={day}{more}",
        "calls_url": f"{address}?{wide}&call_from={day}&call_before={day + timedelta(days=1)}&sort=call{more}",
    }


def _month(text: str) -> date:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today()
    return found if 2000 <= found.year <= 2100 else today()
