"""What every template may ask about the person who looks at it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from keyuan.accounts.middleware import THEME_KEY
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import STRANGER, Viewer


class May:
    """``{% if may.unmask %}`` in a template; an unknown permission is an error, not a silent no."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer

    def __getitem__(self, name: str) -> bool:
        return self._viewer.may(Permission(name))


def theme_of(request: HttpRequest) -> str:
    """light, dark or auto: from the account's session, else from the browser's cookie."""
    known = request.COOKIES.get(THEME_KEY, "auto")
    # A file that is not there is answered before the session middleware has run.
    if settings.SESSION_COOKIE_NAME in request.COOKIES and hasattr(request, "session"):
        known = request.session.get(THEME_KEY, known)
    return known if known in ("light", "dark") else "auto"


def person(request: HttpRequest) -> dict[str, Any]:
    """``viewer``, ``may`` and ``theme`` for templates; nothing is queried until it is used."""
    viewer = getattr(request, "viewer", STRANGER)
    return {"viewer": viewer, "may": May(viewer), "theme": theme_of(request)}
