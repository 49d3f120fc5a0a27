"""The doors of the customer's pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from keyuan.accounts.access import SignedInRequest
from keyuan.accounts.middleware import viewer_for
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER

P = ParamSpec("P")
CustomerView = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]
PlainView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def customer_page(view: CustomerView[P]) -> PlainView[P]:
    """Let in customers only: strangers go to the customers' sign-in and come back, staff see page 403."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        viewer = viewer_for(request)
        if viewer == STRANGER:
            return to_sign_in(request)
        if viewer.role != Role.CUSTOMER:
            raise PermissionDenied
        request.viewer = viewer  # type: ignore[attr-defined]
        return view(cast(SignedInRequest, request), *args, **kwargs)

    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the customers' sign-in and back here afterwards. A fragment (htmx) makes the whole page go."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": reverse("home:sign_in")})
    back = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("home:front")
    return HttpResponseRedirect(f"{reverse('home:sign_in')}?{urlencode({'next': back})}")


def safe_next(request: HttpRequest, default: str = "") -> str:
    """Where ``next`` leads, if it is a customer's page of this site; the front page otherwise."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if own and asked.startswith(("/home/", "/p/")) else default or reverse("home:front")
