"""Which customers a viewer sees. Every room scopes its rows through this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from keyuan.accounts.roles import Permission, Role
from keyuan.customers.models import Assignment, Consent, Customer, PortalAccount
from keyuan.customers.refusals import CustomerNotFound
from keyuan.kernel.clock import today

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from datetime import date

    from keyuan.accounts.scope import Viewer


@dataclass(frozen=True, slots=True)
class InScope:
    """A customer whom the viewer may see. Only the queries of this room make one: whoever is handed it need not ask again."""

    customer_id: int
    viewer: Viewer


def in_scope(customer_id: int, *, viewer: Viewer) -> InScope:
    """The customer, if the viewer may see them; raises CustomerNotFound.

    Who sees the whole company is not looked up: a customer that does not exist has no rows.
    """
    if not sees_everybody(viewer) and not may_see(customer_id, viewer=viewer):
        raise CustomerNotFound
    return InScope(customer_id, viewer)


def sees_everybody(viewer: Viewer) -> bool:
    """Whether no customer at all is out of the viewer's scope."""
    return viewer.sees_whole_company and viewer.may(Permission.SEE_CUSTOMERS)


def scope_key(viewer: Viewer) -> Hashable:
    """What the text of a statement about the customers in a viewer's scope depends on: kernel.kept keeps it by this."""
    own = viewer.user_id if viewer.role in (Role.AGENT, Role.CUSTOMER) else None
    return (own, viewer.role, viewer.unit_ids, viewer.permissions, viewer.purpose, today())


def visible(viewer: Viewer) -> QuerySet[Customer]:
    """Agent: whoever is assigned to them today; customer: themselves; other staff: their units; stranger: nobody.

    A program whose purpose needs consent sees of these only who gave it.
    """
    rows = _in_reach(viewer)
    return rows.filter(pk__in=_who_agreed(viewer.consent)) if viewer.purpose_is_narrow else rows


def _in_reach(viewer: Viewer) -> QuerySet[Customer]:
    if viewer.user_id is not None and viewer.role == Role.CUSTOMER:
        return Customer.objects.filter(
            pk__in=PortalAccount.objects.filter(user_id=viewer.user_id).values("customer_id")
        )
    if not viewer.is_staff or not viewer.may(Permission.SEE_CUSTOMERS):
        return Customer.objects.none()
    if viewer.role == Role.AGENT:
        return Customer.objects.filter(pk__in=assigned_ids(viewer, on=today()))
    if viewer.unit_ids is None:
        return Customer.objects.all()
    return Customer.objects.filter(org_unit_id__in=viewer.unit_ids)


def _who_agreed(purpose: str) -> QuerySet[Consent, Any]:
    """Who agreed to a purpose and has not taken it back, as a subquery of ids."""
    return Consent.objects.filter(purpose=purpose, withdrawn_at__isnull=True).values("customer_id")


def assigned_ids(viewer: Viewer, *, on: date) -> QuerySet[Assignment, Any]:
    """The customers assigned to the viewer as an agent on a day, as a subquery of ids."""
    if viewer.user_id is None:
        return Assignment.objects.none().values("customer_id")
    in_force = Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    return Assignment.objects.filter(in_force, agent__user_id=viewer.user_id).values("customer_id")


def may_see(customer_id: int, *, viewer: Viewer) -> bool:
    """Whether this one customer is in the viewer's scope."""
    return visible(viewer).filter(pk=customer_id).exists()


def existing(numbers: Iterable[int]) -> set[int]:
    """Which of some customers' numbers are still customers: for programs that write what was counted of all of them."""
    known = set(Customer.objects.values_list("pk", flat=True).iterator(chunk_size=50_000))
    return known.intersection(numbers)
