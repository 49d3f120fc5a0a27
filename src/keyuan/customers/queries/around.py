"""What surrounds a customer who is already loaded in the viewer's scope, in as few queries as the 360 page can bear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from keyuan.customers.models import Assignment, Consent, Customer, HouseholdMember, Relation
from keyuan.customers.queries.scope import visible
from keyuan.customers.states import AssignmentKind

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody tied to the customer; ``number`` is empty where the viewer may not open their page."""

    customer_id: int
    number: str
    name: str
    role: str


def near(customer: Customer, *, viewer: Viewer, on: date) -> tuple[list[Near], list[Near]]:
    """The other members of the household, and the relations known by the day. Two queries, three for a narrow scope."""
    members = list(
        HouseholdMember.objects.filter(household__members__customer=customer)
        .exclude(customer=customer)
        .order_by("pk")
        .values_list("customer_id", "customer__number", "customer__name", "role")
    )
    relations = list(
        Relation.objects.filter(Q(since__isnull=True) | Q(since__lte=on), customer=customer)
        .order_by("kind", "pk")
        .values_list("other_id", "other__number", "other__name", "kind")
    )
    ids = {row[0] for row in (*members, *relations)}
    if ids and not viewer.sees_whole_company:
        ids = set(visible(viewer).filter(pk__in=ids).values_list("pk", flat=True))
    return [_near(*row, ids) for row in members], [_near(*row, ids) for row in relations]


def _near(id_: int, number: str, name: str, role: str, seen: set[int]) -> Near:
    return Near(id_, number, name, role) if id_ in seen else Near(0, "", name, role)


def served_by(customer: Customer, *, on: date) -> tuple[str, str, date | None] | None:
    """Name, code and last day of the agent who served the customer on the day."""
    in_force = Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    return (
        Assignment.objects.filter(in_force, customer=customer, kind=AssignmentKind.SERVICING)
        .order_by("-starts_on")
        .values_list("agent__name", "agent__code", "agent__left_on")
        .first()
    )


def agreed_to(customer: Customer, *, at: datetime) -> dict[str, datetime]:
    """The purposes to which the customer agreed at a moment, and since when."""
    in_force = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=at)
    return dict(Consent.objects.filter(in_force, customer=customer, given_at__lt=at).values_list("purpose", "given_at"))
