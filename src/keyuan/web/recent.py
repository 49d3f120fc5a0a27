"""The customers whom a person looked at last. Their numbers travel in a signed cookie: no table, no query, no names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.customers import queries as customers

if TYPE_CHECKING:
    from keyuan.customers.models import Customer

COOKIE = "keyuan_recent"
KEPT = 8
PAGES = frozenset({"customer360:customer"})
_signer = Signer(salt=COOKIE)


def numbers(request: HttpRequest, *, viewer: Viewer) -> list[str]:
    """Customer numbers, the latest first; nothing if the cookie is another person's or was tampered with."""
    try:
        owner, *seen = _signer.unsign(request.COOKIES.get(COOKIE, "")).split(",")
    except BadSignature:
        return []
    return seen if owner == str(viewer.user_id) else []


def recently_seen(request: HttpRequest, *, viewer: Viewer) -> list[Customer]:
    """The customers themselves, as far as the viewer may still see them."""
    wanted = numbers(request, viewer=viewer)
    if not wanted:
        return []
    found = {one.number: one for one in customers.visible(viewer).filter(number__in=wanted)}
    return [found[number] for number in wanted if number in found]


class RecentMiddleware:
    """Remembers the customer whose page was just shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code == 200 and match is not None and match.view_name in PAGES:
            self._remember(request, response, str(match.kwargs.get("key", "")))
        return response

    def _remember(self, request: HttpRequest, response: HttpResponse, number: str) -> None:
        viewer = getattr(request, "viewer", STRANGER)
        before = numbers(request, viewer=viewer)
        if viewer.user_id is None or before[:1] == [number]:
            return
        kept = [number, *(one for one in before if one != number)][:KEPT]
        value = _signer.sign(",".join([str(viewer.user_id), *kept]))
        response.set_cookie(
            COOKIE, value, max_age=30 * 24 * 3600, httponly=True, samesite="Lax", secure=request.is_secure()
        )
