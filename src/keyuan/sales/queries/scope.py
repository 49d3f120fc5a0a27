"""Which prospects a viewer sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from keyuan.accounts.roles import Permission, Role
from keyuan.sales.models import Prospect

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer


def visible(viewer: Viewer) -> QuerySet[Prospect]:
    """Agent: those they own; other staff: those of their units; customers and strangers: nobody."""
    if not viewer.is_staff or not viewer.may(Permission.SEE_CUSTOMERS):
        return Prospect.objects.none()
    if viewer.role == Role.AGENT:
        return (
            Prospect.objects.none()
            if viewer.user_id is None
            else Prospect.objects.filter(owner__user_id=viewer.user_id)
        )
    if viewer.unit_ids is None:
        return Prospect.objects.all()
    return Prospect.objects.filter(org_unit_id__in=viewer.unit_ids)
