"""Claiming and ending identifiers: uniqueness in use is the registry's, kept by the database."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.customers import events, registry
from keyuan.customers.access import actor_of, locked
from keyuan.customers.models import Customer, Identifier
from keyuan.customers.queries.scope import visible
from keyuan.customers.refusals import IdentifierNotHeld, IdentifierTaken
from keyuan.customers.registry import Claim, digest_of, shown_of
from keyuan.customers.standards import normalise, vin
from keyuan.customers.states import SEALED_KINDS, IdentifierKind
from keyuan.eventlog.actions import record
from keyuan.kernel.clock import today

if TYPE_CHECKING:
    from keyuan.eventlog.kinds import EventKind
    from keyuan.kernel.actor import Actor

NEVER_ENDED = frozenset({IdentifierKind.CUSTOMER_NO, IdentifierKind.POLICY_NO, IdentifierKind.CLAIM_NO})


def claim_all(claims: list[Claim], *, by: Viewer | Actor) -> None:
    """Claim every value in one statement, inside the caller's transaction; raises IdentifierTaken for the first taken.

    A value that the same customer already holds is no conflict.
    """
    for refused in registry.claim(claims):
        holder = registry.holder_of(refused.digest)
        if holder != refused.customer_id:
            raise IdentifierTaken(refused.kind, holder=_who(holder, by))


@transaction.atomic
def claim_identifier(
    customer_id: int,
    *,
    kind: IdentifierKind | str,
    value: str,
    by: Viewer | Actor,
    subject_id: int | None = None,
    since: date | None = None,
    accept_unchecked_vin: bool = False,
) -> Identifier:
    """Register ``value`` as naming this customer (and, with ``subject_id``, one policy or claim of theirs).

    Claiming what the customer already holds changes nothing. Raises InvalidIdentifier or IdentifierTaken.
    """
    customer = locked(customer_id, by=by)
    kind = IdentifierKind(kind)
    if kind == IdentifierKind.VIN:
        normal = vin.normalise(value, accept_unchecked=accept_unchecked_vin)
    else:
        normal = normalise(kind, value)
    digest = digest_of(kind, normal)
    held = Identifier.objects.filter(digest=digest, ended_on__isnull=True, customer_id=customer_id).first()
    if held is not None:
        return held
    claim_all([Claim(kind, normal, customer_id, subject_id, since or today())], by=by)
    _record(events.IDENTIFIER_ADDED, customer, kind, normal, by)
    claimed = Identifier.objects.get(digest=digest, ended_on__isnull=True)
    if kind in SEALED_KINDS:
        claimed.sealed = normal
        claimed.save(update_fields=["sealed"])
    return claimed


@transaction.atomic
def end_identifier(
    customer_id: int, *, kind: IdentifierKind | str, value: str, by: Viewer | Actor, on: date | None = None
) -> None:
    """The value no longer names this customer and is free for another; raises IdentifierNotHeld."""
    customer = locked(customer_id, by=by)
    kind = IdentifierKind(kind)
    normal = vin.normalise(value, accept_unchecked=True) if kind == IdentifierKind.VIN else normalise(kind, value)
    end_in_use(customer, kind, normal, by=by, on=on)


@transaction.atomic
def end_listed_identifier(customer_id: int, *, identifier_id: int, by: Viewer | Actor) -> None:
    """End one row of the customer's identifiers, as a list shows it; raises IdentifierNotHeld.

    A value that a field of the customer carries ends by changing the field, and our own numbers never end.
    """
    customer = locked(customer_id, by=by)
    held = Identifier.objects.filter(pk=identifier_id, customer=customer, ended_on__isnull=True).first()
    if held is None or held.kind in NEVER_ENDED:
        raise IdentifierNotHeld(kind="" if held is None else IdentifierKind(held.kind).label)
    held.ended_on = today()
    held.save(update_fields=["ended_on"])
    record(
        events.IDENTIFIER_ENDED,
        by=actor_of(by),
        customer_id=customer.pk,
        org_unit_id=customer.org_unit_id,
        subject=("identifier", held.kind),
        payload={"kind": held.kind, "shown": held.shown},
    )


@transaction.atomic
def transfer_identifier(
    *, kind: IdentifierKind | str, value: str, from_customer_id: int, to_customer_id: int, by: Viewer | Actor
) -> Identifier:
    """A plate or a vehicle changes hands: ended with one customer and claimed by the other, or neither."""
    for customer_id in sorted((from_customer_id, to_customer_id)):
        locked(customer_id, by=by)
    end_identifier(from_customer_id, kind=kind, value=value, by=by)
    return claim_identifier(to_customer_id, kind=kind, value=value, by=by, accept_unchecked_vin=True)


def end_in_use(
    customer: Customer, kind: IdentifierKind, value: str, *, by: Viewer | Actor, on: date | None = None
) -> None:
    """End a normalised value of a customer whose row is locked, and write the log line."""
    held = Identifier.objects.filter(digest=digest_of(kind, value), ended_on__isnull=True, customer=customer)
    if not held.update(ended_on=on or today()):
        raise IdentifierNotHeld(kind=kind.label)
    _record(events.IDENTIFIER_ENDED, customer, kind, value, by)


def _who(holder: int | None, by: Viewer | Actor) -> tuple[int, str, str] | None:
    """Number and name of the holder, if the one who asks may see them."""
    if holder is None:
        return None
    if isinstance(by, Viewer):
        seen = visible(by) if by.may(Permission.SEE_CUSTOMERS) else Customer.objects.none()
    else:
        seen = Customer.objects.all()
    return seen.filter(pk=holder).values_list("pk", "number", "name").first()


def follow_field(
    customer: Customer, kind: IdentifierKind, before: str | None, after: str | None, *, by: Viewer | Actor
) -> None:
    """A field that names the customer has changed: its old value ends, its new one is claimed."""
    if (
        before
        and Identifier.objects.filter(digest=digest_of(kind, before), ended_on__isnull=True, customer=customer).exists()
    ):
        end_in_use(customer, kind, before, by=by)
    if after:
        claim_all([Claim(kind, after, customer.pk, since=today())], by=by)
        _record(events.IDENTIFIER_ADDED, customer, kind, after, by)


def _record(kind_of_event: EventKind, customer: Customer, kind: IdentifierKind, value: str, by: Viewer | Actor) -> None:
    record(
        kind_of_event,
        by=actor_of(by),
        customer_id=customer.pk,
        org_unit_id=customer.org_unit_id,
        subject=("identifier", kind.value),
        payload={"kind": kind.value, "shown": shown_of(kind, value)},
    )
