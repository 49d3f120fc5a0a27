"""The viewer's own tasks, in groups by when they are due."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.kernel.clock import today
from keyuan.servicedesk import queries
from keyuan.servicedesk.models import Task

SHOWN = 200


@dataclass(slots=True)
class Group:
    """Tasks that are due about the same time."""

    code: str
    label: str | Promise
    tasks: list[Task] = field(default_factory=list)


@require_safe
@staff_page(Permission.CONTACT_CUSTOMERS)
def my_tasks(request: SignedInRequest) -> HttpResponse:
    """What I am still to do; with ``?done=1`` what I did last."""
    done = request.GET.get("done") == "1"
    if done:
        found = list(queries.done_tasks(request.viewer)[:SHOWN])
        groups = [Group("done", _("最近完成"), found)] if found else []
    else:
        found = list(queries.open_tasks(request.viewer)[:SHOWN])
        groups = grouped(found, on=today())
    context = {"groups": groups, "done": done, "open_count": len(found), "overdue_label": _("已逾期")}
    return render(request, "servicedesk/tasks.html", context)


def grouped(tasks: list[Task], *, on: date) -> list[Group]:
    """Overdue, today, within seven days, later; groups without a task are left out."""
    groups = [
        Group("overdue", _("已逾期")),
        Group("today", _("今天")),
        Group("week", _("七天内")),
        Group("later", _("以后")),
    ]
    for task in tasks:
        groups[_place(queries.day_of(task.due_at), on)].tasks.append(task)
    return [group for group in groups if group.tasks]


def _place(due: date, on: date) -> int:
    if due < on:
        return 0
    if due == on:
        return 1
    return 2 if due <= on + timedelta(days=7) else 3
