"""Reminding people of their tasks: each reminder once, however many workers run."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import Line, record_many
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.servicedesk import events
from keyuan.servicedesk.actions.notices import Draft, notify_each
from keyuan.servicedesk.models import Task
from keyuan.servicedesk.states import NoticeKind

AT_ONCE = 500


@transaction.atomic
def remind_of_tasks(*, on: datetime, by: Viewer) -> int:
    """Tell the owners of open tasks whose reminder is due; returns how many were taken, at most ``AT_ONCE``.

    A row that another worker holds is left to it; the notice and the mark that it was given are one transaction.
    """
    due = Task.objects.filter(done_at__isnull=True, reminded_at__isnull=True, remind_at__lte=on)
    tasks = list(due.select_for_update(skip_locked=True).order_by("remind_at")[:AT_ONCE])
    if not tasks:
        return 0
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(reminded_at=on)
    notify_each([_draft(task) for task in tasks], by=by)
    # Without the customer: being reminded is nothing that happened to them, and their timeline stays readable.
    record_many(
        [
            Line(events.TASK_REMINDED, by=by.actor, subject=("task", task.pk), payload={"title": task.title})
            for task in tasks
        ]
    )
    return len(tasks)


def _draft(task: Task) -> Draft:
    due = f"{task.due_at.astimezone(COMPANY_ZONE):%m-%d %H:%M}"
    title = format_lazy(_("{title}（{due}到期）"), title=task.title, due=due)
    return Draft(
        task.owner_id, title, reverse("servicedesk:task", args=[task.pk]), NoticeKind.REMINDER, task.customer_id
    )
