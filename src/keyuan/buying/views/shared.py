"""Finding the order that an address names, for whoever holds it, and keeping the last page of theirs."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import Http404

from keyuan.accounts.middleware import viewer_for
from keyuan.accounts.scope import STRANGER
from keyuan.buying.holding import holder
from keyuan.buying.tracing import tracing_of
from keyuan.home.access import to_sign_in
from keyuan.orders import queries
from keyuan.orders.refusals import OrderNotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from keyuan.orders.queries import Seen


def of_an_order(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of one order. Who follows a message's link without being signed in comes back to it by the sign-in page;
    whether there is such an order is not said."""

    @wraps(view)
    def held(request: HttpRequest, order_id: UUID, **more: Any) -> HttpResponseBase:
        try:
            return view(request, order_id, **more)
        except NotHeld:
            if viewer_for(request) == STRANGER:
                return to_sign_in(request)
            raise

    return held


class NotHeld(Http404):
    """Whoever asks does not hold the order, or there is none."""


def the_order(request: HttpRequest, order_id: UUID) -> Seen:
    """The order, if whoever asks holds it; NotHeld for everybody else."""
    try:
        seen = queries.order(order_id, by=holder(request))
    except OrderNotFound:
        raise NotHeld from None
    tracing_of(request).of(seen.order.pk, seen.definition)
    return seen
