"""A replay on the desk: why it is opened, and the replay itself for half an hour."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.roles import Permission
from keyuan.evidence.pages import actions, queries
from keyuan.evidence.pages.refusals import ReplayPurposeMissing
from keyuan.evidence.pages.views.frames import framed
from keyuan.evidence.pages.views.shared import played

if TYPE_CHECKING:
    from uuid import UUID

#: In the session: which sales are open, and until when.
OPEN: Final = "replays"
OPEN_SECONDS: Final = 1800


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.REPLAY_SALES)
def replay(request: SignedInRequest, sale: UUID) -> HttpResponse:
    """The replay, after saying why. Each opening is a line of the log that the customer can see."""
    brief = queries.the_trace(sale, viewer=request.viewer)
    wrong: ReplayPurposeMissing | None = None
    if request.method == "POST":
        try:
            actions.open_replay(sale, purpose=request.POST.get("purpose", ""), by=request.viewer)
        except ReplayPurposeMissing as refusal:
            wrong = refusal
        else:
            request.session[OPEN] = {**_open(request), str(sale): int(time.time()) + OPEN_SECONDS}
            return redirect("evidence:replay", sale)
    if str(sale) not in _open(request):
        context = {"brief": brief, "wrong": wrong, "opened": queries.openings(sale, viewer=request.viewer)}
        return render(request, "evidence/gate.html", context, status=422 if wrong else 200)
    traced = queries.trace_of(sale, viewer=request.viewer)
    context = played(traced, request.GET.get("at", ""), lambda n: reverse("evidence:replay_page", args=[sale, n]))
    return render(request, "evidence/replay.html", {**context, "brief": brief})


@never_cache
@require_safe
@staff_page(Permission.REPLAY_SALES)
def page(request: SignedInRequest, sale: UUID, n: int) -> HttpResponse:
    """One page of an open replay; back to the question why if it is not open."""
    traced = queries.trace_of(sale, viewer=request.viewer)
    if str(sale) not in _open(request):
        return HttpResponse(status=403)
    return framed(traced, n, request.GET.get("at", ""))


def _open(request: SignedInRequest) -> dict[str, int]:
    """The sales that this session opened and whose time is not over."""
    return {sale: until for sale, until in request.session.get(OPEN, {}).items() if until > time.time()}
