"""Changing type size and rail. Language and theme are the accounts room's (``preferences``)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from keyuan.web.preferences import A_YEAR, LARGE_TYPE_COOKIE, RAIL_COOKIE


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the person came from, never to another site."""
    asked = request.POST.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(asked if safe else "/")


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """``large_type`` and ``rail_folded``, 0 or 1, kept by the browser; anything else changes nothing."""
    response = HttpResponse(status=204) if request.headers.get("HX-Request") else _back(request)
    for field, cookie in (("large_type", LARGE_TYPE_COOKIE), ("rail_folded", RAIL_COOKIE)):
        value = request.POST.get(field)
        if value in ("0", "1"):
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(cookie, value, max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure)
    return response
