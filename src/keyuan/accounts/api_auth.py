"""Who calls the API: a token (``Authorization: Bearer ky_…``) or the browser's session, then with a CSRF token."""

from __future__ import annotations

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from keyuan.accounts.access import second_factor_is_due
from keyuan.accounts.limits import API_CALLS, BAD_TOKENS, spend, spend_from
from keyuan.accounts.middleware import viewer_for
from keyuan.accounts.refusals import SecondFactorMissing
from keyuan.accounts.scope import STRANGER, Viewer
from keyuan.accounts.tokens import viewer_of_token


class ApiRequest(HttpRequest):
    """A request that came through one of the two doors; operations call ``require(request.viewer, …)``."""

    viewer: Viewer


class TokenAuth(HttpBearer):
    """One query for token, owner, unit and scope. Wrong tokens are counted by address; raises TooMany."""

    openapi_scheme = "bearer"

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        address = get_client_ip(request) or ""
        viewer = viewer_of_token(token, address=address)
        if viewer == STRANGER:
            spend_from(BAD_TOKENS, address=address)
            return None
        spend(API_CALLS, by=viewer)
        request.viewer = viewer  # type: ignore[attr-defined]
        return viewer


class SessionAuth(APIKeyCookie):
    """The signed-in browser. A request that changes something must carry the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Viewer | None:
        viewer = viewer_for(request)
        if viewer == STRANGER:
            return None
        if second_factor_is_due(request, viewer):
            raise SecondFactorMissing
        request.viewer = viewer  # type: ignore[attr-defined]
        return viewer


API_AUTH = [TokenAuth(), SessionAuth()]
