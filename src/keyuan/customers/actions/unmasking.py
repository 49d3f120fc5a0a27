"""Showing a sensitive value in full: permitted, purposeful, bounded in number, and always in the log."""

from __future__ import annotations

from django.db import transaction

from keyuan.accounts import limits
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import events
from keyuan.customers.access import actor_of, require
from keyuan.customers.fields import sealed_fields
from keyuan.customers.queries.profile import full
from keyuan.customers.refusals import FieldUnknown, PurposeMissing
from keyuan.customers.states import CustomerKind
from keyuan.eventlog.actions import record

LONGEST_PURPOSE = 200


def unmask(customer_id: int, *, field: str, purpose: str, by: Viewer) -> str:
    """The real value of a sealed field ("" if there is none); the look is logged with its purpose.

    Raises NotPermitted, CustomerNotFound, FieldUnknown, PurposeMissing, or accounts.refusals.TooMany.
    """
    require(by, Permission.UNMASK)
    customer = full(customer_id, viewer=by)
    if not purpose.strip():
        raise PurposeMissing(field="purpose")
    if field not in sealed_fields(customer.kind):
        raise FieldUnknown(field="field", name=field)
    # Counted before the transaction, so that an attempt which fails still counts.
    limits.spend(limits.UNMASK, by=by)
    limits.spend(limits.UNMASK_A_DAY, by=by)
    row = customer.person if customer.kind == CustomerKind.INDIVIDUAL else customer.enterprise
    with transaction.atomic():
        record(
            events.UNMASKED,
            by=actor_of(by),
            customer_id=customer.pk,
            org_unit_id=customer.org_unit_id,
            subject=("field", field),
            payload={"field": field, "purpose": purpose.strip()[:LONGEST_PURPOSE]},
        )
    return str(getattr(row, field) or "")
