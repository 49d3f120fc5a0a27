"""Every write of the service desk."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.access import require
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.eventlog.kinds import EventKind
from keyuan.eventlog.models import Event
from keyuan.kernel.clock import now
from keyuan.kernel.refusals import Refusal
from keyuan.servicedesk import events
from keyuan.servicedesk.models import Task
from keyuan.servicedesk.queries import TaskNotFound, the_customer, visible_tasks
from keyuan.servicedesk.states import CallOutcome, ContactChannel, Direction

NOTE_LENGTH = 4000


class EmptyNote(Refusal):
    """A contact note without a text and without an outcome says nothing."""

    code = "empty_note"
    message = _("联系记录没有内容。")
    remedy = _("请填写内容，或选择联系结果。")


class NoteTooLong(Refusal):
    code = "note_too_long"
    message = _("内容超过%(limit)s个字。")
    remedy = _("请分成几条记录。")


class ContactInTheFuture(Refusal):
    code = "contact_in_the_future"
    message = _("联系时间在未来。")
    remedy = _("请填写实际联系的时间；将来的联系请建任务。")


class NoOwner(Refusal):
    """A task belongs to somebody with an account."""

    code = "task_without_owner"
    message = _("任务没有负责人。")
    remedy = _("请选择一位有账户的同事负责。")


class TaskAlreadyDone(Refusal):
    code = "task_already_done"
    message = _("任务“%(title)s”已经完成。")
    remedy = _("如需继续处理，请先重开任务。")


class TaskIsOpen(Refusal):
    code = "task_is_open"
    message = _("任务“%(title)s”尚未完成，无需重开。")


@transaction.atomic
def note_contact(
    customer_id: int,
    *,
    channel: ContactChannel | str,
    direction: Direction | str,
    outcome: CallOutcome | str = "",
    text: str = "",
    occurred_at: datetime | None = None,
    by: Viewer,
) -> Event:
    """Write down a contact with the customer: a line of the log, nothing else. Returns the line."""
    require(by, Permission.CONTACT_CUSTOMERS)
    customer = the_customer(customer_id, viewer=by)
    text = text.strip()
    if not text and not outcome:
        raise EmptyNote(field="text")
    if len(text) > NOTE_LENGTH:
        raise NoteTooLong(field="text", limit=NOTE_LENGTH)
    if occurred_at is not None and occurred_at > now():
        raise ContactInTheFuture(field="occurred_at")
    return record(
        events.CONTACT_MADE,
        by=by.actor,
        customer_id=customer.pk,
        org_unit_id=customer.org_unit_id,
        payload={
            "channel": ContactChannel(channel).value,
            "direction": Direction(direction).value,
            "outcome": CallOutcome(outcome).value if outcome else "",
            "text": text,
        },
        occurred_at=occurred_at,
    )


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
    owner = by.user_id if owner_id is None else owner_id
    if owner is None:
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
