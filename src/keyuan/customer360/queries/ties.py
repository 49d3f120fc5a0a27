"""What ties a customer to others and to the company: household, relations, consents, who looks after them."""

from __future__ import annotations

from keyuan.customer360.queries.seen import labelled
from keyuan.customer360.shapes import ConsentSeen, Owner, Tie
from keyuan.customers.queries import Around
from keyuan.customers.states import ConsentPurpose, HouseholdRole, RelationKind
from keyuan.kernel.clock import COMPANY_ZONE


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
