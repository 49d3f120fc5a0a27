"""Which prospects a viewer sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from keyuan.accounts.roles import Permission, Role
from keyuan.customers import queries as customers
from keyuan.sales.models import Prospect, ProspectConsent

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer


def visible(viewer: Viewer) -> QuerySet[Prospect]:
    """Agent: those they own; other staff: those of their units; customers and strangers: nobody.

    A program whose purpose needs consent sees of these only who gave it: as a prospect, and as the customer they have
    become since, whose word counts from then on.
    """
    rows = _in_reach(viewer)
    return rows.filter(_who_agreed(viewer)) if viewer.purpose_is_narrow else rows


def _in_reach(viewer: Viewer) -> QuerySet[Prospect]:
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


def _who_agreed(viewer: Viewer) -> Q:
    agreed = ProspectConsent.objects.filter(purpose=viewer.consent).values("prospect_id")
    return Q(customer__isnull=True, pk__in=agreed) | Q(customer__in=customers.visible(viewer))
