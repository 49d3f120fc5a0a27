"""The buyer's own replay: everything that they were shown and did, as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from keyuan.accounts.middleware import viewer_for
from keyuan.accounts.roles import Role
from keyuan.accounts.scope import STRANGER
from keyuan.evidence.pages import queries
from keyuan.evidence.pages.views.frames import framed
from keyuan.evidence.pages.views.shared import played

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@never_cache
@require_safe
def replay(request: HttpRequest, sale: UUID) -> HttpResponse:
    """My purchase, step by step."""
    if (elsewhere := _door(request)) is not None:
        return elsewhere
    viewer = viewer_for(request)
    traced = queries.trace_of(sale, viewer=viewer)
    context = played(traced, request.GET.get("at", ""), lambda n: reverse("evidence:own_replay_page", args=[sale, n]))
    context["opened"] = queries.openings(sale, viewer=viewer)
    return render(request, "evidence/own.html", context)


@never_cache
@require_safe
def page(request: HttpRequest, sale: UUID, n: int) -> HttpResponse:
    """One page of it."""
    if (elsewhere := _door(request)) is not None:
        return elsewhere
    return framed(queries.trace_of(sale, viewer=viewer_for(request)), n, request.GET.get("at", ""))


def _door(request: HttpRequest) -> HttpResponse | None:
    """Customers only: a stranger signs in and comes back, staff have their own page."""
    viewer = viewer_for(request)
    if viewer == STRANGER:
        return HttpResponseRedirect(f"{reverse('home:sign_in')}?{urlencode({'next': request.path})}")
    if viewer.role != Role.CUSTOMER:
        raise PermissionDenied
    return None
