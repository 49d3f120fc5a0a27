"""Who may write: a viewer with the permission for customers in their scope, or a part of the system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyuan.accounts import access
from keyuan.accounts.queries import units
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.customers.models import Customer
from keyuan.customers.queries.redirects import refuse_missing
from keyuan.customers.queries.scope import visible
from keyuan.customers.refusals import CustomerNotFound, OutsideScope

if TYPE_CHECKING:
    from keyuan.kernel.actor import Actor


def actor_of(by: Viewer | Actor) -> Actor:
    """The one who acts, as the log names them."""
    return by.actor if isinstance(by, Viewer) else by


def require(by: Viewer | Actor, permission: Permission) -> None:
    """Raise NotPermitted unless the viewer's role has the permission; a system actor may do anything."""
    if isinstance(by, Viewer):
        access.require(by, permission)


def require_unit(by: Viewer | Actor, org_unit_id: int) -> None:
    """Raise OutsideScope if the unit is not one of the viewer's; for who sees them all, if there is none of this id."""
    if not isinstance(by, Viewer):
        return
    known = units(viewer=by).filter(pk=org_unit_id).exists() if by.unit_ids is None else org_unit_id in by.unit_ids
    if not known:
        raise OutsideScope(field="org_unit")


def locked(customer_id: int, *, by: Viewer | Actor, permission: Permission = Permission.EDIT_CUSTOMERS) -> Customer:
    """The customer's row, locked until the transaction ends; raises NotPermitted or CustomerNotFound."""
    require(by, permission)
    rows = visible(by) if isinstance(by, Viewer) else Customer.objects.all()
    customer = rows.select_for_update(of=("self",)).filter(pk=customer_id).first()
    if customer is None:
        if isinstance(by, Viewer):
            refuse_missing(customer_id, viewer=by)
        raise CustomerNotFound
    return customer


def locked_for_their_own(customer_id: int, *, by: Viewer | Actor, permission: Permission) -> Customer:
    """Like ``locked``, but customers may do this to their own record without the staff's permission."""
    if isinstance(by, Viewer) and by.role == Role.CUSTOMER:
        customer = visible(by).select_for_update(of=("self",)).filter(pk=customer_id).first()
        if customer is None:
            raise CustomerNotFound
        return customer
    return locked(customer_id, by=by, permission=permission)
