"""Where a customer went who was merged into another: their number and their id lead on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from django.db.models import Q

from keyuan.customers.models import Customer, Merge
from keyuan.customers.queries.scope import InScope, sees_everybody, visible
from keyuan.customers.refusals import CustomerMerged, CustomerNotFound
from keyuan.kernel.compiled import Compiled

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keyuan.accounts.scope import Viewer

LONGEST_ID = 18


def by_key(key: str, *, viewer: Viewer) -> InScope:
    """The customer of a number, or of an id as text, as addresses name them; raises CustomerNotFound.

    Who was merged away is the customer they went into.
    """
    if key.isdigit() or not sees_everybody(viewer):
        wanted = Q(pk=int(key)) if key.isdigit() else Q(number=key.upper())
        found = list(visible(viewer).filter(wanted).values_list("pk"))
    else:
        found = _NUMBERED.rows(number=key.upper())
    one = found[0][0] if found else survivor(key, viewer=viewer)
    if one is None:
        raise CustomerNotFound
    return InScope(one, viewer)


_NUMBERED = Compiled(lambda number: Customer.objects.filter(number=number).values_list("pk"))


def survivor(key: str | int, *, viewer: Viewer) -> int | None:
    """The customer in scope into whom the one of this number or id was merged; None if there is none."""
    found = _merged(str(key), viewer)
    return None if found is None else found.customer_id


def absorbed(*, viewer: Viewer) -> QuerySet[Merge]:
    """The merges in force into customers in scope: what was written about ``dropped_id`` is about ``customer`` today."""
    rows = Merge.objects.filter(undone_at__isnull=True)
    return rows if viewer.sees_whole_company else rows.filter(customer__in=visible(viewer))


def refuse_missing(key: str | int, *, viewer: Viewer) -> NoReturn:
    """Say why a customer is not there: CustomerMerged if the viewer sees where they went, else CustomerNotFound."""
    found = _merged(str(key), viewer)
    if found is None:
        raise CustomerNotFound
    kept = found.customer
    raise CustomerMerged(dropped=found.dropped_number, number=kept.number, name=kept.name, customer_id=kept.pk)


def _merged(key: str, viewer: Viewer) -> Merge | None:
    by_id = key.isdigit() and len(key) <= LONGEST_ID
    named = Q(dropped_id=int(key)) if by_id else Q(dropped_number=key.upper())
    rows = Merge.objects.filter(named, undone_at__isnull=True, customer__in=visible(viewer))
    return rows.select_related("customer").first()
