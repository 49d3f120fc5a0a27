"""Tasks for many customers at once, set by set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.queries import colleagues
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.eventlog.actions import Line, record_many
from keyuan.servicedesk import events
from keyuan.servicedesk.actions.tasks import tell_owners
from keyuan.servicedesk.models import Task
from keyuan.servicedesk.refusals import NoOwner, TitleMissing


@transaction.atomic
def create_tasks(
    customer_ids: Collection[int],
    *,
    title: str,
    due_at: datetime,
    note: str = "",
    owners: Mapping[int, int] | None = None,
    by: Viewer,
) -> list[int]:
    """One task for each of the customers who are in scope; returns their ids.

    ``owners``: who is to do it, by customer; where it names nobody, or nobody whom the viewer may give work to, it is the
    viewer's own. Each owner is told once. Raises NotPermitted, TitleMissing or NoOwner.
    """
    require(by, Permission.CONTACT_CUSTOMERS)
    if not title.strip():
        raise TitleMissing(field="title")
    if by.user_id is None:
        raise NoOwner(field="owner")
    units = dict(customers.visible(by).filter(pk__in=customer_ids).values_list("pk", "org_unit_id"))
    wanted = {owner for key, owner in (owners or {}).items() if key in units}
    names = {one.pk: str(one) for one in colleagues(viewer=by).filter(pk__in={*wanted, by.user_id})}
    owner_of = {key: owner for key, owner in (owners or {}).items() if owner in names}
    own = {"title": title.strip(), "note": note.strip(), "created_by_id": by.user_id, "due_at": due_at}
    tasks = [Task(customer_id=key, owner_id=owner_of.get(key, by.user_id), **own) for key in units]
    Task.objects.bulk_create(tasks)
    tell_owners(tasks, by=by)
    record_many([_line(task, units, names.get(task.owner_id, by.name), by) for task in tasks])
    return list(units)


def _line(task: Task, units: Mapping[int, int], owner: str, by: Viewer) -> Line:
    assert task.customer_id is not None  # noqa: S101  made for a customer just above
    payload = {"title": task.title, "due_at": task.due_at.isoformat(), "owner": owner}
    unit = units[task.customer_id]
    return Line(events.TASK_CREATED, by.actor, task.customer_id, unit, ("task", task.pk), payload)
