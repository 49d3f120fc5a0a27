"""The company above an enterprise: set from a day on, ended on a day, never in a circle."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection, transaction

from keyuan.customers import events
from keyuan.customers.access import actor_of, locked
from keyuan.customers.company_rules import Above, overlap, would_circle
from keyuan.customers.models import Customer, ParentCompany
from keyuan.customers.refusals import (
    CompanyAboveItself,
    NoParentCompany,
    NotAnEnterprise,
    ParentPeriodImpossible,
    PeriodImpossible,
    RelatedToThemselves,
    ShareImpossible,
)
from keyuan.customers.states import CustomerKind
from keyuan.eventlog.actions import Line, record_many
from keyuan.kernel.clock import today

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.eventlog.kinds import EventKind
    from keyuan.kernel.actor import Actor

# Two changes at once, each harmless, could close a circle: they take turns, whichever companies they are about.
_TREE_LOCK = 4_630_017


@transaction.atomic
def set_parent_company(
    customer_id: int,
    *,
    parent_id: int,
    by: Viewer | Actor,
    share: Decimal | None = None,
    starts_on: date | None = None,
    note: str = "",
) -> ParentCompany:
    """``parent`` is above the enterprise from a day on (None: ever since); the one before ends that day.

    Raises NotAnEnterprise, RelatedToThemselves, CompanyAboveItself, ParentPeriodImpossible, ShareImpossible.
    """
    if customer_id == parent_id:
        raise RelatedToThemselves(field="parent")
    if share is not None and not 0 < share <= 1:
        raise ShareImpossible(field="share")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])
    company, parent = _both(customer_id, parent_id, by)
    held = ParentCompany.objects.filter(customer=company, ends_on__isnull=True).select_related("parent").first()
    if held is not None:
        if starts_on is None or (held.starts_on is not None and starts_on <= held.starts_on):
            raise ParentPeriodImpossible(field="starts_on", parent=held.parent.name)
        held.ends_on = starts_on
        held.save(update_fields=["ends_on"])
    new = Above(company.pk, parent.pk, starts_on, None)
    known = [
        Above(*row) for row in ParentCompany.objects.values_list("customer_id", "parent_id", "starts_on", "ends_on")
    ]
    for one in known:
        if one.child == company.pk and overlap(one, new):
            raise ParentPeriodImpossible(field="starts_on", parent=Customer.objects.get(pk=one.parent).name)
    if would_circle(new, known):
        raise CompanyAboveItself(field="parent", parent=parent.name, company=company.name)
    made = ParentCompany.objects.create(
        customer=company, parent=parent, share=share, starts_on=starts_on, note=note.strip()[:120]
    )
    _tell(events.PARENT_SET, company, parent, by, share=share, on=starts_on)
    return made


@transaction.atomic
def end_parent_company(customer_id: int, *, on: date | None = None, by: Viewer | Actor) -> None:
    """From the day ``on`` (None: today) no company is above this one; raises NoParentCompany, PeriodImpossible."""
    company = locked(customer_id, by=by)
    held = ParentCompany.objects.filter(customer=company, ends_on__isnull=True).select_related("parent").first()
    if held is None:
        raise NoParentCompany
    day = on or today()
    if held.starts_on is not None and day <= held.starts_on:
        raise PeriodImpossible(field="on", starts_on=held.starts_on, ends_on=day)
    held.ends_on = day
    held.save(update_fields=["ends_on"])
    _tell(events.PARENT_ENDED, company, held.parent, by, share=held.share, on=day)


def enterprise(customer_id: int, *, by: Viewer | Actor) -> Customer:
    """The enterprise, locked; raises CustomerNotFound, NotAnEnterprise."""
    found = locked(customer_id, by=by)
    if found.kind != CustomerKind.ENTERPRISE:
        raise NotAnEnterprise(name=found.name)
    return found


def _both(customer_id: int, parent_id: int, by: Viewer | Actor) -> tuple[Customer, Customer]:
    found = {one: enterprise(one, by=by) for one in sorted((customer_id, parent_id))}
    return found[customer_id], found[parent_id]


def _tell(
    event: EventKind, company: Customer, parent: Customer, by: Viewer | Actor, *, share: Decimal | None, on: date | None
) -> None:
    """A line on each side, naming the other as it was called that day."""
    more = {"share": None if share is None else str(share), "on": None if on is None else on.isoformat()}
    record_many(
        [
            Line(
                event,
                actor_of(by),
                one.pk,
                one.org_unit_id,
                ("customer", other.pk),
                {"role": role, "other_id": other.pk, "other_name": other.name, **more},
            )
            for one, other, role in ((company, parent, "parent"), (parent, company, "subsidiary"))
        ]
    )
