"""The box that finds: hits while typing (a fragment or JSON), and a whole page with all of them."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.limits import FIND, spend
from keyuan.accounts.roles import Permission
from keyuan.customer360 import queries
from keyuan.customer360.queries.enterprises import find_members

ON_THE_PAGE = 50


@staff_page(Permission.SEE_CUSTOMERS)
@require_safe
def find(request: SignedInRequest) -> HttpResponse:
    """Hits for ``?q=``: the options of the box for htmx, JSON for who asks for it, the page for everybody else."""
    fragment = request.headers.get("HX-Request") == "true"
    if not fragment and request.get_preferred_type(["text/html", "application/json"]) != "application/json":
        return _page(request)
    spend(FIND, by=request.viewer)
    text = request.GET.get("q", "")
    hits = queries.find(text, viewer=request.viewer)
    members = find_members(text, viewer=request.viewer)
    if fragment:
        return render(request, "customer360/parts/hits.html", {"hits": hits, "members": members, "text": text})
    told = {"hits": [asdict(hit) for hit in hits], "members": [asdict(member) for member in members]}
    return JsonResponse({"query": text, **told})


@staff_page(Permission.SEE_CUSTOMERS)
@require_safe
def find_page(request: SignedInRequest) -> HttpResponse:
    """Everything that was found, as a page with an address of its own."""
    return _page(request)


def _page(request: SignedInRequest) -> HttpResponse:
    spend(FIND, by=request.viewer)
    text = request.GET.get("q", "")
    hits = queries.find(text, viewer=request.viewer, limit=ON_THE_PAGE)
    context = {
        "hits": hits,
        "members": find_members(text, viewer=request.viewer, limit=ON_THE_PAGE),
        "text": text,
        "full": len(hits) == ON_THE_PAGE,
    }
    return render(request, "customer360/find.html", context)
