"""Pages around sign-in that need no permission."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from keyuan.accounts import actions
from keyuan.accounts.middleware import LANGUAGE_KEY, THEME_KEY, viewer_for

YEAR = 365 * 24 * 3600


def not_offered(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """What allauth could do and this installation does not: registration, mail codes, linking by hand."""
    raise Http404


@require_GET
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Whom to ask; a reset by mail would make the mailbox the key to every customer."""
    return render(request, "accounts/password_forgotten.html")


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Language (zh-hans, en) and theme (auto, light, dark): on the account if there is one, on the browser always."""
    chosen = {
        LANGUAGE_KEY: _one_of(request.POST.get("language"), [code for code, _ in settings.LANGUAGES]),
        THEME_KEY: _one_of(request.POST.get("theme"), ["auto", "light", "dark"]),
    }
    wanted = {key: value for key, value in chosen.items() if value}
    viewer = viewer_for(request)
    if viewer.user_id is not None and wanted:
        actions.prefer(by=viewer, **wanted)
        request.session.update(wanted)
    response = HttpResponseRedirect(_safe_next(request))
    names = {LANGUAGE_KEY: settings.LANGUAGE_COOKIE_NAME, THEME_KEY: THEME_KEY}
    for key, value in wanted.items():
        response.set_cookie(names[key], value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


def _one_of(value: str | None, allowed: list[str]) -> str | None:
    return value if value in allowed else None


def _safe_next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target and safe else "/"
