"""Reading tasks. Each read names its viewer."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.kernel.refusals import Refusal
from keyuan.servicedesk.models import Task


class TaskNotFound(Refusal):
    """There is no such task, or the viewer may not see it."""

    code = "task_not_found"
    status = 404
    message = _("没有找到这个任务。")
    remedy = _("请刷新页面后再试。")


def visible_tasks(viewer: Viewer) -> QuerySet[Task]:
    """The viewer's own tasks and those of the customers in their scope."""
    if not viewer.is_staff:
        return Task.objects.none()
    own = Q(owner_id=viewer.user_id) if viewer.user_id is not None else Q(pk__in=[])
    if viewer.sees_whole_company:
        return Task.objects.filter(own | Q(customer__isnull=False))
    return Task.objects.filter(own | Q(customer__in=customers.visible(viewer)))


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
