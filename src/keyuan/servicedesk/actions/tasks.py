"""Tasks: given, changed, put off, passed on, ticked off, taken up again. One or many: the same lock, rule and log line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.access import require
from keyuan.accounts.queries import colleagues
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.deadlines.calendar import current
from keyuan.eventlog.actions import Line, record_many
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel.clock import COMPANY_ZONE, now
from keyuan.servicedesk import events, scheduling
from keyuan.servicedesk.actions.notices import notify
from keyuan.servicedesk.models import Task
from keyuan.servicedesk.queries import TaskNotFound, the_customer, visible_tasks
from keyuan.servicedesk.refusals import (
    NoOwner,
    RemindedAfterDue,
    SnoozedIntoThePast,
    TaskAlreadyDone,
    TaskIsOpen,
    TitleMissing,
    TooManyTasks,
)
from keyuan.servicedesk.states import NoticeKind, Priority, Repeat, TaskKind

MOST_AT_ONCE = 1000


@transaction.atomic
def create_task(
    customer_id: int | None,
    *,
    title: str,
    due_at: datetime,
    note: str = "",
    owner_id: int | None = None,
    kind: TaskKind | str = TaskKind.OTHER,
    priority: Priority | int = Priority.NORMAL,
    remind_at: datetime | None = None,
    repeat: Repeat | str = Repeat.NEVER,
    by: Viewer,
) -> Task:
    """Give somebody something to do by a time; without ``owner_id`` it is the viewer's own. Who is given it is told."""
    require(by, Permission.CONTACT_CUSTOMERS)
    customer = None if customer_id is None else the_customer(customer_id, viewer=by)
    task = Task.objects.create(
        customer=customer,
        title=_worded(title),
        note=note.strip(),
        kind=TaskKind(kind),
        priority=Priority(priority),
        owner_id=_owner(owner_id, by=by),
        created_by_id=by.user_id,
        due_at=due_at,
        remind_at=_reminding(remind_at, due_at=due_at),
        repeat=Repeat(repeat),
        series_from=_day(due_at) if repeat != Repeat.NEVER else None,
    )
    _tell(events.TASK_CREATED, [task], by=by, due_at=due_at.isoformat(), owner=str(task.owner))
    tell_owners([task], by=by)
    return task


@transaction.atomic
def edit_task(
    task_id: int,
    *,
    title: str,
    due_at: datetime,
    note: str,
    kind: TaskKind | str,
    priority: Priority | int,
    remind_at: datetime | None,
    repeat: Repeat | str,
    by: Viewer,
) -> Task:
    """Change what a task says and when it is due; the log line names what changed."""
    (task,) = _locked([task_id], by=by, done=False)
    asked: dict[str, Any] = {
        "title": _worded(title),
        "note": note.strip(),
        "kind": TaskKind(kind).value,
        "priority": Priority(priority).value,
        "due_at": due_at,
        "remind_at": _reminding(remind_at, due_at=due_at),
        "repeat": Repeat(repeat).value,
    }
    changed = {name: value for name, value in asked.items() if getattr(task, name) != value}
    if not changed:
        return task
    if "remind_at" in changed:
        changed["reminded_at"] = None
    if changed.keys() & {"repeat", "due_at"}:
        changed["series_from"] = _day(due_at) if asked["repeat"] != Repeat.NEVER else None
    _write([task], changed)
    told = {name: _shown(value) for name, value in changed.items() if name in asked}
    _tell(events.TASK_CHANGED, [task], by=by, changes=told)
    return task


@transaction.atomic
def snooze_task(task_id: int, *, until: datetime, by: Viewer) -> Task:
    """Be reminded of a task again at a later moment; when it is due does not change."""
    if until <= now():
        raise SnoozedIntoThePast(field="until")
    (task,) = _locked([task_id], by=by, done=False)
    _write([task], {"remind_at": until, "reminded_at": None})
    _tell(events.TASK_SNOOZED, [task], by=by, until=until.isoformat())
    return task


@transaction.atomic
def postpone_tasks(task_ids: Collection[int], *, workdays: int, by: Viewer) -> list[Task]:
    """Put tasks off by worked days, each at its time of day; one that is overdue is put off from today."""
    calendar, moment = current(), now()
    tasks = _locked(task_ids, by=by, done=False)
    for task in tasks:
        due_at = scheduling.postponed(task.due_at, workdays=workdays, now=moment, calendar=calendar)
        before = None if task.remind_at is None else task.due_at - task.remind_at
        _write(
            [task], {"due_at": due_at, "remind_at": None if before is None else due_at - before, "reminded_at": None}
        )
    _tell(events.TASK_POSTPONED, tasks, by=by, workdays=workdays)
    return tasks


@transaction.atomic
def reassign_tasks(task_ids: Collection[int], *, owner_id: int, by: Viewer) -> list[Task]:
    """Pass tasks on to a colleague, who is told once, whatever their number."""
    owner = _owner(owner_id, by=by)
    tasks = [task for task in _locked(task_ids, by=by, done=False) if task.owner_id != owner]
    _write(tasks, {"owner_id": owner})
    if tasks:
        fresh = Task.objects.select_related("owner").get(pk=tasks[0].pk)
        _tell(events.TASK_REASSIGNED, tasks, by=by, owner=str(fresh.owner))
        tell_owners(tasks, by=by)
    return tasks


