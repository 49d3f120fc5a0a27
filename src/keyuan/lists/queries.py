"""Reading the saved views of lists. Each read names its viewer."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from keyuan.accounts import queries as accounts
from keyuan.accounts.scope import Viewer
from keyuan.lists.models import ListView
from keyuan.lists.refusals import ViewNotFound
from keyuan.lists.states import Sharing


def views(*, viewer: Viewer, listing: str | None = None) -> QuerySet[ListView]:
    """One's own, the company's, and those of a unit that one's scope includes, is one's own or is above it."""
    found = ListView.objects.filter(_shown_to(viewer))
    if listing is not None:
        found = found.filter(listing=listing)
    return found.select_related("owner").order_by("pk")


def the_view(list_view_id: int, *, viewer: Viewer) -> ListView:
    """One of them; raises ViewNotFound."""
    found = views(viewer=viewer).filter(pk=list_view_id).first()
    if found is None:
        raise ViewNotFound
    return found


def _shown_to(viewer: Viewer) -> Q:
    if not viewer.is_staff:
        return Q(pk__in=[])
    own = Q(owner_id=viewer.user_id) if viewer.user_id is not None else Q(pk__in=[])
    company = Q(shared=Sharing.COMPANY)
    if viewer.sees_whole_company:
        return own | company | Q(shared=Sharing.UNIT)
    units = Q(shared=Sharing.UNIT, org_unit_id__in=viewer.unit_ids or ())
    above = Q(shared=Sharing.UNIT, org_unit_id__in=accounts.units_above(viewer=viewer))
    return own | company | units | above
