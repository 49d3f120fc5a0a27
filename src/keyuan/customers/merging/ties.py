"""Written rules for what ties a customer: consents, the servicing agent, the household, identifiers.

* Consent: of two in force for one purpose, the one given later stands and the earlier ends when it was given. A
  withdrawal on either record after the consent was given ends it: the customer's last word counts (个人信息保护法 §15).
* Servicing agent: the kept customer's stays unless chosen otherwise; the other's service ends on the day of the merge.
* Household: the kept customer's stays unless chosen otherwise; the other place is put away.
* Identifiers: all stay in use. A secret one that no field carries any more keeps its value under a seal.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from keyuan.customers.merging.clashes import Settled, clash
from keyuan.customers.merging.journal import Journal
from keyuan.customers.models import Assignment, Consent, HouseholdMember, Identifier
from keyuan.customers.registry import digest_of
from keyuan.customers.rules import PERSON_IDENTIFIERS
from keyuan.customers.states import SEALED_KINDS, AssignmentKind


@clash("customers.assignment")
def the_other_agents_service_ends(kept: Assignment, dropped: Assignment, *, on: date) -> Settled:
    """Both had an agent in force: the kept customer's serves on."""
    return Settled(drop={"ends_on": max(on, dropped.starts_on)})


def settle_consents(journal: Journal, kept_id: int, dropped_id: int) -> None:
    """End what the customer's last word on either record has ended."""
    rows = list(Consent.objects.filter(customer_id__in=(kept_id, dropped_id)).order_by("given_at", "pk"))
    for purpose in {row.purpose for row in rows}:
        same = [row for row in rows if row.purpose == purpose]
        for row in same:
            if row.withdrawn_at is not None:
                continue
            ends = _ends_at(row, [other for other in same if other.customer_id != row.customer_id], kept_id)
            if ends is not None:
                journal.change(row, {"withdrawn_at": ends})


def _ends_at(row: Consent, others: Iterable[Consent], kept_id: int) -> Any:
    """When the last word on the other record ended this consent; None if it stands."""
    moments = []
    for other in others:
        if other.withdrawn_at is not None:
            if other.withdrawn_at > row.given_at:
                moments.append(other.withdrawn_at)
        elif (other.given_at, other.customer_id == kept_id) > (row.given_at, row.customer_id == kept_id):
            moments.append(other.given_at)
    return min(moments, default=None)


def give_up_household(journal: Journal, customer_id: int, other_id: int) -> None:
    """The customer's place in a household is put away so that the other one's is theirs; nothing if that has none."""
    if HouseholdMember.objects.filter(customer_id=other_id).exists():
        for row in HouseholdMember.objects.filter(customer_id=customer_id):
            journal.remove(row)


def give_up_agent(journal: Journal, customer_id: int, other_id: int, *, on: date) -> None:
    """The customer's servicing agent ends so that the other one's serves on; nothing if that has none."""
    serving = Assignment.objects.filter(kind=AssignmentKind.SERVICING, ends_on__isnull=True)
    if serving.filter(customer_id=other_id).exists():
        for row in serving.filter(customer_id=customer_id):
            journal.change(row, {"ends_on": max(on, row.starts_on)})


def seal_what_no_field_carries(
    journal: Journal, owners: Iterable[tuple[int, dict[str, Any]]], final: dict[str, Any]
) -> None:
    """Keep the value of each secret identifier in use that a field carried before and none will carry now."""
    carried = {digest_of(kind, final[field]) for field, kind in PERSON_IDENTIFIERS.items() if final.get(field)}
    for owner, values in owners:
        known = {digest_of(kind, values[field]): values[field] for field, kind in _secret_fields(values)}
        rows = Identifier.objects.filter(
            customer_id=owner, kind__in=SEALED_KINDS, ended_on__isnull=True, sealed__isnull=True
        )
        for row in rows:
            value = known.get(bytes(row.digest))
            if value is not None and bytes(row.digest) not in carried:
                journal.change(row, {"sealed": value})


def _secret_fields(values: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(field, kind) for field, kind in PERSON_IDENTIFIERS.items() if values.get(field)]
