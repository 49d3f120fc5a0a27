"""What the service desk has to do with one customer: open tasks and complaints as of a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from keyuan.accounts.scope import system_viewer
from keyuan.customer360.queries.seen import labelled
from keyuan.customer360.queries.timeline import end_of
from keyuan.customer360.shapes import ComplaintSeen, TaskSeen
from keyuan.customers.queries import InScope
from keyuan.kernel.clock import COMPANY_ZONE, now
from keyuan.kernel.compiled import Compiled
from keyuan.servicedesk import queries as servicedesk
from keyuan.servicedesk.states import ComplaintReason

# Whose customer it is was settled by InScope, so one statement serves every viewer.
_DESK = system_viewer("customer360")


def ask_tasks(seen: InScope, *, on: date) -> Callable[[], tuple[TaskSeen, ...]]:
    """Ask for the tasks that were open at the end of the day."""
    moment = min(end_of(on), now())
    asked = _TASKS.ask(customer_id=seen.customer_id, moment=moment)
    return lambda: tuple(
        TaskSeen(id_, title, due_at.astimezone(COMPANY_ZONE), display or username, due_at < moment)
        for id_, title, due_at, display, username in asked.rows()
    )


def _tasks(customer_id: int, moment: datetime) -> QuerySet[Any, Any]:
    open_then = Q(done_at__isnull=True) | Q(done_at__gte=moment)
    tasks = servicedesk.visible_tasks(_DESK).filter(open_then, customer_id=customer_id, created_at__lte=moment)
    return tasks.order_by("due_at", "id").values_list("id", "title", "due_at", "owner__display_name", "owner__username")


_TASKS = Compiled(_tasks)


def ask_complaints(seen: InScope, *, on: date) -> Callable[[], tuple[ComplaintSeen, ...]]:
    """Ask for the complaints received by the end of the day, the latest first; closed ones as well."""
    end = end_of(on)
    asked = _COMPLAINTS.ask(customer_id=seen.customer_id, end=end)
    return lambda: tuple(
        ComplaintSeen(
            number,
            labelled(ComplaintReason, reason),
            received_at.astimezone(COMPANY_ZONE),
            closed_at is None or closed_at >= end,
        )
        for number, reason, received_at, closed_at in asked.rows()
    )


def _complaints(customer_id: int, end: datetime) -> QuerySet[Any, Any]:
    complaints = servicedesk.visible_complaints(_DESK).filter(customer_id=customer_id, received_at__lt=end)
    return complaints.order_by("-received_at").values_list("number", "reason", "received_at", "closed_at")


_COMPLAINTS = Compiled(_complaints)
