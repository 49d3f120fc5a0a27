"""The orders that a browser has begun, in a signed cookie of their own: by the id of each, its token.

Not in the session. Signing in gives the session another key, and whoever does not get the answer to that (a tunnel, a
server that dies) holds a key that opens nothing: their draft must be there when they sign in once more. A token opens
an order only until it belongs to a customer, so what the cookie opens ends where the account begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core import signing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponseBase

COOKIE: Final = "keyuan_orders"
SALT: Final = "keyuan.orders.begun"
#: As long as a session.
SECONDS: Final = 12 * 3600
PATH: Final = "/home/"
#: So many orders of one browser are remembered.
MOST: Final = 20


def tokens_in(cookies: Mapping[str, str]) -> dict[str, str]:
    """The tokens in a browser's cookies; none if the cookie is not ours, or older than it may be."""
    try:
        found: dict[str, str] = signing.loads(cookies.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return {}
    return found


def remember(request: HttpRequest, response: HttpResponseBase, order_id: UUID, token: str) -> None:
    """Keep the token of a new order in the browser; the oldest of many goes."""
    known = {**tokens_in(request.COOKIES), str(order_id): token}
    response.set_cookie(
        COOKIE,
        signing.dumps(dict(list(known.items())[-MOST:]), salt=SALT),
        max_age=SECONDS,
        path=PATH,
        samesite="Lax",
        httponly=True,
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )


def forget(response: HttpResponseBase) -> None:
    """Whoever signs out leaves nothing on the device."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
