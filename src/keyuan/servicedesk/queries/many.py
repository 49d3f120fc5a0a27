"""Tasks and contacts as querysets, for conditions over many customers at once. Each in the viewer's scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyuan.customers import queries as customers
from keyuan.eventlog import queries as log
from keyuan.servicedesk.events import CONTACT_MADE
from keyuan.servicedesk.models import Task

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer
    from keyuan.eventlog.models import Event


def customer_tasks(viewer: Viewer) -> QuerySet[Task]:
    """The tasks about the customers in the viewer's scope, whoever is to do them."""
    if viewer.sees_whole_company:
        return Task.objects.all()
    return Task.objects.filter(customer__in=customers.visible(viewer))


def visible_contacts(viewer: Viewer) -> QuerySet[Event]:
    """The contacts with the customers in the viewer's scope: lines of the log.

    A line keeps the customer it was about, also one who was merged into another since: ``customers.absorbed`` tells
    whose it is today.
    """
    contacts = log.named(CONTACT_MADE.name)
    if viewer.sees_whole_company:
        return contacts
    seen = customers.visible(viewer).order_by().values_list("pk")
    return contacts.filter(
        customer_id__in=seen.union(customers.absorbed(viewer=viewer).values_list("dropped_id"), all=True)
    )
