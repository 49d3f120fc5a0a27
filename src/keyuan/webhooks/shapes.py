"""An event as it leaves the system: the body of a delivery and a line of the feed are the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from keyuan.customers import queries as customers
from keyuan.eventlog.kinds import kind_of
from keyuan.eventlog.positions import of_event
from keyuan.kernel.clock import COMPANY_ZONE
from keyuan.webhooks.rules import public

if TYPE_CHECKING:
    from keyuan.accounts.scope import Viewer
    from keyuan.eventlog.models import Event


@dataclass(frozen=True, slots=True)
class CustomerRef:
    """Which customer; details are asked for through the API, with the rights of who asks."""

    id: int
    number: str


@dataclass(frozen=True, slots=True)
class ActorRef:
    """Who did it, as they were called that day: kind is user, customer or system."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """What it is about: type and id (``policy`` ``4711``); both empty where the customer is all."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class EventSeen:
    """One thing that happened. ``id`` is stable for ever: take it once. ``timestamp`` is when we recorded it,
    ``occurred_at`` when it happened in the business; ``cursor`` is where to read on after it."""

    id: str
    type: str
    category: str
    timestamp: datetime
    occurred_at: datetime
    cursor: str
    customer: CustomerRef | None
    org_unit_id: int | None
    actor: ActorRef
    subject: SubjectRef
    data: dict[str, Any]


def id_of(event_id: int) -> str:
    """The stable id of an event, which is the webhook-id of its deliveries as well."""
    return f"evt_{event_id}"


def in_scope(lines: Iterable[Event], *, viewer: Viewer) -> list[tuple[Event, str]]:
    """The lines that the viewer may see, each with its customer's number (empty where there is no customer).

    A line about a customer goes with the customer; another one with its unit, and without a unit it is for who sees all.
    """
    found = list(lines)
    numbers = _numbers({line.customer_id for line in found if line.customer_id is not None}, viewer)
    return [
        (line, numbers.get(line.customer_id, "") if line.customer_id is not None else "")
        for line in found
        if (line.customer_id in numbers if line.customer_id is not None else _unit_in_scope(line, viewer))
    ]


def _numbers(ids: set[int], viewer: Viewer) -> dict[int, str]:
    return dict(customers.visible(viewer).filter(pk__in=ids).values_list("pk", "number")) if ids else {}


def _unit_in_scope(line: Event, viewer: Viewer) -> bool:
    if viewer.purpose_is_narrow or not viewer.is_staff:
        return False
    return viewer.sees_whole_company or line.org_unit_id in (viewer.unit_ids or ())


def as_seen(line: Event, number: str, *, with_data: bool) -> EventSeen:
    """A line that is in scope, as it leaves."""
    return EventSeen(
        id=id_of(line.pk),
        type=line.name,
        category=kind_of(line.name).category.value,
        timestamp=line.at.astimezone(COMPANY_ZONE),
        occurred_at=line.occurred_at.astimezone(COMPANY_ZONE),
        cursor=of_event(line).text,
        customer=None if line.customer_id is None else CustomerRef(line.customer_id, number),
        org_unit_id=line.org_unit_id,
        actor=ActorRef(line.actor_kind, line.actor_name),
        subject=SubjectRef(line.subject_type, line.subject_id),
        data=public(line.payload, with_data=with_data),
    )
