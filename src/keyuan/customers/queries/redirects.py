"""Where a customer went who was merged into another: their number and their id lead on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from keyuan.customers.models import Merge
from keyuan.customers.queries.scope import visible
from keyuan.customers.refusals import CustomerMerged, CustomerNotFound

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

LONGEST_ID = 18


def survivor(key: str | int, *, viewer: Viewer) -> int | None:
    """The customer in scope into whom the one of this number or id was merged; None if there is none."""
    found = _merged(str(key), viewer)
    return None if found is None else found.customer_id


def not_found(key: str | int, *, viewer: Viewer) -> CustomerNotFound:
    """Why a customer is not there, to be raised: merged into one whom the viewer sees, or simply not found."""
    found = _merged(str(key), viewer)
    if found is None:
        return CustomerNotFound()
    kept = found.customer
    return CustomerMerged(
        dropped=found.dropped_number, number=kept.number, name=kept.name, customer_id=kept.pk
    )


def _merged(key: str, viewer: Viewer) -> Merge | None:
    if key.isdigit() and len(key) <= LONGEST_ID:
        named = Q(dropped_id=int(key))
    else:
        named = Q(dropped_number=key.upper())
    rows = Merge.objects.filter(named, undone_at__isnull=True, customer__in=visible(viewer))
    return rows.select_related("customer").first()
