"""Which quotes and proposals a viewer sees: those about whom they see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from keyuan.accounts.roles import Permission, Role
from keyuan.customers import queries as customers
from keyuan.sales.queries.scope import visible

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

M = TypeVar("M", bound=Model)


def about_seen(rows: QuerySet[M, Any], viewer: Viewer) -> QuerySet[M, Any]:
    """Of quotes or proposals those about customers and prospects in scope; about nobody by name: one's own, and one's units'.

    Two shapes of one question, for an OR of subqueries makes PostgreSQL read the whole register first: an agent's few are
    looked up by whom they are about; for a unit each row is asked as the list goes, newest first, until a page is full.
    """
    if not viewer.is_staff or not viewer.may(Permission.SEE_CUSTOMERS):
        return rows.none()
    if viewer.sees_whole_company:
        return rows
    own = Q(made_by_id=viewer.user_id) if viewer.user_id is not None else Q(pk__in=())
    nameless = Q(customer__isnull=True, prospect__isnull=True)
    if viewer.role == Role.AGENT:
        about = rows.filter(customer__in=customers.visible(viewer)).values("pk")
        others = (rows.filter(prospect__in=visible(viewer)).values("pk"), rows.filter(nameless & own).values("pk"))
        return rows.filter(pk__in=about.union(*others, all=True))
    if viewer.unit_ids is not None:
        nameless &= own | Q(org_unit_id__in=viewer.unit_ids)
    customer = Exists(customers.visible(viewer).filter(pk=OuterRef("customer_id")))
    return rows.filter(nameless | Q(customer) | Q(Exists(visible(viewer).filter(pk=OuterRef("prospect_id")))))
