"""What ties a customer to others and to the company: household, relations, consents, who looks after them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from keyuan.accounts.scope import Viewer
from keyuan.customer360.queries.seen import labelled
from keyuan.customer360.queries.timeline import end_of
from keyuan.customer360.shapes import ConsentSeen, Owner, Tie
from keyuan.customers import queries as customers
from keyuan.customers.refusals import CustomerNotFound
from keyuan.customers.states import ConsentPurpose, HouseholdRole, RelationKind
from keyuan.kernel.clock import COMPANY_ZONE

if TYPE_CHECKING:
    from keyuan.customers.models import Customer


def id_of(customer_key: str, *, viewer: Viewer) -> int:
    """The id for a customer number or an id as text; raises CustomerNotFound."""
    wanted = Q(pk=int(customer_key)) if customer_key.isdigit() else Q(number=customer_key.upper())
    found = customers.visible(viewer).filter(wanted).values_list("pk", flat=True).first()
    if found is None:
        raise CustomerNotFound
    return found


def owner_on(customer: Customer, on: date) -> Owner | None:
    """The agent who served the customer on the day; None if nobody did."""
    row = customers.served_by(customer, on=on)
    return None if row is None else Owner(*row)


def consents_on(customer: Customer, on: date) -> tuple[ConsentSeen, ...]:
    """Every purpose, and whether the customer agreed to it at the end of the day."""
    given = customers.agreed_to(customer, at=end_of(on))
    return tuple(
        ConsentSeen(
            labelled(ConsentPurpose, purpose.value),
            purpose.value in given,
            given[purpose.value].astimezone(COMPANY_ZONE) if purpose.value in given else None,
        )
        for purpose in ConsentPurpose
    )


def ties_of(customer: Customer, *, viewer: Viewer, on: date) -> tuple[tuple[Tie, ...], tuple[Tie, ...]]:
    """Household members and relations. Who is outside the viewer's scope has a name here but no number."""
    members, relations = customers.near(customer, viewer=viewer, on=on)
    return (
        tuple(Tie(each.customer_id, each.number, each.name, labelled(HouseholdRole, each.role)) for each in members),
        tuple(Tie(each.customer_id, each.number, each.name, labelled(RelationKind, each.role)) for each in relations),
    )
