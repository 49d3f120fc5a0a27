"""Finding the order that an address names, for whoever holds it, and keeping the last page of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from keyuan.buying.holding import holder
from keyuan.buying.tracing import tracing_of
from keyuan.orders import queries
from keyuan.orders.refusals import OrderNotFound

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from keyuan.orders.queries import Seen


def the_order(request: HttpRequest, order_id: UUID) -> Seen:
    """The order, if whoever asks holds it; page 404 for everybody else."""
    try:
        seen = queries.order(order_id, by=holder(request))
    except OrderNotFound:
        raise Http404 from None
    tracing_of(request).of(seen.order.pk, seen.definition)
    return seen
