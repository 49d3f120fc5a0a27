"""Who stands at the screen: the signed-in customer, and the orders that this browser has begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyuan.accounts.middleware import viewer_for
from keyuan.orders.access import Holder
from keyuan.orders.begun import tokens_in

if TYPE_CHECKING:
    from django.http import HttpRequest


def holder(request: HttpRequest) -> Holder:
    """Whoever asks, with the tokens that their browser keeps. What they are shown is for them alone."""
    request.for_one = True  # type: ignore[attr-defined]
    return Holder(viewer_for(request), tuple(tokens_in(request.COOKIES).values()))
