"""The list of orders as a queryset: filters, and the stage as SQL says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from keyuan.accounts.roles import Permission, Role
from keyuan.customers import queries as customers
from keyuan.kernel.clock import COMPANY_ZONE, now
from keyuan.orders.models import Order
from keyuan.orders.rules import ACCEPTED, PATIENCE
from keyuan.orders.states import Stage

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer

OPEN = "open"
STUCK = "stuck"
#: What came of nothing.
LOST = (Stage.DECLINED, Stage.WITHDRAWN, Stage.EXPIRED, Stage.REFUNDED)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What the list is narrowed to; empty narrows nothing. ``state``: a stage, open, stuck, or lost."""

    state: str = ""
    text: str = ""
    product: str = ""
    since: date | None = None
    until: date | None = None
    customer: int | None = None


def visible(viewer: Viewer) -> QuerySet[Order]:
    """The orders of the customers in scope; nobody sees one that belongs to nobody yet.

    An agent's few are looked up by their customers; for a unit each row is asked as the list goes, until a page is full.
    """
    if viewer.sees_whole_company and viewer.may(Permission.SEE_CUSTOMERS):
        return Order.objects.filter(customer__isnull=False)
    seen = customers.visible(viewer)
    if viewer.role in (Role.AGENT, Role.CUSTOMER) or not viewer.is_staff:
        return Order.objects.filter(customer__in=seen)
    return Order.objects.filter(Exists(seen.filter(pk=OuterRef("customer_id"))), customer__isnull=False)


def listed(wanted: OrderFilter, *, viewer: Viewer) -> QuerySet[Order]:
    """The orders in scope that fit, the newest first."""
    # When underwriting spoke: a person, or else the rules on submission.
    decided = Coalesce("application__decided_at", "application__submitted_at")
    found = visible(viewer).annotate(decided=decided)
    if not viewer.is_staff:
        return found.none()
    if wanted.state:
        found = found.filter(condition(wanted.state, at=now()))
    if wanted.product:
        found = found.filter(product=wanted.product)
    if wanted.customer is not None:
        found = found.filter(customer_id=wanted.customer)
    if wanted.since is not None:
        found = found.filter(created_at__gte=datetime.combine(wanted.since, time(), COMPANY_ZONE))
    if wanted.until is not None:
        found = found.filter(created_at__lt=datetime.combine(wanted.until + timedelta(days=1), time(), COMPANY_ZONE))
    if wanted.text:
        named = Q(number=wanted.text.upper()) | Q(policy_number=wanted.text.upper()) | Q(customer__number=wanted.text)
        found = found.filter(named | Q(customer__name__startswith=wanted.text))
    joined = found.select_related("customer__org_unit", "agent", "application").defer("details")
    return joined.order_by("-created_at", "-pk")


def condition(state: str, *, at: datetime) -> Q:
    """The orders of one stage, of ``open``, ``stuck`` or ``lost``; a test holds it and rules.stage together."""
    if state == "lost":
        return Q(_any(LOST, at))
    if state in (OPEN, STUCK):
        found = Q(pk__in=())
        for stage, patience in PATIENCE.items():
            waits = _of(stage, at)
            found |= waits & Q(**{f"{BEGAN[stage]}__lte": at - patience}) if state == STUCK else waits
        return found
    return _of(Stage(state), at) if state in Stage.values else Q()


def _any(stages: tuple[Stage, ...], at: datetime) -> Q:
    found = Q(pk__in=())
    for stage in stages:
        found |= _of(stage, at)
    return found


#: Since when an order has been in a stage.
BEGAN = {
    Stage.FILLING: "changed_at",
    Stage.REFERRED: "submitted_at",
    Stage.OFFERED: "decided",
    Stage.AGREED: "agreed_at",
    Stage.SIGNED: "signed_at",
    Stage.PAID: "paid_at",
}
_TAKEN = Q(application__final_outcome__in=tuple(ACCEPTED)) | Q(
    application__final_outcome="", application__outcome__in=tuple(ACCEPTED)
)
_WAITS = Q(application__isnull=True) | Q(application__final_outcome="", application__outcome="refer")
_REFUSED = Q(application__final_outcome__in=("postpone", "decline", "refer")) | Q(
    application__final_outcome="", application__outcome__in=("postpone", "decline")
)
_UNPAID = Q(refunded_at__isnull=True, issued_at__isnull=True, paid_at__isnull=True)


def _of(stage: Stage, at: datetime) -> Q:
    alive = _UNPAID & Q(withdrawn_at__isnull=True)
    not_refused = _WAITS | _TAKEN
    runs = alive & not_refused & Q(expires_at__gt=at)
    submitted = Q(submitted_at__isnull=False)
    return {
        Stage.REFUNDED: Q(refunded_at__isnull=False),
        Stage.ISSUED: Q(refunded_at__isnull=True, issued_at__isnull=False),
        Stage.PAID: Q(refunded_at__isnull=True, issued_at__isnull=True, paid_at__isnull=False),
        Stage.WITHDRAWN: _UNPAID & Q(withdrawn_at__isnull=False),
        Stage.DECLINED: alive & _REFUSED,
        Stage.EXPIRED: alive & not_refused & Q(expires_at__lte=at),
        Stage.FILLING: runs & Q(submitted_at__isnull=True),
        Stage.REFERRED: runs & submitted & _WAITS,
        Stage.SIGNED: runs & submitted & _TAKEN & Q(signed_at__isnull=False),
        Stage.OFFERED: runs & submitted & _TAKEN & Q(signed_at__isnull=True, agreed_at__isnull=True),
        Stage.AGREED: runs & submitted & _TAKEN & Q(signed_at__isnull=True, agreed_at__isnull=False),
    }[stage]


__all__ = ["LOST", "OPEN", "STUCK", "OrderFilter", "condition", "listed", "visible"]
