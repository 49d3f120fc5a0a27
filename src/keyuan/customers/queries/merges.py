"""What was merged into whom. Seeing a merge asks for the permission to make one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from keyuan.accounts.roles import Permission
from keyuan.customers.models import Merge
from keyuan.customers.queries.scope import visible
from keyuan.customers.refusals import MergeNotFound

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer


def merges(*, viewer: Viewer) -> QuerySet[Merge]:
    """The merges whose customer the viewer sees, latest first; none without the permission."""
    if not viewer.may(Permission.MERGE_CUSTOMERS):
        return Merge.objects.none()
    rows = Merge.objects.select_related("customer").order_by("-merged_at", "-pk")
    return rows if viewer.sees_whole_company else rows.filter(customer__in=visible(viewer))


def merge_seen(merge_id: int, *, viewer: Viewer) -> Merge:
    """One of them; raises MergeNotFound."""
    found = merges(viewer=viewer).filter(pk=merge_id).first()
    if found is None:
        raise MergeNotFound
    return found
