"""Tasks: given, ticked off, taken up again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.queries import colleagues
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import EventKind
from keyuan.kernel.clock import now
from keyuan.servicedesk import events
from keyuan.servicedesk.models import Task
from keyuan.servicedesk.queries import TaskNotFound, the_customer, visible_tasks
from keyuan.servicedesk.refusals import NoOwner, TaskAlreadyDone, TaskIsOpen, TitleMissing


@transaction.atomic
def create_task(
    customer_id: int | None,
    *,
    title: str,
    due_at: datetime,
    note: str = "",
    owner_id: int | None = None,
    by: Viewer,
) -> Task:
    """Give somebody something to do by a time; without ``owner_id`` it is the viewer's own. Returns the task."""
    require(by, Permission.CONTACT_CUSTOMERS)
    customer = None if customer_id is None else the_customer(customer_id, viewer=by)
    if not title.strip():
        raise TitleMissing(field="title")
    owner = by.user_id if owner_id is None else owner_id
    if owner is None or (owner != by.user_id and not colleagues(viewer=by).filter(pk=owner).exists()):
        raise NoOwner(field="owner")
    task = Task.objects.create(
        customer=customer,
        title=title.strip(),
        note=note.strip(),
        owner_id=owner,
        created_by_id=by.user_id,
        due_at=due_at,
    )
    _tell(events.TASK_CREATED, task, by=by, due_at=due_at.isoformat(), owner=str(task.owner))
    return task


@transaction.atomic
def complete_task(task_id: int, *, by: Viewer) -> Task:
    """Tick a task off."""
    task = _locked(task_id, by=by)
    if task.done_at is not None:
        raise TaskAlreadyDone(title=task.title)
    task.done_at = now()
    task.save(update_fields=["done_at"])
    _tell(events.TASK_DONE, task, by=by)
    return task


@transaction.atomic
def reopen_task(task_id: int, *, by: Viewer) -> Task:
    """Take up a finished task again: the undo of complete_task."""
    task = _locked(task_id, by=by)
    if task.done_at is None:
        raise TaskIsOpen(title=task.title)
    task.done_at = None
    task.save(update_fields=["done_at"])
    _tell(events.TASK_REOPENED, task, by=by)
    return task


def _locked(task_id: int, *, by: Viewer) -> Task:
    require(by, Permission.CONTACT_CUSTOMERS)
    task = visible_tasks(by).select_for_update(of=("self",)).select_related("customer").filter(pk=task_id).first()
    if task is None:
        raise TaskNotFound
    return task


def _tell(kind: EventKind, task: Task, *, by: Viewer, **payload: str) -> None:
    record(
        kind,
        by=by.actor,
        customer_id=task.customer_id,
        org_unit_id=None if task.customer is None else task.customer.org_unit_id,
        subject=("task", task.pk),
        payload={"title": task.title, **payload},
    )
