"""Every read of the room: endpoints and deliveries for who sets them up, the feed for programs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.eventlog.cursors import last_settled, lines_after
from keyuan.eventlog.positions import Position, before_moment, of_event, position_of
from keyuan.eventlog.queries import lines_by_id
from keyuan.webhooks import rules
from keyuan.webhooks.feed import viewer_of
from keyuan.webhooks.models import Attempt, Delivery, Endpoint
from keyuan.webhooks.refusals import DeliveryNotFound, EndpointNotFound
from keyuan.webhooks.shapes import EventSeen, as_seen, in_scope
from keyuan.webhooks.states import DeliveryState

SCANNED: Final = 1000
MOST: Final = 200
LATEST: Final = "latest"


def endpoints(*, viewer: Viewer) -> QuerySet[Endpoint]:
    """The endpoints of the viewer's units, for who sets up connections."""
    if not viewer.may(Permission.CONFIGURE):
        return Endpoint.objects.none()
    rows = Endpoint.objects.select_related("org_unit")
    return rows if viewer.unit_ids is None else rows.filter(org_unit_id__in=viewer.unit_ids)


def with_counts(*, viewer: Viewer) -> QuerySet[Endpoint]:
    """The same, each with how many deliveries wait (``waiting``) and were given up (``given_up``)."""
    return endpoints(viewer=viewer).annotate(
        waiting=_number_of(DeliveryState.PENDING), given_up=_number_of(DeliveryState.FAILED)
    )


def _number_of(state: DeliveryState) -> Coalesce:
    """How many of an endpoint's deliveries stand so, counted in the index of that state and not among all of them."""
    of_endpoint = Delivery.objects.filter(endpoint=OuterRef("pk"), state=state).order_by().values("endpoint")
    return Coalesce(Subquery(of_endpoint.annotate(number=Count("pk")).values("number")), 0)


def the_endpoint(endpoint_id: int, *, viewer: Viewer) -> Endpoint:
    """One of them; raises EndpointNotFound."""
    found = endpoints(viewer=viewer).filter(pk=endpoint_id).first()
    if found is None:
        raise EndpointNotFound
    return found


def deliveries(endpoint_id: int, *, viewer: Viewer, state: str = "", kind: str = "") -> QuerySet[Delivery]:
    """What was or is to be delivered, newest first; ``kind`` is the beginning of the event's name."""
    rows = Delivery.objects.filter(endpoint__in=endpoints(viewer=viewer), endpoint_id=endpoint_id)
    rows = rows.select_related("customer").order_by("-xid", "-event_id")
    if state in DeliveryState.values:
        rows = rows.filter(state=state)
    return rows.filter(event_name__startswith=kind) if kind else rows


def the_delivery(delivery_id: int, *, viewer: Viewer) -> Delivery:
    """One delivery with its endpoint; raises DeliveryNotFound."""
    rows = Delivery.objects.select_related("endpoint", "customer").filter(endpoint__in=endpoints(viewer=viewer))
    found = rows.filter(pk=delivery_id).first()
    if found is None:
        raise DeliveryNotFound
    return found


def attempts_of(delivery_id: int, *, viewer: Viewer) -> QuerySet[Attempt]:
    """Every time that it was sent, newest first."""
    return Attempt.objects.filter(delivery_id=delivery_id, delivery__endpoint__in=endpoints(viewer=viewer))


def payload_of(delivery_id: int, *, viewer: Viewer) -> EventSeen | None:
    """What the delivery says, if the endpoint may (still) see it; raises DeliveryNotFound."""
    delivery = the_delivery(delivery_id, viewer=viewer)
    endpoint = delivery.endpoint
    seen = in_scope(lines_by_id([delivery.event_id]), viewer=viewer_of(endpoint))
    return as_seen(*seen[0], with_data=endpoint.with_data) if seen else None


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some events in reading order. ``next`` is where to read on: keep it, it never skips what commits late. ``more``
    says that there may be more at once."""

    events: tuple[EventSeen, ...]
    next: str
    more: bool


def feed(
    *, viewer: Viewer, after: str = "", since: datetime | None = None, kinds: Collection[str] = (), limit: int = 100
) -> FeedPage:
    """The next events in the viewer's scope after a cursor (``""``: from the beginning, ``latest``: from now on).

    At most SCANNED lines are looked at, so a page may be empty while ``more`` is true. Reading from an old cursor again
    gives the same again. Raises NotAPosition.
    """
    if not viewer.may(Permission.SEE_CUSTOMERS):
        return FeedPage((), "", more=False)
    if after == LATEST:
        return FeedPage((), Position(*last_settled()).text, more=False)
    begun = before_moment(since) if since is not None and not after else position_of(after)
    lines = lines_after(xid=begun.xid, event_id=begun.event_id, limit=SCANNED)
    chosen = [line for line in lines if _fits(line, kinds, since, viewer)]
    seen = in_scope(chosen, viewer=viewer)
    shown = seen[: min(limit, MOST)]
    cut = len(shown) < len(seen)
    last = shown[-1][0] if cut else lines[-1] if lines else None
    told = tuple(as_seen(line, number, with_data=True) for line, number in shown)
    return FeedPage(told, begun.text if last is None else of_event(last).text, cut or len(lines) == SCANNED)


def _fits(line: Any, kinds: Collection[str], since: datetime | None, viewer: Viewer) -> bool:
    if since is not None and line.at < since:
        return False
    return rules.takes(kinds or ("*",), line.name, with_audit=viewer.may(Permission.SEE_LOG))
