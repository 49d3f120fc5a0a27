"""Relations, always written in pairs: each side's rows tell the whole story."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from keyuan.customers import events
from keyuan.customers.access import actor_of, locked
from keyuan.customers.models import Customer, Relation
from keyuan.customers.refusals import AlreadyRelated, CustomerNotFound, RelatedToThemselves
from keyuan.customers.states import INVERSE_RELATION, RelationKind
from keyuan.eventlog.actions import Line, record_many

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.eventlog.kinds import EventKind
    from keyuan.kernel.actor import Actor


@transaction.atomic
def relate(
    customer_id: int,
    *,
    other_id: int,
    kind: RelationKind | str,
    by: Viewer | Actor,
    since: date | None = None,
    note: str = "",
) -> None:
    """Record what ``other`` is to this customer, and the inverse; raises AlreadyRelated, RelatedToThemselves."""
    for one in sorted((customer_id, other_id)):
        locked(one, by=by)
    record_many(write_relation(customer_id, other_id, kind=RelationKind(kind), since=since, note=note, by=by))


@transaction.atomic
def unrelate(customer_id: int, *, other_id: int, kind: RelationKind | str, by: Viewer | Actor) -> None:
    """Take the relation back on both sides; nothing happens if there is none."""
    kind = RelationKind(kind)
    for one in sorted((customer_id, other_id)):
        locked(one, by=by)
    gone, _ = Relation.objects.filter(customer_id=customer_id, other_id=other_id, kind=kind).delete()
    Relation.objects.filter(customer_id=other_id, other_id=customer_id, kind=INVERSE_RELATION[kind]).delete()
    if gone:
        record_many(_lines(events.UNRELATED, customer_id, other_id, kind, by))


def write_relation(
    customer_id: int, other_id: int, *, kind: RelationKind, since: date | None, by: Viewer | Actor, note: str = ""
) -> list[Line]:
    """Both rows, inside the caller's transaction; returns the log lines that the caller writes."""
    if customer_id == other_id:
        raise RelatedToThemselves(field="other")
    rows = [
        Relation(customer_id=customer_id, other_id=other_id, kind=kind, since=since, note=note),
        Relation(customer_id=other_id, other_id=customer_id, kind=INVERSE_RELATION[kind], since=since, note=note),
    ]
    if Relation.objects.filter(customer_id=customer_id, other_id=other_id, kind=kind).exists():
        raise AlreadyRelated(field="kind")
    Relation.objects.bulk_create(rows)
    return _lines(events.RELATED, customer_id, other_id, kind, by)


def _lines(event: EventKind, customer_id: int, other_id: int, kind: RelationKind, by: Viewer | Actor) -> list[Line]:
    """One line for each side, naming the other as it was called that day."""
    known = {row.pk: row for row in Customer.objects.filter(pk__in=(customer_id, other_id))}
    if len(known) != 2:
        raise CustomerNotFound(field="other")
    sides = ((customer_id, other_id, kind), (other_id, customer_id, INVERSE_RELATION[kind]))
    return [
        Line(
            event,
            actor_of(by),
            one,
            known[one].org_unit_id,
            ("customer", other),
            {"kind": relation.value, "other_id": other, "other_name": known[other].name},
        )
        for one, other, relation in sides
    ]
