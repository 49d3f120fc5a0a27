"""What ties a customer to others and to the company: household, relations, consents, who looks after them."""

from __future__ import annotations

from django.db.models import Q

from keyuan.accounts.scope import Viewer
from keyuan.customer360.queries.seen import labelled
from keyuan.customer360.shapes import ConsentSeen, Owner, Tie
from keyuan.customers import queries as customers
from keyuan.customers.queries import Around
from keyuan.customers.refusals import CustomerNotFound
from keyuan.customers.states import ConsentPurpose, HouseholdRole, RelationKind
from keyuan.kernel.clock import COMPANY_ZONE


def id_of(customer_key: str, *, viewer: Viewer) -> int:
    """The id for a customer number or an id as text; who was merged away is the customer they went into.

    Raises CustomerNotFound.
    """
    wanted = Q(pk=int(customer_key)) if customer_key.isdigit() else Q(number=customer_key.upper())
    found = customers.visible(viewer).filter(wanted).values_list("pk", flat=True).first()
    if found is None:
        found = customers.survivor(customer_key, viewer=viewer)
    if found is None:
        raise CustomerNotFound
    return found


def owner_of(seen: Around) -> Owner | None:
    """The agent who served the customer on the day; None if nobody did."""
    return None if seen.agent is None else Owner(seen.agent.name, seen.agent.code, seen.agent.left_on)


def consents_of(seen: Around) -> tuple[ConsentSeen, ...]:
    """Every purpose, and whether the customer agreed to it at the end of the day."""
    given = seen.consents
    return tuple(
        ConsentSeen(
            labelled(ConsentPurpose, purpose.value),
            purpose.value in given,
            given[purpose.value].astimezone(COMPANY_ZONE) if purpose.value in given else None,
        )
        for purpose in ConsentPurpose
    )


def ties_of(seen: Around) -> tuple[tuple[Tie, ...], tuple[Tie, ...]]:
    """Household members and relations. Who is outside the viewer's scope has a name here but no number."""
    return (
        tuple(Tie(one.customer_id, one.number, one.name, labelled(HouseholdRole, one.role)) for one in seen.household),
        tuple(Tie(one.customer_id, one.number, one.name, labelled(RelationKind, one.role)) for one in seen.relations),
    )
