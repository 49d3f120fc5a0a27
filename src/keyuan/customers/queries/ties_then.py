"""Household and relations as they were on record at a past moment: what stands today, with the log read backwards.

A household that was dissolved and a relation that was taken back have no row any more; the lines of the log that ended
them say who was what to whom. Rows that came with a book have no line that began them: they were always so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from keyuan.customers.events import HOUSEHOLD_JOINED, HOUSEHOLD_LEFT, RELATED, UNRELATED
from keyuan.customers.models import Customer, HouseholdMember, Relation
from keyuan.eventlog.queries import about, of_customer

MOVES = (HOUSEHOLD_JOINED.name, HOUSEHOLD_LEFT.name)


@dataclass(frozen=True, slots=True)
class TiedThen:
    """Somebody tied to the customer at the moment, and as what."""

    customer_id: int
    number: str
    name: str
    role: str


def household_then(customer_id: int, *, at: datetime) -> list[TiedThen]:
    """The others of the customer's household at the moment."""
    household_id = _household_then(customer_id, at=at)
    if household_id is None:
        return []
    members = dict(HouseholdMember.objects.filter(household_id=household_id).values_list("customer_id", "role"))
    for line in about(("household", household_id), names=MOVES, since=at):
        if line.customer_id is None:
            continue
        if line.name == HOUSEHOLD_LEFT.name:
            members[line.customer_id] = line.payload["role"]
        else:
            members.pop(line.customer_id, None)
    members.pop(customer_id, None)
    return _named(list(members.items()))


def _household_then(customer_id: int, *, at: datetime) -> int | None:
    moves = of_customer(customer_id).filter(name__in=MOVES, occurred_at__gte=at)
    earliest = moves.order_by("occurred_at", "id").first()
    if earliest is not None:
        gone: int | None = earliest.payload["household_id"] if earliest.name == HOUSEHOLD_LEFT.name else None
        return gone
    return HouseholdMember.objects.filter(customer_id=customer_id).values_list("household_id", flat=True).first()


def relations_then(customer_id: int, *, on: date, at: datetime) -> list[TiedThen]:
    """The relations on record at the moment. One that was told later but began before the day counts as well: a father
    was one before anybody wrote it down."""
    rows = Relation.objects.filter(customer_id=customer_id).values_list("other_id", "kind", "since")
    stand = {(other, kind) for other, kind, since in rows if since is None or since <= on}
    ended: set[tuple[int, str]] = set()
    for line in of_customer(customer_id).filter(name__in=(RELATED.name, UNRELATED.name), occurred_at__gte=at):
        tie = (line.payload["other_id"], line.payload["kind"])
        if line.name == UNRELATED.name:
            ended.add(tie)
        else:
            ended.discard(tie)
    return _named(sorted(stand | ended))


def _named(ties: list[tuple[int, str]]) -> list[TiedThen]:
    known = {row.pk: row for row in Customer.objects.filter(pk__in={other for other, _ in ties})}
    return [TiedThen(other, known[other].number, known[other].name, role) for other, role in ties if other in known]
