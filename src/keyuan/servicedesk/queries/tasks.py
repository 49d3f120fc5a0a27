"""Reading tasks. Each read names its viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.kernel.refusals import Refusal
from keyuan.servicedesk.models import Task
from keyuan.servicedesk.states import TaskKind, TaskTime, Whose

ORDERS: Final = {
    "due": ("due_at", "pk"),
    "-due": ("-due_at", "-pk"),
    "priority": ("priority", "due_at", "pk"),
    "-priority": ("-priority", "due_at", "pk"),
    "title": ("title", "pk"),
    "-title": ("-title", "-pk"),
    "owner": ("owner__display_name", "due_at", "pk"),
    "-owner": ("-owner__display_name", "due_at", "pk"),
    "done": ("-done_at", "-pk"),
}


class TaskNotFound(Refusal):
    """There is no such task, or the viewer may not see it."""

    code = "task_not_found"
    status = 404
    message = _("没有找到这个任务。")
    remedy = _("请刷新页面后再试。")


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks a list shows. Without conditions: the viewer's own open ones, the most pressing first."""

    whose: Whose = Whose.MINE
    time: TaskTime = TaskTime.OPEN
    kind: str = ""
    priority: int | None = None
    owner_id: int | None = None
    customer_id: int | None = None
    text: str = ""
    sort: str = ""


def visible_tasks(viewer: Viewer) -> QuerySet[Task]:
    """The viewer's own tasks, those of the customers in their scope, and what they gave to others."""
    if not viewer.is_staff:
        return Task.objects.none()
    own = Q(pk__in=[])
    if viewer.user_id is not None:
        own = Q(owner_id=viewer.user_id) | Q(created_by_id=viewer.user_id, customer__isnull=True)
    if viewer.sees_whole_company:
        return Task.objects.filter(own | Q(customer__isnull=False))
    return Task.objects.filter(own | Q(customer__in=customers.visible(viewer)))


def the_task(task_id: int, *, viewer: Viewer) -> Task:
    """One task; raises TaskNotFound."""
    found = visible_tasks(viewer).select_related("customer", "owner", "created_by").filter(pk=task_id).first()
    if found is None:
        raise TaskNotFound
    return found


def task_list(filters: TaskFilter, *, viewer: Viewer, on: date) -> QuerySet[Task]:
    """The tasks of a list, in its order."""
    found = _whose(filters.whose, viewer).filter(_time(filters.time, on))
    if filters.kind in TaskKind.values:
        found = found.filter(kind=filters.kind)
    if filters.priority is not None:
        found = found.filter(priority=filters.priority)
    if filters.owner_id is not None:
        found = found.filter(owner_id=filters.owner_id)
    if filters.customer_id is not None:
        found = found.filter(customer_id=filters.customer_id)
    if filters.text:
        about = Q(title__icontains=filters.text) | Q(customer__name=filters.text) | Q(customer__number=filters.text)
        found = found.filter(about)
    usual = "done" if filters.time == TaskTime.DONE else "due"
    return found.select_related("customer", "owner").order_by(*ORDERS.get(filters.sort, ORDERS[usual]))


def _whose(whose: Whose, viewer: Viewer) -> QuerySet[Task]:
    if viewer.user_id is None or not viewer.is_staff:
        return Task.objects.none()
    match whose:
        case Whose.MINE:
            return Task.objects.filter(owner_id=viewer.user_id)
        case Whose.GIVEN:
            return visible_tasks(viewer).filter(created_by_id=viewer.user_id).exclude(owner_id=viewer.user_id)
        case _:
            return visible_tasks(viewer)


def _time(time_of: TaskTime, on: date) -> Q:
    if time_of == TaskTime.DONE:
        return Q(done_at__isnull=False)
    begin, end = day_bounds(on)
    limits = {
        TaskTime.OVERDUE: Q(due_at__lt=begin),
        TaskTime.TODAY: Q(due_at__gte=begin, due_at__lt=end),
        TaskTime.WEEK: Q(due_at__gte=begin, due_at__lt=begin + timedelta(days=7)),
        TaskTime.LATER: Q(due_at__gte=begin + timedelta(days=7)),
    }
    return Q(done_at__isnull=True) & limits.get(time_of, Q())


def day_bounds(on: date) -> tuple[datetime, datetime]:
    """The company's day, half-open."""
    begin = datetime.combine(on, time(), COMPANY_ZONE)
    return begin, begin + timedelta(days=1)


def open_tasks(viewer: Viewer) -> QuerySet[Task]:
    """What the viewer is still to do, the most pressing first."""
    if viewer.user_id is None or not viewer.is_staff:
        return Task.objects.none()
    return (
        Task.objects.filter(owner_id=viewer.user_id, done_at__isnull=True)
        .select_related("customer")
        .order_by("due_at", "id")
    )


def done_tasks(viewer: Viewer) -> QuerySet[Task]:
    """What the viewer did, the latest first."""
    if viewer.user_id is None or not viewer.is_staff:
        return Task.objects.none()
    return (
        Task.objects.filter(owner_id=viewer.user_id, done_at__isnull=False)
        .select_related("customer")
        .order_by("-done_at", "-id")
    )


def tasks_of(customer_id: int, *, viewer: Viewer) -> QuerySet[Task]:
    """The customer's open tasks, the most pressing first."""
    return (
        visible_tasks(viewer)
        .filter(customer_id=customer_id, done_at__isnull=True)
        .select_related("owner")
        .order_by("due_at", "id")
    )
