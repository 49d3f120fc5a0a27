"""Lists of tasks that somebody keeps under a name, for themselves or for their unit."""

from __future__ import annotations

from django.db import transaction

from keyuan.accounts.access import require
from keyuan.accounts.queries import unit_of
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.actions import record
from keyuan.servicedesk import events
from keyuan.servicedesk.models import TaskView
from keyuan.servicedesk.refusals import NoOwner, TaskViewNotFound, TooManyViews, ViewNameMissing

MOST_VIEWS = 30


@transaction.atomic
def save_task_view(name: str, *, query: str, shared: bool = False, by: Viewer) -> TaskView:
    """Keep a list under a name; one's own of the same name is replaced. ``shared``: everybody of one's unit has it."""
    require(by, Permission.CONTACT_CUSTOMERS)
    if by.user_id is None:
        raise NoOwner(field="name")
    name = "".join(sign for sign in name if sign.isprintable()).strip()[:40]
    if not name:
        raise ViewNameMissing(field="name")
    own = TaskView.objects.select_for_update().filter(user_id=by.user_id)
    names = set(own.values_list("name", flat=True))
    if name not in names and len(names) >= MOST_VIEWS:
        raise TooManyViews(most=MOST_VIEWS)
    values = {"query": query[:1000], "org_unit_id": unit_of(viewer=by) if shared else None}
    view, _new = TaskView.objects.update_or_create(user_id=by.user_id, name=name, defaults=values)
    payload = {"name": view.name, "query": view.query, "shared": shared}
    record(events.TASK_VIEW_SAVED, by=by.actor, subject=("task_view", view.pk), payload=payload)
    return view


@transaction.atomic
def forget_task_view(view_id: int, *, by: Viewer) -> str:
    """Delete one of one's own views; returns its name."""
    view = TaskView.objects.select_for_update().filter(pk=view_id, user_id=by.user_id or 0).first()
    if view is None:
        raise TaskViewNotFound
    view.delete()
    record(events.TASK_VIEW_FORGOTTEN, by=by.actor, subject=("task_view", view_id), payload={"name": view.name})
    return view.name
