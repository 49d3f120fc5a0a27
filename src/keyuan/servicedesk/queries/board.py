"""The open tasks as a board, by when they are due; and the lists that people keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q

from keyuan.servicedesk.models import Task, TaskView
from keyuan.servicedesk.queries.tasks import TaskFilter, day_bounds, task_list
from keyuan.servicedesk.states import BoardColumn, TaskTime

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer

CARDS: Final = 30


@dataclass(frozen=True, slots=True)
class TaskColumn:
    """A column with how many tasks stand in it and the first of them, the most pressing on top."""

    column: BoardColumn
    count: int
    tasks: tuple[Task, ...]


def task_board(filters: TaskFilter, *, viewer: Viewer, on: date) -> list[TaskColumn]:
    """The columns of the open tasks that fit, whatever the filter says of their time; nothing for who is not staff."""
    if not viewer.is_staff:
        return []
    found = task_list(replace(filters, time=TaskTime.OPEN, sort=""), viewer=viewer, on=on)
    due = _due(on)
    counts = found.order_by().aggregate(**{code: Count("pk", filter=condition) for code, condition in due.items()})
    # The first cards of each column by themselves: nothing need be put into order for them but what is shown.
    first, *others = [found.filter(condition).values("pk")[:CARDS] for condition in due.values()]
    ids = [row["pk"] for row in first.union(*others, all=True)]
    cards = list(Task.objects.filter(pk__in=ids).select_related("customer", "owner").order_by("due_at", "pk"))
    begin, end = day_bounds(on)
    limits = {BoardColumn.OVERDUE: begin, BoardColumn.TODAY: end, BoardColumn.NEXT: begin + timedelta(days=7)}

    def column_of(task: Task) -> BoardColumn:
        return next((column for column, limit in limits.items() if task.due_at < limit), BoardColumn.LATER)

    return [
        TaskColumn(each, counts[each.value], tuple(card for card in cards if column_of(card) == each))
        for each in BoardColumn
    ]


def _due(on: date) -> dict[str, Q]:
    begin, end = day_bounds(on)
    week = begin + timedelta(days=7)
    return {
        BoardColumn.OVERDUE.value: Q(due_at__lt=begin),
        BoardColumn.TODAY.value: Q(due_at__gte=begin, due_at__lt=end),
        BoardColumn.NEXT.value: Q(due_at__gte=end, due_at__lt=week),
        BoardColumn.LATER.value: Q(due_at__gte=week),
    }


def task_views(viewer: Viewer) -> QuerySet[TaskView]:
    """The lists that the viewer keeps, and those that a colleague keeps for their unit, by name."""
    if viewer.user_id is None or not viewer.is_staff:
        return TaskView.objects.none()
    mine = Q(user_id=viewer.user_id) | Q(org_unit__users=viewer.user_id)
    return TaskView.objects.filter(mine).order_by("name", "pk")
