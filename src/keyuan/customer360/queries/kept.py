"""What people kept: saved views, lists and tags, each for whoever it is shared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.accounts import queries as accounts
from keyuan.customer360.models import BulkRun, CustomerList, CustomerListMember, CustomerTag, SavedView, Tag
from keyuan.customer360.states import Sharing
from keyuan.customers import queries as customers
from keyuan.kernel.refusals import Refusal

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer


class ViewNotFound(Refusal):
    code = "view_not_found"
    status = 404
    message = _("没有找到这个视图。")
    remedy = _("它可能已被删除，或不再与您共享。")


class ListNotFound(Refusal):
    code = "list_not_found"
    status = 404
    message = _("没有找到这份名单。")
    remedy = _("它可能已被删除，或不再与您共享。")


class RunNotFound(Refusal):
    code = "bulk_run_not_found"
    status = 404
    message = _("没有找到这次批量操作。")
    remedy = _("请刷新页面后再试。")


def _shown_to(viewer: Viewer) -> Q:
    """One's own, the company's, and those shared within a unit that one's scope includes, is one's own or is above it."""
    if not viewer.is_staff:
        return Q(pk__in=[])
    own = Q(owner_id=viewer.user_id) if viewer.user_id is not None else Q(pk__in=[])
    company = Q(shared=Sharing.COMPANY)
    if viewer.sees_whole_company:
        return own | company | Q(shared=Sharing.UNIT)
    units = Q(shared=Sharing.UNIT, org_unit_id__in=viewer.unit_ids or ())
    # What a unit shares is for everybody below it as well; an agent has no units in scope, but an account in one.
    above = Q(shared=Sharing.UNIT, org_unit_id__in=accounts.units_above(viewer=viewer))
    return own | company | units | above


def views(*, viewer: Viewer) -> QuerySet[SavedView]:
    """The saved views that the viewer has or is shown, their own first."""
    found = SavedView.objects.filter(_shown_to(viewer)).distinct()
    return found.select_related("owner").order_by("name", "pk")


def the_view(view_id: int, *, viewer: Viewer) -> SavedView:
    """One of them; raises ViewNotFound."""
    found = views(viewer=viewer).filter(pk=view_id).first()
    if found is None:
        raise ViewNotFound
    return found


def lists(*, viewer: Viewer) -> QuerySet[CustomerList]:
    """The lists that the viewer has or is shown, by name."""
    return CustomerList.objects.filter(_shown_to(viewer)).distinct().order_by("name", "pk")


def the_list(list_id: int, *, viewer: Viewer) -> CustomerList:
    """One of them; raises ListNotFound."""
    found = lists(viewer=viewer).filter(pk=list_id).first()
    if found is None:
        raise ListNotFound
    return found


def places(*, viewer: Viewer) -> QuerySet[CustomerListMember]:
    """Who is on the lists that the viewer sees: customers in scope only."""
    found = CustomerListMember.objects.filter(list__in=lists(viewer=viewer).order_by().values("pk"))
    return found if viewer.sees_whole_company else found.filter(customer__in=customers.visible(viewer))


def tags(*, viewer: Viewer) -> QuerySet[Tag]:
    """Every tag, by name: words, not customers."""
    return Tag.objects.order_by("name") if viewer.is_staff else Tag.objects.none()


def tagged(*, viewer: Viewer) -> QuerySet[CustomerTag]:
    """The tags of the customers in scope."""
    found = CustomerTag.objects.select_related("tag")
    return found if viewer.sees_whole_company else found.filter(customer__in=customers.visible(viewer))


def the_run(bulk_run_id: int, *, viewer: Viewer) -> BulkRun:
    """A bulk run of one's own; raises RunNotFound."""
    found = (
        BulkRun.objects.filter(pk=bulk_run_id, owner_id=viewer.user_id).first() if viewer.user_id is not None else None
    )
    if found is None:
        raise RunNotFound
    return found
