"""The doors of the pages: who may enter a view. Which rows they then see is the queries' business."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url

from keyuan.accounts.middleware import viewer_for
from keyuan.accounts.models import User
from keyuan.accounts.refusals import NotPermitted
from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import STRANGER, Viewer

__all__ = ["NotPermitted", "SignedInRequest", "require", "signed_in_page", "staff_page", "to_sign_in"]

P = ParamSpec("P")
SECOND_FACTOR_MISSING = "second_factor_missing"


class SignedInRequest(HttpRequest):
    """A request that has passed one of the doors below: its viewer is not a stranger."""

    viewer: Viewer
    user: User


GuardedView = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]
PlainView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def require(viewer: Viewer, *permissions: Permission) -> None:
    """Raise NotPermitted unless the viewer has every one of the permissions."""
    for permission in permissions:
        if not viewer.may(permission):
            raise NotPermitted(permission=permission.label)


def staff_page(*permissions: Permission) -> Callable[[GuardedView[P]], PlainView[P]]:
    """Let in staff who have all ``permissions``; others are sent to sign in (strangers) or see page 403."""

    def decorate(view: GuardedView[P]) -> PlainView[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            viewer = viewer_for(request)
            if viewer == STRANGER:
                return to_sign_in(request)
            if not viewer.is_staff or not all(viewer.may(permission) for permission in permissions):
                raise PermissionDenied
            if request.user.password_is_temporary:  # type: ignore[union-attr]  # nobody anonymous comes this far
                return redirect("account_change_password")
            if second_factor_is_due(request, viewer):
                return redirect("mfa_index")
            return view(_entered(request, viewer), *args, **kwargs)

        guarded.permissions = permissions  # type: ignore[attr-defined]
        return guarded

    return decorate


def signed_in_page(view: GuardedView[P]) -> PlainView[P]:
    """Let in everybody who has an active account, whatever their role."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        viewer = viewer_for(request)
        if viewer == STRANGER:
            return to_sign_in(request)
        return view(_entered(request, viewer), *args, **kwargs)

    return guarded


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page and back here afterwards. A fragment (htmx) makes the whole page go, not its own corner."""
    if request.headers.get("HX-Request") == "true":
        back = request.headers.get("HX-Current-URL", "")
        target = redirect_to_login(_path_of(request, back)).url
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    back = request.get_full_path() if request.method in ("GET", "HEAD") else resolve_url(settings.LOGIN_REDIRECT_URL)
    return redirect_to_login(back)


def second_factor_is_due(request: HttpRequest, viewer: Viewer) -> bool:
    """Whether this person may see secrets, has no second factor, and the installation asks for one."""
    return bool(
        settings.KEYUAN_REQUIRE_MFA
        and viewer.may(Permission.UNMASK)
        and request.session.get(SECOND_FACTOR_MISSING, False)
    )


def _path_of(request: HttpRequest, address: str) -> str:
    own = f"{request.scheme}://{request.get_host()}/"
    return f"/{address.removeprefix(own)}" if address.startswith(own) else resolve_url(settings.LOGIN_REDIRECT_URL)


def _entered(request: HttpRequest, viewer: Viewer) -> SignedInRequest:
    request.viewer = viewer  # type: ignore[attr-defined]
    return cast(SignedInRequest, request)