def complete_task(task_id: int, *, by: Viewer) -> Task:
    """Tick a task off; one that repeats comes back at its next time."""
    return complete_tasks([task_id], by=by)[0]


@transaction.atomic
def complete_tasks(task_ids: Collection[int], *, by: Viewer) -> list[Task]:
    """Tick tasks off. With one of them done already nothing is done."""
    tasks = _locked(task_ids, by=by, done=False)
    moment = now()
    _write(tasks, {"done_at": moment})
    _tell(events.TASK_DONE, tasks, by=by)
    following = [made for task in tasks if (made := _next_of(task, after=moment)) is not None]
    _tell(events.TASK_CREATED, Task.objects.bulk_create(following), by=by)
    return tasks


def reopen_task(task_id: int, *, by: Viewer) -> Task:
    """Take up a finished task again: the undo of complete_task."""
    return reopen_tasks([task_id], by=by)[0]


@transaction.atomic
def reopen_tasks(task_ids: Collection[int], *, by: Viewer) -> list[Task]:
    """Take up finished tasks again; the one that came after is taken back, unless it is done as well."""
    tasks = _locked(task_ids, by=by, done=True)
    followers = Task.objects.select_for_update(of=("self",)).select_related("customer").filter(follows__in=tasks)
    open_followers = [task for task in followers if task.done_at is None]
    _tell(events.TASK_WITHDRAWN, open_followers, by=by)
    Task.objects.filter(pk__in=[task.pk for task in open_followers]).delete()
    _write(tasks, {"done_at": None})
    _tell(events.TASK_REOPENED, tasks, by=by)
    return tasks


def _next_of(task: Task, *, after: datetime) -> Task | None:
    """The task that follows a repeated one, with the reminder as long before as this one's."""
    repeat = Repeat(task.repeat)
    first = task.series_from or _day(task.due_at)
    due_at = scheduling.next_due(task.due_at, repeat=repeat, series_from=first, after=after, calendar=current())
    if due_at is None or Task.objects.filter(follows=task).exists():
        return None
    return Task(
        customer=task.customer,
        title=task.title,
        note=task.note,
        kind=task.kind,
        priority=task.priority,
        owner_id=task.owner_id,
        created_by_id=task.created_by_id,
        due_at=due_at,
        remind_at=None if task.remind_at is None else due_at - (task.due_at - task.remind_at),
        repeat=repeat,
        series_from=first,
        follows=task,
    )


def _locked(task_ids: Collection[int], *, by: Viewer, done: bool) -> list[Task]:
    """The tasks, locked in one order; refuses if one is not in scope or not as it must be."""
    require(by, Permission.CONTACT_CUSTOMERS)
    wanted = set(task_ids)
    if len(wanted) > MOST_AT_ONCE:
        raise TooManyTasks(most=MOST_AT_ONCE)
    rows = visible_tasks(by).select_for_update(of=("self",)).select_related("customer")
    tasks = list(rows.filter(pk__in=wanted).order_by("pk"))
    if not tasks or len(tasks) != len(wanted):
        raise TaskNotFound
    for task in tasks:
        if (task.done_at is not None) != done:
            raise (TaskIsOpen if done else TaskAlreadyDone)(title=task.title)
    return tasks


def _write(tasks: Iterable[Task], changed: dict[str, Any]) -> None:
    found = list(tasks)
    Task.objects.filter(pk__in=[task.pk for task in found]).update(**changed)
    for task in found:
        for name, value in changed.items():
            setattr(task, name, value)


def _owner(owner_id: int | None, *, by: Viewer) -> int:
    owner = by.user_id if owner_id is None else owner_id
    if owner is None or (owner != by.user_id and not colleagues(viewer=by).filter(pk=owner).exists()):
        raise NoOwner(field="owner")
    return owner


def _worded(title: str) -> str:
    if not title.strip():
        raise TitleMissing(field="title")
    return title.strip()


def _reminding(at: datetime | None, *, due_at: datetime) -> datetime | None:
    if at is not None and at > due_at:
        raise RemindedAfterDue(field="remind_at")
    return at


def _day(moment: datetime) -> Any:
    return moment.astimezone(COMPANY_ZONE).date()


def _shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def tell_owners(tasks: list[Task], *, by: Viewer) -> None:
    """Tell each owner who was given something: with its title if it is one, with the number if it is many."""
    first = {task.owner_id: task for task in reversed(tasks)}
    for owner_id, count in Counter(task.owner_id for task in tasks).items():
        one = first[owner_id]
        if count == 1:
            title: Any = format_lazy(_("{name}派给您一项任务：{title}"), name=by.name, title=one.title)
            url, customer_id = reverse("servicedesk:task", args=[one.pk]), one.customer_id
        else:
            title = format_lazy(_("{name}派给您{count}项任务：{title}"), name=by.name, count=count, title=one.title)
            url, customer_id = reverse("servicedesk:tasks"), None
        notify([owner_id], title=title, url=url, kind=NoticeKind.TASK, customer_id=customer_id, by=by)


def _tell(kind: EventKind, tasks: Collection[Task], *, by: Viewer, **payload: Any) -> None:
    record_many(
        [
            Line(
                kind,
                by=by.actor,
                customer_id=task.customer_id,
                org_unit_id=None if task.customer is None else task.customer.org_unit_id,
                subject=("task", task.pk),
                payload={"title": task.title, **payload},
            )
            for task in tasks
        ]
    )
