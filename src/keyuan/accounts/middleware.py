"""Every request knows its viewer, and speaks the language of the account; a sign-in that lasted long enough ends."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from keyuan.accounts import session_limits
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER, Viewer, viewer_of

#: Pages about one's own account that are the staff's, by the beginning of their names.
STAFFS_OWN = (
    "mfa_",
    "usersessions_",
    "account_change_password",
    "account_set_password",
    "account_reauthenticate",
    "accounts:security",
)
LANGUAGE_KEY = "language"
THEME_KEY = "theme"


def viewer_for(request: HttpRequest) -> Viewer:
    """The viewer that the session's account is now; a request without an account is a stranger's."""
    user = request.user
    return viewer_of(user) if user.is_authenticated else STRANGER


class ViewerMiddleware:
    """Sets ``request.viewer`` (worked out on first use, then kept for the request) and the account's language.

    A request without a session cookie costs no query here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.viewer = SimpleLazyObject(lambda: viewer_for(request))  # type: ignore[attr-defined]
        known = settings.SESSION_COOKIE_NAME in request.COOKIES
        if known:
            if not session_limits.keep(request.session):
                request.session.flush()
            language = request.session.get(LANGUAGE_KEY)
            if language in dict(settings.LANGUAGES):
                translation.activate(language)
                request.LANGUAGE_CODE = language
        response = self.get_response(request)
        if (known or getattr(request, "for_one", False)) and "Cache-Control" not in response:
            # What a session is shown is for nobody else: not for a proxy, not for who presses "back" after signing out.
            # Likewise what a view marks as shown to one person for another reason (``for_one``).
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Customers look after their sign-in on their own pages: the desk's are made for passwords and second factors."""
        match = request.resolver_match
        if match is None or not match.view_name.startswith(STAFFS_OWN):
            return None
        return redirect("home:security") if viewer_for(request).role == Role.CUSTOMER else None
