"""Who stands at the screen: the signed-in customer, and the orders that this browser has begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyuan.accounts.middleware import viewer_for
from keyuan.orders.access import SESSION_KEY as TOKENS
from keyuan.orders.access import Holder

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

#: So many orders of one browser are remembered, in the session, which signing in keeps. The browser never sees a token.
MOST = 20


def holder(request: HttpRequest) -> Holder:
    """Whoever asks, with the tokens of their session."""
    return Holder(viewer_for(request), tuple(request.session.get(TOKENS, {}).values()))


def remember(request: HttpRequest, order_id: UUID, token: str) -> None:
    """Keep the token of a new order in the session; the oldest of many goes."""
    known = {**request.session.get(TOKENS, {}), str(order_id): token}
    request.session[TOKENS] = dict(list(known.items())[-MOST:])
