"""Households: a person is in one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from keyuan.accounts.scope import Viewer
from keyuan.customers import events
from keyuan.customers.access import actor_of, locked
from keyuan.customers.models import Customer, Household, HouseholdMember
from keyuan.customers.queries.scope import visible
from keyuan.customers.refusals import HouseholdNotFound
from keyuan.customers.states import HouseholdRole
from keyuan.eventlog.actions import record

if TYPE_CHECKING:
    from keyuan.eventlog.kinds import EventKind
    from keyuan.kernel.actor import Actor


@transaction.atomic
def create_household(customer_id: int, *, name: str, by: Viewer | Actor) -> Household:
    """A household with this customer as its head; they leave the one they were in."""
    customer = locked(customer_id, by=by)
    household = Household.objects.create(name=name.strip() or customer.name)
    _leave(customer, by)
    _join(customer, household, HouseholdRole.HEAD, by)
    return household


@transaction.atomic
def join_household(customer_id: int, *, household_id: int, role: HouseholdRole | str, by: Viewer | Actor) -> None:
    """Put the customer into a household in which the one who acts sees somebody; they leave the one they were in."""
    customer = locked(customer_id, by=by)
    household = Household.objects.select_for_update().filter(pk=household_id).first()
    if household is None or not _seen(household, by):
        raise HouseholdNotFound(field="household")
    _leave(customer, by)
    _join(customer, household, HouseholdRole(role), by)


@transaction.atomic
def leave_household(customer_id: int, *, by: Viewer | Actor) -> None:
    """Take the customer out of their household; an empty household is gone. Nothing happens if they are in none."""
    _leave(locked(customer_id, by=by), by)


def _seen(household: Household, by: Viewer | Actor) -> bool:
    members = household.members.all()
    return (members.filter(customer__in=visible(by)) if isinstance(by, Viewer) else members).exists()


def _join(customer: Customer, household: Household, role: HouseholdRole, by: Viewer | Actor) -> None:
    HouseholdMember.objects.create(customer=customer, household=household, role=role)
    _record(events.HOUSEHOLD_JOINED, customer, household, role, by)


def _leave(customer: Customer, by: Viewer | Actor) -> None:
    member = HouseholdMember.objects.select_related("household").filter(customer=customer).first()
    if member is None:
        return
    household, role = member.household, member.role
    member.delete()
    _record(events.HOUSEHOLD_LEFT, customer, household, role, by)
    if not household.members.exists():
        household.delete()


def _record(kind: EventKind, customer: Customer, household: Household, role: str, by: Viewer | Actor) -> None:
    record(
        kind,
        by=actor_of(by),
        customer_id=customer.pk,
        org_unit_id=customer.org_unit_id,
        subject=("household", household.pk or ""),
        payload={"household": household.name, "household_id": household.pk, "role": str(role)},
    )
