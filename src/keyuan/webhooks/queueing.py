"""From the log to the deliveries that it makes. Called by a reader of the log and by a replay, in their transactions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models.functions import Now

from keyuan.webhooks import rules
from keyuan.webhooks.feed import viewer_of
from keyuan.webhooks.models import Delivery, Endpoint
from keyuan.webhooks.shapes import in_scope
from keyuan.webhooks.states import DeliveryState

if TYPE_CHECKING:
    from datetime import datetime

    from keyuan.eventlog.models import Event


def queue(lines: Sequence[Event]) -> None:
    """What the active endpoints are to be told of these lines; nothing from before an endpoint was made."""
    for endpoint in Endpoint.objects.filter(active=True):
        wanted = _wanted(endpoint, lines, since=endpoint.created_at)
        Delivery.objects.bulk_create(wanted, ignore_conflicts=True)


def queue_again(endpoint: Endpoint, lines: Sequence[Event], *, since: datetime | None) -> int:
    """The same for a replay: what was delivered, given up or withheld before waits again. Returns how many."""
    wanted = _wanted(endpoint, lines, since=since)
    Delivery.objects.bulk_create(wanted, ignore_conflicts=True)
    again = Delivery.objects.filter(endpoint=endpoint, event_id__in=[each.event_id for each in wanted])
    again.exclude(state=DeliveryState.PENDING).update(
        state=DeliveryState.PENDING, next_at=Now(), queued_at=Now(), attempts=0, done_at=None
    )
    return len(wanted)


def _wanted(endpoint: Endpoint, lines: Sequence[Event], *, since: datetime | None) -> list[Delivery]:
    chosen = [
        line
        for line in lines
        if (since is None or line.at >= since)
        and rules.takes(endpoint.kinds, line.name, with_audit=endpoint.with_audit)
    ]
    if not chosen:
        return []
    return [
        Delivery(
            endpoint=endpoint,
            customer_id=line.customer_id,
            event_id=line.pk,
            xid=line.xid,
            event_name=line.name,
        )
        for line, _number in in_scope(chosen, viewer=viewer_of(endpoint))
    ]


def wake(endpoint: Endpoint) -> None:
    """What waits for an endpoint that works again is due at once."""
    Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.PENDING, next_at__gt=Now()).update(next_at=Now())
