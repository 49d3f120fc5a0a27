"""The rows beside a customer as querysets, for conditions over many customers at once. Each in the viewer's scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery

from keyuan.customers.models import Assignment, Consent, ExternalCover, HouseholdMember, Identifier
from keyuan.customers.queries.scope import visible
from keyuan.customers.registry import digest_of
from keyuan.customers.standards import InvalidIdentifier, normalise
from keyuan.customers.states import AssignmentKind, IdentifierKind

if TYPE_CHECKING:
    from datetime import date
    from typing import Any, TypeVar

    from keyuan.accounts.scope import Viewer

    M = TypeVar("M", bound=Model)


def _in_scope(rows: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
    return rows if viewer.sees_whole_company else rows.filter(customer__in=visible(viewer))


def identifiers(*, viewer: Viewer) -> QuerySet[Identifier]:
    """Everything in use that names a customer in scope."""
    return _in_scope(Identifier.objects.filter(ended_on__isnull=True), viewer)


def identifiers_with(kind: IdentifierKind, value: str, *, viewer: Viewer) -> QuerySet[Identifier]:
    """Those in use of one kind that have this value, however it is spelt; none where it is no such identifier."""
    try:
        digest = digest_of(kind, normalise(kind, value))
    except InvalidIdentifier:
        return Identifier.objects.none()
    return identifiers(viewer=viewer).filter(kind=kind, digest=digest)


def consents(*, viewer: Viewer) -> QuerySet[Consent]:
    """The consents in force of the customers in scope."""
    return _in_scope(Consent.objects.filter(withdrawn_at__isnull=True), viewer)


def servicing(*, viewer: Viewer, on: date) -> QuerySet[Assignment]:
    """Who serves the customers in scope on a day."""
    in_force = Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    return _in_scope(Assignment.objects.filter(in_force, kind=AssignmentKind.SERVICING), viewer)


def household_members(*, viewer: Viewer) -> QuerySet[HouseholdMember]:
    """The places in households of the customers in scope."""
    return _in_scope(HouseholdMember.objects.all(), viewer)


def external_covers(*, viewer: Viewer) -> QuerySet[ExternalCover]:
    """What the customers in scope hold with other insurers."""
    return _in_scope(ExternalCover.objects.all(), viewer)


def household_size() -> Subquery:
    """How many live in the household of the customer of the outer query, in scope or not; nothing without one."""
    own = HouseholdMember.objects.filter(household__members__customer=OuterRef("pk"))
    counted: QuerySet[Any, Any] = own.order_by().values("household").annotate(size=Count("pk")).values("size")
    return Subquery(counted)
