"""One renewal: as it stands, and what was said about it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet

from keyuan.accounts.scope import Viewer
from keyuan.customers import queries as customers
from keyuan.retention.models import RenewalOutcome
from keyuan.retention.queries.listing import seen
from keyuan.retention.queries.told import RenewalSeen
from keyuan.retention.refusals import RenewalNotFound
from keyuan.retention.worklist import RenewalFilter


def the_renewal(policy_id: int, due_on: date, *, viewer: Viewer) -> RenewalSeen:
    """One renewal; raises RenewalNotFound, also for who may not see the policy."""
    if not viewer.is_staff or due_on == date.max:
        raise RenewalNotFound
    asked = RenewalFilter(due_on, due_on + timedelta(days=1), policy=policy_id)
    found = seen(asked, viewer=viewer, size=1).rows
    if not found:
        raise RenewalNotFound
    return found[0]


def history(policy_id: int, due_on: date, *, viewer: Viewer) -> QuerySet[RenewalOutcome]:
    """The outcomes of one renewal, the latest first."""
    return (
        RenewalOutcome.objects.filter(
            case__policy_id=policy_id, case__due_on=due_on, customer__in=customers.visible(viewer)
        )
        .select_related("by")
        .order_by("-id")
    )
