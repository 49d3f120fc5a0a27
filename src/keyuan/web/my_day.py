"""What the first page of the desk tells: what is due, what happened, whom one looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.claims import events as claim_events
from keyuan.customers import events as customer_events
from keyuan.eventlog import queries as log
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.policies import events as policy_events
from keyuan.servicedesk import events as service_events
from keyuan.servicedesk import queries as service
from keyuan.servicedesk.states import Priority, TaskKind

if TYPE_CHECKING:
    from datetime import datetime

    from keyuan.servicedesk.queries import ComplaintHeld

DAYS = 7
TASKS_SHOWN = 30
UPCOMING_SHOWN = 5
COMPLAINTS_SHOWN = 5
COMPLAINTS_READ = 50
CHART_HEIGHT = 28

FIGURES = (
    (policy_events.ISSUED, _("新承保")),
    (policy_events.RENEWED, _("续保")),
    (policy_events.PREMIUM_RECEIVED, _("收费笔数")),
    (claim_events.NOTIFIED, _("报案")),
    (service_events.CONTACT_MADE, _("联系次数")),
    (service_events.COMPLAINT_RECEIVED, _("投诉")),
    (customer_events.REGISTERED, _("新客户")),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the little chart, in its own units: ``x`` from the left, ``y`` from the top."""

    day: date
    count: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Figure:
    """How often something happened in the last seven days, by day, and in the seven days before."""

    label: str | Promise
    count: int
    before: int
    bars: tuple[Bar, ...]

    @property
    def change(self) -> int:
        return self.count - self.before

    @property
    def size_of_change(self) -> int:
        return abs(self.change)


@dataclass(frozen=True, slots=True)
class TaskDue:
    """An open task with how pressing it is: ``now`` overdue, ``watch`` today, ``off`` later."""

    id: int
    title: str
    due_at: datetime
    tone: str
    customer_number: str
    customer_name: str
    is_call: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks that stand together on the page."""

    code: str
    label: str | Promise
    tasks: tuple[TaskDue, ...]


def greeting(hour: int) -> str | Promise:
    """How one greets at that hour."""
    hours = ((5, _("夜深了")), (11, _("早上好")), (13, _("中午好")), (18, _("下午好")), (24, _("晚上好")))
    return next(words for until, words in hours if hour < until)


def figures(viewer: Viewer, *, on: date) -> list[Figure]:
    """The last seven days of the viewer's units; an agent has none, and what never happened is left out."""
    if viewer.unit_ids == () or not viewer.may(Permission.SEE_CUSTOMERS):
        return []
    names = [kind.name for kind, _label in FIGURES]
    tallied = log.tallies(viewer.unit_ids, since=on - timedelta(days=2 * DAYS - 1), names=names)
    counted = {(row.name, row.day): row.count for row in tallied}
    drawn = [
        _figure(label, {day: n for (name, day), n in counted.items() if name == kind.name}, on)
        for kind, label in FIGURES
    ]
    return [figure for figure in drawn if figure.count or figure.before]


def _figure(label: str | Promise, counts: dict[date, int], on: date) -> Figure:
    week = [on - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    earlier = [day - timedelta(days=DAYS) for day in week]
    top = max([counts.get(day, 0) for day in week] + [1])
    bars = []
    for place, day in enumerate(week):
        height = max(1, counts.get(day, 0) * CHART_HEIGHT // top)
        bars.append(Bar(day, counts.get(day, 0), place * 8, CHART_HEIGHT - height, height))
    return Figure(label, sum(bar.count for bar in bars), sum(counts.get(day, 0) for day in earlier), tuple(bars))


def tasks(viewer: Viewer, *, now: datetime) -> list[TaskDue]:
    """The most pressing open tasks."""
    return [
        TaskDue(
            id=task.pk,
            title=task.title,
            due_at=task.due_at,
            tone=pressing(task.due_at, now=now),
            customer_number="" if task.customer is None else task.customer.number,
            customer_name="" if task.customer is None else task.customer.name,
            is_call=task.kind == TaskKind.CALL,
            urgent=task.priority == Priority.HIGH,
        )
        for task in service.open_tasks(viewer)[:TASKS_SHOWN]
    ]


def task_groups(viewer: Viewer, *, now: datetime) -> list[TaskGroup]:
    """Overdue, today's calls, the rest of today, and what comes next; a group without a task is left out."""
    found = tasks(viewer, now=now)
    today = now.astimezone(COMPANY_ZONE).date()
    due_today = [one for one in found if one.tone != "now" and one.due_at.astimezone(COMPANY_ZONE).date() == today]
    later = [one for one in found if one.tone == "off"][:UPCOMING_SHOWN]
    groups = (
        TaskGroup("overdue", _("已逾期"), tuple(one for one in found if one.tone == "now")),
        TaskGroup("calls", _("今天要打的电话"), tuple(one for one in due_today if one.is_call)),
        TaskGroup("today", _("今天"), tuple(one for one in due_today if not one.is_call)),
        TaskGroup("later", _("接下来"), tuple(later)),
    )
    return [group for group in groups if group.tasks]


def pressing(due_at: datetime, *, now: datetime) -> str:
    """The tone of a due time: overdue needs a person now, the company's present day is watched, the rest waits."""
    if due_at < now:
        return "now"
    same_day = due_at.astimezone(COMPANY_ZONE).date() == now.astimezone(COMPANY_ZONE).date()
    return "watch" if same_day else "off"


def complaints(viewer: Viewer, *, on: date) -> list[ComplaintHeld]:
    """Open complaints whose clock runs out soonest."""
    if not viewer.may(Permission.CONTACT_CUSTOMERS):
        return []
    rows = service.with_names(service.visible_complaints(viewer).filter(closed_at__isnull=True))
    held = [service.as_held(row, on=on) for row in rows.order_by("received_at")[:COMPLAINTS_READ]]
    running = [one for one in held if one.is_open]
    return sorted(running, key=lambda one: one.deadline or date.max)[:COMPLAINTS_SHOWN]
